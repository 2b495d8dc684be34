"""纪念日: one row is a day of the year on which a customer is greeted (生日, 厂庆日); the customer must be known.

Offices write a column for each occasion, too.
"""

from cmledger.sheets.kinds import MonthDay, OpenChoice, Text
from cmledger.sheets.layout import Column, Layout, Proof, Spread
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.customers import ACCOUNT_NO

DATES = Layout(
    kind="dates",
    title="纪念日",
    key=("customer.account_no", "customer_date.occasion"),
    table="customer_date",
    proof=Proof(
        ("customer.account_no", "customer_date.occasion", "customer_date.day"),
        telling=("customer_date.occasion",),
        enough=1,
        weight=1.5,
    ),
    on_screen=("account_no", "name", "occasion", "day", "remark"),
    facts=("customer_date.day", "customer_date.remark", "customer_date.birthday", "customer_date.founding"),
    spread=Spread(
        "customer_date.occasion",
        "customer_date.day",
        (("customer_date.birthday", "birthday"), ("customer_date.founding", "founding")),
    ),
    hollow="date-not-filled-in",
    several=True,
    words=("纪念日", "生日", "厂庆日", "祝福", "客户生日"),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column(
            "customer_date.occasion", "事由", OpenChoice(codes.OCCASION, width=14),
            ("纪念日名称", "纪念日类型", "纪念日类别", "祝福事由"),
            required=True,
        ),
        Column("customer_date.day", "月日", MonthDay(), ("日期", "纪念日", "纪念日期", "具体日期")),
        Column("customer_date.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(
        Column("customer_date.birthday", "生日", MonthDay(), (*codes.OCCASION["birthday"], "生日日期")),
        Column("customer_date.founding", "厂庆日", MonthDay(), (*codes.OCCASION["founding"], "厂庆日期", "建厂日期")),
    ),
)  # fmt: skip
