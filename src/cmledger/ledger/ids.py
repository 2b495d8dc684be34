"""Row ids: handed out by the ledger itself, never reused, the same way on every database."""

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.tables import table


def take_ids(connection: Connection, name: str, count: int) -> range:
    """Hand out `count` row ids of a table, never given before."""
    counter = table("id_counter")
    first = connection.scalar(sa.select(counter.c.next_id).where(counter.c.name == name))
    if first is None:
        connection.execute(sa.insert(counter).values(name=name, next_id=1 + count))
        return range(1, 1 + count)
    connection.execute(
        sa.update(counter).where(counter.c.name == name).values(next_id=first + count)
    )
    return range(first, first + count)
