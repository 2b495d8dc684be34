"""线路台账: one row is a line of an office."""

from cmledger.sheets.kinds import Code, Name, OfficeName, Text, Voltage
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes

LINES = Layout(
    kind="lines",
    title="线路台账",
    key=("line.office", "line.name"),
    table="line",
    proof=Proof(
        ("line.name",),
        without=("customer.account_no", "customer.name", "customer.meter_no", "customer.transformer_area"),
        telling=("line.code", "line.substation", "line.voltage"),
        subject=True,
    ),
    office="line.office",
    on_screen=("name", "code", "voltage", "substation", "office", "remark"),
    words=("线路台账", "线路台帐", "线路清单", "线路信息", "线路明细", "线路一览", "馈线台账", "馈线台帐", "馈线清单"),
    columns=(
        Column(
            "line.name", "线路名称", Name(18),
            ("线路", "馈线名称", "馈线", "10kV线路", "10kV线路名称", "供电线路", "供电线路名称", "线路名", "配电线路", "配电线路名称"),
            required=True,
        ),
        Column("line.code", "线路编号", Code(14), ("线路编码", "线路代码", "馈线编号", "馈线编码", "线路ID", "编号", "编码")),
        Column(
            "line.voltage", "电压等级", Voltage(codes.VOLTAGE, codes.VOLTS, codes.VOLTAGE_WORDS),
            ("线路电压等级", "线路电压", "供电电压", "电压"),
        ),
        Column("line.substation", "变电站", Name(16), ("变电站名称", "所属变电站", "电源变电站", "供电变电站", "上级变电站", "所属厂站", "变电所")),
        Column("line.office", "供电所", OfficeName(), ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "单位名称", "所属单位", "运维单位")),
        Column("line.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
)  # fmt: skip
