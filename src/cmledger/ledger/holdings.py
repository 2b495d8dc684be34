"""What a manager looks after."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.assignment import open_on
from cmledger.ledger.tables import table


def holdings(
    connection: Connection, manager_id: int, day: str, most: int
) -> dict[str, tuple[int, list[str]]]:
    """table -> how many open customers (from that day on), grids and areas the manager has, and the first `most` of them."""
    customer, held = table("customer"), table("customer_manager")
    theirs = (
        sa.select(customer.c.account_no)
        .join(held, held.c.customer_id == customer.c.id)
        .where(held.c.manager_id == manager_id, held.c.valid_to > day)
        .where(open_on(customer, date.fromisoformat(day)))
        .distinct()
        .order_by(customer.c.account_no)
    )
    queries = {"customer": theirs}
    for name in ("grid", "transformer_area"):
        place = table(name)
        named = sa.select(place.c.name).where(place.c.manager_id == manager_id)
        queries[name] = named.order_by(place.c.name)
    found: dict[str, tuple[int, list[str]]] = {}
    for name, query in queries.items():
        count = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        if count:
            found[name] = count, list(connection.scalars(query.limit(most)))
    return found
