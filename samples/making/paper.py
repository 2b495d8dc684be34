"""Writing a sheet the way an office clerk does: bordered cells, merged headers, dates in every notation."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.worksheet import Worksheet

_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_GREY = PatternFill("solid", fgColor="E7E6E6")
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_MOMENT = datetime(2026, 11, 20, 8, 0, 0)  # noqa: DTZ001  Office files carry local time
CHINESE_DATE = 31
"""numFmtId of the built-in format that a Chinese Excel shows as 2026年3月5日."""


class Paper:
    """A worksheet under the pen."""

    def __init__(self, sheet: Worksheet, widths: Sequence[float] = ()) -> None:
        self.sheet = sheet
        for column, width in enumerate(widths, start=1):
            sheet.column_dimensions[letter(column)].width = width
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def title(self, row: int, text: str, width: int) -> None:
        """A merged title over `width` columns."""
        self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        cell = self.sheet.cell(row, 1, text)
        cell.font = Font(name="宋体", size=16, bold=True)
        cell.alignment = _CENTRE
        self.sheet.row_dimensions[row].height = 28

    def note(self, row: int, column: int, text: str) -> None:
        """Text outside the table: 单位：…, 填表人：…"""
        self.sheet.cell(row, column, text).font = Font(name="宋体", size=10)

    def header(self, row: int, titles: Sequence[str | tuple[str, Sequence[str]]]) -> int:
        """A header of one row, or of two where a title has titles below it; the number of columns."""
        deep = any(isinstance(title, tuple) for title in titles)
        column = 1
        for title in titles:
            name, below = title if isinstance(title, tuple) else (title, ())
            width = max(1, len(below))
            self._head(row, column, name)
            for offset, lower in enumerate(below):
                self._head(row + 1, column + offset, lower)
            if below:
                self.merge(row, column, row, column + width - 1)
            elif deep:
                self.merge(row, column, row + 1, column)
            column += width
        return column - 1

    def _head(self, row: int, column: int, text: str) -> None:
        cell = self.sheet.cell(row, column, text)
        cell.font = Font(name="宋体", size=10, bold=True)
        cell.fill, cell.alignment = _GREY, _CENTRE

    def row(self, row: int, values: Sequence[Any], *, bold: bool = False) -> None:
        """A bordered row; a (value, number format) pair sets the format, an int format is a built-in one."""
        for column, value in enumerate(values, start=1):
            shown = None
            if isinstance(value, tuple):
                value, shown = value
            cell = self.sheet.cell(row, column, value)
            cell.font = Font(name="宋体", size=10, bold=bold)
            cell.border = _BOX
            if isinstance(shown, int):
                cell._style.numFmtId = shown  # openpyxl writes built-in formats only by their text
            elif shown:
                cell.number_format = shown

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Merge, with borders all around."""
        for r in range(row, last_row + 1):
            for c in range(column, last_column + 1):
                self.sheet.cell(r, c).border = _BOX
        self.sheet.cell(row, column).alignment = _CENTRE
        if (row, column) != (last_row, last_column):
            self.sheet.merge_cells(
                start_row=row, end_row=last_row, start_column=column, end_column=last_column
            )


def new_book(first_sheet: str) -> Workbook:
    """A workbook with its first sheet, and nothing in it that a clock or a user name wrote."""
    book = Workbook()
    book.active.title = first_sheet
    book.properties.creator = "示例供电所"
    book.properties.created = _MOMENT
    return book


def save(book: Workbook, path: Path) -> None:
    """Write a workbook so that the same content gives the same bytes."""
    raw = BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for item in made.infolist():
            content = made.read(item)
            if item.filename == "docProps/core.xml":
                content = _without_clock(content)
            stamped = zipfile.ZipInfo(item.filename, (2026, 11, 20, 8, 0, 0))
            stamped.compress_type = zipfile.ZIP_DEFLATED
            stamped.external_attr = 0o600 << 16
            out.writestr(stamped, content)


def _without_clock(core: bytes) -> bytes:
    """openpyxl stamps the moment of saving whatever `modified` says."""
    before, rest = core.split(b"<dcterms:modified", 1)
    attributes, _, after = rest.partition(b">")
    return (
        before
        + b"<dcterms:modified"
        + attributes
        + b">2026-11-20T08:00:00Z<"
        + after.split(b"<", 1)[1]
    )


def serial(day: date) -> int:
    """Excel's number of a day."""
    return (day - date(1899, 12, 30)).days


def written(day: date, notation: int) -> Any:
    """A day as offices write it: nine notations, by number."""
    notation %= 9
    if notation == 0:
        return f"{day.year}.{day.month}.{day.day}"
    if notation == 1:
        return f"{day.year}年{day.month}月{day.day}日"
    if notation == 2:
        return (datetime(day.year, day.month, day.day), "yyyy-mm-dd")  # noqa: DTZ001
    if notation == 3:
        return f"{day:%Y%m%d}"
    if notation == 4:
        return int(f"{day:%Y%m%d}")
    if notation == 5:
        return serial(day)
    if notation == 6:
        return f"{day:%Y/%m/%d}"
    if notation == 7:
        return day.isoformat()
    return (serial(day), CHINESE_DATE)


def padded(name: str) -> str:
    """A two-character name the way it is lined up with three-character ones: 张　三."""
    return "\u3000".join(name) if len(name) == 2 else name


def column_names(count: int) -> list[str]:
    """A, B, C …"""
    return [letter(column) for column in range(1, count + 1)]
