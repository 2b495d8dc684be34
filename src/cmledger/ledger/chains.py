"""What the journal says a row should be: its chain of entries, and the values the live ones among them left.

Rules (numbers of the design):
2. The value an operation wrote to a field = the next entry's before-value, else the current value.
4. Each field equals its latest live write, so the order of undoing never matters.
6. A row exists if its insert is live, or a live operation wrote or references it. A field that no live
   operation wrote then has the value the row was inserted with.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import current_spans
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table

FLIPS = ("undo", "redo")
"""Commands whose operations flip others; they write no content of their own."""

Values = Mapping[str, Any]


@dataclass(slots=True)
class Step:
    """An entry of one row's chain, oldest first."""

    operation: int
    action: str
    before: dict[str, Any]
    live: bool
    flip: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """What a row should be. exists: by its own writers; a reference may keep it all the same.

    values: of every field that was ever changed. last: field -> the live operation that wrote it last, if any did.
    """

    exists: bool
    values: dict[str, Any]
    last: dict[str, int | None]


def chains_of(connection: Connection, name: str, ids: Sequence[int]) -> dict[int, list[Step]]:
    """Row id -> its entries, oldest first. The first spans of a customer count as a change from none."""
    entry, operations = table("entry"), table("operation")
    columns = (
        entry.c.row_id,
        entry.c.operation_id,
        entry.c.action,
        entry.c.before,
        operations.c.live,
        operations.c.command,
    )
    query = sa.select(*columns).join(operations, operations.c.id == entry.c.operation_id)
    found: dict[int, list[Step]] = defaultdict(list)
    spans = name in SPAN_TABLES
    blank = dict.fromkeys(c.name for c in table(name).columns if c.name != "customer_id")
    for part in chunks(ids):
        wanted = query.where(entry.c.table_name == name, entry.c.row_id.in_(part))
        ordered = wanted.order_by(entry.c.row_id, entry.c.operation_id)
        for row_id, number, action, before, live, command in connection.execute(ordered):
            if spans and action == "insert":
                action, before = "update", '{"spans":[]}'
            said = json.loads(before) if before else {}
            if spans:  # an image may be older than a column
                said["spans"] = [{**blank, **span} for span in said["spans"]]
            found[row_id].append(Step(number, action, said, bool(live), command in FLIPS))
    return found


def current_rows(
    connection: Connection, name: str, ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Row id -> the row as it stands; of a table of spans: customer -> {"spans": …}. Absent rows are absent."""
    if name in SPAN_TABLES:
        spans = current_spans(connection, name, ids)
        return {i: {"spans": spans.get(i, [])} for i in ids}
    target = ROW_TABLES[name]
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        rows = connection.execute(sa.select(target).where(target.c.id.in_(part))).mappings()
        found.update({row["id"]: dict(row) for row in rows})
    return found


def image_of(chain: Iterable[Step]) -> dict[str, Any] | None:
    """A deleted row as it was last; None where it was never deleted."""
    deletions = [step.before for step in chain if step.action == "delete"]
    return deletions[-1] if deletions else None


def owed(chain: Sequence[Step], now: Values) -> Owed:
    """What a row should be, by its chain and its values now (of a deleted row: its last image)."""
    writers = [step for step in chain if not step.flip]
    insert = next((step for step in writers if step.action == "insert"), None)
    live = [step for step in writers if step.live]
    wrote = [step for step in live if step.action != "delete"]
    values: dict[str, Any] = {}
    last: dict[str, int | None] = {}
    for name in dict.fromkeys(f for s in writers if s.action == "update" for f in s.before):
        latest = next((s for s in reversed(wrote) if s is insert or name in s.before), None)
        last[name] = latest.operation if latest else None
        base = latest or insert
        if base is not None:
            values[name] = _written(chain, base, name, now)
        else:  # a row older than its journal, or spans: what stood before the first change
            values[name] = next(s.before[name] for s in writers if name in s.before)
    # a deletion redone goes no further than what was written since (rule 5)
    gone = bool(live) and live[-1].action == "delete"
    return Owed(not gone and (insert is None or bool(live)), values, last)


def _written(chain: Sequence[Step], step: Step, name: str, now: Values) -> Any:
    """Rule 2: what a step left in a field."""
    later = chain[chain.index(step) + 1 :]
    return next((s.before[name] for s in later if name in s.before), now[name])
