"""联络员台账: one row is a liaison of a grid, a community or a village."""

from cmledger.sheets.kinds import Name, OfficeName, OpenChoice, Person, Phone, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.grids import (
    GRID_WORDS,
    LIAISON_NAME,
    LIAISON_PHONE,
    LIAISON_ROLE,
    LIAISON_ROLE_WORDS,
)

LIAISONS = Layout(
    kind="liaisons",
    title="联络员台账",
    key=("grid.office", "liaison.grid", "liaison.name"),
    table="liaison",
    proof=Proof(
        ("liaison.name", "liaison.grid"),
        without=("customer.account_no", "customer.name", "customer.meter_no"),
        telling=("liaison.role", "liaison.phone"),
        subject=True,
    ),
    office="grid.office",
    on_screen=("grid", "name", "role", "phone", "office", "remark"),
    words=("联络员台账", "联络员台帐", "联络员", "社区联系人", "联络人"),
    columns=(
        Column("liaison.name", "联络员", Person("person-a-row"), (*LIAISON_NAME, "姓名", "联络人"), required=True),
        Column("liaison.grid", "网格/社区/村", Name(18), ("网格名称", "所属网格", "所属社区", "所属村", "所在社区", "所在村", *GRID_WORDS), required=True),
        Column("liaison.role", "职务", OpenChoice(LIAISON_ROLE), LIAISON_ROLE_WORDS),
        Column("liaison.phone", "联系电话", Phone(), LIAISON_PHONE),
        Column("grid.office", "供电所", OfficeName(), ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "所属单位")),
        Column("liaison.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
)  # fmt: skip
