"""The ledger as a workbook that the office can work in and import back: unedited, it changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.ledger.baseline import state_now
from cmledger.ledger.listed import ROW_ID
from cmledger.ledger.listing import Condition, count_rows, extra_headers, listed_kinds, stream_rows
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
from cmledger.records.intake import Finding, Parsed
from cmledger.records.row_tokens import token
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.own_columns import own_column
from cmledger.sheets.write import TableSheet, write_workbook
from cmledger.work.list_records import chosen_columns, conditions_of, known_layout
from cmledger.work.log_export import log_export

_HIDDEN = ("visit.form_id", ROW_TOKEN.field)
"""By them an edited row finds its visit, any row its record and what it showed."""
_ALWAYS = "customers"
"""What is written even where there is none of it, so that every export is a workbook."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The workbook that was written: rows by sheet, and what could not be written as it was (sheet, finding).

    logged: whether the export stands in the ledger's export log (not where the ledger is read-only or busy).
    """

    path: Path
    sheets: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, Finding], ...]
    logged: bool

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """`cmledger.export-excel/1`"""
        return {
            "schema": "cmledger.export-excel/1",
            "excel": str(self.path),
            "sheets": [{"name": name, "rows": rows} for name, rows in self.sheets],
            "findings": [{"sheet": sheet, **finding.to_json()} for sheet, finding in self.findings],
            "logged": self.logged,
        }


def export_excel(
    location: str,
    path: Path,
    caller: Caller,
    *,
    kinds: Sequence[str] = (),
    office: str | None = None,
) -> ExportReport:
    """Write the records of `kinds` (none: all there are) to `path`, a sheet each, with manager and tier of caller.as_of.

    Raises OutputNotWritable, UsageProblem, NotFound (office).
    """
    ledger = open_ledger(location)
    layouts = [known_layout(kind) for kind in dict.fromkeys(kinds or listed_kinds())]
    conditions = [("office", office)] if office else []
    with ledger.reading() as connection:
        narrowed(connection, office=office)
        rows = {f.kind: count_rows(connection, f.kind, caller.day, conditions) for f in layouts}
    if not kinds:  # nobody asked for them by name: those that hold something, customers in any case
        layouts = [f for f in layouts if rows[f.kind] or f.kind == _ALWAYS]
        rows = {f.kind: rows[f.kind] for f in layouts}
    # first the log, then the data: what left the ledger is known even where the computer stops now
    logged = log_export(ledger, caller, {"rows": rows, "path": str(path), "office": office})
    with ledger.reading() as connection:
        tables = [_table(connection, found, caller.day, conditions) for found in layouts]
        written = write_workbook(path, tables, caller)
    return ExportReport(path, tuple(written.sheets), tuple(written.findings), logged)


def export_listing(
    location: str,
    path: Path,
    caller: Caller,
    kind: str,
    *,
    where: Sequence[str] = (),
    columns: Sequence[str] = (),
    limit: int | None = None,
) -> ExportReport:
    """Write the records of a kind that meet all of `where`, these columns of them (none: all), to `path`.

    The columns that tell which record a row is are always among them, so that the sheet is known when it comes back.
    Raises OutputNotWritable, UsageProblem.
    """
    found = known_layout(kind)
    conditions = conditions_of(found, where)
    chosen = chosen_columns(found, columns)
    if columns:
        needed = [c for c in found.columns if c.field in (*found.key, *found.proof.needs)]
        chosen = (*(c for c in needed if c not in chosen), *chosen)
        hidden = [c for c in found.columns if c.field in _HIDDEN and c not in chosen]
        chosen = (*chosen, *hidden)
    ledger = open_ledger(location)
    detail = {"kind": kind, "where": list(where), "path": str(path)}
    logged = log_export(ledger, caller, detail)
    with ledger.reading() as connection:
        headers = None if not columns else ()
        table = _table(connection, found, caller.day, conditions, chosen, headers, limit)
        written = write_workbook(path, [table], caller)
    return ExportReport(path, tuple(written.sheets), tuple(written.findings), logged)


def _table(
    connection: Any,
    found: Layout,
    day: str,
    conditions: Sequence[Condition],
    chosen: Sequence[Column] = (),
    headers: Sequence[str] | None = None,
    limit: int | None = None,
) -> TableSheet:
    """The sheet of a kind: its layout's columns (or those chosen), then the office's own ones (None: all there are)."""
    if headers is None:
        headers = extra_headers(connection, found.kind, conditions, day)
    shown = chosen or found.columns
    own = {header: own_column(header, found) for header in headers}
    columns = (*shown, *own.values(), ROW_TOKEN)
    faces = [ROW_ID, *(column.name for column in shown)]
    fields = [ROW_TOKEN.field, *(column.field for column in shown)]
    state = str(state_now(connection, day))

    def rows() -> Iterator[Mapping[str, Parsed]]:
        asked = [*faces, "extras"] if headers else faces
        for values in stream_rows(connection, found.kind, asked, day, conditions, limit):
            row = dict(zip(fields, values, strict=False))
            row[ROW_TOKEN.field] = token(found.table, values[0], state)
            if headers and values[-1]:
                row.update({f"extras.{h}": value for h, value in values[-1].items()})
            yield row

    count = count_rows(connection, found.kind, day, conditions)
    return TableSheet(
        found.title,
        columns,
        rows(),
        count if limit is None else min(count, limit),
        hidden=_HIDDEN,
    )
