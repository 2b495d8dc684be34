"""Row ids are never handed out twice: the counters are ahead of every id that was ever used."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.tables import ROW_TABLES, metadata, table
from cmledger.records.checks import Broken
from cmledger.wording import checks as say

_ONE_ROW = "ledger_info"
"""Its one row has a fixed id."""


def ids_never_reused(connection: Connection) -> Iterator[Broken]:
    """Rows that are there, and rows the journal knows though they were deleted."""
    counter, entry = table("id_counter"), table("entry")
    following = {row.name: row.next_id for row in connection.execute(sa.select(counter))}
    last: dict[str, int] = {}
    for whole in metadata.sorted_tables:
        if "id" in whole.c and whole.name != _ONE_ROW:
            last[whole.name] = connection.scalar(sa.select(sa.func.max(whole.c.id))) or 0
    entered = sa.select(entry.c.table_name, sa.func.max(entry.c.row_id)).group_by(
        entry.c.table_name
    )
    for name, row_id in connection.execute(entered):
        if name in ROW_TABLES:
            last[name] = max(last[name], row_id)
    for name, used in last.items():
        if not used:
            continue
        if name not in following:
            yield Broken(say.NO_COUNTER.format(table=name, last=used), name)
        elif following[name] <= used:
            sentence = say.COUNTER.format(table=name, next=following[name], last=used)
            yield Broken(sentence, name)
