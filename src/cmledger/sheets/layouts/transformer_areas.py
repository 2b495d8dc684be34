"""台区台账: one row is a transformer area (公变) of an office, on a line."""

from cmledger.sheets.kinds import Capacity, Code, Name, OfficeName, Person, Phone, Text
from cmledger.sheets.layout import Column, Layout, Proof

TRANSFORMER_AREAS = Layout(
    kind="transformer-areas",
    title="台区台账",
    key=("transformer_area.office", "transformer_area.name"),
    table="transformer_area",
    proof=Proof(
        ("transformer_area.name",),
        without=("customer.account_no", "customer.name", "customer.meter_no"),
        telling=("transformer_area.code", "transformer_area.capacity_kva", "transformer_area.manager"),
        subject=True,
    ),
    office="transformer_area.office",
    on_screen=("name", "code", "line", "capacity_kva", "manager", "office"),
    words=("台区台账", "台区台帐", "台区清单", "台区信息", "台区明细", "台区一览", "公变台账", "公变台帐", "公变清单", "配变台账", "配变台帐",
           "配变清单"),
    columns=(
        Column(
            "transformer_area.name", "台区名称", Name(20),
            ("台区", "台区名", "公变名称", "公变", "配变名称", "变压器名称", "公变台区", "公变台区名称", "配电台区"),
            required=True,
        ),
        Column("transformer_area.code", "台区编号", Code(14), ("台区编码", "台区代码", "台区ID", "公变编号", "配变编号", "编号", "编码")),
        Column(
            "transformer_area.line", "所属线路", Name(18),
            ("线路名称", "线路", "供电线路", "10kV线路", "10kV线路名称", "所属馈线", "馈线名称", "馈线", "所在线路", "线路名"),
        ),
        Column(
            "transformer_area.capacity_kva", "台区容量(kVA)", Capacity(),
            ("台区容量", "配变容量", "变压器容量", "公变容量", "额定容量", "铭牌容量", "容量"),
        ),
        Column(
            "transformer_area.manager", "台区经理", Person(),
            ("台区经理姓名", "台区负责人", "台区责任人", "客户经理", "网格经理", "台区客户经理", "责任人", "设备主人"),
        ),
        Column("transformer_area.office", "供电所", OfficeName(), ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "单位名称", "所属单位")),
        Column("transformer_area.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(
        Column(
            "manager.phone", "台区经理电话", Phone(),
            ("台区经理联系电话", "客户经理电话", "经理电话", "责任人电话", "网格经理电话", "电话", "联系电话", "联系方式", "手机", "手机号", "手机号码"),
        ),
    ),
    phones=(("transformer_area.manager", "manager.phone"),),
    parts=(("manager.phone", "transformer_area.manager"),),
)  # fmt: skip
