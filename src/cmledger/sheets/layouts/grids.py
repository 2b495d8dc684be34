"""网格台账: one row is a grid, a community or a village; its liaisons stand beside it, one a row."""

from typing import Final

from cmledger.sheets.kinds import Choice, Code, Name, OfficeName, OpenChoice, Person, Phone, Text
from cmledger.sheets.layout import Column, Layout, Proof

GRID_KIND: Final = {
    "grid": ("网格", "供电网格", "服务网格", "单元网格"),
    "community": ("社区", "城市社区", "居委会", "社区居委会"),
    "village": ("村", "行政村", "村委会", "农村", "自然村"),
}

LIAISON_ROLE: Final = {
    "community": ("社区", "社区工作人员", "社区人员", "居委会", "社区居委会"),
    "property": ("物业", "小区物业", "物业公司", "物业人员"),
    "village-committee": ("村委会", "村委", "村委会成员", "村委会人员"),
}
"""What a liaison is to the grid; offices write posts as well (社区书记), which stand as written."""

GRID_WORDS: Final = (
    "网格", "供电网格名称", "供电网格", "网格名", "社区名称", "社区", "村名", "村", "行政村", "行政村名称", "村名称", "网格/社区/村",
    "村/社区", "社区/村", "社区(村)", "村(社区)", "社区(村)名称", "村(社区)名称", "村居", "小区名称",
)  # fmt: skip

LIAISON_NAME: Final = (
    "联络员", "联络员姓名", "社区联络员", "社区联系人", "社区联系人姓名", "社区联络员姓名", "村联络员", "村联系人", "村联络员姓名",
    "村联系人姓名", "网格联络员", "网格联络员姓名", "网格联系人", "物业联系人", "物业联络员", "村委会联系人", "联系人", "联系人姓名",
)  # fmt: skip
LIAISON_ROLE_WORDS: Final = (
    "职务", "联络员职务", "社区联系人职务", "联系人职务", "社区联络员职务", "联络员身份", "身份", "联络员类型", "联络员类别", "岗位",
)  # fmt: skip
LIAISON_PHONE: Final = (
    "联络员电话", "联络员联系电话", "联络员联系方式", "联络员手机", "社区联系人电话", "社区联系人联系电话", "社区联络员电话", "联系人电话",
    "村联络员电话", "村联系人电话", "网格联络员电话", "电话", "联系电话", "联系方式", "手机", "手机号", "手机号码", "电话号码",
)  # fmt: skip

GRIDS = Layout(
    kind="grids",
    title="网格台账",
    key=("grid.office", "grid.name"),
    table="grid",
    proof=Proof(
        ("grid.name",),
        without=("customer.account_no", "customer.name", "customer.meter_no"),
        telling=("grid.code", "grid.grid_kind", "grid.manager", "liaison.name"),
        subject=True,
    ),
    office="grid.office",
    on_screen=("name", "grid_kind", "code", "manager", "office", "remark"),
    several=True,
    words=("网格台账", "网格台帐", "网格信息", "网格清单", "网格划分", "网格明细", "网格一览", "社区台账", "社区台帐", "村台账", "村台帐",
           "社区清单", "行政村清单", "网格化"),
    columns=(
        Column("grid.name", "网格名称", Name(18), GRID_WORDS, required=True),
        Column(
            "grid.grid_kind", "网格类型", Choice(GRID_KIND),
            ("网格类别", "网格性质", "类型", "类别"),
        ),
        Column("grid.code", "网格编号", Code(14), ("网格编码", "网格代码", "供电网格编号", "社区编号", "村编号", "社区编码", "编号", "编码")),
        Column(
            "grid.manager", "网格经理", Person(),
            ("社区经理", "社区客户经理", "片区客户经理", "网格客户经理", "客户经理", "网格经理姓名", "网格服务经理", "网格员", "网格长", "台区经理",
             "片区经理", "责任人", "网格责任人", "区域客户经理", "包保人"),
        ),
        Column("grid.office", "供电所", OfficeName(), ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "单位名称", "所属单位", "单位")),
        Column("grid.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(
        Column("liaison.name", "联络员", Person("person-a-row"), LIAISON_NAME),
        Column("liaison.role", "联络员职务", OpenChoice(LIAISON_ROLE), LIAISON_ROLE_WORDS),
        Column("liaison.phone", "联络员电话", Phone(), LIAISON_PHONE),
        Column(
            "manager.phone", "网格经理电话", Phone(),
            ("社区经理电话", "客户经理电话", "网格经理联系电话", "经理电话", "台区经理电话", "责任人电话", "网格员电话", "网格长电话"),
        ),
    ),
    phones=(("grid.manager", "manager.phone"), ("liaison.name", "liaison.phone")),
    parts=(
        ("liaison.role", "liaison.name"),
        ("liaison.phone", "liaison.name"),
        ("manager.phone", "grid.manager"),
    ),
)  # fmt: skip
