"""Schema 1: the ledger as first released."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STRICT = {"sqlite_strict": True}


def upgrade() -> None:
    """Make every table. A new ledger is made by `create_all`; this is the base that later revisions change."""
    op.create_table(
        "event",
        number("id"),
        text("at"),
        text("as_of"),
        text("actor"),
        text("kind"),
        text("detail"),
        sa.PrimaryKeyConstraint("id"),
        **STRICT,
    )
    op.create_table(
        "id_counter",
        text("name"),
        number("next_id"),
        sa.PrimaryKeyConstraint("name"),
        **STRICT,
    )
    op.create_table(
        "ledger_info",
        number("id"),
        number("schema_version"),
        text("count_from"),
        text("created_at"),
        number("undo_floor"),
        sa.PrimaryKeyConstraint("id"),
        **STRICT,
    )
    op.create_table(
        "office",
        number("id"),
        text("name"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        **STRICT,
    )
    op.create_table(
        "policy_edition",
        number("id"),
        text("since"),
        text("digest"),
        text("profile"),
        text("text"),
        text("first_used_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
        **STRICT,
    )
    op.create_table(
        "grid",
        number("id"),
        number("office_id"),
        text("name"),
        text("grid_kind", nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office_id", "name"),
        **STRICT,
    )
    op.create_table(
        "line",
        number("id"),
        number("office_id"),
        text("name"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office_id", "name"),
        **STRICT,
    )
    op.create_table(
        "manager",
        number("id"),
        number("office_id"),
        text("person_key"),
        text("name"),
        text("employee_no", nullable=True),
        text("grade", nullable=True),
        text("phone", nullable=True),
        text("lines", nullable=True),
        text("remark", nullable=True),
        text("extras", nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office_id", "person_key"),
        **STRICT,
    )
    op.create_table(
        "operation",
        number("id"),
        text("at"),
        text("as_of"),
        text("actor"),
        number("by_person"),
        text("command"),
        text("arguments"),
        number("edition_id", nullable=True),
        number("target_id", nullable=True),
        number("live"),
        text("counts"),
        sa.ForeignKeyConstraint(["edition_id"], ["policy_edition.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["operation.id"]),
        sa.PrimaryKeyConstraint("id"),
        **STRICT,
    )
    op.create_table(
        "transformer_area",
        number("id"),
        number("office_id"),
        text("name"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office_id", "name"),
        **STRICT,
    )
    op.create_table(
        "customer",
        number("id"),
        text("account_key"),
        text("account_no"),
        text("old_account_no", nullable=True),
        text("name", nullable=True),
        text("address", nullable=True),
        number("office_id"),
        number("line_id", nullable=True),
        number("transformer_area_id", nullable=True),
        number("grid_id", nullable=True),
        text("status", nullable=True),
        text("customer_class", nullable=True),
        text("voltage", nullable=True),
        text("tariff_class", nullable=True),
        text("industry", nullable=True),
        number("contract_capacity_kva", nullable=True),
        number("operating_capacity_kva", nullable=True),
        text("supply", nullable=True),
        number("dedicated_line", nullable=True),
        text("reliability_need", nullable=True),
        number("social_impact", nullable=True),
        text("importance", nullable=True),
        number("pv", nullable=True),
        number("ev_charging", nullable=True),
        text("payment_channel", nullable=True),
        text("meter_no", nullable=True),
        text("contact_name", nullable=True),
        text("contact_phone", nullable=True),
        text("opened_on", nullable=True),
        text("closed_on", nullable=True),
        text("remark", nullable=True),
        text("extras", nullable=True),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"]),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"]),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"]),
        sa.ForeignKeyConstraint(["transformer_area_id"], ["transformer_area.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_key"),
        **STRICT,
    )
    op.create_index("customer_line", "customer", ["line_id"])
    op.create_index("customer_office", "customer", ["office_id"])
    op.create_table(
        "source_file",
        number("id"),
        number("operation_id"),
        text("path"),
        text("sha256"),
        number("size"),
        text("reading"),
        text("report"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"]),
        sa.PrimaryKeyConstraint("id"),
        **STRICT,
    )
    op.create_index("source_file_digest", "source_file", ["sha256"])
    op.create_table(
        "consumption",
        number("id"),
        number("customer_id"),
        number("year"),
        number("month"),
        number("kwh"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("customer_id", "year", "month"),
        **STRICT,
    )
    op.create_table(
        "customer_manager",
        number("customer_id"),
        text("valid_from"),
        text("valid_to"),
        number("manager_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.PrimaryKeyConstraint("customer_id", "valid_from"),
        **STRICT,
    )
    op.create_index("customer_manager_manager", "customer_manager", ["manager_id"])
    op.create_table(
        "customer_tier",
        number("customer_id"),
        text("valid_from"),
        text("valid_to"),
        text("tier"),
        text("rule"),
        text("reasons"),
        number("kwh", nullable=True),
        number("kwh_year", nullable=True),
        text("kwh_basis", nullable=True),
        number("kwh_rank", nullable=True),
        number("edition_id", nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["edition_id"], ["policy_edition.id"]),
        sa.PrimaryKeyConstraint("customer_id", "valid_from"),
        **STRICT,
    )
    op.create_table(
        "source_sheet",
        number("id"),
        number("file_id"),
        text("name"),
        text("kind"),
        text("columns"),
        text("refused_rows"),
        sa.ForeignKeyConstraint(["file_id"], ["source_file.id"]),
        sa.PrimaryKeyConstraint("id"),
        **STRICT,
    )
    op.create_table(
        "tier_override",
        number("id"),
        number("customer_id"),
        text("tier"),
        text("reason"),
        text("valid_from"),
        text("valid_to"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.PrimaryKeyConstraint("id"),
        **STRICT,
    )
    op.create_index("tier_override_customer", "tier_override", ["customer_id"])
    op.create_table(
        "visit",
        number("id"),
        number("customer_id"),
        text("visited_on"),
        number("manager_key"),
        number("sequence"),
        number("manager_id", nullable=True),
        text("method", nullable=True),
        text("content", nullable=True),
        text("opinion", nullable=True),
        text("satisfaction", nullable=True),
        text("form_id", nullable=True),
        text("remark", nullable=True),
        text("extras", nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("customer_id", "visited_on", "manager_key", "sequence"),
        **STRICT,
    )
    op.create_index("visit_day", "visit", ["visited_on"])
    op.create_index("visit_form", "visit", ["form_id"])
    op.create_table(
        "entry",
        text("table_name"),
        number("row_id"),
        number("operation_id"),
        text("action"),
        text("before", nullable=True),
        number("sheet_id", nullable=True),
        number("sheet_row", nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"]),
        sa.ForeignKeyConstraint(["sheet_id"], ["source_sheet.id"]),
        sa.PrimaryKeyConstraint("table_name", "row_id", "operation_id"),
        **STRICT,
    )
    op.create_index("entry_operation", "entry", ["operation_id"])
    op.create_table(
        "service_done",
        number("id"),
        number("customer_id"),
        text("service"),
        text("done_on"),
        number("manager_id", nullable=True),
        number("visit_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("visit_id", "service"),
        **STRICT,
    )
    op.create_index("service_done_customer", "service_done", ["customer_id", "service", "done_on"])


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, long, autoincrement=False, nullable=nullable)
