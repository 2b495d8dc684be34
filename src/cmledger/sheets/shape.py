"""The top of a sheet as the eye sees it: cells tidied, merges laid out, each text judged by how much it looks like a title."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.lexicon import TITLE_ENDINGS, tidy

DEPTH: Final = 60
WIDTH: Final = 400
"""How many rows and columns from A1 on are looked at."""

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column; 0-based, inclusive."""

_NUMBERISH = re.compile(r"[-+¥$(]*[\d.,%/:\-+ ()Ee]+")
_INSTRUCTION = re.compile(r"(?:[\d一二三四五六七八九十]+[.、)]|注[:])\s*\S{2}")
_REMARK = re.compile(r"[(\[【(].*?[)\]】)]")
_MARKS = frozenset("√✓✔×✗○●☑□/\\-—*#?？")


class View:
    """The first rows of a grid. `text[r][c]` is the tidied text of a cell ("" where blank), numbers written out."""

    def __init__(self, grid: Grid) -> None:
        self.cells: list[list[Cell]] = [row[:WIDTH] for row in grid.rows[:DEPTH]]
        self.width = max((_filled(row) for row in self.cells), default=0)
        self.text = [[written(cell) for cell in row[: self.width]] for row in self.cells]
        self.height = len(self.text)
        self.spans = {}
        """Place -> the merge that covers it."""
        for span in grid.merges:
            if span[0] < self.height and span[1] < self.width:
                for r in range(span[0], min(span[2], self.height - 1) + 1):
                    for c in range(span[1], min(span[3], self.width - 1) + 1):
                        self.spans[r, c] = span
        self.below = _sample(grid.rows)
        """A few rows from further down, for judging columns."""

    def filled(self, r: int) -> list[int]:
        """The columns with a text of their own in row r."""
        return [c for c, text in enumerate(self.text[r]) if text]

    def is_filled_by_merge(self, r: int, c: int) -> bool:
        """Whether a place is covered by a merge whose corner holds a text."""
        span = self.spans.get((r, c))
        return span is not None and bool(self.text[span[0]][span[1]])


def written(cell: Cell) -> str:
    """The text of a cell as it is compared: tidied; numbers and dates in their shortest form."""
    if isinstance(cell, str):
        return tidy(cell)
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.text if isinstance(cell, CellError) else str(cell)


def is_number(cell: Cell) -> bool:
    """Whether Excel holds a number, date or truth value there."""
    return isinstance(cell, int | float | dt.date | dt.time | dt.timedelta)


@lru_cache(maxsize=4096)
def title_likeness(text: str) -> float:
    """0..1: how much a text looks like the title of a column, by its shape alone."""
    if not text or _NUMBERISH.fullmatch(text) or set(text) <= _MARKS:
        return 0.0
    core = _REMARK.sub("", text) or text
    digits = sum(ch.isdigit() for ch in core)
    if digits >= 7 or 2 * digits > len(core):
        return 0.1
    if _INSTRUCTION.match(text) or "。" in text or ";" in core:
        return 0.3
    if len(core) > 40:
        return 0.3
    if core.endswith(TITLE_ENDINGS):
        return 1.0
    likeness = 0.95
    if len(core) > 20:
        likeness -= 0.3
    if digits and not re.search(r"\d+[月年季度号期]|[A-Z]\d", core):
        likeness -= 0.1 + 0.1 * min(digits, 3)
    if ":" in core or "," in core or "、" in core[:-1] and len(core) > 12:
        likeness -= 0.2
    return likeness


def _filled(row: Sequence[Cell]) -> int:
    width = len(row)
    while width and (row[width - 1] is None or row[width - 1] == ""):
        width -= 1
    return width


def _sample(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    if len(rows) <= DEPTH:
        return []
    step = max(1, (len(rows) - DEPTH) // 20)
    return [[written(cell) for cell in row[:WIDTH]] for row in rows[DEPTH::step][:20]]
