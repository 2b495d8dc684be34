"""Any file the office has, as a Book: what it really is decides who reads it."""

import hashlib
from pathlib import Path

from cmledger.sheets.grid import Book, Cell
from cmledger.sheets.guard import FileKind, identify, open_file


def read_book(path: Path) -> Book:
    """The sheets of a workbook or text table, with its SHA-256 and size in bytes.

    Raises NotAWorkbook, with what the file is and what to do, for everything else.
    """
    kind = identify(path)
    with open_file(path) as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    encoding = None
    if kind is FileKind.XLSX:
        from cmledger.sheets.read_xlsx import read_xlsx

        grids = read_xlsx(path)
    elif kind is FileKind.XLS:
        from cmledger.sheets.read_xls import read_xls

        grids = read_xls(path)
    else:
        from cmledger.sheets.read_csv import read_csv

        grid, encoding = read_csv(path)
        grids = [grid]
    for grid in grids:
        _drop_blank_tail(grid.rows)
    return Book(str(path), kind.value, digest, path.stat().st_size, grids, encoding)


def _drop_blank_tail(rows: list[list[Cell]]) -> None:
    """Rows below the last that holds anything: formulas that came out empty, drawn down the sheet."""
    while rows and all(cell is None or cell == "" for cell in rows[-1]):
        rows.pop()
