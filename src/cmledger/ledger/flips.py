"""Undo and redo: an operation's liveness is flipped, and every field it wrote follows its latest live write.

Rules (numbers of the design):
2. The value an operation wrote to a field = the next entry's before-value, else the current value.
3. An operation is live unless undone. Undo and redo flip it and are themselves recorded as operations.
4. After a flip each field equals its latest live write, so the order of undoing never matters (chains.py).
5. A field whose latest live writer is another, later operation is kept, naming that operation.
6. A row exists if its insert is live, or a live operation wrote or references it (then it keeps its values).
7. Spans flip per customer, all or none. A key clash keeps, with its reason.
9. Every row of the flipped operation ends in exactly one of reversed / kept / nothing to do.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NotFound, UsageProblem
from cmledger.ledger.chains import (
    FLIPS,
    Owed,
    Step,
    Values,
    chains_of,
    current_rows,
    image_of,
    owed,
)
from cmledger.ledger.dialect import chunks
from cmledger.ledger.forgotten import FORGET, forget_operations
from cmledger.ledger.journal import Operation, packed
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table
from cmledger.records.flips import FlippedRow, RowFate
from cmledger.wording import errors as say

OBSTRUCTED = "obstructed"
"""Among a flip's arguments: table -> rows that are not what they should be, because something is in the way."""

_OBSTACLES = ("key-clash", "parent-missing")
_Obstacle = tuple[str, int | None]
"""One of _OBSTACLES, and the operation whose record is in the way, where it is one's."""

_PARENTS_FIRST = (*ROW_TABLES, *SPAN_TABLES)


@dataclass(slots=True)
class _Verdict:
    """What must happen to one row. `image`: the row to bring back; `changes`: fields to set."""

    row_id: int
    exists: bool
    present: bool
    chain: list[Step]
    owed: Owed
    changes: dict[str, Any] = field(default_factory=dict)
    image: dict[str, Any] | None = None


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
        # the flip may itself have been about a flip: what it named tells which way it went
        row = _operation(connection, json.loads(row.arguments).get("operation", row.target_id))
    if row.command == FORGET:
        raise UsageProblem(
            say.FORGET_STAYS.format(number=row.id), hint=say.FORGET_STAYS_HINT.format(number=row.id)
        )
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
            verdicts = _verdicts(connection, name, part)
            for fate in _bring_about(operation, name, verdicts, target):
                fates[name, fate.row_id] = fate
    for name in reversed(list(ROW_TABLES)):
        doomed = [i for (n, i), fate in fates.items() if n == name and fate.fate is RowFate.DELETE]
        _delete(operation, name, doomed, fates, target)
    _sweep(operation)
    _settle_obstructed(operation, fates)
    forgetting = forget_operations(connection)
    for fate in fates.values():
        if fate.kept_by in forgetting:
            fate.reason = "forgotten"
    return list(fates.values())


def _rows_of(connection: Connection, name: str, target: int) -> Iterator[Sequence[int]]:
    entry = table("entry")
    ids = connection.scalars(
        sa.select(entry.c.row_id).where(entry.c.operation_id == target, entry.c.table_name == name)
    ).all()
    yield from chunks(sorted(ids))


# --- judging ---------------------------------------------------------------------------------------


def _verdicts(connection: Connection, name: str, ids: Sequence[int]) -> list[_Verdict]:
    """What must happen to rows, by their chains alone."""
    chains = chains_of(connection, name, ids)
    current = current_rows(connection, name, ids)
    return [_judge(i, chains[i], current.get(i)) for i in ids]


def _judge(row_id: int, chain: list[Step], current: Values | None) -> _Verdict:
    image = image_of(chain) if current is None else None
    now = current if current is not None else image or {}
    should = owed(chain, now)
    verdict = _Verdict(row_id, should.exists, current is not None, chain, should)
    if current is None:
        verdict.image = image if should.exists else None
    if current is not None or should.exists:
        verdict.changes = {f: v for f, v in should.values.items() if v != now[f]}
    return verdict


def _keeper(verdict: _Verdict, target: int) -> int | None:
    """Rule 5: the later operation whose value stands in what the target wrote, where one does."""
    mine = next((s for s in verdict.chain if s.operation == target and not s.flip), None)
    if mine is None or not verdict.exists:
        return None
    if mine.action == "insert":
        if mine.live:
            return None
        return max((s.operation for s in verdict.chain if s.live and not s.flip), default=None)
    last = (verdict.owed.last.get(field) for field in mine.before)
    return max((number for number in last if number is not None and number > target), default=None)


# --- doing -----------------------------------------------------------------------------------------


def _bring_about(
    operation: Operation, name: str, verdicts: list[_Verdict], target: int
) -> Iterator[FlippedRow]:
    """Carry out a chunk of verdicts, except deletions, which wait for the children."""
    obstacles, written = _write(operation, name, [v for v in verdicts if v.exists])
    for verdict in verdicts:
        row = FlippedRow(name, verdict.row_id, RowFate.NOTHING, _keeper(verdict, target))
        if not verdict.exists:
            row.fate = RowFate.DELETE if verdict.present else RowFate.NOTHING
        elif verdict.row_id in obstacles:
            row.fate = RowFate.KEPT
            row.reason, row.kept_by = obstacles[verdict.row_id]
        elif row.kept_by is not None:
            row.fate = RowFate.KEPT
        elif verdict.row_id in written:
            row.fate = RowFate.REVERSED
        yield row


def _write(
    operation: Operation, name: str, verdicts: Sequence[_Verdict]
) -> tuple[dict[int, _Obstacle], set[int]]:
    """Bring rows back and set their fields; (what stood in the way of some, those that needed it)."""
    astray = [v for v in verdicts if v.image is not None or v.changes]
    if not astray:
        return {}, set()
    current = current_rows(operation.connection, name, [v.row_id for v in astray])
    images = {v.row_id: {**(v.image or current[v.row_id]), **v.changes} for v in astray}
    obstacles = _obstacles(operation, name, images)
    free = [v for v in astray if v.row_id not in obstacles]
    _restore(operation, name, [images[v.row_id] for v in free if v.image is not None])
    _change(operation, name, [v for v in free if v.image is None], current)
    return obstacles, set(images)


def _restore(operation: Operation, name: str, images: list[dict[str, Any]]) -> None:
    if images and any(parent == name for parent, _ in _references(name)):
        # one of them may have been brought back already, as what another of them refers to
        there = current_rows(operation.connection, name, [image["id"] for image in images])
        images = [image for image in images if image["id"] not in there]
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
) -> dict[int, _Obstacle]:
    """Why a row cannot take the values it should: a key held by another row, a parent that is gone for good."""
    found: dict[int, _Obstacle] = {}
    if name not in SPAN_TABLES:
        for i, holder in _clashes(operation.connection, name, images).items():
            found[i] = "key-clash", _last_writer(operation.connection, name, holder)
    for parent, column in _references(name):
        if parent not in ROW_TABLES:
            continue
        needed = {i: _pointers(name, column, i, image) for i, image in images.items()}
        wanted = sorted({value for values in needed.values() for value in values})
        lost = _missing_parents(operation, parent, wanted)
        found.update({i: ("parent-missing", None) for i, values in needed.items() if values & lost})
    return found


def _pointers(name: str, column: str, row_id: int, image: Mapping[str, Any]) -> set[int]:
    """The values of a foreign key in a row, or in all spans of a customer."""
    if name not in SPAN_TABLES:
        value = image.get(column)
        return set() if value is None else {value}
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
    images = {}
    for i, chain in chains_of(connection, parent, sorted(missing)).items():
        image = image_of(chain)
        if image is not None:
            images[i] = {**image, **owed(chain, image).values}
    obstacles = _obstacles(operation, parent, images)
    back = {i: image for i, image in images.items() if i not in obstacles}
    _restore(operation, parent, list(back.values()))
    return missing - set(back)


def _clashes(
    connection: Connection, name: str, images: Mapping[int, Mapping[str, Any]]
) -> dict[int, int]:
    """Rows whose unique key another row holds, or is to have before them; row id -> that other's."""
    target = ROW_TABLES[name]
    found: dict[int, int] = {}
    for key, only in _unique_keys(target):
        wanted: dict[tuple[Any, ...], int] = {}
        for i, image in images.items():
            mine = tuple(image[c] for c in key)
            if None in mine or any(image[c.name] is not None for c in only):
                continue  # to a database no NULL equals another
            first = wanted.setdefault(mine, i)
            if first != i:
                found[i] = first
        columns = [target.c[c] for c in key]
        for part in chunks(sorted({values[0] for values in wanted})):
            query = sa.select(target.c.id, *columns).where(columns[0].in_(part))
            query = query.where(*(c.is_(None) for c in only))
            for holder, *values in connection.execute(query):
                row_id = wanted.get(tuple(values))
                if row_id is not None and row_id != holder:
                    found[row_id] = holder
    return found


_ONLY_WITHOUT: Final = {"service_done_alone": ("visit_id",)}
"""Unique index -> the columns that are empty in the rows it is about."""


def _unique_keys(target: sa.Table) -> Iterator[tuple[list[str], list[sa.Column[Any]]]]:
    """What no two rows may share, each with the columns that must be empty for it to matter."""
    for constraint in target.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield [c.name for c in constraint.columns], []
    for index in target.indexes:
        if index.unique:
            only = _ONLY_WITHOUT.get(str(index.name), ())
            yield [c.name for c in index.columns], [target.c[c] for c in only]


def _references(name: str) -> list[tuple[str, str]]:
    """(parent table, column) of each foreign key."""
    return [(key.column.table.name, key.parent.name) for key in table(name).foreign_keys]


def referenced(connection: Connection, name: str, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
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
    operation: Operation,
    name: str,
    ids: Sequence[int],
    fates: dict[tuple[str, int], FlippedRow],
    target: int,
) -> None:
    """Delete rows nobody refers to; the others stay, with the values their insert gave them."""
    held = _delete_unless_held(operation, name, ids)
    for i in ids:
        fates[name, i].fate = RowFate.REVERSED
    if not held:
        return
    for part in chunks(sorted(held)):
        verdicts = _verdicts(operation.connection, name, part)
        obstacles, written = _write(operation, name, verdicts)
        for verdict in verdicts:
            i = verdict.row_id
            mine = next(s for s in verdict.chain if s.operation == target)
            if mine.action == "update" and i in written and i not in obstacles:
                continue  # its change is taken back; that the row stays is no matter of this operation
            fates[name, i].fate = RowFate.KEPT
            by = _last_writer(operation.connection, *held[i])
            fates[name, i].reason, fates[name, i].kept_by = obstacles.get(i, ("referenced", by))


def _delete_unless_held(
    operation: Operation, name: str, ids: Sequence[int]
) -> dict[int, tuple[str, int]]:
    """Delete the rows that no other points at; of the rest, (table, row) of one that does."""
    rest = list(ids)
    while rest:
        held = referenced(operation.connection, name, rest)
        free = [i for i in rest if i not in held]
        operation.delete(name, free)
        if not free or not any(parent == name for parent, _ in _references(name)):
            return held
        rest = [i for i in rest if i in held]  # rows of one table may point at each other
    return {}


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
        _delete_unless_held(operation, name, orphans)


# --- what stood in the way -------------------------------------------------------------------------


def _settle_obstructed(operation: Operation, fates: Mapping[tuple[str, int], FlippedRow]) -> None:
    """Rows that earlier flips could not bring to what they should be: perhaps nothing is in the way any more.

    What still is, is noted with this flip, for the next one and for the check.
    """
    connection = operation.connection
    operations = table("operation")
    open_: dict[str, set[int]] = defaultdict(set)
    for (name, i), fate in fates.items():
        if fate.reason in _OBSTACLES:
            open_[name].add(i)
    for name, noted_ids in obstructed(connection).items():
        open_[name].update(noted_ids)
    left: dict[str, list[int]] = {}
    for name in _PARENTS_FIRST:
        ids = sorted(open_.get(name, ()))
        if not ids:
            continue
        verdicts = [v for v in _verdicts(connection, name, ids) if v.exists or v.present]
        obstacles, _ = _write(operation, name, verdicts)
        if obstacles:
            left[name] = sorted(obstacles)
    if left:
        mine = operations.c.id == operation.id
        arguments = json.loads(
            connection.execute(sa.select(operations.c.arguments).where(mine)).scalar_one()
        )
        noted = packed({**arguments, OBSTRUCTED: left})
        connection.execute(sa.update(operations).where(mine).values(arguments=noted))


def obstructed(connection: Connection) -> dict[str, set[int]]:
    """table -> rows that some flip could not bring to what they should be, as it noted."""
    operations = table("operation")
    notes = sa.select(operations.c.arguments).where(
        operations.c.command.in_(FLIPS), operations.c.arguments.contains(OBSTRUCTED)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for arguments in connection.scalars(notes):
        for name, ids in json.loads(arguments).get(OBSTRUCTED, {}).items():
            found[name].update(ids)
    return found


def hindered(connection: Connection, name: str, images: Mapping[int, Values]) -> set[int]:
    """Which rows cannot be as `images` say: their key is another row's, or what they refer to is not there."""
    found = set() if name in SPAN_TABLES else set(_clashes(connection, name, images))
    for parent, column in _references(name):
        if parent in ROW_TABLES:
            needed = {i: _pointers(name, column, i, image) for i, image in images.items()}
            wanted = sorted({value for values in needed.values() for value in values})
            lost = set(wanted) - set(current_rows(connection, parent, wanted))
            found |= {i for i, values in needed.items() if values & lost}
    return found
