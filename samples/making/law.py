"""What falls due, told once more in its plainest form: every part a customer is owed, one by one, and how it stands.

Only what the samples need of it: every quota is once a period, nobody's grade is enforced, nothing has grace.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
FOREVER = date.max
HOLIDAYS_2026 = {"spring-festival": (2, 17), "mid-autumn": (9, 25), "national-day": (10, 1)}
_OFF = (
    ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3), ("2026-09-25", 3),
    ("2026-10-01", 7), ("2025-10-01", 8),
)  # fmt: skip
_WORKED = (
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
    "2025-10-11",
)
_FREE = {
    date.fromisoformat(first) + number * DAY for first, length in _OFF for number in range(length)
}


def works(day: date) -> bool:
    """Whether offices are open, by the published calendars of 2025 and 2026."""
    if day.isoformat() in _WORKED:
        return True
    return day.weekday() < 5 and day not in _FREE


def working_day(day: date) -> date:
    """The last working day up to that day."""
    while not works(day):
        day -= DAY
    return day


def after_working_days(day: date, count: int) -> date:
    """The n-th working day after it."""
    while count:
        day += DAY
        count -= works(day)
    return day


def months_on(day: date, months: int) -> date:
    """So many months later, clipped to the month's end."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    return min(first + (day.day - 1) * DAY, month_end(first))


def month_end(day: date) -> date:
    """The last day of its month."""
    later = day.replace(day=28) + 4 * DAY
    return later - later.day * DAY


@dataclass(frozen=True)
class Owner:
    """Who is owed: since: the day it comes under the rules; opened: 立户日期, None: not known.

    happened: (event, day, last day in time or None); own_days: occasion -> (month, day).
    """

    since: date
    opened: date | None = None
    happened: tuple[tuple[str, date, date | None], ...] = ()
    own_days: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    begins: date
    first: date
    last: date
    early: date
    stays: bool = False
    void: date = FOREVER


Cycle = tuple[Any, ...]
"""("per", "month"), ("every", 6), ("seasons", ((5, 1), (6, 30)), …), ("dates", (occasions), lead),
("events", (kinds), days, working), ("once", days), or () for never."""


def standing(
    terms: Sequence[tuple[date, date, Cycle]],
    owner: Owner,
    done: Iterable[date],
    count_from: date,
    as_of: date,
) -> dict[str, Any] | None:
    """How one item stands: status, missed, due_by; None where nothing is to be done.

    terms: by which cycle from a day to (excluding) a day; each part is held to that of the day it begins.
    """
    days = sorted(day for day in set(done) if day <= as_of)
    parts: list[Part] = []
    for since, until, cycle in terms:
        parts += [
            part
            for part in _parts(cycle, owner, since, until, days, count_from, as_of)
            if part.last >= count_from and max(since, owner.since) <= part.begins < until
        ]

    def met(part: Part) -> bool:
        return any(part.early <= day <= min(part.last, part.void - DAY) for day in days)

    open_ = [p for p in parts if not met(p) and _pending(p, days, as_of)]
    if not open_:
        return None
    now = min(open_, key=lambda p: (working_day(p.last), p.first))
    missed = [
        p
        for p in parts
        if p.last < as_of
        and p.void > p.last
        and not met(p)
        and not any(day > p.last for day in days)
    ]
    late = bool(missed) or as_of > working_day(now.last)
    due_by = working_day(now.last).isoformat()
    return {"status": "overdue" if late else "due", "missed": len(missed), "due_by": due_by}


def _pending(part: Part, days: Sequence[date], as_of: date) -> bool:
    if part.first > as_of or part.void <= as_of:
        return False
    if part.last >= as_of:
        return True
    return part.stays and not any(day >= part.early for day in days)


def _parts(
    cycle: Cycle,
    owner: Owner,
    since: date,
    until: date,
    days: Sequence[date],
    count_from: date,
    as_of: date,
) -> Iterator[Part]:
    if not cycle:
        return
    kind, *told = cycle
    years = range(count_from.year - 1, as_of.year + 2)
    if kind == "per":
        length = MONTHS[told[0]]
        for first in (date(year, month, 1) for year in years for month in range(1, 13, length)):
            if first <= as_of:
                yield Part(first, first, month_end(months_on(first, length - 1)), first)
    elif kind == "seasons":
        for year in years:
            for begin, end in told:
                first = date(year, *begin)
                yield Part(first, first, date(year, *end), first)
    elif kind == "dates":
        occasions, lead = told
        named = {name: day for name, day in owner.own_days.items() if name in occasions}
        named |= {name: day for name, day in HOLIDAYS_2026.items() if name in occasions}
        for name, month_day in named.items():
            for year in (2026,) if name in HOLIDAYS_2026 else years:
                last = date(year, *month_day)
                yield Part(last - lead * DAY, last - lead * DAY, last, last - lead * DAY)
    elif kind == "events":
        kinds, within, working = told
        for name, day, before in owner.happened:
            if name in kinds:
                last = after_working_days(day, within) if working else day + within * DAY
                yield Part(day, day, before or last, day, before is None)
    elif kind == "once":
        first = max(since, owner.since, count_from)
        yield Part(first, first, first + told[0] * DAY, date.min, stays=True)
    else:
        yield from _interval(told[0], owner, since, until, days, count_from, as_of)


def _interval(
    months: int,
    owner: Owner,
    since: date,
    until: date,
    days: Sequence[date],
    count_from: date,
    as_of: date,
) -> Iterator[Part]:
    begins = max(since, owner.since, count_from)
    base = max((day for day in days if day < begins), default=owner.opened or begins)
    last = max(months_on(base, months), month_end(begins))
    first, early = max(last.replace(day=1), begins), max(base + DAY, begins)
    while first <= as_of and begins < until:
        yield Part(begins, first, last, early, void=until)  # the next stretch follows at once
        done = next((day for day in days if early <= day <= last and day < until), None)
        if done is not None:
            begins, early, last = done, done + DAY, months_on(done, months)
            first = last.replace(day=1)
        elif last < as_of:
            begins = first = early = last + DAY
            last = months_on(last, months)
        else:
            return
