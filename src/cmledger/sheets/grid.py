"""A workbook as cells: what every reader produces and every later stage works on."""

import datetime as dt
from dataclasses import dataclass, field

from cmledger.records.intake import Finding


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds no value: a cached error (#N/A, #REF!), or a formula never computed ("=")."""

    text: str


Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | CellError | None
"""Blank is None or ""."""


@dataclass(slots=True)
class Grid:
    """One sheet. rows[0] is Excel's row 1 and rows[r][0] its column A; all rows have the same width.

    merges: (first row, first column, last row, last column), 0-based, inclusive.
    findings: what reading alone can tell (hidden rows, struck-through rows …).
    struck_rows: Excel's 1-based numbers of rows at least half of whose filled cells are struck through.
    """

    name: str
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    findings: list[Finding] = field(default_factory=list)
    struck_rows: frozenset[int] = frozenset()


@dataclass(slots=True)
class Book:
    """A file as read. format: xlsx, xls, csv. encoding: of a csv."""

    path: str
    format: str
    sha256: str
    size: int
    grids: list[Grid]
    encoding: str | None = None


def letters(column: int) -> str:
    """Excel's letters of a 0-based column: 0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
