"""What managers and grids owe themselves: the owners of an item, and when it was done by each (rows of duty_done)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import raw_rows
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.obligations import Question
from cmledger.ledger.tables import table
from cmledger.records.obligations import Facts, Mark, Span

MANAGER, GRID = "manager", "grid"


def latest_of_owners(
    connection: Connection, ask: Question, owner: str, narrow: Narrow
) -> Iterator[tuple[Any, ...]]:
    """Every manager that has not left (every grid), with the last day the item was done: rows as those of `latest`.

    The tier is the word `manager` or `grid`. Nobody is on a line: narrowed to one, there are none.
    """
    if narrow.lines is not None:
        return
    now = ask.as_of.isoformat()
    whose = table(owner)
    manager = whose.c.id if owner == MANAGER else whose.c.manager_id
    none: sa.ColumnElement[Any] = sa.null()
    query = sa.select(
        manager, none, whose.c.office_id, whose.c.id if owner == GRID else none, whose.c.id,
        none, whose.c.name, none, none, none,
        sa.literal(owner), sa.literal(owner), none, none, none, none, none, none,
        *(
            _last(whose, owner, code, now) if lv == 0 else none
            for lv in ask.grades
            for code in ask.codes
        ),
    )  # fmt: skip
    if owner == MANAGER:
        query = query.where(sa.or_(whose.c.left_on.is_(None), whose.c.left_on > now))
    if narrow.offices is not None:
        query = query.where(whose.c.office_id.in_(narrow.offices))
    if narrow.managers is not None:
        query = query.where(manager.in_(narrow.managers))
    yield from raw_rows(connection, query)


def _last(whose: sa.Table, owner: str, code: str, now: str) -> sa.ScalarSelect[Any]:
    done = table("duty_done").alias()
    mine = done.c[f"{owner}_id"] == whose.c.id
    query = sa.select(sa.func.max(done.c.done_on))
    return query.where(mine, done.c.service == code, done.c.done_on <= now).scalar_subquery()


def deeds_of_owners(
    connection: Connection, ask: Question, owner: str
) -> dict[int, tuple[Mark, ...]]:
    """manager (grid) id -> every time the item was done, in order."""
    done = table("duty_done")
    whose = done.c[f"{owner}_id"]
    query = sa.select(whose, done.c.done_on).where(
        whose.is_not(None), done.c.service.in_(ask.codes), done.c.done_on <= ask.as_of.isoformat()
    )
    found: dict[int, list[Mark]] = {}
    for owner_id, day in raw_rows(connection, query):
        found.setdefault(owner_id, []).append(Mark(date.fromisoformat(day), 0))
    return {owner_id: tuple(sorted(marks)) for owner_id, marks in found.items()}


def facts_of_owner(connection: Connection, owner_id: int, ask: Question, owner: str) -> Facts:
    """All that decides what one manager or grid owes of an item."""
    left = None
    if owner == MANAGER:
        manager = table(MANAGER)
        query = sa.select(manager.c.left_on).where(manager.c.id == owner_id)
        left = connection.execute(query).scalar_one()
    closed = None if left is None or left > ask.as_of.isoformat() else date.fromisoformat(left)
    marks = deeds_of_owners(connection, ask, owner).get(owner_id, ())
    return Facts(None, closed, (Span(date.min, date.max, owner, owner),), marks)
