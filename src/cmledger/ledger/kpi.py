"""The facts of a KPI report, brought in bulk: customers counted by what they have in common, and who they are.

Tier and manager are those of a day (spans); office, line, grid, payment channel and status are as known now.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NotFound
from cmledger.ledger.tables import table
from cmledger.records.kpi import By
from cmledger.records.kpi_facts import Fact, Of
from cmledger.wording import kpis as say

CLOSED = "closed"
"""customer.status of a closed account."""


def customer_counts(
    connection: Connection, by: By, day: date, office_id: int | None
) -> Counter[Fact]:
    """How many customers share each fact on that day; closed and not yet opened ones are left out."""
    customers = _customers(by, day, office_id).subquery()
    facts = (customers.c.key, customers.c.manager, customers.c.tier, customers.c.channel)
    query = sa.select(*facts, sa.func.count()).group_by(*facts)
    return Counter(
        {Fact(Of.CUSTOMER, *fact): number for *fact, number in connection.execute(query)}
    )


def customer_facts(
    connection: Connection, by: By, day: date, office_id: int | None
) -> Iterator[tuple[int, Fact]]:
    """The same customers one by one, by 户号: id and fact."""
    query = _customers(by, day, office_id).order_by(table("customer").c.account_no)
    for customer_id, *fact in connection.execute(query):
        yield customer_id, Fact(Of.CUSTOMER, *fact)


def _customers(by: By, day: date, office_id: int | None) -> sa.Select[Any]:
    """id, key, manager, tier, channel of each customer that is one on that day."""
    customer, held, tiered = table("customer"), table("customer_manager"), table("customer_tier")
    key = {
        By.OFFICE: customer.c.office_id,
        By.LINE: customer.c.line_id,
        By.GRID: customer.c.grid_id,
        By.MANAGER: held.c.manager_id,
    }[by]
    now = day.isoformat()

    def current(spans: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(
            spans.c.customer_id == customer.c.id, spans.c.valid_from <= now, spans.c.valid_to > now
        )

    query = (
        sa.select(
            customer.c.id,
            key.label("key"),
            held.c.manager_id.label("manager"),
            tiered.c.tier.label("tier"),
            customer.c.payment_channel.label("channel"),
        )
        .select_from(customer)
        .outerjoin(held, current(held))
        .outerjoin(tiered, current(tiered))
        .where(
            sa.or_(customer.c.opened_on.is_(None), customer.c.opened_on <= now),
            sa.or_(customer.c.closed_on > now, customer.c.closed_on.is_(None)),
            sa.or_(
                customer.c.status.is_(None),
                customer.c.status != CLOSED,
                customer.c.closed_on > now,
            ),
        )
    )
    return query if office_id is None else query.where(customer.c.office_id == office_id)


def office_id(connection: Connection, name: str | None) -> int | None:
    """The id of an office; None for all of them. Raises NotFound (exit 18) where there is none of that name."""
    if name is None:
        return None
    office = table("office")
    found = connection.scalar(sa.select(office.c.id).where(office.c.name == name))
    if found is None:
        names = connection.scalars(sa.select(office.c.name).order_by(office.c.name))
        raise NotFound(
            say.NO_OFFICE.format(name=name), hint=say.NO_OFFICE_HINT.format(names="、".join(names))
        )
    return int(found)


def group_keys(
    connection: Connection, by: By, office_id: int | None, used: Collection[int | None]
) -> dict[int | None, str | None]:
    """id -> what it is called, for every office, line, manager or grid of the office and every one `used`, by name.

    A name that several share carries the office's behind it. None, "has none", stands last, where it is used.
    """
    office = table("office")
    if by is By.OFFICE:
        query = sa.select(office.c.id, office.c.name, office.c.name, office.c.id)
        query = query.order_by(office.c.name)
    else:
        named = table(by.value)
        name = named.c.person_key if by is By.MANAGER else named.c.name
        query = (
            sa.select(named.c.id, name, office.c.name, office.c.id)
            .join(office, office.c.id == named.c.office_id)
            .order_by(name, office.c.name)
        )
    rows = [
        (i, name, office_name)
        for i, name, office_name, of_office in connection.execute(query)
        if office_id in (None, of_office) or i in used
    ]
    shared = Counter(name for _, name, _ in rows)
    keys: dict[int | None, str | None] = {
        i: say.SHARED_NAME.format(name=name, office=office_name) if shared[name] > 1 else name
        for i, name, office_name in rows
    }
    if None in used:
        keys[None] = None
    return keys
