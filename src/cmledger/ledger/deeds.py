"""Items done without a visit, written by hand: for a customer, or by a manager or for a grid on its own account."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NotFound
from cmledger.ledger.journal import Operation
from cmledger.ledger.narrow import near
from cmledger.ledger.tables import table
from cmledger.records.intake import Outcome
from cmledger.wording import deeds as say


def write_service(
    operation: Operation,
    customer_id: int,
    code: str,
    day: str,
    manager_id: int | None,
    told: Mapping[str, Any],
) -> Outcome:
    """Record an item done for a customer without a visit; told now goes into the same one, a blank takes nothing away."""
    key = {"customer_id": customer_id, "service": code, "done_on": day}
    alone = table("service_done").c.visit_id.is_(None)
    return _write(operation, "service_done", key, {**told, "manager_id": manager_id}, alone)


def write_duty(
    operation: Operation,
    office_id: int,
    code: str,
    day: str,
    manager_id: int | None,
    grid_id: int | None,
    told: Mapping[str, Any],
) -> Outcome:
    """Record an item that a manager or a grid owes itself."""
    key = {
        "office_id": office_id,
        "service": code,
        "done_on": day,
        "manager_key": manager_id or 0,
        "grid_key": grid_id or 0,
    }
    return _write(
        operation, "duty_done", key, {**told, "manager_id": manager_id, "grid_id": grid_id}
    )


def _write(
    operation: Operation,
    name: str,
    key: Mapping[str, Any],
    told: Mapping[str, Any],
    only: sa.ColumnElement[bool] | None = None,
) -> Outcome:
    t = table(name)
    query = sa.select(t).where(*(t.c[column] == value for column, value in key.items()))
    held = operation.connection.execute(query if only is None else query.where(only)).mappings()
    known = held.first()
    given = {column: value for column, value in told.items() if value is not None}
    if known is None:
        columns, values = (*key, *given), (*key.values(), *given.values())
        operation.insert(name, columns, [values])
        return Outcome.NEW
    changes = {column: value for column, value in given.items() if known[column] != value}
    if not changes:
        return Outcome.UNCHANGED
    before = {column: known[column] for column in changes}
    operation.update(name, tuple(changes), [known["id"]], [tuple(changes.values())], [before])
    return Outcome.CHANGED


def find_grid(connection: Connection, name: str, office_id: int) -> tuple[int, str]:
    """The grid (community, village) of that name of the office. Raises NotFound naming those that come near."""
    grid = table("grid")
    query = sa.select(grid.c.id, grid.c.name).where(grid.c.office_id == office_id)
    known = {row.name: int(row.id) for row in connection.execute(query)}
    if name not in known:
        raise NotFound(say.NO_GRID.format(name=name), hint=near(name, sorted(known)))
    return known[name], name


def offices_with(connection: Connection, manager: str | None, grid: str | None) -> list[tuple[int, str]]:  # fmt: skip
    """The offices (id, name) that have a manager and a grid of these names; None: whatever managers, grids it has."""
    office, who, where = table("office"), table("manager"), table("grid")
    query = sa.select(office.c.id, office.c.name).order_by(office.c.id)
    if manager is not None:
        name = manager.partition("#")[0]
        query = query.where(sa.exists().where(who.c.office_id == office.c.id, who.c.name == name))
    if grid is not None:
        query = query.where(
            sa.exists().where(where.c.office_id == office.c.id, where.c.name == grid)
        )
    return [(int(row.id), str(row.name)) for row in connection.execute(query)]
