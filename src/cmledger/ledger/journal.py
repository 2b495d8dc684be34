"""The journal: every write is part of one numbered operation, with before-values and source cells.

Rules (the numbers are those of the design):
1. An entry = (operation, table, row id, insert | update | delete, before-values, sheet, row).
2. The value an operation wrote to a field = the next entry's before-value, else the current value.
7. Spans (tier, manager) are journalled per customer: the row id is the customer's, the one field is `spans`.
Undo and redo, which read what is written here, are in flips.py.

An operation touches a row once: later touches within it are folded into the first entry.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks, delete_many, insert_many, update_many
from cmledger.ledger.ids import take_ids
from cmledger.ledger.tables import SPAN_TABLES, table
from cmledger.records.caller import Caller
from cmledger.records.text import printable

Source = tuple[int, int]
"""(source_sheet id, Excel row number)"""

_ENTRY = ("table_name", "row_id", "operation_id", "action", "before", "sheet_id", "sheet_row")


_LONG_RUN = 100
"""So many rows in a row are entered by a statement of their own rather than one by one, at three times the speed."""
_KINDS = {int: sa.BigInteger, str: sa.Text}


def packed(value: object) -> str:
    """JSON as the journal stores it: compact, Chinese unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Operation:
    """One operation under way. Obtained from `Ledger.operation`; all writes of content go through it."""

    connection: Connection
    id: int
    caller: Caller
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    number: int | None = None
    """The operation's number once finished; None after a dry run, or where nothing changed."""
    must_be_kept: bool = False
    """An undo that finds nothing to change still flips its target: it is kept."""

    @classmethod
    def begin(
        cls,
        connection: Connection,
        caller: Caller,
        command: str,
        arguments: Mapping[str, Any],
        *,
        edition_id: int | None = None,
    ) -> "Operation":
        """Write the operation's own row; entries follow."""
        number = take_ids(connection, "operation", 1)[0]
        connection.execute(
            sa.insert(table("operation")).values(
                id=number,
                at=caller.moment,
                as_of=caller.day,
                actor=caller.actor,
                by_person=int(caller.by_person),
                command=command,
                arguments=printable(packed(dict(arguments))),
                edition_id=edition_id,
                live=1,
                counts="{}",
            )
        )
        return cls(connection, number, caller, number=number)

    def aim(self, target: int, arguments: Mapping[str, Any]) -> None:
        """This undo or redo is about operation `target`; it is kept even where no row changes."""
        operation = table("operation")
        self.connection.execute(
            sa.update(operation)
            .where(operation.c.id == self.id)
            .values(target_id=target, arguments=packed(dict(arguments)))
        )
        self.must_be_kept = True

    def finish(self) -> bool:
        """Store the counts; whether anything changed."""
        operation = table("operation")
        changed = bool(self.tally())
        self.connection.execute(
            sa.update(operation)
            .where(operation.c.id == self.id)
            .values(counts=packed(self.tally()))
        )
        return changed or self.must_be_kept

    def tally(self) -> dict[str, dict[str, int]]:
        """table -> how many rows are new, changed, deleted; without zeros."""
        counted = {name: {k: n for k, n in done.items() if n} for name, done in self.counts.items()}
        return {name: done for name, done in counted.items() if done}

    # --- rows ------------------------------------------------------------------------------------

    def insert(
        self,
        name: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        sources: Sequence[Source | None] | None = None,
    ) -> range:
        """Insert rows (values in the order of `columns`, without id); the ids they were given."""
        if not rows:
            return range(0)
        ids = take_ids(self.connection, name, len(rows))
        with_ids = ((i, *row) for i, row in zip(ids, rows, strict=True))
        insert_many(self.connection, table(name), ("id", *columns), with_ids)
        self._enter_new(name, ids, sources)
        self.counts[name]["new"] += len(rows)
        return ids

    def insert_columns(
        self,
        name: str,
        columns: Mapping[str, Sequence[Any]],
        sources: Sequence[Source | None] | None = None,
    ) -> range:
        """Insert rows given column by column; the ids they were given. No time is spent on columns all blank."""
        filled = {c: v for c, v in columns.items() if any(value is not None for value in v)}
        count = len(next(iter(columns.values())))
        if not count:
            return range(0)
        ids = take_ids(self.connection, name, count)
        rows = zip(ids, *filled.values(), strict=True)
        insert_many(self.connection, table(name), ("id", *filled), rows)
        self._enter_new(name, ids, sources)
        self.counts[name]["new"] += count
        return ids

    def update(
        self,
        name: str,
        columns: Sequence[str],
        ids: Sequence[int],
        values: Sequence[Sequence[Any]],
        before: Sequence[Mapping[str, Any]],
        sources: Sequence[Source | None] | None = None,
    ) -> None:
        """Set `columns` of rows to `values`; `before` holds, per row, just the fields that really change."""
        if not ids:
            return
        update_many(
            self.connection,
            table(name),
            columns,
            [(*row, i) for i, row in zip(ids, values, strict=True)],
        )
        self._touch(name, ids, before, sources)

    def delete(self, name: str, ids: Sequence[int]) -> None:
        """Delete rows, keeping their whole image (undo of an insert; business rows are closed instead)."""
        target = table(name)
        for part in chunks(ids):
            images = self.connection.execute(sa.select(target).where(target.c.id.in_(part)))
            entered = self._entered(name, part)
            before = {
                row["id"]: packed(
                    {**row, **json.loads(entered.get(row["id"], ("", None))[1] or "{}")}
                )
                for row in images.mappings()
            }
            if entered:  # brought back by this very operation: the two cancel out
                entry = table("entry")
                self.connection.execute(
                    sa.delete(entry).where(
                        entry.c.operation_id == self.id,
                        entry.c.table_name == name,
                        entry.c.row_id.in_(entered),
                    )
                )
            rest = [i for i in part if i not in entered or entered[i][0] != "insert"]
            self._enter(name, "delete", rest, [before[i] for i in rest], None)
        delete_many(self.connection, target, ids)
        self.counts[name]["deleted"] += len(ids)

    def restore(self, name: str, images: Sequence[Mapping[str, Any]]) -> None:
        """Bring deleted rows back under the ids they had; a column younger than an image is blank."""
        target = table(name)
        columns = [c.name for c in target.columns]
        insert_many(
            self.connection, target, columns, [tuple(i.get(c) for c in columns) for i in images]
        )
        self._enter(name, "insert", [i["id"] for i in images], None, None)
        self.counts[name]["new"] += len(images)

    # --- spans -----------------------------------------------------------------------------------

    def replace_spans(
        self,
        name: str,
        spans: Mapping[int, Sequence[Mapping[str, Any]]],
        sources: Mapping[int, Source | None] | None = None,
    ) -> None:
        """Give each owner (customer id) its whole new list of spans, each a mapping without the owner's id."""
        target = SPAN_TABLES[name]
        columns = [c.name for c in target.columns]
        owners = list(spans)
        for part in chunks(owners):
            current = current_spans(self.connection, name, part)
            fresh = [o for o in part if not current.get(o)]
            known = [o for o in part if current.get(o)]
            if known:
                delete_many(self.connection, target, known, "customer_id")
            insert_many(
                self.connection,
                target,
                columns,
                [
                    (owner, *(span.get(c) for c in columns[1:]))
                    for owner in part
                    for span in spans[owner]
                ],
            )
            where = sources or {}
            self._touch(
                name, known, [{"spans": current[o]} for o in known], [where.get(o) for o in known]
            )
            if fresh:
                # an owner that had spans earlier in this operation is already entered
                entered = self._entered(name, fresh)
                rest = [o for o in fresh if o not in entered]
                self._enter(name, "insert", rest, None, [where.get(o) for o in rest])
                self.counts[name]["new"] += len(rest)

    def insert_spans(
        self,
        name: str,
        columns: Mapping[str, Sequence[Any]],
        sources: Sequence[Source | None],
    ) -> None:
        """The first span of each owner, column by column (customer_id first); the caller knows that they have none."""
        owners = columns["customer_id"]
        if not owners:
            return
        rows = zip(*columns.values(), strict=True)
        insert_many(self.connection, SPAN_TABLES[name], list(columns), rows)
        self._enter_new(name, owners, sources)
        self.counts[name]["new"] += len(owners)

    def insert_spans_from(self, name: str, columns: Sequence[str], select: sa.Select[Any]) -> int:
        """First spans of customers that have none, from a SELECT (customer_id first): set-based; how many."""
        target = SPAN_TABLES[name]
        entry = table("entry")
        chosen = select.subquery()
        self.connection.execute(
            sa.insert(entry).from_select(
                ["table_name", "row_id", "operation_id", "action"],
                sa.select(
                    sa.literal(name),
                    chosen.c.customer_id,
                    sa.literal(self.id, sa.BigInteger),
                    sa.literal("insert"),
                ),
            )
        )
        spans = sa.insert(target).from_select(list(columns), select)
        # without the option psycopg's count is gone by the time it is read
        done = self.connection.execute(spans.execution_options(preserve_rowcount=True))
        if done.rowcount:  # an operation that counts nothing is none
            self.counts[name]["new"] += done.rowcount
        return done.rowcount

    # --- entries ---------------------------------------------------------------------------------

    def _enter(
        self,
        name: str,
        action: str,
        ids: Iterable[int],
        before: Iterable[str | None] | None,
        sources: Iterable[Source | None] | None,
    ) -> None:
        number = self.id
        nowhere = (None, None)
        rows = (
            (name, i, number, action, old, *(source or nowhere))
            for i, old, source in zip(
                ids, before or repeat(None), sources or repeat(None), strict=False
            )
        )
        insert_many(self.connection, table("entry"), _ENTRY, rows)

    def _enter_new(
        self, name: str, ids: Sequence[int], sources: Sequence[Source | None] | None
    ) -> None:
        """Enter rows just inserted: by one statement for each long run of them, else row by row."""
        places = sources or [None] * len(ids)
        rest: list[range] = []
        for run, sheet, ahead in _runs(ids, places):
            if (
                sheet is None
                or len(run) < _LONG_RUN
                or not self._enter_run(
                    name, ids[run.start], ids[run.stop - 1], len(run), sheet, ahead
                )
            ):
                rest.append(run)
        alone = [at for run in rest for at in run]
        self._enter(name, "insert", [ids[at] for at in alone], None, [places[at] for at in alone])

    def _enter_run(
        self, name: str, first: int, last: int, count: int, sheet: int, ahead: int
    ) -> bool:
        """Enter the `count` rows from id `first` to `last`; False, and nothing done, where others are among them."""
        target = SPAN_TABLES.get(name)
        key = table(name).c.id if target is None else target.c.customer_id
        among = key.between(first, last)
        if self.connection.scalar(sa.select(sa.func.count()).where(among)) != count:
            return False
        given = (name, key, self.id, "insert", sheet, key - ahead)
        values = [
            one if isinstance(one, sa.ColumnElement) else sa.literal(one, _KINDS[type(one)])
            for one in given
        ]
        columns = ["table_name", "row_id", "operation_id", "action", "sheet_id", "sheet_row"]
        rows = sa.select(*values).where(among).order_by(key)
        self.connection.execute(sa.insert(table("entry")).from_select(columns, rows))
        return True

    def touched(self, name: str, ids: Sequence[int]) -> set[int]:
        """Which of these rows this operation has written already."""
        return set(self._entered(name, ids))

    def _entered(self, name: str, ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
        """Which of the rows this operation has touched already: id -> (action, before)."""
        entry = table("entry")
        found: dict[int, tuple[str, str | None]] = {}
        for part in chunks(ids):
            query = sa.select(entry.c.row_id, entry.c.action, entry.c.before).where(
                entry.c.table_name == name,
                entry.c.operation_id == self.id,
                entry.c.row_id.in_(part),
            )
            found.update(
                {i: (action, before) for i, action, before in self.connection.execute(query)}
            )
        return found

    def _touch(
        self,
        name: str,
        ids: Sequence[int],
        before: Sequence[Mapping[str, Any]],
        sources: Sequence[Source | None] | None,
    ) -> None:
        entered = self._entered(name, ids)
        fresh = [p for p, i in enumerate(ids) if i not in entered]
        self._enter(
            name,
            "update",
            [ids[p] for p in fresh],
            [packed(dict(before[p])) for p in fresh],
            [sources[p] for p in fresh] if sources else None,
        )
        self.counts[name]["changed"] += len(fresh)
        self._fold(
            name,
            {
                i: {**before[position], **json.loads(entered[i][1] or "{}")}
                for position, i in enumerate(ids)
                if i in entered and entered[i][0] == "update"
            },
        )

    def _fold(self, name: str, merged: Mapping[int, Mapping[str, Any]]) -> None:
        """Rows touched again: what is back at its first value was not changed at all."""
        if not merged:
            return
        if name in SPAN_TABLES:
            spans = current_spans(self.connection, name, list(merged))
            now: dict[int, dict[str, Any]] = {i: {"spans": spans.get(i, [])} for i in merged}
        else:
            target = table(name)
            now = {
                row["id"]: dict(row)
                for part in chunks(list(merged))
                for row in self.connection.execute(
                    sa.select(target).where(target.c.id.in_(part))
                ).mappings()
            }
        changed = {
            i: {field: old for field, old in before.items() if now[i][field] != old}
            for i, before in merged.items()
        }
        update_many(
            self.connection,
            table("entry"),
            ["before"],
            [(packed(before), name, i, self.id) for i, before in changed.items() if before],
            key=("table_name", "row_id", "operation_id"),
        )
        idle = [i for i, before in changed.items() if not before]
        entry = table("entry")
        for part in chunks(idle):
            self.connection.execute(
                sa.delete(entry).where(
                    entry.c.operation_id == self.id,
                    entry.c.table_name == name,
                    entry.c.row_id.in_(part),
                )
            )
        self.counts[name]["changed"] -= len(idle)


def _runs(
    ids: Sequence[int], places: Sequence[Source | None]
) -> Iterator[tuple[range, int | None, int]]:
    """Stretches of rows whose ids run along with the rows of a sheet: positions, sheet, how far the ids are ahead."""
    steps = [(p[0], i - p[1]) if p else (None, 0) for i, p in zip(ids, places, strict=True)]
    start = 0
    for (sheet, ahead), its in groupby(steps):
        run = range(start, start + sum(1 for _ in its))
        yield run, sheet, ahead
        start = run.stop


def current_spans(
    connection: Connection, name: str, owners: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """Each owner's spans in order, as mappings without the owner's id; owners without spans are absent."""
    target = SPAN_TABLES[name]
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in chunks(owners):
        query = (
            sa.select(target).where(target.c.customer_id.in_(part)).order_by(*target.primary_key)
        )
        for row in _mappings(connection, query):
            owner = row.pop("customer_id")
            found[owner].append(row)
    return dict(found)


def _mappings(connection: Connection, query: sa.Select[Any]) -> Iterable[dict[str, Any]]:
    """Rows of a query as fresh dicts."""
    return (dict(row) for row in connection.execute(query).mappings())
