"""Whole numbers: how many of something, and every how many months."""

import re
from collections.abc import Iterable
from typing import Final

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.kinds.numerals import in_figures
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import COUNTED, EVERY_MONTHS, TIMES_A_PERIOD, bare

_MOST: Final = 10_000_000
_LONGEST: Final = 240
_COUNT = re.compile(rf"(\d+)(?:\.0+)?(?:{COUNTED})?")


class Count(Understands):
    """How many: 120, 120份, 35人次."""

    width = 10
    number_format: str | None = "0"

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        found = _COUNT.fullmatch(as_text(cell).replace(",", "").replace(" ", ""))
        if found is None or int(found[1]) > _MOST:
            return Problem("not-a-count", {"value": as_text(cell)})
        return int(found[1])

    def shown(self, value: object) -> Cell:
        return int(str(value))

    def fits(self, cells: Iterable[Cell]) -> float:
        """A long number is a code of something."""
        return super().fits(c for c in cells if len(as_text(c)) <= len(str(_MOST)) + 4)


class Months(Count):
    """Every how many months: 6, 6个月, 半年, 每季度一次, 2次/年. A bare number is one of months."""

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = in_figures(bare(as_text(cell)))
        months: float | None = None
        for pattern, length in EVERY_MONTHS:
            if found := pattern.fullmatch(text):
                months = length * int(found[1] or 1)
                break
        else:
            if found := TIMES_A_PERIOD[0].fullmatch(text):
                period, times = found[1] or found[4], int(found[2] or found[3] or 1)
                months = TIMES_A_PERIOD[1][period] / max(times, 1)
        if months is None or months != int(months) or not 1 <= months <= _LONGEST:
            return Problem("not-months", {"value": as_text(cell)})
        return int(months)
