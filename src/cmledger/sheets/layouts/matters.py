"""事项: one row is a hazard, a complaint, an opinion, a request of a customer, open until the day it is done."""

from typing import Final

from cmledger.sheets.kinds import Code, Date, OpenChoice, Person, Text, Word
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.customers import ACCOUNT_NO

MATTER_KIND: Final = {
    "hazard": ("隐患", "安全隐患", "用电隐患", "用电安全隐患", "缺陷", "隐患缺陷"),
    "complaint": ("投诉", "客户投诉"),
    "opinion": ("意见", "客户意见", "意见反映", "反映问题"),
    "suggestion": ("建议", "客户建议"),
    "request": ("诉求", "客户诉求", "需求", "客户需求", "求助"),
    "follow-up": ("跟进", "需跟进", "跟进事项", "待办", "待办事项"),
}
"""Sorts of matters; other words stand as written (意见建议)."""

LEVEL: Final = {
    "minor": ("轻微", "轻微隐患", "较小"),
    "general": ("一般", "一般隐患", "普通", "一般问题"),
    "serious": ("较大", "较大隐患", "严重", "较重", "严重隐患"),
    "major": ("重大", "重大隐患", "特大", "危急", "紧急"),
}

_DUE = ("整改期限", "整改时限", "限期", "整改限期", "要求完成日期", "要求完成时间", "计划完成日期", "计划完成时间", "计划整改日期", "计划整改时间",
        "限期整改日期", "处理期限", "办理期限", "办结期限", "整改截止日期", "整改截止时间", "跟进期限", "跟进截止日期", "截止日期", "答复期限")  # fmt: skip

MATTERS = Layout(
    kind="matters",
    title="事项台账",
    key=("customer.account_no", "matter.matter_kind", "matter.opened_on"),
    table="matter",
    proof=Proof(
        ("customer.account_no", "matter.opened_on"),
        telling=(
            "matter.content", "matter.hazard", "matter.opinion", "matter.suggestion", "matter.request", "matter.complaint",
            "matter.matter_kind", "matter.level", "matter.measure", "matter.due_by", "matter.closed_on",
        ),
        few=2,
        weight=2,
    ),
    on_screen=("number", "account_no", "name", "matter_kind", "due_by", "closed_on"),
    several=True,
    words=("事项台账", "隐患台账", "隐患台帐", "安全隐患", "隐患排查", "隐患清单", "隐患登记", "隐患整改", "用电隐患", "意见建议", "意见台账",
           "诉求台账", "诉求登记", "投诉台账", "投诉登记", "问题台账", "待办事项", "跟进事项", "客户诉求"),
    columns=(
        Column("form.number", "事项号", Code(8), export_only=True),
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称", "单位名称", "企业名称", "用电单位"), export_only=True),
        Column("matter.matter_kind", "类别", Word(MATTER_KIND), ("事项类别", "事项类型", "类型", "诉求类型", "诉求类别", "问题类别", "问题类型", "意见类别"), required=True),
        Column(
            "matter.opened_on", "日期", Date(past=True),
            ("检查日期", "检查时间", "发现日期", "发现时间", "隐患发现日期", "隐患发现时间", "排查日期", "排查时间", "登记日期", "登记时间", "提出日期",
             "提出时间", "反映日期", "反映时间", "诉求日期", "诉求时间", "投诉日期", "投诉时间", "告知日期", "时间"),
            required=True,
        ),
        Column("matter.content", "内容", Text(30), ("事项内容", "事项", "具体内容", "反映内容", "问题内容")),
        Column("matter.level", "事项级别", OpenChoice(LEVEL), ("级别", "隐患级别", "隐患等级", "等级", "严重程度", "紧急程度", "问题级别")),
        Column("matter.measure", "整改措施", Text(24), ("整改要求", "处理措施", "解决措施", "整改意见", "处理意见", "治理措施", "防范措施", "处理办法", "整改方案", "管控措施")),
        Column("matter.due_by", "期限", Date(), _DUE),
        Column("matter.manager", "责任人", Person(), ("客户经理", "责任客户经理", "检查人", "检查人员", "用电检查人员", "用电检查员", "经办人", "跟进人", "处理人", "整改责任人", "督办人", "台区经理", "网格经理")),
        Column(
            "matter.closed_on", "完成日期", Date(past=True),
            ("完成时间", "整改完成日期", "整改完成时间", "整改日期", "整改时间", "闭环日期", "闭环时间", "销号日期", "销号时间", "办结日期", "办结时间",
             "处理日期", "处理时间", "消除日期", "消除时间", "治理完成日期", "治理完成时间", "实际完成日期", "实际完成时间", "答复日期", "答复时间",
             "处理完成日期", "处理完成时间"),
        ),
        Column("matter.result", "结果", Text(24), ("整改情况", "整改结果", "处理情况", "处理结果", "办结情况", "办理结果", "办理情况", "复查结果", "复查情况", "复查", "答复内容", "销号情况", "是否销号", "是否整改", "是否已整改", "是否完成整改", "隐患状态", "整改状态", "完成情况", "是否闭环")),
        Column("matter.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(
        Column("matter.hazard", "隐患内容", Text(30), ("隐患描述", "隐患情况", "存在隐患", "安全隐患", "存在安全隐患", "安全隐患内容", "存在问题", "问题描述", "检查发现问题", "发现问题", "隐患名称", "存在的问题", "存在的隐患", "存在的安全隐患", "缺陷内容", "隐患及缺陷", "存在缺陷")),
        Column("matter.opinion", "意见内容", Text(30), ("意见建议", "意见建议内容", "客户意见", "意见", "客户意见建议", "客户意见及建议", "意见及建议")),
        Column("matter.suggestion", "建议内容", Text(30), ("客户建议", "建议")),
        Column("matter.request", "诉求内容", Text(30), ("客户诉求", "诉求", "客户诉求内容", "客户需求", "需求内容", "诉求描述")),
        Column("matter.complaint", "投诉内容", Text(30), ("投诉事项", "投诉情况", "投诉描述", "投诉原因")),
    ),
)  # fmt: skip
