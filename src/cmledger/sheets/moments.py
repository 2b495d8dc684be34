"""When an outage begins and ends, put together from the cells of its row: a day here, times there, both in one cell.

A day of another cell, the year that the user or the title says and what follows from the begin of an outage are taken,
and what is not plain is said; what still lacks its day, year or time is an error of its cell.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from cmledger.records.intake import Clear, Finding, Parsed, SheetRows
from cmledger.sheets.checks import Odd
from cmledger.sheets.kinds.days import FIRST_YEAR, LAST_YEAR
from cmledger.sheets.kinds.minutes import IN_PART, Part, moment, span_of
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts.outages import BEGIN, DAY, END, KIND, LASTS, OUTAGE_KIND
from cmledger.sheets.lexicon import KINDS_IN_TITLE, tidy
from cmledger.sheets.recognised import Recognised
from cmledger.sheets.surroundings import Surroundings
from cmledger.sheets.years import Place, only_year
from cmledger.wording.findings import finding

_PARTLY: Final = (BEGIN, END, "outage_notice.told_at")
_HALF_A_YEAR: Final = 6


def part_moments(
    rows: SheetRows,
    one: Recognised,
    around: Surroundings,
    problems: list[Odd],
    years: list[Place],
) -> list[Finding]:
    """Fill the moments of the rows; `problems` lose those that are settled and gain what is wrong now.

    `years` gains where a title's year was taken.
    """
    fields = [name for name in _PARTLY if name in rows.values]
    if not fields:
        return []
    positions = {one.position(name) for name in fields}
    in_part = [o for o in problems if o.position in positions and o.problem.code == IN_PART]
    beside = [name for name in (DAY, *LASTS) if name in rows.values]
    if not in_part and not beside:
        return []
    settled = {id(odd) for odd in in_part}
    problems[:] = [odd for odd in problems if id(odd) not in settled]
    written = {(o.position, o.at): str(o.problem.facts["value"]) for o in in_part}
    return _Moments(rows, one, around, problems, written, years).run()


def kind_of_title(rows: SheetRows, around: Surroundings) -> list[Finding]:
    """The kind of all outages of a sheet that says nothing of it itself, where its title or name says it."""
    if rows.kind != "outages" or KIND in rows.values or not rows.numbers:
        return []
    for text in around.nearest_first:
        found = {code for code, words in KINDS_IN_TITLE.items() if words.search(tidy(text))}
        if len(found) == 1:
            code = found.pop()
            rows.values[KIND] = [code] * len(rows.numbers)
            return [finding("outage-kind-of-title", title=text, kind=OUTAGE_KIND[code][0])]
    return []


class _Moments:
    """The moments of one table."""

    def __init__(
        self,
        rows: SheetRows,
        one: Recognised,
        around: Surroundings,
        problems: list[Odd],
        written: dict[tuple[int, int], str],
        years: list[Place],
    ) -> None:
        self.rows, self.one, self.problems, self.written = rows, one, problems, written
        self.year = only_year(around)
        self.by_title = years
        self.over_midnight: list[int] = []
        self.differing: list[int] = []

    def run(self) -> list[Finding]:
        count = len(self.rows.numbers)
        if BEGIN in self.rows.values:
            begins = list(self.rows.values[BEGIN])
            ends = list(self.rows.values.get(END) or [None] * count)
            days = self.rows.values.get(DAY) or [None] * count
            for at in range(count):
                begins[at], ends[at] = self._outage(at, begins[at], ends[at], days[at])
            self.rows.values[BEGIN], self.rows.values[END] = begins, ends
            self.rows.columns.setdefault(END, self._ends_come_from())
            for name in (DAY, *LASTS):
                self.rows.values.pop(name, None)
                self.rows.columns.pop(name, None)
        told = self.rows.values.get("outage_notice.told_at")
        if told is not None:
            name = "outage_notice.told_at"
            self.rows.values[name] = [
                self._alone(at, name, span_of(str(v)).begin) if self._open(name, at) else v
                for at, v in enumerate(told)
            ]
        return list(self._findings())

    def _ends_come_from(self) -> str:
        for name in (*LASTS, BEGIN):
            if name in self.rows.columns:
                return self.rows.columns[name]
        return ""

    def _open(self, name: str, at: int) -> bool:
        position = self.one.position(name)
        return position is not None and (position, at) in self.written

    # --- one outage ----------------------------------------------------------------------------------

    def _outage(self, at: int, begin: Parsed, end: Parsed, day: Parsed) -> tuple[Parsed, Parsed]:
        """Begin and end of a row; None where they cannot be told, which has been said then."""
        if not isinstance(begin, str):
            return begin, None if self._open(END, at) else end
        span = span_of(begin)
        first = _with_day(span.begin, day)
        started = self._alone(at, BEGIN, first)
        if started is None:
            return None, None if self._open(END, at) else end
        if isinstance(end, str):
            last: Part | None = span_of(end).begin
        elif isinstance(end, Clear):
            return started, end
        else:
            last = span.end
        stopped = self._after(at, started, last)
        lasts = self._lasts(at)
        if stopped is None and lasts is not None and last is None:
            stopped = _later(started, lasts)
        elif stopped is not None and lasts is not None and _later(started, lasts) != stopped:
            self.differing.append(at)
        return started, stopped

    def _after(self, at: int, started: str, part: Part | None) -> str | None:
        """The end, whose day and year may follow from the begin."""
        if part is None:
            return None
        begun = date.fromisoformat(started[:10])
        if not part.has_time:
            return self._wrong(at, END, "moment-without-time")
        if not part.has_day:
            day = begun + timedelta(days=1) if part.next_day else begun
            stopped = moment(day, part.hour or 0, part.minute or 0)
            if stopped <= started and not part.next_day:
                self.over_midnight.append(at)
                stopped = moment(day + timedelta(days=1), part.hour or 0, part.minute or 0)
            return stopped
        year = part.year
        if year is None:
            over = (part.month or 0) + _HALF_A_YEAR < begun.month
            year = begun.year + 1 if over else begun.year
        return self._alone(at, END, replace(part, year=year))

    def _alone(self, at: int, name: str, part: Part) -> str | None:
        """A moment that nothing else tells of; its year may be that of the title."""
        if not part.has_time:
            return self._wrong(at, name, "moment-without-time")
        if not part.has_day:
            return self._wrong(at, name, "moment-without-day")
        year = part.year
        if year is None:
            if self.year is None:
                return self._wrong(at, name, "moment-without-year")
            year = self.year
            self.by_title.append((at, name))
        try:
            day = date(year, part.month or 0, part.day or 0)
        except ValueError:
            return self._wrong(at, name, "no-such-day")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return self._wrong(at, name, "implausible-date")
        return moment(day, part.hour or 0, part.minute or 0)

    def _lasts(self, at: int) -> int | None:
        for name in LASTS:
            values = self.rows.values.get(name)
            if values is not None and isinstance(found := values[at], int):
                return found
        return None

    # --- what is said --------------------------------------------------------------------------------

    def _wrong(self, at: int, name: str, code: str) -> str | None:
        """An error at the cell; of an end said in the begin's cell, there. Gives no moment."""
        position = self.one.position(name)
        if position is None:
            position = self.one.position(BEGIN)
        assert position is not None
        value = self.written.get((position, at), "")
        problem = Problem(code, {"value": value})
        self.problems.append(Odd(at, position, problem, essential=True))
        return None

    def _findings(self) -> Sequence[Finding]:
        found = []
        for code, places, name in (
            ("outage-over-midnight", self.over_midnight, END),
            ("outage-duration-differs", self.differing, END),
        ):
            if places:
                row, column = self.rows.numbers[places[0]], self.rows.columns.get(name)
                found.append(finding(code, row=row, column=column or None, count=len(places)))
        return found


def _with_day(part: Part, day: Parsed) -> Part:
    """The begin with the day of the column of days, where it names none of its own."""
    if not isinstance(day, str) or part.has_day:
        return part
    on = date.fromisoformat(day)
    return replace(part, year=on.year, month=on.month, day=on.day)


def _later(started: str, minutes: int) -> str:
    day, hour, minute = date.fromisoformat(started[:10]), int(started[11:13]), int(started[14:16])
    return moment(day, hour, minute + minutes)
