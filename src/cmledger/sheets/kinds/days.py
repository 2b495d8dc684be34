"""Days, months and years. What is not said (a year, a day) is never filled in."""

import datetime as dt
import re
from collections.abc import Sequence

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.kinds.numerals import in_figures
from cmledger.sheets.layout import ParsedColumn, Problem
from cmledger.sheets.lexicon import (
    COMPACT_DATE,
    DATE,
    DATE_RANGE,
    DATE_WITHOUT_YEAR,
    LUNAR_DAY,
    MONTH,
    MONTH_WORDS,
    SHORT_YEAR_DATE,
    WHOLE_YEAR,
    WHOLE_YEAR_WORDS,
    YEAR,
    YEAR_MONTH,
    tidy,
)

FIRST_YEAR, LAST_YEAR = 1949, 2100
_OR_OCTOBER = re.compile(r"(?:19|20)\d\d\.1")
"""A number 2024.10 is 2024.1: January or October, nobody can say."""
_OCTOBER = re.compile(r"(?:19|20)\d\d\.10")
_EPOCH = dt.date(1899, 12, 30)
_FIRST_SERIAL = (dt.date(FIRST_YEAR, 1, 1) - _EPOCH).days
_LAST_SERIAL = (dt.date(LAST_YEAR, 12, 31) - _EPOCH).days


def _day(year: int, month: int, day: int, value: object) -> str | Problem:
    """An ISO date, or why there is no such day."""
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return Problem("no-such-day", {"value": value})
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Problem("implausible-date", {"value": value})
    return found.isoformat()


class Date(Understands):
    """A day as ISO text. `past`: what happened; intake refuses such a day after --as-of."""

    width = 12
    number_format: str | None = "yyyy-mm-dd"

    def __init__(self, *, past: bool = False) -> None:
        self.past = past

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, (dt.date, dt.datetime)):
            return _day(cell.year, cell.month, cell.day, as_text(cell))
        if isinstance(cell, (int, float)):
            return self._of_number(cell)
        if isinstance(cell, str):
            return self._of_text(cell)
        return Problem("not-a-date", {"value": as_text(cell)})

    @staticmethod
    def _of_number(number: int | float) -> str | Problem:
        """A serial number of Excel, or 20240305; 2024.1 may be January or October."""
        if _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
            return (_EPOCH + dt.timedelta(days=int(number))).isoformat()
        value = as_text(number)
        if number == int(number) and len(value) == 8:
            return _day(int(value[:4]), int(value[4:6]), int(value[6:]), value)
        if FIRST_YEAR <= number <= LAST_YEAR + 1:
            return Problem("date-without-day", {"value": value})
        return Problem("not-a-date", {"value": value})

    def _of_text(self, text: str) -> str | Problem:
        if match := DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text):
            return _day(int(match[1]), int(match[2]), int(match[3]), text)
        if match := SHORT_YEAR_DATE.fullmatch(text):
            day = _day(2000 + int(match[1]), int(match[2]), int(match[3]), text)
            return (
                Problem("short-year", {"value": text, "taken": day}, day)
                if type(day) is str
                else day
            )
        if (
            text.isascii()
            and text.replace(".", "", 1).isdigit()
            and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL
        ):
            return self._of_number(float(text))
        if YEAR_MONTH.fullmatch(text) or YEAR.fullmatch(text):
            return Problem("date-without-day", {"value": text})
        if DATE_WITHOUT_YEAR.fullmatch(text):
            return Problem("date-without-year", {"value": text})
        if len(DATE.findall(text)) > 1 or DATE_RANGE.fullmatch(text):
            return Problem("several-dates", {"value": text})
        return Problem("not-a-date", {"value": text})

    def shown(self, value: object) -> Cell:
        return dt.date.fromisoformat(str(value))


class Year(Understands):
    """A calendar year as an integer."""

    width = 8
    number_format: str | None = "0"

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        match = YEAR.fullmatch(text.removesuffix(".0"))
        if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            return int(match[1])
        return Problem("not-a-year", {"value": text})

    def shown(self, value: object) -> Cell:
        return int(str(value))


class Month(Understands):
    """A month 1-12, or 0 for the whole year."""

    width = 8
    number_format: str | None = "0"
    choices: Sequence[str] = (*(str(n) for n in range(1, 13)), WHOLE_YEAR)

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell).removesuffix(".0")
        if text in WHOLE_YEAR_WORDS:
            return 0
        if text in MONTH_WORDS:
            return MONTH_WORDS[text]
        if isinstance(cell, float) and _OR_OCTOBER.fullmatch(text):
            return Problem("january-or-october", {"value": text})
        match = MONTH.fullmatch(text)
        if match and 1 <= int(match[1]) <= 12:
            return int(match[1])
        return Problem("not-a-month", {"value": text})

    def shown(self, value: object) -> Cell:
        return int(str(value)) or WHOLE_YEAR

    def to_json(self, value: Parsed) -> object:
        """The whole year is null."""
        return value or None


class Period(Understands):
    """Year and month in one cell: 202503, 2025年3月, 2025-03. Stored as year * 100 + month, for intake to part."""

    width = 10

    def parse_column(self, cells: Sequence[Cell], unit: str | None = None) -> ParsedColumn:
        """2024.1 in text is January only where the column shows that it keeps the 0 of 2024.10."""
        parsed = super().parse_column(cells, unit)
        texts = {c for c in set(cells) if isinstance(c, str) and _OR_OCTOBER.fullmatch(tidy(c))}
        if texts and not any(
            isinstance(c, str) and _OCTOBER.fullmatch(tidy(c)) for c in set(cells)
        ):
            for at, cell in enumerate(cells):
                if cell in texts:
                    parsed.values[at] = None
                    parsed.problems[at] = Problem("january-or-october", {"value": cell})
        return parsed

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, (dt.date, dt.datetime)):
            return cell.year * 100 + cell.month
        text = as_text(cell).removesuffix(".0")
        if isinstance(cell, float) and _OR_OCTOBER.fullmatch(text):
            return Problem("january-or-october", {"value": text})
        match = YEAR_MONTH.fullmatch(text) or DATE.fullmatch(text)
        if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR and 1 <= int(match[2]) <= 12:
            return int(match[1]) * 100 + int(match[2])
        return Problem("not-a-period", {"value": text})

    def shown(self, value: object) -> Cell:
        return str(value)


class MonthDay(Understands):
    """A day of every year as MM-DD: a birthday's year is not kept; 02-29 is a day. Days of the moon's calendar are refused."""

    width = 10
    number_format: str | None = "@"

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, str):
            return self._of_text(cell)
        whole = Date().meaning(cell, unit)  # 5.3 as a number may be the 3rd or the 30th
        if isinstance(whole, str):
            return whole[5:]
        return Problem("not-a-month-day", {"value": as_text(cell)})

    @staticmethod
    def _of_text(text: str) -> str | Problem:
        if LUNAR_DAY.search(text):
            return Problem("lunar-date", {"value": text})
        plain = in_figures(text)
        if match := DATE_WITHOUT_YEAR.fullmatch(plain):
            day = _day(_LEAP, int(match[1]), int(match[2]), text)
        else:
            day = Date().meaning(plain, None)  # type: ignore[assignment]
        if isinstance(day, str):
            return day[5:]
        if isinstance(day, Problem) and isinstance(day.stored, str):  # the year is of no matter
            return day.stored[5:]
        code = day.code if day.code == "no-such-day" else "not-a-month-day"
        return Problem(code, {"value": text})

    def shown(self, value: object) -> Cell:
        return str(value)


_LEAP = 2000
"""A year that has a 29th of February."""
