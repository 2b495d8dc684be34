"""The KPI workbook a head puts on the wall: one page of figures and charts, then its groups, a sheet per subject."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl.chart import BarChart
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.kpi import Kpi, KpiReport
from cmledger.records.kpi_words import Direction, Unit
from cmledger.sheets import style
from cmledger.sheets.charts import place, shares_chart
from cmledger.sheets.kpi_tables import (
    CHART_ROWS,
    FORMATS,
    FamilyTable,
    families,
    write_family,
    write_heading,
    write_heads,
    write_name,
    write_number,
)
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import sheet_title, text_cell
from cmledger.wording import kpis as say_kpi
from cmledger.wording import workbooks as say

_CARDS = ("visit_completion", "visits_overdue", "new_payment_adoption", "manager_coverage")
_CARD_SPANS = ((1, 1), (2, 4), (5, 7), (8, 10))
_TIER_COLUMN = 8
_LAST_COLUMN = 10
_TOP = 9
"""Row of the overview's table heads."""


def write_kpi_book(path: Path, report: KpiReport, caller: Caller) -> None:
    """Write the report as a workbook. Raises OutputNotWritable, UsageProblem."""
    workbook = style.new_workbook()
    overview = workbook.create_sheet(say.KPI_OVERVIEW)
    tables = []
    for family in families(report.kpis):
        if any(kpi.by for kpi in family.kpis):
            sheet = workbook.create_sheet(sheet_title(family.name, workbook.sheetnames))
            tables.append(write_family(sheet, family, report, caller))
    _write_overview(overview, report, tables, caller)
    save_workbook(path, workbook, caller)


# --- the first page ------------------------------------------------------------------------------


def _write_overview(
    sheet: Worksheet, report: KpiReport, tables: Sequence[FamilyTable], caller: Caller
) -> None:
    for column, width in enumerate((29, *[10.5] * 9), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    write_heading(sheet, report, say.KPI_TITLE.format(office=report.office or ""), size=18)
    told = _visits_told(report)
    cards = [told if code == "visit_completion" else code for code in _CARDS]
    chosen = [kpi for code in cards if (kpi := report.kpi(code)) is not None]
    for kpi, span in zip(chosen or report.kpis[:4], _CARD_SPANS, strict=False):
        _write_card(sheet, kpi, span)
    row = max(_write_figures(sheet, report.kpis), _write_tiers(sheet, report)) + 2
    for line in _remarks(report):
        cell = text_cell(sheet, row, 1, line)
        cell.font = style.font(9, color=style.QUIET)
        row += 1
    for chart in _overview_charts(tables, told):
        place(sheet, chart, (1, _LAST_COLUMN), (row, row + CHART_ROWS - 2))
        row += CHART_ROWS
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, portrait=True)
    sheet.page_setup.fitToHeight = 1
    sheet.print_area = f"A1:{get_column_letter(_LAST_COLUMN)}{row}"


def _visits_told(report: KpiReport) -> str:
    """Which KPI tells of the visits: their completion, or how far they are where no period has ended yet."""
    completion = report.kpi("visit_completion")
    none_yet = completion is not None and completion.value is None
    return "visit_progress" if none_yet else "visit_completion"


def _overview_charts(tables: Sequence[FamilyTable], told: str) -> list[BarChart]:
    """At most two: visits done, and who looks after how many."""
    drawn = [table for table in tables if table.drawn]
    drawn.sort(key=lambda table: _first_page_rank(table.family.kpis[0], told))
    return [chart for table in drawn[:2] if (chart := table.chart()) is not None]


def _first_page_rank(kpi: Kpi, told: str) -> int:
    """Visits done come first, then who looks after how many, then the rest in the order of the report."""
    return 0 if kpi.code == told else 1 if kpi.tier is not None else 2


def _write_card(sheet: Worksheet, kpi: Kpi, span: tuple[int, int]) -> None:
    """One figure, large: green where the target is met, red where it is missed."""
    color = {True: style.BRAND, False: style.ALARM, None: style.INK}[kpi.met]
    faces = (
        (4, kpi.name, style.font(color=style.QUIET), 22),
        (5, None, style.font(24, bold=True, color=color), 42),
        (6, _target_text(kpi) or say.KPI_NO_TARGET, style.font(9, color=style.QUIET), 20),
    )
    for row, text, face, height in faces:
        for column in range(span[0], span[1] + 1):
            sheet.cell(row, column).fill = style.fill(style.TINT)
        if text is None:
            cell = sheet.cell(row, span[0])
            cell.value = kpi.figure if kpi.figure is not None else say_kpi.NO_VALUE
            cell.number_format = FORMATS[kpi.unit]
        else:
            cell = text_cell(sheet, row, span[0], text)
        cell.font, cell.alignment = face, style.CENTRED
        sheet.row_dimensions[row].height = height
        if span[1] > span[0]:
            sheet.merge_cells(start_row=row, end_row=row, start_column=span[0], end_column=span[1])


def _write_figures(sheet: Worksheet, kpis: Sequence[Kpi]) -> int:
    """The table of all KPIs; its last row."""
    write_heads(sheet, _TOP - 1, 1, say.KPI_HEADS)
    row = _TOP - 1
    for row, kpi in enumerate(kpis, _TOP):
        write_name(sheet, row, kpi.name)
        figure = kpi.figure
        write_number(sheet, row, 2, figure, FORMATS[kpi.unit], bold=True)
        for column, text in ((3, _target_text(kpi)), (4, say_kpi.MET[kpi.met])):
            cell = text_cell(sheet, row, column, text)
            cell.font = style.font(color=style.ALARM if kpi.met is False else style.INK)
            cell.alignment, cell.border = style.CENTRED, style.EDGE
        write_number(sheet, row, 5, kpi.numerator, "#,##0")
        write_number(sheet, row, 6, kpi.denominator, "#,##0")
    return row


def _write_tiers(sheet: Worksheet, report: KpiReport) -> int:
    """Customers by tier with their chart, to the right of the figures; the last row they take."""
    write_heads(sheet, _TOP - 1, _TIER_COLUMN, say.KPI_TIER_HEADS)
    everyone = sum(tier.customers for tier in report.tiers)
    row = _TOP - 1
    for row, tier in enumerate(report.tiers, _TOP):
        write_name(sheet, row, tier.name, column=_TIER_COLUMN)
        write_number(sheet, row, _TIER_COLUMN + 1, tier.customers, "#,##0")
        share = tier.customers / everyone if everyone else None
        write_number(sheet, row, _TIER_COLUMN + 2, share, "0.0%")
    named = sum(tier.tier is not None for tier in report.tiers)
    if any(tier.customers for tier in report.tiers[:named]):
        chart = shares_chart(
            sheet,
            title=say.KPI_TIERS_CHART,
            keys=(_TIER_COLUMN, _TOP - 1, _TOP - 1 + named),
            figures=_TIER_COLUMN + 1,
        )
        place(sheet, chart, (_TIER_COLUMN - 1, _LAST_COLUMN), (row + 2, row + 10))
        return row + 11
    return row


def _remarks(report: KpiReport) -> list[str]:
    """What the reader must know beside the figures."""
    lines = []
    if report.open_visits.owed:
        lines.append(
            say.KPI_OPEN_VISITS.format(owed=report.open_visits.owed, met=report.open_visits.met)
        )
    if report.assumed_years:
        years = "、".join(map(str, report.assumed_years))
        lines.append(say.KPI_ASSUMED_YEARS.format(years=years))
    if report.not_available:
        names = "、".join(missing.name for missing in report.not_available)
        lines.append(say.KPI_NOT_AVAILABLE.format(names=names))
    return lines


def _target_text(kpi: Kpi) -> str:
    if kpi.target is None:
        return ""
    shown = {
        Unit.RATE: f"{kpi.target:.1%}".replace(".0%", "%"),
        Unit.COUNT: f"{kpi.target:g}",
        Unit.AVERAGE: f"{kpi.target:g}",
    }[kpi.unit]
    sign = say_kpi.AT_LEAST if kpi.direction is Direction.AT_LEAST else say_kpi.AT_MOST
    return sign.format(target=shown)
