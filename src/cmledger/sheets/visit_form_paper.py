"""The paper a 走访单 stands on: rows of boxed cells six columns wide, laid out first and then written as one page of A4."""

import math
from collections.abc import Sequence
from copy import copy
from typing import Final, NamedTuple

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.text import width as text_width
from cmledger.sheets import style
from cmledger.sheets.choices import add_choices, add_date_rule
from cmledger.sheets.visit_form_marks import COLUMN, PAGE, Mark, written
from cmledger.sheets.write import text_cell
from cmledger.wording import workbooks as say

_WIDTHS: Final = (11, 19, 11, 19, 11, 19)
LAST: Final = len(_WIDTHS) - 1
"""The last column, 0-based."""
_LINE: Final = 15.0
"""Points of a line of text."""
_LOWEST: Final = 20.0


class Look(NamedTuple):
    """How a cell looks: a cell to copy it from, the size of its text, what its edges take of its width in characters."""

    cell: SheetCell
    size: float
    margin: float


class Box(NamedTuple):
    """Cells that are one: first and last column, 0-based, what stands in them, and how it looks."""

    first: int
    last: int
    text: str
    look: Look


class _Row(NamedTuple):
    boxes: Sequence[Box]
    height: float
    marks: Sequence[Mark]


class Looks:
    """How the cells of a page look, made once per workbook and copied into each cell."""

    def __init__(self, sheet: Worksheet) -> None:
        """sheet: any of the workbook."""
        dark = Side(style="thin", color="7F8C86")
        self._edge = Border(left=dark, right=dark, top=dark, bottom=dark)
        self._sheet = sheet
        left = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
        top = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
        middle = style.CENTRED
        self.title = self._look(middle, size=18, bold=True, color=style.BRAND, edge=False)
        self.line = self._look(middle, size=9, color=style.QUIET, edge=False)
        self.section = self._look(left, bold=True, color="FFFFFF", fill=style.BRAND)
        self.label = self._look(middle, size=9, color=style.QUIET, fill=style.TINT)
        self.value = self._look(left)
        self.centred = self._look(middle)
        self.alarm = self._look(middle, color=style.ALARM, bold=True)
        self.box = self._look(middle, size=14, fill=style.FILL_IN_TINT)
        self.fill_in = self._look(top, fill=style.FILL_IN_TINT)
        self.fill_in_word = self._look(middle, fill=style.FILL_IN_TINT)
        self.fill_in_day = self._look(middle, fill=style.FILL_IN_TINT, day=True)

    def _look(
        self,
        alignment: Alignment,
        *,
        size: float = style.SIZE,
        bold: bool = False,
        color: str = style.INK,
        fill: str | None = None,
        edge: bool = True,
        day: bool = False,
    ) -> Look:
        cell = SheetCell(self._sheet, row=1, column=1)
        cell.font = style.font(size, bold=bold, color=color)
        cell.alignment = alignment
        if fill is not None:
            cell.fill = style.fill(fill)
        if edge:
            cell.border = self._edge
        cell.number_format = "yyyy-mm-dd" if day else "@"
        return Look(cell, size, 2 if alignment.indent else 0.5)


class Paper:
    """A page on its way from the top down."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._rules: list[tuple[str, str, Sequence[str]]] = []

    @property
    def row(self) -> int:
        """The 0-based row that comes next; as Excel counts, the one written last."""
        return len(self._rows)

    @property
    def used(self) -> float:
        """Points taken up so far."""
        return sum(row.height for row in self._rows)

    def add(
        self, boxes: Sequence[Box], height: float | None = None, marks: Sequence[Mark] = ()
    ) -> None:
        """A row; as tall as its longest text asks where no height is said."""
        if height is None:
            lines = max(_lines(box) for box in boxes)
            height = max(_LOWEST, lines * _LINE + 4)
        self._rows.append(_Row(boxes, height, marks))

    def offer(self, cells: str, title: str, words: Sequence[str]) -> None:
        """Words to choose from in a range of cells; none: days."""
        self._rules.append((cells, title, words))

    def paint(self, sheet: Worksheet) -> None:
        """Write it all onto a blank sheet, the marks into the hidden column."""
        for position, width in enumerate(_WIDTHS):
            sheet.column_dimensions["ABCDEF"[position]].width = width
        hidden = sheet.column_dimensions["ABCDEFG"[COLUMN]]
        hidden.width, hidden.hidden = 4, True
        text_cell(sheet, 1, COLUMN + 1, PAGE)
        for number, row in enumerate(self._rows, 1):
            for box in row.boxes:
                _paint(sheet, number, box)
            if row.marks:
                text_cell(sheet, number, COLUMN + 1, written(row.marks))
            sheet.row_dimensions[number].height = row.height
        for cells, title, words in self._rules:
            if words:
                add_choices(sheet, cells, title, words)
            else:
                prompt, error = say.VISITS_DATE_PROMPT, say.VISITS_DATE_ERROR
                add_date_rule(sheet, cells, prompt=prompt, error=error)


def _paint(sheet: Worksheet, number: int, box: Box) -> None:
    for column in range(box.first, box.last + 1):
        sheet.cell(number, column + 1)._style = copy(box.look.cell._style)
    if box.text:
        text_cell(sheet, number, box.first + 1, box.text)
    if box.last > box.first:
        # merge_cells would work out anew what the cells look like, and takes most of the time for it
        merged = CellRange(None, box.first + 1, number, box.last + 1, number)
        sheet.merged_cells.add(merged.coord)


def _lines(box: Box) -> int:
    """How many lines a text takes in its box; a little room is left, for fonts differ."""
    wide = sum(_WIDTHS[box.first : box.last + 1]) * 0.97 - box.look.margin
    room = max(4.0, wide * style.SIZE / box.look.size)
    return sum(max(1, math.ceil(text_width(part) / room)) for part in box.text.split("\n"))


def set_one_page(sheet: Worksheet, caller: Caller, number: str) -> None:
    """Exactly one page of A4, upright. number: which of how many, in the footer."""
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, portrait=True)
    sheet.page_setup.fitToHeight = 1
    sheet.page_margins = PageMargins(
        left=0.5, right=0.5, top=0.45, bottom=0.6, header=0.2, footer=0.3
    )
    sheet.oddFooter.right.text = number
    sheet.print_area = f"A1:F{sheet.max_row}"
    sheet.sheet_view.showGridLines = False
