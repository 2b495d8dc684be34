"""The month's plan as a workbook: how full everybody's days are, the visits to be edited and handed back, what found no room."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.forms import joined
from cmledger.records.intake import Parsed
from cmledger.records.month_plan import Why
from cmledger.records.month_report import MonthReport, PlanEntry, PlanVisit
from cmledger.records.row_tokens import token
from cmledger.records.text import width as text_width
from cmledger.sheets import style
from cmledger.sheets.layout import Column
from cmledger.sheets.layouts.planned_visits import PLAN_FACTS, PLANNED_VISITS
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import TableSheet, Written, add_tables, text_cell
from cmledger.wording import month_plan as say

_COLUMNS = (
    "planned_visit.planned_on", "form.weekday", "planned_visit.manager", "customer.line",
    "customer.account_no", "customer.name", "customer.address", "customer.contact_name",
    "customer.contact_phone", "form.services", "form.due_by", "planned_visit.reason",
    "visit.visited_on", "visit.form_id", ROW_TOKEN.field,
)  # fmt: skip
_HIDDEN = ("visit.form_id", ROW_TOKEN.field)
_SET = ("planned_visit.planned_on", "planned_visit.manager", "visit.visited_on")
"""What staff write in."""
_WIDTHS = {
    "planned_visit.planned_on": 12,
    "form.weekday": 5,
    "planned_visit.manager": 10,
    "customer.line": 11,
    "customer.account_no": 15,
    "customer.name": 18,
    "customer.address": 18,
    "customer.contact_name": 9,
    "customer.contact_phone": 14,
    "form.services": 30,
    "form.due_by": 12,
    "planned_visit.reason": 20,
    "visit.visited_on": 12,
}
_LONG = ("customer.name", "customer.address", "form.services", "planned_visit.reason")
"""Columns whose texts wrap."""
_SLACK = 2
"""Characters of a line that stay blank, as no line is cut in the middle of a word."""
_LINE, _AROUND, _LOWEST = 13, 3, 20
"""Points."""
_HEADER = 4
"""Row of the overview's heads."""


def write_month_book(path: Path, report: MonthReport, caller: Caller) -> Written:
    """Write the plan. Raises OutputNotWritable, UsageProblem (a name not ending in .xlsx)."""
    workbook, written = style.new_workbook(), Written(path)
    overview = workbook.create_sheet(say.OVERVIEW)
    visits = sorted(report.visits, key=_order)
    tables = [_table(report, say.PLAN, say.BOOK_NOTE, [(v, v.entries) for v in visits])]
    if left := report.left_out:
        rows: list[tuple[PlanVisit | None, Sequence[PlanEntry]]] = [(None, its) for its in left]
        tables.append(_table(report, say.LEFT, say.LEFT_NOTE, rows))
    bodies = add_tables(workbook, tables, caller, written)
    _write_overview(overview, report, visits, caller)
    save_workbook(path, workbook, caller, bodies)
    return written


def _order(visit: PlanVisit) -> tuple[object, ...]:
    """By manager, day, group, 户号: as it is handed out."""
    first = visit.entries[0]
    return (visit.manager or "", visit.day, first.group or "", first.row.account_no)


# --- the visits ------------------------------------------------------------------------------------------


def _table(
    report: MonthReport,
    title: str,
    note: str,
    rows: Sequence[tuple[PlanVisit | None, Sequence[PlanEntry]]],
) -> TableSheet:
    return TableSheet(
        title=title,
        columns=_columns(),
        rows=(_stored(report, visit, entries) for visit, entries in rows),
        count=len(rows),
        heading=say.BOOK_TITLE.format(month=report.month),
        note=note,
        hidden=_HIDDEN,
        fill_in=_SET,
        widths=_WIDTHS,
        form=True,
        height_of=_height,
    )


def _height(row: Mapping[str, Parsed]) -> float:
    """Room for every line of the longest text."""
    lines = [
        math.ceil(text_width(text) / (_WIDTHS[name] - _SLACK))
        for name in _LONG
        if isinstance(text := row[name], str)
    ]
    return max(_LOWEST, _LINE * max(lines, default=1) + _AROUND)


def _columns() -> tuple[Column, ...]:
    faces = {c.field: c for c in (*PLANNED_VISITS.columns, *PLAN_FACTS, ROW_TOKEN)}
    return tuple(replace(faces[name], required=False) for name in _COLUMNS)


def _stored(
    report: MonthReport, visit: PlanVisit | None, entries: Sequence[PlanEntry]
) -> Mapping[str, Parsed]:
    """A visit, or a due without a day, in stored forms; the day of completion is left out."""
    first = entries[0]
    row, day = first.row, visit.day if visit else None
    names = (report.service_names.get(e.row.service, e.row.service) for e in entries)
    # the mark is that of the due whose reason is shown: what is compared with it on import are one row's cells
    told = min(entries, key=lambda e: list(Why).index(e.planned.why))
    mark = None
    if report.state is not None and told.row_id is not None:
        mark = token(PLANNED_VISITS.table, told.row_id, report.state)
    return {
        "planned_visit.planned_on": day.isoformat() if day else None,
        "form.weekday": say.WEEKDAYS[day.weekday()] if day else None,
        "planned_visit.manager": visit.manager if visit else None,
        "customer.line": row.line,
        "customer.account_no": row.account_no,
        "customer.name": row.name,
        "customer.address": row.address,
        "customer.contact_name": row.contact_name,
        "customer.contact_phone": row.contact_phone,
        "form.services": say.ITEMS.join(dict.fromkeys(names)),
        "form.due_by": min(e.row.due_by for e in entries).isoformat(),
        "planned_visit.reason": told.text,
        "visit.form_id": joined(tuple(e.row.form_id for e in entries)),
        ROW_TOKEN.field: mark,
    }


# --- the overview ----------------------------------------------------------------------------------------


def _write_overview(
    sheet: Worksheet, report: MonthReport, visits: Sequence[PlanVisit], caller: Caller
) -> None:
    """Rows are managers, columns the working days; each cell the customers seen."""
    heading = text_cell(sheet, 1, 1, say.BOOK_TITLE.format(month=report.month))
    heading.font = style.font(16, bold=True, color=style.BRAND)
    sheet.row_dimensions[1].height = 30
    for number, line in enumerate(_lines(report, visits), 2):
        text_cell(sheet, number, 1, line).font = style.font(9, color=style.QUIET)
    days = sorted({*report.terms.days, *(v.day for v in visits)})
    counts = Counter((v.manager or say.NOBODY, v.day) for v in visits)
    left = Counter(e.row.manager or say.NOBODY for e in report.unplanned)
    names = sorted({name for name, _ in counts} | set(left))
    over = {(report.manager_names.get(o.manager_id), o.day) for o in report.over_full}
    _write_heads(sheet, days)
    for row, name in enumerate(names, _HEADER + 1):
        figures = [counts[name, day] for day in days]
        alarms = [(name, day) in over for day in days]
        _write_row(sheet, row, name, [*figures, sum(figures), left[name]], [*alarms, False, True])
    totals = [sum(counts[name, day] for name in names) for day in days]
    figures = [*totals, sum(totals), left.total()]
    _write_row(sheet, _HEADER + len(names) + 1, say.ALL, figures, (), bold=True)
    sheet.sheet_format.defaultRowHeight = 20
    sheet.sheet_format.customHeight = True
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"B{_HEADER + 1}"
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, repeat=(_HEADER,))


def _write_heads(sheet: Worksheet, days: Sequence[date]) -> None:
    heads = [say.DAY_HEAD.format(day=d.day, weekday=say.WEEKDAYS[d.weekday()]) for d in days]
    for column, title in enumerate([say.MANAGER, *heads, say.TOTAL, say.LEFT], 1):
        cell = text_cell(sheet, _HEADER, column, title)
        cell.font, cell.fill = style.font(bold=True, color="FFFFFF"), style.fill(style.BRAND)
        cell.alignment, cell.border = style.CENTRED, style.EDGE
        width = 14 if column == 1 else 8 if column > len(days) + 1 else 5
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[_HEADER].height = 34


def _lines(report: MonthReport, visits: Sequence[PlanVisit]) -> Iterator[str]:
    """What the plan came to, and what a cell means."""
    planned = len(report.entries) - len(report.unplanned)
    told = say.COUNTS.format(visits=len(visits), planned=planned)
    for count, sentence in (
        (len(report.unplanned), say.COUNT_UNPLANNED),
        (len(report.later), say.COUNT_LATER),
    ):
        told += sentence.format(count=count) if count else ""
    yield told + say.STOP
    cap = report.terms.per_day
    yield (say.CAP.format(per_day=cap) if cap else "") + say.OVERVIEW_NOTE


def _write_row(
    sheet: Worksheet,
    row: int,
    name: str,
    figures: Sequence[int],
    alarms: Sequence[bool],
    *,
    bold: bool = False,
) -> None:
    text_cell(sheet, row, 1, name).font = style.font(bold=bold)
    sheet.cell(row, 1).border = style.EDGE
    for column, value in enumerate(figures, 2):
        cell = sheet.cell(row, column)
        cell.value = value or None
        alarm = bool(value) and column - 2 < len(alarms) and alarms[column - 2]
        cell.font = style.font(bold=bold or alarm, color=style.ALARM if alarm else style.INK)
        cell.border, cell.alignment = style.EDGE, style.CENTRED
