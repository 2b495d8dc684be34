"""How written workbooks look, in one place: fonts that every Chinese Windows has, quiet colours, page set-up."""

from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.wording import workbooks as say

FONT = "Microsoft YaHei"
SIZE = 10
INK = "1F2937"
QUIET = "6B7280"
BRAND = "1F6F54"
"""The green of the grid company's signs: headers and the first series of a chart."""
ALARM = "C00000"
TINT = "E7F1EC"
REQUIRED_TINT = "FFF2CC"
"""Header of a column that must be filled in."""
FILL_IN_TINT = "FFFBE6"
"""Cells staff write in."""
SERIES = ("1F6F54", "D9A441", "5B8DB8", "A8B5A2", "8C6BB1", "C0504D")

_THIN = Side(style="thin", color="C9D1CD")
EDGE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
LEFT = Alignment(horizontal="left", vertical="center")
WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True)


def font(size: float = SIZE, *, bold: bool = False, color: str = INK, struck: bool = False) -> Font:
    """The house font."""
    return Font(name=FONT, size=size, bold=bold, color=color, strike=struck or None)


def fill(color: str) -> PatternFill:
    """A plain background."""
    return PatternFill("solid", fgColor=color)


def new_workbook() -> Workbook:
    """A workbook without sheets whose default font is the house font."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    normal = workbook._named_styles["Normal"]
    normal.font = font()
    normal.alignment = Alignment(vertical="center")
    return workbook


def set_page(
    sheet: Worksheet,
    *,
    actor: str,
    day: date,
    title: str = "",
    repeat: Sequence[int] = (),
    portrait: bool = False,
) -> None:
    """A4, as wide as the page, as many pages down as it takes; header rows (first, last) on each of them."""
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "portrait" if portrait else "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(
        left=0.4, right=0.4, top=0.6, bottom=0.7, header=0.3, footer=0.3
    )
    sheet.print_options.horizontalCentered = True
    if repeat:
        sheet.print_title_rows = f"{repeat[0]}:{repeat[-1]}"
    if title:
        sheet.oddHeader.center.text = title.replace("&", "&&")
    sheet.oddFooter.left.text = say.INTERNAL.format(actor=actor, day=day).replace("&", "&&")
    sheet.oddFooter.right.text = say.PAGE
