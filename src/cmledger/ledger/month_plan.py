"""The month's plan in the ledger: what planning has to know of customers, the rows there are, and the new ones."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.customers import account_key, customers_by_number
from cmledger.ledger.dialect import chunks, raw_rows
from cmledger.ledger.journal import Operation
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.tables import table
from cmledger.records.obligations import Holding

TABLE = "planned_visit"
SET = ("month", "planned_on", "manager_id", "fixed", "reason")
"""What planning decides of a due."""
_KEY = ("customer_id", "service", "period")


class PlanRow(NamedTuple):
    """A due as the plan has it; days are ISO."""

    id: int
    customer_id: int
    service: str
    period: str
    month: str
    planned_on: str | None
    manager_id: int | None
    fixed: int
    reason: str | None

    @property
    def key(self) -> tuple[int, str, str]:
        """Which due it is."""
        return self.customer_id, self.service, self.period


class Whom(NamedTuple):
    """A customer to be planned: its id, and the line (grid, area) its trips go by."""

    id: int
    group: int | None


def whom(connection: Connection, account_nos: Sequence[str], group_by: str) -> dict[str, Whom]:
    """The customers of these 户号, by 户号. group_by: line, grid or transformer_area."""
    keys = {number: account_key(number) for number in account_nos}
    wanted = ("id", f"{group_by}_id")
    known = customers_by_number(connection, sorted(set(keys.values())), wanted)
    return {number: Whom(*known[key]) for number, key in keys.items()}


def holders(
    connection: Connection, ids: Sequence[int], first: date, last: date
) -> dict[int, tuple[Holding, ...]]:
    """customer id -> who looks after it from `first` to `last`, in order; nobody does from the day it left."""
    held, manager = table("customer_manager"), table("manager")
    until = sa.case((manager.c.left_on < held.c.valid_to, manager.c.left_on), else_=held.c.valid_to)
    found: dict[int, list[Holding]] = defaultdict(list)
    for part in chunks(sorted(set(ids))):
        query = (
            sa.select(held.c.customer_id, held.c.valid_from, until, held.c.manager_id)
            .join(manager, manager.c.id == held.c.manager_id)
            .where(
                held.c.customer_id.in_(part),
                held.c.valid_from <= last.isoformat(),
                until > first.isoformat(),
            )
            .order_by(held.c.customer_id, held.c.valid_from)
        )
        for customer, since, end, whose in raw_rows(connection, query):
            span = Holding(date.fromisoformat(since), date.fromisoformat(end), whose)
            found[customer].append(span)
    return {customer: tuple(spans) for customer, spans in found.items()}


def group_names(connection: Connection, group_by: str) -> dict[int, str]:
    """What the lines (grids, areas) are called."""
    named = table(group_by)
    return dict(pair for pair in raw_rows(connection, sa.select(named.c.id, named.c.name)))


def plan_rows(connection: Connection, month: str, customers: Sequence[int]) -> list[PlanRow]:
    """The rows of a month's plan, and those that other months' plans have of these customers."""
    planned = table(TABLE)
    columns = [planned.c[name] for name in PlanRow._fields]
    found = [
        PlanRow(*row)
        for row in raw_rows(connection, sa.select(*columns).where(planned.c.month == month))
    ]
    for part in chunks(sorted(set(customers))):
        query = sa.select(*columns).where(planned.c.customer_id.in_(part), planned.c.month != month)
        found += [PlanRow(*row) for row in raw_rows(connection, query)]
    return sorted(found, key=lambda row: row.id)


def customers_asked(
    connection: Connection, narrow: Narrow, month: str, day: date
) -> set[int] | None:
    """Of the customers in the month's plan those that the question is about; None: all of them."""
    if not narrow:
        return None
    planned = table(TABLE)
    query = sa.select(planned.c.customer_id).where(
        planned.c.month == month, planned.c.customer_id.in_(narrow.customers(day))
    )
    return {row[0] for row in raw_rows(connection, query)}


def write_plan(
    operation: Operation,
    wanted: Sequence[tuple[tuple[int, str, str], tuple[object, ...]]],
    rows: Sequence[PlanRow],
    gone: Sequence[int],
) -> None:
    """Let the plan hold what is `wanted` (key, values of SET), be without the rows `gone`; what is as it was stays.

    rows: those the ledger has of these keys.
    """
    known = {row.key: row for row in rows}
    fresh, ids, values, before = [], [], [], []
    for key, new in wanted:
        row = known.get(key)
        if row is None:
            fresh.append((*key, *new))
            continue
        old = tuple(getattr(row, name) for name in SET)
        if old != new:
            ids.append(row.id)
            values.append(new)
            before.append({n: was for n, was, now in zip(SET, old, new, strict=True) if was != now})
    operation.insert(TABLE, (*_KEY, *SET), fresh)
    operation.update(TABLE, SET, ids, values, before)
    if gone:
        operation.delete(TABLE, sorted(gone))
