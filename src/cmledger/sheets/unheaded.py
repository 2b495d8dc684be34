"""Data without a header: a sheet that nobody can read by its titles, though its cells look like one of ours."""

from typing import Final

from cmledger.sheets.grid import Grid, letters
from cmledger.sheets.header import Header
from cmledger.sheets.layouts import layout
from cmledger.sheets.rows import is_blank
from cmledger.sheets.shape import DEPTH, WIDTH

_FEWEST: Final = 2
_MOSTLY: Final = 0.6


def account_column(grid: Grid, header: Header | None) -> tuple[str, int] | None:
    """The letters of the column that holds 户号 with no title over it, and how many rows hold anything; else None.

    A header that was found all the same is none where the cell over the 户号 is one itself.
    """
    account = layout("customers").column("account_no")
    assert account is not None
    top = [row[:WIDTH] for row in grid.rows[:DEPTH]]
    start = min(header.rows) - 1 if header else 0
    for position, cells in enumerate(zip(*top[start:], strict=True)):
        filled = [cell for cell in cells if not is_blank(cell)]
        if len(filled) < _FEWEST or account.kind.fits(filled) < _MOSTLY:
            continue
        if header is None or account.kind.fits(filled[:1]) == 1:
            rows = sum(any(not is_blank(c) for c in row) for row in grid.rows[start:])
            return letters(position), rows
    return None
