"""What a tier comes to in a year: the schedule's own parts, counted; words for how often come to nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.conftest import _policy

from cmledger.policy.load import PROFILES, parse_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.rules.schedule import schedule
from cmledger.rules.workdays import WorkingDays
from cmledger.rules.workload import Yearly, without_minutes, yearly

DAYS = WorkingDays({})
PERIODS = {"month": 12, "quarter": 4, "half-year": 2, "year": 1}


@given(st.sampled_from(list(PERIODS)), st.integers(1, 12), st.integers(2020, 2030))
def test_a_year_has_so_many_periods_of_so_many_times(per: str, times: int, year: int) -> None:
    edition = _policy(normal=(per, times)).editions[0]
    loads = yearly(edition, "visit", year, DAYS)
    assert loads["normal"] == Yearly(PERIODS[per] * times, PERIODS[per] * times + 1, None)
    assert loads["gold"] == Yearly(12, 13, None)
    assert loads["diamond"] == Yearly(12, 12, None)


def test_minutes_count_where_they_are_told(policy: Callable[..., Policy]) -> None:
    more = "[[edition]]\nsince = 2020-01-01\n[edition.service.visit]\nminutes = 30\ninstead.gold.minutes = 60\n"
    edition = policy(more=more).editions[-1]
    loads = yearly(edition, "visit", 2026, DAYS)
    assert {tier: load.minutes for tier, load in loads.items()} == {
        "diamond": 12 * 30,
        "gold": 12 * 60,
        "normal": 4 * 30,
    }
    assert without_minutes(edition) == {"check": "检查"}


@pytest.mark.parametrize("profile", PROFILES)
def test_an_item_without_a_calendar_cycle_is_laid_out_nowhere(profile: str) -> None:
    policy = parse_policy(profile_text(profile), "policy.toml")
    edition = policy.editions[0]
    cyclic = {item.code for tier in edition.tier for item in edition.owed(tier)}
    laid = {
        code
        for code in edition.service
        if schedule(policy, code, date(2026, 1, 1), date(2027, 12, 31), DAYS).cycles
    }
    owners = {code for code, service in edition.service.items() if service.owner != "customer"}
    assert laid - owners == cyclic
    words = {code for code, s in edition.service.items() if isinstance(s.cycle, str)}
    assert words - owners == set(edition.service) - cyclic - owners
