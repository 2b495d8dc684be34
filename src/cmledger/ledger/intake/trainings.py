"""培训记录 rows. Key: manager, day and topic; the manager must be known to the office."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.common import (
    Batch,
    Intake,
    Place,
    differences,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.named import Told, agreeing, of_offices, reach, summed, told
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places
from cmledger.ledger.tables import table
from cmledger.records.intake import Outcome

_KEY = ("manager_id", "trained_on", "topic")
_FIELDS = ("hours", "result", "remark")


def apply_trainings(
    intake: Intake, batches: Sequence[Batch], places: Places, people: People
) -> None:
    """Settle every open row of a file's sheets of trainings."""
    rows: list[Told] = []
    for place, office, name in of_offices(batches, "manager.office", "training.manager"):
        batch, position = place.batch, place.position
        day = batch.column("training.trained_on")[position]
        topic = batch.column("training.topic")[position]
        known = places.offices.get(office)
        missing = next(
            (f for f, v in (("trained_on", day), ("topic", topic)) if not isinstance(v, str)), None
        )
        if missing:
            batch.reject(position, "missing-key", f"training.{missing}")
        elif known is None or not people.known(known, name):
            batch.reject(position, "unknown-manager", "training.manager", value=name)
        elif people.ambiguous(known, name):
            batch.reject(position, "ambiguous-manager", "training.manager", value=name)
        else:
            key = (people.id_of(known, name), day, topic)
            rows.append(told(Place(batch, position), key, [f"training.{f}" for f in _FIELDS]))
    _write(intake, agreeing(rows, "training.topic"))


def _write(intake: Intake, groups: Mapping[tuple[Hashable, ...], Sequence[Told]]) -> None:
    """Insert what nobody knows, update what differs; an exported row may say its record's key anew."""
    by_key, by_id = _known(intake, groups)
    updates: list[Any] = []
    new: list[tuple[tuple[Any, ...], Any]] = []
    for key, group in groups.items():
        place, fields = group[0].place, summed(group)
        extras = {header: text for one in group for header, text in one.extras.items()}
        current = by_key.get(key) or by_id.get(place.batch.records.get(place.position, 0))
        for one in group[1:]:
            reach(one.place, Outcome.UNCHANGED)
        if current is None:
            reach(place, Outcome.NEW)
            values = (*key, *map(stored, fields), merged_extras(None, extras))
            new.append((values, place.origin))
            continue
        columns = (*_KEY, *_FIELDS)
        said: Any = (*key, *fields)
        changes = differences(columns, [current[c] for c in columns], said)
        if extras and (merged := merged_extras(current["extras"], extras)) != current["extras"]:
            changes["extras"] = (current["extras"], merged)
        reach(place, Outcome.CHANGED if changes else Outcome.UNCHANGED)
        if changes:
            updates.append((current["id"], changes, place.origin))
    write_updates(intake.operation, "training", updates)
    intake.operation.insert(
        "training",
        (*_KEY, *_FIELDS, "extras"),
        [values for values, _ in new],
        [origin for _, origin in new],
    )


_Row = dict[str, Any]


def _known(
    intake: Intake, groups: Mapping[tuple[Hashable, ...], Sequence[Told]]
) -> tuple[dict[tuple[Hashable, ...], _Row], dict[int, _Row]]:
    """The trainings of these managers, and those that exported rows are about: by key, by id."""
    t = table("training")
    marks = {
        one.place.batch.records.get(one.place.position)
        for group in groups.values()
        for one in group
    }
    asked = (
        (t.c.manager_id, sorted({int(str(key[0])) for key in groups})),
        (t.c.id, sorted(mark for mark in marks if mark is not None)),
    )
    by_id: dict[int, _Row] = {}
    for column, values in asked:
        for part in chunks(values):
            for row in intake.operation.connection.execute(
                sa.select(t).where(column.in_(part))
            ).mappings():
                by_id[row["id"]] = dict(row)
    return {tuple(row[c] for c in _KEY): row for row in by_id.values()}, by_id
