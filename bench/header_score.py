"""How many headers of a corpus of masked tables are found exactly: python bench/header_score.py

The corpus is a JSON file named by the environment variable CMLEDGER_CORPUS: a list of tables with `header_rows`
(Excel numbers), `rows` (number -> cells) and `merges`. Every table is tried as a grid, every fifth also as a real
workbook that is written and read back; and once more with its titles masked, so that only shape can tell.
"""

import datetime as dt
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import openpyxl

from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.header import find_header
from cmledger.sheets.reading import read_book

_HAN = re.compile(r"[\u4e00-\u9fff]")


def table_grid(table: dict[str, Any], *, masked: bool = False) -> Grid:
    """The grid of a table of the corpus; `masked`: with every character of its titles alike."""
    written = {int(number): cells for number, cells in table["rows"].items()}
    width = max(map(len, written.values()))
    rows: list[list[Cell]] = []
    for number in range(1, max(written) + 1):
        cells = [_cell(cell) for cell in written.get(number, [])]
        if masked and number in table["header_rows"]:
            cells = [_HAN.sub("\u67d0", c) if isinstance(c, str) else c for c in cells]
        rows.append(cells + [None] * (width - len(cells)))
    return Grid(table["id"], rows, [tuple(span) for span in table["merges"]])


def read_back(grid: Grid) -> Grid:
    """The grid after it went through a real workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in grid.rows:
        sheet.append(row)
    for first_row, first_column, last_row, last_column in grid.merges:
        sheet.merge_cells(None, first_row + 1, first_column + 1, last_row + 1, last_column + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        book.save(path)
        return read_book(path).grids[0]


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return dt.datetime.fromisoformat(value["date"]) if value.get("date") else None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def main() -> int:
    """Print the scores; 1 where the corpus is not named."""
    corpus = os.environ.get("CMLEDGER_CORPUS")
    if not corpus:
        print("CMLEDGER_CORPUS names no corpus", file=sys.stderr)
        return 1
    tables = json.loads(Path(corpus).read_text(encoding="utf-8"))
    runs = {
        "as grids": [(t, table_grid(t)) for t in tables],
        "as workbooks": [(t, read_back(table_grid(t))) for t in tables[::5]],
        "titles masked": [(t, table_grid(t, masked=True)) for t in tables],
    }
    for name, run in runs.items():
        missed = []
        for table, grid in run:
            header = find_header(grid, lambda _: 0.0)
            found = list(header.rows) if header else []
            if found != table["header_rows"]:
                missed.append(f"{table['id']} {found} for {table['header_rows']}")
        right = len(run) - len(missed)
        print(f"{name}: {right}/{len(run)} = {right / len(run):.1%}")
        for line in missed:
            print("   ", line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
