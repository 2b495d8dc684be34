"""How many headers of a corpus of masked tables are found exactly: python bench/header_score.py

The corpus is a JSON file named by the environment variable CMLEDGER_CORPUS: a list of tables with `header_rows`
(Excel numbers), `rows` (number -> cells) and `merges`. Every table is tried as a grid without knowing a word, every
fifth also as a real workbook that is written and read back; once more with its titles masked, so that only shape can
tell; and perturbed: other titles on top, cut short, rows shuffled, all merges lost. Beside the score stands how many
right answers are less sure than the threshold below which cmledger asks, how many of the wrong ones, and how many
sheets are cut into several tables or taken for forms though they are one table.
"""

import datetime as dt
import json
import os
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import openpyxl

from cmledger.sheets.forms import forms_of
from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.header import ASKED_BELOW, find_header
from cmledger.sheets.headings import known
from cmledger.sheets.reading import read_book
from cmledger.sheets.tables import tables_of

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


def with_titles(grid: Grid) -> tuple[Grid, int]:
    """Two rows of other titles on top; how many rows the header moves down."""
    width = len(grid.rows[0])
    above: list[list[Cell]] = [["某某单位登记表"], [None, "填报单位：某某", None, "2026年10月"]]
    rows = [(row + [None] * width)[:width] for row in above] + grid.rows
    merges = [(a + 2, b, c + 2, d) for a, b, c, d in grid.merges]
    return Grid(grid.name, rows, merges), 2


def cut_short(grid: Grid, table: dict[str, Any], rows: int) -> Grid:
    """No more than so many rows of data."""
    header = max(table["header_rows"], default=0)
    end = max(header, (table["data_start"] or header + 1) - 1) + rows
    return Grid(grid.name, grid.rows[:end], [span for span in grid.merges if span[2] < end])


def shuffled(grid: Grid, table: dict[str, Any], chance: random.Random) -> Grid:
    """The rows of data in another order."""
    start = (table["data_start"] or 0) - 1
    if start < 1:
        return grid
    rows = grid.rows[:start] + chance.sample(grid.rows[start:], len(grid.rows) - start)
    return Grid(grid.name, rows, [span for span in grid.merges if span[2] < start])


Run = list[tuple[dict[str, Any], Grid, int]]
"""Tables, the grid that is tried, and how many rows lower its header stands."""


def score(name: str, run: Run, *, words: bool, name_missed: bool) -> None:
    """Print how many headers are found exactly, and how sure right and wrong answers are."""
    right: list[float] = []
    wrong: list[float] = []
    missed = []
    for table, grid, lower in run:
        header = find_header(grid, known if words else lambda _: 0.0)
        found = [row - lower for row in header.rows] if header else []
        confidence = header.confidence if header else 0.0
        if found == table["header_rows"]:
            right += [confidence] if header else []
        else:
            wrong.append(confidence)
            missed.append(f"{table['id']} {found} for {table['header_rows']}")
    exact = len(run) - len(missed)
    asked = [sum(c < ASKED_BELOW for c in answers) for answers in (right, wrong)]
    print(
        f"{name}: {exact}/{len(run)} = {exact / len(run):.1%}; would be asked for: "
        f"{asked[0]}/{len(right)} of the right, {asked[1]}/{len(wrong)} of the wrong"
    )
    for line in missed if name_missed else ():
        print("   ", line)


def main() -> int:
    """Print the scores; 1 where the corpus is not named."""
    corpus = os.environ.get("CMLEDGER_CORPUS")
    if not corpus:
        print("CMLEDGER_CORPUS names no corpus", file=sys.stderr)
        return 1
    tables = json.loads(Path(corpus).read_text(encoding="utf-8"))
    chance = random.Random(1)
    grids = [(t, table_grid(t)) for t in tables]
    masked: Run = [(t, table_grid(t, masked=True), 0) for t in tables]
    runs: dict[str, Run] = {
        "as grids": [(t, g, 0) for t, g in grids],
        "as workbooks": [(t, read_back(g), 0) for t, g in grids[::5]],
        "titles masked": masked,
        "titles on top": [(t, *with_titles(g)) for t, g in grids],
        "five rows": [(t, cut_short(g, t, 5), 0) for t, g in grids],
        "no rows": [(t, cut_short(g, t, 0), 0) for t, g in grids],
        "five rows, masked": [(t, cut_short(g, t, 5), 0) for t, g, _ in masked],
        "rows shuffled": [(t, shuffled(g, t, chance), 0) for t, g in grids],
        "merges lost": [(t, Grid(g.name, g.rows), 0) for t, g in grids],
    }
    for name, run in runs.items():
        score(name, run, words=False, name_missed=name != "merges lost")
    score("as grids, our words known", runs["as grids"], words=True, name_missed=True)
    cut = sum(len(tables_of(g, known)) > 1 for _, g in grids)
    print(f"cut into several tables though one: {cut}/{len(grids)}")
    print(f"taken for forms though tables: {sum(bool(forms_of(g)) for _, g in grids)}/{len(grids)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
