"""Until when to tell, and how it stands: to the minute, by calendar days and by working days."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.policy.schema import Limit
from cmledger.records.outages import Agreement, Notice, Outage, Public, Standing
from cmledger.rules.outages import (
    agreement,
    last_moment,
    overlaps,
    public_notice,
    standing,
    together,
)
from cmledger.rules.workdays import WorkingDays

DAYS = WorkingDays()
SATURDAY = "2026-12-05T08:00"


def outage(
    number: int = 1, begins: str = SATURDAY, ends: str | None = None, **facts: object
) -> Outage:
    known: dict[str, object] = {
        "line_id": 1, "line": "示例一线", "area_id": None, "area": None, "outage_kind": "planned", "number": None,
        "reason": None, "known_on": None, "cancelled_on": None,
    }  # fmt: skip
    return Outage(number, "示例供电所", begins, ends, **{**known, **facts})  # type: ignore[arg-type]


def notice(at: str, outcome: str | None = "told", kind: str = "notice") -> Notice:
    return Notice(at, kind, None, outcome)


@pytest.mark.parametrize(
    ("limit", "last"),
    [
        (Limit(days=7), "2026-11-28T23:59"),
        (Limit(hours=24), "2026-12-04T08:00"),
        (Limit(minutes=90), "2026-12-05T06:30"),
        (Limit(working_days=1), "2026-12-04T23:59"),
        (Limit(working_days=5), "2026-11-30T23:59"),
        (Limit(working_days=7), "2026-11-26T23:59"),
    ],
)
def test_the_last_moment(limit: Limit, last: str) -> None:
    assert last_moment(SATURDAY, limit, DAYS)[0] == last


def test_working_days_of_a_year_without_calendar_are_said() -> None:
    _, assumed = last_moment("2099-03-02T08:00", Limit(working_days=1), DAYS)
    assert assumed == (2099,)
    assert last_moment("2026-03-02T08:00", Limit(days=7), DAYS)[1] == ()


@given(st.integers(1, 40), st.dates(date(2026, 1, 10), date(2026, 12, 30)))
def test_so_many_working_days_lie_between(count: int, day: date) -> None:
    last, _ = last_moment(f"{day}T08:00", Limit(working_days=count), DAYS)
    told = datetime.fromisoformat(last).date()
    between = [told + timedelta(days=n) for n in range((day - told).days)]
    assert DAYS.works(told)
    assert sum(map(DAYS.works, between)) == count


@pytest.mark.parametrize(
    ("notices", "moment", "stands"),
    [
        ([], "2026-12-04T08:00", Standing.DUE),
        ([], "2026-12-04T08:01", Standing.OVERDUE),
        ([notice("2026-12-04T08:00")], "2026-12-05T09:00", Standing.TOLD),
        ([notice("2026-12-04T08:01")], "2026-12-05T09:00", Standing.LATE),
        ([notice("2026-12-04T09:00"), notice("2026-12-03T09:00")], "2026-12-05T09:00", Standing.TOLD),
        ([notice("2026-12-03T09:00", "unreachable")], "2026-12-04T08:00", Standing.DUE),
        ([notice("2026-12-03T09:00", "outdated")], "2026-12-04T09:00", Standing.OVERDUE),
        ([notice("2026-12-03T09:00", "refused", "agreement")], "2026-12-04T09:00", Standing.TOLD),
    ],
)  # fmt: skip
def test_how_it_stands_to_the_minute(notices: list[Notice], moment: str, stands: Standing) -> None:
    found = standing(outage(), "2026-12-04T08:00", notices, moment, obliged=True)
    assert found is stands


def test_without_duty_and_without_limit() -> None:
    assert standing(outage(), None, [], "2026-12-09T08:00", obliged=False) is Standing.NONE
    late = notice("2026-12-05T07:00")
    assert standing(outage(), "2026-12-04T08:00", [late], SATURDAY, obliged=False) is Standing.TOLD
    assert standing(outage(), None, [], SATURDAY, obliged=True) is Standing.DUE
    assert standing(outage(), None, [], "2026-12-05T08:01", obliged=True) is Standing.OVERDUE


@pytest.mark.parametrize(
    ("notices", "moment", "state"),
    [
        ([], "2026-12-04T23:59", Agreement.OPEN),
        ([], "2026-12-05T00:00", Agreement.MISSED),
        ([notice("2026-12-01T08:00", None, "agreement")], "2026-12-02T00:00", Agreement.ASKED),
        ([notice("2026-12-01T08:00", "told")], "2026-12-02T00:00", Agreement.OPEN),
        ([notice("2026-12-01T08:00", "refused", "agreement"), notice("2026-12-02T08:00", "agreed", "agreement")], "2026-12-09T00:00", Agreement.AGREED),
        ([notice("2026-12-01T08:00", "unreachable", "agreement")], "2026-12-02T00:00", Agreement.OPEN),
        ([notice("2026-12-01T08:00", "outdated", "agreement")], "2026-12-05T00:00", Agreement.MISSED),
    ],
)  # fmt: skip
def test_how_an_agreement_stands(notices: list[Notice], moment: str, state: Agreement) -> None:
    assert agreement(outage(), notices, moment) is state


def test_told_and_not_asked_is_still_to_do() -> None:
    assert together(Standing.TOLD, Agreement.OPEN) is Standing.DUE
    assert together(Standing.TOLD, Agreement.MISSED) is Standing.OVERDUE
    assert together(Standing.OVERDUE, Agreement.OPEN) is Standing.OVERDUE
    assert together(Standing.LATE, Agreement.AGREED) is Standing.LATE
    assert together(Standing.NONE, None) is Standing.NONE


@pytest.mark.parametrize(
    ("known_on", "moment", "public"),
    [
        ("2026-11-28", "2026-12-01T08:00", Public.DONE),
        ("2026-11-29", "2026-12-01T08:00", Public.LATE),
        ("2026-11-29", "2026-11-28T12:00", Public.TO_COME),
        (None, "2026-11-28T23:59", Public.DUE),
        (None, "2026-11-29T00:00", Public.OVERDUE),
    ],
)
def test_the_public_notice(known_on: str | None, moment: str, public: Public) -> None:
    found = public_notice(outage(known_on=known_on), "2026-11-28T23:59", moment)
    assert found is public
    assert public_notice(outage(known_on=known_on), None, moment) is Public.NONE


def test_outages_overlap_where_time_and_customers_do() -> None:
    whole = outage(1, "2026-12-05T08:00", "2026-12-05T17:00")
    part = outage(2, "2026-12-05T12:00", "2026-12-05T13:00", line_id=None, area_id=9)
    next_to = outage(3, "2026-12-05T17:00", "2026-12-05T18:00")
    elsewhere = outage(4, "2026-12-05T12:00", "2026-12-05T13:00", line_id=2)
    found = overlaps([elsewhere, next_to, part, whole], {9: 1})
    assert {key: [o.id for o in others] for key, others in found.items()} == {1: [2], 2: [1]}
