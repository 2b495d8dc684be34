"""How many customers every manager and every grid has, whom nobody looks after, and what is known of managers."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.assignment import open_on
from cmledger.ledger.narrow import Narrow, covering
from cmledger.ledger.tables import table


class Held(NamedTuple):
    """Open customers that have this in common."""

    office: int
    grid: int | None
    manager: int | None
    tier: str | None
    rule: str | None
    customers: int


def held_customers(connection: Connection, day: date, narrow: Narrow) -> list[Held]:
    """Every open customer on a day, counted."""
    customer, tiered, held = table("customer"), table("customer_tier"), table("customer_manager")
    keys: tuple[Any, ...] = (
        customer.c.office_id,
        customer.c.grid_id,
        held.c.manager_id,
        tiered.c.tier,
        tiered.c.rule,
    )
    query = (
        sa.select(*keys, sa.func.count())
        .select_from(customer)
        .outerjoin(tiered, covering(tiered, customer.c.id, day))
        .outerjoin(held, covering(held, customer.c.id, day))
        .where(open_on(customer, day), *narrow.conditions(customer, held))
        .group_by(*keys)
    )
    return [Held._make(row) for row in connection.execute(query)]


def grids(connection: Connection, narrow: Narrow) -> list[tuple[int, int, str, str | None]]:
    """id, office, name and kind of every grid."""
    grid = table("grid")
    query = sa.select(grid.c.id, grid.c.office_id, grid.c.name, grid.c.grid_kind)
    if narrow.offices is not None:
        query = query.where(grid.c.office_id.in_(narrow.offices))
    return [tuple(row) for row in connection.execute(query.order_by(grid.c.name, grid.c.id))]


def uncovered(
    connection: Connection, day: date, narrow: Narrow
) -> Iterator[tuple[str, str, str | None, str | None, str | None, str | None, str | None]]:
    """Office, 户号, name, tier, line, grid of open customers without a manager, or with one who has left (whose name)."""
    customer, tiered, held = table("customer"), table("customer_tier"), table("customer_manager")
    office, line, grid, manager = (table(n) for n in ("office", "line", "grid", "manager"))
    query = (
        sa.select(
            office.c.name,
            customer.c.account_no,
            customer.c.name,
            tiered.c.tier,
            line.c.name,
            grid.c.name,
            manager.c.person_key,
        )
        .select_from(customer)
        .join(office, office.c.id == customer.c.office_id)
        .outerjoin(line, line.c.id == customer.c.line_id)
        .outerjoin(grid, grid.c.id == customer.c.grid_id)
        .outerjoin(tiered, covering(tiered, customer.c.id, day))
        .outerjoin(held, covering(held, customer.c.id, day))
        .outerjoin(manager, manager.c.id == held.c.manager_id)
        .where(
            open_on(customer, day),
            sa.or_(held.c.manager_id.is_(None), manager.c.left_on <= day.isoformat()),
            *narrow.conditions(customer, held),
        )
        .order_by(tiered.c.tier.is_(None), office.c.name, customer.c.account_no)
    )
    for row in connection.execute(query):
        yield tuple(row)


class Facts(NamedTuple):
    """What is written of a manager, and its trainings: (day, hours in thousandths)."""

    id: int
    level: str | None
    education: str | None
    power_since: str | None
    bad_record: int | None
    healthy: int | None
    trainings: list[tuple[str, int | None]]


def facts_of_managers(connection: Connection) -> list[Facts]:
    """Every manager by id."""
    manager, training = table("manager"), table("training")
    taken: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    query = sa.select(training.c.manager_id, training.c.trained_on, training.c.hours)
    for who, day, hours in connection.execute(query.order_by(training.c.trained_on)):
        taken[who].append((day, hours))
    columns = ("id", "level", "education", "power_since", "bad_record", "healthy")
    rows = connection.execute(sa.select(*(manager.c[c] for c in columns)).order_by(manager.c.id))
    return [Facts._make((*row, taken[row[0]])) for row in rows]
