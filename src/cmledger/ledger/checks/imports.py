"""The account of each import adds up, and agrees with what the journal says its rows wrote."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.dialect import chunks
from cmledger.ledger.tables import table
from cmledger.records.checks import Broken
from cmledger.wording import checks as say
from cmledger.wording.lists import listed

_OUTCOMES = ("new", "changed", "unchanged", "rejected", "skipped")


def import_totals(connection: Connection) -> Iterator[Broken]:
    """Per sheet: read is the sum of the outcomes; refused rows are as many as told, and wrote nothing."""
    file = table("source_file")
    query = sa.select(file.c.id, file.c.operation_id, file.c.path, file.c.report)
    written = _rows_written(connection)
    for file_id, operation, path, report in connection.execute(query.order_by(file.c.id)):
        sheets = json.loads(report).get("sheets")
        if sheets is None:  # taken in by other means than the command: it told nobody anything
            continue
        for wrong in _in_file(connection, operation, path, file_id, sheets, written):
            yield Broken(wrong, "source_file", file_id)


def _in_file(
    connection: Connection,
    operation: int,
    path: str,
    file_id: int,
    reports: list[dict[str, Any]],
    written: Counter[int],
) -> Iterator[str]:
    told: dict[str, Counter[str]] = {}
    for report in reports:
        totals = Counter(report["totals"])  # none of a sheet that is not ours
        together = sum(totals[outcome] for outcome in _OUTCOMES)
        if totals["read"] != together:
            yield say.TOTALS_DIFFER.format(
                file=path, sheet=report["name"], read=totals["read"], sum=together
            )
        told.setdefault(report["name"], Counter()).update(totals)
    refused: Counter[str] = Counter()
    wrote: Counter[str] = Counter()
    sheet = table("source_sheet")
    kept = sa.select(sheet.c.id, sheet.c.name, sheet.c.refused_rows)
    for sheet_id, name, rows in connection.execute(kept.where(sheet.c.file_id == file_id)):
        numbers = json.loads(rows)
        refused[name] += len(numbers)
        wrote[name] += written[sheet_id]
        both = _with_entries(connection, operation, sheet_id, numbers)
        if both:
            yield say.REFUSED_WRITTEN.format(file=path, sheet=name, rows=listed(both[:10]))
    for name in refused:
        totals = told.get(name, Counter())
        if totals["rejected"] != refused[name]:
            yield say.REFUSED_DIFFER.format(
                file=path, sheet=name, told=totals["rejected"], found=refused[name]
            )
        taken = totals["new"] + totals["changed"]
        if wrote[name] > taken:
            yield say.ROWS_DIFFER.format(file=path, sheet=name, told=taken, found=wrote[name])


def _rows_written(connection: Connection) -> Counter[int]:
    """Sheet id -> how many of its rows wrote anything."""
    entry = table("entry")
    query = (
        sa.select(entry.c.sheet_id, sa.func.count(entry.c.sheet_row.distinct()))
        .where(entry.c.sheet_id.is_not(None))
        .group_by(entry.c.sheet_id)
    )
    return Counter({row[0]: row[1] for row in connection.execute(query)})


def _with_entries(
    connection: Connection, operation: int, sheet_id: int, rows: list[int]
) -> list[int]:
    """Which of these rows of a sheet wrote something all the same."""
    entry = table("entry")
    found: set[int] = set()
    for part in chunks(rows):
        found.update(
            connection.scalars(
                sa.select(entry.c.sheet_row).where(
                    entry.c.operation_id == operation,
                    entry.c.sheet_id == sheet_id,
                    entry.c.sheet_row.in_(part),
                )
            )
        )
    return sorted(found)
