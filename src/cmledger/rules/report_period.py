"""The month, quarter or year a report is about, as the user types it."""

import calendar
import re
from datetime import date

from cmledger.errors import UsageProblem
from cmledger.records.kpi import KpiPeriod
from cmledger.wording import kpis as say

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
_YEAR = re.compile(r"\d{4}")
_FIRST_YEAR = 1900


def report_period(
    as_of: date, *, month: str | None = None, quarter: str | None = None, year: str | None = None
) -> KpiPeriod:
    """The period named by at most one of `month` (2026-10), `quarter` (2026Q3), `year` (2026); none: the month of `as_of`.

    A period that holds `as_of` is open: it is counted up to that day. Raises UsageProblem for anything else
    than one period that is well written and has begun.
    """
    given = [text for text in (month, quarter, year) if text is not None]
    if len(given) > 1:
        raise UsageProblem(say.ONE_PERIOD, hint=say.ONE_PERIOD_HINT)
    if quarter is not None:
        label, number, first_month, months = *_quarter(quarter), 3
    elif year is not None:
        label, number, first_month, months = *_year(year), 12
    else:
        label, number, first_month, months = *_month(month or as_of.strftime("%Y-%m")), 1
    last_month = first_month + months - 1
    first = date(number, first_month, 1)
    last = date(number, last_month, calendar.monthrange(number, last_month)[1])
    if first > as_of:
        raise UsageProblem(say.NOT_BEGUN.format(period=label, as_of=as_of), hint=say.NOT_BEGUN_HINT)
    return KpiPeriod(label, first, last, counted_to=min(last, as_of), closed=as_of > last)


def _month(text: str) -> tuple[str, int, int]:
    found = _MONTH.fullmatch(text.strip())
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < _FIRST_YEAR:
        raise UsageProblem(say.BAD_MONTH.format(text=text), hint=say.BAD_MONTH_HINT)
    return f"{found[1]}-{int(found[2]):02}", int(found[1]), int(found[2])


def _quarter(text: str) -> tuple[str, int, int]:
    found = _QUARTER.fullmatch(text.strip())
    if not found or int(found[1]) < _FIRST_YEAR:
        raise UsageProblem(say.BAD_QUARTER.format(text=text), hint=say.BAD_QUARTER_HINT)
    return f"{found[1]}Q{found[2]}", int(found[1]), 3 * int(found[2]) - 2


def _year(text: str) -> tuple[str, int, int]:
    found = _YEAR.fullmatch(text.strip())
    if not found or int(found[0]) < _FIRST_YEAR:
        raise UsageProblem(say.BAD_YEAR.format(text=text), hint=say.BAD_YEAR_HINT)
    return found[0], int(found[0]), 1
