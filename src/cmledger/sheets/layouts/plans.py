"""服务方案（一户一方案）: one row is a service item that a customer has on terms of its own, from a day to a day."""

from cmledger.sheets.kinds import Cycle, Date, OpenChoice, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.customers import ACCOUNT_NO

CYCLE = Cycle(
    codes.CYCLE,
    codes.CYCLE_UNITS,
    codes.CYCLE_PATTERNS,
    codes.CYCLE_OFFERED,
    codes.CYCLE_FILLERS,
)

PLANS = Layout(
    kind="plans",
    title="服务方案",
    key=("customer.account_no", "customer_plan.service", "customer_plan.valid_from"),
    table="customer_plan",
    proof=Proof(
        ("customer.account_no", "customer_plan.service", "customer_plan.cycle"),
        weight=2,
    ),
    on_screen=("account_no", "name", "service", "cycle", "valid_from", "valid_to"),
    facts=("customer_plan.cycle", "customer_plan.valid_to", "customer_plan.remark"),
    hollow="plan-not-filled-in",
    keeps_extras=False,
    several=True,
    words=("服务方案", "一户一方案", "一户一策", "定制服务", "个性化服务", "服务定制", "服务计划表", "客户服务方案"),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column(
            "customer_plan.service", "服务项目", OpenChoice(codes.SERVICES, width=26),
            ("定制项目", "服务内容", "服务事项", "项目", "增值服务项目", "个性化服务项目", "服务项目名称"),
            required=True,
        ),
        Column(
            "customer_plan.cycle", "周期", CYCLE,
            ("服务周期", "本户周期", "执行周期", "服务频次", "频次", "服务频率", "频率", "次数要求"),
        ),
        Column("customer_plan.valid_from", "自", Date(), ("起始日期", "开始日期", "生效日期", "起", "自何日", "起日")),
        Column("customer_plan.valid_to", "至", Date(), ("截止日期", "结束日期", "终止日期", "止", "至何日", "止日")),
        Column("customer_plan.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
)  # fmt: skip
