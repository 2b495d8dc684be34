"""What belongs into a customer's file beyond its own row: plans, dates, what was done, matters, events, outages ahead."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.assignment import open_on
from cmledger.ledger.journal import current_spans
from cmledger.ledger.narrow import Narrow, covering
from cmledger.ledger.outages import touches
from cmledger.ledger.plans import SPANS, row_id
from cmledger.ledger.tables import table

Row = Mapping[str, Any]
VISIT = "visit"


def accounts_of(
    connection: Connection, narrow: Narrow, as_of: date, most: int, tier: str | None = None
) -> list[str]:
    """户号 of the customers with a tier (that one), or with terms of their own where none is asked for, not closed;
    by line and 户号; one more than `most` where there are more.
    """
    customer, held, line = table("customer"), table("customer_manager"), table("line")
    tiered, plan = table("customer_tier"), table(SPANS)
    own = customer.c.id.in_(sa.select(plan.c.customer_id))
    of_tier = tiered.c.tier == tier if tier else sa.or_(tiered.c.tier.is_not(None), own)
    query = (
        sa.select(customer.c.account_no)
        .outerjoin(held, covering(held, customer.c.id, as_of))
        .outerjoin(line, line.c.id == customer.c.line_id)
        .outerjoin(tiered, covering(tiered, customer.c.id, as_of))
        .where(*narrow.conditions(customer, held), of_tier)
        .where(open_on(customer, as_of))
        .order_by(sa.func.coalesce(line.c.name, ""), customer.c.account_no)
        .limit(most + 1)
    )
    return list(connection.scalars(query))


def plans_of(connection: Connection, customer_id: int) -> list[tuple[int, dict[str, Any]]]:
    """(row id, span) of a customer's own terms, by item and first day."""
    spans = current_spans(connection, SPANS, [customer_id]).get(customer_id, [])
    return [(row_id(customer_id, place), span) for place, span in enumerate(spans, 1)]


def dates_of(connection: Connection, customer_id: int) -> Sequence[Row]:
    """Its days of the year, in order."""
    kept = table("customer_date")
    query = sa.select(kept.c.id, kept.c.occasion, kept.c.day, kept.c.remark)
    query = query.where(kept.c.customer_id == customer_id).order_by(kept.c.day, kept.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def last_done(connection: Connection, customer_id: int, day: str) -> dict[str, date]:
    """Item -> the last day it was done by that day; the visit itself by visits."""
    visit, done = table("visit"), table("service_done")
    items = (
        sa.select(done.c.service, sa.func.max(done.c.done_on))
        .where(done.c.customer_id == customer_id, done.c.done_on <= day)
        .group_by(done.c.service)
    )
    found = {service: date.fromisoformat(on) for service, on in connection.execute(items)}
    last = connection.scalar(
        sa.select(sa.func.max(visit.c.visited_on)).where(
            visit.c.customer_id == customer_id, visit.c.visited_on <= day
        )
    )
    if last is not None:
        found[VISIT] = date.fromisoformat(last)
    return found


def visits_of(
    connection: Connection, customer_id: int, day: str, most: int
) -> tuple[int, Sequence[Row]]:
    """How many visits there were by that day, and the latest of them, the newest first."""
    visit, manager = table("visit"), table("manager")
    mine = sa.and_(visit.c.customer_id == customer_id, visit.c.visited_on <= day)
    count = connection.scalar(sa.select(sa.func.count()).where(mine)) or 0
    query = (
        sa.select(
            visit.c.visited_on, manager.c.person_key.label("manager"), visit.c.method,
            visit.c.content, visit.c.opinion, visit.c.satisfaction,
        )
        .outerjoin(manager, manager.c.id == visit.c.manager_id)
        .where(mine)
        .order_by(visit.c.visited_on.desc(), visit.c.id.desc())
        .limit(most)
    )  # fmt: skip
    return count, [dict(row) for row in connection.execute(query).mappings()]


def matters_of(connection: Connection, customer_id: int, day: str) -> Sequence[Row]:
    """Hazards, complaints and the like that were open on that day, the oldest first."""
    matter, manager = table("matter"), table("manager")
    query = (
        sa.select(
            matter.c.matter_kind, matter.c.opened_on, matter.c.content, matter.c.level,
            matter.c.measure, matter.c.due_by, manager.c.person_key.label("manager"),
        )
        .outerjoin(manager, manager.c.id == matter.c.manager_id)
        .where(matter.c.customer_id == customer_id, matter.c.opened_on <= day)
        .where(sa.or_(matter.c.closed_on.is_(None), matter.c.closed_on > day))
        .order_by(matter.c.opened_on, matter.c.id)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]


def events_of(connection: Connection, customer_id: int, day: str, most: int) -> Sequence[Row]:
    """The latest events by that day, the newest first."""
    event = table("customer_event")
    query = (
        sa.select(event.c.event, event.c.happened_on, event.c.remark)
        .where(event.c.customer_id == customer_id, event.c.happened_on <= day)
        .order_by(event.c.happened_on.desc(), event.c.id.desc())
        .limit(most)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def outages_ahead(connection: Connection, customer_id: int, day: str) -> Sequence[Row]:
    """Outages of the customer's line or area that are not over by that day and not called off."""
    outage, customer = table("outage"), table("customer")
    line, area = table("line"), table("transformer_area")
    query = (
        sa.select(
            outage.c.outage_kind, outage.c.begins_at, outage.c.ends_at,
            line.c.name.label("line"), area.c.name.label("transformer_area"), outage.c.reason,
        )
        .select_from(outage.join(customer, touches(outage, customer)))
        .outerjoin(line, line.c.id == outage.c.line_id)
        .outerjoin(area, area.c.id == outage.c.transformer_area_id)
        .where(customer.c.id == customer_id)
        .where(sa.func.coalesce(outage.c.ends_at, outage.c.begins_at) >= day)
        .where(sa.or_(outage.c.cancelled_on.is_(None), outage.c.cancelled_on > day))
        .order_by(outage.c.begins_at, outage.c.id)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]
