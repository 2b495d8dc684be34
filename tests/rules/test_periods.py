"""Calendar periods and their equal parts."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.rules.periods import MONTHS, Per, first_of, label, parts, periods

PERS = st.sampled_from(list(MONTHS))


@pytest.mark.parametrize(
    ("per", "first", "last", "name"),
    [
        ("month", "2026-11-01", "2026-11-30", "2026-11"),
        ("quarter", "2026-10-01", "2026-12-31", "2026Q4"),
        ("half-year", "2026-07-01", "2026-12-31", "2026H2"),
        ("year", "2026-01-01", "2026-12-31", "2026"),
    ],
)
def test_the_periods_of_one_day(per: Per, first: str, last: str, name: str) -> None:
    day = date(2026, 11, 22)
    assert first_of(per, day) == date.fromisoformat(first)
    assert parts(per, first_of(per, day), 1) == [tuple(map(date.fromisoformat, (first, last)))]
    assert label(per, first_of(per, day)) == name


def said(stretches: list[tuple[date, date]]) -> list[str]:
    return [f"{a:%m-%d}/{b:%m-%d}" for a, b in stretches]


def test_whole_months_where_they_divide() -> None:
    assert said(parts("year", date(2026, 1, 1), 2)) == ["01-01/06-30", "07-01/12-31"]
    assert said(parts("quarter", date(2026, 4, 1), 3)) == [
        "04-01/04-30", "05-01/05-31", "06-01/06-30",
    ]  # fmt: skip


def test_days_where_they_do_not() -> None:
    assert said(parts("month", date(2026, 10, 1), 2)) == ["10-01/10-15", "10-16/10-31"]
    assert said(parts("month", date(2026, 2, 1), 2)) == ["02-01/02-14", "02-15/02-28"]
    assert said(parts("quarter", date(2026, 10, 1), 2)) == ["10-01/11-15", "11-16/12-31"]


@given(PERS, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 400))
def test_parts_fill_their_period_and_are_as_equal_as_can_be(
    per: Per, day: date, times: int
) -> None:
    first = first_of(per, day)
    ((_, last),) = periods(per, day, day)
    cut = parts(per, first, times)
    days = [a + timedelta(days=n) for a, b in cut for n in range((b - a).days + 1)]
    assert days == [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert len(cut) == min(times, len(days))
    lengths = [(b - a).days + 1 for a, b in cut]
    spare = 3 * MONTHS[per] if MONTHS[per] % times == 0 else 1  # months differ by up to three days
    assert max(lengths) - min(lengths) <= spare


@given(PERS, st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 3000))
def test_periods_follow_each_other_without_a_gap(per: Per, since: date, length: int) -> None:
    until = since + timedelta(days=length)
    found = list(periods(per, since, until))
    assert found[0][0] == first_of(per, since)
    assert all(b + timedelta(days=1) == c for (_, b), (c, _) in pairwise(found))
    assert found[-1][0] == first_of(per, until)
