"""Moments to the minute, and how long something takes. What a cell leaves unsaid is never filled in here."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cmledger.records.intake import CLEAR, Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import NEUTRAL, Understands, as_text
from cmledger.sheets.kinds.days import FIRST_YEAR, LAST_YEAR
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import (
    AFTERNOON,
    HALF,
    HOURS,
    MINUTES,
    MOMENT,
    MOMENT_JOINT,
    NEXT_DAY,
)

IN_PART: Final = "moment-in-part"
"""The cell says a time without its day, a day without its year, or two moments; `stored` is a Span in writing."""
_SPAN = re.compile(r"(.*)/(.*)")
_PART = re.compile(r"(\+?)(?:(\d{4}|-)-(\d\d)-(\d\d))?(?:T(\d\d):(\d\d))?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:\d\d)?")
_EPOCH = dt.datetime.combine(dt.date(1899, 12, 30), dt.time())
_FIRST_SERIAL, _LAST_SERIAL = 17_899, 73_416
"""1949 to 2100."""
_HALF_A_DAY, _A_DAY = 12, 24
_LIKELY = 0.5
"""A cell that only names a day may be one of moments."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of one moment; what is not said is None. next_day: 次日, the day after the other moment's."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    next_day: bool = False

    @property
    def has_day(self) -> bool:
        """Whether it names month and day."""
        return self.month is not None

    @property
    def has_time(self) -> bool:
        """Whether it names the hour."""
        return self.hour is not None

    def written(self) -> str:
        """As it stands between parsing and putting together."""
        day = f"{self.year or '-'}-{self.month:02}-{self.day:02}" if self.has_day else ""
        time = f"T{self.hour:02}:{self.minute:02}" if self.has_time else ""
        return ("+" if self.next_day else "") + day + time


@dataclass(frozen=True, slots=True)
class Span:
    """What a cell says: when something begins, and perhaps when it ends."""

    begin: Part
    end: Part | None = None

    def written(self) -> str:
        """As it stands between parsing and putting together."""
        return f"{self.begin.written()}/{self.end.written() if self.end else ''}"


def span_of(text: str) -> Span:
    """The span behind a stored form, a whole moment or one in part."""
    match = _SPAN.fullmatch(text)
    begin, end = (match[1], match[2]) if match else (text, "")
    return Span(_part_of(begin), _part_of(end) if end else None)


def _part_of(text: str) -> Part:
    match = _PART.fullmatch(text)
    assert match is not None
    plus, year, month, day, hour, minute = match.groups()
    return Part(
        int(year) if year and year != "-" else None,
        int(month) if month else None,
        int(day) if day else None,
        int(hour) if hour else None,
        int(minute) if minute else None,
        bool(plus),
    )


def moment(day: dt.date, hour: int, minute: int) -> str:
    """YYYY-MM-DDTHH:MM; 24:00 is the next day's 00:00."""
    at = dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hour, minutes=minute)
    return at.isoformat(timespec="minutes")


class Minute(Understands):
    """A moment as YYYY-MM-DDTHH:MM. One said in part is a problem that intake puts together with its neighbours."""

    width = 17
    number_format: str | None = "yyyy-mm-dd hh:mm"

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, dt.datetime):
            at = cell + dt.timedelta(seconds=30)  # Excel's fractions of a day are not exact
            return self._whole(Part(at.year, at.month, at.day, at.hour, at.minute), as_text(cell))
        if isinstance(cell, dt.date):
            return self._in_part(Span(Part(cell.year, cell.month, cell.day)), as_text(cell))
        if isinstance(cell, dt.time):
            return self._in_part(Span(Part(hour=cell.hour, minute=cell.minute)), as_text(cell))
        if isinstance(cell, (int, float)):
            return self._of_number(cell)
        if isinstance(cell, str):
            return self._of_text(cell)
        return Problem("not-a-moment", {"value": as_text(cell)})

    def _of_number(self, number: int | float) -> Parsed | Problem:
        """A serial number of Excel, a fraction of a day, 202612050800, or 20261205."""
        value = as_text(number)
        if 0 < number < 1:
            at = _EPOCH + dt.timedelta(days=number, seconds=30)
            return self._in_part(Span(Part(hour=at.hour, minute=at.minute)), value)
        if _FIRST_SERIAL <= number < _LAST_SERIAL and number != int(number):
            return self.meaning(_EPOCH + dt.timedelta(days=number), None)
        if number == int(number) and _FIRST_SERIAL <= number < _LAST_SERIAL:
            at = _EPOCH + dt.timedelta(days=number)
            return self._in_part(Span(Part(at.year, at.month, at.day)), value)
        if number == int(number):
            return self._of_text(value)
        return Problem("not-a-moment", {"value": value})

    def _of_text(self, text: str) -> Parsed | Problem:
        if match := _COMPACT.fullmatch(text):
            year, month, day, hour, minute = map(int, match.groups())
            return self._whole(Part(year, month, day, hour, minute), text)
        first = MOMENT.match(text)
        if first is None or not first[0].strip():
            return Problem("not-a-moment", {"value": text})
        begin, end = _said(first), None
        rest = text[first.end() :].strip()
        if rest:
            joint = MOMENT_JOINT.match(rest)
            second = MOMENT.fullmatch(rest[joint.end() :].strip()) if joint else None
            if second is None or not second[0].strip():
                return Problem("not-a-moment", {"value": text})
            end = _said(second)
        if begin is None or (rest and end is None):
            return Problem("not-a-moment", {"value": text})
        if end is None and begin.year and begin.has_time:
            return self._whole(begin, text)
        return self._in_part(Span(begin, end), text)

    @staticmethod
    def _whole(part: Part, value: str) -> Parsed | Problem:
        try:
            day = dt.date(part.year or 0, part.month or 0, part.day or 0)
        except ValueError:
            return Problem("no-such-day", {"value": value})
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return Problem("implausible-date", {"value": value})
        if not _is_time(part):
            return Problem("not-a-moment", {"value": value})
        return moment(day, part.hour or 0, part.minute or 0)

    @staticmethod
    def _in_part(span: Span, value: str) -> Problem:
        parts = [span.begin, *([span.end] if span.end else [])]
        if not all(_is_time(part) for part in parts):
            return Problem("not-a-moment", {"value": value})
        return Problem(IN_PART, {"value": value}, span.written())

    def shown(self, value: object) -> Cell:
        at = dt.datetime.fromisoformat(str(value))
        # at midnight Excel's own moment would read as a day without a time
        return at if at.hour or at.minute else f"{at:%Y-%m-%d %H:%M}"

    def bound(self, text: str, sign: str) -> str | None:
        """What moments are compared with (< <= > >= = !=): a day alone means its begin or its end; None: no bound."""
        got = self.parse(text)
        if isinstance(got, str):
            return got
        span = span_of(str(got.stored)) if isinstance(got, Problem) and got.stored else None
        day = span.begin if span and span.end is None else None
        if day is None or day.year is None or day.has_time or sign in ("=", "!="):
            return None
        late = sign in ("<=", ">")
        return f"{day.year}-{day.month:02}-{day.day:02}T" + ("23:59" if late else "00:00")

    def fits(self, cells: Iterable[Cell]) -> float:
        """A moment said in part is one, too; a day alone is more likely a day."""
        found = [self.understand(c, None) for c in set(cells)]
        kept = [got for got in found if got is not None and got is not CLEAR]
        return sum(map(_likeness, kept)) / len(kept) if kept else NEUTRAL


def _said(match: re.Match[str]) -> Part | None:
    """The parts of a moment as written; None where it says neither day nor time."""
    got = match.groupdict()
    year, month, day = (got[n] or got[f"c{n}"] for n in ("year", "month", "day"))
    hour, minute = got["hour"], got["minute"]
    if month is None and hour is None:
        return None
    late = got["half"] is not None and AFTERNOON.fullmatch(got["half"]) is not None
    at = None if hour is None else int(hour)
    if at is not None and late and at < _HALF_A_DAY:
        at += _HALF_A_DAY
    minutes = None
    if at is not None:
        minutes = 30 if minute == HALF else int(minute or 0)
    return Part(
        int(year) if year else None,
        int(month) if month else None,
        int(day) if day else None,
        at,
        minutes,
        got["next"] is not None and NEXT_DAY.fullmatch(got["next"]) is not None,
    )


def _is_time(part: Part) -> bool:
    if part.hour is None:
        return True
    minute = part.minute or 0
    return (part.hour < _A_DAY and minute < 60) or (part.hour == _A_DAY and minute == 0)


def _likeness(got: Parsed | Problem) -> float:
    if isinstance(got, str):
        return _LIKELY if got.endswith("T00:00") else 1.0
    if isinstance(got, Problem) and got.code == IN_PART:
        span = span_of(str(got.stored))
        return 1.0 if span.begin.has_time else _LIKELY
    return 0.0


_NUMBER = r"(\d+(?:\.\d+)?)"
_DURATION = re.compile(
    rf"(?:{_NUMBER}\s*(?:{HOURS}))?\s*(?:{_NUMBER}\s*(?:{MINUTES}))?", re.IGNORECASE
)
_MOST_MINUTES = 60 * 24 * 366


class Duration(Understands):
    """Minutes. A number without a unit is in minutes, in hours, or (each None) nobody can say."""

    width = 10
    number_format: str | None = "0"

    def __init__(self, minutes_each: int | None = None) -> None:
        self._each = minutes_each

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        if isinstance(cell, dt.time):
            return cell.hour * 60 + cell.minute
        try:
            number: float | None = float(text)
        except ValueError:
            number = None
        if number is not None and not abs(number) <= _MOST_MINUTES:
            return Problem("not-a-duration", {"value": text})
        if number is not None:
            if self._each is None:
                return Problem("duration-without-unit", {"value": text})
            minutes = round(number * self._each)
        else:
            match = _DURATION.fullmatch(text)
            if match is None or not any(match.groups()):
                return Problem("not-a-duration", {"value": text})
            minutes = round(float(match[1] or 0) * 60 + float(match[2] or 0))
        if not 0 < minutes <= _MOST_MINUTES:
            return Problem("not-a-duration", {"value": text})
        return minutes

    def shown(self, value: object) -> Cell:
        return int(str(value))
