"""What the user knows a row by: a customer's 户号, a manager's name, a visit's customer and day."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table

_TELLING = (
    "year", "month", "visited_on", "trained_on", "topic", "done_on", "opened_on", "happened_on", "contacted_on",
    "service", "period", "valid_from", "begins_at", "told_at", "name",
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


def labels_of_absent(
    connection: Connection, ids: Mapping[str, Sequence[int]]
) -> dict[tuple[str, int], str]:
    """(table, row id) -> label of rows that are no longer there, by what they were when they were deleted."""
    images = {
        (name, i): image
        for name in ids
        for i, image in _images(connection, name, ids[name]).items()
    }
    owners = {owner for image in images.values() if (owner := _owner(image)) is not None}
    owners |= {i for name in ids if name in SPAN_TABLES for i in ids[name]}
    accounts = {
        i: label for (_, i), label in labels_of(connection, {"customer": sorted(owners)}).items()
    }
    gone = _images(connection, "customer", sorted(owners - accounts.keys()))
    accounts |= {i: str(image["account_no"]) for i, image in gone.items()}
    found: dict[tuple[str, int], str] = {}
    for name, wanted in ids.items():
        for i in wanted:
            if name in SPAN_TABLES:
                parts = [accounts.get(i)]
            elif name == "customer":
                parts = [images.get((name, i), {}).get("account_no")]
            else:
                image = images.get((name, i), {})
                parts = [accounts.get(_owner(image) or 0), *(image.get(c) for c in _TELLING)]
            found[name, i] = " ".join(str(part) for part in parts if part is not None)
    return found


def _owner(image: Mapping[str, Any]) -> int | None:
    """The customer a row belongs to."""
    owner: int | None = image.get("customer_id", image.get("first_id"))
    return owner


def _images(connection: Connection, name: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Deleted rows as they were last."""
    entry = table("entry")
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        query = (
            sa.select(entry.c.row_id, entry.c.before)
            .where(entry.c.table_name == name, entry.c.row_id.in_(part))
            .where(entry.c.action == "delete")
            .order_by(entry.c.operation_id)
        )
        found.update((i, json.loads(before)) for i, before in connection.execute(query))
    return found


def _query(name: str) -> sa.Select[Any]:
    customer, target = table("customer"), table(name)
    if name == "customer" or name in SPAN_TABLES:
        return sa.select(customer.c.id, customer.c.account_no)
    told = [target.c[column] for column in _TELLING if column in target.c]
    owner = next((column for column in ("customer_id", "first_id") if column in target.c), None)
    if name == "training":
        manager = table("manager")
        whose = sa.select(target.c.id, manager.c.person_key, *told)
        return whose.join(manager, manager.c.id == target.c.manager_id)
    if owner is None:
        return sa.select(target.c.id, *told)
    return sa.select(target.c.id, customer.c.account_no, *told).join(
        customer, customer.c.id == target.c[owner]
    )
