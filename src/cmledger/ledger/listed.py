"""Where the rows of each kind come from: tables joined, and what stands behind each face of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause

from cmledger.ledger.plans import plan_rows
from cmledger.ledger.tables import table
from cmledger.records.forms import EXPORTED
from cmledger.records.outages import NOTICE_PREFIX, PREFIX

ROW_ID = "row_id"
"""The face by which a row is the same whatever becomes of its fields; of every kind."""
NUMBERS = {"matter": "m", "arrears_contact": "c", "duty_done": "d"}
"""table -> what the numbers of its records begin with, by which a person names one of several of a day."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a kind's rows come from, in the order they are listed."""

    rows: FromClause
    faces: dict[str, ColumnElement[Any]]
    order: tuple[ColumnElement[Any], ...]


def _own(name: str) -> dict[str, ColumnElement[Any]]:
    """A table's own columns as faces; references are no faces, and the row's id goes by another name."""
    own = {c.name: c for c in table(name).columns if c.name != "id" and not c.name.endswith("_id")}
    return {**own, ROW_ID: table(name).c.id}


def _customers(day: str) -> Source:
    customer, office, manager = table("customer"), table("office"), table("manager")
    line, area, grid = table("line"), table("transformer_area"), table("grid")
    held, tier = table("customer_manager"), table("customer_tier")
    rows = (
        customer.join(office, office.c.id == customer.c.office_id)
        .outerjoin(line, line.c.id == customer.c.line_id)
        .outerjoin(area, area.c.id == customer.c.transformer_area_id)
        .outerjoin(grid, grid.c.id == customer.c.grid_id)
        .outerjoin(held, _on(held, day))
        .outerjoin(manager, manager.c.id == held.c.manager_id)
        .outerjoin(tier, _on(tier, day))
    )
    faces = {
        **_own("customer"),
        "office": office.c.name,
        "line": line.c.name,
        "transformer_area": area.c.name,
        "grid": grid.c.name,
        "grid_kind": grid.c.grid_kind,
        "manager": manager.c.person_key,
        "tier": tier.c.tier,
        "last_visit": _last_visit(day),
    }
    return Source(rows, faces, (customer.c.id,))


def _last_visit(day: str) -> ColumnElement[Any]:
    """The day of a customer's last visit by that day."""
    visit = table("visit")
    own = sa.and_(visit.c.customer_id == table("customer").c.id, visit.c.visited_on <= day)
    return sa.select(sa.func.max(visit.c.visited_on)).where(own).scalar_subquery()


def _on(spans: sa.Table, day: str) -> ColumnElement[bool]:
    """A customer's span of that day."""
    return sa.and_(
        spans.c.customer_id == table("customer").c.id,
        spans.c.valid_from <= day,
        spans.c.valid_to > day,
    )


def _managers(_day: str) -> Source:
    manager, office = table("manager"), table("office")
    rows = manager.join(office, office.c.id == manager.c.office_id)
    return Source(rows, {**_own("manager"), "office": office.c.name}, (manager.c.id,))


def _trainings(_day: str) -> Source:
    training, manager, office = table("training"), table("manager"), table("office")
    rows = training.join(manager, manager.c.id == training.c.manager_id).join(
        office, office.c.id == manager.c.office_id
    )
    faces = {**_own("training"), "manager": manager.c.person_key, "office": office.c.name}
    return Source(rows, faces, (training.c.trained_on, training.c.id))


def _lines(_day: str) -> Source:
    line, office = table("line"), table("office")
    rows = line.join(office, office.c.id == line.c.office_id)
    return Source(rows, {**_own("line"), "office": office.c.name}, (line.c.id,))


def _transformer_areas(_day: str) -> Source:
    area, office = table("transformer_area"), table("office")
    line, manager = table("line"), table("manager")
    rows = (
        area.join(office, office.c.id == area.c.office_id)
        .outerjoin(line, line.c.id == area.c.line_id)
        .outerjoin(manager, manager.c.id == area.c.manager_id)
    )
    faces = {
        **_own("transformer_area"),
        "office": office.c.name,
        "line": line.c.name,
        "manager": manager.c.person_key,
    }
    return Source(rows, faces, (area.c.id,))


def _grids(_day: str) -> Source:
    grid, office, manager = table("grid"), table("office"), table("manager")
    rows = grid.join(office, office.c.id == grid.c.office_id).outerjoin(
        manager, manager.c.id == grid.c.manager_id
    )
    faces = {**_own("grid"), "office": office.c.name, "manager": manager.c.person_key}
    return Source(rows, faces, (grid.c.id,))


def _liaisons(_day: str) -> Source:
    liaison, grid, office = table("liaison"), table("grid"), table("office")
    rows = liaison.join(grid, grid.c.id == liaison.c.grid_id).join(
        office, office.c.id == grid.c.office_id
    )
    faces = {**_own("liaison"), "grid": grid.c.name, "office": office.c.name}
    return Source(rows, faces, (liaison.c.grid_id, liaison.c.id))


def _contacts(_day: str) -> Source:
    contact, customer, office = table("contact"), table("customer"), table("office")
    rows = contact.join(customer, customer.c.id == contact.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    faces = {
        **_own("contact"),
        "account_no": customer.c.account_no,
        "customer": customer.c.name,
        "office": office.c.name,
    }
    return Source(rows, faces, (contact.c.customer_id, contact.c.id))


def _plans(_day: str) -> Source:
    plan, customer, office = plan_rows(), table("customer"), table("office")
    rows = plan.join(customer, customer.c.id == plan.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    own = {name: plan.c[name] for name in ("service", "cycle", "valid_from", "valid_to", "remark")}
    faces = {**own, ROW_ID: plan.c.id, **_whose(), "office": office.c.name}
    return Source(rows, faces, (plan.c.id,))


def _dates(_day: str) -> Source:
    day, customer, office = table("customer_date"), table("customer"), table("office")
    rows = day.join(customer, customer.c.id == day.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    faces = {**_own("customer_date"), **_whose(), "office": office.c.name}
    return Source(rows, faces, (day.c.customer_id, day.c.id))


def _consumption(_day: str) -> Source:
    consumption, customer, office = table("consumption"), table("customer"), table("office")
    rows = consumption.join(customer, customer.c.id == consumption.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    faces = {**_own("consumption"), **_whose(), "office": office.c.name}
    order = (consumption.c.customer_id, consumption.c.year, consumption.c.month)
    return Source(rows, faces, order)


def _visits(_day: str) -> Source:
    visit, customer, office = table("visit"), table("customer"), table("office")
    manager, done = table("manager"), table("service_done")
    rows = (
        visit.join(customer, customer.c.id == visit.c.customer_id)
        .join(office, office.c.id == customer.c.office_id)
        .outerjoin(manager, manager.c.id == visit.c.manager_id)
    )
    services = (
        sa.select(sa.func.aggregate_strings(done.c.service, ","))
        .where(done.c.visit_id == visit.c.id)
        .scalar_subquery()
    )
    faces = {
        **_own("visit"),
        **_whose(),
        "office": office.c.name,
        "manager": manager.c.person_key,
        "services": services,
        "form_id": sa.func.coalesce(visit.c.form_id, EXPORTED + sa.cast(visit.c.id, sa.String)),
    }
    return Source(rows, faces, (visit.c.visited_on, visit.c.id))


def _services_done(_day: str) -> Source:
    done = table("service_done")
    rows, faces = _of_customers(done, done.c.visit_id.is_(None))
    return Source(rows, faces, (done.c.done_on, done.c.id))


def _duties(_day: str) -> Source:
    done, office, manager, grid = (table(n) for n in ("duty_done", "office", "manager", "grid"))
    rows = (
        done.join(office, office.c.id == done.c.office_id)
        .outerjoin(manager, manager.c.id == done.c.manager_id)
        .outerjoin(grid, grid.c.id == done.c.grid_id)
    )
    faces = {
        **_own("duty_done"),
        "office": office.c.name,
        "manager": manager.c.person_key,
        "grid": grid.c.name,
        "number": _numbered(done),
    }
    return Source(rows, faces, (done.c.done_on, done.c.id))


def _matters(_day: str) -> Source:
    rows, faces = _of_customers(matter := table("matter"))
    return Source(rows, faces, (matter.c.opened_on, matter.c.id))


def _events(_day: str) -> Source:
    rows, faces = _of_customers(event := table("customer_event"))
    return Source(rows, faces, (event.c.happened_on, event.c.id))


def _arrears_contacts(_day: str) -> Source:
    rows, faces = _of_customers(contact := table("arrears_contact"))
    return Source(rows, faces, (contact.c.contacted_on, contact.c.id))


def _of_customers(
    own: sa.Table, only: ColumnElement[bool] | None = None
) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    """Records of customers, with their managers where they have any; only: which of the table."""
    customer, office, manager = table("customer"), table("office"), table("manager")
    whose = customer.c.id == own.c.customer_id
    rows: FromClause = own.join(customer, whose if only is None else sa.and_(whose, only))
    rows = rows.join(office, office.c.id == customer.c.office_id)
    faces = {**_own(own.name), **_whose(), "office": office.c.name}
    if "manager_id" in own.c:
        rows = rows.outerjoin(manager, manager.c.id == own.c.manager_id)
        faces["manager"] = manager.c.person_key
    if own.name in NUMBERS:
        faces["number"] = _numbered(own)
    return rows, faces


def _numbered(own: sa.Table) -> ColumnElement[Any]:
    return NUMBERS[own.name] + sa.cast(own.c.id, sa.String)


def _planned_visits(_day: str) -> Source:
    planned, customer, office = table("planned_visit"), table("customer"), table("office")
    manager, line = table("manager"), table("line")
    rows = (
        planned.join(customer, customer.c.id == planned.c.customer_id)
        .join(office, office.c.id == customer.c.office_id)
        .outerjoin(manager, manager.c.id == planned.c.manager_id)
        .outerjoin(line, line.c.id == customer.c.line_id)
    )
    faces = {
        **_own("planned_visit"),
        **_whose(),
        "office": office.c.name,
        "line": line.c.name,
        "manager": manager.c.person_key,
    }
    order = (planned.c.month, planned.c.manager_id, planned.c.planned_on, planned.c.id)
    return Source(rows, faces, order)


def _whose() -> dict[str, ColumnElement[Any]]:
    """Whose record it is."""
    customer = table("customer")
    return {"account_no": customer.c.account_no, "name": customer.c.name}


def _duplicates(_day: str) -> Source:
    pair = table("duplicate")
    first, second = table("customer"), table("customer").alias("second")
    office = table("office")
    rows = (
        pair.join(first, first.c.id == pair.c.first_id)
        .join(second, second.c.id == pair.c.second_id)
        .join(office, office.c.id == first.c.office_id)
    )
    faces = {
        **_own("duplicate"),
        "first": first.c.account_no,
        "second": second.c.account_no,
        "office": office.c.name,
    }
    return Source(rows, faces, (pair.c.id,))


def _outages(_day: str) -> Source:
    outage, office = table("outage"), table("office")
    line, area = table("line"), table("transformer_area")
    rows = (
        outage.join(office, office.c.id == outage.c.office_id)
        .outerjoin(line, line.c.id == outage.c.line_id)
        .outerjoin(area, area.c.id == outage.c.transformer_area_id)
    )
    faces = {
        **_own("outage"),
        "outage": PREFIX + sa.cast(outage.c.id, sa.String),
        "office": office.c.name,
        "line": line.c.name,
        "transformer_area": area.c.name,
    }
    return Source(rows, faces, (outage.c.begins_at, outage.c.id))


def _outage_notices(_day: str) -> Source:
    notice, customer, office = table("outage_notice"), table("customer"), table("office")
    manager = table("manager")
    rows = (
        notice.join(customer, customer.c.id == notice.c.customer_id)
        .join(office, office.c.id == customer.c.office_id)
        .outerjoin(manager, manager.c.id == notice.c.manager_id)
    )
    faces = {
        **_own("outage_notice"),
        "notice": NOTICE_PREFIX + sa.cast(notice.c.id, sa.String),
        **_whose(),
        "outage": PREFIX + sa.cast(notice.c.outage_id, sa.String),
        "office": office.c.name,
        "manager": manager.c.person_key,
    }
    return Source(
        rows, faces, (notice.c.outage_id, notice.c.customer_id, notice.c.told_at, notice.c.id)
    )


SOURCES: dict[str, Callable[[str], Source]] = {
    "customers": _customers,
    "managers": _managers,
    "trainings": _trainings,
    "consumption": _consumption,
    "visits": _visits,
    "planned-visits": _planned_visits,
    "services": _services_done,
    "duties": _duties,
    "matters": _matters,
    "events": _events,
    "arrears-contacts": _arrears_contacts,
    "grids": _grids,
    "liaisons": _liaisons,
    "lines": _lines,
    "transformer-areas": _transformer_areas,
    "contacts": _contacts,
    "plans": _plans,
    "dates": _dates,
    "outages": _outages,
    "outage-notices": _outage_notices,
    "duplicates": _duplicates,
}
