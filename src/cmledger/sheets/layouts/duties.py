"""履职记录: one row is an item done that a manager or a grid owes itself: 座谈会, 政企联系, 宣传."""

from cmledger.sheets.kinds import Code, Count, Date, Name, OfficeName, Person, Service, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.grids import GRID_WORDS

FORM_ID = Column("duty_done.form_id", "表单编号", Code(20))
DUE_BY = Column("form.due_by", "最迟日期", Date(), export_only=True)
"""What the list that is handed out tells of a duty that is due."""

DUTIES = Layout(
    kind="duties",
    title="履职记录",
    key=("duty_done.office", "duty_done.service", "duty_done.done_on", "duty_done.manager", "duty_done.grid"),
    table="duty_done",
    proof=Proof(
        ("duty_done.service", "duty_done.done_on"),
        without=("customer.account_no", "customer.name", "customer.meter_no"),
        telling=("duty_done.materials", "duty_done.answered", "duty_done.attendees", "duty_done.manager", "duty_done.grid"),
        enough=3,
        few=2,
    ),
    office="duty_done.office",
    facts=("duty_done.done_on", "duty_done.content", "duty_done.materials", "duty_done.answered", "duty_done.attendees", "duty_done.remark"),
    hollow="not-filled-in",
    on_screen=("number", "done_on", "service", "manager", "grid", "content"),
    several=True,
    words=("履职记录", "履职台账", "履职", "座谈会记录", "座谈记录", "政企联系", "宣传记录", "宣传台账", "宣传活动记录"),
    columns=(
        Column("form.number", "履职号", Code(8), export_only=True),
        Column(
            "duty_done.done_on", "日期", Date(past=True),
            ("活动日期", "开展日期", "履职日期", "宣传日期", "座谈日期", "会议日期", "完成日期", "时间", "活动时间", "开展时间"),
            required=True,
        ),
        Column(
            "duty_done.service", "项目", Service(),
            ("履职项目", "服务项目", "活动项目", "活动类型", "活动名称", "事项", "履职事项", "项目名称"),
            required=True,
        ),
        Column("duty_done.manager", "客户经理", Person(), ("责任人", "服务人员", "宣传人员", "主持人", "台区经理", "网格经理", "社区经理", "片区经理", "服务人")),
        Column("duty_done.grid", "网格/社区", Name(14), ("所属社区", "所属网格", "所在社区", "活动社区", "宣传社区", *GRID_WORDS)),
        Column("duty_done.content", "内容", Text(30), ("活动内容", "宣传内容", "会议内容", "座谈内容", "工作内容", "主要内容")),
        Column("duty_done.materials", "发放资料", Count(), ("发放资料份数", "发放资料数", "发放宣传资料", "宣传资料", "发放宣传资料份数", "资料份数", "发放份数", "资料数量", "发放资料数量")),
        Column("duty_done.answered", "解答问题", Count(), ("解答问题数", "答复问题", "解答咨询", "解答咨询数", "现场解答", "咨询人次", "接受咨询", "解答问题个数")),
        Column("duty_done.attendees", "参加人数", Count(), ("参会人数", "参与人数", "与会人数", "人数", "参加人次", "受众人数")),
        Column("duty_done.office", "供电所", OfficeName(), ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "所属单位")),
        Column("duty_done.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(FORM_ID, DUE_BY),
)  # fmt: skip
