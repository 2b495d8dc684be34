"""The arithmetic of KPIs, on facts counted by hand."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.records.kpi import Kpi
from cmledger.records.kpi_facts import Fact, Of
from cmledger.records.kpi_words import Direction
from cmledger.rules.kpi import (
    PaymentRule,
    Target,
    definitions,
    is_met,
    measured,
    tier_counts,
    unknown_channels,
)

TIERS = ("diamond", "gold", "normal")
PAYMENT = PaymentRule(frozenset({"app", "wechat"}), only_in_scope=False, unknown_counts=False)


def kpis(
    counts: dict[Fact, int],
    targets: dict[str, Target] | None = None,
    payment: PaymentRule = PAYMENT,
) -> dict[str, Kpi]:
    keys: dict[int | None, str | None] = {
        key: None if key is None else f"经理{key}"
        for key in sorted({fact.key for fact in counts}, key=lambda key: (key is None, key or 0))
    }
    return {
        definition.code: measured(
            definition,
            Counter(counts),
            name=definition.code,
            keys=keys,
            target=(targets or {}).get(definition.target_code, Target(None, definition.direction)),
        )
        for definition in definitions(TIERS, payment)
    }


def customer(manager: int | None, tier: str | None, channel: str | None = None) -> Fact:
    return Fact(Of.CUSTOMER, manager, manager, tier, channel)


def test_completion_is_met_in_time_out_of_ended_overall_by_tier_and_by_manager() -> None:
    found = kpis(
        {
            Fact(Of.ENDED, 1, 1, "gold", met=True): 3,
            Fact(Of.ENDED, 1, 1, "gold", met=False): 1,
            Fact(Of.ENDED, 2, 2, "normal", met=True): 2,
            Fact(Of.OPEN, 2, 2, "normal", met=False): 9,  # in no rate
        },
        targets={"visit_completion": Target(0.8, Direction.AT_LEAST)},
    )
    whole = found["visit_completion"]
    assert (whole.numerator, whole.denominator, whole.value) == (5, 6, 5 / 6)
    assert (whole.target, whole.met) == (0.8, True)
    assert [(g.key, g.numerator, g.denominator) for g in whole.by] == [
        ("经理1", 3, 4),
        ("经理2", 2, 2),
    ]
    gold = found["visit_completion_gold"]  # held against the overall target
    assert (gold.value, gold.target, gold.met) == (0.75, 0.8, False)
    normal = found["visit_completion_normal"]
    assert (normal.value, normal.target, normal.met) == (1.0, 0.8, True)
    diamond = found["visit_completion_diamond"]
    assert (diamond.denominator, diamond.value, diamond.met) == (0, None, None)


def test_without_a_target_nothing_is_met_or_missed() -> None:
    found = kpis({Fact(Of.ENDED, 1, 1, "gold"): 1})
    assert found["visit_completion"].value == 0.0
    assert found["visit_completion"].met is None


def test_a_count_is_its_numerator_and_its_value_a_share() -> None:
    found = kpis(
        {customer(None, "gold"): 3, customer(7, "gold"): 9, customer(None, None): 100},
        targets={"customers_without_manager": Target(2, Direction.AT_MOST)},
    )
    without = found["customers_without_manager"]
    assert (without.numerator, without.denominator, without.value) == (3, 12, 0.25)
    assert (without.figure, without.direction, without.met) == (3, Direction.AT_MOST, False)
    assert found["manager_coverage"].value == 0.75
    assert [(g.key, g.numerator, g.denominator) for g in without.by] == [
        ("经理7", 0, 9),
        (None, 3, 3),
    ]


def test_averages_are_taken_over_the_managers_who_look_after_somebody() -> None:
    found = kpis(
        {
            customer(1, "gold"): 10,
            customer(2, "normal"): 4,
            customer(3, "normal"): 1,
            customer(4, None): 50,  # looks after nobody in a tier
            customer(None, "gold"): 5,
            Fact(Of.ENDED, 1, 1, "gold", met=True): 6,
            Fact(Of.OPEN, 1, 1, "gold", met=False): 1,
            Fact(Of.OPEN, 5, 5, "normal", met=True): 4,  # has no customers any more
            Fact(Of.OPEN, None, None, "normal"): 8,
            Fact(Of.STANDING, 1, 1, "gold", overdue=True): 1,
            Fact(Of.STANDING, 2, 2, "normal"): 10,
        }
    )
    load = found["customers_per_manager"]
    assert (load.numerator, load.denominator, load.value) == (15, 3, 5.0)
    assert load.spread is not None
    assert load.spread.to_json() == {"min": 1, "median": 4, "max": 10}
    dues = found["dues_per_manager"]
    assert (dues.numerator, dues.denominator) == (11, 4)  # visits of the report's periods
    assert dues.spread is not None
    assert dues.spread.to_json() == {"min": 0, "median": 2, "max": 7}
    assert found["visits_overdue"].numerator == 1
    assert found["visits_overdue"].denominator == 11
    by = {group.key: (group.numerator, group.denominator) for group in load.by}
    assert by == {
        "经理1": (10, 1),
        "经理2": (4, 1),
        "经理3": (1, 1),
        "经理4": (0, 0),
        "经理5": (0, 0),
        None: (0, 0),
    }


@pytest.mark.parametrize(
    ("only_in_scope", "unknown_counts", "expected", "unknown"),
    [
        (False, False, (5, 9), 3),  # new 2+3 of known 2+3+4
        (False, True, (5, 12), 3),
        (True, False, (2, 6), 1),  # tiered only: new 2, old 4
        (True, True, (2, 7), 1),
    ],
)
def test_payment_adoption_asks_whom_the_policy_says(
    only_in_scope: bool, unknown_counts: bool, expected: tuple[int, int], unknown: int
) -> None:
    counts = {
        customer(1, "gold", "app"): 2,
        customer(1, None, "wechat"): 3,
        customer(1, "normal", "cash"): 4,
        customer(1, "normal", None): 1,
        customer(1, None, None): 2,
    }
    payment = PaymentRule(PAYMENT.new_channels, only_in_scope, unknown_counts)
    found = kpis(counts, payment=payment)["new_payment_adoption"]
    assert (found.numerator, found.denominator) == expected
    assert unknown_channels(payment, counts) == unknown


def test_customers_by_tier_follow_the_policy_and_end_with_those_in_none() -> None:
    counts = {customer(1, "normal"): 2, customer(2, "gold"): 1, customer(2, "silver"): 4}
    assert list(tier_counts(TIERS, counts).items()) == [
        ("diamond", 0),
        ("gold", 1),
        ("normal", 2),
        ("silver", 4),
        (None, 0),
    ]


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_a_figure_on_its_target_is_met_whatever_the_direction(above: int, below: int) -> None:
    share = Fraction(above, below)
    figure = above / below
    assert is_met(Direction.AT_LEAST, figure, float(share))
    assert is_met(Direction.AT_MOST, figure, float(share))
    assert not is_met(Direction.AT_LEAST, figure, float(share + Fraction(1, 10**6)))


facts = st.builds(
    lambda of, manager, tier, channel, met, overdue: Fact(
        of, manager, manager, tier if of is Of.CUSTOMER else tier or "gold", channel, met, overdue
    ),
    st.sampled_from(Of),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, *TIERS]),
    st.sampled_from([None, "app", "cash"]),
    st.booleans(),
    st.booleans(),
)


@given(st.dictionaries(facts, st.integers(1, 50)))
def test_groups_by_manager_add_up_to_the_whole(counts: dict[Fact, int]) -> None:
    for found in kpis(counts).values():
        assert sum(group.numerator for group in found.by) == found.numerator
        assert sum(group.denominator for group in found.by) == found.denominator
        assert (found.value is None) == (found.denominator == 0)
