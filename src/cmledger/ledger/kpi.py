"""The facts of a KPI report, brought in bulk: customers counted by what they have in common, and who they are.

Tier and manager are those of a day (spans); office, line, grid, payment channel and status are as known now.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks, raw_rows
from cmledger.ledger.narrow import Narrow, covering
from cmledger.ledger.tables import CLOSED, table
from cmledger.records.cycles import NONE
from cmledger.records.kpi_facts import Fact, Of
from cmledger.records.kpi_words import By
from cmledger.wording import kpis as say


def customer_counts(connection: Connection, by: By, day: date, narrow: Narrow) -> Counter[Fact]:
    """How many customers share each fact on that day; closed and not yet opened ones are left out."""
    customers = _customers(by, day, narrow).subquery()
    names = ("key", "manager", "tier", "channel", "customised")
    facts = tuple(customers.c[name] for name in names)
    query = sa.select(*facts, sa.func.count()).group_by(*facts)
    return Counter({_fact(*fact): number for *fact, number in connection.execute(query)})


def customer_facts(
    connection: Connection, by: By, day: date, narrow: Narrow
) -> Iterator[tuple[int, Fact]]:
    """The same customers one by one, by 户号: id and fact."""
    query = _customers(by, day, narrow).order_by(table("customer").c.account_no)
    for customer_id, *fact in connection.execute(query):
        yield customer_id, _fact(*fact)


def _fact(
    key: int | None, manager: int | None, tier: str | None, channel: str | None, customised: int
) -> Fact:
    return Fact(Of.CUSTOMER, key, manager, tier, channel, customised=bool(customised))


def _customers(by: By, day: date, narrow: Narrow) -> sa.Select[Any]:
    """id, key, manager, tier, channel, customised of each customer that is one on that day."""
    customer, held, tiered = table("customer"), table("customer_manager"), table("customer_tier")
    key = {
        By.OFFICE: customer.c.office_id,
        By.LINE: customer.c.line_id,
        By.GRID: customer.c.grid_id,
        By.MANAGER: held.c.manager_id,
    }[by]
    now = day.isoformat()

    query = (
        sa.select(
            customer.c.id,
            key.label("key"),
            held.c.manager_id.label("manager"),
            tiered.c.tier.label("tier"),
            customer.c.payment_channel.label("channel"),
            sa.case((customer.c.id.in_(_customised(now)), 1), else_=0).label("customised"),
        )
        .select_from(customer)
        .outerjoin(held, covering(held, customer.c.id, day))
        .outerjoin(tiered, covering(tiered, customer.c.id, day))
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
    return query.where(*narrow.conditions(customer, held))


def _customised(day: str) -> sa.Select[Any]:
    """Ids of the customers who had any item on terms of their own that day; an item they do without is no service."""
    plan = table("customer_plan")
    return (
        sa.select(plan.c.customer_id)
        .distinct()
        .where(plan.c.valid_from <= day, plan.c.valid_to > day, plan.c.cycle != NONE)
    )


def group_keys(
    connection: Connection, by: By, narrow: Narrow, used: Collection[int | None]
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
        if narrow.offices is None or of_office in narrow.offices or i in used
    ]
    shared = Counter(name for _, name, _ in rows)
    keys: dict[int | None, str | None] = {
        i: say.SHARED_NAME.format(name=name, office=office_name) if shared[name] > 1 else name
        for i, name, office_name in rows
    }
    if None in used:
        keys[None] = None
    return keys


class Person(NamedTuple):
    """Who a customer is."""

    account_no: str
    name: str | None


def people(connection: Connection, ids: Sequence[int]) -> dict[int, Person]:
    """Who the customers of these ids are."""
    customer = table("customer")
    columns = (customer.c.id, customer.c.account_no, customer.c.name)
    found: dict[int, Person] = {}
    for part in chunks(ids):
        query = sa.select(*columns).where(customer.c.id.in_(part))
        found.update({i: Person(*who) for i, *who in raw_rows(connection, query)})
    return found


def visit_days(
    connection: Connection, first: date, last: date, narrow: Narrow
) -> dict[int, list[date]]:
    """customer id -> the days it was visited from first to last, in order."""
    visit = table("visit")
    query = (
        sa.select(visit.c.customer_id, visit.c.visited_on)
        .distinct()
        .where(visit.c.visited_on.between(first.isoformat(), last.isoformat()))
        .order_by(visit.c.customer_id, visit.c.visited_on)
    )
    if narrow:
        query = query.where(visit.c.customer_id.in_(narrow.customers(last)))
    found: dict[int, list[date]] = defaultdict(list)
    for customer_id, day in raw_rows(connection, query):
        found[customer_id].append(date.fromisoformat(day))
    return found
