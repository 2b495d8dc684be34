"""The KPI workbook a head puts on the wall: one page of figures and charts, then its groups, a sheet per subject."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.chart import BarChart
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.kpi import Direction, Kpi, KpiGroup, KpiReport, Unit
from cmledger.sheets import style
from cmledger.sheets.charts import columns_chart, place, shares_chart
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import sheet_title, text_cell
from cmledger.wording import kpis as say_kpi
from cmledger.wording import workbooks as say

_CARDS = ("visit_completion", "visits_overdue", "new_payment_adoption", "manager_coverage")
_CARD_SPANS = ((1, 1), (2, 4), (5, 7), (8, 10))
_CHARTED = 30
"""Groups a chart shows at most; the table under it has them all."""
_FORMATS = {Unit.RATE: "0.0%", Unit.COUNT: "#,##0", Unit.AVERAGE: "0.0"}
_CHART_ROWS = 16
_TIER_COLUMN = 8
_LAST_COLUMN = 10
_TOP = 9
"""Row of the overview's table heads."""


def write_kpi_book(path: Path, report: KpiReport, caller: Caller) -> None:
    """Write the report as a workbook. Raises OutputNotWritable, UsageProblem."""
    workbook = style.new_workbook()
    overview = workbook.create_sheet(say.KPI_OVERVIEW)
    tables = []
    for family in _families(report.kpis):
        if any(kpi.by for kpi in family.kpis):
            sheet = workbook.create_sheet(sheet_title(family.name, workbook.sheetnames))
            tables.append(_write_family(sheet, family, report, caller))
    _write_overview(overview, report, tables, caller)
    save_workbook(path, workbook, caller)


# --- what belongs on one sheet -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Family:
    """KPIs that are read together: one of all tiers with those of each tier; counts with their rate."""

    name: str
    kpis: tuple[Kpi, ...]


_TOGETHER = {
    "customers_without_manager": "manager_coverage",
    "dues_per_manager": "customers_per_manager",
}


def _families(kpis: Sequence[Kpi]) -> list[_Family]:
    """The KPIs in the order of the report, those of one subject together."""
    found: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        code = kpi.code.removesuffix(f"_{kpi.tier}") if kpi.tier else kpi.code
        found.setdefault(_TOGETHER.get(code, code), []).append(kpi)
    return [_Family(_family_name(members), tuple(members)) for members in found.values()]


def _family_name(kpis: Sequence[Kpi]) -> str:
    if kpis[0].tier is not None:
        return say.KPI_TIERS
    return say.KPI_LOAD if kpis[0].unit is Unit.AVERAGE else kpis[0].name


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a family's table. charted: bar, target or nothing."""

    title: str
    number_format: str
    of_group: Callable[[KpiGroup], float | int | None]
    of_all: float | int | None
    kpi: int
    charted: str = ""


def _columns(family: _Family) -> list[_Column]:
    """The columns after the group's name."""
    columns: list[_Column] = []
    for number, kpi in enumerate(family.kpis):
        first, by_tier = number == 0, kpi.tier is not None
        if kpi.unit is Unit.COUNT:
            charted = "bar" if first or (by_tier and family.kpis[0].unit is Unit.COUNT) else ""
            columns.append(
                _Column(kpi.name, "#,##0", lambda g: g.numerator, kpi.numerator, number, charted)
            )
            continue
        if first or not by_tier:
            columns += [
                _Column(
                    say.KPI_NUMERATOR.format(name=kpi.name),
                    "#,##0",
                    lambda g: g.numerator,
                    kpi.numerator,
                    number,
                ),
                _Column(
                    say.KPI_DENOMINATOR.format(name=kpi.name),
                    "#,##0",
                    lambda g: g.denominator,
                    kpi.denominator,
                    number,
                ),
            ]
        charted = "bar" if first else ""
        columns.append(
            _Column(kpi.name, _FORMATS[kpi.unit], lambda g: g.value, kpi.value, number, charted)
        )
        if first and kpi.target is not None:
            target = kpi.target
            columns.append(
                _Column(
                    say.KPI_TARGET_SERIES,
                    _FORMATS[kpi.unit],
                    lambda _, target=target: target,  # type: ignore[misc]
                    target,
                    number,
                    "target",
                )
            )
    return columns


# --- a sheet per subject -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """Where a family's table stands, for the charts drawn from it."""

    family: _Family
    sheet: Worksheet
    title: str
    header: int
    last: int
    bars: tuple[int, ...]
    target: int | None
    drawn: bool
    """Whether there is a figure to draw."""

    def chart(self) -> BarChart | None:
        """Its chart; None where there is nothing to draw."""
        if not self.drawn:
            return None
        return columns_chart(
            self.sheet,
            title=self.title,
            keys=(1, self.header, min(self.last, self.header + _CHARTED)),
            series=self.bars,
            target=self.target,
            percent=self.family.kpis[0].unit is Unit.RATE,
            stacked=len(self.bars) > 1,
        )


def _write_family(sheet: Worksheet, family: _Family, report: KpiReport, caller: Caller) -> _Table:
    """Heading, chart, and the table of all groups, best first."""
    columns, rows = _columns(family), _ranked(family)
    drawn = any(
        column.of_group(groups[column.kpi])
        for groups in rows
        for column in columns
        if column.charted == "bar"
    )
    header = 4 + (_CHART_ROWS if drawn else 0)
    title = say.KPI_BY.format(name=family.name, by=say_kpi.BY[report.by.value])
    _write_heading(sheet, report, title, size=15)
    if drawn and len(rows) > _CHARTED:
        note = text_cell(sheet, 3, 1, say.KPI_CHART_CUT.format(count=_CHARTED))
        note.font = style.font(9, color=style.QUIET)
    _write_heads(sheet, header, 1, [say_kpi.BY[report.by.value], *(c.title for c in columns)])
    for number, groups in enumerate(rows, header + 1):
        _write_name(sheet, number, groups[0].key or say_kpi.UNASSIGNED)
        for position, column in enumerate(columns, 2):
            value = column.of_group(groups[column.kpi])
            _write_number(sheet, number, position, value, column.number_format)
    last = header + len(rows)
    _write_name(sheet, last + 1, say.KPI_ALL, bold=True)
    for position, column in enumerate(columns, 2):
        _write_number(sheet, last + 1, position, column.of_all, column.number_format, bold=True)
    sheet.column_dimensions["A"].width = 22
    for position, column in enumerate(columns, 2):
        longest = max(style.display_width(part) for part in column.title.split("\n"))
        sheet.column_dimensions[get_column_letter(position)].width = max(11, min(longest + 2, 24))
    sheet.row_dimensions[header].height = 36
    sheet.freeze_panes = f"B{header + 1}"
    sheet.sheet_view.showGridLines = False
    table = _Table(
        family,
        sheet,
        title,
        header,
        last,
        tuple(i for i, c in enumerate(columns, 2) if c.charted == "bar"),
        next((i for i, c in enumerate(columns, 2) if c.charted == "target"), None),
        drawn,
    )
    chart = table.chart()
    if chart is not None:
        place(sheet, chart, (1, max(len(columns) + 1, 6)), (4, 2 + _CHART_ROWS))
    style.set_page(
        sheet, actor=caller.actor, day=caller.as_of, repeat=(header,), portrait=len(columns) < 8
    )
    return table


def _ranked(family: _Family) -> list[list[KpiGroup]]:
    """The groups of all KPIs of the family side by side, best figure first, those without a name last."""
    keys = list(dict.fromkeys(group.key for kpi in family.kpis for group in kpi.by))
    by_key = [{group.key: group for group in kpi.by} for kpi in family.kpis]
    rows = [[groups.get(key, KpiGroup(key, 0, 0)) for groups in by_key] for key in keys]
    stacked = family.kpis[0].tier is not None

    def rank(row: list[KpiGroup]) -> tuple[bool, float]:
        first = row[0]
        if stacked:
            figure: float = sum(group.numerator for group in row)
        elif family.kpis[0].unit is Unit.COUNT:
            figure = first.numerator
        else:
            figure = -1.0 if first.value is None else first.value
        return first.key is None, -figure

    return sorted(rows, key=rank)


# --- the first page ------------------------------------------------------------------------------


def _write_overview(
    sheet: Worksheet, report: KpiReport, tables: Sequence[_Table], caller: Caller
) -> None:
    for column, width in enumerate((29, *[10.5] * 9), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    _write_heading(sheet, report, say.KPI_TITLE.format(office=report.office or ""), size=18)
    chosen = [kpi for code in _CARDS if (kpi := report.kpi(code)) is not None]
    for kpi, span in zip(chosen or report.kpis[:4], _CARD_SPANS, strict=False):
        _write_card(sheet, kpi, span)
    row = max(_write_figures(sheet, report.kpis), _write_tiers(sheet, report)) + 2
    for line in _remarks(report):
        cell = text_cell(sheet, row, 1, line)
        cell.font = style.font(9, color=style.QUIET)
        row += 1
    for chart in _overview_charts(tables):
        place(sheet, chart, (1, _LAST_COLUMN), (row, row + _CHART_ROWS - 2))
        row += _CHART_ROWS
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, portrait=True)
    sheet.page_setup.fitToHeight = 1
    sheet.print_area = f"A1:{get_column_letter(_LAST_COLUMN)}{row}"


def _overview_charts(tables: Sequence[_Table]) -> list[BarChart]:
    """At most two: visits done, and who looks after how many."""
    drawn = [table for table in tables if table.drawn]
    drawn.sort(key=lambda table: _first_page_rank(table.family.kpis[0]))
    return [chart for table in drawn[:2] if (chart := table.chart()) is not None]


def _first_page_rank(kpi: Kpi) -> int:
    """Visits done come first, then who looks after how many, then the rest in the order of the report."""
    return 0 if kpi.code == "visit_completion" else 1 if kpi.tier is not None else 2


def _write_heading(sheet: Worksheet, report: KpiReport, title: str, *, size: int) -> None:
    """Title and period."""
    sheet.sheet_format.defaultRowHeight = 18
    sheet.sheet_format.customHeight = True
    cell = text_cell(sheet, 1, 1, title)
    cell.font = style.font(size, bold=True, color=style.BRAND)
    sheet.row_dimensions[1].height = size * 1.9
    period = report.period
    cell = text_cell(
        sheet,
        2,
        1,
        say.KPI_PERIOD.format(
            label=period.label,
            first=period.first,
            last=period.last,
            counted_to=period.counted_to,
            state="" if period.closed else say.KPI_OPEN,
        ),
    )
    cell.font = style.font(color=style.QUIET)


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
            cell.number_format = _FORMATS[kpi.unit]
        else:
            cell = text_cell(sheet, row, span[0], text)
        cell.font, cell.alignment = face, style.CENTRED
        sheet.row_dimensions[row].height = height
        if span[1] > span[0]:
            sheet.merge_cells(start_row=row, end_row=row, start_column=span[0], end_column=span[1])


def _write_figures(sheet: Worksheet, kpis: Sequence[Kpi]) -> int:
    """The table of all KPIs; its last row."""
    _write_heads(sheet, _TOP - 1, 1, say.KPI_HEADS)
    row = _TOP - 1
    for row, kpi in enumerate(kpis, _TOP):
        _write_name(sheet, row, kpi.name)
        figure = kpi.figure
        _write_number(sheet, row, 2, figure, _FORMATS[kpi.unit], bold=True)
        for column, text in ((3, _target_text(kpi)), (4, say_kpi.MET[kpi.met])):
            cell = text_cell(sheet, row, column, text)
            cell.font = style.font(color=style.ALARM if kpi.met is False else style.INK)
            cell.alignment, cell.border = style.CENTRED, style.EDGE
        _write_number(sheet, row, 5, kpi.numerator, "#,##0")
        _write_number(sheet, row, 6, kpi.denominator, "#,##0")
    return row


def _write_tiers(sheet: Worksheet, report: KpiReport) -> int:
    """Customers by tier with their chart, to the right of the figures; the last row they take."""
    _write_heads(sheet, _TOP - 1, _TIER_COLUMN, say.KPI_TIER_HEADS)
    everyone = sum(tier.customers for tier in report.tiers)
    row = _TOP - 1
    for row, tier in enumerate(report.tiers, _TOP):
        _write_name(sheet, row, tier.name, column=_TIER_COLUMN)
        _write_number(sheet, row, _TIER_COLUMN + 1, tier.customers, "#,##0")
        share = tier.customers / everyone if everyone else None
        _write_number(sheet, row, _TIER_COLUMN + 2, share, "0.0%")
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


# --- cells ---------------------------------------------------------------------------------------


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


def _write_heads(sheet: Worksheet, row: int, first: int, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, first):
        cell = text_cell(sheet, row, column, title)
        cell.font = style.font(bold=True, color="FFFFFF")
        cell.fill = style.fill(style.BRAND)
        cell.alignment, cell.border = style.CENTRED, style.EDGE
    sheet.row_dimensions[row].height = 24


def _write_name(
    sheet: Worksheet, row: int, name: str, *, column: int = 1, bold: bool = False
) -> None:
    cell = text_cell(sheet, row, column, name)
    cell.font, cell.alignment, cell.border = style.font(bold=bold), style.LEFT, style.EDGE


def _write_number(
    sheet: Worksheet,
    row: int,
    column: int,
    value: float | int | None,
    number_format: str,
    *,
    bold: bool = False,
) -> None:
    """A figure; a dash where there is none."""
    cell = sheet.cell(row, column)
    cell.value = say_kpi.NO_VALUE if value is None else value
    cell.number_format = number_format
    cell.font, cell.border = style.font(bold=bold), style.EDGE
    cell.alignment = style.RIGHT if value is not None else style.CENTRED
