"""The forms of a cycle: as tables of the policy, as the text of a customer's own plan, and in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.errors import BadPolicy
from cmledger.policy.cycles import (
    Cycle,
    Dates,
    Events,
    Interval,
    Once,
    Quota,
    Seasons,
    cycle_text,
    own_cycle,
)
from cmledger.policy.load import parse_policy, profile_text
from cmledger.policy.schema import Edition
from cmledger.records.cycles import WORDS, parse_cycle
from cmledger.records.cycles import cycle_text as text_of
from cmledger.wording.cycles import cycle_words

SEASON = '[season.summer]\nname = "迎峰度夏"\nfrom = "05-01"\nuntil = "06-30"\n'


def edition(item: str, rest: str = "") -> Edition:
    text = f'extend = "three-fixed"\n[service.X]\nname = "试"\ntiers = ["gold"]\n{item}\n{SEASON}{rest}'
    return parse_policy(text, "policy.toml").editions[-1]


def refusal(item: str, rest: str = "") -> str:
    with pytest.raises(BadPolicy) as caught:
        edition(item, rest)
    return caught.value.message


@pytest.mark.parametrize(
    ("written", "cycle", "text", "words"),
    [
        ('{ per = "month" }', Quota(per="month"), "month", "每月"),
        (
            '{ per = "month", times = 2, spacing_days = 10, grace_days = 5 }',
            Quota(per="month", times=2, spacing_days=10, grace_days=5),
            "2/month;spacing=10;grace=5",
            "每月2次（间隔10天、宽限5天）",
        ),
        ("{ every_months = 6 }", Interval(every_months=6), "every-6-months", "每6个月"),
        ('{ seasons = ["summer"] }', Seasons(seasons=("summer",)), "seasons-summer", "迎峰度夏"),
        (
            '{ dates = ["spring-festival", "birthday"], lead_days = 7 }',
            Dates(dates=("birthday", "spring-festival"), lead_days=7),
            "dates-birthday,spring-festival;lead=7",
            "生日、春节前7天",
        ),
        (
            '{ events = ["suspension"], within_working_days = 5 }',
            Events(events=("suspension",), within_working_days=5),
            "events-suspension;working=5",
            "报停后5个工作日内",
        ),
        (
            "{ once_within_days = 30, grace_days = 3 }",
            Once(once_within_days=30, grace_days=3),
            "once-within-30-days;grace=3",
            "30天内做一次（宽限3天）",
        ),
    ],
)
def test_each_form_is_read_and_has_its_text(
    written: str, cycle: Cycle, text: str, words: str
) -> None:
    found = edition(f"cycle = {written}").owed("gold")[-1]
    assert (found.code, found.cycle) == ("X", cycle)
    assert cycle_text(found.cycle) == text
    assert own_cycle(text, "standing") == cycle
    assert cycle_words(text, {"summer": "迎峰度夏"}) == words


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ('cycle = { per = "month", every_months = 6 }', "周期要写明一种"),
        ("cycle = {}", "周期要写明一种"),
        ("cycle = { every_month = 6 }", "不认识的设置“every_month”，是不是“every_months”"),
        ("cycle = { every_months = 0 }", "要大于 0"),
        ('cycle = { seasons = ["spring"] }', "没有名为“spring”的时段；已定义的有：summer"),
        ("cycle = { seasons = [] }", "至少要写一项"),
        ('cycle = { events = ["suspension"] }', "期限只能写一种"),
        ('cycle = { per = "month" }\nowner = "grid"', "不能写 tiers"),
        ('cycle = { per = "month" }\nby_importance = { third = "standing" }', "special"),
    ],
)
def test_a_mistake_is_told_with_its_line(item: str, told: str) -> None:
    message = refusal(item)
    assert told in message, message
    assert "policy.toml:" in message


def test_a_season_needs_days_that_exist() -> None:
    text = '[season.winter]\nname = "冬"\nfrom = "02-30"\nuntil = "06-30"\n'
    message = refusal('cycle = "standing"', text)
    assert "policy.toml:12" in message
    assert "应写月-日" in message


def test_an_item_of_customers_says_which_tiers_have_it() -> None:
    with pytest.raises(BadPolicy, match="缺少设置“tiers”"):
        parse_policy('extend = "three-fixed"\n[service.X]\nname = "试"\ncycle = "once"', "p.toml")


def test_owners_have_no_days_of_customers() -> None:
    head = 'extend = "three-fixed"\n[service.X]\nname = "试"\nowner = "manager"\n'
    with pytest.raises(BadPolicy, match="日子只能是节日"):
        parse_policy(head + 'cycle = { dates = ["birthday"] }', "p.toml")
    parse_policy(head + 'cycle = { dates = ["spring-festival"] }', "p.toml")


def test_what_an_edition_means_does_not_change_with_the_language() -> None:
    """Digests of editions in use must stay: new settings at their default say nothing."""
    told = edition('cycle = { per = "month" }').model_dump(mode="json", exclude_defaults=True)
    assert told["service"]["X"]["cycle"] == {"per": "month"}
    assert set(told["service"]["X"]) == {"name", "tiers", "cycle"}
    profile = parse_policy(profile_text("three-fixed"), "p").editions[0]
    assert "season" not in profile.model_dump(exclude_defaults=True) or profile.season


_days = st.integers(1, 400)
_names = st.sets(st.from_regex("[a-z]{1,9}(-[a-z]{1,5})?", fullmatch=True), min_size=1, max_size=3)
_lists = _names.map(lambda names: tuple(sorted(names)))


def _with(head: dict[str, Any], *keys: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, _days)).map(lambda o: head | o)


tables = st.one_of(
    st.tuples(st.sampled_from(("month", "quarter", "half-year", "year")), st.integers(1, 99)).flatmap(
        lambda t: _with(
            {"per": t[0]} | ({"times": t[1]} if t[1] > 1 else {}), "spacing_days", "grace_days"
        )
    ),
    st.integers(1, 120).flatmap(lambda n: _with({"every_months": n}, "grace_days")),
    _lists.flatmap(lambda names: _with({"seasons": names}, "grace_days")),
    _lists.flatmap(lambda names: _with({"dates": names}, "lead_days", "grace_days")),
    st.tuples(_lists, st.sampled_from(("within_days", "within_working_days")), _days).flatmap(
        lambda t: _with({"events": t[0], t[1]: t[2]}, "grace_days")
    ),
    _days.flatmap(lambda n: _with({"once_within_days": n}, "grace_days")),
    st.sampled_from(sorted(WORDS)),
)  # fmt: skip


@given(tables)
def test_table_and_text_are_each_others(table: dict[str, Any] | str) -> None:
    text = text_of(table)
    assert parse_cycle(text) == table
    assert text_of(parse_cycle(text)) == text
    cycle = own_cycle(text, "standing")
    if isinstance(table, dict):
        assert cycle is not None
        assert own_cycle(cycle_text(cycle), "standing") == cycle
    assert cycle_words(text)


@pytest.mark.parametrize("text", ["", "weekly", "0/month", "every--months", "month;grace", "x=1"])
def test_a_text_that_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text.partition(";")[0] or r"^$"):
        parse_cycle(text)


def test_an_own_cycle_keeps_the_grace_of_the_catalogue() -> None:
    listed = Quota(per="month", times=2, spacing_days=10, grace_days=5)
    assert own_cycle("quarter", listed) == Quota(per="quarter", spacing_days=10, grace_days=5)
    assert own_cycle("quarter;grace=0", listed) == Quota(per="quarter", spacing_days=10)
    assert own_cycle("every-6-months", listed) == Interval(every_months=6, grace_days=5)
    assert own_cycle("none", listed) is None
    assert own_cycle("as-listed", listed) == listed
    assert own_cycle("standing", listed) == "standing"
