"""Rows that an export of this ledger handed out: which record each is about, whatever its key says now.

What a person changed is then found by `three_way`. A row whose mark is of no use (another ledger's, of a state that
this one never was in, of a record that is gone, a copy of another row) is an ordinary row, and that is said.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.baseline import Shown, has_been, shown_at
from cmledger.ledger.customers import account_key, customers_by_number
from cmledger.ledger.forgotten import forgotten_customers
from cmledger.ledger.intake.common import Batch, Intake
from cmledger.ledger.listed import ROW_ID
from cmledger.ledger.listing import faces_of, rows_with
from cmledger.records.intake import Parsed
from cmledger.records.row_tokens import FIELD, State, split_token, state_of
from cmledger.wording.lists import listed

FIXED = ("consumption", "plans")
"""Kinds whose records never get another key. Rows of others find theirs by the mark: a new 户号, a new name."""
UNKEYED = ("visits", "matters", "arrears-contacts")
"""Kinds whose key may be edited and shared: a copied row finds its record by what else it says."""


@dataclass(frozen=True, slots=True)
class Faces:
    """How a kind of sheet shows records.

    fields: full names of what is exported and taken in; only_shown: of what is exported alone; key: what identifies
    a row. titles: field -> header. read_back: what a cell that shows this value reads as. shown: a value in words.
    """

    fields: tuple[str, ...]
    only_shown: tuple[str, ...]
    key: tuple[str, ...]
    titles: Mapping[str, str]
    read_back: Callable[[str, Parsed], Parsed]
    shown: Callable[[str, Parsed], str]


def face_of(name: str) -> str:
    """The face of a full field name."""
    return name.partition(".")[2]


@dataclass(slots=True)
class Marked:
    """An open row whose mark stands for a record: as it was shown, and as it is."""

    batch: Batch
    position: int
    row_id: int
    was: Sequence[Any] = ()
    """The faces of the record as they were handed out, in the order of `Handed.faces`."""
    key: tuple[Parsed, ...] = ()
    """What its key cells say."""


@dataclass(slots=True)
class Handed:
    """The marked rows of one state, with the records they are about. faces: those asked for, in order."""

    state: State
    faces: tuple[str, ...]
    shown: Shown
    rows: list[Marked] = field(default_factory=list)

    def was(self, row_id: int) -> Sequence[Any]:
        """A record as it was handed out."""
        touched = self.shown.then.get(row_id)
        if touched is None:
            return self.shown.current[row_id]
        values = list(self.shown.current[row_id])
        for at, face in enumerate(self.faces):
            if face in touched:
                values[at] = touched[face][0]
        return tuple(values)

    def since(self, row_id: int, at: int) -> int | None:
        """The last operation that touched the face since."""
        then = self.shown.then.get(row_id, {}).get(self.faces[at])
        return then[1] if then else None


def handed_out(intake: Intake, kind: str, batches: Sequence[Batch], faces: Faces) -> list[Handed]:
    """The rows of these batches that are about a record by their mark, state by state."""
    asked = tuple(map(face_of, (*faces.fields, *faces.only_shown)))
    if "extras" in faces_of(kind):
        asked = (*asked, "extras")
    found = []
    for text, rows in _by_state(kind, batches).items():
        state = state_of(text)
        if not has_been(intake.operation.connection, state):
            _say_each(rows, "export-of-another-ledger")
            continue
        ids = sorted({row.row_id for row in rows})
        shown = shown_at(intake.operation.connection, kind, asked, state, ids)
        _say_each([r for r in rows if r.row_id not in shown.current], "exported-record-gone")
        handed = Handed(state, asked, shown, [r for r in rows if r.row_id in shown.current])
        for row in handed.rows:
            row.was = handed.was(row.row_id)
        found.append(handed)
    _sort_out(intake, kind, found, faces)
    return found


def refuse_forgotten(intake: Intake, kind: str, batches: Sequence[Batch]) -> None:
    """Refuse rows about somebody who was forgotten since: an older export would bring the data back.

    What is typed for the record that is left is about that record, and no export of this moment has been before.
    """
    connection = intake.operation.connection
    forgotten = forgotten_customers(connection)
    if not forgotten:
        return
    own = faces_of(kind)[ROW_ID].table
    since = forgotten
    if own.name != "customer":
        if "customer_id" not in own.c:
            return
        query = sa.select(own.c.id, own.c.customer_id)
        owned = query.where(own.c.customer_id.in_(sorted(forgotten)))
        since = {row_id: forgotten[owner] for row_id, owner in connection.execute(owned)}
    for state, rows in _by_state(kind, batches, quietly=True).items():
        for row in rows:
            if state_of(state).operation < since.get(row.row_id, 0):
                row.batch.reject(row.position, "forgotten-record", FIELD)


def _by_state(
    kind: str, batches: Sequence[Batch], *, quietly: bool = False
) -> dict[str, list[Marked]]:
    """Open rows with a mark of this kind's records, by the state in it."""
    own = faces_of(kind)[ROW_ID].table.name
    found: dict[str, list[Marked]] = defaultdict(list)
    strange: list[Marked] = []
    for batch in batches:
        if FIELD not in batch.rows.values:
            continue
        marks = batch.column(FIELD)
        for position in batch.open():
            mark = marks[position]
            parts = split_token(mark) if isinstance(mark, str) else None
            if parts is None:
                continue
            name, row_id, state = parts
            row = Marked(batch, position, row_id)
            (found[state] if name == own else strange).append(row)
    if not quietly:
        _say_each(strange, "mark-of-another-kind")
    return found


def _say_each(rows: Sequence[Marked], code: str) -> None:
    """One finding a sheet, at the first of these rows."""
    by_sheet: dict[int, list[Marked]] = defaultdict(list)
    for row in rows:
        by_sheet[row.batch.sheet_id].append(row)
    for its in by_sheet.values():
        its[0].batch.say(its[0].position, code, FIELD, count=len(its))


# --- keys ------------------------------------------------------------------------------------------


def same_key(face: str, one: Parsed, other: Parsed) -> bool:
    """Whether two values of a key's part mean the same: both forms of a 户号 do; a blank says nothing."""
    if one is None or other is None:
        return True
    if face == "account_no" and isinstance(one, str) and isinstance(other, str):
        return account_key(one) == account_key(other)
    return one == other


def _sort_out(intake: Intake, kind: str, handed: Sequence[Handed], faces: Faces) -> None:
    """Leave the rows that are what their marks say; edited keys are followed, copies are told apart."""
    key = [name for name in faces.key if name in faces.fields]
    edited = [row for one in handed for row in _with_edited_key(one, faces, key)]
    counts = Counter(row.row_id for one in handed for row in one.rows)
    looked_at = {i for i, count in counts.items() if count > 1} | {row.row_id for row in edited}
    by_record: dict[int, list[Marked]] = {row_id: [] for row_id in looked_at}
    for row in (row for one in handed if looked_at for row in one.rows):
        if row.row_id in looked_at:
            by_record[row.row_id].append(row)
    dropped: set[int] = set()
    changed = {id(row) for row in edited}
    for its in by_record.values():
        if kind in UNKEYED:  # what copies of a visit's row mean is the business of its form number
            dropped |= {id(row) for row in its} if len(set(map(_cells, its))) > 1 else set()
        else:
            same = [row for row in its if id(row) not in changed]
            dropped |= _contradicting(same, key, faces.titles)
    if edited and kind not in UNKEYED:
        dropped |= _edited_keys(intake, kind, edited, by_record, key)
    for one in handed:
        one.rows = [row for row in one.rows if id(row) not in dropped]


def _cells(row: Marked) -> tuple[object, ...]:
    """All that a row says."""
    rows = row.batch.rows
    columns = (*rows.values.values(), *rows.extras.values(), *(c.values for c in rows.energy))
    return tuple(column[row.position] for column in columns)


def _contradicting(
    its: Sequence[Marked], key: Sequence[str], titles: Mapping[str, str]
) -> set[int]:
    """Rows of one record, its key unedited, that do not all say the same: none of them is taken."""
    if len({_cells(row) for row in its}) < 2:
        return set()
    for row in its:
        others = listed(r.batch.rows.numbers[r.position] for r in its if r is not row)
        value = listed(str(part) for part in row.key if part is not None)
        facts = {"field": listed(titles[name] for name in key), "value": value, "rows": others}
        row.batch.reject(row.position, "conflicting-rows", key[0], **facts)
    return {id(row) for row in its}


def _with_edited_key(one: Handed, faces: Faces, key: Sequence[str]) -> list[Marked]:
    """Rows whose key is not the one that was handed out."""
    at = [faces.fields.index(name) for name in key]
    batches = {row.batch.sheet_id: row.batch for row in one.rows}
    said = {
        sheet: list(zip(*(batch.column(name) for name in key), strict=True))
        for sheet, batch in batches.items()
    }
    found = []
    for row in one.rows:
        row.key = said[row.batch.sheet_id][row.position]
        was = tuple(row.was[i] for i in at)
        if row.key != was and not all(
            same_key(face_of(name), part, then)
            for name, part, then in zip(key, row.key, was, strict=True)
        ):
            found.append(row)
    return found


def _edited_keys(
    intake: Intake,
    kind: str,
    edited: Sequence[Marked],
    by_record: Mapping[int, Sequence[Marked]],
    key: Sequence[str],
) -> set[int]:
    """Settle rows whose key is not the one that was handed out; which of them (id) are not about their record."""
    holders = _holders(intake, kind, edited, key)
    changed = {id(row) for row in edited}
    dropped: set[int] = set()
    for row in edited:
        others = [r for r in by_record[row.row_id] if r is not row]
        originals = [r for r in others if id(r) not in changed]
        rivals = [r for r in others if id(r) in changed and r.key != row.key]
        holder = holders.get(_plain(key, row.key))
        facts = {"value": listed(str(part) for part in row.key if part is not None)}
        if holder is not None and holder != row.row_id:
            row.batch.reject(row.position, "mark-of-another-row", key[0], **facts)
        elif originals:
            number = originals[0].batch.rows.numbers[originals[0].position]
            row.batch.say(row.position, "row-copied", key[0], rows=number, **facts)
        elif rivals:
            numbers = listed(r.batch.rows.numbers[r.position] for r in rivals)
            row.batch.reject(row.position, "row-mark-shared", key[0], rows=numbers, **facts)
        elif kind in FIXED:
            row.batch.reject(row.position, "exported-key-changed", key[0], **facts)
        else:
            continue
        dropped.add(id(row))
    return dropped


def _plain(key: Sequence[str], said: Sequence[Parsed]) -> tuple[Parsed, ...]:
    return tuple(
        account_key(part) if face_of(n) == "account_no" and isinstance(part, str) else part
        for n, part in zip(key, said, strict=True)
    )


def _holders(
    intake: Intake, kind: str, rows: Iterable[Marked], key: Sequence[str]
) -> dict[tuple[Parsed, ...], int]:
    """Which records have the keys that these rows say, now or (户号) formerly."""
    connection = intake.operation.connection
    wanted = {_plain(key, row.key) for row in rows}
    names = [face_of(name) for name in key]
    if names == ["account_no"]:
        numbers = sorted(str(part) for (part,) in wanted)
        known = customers_by_number(connection, numbers, ("id",))
        return {(number,): int(row_id) for number, (row_id,) in known.items()}
    firsts = sorted({k[0] for k in wanted}, key=str)
    day = intake.as_of
    found = rows_with(connection, kind, names[0], firsts, names, day)
    return {k: row_id for row_id, *said in found if (k := _plain(key, said)) in wanted}
