"""A new .xlsx from the cells of any source, bad cells marked: all rows, or the rejected ones with their headers."""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from cmledger.records.caller import Caller
from cmledger.records.text import width as text_width
from cmledger.sheets import style
from cmledger.sheets.annotate_marks import (
    MOST_COMMENTS,
    REASON_WIDTH,
    Marks,
    by_cell,
    reason,
    redden,
)
from cmledger.sheets.cell_texts import CELL_CHARACTERS, unmistakable, writable
from cmledger.sheets.grid import Book, Cell, CellError, Grid
from cmledger.sheets.lexicon import REASON_HEADER, SOURCE_ROW_HEADER, tidy
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import sheet_title

_NARROWEST, _WIDEST = 9, 40
_REMEMBERED: Final = 4096
_MEASURED: Final = 200
"""Rows whose texts settle how wide a column is."""


def write_plain(
    book: Book, marks: Sequence[Marks], target: Path, caller: Caller, *, only_rejected: bool
) -> None:
    """Write the cells as they were read, row by row, so that a large workbook needs little memory.

    only_rejected: of each marked sheet its titles and headers, and the rejected rows, each with the row it had in the
    source. Raises OutputNotWritable.
    """
    workbook = Workbook(write_only=True)
    workbook._named_styles["Normal"].font = style.font()
    marked = {mark.sheet: mark for mark in marks}
    first = None
    for grid in book.grids:
        mark = marked.get(grid.name)
        if mark is None and only_rejected:
            continue
        sheet = _Sheet(workbook, grid, mark or Marks(grid.name), only_rejected=only_rejected)
        sheet.write()
        if first is None and mark is not None:
            first = len(workbook.sheetnames) - 1
    workbook.active = first or 0
    save_workbook(target, workbook, caller)


class _Sheet:
    """One sheet on its way from a grid into a workbook that is written row by row."""

    def __init__(
        self, workbook: Workbook, grid: Grid, marks: Marks, *, only_rejected: bool
    ) -> None:
        self.sheet: Any = workbook.create_sheet(sheet_title(grid.name, workbook.sheetnames))
        self.grid, self.marks = grid, marks
        if grid.hidden and not marks.rejected:
            self.sheet.sheet_state = "hidden"
        self.source = _kept_rows(marks) if only_rejected else list(range(len(grid.rows)))
        """The 0-based source row of each row written."""
        self.place = {row: n for n, row in enumerate(self.source)}
        self.titles = {
            row - 1: (table, row == min(table.header_rows))
            for table in marks.tables
            for row in table.header_rows
        }
        self.rejected = {row - 1: table for table in marks.tables for row in table.rejected}
        self.bad: dict[int, dict[int, list[str]]] = {}
        for table in marks.tables:
            for row in table.rejected:
                for (at, column), sentences in by_cell(table, row).items():
                    self.bad.setdefault(at - 1, {}).setdefault(column, []).extend(sentences)
        width = len(grid.rows[0]) if grid.rows else 0
        self.number = self.reason = -1
        if any(table.rejected and table.header_rows for table in marks.tables):
            if only_rejected:
                self.number = self._column(SOURCE_ROW_HEADER, width)
            self.reason = self._column(REASON_HEADER, max(width, self.number + 1))
        self.width = max(width, self.number + 1, self.reason + 1)
        self.comments = 0
        self.looks: dict[tuple[str, bool, bool], Any] = {}
        self.texts: dict[tuple[str, bool, bool], Any] = {}
        """Cells of texts that were written before: openpyxl takes the same one again."""

    def _column(self, header: str, free: int) -> int:
        """Where the source has a column of that header from an earlier round, else a free one."""
        for row in self.titles:
            for column, title in enumerate(self.grid.rows[row]):
                if isinstance(title, str) and tidy(title) == header:
                    return column
        return free

    def write(self) -> None:
        """All rows; what goes before and after them too."""
        self._set_widths()
        self._set_ranges()
        for row in self.source:
            cells = self._row(row)
            self.sheet.append(self._struck(cells) if row + 1 in self.grid.struck_rows else cells)

    def _row(self, row: int) -> list[Any]:
        values: list[Any] = list(self.grid.rows[row])
        values += [None] * (self.width - len(values))
        title = self.titles.get(row)
        out = [self._cell(value, title=title is not None) for value in values]
        if title is not None and title[0].rejected:
            for column, header in ((self.number, SOURCE_ROW_HEADER), (self.reason, REASON_HEADER)):
                if column >= 0:
                    out[column] = self._text(header if title[1] else "", title=True)
        for column, sentences in self.bad.get(row, {}).items():
            self._redden(out, column, sentences)
        table = self.rejected.get(row)
        if self.reason < 0 or title is not None:
            return out
        if table is not None and table.header_rows:
            out[self.reason] = self._text(reason(table.rejected[row + 1]), title=False, alarm=True)
            if self.number >= 0 and values[self.number] is None:
                out[self.number] = row + 1
        elif self._in_table(row):
            out[self.reason] = None  # the reason of an earlier round
        return out

    def _in_table(self, row: int) -> bool:
        return any(
            max(t.header_rows) <= row < t.last_row for t in self.marks.tables if t.header_rows
        )

    def _redden(self, out: list[Any], column: int, sentences: Sequence[str]) -> None:
        """Mark one cell (1-based column), blank or not."""
        out += [None] * (column - len(out))
        cell = self._own(out[column - 1])
        redden(cell, sentences, comment=self.comments < MOST_COMMENTS)
        self.comments += 1
        out[column - 1] = cell

    def _struck(self, cells: list[Any]) -> list[Any]:
        """A row that was struck through stays so: else it would be taken in when the workbook comes back."""
        struck = [None if shown is None else self._own(shown) for shown in cells]
        for cell in filter(None, struck):
            cell.font = style.font(struck=True)
        return struck

    def _own(self, shown: Any) -> Any:
        """A cell that shares nothing with others, to be changed."""
        cell = WriteOnlyCell(self.sheet)
        if isinstance(shown, SheetCell):
            cell._value, cell.data_type = shown._value, shown.data_type
            cell._style = copy(shown._style)
        else:
            cell.value = shown
        return cell

    # --- cells -----------------------------------------------------------------------------------

    def _cell(self, value: Cell, *, title: bool) -> Any:
        """A value as openpyxl takes it: plain numbers as they are, everything else as a cell with its format."""
        if value is None or value == "":
            return self._text("", title=True) if title else None
        if isinstance(value, str):
            return self._text(value, title=title)
        if isinstance(value, CellError):
            return self._typed(value.text if value.text != "=" else "#N/A", "e", "General", title)
        if isinstance(value, bool) or (isinstance(value, (int, float)) and not title):
            return value
        if isinstance(value, (int, float)):
            return self._typed(value, "n", "General", title)
        return self._typed(value, "d", _date_format(value), title)

    def _text(self, text: str, *, title: bool, alarm: bool = False) -> Any:
        """A text cell, whatever the text begins with; what XML cannot hold is left out."""
        known = self.texts.get((text, title, alarm))
        if known is None:
            if len(self.texts) > _REMEMBERED:
                self.texts.clear()
            known = self.texts[text, title, alarm] = self._new_text(text, title, alarm)
        return known

    def _new_text(self, text: str, title: bool, alarm: bool) -> Any:
        clean = unmistakable(writable(text))
        return self._typed(clean[:CELL_CHARACTERS], "s", "@", title, alarm)

    def _typed(
        self, value: Any, kind: str, number_format: str, title: bool, alarm: bool = False
    ) -> Any:
        """A cell of its own. Cells of one look share it: whoever changes one takes a copy first."""
        cell = WriteOnlyCell(self.sheet)
        cell._value, cell.data_type = value, kind
        look = self.looks.get((number_format, title, alarm))
        if look is None:
            cell.number_format = number_format
            if title:
                cell.font = style.font(bold=True)
                cell.fill = style.fill(style.TINT)
                cell.border = style.EDGE
                cell.alignment = Alignment("center", "center", wrap_text=True)
            elif alarm:
                cell.font = style.font(color=style.ALARM)
            self.looks[number_format, title, alarm] = cell._style
        else:
            cell._style = look
        return cell

    # --- what stands before and after the rows ---------------------------------------------------

    def _set_widths(self) -> None:
        """As wide as the texts of headers and first rows; titles above them may run over."""
        above = min(self.titles, default=0)
        sample = [self.grid.rows[row] for row in self.source[:_MEASURED] if row >= above]
        for column in range(self.width):
            wide = max((_width(row, column) for row in sample), default=0) + 2
            wide = REASON_WIDTH if column == self.reason else min(max(wide, _NARROWEST), _WIDEST)
            self.sheet.column_dimensions[get_column_letter(column + 1)].width = wide

    def _set_ranges(self) -> None:
        """Merged cells, filter arrows over the first table with rejected rows, its headers kept in sight."""
        for top, left, bottom, right in self.grid.merges:
            start, end = self.place.get(top), self.place.get(bottom)
            if start is not None and end is not None and end - start == bottom - top:
                self._merge(start, left, end, right)
        first = next((t for t in self.marks.tables if t.rejected and t.header_rows), None)
        if first is None:
            return
        for table in self.marks.tables:
            if not table.rejected or len(table.header_rows) < 2:
                continue
            start, end = (self.place[f(table.header_rows) - 1] for f in (min, max))
            for column in (self.number, self.reason):
                if column >= len(self.grid.rows[0]):
                    self._merge(start, column, end, column)
        header = self.place[max(first.header_rows) - 1]
        last = max(n for row, n in self.place.items() if row < first.last_row)
        reach = get_column_letter(self.reason + 1)
        self.sheet.auto_filter.ref = f"A{header + 1}:{reach}{max(last, header + 1) + 1}"
        self.sheet.freeze_panes = f"A{header + 2}"

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet.merged_cells.add(
            f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
        )


def _kept_rows(marks: Marks) -> list[int]:
    """0-based rows of titles, headers and rejected rows, table by table."""
    kept: list[int] = []
    start = 0
    for table in marks.tables:
        if any(one.at for found in table.rejected.values() for one in found):
            kept += range(start, table.end)  # a form: its rows are one record
        elif table.rejected:
            kept += range(start, max(table.header_rows, default=start))
            kept += [row - 1 for row in sorted(table.rejected)]
        start = table.end
    return kept


def _date_format(value: object) -> str:
    if isinstance(value, dt.timedelta):
        return "[h]:mm:ss"
    if isinstance(value, dt.time):
        return "hh:mm:ss"
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return "yyyy-mm-dd hh:mm:ss"
    return "yyyy-mm-dd"


def _width(row: Sequence[Cell], column: int) -> int:
    """Columns that a cell's longest line takes."""
    value = row[column] if column < len(row) else None
    if value is None or isinstance(value, (dt.time, dt.date)):
        return 0 if value is None else 10
    return max(text_width(line) for line in str(value).split("\n"))
