"""Reader of .xls (BIFF) through xlrd: the only reader that decodes those written by JExcelApi."""

import datetime as dt
import io
import struct
from pathlib import Path
from typing import Any

import xlrd

from cmledger.errors import NotAWorkbook
from cmledger.sheets.biff import harmless
from cmledger.sheets.caps import Caps
from cmledger.sheets.grid import Cell, CellError, Grid, letters
from cmledger.sheets.guard import Room, damaged, open_file, refuse
from cmledger.sheets.notices import sheet_notices
from cmledger.sheets.ole import SIGNATURE, BadOle, OleFile
from cmledger.sheets.padded import PADDED, zero_padded
from cmledger.wording import reading as wording

_BLANK = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read_xls(path: Path, caps: Caps) -> list[Grid]:
    """The sheets in workbook order, with merges, dates by their number format, and error cells.

    Raises NotAWorkbook for encrypted, damaged, or other OLE files (Word and the like).
    """
    with open_file(path) as stream:
        data = stream.read()
    if data.startswith(SIGNATURE):
        data = _workbook(path, data)
    book = _open(path, bytes(harmless(path, data, caps)))
    room = Room(path, caps.slow_cells)
    return [_grid(path, book, sheet, room) for sheet in book.sheets()]


def _workbook(path: Path, data: bytes) -> bytes:
    """The workbook in an OLE file; encrypted ones and Word documents are told by the names inside."""
    try:
        ole = OleFile(data)
        names = {name.lower(): name for name in ole.streams}
        if names.keys() & {"encryptedpackage", "encryptioninfo"}:
            raise refuse(wording.ENCRYPTED, wording.ENCRYPTED_HINT, path)
        for wanted in ("workbook", "book"):
            if wanted in names:
                return ole.read(names[wanted])
    except (BadOle, struct.error) as problem:
        raise damaged(path, wording.DETAIL_OLE) from problem
    if "worddocument" in names:
        what = wording.WHAT_WORD
    elif "powerpoint document" in names:
        what = wording.WHAT_SLIDES
    else:
        raise refuse(wording.NOT_A_TABLE, wording.NOT_A_TABLE_HINT, path)
    raise refuse(wording.OTHER_FORMAT, wording.OTHER_FORMAT_HINT, path, what=what)


def _open(path: Path, data: bytes) -> Any:
    try:
        return _opened(data)
    except Exception as problem:
        if "encrypted" in str(problem).lower():
            raise refuse(wording.ENCRYPTED, wording.ENCRYPTED_HINT, path) from problem
        message = (str(problem) or type(problem).__name__).splitlines()[0][:120]
        raise damaged(path, wording.DETAIL_READER, message=message) from problem


def _opened(data: bytes) -> Any:
    return xlrd.open_workbook(
        file_contents=data,
        formatting_info=True,
        ragged_rows=True,
        logfile=io.StringIO(),
    )


def _grid(path: Path, book: Any, sheet: Any, room: Room) -> Grid:
    try:
        return _read(book, sheet, room)
    except NotAWorkbook:
        raise
    except Exception as problem:
        message = (str(problem) or type(problem).__name__).splitlines()[0][:120]
        raise damaged(path, wording.DETAIL_READER, message=message) from problem


def _read(book: Any, sheet: Any, room: Room) -> Grid:
    types = [sheet.row_types(r) for r in range(sheet.nrows)]
    height = max((r + 1 for r, kinds in enumerate(types) if _last(kinds)), default=0)
    width = max(map(_last, types), default=0)
    cells = sum(sum(1 for kind in kinds if kind not in _BLANK) for kinds in types)
    room.take(sheet.name, cells, height, width, f"{letters(max(width - 1, 0))}{height}")
    padded = _padded_styles(book)
    rows: list[list[Cell]] = []
    for r in range(height):
        row = [
            _cell(kind, value, book.datemode)
            for kind, value in zip(types[r], sheet.row_values(r), strict=True)
        ]
        if padded:
            for c, kind in enumerate(types[r]):
                if kind == xlrd.XL_CELL_NUMBER and (style := sheet.cell_xf_index(r, c)) in padded:
                    row[c] = zero_padded(row[c], padded[style])
        del row[width:]
        row.extend([None] * (width - len(row)))
        rows.append(row)
    info, columns = sheet.rowinfo_map, sheet.colinfo_map
    struck = _struck_rows(book, sheet, types[:height])
    return Grid(
        sheet.name,
        rows,
        merges=[(a, c, b - 1, d - 1) for a, b, c, d in sheet.merged_cells],
        hidden=sheet.visibility != 0,
        findings=sheet_notices(
            height=height,
            width=width,
            hidden_rows=sorted(r + 1 for r, said in info.items() if said.hidden),
            hidden_columns=[(c, c) for c, said in sorted(columns.items()) if said.hidden],
            struck_rows=struck,
            uncomputed=(),
        ),
        struck_rows=frozenset(struck),
    )


def _last(kinds: Any) -> int:
    """How far a row is filled: formatted but empty cells at its end do not count."""
    width = len(kinds)
    while width and kinds[width - 1] in _BLANK:
        width -= 1
    return width


def _cell(kind: int, value: Any, datemode: int) -> Cell:
    if kind == xlrd.XL_CELL_DATE:
        return _date(value, datemode)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(value, "#ERR"))
    if kind in _BLANK:
        return None
    found: str | float = value
    return found


def _date(value: float, datemode: int) -> Cell:
    """A date where there is no time of day, a time where there is no day; a number no calendar has stays one."""
    try:
        moment: dt.datetime = xlrd.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return value
    if 0 <= value < 1:
        return moment.time()
    return moment.date() if moment.time() == dt.time() else moment


def _padded_styles(book: Any) -> dict[int, int]:
    """Style index -> digits its number format shows at least, for formats such as 0000000000."""
    padded = {}
    for index, style in enumerate(book.xf_list):
        shown = book.format_map.get(style.format_key)
        if shown is not None and (match := PADDED.fullmatch(shown.format_str or "")):
            padded[index] = len(match[1])
    return padded


def _struck_rows(book: Any, sheet: Any, types: list[Any]) -> list[int]:
    """Excel numbers of rows at least half of whose cells are struck through; nothing where no font is."""
    struck = {
        index
        for index, style in enumerate(book.xf_list)
        if book.font_list[style.font_index].struck_out
    }
    if not struck:
        return []
    rows = []
    for r, kinds in enumerate(types):
        filled = [c for c, kind in enumerate(kinds) if kind not in _BLANK]
        marked = sum(sheet.cell_xf_index(r, c) in struck for c in filled)
        if marked and 2 * marked >= len(filled):
            rows.append(r + 1)
    return rows
