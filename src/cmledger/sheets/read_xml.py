"""Reader of Excel-2003 XML (SpreadsheetML), which web systems write under the name .xls."""

import datetime as dt
from pathlib import Path
from typing import Final

from cmledger.sheets.caps import Caps
from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.guard import Room, damaged, hostile
from cmledger.sheets.markup_grid import MarkupGrid
from cmledger.sheets.padded import PADDED, zero_padded
from cmledger.sheets.scan import MAX_COLUMNS, MAX_ROWS
from cmledger.sheets.xlsx_parts import MAX_SHEETS
from cmledger.sheets.xml_stream import file_blocks, watch_xml
from cmledger.wording import reading as wording

_SS: Final = "urn:schemas-microsoft-com:office:spreadsheet "
_HIDDEN_SHEETS: Final = frozenset(("SheetHidden", "SheetVeryHidden"))
_LONGEST: Final = 1 << 20
_DAY_ZERO: Final = dt.date(1899, 12, 31)


def read_xml(path: Path, caps: Caps) -> list[Grid]:
    """The sheets in order, with merges, dates, error cells, hidden and struck-through rows. Raises NotAWorkbook."""
    watcher = _Watcher(path, caps)
    watch_xml(path, path.name, file_blocks(path), watcher, caps)
    if not watcher.grids:
        raise damaged(path, wording.DETAIL_PART, part="Worksheet")
    return watcher.grids


class _Watcher:
    """Hears the document, lays out its sheets."""

    def __init__(self, path: Path, caps: Caps) -> None:
        self.path = path
        self.grids: list[Grid] = []
        self._room = Room(path, caps.slow_cells)
        self._style = ""
        self._padded: dict[str, int] = {}
        self._struck: set[str] = set()
        self._sheet: MarkupGrid | None = None
        self._row = self._column = self._table_column = 0
        self._row_span = 0
        self._row_style = ""
        self._cells: list[tuple[int, int, Cell]] = []
        self._struck_cells = 0
        self._cell: dict[str, str] = {}
        self._type: str | None = None
        self._in_data = self._in_comment = False
        self._visible = False
        self._said: list[str] = []
        self._length = 0
        self._what: Cell = None

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element begins; what stands in other namespaces (rich text, window settings) is passed over."""
        if not name.startswith(_SS):
            if name.endswith(" Visible"):
                self._visible = True
                self._said.clear()
            return
        local = name[len(_SS) :]
        if self._in_comment or local == "Comment":
            self._in_comment = True
        elif local == "Data":
            self._type, self._in_data = said.get(_SS + "Type", "String"), True
            self._said.clear()
            self._length = 0
        elif local == "Cell":
            self._begin_cell(said)
        elif local == "Row":
            self._begin_row(said)
        elif local == "Column":
            self._column_said(said)
        elif local == "Worksheet":
            if len(self.grids) >= MAX_SHEETS:
                raise hostile(self.path, wording.DETAIL_SHEETS, limit=MAX_SHEETS)
            self._sheet = MarkupGrid(said.get(_SS + "Name", ""), self._room)
            self._row, self._row_span, self._table_column = -1, 0, 0
        elif local == "Style":
            self._style = said.get(_SS + "ID", "")
        elif local == "NumberFormat":
            code = said.get(_SS + "Format", "")
            if len(code) < 256 and (shown := PADDED.fullmatch(code)):
                self._padded[self._style] = len(shown[1])
        elif local == "Font" and said.get(_SS + "StrikeThrough") in ("1", "true"):
            self._struck.add(self._style)

    def end(self, name: str) -> None:
        """It ends."""
        if name == _SS + "Comment":
            self._in_comment = False
        elif name == _SS + "Data" and self._in_data:
            self._what = self._value("".join(self._said))
            self._in_data = False
        elif name == _SS + "Cell":
            self._end_cell()
        elif name == _SS + "Row" and self._sheet is not None:
            self._sheet.add_row(self._row, self._cells, 1, self._struck_cells)
        elif name == _SS + "Worksheet" and self._sheet is not None:
            self.grids.append(self._sheet.grid())
            self._sheet = None
        elif self._visible:
            self._visible = False
            if self._sheet is not None and "".join(self._said).strip() in _HIDDEN_SHEETS:
                self._sheet.hidden = True

    def text(self, text: str) -> None:
        """Text counts inside Data."""
        if self._in_data or self._visible:
            self._length += len(text)
            if self._length > _LONGEST:
                raise hostile(self.path, wording.DETAIL_LONG, part=self.path.name, limit=1)
            self._said.append(text)

    def _begin_row(self, said: dict[str, str]) -> None:
        index = self._number(said, "Index", 0)
        self._row = index - 1 if index else self._row + 1 + self._row_span
        self._row_span = self._number(said, "Span", 0)
        self._row_style = said.get(_SS + "StyleID", "")
        self._column, self._cells, self._struck_cells = -1, [], 0
        if not 0 <= self._row < MAX_ROWS:
            raise damaged(self.path, wording.DETAIL_CELLS, cell=f"A{self._row + 1}")
        if self._sheet is not None and said.get(_SS + "Hidden") in ("1", "true"):
            self._sheet.hide_rows(self._row, self._row_span + 1)

    def _begin_cell(self, said: dict[str, str]) -> None:
        index = self._number(said, "Index", 0)
        self._column = index - 1 if index else self._column + 1
        if not 0 <= self._column < MAX_COLUMNS:
            raise damaged(self.path, wording.DETAIL_CELLS, cell=f"{self._column + 1}")
        self._cell, self._type, self._what = said, None, None

    def _end_cell(self) -> None:
        said = self._cell
        what = self._what
        if self._type is None and said.get(_SS + "Formula"):
            what = CellError("=")
        style = said.get(_SS + "StyleID", self._row_style)
        if what is not None and what != "":
            if (digits := self._padded.get(style)) is not None:
                what = zero_padded(what, digits)
            if self._cells and self._cells[-1][0] >= self._column:
                raise damaged(self.path, wording.DETAIL_CELLS, cell=f"{self._column + 1}")
            self._cells.append((self._column, 1, what))
            self._struck_cells += style in self._struck
        across, down = self._number(said, "MergeAcross", 0), self._number(said, "MergeDown", 0)
        if (across or down) and self._sheet is not None:
            self._sheet.merges.append(
                (self._row, self._column, self._row + down, self._column + across)
            )
        self._column += across

    def _column_said(self, said: dict[str, str]) -> None:
        index = self._number(said, "Index", 0)
        first = index - 1 if index else self._table_column
        count = self._number(said, "Span", 0) + 1
        self._table_column = first + count
        if self._sheet is not None and said.get(_SS + "Hidden") in ("1", "true"):
            self._sheet.hide_columns(first, count)

    def _value(self, text: str) -> Cell:
        if self._type == "Number":
            try:
                return float(text)
            except ValueError:
                return text
        if self._type == "DateTime":
            return _date(text)
        if self._type == "Boolean":
            return text.strip() == "1"
        if self._type == "Error":
            return CellError(text)
        return text

    def _number(self, said: dict[str, str], name: str, otherwise: int) -> int:
        written = said.get(_SS + name)
        if written is None:
            return otherwise
        if not (written.isascii() and written.isdigit() and len(written) < 9):
            raise damaged(self.path, wording.DETAIL_CELLS, cell=written[:20])
        return int(written)


def _date(written: str) -> Cell:
    """A date where there is no time of day, a time where there is no day; the text where it is neither."""
    try:
        moment = dt.datetime.fromisoformat(written.strip()).replace(tzinfo=None)
    except ValueError:
        return written
    if moment.date() <= _DAY_ZERO:
        return moment.time()
    return moment.date() if moment.time() == dt.time() else moment
