"""What is a customer's own: its plan for an item, its days of the year, what happened to it. Few have any: brought as dicts."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import raw_rows
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


def planned_cycles(connection: Connection, service: str, first: date, last: date) -> frozenset[str]:
    """The cycles that any customer's plan names for an item between two days."""
    plan = table("customer_plan")
    query = sa.select(plan.c.cycle).where(
        plan.c.service == service,
        plan.c.valid_from <= last.isoformat(),
        plan.c.valid_to > first.isoformat(),
    )
    return frozenset(connection.scalars(query.distinct()))


def any_plan(connection: Connection, service: str) -> bool:
    """Whether any customer has a plan for an item."""
    return connection.execute(sa.select(with_plans(service).exists())).scalar_one()


def with_plans(service: str, customers: Customers = None) -> sa.Select[Any]:
    """SELECT of the ids of the customers that have a plan for an item."""
    plan = table("customer_plan")
    return _of(sa.select(plan.c.customer_id).where(plan.c.service == service), plan, customers)


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


_Known = dict[date, date | None]
"""Planned outages of one place: last day before each -> the first day the office knew of it, None: not told."""


def _outages(
    connection: Connection, first: str, now: str, customers: Customers
) -> Iterator[tuple[int, Happened]]:
    """Each planned outage once per customer and day: by its area where it names one, else by its line
    (and the areas on it).

    There are few outages and few places with any: customers are looked at once, not once per outage.
    """
    outage, customer, area = table("outage"), table("customer"), table("transformer_area")
    entered = _entered_on(outage)
    planned = sa.and_(
        outage.c.outage_kind == "planned",
        outage.c.begins_at >= first,
        sa.or_(outage.c.known_on.is_(None), outage.c.known_on <= now, entered <= now),
        sa.or_(outage.c.cancelled_on.is_(None), outage.c.cancelled_on > now),
    )
    of_lines: dict[int | None, _Known] = {}
    of_areas: dict[int | None, _Known] = {}
    columns = (
        outage.c.line_id,
        outage.c.transformer_area_id,
        outage.c.begins_at,
        outage.c.known_on,
        entered,
    )
    for line_id, area_id, begins, *days in connection.execute(sa.select(*columns).where(planned)):
        last = date.fromisoformat(begins[:10]) - _DAY
        public, known_here = days
        day = None if public is None else date.fromisoformat(min(public, known_here or public))
        place = (
            of_lines.setdefault(line_id, {})
            if area_id is None
            else of_areas.setdefault(area_id, {})
        )
        _add_known(place, {last: day})
    of_lines.pop(None, None)
    if not of_lines and not of_areas:
        return
    lines = sa.select(outage.c.line_id).where(planned, outage.c.transformer_area_id.is_(None))
    on_them = sa.select(area.c.id, area.c.line_id).where(area.c.line_id.in_(lines))
    for area_id, line_id in connection.execute(on_them):
        _add_known(of_areas.setdefault(area_id, {}), of_lines[line_id])
    areas = sa.union(
        sa.select(area.c.id).where(area.c.line_id.in_(lines)),
        sa.select(outage.c.transformer_area_id).where(planned),
    )
    query = sa.select(customer.c.id, customer.c.line_id, customer.c.transformer_area_id).where(
        sa.or_(customer.c.line_id.in_(lines), customer.c.transformer_area_id.in_(areas))
    )
    if customers is not None:
        query = query.where(customer.c.id.in_(customers))
    of_places: dict[tuple[int | None, int | None], list[Happened]] = {}
    for customer_id, line_id, area_id in raw_rows(connection, query):
        place_of = line_id, area_id
        if place_of not in of_places:
            known: _Known = {}
            _add_known(known, of_lines.get(line_id, {}))
            _add_known(known, of_areas.get(area_id, {}))
            of_places[place_of] = [Happened(OUTAGE, day, last) for last, day in known.items()]
        for happened in of_places[place_of]:
            yield customer_id, happened


def _entered_on(outage: sa.Table) -> sa.ScalarSelect[Any]:
    """The day an outage came into the ledger: the office knows of it from then on, published or not."""
    entry, operation = table("entry"), table("operation")
    return (
        sa.select(sa.func.min(operation.c.as_of))
        .join(entry, entry.c.operation_id == operation.c.id)
        .where(
            entry.c.table_name == "outage",
            entry.c.row_id == outage.c.id,
            entry.c.action == "insert",
        )
        .correlate(outage)
        .scalar_subquery()
    )


def _add_known(known: _Known, more: _Known) -> None:
    """Of outages told twice the earlier day counts, where any is told."""
    for last, day in more.items():
        both = [one for one in (known.get(last), day) if one is not None]
        known[last] = min(both, default=None)


def _of(query: sa.Select[Any], told: sa.Table, customers: Customers) -> sa.Select[Any]:
    return query if customers is None else query.where(told.c.customer_id.in_(customers))
