"""The groups of KPIs as sheets: those read together in one table, best first, with its chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.kpi import Kpi, KpiGroup, KpiReport
from cmledger.records.kpi_words import Unit
from cmledger.records.text import width as text_width
from cmledger.sheets import style
from cmledger.sheets.charts import columns_chart, place
from cmledger.sheets.write import text_cell
from cmledger.wording import kpis as say_kpi
from cmledger.wording import workbooks as say

_CHARTED = 30
"""Groups a chart shows at most; the table under it has them all."""
FORMATS = {Unit.RATE: "0.0%", Unit.COUNT: "#,##0", Unit.AVERAGE: "0.0"}
CHART_ROWS = 16


# --- what belongs on one sheet -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Family:
    """KPIs that are read together: one of all tiers with those of each tier; counts with their rate."""

    name: str
    kpis: tuple[Kpi, ...]


_TOGETHER = {
    "customers_without_manager": "manager_coverage",
    "dues_per_manager": "customers_per_manager",
}


def families(kpis: Sequence[Kpi]) -> list[Family]:
    """The KPIs in the order of the report, those of one subject together."""
    found: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        code = kpi.code.removesuffix(f"_{kpi.tier}") if kpi.tier else kpi.code
        found.setdefault(_TOGETHER.get(code, code), []).append(kpi)
    return [Family(_family_name(members), tuple(members)) for members in found.values()]


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


def _columns(family: Family) -> list[_Column]:
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
            _Column(kpi.name, FORMATS[kpi.unit], lambda g: g.value, kpi.value, number, charted)
        )
        if first and kpi.target is not None:
            target = kpi.target
            columns.append(
                _Column(
                    say.KPI_TARGET_SERIES,
                    FORMATS[kpi.unit],
                    lambda _, target=target: target,  # type: ignore[misc]
                    target,
                    number,
                    "target",
                )
            )
    return columns


# --- a sheet per subject -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """Where a family's table stands, for the charts drawn from it."""

    family: Family
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


def write_family(
    sheet: Worksheet, family: Family, report: KpiReport, caller: Caller
) -> FamilyTable:
    """Heading, chart, and the table of all groups, best first."""
    columns, rows = _columns(family), _ranked(family)
    drawn = any(
        column.of_group(groups[column.kpi])
        for groups in rows
        for column in columns
        if column.charted == "bar"
    )
    header = 4 + (CHART_ROWS if drawn else 0)
    title = say.KPI_BY.format(name=family.name, by=say_kpi.BY[report.by.value])
    write_heading(sheet, report, title, size=15)
    if drawn and len(rows) > _CHARTED:
        note = text_cell(sheet, 3, 1, say.KPI_CHART_CUT.format(count=_CHARTED))
        note.font = style.font(9, color=style.QUIET)
    write_heads(sheet, header, 1, [say_kpi.BY[report.by.value], *(c.title for c in columns)])
    for number, groups in enumerate(rows, header + 1):
        write_name(sheet, number, groups[0].key or say_kpi.UNASSIGNED)
        for position, column in enumerate(columns, 2):
            value = column.of_group(groups[column.kpi])
            write_number(sheet, number, position, value, column.number_format)
    last = header + len(rows)
    write_name(sheet, last + 1, say.KPI_ALL, bold=True)
    for position, column in enumerate(columns, 2):
        write_number(sheet, last + 1, position, column.of_all, column.number_format, bold=True)
    sheet.column_dimensions["A"].width = 22
    for position, column in enumerate(columns, 2):
        longest = max(text_width(part) for part in column.title.split("\n"))
        sheet.column_dimensions[get_column_letter(position)].width = max(11, min(longest + 2, 24))
    sheet.row_dimensions[header].height = 36
    sheet.freeze_panes = f"B{header + 1}"
    sheet.sheet_view.showGridLines = False
    table = FamilyTable(
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
        place(sheet, chart, (1, max(len(columns) + 1, 6)), (4, 2 + CHART_ROWS))
    style.set_page(
        sheet, actor=caller.actor, day=caller.as_of, repeat=(header,), portrait=len(columns) < 8
    )
    return table


def _ranked(family: Family) -> list[list[KpiGroup]]:
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


# --- cells ---------------------------------------------------------------------------------------


def write_heads(sheet: Worksheet, row: int, first: int, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles, first):
        cell = text_cell(sheet, row, column, title)
        cell.font = style.font(bold=True, color="FFFFFF")
        cell.fill = style.fill(style.BRAND)
        cell.alignment, cell.border = style.CENTRED, style.EDGE
    sheet.row_dimensions[row].height = 24


def write_name(
    sheet: Worksheet, row: int, name: str, *, column: int = 1, bold: bool = False
) -> None:
    cell = text_cell(sheet, row, column, name)
    cell.font, cell.alignment, cell.border = style.font(bold=bold), style.LEFT, style.EDGE


def write_number(
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


def write_heading(sheet: Worksheet, report: KpiReport, title: str, *, size: int) -> None:
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
