"""What is a customer's own: its plan for an item, its days of the year, what happened to it. Few have any: brought as dicts."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.tables import table
from cmledger.records.obligations import Happened, Own

Customers = sa.Select[Any] | None
"""SELECT of the ids asked about; None: all."""

OUTAGE = "planned-outage"
"""The event that a planned outage is to every customer on its line or in its area."""

_DAY = timedelta(days=1)


def own_plans(
    connection: Connection, service: str, customers: Customers
) -> dict[int, tuple[Own, ...]]:
    """customer id -> its plans for an item, in order."""
    plan = table("customer_plan")
    query = (
        sa.select(plan.c.customer_id, plan.c.valid_from, plan.c.valid_to, plan.c.cycle)
        .where(plan.c.service == service)
        .order_by(plan.c.customer_id, plan.c.valid_from)
    )
    found: dict[int, tuple[Own, ...]] = {}
    for customer_id, since, until, cycle in connection.execute(_of(query, plan, customers)):
        own = Own(date.fromisoformat(since), date.fromisoformat(until), cycle)
        found[customer_id] = (*found.get(customer_id, ()), own)
    return found


def planned_services(connection: Connection) -> frozenset[str]:
    """Codes of the items for which any customer has a plan."""
    plan = table("customer_plan")
    return frozenset(code for (code,) in connection.execute(sa.select(plan.c.service).distinct()))


def any_plan(connection: Connection, service: str) -> bool:
    """Whether any customer has a plan for an item."""
    return connection.execute(sa.select(with_plans(service).exists())).scalar_one()


def with_plans(service: str) -> sa.Select[Any]:
    """SELECT of the ids of the customers that have a plan for an item."""
    plan = table("customer_plan")
    return sa.select(plan.c.customer_id).where(plan.c.service == service)


def own_days(
    connection: Connection, occasions: Collection[str] | None, customers: Customers
) -> dict[int, tuple[tuple[str, str], ...]]:
    """customer id -> (occasion, MM-DD) of these occasions (None: of all)."""
    days = table("customer_date")
    query = sa.select(days.c.customer_id, days.c.occasion, days.c.day).order_by(
        days.c.customer_id, days.c.occasion
    )
    if occasions is not None:
        query = query.where(days.c.occasion.in_(occasions))
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for customer_id, occasion, day in connection.execute(_of(query, days, customers)):
        found[customer_id] = (*found.get(customer_id, ()), (occasion, day))
    return found


def happenings(
    connection: Connection,
    events: Collection[str] | None,
    since: date,
    as_of: date,
    customers: Customers,
) -> dict[int, tuple[Happened, ...]]:
    """customer id -> what happened of these kinds (None: of all) from a day to as_of, as was known on as_of.

    Rows of customer_event, matters by their kind, and planned outages not cancelled: these with the day before they
    begin as deadline, from the day the office knew.
    """
    found: dict[int, set[Happened]] = {}
    first, now = since.isoformat(), as_of.isoformat()
    for name, kind, day in (
        ("customer_event", "event", "happened_on"),
        ("matter", "matter_kind", "opened_on"),
    ):
        told = table(name)
        query = sa.select(told.c.customer_id, told.c[kind], told.c[day]).where(
            told.c[day].between(first, now)
        )
        if events is not None:
            query = query.where(told.c[kind].in_(events))
        for customer_id, event, text in connection.execute(_of(query, told, customers)):
            happened = Happened(event, date.fromisoformat(text))
            found.setdefault(customer_id, set()).add(happened)
    if events is None or OUTAGE in events:
        for customer_id, happened in _outages(connection, first, now, customers):
            found.setdefault(customer_id, set()).add(happened)
    return {
        customer_id: tuple(sorted(mine, key=lambda h: (h.event, h.day or date.min, h.last or date.min)))
        for customer_id, mine in found.items()
    }  # fmt: skip


def _outages(
    connection: Connection, first: str, now: str, customers: Customers
) -> list[tuple[int, Happened]]:
    """Each planned outage once per customer and day: by its area where it names one, else by its line
    (and the areas on it)."""
    outage, customer = table("outage"), table("customer")
    area = table("transformer_area")
    of_line = outage.c.transformer_area_id.is_(None)
    through = sa.select(area.c.id).where(area.c.line_id == outage.c.line_id).correlate(outage)
    known: dict[tuple[int, date], date | None] = {}
    for mine in (
        sa.and_(of_line, customer.c.line_id == outage.c.line_id),
        sa.and_(of_line, customer.c.transformer_area_id.in_(through)),
        customer.c.transformer_area_id == outage.c.transformer_area_id,
    ):
        query = (
            sa.select(customer.c.id, outage.c.begins_at, outage.c.known_on)
            .select_from(outage)
            .join(customer, mine)
            .where(
                outage.c.outage_kind == "planned",
                outage.c.begins_at >= first,
                sa.or_(outage.c.known_on.is_(None), outage.c.known_on <= now),
                sa.or_(outage.c.cancelled_on.is_(None), outage.c.cancelled_on > now),
            )
        )
        if customers is not None:
            query = query.where(customer.c.id.in_(customers))
        for customer_id, begins, text in connection.execute(query):
            last = date.fromisoformat(begins[:10]) - _DAY
            day = None if text is None else date.fromisoformat(text)
            key = customer_id, last
            both = [d for d in (known.get(key), day) if d is not None]
            known[key] = min(both, default=None)
    return [(key[0], Happened(OUTAGE, day, key[1])) for key, day in known.items()]


def _of(query: sa.Select[Any], told: sa.Table, customers: Customers) -> sa.Select[Any]:
    return query if customers is None else query.where(told.c.customer_id.in_(customers))
