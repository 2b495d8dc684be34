"""Operations against what was done about them: which are live, what they count, what undo and redo left."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.chains import FLIPS, chains_of, current_rows, image_of, owed
from cmledger.ledger.dialect import chunks
from cmledger.ledger.flips import hindered, obstructed, referenced
from cmledger.ledger.journal import packed
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table
from cmledger.records.checks import Broken
from cmledger.wording import checks as say
from cmledger.wording.lists import listed

_COUNTED = {"insert": "new", "update": "changed", "delete": "deleted"}


def operations_live(connection: Connection) -> Iterator[Broken]:
    """An operation is live unless it was flipped an odd number of times; only content earlier than itself is flipped."""
    operation = table("operation")
    columns = (operation.c.id, operation.c.command, operation.c.target_id, operation.c.live)
    rows = connection.execute(sa.select(*columns).order_by(operation.c.id)).all()
    flips = Counter(row.target_id for row in rows if row.command in FLIPS)
    content = {row.id for row in rows if row.command not in FLIPS}
    for row in rows:
        aimed = row.target_id in content and row.target_id < row.id
        if (row.command in FLIPS) != aimed:
            told = say.BAD_TARGET.format(operation=row.id, target=row.target_id)
            yield Broken(told, "operation", row.id)
        if bool(row.live) != (flips[row.id] % 2 == 0):
            state = say.LIVE if row.live else say.UNDONE
            told = say.LIVE_WRONG.format(operation=row.id, flips=flips[row.id], state=state)
            yield Broken(told, "operation", row.id)


def operation_counts(connection: Connection) -> Iterator[Broken]:
    """What an operation of content counts, by table, is what it entered."""
    operation, entry = table("operation"), table("entry")
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    counted = sa.select(
        entry.c.operation_id, entry.c.table_name, entry.c.action, sa.func.count()
    ).group_by(entry.c.operation_id, entry.c.table_name, entry.c.action)
    for number, name, action, count in connection.execute(counted):
        found[number][name][_COUNTED.get(action, action)] = count
    told = sa.select(operation.c.id, operation.c.counts).where(operation.c.command.not_in(FLIPS))
    for number, counts in connection.execute(told):
        counted_then = {
            name: {what: n for what, n in done.items() if n}
            for name, done in json.loads(counts).items()
        }
        if {name: done for name, done in counted_then.items() if done} != found.get(number, {}):
            sentence = say.COUNTS_DIFFER.format(
                operation=number, told=counts, found=packed(found.get(number, {}))
            )
            yield Broken(sentence, "operation", number)


def journal_values(connection: Connection) -> Iterator[Broken]:
    """Rows that a flip was about are what their live writers say (undo rules 4 and 6), unless something is in the way."""
    entry, operation = table("entry"), table("operation")
    flipped = sa.select(operation.c.target_id).where(operation.c.command.in_(FLIPS))
    latest = sa.select(operation.c.command).order_by(operation.c.id.desc()).limit(1)
    # what only a reference kept, and an import let go of since, goes with the next flip
    swept = connection.scalar(latest) in FLIPS
    waiting = obstructed(connection)
    for name in (*ROW_TABLES, *SPAN_TABLES):
        query = (
            sa.select(entry.c.row_id)
            .where(entry.c.table_name == name, entry.c.operation_id.in_(flipped))
            .distinct()
        )
        ids = [i for i in connection.scalars(query) if i not in waiting.get(name, ())]
        for part in chunks(ids):
            yield from _astray(connection, name, part, swept=swept)


def _astray(
    connection: Connection, name: str, ids: Sequence[int], *, swept: bool
) -> Iterator[Broken]:
    chains = chains_of(connection, name, ids)
    current = current_rows(connection, name, ids)
    odd: dict[int, str] = {}
    loose: list[int] = []
    missing: dict[int, dict[str, object]] = {}
    for i in ids:
        chain, row = chains[i], current.get(i)
        now = row if row is not None else image_of(chain) or {}
        should = owed(chain, now)
        wrong = [f for f, v in should.values.items() if f not in now or v != now[f]]
        if row is None:
            if should.exists:
                odd[i] = say.SHOULD_EXIST
                missing[i] = {**now, **should.values}
        else:
            if swept and not should.exists:
                loose.append(i)
            if wrong:
                odd[i] = say.SHOULD_READ.format(fields=listed(wrong))
                missing[i] = {**now, **should.values}
    held = referenced(connection, name, loose) if loose else {}
    odd.update({i: say.SHOULD_BE_GONE for i in loose if i not in held})
    in_the_way = hindered(connection, name, missing) if missing else set()
    for i, sentence in odd.items():
        if i not in in_the_way:
            yield Broken(sentence, name, i)
