"""A 一户一方案 sheet that comes back: each of its tables under its true columns, whatever stands around them."""

from collections.abc import Iterator
from dataclasses import replace

from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.header import Header
from cmledger.sheets.layouts.customers import ACCOUNT_NO
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.plan_marks import ACCOUNT, EDITED, END, HIDDEN, ITEM, MARK, PAGE, TABLES
from cmledger.sheets.recognised import Recognised
from cmledger.sheets.rows import is_blank
from cmledger.sheets.tables import Table


def plan_tables(grid: Grid) -> list[tuple[Table, Recognised]]:
    """The tables of a sheet of ours; none where it is another, or its columns no longer stand where they stood."""
    if not grid.rows or len(grid.rows[0]) <= ITEM:
        return []
    heads = [
        (row, str(cells[MARK]).removeprefix(PAGE))
        for row, cells in enumerate(grid.rows)
        if isinstance(cells[MARK], str) and str(cells[MARK]).startswith(PAGE)
    ]
    if not heads:
        return []
    found = []
    for (row, name), (end, _) in zip(heads, [*heads[1:], (len(grid.rows), "")], strict=True):
        if name in TABLES:
            found.append(_table(grid, row, end, name))
    if found:
        grid.findings = [
            f for f in grid.findings if f.code not in ("hidden-columns", "hidden-rows")
        ]
    return found


def _table(grid: Grid, row: int, end: int, name: str) -> tuple[Table, Recognised]:
    """The rows from a header to the next table, each with the columns that can be edited, and the hidden ones."""
    layout, places = TABLES[name]
    fields = {c.field: c for c in (*layout.columns, ROW_TOKEN, ACCOUNT_NO)}
    columns = {at: fields[field] for at, field in {**places, **HIDDEN}.items()}
    account = next((c[ACCOUNT] for c in grid.rows[row + 1 : end] if not is_blank(c[ACCOUNT])), None)
    titles = [columns[at].title if at in columns else "" for at in range(ITEM + 1)]
    blank: list[Cell] = [None] * (ITEM + 1)
    rows = [list(blank) for _ in range(row)]
    rows.append(list(titles))
    rows += _rows(grid, row, end, name, account)
    table = replace(grid, rows=rows, merges=[])
    header = Header((row + 1,), row + 2, titles, 1.0)
    one = Recognised(layout, columns=columns, score=1.0, marked=True)
    return Table(table, header, row), one


def _rows(grid: Grid, row: int, end: int, name: str, account: Cell) -> Iterator[list[Cell]]:
    """One for each row of the sheet; what tells nothing is blank."""
    _, places = TABLES[name]
    open_ = True
    for cells in grid.rows[row + 1 : end]:
        open_ = open_ and cells[MARK] != END
        told: list[Cell] = [None] * (ITEM + 1)
        marked = not is_blank(cells[MARK]) and cells[MARK] != END
        if open_ and (marked or any(not is_blank(cells[at]) for at in EDITED[name])):
            for at in places:
                told[at] = cells[at]
            told[ACCOUNT] = cells[ACCOUNT] if not is_blank(cells[ACCOUNT]) else account
            told[MARK] = cells[MARK]
            code, sign, shown = str(cells[ITEM] or "").partition("=")
            if name == "plans" and sign and cells[0] == shown:
                told[0] = code
        yield told
