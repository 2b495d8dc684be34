"""The top of a sheet as the eye sees it: cells tidied, merges laid out, each text judged by how much it looks like a title."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.lexicon import COUNTED_TITLE, LISTED_SENTENCE, TITLE_ENDINGS, tidy

DEPTH: Final = 60
WIDTH: Final = 400
"""How many rows and columns from A1 on are looked at."""
_SAMPLED: Final = 20
_OVERLAP: Final = 4
"""Merges that cover the view more often than this lie over each other, as Excel never writes them; the rest is left."""

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column; 0-based, inclusive."""

_NUMBERISH = re.compile(r"[-+¥$(]*[\d.,%/:\-+ ()Ee]+")
_REMARK = re.compile(r"[(\[【].*?[)\]】]")
_MARKS = frozenset("√✓✔×✗○●☑□/\\-—*#?")


class View:
    """The first rows of a grid; text[r][c] is the tidied text of a cell ("" where blank), numbers written out."""

    def __init__(self, grid: Grid) -> None:
        top = [row[:WIDTH] for row in grid.rows[:DEPTH]]
        self.width = max((_extent(row) for row in top), default=0)
        self.height = len(top)
        self.text = [[written(cell) for cell in row[: self.width]] for row in top]
        self._numbers = [[is_number(cell) for cell in row[: self.width]] for row in top]
        self._names: dict[int, Counter[str]] = {}
        self._series: dict[int, frozenset[int]] = {}
        self._filled = [[c for c, text in enumerate(row) if text] for row in self.text]
        self.columns = frozenset(c for row in self._filled if len(row) > 1 for c in row)
        """The columns that any row of more than one text uses."""
        self._spans: list[dict[int, Span]] = [{} for _ in top]
        room = _OVERLAP * self.height * self.width
        for span in grid.merges:
            if span[0] < self.height and span[1] < self.width and room > 0:
                bottom, right = min(span[2], self.height - 1), min(span[3], self.width - 1)
                room -= (bottom - span[0] + 1) * (right - span[1] + 1)
                for r in range(span[0], bottom + 1):
                    for c in range(span[1], right + 1):
                        self._spans[r][c] = span
        self.below = _sample(grid.rows, self.width)
        """Rows from further down, as texts, for judging columns."""

    def filled(self, r: int) -> list[int]:
        """The columns with a text of their own in row r."""
        return self._filled[r]

    def span(self, r: int, c: int) -> Span | None:
        """The merge that covers a place."""
        return self._spans[r].get(c)

    def spans(self, r: int) -> list[Span]:
        """The merges that touch row r."""
        return list(self._spans[r].values())

    def is_number(self, r: int, c: int) -> bool:
        """Whether Excel holds a number, date or truth value there."""
        return self._numbers[r][c]

    def names(self, r: int) -> Counter[str]:
        """How often each text of row r stands in it."""
        if r not in self._names:
            self._names[r] = Counter(self.text[r][c] for c in self._filled[r])
        return self._names[r]

    def series(self, r: int) -> frozenset[int]:
        """The columns of three or more whole numbers rising one by one, such as months or years; dates count as well."""
        if r not in self._series:
            self._series[r] = self._rising(r)
        return self._series[r]

    def _rising(self, r: int) -> frozenset[int]:
        columns = [c for c in self._filled[r] if self._numbers[r][c]]
        texts = [self.text[r][c] for c in columns]
        if len(texts) < 3:
            return frozenset()
        if all(text.isdigit() for text in texts):
            numbers = list(map(int, texts))
            steps = {b - a for a, b in pairwise(numbers)}
            even = steps <= {1} or (
                1 in steps and numbers.count(numbers[0]) > 1 and len(steps) == 2
            )
            return frozenset(columns) if even else frozenset()
        dated = all(re.match(r"\d{4}-\d\d-01", text) for text in texts)
        return frozenset(columns) if dated and texts == sorted(set(texts)) else frozenset()


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


@lru_cache(maxsize=8192)
def title_likeness(text: str) -> float:
    """0..1: how much a text looks like the title of a column, by its shape alone."""
    if not text or _NUMBERISH.fullmatch(text) or set(text) <= _MARKS:
        return 0.0
    core = _REMARK.sub("", text) or text
    digits = sum(ch.isdigit() for ch in core)
    if digits >= 7 or 2 * digits > len(core):
        return 0.1
    if LISTED_SENTENCE.match(text) or "。" in text or ";" in core or len(core) > 40:
        return 0.3
    if core.endswith(TITLE_ENDINGS):
        return 1.0
    likeness = 0.95
    if len(core) > 20:
        likeness -= 0.3
    if digits and not COUNTED_TITLE.search(core):
        likeness -= 0.1 + 0.1 * min(digits, 3)
    if ":" in core or "," in core or ("、" in core and len(core) > 12):
        likeness -= 0.2
    return likeness


def _extent(row: Sequence[Cell]) -> int:
    width = len(row)
    while width and (row[width - 1] is None or row[width - 1] == ""):
        width -= 1
    return width


def _sample(rows: Sequence[Sequence[Cell]], width: int) -> list[list[str]]:
    step = max(1, (len(rows) - DEPTH) // _SAMPLED)
    return [[written(cell) for cell in row[:width]] for row in rows[DEPTH::step][:_SAMPLED]]
