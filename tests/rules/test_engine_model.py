"""The engine against the slow model: every kind of cycle, own terms, grace, calendars; days near each other's edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.engine_worlds import END, KINDS, Case, a_day_asked, cases, some_day

from cmledger.records.obligations import Standing
from cmledger.rules.obligations import Rounding, Standings, obligations, standing
from cmledger.rules.schedule import schedule

DAY = timedelta(days=1)


def said(found: Standing | None) -> tuple[str, date, date | None, int] | None:
    if found is None:
        return None
    due_by = found.obligation.part.due_by
    return found.status.value, due_by, found.overdue_since, found.missed


@pytest.mark.parametrize("kind", [*KINDS, "mixed"])
@settings(max_examples=30, deadline=None)
@given(st.data(), a_day_asked, st.integers(0, 120))
def test_the_engine_says_what_living_through_every_day_says(
    kind: str, data: st.DataObject, today: date, ahead: int
) -> None:
    compare(data.draw(cases(kind)), today, ahead)


def compare(case: Case, today: date, ahead: int) -> None:
    """Obligations and standing, told by the engine and by the model."""
    today = max(today, case.world.count_from)
    until = today + DAY * ahead
    parts = schedule(case.rules.policy, "visit", case.rules.count_from, until, case.rules.days)
    facts = case.facts(today)
    life = case.lived(today)

    owed = list(obligations(facts, parts, today))
    told = sorted(
        (o.part.first, o.part.last, o.part.closes, o.met) for o in owed if o.part.first <= today
    )
    assert told == life.told(today)
    labels = [o.part.label for o in owed if o.part.first <= today]
    assert len(set(labels)) == len(labels)

    found = standing(facts, parts, today, until)
    assert said(found) == life.stands(today, until)
    assert Standings(parts, today, until).of(facts) == found
    assert list(obligations(Rounding(parts, today).facts(facts), parts, today)) == owed


@settings(max_examples=60, deadline=None)
@given(cases(), st.lists(some_day, min_size=2, max_size=4, unique=True))
def test_what_was_told_then_is_told_of_that_day_ever_after(case: Case, days: list[date]) -> None:
    """A day in the past looks the same from a later schedule: nothing depends on how far it is laid out."""
    today = max(min(days), case.world.count_from)
    facts = case.facts(today)
    answers = set()
    for until in (today, max(days), END + 400 * DAY):
        if until >= today:
            parts = schedule(
                case.rules.policy, "visit", case.rules.count_from, until, case.rules.days
            )
            answers.add(said(standing(facts, parts, today, today)))
    assert len(answers) == 1
