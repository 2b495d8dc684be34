"""客户经理台账: one row is one manager of an office."""

from cmledger.sheets.kinds import (
    Choice,
    Code,
    Count,
    Date,
    Flag,
    OfficeName,
    OpenChoice,
    Person,
    Phone,
    Text,
)
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.codes_staff import EDUCATION, LEVEL

MANAGERS = Layout(
    kind="managers",
    title="客户经理台账",
    key=("manager.office", "manager.name"),
    table="manager",
    proof=Proof(
        ("manager.name",),
        without=("customer.account_no",),
        # a name and a phone are a list of anybody: something must speak of managers
        telling=(
            "manager.grade", "manager.lines", "manager.employee_no", "manager.areas", "manager.grids",
            "manager.capacity", "manager.level",
        ),
        few=2,
    ),
    office="manager.office",
    on_screen=("name", "employee_no", "office", "grade", "level", "phone", "lines"),
    words=("客户经理台账", "客户经理", "台区经理", "网格经理", "经理名册", "花名册"),
    columns=(
        Column(
            "manager.name", "姓名", Person(),
            ("客户经理", "客户经理姓名", "经理姓名", "台区经理", "网格经理", "人员姓名", "名字", "员工姓名"),
            required=True,
        ),
        Column("manager.employee_no", "工号", Code(12), ("员工编号", "人员编号", "职工编号", "员工号", "编号", "客户经理编号")),
        Column("manager.office", "供电所", OfficeName(), ("所属供电所", "单位", "所在单位", "供电单位", "站所", "单位名称", "所属单位", "工作单位")),
        Column(
            "manager.grade", "级别", Choice(codes.GRADE),
            ("客户经理级别", "经理级别", "类别", "客户经理类别", "等级", "客户经理等级", "经理类型", "客户经理类型", "类型", "职级"),
        ),
        # headed alike in offices' sheets: the words under it tell which of the two it is
        Column(
            "manager.level", "聘任等级", Choice(LEVEL),
            ("聘任级别", "经理等次", "客户经理等次", "等次", "聘任等次", "任职等级", "级别", "客户经理级别", "经理级别", "等级", "客户经理等级", "职级"),
        ),
        Column(
            "manager.phone", "电话", Phone(),
            ("联系电话", "手机", "手机号", "手机号码", "联系方式", "办公电话", "客户经理电话", "电话号码", "移动电话", "服务电话"),
        ),
        Column(
            "manager.lines", "负责线路", Text(24),
            ("管辖线路", "所辖线路", "线路", "负责区域", "负责范围", "责任区域", "服务区域", "管理线路", "负责线路名称", "分管线路", "包保线路",
             "负责线路/台区"),
        ),
        Column("manager.areas", "负责台区", Text(24), ("管辖台区", "所辖台区", "分管台区", "管理台区", "包保台区", "责任台区", "负责台区名称")),
        Column(
            "manager.grids", "负责村/社区/网格", Text(24),
            ("负责社区", "负责网格", "负责村", "负责社区/村", "管辖社区", "管辖网格", "管辖村", "所辖社区", "所辖网格", "所辖村", "服务社区",
             "分管社区", "包保社区", "包保村", "负责社区名称", "负责村名称"),
        ),
        Column("manager.capacity", "最多管户", Count(), ("最多管户数", "管户上限", "管户数上限", "最大管户数", "核定管户数", "管户限额")),
        Column("manager.education", "学历", OpenChoice(EDUCATION), ("文化程度", "最高学历", "学历层次", "教育程度")),
        Column(
            "manager.power_since", "参加电力工作日期", Date(past=True),
            ("参加电力工作时间", "从事电力工作日期", "从事电力工作时间", "电力工作起始日期", "电力从业日期"),
        ),
        Column(
            "manager.bad_record", "不良记录", Flag(yes=("有不良记录",), no=("无不良记录",)),
            ("有无不良记录", "是否有不良记录", "违纪记录", "有无违纪"),
        ),
        Column(
            "manager.healthy", "身体健康", Flag(yes=("健康", "良好", "合格", "正常"), no=("不健康", "不合格", "较差")),
            ("健康状况", "身体状况", "健康情况", "身体条件", "是否健康"),
        ),
        Column("manager.left_on", "离岗日期", Date(), ("离职日期", "调离日期", "退休日期", "离岗时间")),
        Column("manager.remark", "备注", Text(24), ("说明", "附注")),
    ),
)  # fmt: skip
