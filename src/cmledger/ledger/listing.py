"""The rows of a kind as people know them: names instead of ids, manager and tier as of a day; streamed.

A face is what a layout calls a column (account_no, line, manager …); its order here is of no meaning.
"""

import json
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from cmledger.ledger.customers import account_key
from cmledger.ledger.dialect import chunks, portions, raw_rows
from cmledger.ledger.listed import ROW_ID, SOURCES, Source
from cmledger.ledger.plans import day_after, last_day
from cmledger.ledger.tables import FOREVER, table
from cmledger.records.intake import Parsed

_FETCH = 2000

Condition = tuple[str, Parsed] | tuple[str, Parsed, str]
"""A face and the stored form it must have; None: unknown; several words: all of them.

A third part compares otherwise: != (the unknown is another value, too), < <= > >=, ~ (the text stands in it).
"""


def listed_kinds() -> tuple[str, ...]:
    """The kinds that can be listed."""
    return tuple(SOURCES)


def count_rows(
    connection: Connection, kind: str, day: str, conditions: Sequence[Condition] = ()
) -> int:
    """How many rows of the kind meet all conditions."""
    source = SOURCES[kind](day)
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
    source = SOURCES[kind](day)
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
    return SOURCES[kind](FOREVER).faces


def rows_of_ids(
    connection: Connection, kind: str, faces: Sequence[str], day: str, ids: Sequence[int]
) -> Iterator[Sequence[Any]]:
    """Those of these rows that there are, in any order: each its id, then stored forms aligned with `faces`.

    ids: in rising order.
    """
    key = SOURCES[kind](day).faces[ROW_ID]
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
    faced = SOURCES[kind](day).faces[face]
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
    source = SOURCES[kind](day)
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
    source = SOURCES[kind](day)
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


def _met(source: Source, conditions: Sequence[Condition]) -> list[ColumnElement[bool]]:
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


UNPACKED: dict[str, Callable[[str], Any]] = {
    "services": _services,
    "extras": json.loads,
    "valid_to": last_day,
}
"""Faces whose stored text holds several things."""
