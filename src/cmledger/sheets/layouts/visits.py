"""走访记录: one row is one visit; the forms cmledger hands out carry a hidden number, so that a corrected date edits."""

from cmledger.sheets.kinds import (
    Choice,
    Code,
    Date,
    FollowUp,
    Name,
    OpenChoice,
    Person,
    Phone,
    Services,
    Text,
)
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.customers import ACCOUNT_NO
from cmledger.sheets.layouts.matters import MATTER_KIND

FORM_FACTS = (
    Column("customer.line", "线路", Name(14), ("线路名称", "所属线路"), export_only=True),
    Column(
        "customer.address", "用电地址", Text(24), ("用户地址", "客户地址", "地址"), export_only=True
    ),
    Column("customer.contact_name", "联系人", Name(9), ("客户联系人",), export_only=True),
    Column("customer.contact_phone", "联系电话", Phone(), ("电话", "联系人电话"), export_only=True),
    Column("customer_tier.tier", "客户等级", OpenChoice(codes.TIER, width=10), export_only=True),
    Column("form.last_done", "上次走访", Date(), export_only=True),
    Column("form.due_by", "最迟走访", Date(), export_only=True),
    Column("form.status", "到期情况", Text(9), export_only=True),
)
"""What the fill-in form tells about a customer: the customer sheet says it, so that it is not taken in again."""

FOLLOW_UP = (
    Column(
        "visit.follow_up", "需跟进事项", FollowUp(MATTER_KIND),
        ("需跟进", "是否跟进", "是否需跟进", "是否需要跟进", "跟进事项", "待跟进事项", "待办", "待办事项", "遗留问题", "后续事项"),
    ),
    Column("visit.follow_up_by", "跟进期限", Date(), ("跟进截止日期", "跟进日期", "跟进截止时间", "待办期限", "跟进时限", "待办截止日期")),
)  # fmt: skip
"""What a visit leaves to do: it opens a matter of the customer."""

VISITS = Layout(
    kind="visits",
    title="走访记录",
    key=("customer.account_no", "visit.visited_on", "visit.manager"),
    table="visit",
    proof=Proof(("customer.account_no", "visit.visited_on"), weight=2),
    on_screen=("account_no", "name", "visited_on", "manager", "method", "satisfaction", "content"),
    facts=("visit.visited_on", "visit.content", "visit.opinion", "visit.satisfaction", "visit.remark", "visit.follow_up"),
    hollow="visit-not-filled-in",
    words=("走访", "拜访", "回访", "走访服务", "走访记录"),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column(
            "visit.visited_on", "走访日期", Date(past=True),
            ("走访时间", "拜访日期", "拜访时间", "实际走访日期", "服务日期", "回访日期", "日期", "时间"),
            required=True,
        ),
        Column(
            "visit.manager", "客户经理", Person(),
            ("走访人", "走访人员", "走访客户经理", "走访人姓名", "拜访人", "台区经理", "网格经理", "服务人员", "责任人"),
        ),
        Column("visit.method", "走访方式", Choice(codes.VISIT_METHOD), ("走访类型", "走访形式", "拜访方式", "方式")),
        Column("visit.content", "走访内容", Text(30), ("走访情况", "走访结果", "内容", "服务内容", "走访记录", "走访事项")),
        Column("visit.opinion", "客户意见", Text(24), ("意见建议", "客户需求", "客户诉求", "客户意见建议", "客户意见及建议", "客户反馈", "意见")),
        Column("visit.satisfaction", "满意度", Choice(codes.SATISFACTION), ("客户满意度", "评价", "满意情况", "客户评价")),
        Column("visit.services", "服务项目", Services(codes.SERVICES), ("完成服务", "完成项目", "服务事项", "完成服务项目", "已完成服务项目")),
        Column("visit.remark", "备注", Text(24), ("说明", "附注", "处理情况")),
        Column("visit.form_id", "表单编号", Code(20)),
    ),
    readings=(*FORM_FACTS, *FOLLOW_UP),
)  # fmt: skip
