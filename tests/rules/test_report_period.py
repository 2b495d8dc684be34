"""The period a report is about: what may be typed, and whether it has ended."""

from datetime import date

import pytest

from cmledger.errors import UsageProblem
from cmledger.rules.report_period import report_period

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "label", "first", "last"),
    [
        ({"month": "2026-10"}, "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ({"month": "2024-2"}, "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ({"quarter": "2026Q3"}, "2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ({"quarter": "2026-q1"}, "2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ({"year": "2025"}, "2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_that_has_ended_is_counted_to_its_last_day(
    typed: dict[str, str], label: str, first: date, last: date
) -> None:
    period = report_period(TODAY, **typed)
    assert (period.label, period.first, period.last) == (label, first, last)
    assert period.closed
    assert period.counted_to == last


@pytest.mark.parametrize(
    ("typed", "last"),
    [
        ({}, date(2026, 11, 30)),
        ({"quarter": "2026Q4"}, date(2026, 12, 31)),
        ({"year": "2026"}, date(2026, 12, 31)),
    ],
)
def test_a_period_under_way_is_open_and_counted_to_today(typed: dict[str, str], last: date) -> None:
    period = report_period(TODAY, **typed)
    assert (period.last, period.counted_to, period.closed) == (last, TODAY, False)


def test_a_month_is_still_open_on_its_last_day_and_closed_on_the_next() -> None:
    assert not report_period(date(2026, 10, 31), month="2026-10").closed
    assert report_period(date(2026, 11, 1), month="2026-10").closed


@pytest.mark.parametrize(
    "typed",
    [
        {"month": "2026年10月"},
        {"month": "2026-13"},
        {"month": "0000-01"},
        {"quarter": "2026Q5"},
        {"quarter": "Q3"},
        {"year": "26"},
        {"month": "2026-12"},  # not begun
        {"month": "2026-10", "year": "2026"},  # two at once
    ],
)
def test_anything_else_is_refused_with_a_hint(typed: dict[str, str]) -> None:
    with pytest.raises(UsageProblem) as refused:
        report_period(TODAY, **typed)
    assert refused.value.hint
