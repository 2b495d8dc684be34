"""客户经理台账 rows. Key: office and name, or the employee number where two share a name."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.intake.common import (
    Batch,
    Intake,
    Place,
    differences,
    extras_at,
    in_conflict,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places
from cmledger.ledger.tables import table
from cmledger.records.intake import CLEAR, Outcome, Parsed
from cmledger.wording.lists import listed

PLAIN = (
    "name", "employee_no", "grade", "level", "phone", "lines", "areas", "grids", "capacity", "education",
    "power_since", "bad_record", "healthy", "left_on", "remark",
)  # fmt: skip
_CURRENT = ("id", "office_id", "person_key", *PLAIN, "extras")
_NO = PLAIN.index("employee_no")


def apply_managers(
    intake: Intake, batches: Sequence[Batch], places: Places, people: People
) -> None:
    """Settle every open row of a file's manager sheets."""
    groups: dict[tuple[str, str], list[Place]] = defaultdict(list)
    exported: list[tuple[str, Place]] = []
    for batch in batches:
        names, offices = batch.column("manager.name"), batch.column("manager.office")
        for position in batch.open():
            name, office = names[position], offices[position]
            if not isinstance(name, str):
                batch.reject(position, "missing-key", "manager.name")
                continue
            of_office = office if isinstance(office, str) else batch.office
            if of_office is None:
                batch.reject(position, "missing-key", "manager.office")
                continue
            if position in batch.records:
                exported.append((of_office, Place(batch, position)))
            else:
                groups[of_office, name].append(Place(batch, position))
    persons = {key: _persons(group) for key, group in groups.items()}
    first = [*exported, *((key[0], found[0][0]) for key, found in persons.items() if found)]
    places.ensure_offices((office, p.batch.source(p.position)) for office, p in first)
    current = _current(intake)
    updates = _exported(exported, current, places, people)
    for (office, name), found in persons.items():
        rivals = sum(any(_number(place) is not None for place in person) for person in found)
        for person in found:
            office_id = places.offices[office]
            if (
                all(_number(place) is None for place in person)
                and len(current[office_id, name]) > 1
            ):
                for place in person:
                    place.batch.reject(
                        place.position, "ambiguous-manager", "manager.name", value=name
                    )
                continue
            match = _match(current[office_id, name], person, rivals)
            if match is None:
                current[office_id, name].append(_insert(intake, people, office_id, person))
                outcome = Outcome.NEW
            else:
                changes = _changes(match, person)
                if changes:
                    match.update({field: new for field, (_, new) in changes.items()})
                    source = person[0].batch.source(person[0].position)
                    updates.append((match["id"], changes, source))
                outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
            _settle(person[0], outcome)
            said = [person[0]]
            for place in person[1:]:
                adds = _together([*said, place]) != _together(said)
                _settle(place, outcome if adds else Outcome.UNCHANGED)
                if adds:
                    said.append(place)
    write_updates(intake.operation, "manager", updates)


def _exported(
    rows: Sequence[tuple[str, Place]],
    current: dict[tuple[int, str], list[dict[str, Any]]],
    places: Places,
    people: People,
) -> list[Any]:
    """Rows that an export handed out: each is about the manager it was handed out for, whatever name it gives."""
    by_id = {row["id"]: row for known in current.values() for row in known}
    updates: list[Any] = []
    for office, place in rows:
        row = by_id[place.batch.records[place.position]]
        changes = _changes(row, [place])
        if places.offices[office] != row["office_id"]:
            changes["office_id"] = (row["office_id"], places.offices[office])
        if changes.keys() & {"name", "office_id"} or (
            "employee_no" in changes and "#" in row["person_key"]
        ):
            now = {**row, **{name: new for name, (_, new) in changes.items()}}
            name, number = now["name"], now["employee_no"]
            others = [r for r in current[now["office_id"], name] if r is not row]
            if others and number in (None, *(r["employee_no"] for r in others)):
                place.batch.reject(place.position, "ambiguous-manager", "manager.name", value=name)
                continue
            key = f"{name}#{number}" if others else name
            if key != row["person_key"]:
                changes["person_key"] = (row["person_key"], key)
            current[row["office_id"], row["name"]].remove(row)
            current[now["office_id"], name].append(row)
            people.forget(row["id"])
            people.learn(row["id"], now["office_id"], name, number)
        if changes:
            updates.append((row["id"], changes, place.batch.source(place.position)))
            row.update({name: new for name, (_, new) in changes.items()})
        _settle(place, Outcome.CHANGED if changes else Outcome.UNCHANGED)
    return updates


def _fields(place: Place) -> tuple[Parsed, ...]:
    values = place.batch.rows.values
    return tuple(
        values[f"manager.{f}"][place.position] if f"manager.{f}" in values else None for f in PLAIN
    )


def _number(place: Place) -> Parsed:
    """The employee number that tells a row's person from others of the name; 清空 tells nobody apart."""
    number = _fields(place)[_NO]
    return None if number is CLEAR else number


def _settle(place: Place, outcome: Outcome) -> None:
    place.batch.outcomes[place.position] = outcome


def _current(intake: Intake) -> dict[tuple[int, str], list[dict[str, Any]]]:
    manager = table("manager")
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    query = sa.select(*(manager.c[name] for name in _CURRENT)).order_by(manager.c.id)
    for row in intake.operation.connection.execute(query).mappings():
        found[row["office_id"], row["name"]].append(dict(row))
    return found


def _persons(group: list[Place]) -> list[list[Place]]:
    """The rows of one name, person by person; contradictory rows of a person are all rejected."""
    persons: dict[object, list[Place]] = {}
    for place in group:
        persons.setdefault(_number(place), []).append(place)
    if len(persons) == 2 and None in persons:  # the row without a number is the same person
        unnumbered = persons.pop(None)
        next(iter(persons.values())).extend(unnumbered)
    accepted = []
    for person in persons.values():
        first = _fields(person[0])
        different = dict.fromkeys(map(_fields, person))
        if any(in_conflict(one, other) for one, other in combinations(different, 2)):
            for place in person:
                others = listed(str(p.number) for p in person if p is not place)
                place.batch.reject(
                    place.position,
                    "conflicting-rows",
                    "manager.name",
                    value=first[0],
                    rows=others,
                )
        else:
            accepted.append(sorted(person, key=lambda place: (place.batch.sheet_id, place.number)))
    # who has no number is judged by what is known once the others are
    accepted.sort(key=lambda person: all(_number(place) is None for place in person))
    return accepted


def _match(known: list[dict[str, Any]], person: list[Place], rivals: int) -> dict[str, Any] | None:
    """Which known manager of that name the row means; one without a number is none of several `rivals` with numbers."""
    number = next((n for n in map(_number, person) if n is not None), None)
    same = [row for row in known if number is not None and row["employee_no"] == number]
    if same:
        return same[0]
    if len(known) == 1 and (number is None or (known[0]["employee_no"] is None and rivals == 1)):
        return known[0]
    return None


def _together(person: list[Place]) -> tuple[tuple[Parsed, ...], dict[str, Any]]:
    """What all rows of a person say; they do not contradict each other, and the first word counts."""
    columns = zip(*map(_fields, person), strict=True)
    told = tuple(next((v for v in values if v is not None), None) for values in columns)
    extras: dict[str, Any] = {}
    for place in reversed(person):
        extras |= extras_at(place.batch.rows, place.position)
    return told, extras


def _changes(current: dict[str, Any], person: list[Place]) -> dict[str, Any]:
    told, own = _together(person)
    changes: dict[str, Any] = dict(differences(PLAIN, [current[f] for f in PLAIN], told))
    if own:
        extras = merged_extras(current["extras"], own)
        if extras != current["extras"]:
            changes["extras"] = (current["extras"], extras)
    return changes


def _insert(intake: Intake, people: People, office_id: int, person: list[Place]) -> dict[str, Any]:
    told, own = _together(person)
    place = person[0]
    values = dict(zip(PLAIN, (stored(v) for v in told), strict=True))
    name, number = str(values["name"]), values["employee_no"]
    key = f"{name}#{number}" if people.known(office_id, name) else name
    extras = merged_extras(None, own)
    ids = intake.operation.insert(
        "manager",
        ("office_id", "person_key", *PLAIN, "extras"),
        [(office_id, key, *values.values(), extras)],
        [place.batch.source(place.position)],
    )
    people.learn(ids[0], office_id, name, None if number is None else str(number))
    return {"id": ids[0], "office_id": office_id, **values, "extras": extras}
