"""How often, in the office's words; days of the year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.sheets.kinds import MonthDay
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts import codes
from cmledger.sheets.layouts.plans import CYCLE

UNITS = ("month", "quarter", "half-year", "year")
stored_cycles = st.one_of(
    st.sampled_from(sorted(codes.CYCLE)),
    st.builds(lambda n, u: u if n == 1 else f"{n}/{u}", st.integers(1, 31), st.sampled_from(UNITS)),
    st.builds(lambda n: f"every-{n}-months", st.integers(1, 60)),
    st.builds(lambda n: f"once-within-{n}-days", st.integers(1, 3660)),
    st.sampled_from(
        ["seasons-summer,winter", "dates-birthday;lead=7", "2/month;spacing=10;grace=5", "events-complaint;working=5"]
    ),
)  # fmt: skip


@given(stored_cycles)
def test_what_is_shown_reads_back(stored: str) -> None:
    assert CYCLE.parse(CYCLE.show(stored)) == stored
    assert CYCLE.parse(stored) == stored


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("每月一次", "month"), ("每月两次", "2/month"), ("每月2次", "2/month"), ("2次/月", "2/month"),
        ("每季度一次", "quarter"), ("每季2次", "2/quarter"), ("≥1次/季", "quarter"), ("季度", "quarter"),
        ("每半年一次", "half-year"), ("每6个月", "every-6-months"), ("六个月一次", "every-6-months"),
        ("每两个月一次", "every-2-months"), ("两年一次", "every-24-months"), ("每年不少于2次", "2/year"),
        ("30天内一次", "once-within-30-days"), ("三十天内完成", "once-within-30-days"),
        ("不需要", "none"), ("不做", "none"), ("按目录", "as-listed"), ("/", None), ("无", None),
    ],
)  # fmt: skip
def test_words_of_offices(words: str, stored: str | None) -> None:
    assert CYCLE.parse(words) == stored


@pytest.mark.parametrize(
    "words", ["每周", "一次", "12", "每月1-2次", "0次/月", "每0个月", "每61个月"]
)
def test_what_nobody_can_tell_is_asked(words: str) -> None:
    got = CYCLE.parse(words)
    assert isinstance(got, Problem)
    assert got.code == "unknown-cycle"


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_of_the_year_in_every_spelling(day: dt.date) -> None:
    stored, kind = f"{day:%m-%d}", MonthDay()
    spelt = (day, day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.month}月{day.day}日", f"{day.month}-{day.day}", f"{day.month}/{day.day}")  # fmt: skip
    assert {kind.parse(cell) for cell in spelt} == {stored}
    assert kind.parse(kind.show(stored)) == stored


@pytest.mark.parametrize(
    ("cell", "code"),
    [("农历五月初三", "lunar-date"), ("腊月廿三", "lunar-date"), ("2-30", "no-such-day"), (5.3, "not-a-month-day"), ("5月", "not-a-month-day")],
)  # fmt: skip
def test_days_that_are_none(cell: object, code: str) -> None:
    got = MonthDay().parse(cell)  # type: ignore[arg-type]
    assert isinstance(got, Problem)
    assert got.code == code


def test_leap_day_is_a_day() -> None:
    assert MonthDay().parse("2月29日") == "02-29"
