"""Outages and the customers they touch: those on the line, those in its areas; or those in the one area."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.assignment import open_on
from cmledger.ledger.dialect import chunks, raw_rows
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.tables import table
from cmledger.records.outages import Notice, Outage

_OUTAGE_CONTACT = "outage"
"""contact.role of a 停送电联系人."""
NO_PLAN = "none"
"""customer_plan.cycle of an item that a customer does not have."""


class Customer(NamedTuple):
    """A customer that may be named; ids of places and manager."""

    id: int
    account_no: str
    name: str | None
    line_id: int | None
    area_id: int | None
    grid_id: int | None
    importance: str | None
    special: int
    own_source: int
    pv: int
    agreed: int
    contact: str | None
    phone: str | None
    manager_id: int | None


class Some(NamedTuple):
    """So many customers who are not named."""

    line_id: int | None
    area_id: int | None
    grid_id: int | None
    manager_id: int | None
    resident: int
    many: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides which customers are named. day: of manager, tier, plan. named: marks that suffice; None: everyone.

    agreed: the item of agreed outages, and the tiers that have it. residents: tariffs of customers whose class is blank.
    """

    day: str
    named: Collection[str] | None
    service: str | None
    tiers: Collection[str]
    residents: Collection[str]


def outages_between(
    connection: Connection, first: str, last: str | None, narrow: Narrow
) -> list[Outage]:
    """The outages that begin from `first` to `last` (days), or last into that time, published or not; by begin."""
    outage, office = table("outage"), table("office")
    line, area = table("line"), table("transformer_area")
    met = [sa.or_(outage.c.begins_at >= first, outage.c.ends_at > first)]
    if last is not None:
        met.append(outage.c.begins_at < last + "U")  # after every T of that day
    if narrow.offices is not None:
        met.append(outage.c.office_id.in_(narrow.offices))
    if narrow.lines is not None:
        of_area = sa.and_(
            outage.c.transformer_area_id.is_not(None), area.c.line_id.in_(narrow.lines)
        )
        met.append(sa.or_(outage.c.line_id.in_(narrow.lines), of_area))
    query = (
        sa.select(
            outage.c.id, office.c.name, outage.c.begins_at, outage.c.ends_at, outage.c.line_id, line.c.name,
            outage.c.transformer_area_id, area.c.name, outage.c.outage_kind, outage.c.number, outage.c.reason,
            outage.c.known_on, outage.c.cancelled_on,
        )
        .join(office, office.c.id == outage.c.office_id)
        .outerjoin(line, line.c.id == outage.c.line_id)
        .outerjoin(area, area.c.id == outage.c.transformer_area_id)
        .where(*met)
        .order_by(outage.c.begins_at, outage.c.id)
    )  # fmt: skip
    return [Outage(*tuple(row)) for row in connection.execute(query)]


def touches(outage: sa.Table, customer: sa.Table) -> sa.ColumnElement[bool]:
    """Whether an outage touches a customer: one of its area; of a line alone, that is its line or its area's."""
    area = table("transformer_area").alias("area_of_customer")
    through = (
        sa.select(area.c.line_id)
        .where(area.c.id == customer.c.transformer_area_id)
        .correlate(customer)
        .scalar_subquery()
    )
    return sa.or_(
        outage.c.transformer_area_id == customer.c.transformer_area_id,
        sa.and_(
            outage.c.transformer_area_id.is_(None),
            sa.or_(outage.c.line_id == customer.c.line_id, outage.c.line_id == through),
        ),
    )


def lines_of_areas(connection: Connection) -> dict[int, int | None]:
    """area id -> the line it hangs on."""
    area = table("transformer_area")
    return {i: line for i, line in connection.execute(sa.select(area.c.id, area.c.line_id))}  # noqa: C416


def named_customers(
    connection: Connection, outages: Sequence[Outage], narrow: Narrow, asked: Asked
) -> Iterator[Customer]:
    """The customers of these outages that are named one by one."""
    source, marks, manager_id = _customers(outages, narrow, asked)
    customer = table("customer")
    columns = (
        customer.c.id, customer.c.account_no, customer.c.name, customer.c.line_id, customer.c.transformer_area_id,
        customer.c.grid_id, customer.c.importance, marks["special-group"], marks["own-source"],
        _flag(customer.c.pv), marks["agreed"], customer.c.contact_name, customer.c.contact_phone, manager_id,
    )  # fmt: skip
    query = sa.select(*columns).select_from(source[0]).where(*source[1])
    if asked.named is not None:
        query = query.where(_any_of(marks, asked.named))
    return (Customer(*row) for row in raw_rows(connection, query.order_by(customer.c.id)))


def other_customers(
    connection: Connection, outages: Sequence[Outage], narrow: Narrow, asked: Asked
) -> list[Some]:
    """How many customers of these outages are not named, by where they are and who looks after them."""
    if asked.named is None:
        return []
    source, marks, manager_id = _customers(outages, narrow, asked)
    customer = table("customer")
    blank = sa.and_(
        customer.c.customer_class.is_(None), customer.c.tariff_class.in_(list(asked.residents))
    )
    resident = _one(sa.or_(customer.c.customer_class == "resident", blank))
    each = (
        sa.select(
            customer.c.line_id,
            customer.c.transformer_area_id,
            customer.c.grid_id,
            manager_id.label("manager_id"),
            resident.label("resident"),
        )
        .select_from(source[0])
        .where(*source[1], sa.not_(_any_of(marks, asked.named)))
        .subquery()
    )
    query = sa.select(*each.c, sa.func.count()).group_by(*each.c)
    return [Some(*tuple(row)) for row in connection.execute(query)]


_Query = tuple[sa.FromClause, list[sa.ColumnElement[bool]]]


def _customers(
    outages: Sequence[Outage], narrow: Narrow, asked: Asked
) -> tuple[_Query, dict[str, sa.ColumnElement[int]], sa.ColumnElement[Any]]:
    """The customers that the outages touch and that are not closed; their marks (0 or 1); their manager."""
    customer, held, tier = table("customer"), table("customer_manager"), table("customer_tier")
    area, plan = table("transformer_area"), table("customer_plan")
    lines = sorted({o.line_id for o in outages if o.area_id is None and o.line_id is not None})
    areas = sorted({o.area_id for o in outages if o.area_id is not None})
    on_lines = sa.select(area.c.id).where(area.c.line_id.in_(lines))
    rows = customer.outerjoin(held, _on(held, customer, asked.day)).outerjoin(
        tier, _on(tier, customer, asked.day)
    )
    met: list[sa.ColumnElement[bool]] = [
        sa.or_(
            customer.c.line_id.in_(lines),
            customer.c.transformer_area_id.in_(areas),
            customer.c.transformer_area_id.in_(on_lines),
        ),
        open_on(customer, date.fromisoformat(asked.day)),
    ]
    if narrow.managers is not None:
        met.append(held.c.manager_id.in_(narrow.managers))
    own = sa.select(plan.c.customer_id).where(
        plan.c.service == (asked.service or ""),
        plan.c.valid_from <= asked.day,
        plan.c.valid_to > asked.day,
    )
    has = customer.c.id.in_(own.where(plan.c.cycle != NO_PLAN))
    without = customer.c.id.in_(own.where(plan.c.cycle == NO_PLAN))
    by_tier = sa.func.coalesce(tier.c.tier, "").in_(list(asked.tiers))
    importance = sa.func.coalesce(customer.c.importance, "none")
    marks = {
        "important": _one(importance != "none"),
        "agreed": _one(sa.or_(has, sa.and_(by_tier, sa.not_(without)))),
        "special-group": _one(customer.c.special_group.is_not(None)),
        "own-source": _flag(customer.c.own_source),
    }
    return (rows, met), marks, held.c.manager_id


def _on(spans: sa.Table, customer: sa.Table, day: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        spans.c.customer_id == customer.c.id, spans.c.valid_from <= day, spans.c.valid_to > day
    )


def _one(met: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((met, sa.literal_column("1")), else_=sa.literal_column("0"))


def _flag(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(column, sa.literal_column("0"))


def _any_of(
    marks: dict[str, sa.ColumnElement[int]], named: Collection[str]
) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *(marks[mark] == 1 for mark in sorted(named)))


def notices_of(
    connection: Connection, outages: Sequence[Outage], day: str
) -> dict[tuple[int, int], list[Notice]]:
    """(outage, customer) -> what it was told by the end of `day`, in order."""
    notice = table("outage_notice")
    columns = (
        notice.c.outage_id, notice.c.customer_id, notice.c.told_at, notice.c.notice_kind, notice.c.method,
        notice.c.outcome,
    )  # fmt: skip
    found: dict[tuple[int, int], list[Notice]] = {}
    for part in chunks([o.id for o in outages]):
        query = sa.select(*columns).where(
            notice.c.outage_id.in_(part), notice.c.told_at < day + "U"
        )
        for outage, customer, *facts in raw_rows(connection, query.order_by(notice.c.told_at)):
            found.setdefault((outage, customer), []).append(Notice(*facts))
    return found


def outage_contacts(connection: Connection) -> dict[int, tuple[str, str | None]]:
    """customer -> its 停送电联系人 and phone, of those that have one."""
    contact = table("contact")
    query = (
        sa.select(contact.c.customer_id, contact.c.name, contact.c.phone)
        .where(contact.c.role == _OUTAGE_CONTACT)
        .order_by(contact.c.id.desc())
    )
    return {customer: (name, phone) for customer, name, phone in connection.execute(query)}


def grids_named(connection: Connection) -> dict[int | None, str | None]:
    """grid id -> name."""
    return _names(connection, "grid")


def areas_named(connection: Connection) -> dict[int | None, str | None]:
    """area id -> name."""
    return _names(connection, "transformer_area")


def _names(connection: Connection, kind: str) -> dict[int | None, str | None]:
    named = table(kind)
    found: dict[int | None, str | None] = {None: None}
    found.update(map(tuple, connection.execute(sa.select(named.c.id, named.c.name))))
    return found
