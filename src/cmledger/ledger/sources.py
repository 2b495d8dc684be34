"""Where stored values came from: the files and sheets of operations, and which rows of a file were accepted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.ids import take_ids
from cmledger.ledger.journal import Operation, packed
from cmledger.ledger.tables import table


@dataclass(frozen=True, slots=True)
class TakenBefore:
    """A file of the same content that a live operation took in: its report, and the rows it refused.

    refused: by sheet, of each of its tables in their order.
    """

    operation: int
    report: Any
    refused: Mapping[str, Sequence[frozenset[int]]]

    @property
    def whole(self) -> bool:
        """Whether it refused nothing."""
        return not any(rows for tables in self.refused.values() for rows in tables)

    def refused_of(self, name: str, nth: int, tables: int) -> frozenset[int]:
        """Of the nth of so many tables of a sheet; of all of them where they were not as many then."""
        of_sheet = self.refused.get(name, ())
        if len(of_sheet) == tables:
            return of_sheet[nth]
        return frozenset().union(*of_sheet)


def taken_before(
    connection: Connection, sha256: str, reading: Mapping[str, Any]
) -> TakenBefore | None:
    """The latest live operation that took in this very file, read with the same options.

    None where that file was ever taken back, or, since, an operation older than it was: what was accepted then, or
    found there already, need not stand any more.
    """
    file, sheet, operation = table("source_file"), table("source_sheet"), table("operation")
    of_file = sa.select(file.c.operation_id).where(file.c.sha256 == sha256)
    flipped = sa.select(operation.c.id).where(operation.c.target_id.in_(of_file)).limit(1)
    if connection.scalar(flipped) is not None:
        return None
    row = connection.execute(
        sa.select(file.c.id, file.c.operation_id, file.c.report)
        .join(operation, operation.c.id == file.c.operation_id)
        .where(file.c.sha256 == sha256, file.c.reading == packed(dict(reading)))
        .where(operation.c.live == 1)
        .order_by(file.c.operation_id.desc())
        .limit(1)
    ).first()
    if row is None or _older_flipped_since(connection, row.operation_id):
        return None
    sheets = connection.execute(
        sa.select(sheet.c.name, sheet.c.refused_rows)
        .where(sheet.c.file_id == row.id)
        .order_by(sheet.c.id)
    )
    refused: dict[str, list[frozenset[int]]] = {}
    for name, rows in sheets:
        refused.setdefault(name, []).append(frozenset(json.loads(rows)))
    return TakenBefore(row.operation_id, json.loads(row.report), refused)


def _older_flipped_since(connection: Connection, number: int) -> bool:
    """Whether an operation before this one was undone or redone after it: its "unchanged" rows claim nothing."""
    operation = table("operation")
    query = sa.select(operation.c.id).where(operation.c.id > number, operation.c.target_id < number)
    return connection.scalar(query.limit(1)) is not None


def record_file(
    operation: Operation, *, path: str, sha256: str, size: int, reading: Mapping[str, Any]
) -> int:
    """Note a file of this operation; its id. The report follows in `close_file`."""
    file_id = take_ids(operation.connection, "source_file", 1)[0]
    operation.connection.execute(
        sa.insert(table("source_file")).values(
            id=file_id,
            operation_id=operation.id,
            path=path,
            sha256=sha256,
            size=size,
            reading=packed(dict(reading)),
            report="{}",
        )
    )
    return file_id


def record_sheet(
    operation: Operation, file_id: int, *, name: str, kind: str, columns: Mapping[str, str]
) -> int:
    """Note a sheet and its column map (field -> Excel letters); its id. Refused rows follow in `close_sheet`."""
    sheet_id = take_ids(operation.connection, "source_sheet", 1)[0]
    operation.connection.execute(
        sa.insert(table("source_sheet")).values(
            id=sheet_id,
            file_id=file_id,
            name=name,
            kind=kind,
            columns=packed(dict(columns)),
            refused_rows="[]",
        )
    )
    return sheet_id


def close_sheet(operation: Operation, sheet_id: int, refused_rows: Sequence[int]) -> None:
    """Keep which rows of the sheet were refused, so that the corrected file is read for just these."""
    sheet = table("source_sheet")
    operation.connection.execute(
        sa.update(sheet)
        .where(sheet.c.id == sheet_id)
        .values(refused_rows=packed(list(refused_rows)))
    )


def close_file(operation: Operation, file_id: int, report: object) -> None:
    """Keep what was reported of the file, so that the same file again can be answered at once."""
    file = table("source_file")
    operation.connection.execute(
        sa.update(file).where(file.c.id == file_id).values(report=packed(report))
    )


def sheet_name(connection: Connection, sheet_id: int) -> str:
    """What a recorded sheet is called."""
    sheet = table("source_sheet")
    return str(connection.scalar(sa.select(sheet.c.name).where(sheet.c.id == sheet_id)))
