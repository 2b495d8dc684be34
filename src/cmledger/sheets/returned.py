"""The columns that cmledger adds to a workbook it hands back, set aside when it comes again."""

from typing import Final

from cmledger.records.intake import ColumnUse
from cmledger.sheets.grid import Grid, letters
from cmledger.sheets.lexicon import RETURNED_HEADERS

_SEARCHED: Final = 100
"""Rows searched over their whole width; below them, where tables stand below each other, the last columns are."""
_LAST: Final = 3


def set_aside(grid: Grid) -> list[ColumnUse]:
    """Empty those columns, so that the sheet is read as it was before; what they were, for the report.

    The header of such a column stands in any row, with nothing over it: where cmledger puts it the sheet was blank.
    A remark that says the same words is none.
    """
    found: dict[int, tuple[int, str]] = {}
    top, below = grid.rows[:_SEARCHED], grid.rows[_SEARCHED:]
    width = len(top[0]) if top else 0
    for title in RETURNED_HEADERS:
        for number, row in enumerate(top):
            if title in row and _is_first(grid, number, row.index(title)):
                found.setdefault(row.index(title), (number, title))
    for column in range(max(0, width - _LAST), width) if below else ():
        cells = [row[column] for row in below]
        for title in RETURNED_HEADERS:
            if title in cells and _is_first(grid, cells.index(title) + _SEARCHED, column):
                found.setdefault(column, (cells.index(title) + _SEARCHED, title))
    for column, (first, _) in found.items():
        for row in grid.rows[first:]:
            row[column] = None
    if not found:
        return []
    grid.merges = [m for m in grid.merges if m[1] != m[3] or m[1] not in found]
    while grid.rows and grid.rows[0] and len(grid.rows[0]) - 1 in found:
        if any(row[-1] not in (None, "") for row in grid.rows):
            break
        for row in grid.rows:
            row.pop()
    return [ColumnUse(letters(c), title, "ignored") for c, (_, title) in sorted(found.items())]


def _is_first(grid: Grid, number: int, column: int) -> bool:
    """Whether nothing stands above in the column."""
    return all(row[column] in (None, "") for row in grid.rows[:number])
