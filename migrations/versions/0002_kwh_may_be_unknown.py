"""Schema 2: 清空 in an energy cell keeps the record and makes its value unknown."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """consumption.kwh may be NULL. SQLite rebuilds the table; it stays STRICT."""
    with op.batch_alter_table("consumption", table_kwargs={"sqlite_strict": True}) as table:
        table.alter_column("kwh", existing_type=sa.BigInteger(), nullable=True)
