"""Visits: which of the recorded ones is meant, what they discharge, and one written by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NeedsDecision, NotFound
from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation, Source
from cmledger.ledger.narrow import near
from cmledger.ledger.tables import table
from cmledger.records.intake import Outcome
from cmledger.wording import dues as say
from cmledger.wording import narrow as say_narrow
from cmledger.wording.lists import TEXT_JOINT

DETAILS = ("method", "content", "opinion", "satisfaction")
"""What a person tells of a visit."""
_FACTS = (*DETAILS, "remark")

Done = tuple[int, str, int | None, Source | None]
"""Of a service item: customer, day, manager, where it is written."""


def same_visit(visits: Sequence[Mapping[str, Any]], told: Mapping[str, Any]) -> int | None:
    """Which of the visits of one customer, day and manager is told of (its position); None: another visit.

    The same visit is one whose `content` agrees: equal, or one of the two blank. Of several it is the one that most
    of what is told is true of, the first of those.
    """
    alike = [i for i, v in enumerate(visits) if not _clashes((v["content"], told.get("content")))]
    return max(alike, key=lambda i: _likeness(visits[i], told), default=None)


def contradict(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two tellings cannot be of one visit; a blank contradicts nothing."""
    return any(_clashes((one.get(f), other.get(f))) for f in _FACTS)


def _clashes(pair: tuple[object, object]) -> bool:
    return None not in pair and pair[0] != pair[1]


def _likeness(visit: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[int, int]:
    pairs = [(visit.get(f), told[f]) for f in _FACTS if told.get(f) is not None]
    said = [_says(held, word) for held, word in pairs]
    clashes = sum(held is not None and not s for (held, _), s in zip(pairs, said, strict=True))
    return -clashes, sum(said)


def _says(held: Any, word: Any) -> bool:
    """Whether a field says a word already, alone or among what several rows said together."""
    return bool(held == word or (isinstance(held, str) and word in held.split(TEXT_JOINT)))


def discharge(operation: Operation, done: Mapping[tuple[int, str], Done]) -> set[tuple[int, str]]:
    """Record the service items (visit, code) not recorded yet; which ones these are."""
    item = table("service_done")
    fresh = dict(done)
    for part in chunks(sorted({visit_id for visit_id, _ in done})):
        query = sa.select(item.c.visit_id, item.c.service).where(item.c.visit_id.in_(part))
        for visit_id, code in operation.connection.execute(query):
            fresh.pop((visit_id, code), None)
    operation.insert(
        "service_done",
        ("visit_id", "service", "customer_id", "done_on", "manager_id"),
        [(*key, *facts) for key, (*facts, _) in fresh.items()],
        [source for *_, source in fresh.values()],
    )
    return set(fresh)


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
    services: Iterable[str],
) -> tuple[Outcome, int]:
    """Record a visit with what was told of it (DETAILS), and the service items it discharged besides itself.

    What is told now goes into the same visit where it is known already; a blank takes nothing away. With the visit's id.
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
    same = same_visit(held, given)
    if same is None:
        sequence = max((v["sequence"] for v in held), default=0) + 1
        key = (customer_id, day, manager_id or 0, sequence, manager_id)
        (visit_id,) = operation.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id", *DETAILS),
            [(*key, *(given.get(field) for field in DETAILS))],
        )
        changes = given
    else:
        known = held[same]
        visit_id = known["id"]
        changes = {field: value for field, value in given.items() if known[field] != value}
        if changes:
            before = {field: known[field] for field in changes}
            operation.update(
                "visit", tuple(changes), [visit_id], [tuple(changes.values())], [before]
            )
    facts = (customer_id, day, manager_id, None)
    added = discharge(operation, {(visit_id, code): facts for code in services})
    if same is None:
        return Outcome.NEW, visit_id
    return (Outcome.CHANGED if changes or added else Outcome.UNCHANGED), visit_id
