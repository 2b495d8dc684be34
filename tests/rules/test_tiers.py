"""The evaluator of tier rules: every criterion by example, and against a plain telling of the same rules."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.policy.load import parse_policy, profile_text
from cmledger.records.tiering import TierFacts, reasons_from
from cmledger.rules.tiers import TierRules, steps_up, volts

TEXT = profile_text("three-fixed")
HV = TierFacts(customer_class="high-voltage")


@cache
def rules(text: str = TEXT) -> TierRules:
    return TierRules(parse_policy(text, "policy.toml").editions[-1])


def decided(facts: TierFacts, text: str = TEXT) -> tuple[str | None, str]:
    decision = rules(text).decide(facts)
    return decision.tier, decision.rule


@pytest.mark.parametrize(
    ("facts", "tier", "rule"),
    [
        (HV._replace(sales_rank=1), "diamond", "sales-rank"),
        (HV._replace(sales_rank=10), "diamond", "sales-rank"),
        (HV._replace(sales_rank=11), "gold", "sales-rank"),
        (HV._replace(sales_rank=50), "gold", "sales-rank"),
        (HV._replace(sales_rank=51), "normal", "others"),
        (HV, "normal", "others"),
        (HV._replace(supply="dual-source", reliability_need="high"), "diamond", "dual-source"),
        (HV._replace(supply="multi-source", reliability_need="high"), "diamond", "dual-source"),
        (HV._replace(supply="dual-source", reliability_need="some"), "gold", "reliability-need"),
        (HV._replace(supply="dual-source"), "normal", "others"),
        (HV._replace(supply="dual-source", reliability_need="none"), "normal", "others"),
        (HV._replace(social_impact=1), "diamond", "social-impact"),
        (HV._replace(social_impact=0), "normal", "others"),
        (HV._replace(supply="dual-circuit"), "gold", "dual-circuit"),
        (HV._replace(supply="dual-circuit", reliability_need="high"), "gold", "dual-circuit"),
        (HV._replace(reliability_need="some"), "gold", "reliability-need"),
        (HV._replace(reliability_need="high"), "gold", "reliability-need"),
        (HV._replace(reliability_need="none"), "normal", "others"),
        (HV._replace(pv=1), "gold", "pv"),
        (HV._replace(ev_charging=1), "gold", "ev-charging"),
        (HV._replace(dedicated_line=1, importance="special"), "normal", "others"),
        (TierFacts(customer_class="resident", pv=1), "gold", "pv"),
        (TierFacts(customer_class="low-voltage-business", ev_charging=1), "gold", "ev-charging"),
        (TierFacts(customer_class="resident", pv=1, sales_rank=3), "diamond", "sales-rank"),
        (TierFacts(customer_class="resident"), None, "not-in-scope"),
        (TierFacts(customer_class="resident", pv=0, supply="dual-circuit"), None, "not-in-scope"),
        (HV._replace(closed=True, sales_rank=1), None, "closed"),
    ],
)
def test_each_criterion_of_three_fixed(facts: TierFacts, tier: str | None, rule: str) -> None:
    assert decided(facts) == (tier, rule)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (TierFacts(voltage="10kV"), "high-voltage"),
        (TierFacts(voltage="27.5kV"), "high-voltage"),
        (TierFacts(voltage="380V"), "low-voltage-business"),
        (TierFacts(voltage="10kV", tariff_class="居民生活用电"), "high-voltage"),
        (TierFacts(voltage="220V", tariff_class="居民生活用电"), "resident"),
        (TierFacts(tariff_class="城镇居民生活用电"), "resident"),
        (TierFacts(tariff_class="非居民照明"), "low-voltage-business"),
        (TierFacts(), "low-voltage-business"),
        (TierFacts(customer_class="resident", voltage="10kV"), "resident"),
    ],
)
def test_a_blank_class_follows_from_voltage_then_tariff(facts: TierFacts, expected: str) -> None:
    assert rules().customer_class(facts) == expected
    assert rules().in_scope(facts) == (expected == "high-voltage")


def test_all_criteria_met_are_reasons_with_the_figures_compared() -> None:
    facts = HV._replace(sales_rank=7, supply="dual-source", reliability_need="high", pv=1)
    decision = rules().decide(facts)
    told = [(r.tier, r.rule, [tuple(one) for one in r.compared]) for r in decision.reasons]
    dual = ("supply", "dual-source", ["dual-source", "multi-source"])
    assert told == [
        ("diamond", "sales-rank", [("sales_rank_top", 7, 10)]),
        ("diamond", "dual-source", [dual, ("reliability_need", "high", ["high"])]),
        ("gold", "sales-rank", [("sales_rank_top", 7, 50)]),
        ("gold", "reliability-need", [("reliability_need", "high", ["high", "some"])]),
        ("gold", "pv", [("pv", True, True)]),
    ]
    kept = reasons_from(decision.stored_reasons)
    assert [r.to_stored() for r in kept] == [r.to_stored() for r in decision.reasons]


SETTINGS = [
    ('  # { rule = "dedicated-line"', '  { rule = "dedicated-line"', HV._replace(dedicated_line=1), "diamond"),
    ('  # { rule = "important"', '  { rule = "important"', HV._replace(importance="first"), "diamond"),
    ('closed = "exclude"', 'closed = "keep"', HV._replace(closed=True), "normal"),
    (', supply = ["dual-circuit"] }', ', supply = ["dual-circuit", "dual-source"] }', HV._replace(supply="dual-source"), "gold"),
    ("high_voltage_above_kv = 1\n", "high_voltage_above_kv = 20\n", TierFacts(voltage="10kV"), None),
]  # fmt: skip


@pytest.mark.parametrize(("was", "now", "facts", "tier"), SETTINGS)
def test_settings_change_what_they_say(
    was: str, now: str, facts: TierFacts, tier: str | None
) -> None:
    changed = TEXT.replace(was, now, 1)
    assert changed != TEXT
    assert decided(facts, changed)[0] == tier
    assert decided(facts)[0] != tier


LARGE = """
profile = "x"
since = 2000-01-01
[scope]
any = [{ rule = "all" }]
[grade]
general = "客户经理"
[tier.large]
name = "大客户"
any = [
  { rule = "capacity", contract_capacity_kva = { at_least = 315 } },
  { rule = "sales", annual_kwh = { above = 1000, at_most = 5000.5 } },
  { rule = "level", voltage_kv = { above = 10 } },
]
[tier.rest]
name = "其他"
any = [{ rule = "others" }]
[service.visit]
name = "走访"
tiers = ["large"]
cycle = "standing"
"""


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (TierFacts(contract_capacity_kva=315_000), "capacity"),
        (TierFacts(contract_capacity_kva=314_999), "others"),
        (TierFacts(annual_kwh=1_000_000), "others"),
        (TierFacts(annual_kwh=1_000_001), "sales"),
        (TierFacts(annual_kwh=5_000_500), "sales"),
        (TierFacts(annual_kwh=5_000_501), "others"),
        (TierFacts(voltage="35kV"), "level"),
        (TierFacts(voltage="10kV"), "others"),
        (TierFacts(), "others"),
    ],
)
def test_comparisons_hold_at_their_edges(facts: TierFacts, rule: str) -> None:
    assert decided(facts, LARGE)[1] == rule
    assert rules(LARGE).kwh_cuts == (1_000_001, 5_000_501)
    assert rules(LARGE).columns == ("voltage", "contract_capacity_kva")


def test_volts_of_codes() -> None:
    found = [volts(v) for v in ("220V", "380V", "10kV", "27.5kV", "高压", None)]
    assert found == [220, 380, 10_000, 27_500, None, None]


def test_the_way_up_names_what_is_missing_and_how_many_kwh() -> None:
    facts = HV._replace(annual_kwh=900_000, supply="dual-source")
    steps = list(steps_up(rules(), facts, "normal", {10: 5_000_000, 50: 1_200_000}, 900_000))
    assert {s.tier for s in steps} == {"gold"}
    assert {s.rule: (s.kwh_needed, s.kwh_short) for s in steps}["sales-rank"] == (
        1_200_000,
        300_000,
    )
    up = {s.rule: [m.fact for m in s.missing] for s in steps_up(rules(), facts, "gold", {}, None)}
    assert up["dual-source"] == ["reliability_need"]
    assert list(steps_up(rules(), facts, "diamond", {}, None)) == []


# --- against a plain telling -----------------------------------------------------------------------


def plainly(f: TierFacts) -> tuple[str | None, set[tuple[str, str]]]:
    """Domain 1.2.4 in the plainest words: tier, and (tier, rule) of all criteria met."""
    voltage = {None: 0, "220V": 220, "10kV": 10_000}[f.voltage]
    high = f.customer_class == "high-voltage" or (f.customer_class is None and voltage > 1000)
    if f.closed or not (high or f.pv or f.ev_charging):
        return None, set()
    met = set()
    rank = f.sales_rank or 10**9
    if rank <= 10:
        met.add(("diamond", "sales-rank"))
    if f.supply in ("dual-source", "multi-source") and f.reliability_need == "high":
        met.add(("diamond", "dual-source"))
    if f.social_impact:
        met.add(("diamond", "social-impact"))
    if rank <= 50:
        met.add(("gold", "sales-rank"))
    if f.supply == "dual-circuit":
        met.add(("gold", "dual-circuit"))
    if f.reliability_need in ("some", "high"):
        met.add(("gold", "reliability-need"))
    if f.pv:
        met.add(("gold", "pv"))
    if f.ev_charging:
        met.add(("gold", "ev-charging"))
    tiers = {tier for tier, _ in met}
    return ("diamond" if "diamond" in tiers else "gold" if tiers else "normal"), met


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((None, *values))


ANY_FACTS = st.builds(
    TierFacts,
    customer_class=maybe("high-voltage", "low-voltage-business", "resident"),
    voltage=maybe("220V", "10kV"),
    tariff_class=maybe("居民生活用电", "大工业用电"),
    supply=maybe("single", "dual-circuit", "dual-source", "multi-source"),
    reliability_need=maybe("none", "some", "high"),
    social_impact=maybe(0, 1),
    pv=maybe(0, 1),
    ev_charging=maybe(0, 1),
    dedicated_line=maybe(0, 1),
    importance=maybe("none", "special"),
    closed=st.booleans(),
    sales_rank=maybe(1, 9, 10, 11, 49, 50, 51, 400),
)


@given(ANY_FACTS)
def test_the_evaluator_agrees_with_a_plain_telling(facts: TierFacts) -> None:
    tier, met = plainly(facts)
    decision = rules().decide(facts)
    assert decision.tier == tier
    telling = {(r.tier, r.rule) for r in decision.reasons if r.compared}
    assert telling == met
    assert decision.rule in (
        {r for t, r in met if t == tier} or {"others", "closed", "not-in-scope"}
    )


# --- hysteresis --------------------------------------------------------------------------------------

HELD = maybe("diamond", "gold", "normal", "unknown")
RANKS = maybe(1, 9, 10, 11, 12, 44, 45, 46, 50, 51, 55, 56, 400)


def buffered(demote: float = 0, promote: float = 0, text: str = TEXT) -> str:
    return text + f"\n[hysteresis]\ndemote = {demote}\npromote = {promote}\n"


@given(ANY_FACTS, HELD)
def test_without_hysteresis_the_tier_held_makes_no_difference(
    facts: TierFacts, held: str | None
) -> None:
    plain = rules().decide(facts)
    assert rules(buffered()).decide(facts._replace(held=held)) == plain
    assert rules(buffered()).columns == rules().columns
    assert "held" not in rules().columns
    assert rules(buffered(0.1, 0.1)).decide(facts) == plain  # who has no tier yet


@given(ANY_FACTS, HELD, RANKS)
def test_hysteresis_holds_a_tier_and_never_gives_another(
    facts: TierFacts, held: str | None, rank: int | None
) -> None:
    facts = facts._replace(sales_rank=rank)
    height = {"diamond": 3, "gold": 2, "normal": 1}
    plain, now = rules().decide(facts), rules(buffered(0.1, 0.1)).decide(facts._replace(held=held))
    assert (now.tier is None) == (plain.tier is None)
    if plain.tier is None or now.tier is None:
        assert now == plain
        return
    between = sorted((height[plain.tier], height.get(held or "", height[plain.tier])))
    assert between[0] <= height[now.tier] <= between[1]
    if now.tier != plain.tier:
        assert {r.hysteresis for r in now.reasons} - {None}
    deciding = next(r for r in now.reasons if (r.tier, r.rule) == (now.tier, now.rule))
    assert (deciding.hysteresis == "kept") == (height[now.tier] > height[plain.tier])
    assert [r.hysteresis for r in reasons_from(now.stored_reasons)] == [
        r.hysteresis for r in now.reasons
    ]


@pytest.mark.parametrize(
    ("rank", "held", "tier", "told"),
    [
        (11, "diamond", "diamond", "kept"),
        (12, "diamond", "gold", None),
        (55, "diamond", "gold", "kept"),
        (55, "gold", "gold", "kept"),
        (56, "gold", "normal", None),
        (55, "normal", "normal", None),
        (55, None, "normal", None),
        (46, "normal", "normal", "waits"),
        (45, "normal", "gold", None),
        (10, "gold", "gold", "waits"),
        (9, "gold", "diamond", None),
        (10, None, "diamond", None),
    ],
)
def test_a_rank_is_eased_for_who_is_in_and_tightened_for_who_is_to_rise(
    rank: int, held: str | None, tier: str, told: str | None
) -> None:
    both = rules(buffered(0.1, 0.1))
    decision = both.decide(HV._replace(sales_rank=rank, held=held))
    assert decision.tier == tier
    assert next((r.hysteresis for r in decision.reasons if r.hysteresis), None) == told
    assert both.rank_limit == 55
    assert "held" in both.columns


def test_quantities_are_eased_and_tightened_at_their_edges() -> None:
    both = rules(buffered(0.1, 0.1, LARGE))
    assert both.kwh_cuts == (900_001, 1_000_001, 1_100_001, 4_500_451, 5_000_501, 5_500_551)

    def tier(kva: int, held: str | None) -> str | None:
        return both.decide(TierFacts(contract_capacity_kva=kva, held=held)).tier

    assert [tier(kva, "large") for kva in (283_500, 283_499)] == ["large", "rest"]
    assert [tier(kva, None) for kva in (315_000, 314_999)] == ["large", "rest"]
    assert [tier(kva, "rest") for kva in (346_500, 346_499)] == ["large", "rest"]
    assert (
        both.decide(TierFacts(voltage="10kV", held="large")).tier == "rest"
    )  # levels do not drift


def test_the_way_up_is_the_tightened_one() -> None:
    facts = HV._replace(sales_rank=46, held="normal")
    steps = steps_up(rules(buffered(0, 0.1)), facts, "normal", {45: 2_000_000}, 1_500_000)
    assert {s.rule: s.kwh_needed for s in steps}["sales-rank"] == 2_000_000
