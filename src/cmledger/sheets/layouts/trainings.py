"""客户经理培训记录: one row is a training that a manager took part in; the manager must be known."""

from cmledger.sheets.kinds import Date, Name, OfficeName, Person, Quantity, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.lexicon import HOURS_UNITS

TRAININGS = Layout(
    kind="trainings",
    title="培训记录",
    key=("manager.office", "training.manager", "training.trained_on", "training.topic"),
    table="training",
    proof=Proof(
        ("training.topic", "training.manager", "training.trained_on"),
        without=("customer.account_no",),
        telling=("training.hours", "training.result"),
        enough=1,
        few=2,
    ),
    office="manager.office",
    several=True,
    on_screen=("trained_on", "manager", "topic", "hours", "result", "office"),
    words=("培训记录", "培训台账", "培训台帐", "培训登记", "培训情况", "培训档案", "客户经理培训"),
    columns=(
        Column(
            "training.manager", "姓名", Person("person-a-row"),
            ("客户经理", "参训人员", "参加人员", "培训人员", "参训人", "学员", "客户经理姓名", "经理姓名", "员工姓名", "参训人姓名"),
            required=True,
        ),
        Column("manager.office", "供电所", OfficeName(), ("所属供电所", "单位", "所在单位", "供电单位", "站所", "所属单位")),
        Column("training.trained_on", "培训日期", Date(past=True), ("日期", "培训时间", "时间", "参训日期"), required=True),
        Column("training.topic", "培训内容", Name(30), ("内容", "培训项目", "培训课程", "课程", "培训主题", "课程名称", "培训名称"), required=True),
        Column("training.hours", "学时", Quantity(HOURS_UNITS), ("培训学时", "课时", "培训课时", "学时数", "培训时长", "时长")),
        Column("training.result", "结果", Text(14), ("培训结果", "考核结果", "考试结果", "成绩", "考核成绩", "考试成绩", "是否合格")),
        Column("training.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
)  # fmt: skip
