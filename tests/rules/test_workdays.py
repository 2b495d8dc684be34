"""Working days: the published calendar, years of the office's own, and years nobody has published."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.records.calendar import CalendarYear
from cmledger.rules.workdays import Shift, WorkingDays

DAYS = WorkingDays()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-10-10", True),  # a Saturday worked to make up for the National Day break
        ("2026-10-01", False),
        ("2026-02-16", False),  # a Monday within the Spring Festival
        ("2026-02-28", True),  # a Saturday worked to make up for it
        ("2026-11-21", False),
        ("2026-11-20", True),
        ("2027-02-08", True),  # a Monday; whether the Spring Festival frees it nobody knows yet
    ],
)
def test_a_day_is_worked_or_not(text: str, works: bool) -> None:
    assert DAYS.works(day(text)) is works


def test_a_year_without_a_calendar_says_so() -> None:
    assert [year for year in (2003, 2004, 2026, 2027) if DAYS.assumed(year)] == [2003, 2027]


def test_a_year_the_office_wrote_down_is_followed_and_not_assumed() -> None:
    own = CalendarYear(2027, frozenset({day("2027-02-08")}), frozenset({day("2027-02-20")}))
    days = WorkingDays({2027: own})
    assert not days.assumed(2027)
    assert not days.works(day("2027-02-08"))
    assert days.works(day("2027-02-20"))  # a Saturday
    assert not days.works(day("2027-02-21"))
    assert days.works(day("2027-02-22"))


def test_the_office_knows_better_than_the_published_calendar() -> None:
    days = WorkingDays({2026: CalendarYear(2026, frozenset({day("2026-11-20")}), frozenset())})
    assert not days.works(day("2026-11-20"))
    assert not days.works(day("2026-10-10"))


@pytest.mark.parametrize(
    ("shift", "due"),
    [("earlier", "2026-10-30"), ("later", "2026-11-02"), ("nearest", "2026-10-30"), ("none", "2026-10-31")],
)  # fmt: skip
def test_october_2026_ends_on_a_saturday(shift: Shift, due: str) -> None:
    assert DAYS.due_day(day("2026-10-01"), day("2026-10-31"), shift) == day(due)


def test_the_nearest_working_day_may_be_the_later_one() -> None:
    # Sunday 2026-05-31: Friday is two days before, Monday one day after
    assert DAYS.due_day(day("2026-05-01"), day("2026-05-31"), "nearest") == day("2026-06-01")


def test_a_stretch_without_a_working_day_is_due_on_its_last() -> None:
    assert DAYS.due_day(day("2026-10-01"), day("2026-10-05")) == day("2026-10-05")


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)), st.integers(0, 100))
def test_the_last_working_day_is_the_last_of_all_working_days(last: date, length: int) -> None:
    first = max(last - timedelta(days=length), date(2004, 1, 1))
    worked = [
        d
        for n in range((last - first).days + 1)
        if chinese_calendar.is_workday(d := first + timedelta(days=n))
    ]
    assert DAYS.due_day(first, last) == (worked[-1] if worked else last)


def test_a_year_written_down_for_its_festivals_alone_keeps_its_published_days() -> None:
    festivals = {"spring-festival": date(2026, 2, 17)}
    days = WorkingDays({2026: CalendarYear(2026, frozenset(), frozenset(), festivals)})
    assert not days.works(date(2026, 10, 1))
    assert not days.assumed(2026)
    assert days.off_until(date(2026, 2, 17)) == date(2026, 2, 23)
    assert days.off_until(date(2026, 2, 25)) == date(2026, 2, 25)
