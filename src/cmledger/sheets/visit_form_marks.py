"""The hidden column of a 走访单, by which it is known again: what stands in which cell of each row.

The mark of the page stands in its first row. A row's mark travels with the row, so that rows put in between do no
harm. A line each: visited_on=B, method=D, item=A:3700000001-visit-2026Q4, check=C:A.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from cmledger.sheets.grid import Grid, letters
from cmledger.sheets.layouts.visits import VISITS
from cmledger.wording import visit_forms as say

PAGE: Final = "cmledger-visit-form/1"
ITEM: Final = "item"
CHECK: Final = "check"
FORM: Final = "form"
"""The number of the page itself, where none of its items is the visit."""
COLUMN: Final = 6
"""Where the marks stand, 0-based: right of the page."""

_MARK: Final = re.compile(r"([a-z_]+)=([A-F])(?::(.+))?")


class Mark(NamedTuple):
    """One cell of the page. name: a field of the visit, ITEM, CHECK or FORM; row, column: 0-based.

    of: of an item or a form its number, of a check the letters of the cell that names it.
    """

    name: str
    row: int
    column: int
    of: str = ""


def field_title(name: str) -> str:
    """What a field of the page is called."""
    column = VISITS.column(name)
    return column.title if column is not None else say.FIELDS[name]


def written(marks: Iterable[Mark]) -> str:
    """The cell of one row's marks."""
    return "\n".join(f"{m.name}={letters(m.column)}" + (f":{m.of}" if m.of else "") for m in marks)


def is_page(grid: Grid) -> bool:
    """Whether a sheet is a 走访单 of ours whose columns stand where they stood."""
    return bool(grid.rows) and len(grid.rows[0]) > COLUMN and grid.rows[0][COLUMN] == PAGE


def marks_of(grid: Grid) -> list[Mark]:
    """Every cell of the page that is told of, from the top down."""
    return [
        Mark(match[1], row, ord(match[2]) - ord("A"), match[3] or "")
        for row, cells in enumerate(grid.rows[1:], 1)
        if isinstance(text := cells[COLUMN], str)
        for word in text.split("\n")
        if (match := _MARK.fullmatch(word))
    ]
