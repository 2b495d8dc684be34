"""Schema 4: plans, dates and events of customers; items done without a visit; duties, matters, outages, the month's plan."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STRICT = {"sqlite_strict": True}

_REFERENCES = {
    "customer_id": "customer",
    "manager_id": "manager",
    "grid_id": "grid",
    "office_id": "office",
    "line_id": "line",
    "transformer_area_id": "transformer_area",
    "visit_id": "visit",
    "outage_id": "outage",
}
_NUMBERS = frozenset(
    [
        "id",
        "hours",
        "manager_key",
        "grid_key",
        "line_key",
        "area_key",
        "materials",
        "answered",
        "attendees",
        "sequence",
        "fixed",
        "capacity",
        "bad_record",
        "healthy",
        "inspection_months",
        "representative",
        "own_source",
    ]
)


def upgrade() -> None:
    """Add columns (the tables stay STRICT) and tables."""
    add("manager", "areas grids capacity level education power_since bad_record healthy left_on")
    add("customer", "inspection_months channel representative special_group own_source")
    add("customer_manager", "basis reason")
    add("service_done", "method content form_id remark extras")
    with op.batch_alter_table("service_done", table_kwargs=STRICT) as table:
        table.alter_column("visit_id", existing_type=long(), nullable=True)
    alone = sa.text("visit_id IS NULL")
    op.create_index(
        "service_done_alone",
        "service_done",
        ["customer_id", "service", "done_on"],
        unique=True,
        sqlite_where=alone,
        postgresql_where=alone,
    )
    spans("customer_plan", "customer_id service valid_from", "valid_to cycle", "remark")
    rows("training", "manager_id trained_on topic", "", "hours result remark extras")
    rows("customer_date", "customer_id occasion", "day", "remark extras")
    rows("customer_event", "customer_id event happened_on", "", "remark extras")
    rows(
        "duty_done",
        "office_id service done_on manager_key grid_key",
        "",
        "manager_id grid_id content materials answered attendees form_id remark extras",
    )
    rows(
        "matter",
        "customer_id matter_kind opened_on sequence",
        "",
        "content level measure due_by manager_id visit_id closed_on result form_id remark extras",
    )
    rows(
        "arrears_contact",
        "customer_id contacted_on sequence",
        "",
        "manager_id method via result promised_on card_hung_on remark extras",
    )
    rows(
        "outage",
        "office_id begins_at line_key area_key",
        "",
        "line_id transformer_area_id ends_at outage_kind number reason known_on cancelled_on remark extras",
    )
    rows(
        "outage_notice",
        "outage_id customer_id notice_kind told_at",
        "",
        "method outcome manager_id remark extras",
    )
    rows(
        "planned_visit",
        "customer_id service period",
        "month fixed",
        "planned_on manager_id reason remark",
    )
    op.create_index("customer_event_day", "customer_event", ["event", "happened_on"])
    op.create_index("duty_done_day", "duty_done", ["service", "done_on"])
    op.create_index("outage_notice_customer", "outage_notice", ["customer_id"])
    op.create_index("planned_visit_month", "planned_visit", ["month"])


def add(name: str, columns: str) -> None:
    """Columns, all of which may be blank, at the end of a table."""
    with op.batch_alter_table(name, table_kwargs=STRICT) as table:
        for column in columns.split():
            table.add_column(one(column))


def rows(name: str, key: str, needed: str, others: str) -> None:
    """A table of rows with an id, one of each key."""
    _create(name, ["id"], f"{key} {needed}", others, sa.UniqueConstraint(*key.split()))


def spans(name: str, key: str, needed: str, others: str) -> None:
    """A table whose key is the primary one."""
    _create(name, key.split(), needed, others)


def _create(
    name: str, key: list[str], needed: str, others: str, *constraints: sa.UniqueConstraint
) -> None:
    columns = [*key, *needed.split(), *others.split()]
    blank = others.split()
    op.create_table(
        name,
        *(one(column, nullable=column in blank) for column in columns),
        *(
            sa.ForeignKeyConstraint([column], [f"{_REFERENCES[column]}.id"])
            for column in columns
            if column in _REFERENCES
        ),
        sa.PrimaryKeyConstraint(*key),
        *constraints,
        **STRICT,
    )


def one(name: str, *, nullable: bool = True) -> "sa.Column[str] | sa.Column[int]":
    if name in _NUMBERS or name in _REFERENCES:
        return sa.Column(name, long(), autoincrement=False, nullable=nullable)
    return sa.Column(name, sa.Text(), nullable=nullable)


def long() -> "sa.types.TypeEngine[int]":
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
