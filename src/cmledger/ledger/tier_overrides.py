"""Tiers set by hand: written over the rule's, ended, lifted."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from cmledger.ledger.journal import Operation, current_spans
from cmledger.ledger.tables import FOREVER, table
from cmledger.ledger.tier_spans import SPANS, Span, alike, overrides, timeline

HAND = "tier_override"


def set_override(
    operation: Operation, customer_id: int, tier: str, reason: str, until: date | None
) -> bool:
    """Let a tier stand from the day of the call through `until` (None: until lifted); whether that is new.

    What was set by hand before ends that day.
    """
    today = operation.caller.day
    ends = FOREVER if until is None else (until + timedelta(days=1)).isoformat()
    standing = _standing(operation, customer_id)
    if [(row.tier, row.reason, row.valid_to) for row in standing] == [(tier, reason, ends)]:
        return False
    _end(operation, standing)
    columns = ("customer_id", "tier", "reason", "valid_from", "valid_to")
    operation.insert(HAND, columns, [(customer_id, tier, reason, today, ends)])
    return True


def lift_override(operation: Operation, customer_id: int) -> bool:
    """End what was set by hand on the day of the call; whether there was anything."""
    standing = _standing(operation, customer_id)
    _end(operation, standing)
    return bool(standing)


def lay_spans(
    operation: Operation, customer_id: int, body: Span | None, *, closed: bool
) -> tuple[list[Span], list[Span]]:
    """Bring the customer's spans in line with the tiers set by hand; (before, after).

    body: the span the rules give from the day on (`ledger.tiers.span_body`); None: out of scope.
    """
    today = operation.caller.day
    before = current_spans(operation.connection, SPANS, [customer_id]).get(customer_id, [])
    hands: Sequence[Span] = overrides(operation.connection, today, customer_id).get(customer_id, ())
    after = timeline(before, today, body, () if closed else hands)
    if not alike(before, after):
        operation.replace_spans(SPANS, {customer_id: after})
    return before, after


def _standing(operation: Operation, customer_id: int) -> Sequence[sa.Row[tuple[object, ...]]]:
    """Overrides of the customer that stand on the day of the call or later."""
    hand = table(HAND)
    return operation.connection.execute(
        sa.select(hand)
        .where(hand.c.customer_id == customer_id, hand.c.valid_to > operation.caller.day)
        .where(hand.c.valid_to > hand.c.valid_from)
        .order_by(hand.c.id)
    ).all()


def _end(operation: Operation, standing: Sequence[sa.Row[tuple[object, ...]]]) -> None:
    """Let overrides end with the day before the call; one that has not begun then never stood."""
    days = [max(row.valid_from, operation.caller.day) for row in standing]
    operation.update(
        HAND,
        ("valid_to",),
        [row.id for row in standing],
        [(day,) for day in days],
        [{"valid_to": row.valid_to} for row in standing],
    )
