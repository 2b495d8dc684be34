"""Customers' own service plans (customer_plan): spans of terms, item by item, as rows that sheets show and bring back.

A span has no id of its own, for the journal keeps a customer's spans as one. A row of a listing goes by customer * 1000
+ its place among the customer's spans, which together with a state of the ledger says which span is meant.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import current_spans
from cmledger.ledger.tables import FOREVER, table
from cmledger.records.row_tokens import State

SPANS = "customer_plan"
_ROOM = 1000
"""More spans than any customer has."""

Span = dict[str, Any]
"""A row of customer_plan without the customer's id."""


def plan_rows() -> sa.Subquery:
    """Every span with its row id; it goes by the table's own name, which is what marks of rows say."""
    plan = table(SPANS)
    place = sa.func.row_number().over(
        partition_by=plan.c.customer_id, order_by=(plan.c.service, plan.c.valid_from)
    )
    number = (plan.c.customer_id * _ROOM + place).label("id")
    return sa.select(number, *plan.columns).subquery(SPANS)


def row_id(customer_id: int, place: int) -> int:
    """The row id of the place-th (from 1) of a customer's spans by item and first day."""
    return customer_id * _ROOM + place


def owner_of(row: int) -> int:
    """The customer a row id of `plan_rows` is about."""
    return row // _ROOM


def last_day(valid_to: str) -> str | None:
    """What a sheet shows under 至: the last day, blank where there is no end."""
    if valid_to == FOREVER:
        return None
    return (date.fromisoformat(valid_to) - timedelta(days=1)).isoformat()


def day_after(last: str) -> str:
    """`valid_to` of a span whose last day this is."""
    return (date.fromisoformat(last) + timedelta(days=1)).isoformat()


def on_day(spans: Iterable[Span], day: str) -> list[Span]:
    """The spans that hold on a day, one of a service at most."""
    return [s for s in spans if s["valid_from"] <= day < s["valid_to"]]


def plans_shown(
    connection: Connection, faces: Sequence[str], state: State, ids: Sequence[int]
) -> tuple[dict[int, tuple[Any, ...]], dict[int, dict[str, tuple[Any, int]]]]:
    """Spans by the row ids they had in a state: what they are today, and what of it was otherwise (with the operation).

    A span that began on another day since, or is no more, is not among them.
    """
    owners = sorted({owner_of(i) for i in ids})
    now = current_spans(connection, SPANS, owners)
    then, since = _spans_then(connection, state, owners)
    known = _whose(connection, owners)
    current: dict[int, tuple[Any, ...]] = {}
    other: dict[int, dict[str, tuple[Any, int]]] = {}
    for row in ids:
        owner = owner_of(row)
        was = then.get(owner, now.get(owner, []))
        place = row % _ROOM
        if not 1 <= place <= len(was):
            continue
        shown = was[place - 1]
        key = (shown["service"], shown["valid_from"])
        held = next((s for s in now.get(owner, []) if (s["service"], s["valid_from"]) == key), None)
        if held is None:
            continue
        today, before = _faces(held, known[owner]), _faces(shown, known[owner])
        current[row] = tuple(today.get(face) for face in faces)
        changed = {
            face: (before[face], since[owner])
            for face in faces
            if before.get(face) != today.get(face)
        }
        if changed:
            other[row] = changed
    return current, other


def _faces(span: Mapping[str, Any], whose: Mapping[str, Any]) -> dict[str, Any]:
    return {**span, **whose, "valid_to": last_day(span["valid_to"])}


def _spans_then(
    connection: Connection, state: State, owners: Sequence[int]
) -> tuple[dict[int, list[Span]], dict[int, int]]:
    """The spans of customers touched since a state, as they were, and the last operation on each."""
    entry = table("entry")
    then: dict[int, list[Span]] = {}
    since: dict[int, int] = {}
    for part in chunks(owners):
        query = (
            sa.select(entry.c.row_id, entry.c.operation_id, entry.c.before)
            .where(
                entry.c.table_name == SPANS,
                entry.c.row_id.in_(part),
                entry.c.operation_id > state.operation,
            )
            .order_by(entry.c.row_id, entry.c.operation_id)
        )
        for owner, operation, before in connection.execute(query):
            then.setdefault(owner, json.loads(before)["spans"] if before else [])
            since[owner] = operation
    return then, since


def _whose(connection: Connection, owners: Sequence[int]) -> dict[int, dict[str, Any]]:
    customer, office = table("customer"), table("office")
    found: dict[int, dict[str, Any]] = {i: {} for i in owners}
    for part in chunks(owners):
        query = (
            sa.select(
                customer.c.id, customer.c.account_no, customer.c.name, office.c.name.label("office")
            )
            .join(office, office.c.id == customer.c.office_id)
            .where(customer.c.id.in_(part))
        )
        for row in connection.execute(query).mappings():
            found[row["id"]] = {f: row[f] for f in ("account_no", "name", "office")}
    return found
