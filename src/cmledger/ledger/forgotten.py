"""Who was forgotten: nobody may bring their data back, by undo or by an older export."""

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.tables import table

FORGET = "forget"
"""The command whose operations are never undone."""


def forget_operations(connection: Connection) -> set[int]:
    """The numbers of the operations that forgot somebody; most often there is none."""
    operation = table("operation")
    return set(connection.scalars(sa.select(operation.c.id).where(operation.c.command == FORGET)))


def forgotten_customers(connection: Connection) -> dict[int, int]:
    """The row ids of the customers of whom only an anonymous record is left; by which operation (the last)."""
    numbers = forget_operations(connection)
    if not numbers:
        return {}
    entry = table("entry")
    query = (
        sa.select(entry.c.row_id, entry.c.operation_id)
        .where(entry.c.operation_id.in_(sorted(numbers)), entry.c.table_name == "customer")
        .order_by(entry.c.operation_id)
    )
    return dict(map(tuple, connection.execute(query)))
