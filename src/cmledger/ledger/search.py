"""Finding records by part of a name, a telephone number, an address, a 户号 or a meter number: one scan per table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from cmledger.ledger.tables import table


@dataclass(frozen=True, slots=True)
class Hit:
    """A record and the column of it that the text stands in best. rank: 0 exact, 1 beginning or end, 2 anywhere."""

    kind: str
    row_id: int
    rank: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class _Where:
    """A table that is searched. texts: columns of words; tails: numbers known by their end; phones: telephones."""

    kind: str
    table: str
    texts: tuple[str, ...]
    tails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


_SEARCHED = (
    _Where(
        "customers",
        "customer",
        ("name", "contact_name", "address", "meter_no"),
        ("account_no", "old_account_no"),
        ("contact_phone",),
    ),
    _Where("managers", "manager", ("name", "employee_no"), (), ("phone",)),
    _Where("contacts", "contact", ("name",), (), ("phone",)),
)


def search(
    connection: Connection, text: str, digits: str | None, most: int | None
) -> tuple[int, list[Hit]]:
    """How many records hold `text`, and the `most` best of them (None: all), best first.

    digits: the text as a number without spaces and hyphens, which is looked for at the end of 户号 and anywhere in
    telephone and meter numbers as well; None: it is none.
    """
    count, hits = 0, []
    for where in _SEARCHED:
        some, found = _in_table(connection, where, text, digits, most)
        count += some
        hits += found
    hits.sort(key=lambda hit: hit.rank)
    return count, hits[:most]


def _in_table(
    connection: Connection, where: _Where, text: str, digits: str | None, most: int | None
) -> tuple[int, list[Hit]]:
    owned = table(where.table)
    found = [_holds(connection, owned.c[name], text) for name in where.texts]
    names = list(where.texts)
    if digits is not None:
        found += [_ends(connection, owned.c[name], digits) for name in where.tails]
        found += [_dialled(connection, owned.c[name], digits) for name in where.phones]
        names += [*where.tails, *where.phones]
    met = sa.or_(*(stands for stands, _ in found))
    least = sa.func.min if connection.dialect.name == "sqlite" else sa.func.least
    ranks = [sa.case((stands, best), else_=_NOWHERE) for stands, best in found]
    rank = least(*ranks) if len(ranks) > 1 else ranks[0]  # SQLite's min of one is that of all rows
    query = (
        sa.select(owned.c.id, rank.label("rank"), *(owned.c[name] for name in names))
        .where(met)
        .order_by(sa.text("rank"), owned.c.id)
        .limit(most)
    )
    rows = list(map(tuple, connection.execute(query)))
    count = len(rows)
    if most is not None and count == most:
        count = connection.scalar(sa.select(sa.func.count()).select_from(owned).where(met)) or 0
    return count, [_hit(where, names, row, text, digits) for row in rows]


_NOWHERE = 9


_Match = tuple[ColumnElement[bool], ColumnElement[int]]
"""Whether the text stands in a column, and how well."""


def _at(connection: Connection, column: ColumnElement[Any], text: str) -> ColumnElement[int]:
    """Where a text begins in a column, 0: nowhere; compares without reading patterns, faster than LIKE."""
    sqlite = connection.dialect.name == "sqlite"
    return (sa.func.instr if sqlite else sa.func.strpos)(column, text)


def _holds(connection: Connection, column: ColumnElement[Any], text: str) -> _Match:
    at = _at(connection, column, text)
    return at > 0, sa.case((column == text, 0), (at == 1, 1), else_=2)


def _ends(connection: Connection, column: ColumnElement[Any], digits: str) -> _Match:
    """A 户号 by its last digits."""
    if connection.dialect.name == "sqlite":
        end = sa.func.substr(column, -len(digits))
    else:
        end = sa.func.right(column, len(digits))
    return end == digits, sa.case((column == digits, 0), else_=1)


def _dialled(connection: Connection, column: ColumnElement[Any], digits: str) -> _Match:
    """A telephone number, with or without the hyphens of landlines."""
    dialled = sa.func.replace(column, "-", "")
    stands, best = _holds(connection, dialled, digits)
    hyphened = _at(connection, column, "-") > 0
    return sa.or_(_at(connection, column, digits) > 0, sa.and_(hyphened, stands)), best


def _hit(
    where: _Where, names: Sequence[str], row: Sequence[Any], text: str, digits: str | None
) -> Hit:
    """Which column made the rank."""
    row_id, rank, *values = row
    for name, value in zip(names, values, strict=True):
        if value is not None and _rank(where, name, value, text, digits) == rank:
            return Hit(where.kind, row_id, rank, name, value)
    raise AssertionError("a row that nothing stands in")


def _rank(where: _Where, name: str, value: str, text: str, digits: str | None) -> int | None:
    if name in where.tails:
        return None if not value.endswith(str(digits)) else int(value != digits)
    if name in where.phones:
        value, text = value.replace("-", ""), str(digits)
    at = value.find(text)
    return None if at < 0 else 0 if value == text else 1 if at == 0 else 2
