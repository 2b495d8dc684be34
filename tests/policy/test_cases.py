"""Readable cases: what a person writes, and their mistakes."""

import pytest

from cmledger.errors import BadPolicy
from cmledger.policy.cases import parse_cases
from cmledger.policy.extend import cases_text
from cmledger.policy.load import PROFILES, parse_policy, profile_text
from cmledger.records.tiering import TierFacts
from cmledger.rules.cases import differences


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_bears_out_its_cases(profile: str) -> None:
    policy = parse_policy(profile_text(profile), "policy.toml")
    cases = parse_cases(cases_text(profile), "policy-cases.toml")
    assert [(case.name, list(differences(case, policy))) for case in cases] == [
        (case.name, []) for case in cases
    ]
    told = {case.tier for case in cases}
    assert told == {*policy.editions[0].tier, "out-of-scope"}
    dues = {case.tier for case in cases if case.dues is not None}
    assert dues == told


def test_facts_are_written_as_people_write_them() -> None:
    (case,) = parse_cases(
        '[[case]]\nname = "x"\ntier = "gold"\nfacts = { contract_capacity_kva = 315, annual_kwh = 0.5, '
        'pv = true, closed = true, held = "gold", sales_rank = 3 }\n'
        'dues = { visit = "month", X = { per = "year", times = 2 } }',
        "p",
    )
    assert case.facts.facts() == TierFacts(
        contract_capacity_kva=315_000, annual_kwh=500, pv=1, closed=True, held="gold", sales_rank=3
    )
    assert case.dues is not None
    assert {code: (c.per, c.times) for code, c in case.dues.items()} == {
        "visit": ("month", 1),
        "X": ("year", 2),
    }


def test_a_case_tells_what_the_customer_s_own_terms_change() -> None:
    policy = parse_policy(
        'extend = "three-fixed"\n[service.B4.by_importance]\nspecial = { every_months = 3 }\n', "p"
    )
    base = """B5 = "events-suspension,reduction;within=7", B8 = "year", B9-2 = "events-complaint;working=5" }"""
    head = '[[case]]\nname = "x"\ntier = "normal"\n'
    cases = parse_cases(
        head + 'facts = { customer_class = "high-voltage", importance = "special" }\n'
        'dues = { visit = "quarter", B4 = "every-3-months", B9 = "once-within-30-days", ' + base + "\n"
        + head + 'facts = { customer_class = "high-voltage", importance = "special", inspection_months = 6 }\n'
        'plan = { visit = "2/month", B9 = "none", D7 = { seasons = ["summer"] } }\n'
        'dues = { visit = "2/month", B4 = "every-6-months", D7 = "seasons-summer", ' + base + "\n",
        "p-cases.toml",
    )  # fmt: skip
    assert [list(differences(case, policy)) for case in cases] == [[], []]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[case]]\nname = "x"\ntier = "gold"\nfacts = { pvv = true }', 4, "不认识的设置“pvv”，是不是“pv”"),
        ('[[case]]\nname = "x"\nfacts = {}', 1, "缺少设置“tier”"),
        ('[[case]]\nname = "x"\ntier = "a"\nfacts = {}\ndues = { visit = "week" }', 5, "只能写下列之一"),
        ('[[case]]\nname = "x"\ntier = "a"\nfacts = { sales_rank = "3" }', 4, "应写整数"),
        ('[[case]]\nname = "x"\ntier = "a"\nfacts = {}\nplan = { visit = "weekly" }', 5, "没有这种周期的写法"),
        ('[[cases]]\nname = "x"', 1, "不认识的设置“cases”"),
        ('[[case]]\nname = x', 2, "等号后面的值写得不对"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_case_has_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        parse_cases(text, "policy-cases.toml")
    assert said in caught.value.message
    assert f"policy-cases.toml:{line}：" in caught.value.message
