"""What the user knows a row by: a customer's 户号, a manager's name, a visit's customer and day."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.tables import SPAN_TABLES, table

_NAMED = ("office", "line", "transformer_area", "grid", "manager")


def labels_of_operation(connection: Connection, number: int) -> dict[tuple[str, int], str]:
    """(table, row id) -> label of the rows an operation touched that exist now."""
    entry = table("entry")
    ids: dict[str, list[int]] = defaultdict(list)
    for name, row_id in connection.execute(
        sa.select(entry.c.table_name, entry.c.row_id).where(entry.c.operation_id == number)
    ):
        ids[name].append(row_id)
    found: dict[tuple[str, int], str] = {}
    for name, wanted in ids.items():
        query = _query(name)
        key = table("customer").c.id if name in SPAN_TABLES else table(name).c.id
        for part in chunks(wanted):
            for row in connection.execute(query.where(key.in_(part))):
                found[name, row[0]] = " ".join(str(p) for p in row[1:] if p is not None)
    return found


def _query(name: str) -> sa.Select[Any]:
    customer, target = table("customer"), table(name)
    if name in _NAMED:
        return sa.select(target.c.id, target.c.name)
    if name == "customer" or name in SPAN_TABLES:
        return sa.select(customer.c.id, customer.c.account_no)
    when = {
        "consumption": (target.c.get("year"), target.c.get("month")),
        "visit": (target.c.get("visited_on"),),
        "service_done": (target.c.get("done_on"), target.c.get("service")),
        "tier_override": (target.c.get("valid_from"),),
    }[name]
    columns = [column for column in when if column is not None]
    return sa.select(target.c.id, customer.c.account_no, *columns).join(
        customer, customer.c.id == target.c.customer_id
    )
