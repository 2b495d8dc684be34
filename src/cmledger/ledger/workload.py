"""How many customers of each tier every manager looks after."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.narrow import covering
from cmledger.ledger.tables import CLOSED, table


def customers_held(
    connection: Connection, day: date
) -> list[tuple[int, int | None, str | None, int]]:
    """Open customers on a day: office id, manager id (None: nobody), tier (None: none), how many."""
    customer, tiered, held = table("customer"), table("customer_tier"), table("customer_manager")
    now = day.isoformat()
    closed = sa.or_(
        customer.c.closed_on <= now,
        sa.and_(customer.c.closed_on.is_(None), customer.c.status == CLOSED),
    )
    keys: tuple[Any, ...] = (customer.c.office_id, held.c.manager_id, tiered.c.tier)
    query = (
        sa.select(*keys, sa.func.count())
        .select_from(customer)
        .outerjoin(tiered, covering(tiered, customer.c.id, day))
        .outerjoin(held, covering(held, customer.c.id, day))
        .where(sa.func.coalesce(sa.case((closed, 1)), 0) == 0)
        .group_by(*keys)
    )
    return [tuple(row) for row in connection.execute(query)]


def managers_of(connection: Connection, ids: Sequence[int], day: date) -> dict[int, str]:
    """customer id -> the name of its manager on a day; those without are left out."""
    held, manager = table("customer_manager"), table("manager")
    found: dict[int, str] = {}
    for part in chunks(ids):
        query = (
            sa.select(held.c.customer_id, manager.c.name)
            .join(manager, manager.c.id == held.c.manager_id)
            .where(held.c.customer_id.in_(part), covering(held, held.c.customer_id, day))
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found
