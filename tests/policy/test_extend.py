"""A policy that extends a shipped profile: what merges, what is replaced, where its mistakes are told."""

from datetime import date

import pytest

from cmledger.errors import BadPolicy
from cmledger.policy import extend
from cmledger.policy.cycles import cycle_text
from cmledger.policy.load import PROFILES, parse_policy, profile_text
from cmledger.policy.schema import Edition

DIGESTS = {
    "three-fixed@1": "b7f22ecb0a26",
    "three-fixed@2": "6dc66452705f",
    "three-plus-three@1": "3c391ac91864",
    "three-plus-three@2": "c3f1831ee66a",
    "community-grid@1": "b8f855385e1d",
    "community-grid@2": "7481d4041789",
}
"""What each version of a profile means, for good: a changed profile gets the next version, the old file stays."""


def edition(text: str) -> Edition:
    return parse_policy(text, "policy.toml").editions[-1]


def refusal(text: str) -> BadPolicy:
    with pytest.raises(BadPolicy) as caught:
        parse_policy(text, "policy.toml")
    return caught.value


def test_a_version_of_a_profile_never_changes_its_meaning() -> None:
    found = {}
    for name in PROFILES:
        for number in extend.versions(name):
            known = edition(f'extend = "{name}@{number}"')
            found[f"{name}@{number}"] = known.digest[:12]
            assert known.version == number
    assert found == DIGESTS


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_but_extend_means_the_profile_itself(profile: str) -> None:
    plain, extended = edition(profile_text(profile)), edition(f'extend = "{profile}"')
    assert extended.digest == plain.digest
    assert extended.model_dump() == plain.model_dump()
    assert (plain.extends, extended.extends) == (None, f"{profile}@{extend.versions(profile)[-1]}")


def test_tables_merge_by_key_and_lists_are_replaced() -> None:
    found = edition(
        'extend = "three-fixed"\nprofile = "本所"\n'
        '[tier.gold]\nany = [{ rule = "sales-rank", sales_rank_top = 60 }]\n'
        '[service.visit]\nminutes = 60\n[service.B2]\ntiers = []\n'
        '[service.X1]\nname = "本所加的"\ntiers = ["gold"]\ncycle = { per = "month" }\n'
    )  # fmt: skip
    base = edition(profile_text("three-fixed"))
    assert found.profile == "本所"
    assert [c.sales_rank_top for c in found.tier["gold"].any] == [60]
    assert (found.tier["gold"].name, found.tier["diamond"]) == ("金牌客户", base.tier["diamond"])
    assert found.service["visit"] == base.service["visit"].model_copy(update={"minutes": 60})
    assert found.service["B2"].tiers == ()
    assert {o.code for o in found.owed("gold")} == {o.code for o in base.owed("gold")} | {"X1"}
    assert found.kpi == base.kpi


def test_later_editions_build_on_the_extended_one() -> None:
    policy = parse_policy(
        'extend = "three-fixed"\nsince = 2026-01-01\n[duty]\nperformer = "enforce"\n'
        '[[edition]]\nsince = 2027-01-01\n[edition.duty]\ndue_by = "last-day"\n',
        "policy.toml",
    )
    first, second = policy.editions
    assert (first.since, first.duty.due_by) == (date(2026, 1, 1), "last-working-day")
    assert (second.duty.performer, second.duty.due_by) == ("enforce", "last-day")
    assert {e.extends for e in policy.editions} == {"three-fixed@2"}
    assert policy.lines == (2, 6)


def test_the_text_kept_holds_the_office_s_words_and_the_profile() -> None:
    own = 'extend = "three-fixed"\n[duty]\nperformer = "enforce"\n'
    text = edition(own).text
    assert text.startswith(own.rstrip())
    assert "three-fixed@2" in text
    assert text.endswith(profile_text("three-fixed"))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('extend = "four-fixed"', 1, "没有名为“four-fixed”的规则模板"),
        ('# x\nextend = "three-fixed@7"', 2, "没有第 7 版；现有：1、2"),
        ("extend = 1", 1, "extend 应写样板的名字"),
        ('extend = "three-fixed"\nversion = 2', 2, "不要再写 version"),
        ('extend = "three-fixed"\n\n[ranking]\ntie = "all-in"', 4, "是不是“ties”"),
        ('extend = "three-fixed"\n[tier.gold]\ngrade = "boss"', 3, "“grade”只能写下列之一"),
        ('extend = "three-fixed"\n[service.visit]\ntiers = ["gold"]', 2, "等级“diamond”不在"),
        ('extend = "three-fixed"\n[tier.extra]\nname = "x"\nany = [{ rule = "x", pv = true }]', 2, "轮不到"),
        ('extends = "three-fixed"', 1, "是不是“extend”"),
        ('extend = "three-fixed"\n[hysteresis]\ndemote = 1', 3, "要小于 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_on_a_line_of_the_office_s_own_file(
    text: str, line: int, said: str
) -> None:
    problem = refusal(text)
    assert said in problem.message
    where = [one.partition("：")[0] for one in problem.message.splitlines() if said in one]
    assert where == [f"规则文件 policy.toml:{line}"]


def test_several_mistakes_are_told_at_once() -> None:
    text = 'extend = "three-fixed"\n[ranking]\nties = "x"\n[duty]\nperformer = 1\n'
    assert [one.partition("：")[0][-1] for one in refusal(text).message.splitlines()] == ["3", "5"]


# --- how the items of tiers add up -----------------------------------------------------------------


def owed(found: Edition, tier: str) -> dict[str, tuple[str, str | None]]:
    return {o.code: (cycle_text(o.cycle), o.performer) for o in found.owed(tier)}


def test_items_add_up_as_listed_or_downwards() -> None:
    listed = edition('extend = "three-fixed"')
    summed = edition('extend = "three-fixed"\n[catalogue]\nadditive = "cumulative"')
    for tier in ("normal", "gold"):
        assert owed(summed, tier) == owed(listed, tier)
    assert owed(summed, "diamond") == owed(listed, "diamond") | {
        code: owed(listed, "gold")[code] for code in ("G4", "G6", "G7")
    }
    assert listed.terms(listed.service["G1"], "diamond") is None
    assert summed.terms(summed.service["G1"], "diamond") is not None
    assert summed.terms(summed.service["D1"], "gold") is None


def test_an_item_from_below_is_owed_on_the_terms_of_the_nearest_tier() -> None:
    found = edition(
        'extend = "three-fixed"\n[catalogue]\nadditive = "cumulative"\n[service.X]\nname = "x"\n'
        'tiers = ["gold", "normal"]\ncycle = { per = "year" }\nperformer = "serving"\n'
        'instead.gold.cycle = { per = "month", times = 2 }\n'
    )
    assert {t: owed(found, t)["X"] for t in found.tier} == {
        "diamond": ("2/month", "chief"),
        "gold": ("2/month", "senior"),
        "normal": ("year", "general"),
    }


@pytest.mark.parametrize(
    "word", ["standing", "on-event", "on-request", "on-date", "peak-season", "once"]
)
def test_a_word_for_how_often_is_never_owed_by_itself(word: str) -> None:
    found = edition(f'extend = "three-fixed"\n[service.B4]\ncycle = "{word}"')
    assert "B4" not in owed(found, "gold")
