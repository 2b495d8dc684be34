"""The facts of what is owed, brought in bulk: plain tuples, narrowed and condensed by SQL, decided nowhere here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import raw_rows
from cmledger.ledger.narrow import Narrow, covering
from cmledger.ledger.own_terms import happenings, own_days, own_plans
from cmledger.ledger.tables import CLOSED, table
from cmledger.records.obligations import Facts, Holding, Mark, Span

Snapshot = Connection
"""What `Ledger.reading()` gives, for those who hand it on without knowing SQL."""

VISIT = "visit"
"""The code that rows of `visit` discharge; every other code is a row of `service_done`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every customer.

    service: the item. as_of: nothing done later is seen. floor, until: first and last day any answer depends on; until
    is as_of, or later where the future is asked about too. tiers: those in scope.
    codes: what discharges the item. grades: level -> the manager grades that reach it; None: everybody, known or not.
    exact: whether it matters that a day before the floor is known; by_inspection, by_importance: whether those do.
    """

    service: str

    as_of: date
    floor: date
    until: date
    tiers: Sequence[str]
    codes: Sequence[str]
    grades: Mapping[int, Sequence[str] | None]
    exact: bool = False
    by_inspection: bool = False
    by_importance: bool = False


DETAILS = (
    "manager_id", "line_id", "office_id", "grid_id", "id", "account_no", "name", "address", "contact_name", "contact_phone",
)  # fmt: skip
"""What every row of `latest` begins with."""
FACTS = 8
"""How many columns of `latest` stand between DETAILS and the last days."""
LONG_AGO = "1900-01-01"
"""A day before the floor that is known, where that matters (`Question.exact`)."""


def latest(
    connection: Connection, ask: Question, narrow: Narrow, *, brief: bool = False
) -> Iterator[tuple[Any, ...]]:
    """Customers in scope on as_of who are not closed, each with the last days the item was done.

    Columns: DETAILS (brief: the id alone), then tier, rule, tier since, tier until, opened, closed (days None where
    outside what answers depend on, so that equal facts are equal tuples), inspection months, importance (None where
    neither matters), then for each level of `ask.grades`, for each code, the last day it was done.
    """
    customer, tiered, held = table("customer"), table("customer_tier"), table("customer_manager")
    floor, now = ask.floor.isoformat(), ask.as_of.isoformat()
    details = [held.c.manager_id, *(customer.c[name] for name in DETAILS[1:])]
    bearing = customer.join(tiered, covering(tiered, customer.c.id, ask.as_of))
    if not brief or narrow.managers is not None:
        bearing = bearing.outerjoin(held, covering(held, customer.c.id, ask.as_of))
    query = (
        sa.select(
            *([customer.c.id] if brief else details),
            tiered.c.tier,
            tiered.c.rule,
            sa.case((tiered.c.valid_from > floor, tiered.c.valid_from)),
            sa.case((tiered.c.valid_to <= ask.until.isoformat(), tiered.c.valid_to)),
            _opened(customer, ask),
            sa.case((customer.c.closed_on <= now, customer.c.closed_on)),
            *_own_terms(customer, ask),
            *(
                _last(customer, code, now, ask.grades[lv])
                for lv in ask.grades
                for code in ask.codes
            ),
        )
        .select_from(bearing)
        .where(
            tiered.c.tier.in_(ask.tiers),
            open_or_dated(customer),
            *narrow.conditions(customer, held),
        )
    )
    return raw_rows(connection, query)


def _opened(customer: sa.Table, ask: Question) -> sa.ColumnElement[Any]:
    since = (customer.c.opened_on > ask.floor.isoformat(), customer.c.opened_on)
    if not ask.exact:
        return sa.case(since)
    return sa.case(since, (customer.c.opened_on.is_not(None), LONG_AGO))


def _own_terms(customer: sa.Table, ask: Question) -> tuple[sa.ColumnElement[Any], ...]:
    return (
        customer.c.inspection_months if ask.by_inspection else sa.null(),
        customer.c.importance if ask.by_importance else sa.null(),
    )


def open_or_dated(customer: sa.Table) -> sa.ColumnElement[bool]:
    """Not those closed nobody knows when: they owe nothing, and never did."""
    return sa.or_(
        customer.c.status.is_(None), customer.c.status != CLOSED, customer.c.closed_on.is_not(None)
    )


def _last(
    customer: sa.Table, code: str, now: str, grades: Sequence[str] | None
) -> sa.ScalarSelect[Any]:
    """The last day a code was done for a customer; read off the end of an index, one seek each."""
    if code == VISIT:
        done = table("visit").alias()
        day, by, mine = done.c.visited_on, done.c.manager_key, done.c.customer_id == customer.c.id
    else:
        done = table("service_done").alias()
        day, by = done.c.done_on, done.c.manager_id
        mine = sa.and_(done.c.customer_id == customer.c.id, done.c.service == code)
    query = sa.select(day).where(mine, day <= now).order_by(day.desc()).limit(1)
    if grades is not None:
        query = query.where(by.in_(_managers_of(grades)))
    return query.scalar_subquery()


def _managers_of(grades: Sequence[str]) -> sa.Select[Any]:
    manager = table("manager")
    return sa.select(manager.c.id).where(manager.c.grade.in_(grades))


def other_tiers(
    connection: Connection, ask: Question, narrow: Narrow
) -> dict[int, tuple[Span, ...]]:
    """customer id -> the tiers in scope it has, but on as_of, between floor and until; few customers have any."""
    spans = table("customer_tier")
    found: dict[int, tuple[Span, ...]] = {}
    for customer_id, *days, tier, rule in _others(
        connection, spans, (spans.c.tier, spans.c.rule), ask, narrow
    ):
        if tier in ask.tiers:
            since, until = map(date.fromisoformat, days)
            mine = found.get(customer_id, ())
            found[customer_id] = (*mine, Span(since, until, tier, rule))
    return found


def other_managers(
    connection: Connection, ask: Question, narrow: Narrow
) -> dict[int, tuple[Holding, ...]]:
    """customer id -> the managers it has, but on as_of, between floor and until."""
    spans = table("customer_manager")
    found: dict[int, tuple[Holding, ...]] = {}
    for customer_id, *days, manager_id in _others(
        connection, spans, (spans.c.manager_id,), ask, narrow
    ):
        since, until = map(date.fromisoformat, days)
        found[customer_id] = (*found.get(customer_id, ()), Holding(since, until, manager_id))
    return found


def _others(
    connection: Connection,
    spans: sa.Table,
    columns: Sequence[sa.Column[Any]],
    ask: Question,
    narrow: Narrow,
) -> Iterator[tuple[Any, ...]]:
    """Spans between floor and until that do not hold on as_of, in order: customer, from, to, columns."""
    floor, now, until = (day.isoformat() for day in (ask.floor, ask.as_of, ask.until))
    over = sa.and_(spans.c.valid_to > floor, spans.c.valid_to <= now)
    coming = sa.and_(spans.c.valid_from > now, spans.c.valid_from <= until)
    query = (
        sa.select(spans.c.customer_id, spans.c.valid_from, spans.c.valid_to, *columns)
        .where(sa.or_(over, coming) if until > now else over)
        .order_by(spans.c.customer_id, spans.c.valid_from)
    )
    if narrow:
        query = query.where(spans.c.customer_id.in_(narrow.customers(ask.as_of)))
    return raw_rows(connection, query)


# --- every time it was done -----------------------------------------------------------------------------


def deeds_of(
    connection: Connection, ask: Question, since: date, customers: sa.Select[Any] | None
) -> dict[int, tuple[Mark, ...]]:
    """customer id -> every time the item was done since a day, by these customers (None: by all), in order."""
    manager = table("manager")
    deeds = sa.union_all(*(_deeds(code, [(since, ask.as_of)]) for code in ask.codes)).subquery()
    reached = [
        (manager.c.grade.in_(grades), lv)
        for lv, grades in sorted(ask.grades.items(), reverse=True)
        if grades is not None
    ]
    high: sa.ColumnElement[Any] = sa.case(*reached, else_=0) if reached else sa.literal(0)
    query = sa.select(deeds.c.customer_id, deeds.c.day, high).select_from(deeds)
    if reached:
        query = query.outerjoin(manager, manager.c.id == deeds.c.by)
    if customers is not None:
        query = query.where(deeds.c.customer_id.in_(customers))
    found: dict[int, list[Mark]] = {}
    marks: dict[tuple[str, int], Mark] = {}
    for customer_id, text, level in raw_rows(connection, query):
        mark = marks.get((text, level))
        if mark is None:
            mark = marks[text, level] = Mark(date.fromisoformat(text), level)
        found.setdefault(customer_id, []).append(mark)
    return {customer_id: tuple(sorted(marks)) for customer_id, marks in found.items()}


# --- everything that was done in a time, for reports over it ------------------------------------------


def histories(
    connection: Connection, ask: Question, stretches: Sequence[tuple[date, date]], narrow: Narrow
) -> Iterator[tuple[Any, ...]]:
    """Customers, and in which of the stretches the item was done for each.

    Columns: id, office_id, line_id, grid_id, manager_id, manager since, tier, rule, tier since, opened, closed
    (days None where before the floor), inspection months, importance, then done: one number per DIGITS stretches, with an octal digit for each
    (lowest first): 0 where nothing was done, else 1 + the highest level of who did it. Tier and manager are None
    where there is none on as_of: the others are told by `other_tiers` and `other_managers`.
    """
    customer, tiered, held = table("customer"), table("customer_tier"), table("customer_manager")
    floor, now = ask.floor.isoformat(), ask.as_of.isoformat()
    done = _done_in(ask, stretches).subquery()
    query = (
        sa.select(
            *(customer.c[name] for name in ("id", "office_id", "line_id", "grid_id")),
            held.c.manager_id,
            sa.case((held.c.valid_from > floor, held.c.valid_from)),
            tiered.c.tier,
            tiered.c.rule,
            sa.case((tiered.c.valid_from > floor, tiered.c.valid_from)),
            _opened(customer, ask),
            sa.case((customer.c.closed_on <= now, customer.c.closed_on)),
            *_own_terms(customer, ask),
            *list(done.c)[1:],
        )
        .select_from(customer)
        .outerjoin(
            tiered,
            sa.and_(covering(tiered, customer.c.id, ask.as_of), tiered.c.tier.in_(ask.tiers)),
        )
        .outerjoin(held, covering(held, customer.c.id, ask.as_of))
        .outerjoin(done, done.c.customer_id == customer.c.id)
        .where(
            sa.or_(tiered.c.tier.is_(None), open_or_dated(customer)),
            *narrow.conditions(customer, held),
        )
    )
    return raw_rows(connection, query)


DIGITS = 20
"""Stretches per number: 60 bits."""


def _done_in(ask: Question, stretches: Sequence[tuple[date, date]]) -> sa.Select[Any]:
    """customer_id and the numbers of `histories`, of the customers for whom anything was done."""
    deeds = sa.union_all(*(_deeds(code, stretches) for code in ask.codes)).subquery()
    manager = table("manager")
    reached = [
        (manager.c.grade.in_(grades), 1 + lv)
        for lv, grades in sorted(ask.grades.items(), reverse=True)
        if grades is not None
    ]
    high = sa.case(*reached, else_=1) if reached else sa.literal(1)
    numbers = []
    for start in range(0, len(stretches), DIGITS):
        digits = [
            sa.func.max(
                sa.case((deeds.c.day.between(first.isoformat(), last.isoformat()), high), else_=0)
            )
            * sa.literal(8**place, sa.BigInteger)
            for place, (first, last) in enumerate(stretches[start : start + DIGITS])
        ]
        numbers.append(reduce(add, digits).label(f"done{start // DIGITS}"))
    return (
        sa.select(deeds.c.customer_id, *numbers)
        .outerjoin(manager, manager.c.id == deeds.c.by)
        .group_by(deeds.c.customer_id)
    )


def _deeds(code: str, stretches: Sequence[tuple[date, date]]) -> sa.Select[Any]:
    """Each time a code was done within the stretches: customer_id, day, by (manager)."""
    first, last = stretches[0][0].isoformat(), stretches[-1][1].isoformat()
    if code == VISIT:
        done = table("visit")
        day, by = done.c.visited_on, done.c.manager_key
        mine: sa.ColumnElement[bool] = day.between(first, last)
    else:
        done = table("service_done")
        day, by = done.c.done_on, done.c.manager_id
        mine = sa.and_(day.between(first, last), done.c.service == code)
    return sa.select(done.c.customer_id, day.label("day"), by.label("by")).where(mine)


# --- one customer --------------------------------------------------------------------------------------


def facts_of(connection: Connection, customer_id: int, ask: Question) -> Facts:
    """All that decides what one customer owes of an item, every time it was done included."""
    customer, tiered = table("customer"), table("customer_tier")
    now = ask.as_of.isoformat()
    status, opened, closed, inspection, importance = connection.execute(
        sa.select(
            customer.c.status,
            customer.c.opened_on,
            customer.c.closed_on,
            customer.c.inspection_months,
            customer.c.importance,
        ).where(customer.c.id == customer_id)
    ).one()
    query = (
        sa.select(tiered.c.valid_from, tiered.c.valid_to, tiered.c.tier, tiered.c.rule)
        .where(tiered.c.customer_id == customer_id, tiered.c.tier.in_(ask.tiers))
        .order_by(tiered.c.valid_from)
    )
    spans = tuple(
        Span(date.fromisoformat(since), date.fromisoformat(until), tier, rule)
        for since, until, tier, rule in connection.execute(query)
    )
    if status == CLOSED and closed is None and any(s.since <= ask.as_of < s.until for s in spans):
        spans = ()  # closed nobody knows when: see `open_or_dated`
    marks = [mark for code in ask.codes for mark in _marks(connection, customer_id, code, ask)]
    alone = sa.select(customer.c.id).where(customer.c.id == customer_id)
    return Facts(
        None if opened is None else date.fromisoformat(opened),
        None if closed is None or closed > now else date.fromisoformat(closed),
        spans,
        tuple(sorted(marks)),
        own_plans(connection, ask.service, alone).get(customer_id, ()),
        inspection if ask.by_inspection else None,
        importance if ask.by_importance else None,
        own_days(connection, None, alone).get(customer_id, ()),
        happenings(connection, None, date.min, ask.as_of, alone).get(customer_id, ()),
    )


def _marks(connection: Connection, customer_id: int, code: str, ask: Question) -> Iterator[Mark]:
    manager = table("manager")
    deeds = _deeds(code, [(date.min, ask.as_of)]).subquery()
    query = (
        sa.select(deeds.c.day, manager.c.grade)
        .outerjoin(manager, manager.c.id == deeds.c.by)
        .where(deeds.c.customer_id == customer_id)
    )
    for day, grade in connection.execute(query):
        reached = [lv for lv, grades in ask.grades.items() if grades and grade in grades]
        yield Mark(date.fromisoformat(day), max(reached, default=0))
