"""One visit written by hand: found again where it was recorded already, else the next of its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NeedsDecision, NotFound
from cmledger.ledger.journal import Operation
from cmledger.ledger.narrow import near
from cmledger.ledger.tables import table
from cmledger.records.intake import Outcome
from cmledger.wording import dues as say
from cmledger.wording import narrow as say_narrow

DETAILS = ("method", "content", "opinion", "satisfaction")


@dataclass(frozen=True, slots=True)
class Person:
    """A manager of the ledger."""

    id: int
    name: str


def find_manager(connection: Connection, name: str, office_id: int) -> Person:
    """The manager meant by a name (or name#employee_no): of the office, else of any other.

    Raises NotFound (exit 18) naming who comes near, NeedsDecision (exit 16) where several are meant.
    """
    manager = table("manager")
    columns = (manager.c.id, manager.c.office_id, manager.c.name, manager.c.employee_no)
    rows = list(connection.execute(sa.select(*columns).order_by(manager.c.id)))
    meant = [row for row in rows if name in (row.name, _full(row))]
    found = [row for row in meant if row.office_id == office_id] or meant
    if not found:
        ours = [row.name for row in rows if row.office_id == office_id]
        raise NotFound(
            say_narrow.NO_MANAGER.format(name=name),
            hint=near(name, ours or [row.name for row in rows]),
        )
    if len(found) > 1:
        who = [_full(row) for row in found]
        raise NeedsDecision(
            say.AMBIGUOUS_MANAGER.format(name=name, who="、".join(who)),
            hint=say.AMBIGUOUS_MANAGER_HINT.format(example=who[0]),
        )
    return Person(found[0].id, found[0].name)


def _full(row: Any) -> str:
    return f"{row.name}#{row.employee_no}" if row.employee_no else str(row.name)


def write_visit(
    operation: Operation,
    customer_id: int,
    day: str,
    manager_id: int | None,
    told: Mapping[str, str | None],
    services: Sequence[str],
) -> Outcome:
    """Record a visit with what was told of it (DETAILS), and the service items it discharged besides itself.

    A visit of the same customer, day and manager that says nothing else in `content` is the same visit: what is told
    now goes into it, a blank takes nothing away.
    """
    visit = table("visit")
    query = (
        sa.select(visit)
        .where(
            visit.c.customer_id == customer_id,
            visit.c.visited_on == day,
            visit.c.manager_key == (manager_id or 0),
        )
        .order_by(visit.c.sequence)
    )
    held = [dict(row) for row in operation.connection.execute(query).mappings()]
    given = {field: told[field] for field in DETAILS if told.get(field) is not None}
    same = next((v for v in held if _agree(v["content"], given.get("content"))), None)
    if same is None:
        sequence = max((v["sequence"] for v in held), default=0) + 1
        key = (customer_id, day, manager_id or 0, sequence, manager_id)
        (visit_id,) = operation.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id", *DETAILS),
            [(*key, *(given.get(field) for field in DETAILS))],
        )
        _discharge(operation, visit_id, customer_id, day, manager_id, services)
        return Outcome.NEW
    changes = {field: value for field, value in given.items() if same[field] != value}
    if changes:
        before = {field: same[field] for field in changes}
        operation.update("visit", tuple(changes), [same["id"]], [tuple(changes.values())], [before])
    added = _discharge(operation, same["id"], customer_id, day, manager_id, services)
    return Outcome.CHANGED if changes or added else Outcome.UNCHANGED


def _agree(held: str | None, told: str | None) -> bool:
    return held is None or told is None or held == told


def _discharge(
    operation: Operation,
    visit_id: int,
    customer_id: int,
    day: str,
    manager_id: int | None,
    services: Sequence[str],
) -> bool:
    """Add the items the visit has not discharged yet; whether there were any."""
    item = table("service_done")
    query = sa.select(item.c.service).where(item.c.visit_id == visit_id)
    held = set(operation.connection.scalars(query))
    fresh = [code for code in services if code not in held]
    operation.insert(
        "service_done",
        ("customer_id", "service", "done_on", "manager_id", "visit_id"),
        [(customer_id, code, day, manager_id, visit_id) for code in fresh],
    )
    return bool(fresh)
