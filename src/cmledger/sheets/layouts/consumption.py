"""电量: the energy of customers, a row per month or year, or the months of a year side by side."""

from cmledger.sheets.kinds import Code, Energy, Month, Period, Register, Text, Year
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.customers import ACCOUNT_NO, KWH, METER_NO

CONSUMPTION = Layout(
    kind="consumption",
    title="售电量",
    key=("customer.account_no", "consumption.year", "consumption.month"),
    table="consumption",
    proof=Proof(("customer.account_no",), energy=True, weight=1.5, counts=False),
    on_screen=("account_no", "name", "year", "month", "kwh"),
    keeps_extras=False,
    facts=("consumption.kwh",),
    hollow="no-reading",
    words=("电量", "售电量", "用电量", "抄表", "抄见"),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column("consumption.year", "年", Year(), ("年份", "年度", "用电年度", "用电年份", "电费年度")),
        Column("consumption.month", "月", Month(), ("月份", "用电月份", "用电月", "电费月份")),
        Column("consumption.kwh", "电量(kWh)", Energy(), KWH.aliases, required=True),
    ),
    readings=(
        Column(
            "consumption.period", "年月", Period(),
            ("电费年月", "年月份", "抄表年月", "账期", "用电年月", "月份", "应收年月", "电量年月", "统计年月", "日期"),
        ),
        Column("consumption.register", "示数类型", Register(), ("示数类别", "示数类型名称", "电量类型", "抄表示数类型", "费率类型", "时段")),
        Column("consumption.meter_no", "电能表编号", Code(20), METER_NO.aliases),
        Column("consumption.metering_point", "计量点编号", Code(16), ("计量点号", "计量点")),
    ),
)  # fmt: skip
