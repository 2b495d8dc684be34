"""The journal against itself and against the rows: what it says is there is there, and says what it should."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table

from cmledger.ledger.dialect import portions
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table
from cmledger.records.checks import Broken
from cmledger.wording import checks as say
from cmledger.wording.lists import listed

_FETCH = 10_000
_ACTIONS = ("insert", "update", "delete")
_JOURNALLED = {**ROW_TABLES, **SPAN_TABLES}


def journal_entries(connection: Connection) -> Iterator[Broken]:
    """Each entry is about a table that is journalled, fits its action, and comes from a sheet of its operation."""
    entry, sheet, file = table("entry"), table("source_sheet"), table("source_file")
    known = entry.c.table_name.in_(_JOURNALLED)
    fits = sa.and_(
        entry.c.action.in_(_ACTIONS), (entry.c.action == "insert") == entry.c.before.is_(None)
    )
    for condition, sentence in ((~known, say.ENTRY_TABLE), (~fits, say.ENTRY_ACTION)):
        yield from _odd(connection, sa.select(entry).where(condition), sentence)
    elsewhere = (
        sa.select(entry)
        .join(sheet, sheet.c.id == entry.c.sheet_id)
        .join(file, file.c.id == sheet.c.file_id)
        .where(sa.or_(file.c.operation_id != entry.c.operation_id, entry.c.sheet_row.is_(None)))
    )
    yield from _odd(connection, elsewhere, say.ENTRY_SOURCE)
    nowhere = sa.select(entry).where(entry.c.sheet_id.is_(None), entry.c.sheet_row.is_not(None))
    yield from _odd(connection, nowhere, say.ENTRY_SOURCE)
    yield from _unfit_fields(connection)


def _odd(connection: Connection, query: sa.Select[Any], sentence: str) -> Iterator[Broken]:
    for row in connection.execute(query):
        what = sentence.format(action=row.action)
        told = say.ODD_ENTRY.format(operation=row.operation_id, what=what)
        yield Broken(told, row.table_name, row.row_id)


def _unfit_fields(connection: Connection) -> Iterator[Broken]:
    """Before-values are of fields that the table has; a deleted row's are of all that it must have."""
    entry = table("entry")
    columns = {name: set(whole.c.keys()) for name, whole in ROW_TABLES.items()}
    columns |= {name: {"spans"} for name in SPAN_TABLES}
    needed = {
        name: {column.name for column in whole.columns if not column.nullable}
        for name, whole in ROW_TABLES.items()
    }
    query = sa.select(
        entry.c.table_name, entry.c.row_id, entry.c.operation_id, entry.c.action, entry.c.before
    ).where(entry.c.before.is_not(None), entry.c.table_name.in_(_JOURNALLED))
    for batch in portions(connection, query, _FETCH):
        for name, row_id, operation, action, before in map(tuple, batch):
            try:
                fields = set(json.loads(before))
            except (ValueError, TypeError):
                what = say.ENTRY_BEFORE
            else:
                odd = fields - columns[name]
                if action == "delete":
                    odd |= needed.get(name, set()) - fields
                if not odd and fields:
                    continue
                what = say.ENTRY_FIELDS.format(fields=listed(sorted(odd)))
            yield Broken(say.ODD_ENTRY.format(operation=operation, what=what), name, row_id)


def journal_rows(connection: Connection) -> Iterator[Broken]:
    """A row is there if, and only if, the last entry that inserted or deleted it inserted it."""
    for name, whole in ROW_TABLES.items():
        yield from _presence(connection, name, whole)
    entry = table("entry")
    for name, whole in SPAN_TABLES.items():
        entered = sa.exists().where(
            entry.c.table_name == name, entry.c.row_id == whole.c.customer_id
        )
        query = sa.select(whole.c.customer_id).where(~entered).distinct()
        for customer in connection.scalars(query):
            yield Broken(say.SPANS_NOT_IN_JOURNAL, name, customer)


def _presence(connection: Connection, name: str, whole: Table) -> Iterator[Broken]:
    entry = table("entry")
    last = (
        sa.select(entry.c.row_id, sa.func.max(entry.c.operation_id).label("operation_id"))
        .where(entry.c.table_name == name, entry.c.action.in_(("insert", "delete")))
        .group_by(entry.c.row_id)
        .subquery()
    )
    decisive = sa.and_(
        entry.c.table_name == name,
        entry.c.row_id == last.c.row_id,
        entry.c.operation_id == last.c.operation_id,
    )
    told = (
        sa.select(entry.c.row_id, entry.c.operation_id, entry.c.action, whole.c.id)
        .select_from(last)
        .join(entry, decisive)
        .outerjoin(whole, whole.c.id == entry.c.row_id)
        .where((entry.c.action == "insert") == whole.c.id.is_(None))
    )
    for row_id, operation, action, _ in connection.execute(told):
        sentence = say.ROW_GONE if action == "insert" else say.ROW_BACK
        yield Broken(sentence.format(operation=operation), name, row_id)
    entered = sa.exists().where(
        entry.c.table_name == name, entry.c.row_id == whole.c.id, entry.c.action == "insert"
    )
    for row_id in connection.scalars(sa.select(whole.c.id).where(~entered)):
        yield Broken(say.NOT_IN_JOURNAL, name, row_id)
