"""What is owed and how it stands: the law of design 6, case by case."""

from collections.abc import Callable
from datetime import date

import pytest

from cmledger.policy.schema import Policy
from cmledger.records.obligations import Facts, Mark, Obligation, Span, Standing
from cmledger.rules.obligations import obligations, standing
from cmledger.rules.schedule import Schedule, schedule
from cmledger.rules.workdays import WorkingDays

MakePolicy = Callable[..., Policy]

DAYS = WorkingDays()
TODAY = "2026-11-22"


def day(text: str) -> date:
    return date.fromisoformat(text)


def customer(
    *tiers: tuple[str, ...], visited: tuple[str, ...] = (), opened: str | None = "2015-03-01",
    closed: str | None = None, level: int = 2,
) -> Facts:  # fmt: skip
    """tiers: (tier, since) or (tier, since, until); the next one's since where there is no until."""
    spans = []
    for n, (tier, since, *until) in enumerate(tiers):
        follows = tiers[n + 1][1] if n + 1 < len(tiers) else date.max.isoformat()
        spans.append(Span(day(since), day(until[0] if until else follows), tier, "rest"))
    return Facts(
        day(opened) if opened else None,
        day(closed) if closed else None,
        tuple(spans),
        tuple(Mark(day(v), level) for v in visited),
    )


def laid(policy: Policy, count_from: str, until: str = TODAY) -> Schedule:
    return schedule(policy, "visit", day(count_from), day(until), DAYS)


def stand(
    facts: Facts, policy: Policy, as_of: str, *, count_from: str, until: str | None = None
) -> str | None:
    """status due_by [since N] in one line."""
    end = until or as_of
    found = standing(facts, laid(policy, count_from, end), day(as_of), day(end))
    return said(found)


def said(found: Standing | None) -> str | None:
    if found is None:
        return None
    late = f" since {found.overdue_since} missed {found.missed}" if found.overdue_since else ""
    return f"{found.status} {found.obligation.part.due_by}{late}"


def owed(facts: Facts, policy: Policy, as_of: str, *, count_from: str) -> list[str]:
    """Each obligation as: label met|missed|open, in order."""
    return [
        f"{o.part.label} {_state(o, day(as_of))}"
        for o in obligations(facts, laid(policy, count_from, as_of), day(as_of))
    ]


def _state(obligation: Obligation, as_of: date) -> str:
    if obligation.met:
        return "met, below grade" if obligation.below_grade else "met"
    return "missed" if obligation.ended(as_of) else "open"


# --- the worked examples of design 6 -----------------------------------------------------------------


def test_ledger_set_up_sunday_2026_11_22_all_customers_of_2015_no_visits(
    policy: MakePolicy,
) -> None:
    """gold due by 2026-11-30, normal by 2026-12-31, none overdue"""
    set_up = {"as_of": "2026-11-22", "count_from": "2026-11-01"}
    assert stand(customer(("gold", "2015-03-01")), policy(), **set_up) == "due 2026-11-30"
    assert stand(customer(("normal", "2015-03-01")), policy(), **set_up) == "due 2026-12-31"


def test_gold_count_from_2026_09_01_last_visit_09_12(policy: MakePolicy) -> None:
    """on 11-22 overdue since 2026-10-30 (October's last working day), missed 1"""
    gold = customer(("gold", "2015-03-01"), visited=("2026-09-12",))
    found = stand(gold, policy(), "2026-11-22", count_from="2026-09-01")
    assert found == "overdue 2026-11-30 since 2026-10-30 missed 1"


def test_normal_visited_10_15_gold_from_11_10(policy: MakePolicy) -> None:
    """Q4 met, nothing in November, December owed by 12-31"""
    moved = customer(("normal", "2015-03-01"), ("gold", "2026-11-10"), visited=("2026-10-15",))
    assert owed(moved, policy(), "2026-12-05", count_from="2026-10-01") == [
        "2026Q4 met",
        "2026-12 open",
    ]
    for today in ("2026-11-10", "2026-11-22", "2026-11-30"):
        assert stand(moved, policy(), today, count_from="2026-10-01") is None
    assert stand(moved, policy(), "2026-12-01", count_from="2026-10-01") == "due 2026-12-31"


# --- the tier on a period's first day ----------------------------------------------------------------


def test_a_tier_kept_by_the_period_it_began(policy: MakePolicy) -> None:
    lowered = customer(("gold", "2015-03-01"), ("normal", "2026-11-10"))
    assert (
        owed(lowered, policy(), "2027-01-05", count_from="2026-11-01")
        == [
            "2026-11 missed",  # still as gold; Q4 began as gold, so normal's first quarter is the next one
            "2027Q1 open",
        ]
    )
    assert stand(lowered, policy(), "2026-11-22", count_from="2026-11-01") == "due 2026-11-30"
    assert stand(lowered, policy(), "2026-12-05", count_from="2026-11-01") is None
    assert (
        stand(lowered, policy(), "2027-01-05", count_from="2026-11-01")
        == "overdue 2027-03-31 since 2026-11-30 missed 1"
    )


def test_one_visit_meets_the_old_tier_s_quarter_and_the_new_tier_s_month(
    policy: MakePolicy,
) -> None:
    raised = customer(("normal", "2015-03-01"), ("gold", "2026-11-10"))
    assert stand(raised, policy(), "2026-12-05", count_from="2026-10-01") == "due 2026-12-31"
    visited = customer(("normal", "2015-03-01"), ("gold", "2026-11-10"), visited=("2026-12-05",))
    assert owed(visited, policy(), "2026-12-05", count_from="2026-10-01") == [
        "2026Q4 met",
        "2026-12 met",
    ]


def test_of_two_that_are_open_the_sooner_one_is_told(policy: MakePolicy) -> None:
    raised = customer(("normal", "2015-03-01"), ("gold", "2026-05-10"))
    rules = policy(normal=("year", 1))
    assert stand(raised, rules, "2026-06-15", count_from="2026-06-01") == "due 2026-06-30"
    assert owed(raised, rules, "2026-06-15", count_from="2026-06-01") == [
        "2026-06 open",
        "2026 open",
    ]


def test_a_change_of_tier_within_the_same_cycle_changes_no_date(policy: MakePolicy) -> None:
    raised = customer(("gold", "2015-03-01"), ("diamond", "2026-11-10"))
    found = standing(raised, laid(policy(), "2026-11-01"), day("2026-11-22"), day("2026-11-22"))
    assert found is not None
    assert (found.obligation.tier, found.obligation.level) == ("gold", 1)  # senior is enough


# --- count_from, opening, closing, scope -------------------------------------------------------------


def test_periods_that_ended_before_count_from_are_never_missed(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"))
    assert owed(gold, policy(), "2026-11-22", count_from="2026-11-01") == ["2026-11 open"]
    # the quarter that count_from lies in counts, and so does a visit made in it before
    normal = customer(("normal", "2015-03-01"), visited=("2026-10-03",))
    assert owed(normal, policy(), "2026-11-22", count_from="2026-11-01") == ["2026Q4 met"]


def test_a_customer_opened_within_a_period_owes_from_the_next_one(policy: MakePolicy) -> None:
    new = customer(("gold", "2026-11-02"), opened="2026-11-02")
    assert stand(new, policy(), "2026-11-22", count_from="2026-01-01") is None
    assert stand(new, policy(), "2026-12-01", count_from="2026-01-01") == "due 2026-12-31"
    first = customer(("gold", "2026-11-01"), opened="2026-11-01")
    assert stand(first, policy(), "2026-11-22", count_from="2026-01-01") == "due 2026-11-30"


def test_an_opening_day_corrected_afterwards_outweighs_the_span(policy: MakePolicy) -> None:
    late = customer(("gold", "2015-03-01"), opened="2026-11-02")
    assert stand(late, policy(), "2026-11-22", count_from="2026-01-01") is None


def test_without_a_day_of_opening_the_first_tier_begins_at_count_from(policy: MakePolicy) -> None:
    # so that Q4, begun before, is not owed, and November is
    gold, normal = (customer((tier, "2026-11-01"), opened=None) for tier in ("gold", "normal"))
    assert stand(gold, policy(), TODAY, count_from="2026-11-01") == "due 2026-11-30"
    assert stand(normal, policy(), TODAY, count_from="2026-11-01") is None
    assert stand(normal, policy(), "2027-01-01", count_from="2026-11-01") == "due 2027-03-31"


def test_a_closed_customer_owes_nothing_from_then_on(policy: MakePolicy) -> None:
    open_ = ("gold", "2015-03-01")
    closed = customer(open_, closed="2026-11-10")
    assert stand(closed, policy(), "2026-11-10", count_from="2026-10-01") is None
    assert owed(closed, policy(), "2027-01-05", count_from="2026-10-01") == ["2026-10 missed"]
    on_the_last_day = customer(open_, closed="2026-11-30")
    assert owed(on_the_last_day, policy(), "2027-01-05", count_from="2026-11-01") == []
    after_it = customer(open_, closed="2026-12-01")
    assert owed(after_it, policy(), "2027-01-05", count_from="2026-11-01") == ["2026-11 missed"]


def test_who_leaves_the_scope_owes_nothing_from_then_on(policy: MakePolicy) -> None:
    left = customer(("gold", "2015-03-01", "2026-11-10"))
    assert owed(left, policy(), "2026-12-05", count_from="2026-10-01") == ["2026-10 missed"]
    back = customer(("gold", "2015-03-01", "2026-11-10"), ("gold", "2026-11-12"))
    assert owed(back, policy(), "2026-12-05", count_from="2026-11-01") == ["2026-12 open"]


def test_who_leaves_later_still_owes_today(policy: MakePolicy) -> None:
    leaving = customer(("gold", "2015-03-01", "2026-11-25"))
    assert stand(leaving, policy(), "2026-11-24", count_from="2026-11-01") == "due 2026-11-30"
    assert stand(leaving, policy(), "2026-11-25", count_from="2026-11-01") is None


# --- in time, late, missed ---------------------------------------------------------------------------


def test_a_visit_on_saturday_the_31st_is_the_month_s_and_in_time(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"), visited=("2026-10-31",))
    assert owed(gold, policy(), "2026-11-01", count_from="2026-10-01") == [
        "2026-10 met",
        "2026-11 open",
    ]


def test_the_days_between_due_day_and_month_s_end_are_overdue_but_not_missed(
    policy: MakePolicy,
) -> None:
    gold = customer(("gold", "2015-03-01"))
    assert stand(gold, policy(), "2026-10-30", count_from="2026-10-01") == "due 2026-10-30"
    assert (
        stand(gold, policy(), "2026-10-31", count_from="2026-10-01")
        == "overdue 2026-10-30 since 2026-10-30 missed 0"
    )
    assert (
        stand(gold, policy(), "2026-11-01", count_from="2026-10-01")
        == "overdue 2026-11-30 since 2026-10-30 missed 1"
    )


def test_missed_visits_never_pile_up(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"))
    assert (
        stand(gold, policy(), "2026-11-22", count_from="2026-07-01")
        == "overdue 2026-11-30 since 2026-07-31 missed 4"
    )
    once = customer(("gold", "2015-03-01"), visited=("2026-11-22",))
    assert stand(once, policy(), "2026-11-22", count_from="2026-07-01") is None
    assert stand(once, policy(), "2026-12-01", count_from="2026-07-01") == "due 2026-12-31"


def test_a_visit_clears_the_row_and_the_missed_period_stays_missed(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"), visited=("2026-11-03",))
    assert owed(gold, policy(), "2026-11-22", count_from="2026-10-01") == [
        "2026-10 missed",
        "2026-11 met",
    ]


def test_only_periods_in_a_row_count_as_missed(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"), visited=("2026-08-20",))
    assert (
        stand(gold, policy(), "2026-11-22", count_from="2026-06-01")
        == "overdue 2026-11-30 since 2026-09-30 missed 2"
    )


def test_a_visit_made_when_nothing_was_owed_makes_good_what_was_missed(
    policy: MakePolicy,
) -> None:
    lowered = customer(("gold", "2015-03-01"), ("normal", "2026-11-10"), visited=("2026-12-10",))
    assert stand(lowered, policy(), "2027-01-05", count_from="2026-11-01") == "due 2027-03-31"


# --- the future --------------------------------------------------------------------------------------


def test_upcoming_is_the_next_period_that_begins_by_until(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"), visited=("2026-11-03",))
    frame = {"as_of": "2026-11-22", "count_from": "2026-11-01"}
    assert stand(gold, policy(), **frame) is None
    assert stand(gold, policy(), **frame, until="2026-11-30") is None
    assert stand(gold, policy(), **frame, until="2026-12-01") == "upcoming 2026-12-31"
    assert stand(gold, policy(), **frame, until="2027-06-01") == "upcoming 2026-12-31"


def test_one_row_per_customer_and_item_so_what_is_due_hides_what_is_upcoming(
    policy: MakePolicy,
) -> None:
    gold = customer(("gold", "2015-03-01"))
    found = stand(gold, policy(), TODAY, count_from="2026-11-01", until="2027-06-01")
    assert found == "due 2026-11-30"


def test_a_tier_that_will_end_rules_the_future(policy: MakePolicy) -> None:
    until_15th = customer(("gold", "2015-03-01"), ("normal", "2026-12-15"), visited=("2026-12-03",))
    found = stand(until_15th, policy(), "2026-12-10", count_from="2026-11-01", until="2027-03-01")
    assert found == "upcoming 2027-03-31"


def test_a_due_day_in_a_year_nobody_has_published_says_so(policy: MakePolicy) -> None:
    parts = laid(policy(), "2026-11-01", "2027-01-31")
    assert {p.label: p.assumed for p in parts} == {
        "2026-11": (), "2026-12": (), "2026Q4": (), "2027-01": (2027,), "2027Q1": (2027,),
    }  # fmt: skip


# --- cycles, performers, editions --------------------------------------------------------------------


def test_twice_a_year_is_once_in_each_half(policy: MakePolicy) -> None:
    rules = policy(normal=("year", 2))
    once, twice = (
        customer(("normal", "2015-03-01"), visited=visits)
        for visits in (("2026-02-03",), ("2026-02-03", "2026-03-04"))
    )
    assert owed(once, rules, "2026-11-22", count_from="2026-01-01") == ["2026#1 met", "2026#2 open"]
    assert owed(twice, rules, "2026-11-22", count_from="2026-01-01") == [
        "2026#1 met",
        "2026#2 met",  # early, in the same period
    ]
    assert stand(once, rules, "2026-11-22", count_from="2026-01-01") == "due 2026-12-31"


def test_the_tier_of_the_period_s_first_day_rules_all_of_its_parts(policy: MakePolicy) -> None:
    rules = policy(normal=("year", 2))
    raised_late = customer(("diamond", "2015-03-01"), ("normal", "2026-06-15"))
    assert "2026#2 open" not in owed(raised_late, rules, "2026-11-22", count_from="2026-11-01")


def test_a_lower_grade_counts_and_is_flagged(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"), visited=("2026-11-03",), level=0)
    assert owed(gold, policy(), TODAY, count_from="2026-11-01") == ["2026-11 met, below grade"]
    senior = customer(("gold", "2015-03-01"), visited=("2026-11-03",), level=1)
    assert owed(senior, policy(), TODAY, count_from="2026-11-01") == ["2026-11 met"]


def test_a_lower_grade_does_not_count_where_the_policy_enforces(policy: MakePolicy) -> None:
    rules = policy(performer="enforce")
    for level, found in ((0, "due 2026-11-30"), (1, None), (2, None)):
        gold = customer(("gold", "2015-03-01"), visited=("2026-11-03",), level=level)
        assert stand(gold, rules, TODAY, count_from="2026-11-01") == found
    diamond = customer(("diamond", "2015-03-01"), visited=("2026-11-03",), level=1)
    assert stand(diamond, rules, TODAY, count_from="2026-11-01") == "due 2026-11-30"


def test_a_rule_may_ask_for_another_grade_than_its_tier(policy: MakePolicy) -> None:
    gold = customer(("gold", "2015-03-01"), visited=("2026-11-03",), level=0)
    (span,) = gold.spans
    by_pv = Facts(gold.opened_on, None, (span._replace(rule="pv"),), gold.done)
    assert owed(by_pv, policy(performer="enforce"), TODAY, count_from="2026-11-01") == [
        "2026-11 met"
    ]


@pytest.mark.parametrize(
    ("due_by", "due"),
    [
        ("last-working-day", "2026-10-30"),
        ("next-working-day", "2026-11-02"),
        ("nearest-working-day", "2026-10-30"),
        ("last-day", "2026-10-31"),
    ],
)
def test_the_shift_moves_the_reminder_not_the_period(
    policy: MakePolicy, due_by: str, due: str
) -> None:
    gold = customer(("gold", "2015-03-01"))
    rules = policy(due_by=due_by)
    assert stand(gold, rules, "2026-10-30", count_from="2026-10-01") == f"due {due}"
    since = min(due, "2026-10-31")
    assert (
        stand(gold, rules, "2026-11-01", count_from="2026-10-01")
        == f"overdue 2026-11-30 since {since} missed 1"
    )


def test_a_period_follows_the_edition_in_force_on_its_first_day(policy: MakePolicy) -> None:
    more = """
[[edition]]
since = 2026-11-15
[edition.service.visit.instead.gold]
cycle = { per = "quarter" }
"""
    gold = customer(("gold", "2015-03-01"), visited=("2026-10-05",))
    assert owed(gold, policy(more=more), "2027-01-05", count_from="2026-10-01") == [
        "2026-10 met",
        "2026-11 missed",  # begun under the old edition; Q4 began under it too
        "2027Q1 open",
    ]
