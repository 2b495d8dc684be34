"""The user's own .xlsx with its bad cells marked: same sheets, styles, widths, order, formulas and their values."""

import datetime as dt
import re
import warnings
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.sheets import style
from cmledger.sheets.annotate_marks import (
    MOST_COMMENTS,
    REASON_WIDTH,
    Marks,
    Table,
    by_cell,
    clear_mark,
    reason,
    redden,
)
from cmledger.sheets.grid import Book, Cell, CellError, Grid, letters
from cmledger.sheets.lexicon import REASON_HEADER, tidy
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import SHEET_ROWS, text_cell
from cmledger.wording import returned as say

_LAST_COLUMN: Final = 16_384
_FORMULA: Final = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"( s="[0-9]+")?>(<f[^>]*/>|<f[^>]*>[^<]*</f>)<v ?/></c>'
)
"""A formula as openpyxl writes it: without its value."""


def write_own(
    source: Path, book: Book, marks: Sequence[Marks], target: Path, caller: Caller
) -> list[str]:
    """Write the marked copy; what had to be opened for it (protection, hidden sheets), in words.

    book: the source as read. Raises whatever openpyxl does over what it cannot read; then nothing is written.
    """
    with source.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is left out is named by annotate_lost
        workbook = load_workbook(stream, rich_text=True)
        workbook.template = False
        opened: list[str] = []
        grids = {grid.name: grid for grid in book.grids}
        for sheet in workbook.worksheets:
            _restore(sheet, grids[sheet.title])
        for mark in marks:
            sheet = workbook[mark.sheet]
            opened += _opened(sheet)
            _mark(sheet, grids[mark.sheet], mark)
        _show_first(workbook, marks[0].sheet)
        values = {
            sheet.title: _Values(grids[sheet.title], workbook.epoch)
            for sheet in workbook.worksheets
        }
        save_workbook(target, workbook, caller, finish=lambda title, xml: values[title].into(xml))
    return opened


def _opened(sheet: Worksheet) -> list[str]:
    """A sheet that is to be corrected can be seen and typed in."""
    done = []
    if sheet.protection.sheet:
        sheet.protection.sheet = False
        done.append(say.UNPROTECTED.format(sheet=sheet.title))
    if sheet.sheet_state != "visible":
        sheet.sheet_state = "visible"
        done.append(say.SHOWN.format(sheet=sheet.title))
    return done


def _show_first(workbook: Workbook, title: str) -> None:
    """Open the workbook at the first marked sheet; only that one selected, else typing would go into several."""
    workbook.active = workbook.sheetnames.index(title)
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == title


def _restore(sheet: Worksheet, grid: Grid) -> None:
    """Put back what openpyxl drops of the values: those below merged cells, and dates no calendar has."""
    for (row, column), cell in list(sheet._cells.items()):
        if not isinstance(cell, MergedCell) and cell.data_type != "e":
            continue
        if row > len(grid.rows) or column > len(grid.rows[0]):
            continue
        value = grid.rows[row - 1][column - 1]
        if value is None or value == "" or isinstance(value, CellError):
            continue
        if isinstance(cell, MergedCell):
            whole = SheetCell(sheet, row=row, column=column)
            whole._style = cell._style
            sheet._cells[row, column] = cell = whole
        if isinstance(value, str):
            text_cell(sheet, row, column, value)
        elif isinstance(value, (bool, int, float)):
            cell._value, cell.data_type = value, "b" if isinstance(value, bool) else "n"
        else:
            cell._value, cell.data_type = value, "d"


# --- marking -------------------------------------------------------------------------------------


def _mark(sheet: Worksheet, grid: Grid, marks: Marks) -> None:
    """Red cells, comments, the column of reasons, the filter."""
    for cell in [c for c in sheet._cells.values() if getattr(c, "comment", None) is not None]:
        clear_mark(cell)
    tables = [table for table in marks.tables if table.rejected]
    comments = 0
    for table in tables:
        for row in table.rejected:
            for (at, place), sentences in by_cell(table, row).items():
                cell = _markable(sheet, at, place, table)
                redden(cell, sentences, comment=comments < MOST_COMMENTS)
                comments += 1
            sheet.row_dimensions[row].hidden = False
    tables = [table for table in tables if table.header_rows]
    column = _reason_column(sheet, grid, tables[0]) if tables else _LAST_COLUMN + 1
    if column > _LAST_COLUMN:
        return
    _widen(sheet, column)
    for table in tables:
        _write_reasons(sheet, table, column)
    _set_filter(sheet, tables[0], column)


def _markable(sheet: Worksheet, row: int, column: int, table: Table) -> SheetCell:
    """The cell of the row, else (where it is part of a merged one) its key, else the first that stands for itself."""
    wanted = (column, column_index_from_string(table.key), *range(1, _LAST_COLUMN))
    return next(c for n in wanted if not isinstance(c := sheet.cell(row, n), MergedCell))


def _reason_column(sheet: Worksheet, grid: Grid, table: Table) -> int:
    """The column of reasons: the one of an earlier round, else the first right of all that is used."""
    header = grid.rows[max(table.header_rows) - 1]
    for row in table.header_rows:
        for column, title in enumerate(grid.rows[row - 1], 1):
            if isinstance(title, str) and tidy(title) == REASON_HEADER:
                return column
    used = [len(header)]
    used += [
        joined.max_col
        for joined in sheet.merged_cells.ranges
        if joined.max_row >= min(table.header_rows) and joined.max_col < _LAST_COLUMN
    ]
    used += [range_boundaries(one.ref)[2] for one in sheet.tables.values()]
    return max(used) + 1


def _widen(sheet: Worksheet, column: int) -> None:
    """Give the column a width of its own, shown, where it was one of many that were formatted as one."""
    for key, group in list(sheet.column_dimensions.items()):
        group.reindex()
        first, last = group.min, group.max
        if not first <= column <= last or first == last:
            continue
        del sheet.column_dimensions[key]
        for low, high in ((first, column - 1), (column + 1, last)):
            if low <= high:
                part = copy(group)
                part.index, part.min, part.max = get_column_letter(low), low, high
                sheet.column_dimensions[part.index] = part
    sheet.column_dimensions[get_column_letter(column)] = ColumnDimension(
        sheet, index=get_column_letter(column), width=REASON_WIDTH
    )


def _write_reasons(sheet: Worksheet, table: Table, column: int) -> None:
    """The header, looking like its neighbour, and what was wrong with each rejected row."""
    top, bottom = min(table.header_rows), max(table.header_rows)
    beside = next(
        (c for n in range(column - 1, 0, -1) if (c := sheet.cell(bottom, n)).has_style), None
    )
    for row in range(bottom + 1, table.last_row + 1):
        if (row, column) in sheet._cells and not isinstance(sheet.cell(row, column), MergedCell):
            sheet.cell(row, column).value = None
    own = not isinstance(sheet.cell(top, column), MergedCell)
    if own:
        for row in range(top, bottom + 1):
            if beside is not None:
                sheet.cell(row, column)._style = copy(beside._style)
        text_cell(sheet, top, column, REASON_HEADER)
        merged = any(r.min_row == top and r.min_col == column for r in sheet.merged_cells.ranges)
        if bottom > top and not merged:
            sheet.merge_cells(start_row=top, end_row=bottom, start_column=column, end_column=column)
    for row, findings in table.rejected.items():
        cell = text_cell(sheet, row, column, reason(findings))
        cell.font = style.font(color=style.ALARM)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.number_format = "@"


def _set_filter(sheet: Worksheet, table: Table, column: int) -> None:
    """Filter arrows over the table with its new column; nothing is filtered out, the office's own criteria stay.

    Excel allows one such range beside those of its own tables: a table that ends at the new column grows by it.
    """
    header, last = (
        max(table.header_rows),
        min(max(table.last_row, max(table.header_rows) + 1), SHEET_ROWS),
    )
    for one in sheet.tables.values():
        low, first, right, bottom = range_boundaries(one.ref)
        if first == header and right == column - 1:
            one.ref = f"{get_column_letter(low)}{first}:{get_column_letter(column)}{bottom}"
            if one.autoFilter is not None:
                end = range_boundaries(one.autoFilter.ref)[3]
                one.autoFilter.ref = (
                    f"{get_column_letter(low)}{first}:{get_column_letter(column)}{end}"
                )
            number = max(c.id for c in one.tableColumns) + 1
            one.tableColumns.append(TableColumn(id=number, name=REASON_HEADER))
            return
        if first <= last and bottom >= header:
            return  # a filter across a table of Excel's makes it "repair" the file
    old = sheet.auto_filter
    low, first = 1, header
    if old.ref and range_boundaries(old.ref)[1] == header:
        low, _, _, bottom = range_boundaries(old.ref)
        last = max(last, bottom)
    else:
        sheet.auto_filter = AutoFilter()
    sheet.auto_filter.ref = f"{get_column_letter(low)}{first}:{get_column_letter(column)}{last}"


# --- the values of formulas ----------------------------------------------------------------------


class _Values:
    """Puts the values that the source's formulas last had back beside them, so that the copy reads as the source does."""

    def __init__(self, grid: Grid, epoch: dt.datetime) -> None:
        self._rows, self._epoch = grid.rows, epoch
        self._columns = {
            letters(n).encode(): n for n in range(len(grid.rows[0]) if grid.rows else 0)
        }

    def into(self, xml: bytes) -> bytes:
        """The XML of the sheet, each formula with its value."""
        return _FORMULA.sub(self._cell, xml)

    def _cell(self, match: re.Match[bytes]) -> bytes:
        column, row, styled, formula = match.groups()
        position, number = self._columns.get(column), int(row) - 1
        if position is None or number >= len(self._rows):
            return match[0]
        kind, text = _stored(self._rows[number][position], self._epoch)
        if kind is None:
            return match[0]
        head = b'<c r="%s%s"%s%s>' % (column, row, styled or b"", kind)
        return head + formula + b"<v>%s</v></c>" % escape(text).encode()


def _stored(value: Cell, epoch: dt.datetime) -> tuple[bytes | None, str]:
    """The t="…" of a formula's value, and the value as text; None: it never had one."""
    if isinstance(value, CellError):
        return (None, "") if value.text == "=" else (b' t="e"', value.text)
    if isinstance(value, bool):
        return b' t="b"', str(int(value))
    if isinstance(value, (int, float)):
        return b"", repr(value)
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return b"", repr(to_excel(value, epoch))
    return b' t="str"', value or ""
