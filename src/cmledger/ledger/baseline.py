"""What an export showed: records as they were when an earlier operation was the newest, told by the journal.

A field's value then is the before-value of the first entry since that touches it, else the current value (rule 2).
Nothing is copied into the workbook, and rows nobody touched since cost one look into the journal's index.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks, raw_rows
from cmledger.ledger.listed import ROW_ID
from cmledger.ledger.listing import UNPACKED, among, faces_of, rows_of_ids
from cmledger.ledger.plans import SPANS, plans_shown
from cmledger.ledger.tables import SPAN_TABLES, table
from cmledger.records.row_tokens import State

_Then = dict[str, tuple[Any, int]]
"""field -> its value then, and the last operation that touched it since"""


def state_now(connection: Connection, day: str) -> State:
    """The ledger's state as an export on that day names it."""
    number = connection.scalar(sa.select(sa.func.max(table("operation").c.id))) or 0
    check = _check(connection, number)
    assert check is not None
    return State(number, day, check)


def has_been(connection: Connection, state: State) -> bool:
    """Whether this ledger was ever in that state: not a state of another one, nor of a lost branch of this one."""
    return _check(connection, state.operation) == state.check


def _check(connection: Connection, number: int) -> str | None:
    """A few digits that tell this ledger's operation of that number from any other's; None: there is none."""
    operation = table("operation")
    facts: list[Any] = [connection.scalar(sa.select(table("ledger_info").c.created_at))]
    if number:
        columns = ("at", "as_of", "actor", "command", "arguments")
        row = connection.execute(
            sa.select(*(operation.c[name] for name in columns)).where(operation.c.id == number)
        ).first()
        if row is None:
            return None
        facts += row
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


@dataclass(slots=True)
class Shown:
    """Records of a kind as an export showed them.

    current: row id -> today's values of the faces asked for, in their order (manager and tier of the state's day).
    then: row id -> face -> what it was, of faces touched since, with the last operation that did.
    """

    current: dict[int, tuple[Any, ...]]
    then: dict[int, _Then] = field(default_factory=dict)


def shown_at(
    connection: Connection, kind: str, faces: Sequence[str], state: State, ids: Sequence[int]
) -> Shown:
    """The records with these ids that there are, as they were shown in that state."""
    if faces_of(kind)[ROW_ID].table.name == SPANS:
        return Shown(*plans_shown(connection, faces, state, ids))
    rows = rows_of_ids(connection, kind, faces, state.day, ids)
    shown = Shown({row_id: tuple(values) for row_id, *values in rows})
    entry = table("entry")
    anything = sa.select(entry.c.row_id).where(entry.c.operation_id > state.operation).limit(1)
    if shown.current and connection.execute(anything).first() is not None:
        _Since(connection, kind, state, shown).tell(faces)
    return shown


def _named(kind: str, face: str) -> tuple[str, str, str] | None:
    """(span table, its reference, referred table) of a face that a span names, such as the manager's name."""
    target = faces_of(kind)[face].table.name
    for name, spans in SPAN_TABLES.items():
        for column in spans.columns:
            if any(key.column.table.name == target for key in column.foreign_keys):
                return name, column.name, target
    return None


class _Since:
    """What the operations since a state did to records of a kind."""

    def __init__(self, connection: Connection, kind: str, state: State, shown: Shown) -> None:
        self.connection, self.kind, self.state, self.shown = connection, kind, state, shown
        self.faces = faces_of(kind)
        self.own: sa.Table = self.faces[ROW_ID].table
        self.ids = sorted(shown.current)
        self.touched = self._touched(self.own.name, self.ids)

    def tell(self, faces: Sequence[str]) -> None:
        """Fill `shown.then` for these faces."""
        for face in faces:
            expression = self.faces[face]
            if face == "services":
                self._services(face)
            elif not isinstance(expression, sa.Column):
                continue  # made up for the listing: nothing of it is taken in
            elif expression.table is self.own:
                self._own(face, expression.name)
            elif (reference := self._reference(expression.table)) is not None:
                self._referred(face, reference, expression)
            elif self.own.name == "customer":
                self._span(face, expression)

    def _note(self, row_id: int, face: str, value: Any, operation: int) -> None:
        opened = UNPACKED.get(face)
        if opened is not None and isinstance(value, str):
            value = opened(value)
        self.shown.then.setdefault(row_id, {})[face] = (value, operation)

    def _own(self, face: str, column: str) -> None:
        for row_id, then in self.touched.items():
            if column in then:
                self._note(row_id, face, *then[column])

    # --- names of what a record points at ----------------------------------------------------------

    def _reference(self, target: sa.FromClause) -> str | None:
        """The record's own column that points into a table."""
        found = [
            c.name for c in self.own.columns for k in c.foreign_keys if k.column.table is target
        ]
        return found[0] if len(found) == 1 else None

    def _referred(self, face: str, reference: str, column: "sa.Column[Any]") -> None:
        """A name: that of what the record pointed at then, as it was called then."""
        name = column.table.name
        called = self._called(name, column.name)
        moved = {i: then[reference] for i, then in self.touched.items() if reference in then}
        names = self._names(name, column.name, {old for old, _ in moved.values()}, called)
        for row_id, (old, operation) in moved.items():
            self._note(row_id, face, names.get(old), operation)
        for row_id, target in self._pointing(self.own, reference, "id", called):
            if row_id not in moved and row_id in self.shown.current:
                self._note(row_id, face, *called[target])

    def _pointing(
        self, source: sa.Table, reference: str, owner: str, targets: Mapping[int, object]
    ) -> Iterator[tuple[int, int]]:
        for part in chunks(sorted(targets)):
            query = sa.select(source.c[owner], source.c[reference])
            if source.name in SPAN_TABLES:
                day = self.state.day
                query = query.where(source.c.valid_from <= day, source.c.valid_to > day)
            yield from map(
                tuple, self.connection.execute(query.where(source.c[reference].in_(part)))
            )

    def _called(self, name: str, column: str) -> dict[int, tuple[Any, int]]:
        """Rows of another table of which this column was touched since: what it was, and by which operation."""
        entry = table("entry")
        query = (
            sa.select(entry.c.row_id, entry.c.operation_id, entry.c.before)
            .where(
                entry.c.table_name == name,
                entry.c.operation_id > self.state.operation,
                entry.c.before.like(f'%"{column}"%'),
            )
            .order_by(entry.c.operation_id)
        )
        found: dict[int, tuple[Any, int]] = {}
        for row_id, operation, before in self.connection.execute(query):
            fields = json.loads(before)
            if column in fields:
                first = found.get(row_id, (fields[column], 0))[0]
                found[row_id] = (first, operation)
        return found

    def _names(
        self, name: str, column: str, ids: Iterable[Any], called: Mapping[int, tuple[Any, int]]
    ) -> dict[Any, Any]:
        target = table(name)
        known: dict[Any, Any] = {}
        for part in chunks(sorted(i for i in ids if i is not None)):
            query = sa.select(target.c.id, target.c[column]).where(target.c.id.in_(part))
            known.update(map(tuple, self.connection.execute(query)))
        return known | {i: value for i, (value, _) in called.items()}

    # --- spans ---------------------------------------------------------------------------------------

    def _span(self, face: str, column: "sa.Column[Any]") -> None:
        """What held on the state's day, by the spans as they were: the tier, or the manager's name."""
        named = None if column.table.name in SPAN_TABLES else _named(self.kind, face)
        if named is None and column.table.name not in SPAN_TABLES:
            return
        spans, value = named[:2] if named else (column.table.name, column.name)
        called = self._called(named[2], column.name) if named else {}
        held = {
            customer: (self._on_day(before["spans"][0], value), before["spans"][1])
            for customer, before in self._touched(spans, self.ids).items()
        }
        names: dict[Any, Any] = {}
        if named:
            names = self._names(named[2], column.name, {v for v, _ in held.values()}, called)
        for customer, (then, operation) in held.items():
            self._note(customer, face, names.get(then) if named else then, operation)
        if called:
            for customer, manager in self._pointing(
                SPAN_TABLES[spans], value, "customer_id", called
            ):
                if customer not in held and customer in self.shown.current:
                    self._note(customer, face, *called[manager])

    def _on_day(self, spans: Sequence[Mapping[str, Any]], value: str) -> Any:
        day = self.state.day
        return next((s[value] for s in spans if s["valid_from"] <= day < s["valid_to"]), None)

    # --- items a visit discharged ----------------------------------------------------------------------

    def _services(self, face: str) -> None:
        """The items each visit had: those of today without the new ones, and those deleted since."""
        item, entry = table("service_done"), table("entry")
        query = (
            sa.select(entry.c.row_id, entry.c.operation_id, entry.c.action, entry.c.before)
            .where(entry.c.table_name == item.name, entry.c.operation_id > self.state.operation)
            .order_by(entry.c.operation_id)
        )
        images: dict[int, dict[str, Any] | None] = {}
        last: dict[int, int] = {}
        for row_id, operation, action, before in self.connection.execute(query):
            then = json.loads(before) if action != "insert" else None
            images.setdefault(row_id, then)
            last[row_id] = operation
        if not images:
            return
        now: dict[int, dict[str, Any]] = {}
        for part in chunks(sorted(images)):
            rows = self.connection.execute(sa.select(item).where(item.c.id.in_(part)))
            now.update({row["id"]: dict(row) for row in rows.mappings()})
        gained: dict[int, set[str]] = defaultdict(set)
        lost: dict[int, set[str]] = defaultdict(set)
        by: dict[int, int] = {}
        for row_id, image in images.items():
            before = None if image is None else {**now.get(row_id, {}), **image}
            for one, where in ((now.get(row_id), gained), (before, lost)):
                if one is not None:
                    where[one["visit_id"]].add(one["service"])
                    by[one["visit_id"]] = max(by.get(one["visit_id"], 0), last[row_id])
        current = {i: values for i, *values in self._current(face, by)}
        for visit, operation in by.items():
            if visit in self.shown.current:
                codes = set(current[visit][0] or ()) - gained[visit] | lost[visit]
                self._note(visit, face, tuple(sorted(codes)) or None, operation)

    def _current(self, face: str, ids: Iterable[int]) -> Iterator[Sequence[Any]]:
        wanted = sorted(set(ids) & self.shown.current.keys())
        return rows_of_ids(self.connection, self.kind, [face], self.state.day, wanted)

    # --- entries ---------------------------------------------------------------------------------------

    def _touched(self, name: str, ids: Sequence[int]) -> dict[int, _Then]:
        """Rows of a table touched since: their fields then, and the last operation on each."""
        entry = table("entry")
        found: dict[int, _Then] = defaultdict(dict)
        asked = set(ids)
        for part in chunks(ids):
            query = (
                sa.select(entry.c.row_id, entry.c.operation_id, entry.c.before)
                .where(
                    entry.c.table_name == name,
                    among(entry.c.row_id, part),
                    entry.c.operation_id > self.state.operation,
                )
                .order_by(entry.c.row_id, entry.c.operation_id)
            )
            for row_id, operation, before in raw_rows(self.connection, query):
                if row_id not in asked:
                    continue
                then = found[row_id]
                if before is None:  # only spans: an owner that had none; other rows existed then
                    fields: dict[str, Any] = {"spans": []} if name in SPAN_TABLES else {}
                else:
                    fields = json.loads(before)
                for column, value in fields.items():
                    then[column] = (then[column][0] if column in then else value, operation)
        return found
