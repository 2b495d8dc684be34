"""The ground that all else stands on: the file itself, its tables as declared, what refers to what."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection, Table

from cmledger.ledger import dialect
from cmledger.ledger.checks.found import identity
from cmledger.ledger.tables import metadata
from cmledger.records.checks import Broken
from cmledger.wording import checks as say


def file_integrity(connection: Connection) -> Iterator[Broken]:
    """What the database itself says of its pages, indexes and constraints."""
    for sentence in dialect.integrity_complaints(connection):
        yield Broken(sentence)


def schema_as_declared(connection: Connection) -> Iterator[Broken]:
    """Tables, columns, indexes and constraints that are missing; on SQLite also what makes tables lax."""
    inspector = sa.inspect(connection)
    present = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in present:
            yield Broken(say.MISSING_TABLE.format(table=table.name), table.name)
        else:
            yield from _missing(inspector, table)
    for name, kind in dialect.lax_parts(connection):
        sentence = say.NOT_STRICT if kind == "table" else say.HAS_TRIGGER
        yield Broken(sentence.format(table=name, name=name))


def _missing(inspector: sa.Inspector, table: Table) -> Iterator[Broken]:
    columns = {column["name"] for column in inspector.get_columns(table.name)}
    for column in table.columns:
        if column.name not in columns:
            sentence = say.MISSING_COLUMN.format(table=table.name, column=column.name)
            yield Broken(sentence, table.name)
    indexes = {index["name"] for index in inspector.get_indexes(table.name)}
    for declared in table.indexes:
        if declared.name not in indexes:
            sentence = say.MISSING_INDEX.format(table=table.name, index=declared.name)
            yield Broken(sentence, table.name)
    unique = {tuple(u["column_names"]) for u in inspector.get_unique_constraints(table.name)}
    for constraint in table.constraints:
        if not isinstance(constraint, sa.UniqueConstraint):
            continue
        key = tuple(column.name for column in constraint.columns)
        if key not in unique:
            sentence = say.MISSING_UNIQUE.format(table=table.name, columns=", ".join(key))
            yield Broken(sentence, table.name)
    referring = {tuple(k["constrained_columns"]) for k in inspector.get_foreign_keys(table.name)}
    for reference in table.foreign_keys:
        if (reference.parent.name,) not in referring:
            sentence = say.MISSING_REFERENCE.format(table=table.name, column=reference.parent.name)
            yield Broken(sentence, table.name)


def references(connection: Connection) -> Iterator[Broken]:
    """Foreign keys that point nowhere."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias()
            query = sa.select(identity(table), key.parent).where(
                key.parent.is_not(None),
                ~sa.exists().where(parent.c[key.column.name] == key.parent),
            )
            for row_id, value in connection.execute(query):
                sentence = say.DANGLING.format(
                    column=key.parent.name, value=value, parent=key.column.table.name
                )
                yield Broken(sentence, table.name, row_id)
