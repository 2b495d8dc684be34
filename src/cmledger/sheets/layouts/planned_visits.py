"""走访计划: one row is a due of the month's plan, or (in the workbook of plan-visits) a visit for several of them."""

from cmledger.sheets.kinds import Code, Date, Flag, Name, OpenChoice, Person, Phone, Text
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.customers import ACCOUNT_NO

PLAN_FACTS = (
    Column("form.weekday", "星期", Text(6), export_only=True),
    Column("customer.line", "线路", Name(14), ("线路名称", "所属线路"), export_only=True),
    Column("customer.address", "用电地址", Text(24), ("用户地址", "客户地址", "地址"), export_only=True),
    Column("customer.contact_name", "联系人", Name(9), ("客户联系人",), export_only=True),
    Column("customer.contact_phone", "联系电话", Phone(), ("电话", "联系人电话"), export_only=True),
    Column("form.services", "项目", Text(20), export_only=True),
    Column("form.due_by", "期限", Date(), export_only=True),
    Column("visit.visited_on", "完成日期", Date(past=True), ("实际走访日期", "走访完成日期")),
    Column("visit.form_id", "表单编号", Code(20)),
)  # fmt: skip
"""What the plan's workbook tells of a visit beside its day, and what is filled in when it was made."""

PLANNED_VISITS = Layout(
    kind="planned-visits",
    title="走访计划",
    key=("customer.account_no", "planned_visit.service", "planned_visit.period"),
    table="planned_visit",
    proof=Proof(
        ("customer.account_no", "planned_visit.planned_on"),
        # an office's own 走访计划 says what was done, too: it is read as visits, or as this where it is said to be
        telling=("planned_visit.fixed", "visit.form_id"),
        enough=1,
        few=99,
        weight=3,
    ),
    on_screen=("account_no", "name", "planned_on", "manager", "service"),
    keeps_extras=False,
    several=True,
    words=("走访计划",),
    columns=(
        ACCOUNT_NO,
        Column("customer.name", "户名", Text(30), ("用户名称", "客户名称"), export_only=True),
        Column("planned_visit.planned_on", "计划日期", Date(), ("计划走访日期", "计划走访时间")),
        Column("planned_visit.manager", "客户经理", Person(), ("走访人", "计划走访人")),
        Column("planned_visit.service", "服务项目", OpenChoice(codes.SERVICES, width=20)),
        Column("planned_visit.period", "周期", Code(12)),
        Column("planned_visit.month", "计划月份", Code(10), export_only=True),
        Column("planned_visit.fixed", "人工指定", Flag()),
        Column("planned_visit.reason", "说明", Text(30), export_only=True),
        Column("planned_visit.remark", "备注", Text(24)),
    ),
    readings=PLAN_FACTS,
)  # fmt: skip
