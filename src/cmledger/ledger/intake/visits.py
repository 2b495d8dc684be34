"""走访记录 rows. Key: customer, day, manager, sequence; a form's hidden id finds its visit even when the date was corrected."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import (
    Batch,
    Intake,
    Place,
    differences,
    extras_at,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.people import People
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.records.intake import Outcome, Parsed

PLAIN = ("method", "content", "opinion", "satisfaction", "remark", "form_id")
_FORM = PLAIN.index("form_id")
_CURRENT = (
    "id", "customer_id", "visited_on", "manager_key", "sequence", "manager_id", *PLAIN, "extras",
)  # fmt: skip

_SHARED = {"customer_id": "customer_id", "visited_on": "done_on", "manager_id": "manager_id"}
"""Fields of a visit that its service items repeat, and their names there."""

_Key = tuple[int, str, int]
"""customer, day, manager (0: not named)"""


def apply_visits(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's visit sheets."""
    rows = _keyed(intake, batches, people)
    held, forms = _held(intake, rows)
    updates: list[Any] = []
    fresh: list[tuple[_Key, int, Place]] = []
    done: list[tuple[int, _Key, Place]] = []
    taken: dict[int, Place] = {}
    for key, places in rows.items():
        slots = held.get(key, [])
        used: set[int] = set()
        last = max((visit["sequence"] for visit in slots), default=0)
        for place in _distinct(places):
            form = _fields(place)[_FORM]
            visit = forms.get(form) or next(
                (
                    v
                    for v in slots
                    if v["id"] not in used and (form is None or v["form_id"] in (None, form))
                ),
                None,
            )
            if visit is None:
                last += 1
                fresh.append((key, last, place))
                continue
            used.add(visit["id"])
            if visit["id"] in taken:
                place.batch.reject(
                    place.position,
                    "conflicting-rows",
                    "visit.form_id",
                    value=form,
                    rows=taken[visit["id"]].number,
                )
                continue
            taken[visit["id"]] = place
            changes = _changes(visit, key, last, place)
            if changes:
                updates.append((visit["id"], changes, place.batch.source(place.position)))
            place.batch.outcomes[place.position] = Outcome.CHANGED if changes else Outcome.UNCHANGED
            done.append((visit["id"], key, place))
    write_updates(intake.operation, "visit", updates)
    _move_services(intake, updates)
    done += _insert(intake, fresh)
    _discharge(intake, done)


def _fields(place: Place) -> tuple[Parsed, ...]:
    values = place.batch.rows.values
    return tuple(
        values[f"visit.{f}"][place.position] if f"visit.{f}" in values else None for f in PLAIN
    )


def _keyed(intake: Intake, batches: Sequence[Batch], people: People) -> dict[_Key, list[Place]]:
    """Open rows by customer, day and manager; rows that lack a day or name an ambiguous manager are rejected."""
    customers = customers_of(intake, batches, "customer.account_no")
    offices = _offices(intake, sorted(set(customers.values())))
    named: list[tuple[int, str, Source]] = []
    complete: list[tuple[int, str, str | None, Place]] = []
    by_sheet = {batch.sheet_id: batch for batch in batches}
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        day = batch.column("visit.visited_on")[position]
        name = batch.column("visit.manager")[position]
        if not isinstance(day, str):
            batch.reject(position, "missing-key", "visit.visited_on")
        elif isinstance(name, str) and people.ambiguous(offices[customer], name):
            batch.reject(position, "ambiguous-manager", "visit.manager", value=name)
        else:
            person = name if isinstance(name, str) else None
            complete.append((customer, day, person, Place(batch, position)))
            if person:
                named.append((offices[customer], person, batch.source(position)))
    for (_, name), (sheet_id, row) in people.ensure(named).items():
        batch = by_sheet[sheet_id]
        batch.say(batch.rows.numbers.index(row), "manager-created", "visit.manager", value=name)
    keyed: dict[_Key, list[Place]] = defaultdict(list)
    for customer, day, person, place in complete:
        manager = people.id_of(offices[customer], person) if person else 0
        keyed[customer, day, manager].append(place)
    return keyed


def _offices(intake: Intake, customers: Sequence[int]) -> dict[int, int]:
    customer = table("customer")
    found: dict[int, int] = {}
    for part in chunks(customers):
        query = sa.select(customer.c.id, customer.c.office_id).where(customer.c.id.in_(part))
        found.update((i, office) for i, office in intake.operation.connection.execute(query))
    return found


def _held(
    intake: Intake, rows: dict[_Key, list[Place]]
) -> tuple[dict[_Key, list[dict[str, Any]]], dict[Parsed, dict[str, Any]]]:
    """Visits the ledger holds under these keys, in sequence, and those of the forms named."""
    visit = table("visit")
    columns = [visit.c[name] for name in _CURRENT]
    connection = intake.operation.connection
    held: dict[_Key, list[dict[str, Any]]] = defaultdict(list)
    days = sorted({day for _, day, _ in rows})
    for part in chunks(sorted({customer for customer, _, _ in rows})):
        query = (
            sa.select(*columns)
            .where(visit.c.customer_id.in_(part), visit.c.visited_on.between(days[0], days[-1]))
            .order_by(visit.c.sequence)
        )
        for row in connection.execute(query).mappings():
            held[row["customer_id"], row["visited_on"], row["manager_key"]].append(dict(row))
    forms: dict[Parsed, dict[str, Any]] = {}
    named = {_fields(place)[_FORM] for places in rows.values() for place in places} - {None}
    for part in chunks(sorted(str(form) for form in named)):
        query = sa.select(*columns).where(visit.c.form_id.in_(part))
        for row in connection.execute(query).mappings():
            forms[row["form_id"]] = dict(row)
    return held, forms


def _distinct(places: list[Place]) -> list[Place]:
    """The rows of one key without exact repetitions, which are unchanged; several are said to be so."""
    seen: dict[tuple[object, ...], Place] = {}
    for place in places:
        services = place.batch.column("visit.services")[place.position]
        face = (*_fields(place), services)
        if face in seen:
            place.batch.outcomes[place.position] = Outcome.UNCHANGED
        else:
            seen[face] = place
    distinct = list(seen.values())
    if len(distinct) > 1:
        last = distinct[-1]
        last.batch.say(last.position, "same-day-visits", "visit.visited_on", count=len(distinct))
    return distinct


def _changes(visit: dict[str, Any], key: _Key, last: int, place: Place) -> dict[str, Any]:
    changes: dict[str, Any] = dict(differences(PLAIN, [visit[f] for f in PLAIN], _fields(place)))
    customer, day, manager = key
    if (visit["customer_id"], visit["visited_on"], visit["manager_key"]) != key:
        place.batch.say(place.position, "form-row-changed", "visit.visited_on")
        moved = {
            "customer_id": customer,
            "visited_on": day,
            "manager_key": manager,
            "manager_id": manager or None,
            "sequence": last + 1,
        }
        changes |= {f: (visit[f], new) for f, new in moved.items() if visit[f] != new}
    if place.batch.rows.extras:
        extras = merged_extras(visit["extras"], extras_at(place.batch.rows, place.position))
        if extras != visit["extras"]:
            changes["extras"] = (visit["extras"], extras)
    return changes


def _move_services(intake: Intake, updates: Sequence[Any]) -> None:
    """The items a visit discharged follow its corrected day and manager."""
    moved = {
        visit_id: ({k: v for k, v in changes.items() if k in _SHARED}, source)
        for visit_id, changes, source in updates
        if _SHARED.keys() & changes.keys()
    }
    item = table("service_done")
    for part in chunks(sorted(moved)):
        query = sa.select(item.c.id, item.c.visit_id).where(item.c.visit_id.in_(part))
        rows = [
            (row_id, {_SHARED[k]: v for k, v in moved[visit_id][0].items()}, moved[visit_id][1])
            for row_id, visit_id in intake.operation.connection.execute(query)
        ]
        write_updates(intake.operation, "service_done", rows)


def _insert(intake: Intake, fresh: list[tuple[_Key, int, Place]]) -> list[tuple[int, _Key, Place]]:
    rows, sources = [], []
    for (customer, day, manager), sequence, place in fresh:
        extras = merged_extras(None, extras_at(place.batch.rows, place.position))
        values = (stored(value) for value in _fields(place))
        rows.append((customer, day, manager, sequence, manager or None, *values, extras))
        sources.append(place.batch.source(place.position))
        place.batch.outcomes[place.position] = Outcome.NEW
    ids = intake.operation.insert("visit", _CURRENT[1:], rows, sources)
    return [(i, key, place) for i, (key, _, place) in zip(ids, fresh, strict=True)]


def _discharge(intake: Intake, done: list[tuple[int, _Key, Place]]) -> None:
    """Service items named on the rows, beyond the visit itself; a blank takes none away."""
    wanted: dict[tuple[int, str], tuple[_Key, Place]] = {}
    for visit_id, key, place in done:
        services = place.batch.column("visit.services")[place.position]
        for word in services if isinstance(services, tuple) else ():
            code = word if intake.services is None else intake.services.get(word)
            if code is None:
                place.batch.say(place.position, "unknown-service", "visit.services", value=word)
            elif code != "visit":
                wanted[visit_id, code] = (key, place)
    item = table("service_done")
    for part in chunks(sorted({visit_id for visit_id, _ in wanted})):
        query = sa.select(item.c.visit_id, item.c.service).where(item.c.visit_id.in_(part))
        for visit_id, code in intake.operation.connection.execute(query):
            wanted.pop((visit_id, code), None)
    rows = [
        (customer, code, day, manager or None, visit_id)
        for (visit_id, code), ((customer, day, manager), _) in wanted.items()
    ]
    intake.operation.insert(
        "service_done",
        ("customer_id", "service", "done_on", "manager_id", "visit_id"),
        rows,
        [place.batch.source(place.position) for _, place in wanted.values()],
    )
    for _, place in wanted.values():
        if place.batch.outcomes[place.position] is Outcome.UNCHANGED:
            place.batch.outcomes[place.position] = Outcome.CHANGED
