"""Records of what happened on a day (a service done, a hazard found, a reminder): settled alike, whatever their table.

A row is about the record that its mark or form number names; else about the one of its key. Of kinds that may have
several records under one key (two hazards found on a day) it is the first that says nothing else: see `Shape.apart`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.common import (
    Intake,
    Place,
    differences,
    in_conflict,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.named import reach
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.records.forms import joined, split
from cmledger.records.intake import Outcome, Parsed, Stored
from cmledger.records.text import same_words
from cmledger.wording.lists import listed

Key = tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the records of a table are told apart and what rows tell of them.

    key: the columns that name a record, its owner first. day: which of them is the day. fields: what else is told.
    apart: of several records under one key, which fields of two that differ make them two; empty: a key has one record.
    loose: fields of free text, that say the same in another width. face: the column that is named where a key is refused.
    forms: whether records keep the numbers of the rows of handed-out sheets that told of them (form_id).
    """

    table: str
    key: tuple[str, ...]
    day: str
    fields: tuple[str, ...]
    face: str
    apart: tuple[str, ...] = ()
    loose: tuple[str, ...] = ("content",)
    forms: bool = False
    only: sa.ColumnElement[bool] | None = None
    """Which rows of the table are of this kind; None: all."""


@dataclass(slots=True)
class Row:
    """What a row tells of one record. fields: in the order of Shape.fields, references as ids."""

    place: Place
    key: Key
    fields: tuple[Parsed, ...]
    extras: Mapping[str, Stored] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    marked: bool = True
    """Whether the mark of an exported row is about this record; a row may tell of another one beside."""

    @property
    def row_id(self) -> int | None:
        """The record that an exported row is about, whatever its key says now."""
        return self.place.batch.records.get(self.place.position) if self.marked else None


@dataclass(slots=True)
class _Told:
    """A record (None: one nobody knows yet) and the rows that tell of it."""

    key: Key
    held: Mapping[str, Any] | None
    rows: list[Row] = field(default_factory=list)
    fields: tuple[Parsed, ...] = ()

    @property
    def form_id(self) -> str | None:
        """The form numbers it has after this file."""
        had = split(self.held["form_id"]) if self.held is not None else ()
        said = (form for row in self.rows for form in row.forms)
        return joined(tuple(dict.fromkeys((*had, *said))))

    def add(self, row: Row) -> None:
        """Let a row tell of this record."""
        self.rows.append(row)
        self.fields = (
            tuple(b if a is None else a for a, b in zip(self.fields, row.fields, strict=True))
            if self.fields
            else row.fields
        )


def settle(intake: Intake, shape: Shape, rows: Sequence[Row]) -> None:
    """Write what these rows tell; each has its outcome then."""
    held = _held(intake, shape, rows)
    told = _free_keys(shape, _agreeing(shape, _assigned(shape, rows, held)), held)
    last: dict[Key, int] = defaultdict(int)
    for known in held if shape.apart else ():
        key = _key(shape, known)
        last[key] = max(last[key], known["sequence"])
    updates: list[Any] = []
    fresh: list[tuple[_Told, int]] = []
    for one in told:
        first, *rest = one.rows
        for row in rest:
            reach(row.place, Outcome.UNCHANGED)
        changes = _changes(shape, one, last)
        if one.held is None:
            last[one.key] += 1
            fresh.append((one, last[one.key]))
            if last[one.key] > 1:
                _say_another(shape, first, last[one.key])
        elif changes:
            updates.append((one.held["id"], changes, first.place.origin))
        reach(first.place, Outcome.NEW if one.held is None else _moved(changes))
    _say_twice(intake, shape, updates, told)
    write_updates(intake.operation, shape.table, updates)
    _insert(intake, shape, fresh)


def _moved(changes: Mapping[str, object]) -> Outcome:
    return Outcome.CHANGED if changes else Outcome.UNCHANGED


# --- which record a row is about --------------------------------------------------------------------


def _held(intake: Intake, shape: Shape, rows: Sequence[Row]) -> list[Mapping[str, Any]]:
    """What the ledger has of these owners in that time, and the records that rows are about by mark or form number."""
    t = table(shape.table)
    owner, day = t.c[shape.key[0]], t.c[shape.day]
    at = shape.key.index(shape.day)
    days = [str(row.key[at]) for row in rows]
    found: dict[int, Mapping[str, Any]] = {}
    asked: list[tuple[sa.Column[Any], Sequence[Any], sa.ColumnElement[bool]]] = [
        (t.c.id, sorted({i for row in rows if (i := row.row_id) is not None}), sa.true())
    ]
    if days:
        owners = sorted({row.key[0] for row in rows}, key=str)
        asked.append((owner, owners, day.between(min(days), max(days))))
    if shape.forms:
        owners = sorted({row.key[0] for row in rows if row.forms}, key=str)
        asked.append((owner, owners, t.c.form_id.is_not(None)))
    only = sa.true() if shape.only is None else shape.only
    for column, values, condition in asked:
        for part in chunks(values):
            query = sa.select(t).where(column.in_(part), condition, only)
            for one in intake.operation.connection.execute(query).mappings():
                found[one["id"]] = dict(one)
    return [found[i] for i in sorted(found)]


def _key(shape: Shape, one: Mapping[str, Any]) -> Key:
    return tuple(one[name] for name in shape.key)


def _assigned(shape: Shape, rows: Sequence[Row], held: Sequence[Mapping[str, Any]]) -> list[_Told]:
    """The records these rows tell of; every row is in exactly one of them."""
    by_id = {one["id"]: one for one in held}
    by_form: dict[tuple[Stored, str], Mapping[str, Any]] = {}
    for one in held if shape.forms else ():
        by_form.update({(one[shape.key[0]], form): one for form in split(one["form_id"])})
    slots: dict[int, _Told] = {one["id"]: _Told(_key(shape, one), one) for one in held}
    there: dict[Key, list[_Told]] = defaultdict(list)
    for slot in slots.values():
        there[slot.key].append(slot)
    found: dict[int, _Told] = {}
    loose: list[Row] = []
    for row in rows:
        about = by_id.get(row.row_id or 0)
        for form in row.forms:
            about = about or by_form.get((row.key[0], form))
        if about is None:
            loose.append(row)
            continue
        slot = slots[about["id"]]
        slot.key = row.key
        slot.add(row)
        found[id(slot)] = slot
    for row in loose:
        same = _same(shape, there[row.key], row)
        if same is None:
            same = _Told(row.key, None)
            there[row.key].append(same)
        same.add(row)
        found[id(same)] = same
    return list(found.values())


def _same(shape: Shape, there: Sequence[_Told], row: Row) -> _Told | None:
    """The record of that key that the row can be about: of several, the one it says most of."""
    at = [shape.fields.index(name) for name in shape.apart]
    fitting = []
    for slot in there:
        known = _facts(shape, slot)
        if any(_differ(known[i], row.fields[i]) for i in at):
            continue
        pairs = list(zip(known, row.fields, strict=True))
        agree = sum(a is not None and a == b for a, b in pairs)
        clash = sum(_differ(a, b) for a, b in pairs)
        fitting.append((agree - clash, slot))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _facts(shape: Shape, slot: _Told) -> Sequence[Parsed]:
    """What is known of a record, with what the rows above have said of it."""
    own = [None if slot.held is None else slot.held[name] for name in shape.fields]
    said = slot.fields or (None,) * len(shape.fields)
    return [b if isinstance(b, (str, int)) else a for a, b in zip(own, said, strict=True)]


def _differ(one: Parsed, other: Parsed) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return not same_words(one, other)
    return isinstance(one, (str, int)) and isinstance(other, (str, int)) and one != other


# --- what contradicts --------------------------------------------------------------------------------


def _agreeing(shape: Shape, told: Sequence[_Told]) -> list[_Told]:
    """The records whose rows do not contradict each other; all rows of the others are refused."""
    kept = []
    for one in told:
        fields, alike = one.rows[0].fields, True
        extras: dict[str, Stored] = dict(one.rows[0].extras)
        for row in one.rows[1:]:
            alike = alike and row.key == one.key and not in_conflict(fields, row.fields)
            alike = alike and all(extras.get(h, text) == text for h, text in row.extras.items())
            fields = tuple(b if a is None else a for a, b in zip(fields, row.fields, strict=True))
            extras |= row.extras
        if alike:
            kept.append(one)
        else:
            _refuse(shape, one.rows)
    return kept


def _refuse(shape: Shape, rows: Sequence[Row]) -> None:
    for row in rows:
        own = row.place.origin
        others = listed(str(o.place.number) for o in rows if o.place.origin != own)
        value = row.key[shape.key.index(shape.day)]
        code = "conflicting-rows" if others else "key-taken"
        row.place.batch.reject(row.place.position, code, shape.face, value=value, rows=others)


def _free_keys(
    shape: Shape, told: Sequence[_Told], held: Sequence[Mapping[str, Any]]
) -> list[_Told]:
    """The records whose key no other one has or is about to get; a row that would give it one twice is refused."""
    if shape.apart:
        return _without_refused(told)
    taken = {_key(shape, one): one["id"] for one in held}
    wanted: dict[Key, list[_Told]] = defaultdict(list)
    for one in told:
        wanted[one.key].append(one)
    for one in told:
        own = one.held["id"] if one.held else None
        if len(wanted[one.key]) > 1 or taken.get(one.key, own) != own:
            _refuse(shape, [row for other in wanted[one.key] for row in other.rows])
    return _without_refused(told)


def _without_refused(told: Sequence[_Told]) -> list[_Told]:
    """The records that are left once rows refused for one of theirs tell of none at all."""
    kept = []
    for one in told:
        rows = [row for row in one.rows if not _refused(row)]
        if len(rows) < len(one.rows):
            one.rows, one.fields = [], ()
            for row in rows:
                one.add(row)
        if rows:
            kept.append(one)
    return kept


def _refused(row: Row) -> bool:
    return row.place.batch.outcomes[row.place.position] is Outcome.REJECTED


# --- what is written ---------------------------------------------------------------------------------


def _changes(shape: Shape, one: _Told, last: dict[Key, int]) -> dict[str, tuple[Stored, Stored]]:
    """What the rows say otherwise than the ledger."""
    if one.held is None:
        return {}
    current = [one.held[name] for name in shape.fields]
    changes = differences(shape.fields, current, one.fields, shape.loose)
    if (was := _key(shape, one.held)) != one.key:
        pairs = zip(shape.key, was, one.key, strict=True)
        changes |= {name: (old, new) for name, old, new in pairs if old != new}
        if shape.apart:
            last[one.key] += 1
            changes["sequence"] = (one.held["sequence"], last[one.key])
    extras = one.held["extras"]
    for row in one.rows:
        extras = merged_extras(extras, row.extras)
    if shape.forms:
        changes["form_id"] = (one.held["form_id"], one.form_id)
    if extras != one.held["extras"]:
        changes["extras"] = (one.held["extras"], extras)
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]}


def _insert(intake: Intake, shape: Shape, fresh: Sequence[tuple[_Told, int]]) -> None:
    sequence = ("sequence",) if shape.apart else ()
    values, sources = [], []
    for one, number in fresh:
        extras = None
        for row in one.rows:
            extras = merged_extras(extras, row.extras)
        numbered = (number,) if shape.apart else ()
        forms = (one.form_id,) if shape.forms else ()
        values.append((*one.key, *numbered, *map(stored, one.fields), *forms, extras))
        sources.append(one.rows[0].place.origin)
    forms = ("form_id",) if shape.forms else ()
    columns = (*shape.key, *sequence, *shape.fields, *forms, "extras")
    intake.operation.insert(shape.table, columns, values, sources)


# --- what is said --------------------------------------------------------------------------------------


def _say_another(shape: Shape, row: Row, count: int) -> None:
    row.place.batch.say(row.place.position, "another-that-day", shape.face, count=count)


def _say_twice(intake: Intake, shape: Shape, updates: Sequence[Any], told: Sequence[_Told]) -> None:
    """A value that an earlier file or sheet of this very import had written otherwise."""
    touched = intake.operation.touched(shape.table, [i for i, *_ in updates])
    rows: dict[Source, Row] = {one.rows[0].place.origin: one.rows[0] for one in told}
    for row_id, changes, source in updates if touched else ():
        for name, (before, after) in changes.items():
            if row_id in touched and before is not None and not name.endswith(("_id", "extras")):
                place, face = rows[source].place, f"{shape.table}.{name}"
                facts = {"before": before, "after": after}
                place.batch.say(place.position, "stated-twice", face, **facts)
