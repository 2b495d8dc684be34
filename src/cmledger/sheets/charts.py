"""Native Excel charts in the house colours; their figures stand in cells, so that Excel can redraw them."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, DoughnutChart, LineChart, Reference
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RichTextProperties,
)
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.sheets import style


def place(
    sheet: Worksheet, chart: ChartBase, columns: tuple[int, int], rows: tuple[int, int]
) -> None:
    """Stand a chart on these cells (first and last, 1-based), however wide the reader's font makes them."""
    chart.anchor = TwoCellAnchor(
        editAs="oneCell",
        _from=AnchorMarker(col=columns[0] - 1, row=rows[0] - 1),
        to=AnchorMarker(col=columns[1], row=rows[1]),
    )
    sheet.add_chart(chart)


def columns_chart(
    sheet: Worksheet,
    *,
    title: str,
    keys: tuple[int, int, int],
    series: tuple[int, ...],
    target: int | None,
    percent: bool,
    stacked: bool = False,
    colors: Sequence[str] = style.SERIES,
) -> BarChart:
    """Upright bars, one group per row, with the target as a line.

    keys: (column, header row, last row) of the names; series, target: columns of figures.
    """
    column, header, last = keys
    chart = BarChart()
    chart.type = "col"
    chart.title = title
    chart.gapWidth = 60
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    for figures in series:
        chart.add_data(
            Reference(sheet, min_col=figures, min_row=header, max_row=last), titles_from_data=True
        )
    chart.set_categories(Reference(sheet, min_col=column, min_row=header + 1, max_row=last))
    for one, color in zip(chart.series, colors, strict=False):
        one.graphicalProperties = GraphicalProperties(solidFill=color)
    if len(series) == 1 and last - header <= 20:
        chart.dataLabels = _labels("0%", inside=True) if percent else _labels("0.#")
    chart.legend = None if len(series) == 1 and target is None else chart.legend
    if chart.legend is not None:
        chart.legend.position = "b"
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = _text(9)
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E8E5"))
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = "0%" if percent else "0"
    if percent:
        chart.y_axis.scaling.max = 1
    if target is not None:
        chart += _target_line(sheet, target, header, last)
    _set_title_font(chart)
    return chart


def shares_chart(
    sheet: Worksheet, *, title: str, keys: tuple[int, int, int], figures: int
) -> DoughnutChart:
    """A ring of few shares, each with its name and number."""
    column, header, last = keys
    chart = DoughnutChart()
    chart.title = title
    chart.holeSize = 55
    chart.add_data(Reference(sheet, min_col=figures, min_row=header + 1, max_row=last))
    chart.set_categories(Reference(sheet, min_col=column, min_row=header + 1, max_row=last))
    chart.series[0].data_points = [
        DataPoint(idx=i, spPr=GraphicalProperties(solidFill=style.SERIES[i % len(style.SERIES)]))
        for i in range(last - header)
    ]
    chart.dataLabels = _labels("0", color="FFFFFF")
    chart.legend.position = "r"
    _set_title_font(chart)
    return chart


def _target_line(sheet: Worksheet, column: int, header: int, last: int) -> LineChart:
    line = LineChart()
    line.add_data(
        Reference(sheet, min_col=column, min_row=header, max_row=last), titles_from_data=True
    )
    one = line.series[0]
    one.graphicalProperties = GraphicalProperties(
        ln=LineProperties(solidFill=style.ALARM, w=19050, prstDash="dash")
    )
    one.marker.symbol = "none"
    one.smooth = False
    return line


def _labels(number_format: str, *, inside: bool = False, color: str = style.INK) -> DataLabelList:
    """The figure of each bar or share; inside the bar (in white) where a line may run above it."""
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.numFmt = number_format
    if inside:
        labels.dLblPos = "inEnd"
    labels.txPr = _text(8, color="FFFFFF" if inside else color)
    return labels


def _text(size: int, *, bold: bool = False, color: str = style.INK) -> RichText:
    """Text properties in the house font; `size` in points."""
    looks = CharacterProperties(
        sz=size * 100,
        b=bold,
        solidFill=color,
        latin=Font(typeface=style.FONT),
        ea=Font(typeface=style.FONT),
    )
    return RichText(
        bodyPr=RichTextProperties(),
        p=[Paragraph(pPr=ParagraphProperties(defRPr=looks), endParaRPr=looks)],
    )


def _set_title_font(chart: BarChart | DoughnutChart) -> None:
    looks = _text(11, bold=True).p[0].pPr
    for paragraph in chart.title.tx.rich.p:
        paragraph.pPr = looks
    chart.title.overlay = False
    chart.title.layout = Layout(
        manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.02, y=0.02)
    )
