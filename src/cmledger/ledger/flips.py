"""Undo and redo: an operation's liveness is flipped, and every field it wrote follows its latest live write.

Rules (numbers of the design):
2. The value an operation wrote to a field = the next entry's before-value, else the current value.
3. An operation is live unless undone. Undo and redo flip it and are themselves recorded as operations.
4. After a flip each field equals its latest live write, so the order of undoing never matters.
5. A field whose latest live writer is another, later operation is kept, naming that operation.
6. A row exists if its insert is live, or a live operation wrote or references it (then it keeps its values).
7. Spans flip per customer, all or none. A key clash keeps, with its reason.
9. Every row of the flipped operation ends in exactly one of reversed / kept / nothing to do.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NotFound, UsageProblem
from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation, current_spans
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table
from cmledger.records.flips import FlippedRow, RowFate
from cmledger.wording import errors as say

FLIPS = ("undo", "redo")
"""Commands whose operations flip others; they write no content of their own."""

_PARENTS_FIRST = (*ROW_TABLES, *SPAN_TABLES)


@dataclass(slots=True)
class _Step:
    """An entry of one row's chain, oldest first."""

    operation: int
    action: str
    before: dict[str, Any]
    live: bool
    flip: bool


@dataclass(slots=True)
class _Verdict:
    """What must happen to one row. `image`: the row to bring back; `changes`: fields to set."""

    row_id: int
    exists: bool
    present: bool
    changes: dict[str, Any] = field(default_factory=dict)
    image: dict[str, Any] | None = None
    kept_by: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The operation a flip is about. live: what it is to become; already: it is so."""

    number: int
    command: str
    live: bool
    already: bool


def newest(connection: Connection, *, live: bool) -> int | None:
    """The newest live operation a person made; or, for live=False, the one that was undone last."""
    operation = table("operation")
    if live:
        query = sa.select(sa.func.max(operation.c.id)).where(
            operation.c.live == 1, operation.c.by_person == 1, operation.c.command.not_in(FLIPS)
        )
    else:
        undone = operation.alias()
        query = (
            sa.select(operation.c.target_id)
            .join(undone, undone.c.id == operation.c.target_id)
            .where(operation.c.command.in_(FLIPS), undone.c.live == 0)
            .order_by(operation.c.id.desc())
            .limit(1)
        )
    number: int | None = connection.scalar(query)
    return number


def flippable(operation: Operation, number: int, *, live: bool) -> Target:
    """Which content operation the undo/redo under way means by `number`: undoing an undo is a redo, and so on.

    Raises NotFound where there is no such operation, UsageProblem where it lies below the undo floor.
    """
    info = table("ledger_info")
    connection = operation.connection
    if number >= operation.id:
        raise _no_operation(number)
    row = _operation(connection, number)
    while row.command in FLIPS:
        live = (row.command == "redo") == live
        row = _operation(connection, row.target_id)
    floor = connection.scalar(sa.select(info.c.undo_floor)) or 0
    if row.id <= floor:
        raise UsageProblem(
            say.BELOW_UNDO_FLOOR.format(number=row.id, floor=floor), hint=say.BELOW_UNDO_FLOOR_HINT
        )
    return Target(row.id, row.command, live, bool(row.live) == live)


def _operation(connection: Connection, number: int) -> Any:
    operation = table("operation")
    row = connection.execute(sa.select(operation).where(operation.c.id == number)).first()
    if row is None:
        raise _no_operation(number)
    return row


def _no_operation(number: int) -> NotFound:
    return NotFound(say.NO_OPERATION.format(number=number), hint=say.NO_OPERATION_HINT)


def flip(operation: Operation, target: int, *, live: bool) -> list[FlippedRow]:
    """Make operation `target` live or not, inside the undo/redo operation under way; what became of each row."""
    connection = operation.connection
    operations = table("operation")
    connection.execute(
        sa.update(operations).where(operations.c.id == target).values(live=int(live))
    )
    fates: dict[tuple[str, int], FlippedRow] = {}
    for name in _PARENTS_FIRST:
        for part in _rows_of(connection, name, target):
            verdicts = _verdicts(connection, name, part, target)
            for fate in _bring_about(operation, name, verdicts):
                fates[name, fate.row_id] = fate
    for name in reversed(_PARENTS_FIRST):
        if name in SPAN_TABLES:
            continue
        doomed = [i for (n, i), fate in fates.items() if n == name and fate.fate is RowFate.DELETE]
        _delete(operation, name, doomed, fates)
    _sweep(operation)
    return [fate for fate in fates.values() if fate.fate is not RowFate.DELETE]


def _rows_of(connection: Connection, name: str, target: int) -> Iterator[Sequence[int]]:
    entry = table("entry")
    ids = connection.scalars(
        sa.select(entry.c.row_id).where(entry.c.operation_id == target, entry.c.table_name == name)
    ).all()
    yield from chunks(sorted(ids))


# --- judging ---------------------------------------------------------------------------------------


def _chains(connection: Connection, name: str, ids: Sequence[int]) -> dict[int, list[_Step]]:
    entry, operations = table("entry"), table("operation")
    query = (
        sa.select(
            entry.c.row_id,
            entry.c.operation_id,
            entry.c.action,
            entry.c.before,
            operations.c.live,
            operations.c.command,
        )
        .join(operations, operations.c.id == entry.c.operation_id)
        .where(entry.c.table_name == name, entry.c.row_id.in_(ids))
        .order_by(entry.c.row_id, entry.c.operation_id)
    )
    found: dict[int, list[_Step]] = defaultdict(list)
    spans = name in SPAN_TABLES
    for row_id, number, action, before, live, command in connection.execute(query):
        if spans and action == "insert":
            action, before = "update", '{"spans":[]}'
        found[row_id].append(
            _Step(number, action, json.loads(before or "{}"), bool(live), command in FLIPS)
        )
    return found


def _current(connection: Connection, name: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if name in SPAN_TABLES:
        spans = current_spans(connection, name, ids)
        return {i: {"spans": spans.get(i, [])} for i in ids}
    target = ROW_TABLES[name]
    rows = connection.execute(sa.select(target).where(target.c.id.in_(ids))).mappings()
    return {row["id"]: dict(row) for row in rows}


def _verdicts(connection: Connection, name: str, ids: Sequence[int], target: int) -> list[_Verdict]:
    chains = _chains(connection, name, ids)
    current = _current(connection, name, ids)
    return [_judge(i, chains[i], current.get(i), target) for i in ids]


def _judge(
    row_id: int, chain: list[_Step], current: Mapping[str, Any] | None, target: int
) -> _Verdict:
    writers = [step for step in chain if not step.flip]
    insert = next((step for step in writers if step.action == "insert"), None)
    live = [step for step in writers if step.live]
    verdict = _Verdict(row_id, insert is None or bool(live), current is not None)
    mine = next(step for step in writers if step.operation == target)
    if not verdict.exists:
        return verdict
    if current is None:
        verdict.image = next(s.before for s in reversed(chain) if s.action == "delete")
        fields = {f for step in writers if step.action == "update" for f in step.before}
    else:
        fields = set(mine.before)
        if mine is insert and not mine.live:
            verdict.kept_by = live[-1].operation
    now = current if current is not None else verdict.image or {}
    for name in fields:
        latest = next((s for s in reversed(live) if s is insert or name in s.before), None)
        if latest is not None:
            wanted = _written(chain, latest, name, now)
        else:
            first = next(s for s in writers if s is insert or name in s.before)
            wanted = now[name] if first is insert else first.before[name]
        if wanted != now[name]:
            verdict.changes[name] = wanted
        if latest is not None and latest.operation > target and name in mine.before:
            verdict.kept_by = latest.operation
    return verdict


def _written(chain: list[_Step], step: _Step, name: str, now: Mapping[str, Any]) -> Any:
    """Rule 2: what a step left in a field."""
    later = chain[chain.index(step) + 1 :]
    return next((s.before[name] for s in later if name in s.before), now[name])


# --- doing -----------------------------------------------------------------------------------------


def _bring_about(operation: Operation, name: str, verdicts: list[_Verdict]) -> Iterator[FlippedRow]:
    """Carry out a chunk of verdicts, except deletions, which wait for the children."""
    current = _current(operation.connection, name, [v.row_id for v in verdicts])
    images = {
        v.row_id: {**(v.image or current[v.row_id]), **v.changes}
        for v in verdicts
        if v.exists and (v.image is not None or v.changes)
    }
    obstacles = _obstacles(operation, name, images)
    _restore(
        operation,
        name,
        [images[v.row_id] for v in verdicts if v.image and v.row_id not in obstacles],
    )
    _change(
        operation,
        name,
        [v for v in verdicts if v.row_id in images and not v.image and v.row_id not in obstacles],
        current,
    )
    for verdict in verdicts:
        row = FlippedRow(name, verdict.row_id, RowFate.NOTHING, verdict.kept_by)
        if not verdict.exists:
            row.fate = RowFate.DELETE if verdict.present else RowFate.NOTHING
        elif verdict.row_id in obstacles:
            row.fate, row.reason = RowFate.KEPT, obstacles[verdict.row_id]
        elif verdict.kept_by is not None:
            row.fate = RowFate.KEPT
        elif verdict.row_id in images:
            row.fate = RowFate.REVERSED
        yield row


def _restore(operation: Operation, name: str, images: list[dict[str, Any]]) -> None:
    if images:
        operation.restore(name, images)


def _change(
    operation: Operation,
    name: str,
    verdicts: list[_Verdict],
    current: Mapping[int, Mapping[str, Any]],
) -> None:
    if name in SPAN_TABLES:
        operation.replace_spans(name, {v.row_id: v.changes["spans"] for v in verdicts})
        return
    alike: dict[tuple[str, ...], list[_Verdict]] = defaultdict(list)
    for verdict in verdicts:
        alike[tuple(verdict.changes)].append(verdict)
    for columns, group in alike.items():
        operation.update(
            name,
            columns,
            [v.row_id for v in group],
            [[v.changes[c] for c in columns] for v in group],
            [{c: current[v.row_id][c] for c in columns} for v in group],
        )


def _obstacles(
    operation: Operation, name: str, images: Mapping[int, Mapping[str, Any]]
) -> dict[int, str]:
    """Why a row cannot take the values it should: a key held by another row, a parent that is gone for good."""
    found: dict[int, str] = {}
    if name not in SPAN_TABLES:
        found = dict.fromkeys(_clashes(operation.connection, name, images), "key-clash")
    for parent, column in _references(name):
        if parent not in ROW_TABLES:
            continue
        needed = {i: _pointers(name, column, i, image) for i, image in images.items()}
        wanted = sorted({value for values in needed.values() for value in values})
        lost = _missing_parents(operation, parent, wanted)
        found.update({i: "parent-missing" for i, values in needed.items() if values & lost})
    return found


def _pointers(name: str, column: str, row_id: int, image: Mapping[str, Any]) -> set[int]:
    """The values of a foreign key in a row, or in all spans of a customer."""
    if name not in SPAN_TABLES:
        return set() if image[column] is None else {image[column]}
    if column == "customer_id":
        return {row_id} if image["spans"] else set()
    return {span[column] for span in image["spans"] if span[column] is not None}


def _missing_parents(operation: Operation, parent: str, wanted: Sequence[int]) -> set[int]:
    """Rule 6: what a live operation references exists. Deleted parents are brought back; which could not be."""
    connection, target = operation.connection, ROW_TABLES[parent]
    missing = set(wanted)
    for part in chunks(wanted):
        missing -= set(connection.scalars(sa.select(target.c.id).where(target.c.id.in_(part))))
    if not missing:
        return missing
    chains = _chains(connection, parent, sorted(missing))
    images = {
        i: next(s.before for s in reversed(chain) if s.action == "delete")
        for i, chain in chains.items()
        if any(s.action == "delete" for s in chain)
    }
    obstacles = _obstacles(operation, parent, images)
    back = {i: image for i, image in images.items() if i not in obstacles}
    _restore(operation, parent, list(back.values()))
    return missing - set(back)


def _clashes(
    connection: Connection, name: str, images: Mapping[int, Mapping[str, Any]]
) -> set[int]:
    """Rows whose unique key another row holds."""
    target = ROW_TABLES[name]
    keys = [
        [c.name for c in constraint.columns]
        for constraint in target.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    ]
    found: set[int] = set()
    for key in keys:
        wanted = {tuple(image[c] for c in key): i for i, image in images.items()}
        columns = [target.c[c] for c in key]
        for part in chunks(sorted({values[0] for values in wanted})):
            query = sa.select(target.c.id, *columns).where(columns[0].in_(part))
            for holder, *values in connection.execute(query):
                row_id = wanted.get(tuple(values))
                if row_id is not None and row_id != holder:
                    found.add(row_id)
    return found


def _references(name: str) -> list[tuple[str, str]]:
    """(parent table, column) of each foreign key."""
    return [(key.column.table.name, key.parent.name) for key in table(name).foreign_keys]


def _referenced(
    connection: Connection, name: str, ids: Sequence[int]
) -> dict[int, tuple[str, int]]:
    """Rows that others still point at: id -> (table, row id or owner) of one that does."""
    found: dict[int, tuple[str, int]] = {}
    for child in _PARENTS_FIRST:
        for parent, column in _references(child):
            if parent != name:
                continue
            source = table(child)
            key = source.c.customer_id if child in SPAN_TABLES else source.c.id
            for part in chunks(ids):
                query = (
                    sa.select(source.c[column], sa.func.min(key))
                    .where(source.c[column].in_(part))
                    .group_by(source.c[column])
                )
                found.update({i: (child, by) for i, by in connection.execute(query)})
    return found


def _delete(
    operation: Operation, name: str, ids: Sequence[int], fates: dict[tuple[str, int], FlippedRow]
) -> None:
    held = _referenced(operation.connection, name, ids)
    operation.delete(name, [i for i in ids if i not in held])
    for i in ids:
        fate = fates[name, i]
        if i in held:
            fate.fate, fate.reason = RowFate.KEPT, "referenced"
            fate.kept_by = _last_writer(operation.connection, *held[i])
        else:
            fate.fate = RowFate.REVERSED


def _last_writer(connection: Connection, name: str, row_id: int) -> int | None:
    entry, operations = table("entry"), table("operation")
    number: int | None = connection.scalar(
        sa.select(sa.func.max(entry.c.operation_id))
        .join(operations, operations.c.id == entry.c.operation_id)
        .where(
            entry.c.table_name == name,
            entry.c.row_id == row_id,
            operations.c.live == 1,
            operations.c.command.not_in(FLIPS),
        )
    )
    return number


def _sweep(operation: Operation) -> None:
    """Rows that only a reference kept alive go when the reference is gone (rule 4: the order never matters)."""
    connection = operation.connection
    entry, operations = table("entry"), table("operation")
    for name in reversed(list(ROW_TABLES)):
        target = ROW_TABLES[name]
        live_writers = (
            sa.select(entry.c.row_id)
            .join(operations, operations.c.id == entry.c.operation_id)
            .where(
                entry.c.table_name == name,
                entry.c.row_id == target.c.id,
                operations.c.live == 1,
                operations.c.command.not_in(FLIPS),
            )
        )
        orphans = connection.scalars(
            sa.select(target.c.id).where(
                target.c.id.in_(
                    sa.select(entry.c.row_id)
                    .join(operations, operations.c.id == entry.c.operation_id)
                    .where(
                        entry.c.table_name == name,
                        entry.c.action == "insert",
                        operations.c.live == 0,
                    )
                ),
                ~live_writers.exists(),
            )
        ).all()
        held = _referenced(connection, name, orphans)
        operation.delete(name, [i for i in orphans if i not in held])
