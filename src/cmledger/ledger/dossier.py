"""All that hangs on one customer: who looked after it, its tiers, its energy, its last visits."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.labels import labels_of
from cmledger.ledger.provenance import entries_of, field_sources, source_cell
from cmledger.ledger.tables import table
from cmledger.records.history import SourceCell


def manager_spans(connection: Connection, customer_id: int) -> list[tuple[str, str, str]]:
    """(from, to, manager), the latest first."""
    held, manager = table("customer_manager"), table("manager")
    query = (
        sa.select(held.c.valid_from, held.c.valid_to, manager.c.person_key)
        .join(manager, manager.c.id == held.c.manager_id)
        .where(held.c.customer_id == customer_id)
        .order_by(held.c.valid_from.desc())
    )
    return [(since, until, name) for since, until, name in connection.execute(query)]


def tier_history(connection: Connection, customer_id: int) -> list[tuple[str, str, str]]:
    """(from, to, tier), the latest first."""
    held = table("customer_tier")
    query = (
        sa.select(held.c.valid_from, held.c.valid_to, held.c.tier)
        .where(held.c.customer_id == customer_id)
        .order_by(held.c.valid_from.desc())
    )
    return [(since, until, tier) for since, until, tier in connection.execute(query)]


def energy_of(
    connection: Connection, customer_id: int, years: int
) -> dict[int, dict[int, int | None]]:
    """year -> month (0: the whole year) -> kWh in thousandths, of the latest years with any; the newest first."""
    consumption = table("consumption")
    of_customer = consumption.c.customer_id == customer_id
    latest = sa.select(consumption.c.year).where(of_customer).distinct()
    wanted = list(connection.scalars(latest.order_by(consumption.c.year.desc()).limit(years)))
    found: dict[int, dict[int, int | None]] = {year: {} for year in wanted}
    query = sa.select(consumption.c.year, consumption.c.month, consumption.c.kwh)
    rows = query.where(of_customer, consumption.c.year.in_(wanted)).order_by(consumption.c.month)
    for year, month, kwh in connection.execute(rows):
        found[year][month] = kwh
    return found


def last_visits(connection: Connection, customer_id: int, most: int) -> tuple[int, list[int]]:
    """How many visits a customer had, and the ids of the latest, the newest first."""
    visit = table("visit")
    of_customer = visit.c.customer_id == customer_id
    count = connection.scalar(sa.select(sa.func.count()).where(of_customer)) or 0
    query = sa.select(visit.c.id).where(of_customer)
    latest = query.order_by(visit.c.visited_on.desc(), visit.c.id.desc()).limit(most)
    return count, list(connection.scalars(latest))


def contact_ids(connection: Connection, customer_id: int) -> list[int]:
    """The ids of a customer's contacts."""
    contact = table("contact")
    query = sa.select(contact.c.id).where(contact.c.customer_id == customer_id)
    return list(connection.scalars(query.order_by(contact.c.id)))


def open_matters(connection: Connection, customer_id: int, day: str) -> list[int]:
    """The ids of what is still to be dealt with on a day, the oldest first."""
    matter = table("matter")
    query = sa.select(matter.c.id).where(
        matter.c.customer_id == customer_id,
        matter.c.opened_on <= day,
        sa.or_(matter.c.closed_on.is_(None), matter.c.closed_on > day),
    )
    return list(connection.scalars(query.order_by(matter.c.opened_on, matter.c.id)))


def services_since(connection: Connection, customer_id: int, first: str, day: str) -> list[int]:
    """The ids of the items done without a visit between two days, the latest first."""
    done = table("service_done")
    query = sa.select(done.c.id).where(
        done.c.customer_id == customer_id,
        done.c.visit_id.is_(None),
        done.c.done_on.between(first, day),
    )
    return list(connection.scalars(query.order_by(done.c.done_on.desc(), done.c.id.desc())))


def date_ids(connection: Connection, customer_id: int) -> list[int]:
    """The ids of a customer's days of the year, in their order."""
    days = table("customer_date")
    query = sa.select(days.c.id).where(days.c.customer_id == customer_id)
    return list(connection.scalars(query.order_by(days.c.day, days.c.id)))


def merged_into(connection: Connection, customer_id: int) -> str | None:
    """The 户号 of the customer this one was merged into, where it was."""
    customer = table("customer")
    other = connection.scalar(
        sa.select(customer.c.merged_into_id).where(customer.c.id == customer_id)
    )
    return labels_of(connection, {"customer": [other]})["customer", other] if other else None


def sources_of(
    connection: Connection, name: str, row_id: int, fields: Sequence[str]
) -> dict[str, SourceCell]:
    """Full field name -> where its present value came from."""
    if name == "customer":
        return field_sources(connection, row_id)
    found: dict[str, SourceCell] = {}
    for entry in entries_of(connection, name, [row_id]):
        for field in fields:
            if _wrote(entry, field.partition(".")[2]):
                found[field] = source_cell(entry, field)
    return found


def _wrote(entry: dict[str, Any], face: str) -> bool:
    return entry["before"] is None or any(
        f'"{column}":' in entry["before"] for column in (face, f"{face}_id")
    )
