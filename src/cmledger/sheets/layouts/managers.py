"""客户经理台账: one row is one manager of an office."""

from cmledger.sheets.kinds import Choice, Code, OfficeName, Person, Phone, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes

MANAGERS = Layout(
    kind="managers",
    title="客户经理台账",
    key=("manager.office", "manager.name"),
    table="manager",
    proof=Proof(
        ("manager.name",),
        without=("customer.account_no",),
        # a name and a phone are a list of anybody: something must speak of managers
        telling=("manager.grade", "manager.lines", "manager.employee_no"),
        few=2,
    ),
    office="manager.office",
    on_screen=("name", "employee_no", "office", "grade", "phone", "lines"),
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
        Column(
            "manager.phone", "电话", Phone(),
            ("联系电话", "手机", "手机号", "手机号码", "联系方式", "办公电话", "客户经理电话", "电话号码", "移动电话", "服务电话"),
        ),
        Column(
            "manager.lines", "负责线路", Text(24),
            ("管辖线路", "所辖线路", "线路", "负责区域", "负责范围", "责任区域", "服务区域", "管理线路", "负责线路名称", "分管线路", "包保线路",
             "负责线路/台区", "负责台区"),
        ),
        Column("manager.remark", "备注", Text(24), ("说明", "附注")),
    ),
)  # fmt: skip
