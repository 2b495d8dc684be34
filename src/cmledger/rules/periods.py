"""Calendar months, quarters, half-years and years, and the equal parts of them in which something is owed."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

Per = Literal["month", "quarter", "half-year", "year"]

MONTHS: dict[Per, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
"""How many months a period has. Each begins in January and follows without a gap."""

Stretch = tuple[date, date]
"""First and last day, both inside."""

_DAY = timedelta(days=1)


def first_of(per: Per, day: date) -> date:
    """The first day of the period a day lies in."""
    months = MONTHS[per]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def periods(per: Per, since: date, until: date) -> Iterator[Stretch]:
    """Every period from the one `since` lies in to the last that begins by `until`."""
    first = first_of(per, since)
    while first <= until:
        following = months_on(first, MONTHS[per])
        yield first, following - _DAY
        first = following


def parts(per: Per, first: date, times: int) -> list[Stretch]:
    """The `times` equal parts of the period that begins on `first`.

    Whole months where they divide evenly (twice a year: half-years), else days, as equal as days allow
    (twice in a month of 31: 15 and 16); no more parts than days.
    """
    months = MONTHS[per]
    following = months_on(first, months)
    if months % times == 0:
        cuts = [months_on(first, months // times * k) for k in range(times + 1)]
    else:
        days = (following - first).days
        pieces = min(times, days)
        cuts = [first + timedelta(days=days * k // pieces) for k in range(pieces + 1)]
    return [(a, b - _DAY) for a, b in pairwise(cuts)]


def label(per: Per, first: date) -> str:
    """A period's short name: 2026-11, 2026Q4, 2026H2, 2026."""
    if per == "month":
        return f"{first.year}-{first.month:02}"
    if per == "quarter":
        return f"{first.year}Q{(first.month + 2) // 3}"
    if per == "half-year":
        return f"{first.year}H{(first.month + 5) // 6}"
    return str(first.year)


def months_on(day: date, months: int) -> date:
    """So many calendar months later, the day clipped to the month's end."""
    counted = day.year * 12 + day.month - 1 + months
    year, month = counted // 12, counted % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_end(day: date) -> date:
    """The last day of the month a day lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])
