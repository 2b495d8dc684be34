"""客户事件: one row is what happened at a customer's on a day and calls for a service (报停, 减容)."""

from typing import Final

from cmledger.sheets.kinds import Date, OpenChoice, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.customers import ACCOUNT_NO

EVENT: Final = {
    "suspension": ("报停", "暂停", "暂停用电", "报停用电", "申请报停", "申请暂停"),
    "reduction": ("减容", "申请减容", "永久减容", "暂时减容"),
    "increase": ("增容", "申请增容"),
    "resumption": ("启用", "恢复用电", "暂停恢复", "减容恢复", "复电", "启封"),
    "shutdown": ("停产", "停工", "停业"),
    "cutback": ("减产", "限产"),
    "transfer": ("过户",),
    "renaming": ("更名",),
}
"""Events of customers; other words stand as written, for the policy to name them."""

EVENTS = Layout(
    kind="events",
    title="客户事件",
    key=("customer.account_no", "customer_event.event", "customer_event.happened_on"),
    table="customer_event",
    proof=Proof(
        ("customer.account_no", "customer_event.event", "customer_event.happened_on"),
        telling=("customer_event.event",),
        enough=1,
        weight=1.5,
    ),
    on_screen=("account_no", "name", "event", "happened_on", "remark"),
    several=True,
    words=("客户事件", "报停台账", "报停登记", "报停记录", "报停客户", "报停明细", "报停用户", "暂停客户", "暂停用户", "减容台账", "暂停减容", "报停减容", "变更用电", "停产减产", "客户变更"),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column("customer_event.event", "事件", OpenChoice(EVENT), ("客户事件", "事件类型", "事件名称", "变更事项", "变更类型", "变更业务", "变更用电类型", "变更用电业务",
                                                                      "业务类型", "业务类别", "业务名称", "业务项目", "办理业务", "业务", "报停类型", "停用类型", "暂停类型"), required=True),
        Column(
            "customer_event.happened_on", "日期", Date(past=True),
            ("发生日期", "发生时间", "事件日期", "申请日期", "变更日期", "停用日期", "报停日期", "暂停日期", "减容日期", "时间",
             "报停时间", "停用时间", "暂停时间", "减容时间", "报停起始日期", "停用起始日期", "暂停起始日期", "暂停开始日期", "报停开始日期"),
            required=True,
        ),
        Column("customer_event.remark", "备注", Text(24), ("说明", "附注", "备注说明", "原因", "事由")),
    ),
)  # fmt: skip
