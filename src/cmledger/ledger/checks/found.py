"""What the finders share: their type, and rows named by a query."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy import Connection, Table

from cmledger.records.checks import Broken

Finder = Callable[[Connection], Iterator[Broken]]
"""Every place where one invariant does not hold."""


def identity(table: Table) -> sa.ColumnElement[int]:
    """What a row is known by: its id, or the owner's of a span; 0 where it has no number."""
    for name in ("id", "customer_id", "row_id"):
        if name in table.c:
            return table.c[name]
    return sa.literal(0)
