"""Reader of .ods and flat ODF: one pass over the XML that lays out only what holds something.

Blanks repeated down to row 1,048,576 are normal in honest files and cost nothing here.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Final

from cmledger.sheets.caps import MIB, TEXT, Caps
from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.guard import Room, damaged, hostile, open_file, refuse, too_large
from cmledger.sheets.markup_grid import MarkupGrid
from cmledger.sheets.package import Package
from cmledger.sheets.padded import zero_padded
from cmledger.sheets.scan import MAX_COLUMNS, MAX_ROWS
from cmledger.sheets.xlsx_parts import MAX_SHEETS
from cmledger.sheets.xml_stream import file_blocks, watch_xml
from cmledger.wording import reading as wording

_URN: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = f"{_URN}table:1.0 ", f"{_URN}office:1.0 ", f"{_URN}text:1.0 "
_STYLE, _NUMBER = f"{_URN}style:1.0 ", f"{_URN}datastyle:1.0 "
_CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS: Final = frozenset((_TABLE + "table-cell", _TABLE + "covered-table-cell"))
_APART: Final = frozenset(
    (_OFFICE + "annotation", _TABLE + "shapes", _TABLE + "tracked-changes", _TABLE + "dde-links")
)
_DAY_ZERO: Final = dt.date(1899, 12, 30)
_SHORT: Final = 1 << 20
_DURATION = re.compile(r"-?P(?:(\d{1,6})D)?T(\d{1,7})H(\d{1,4})M(\d{1,4})(?:[.,]\d+)?S")
_PARTS = re.compile(r"(?:content|styles|META-INF/manifest)\.xml", re.IGNORECASE)
_CONTENT = re.compile(r"content\.xml", re.IGNORECASE)


def read_ods(path: Path, caps: Caps) -> list[Grid]:
    """The sheets in order, with merges, dates, error cells, hidden and struck-through rows.

    Number formats and fonts are seen where a cell names them, not those of whole columns. Raises NotAWorkbook.
    """
    watcher = _Watcher(path, caps)
    with open_file(path) as stream:
        if stream.read(2) != b"PK":
            watch_xml(path, path.name, file_blocks(path), watcher, caps)
        else:
            package = Package(path, stream, caps, _PARTS, _CONTENT)
            manifest = package.text("META-INF/manifest.xml") or b""
            if b"encryption-data" in manifest:
                raise refuse(wording.ENCRYPTED, wording.ENCRYPTED_HINT, path)
            if package.named("styles.xml"):
                watch_xml(path, "styles.xml", package.inflate("styles.xml"), watcher, caps)
            watch_xml(path, "content.xml", package.inflate("content.xml"), watcher, caps)
    if not watcher.is_spreadsheet:
        raise refuse(wording.OTHER_FORMAT, wording.OTHER_FORMAT_HINT, path, what=wording.WHAT_ODF)
    return watcher.grids


class _Watcher:
    """Hears the document, lays out its sheets."""

    def __init__(self, path: Path, caps: Caps) -> None:
        self.path = path
        self.caps = caps
        self.grids: list[Grid] = []
        self.is_spreadsheet = False
        self._room = Room(path, caps.slow_cells)
        self._text_left = caps.size(TEXT)
        self._digits: dict[str, int] = {}
        """Of number styles: digits shown at least."""
        self._padded: dict[str, int] = {}
        self._struck: set[str] = set()
        self._hidden_tables: set[str] = set()
        self._style = self._data_style = ""
        self._sheet: MarkupGrid | None = None
        self._tables = self._apart = 0
        self._row = self._column = self._times = 0
        self._row_hidden = False
        self._cells: list[tuple[int, int, Cell]] = []
        self._struck_cells = 0
        self._columns = 0
        self._cell: dict[str, str] | None = None
        self._said: list[str] = []
        self._length = 0
        self._paragraphs = 0
        self._inside = False

    # --- elements --------------------------------------------------------------------------------

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element begins."""
        if self._apart:
            self._apart += 1
        elif name in _CELLS:
            self._cell = said
            self._said.clear()
            self._length = self._paragraphs = 0
        elif name == _TEXT + "p":
            if self._paragraphs:
                self._said.append("\n")
            self._paragraphs += 1
            self._inside = True
        elif name == _TEXT + "s":
            self.text(" " * min(self._count(said.get(_TEXT + "c")), 1000))
        elif name == _TEXT + "tab":
            self.text("\t")
        elif name == _TEXT + "line-break":
            self.text("\n")
        elif name in _APART or (self._tables and name == _TABLE + "table"):
            self._apart = 1
        elif name == _TABLE + "table-row":
            self._begin_row(said)
        elif name == _TABLE + "table-column":
            self._column_said(said)
        elif name == _TABLE + "table":
            self._begin_table(said)
        elif name == _OFFICE + "spreadsheet":
            self.is_spreadsheet = True
        else:
            self._style_said(name, said)

    def end(self, name: str) -> None:
        """It ends."""
        if self._apart:
            self._apart -= 1
        elif name == _TEXT + "p":
            self._inside = False
        elif name in _CELLS:
            self._end_cell()
        elif name == _TABLE + "table-row":
            self._end_row()
        elif name == _TABLE + "table" and self._sheet is not None:
            self.grids.append(self._sheet.grid())
            self._sheet, self._tables = None, 0

    def text(self, text: str) -> None:
        """Text counts inside the paragraphs of a cell."""
        if self._cell is None or self._apart or not self._inside:
            return
        self._length += len(text)
        if self._length > _SHORT:
            raise hostile(self.path, wording.DETAIL_LONG, part=self._sheet_name(), limit=1)
        self._said.append(text)

    # --- what they mean --------------------------------------------------------------------------

    def _begin_table(self, said: dict[str, str]) -> None:
        if len(self.grids) >= MAX_SHEETS:
            raise hostile(self.path, wording.DETAIL_SHEETS, limit=MAX_SHEETS)
        hidden = said.get(_TABLE + "style-name") in self._hidden_tables
        self._sheet = MarkupGrid(said.get(_TABLE + "name", ""), self._room, hidden)
        self._tables, self._row, self._columns = 1, 0, 0

    def _column_said(self, said: dict[str, str]) -> None:
        count = self._count(said.get(_TABLE + "number-columns-repeated"))
        if self._sheet is not None and _is_hidden(said):
            self._sheet.hide_columns(self._columns, count)
        self._columns += count

    def _begin_row(self, said: dict[str, str]) -> None:
        self._column = 0
        self._times = self._count(said.get(_TABLE + "number-rows-repeated"))
        self._row_hidden = _is_hidden(said)
        self._cells, self._struck_cells = [], 0

    def _end_row(self) -> None:
        if self._sheet is None:
            return
        if self._cells:
            if self._row + self._times > MAX_ROWS or self._column > MAX_ROWS:
                raise damaged(self.path, wording.DETAIL_CELLS, cell=f"{self._row + self._times}")
            self._sheet.add_row(self._row, self._cells, self._times, self._struck_cells)
        if self._row_hidden:
            self._sheet.hide_rows(self._row, self._times)
        self._row += self._times

    def _end_cell(self) -> None:
        said, sheet = self._cell, self._sheet
        self._cell = None
        if said is None or sheet is None:
            return
        beside = self._count(said.get(_TABLE + "number-columns-repeated")) if said else 1
        what = self._value(said) if len(said) or self._said else None
        if what is not None and what != "":
            if self._column + beside > MAX_COLUMNS:
                raise damaged(self.path, wording.DETAIL_CELLS, cell=f"{self._column + beside}")
            self._cells.append((self._column, beside, what))
            if said.get(_TABLE + "style-name") in self._struck:
                self._struck_cells += beside
        across = said.get(_TABLE + "number-columns-spanned")
        down = said.get(_TABLE + "number-rows-spanned")
        if across or down:
            bottom, right = self._count(down) - 1, self._count(across) - 1
            if bottom or right:
                place = (self._row, self._column)
                sheet.merges.append((*place, place[0] + bottom, place[1] + right))
        self._column += beside

    def _value(self, said: dict[str, str]) -> Cell:
        shown = "".join(self._said)
        if said.get(_CALC + "value-type") == "error":
            return CellError(shown or "#ERR")
        kind = said.get(_OFFICE + "value-type")
        if kind is None:
            if said.get(_TABLE + "formula"):
                return CellError("=")
            return self._counted(shown)
        if kind in ("float", "percentage", "currency"):
            try:
                number = float(said.get(_OFFICE + "value", shown))
            except ValueError:
                return self._counted(shown)
            digits = self._padded.get(said.get(_TABLE + "style-name", ""))
            return zero_padded(number, digits) if digits else number
        if kind == "date":
            return _date(said.get(_OFFICE + "date-value", "")) or self._counted(shown)
        if kind == "time":
            return _time(said.get(_OFFICE + "time-value", "")) or self._counted(shown)
        if kind == "boolean":
            return said.get(_OFFICE + "boolean-value") == "true"
        return self._counted(shown or said.get(_OFFICE + "string-value", ""))

    def _counted(self, text: str) -> str:
        self._text_left -= len(text)
        if self._text_left < 0:
            limit = self.caps.size(TEXT)
            raise too_large(
                self.path,
                wording.DETAIL_TEXT,
                self.caps.lifted_for(2 * limit, TEXT),
                sheet=self._sheet_name(),
                limit=limit // MIB,
            )
        return text

    def _sheet_name(self) -> str:
        return self._sheet.name if self._sheet else ""

    def _count(self, written: str | None) -> int:
        """A repetition: 1 where none is written."""
        if written is None:
            return 1
        if not (written.isascii() and written.isdigit() and len(written) < 9):
            raise damaged(self.path, wording.DETAIL_CELLS, cell=written[:20])
        return int(written) or 1

    # --- styles ----------------------------------------------------------------------------------

    def _style_said(self, name: str, said: dict[str, str]) -> None:
        if name == _NUMBER + "number-style":
            self._data_style = said.get(_STYLE + "name", "")
        elif name == _NUMBER + "number" and self._data_style:
            shown = said.get(_NUMBER + "min-integer-digits", "")
            if shown.isdigit() and 1 < int(shown[:3]) < 100:
                self._digits[self._data_style] = int(shown[:3])
            self._data_style = ""
        elif name == _STYLE + "style":
            self._style = said.get(_STYLE + "name", "")
            if digits := self._digits.get(said.get(_STYLE + "data-style-name", "")):
                self._padded[self._style] = digits
        elif name == _STYLE + "text-properties":
            if said.get(_STYLE + "text-line-through-style", "none") != "none":
                self._struck.add(self._style)
        elif name == _STYLE + "table-properties" and said.get(_TABLE + "display") == "false":
            self._hidden_tables.add(self._style)


def _is_hidden(said: dict[str, str]) -> bool:
    return said.get(_TABLE + "visibility", "visible") in ("collapse", "filter")


def _date(written: str) -> Cell:
    """A date where there is no time of day; None for what no calendar has."""
    try:
        if len(written) == 10:
            return dt.date.fromisoformat(written)
        moment = dt.datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None
    if moment.date() == _DAY_ZERO:
        return moment.time()
    return moment.date() if moment.time() == dt.time() else moment


def _time(written: str) -> Cell:
    match = _DURATION.fullmatch(written)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    whole = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if written.startswith("-") or whole >= dt.timedelta(days=1):
        return whole
    return dt.time(hours + 24 * days, minutes, seconds)
