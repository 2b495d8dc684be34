"""The rows of a kind as people know them: names instead of ids, manager and tier as of a day; streamed.

A face is what a layout calls a column (account_no, line, manager …); its order here is of no meaning.
"""

import json
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause

from cmledger.ledger.customers import account_key
from cmledger.ledger.dialect import chunks, portions, raw_rows
from cmledger.ledger.plans import day_after, last_day, plan_rows
from cmledger.ledger.tables import FOREVER, table
from cmledger.records.forms import EXPORTED
from cmledger.records.intake import Parsed
from cmledger.records.outages import NOTICE_PREFIX, PREFIX

_FETCH = 2000
ROW_ID = "row_id"
"""The face by which a row is the same whatever becomes of its fields; of every kind."""

Condition = tuple[str, Parsed] | tuple[str, Parsed, str]
"""A face and the stored form it must have; None: unknown; several words: all of them.

A third part compares otherwise: != (the unknown is another value, too), < <= > >=, ~ (the text stands in it).
"""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a kind's rows come from, in the order they are listed."""

    rows: FromClause
    faces: dict[str, ColumnElement[Any]]
    order: tuple[ColumnElement[Any], ...]


def listed_kinds() -> tuple[str, ...]:
    """The kinds that can be listed."""
    return tuple(_SOURCES)


def count_rows(
    connection: Connection, kind: str, day: str, conditions: Sequence[Condition] = ()
) -> int:
    """How many rows of the kind meet all conditions."""
    source = _SOURCES[kind](day)
    query = sa.select(sa.func.count()).select_from(source.rows)
    return int(connection.execute(query.where(*_met(source, conditions))).scalar_one())


def stream_rows(
    connection: Connection,
    kind: str,
    faces: Sequence[str],
    day: str,
    conditions: Sequence[Condition] = (),
    limit: int | None = None,
) -> Iterator[Sequence[Any]]:
    """Rows of the kind as stored forms aligned with `faces`, a batch in memory at a time.

    `services` is a tuple of codes, `extras` a dict of what the office's own columns held.
    """
    source = _SOURCES[kind](day)
    query = (
        sa.select(*(source.faces[face].label(face) for face in faces))
        .select_from(source.rows)
        .where(*_met(source, conditions))
        .order_by(*source.order)
        .limit(limit)
    )
    unpack = [(i, UNPACKED[face]) for i, face in enumerate(faces) if face in UNPACKED]
    for batch in portions(connection, query, _FETCH):
        if not unpack:
            yield from batch
            continue
        for row in batch:
            values = list(row)
            for position, opened in unpack:
                if values[position] is not None:
                    values[position] = opened(values[position])
            yield values


def faces_of(kind: str) -> dict[str, ColumnElement[Any]]:
    """The faces of a kind: the columns of the ledger that they show."""
    return _SOURCES[kind](FOREVER).faces


def rows_of_ids(
    connection: Connection, kind: str, faces: Sequence[str], day: str, ids: Sequence[int]
) -> Iterator[Sequence[Any]]:
    """Those of these rows (ids in order) that there are: each its id, then stored forms aligned with `faces`."""
    key = _SOURCES[kind](day).faces[ROW_ID]
    for part in chunks(ids):
        wanted = set(part)
        for row in _with(connection, kind, among(key, part), faces, day):
            if row[0] in wanted:
                yield row


def rows_with(
    connection: Connection,
    kind: str,
    face: str,
    values: Sequence[Any],
    faces: Sequence[str],
    day: str,
) -> Iterator[Sequence[Any]]:
    """The rows of which `face` is one of `values` (of account_no: its last ten digits), as `rows_of_ids` gives them."""
    faced = _SOURCES[kind](day).faces[face]
    by = table("customer").c.account_key if face == "account_no" else faced
    for part in chunks(values):
        yield from _with(connection, kind, by.in_(part), faces, day)


def among(column: ColumnElement[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """A condition that all rows with these ids (in order) meet, and few others: a range where they stand close.

    A list of thousands of values takes longer to say than a range to read.
    """
    if ids and ids[-1] - ids[0] < 2 * len(ids):
        return column.between(ids[0], ids[-1])
    return column.in_(ids)


def _with(
    connection: Connection, kind: str, met: ColumnElement[bool], faces: Sequence[str], day: str
) -> Iterator[Sequence[Any]]:
    """The rows that meet a condition: each its id, then stored forms aligned with `faces`."""
    source = _SOURCES[kind](day)
    unpack = [(i, UNPACKED[face]) for i, face in enumerate(faces, 1) if face in UNPACKED]
    asked = (source.faces[ROW_ID], *(source.faces[face].label(face) for face in faces))
    for row in raw_rows(connection, sa.select(*asked).select_from(source.rows).where(met)):
        opened = [(i, read) for i, read in unpack if row[i] is not None]
        if opened:
            values = list(row)
            for position, read in opened:
                values[position] = read(values[position])
            yield values
        else:
            yield row


def extra_headers(
    connection: Connection, kind: str, conditions: Sequence[Condition], day: str
) -> list[str]:
    """The office's own columns that any of these rows holds something in, in order of first appearance."""
    source = _SOURCES[kind](day)
    if "extras" not in source.faces:
        return []
    extras = source.faces["extras"]
    query = (
        sa.select(extras)
        .select_from(source.rows)
        .where(extras.is_not(None), *_met(source, conditions))
        .order_by(*source.order)
    )
    headers: dict[str, None] = {}
    for batch in portions(connection, query, _FETCH):
        for (text,) in batch:
            headers.update(dict.fromkeys(json.loads(text)))
    return list(headers)


def _met(source: _Source, conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
    """The conditions in SQL."""
    met: list[ColumnElement[bool]] = []
    for face, value, *rest in conditions:
        expression, sign = source.faces[face], rest[0] if rest else "="
        if face == "valid_to":  # a last day to people, the day after it in the ledger
            value = FOREVER if value is None else day_after(str(value))
        if sign == "=":
            met.append(_equal(face, expression, value))
        elif sign == "!=":
            other = sa.not_(_equal(face, expression, value))
            met.append(other if value is None else sa.or_(expression.is_(None), other))
        elif sign == "~":
            met.append(expression.contains(str(value), autoescape=True))
        else:
            met.append(_COMPARED[str(sign)](expression, value))
    return met


_COMPARED: dict[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _equal(face: str, expression: ColumnElement[Any], value: Parsed) -> ColumnElement[bool]:
    """A face has a value; a manager goes by two names, a 户号 by two forms."""
    if value is None:  # the year as a whole is no month
        return expression == 0 if face == "month" else expression.is_(None)
    if face == "services" and isinstance(value, tuple):
        done, visit = table("service_done"), table("visit")
        return sa.and_(
            *(
                sa.exists().where(done.c.visit_id == visit.c.id, done.c.service == code)
                for code in value
            )
        )
    if face == "special_group":  # several in one text: those asked for must be among them
        groups = sa.literal(",") + expression + sa.literal(",")
        return sa.and_(
            expression.is_not(None),
            *(groups.contains(f",{code},", autoescape=True) for code in str(value).split(",")),
        )
    if face == "manager":
        return sa.or_(expression == value, table("manager").c.name == value)
    if face == "account_no":
        return table("customer").c.account_key == account_key(str(value))
    return expression == value


def _services(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split(",")))


NUMBERS = {"matter": "m", "arrears_contact": "c", "duty_done": "d"}
"""table -> what the numbers of its records begin with, by which a person names one of several of a day."""

UNPACKED: dict[str, Callable[[str], Any]] = {
    "services": _services,
    "extras": json.loads,
    "valid_to": last_day,
}
"""Faces whose stored text holds several things."""


# --- the kinds -----------------------------------------------------------------------------------


def _own(name: str) -> dict[str, ColumnElement[Any]]:
    """A table's own columns as faces; references are no faces, and the row's id goes by another name."""
    own = {c.name: c for c in table(name).columns if c.name != "id" and not c.name.endswith("_id")}
    return {**own, ROW_ID: table(name).c.id}


def _customers(day: str) -> _Source:
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
    return _Source(rows, faces, (customer.c.id,))


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


def _managers(_day: str) -> _Source:
    manager, office = table("manager"), table("office")
    rows = manager.join(office, office.c.id == manager.c.office_id)
    return _Source(rows, {**_own("manager"), "office": office.c.name}, (manager.c.id,))


def _trainings(_day: str) -> _Source:
    training, manager, office = table("training"), table("manager"), table("office")
    rows = training.join(manager, manager.c.id == training.c.manager_id).join(
        office, office.c.id == manager.c.office_id
    )
    faces = {**_own("training"), "manager": manager.c.person_key, "office": office.c.name}
    return _Source(rows, faces, (training.c.trained_on, training.c.id))


def _lines(_day: str) -> _Source:
    line, office = table("line"), table("office")
    rows = line.join(office, office.c.id == line.c.office_id)
    return _Source(rows, {**_own("line"), "office": office.c.name}, (line.c.id,))


def _transformer_areas(_day: str) -> _Source:
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
    return _Source(rows, faces, (area.c.id,))


def _grids(_day: str) -> _Source:
    grid, office, manager = table("grid"), table("office"), table("manager")
    rows = grid.join(office, office.c.id == grid.c.office_id).outerjoin(
        manager, manager.c.id == grid.c.manager_id
    )
    faces = {**_own("grid"), "office": office.c.name, "manager": manager.c.person_key}
    return _Source(rows, faces, (grid.c.id,))


def _liaisons(_day: str) -> _Source:
    liaison, grid, office = table("liaison"), table("grid"), table("office")
    rows = liaison.join(grid, grid.c.id == liaison.c.grid_id).join(
        office, office.c.id == grid.c.office_id
    )
    faces = {**_own("liaison"), "grid": grid.c.name, "office": office.c.name}
    return _Source(rows, faces, (liaison.c.grid_id, liaison.c.id))


def _contacts(_day: str) -> _Source:
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
    return _Source(rows, faces, (contact.c.customer_id, contact.c.id))


def _plans(_day: str) -> _Source:
    plan, customer, office = plan_rows(), table("customer"), table("office")
    rows = plan.join(customer, customer.c.id == plan.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    own = {name: plan.c[name] for name in ("service", "cycle", "valid_from", "valid_to", "remark")}
    faces = {**own, ROW_ID: plan.c.id, **_whose(), "office": office.c.name}
    return _Source(rows, faces, (plan.c.id,))


def _dates(_day: str) -> _Source:
    day, customer, office = table("customer_date"), table("customer"), table("office")
    rows = day.join(customer, customer.c.id == day.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    faces = {**_own("customer_date"), **_whose(), "office": office.c.name}
    return _Source(rows, faces, (day.c.customer_id, day.c.id))


def _consumption(_day: str) -> _Source:
    consumption, customer, office = table("consumption"), table("customer"), table("office")
    rows = consumption.join(customer, customer.c.id == consumption.c.customer_id).join(
        office, office.c.id == customer.c.office_id
    )
    faces = {**_own("consumption"), **_whose(), "office": office.c.name}
    order = (consumption.c.customer_id, consumption.c.year, consumption.c.month)
    return _Source(rows, faces, order)


def _visits(_day: str) -> _Source:
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
    return _Source(rows, faces, (visit.c.visited_on, visit.c.id))


def _services_done(_day: str) -> _Source:
    done = table("service_done")
    rows, faces = _of_customers(done, done.c.visit_id.is_(None))
    return _Source(rows, faces, (done.c.done_on, done.c.id))


def _duties(_day: str) -> _Source:
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
    return _Source(rows, faces, (done.c.done_on, done.c.id))


def _matters(_day: str) -> _Source:
    rows, faces = _of_customers(matter := table("matter"))
    return _Source(rows, faces, (matter.c.opened_on, matter.c.id))


def _events(_day: str) -> _Source:
    rows, faces = _of_customers(event := table("customer_event"))
    return _Source(rows, faces, (event.c.happened_on, event.c.id))


def _arrears_contacts(_day: str) -> _Source:
    rows, faces = _of_customers(contact := table("arrears_contact"))
    return _Source(rows, faces, (contact.c.contacted_on, contact.c.id))


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


def _planned_visits(_day: str) -> _Source:
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
    return _Source(rows, faces, order)


def _whose() -> dict[str, ColumnElement[Any]]:
    """Whose record it is."""
    customer = table("customer")
    return {"account_no": customer.c.account_no, "name": customer.c.name}


def _duplicates(_day: str) -> _Source:
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
    return _Source(rows, faces, (pair.c.id,))


def _outages(_day: str) -> _Source:
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
    return _Source(rows, faces, (outage.c.begins_at, outage.c.id))


def _outage_notices(_day: str) -> _Source:
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
    return _Source(
        rows, faces, (notice.c.outage_id, notice.c.customer_id, notice.c.told_at, notice.c.id)
    )


_SOURCES = {
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
