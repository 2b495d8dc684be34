"""Which customers a question is about: an office, a line, a manager, given by name."""

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NotFound
from cmledger.ledger.tables import table
from cmledger.wording import narrow as say

_NEAR = 5


@dataclass(frozen=True, slots=True)
class Narrow:
    """Ids of what customers must belong to; None: any. Several ids where a name is shared (by two offices)."""

    offices: tuple[int, ...] | None = None
    lines: tuple[int, ...] | None = None
    managers: tuple[int, ...] | None = None

    def __bool__(self) -> bool:
        return not (self.offices is None and self.lines is None and self.managers is None)

    def conditions(self, customer: sa.Table, held: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        """As conditions on the customer and the manager span that stands beside it."""
        found: list[sa.ColumnElement[bool]] = []
        if self.offices is not None:
            found.append(customer.c.office_id.in_(self.offices))
        if self.lines is not None:
            found.append(customer.c.line_id.in_(self.lines))
        if self.managers is not None:
            found.append(held.c.manager_id.in_(self.managers))
        return found

    def customers(self, as_of: date) -> sa.Select[Any]:
        """SELECT of the ids of these customers, their manager being that of `as_of`."""
        customer, held = table("customer"), table("customer_manager")
        query = sa.select(customer.c.id)
        if self.managers is not None:
            query = query.join(held, covering(held, customer.c.id, as_of))
        return query.where(*self.conditions(customer, held))


def covering(spans: sa.Table, customer_id: Any, day: date) -> sa.ColumnElement[bool]:
    """The span of a customer that holds on a day."""
    now = day.isoformat()
    return sa.and_(
        spans.c.customer_id == customer_id, spans.c.valid_from <= now, spans.c.valid_to > now
    )


def narrowed(
    connection: Connection,
    *,
    office: str | None = None,
    line: str | None = None,
    manager: str | None = None,
) -> Narrow:
    """The ids behind names; of line and manager only those of the office, where one is given.

    Raises NotFound (exit 18), naming what comes near.
    """
    offices = None if office is None else _named(connection, "office", office, say.NO_OFFICE, None)
    return Narrow(
        offices,
        None if line is None else _named(connection, "line", line, say.NO_LINE, offices),
        None
        if manager is None
        else _named(connection, "manager", manager, say.NO_MANAGER, offices),
    )


def _named(
    connection: Connection, kind: str, name: str, sentence: str, offices: tuple[int, ...] | None
) -> tuple[int, ...]:
    named = table(kind)
    columns: list[sa.ColumnElement[Any]] = [named.c.id, named.c.name]
    if kind == "manager":
        columns += [named.c.person_key, named.c.name + "#" + named.c.employee_no]
    query = sa.select(*columns).order_by(named.c.id)
    if offices is not None:
        query = query.where(named.c.office_id.in_(offices))
    rows = [tuple(row) for row in connection.execute(query)]
    found = tuple(i for i, *names in rows if name in names)
    if not found:
        raise NotFound(
            sentence.format(name=name),
            hint=near(name, (known for _, *n in rows for known in n if known)),
        )
    return found


def near(name: str, known: Iterable[str]) -> str:
    """A hint naming what was perhaps meant, or what there is."""
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, _NEAR, 0.4)
    close += [n for n in names if n not in close and (name in n or n in name)]
    if close:
        return say.PERHAPS.format(names="、".join(close[:_NEAR]))
    if not names:
        return say.NONE_YET
    more = say.AND_MORE if len(names) > _NEAR else ""
    return say.THERE_ARE.format(names="、".join(names[:_NEAR]) + more)


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called. managers: name (姓名#工号 where several of the office share it) and grade. None stands for
    "has none"."""

    offices: dict[int | None, str]
    lines: dict[int | None, str | None]
    managers: dict[int | None, tuple[str | None, str | None]]


def names_of(connection: Connection) -> Names:
    """Every office, line and manager of the ledger; there are few."""
    office, line, manager = table("office"), table("line"), table("manager")

    def pairs(named: sa.Table) -> list[tuple[int, str]]:
        return [(i, name) for i, name in connection.execute(sa.select(named.c.id, named.c.name))]

    columns = ("id", "grade", "office_id", "name", "employee_no")
    people = list(connection.execute(sa.select(*(manager.c[name] for name in columns))))
    sharing = Counter((one.office_id, one.name) for one in people)

    def told(one: sa.Row[Any]) -> str:
        shared = sharing[one.office_id, one.name] > 1
        return f"{one.name}#{one.employee_no}" if shared and one.employee_no else str(one.name)

    return Names(
        dict(pairs(office)),
        {None: None, **dict(pairs(line))},
        {None: (None, None), **{one.id: (told(one), one.grade) for one in people}},
    )
