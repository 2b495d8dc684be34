"""催费联系记录: one row is one try to reach a customer about arrears; the amounts are the billing system's."""

from typing import Final

from cmledger.sheets.kinds import Code, Date, OpenChoice, Person, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts.customers import ACCOUNT_NO

CONTACT_METHOD: Final = {
    "phone": ("电话", "电话催费", "电话通知", "电话联系", "打电话"),
    "sms": ("短信", "短信催费", "短信通知", "手机短信"),
    "wechat": ("微信", "微信通知", "微信催费"),
    "on-site": ("上门", "上门催费", "入户", "现场", "上门通知"),
    "letter": ("书面", "催费通知单", "通知单", "书面通知", "张贴", "张贴通知单", "欠费通知单"),
    "community": ("社区", "社区代催", "通过社区", "联系社区", "社区联络员"),
    "tv": ("数字电视", "电视", "有线电视"),
}

ARREARS_CONTACTS = Layout(
    kind="arrears-contacts",
    title="催费联系记录",
    key=("customer.account_no", "arrears_contact.contacted_on"),
    table="arrears_contact",
    proof=Proof(
        ("customer.account_no", "arrears_contact.contacted_on"),
        telling=("arrears_contact.result", "arrears_contact.via", "arrears_contact.promised_on", "arrears_contact.card_hung_on", "arrears_contact.method"),
        few=2,
        weight=1,
    ),
    on_screen=("number", "account_no", "name", "contacted_on", "manager", "method", "via", "result", "promised_on"),
    amounts=False,
    several=True,
    words=("催费", "催缴", "欠费联系", "欠费催收", "催收记录", "欠费提醒"),
    columns=(
        Column("form.number", "联系号", Code(8), export_only=True),
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column(
            "arrears_contact.contacted_on", "催费日期", Date(past=True),
            ("日期", "联系日期", "联系时间", "催费时间", "催缴日期", "催缴时间", "催收日期", "催收时间", "时间", "通知日期", "提醒日期"),
            required=True,
        ),
        Column("arrears_contact.manager", "客户经理", Person(), ("催费人", "催费员", "催费人员", "抄催员", "联系人", "催收人", "催缴人", "责任人", "台区经理", "网格经理", "抄表员")),
        Column("arrears_contact.method", "催费方式", OpenChoice(CONTACT_METHOD), ("方式", "联系方式", "催缴方式", "催收方式", "提醒方式", "通知方式")),
        Column("arrears_contact.via", "通过谁", Text(12), ("通过何人", "社区联络员", "联络员", "社区人员", "协助人", "协助催费人", "代为联系人", "经由", "转告人", "社区")),
        Column("arrears_contact.result", "催费结果", Text(24), ("结果", "联系结果", "催缴结果", "催收结果", "联系情况", "催费情况", "客户答复", "催缴情况", "反馈情况")),
        Column("arrears_contact.promised_on", "承诺缴费日期", Date(), ("承诺日期", "承诺交费日期", "承诺缴费时间", "承诺交费时间", "答应缴费日期", "预计缴费日期")),
        Column("arrears_contact.card_hung_on", "挂牌日期", Date(past=True), ("挂卡日期", "挂牌时间", "欠费停电卡日期", "欠费停电卡挂牌日期", "停电卡悬挂日期")),
        Column("arrears_contact.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
)  # fmt: skip
