"""Fields that must fit each other or a closed list of words: keys, days, the month's plan, what a visit's items repeat."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection

from cmledger.ledger.chains import FLIPS
from cmledger.ledger.checks.found import identity
from cmledger.ledger.checks.values import broken_value, distinct_values, rows_holding
from cmledger.ledger.tables import table
from cmledger.records.assignment import FIXED_BASIS, HANDOVER_BASIS, TERRITORY_BASIS
from cmledger.records.checks import Broken
from cmledger.records.cycles import day_of_year, parse_cycle
from cmledger.wording import checks as say

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_BASES = frozenset((TERRITORY_BASIS, FIXED_BASIS, HANDOVER_BASIS))
_DECISIONS = frozenset(("distinct", "into-first", "into-second"))
_NOTICES = frozenset(("notice", "agreement"))
_OUTAGES = frozenset(("planned", "temporary", "fault"))


def value_words(connection: Connection) -> Iterator[Broken]:
    """Columns that hold one of a few words, or a text of one form."""
    for name, field, sound in _WORDS:
        column = table(name).c[field]
        for batch in distinct_values(connection, column):
            yield from rows_holding(connection, column, [v for v in batch if not sound(v)])


def _is_cycle(text: str) -> bool:
    try:
        parse_cycle(text)
    except ValueError:
        return False
    return True


def _is_minute(text: str) -> bool:
    try:
        return _MINUTE.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


_WORDS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("customer_manager", "basis", _BASES.__contains__),
    ("duplicate", "decision", _DECISIONS.__contains__),
    ("outage_notice", "notice_kind", _NOTICES.__contains__),
    ("outage", "outage_kind", _OUTAGES.__contains__),
    ("customer_plan", "cycle", _is_cycle),
    ("customer_date", "day", lambda text: day_of_year(text) is not None),
    ("planned_visit", "month", lambda text: _MONTH.fullmatch(text) is not None),
    ("outage", "begins_at", _is_minute),
    ("outage", "ends_at", _is_minute),
    ("outage_notice", "told_at", _is_minute),
)


def derived_keys(connection: Connection) -> Iterator[Broken]:
    """The parts of a key that stand for another column; 0: not named. An outage of an area has no line in its key."""
    outage = table("outage")
    of_line = sa.func.coalesce(outage.c.line_id, 0)
    for name, key, source in (
        ("duty_done", "manager_key", "manager_id"),
        ("duty_done", "grid_key", "grid_id"),
        ("outage", "area_key", "transformer_area_id"),
    ):
        whole = table(name)
        wrong = whole.c[key] != sa.func.coalesce(whole.c[source], 0)
        yield from _unfit(connection, whole.c[key], wrong)
    line_key = sa.case((outage.c.transformer_area_id.is_not(None), 0), else_=of_line)
    wrong = sa.and_(outage.c.line_key != line_key, ~_flipped("outage", outage.c.id))
    yield from _unfit(connection, outage.c.line_key, wrong)


def days_in_order(connection: Connection) -> Iterator[Broken]:
    """Nothing is closed before it was opened, no outage ends before it begins."""
    matter, outage = table("matter"), table("outage")
    for start, end, wrong in (
        (matter.c.opened_on, matter.c.closed_on, matter.c.closed_on < matter.c.opened_on),
        (outage.c.begins_at, outage.c.ends_at, outage.c.ends_at <= outage.c.begins_at),
    ):
        name = start.table.name
        row_id = start.table.c.id
        query = sa.select(row_id, start, end).where(wrong, ~_flipped(name, row_id))
        for row_id, *span in connection.execute(query):
            yield Broken(say.SPAN.format(start=span[0], end=span[1]), name, row_id)


def plan_months(connection: Connection) -> Iterator[Broken]:
    """A planned day lies in the month of its plan."""
    planned = table("planned_visit")
    elsewhere = sa.func.substr(planned.c.planned_on, 1, 7) != planned.c.month
    wrong = sa.and_(elsewhere, ~_flipped("planned_visit", planned.c.id))
    query = sa.select(planned.c.id, planned.c.month, planned.c.planned_on).where(wrong)
    for row_id, month, day in connection.execute(query):
        yield Broken(say.NOT_IN_MONTH.format(month=month, day=day), "planned_visit", row_id)


def items_of_visits(connection: Connection) -> Iterator[Broken]:
    """An item done at a visit is of the visit's customer and day."""
    done, visit = table("service_done"), table("visit")
    query = (
        sa.select(done.c.id, done.c.done_on, visit.c.visited_on)
        .join(visit, visit.c.id == done.c.visit_id)
        .where(
            sa.or_(done.c.done_on != visit.c.visited_on, done.c.customer_id != visit.c.customer_id),
            ~_flipped("service_done", done.c.id),
            ~_flipped("visit", visit.c.id),
        )
    )
    for row_id, day, visited_on in connection.execute(query):
        told = say.NOT_OF_VISIT.format(day=day, visited_on=visited_on)
        yield Broken(told, "service_done", row_id)


def _unfit(
    connection: Connection, column: Column[Any], wrong: sa.ColumnElement[bool]
) -> Iterator[Broken]:
    for row_id, value in connection.execute(sa.select(identity(column.table), column).where(wrong)):
        yield broken_value(column, row_id, value)


def _flipped(name: str, row_id: sa.ColumnElement[int]) -> sa.Exists:
    """Whether an undo or redo was about the row: each field is then what its latest live operation wrote.

    Two operations may have written fields that fit only together; `journal_values` holds such rows to what they are.
    """
    entry, operation = table("entry"), table("operation")
    flipped = sa.select(operation.c.target_id).where(operation.c.command.in_(FLIPS))
    return sa.exists().where(
        entry.c.table_name == name,
        entry.c.row_id == row_id,
        entry.c.operation_id.in_(flipped),
    )
