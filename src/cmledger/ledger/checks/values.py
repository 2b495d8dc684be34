"""Stored forms as the tables declare them: days, moments, flags, JSON, text; keys derived from other columns."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table

from cmledger.ledger.checks.found import identity
from cmledger.ledger.customers import KEY_DIGITS
from cmledger.ledger.dialect import chunks, portions
from cmledger.ledger.tables import (
    ROW_TABLES,
    SPAN_TABLES,
    Base,
    Day,
    Flag,
    Json,
    Moment,
    metadata,
    table,
)
from cmledger.records.checks import Broken
from cmledger.wording import checks as say

_FETCH = 10_000
_SHOWN = 40

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


Snapshot = Connection
"""What `Ledger.reading()` gives, for those who hand it on without knowing SQL."""


def column_of(field: str) -> Column[Any] | None:
    """The stored column of a layout's "table.field"; None where the field is only a face."""
    name, _, column = field.partition(".")
    whole = metadata.tables.get(name)
    return None if whole is None else whole.c.get(column)


def distinct_values(connection: Connection, column: Column[Any]) -> Iterator[list[Any]]:
    """The different values of a column but NULL, many at a time."""
    query = sa.select(column).where(column.is_not(None)).distinct()
    for batch in portions(connection, query, _FETCH):
        yield [row[0] for row in batch]


def rows_holding(
    connection: Connection,
    column: Column[Any],
    values: list[Any],
    shown: Callable[[str], str] = str,
) -> Iterator[Broken]:
    """The rows whose column holds one of these (wrong) values. shown: hides what is personal."""
    whole = column.table
    assert isinstance(whole, Table)
    for part in chunks(values):
        query = sa.select(identity(whole), column).where(column.in_(part))
        for row_id, value in connection.execute(query):
            yield broken_value(column, row_id, shown(str(value)))


def broken_value(column: Column[Any], row_id: int, value: object) -> Broken:
    """A row whose column holds a wrong value."""
    text = str(value)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Broken(say.VALUE.format(column=column.name, value=shown), _name_of(column.table), row_id)


def _name_of(table: sa.FromClause) -> str:
    assert isinstance(table, Table)
    return table.name


def stored_values(connection: Connection) -> Iterator[Broken]:
    """Every column declared a day, a moment, a flag or JSON holds one; no text is empty; months are months."""
    for column, sound in _declared():
        for batch in distinct_values(connection, column):
            wrong = [value for value in batch if not sound(value)]
            yield from rows_holding(connection, column, wrong)
    for whole in (*ROW_TABLES.values(), *SPAN_TABLES.values()):
        yield from _empty_texts(connection, whole)


def _empty_texts(connection: Connection, whole: Table) -> Iterator[Broken]:
    texts = [column for column in whole.columns if isinstance(column.type, sa.Text)]
    if not texts:
        return
    query = sa.select(identity(whole), *texts).where(sa.or_(*(c == "" for c in texts)))
    for row_id, *values in connection.execute(query):
        for column, value in zip(texts, values, strict=True):
            if value == "":
                yield Broken(say.EMPTY_TEXT.format(column=column.name), whole.name, row_id)


# --- what a declaration says -----------------------------------------------------------------------


def _declared() -> Iterator[tuple[Column[Any], Callable[[Any], bool]]]:
    """Each column whose declaration says more than text or number, and the test of its values."""
    tests = {id(form.__metadata__[0]): sound for form, sound in _SOUND}
    for mapper in Base.registry.mappers:
        hints = get_type_hints(mapper.class_, include_extras=True)
        for column in metadata.tables[mapper.class_.__tablename__].columns:
            for form in _annotated(hints.get(column.name)):
                if id(form) in tests:
                    yield column, tests[id(form)]
    yield table("consumption").c.month, _is_month


def _annotated(hint: Any) -> Iterator[Any]:
    """What Mapped[Day] or Mapped[Day | None] is annotated with."""
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
    elif get_origin(hint) is not None:
        for inner in get_args(hint):
            if get_origin(inner) in (Annotated, Union, UnionType):
                yield from _annotated(inner)


def _is_day(value: object) -> bool:
    try:
        return (
            isinstance(value, str)
            and _DAY.fullmatch(value) is not None
            and (date.fromisoformat(value) is not None)
        )
    except ValueError:
        return False


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_flag(value: object) -> bool:
    return value in (0, 1)


def _is_month(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= 12


def _is_json(value: object) -> bool:
    try:
        json.loads(str(value))
    except ValueError:
        return False
    return True


_SOUND: tuple[tuple[Any, Callable[[Any], bool]], ...] = (
    (Day, _is_day),
    (Moment, _is_moment),
    (Flag, _is_flag),
    (Json, _is_json),
)


# --- keys that repeat other columns ----------------------------------------------------------------


def account_keys(connection: Connection) -> Iterator[Broken]:
    """A customer's key is the end of the 户号."""
    customer = table("customer")
    end = sa.func.substr(
        customer.c.account_no, sa.func.length(customer.c.account_no) - KEY_DIGITS + 1
    )
    query = sa.select(customer.c.id, customer.c.account_key).where(customer.c.account_key != end)
    for row_id, key in connection.execute(query):
        yield broken_value(customer.c.account_key, row_id, key)


def visit_managers(connection: Connection) -> Iterator[Broken]:
    """The manager in a visit's key is the visit's manager; 0: not named."""
    visit = table("visit")
    query = sa.select(visit.c.id, visit.c.manager_key).where(
        visit.c.manager_key != sa.func.coalesce(visit.c.manager_id, 0)
    )
    for row_id, key in connection.execute(query):
        yield broken_value(visit.c.manager_key, row_id, key)
