"""Any file the office has, as a Book: what it really is decides who reads it."""

import hashlib
from pathlib import Path

from cmledger.sheets.caps import Caps
from cmledger.sheets.grid import Book, Cell, Grid
from cmledger.sheets.guard import FileKind, identify, open_file
from cmledger.sheets.merges import settle_merges


def read_book(path: Path, max_cells: int | None = None) -> Book:
    """The sheets of a workbook or text table, with its SHA-256 and size in bytes.

    max_cells: lifts (or lowers) every cap of reading in proportion. Raises NotAWorkbook, with what the file is and what to do, for everything else.
    """
    caps = Caps.of(max_cells)
    kind = identify(path, caps)
    with open_file(path) as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    grids, encoding = _read(path, kind, caps)
    for grid in grids:
        _drop_blank_tail(grid.rows)
        settle_merges(path, grid, caps)
    return Book(str(path), kind.value, digest, path.stat().st_size, grids, encoding)


def _read(path: Path, kind: FileKind, caps: Caps) -> tuple[list[Grid], str | None]:
    """The sheets, and the encoding of a text. Each reader is loaded only where it is needed."""
    if kind is FileKind.XLSX:
        from cmledger.sheets.read_xlsx import read_xlsx

        return read_xlsx(path, caps), None
    if kind is FileKind.XLS:
        from cmledger.sheets.read_xls import read_xls

        return read_xls(path, caps), None
    if kind is FileKind.ODS:
        from cmledger.sheets.read_ods import read_ods

        return read_ods(path, caps), None
    if kind is FileKind.XML:
        from cmledger.sheets.read_xml import read_xml

        return read_xml(path, caps), None
    if kind is FileKind.HTML:
        from cmledger.sheets.read_html import read_html

        return read_html(path, caps)
    if kind is FileKind.XLSB:
        from cmledger.sheets.read_xlsb import read_xlsb

        return read_xlsb(path, caps), None
    from cmledger.sheets.read_csv import read_csv

    grid, encoding = read_csv(path, caps)
    return [grid], encoding


def _drop_blank_tail(rows: list[list[Cell]]) -> None:
    """Rows below the last that holds anything: formulas that came out empty, drawn down the sheet."""
    while rows and all(cell is None or cell == "" for cell in rows[-1]):
        rows.pop()
