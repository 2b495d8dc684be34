"""客户联系人: one row is a person at a customer, of a role; the customer must be known."""

from typing import Final

from cmledger.sheets.kinds import OpenChoice, Person, Phone, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.customers import ACCOUNT_NO

CONTACT_ROLE: Final = {
    "electrical": ("电气联系人", "电气负责人", "电气", "用电负责人"),
    "billing": ("账务联系人", "帐务联系人", "账务", "帐务", "财务联系人", "财务"),
    "outage": ("停送电联系人", "停电联系人", "停送电"),
    "legal": ("法人联系人", "法人", "法定代表人", "法人代表"),
    "agent": ("委托代理联系人", "委托代理人", "代理人"),
    "owner": ("客户本人", "本人", "户主"),
    "tenant": ("租户", "承租人"),
    "mail": ("邮寄联系人", "账单邮寄联系人"),
    "property": ("物业联系人", "物业"),
    "relative": ("亲属联系人", "亲属", "家属"),
}
"""联系类型 of the marketing systems; other words stand as written."""

CONTACTS = Layout(
    kind="contacts",
    title="客户联系人",
    key=("customer.account_no", "contact.name"),
    table="contact",
    proof=Proof(
        ("customer.account_no", "contact.name"),
        telling=("contact.role",),
        enough=1,
        weight=1.5,
    ),
    on_screen=("account_no", "customer", "role", "name", "phone", "remark"),
    several=True,
    words=("联系人", "客户联系人", "用户联系人", "联系人台账", "联系人台帐", "联系人清单", "联系人信息", "联系人明细", "客户联络表", "客户联系表"),
    columns=(
        ACCOUNT_NO,
        Column("contact.customer", "户名", Text(30), ("用户名称", "客户名称", "用户名", "客户名"), export_only=True),
        Column("contact.role", "联系类型", OpenChoice(CONTACT_ROLE, width=16), ("联系人类型", "联系人类别", "联系人性质", "联系人角色", "联系人身份", "类型", "类别")),
        Column("contact.name", "联系人", Person("person-a-row"), ("联系人姓名", "客户联系人", "姓名", "企业联系人"), required=True),
        Column(
            "contact.phone", "联系电话", Phone(),
            ("电话", "联系人电话", "联系方式", "手机", "手机号", "手机号码", "联系手机", "移动电话", "电话号码", "联系人联系方式", "联系人手机"),
        ),
        Column("contact.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
)  # fmt: skip
