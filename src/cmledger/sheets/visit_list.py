"""The workbook an office hands out for due visits: an overview, and a sheet per manager to fill in and give back.

A sheet's columns are those of the visits layout, so that import-excel records what was filled in; the hidden form id
of a row lets a corrected sheet correct the visit it recorded.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.due import DueReport, DueRow
from cmledger.records.intake import Parsed
from cmledger.records.items import CUSTOMER
from cmledger.records.obligations import Status
from cmledger.sheets import style
from cmledger.sheets.charts import columns_chart, place
from cmledger.sheets.duty_list import duty_table
from cmledger.sheets.layout import Column
from cmledger.sheets.layouts.visits import FORM_FACTS, VISITS
from cmledger.sheets.output import save_workbook
from cmledger.sheets.service_list import service_table
from cmledger.sheets.write import TableSheet, Written, add_tables, text_cell
from cmledger.wording import workbooks as say
from cmledger.wording.cycles import unsaid_festivals

_VISIT = "visit"
_FILL_IN = ("visited_on", "manager", "method", "content", "opinion", "satisfaction")
_STATUSES = (Status.OVERDUE, Status.DUE, Status.UPCOMING)
_COLORS = (style.ALARM, style.SERIES[1], style.SERIES[2])
_WIDTHS = {
    "customer.account_no": 15,
    "customer.name": 20,
    "customer.line": 10,
    "customer.address": 20,
    "customer.contact_name": 9,
    "customer.contact_phone": 14,
    "customer_tier.tier": 10,
    "form.last_done": 12,
    "form.due_by": 12,
    "form.status": 8,
    "visit.services": 14,
    "visit.visited_on": 12,
    "visit.manager": 10,
    "visit.method": 9,
    "visit.content": 22,
    "visit.opinion": 16,
    "visit.satisfaction": 10,
}
_HEADER = 5
"""Row of the overview's heads."""
_CHARTED = 30


@dataclass(slots=True)
class _Share:
    """What one manager is to do: positions in the report's rows."""

    office: str
    manager: str | None
    positions: "array[int]" = field(default_factory=lambda: array("L"))
    counts: Counter[Status] = field(default_factory=Counter)
    soonest: date = date.max


def write_visit_list(path: Path, report: DueReport, caller: Caller) -> Written:
    """Write the list. Raises OutputNotWritable, UsageProblem (a name not ending in .xlsx)."""
    shares = _shares(report.rows)
    workbook, written = style.new_workbook(), Written(path)
    overview = workbook.create_sheet(say.VISITS_OVERVIEW)
    names = _names(shares)
    tables: list[TableSheet] = []
    firsts = []
    for share, name in zip(shares, names, strict=True):
        firsts.append(len(tables))
        tables += _tables(report, share, name)
    bodies = add_tables(workbook, tables, caller, written)
    sheets = [written.sheets[first][0] for first in firsts]
    _write_overview(overview, report, list(zip(shares, names, sheets, strict=True)), caller)
    save_workbook(path, workbook, caller, bodies)
    return written


def _shares(rows: Iterable[DueRow]) -> list[_Share]:
    """The rows by manager, who has most overdue first; those without a manager last."""
    shares: dict[tuple[str, str | None], _Share] = {}
    for position, row in enumerate(rows):
        share = shares.setdefault((row.office, row.manager), _Share(row.office, row.manager))
        share.positions.append(position)
        share.counts[row.status] += 1
        share.soonest = min(share.soonest, row.due_by)
    return sorted(
        shares.values(),
        key=lambda s: (
            s.manager is None,
            -s.counts[Status.OVERDUE],
            -len(s.positions),
            s.office,
            s.manager or "",
        ),
    )


def _names(shares: Sequence[_Share]) -> list[str]:
    """How each share is called; the office is told where there are several."""
    several = len({share.office for share in shares}) > 1
    names = []
    for share in shares:
        name = share.manager or say.VISITS_UNASSIGNED
        if several:
            name = say.VISITS_SHARED_NAME.format(manager=name, office=share.office)
        names.append(name)
    return names


def _counts(counts: Mapping[Status, int]) -> str:
    return say.JOINT.join(
        f"{say.VISITS_STATUS[status.value]} {counts[status]}"
        for status in _STATUSES
        if counts.get(status)
    )


def _tables(report: DueReport, share: _Share, name: str) -> list[TableSheet]:
    """A manager's sheets: visits, what is done without one, and duties of its own, as far as there are any."""
    visits, services, duties = (array("L") for _ in range(3))
    for position in share.positions:
        row = report.rows[position]
        own = row.owner != CUSTOMER
        alone = row.service in report.without_visit
        (duties if own else services if alone else visits).append(position)
    tables = []
    if visits:
        tables.append(_visits_table(report, visits, name))
    if services:
        tables.append(service_table(report, services, name))
    if duties:
        tables.append(duty_table(report, duties, name))
    return tables


def fill_in_tables(report: DueReport, positions: Iterable[int], name: str) -> list[TableSheet]:
    """The sheets a manager fills in: these of the report's rows, in this order; visits come first if there are any."""
    share = _Share("", None, array("L", positions))
    return _tables(report, share, name)


def _visits_table(report: DueReport, positions: Iterable[int], name: str) -> TableSheet:
    share = _Share("", None, array("L", positions))
    share.counts.update(report.rows[position].status for position in share.positions)
    return _table(report, share, name)


# --- a manager's sheet ---------------------------------------------------------------------------


def _columns(*, with_services: bool) -> tuple[Column, ...]:
    """What the customer is, how it stands, what to fill in, and the form's number."""
    faces = {column.name: column for column in (*VISITS.columns, *FORM_FACTS)}
    order = [
        "account_no", "name", "line", "address", "contact_name", "contact_phone", "tier",
        "last_done", "due_by", "status", "services", *_FILL_IN, "form_id",
    ]  # fmt: skip
    if not with_services:
        order.remove("services")
    chosen = [faces[name] for name in order]
    return tuple(replace(column, required=False) for column in chosen)


def _table(report: DueReport, share: _Share, name: str) -> TableSheet:
    services = {report.rows[position].service for position in share.positions}
    day = report.as_of.isoformat()
    return TableSheet(
        title=name,
        columns=_columns(with_services=services != {_VISIT}),
        rows=_stored(report, share.positions),
        count=len(share.positions),
        heading=say.VISITS_MANAGER_TITLE.format(manager=name, day=day),
        note=say.VISITS_NOTE.format(counts=_counts(share.counts)),
        hidden=("visit.form_id",),
        fill_in=tuple(f"visit.{field}" for field in _FILL_IN),
        alarm=("form.status", say.VISITS_STATUS[Status.OVERDUE.value]),
        widths=_WIDTHS,
        form=True,
    )


def _stored(report: DueReport, positions: Iterable[int]) -> Iterator[Mapping[str, Parsed]]:
    """The rows of a form in stored forms; what is to be filled in is left out."""
    for position in positions:
        row = report.rows[position]
        done = report.service_names.get(row.service, row.service)
        yield {
            "customer.account_no": row.account_no,
            "customer.name": row.name,
            "customer.line": row.line,
            "customer.address": row.address,
            "customer.contact_name": row.contact_name,
            "customer.contact_phone": row.contact_phone,
            "customer_tier.tier": report.tier_names.get(row.tier, row.tier),
            "form.last_done": row.last_done.isoformat() if row.last_done else None,
            "form.due_by": row.due_by.isoformat(),
            "form.status": say.VISITS_STATUS[row.status.value],
            "visit.services": None if row.service == _VISIT else (done,),
            "visit.manager": row.manager,
            "visit.form_id": row.form_id,
        }


# --- the overview --------------------------------------------------------------------------------


def _write_overview(
    sheet: Worksheet,
    report: DueReport,
    shares: Sequence[tuple[_Share, str, str]],
    caller: Caller,
) -> None:
    """Counts by manager and status, each name a link to its sheet, and a chart of them."""
    day = report.as_of.isoformat()
    office = report.wanted.office
    title = (say.VISITS_OFFICE_TITLE if office else say.VISITS_TITLE).format(office=office, day=day)
    heading = text_cell(sheet, 1, 1, title)
    heading.font = style.font(16, bold=True, color=style.BRAND)
    sheet.row_dimensions[1].height = 30
    totals = sum((share.counts for share, _, _ in shares), Counter[Status]())
    line = say.VISITS_COUNTS.format(all=totals.total(), counts=_counts(totals))
    lines = [line if shares else say.VISITS_NONE]
    if report.assumed_years:
        years = say.JOINT.join(map(str, report.assumed_years))
        lines.append(say.KPI_ASSUMED_YEARS.format(years=years))
    if report.unknown_festivals:
        lines.append("".join(unsaid_festivals(report.unknown_festivals)))
    for row, text in enumerate(lines, 2):
        text_cell(sheet, row, 1, text).font = style.font(color=style.QUIET)
    last = _HEADER
    if shares:
        last = _write_shares(sheet, shares, totals)
        chart = columns_chart(
            sheet,
            title=say.VISITS_CHART,
            keys=(1, _HEADER, min(_HEADER + len(shares), _HEADER + _CHARTED)),
            series=tuple(range(2, 2 + len(_STATUSES))),
            target=None,
            percent=False,
            stacked=True,
            colors=_COLORS,
        )
        place(sheet, chart, (1, len(_STATUSES) + 3), (last + 2, last + 18))
    sheet.sheet_format.defaultRowHeight = 20
    sheet.sheet_format.customHeight = True
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"A{_HEADER + 1}"
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, repeat=(_HEADER,), portrait=True)


def _write_shares(
    sheet: Worksheet, shares: Sequence[tuple[_Share, str, str]], totals: Counter[Status]
) -> int:
    """The table of managers; its last row."""
    manager, everything, soonest = say.VISITS_HEADS
    statuses = [say.VISITS_STATUS[status.value] for status in _STATUSES]
    for column, head in enumerate((manager, *statuses, everything, soonest), 1):
        cell = text_cell(sheet, _HEADER, column, head)
        cell.font, cell.fill = style.font(bold=True, color="FFFFFF"), style.fill(style.BRAND)
        cell.alignment, cell.border = style.CENTRED, style.EDGE
        sheet.column_dimensions[get_column_letter(column)].width = 26 if column == 1 else 14
    sheet.row_dimensions[_HEADER].height = 24
    row = _HEADER
    for row, (share, name, target) in enumerate(shares, _HEADER + 1):
        _write_counts(sheet, row, name, share.counts, share.soonest)
        sheet.cell(row, 1).hyperlink = Hyperlink(
            ref=f"A{row}", location=f"{quote_sheetname(target)}!A1"
        )
        sheet.cell(row, 1).font = style.font(color=style.BRAND)
    _write_counts(sheet, row + 1, say.VISITS_TOTAL, totals, None, bold=True)
    return row + 1


def _write_counts(
    sheet: Worksheet,
    row: int,
    name: str,
    counts: Counter[Status],
    soonest: date | None,
    *,
    bold: bool = False,
) -> None:
    text_cell(sheet, row, 1, name).font = style.font(bold=bold)
    sheet.cell(row, 1).border = style.EDGE
    figures = [*(counts[status] for status in _STATUSES), counts.total(), soonest]
    for column, value in enumerate(figures, 2):
        cell = sheet.cell(row, column)
        cell.value = value
        overdue = column == 2 and bool(value)
        cell.font = style.font(bold=bold or overdue, color=style.ALARM if overdue else style.INK)
        cell.border, cell.alignment = style.EDGE, style.CENTRED
        if column == len(figures) + 1:
            cell.number_format = "yyyy-mm-dd"
