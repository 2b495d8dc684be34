"""What the slow model found, each as a small world of its own: it is to stay found."""

from dataclasses import replace
from datetime import date

from tests.rules.engine_model import How, Interval, Quota, World
from tests.rules.engine_worlds import GRADES, Case, Rules

from cmledger.records.obligations import Obligation, Standing
from cmledger.rules.obligations import obligations, standing
from cmledger.rules.schedule import schedule

FOREVER = date.max


def case(
    by_tier: dict[str, How | None],
    *tiers: tuple[date, date, str],
    count_from: date,
    deeds: tuple[date, ...] = (),
) -> Case:
    """A customer whom everybody may serve, on working days from Monday to Friday."""
    rules = Rules(
        {"diamond": None, "gold": None, "normal": None} | by_tier,
        count_from, False, "earlier", None, False, {},
    )  # fmt: skip
    world = World(
        count_from, tiers, rules.by_tier, deeds=tuple((day, 2) for day in deeds), needed=GRADES
    )
    return Case(rules, world, None, None)


def asked(found: Case, today: date, until: date) -> tuple[list[Obligation], Standing | None]:
    rules = found.rules
    parts = schedule(rules.policy, "visit", rules.count_from, until, rules.days)
    facts = found.facts(today)
    return list(obligations(facts, parts, today)), standing(facts, parts, today, until)


def test_an_interval_is_not_due_before_the_tier_begins_that_asks_for_it() -> None:
    """The month it is due in has begun, the tier has not."""
    found = case(
        {"gold": Interval(2)},
        (date(2015, 3, 1), date(2026, 10, 30), "normal"),
        (date(2026, 10, 30), FOREVER, "gold"),
        count_from=date(2026, 1, 1),
        deeds=(date(2026, 2, 1),),
    )
    assert asked(found, date(2026, 10, 15), date(2026, 10, 29))[1] is None
    _, coming = asked(found, date(2026, 10, 15), date(2026, 11, 15))
    assert coming is not None
    assert (coming.status.value, coming.obligation.part.first) == ("upcoming", date(2026, 10, 30))


def test_two_stretches_of_an_interval_due_on_the_same_day_have_names_of_their_own() -> None:
    """A month after 30 and after 31 January is the 28th of February."""
    found = case(
        {"normal": Interval(1)},
        (date(2015, 3, 1), FOREVER, "normal"),
        count_from=date(2026, 1, 1),
        deeds=(date(2026, 1, 30), date(2026, 1, 31)),
    )
    owed, _ = asked(found, date(2026, 2, 10), date(2026, 2, 10))
    assert [o.part.last.isoformat() for o in owed][1:] == ["2026-02-28", "2026-02-28"]
    assert len({o.part.label for o in owed}) == len(owed)


def test_a_part_met_early_does_not_excuse_one_of_the_same_days() -> None:
    """The quarter's last third was met in July; the month's visit, owed since gold, was missed in September all the same."""
    found = case(
        {"normal": Quota("quarter", 3), "gold": Quota("month")},
        (date(2015, 3, 1), date(2025, 7, 31), "normal"),
        (date(2025, 7, 31), FOREVER, "gold"),
        count_from=date(2025, 1, 1),
        deeds=(date(2025, 7, 1), date(2025, 7, 7), date(2025, 7, 9)),
    )
    _, now = asked(found, date(2025, 10, 15), date(2025, 10, 15))
    assert now is not None
    assert (now.overdue_since, now.missed) == (date(2025, 9, 30), 1)


def test_what_only_a_higher_grade_could_answer_for_is_over_once_a_later_part_is_met() -> None:
    """A chief was missed in January; since February the customer is served by others, and is."""
    found = case(
        {"diamond": Quota("month"), "normal": Quota("month")},
        (date(2015, 3, 1), date(2025, 1, 20), "diamond"),
        (date(2025, 1, 20), FOREVER, "normal"),
        count_from=date(2025, 1, 1),
    )
    world = replace(found.world, enforce=True, deeds=((date(2025, 2, 10), 0),))
    found = replace(found, rules=replace(found.rules, enforce=True), world=world)
    _, now = asked(found, date(2025, 3, 10), date(2025, 3, 10))
    assert now is not None
    assert (now.status.value, now.missed) == ("due", 0)
