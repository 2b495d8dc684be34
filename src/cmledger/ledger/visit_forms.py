"""What a visitor is told of customers beforehand: facts, the last visits and opinions, open matters, the day planned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.customers import account_key
from cmledger.ledger.dialect import chunks
from cmledger.ledger.listing import rows_with
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.tables import table
from cmledger.records.visit_forms import Known, OpenMatter, PastVisit

FACES: Final = (
    "line", "transformer_area", "grid", "voltage", "contract_capacity_kva", "operating_capacity_kva",
    "tariff_class", "customer_class", "importance", "channel", "own_source",
)  # fmt: skip
_OPINIONS: Final = 3
"""So many of the last opinions are told."""
_LATE: Final = "9999"
"""After every day: of what has no day."""


def known_of(connection: Connection, accounts: Sequence[str], as_of: date) -> dict[str, Known]:
    """By last ten digits of 户号, what is known of these customers on that day."""
    day = as_of.isoformat()
    keys = sorted({account_key(account) for account in accounts})
    faces = ("account_no", *FACES)
    found: dict[int, tuple[str, Mapping[str, Any]]] = {}
    for row_id, account_no, *facts in rows_with(
        connection, "customers", "account_no", keys, faces, day
    ):
        found[row_id] = account_key(account_no), dict(zip(FACES, facts, strict=True))
    ids = sorted(found)
    visits, matters = _visits(connection, ids, day), _matters(connection, ids, day)
    return {
        key: Known(facts, tuple(visits.get(i, ())), tuple(matters.get(i, ())))
        for i, (key, facts) in found.items()
    }


def _visits(connection: Connection, ids: Sequence[int], day: str) -> dict[int, list[PastVisit]]:
    """The last visit of each, and the last ones with an opinion."""
    visit, manager = table("visit"), table("manager")
    newest = (visit.c.visited_on.desc(), visit.c.sequence.desc(), visit.c.id.desc())
    opinion = sa.case((visit.c.opinion.is_not(None), 1), else_=0)
    found: dict[int, list[PastVisit]] = defaultdict(list)
    for part in chunks(ids):
        of = visit.c.customer_id
        place = sa.func.row_number().over(partition_by=of, order_by=newest)
        spoken = sa.func.row_number().over(partition_by=(of, opinion), order_by=newest)
        ranked = (
            sa.select(
                of, visit.c.visited_on, visit.c.manager_id, visit.c.method, visit.c.content,
                visit.c.opinion, place.label("place"), spoken.label("spoken"),
            )
            .where(of.in_(part), visit.c.visited_on <= day)
            .subquery()
        )  # fmt: skip
        named = sa.and_(ranked.c.opinion.is_not(None), ranked.c.spoken <= _OPINIONS)
        query = (
            sa.select(
                ranked.c.customer_id, ranked.c.visited_on, manager.c.name, ranked.c.method,
                ranked.c.content, ranked.c.opinion,
            )
            .select_from(ranked.outerjoin(manager, manager.c.id == ranked.c.manager_id))
            .where(sa.or_(ranked.c.place == 1, named))
            .order_by(ranked.c.customer_id, ranked.c.place)
        )  # fmt: skip
        for customer, on, name, *told in connection.execute(query):
            found[customer].append(PastVisit(date.fromisoformat(on), name, *told))
    return found


def _matters(connection: Connection, ids: Sequence[int], day: str) -> dict[int, list[OpenMatter]]:
    """What was open on that day, what has the earliest limit first."""
    matter = table("matter")
    found: dict[int, list[OpenMatter]] = defaultdict(list)
    for part in chunks(ids):
        query = (
            sa.select(
                matter.c.customer_id, matter.c.matter_kind, matter.c.opened_on,
                matter.c.content, matter.c.due_by,
            )
            .where(
                matter.c.customer_id.in_(part),
                matter.c.opened_on <= day,
                sa.or_(matter.c.closed_on.is_(None), matter.c.closed_on > day),
            )
            .order_by(
                matter.c.customer_id, sa.func.coalesce(matter.c.due_by, _LATE),
                matter.c.opened_on, matter.c.id,
            )
        )  # fmt: skip
        for customer, kind, opened, content, due in connection.execute(query):
            limit = date.fromisoformat(due) if due else None
            found[customer].append(OpenMatter(kind, date.fromisoformat(opened), content, limit))
    return found


def planned_days(
    connection: Connection, accounts: Sequence[str]
) -> dict[tuple[str, str, str], date]:
    """(last ten digits, service, period) -> the day the month's plan sets."""
    planned, customer = table("planned_visit"), table("customer")
    found = {}
    for part in chunks(sorted({account_key(account) for account in accounts})):
        query = (
            sa.select(
                customer.c.account_key, planned.c.service, planned.c.period, planned.c.planned_on
            )
            .join(customer, customer.c.id == planned.c.customer_id)
            .where(customer.c.account_key.in_(part), planned.c.planned_on.is_not(None))
        )
        for key, service, period, day in connection.execute(query):
            found[key, service, period] = date.fromisoformat(day)
    return found


class PlannedRow(NamedTuple):
    """A due that has a day in a plan. month: YYYY-MM; manager_id: None: the plan says nobody."""

    month: str
    day: date
    manager_id: int | None


def planned_of(
    connection: Connection, month: str, today: date, narrow: Narrow
) -> dict[tuple[str, str, str], PlannedRow]:
    """(last ten digits, service, period) -> where the plan of the month has it, or that of another one with a day to come.

    narrow: offices and lines; its managers are not looked at.
    """
    planned, customer = table("planned_visit"), table("customer")
    query = (
        sa.select(
            customer.c.account_key, planned.c.service, planned.c.period, planned.c.month,
            planned.c.planned_on, planned.c.manager_id,
        )
        .join(customer, customer.c.id == planned.c.customer_id)
        .where(
            planned.c.planned_on.is_not(None),
            sa.or_(planned.c.month == month, planned.c.planned_on >= today.isoformat()),
            *Narrow(narrow.offices, narrow.lines).conditions(customer, customer),
        )
    )  # fmt: skip
    return {
        (key, service, period): PlannedRow(of, date.fromisoformat(day), manager_id)
        for key, service, period, of, day, manager_id in connection.execute(query)
    }
