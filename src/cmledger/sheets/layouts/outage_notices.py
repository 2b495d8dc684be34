"""停电通知记录: one row tells that a customer was told of an outage, or asked beforehand (协商停电), and what came of it."""

from typing import Final

from cmledger.sheets.kinds import (
    Choice,
    Code,
    Minute,
    Name,
    OpenChoice,
    Person,
    Phone,
    Text,
)
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.customers import ACCOUNT_NO
from cmledger.sheets.layouts.outages import OUTAGE_KIND

NOTICE_KIND: Final = {
    "notice": ("通知", "告知", "停电通知", "提前通知"),
    "agreement": ("协商", "协商停电", "停电协商", "事先协商"),
}
NOTICE_METHOD: Final = {
    "phone": ("电话", "电话通知", "致电", "手机"),
    "sms": ("短信", "短信通知", "手机短信"),
    "wechat": ("微信", "微信通知", "微信群", "企业微信"),
    "on-site": ("上门", "上门通知", "现场", "现场通知", "当面"),
    "written": ("书面", "书面通知", "书面签收", "通知书", "函件", "签收"),
    "other": ("其他", "其它"),
}
OUTCOME: Final = {
    "told": ("已告知", "已通知", "知悉", "已知悉", "已送达", "签收", "已签收", "通知到位"),
    "agreed": ("同意", "已同意", "协商一致", "无异议", "同意停电"),
    "refused": ("不同意", "拒绝", "有异议", "不同意停电"),
    "rescheduled": ("改期", "要求改期", "协商改期", "调整时间", "延期"),
    "unreachable": ("未联系上", "联系不上", "无人接听", "未通知到", "未接通", "停机", "未送达"),
    "outdated": ("改期前的通知", "停电已改期"),
}
"""unreachable: nobody was told; outdated: the outage was moved since, so that the customer knows the wrong time."""

OUTAGE_FACTS: Final = (
    Column("form.begins_at", "停电开始时间", Minute(), export_only=True),
    Column("form.ends_at", "停电终止时间", Minute(), export_only=True),
    Column("form.outage_kind", "停电类型", Choice(OUTAGE_KIND), export_only=True),
    Column("form.place", "停电线路/台区", Name(18), export_only=True),
    Column("form.marks", "提示", Text(14), export_only=True),
    Column("form.tell_by", "最迟通知", Minute(), export_only=True),
    Column("form.status", "通知情况", Text(10), export_only=True),
    Column("form.contact", "停送电联系人", Name(10), export_only=True),
    Column("form.phone", "联系人电话", Phone(), export_only=True),
)
"""What the fill-in list tells of outage and customer: it stands elsewhere in the ledger and is not taken in again."""

OUTAGE_NOTICES = Layout(
    kind="outage-notices",
    title="停电通知记录",
    key=("outage_notice.outage", "customer.account_no", "outage_notice.notice_kind", "outage_notice.told_at"),
    table="outage_notice",
    proof=Proof(("customer.account_no", "outage_notice.outage", "outage_notice.told_at"), weight=3),
    on_screen=("notice", "outage", "account_no", "name", "notice_kind", "told_at", "method", "outcome"),
    words=("停电通知记录", "停电通知清单", "停电通知", "停电告知", "协商停电"),
    facts=("outage_notice.told_at", "outage_notice.method", "outage_notice.outcome", "outage_notice.remark"),
    hollow="notice-not-filled-in",
    columns=(
        Column("outage_notice.notice", "通知号", Code(9), export_only=True),
        Column("outage_notice.outage", "停电号", Code(12), ("停电编号", "停电计划编号", "停电信息编号"), required=True),
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称", "用户名", "客户名"), export_only=True),
        Column("outage_notice.notice_kind", "通知类别", Choice(NOTICE_KIND), ("类别", "类型", "事项")),
        Column("outage_notice.told_at", "通知时间", Minute(), ("告知时间", "通知日期", "协商时间", "联系时间", "送达时间"), required=True),
        Column("outage_notice.method", "通知方式", OpenChoice(NOTICE_METHOD), ("方式", "告知方式", "联系方式")),
        Column("outage_notice.outcome", "通知结果", OpenChoice(OUTCOME), ("结果", "协商结果", "告知结果", "客户意见", "是否同意")),
        Column("outage_notice.manager", "通知人", Person(), ("客户经理", "告知人", "联系人员", "经办人", "责任人")),
        Column("outage_notice.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=OUTAGE_FACTS,
)  # fmt: skip
