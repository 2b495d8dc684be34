"""Schema 3: lines, areas and grids have facts of their own; liaisons and contacts; duplicates settled."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

STRICT = {"sqlite_strict": True}


def upgrade() -> None:
    """Add columns (SQLite rebuilds those tables; they stay STRICT) and tables."""
    add("line", text("code"), text("voltage"), text("substation"), text("remark"), text("extras"))
    add(
        "transformer_area",
        text("code"),
        reference("line_id", "transformer_area", "line"),
        number("capacity_kva"),
        reference("manager_id", "transformer_area", "manager"),
        text("remark"),
        text("extras"),
    )
    add(
        "grid",
        text("code"),
        reference("manager_id", "grid", "manager"),
        text("remark"),
        text("extras"),
    )
    add("customer", reference("merged_into_id", "customer", "customer"))
    person("liaison", "grid")
    person("contact", "customer")
    op.create_table(
        "duplicate",
        number("id", nullable=False),
        number("first_id", nullable=False),
        number("second_id", nullable=False),
        text("decision"),
        sa.ForeignKeyConstraint(["first_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["second_id"], ["customer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first_id", "second_id"),
        **STRICT,
    )
    op.create_index("duplicate_second", "duplicate", ["second_id"])
    op.create_index("event_kind", "event", ["kind"])
    merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "customer_merged",
        "customer",
        ["merged_into_id"],
        sqlite_where=merged,
        postgresql_where=merged,
    )


def add(name: str, *columns: "sa.Column[str] | sa.Column[int]") -> None:
    """Columns at the end of a table."""
    with op.batch_alter_table(name, table_kwargs=STRICT) as table:
        for column in columns:
            table.add_column(column)


def person(name: str, of: str) -> None:
    """A table of persons that belong to a row of `of`, one of each name."""
    op.create_table(
        name,
        number("id", nullable=False),
        number(f"{of}_id", nullable=False),
        text("name", nullable=False),
        text("role"),
        text("phone"),
        text("remark"),
        text("extras"),
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(f"{of}_id", "name"),
        **STRICT,
    )


def text(name: str, *, nullable: bool = True) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, *, nullable: bool = True) -> "sa.Column[int]":
    return sa.Column(name, long(), autoincrement=False, nullable=nullable)


def reference(name: str, table: str, of: str) -> "sa.Column[int]":
    # Alembic's batch mode wants a name; this is the one PostgreSQL would give
    key = sa.ForeignKey(f"{of}.id", name=f"{table}_{name}_fkey")
    return sa.Column(name, long(), key, nullable=True)


def long() -> "sa.types.TypeEngine[int]":
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
