"""Merged cells, made harmless: later stages may walk over every cell of every merge."""

from pathlib import Path
from typing import Final

from cmledger.sheets.caps import Caps
from cmledger.sheets.grid import Grid
from cmledger.sheets.guard import hostile
from cmledger.wording import reading as wording

_MERGES: Final = 300_000
"""Of one sheet; ledgers that merge every customer's name over its rows have some ten thousands."""


def check_merges(path: Path, sheet: str, count: int, caps: Caps) -> None:
    """Refuse a sheet with more merges than any honest one. Raises NotAWorkbook."""
    if count > caps.size(_MERGES):
        raise hostile(path, wording.DETAIL_MERGES, sheet=sheet, limit=caps.size(_MERGES))


def settle_merges(path: Path, grid: Grid, caps: Caps) -> None:
    """Cut the merges to the cells that are used, and drop those that no longer join any.

    Raises NotAWorkbook where merges overlap so much that together they cover the sheet several times.
    """
    check_merges(path, grid.name, len(grid.merges), caps)
    height, width = len(grid.rows), len(grid.rows[0]) if grid.rows else 0
    cut = []
    area = 0
    for top, left, bottom, right in grid.merges:
        bottom, right = min(bottom, height - 1), min(right, width - 1)
        if 0 <= top <= bottom and 0 <= left <= right and (top, left) != (bottom, right):
            cut.append((top, left, bottom, right))
            area += (bottom - top + 1) * (right - left + 1)
    if area > 4 * height * width:
        raise hostile(path, wording.DETAIL_MERGES, sheet=grid.name, limit=caps.size(_MERGES))
    grid.merges = cut
