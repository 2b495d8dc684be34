"""Trying a command out within an operation under way: the command's own path, taken back to a savepoint."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation
from cmledger.ledger.tables import table


@contextmanager
def supposing(operation: Operation, command: str) -> Iterator[Operation]:
    """An operation that the same caller would carry out now; whatever it writes is gone when the block ends."""
    with operation.connection.begin_nested() as savepoint:
        yield Operation.begin(operation.connection, operation.caller, command, {})
        savepoint.rollback()


def tiers_were_assigned(connection: Connection) -> bool:
    """Whether any customer has, or ever had, a tier."""
    held = table("customer_tier")
    return connection.scalar(sa.select(held.c.customer_id).limit(1)) is not None


def last_visits(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """customer id -> day of the latest visit, of those who had one."""
    visit = table("visit")
    found: dict[int, str] = {}
    for part in chunks(ids):
        query = sa.select(visit.c.customer_id, sa.func.max(visit.c.visited_on))
        query = query.where(visit.c.customer_id.in_(part)).group_by(visit.c.customer_id)
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def customers_called(
    connection: Connection, ids: Sequence[int]
) -> dict[int, tuple[str, str | None]]:
    """customer id -> 户号 and name."""
    customer = table("customer")
    found: dict[int, tuple[str, str | None]] = {}
    for part in chunks(ids):
        query = sa.select(customer.c.id, customer.c.account_no, customer.c.name)
        for i, account_no, name in connection.execute(query.where(customer.c.id.in_(part))):
            found[i] = account_no, name
    return found
