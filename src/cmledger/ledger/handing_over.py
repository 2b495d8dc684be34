"""Customers of one manager that go to another, for good or for a time; one customer's manager set by hand."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.assignment import open_on
from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation, current_spans
from cmledger.ledger.manager_spans import SPANS, Span, behind, held_on, laid_over, stands_in
from cmledger.ledger.narrow import covering
from cmledger.ledger.tables import FOREVER, table
from cmledger.records.assignment import FIXED_BASIS, HANDOVER_BASIS

_PART = 5000
_TERRITORY = ("lines", "areas", "grids")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a handover came to. tiers: (tier, rule that decided it) -> customers on the day; fixed: set by hand before."""

    customers: int
    fixed: int
    tiers: Mapping[tuple[str | None, str | None], int]


def hand_over(
    operation: Operation, giver: int, taker: int, on: date, end: str, reason: str
) -> HandedOver:
    """Every day from `on` to before `end` on which `giver` would look after an open customer is `taker`'s.

    What others look after meanwhile stays theirs; behind `end` things are as they were.
    """
    connection = operation.connection
    body = {"manager_id": taker, "basis": HANDOVER_BASIS, "reason": reason}
    start = on.isoformat()
    owners = _owners(connection, giver, on, end)
    fixed = 0
    for part in chunks(owners, _PART):
        spans = current_spans(connection, SPANS, part)
        fixed += sum(
            any(s["basis"] == FIXED_BASIS and _theirs(s, giver, start, end) for s in spans[owner])
            for owner in part
        )
        changed = {
            owner: laid_over(spans[owner], start, end, body, lambda s: s["manager_id"] == giver)
            for owner in part
        }
        operation.replace_spans(SPANS, changed)
    return HandedOver(len(owners), fixed, _tiers(connection, owners, on))


def _theirs(span: Mapping[str, Any], manager: int, start: str, end: str) -> bool:
    return bool(
        span["manager_id"] == manager and span["valid_from"] < end and span["valid_to"] > start
    )


def _owners(connection: Connection, giver: int, on: date, end: str) -> list[int]:
    held, customer = table(SPANS), table("customer")
    query = (
        sa.select(held.c.customer_id)
        .join(customer, customer.c.id == held.c.customer_id)
        .where(
            held.c.manager_id == giver,
            held.c.valid_from < end,
            held.c.valid_to > on.isoformat(),
            open_on(customer, on),
        )
        .distinct()
        .order_by(held.c.customer_id)
    )
    return list(connection.scalars(query))


def _tiers(
    connection: Connection, owners: list[int], on: date
) -> dict[tuple[str | None, str | None], int]:
    tiered, customer = table("customer_tier"), table("customer")
    found: Counter[tuple[str | None, str | None]] = Counter()
    for part in chunks(owners, _PART):
        query = (
            sa.select(tiered.c.tier, tiered.c.rule, sa.func.count())
            .select_from(customer)
            .outerjoin(tiered, covering(tiered, customer.c.id, on))
            .where(customer.c.id.in_(part))
            .group_by(tiered.c.tier, tiered.c.rule)
        )
        for tier, rule, number in connection.execute(query):
            found[tier, rule] += number
    return dict(found)


def customers_of(connection: Connection, manager: int, day: date, *, in_tier: bool) -> int:
    """How many open customers a manager has on a day; in_tier: only those with a tier."""
    held, customer, tiered = table(SPANS), table("customer"), table("customer_tier")
    query = (
        sa.select(sa.func.count())
        .select_from(customer)
        .join(held, covering(held, customer.c.id, day))
        .where(held.c.manager_id == manager, open_on(customer, day))
    )
    if in_tier:
        query = query.join(tiered, covering(tiered, customer.c.id, day))
    return int(connection.scalar(query) or 0)


# --- the territory ---------------------------------------------------------------------------------


def move_territory(operation: Operation, giver: int, taker: int) -> list[tuple[str, str]]:
    """What `giver` is responsible for is `taker`'s: (field or kind, name as written) of all that moved."""
    manager = table("manager")
    connection = operation.connection
    query = sa.select(manager).where(manager.c.id.in_((giver, taker)))
    rows = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    moved: list[tuple[str, str]] = []
    changes: dict[int, dict[str, Any]] = {giver: {}, taker: {}}
    for field in _TERRITORY:
        theirs, own = rows[giver][field], rows[taker][field]
        if theirs:
            moved.append((field, theirs))
            changes[giver][field] = None
            changes[taker][field] = f"{own}、{theirs}" if own else theirs
    for one, new in changes.items():
        if new:
            before = {field: rows[one][field] for field in new}
            operation.update("manager", tuple(new), [one], [tuple(new.values())], [before])
    for kind in ("transformer_area", "grid"):
        t = table(kind)
        found = connection.execute(sa.select(t.c.id, t.c.name).where(t.c.manager_id == giver))
        places = [tuple(row) for row in found]
        operation.update(
            kind,
            ("manager_id",),
            [i for i, _ in places],
            [(taker,)] * len(places),
            [{"manager_id": giver}] * len(places),
        )
        moved += [(kind, name) for _, name in places]
    return moved


# --- one customer ----------------------------------------------------------------------------------


def set_by_hand(
    operation: Operation, customer: int, manager: int, end: str, reason: str
) -> tuple[Span | None, bool]:
    """A customer's manager from the day of the call to before `end`; the span before, and whether anything changed."""
    day = operation.caller.day
    spans = current_spans(operation.connection, SPANS, [customer]).get(customer, [])
    body = {"manager_id": manager, "basis": FIXED_BASIS, "reason": reason}
    after = laid_over(spans, day, end, body)
    if after == spans:
        return held_on(spans, day), False
    operation.replace_spans(SPANS, {customer: after})
    return held_on(spans, day), True


def lift(operation: Operation, customer: int) -> tuple[Span | None, Span | None]:
    """End what was set by hand: whom the customer had, and whom it has now; (None, None): nothing was set.

    Until a day: it is again whose it would be then. For good: the manager stays, no longer by hand.
    """
    day = operation.caller.day
    spans = current_spans(operation.connection, SPANS, [customer]).get(customer, [])
    held = held_on(spans, day)
    if held is None or held["basis"] != FIXED_BASIS:
        return None, None
    home = behind(spans, held) if stands_in(held) else None
    source = home or {**held, "basis": None, "reason": None}
    body = {field: source[field] for field in ("manager_id", "basis", "reason")}
    after = laid_over(spans, day, held["valid_to"], body)
    operation.replace_spans(SPANS, {customer: after})
    return held, held_on(after, day)


NEVER = FOREVER
"""The end of what has none."""
