"""Reader of .xlsb: a walk over its records before calamine may see them, and for what calamine does not tell."""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final, cast

import python_calamine as calamine

from cmledger.sheets.caps import MIB, STRINGS, TEXT, Caps
from cmledger.sheets.grid import Cell, CellError, Grid, letters
from cmledger.sheets.guard import Room, check_size, damaged, hostile, open_file, too_large
from cmledger.sheets.merges import check_merges
from cmledger.sheets.notices import sheet_notices
from cmledger.sheets.package import Package
from cmledger.sheets.read_xlsx import opened
from cmledger.sheets.scan import MAX_COLUMNS, MAX_ROWS, SheetFacts
from cmledger.sheets.xlsx_parts import SheetPart, open_package, relations, resolved
from cmledger.wording import reading as wording

_ROW, _BLANK, _ERROR, _SHARED, _FORMULA_ERROR, _RICH = 0, 1, 3, 7, 11, 62
_HOLDING: Final = frozenset((*range(2, 12), _RICH))
_SHARED_TEXT, _COLUMN, _SHEET, _SHARED_TEXTS, _MERGE = 19, 60, 156, 159, 176
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_PLACE: Final = struct.Struct("<I")
_MERGED: Final = struct.Struct("<IIII")

Record = tuple[int, int, int]
"""Kind, and where its content begins and ends."""


def read_xlsb(path: Path, caps: Caps) -> list[Grid]:
    """The sheets in workbook order, with merges, error cells, hidden rows and columns.

    Fonts are not looked at, so struck-through rows are not known. Raises NotAWorkbook.
    """
    with open_file(path) as stream:
        package = open_package(path, stream, caps)
        targets = relations(package, "xl/_rels/workbook.bin.rels")
        workbook = package.text("xl/workbook.bin") or b""
        listed = list(_listed(path, workbook))
        sheets = resolved(package, listed, targets)
        texts = _Texts(package, caps)
        room = Room(path, caps.cells)
        found = [_walked(package, sheet, texts, room, caps) for sheet in sheets]
        for name in package.names:
            seen = {"xl/workbook.bin", "xl/sharedstrings.bin", *(s.part for s in sheets)}
            if name not in seen and name.lower() not in seen:
                _check_part(package, name, caps)
    with opened(path) as book:
        if [m.name for m in book.sheets_metadata] != [s.name for s in sheets]:
            raise damaged(path, wording.DETAIL_PART, part="xl/workbook.bin")
        return [
            _grid(book, index, *seen)
            for index, seen in enumerate(found)
            if seen is not None
            and book.sheets_metadata[index].typ == calamine.SheetTypeEnum.WorkSheet
        ]


def records(path: Path, part: str, data: bytes) -> Iterator[Record]:
    """The records of a part. Raises NotAWorkbook for one that reaches beyond its end."""
    at, end = 0, len(data)
    try:
        while at < end:
            kind = data[at]
            at += 1
            if kind & 0x80:
                kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
                at += 1
            length = data[at]
            at += 1
            if length & 0x80:
                length, shift = length & 0x7F, 7
                while True:
                    more = data[at]
                    at += 1
                    length |= (more & 0x7F) << shift
                    shift += 7
                    if not more & 0x80 or shift > 21:
                        break
            if at + length > end:
                raise IndexError
            yield kind, at, at + length
            at += length
    except IndexError as problem:
        raise damaged(path, wording.DETAIL_PART, part=part) from problem


def _check_part(package: Package, part: str, caps: Caps) -> None:
    """Records that are all there, or XML; sheets that no list names must fit as well."""
    if "/worksheets/" in part and part.lower().endswith(".bin"):
        room = Room(package.path, caps.cells)
        _walked(package, SheetPart(part, part), _Texts(package, caps), room, caps)
    elif part.lower().endswith(".bin"):
        for _ in records(package.path, part, package.text(part) or b""):
            pass
    else:
        for _ in package.inflate(part):
            pass


def _listed(path: Path, workbook: bytes) -> Iterator[tuple[str, str]]:
    """Names and links of the sheets."""
    for kind, begin, end in records(path, "xl/workbook.bin", workbook):
        if kind == _SHEET:
            link, at = _text(path, workbook, begin + 8, end)
            name, _ = _text(path, workbook, at, end)
            yield name, link


def _text(path: Path, data: bytes, at: int, end: int) -> tuple[str, int]:
    if at + 4 > end or (stop := at + 4 + 2 * _PLACE.unpack_from(data, at)[0]) > end:
        raise damaged(path, wording.DETAIL_PART, part="xl/workbook.bin")
    return data[at + 4 : stop].decode("utf-16-le", "replace"), stop


class _Texts:
    """The lengths of the shared texts, and how much text may still be shown."""

    def __init__(self, package: Package, caps: Caps) -> None:
        self.path = package.path
        self.caps = caps
        self.left = caps.size(TEXT)
        self.lengths: list[int] = []
        part = package.named("xl/sharedStrings.bin")
        if part is None:
            return
        data = package.text(part) or b""
        promised = 0
        for kind, begin, end in records(package.path, part, data):
            if kind == _SHARED_TEXT:
                self.lengths.append(end - begin)
            elif kind == _SHARED_TEXTS and end - begin >= 8:
                promised = max(promised, _PLACE.unpack_from(data, begin + 4)[0])
        if promised > len(self.lengths):
            raise damaged(package.path, wording.DETAIL_PART, part=part)

    def show(self, data: bytes, begin: int, end: int, sheet: str) -> None:
        """A cell shows the shared text whose number stands at its end."""
        number = _PLACE.unpack_from(data, begin + 8)[0] if end - begin >= 12 else -1
        if not 0 <= number < len(self.lengths):
            raise damaged(self.path, wording.DETAIL_PART, part="xl/sharedStrings.bin")
        self.left -= self.lengths[number]
        if self.left < 0:
            limit = self.caps.size(TEXT)
            raise too_large(
                self.path,
                wording.DETAIL_TEXT,
                self.caps.lifted_for(2 * limit, TEXT),
                sheet=sheet,
                limit=limit // MIB,
            )


Walked = tuple[SheetFacts, list[tuple[int, int, int, int]]]


def _walked(
    package: Package, sheet: SheetPart, texts: _Texts, room: Room, caps: Caps
) -> Walked | None:
    """The facts of a sheet and its merges; None for a sheet without a part."""
    if sheet.part is None:
        return None
    path, facts = package.path, SheetFacts()
    data = package.text(sheet.part) or b""
    check_size(path, len(data), STRINGS, caps, sheet.part)
    merges: list[tuple[int, int, int, int]] = []
    row = -1
    remaining = 2 * caps.cells
    for kind, begin, end in records(path, sheet.part, data):
        remaining -= 1
        if remaining < 0:
            raise too_large(
                path, wording.DETAIL_RECORDS, caps.doubled, sheet=sheet.name, limit=caps.cells
            )
        if kind == _ROW:
            row = _number(package, sheet, data, begin, end, MAX_ROWS)
            if end - begin > 11 and data[begin + 11] & 0x10:
                facts.hidden_rows.append(row + 1)
        elif kind in _HOLDING:
            column = _number(package, sheet, data, begin, end, MAX_COLUMNS)
            if row < 0:
                raise damaged(path, wording.DETAIL_CELLS, cell=letters(column))
            facts.cells += 1
            facts.last_row = max(facts.last_row, row + 1)
            facts.last_column = max(facts.last_column, column + 1)
            if kind == _SHARED:
                texts.show(data, begin, end, sheet.name)
            elif kind in (_ERROR, _FORMULA_ERROR) and end - begin > 8:
                facts.errors.append((row, column, _ERRORS.get(data[begin + 8], "#ERR")))
        elif kind == _MERGE and end - begin >= 16:
            top, bottom, left, right = _MERGED.unpack_from(data, begin)
            merges.append((top, left, bottom, right))
            check_merges(path, sheet.name, len(merges), caps)
        elif kind == _COLUMN and end - begin >= 18 and data[begin + 16] & 1:
            first, last, *_ = _MERGED.unpack_from(data, begin)
            if first > last or last >= MAX_COLUMNS or len(facts.hidden_columns) > 1000:
                raise damaged(path, wording.DETAIL_CELLS, cell=f"{last}")
            facts.hidden_columns.append((first, last))
    if len(facts.hidden_rows) > MAX_ROWS or any(b <= a for a, b in pairwise(facts.hidden_rows)):
        raise hostile(path, wording.DETAIL_CELLS, cell=sheet.name)
    room.take(sheet.name, facts.cells, facts.last_row, facts.last_column, facts.last_cell)
    return facts, merges


def _number(
    package: Package, sheet: SheetPart, data: bytes, begin: int, end: int, limit: int
) -> int:
    """A row or column number, 0-based."""
    number: int = _PLACE.unpack_from(data, begin)[0] if end - begin >= 4 else limit
    if number >= limit:
        raise damaged(package.path, wording.DETAIL_CELLS, cell=f"{sheet.name}!{number + 1}")
    return number


def _grid(
    book: calamine.CalamineWorkbook,
    index: int,
    facts: SheetFacts,
    merges: list[tuple[int, int, int, int]],
) -> Grid:
    sheet = book.get_sheet_by_index(index)
    rows: list[list[Cell]] = []
    if sheet.height:
        rows = cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
    width = max(len(rows[0]) if rows else 0, facts.last_column)
    rows.extend([] for _ in range(facts.last_row - len(rows)))
    for row in rows:
        row.extend([None] * (width - len(row)))
    for r, c, text in facts.errors:
        rows[r][c] = CellError(text)
    return Grid(
        sheet.name,
        rows,
        merges=merges,
        hidden=book.sheets_metadata[index].visible != calamine.SheetVisibleEnum.Visible,
        findings=sheet_notices(
            height=len(rows),
            width=width,
            hidden_rows=facts.hidden_rows,
            hidden_columns=facts.hidden_columns,
            struck_rows=(),
            uncomputed=(),
        ),
    )
