"""Parts of a sheet as grids of their own: some of its rows, or some of its columns, still with Excel's numbers or not."""

from collections.abc import Iterable
from dataclasses import replace

from cmledger.sheets.grid import Cell, Grid

Span = tuple[int, int, int, int]


def window(grid: Grid, first: int, end: int) -> Grid:
    """The 0-based rows first..end-1 as a sheet that begins with them: for looking, its numbers are not Excel's."""
    merges = [
        (a - first, b, c - first, d)
        for a, b, c, d in _within(grid.merges, first, end)
        if a >= first
    ]
    return Grid(grid.name, grid.rows[first:end], merges)


def rows_of(grid: Grid, first: int, end: int) -> Grid:
    """The same sheet with nothing but the 0-based rows first..end-1; every row keeps its number."""
    if first == 0 and end >= len(grid.rows):
        return grid
    blank: list[Cell] = [None] * (len(grid.rows[0]) if grid.rows else 0)
    merges = list(_within(grid.merges, first, end))
    return replace(grid, rows=[blank] * first + grid.rows[first:end], merges=merges)


def columns_of(grid: Grid, first: int, end: int) -> Grid:
    """The same sheet with nothing but the 0-based columns first..end-1; every column keeps its letters."""
    blank: list[Cell] = [None] * first
    merges = [span for span in grid.merges if first <= span[1] and span[3] < end]
    return replace(grid, rows=[blank + row[first:end] for row in grid.rows], merges=merges)


def _within(merges: Iterable[Span], first: int, end: int) -> Iterable[Span]:
    return (span for span in merges if first <= span[0] and span[2] < end)
