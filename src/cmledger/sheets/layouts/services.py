"""服务记录: one row is a service item done for a customer without a visit (a greeting sent, a bill explained by phone)."""

from typing import Final

from cmledger.sheets.kinds import Code, Date, OpenChoice, Person, Service, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.customers import ACCOUNT_NO

SERVICE_METHOD: Final = {
    "wechat": ("微信", "微信群", "企业微信", "微信公众号"),
    "sms": ("短信", "手机短信"),
    "phone": ("电话", "电话联系", "电话告知", "手机"),
    "email": ("邮件", "电子邮件", "邮箱"),
    "on-site": ("上门", "现场", "上门服务", "现场服务", "入户", "登门"),
    "hall": ("营业厅", "来访", "客户来访"),
    "meeting": ("座谈", "座谈会", "会议", "培训班", "集中培训"),
    "letter": ("书面", "信函", "纸质"),
}

FORM_ID = Column("service_done.form_id", "表单编号", Code(20))

OCCASION = Column("form.occasion", "事由", Text(12), export_only=True)
DUE_BY = Column("form.due_by", "最迟日期", Date(), export_only=True)
"""What the list that is handed out tells of an item that is due."""

SERVICES = Layout(
    kind="services",
    title="服务记录",
    key=("customer.account_no", "service_done.service", "service_done.done_on"),
    table="service_done",
    proof=Proof(
        ("customer.account_no", "service_done.service", "service_done.done_on"),
        weight=1.5,
    ),
    on_screen=("account_no", "name", "done_on", "service", "manager"),
    facts=("service_done.done_on", "service_done.content", "service_done.remark"),
    hollow="not-filled-in",
    several=True,
    words=("服务记录", "服务登记", "增值服务记录", "服务项目登记", "服务台账", "服务台帐"),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column(
            "service_done.done_on", "日期", Date(past=True),
            ("服务日期", "完成日期", "服务时间", "完成时间", "办理日期", "实际完成日期", "时间"),
            required=True,
        ),
        Column(
            "service_done.service", "服务项目", Service(codes.SERVICES),
            ("服务事项", "项目", "项目名称", "服务项目名称", "完成项目", "服务类型", "服务类别", "项目编号"),
            required=True,
        ),
        Column("service_done.manager", "服务人", Person(), ("服务人员", "客户经理", "经办人", "办理人", "责任人", "执行人", "台区经理", "网格经理")),
        Column("service_done.method", "服务方式", OpenChoice(SERVICE_METHOD), ("方式", "办理方式", "完成方式", "渠道")),
        Column("service_done.content", "内容", Text(30), ("服务内容", "服务情况", "完成情况", "服务结果", "情况说明")),
        Column("service_done.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(FORM_ID, OCCASION, DUE_BY),
)  # fmt: skip
