"""What the user knows a row by: a customer's 户号, a manager's name, a visit's customer and day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table

_TELLING = (
    "year", "month", "visited_on", "done_on", "service", "valid_from", "name",
)  # fmt: skip
"""What tells a customer's rows of one table apart, in this order."""


def labels_of_operation(connection: Connection, number: int) -> dict[tuple[str, int], str]:
    """(table, row id) -> label of the rows an operation touched that exist now."""
    entry = table("entry")
    ids: dict[str, list[int]] = defaultdict(list)
    for name, row_id in connection.execute(
        sa.select(entry.c.table_name, entry.c.row_id).where(entry.c.operation_id == number)
    ):
        ids[name].append(row_id)
    return labels_of(connection, ids)


def labels_of(
    connection: Connection, ids: Mapping[str, Sequence[int]]
) -> dict[tuple[str, int], str]:
    """(table, row id) -> label of the rows that exist; of a span the row id is the customer's."""
    found: dict[tuple[str, int], str] = {}
    for name, wanted in ids.items():
        if name not in ROW_TABLES and name not in SPAN_TABLES:
            continue
        query = _query(name)
        key = table("customer").c.id if name in SPAN_TABLES else table(name).c.id
        for part in chunks(sorted(set(wanted))):
            for row in connection.execute(query.where(key.in_(part))):
                found[name, row[0]] = " ".join(str(p) for p in row[1:] if p is not None)
    return found


def _query(name: str) -> sa.Select[Any]:
    customer, target = table("customer"), table(name)
    if name == "customer" or name in SPAN_TABLES:
        return sa.select(customer.c.id, customer.c.account_no)
    told = [target.c[column] for column in _TELLING if column in target.c]
    owner = next((column for column in ("customer_id", "first_id") if column in target.c), None)
    if owner is None:
        return sa.select(target.c.id, *told)
    return sa.select(target.c.id, customer.c.account_no, *told).join(
        customer, customer.c.id == target.c[owner]
    )
