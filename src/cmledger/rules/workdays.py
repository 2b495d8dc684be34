"""Working days by the State Council calendar, make-up days included; and what to do where none is published."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import takewhile
from typing import Literal

from cmledger.records.calendar import CalendarYear
from cmledger.records.cycles import HOLIDAYS

Shift = Literal["earlier", "later", "nearest", "none"]
"""Where a due day goes that is no working day. nearest: the earlier one where both are equally far."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_FIXED = {"new-year": (1, 1), "labour-day": (5, 1), "national-day": (10, 1)}
_LONGEST_BREAK = 31
"""Days searched for a working day; no break is that long."""


class WorkingDays:
    """Which days are worked. `added`: years an office wrote down itself; they go before the published ones.

    A year that is neither added nor published is computed from weekends, and `assumed` says so.
    """

    def __init__(self, added: Mapping[int, CalendarYear] | None = None) -> None:
        self._added = dict(added or {})
        # a year may be written down for its festivals alone
        self._own = {y: c for y, c in self._added.items() if c.holidays or c.workdays}
        self._published: range | None = None
        self._known: dict[date, bool] = {}

    def assumed(self, year: int) -> bool:
        """Whether nobody has published a calendar of that year, so that weekends are all we know."""
        return year not in self._own and year not in self._years_published()

    def works(self, day: date) -> bool:
        """Whether that day is a working day."""
        try:
            return self._known[day]
        except KeyError:
            found = self._known[day] = self._looked_up(day)
            return found

    def _looked_up(self, day: date) -> bool:
        own = self._own.get(day.year)
        if own is not None:
            weekday = day.weekday() < _SATURDAY
            return day in own.workdays or (weekday and day not in own.holidays)
        if day.year in self._years_published():
            from chinese_calendar import is_workday

            return bool(is_workday(day))
        return day.weekday() < _SATURDAY

    def festival(self, code: str, year: int) -> date | None:
        """The first day off of a holiday (`records.cycles.HOLIDAYS`) in a year; None where nobody has said yet.

        New Year, Labour Day and National Day are those days themselves; others the published calendar tells.
        """
        own = self._added.get(year)
        if own is not None and code in own.festivals:
            return own.festivals[code]
        if code in _FIXED:
            return date(year, *_FIXED[code])
        if year not in self._years_published():
            return None
        from chinese_calendar.constants import holidays

        named = (day for day, name in holidays.items() if name == HOLIDAYS[code])
        return min((day for day in named if day.year == year), default=None)

    def off_until(self, day: date) -> date:
        """The last day of the break that a day lies in; the day itself where it is worked."""
        off = takewhile(lambda d: not self.works(d), (day, *_run(day, _DAY)))
        return max(off, default=day)

    def later(self, day: date, worked: int) -> date:
        """So many working days after a day."""
        while worked:
            day += _DAY
            worked -= self.works(day)
        return day

    def due_day(self, first: date, last: date, shift: Shift = "earlier") -> date:
        """The day by which what is owed from `first` to `last` is to be done: `last`, moved to a working day.

        It never moves before `first`: where no day of the stretch is worked, `last` stands.
        """
        if shift == "none" or self.works(last):
            return last
        back = next((d for d in _run(last, -_DAY) if d < first or self.works(d)), first)
        earlier = back if back >= first and self.works(back) else last
        if shift == "earlier":
            return earlier
        later = next((d for d in _run(last, _DAY) if self.works(d)), last)
        if shift == "later" or earlier == last:
            return later
        return earlier if last - earlier <= later - last else later

    def _years_published(self) -> range:
        if self._published is None:
            from chinese_calendar.constants import holidays

            years = [day.year for day in holidays]
            self._published = range(min(years), max(years) + 1)
        return self._published


def _run(start: date, step: timedelta) -> list[date]:
    return [start + step * n for n in range(1, _LONGEST_BREAK + 1)]
