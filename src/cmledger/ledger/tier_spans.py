"""The spans of tiers: who has had which, tiers set by hand among them, and how a history goes on.

A *body* is a span without its days: tier, rule, reasons, the energy it was taken from, the edition.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.tables import FOREVER, table
from cmledger.records.tiering import OVERRIDE, Energy, Hand, Held, Reason, reasons_from, stored

SPANS = "customer_tier"

Span = dict[str, Any]
"""A row of customer_tier without the customer's id."""


# --- who has what ----------------------------------------------------------------------------------


def tier_counts(connection: Connection, today: str) -> dict[str | None, int]:
    """Customers by tier on a day; None: those without."""
    held = table(SPANS)
    query = (
        sa.select(held.c.tier, sa.func.count())
        .where(held.c.valid_from <= today, held.c.valid_to > today)
        .group_by(held.c.tier)
    )
    found: dict[str | None, int] = {row[0]: row[1] for row in connection.execute(query)}
    everyone = connection.scalar(sa.select(sa.func.count()).select_from(table("customer"))) or 0
    found[None] = everyone - sum(found.values())
    return found


def held_on(connection: Connection, customer_id: int, today: str) -> Held | None:
    """The tier a customer has on a day, as it stands in the ledger."""
    held, edition = table(SPANS), table("policy_edition")
    row = connection.execute(
        sa.select(held, edition.c.since)
        .outerjoin(edition, edition.c.id == held.c.edition_id)
        .where(held.c.customer_id == customer_id)
        .where(held.c.valid_from <= today, held.c.valid_to > today)
    ).first()
    if row is None:
        return None
    return Held(
        row.tier,
        row.rule,
        reasons_from(row.reasons),
        Energy(row.kwh_year or 0, row.kwh, row.kwh_basis, row.kwh_rank),
        date.fromisoformat(row.valid_from),
        last_day(row.valid_to),
        date.fromisoformat(row.since) if row.since else None,
    )


def override_on(connection: Connection, customer_id: int, today: str) -> Hand | None:
    """The tier set by hand that stands on a day."""
    hand = table("tier_override")
    row = connection.execute(
        sa.select(hand)
        .where(hand.c.customer_id == customer_id)
        .where(hand.c.valid_from <= today, hand.c.valid_to > today)
        .order_by(hand.c.id.desc())
    ).first()
    if row is None:
        return None
    since = date.fromisoformat(row.valid_from)
    return Hand(row.tier, row.reason, since, last_day(row.valid_to))


def overrides(
    connection: Connection, today: str, customer_id: int | None = None
) -> dict[int, list[Span]]:
    """Tiers set by hand that stand on a day or later, by customer: spans, the latest decision last."""
    hand = table("tier_override")
    query = sa.select(hand).where(stands(hand, today)).order_by(hand.c.id)
    if customer_id is not None:
        query = query.where(hand.c.customer_id == customer_id)
    found: dict[int, list[Span]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["customer_id"], []).append(
            override_span(row["tier"], row["reason"], row["valid_from"], row["valid_to"])
        )
    return found


def stands(hand: sa.Table, today: str) -> sa.ColumnElement[bool]:
    """Whether a tier set by hand stands on a day or later; one lifted before it began never does."""
    return sa.and_(hand.c.valid_to > today, hand.c.valid_to > hand.c.valid_from)


# --- how a history goes on -------------------------------------------------------------------------


def last_day(valid_to: str) -> date | None:
    """The last day of a half-open span; None: it is still open."""
    return None if valid_to == FOREVER else date.fromisoformat(valid_to) - timedelta(days=1)


def override_span(tier: str, note: str, valid_from: str, valid_to: str) -> Span:
    """The span of a tier set by hand."""
    last = last_day(valid_to)
    reason = Reason(OVERRIDE, tier, note=note, until=last.isoformat() if last else None)
    return {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "tier": tier,
        "rule": OVERRIDE,
        "reasons": stored((reason,)),
    }


def span_body(
    tier: str | None, rule: str, reasons: str, energy: Energy, edition_id: int
) -> Span | None:
    """A span without its days; None: out of scope."""
    if tier is None:
        return None
    return {
        "tier": tier,
        "rule": rule,
        "reasons": reasons,
        "kwh": energy.kwh,
        "kwh_year": None if energy.kwh is None else energy.year,
        "kwh_basis": energy.basis,
        "kwh_rank": energy.rank,
        "edition_id": edition_id,
    }


def timeline(
    spans: Sequence[Span], today: str, body: Span | None, hands: Sequence[Span]
) -> list[Span]:
    """A customer's spans: history up to the day, from then on what the rules give, tiers set by hand over it."""
    result = [
        {**span, "valid_to": min(span["valid_to"], today)}
        for span in spans
        if span["valid_from"] < today
    ]
    edges = {today, FOREVER}
    for hand in hands:
        edges |= {max(day, today) for day in (hand["valid_from"], hand["valid_to"])}
    days = sorted(edges)
    for start, end in pairwise(days):
        over = [h for h in hands if h["valid_from"] <= start and h["valid_to"] >= end]
        what = over[-1] if over else body
        if what is not None:
            result.append({**what, "valid_from": start, "valid_to": end})
    merged: list[Span] = []
    for span in result:
        last = merged[-1] if merged else None
        if last and last["valid_to"] == span["valid_from"] and _same(last, span):
            last["valid_to"] = span["valid_to"]
        else:
            merged.append(span)
    return merged


def tier_on(spans: Sequence[Span], day: str) -> str | None:
    """The tier on a day."""
    return next((s["tier"] for s in spans if s["valid_from"] <= day < s["valid_to"]), None)


def _same(one: Span, other: Span) -> bool:
    """Whether two spans say the same: tier and rule, and the reason where it was given by hand."""
    if (one["tier"], one["rule"]) != (other["tier"], other["rule"]):
        return False
    return bool(one["rule"] != OVERRIDE or one["reasons"] == other["reasons"])


def alike(old: Sequence[Span], new: Sequence[Span]) -> bool:
    """Whether two histories say the same."""
    return len(old) == len(new) and all(
        a["valid_from"] == b["valid_from"] and a["valid_to"] == b["valid_to"] and _same(a, b)
        for a, b in zip(old, new, strict=True)
    )
