"""What deciding who looks after whom asks of the ledger: managers, territories, and every customer's terms."""

from array import array
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import raw_rows
from cmledger.ledger.narrow import Narrow, covering
from cmledger.ledger.tables import CLOSED, FOREVER, table
from cmledger.records.assignment import (
    FIXED_BASIS,
    HANDOVER_BASIS,
    Claim,
    Held,
    NamedPlace,
    Person,
    Terms,
)

_TERRITORY = ("lines", "areas", "grids")


@dataclass(frozen=True, slots=True)
class Roster:
    """Every manager on a day, what is written of their territories, and what offices are called."""

    people: dict[int, Person]
    claims: list[Claim]
    places: list[NamedPlace]
    offices: dict[int | None, str]
    left_on: dict[int, str]


def roster(connection: Connection, day: date, usual_capacity: int | None) -> Roster:
    """All of it as the ledger has it. usual_capacity: of managers for whom none is written; None: no limit."""
    office = table("office")
    named = connection.execute(sa.select(office.c.id, office.c.name))
    offices: dict[int | None, str] = {None: "", **{row[0]: row[1] for row in named}}
    manager = table("manager")
    gone = sa.select(manager.c.id, manager.c.left_on).where(manager.c.left_on.is_not(None))
    left = {row[0]: row[1] for row in connection.execute(gone)}
    people = _persons(connection, day, usual_capacity)
    return Roster(people, _claims(connection), _places(connection), offices, left)


def _persons(connection: Connection, day: date, usual_capacity: int | None) -> dict[int, Person]:
    manager = table("manager")
    columns = ("id", "office_id", "person_key", "grade", "capacity", "left_on")
    query = sa.select(*(manager.c[c] for c in columns)).order_by(manager.c.id)
    return {
        i: Person(
            i,
            office,
            name,
            grade,
            usual_capacity if capacity is None else capacity,
            left is not None and left <= day.isoformat(),
        )
        for i, office, name, grade, capacity, left in connection.execute(query)
    }


def _claims(connection: Connection) -> list[Claim]:
    """What is written of every manager's territory."""
    manager = table("manager")
    query = sa.select(manager.c.id, manager.c.office_id, *(manager.c[f] for f in _TERRITORY))
    return [
        Claim(i, office, field, text)
        for i, office, *texts in connection.execute(query.order_by(manager.c.id))
        for field, text in zip(_TERRITORY, texts, strict=True)
        if text
    ]


def _places(connection: Connection) -> list[NamedPlace]:
    """Every line, transformer area and grid, with the manager written beside it."""
    found = []
    for kind in ("line", "transformer_area", "grid"):
        t = table(kind)
        manager = t.c.manager_id if "manager_id" in t.c else sa.null()
        what = t.c.grid_kind if "grid_kind" in t.c else sa.null()
        query = sa.select(t.c.id, t.c.office_id, t.c.name, t.c.code, manager, what)
        found += [NamedPlace(kind, *row) for row in connection.execute(query.order_by(t.c.id))]
    return found


@dataclass(frozen=True, slots=True)
class Everybody:
    """Open customers by their terms. ids: all of them in the order of 户号; terms name them by their place there."""

    ids: "array[int]"
    by_terms: dict[Terms, "array[int]"]

    def those(self, terms: Terms, start: int, stop: int) -> list[int]:
        """The ids of some customers of these terms."""
        return [self.ids[place] for place in self.by_terms[terms][start:stop]]


def open_on(customer: sa.Table, day: date) -> sa.ColumnElement[bool]:
    """Customers whose account is not closed on a day, and that are no duplicates merged into another."""
    closed = sa.or_(
        customer.c.closed_on <= day.isoformat(),
        sa.and_(customer.c.closed_on.is_(None), customer.c.status == CLOSED),
    )
    return sa.and_(
        sa.func.coalesce(sa.case((closed, 1)), 0) == 0, customer.c.merged_into_id.is_(None)
    )


def everybody(
    connection: Connection, day: date, narrow: Narrow, *, out_of_scope: bool
) -> Everybody:
    """Every open customer on a day. narrow: whom the run is about; out_of_scope: those without a tier, too.

    The others are brought as well: they take places of their managers.
    """
    area_lines = _lines_of_areas(connection)
    ids: array[int] = array("q")
    by_key: dict[tuple[Any, ...], array[int]] = {}
    for place, row in enumerate(raw_rows(connection, _query(day, narrow))):
        ids.append(row[0])
        key = row[1:]
        found = by_key.get(key)
        if found is None:
            by_key[key] = found = array("q")
        found.append(place)
    by_terms: dict[Terms, array[int]] = {}
    lent = any(key[_HELD] == Held.LENT for key in by_key)
    homes = _homes(connection, day) if lent else {}
    for key, those in by_key.items():
        if key[_HELD] != Held.LENT:
            _add(by_terms, _terms(key, area_lines, None, out_of_scope), those)
            continue
        of_home: dict[int | None, array[int]] = {}
        for place in those:
            of_home.setdefault(homes.get(ids[place]), array("q")).append(place)
        for home, some in of_home.items():
            _add(by_terms, _terms(key, area_lines, home, out_of_scope), some)
    return Everybody(ids, by_terms)


_HELD = 7
"""Where the footing stands behind a customer's id in a row of `_query`."""


def _add(by_terms: "dict[Terms, array[int]]", terms: Terms, those: "array[int]") -> None:
    """More customers of some terms: rows may differ only in where the line is written."""
    known = by_terms.get(terms)
    by_terms[terms] = those if known is None else array("q", sorted((*known, *those)))


def _terms(
    key: tuple[Any, ...], area_lines: dict[int, int], home: int | None, out_of_scope: bool
) -> Terms:
    office, line, area, grid, tier, rule, manager, held, wanted = key
    if line is None and area is not None:
        line = area_lines.get(area)
    about = bool(wanted) and (out_of_scope or tier is not None)
    whose = None if held is None else Held(held)
    return Terms(office, line, area, grid, tier, rule, manager, whose, home, about)


def _query(day: date, narrow: Narrow) -> sa.Select[Any]:
    customer, tiered, held = table("customer"), table("customer_tier"), table("customer_manager")
    lent = sa.and_(held.c.basis == HANDOVER_BASIS, held.c.valid_to < FOREVER)
    footing = sa.case(
        (held.c.basis == FIXED_BASIS, Held.FIXED.value),
        (lent, Held.LENT.value),
        (held.c.basis == HANDOVER_BASIS, Held.HANDED.value),
    )
    wanted = sa.and_(sa.true(), *narrow.conditions(customer, held))
    return (
        sa.select(
            customer.c.id,
            customer.c.office_id,
            customer.c.line_id,
            customer.c.transformer_area_id,
            customer.c.grid_id,
            tiered.c.tier,
            tiered.c.rule,
            held.c.manager_id,
            footing,
            sa.case((wanted, 1), else_=0) if narrow else sa.literal(1),
        )
        .select_from(customer)
        .outerjoin(tiered, covering(tiered, customer.c.id, day))
        .outerjoin(held, covering(held, customer.c.id, day))
        .where(open_on(customer, day))
        .order_by(customer.c.account_key)
    )


def _homes(connection: Connection, day: date) -> dict[int, int]:
    """Whose the customers are again that are lent on a day: the manager of the first span behind that is no handover."""
    held, after = table("customer_manager"), table("customer_manager").alias("behind")
    query = (
        sa.select(held.c.customer_id, after.c.manager_id)
        .join(after, after.c.customer_id == held.c.customer_id)
        .where(
            held.c.basis == HANDOVER_BASIS,
            held.c.valid_from <= day.isoformat(),
            held.c.valid_to > day.isoformat(),
            held.c.valid_to < FOREVER,
            after.c.valid_from >= held.c.valid_to,
            sa.func.coalesce(after.c.basis, "") != HANDOVER_BASIS,
        )
        .order_by(held.c.customer_id, after.c.valid_from.desc())
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _lines_of_areas(connection: Connection) -> dict[int, int]:
    area = table("transformer_area")
    query = sa.select(area.c.id, area.c.line_id).where(area.c.line_id.is_not(None))
    return {row[0]: row[1] for row in connection.execute(query)}
