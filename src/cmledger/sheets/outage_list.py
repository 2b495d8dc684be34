"""The workbook an office hands out for outages: the outages with all their customers counted, and a list per manager.

A list's columns are those of the layout of notices, so that import-excel records what was filled in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.intake import Parsed
from cmledger.records.outages import OutageReport, OutageSeen, Standing, TouchedRow
from cmledger.sheets import style
from cmledger.sheets.layout import Column
from cmledger.sheets.layouts.outage_notices import OUTAGE_FACTS, OUTAGE_NOTICES
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import TableSheet, Written, add_tables, text_cell
from cmledger.wording import outages as say
from cmledger.wording import workbooks as say_book
from cmledger.wording.outage_words import counts_said, marks_said, public_said, rest_said

_FILL_IN = ("told_at", "method", "outcome", "remark")
_ORDER = (
    "outage", "account_no", "name", "marks", "begins_at", "ends_at", "place", "contact", "phone",
    "tell_by", "status", "notice_kind", "told_at", "method", "outcome", "manager", "remark",
)  # fmt: skip
_WIDTHS = {
    "outage_notice.outage": 8,
    "customer.account_no": 15,
    "customer.name": 20,
    "form.marks": 13,
    "form.begins_at": 16,
    "form.ends_at": 16,
    "form.place": 16,
    "form.contact": 11,
    "form.phone": 14,
    "form.tell_by": 16,
    "form.status": 11,
    "outage_notice.notice_kind": 9,
    "outage_notice.told_at": 17,
    "outage_notice.method": 10,
    "outage_notice.outcome": 12,
    "outage_notice.manager": 9,
    "outage_notice.remark": 16,
}
_HEADER = 4


def write_outage_list(path: Path, report: OutageReport, caller: Caller) -> Written:
    """Write the workbook. Raises OutputNotWritable, UsageProblem (a name not ending in .xlsx)."""
    workbook, written = style.new_workbook(), Written(path)
    overview = workbook.create_sheet(say.SHEET_OVERVIEW)
    shares: dict[str | None, list[TouchedRow]] = {}
    for row in report.rows:
        shares.setdefault(row.manager, []).append(row)
    ordered = sorted(shares.items(), key=lambda item: (item[0] is None, item[0] or ""))
    tables = [_table(report, manager, rows) for manager, rows in ordered]
    bodies = add_tables(workbook, tables, caller, written)
    _write_overview(overview, report, caller)
    save_workbook(path, workbook, caller, bodies)
    return written


# --- a manager's list --------------------------------------------------------------------------------


def _columns() -> tuple[Column, ...]:
    faces = {column.name: column for column in (*OUTAGE_NOTICES.columns, *OUTAGE_FACTS)}
    return tuple(replace(faces[name], required=False) for name in _ORDER)


def _table(report: OutageReport, manager: str | None, rows: Sequence[TouchedRow]) -> TableSheet:
    name = manager or say_book.VISITS_UNASSIGNED
    return TableSheet(
        title=name,
        columns=_columns(),
        rows=_stored(rows),
        count=len(rows),
        heading=say.SHEET_TITLE.format(manager=name, moment=report.moment.replace("T", " ")),
        note=say.SHEET_NOTE,
        fill_in=tuple(f"outage_notice.{field}" for field in _FILL_IN),
        alarm=("form.status", say.STANDING[Standing.OVERDUE.value]),
        widths=_WIDTHS,
        form=True,
    )


def _stored(rows: Iterable[TouchedRow]) -> Iterator[Mapping[str, Parsed]]:
    """The rows in stored forms; what is to be filled in is left out."""
    for row in rows:
        outage = row.outage
        yield {
            "outage_notice.outage": outage.key,
            "customer.account_no": row.account_no,
            "customer.name": row.name,
            "form.marks": marks_said(row),
            "form.begins_at": outage.begins_at,
            "form.ends_at": outage.ends_at,
            "form.place": outage.area or outage.line,
            "form.contact": row.contact,
            "form.phone": row.phone,
            "form.tell_by": row.tell_by,
            "form.status": say.STANDING[row.standing.value],
            "outage_notice.notice_kind": "agreement" if row.agreement else "notice",
            "outage_notice.manager": row.manager,
        }


# --- the overview ------------------------------------------------------------------------------------


def _write_overview(sheet: Worksheet, report: OutageReport, caller: Caller) -> None:
    """An outage a row: until when to tell, how many customers, and where those are that are not named."""
    heading = text_cell(sheet, 1, 1, say.TITLE.format(moment=report.moment.replace("T", " ")))
    heading.font = style.font(16, bold=True, color=style.BRAND)
    sheet.row_dimensions[1].height = 30
    text_cell(sheet, 2, 1, counts_said(report)).font = style.font(color=style.QUIET)
    for column, (head, width) in enumerate(say.OVERVIEW_HEADS, 1):
        cell = text_cell(sheet, _HEADER, column, head)
        cell.font, cell.fill = style.font(bold=True, color="FFFFFF"), style.fill(style.BRAND)
        cell.alignment, cell.border = style.CENTRED, style.EDGE
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[_HEADER].height = 26
    for row, seen in enumerate(report.outages, _HEADER + 1):
        _write_outage(sheet, row, seen)
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"B{_HEADER + 1}"
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, repeat=(_HEADER,))


def _write_outage(sheet: Worksheet, row: int, seen: OutageSeen) -> None:
    outage = seen.outage
    kind = say.KIND.get(outage.outage_kind or "", "")
    texts: tuple[str | int | None, ...] = (
        outage.key,
        outage.number,
        _when(outage.begins_at),
        _when(outage.ends_at),
        outage.area or outage.line,
        kind + (say.CANCELLED_MARK if seen.cancelled else ""),
        outage.reason,
        _when(seen.tell_by),
        public_said(seen),
        seen.touched,
        seen.named,
        rest_said(seen),
    )
    for column, value in enumerate(texts, 1):
        if isinstance(value, int):
            cell = sheet.cell(row, column)
            cell.value = value
        else:
            cell = text_cell(sheet, row, column, value or "")
        cell.font, cell.border = style.font(), style.EDGE
        cell.alignment = style.WRAPPED if column in _WRAPPED else style.CENTRED
    lines = max(1, -(-len(rest_said(seen) or "") // _A_LINE))
    sheet.row_dimensions[row].height = 18 * max(lines, 1) + 6


_WRAPPED = (5, 7, 12)
_A_LINE = 26
"""Characters of the last column in a line."""


def _when(moment: str | None) -> str | None:
    return None if moment is None else moment.replace("T", " ")
