"""Records known by their name within something else (a grid of an office, a contact of a customer): settled alike.

First all rows of a file are gathered and contradictions refused, then what is left is written: a refused row writes
nothing at all, not even the office it names.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
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
from cmledger.records.intake import CLEAR, Outcome, Parsed, Stored
from cmledger.wording.lists import listed

_RANK = (Outcome.UNCHANGED, Outcome.CHANGED, Outcome.NEW)


@dataclass(frozen=True, slots=True)
class Told:
    """What one row tells of one record. key: its name last, what it is within before; fields: as parsed, places and
    persons by name."""

    place: Place
    key: tuple[Hashable, ...]
    fields: tuple[Parsed, ...]
    extras: Mapping[str, Stored] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether the row is still to be settled."""
        return self.place.batch.outcomes[self.place.position] is None


@dataclass(frozen=True, slots=True)
class Record:
    """A record as all rows of a file together tell it; fields in stored form or CLEAR, references as ids."""

    owner: int
    name: str
    fields: tuple[Parsed, ...]
    extras: Mapping[str, Stored]
    places: Sequence[Place]

    @property
    def row_id(self) -> int | None:
        """The record that an exported row is about, whatever it is called now."""
        first = self.places[0]
        return first.batch.records.get(first.position)


def of_offices(batches: Sequence[Batch], office: str, name: str) -> list[tuple[Place, str, str]]:
    """(place, office, name) of every open row: the office it names, else the sheet's; rows without either are refused."""
    found: list[tuple[Place, str, str]] = []
    for batch in batches:
        names, offices = batch.column(name), batch.column(office)
        for position in batch.open():
            called, said = names[position], offices[position]
            whose = batch.office if said is None else said
            if not isinstance(called, str):
                batch.reject(position, "missing-key", name)
            elif said is CLEAR:
                batch.reject(position, "office-cleared", office)
            elif not isinstance(whose, str):
                batch.reject(position, "missing-key", office)
            else:
                found.append((Place(batch, position), whose, called))
    return found


def told(
    place: Place,
    key: tuple[Hashable, ...],
    fields: Sequence[str],
    extras: Mapping[str, Stored] | None = None,
) -> Told:
    """What a row tells of a record, by the full names of its fields; extras: those of its columns that are meant."""
    values = place.batch.rows.values
    cells = tuple(values[f][place.position] if f in values else None for f in fields)
    kept = extras_at(place.batch.rows, place.position) if extras is None else extras
    return Told(place, key, cells, kept)


def agreeing(rows: Sequence[Told], field_name: str) -> dict[tuple[Hashable, ...], list[Told]]:
    """The open rows by record; where rows of one record contradict each other, all of them are refused."""
    groups: dict[tuple[Hashable, ...], list[Told]] = {}
    for row in rows:
        if row.open:
            groups.setdefault(row.key, []).append(row)
    for key, group in list(groups.items()):
        if len(group) > 1 and not _agree(group):
            del groups[key]
            for row in group:
                others = listed(str(o.place.number) for o in group if o is not row)
                row.place.batch.reject(
                    row.place.position,
                    "conflicting-rows",
                    field_name,
                    value=key[-1],
                    rows=others,
                )
    return groups


def _agree(group: Sequence[Told]) -> bool:
    """Whether no row says otherwise than what the rows before it said together."""
    fields, extras = group[0].fields, dict(group[0].extras)
    for row in group[1:]:
        if in_conflict(fields, row.fields):
            return False
        if any(extras.get(header, text) != text for header, text in row.extras.items()):
            return False
        fields = _together(fields, row.fields)
        extras |= row.extras
    return True


def _together(first: Sequence[Parsed], second: Sequence[Parsed]) -> tuple[Parsed, ...]:
    """What two rows say together: a blank is filled by the other."""
    return tuple(b if a is None else a for a, b in zip(first, second, strict=True))


def record(owner: int, group: Sequence[Told], fields: Sequence[Parsed]) -> Record:
    """The record that agreeing rows tell of. fields: their `summed`, references turned into ids."""
    extras = {header: text for row in group for header, text in row.extras.items()}
    return Record(owner, str(group[0].key[-1]), tuple(fields), extras, [r.place for r in group])


def summed(group: Sequence[Told]) -> tuple[Parsed, ...]:
    """The fields that agreeing rows tell of together."""
    fields = group[0].fields
    for row in group[1:]:
        fields = _together(fields, row.fields)
    return fields


def write(
    intake: Intake,
    name: str,
    owner: str,
    fields: Sequence[str],
    records: Sequence[Record],
    fresh: Callable[[Record], Mapping[str, Stored]] = lambda _: {},
) -> dict[tuple[int, str], int]:
    """Insert the records nobody knows, update those that differ; (owner, name) -> id.

    fields: columns of the table, in the order of Record.fields. fresh: what a new record holds where no row says so.
    """
    known = _known(intake, name, owner, fields, records)
    by_id = {int(row["id"]): row for row in known.values()}
    updates: list[Any] = []
    new: list[Record] = []
    for one in records:
        # who has the name already; else an exported row may give its record a new one
        current = known.get((one.owner, one.name)) or by_id.get(one.row_id or 0)
        if current is None:
            new.append(one)
            continue
        changes = _changes(current, owner, fields, one)
        first, *rest = one.places
        reach(first, Outcome.CHANGED if changes else Outcome.UNCHANGED)
        for place in rest:
            reach(place, Outcome.UNCHANGED)
        if changes:
            updates.append((current["id"], changes, first.origin))
            known[one.owner, one.name] = current  # a renamed record is found by its new name
    _say_twice(intake, name, updates, records)
    write_updates(intake.operation, name, updates)
    ids = intake.operation.insert(
        name,
        (owner, "name", *fields, "extras"),
        [_row(one, fields, fresh(one)) for one in new],
        [one.places[0].origin for one in new],
    )
    for one in new:
        reach(one.places[0], Outcome.NEW)
        for place in one.places[1:]:
            reach(place, Outcome.UNCHANGED)
    found = {key: int(row["id"]) for key, row in known.items()}
    found.update({(one.owner, one.name): i for one, i in zip(new, ids, strict=True)})
    return found


def _changes(
    current: Mapping[str, Any], owner: str, fields: Sequence[str], one: Record
) -> dict[str, Any]:
    """What the rows say otherwise than the ledger; an exported row may say the name itself otherwise."""
    columns = (owner, "name", *fields)
    said = (one.owner, one.name, *one.fields)
    changes: dict[str, Any] = dict(differences(columns, [current[c] for c in columns], said))
    if one.extras:
        extras = merged_extras(current["extras"], one.extras)
        if extras != current["extras"]:
            changes["extras"] = (current["extras"], extras)
    return changes


def _row(one: Record, fields: Sequence[str], fresh: Mapping[str, Stored]) -> tuple[Stored, ...]:
    values = [
        fresh.get(f) if value is None else stored(value)
        for f, value in zip(fields, one.fields, strict=True)
    ]
    return one.owner, one.name, *values, merged_extras(None, one.extras)


def reach(place: Place, outcome: Outcome) -> None:
    """A row that tells of several records has the outcome of the one to which most happened."""
    now = place.batch.outcomes[place.position]
    if now is None or (now in _RANK and _RANK.index(now) < _RANK.index(outcome)):
        place.batch.outcomes[place.position] = outcome


def _known(
    intake: Intake, name: str, owner: str, fields: Sequence[str], records: Sequence[Record]
) -> dict[tuple[int, str], Mapping[str, Any]]:
    """What the ledger holds of these owners, and of the records that exported rows are about."""
    t = table(name)
    columns = [t.c[c] for c in ("id", owner, "name", *fields, "extras")]
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    asked = (
        (t.c[owner], sorted({one.owner for one in records})),
        (t.c.id, sorted({one.row_id for one in records if one.row_id is not None})),
    )
    for column, values in asked:
        for part in chunks(values):
            query = sa.select(*columns).where(column.in_(part))
            for row in intake.operation.connection.execute(query).mappings():
                found[row[owner], row["name"]] = dict(row)
    return found


def _say_twice(
    intake: Intake, name: str, updates: Sequence[Any], records: Sequence[Record]
) -> None:
    """A value that an earlier file or sheet of this very import had written otherwise."""
    touched = intake.operation.touched(name, [i for i, *_ in updates])
    places = {one.places[0].origin: one.places[0] for one in records}
    for row_id, changes, source in updates:
        for field_name, (before, after) in changes.items():
            if row_id not in touched or before is None or field_name == "extras":
                continue
            facts = {
                key: _shown(intake, name, field_name, value)
                for key, value in (("before", before), ("after", after))
            }
            place = places[source]
            face = f"{name}.{field_name.removesuffix('_id')}"
            place.batch.say(place.position, "stated-twice", face, **facts)


def _shown(intake: Intake, name: str, field_name: str, value: Stored) -> Stored:
    """A value as people know it: the name behind an id."""
    keys = list(table(name).c[field_name].foreign_keys)
    if not keys or value is None:
        return value
    parent = keys[0].column.table
    query = sa.select(parent.c.name).where(parent.c.id == value)
    return str(intake.operation.connection.scalar(query))


# --- who and where the rows name -------------------------------------------------------------------


def refuse_ambiguous(
    rows: Sequence[tuple[Place, str, Parsed]], field_name: str, places: Places, people: People
) -> None:
    """Refuse rows (place, office, manager's name) that name a manager of whom the office has two."""
    for place, office, name in rows:
        known = places.offices.get(office)
        if known is not None and isinstance(name, str) and people.ambiguous(known, name):
            place.batch.reject(place.position, "ambiguous-manager", field_name, value=name)


def managers_of(
    named: Sequence[tuple[int, Parsed, Place]], field_name: str, people: People
) -> list[Parsed]:
    """The ids of managers by (office id, name); one nobody knows is created and said. Blanks and CLEAR stay."""
    asked = [(office, name, place.origin) for office, name, place in named if isinstance(name, str)]
    where = {place.origin: place for _, _, place in named}
    for (_, name), source in people.ensure(asked).items():
        place = where[source]
        place.batch.say(place.position, "manager-created", field_name, value=name)
    return [
        people.id_of(office, name) if isinstance(name, str) else name for office, name, _ in named
    ]
