"""Policy files: what they say, how editions follow each other, and each mistake with its line."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cmledger.errors import BadPolicy, UsageProblem
from cmledger.policy.cycles import cycle_text
from cmledger.policy.load import PROFILES, load_policy, parse_policy, profile_text
from cmledger.policy.schema import Edition

THREE_FIXED = profile_text("three-fixed")


def edition(text: str = THREE_FIXED) -> Edition:
    return parse_policy(text, "policy.toml").editions[-1]


def refusal(text: str) -> BadPolicy:
    with pytest.raises(BadPolicy) as caught:
        parse_policy(text, "policy.toml")
    return caught.value


# --- what the shipped profiles say -----------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles_are_sound_and_carry_their_name(profile: str) -> None:
    found = edition(profile_text(profile))
    assert found.profile == profile
    assert all(any(o.code == "visit" for o in found.owed(tier)) for tier in found.tier)


def test_three_fixed_owes_visits_and_the_rest_of_the_catalogue() -> None:
    found = edition()
    owed = {tier: {o.code: cycle_text(o.cycle) for o in found.owed(tier)} for tier in found.tier}
    base = {
        "B4": "year", "B5": "events-reduction,suspension;within=7", "B8": "year",
        "B9": "once-within-30-days", "B9-2": "events-complaint;working=5",
    }  # fmt: skip
    greetings = "dates-birthday,founding,mid-autumn,national-day,spring-festival;lead=3"
    assert owed["normal"] == {"visit": "quarter", **base}
    assert owed["gold"] == {
        "visit": "month", **base, "G4": "events-planned-outage;within=0", "G6": "year", "G7": greetings,
    }  # fmt: skip
    assert owed["diamond"] == {
        "visit": "month", **base, "D4": "quarter", "D5": "quarter",
        "D6": "year", "D7": "seasons-summer,winter", "D9": "year",
    }  # fmt: skip
    owners = {code: s.owner for code, s in found.service.items() if s.owner != "customer"}
    assert owners == {"M1": "manager", "M2": "manager", "M3": "manager", "M4": "grid"}
    monthly = {code for code in owners if cycle_text(found.service[code].cycle) == "month"}
    assert monthly == {"M1", "M2"}
    everything = {"visit", "B9-2", *owners} | {f"B{n}" for n in range(2, 10)}
    everything |= {f"G{n}" for n in (1, 3, 4, 5, 6, 7, 8)} | {f"D{n}" for n in (1, *range(3, 11))}
    assert set(found.service) == everything


def test_the_visit_is_discharged_by_a_visit_and_asks_for_the_serving_grade() -> None:
    found = edition()
    visits = {tier: next(o for o in found.owed(tier) if o.code == "visit") for tier in found.tier}
    assert {tier: v.performer for tier, v in visits.items()} == {
        "diamond": "chief",
        "gold": "senior",
        "normal": "general",
    }
    assert {v.discharged_by for v in visits.values()} == {("visit",)}
    assert next(o for o in found.owed("diamond") if o.code == "D4").discharged_by == ("D4",)


def test_a_blank_target_stays_unset() -> None:
    targets = {code: kpi.target for code, kpi in edition().kpi.items()}
    assert targets["connection_restricted"] is None
    assert targets["new_payment_adoption"] == targets["archive_accuracy"] == 1.0
    assert targets["connection_in_time"] == targets["value_added_customised"] == 1.0


def test_a_criterion_may_name_the_grade_that_serves_it() -> None:
    text = THREE_FIXED.replace(
        '  { rule = "pv", pv = true },\n  { rule = "ev',
        '  { rule = "pv", pv = true, grade = "general" },\n  { rule = "ev',
    )
    found = edition(text)
    assert found.serving_grade("gold", "pv") == "general"
    assert found.serving_grade("gold", "sales-rank") == "senior"
    assert found.owed("gold", "pv")[0].performer == "general"


@pytest.mark.parametrize(
    ("has", "asked", "enough"),
    [
        ("chief", "senior", True),
        ("senior", "senior", True),
        ("general", "senior", False),
        (None, "senior", False),
        (None, "general", True),
        (None, None, True),
    ],
)
def test_grades_are_ordered(has: str | None, asked: str | None, enough: bool) -> None:
    assert edition().meets(has, asked) is enough


@pytest.mark.parametrize("word", ["gold", "金牌客户", "金牌"])
def test_a_tier_goes_by_code_and_name(word: str) -> None:
    assert edition().tier_code(word) == "gold"
    assert edition().tier_code("白金") is None


def test_an_unknown_profile_is_a_usage_problem() -> None:
    with pytest.raises(UsageProblem, match="three-fixed"):
        profile_text("four-fixed")


# --- editions --------------------------------------------------------------------------------------

NEXT = """
[[edition]]
since = 2027-01-01
[edition.tier.gold]
any = [{ rule = "sales-rank", sales_rank_top = 60 }]
[edition.duty]
performer = "enforce"
"""


def test_a_later_edition_changes_only_what_it_names() -> None:
    policy = parse_policy(THREE_FIXED + NEXT, "policy.toml")
    old, new = policy.edition_on(date(2026, 12, 31)), policy.edition_on(date(2027, 1, 1))
    assert len(old.tier["gold"].any) == 5
    assert [c.sales_rank_top for c in new.tier["gold"].any] == [60]
    assert (new.tier["gold"].name, new.tier["gold"].grade) == ("金牌客户", "senior")
    assert (old.duty.performer, new.duty.performer) == ("report", "enforce")
    assert new.duty.due_by == old.duty.due_by
    assert policy.where(new) == f"policy.toml:{THREE_FIXED.count(chr(10)) + 3}"


def test_before_the_first_edition_there_are_no_rules() -> None:
    policy = parse_policy(THREE_FIXED, "policy.toml")
    with pytest.raises(BadPolicy, match="2000-01-01"):
        policy.edition_on(date(1999, 12, 31))


@pytest.mark.parametrize("since", ["2000-01-01", "1999-12-31"])
def test_editions_follow_each_other_in_time(since: str) -> None:
    problem = refusal(THREE_FIXED + NEXT.replace("2027-01-01", since))
    assert problem.where == f"policy.toml:{THREE_FIXED.count(chr(10)) + 3}"
    assert "从早到晚" in problem.message


def test_the_digest_is_of_the_meaning() -> None:
    same = THREE_FIXED.replace('ties = "all-in"', '# 另一句说明\nties   =   "all-in"')
    without_default = THREE_FIXED.replace('ties = "all-in"\n', "")
    sets = THREE_FIXED.replace(
        'supply = ["dual-source", "multi-source"]', 'supply = ["multi-source", "dual-source"]'
    )
    other = THREE_FIXED.replace("sales_rank_top = 10", "sales_rank_top = 11")
    assert other != THREE_FIXED != sets
    digest = edition().digest
    assert edition(same).digest == edition(without_default).digest == digest
    assert edition(sets).digest == digest
    assert edition(other).digest != digest


def test_the_digest_is_the_same_in_every_process() -> None:
    code = (
        "from cmledger.policy.load import *;"
        "print(parse_policy(profile_text('three-fixed'), 'p').editions[0].digest)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == edition().digest


# --- mistakes --------------------------------------------------------------------------------------

MISTAKES = [
    ('ties = "all-in"', 'tie = "all-in"', "不认识的设置“tie”，是不是“ties”？"),
    ('ties = "all-in"', 'ties = "some"', '“ties”只能写下列之一："all-in"、"all-out"'),
    ("sales_rank_top = 10 ", 'sales_rank_top = "10" ', "“sales_rank_top”应写整数，不加引号"),
    ("sales_rank_top = 50 ", "sales_rank_top = 0 ", "“sales_rank_top”要大于 0"),
    ("pv = true }, ", "pv = 1 }, ", "“pv”应写 true（是）或 false（否），不加引号"),
    ('supply = ["dual-circuit"]', 'supply = ["dual"]', "“supply”只能写下列之一"),
    ('grade = "senior"', 'grade = "boss"', "“grade”只能写下列之一"),
    ('senior = "高级客户经理"\n', "", "没有名为“senior”的客户经理级别"),
    ("[tier.diamond]", "[tier.Diamond]", "“Diamond”代号只用小写英文字母"),
    ('name = "走访"\n', "", "缺少设置“name”"),
    ('tiers = ["gold"]\ncycle = "standing"', 'tiers = ["golden"]\ncycle = "standing"', "没有名为“golden”的等级"),
    ('discharged_by = ["visit"]', 'discharged_by = ["vist"]', "没有名为“vist”的服务项目"),
    ('cycle = "standing"', 'cycle = "never"', '"standing"、"on-event"、"on-request"'),
    ('per = "quarter", times = 1 }\nperformer', 'per = "decade" }\nperformer', '"month"、"quarter"、"half-year"、"year"'),
    ("[service.visit.instead.gold]", "[service.visit.instead.silver]", "等级“silver”不在本项目的 tiers 里"),
    ('{ rule = "pv", pv = true },\n  { rule = "ev-charging", ev_charging = true },\n]\n\n[tier.normal]',
     '{ rule = "dual-circuit", pv = true },\n]\n\n[tier.normal]', "“dual-circuit”在本等级里用了两次"),
    ('{ rule = "dual-circuit", supply = ["dual-circuit"] }', '{ rule = "dual-circuit" }', "后面的“normal”永远轮不到"),
    ('{ rule = "pv", pv = true },         ', '{ rule = "pv", sales_rank_top = 9 },', "范围（scope）里不能用售电量名次"),
    ("target = 1.0 ", "target = 100 ", "100% 写作 1.0"),
    ("target = 1.0 ", 'target = "1.0" ', "应写数字，不加引号"),
    ("high_voltage_above_kv = 1\n", "high_voltage_above_kv = 0.0001\n", "最多写三位小数"),
    ('in_force = "2023"', 'in_force = "2025"', "没有名为“2025”的时限版本"),
    ("meter-test = { working_days = 5 } ", "meter-test = { working_days = 5, days = 3 } ", "时限只能写一种单位"),
    ("since = 2000-01-01", 'since = "jan"', "“since”应写日期"),
    ('closed = "exclude"', "closed = exclude", "等号后面的值写得不对"),
    ("[scope]", "[scope", "表名的方括号没有配对"),
    ("[ranking]", "[ranking]\n并列算进来", "这一行看不懂"),
    ('ties = "all-in"', 'ties = "all-in', "引号没有配对"),
    ('ties = "all-in"', 'ties = "all-in"\nties = "all-out"', "同一个设置写了两次"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "said"), MISTAKES, ids=[said for *_, said in MISTAKES])
def test_a_mistake_is_told_in_chinese_with_its_line(good: str, bad: str, said: str) -> None:
    text = THREE_FIXED.replace(good, bad, 1)
    assert text != THREE_FIXED
    problem = refusal(text)
    assert said in problem.message
    assert problem.exit_code == 14
    assert problem.where is not None
    first_line = int(problem.where.removeprefix("policy.toml:"))
    same = zip(text.splitlines(), THREE_FIXED.splitlines(), strict=False)
    changed = next(n for n, (a, b) in enumerate(same, 1) if a != b)
    assert f"policy.toml:{first_line}：" in problem.message
    if "senior" not in said and "name" not in said:  # told where it is missed, not where it was
        assert abs(first_line - changed) <= bad.count("\n")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = THREE_FIXED.replace('ties = "all-in"', 'ties = "x"')
    text = text.replace('cycle = { per = "quarter"', 'cycle = { pr = "quarter"', 1)
    lines = refusal(text).message.splitlines()
    assert len(lines) == 3  # the unknown key, and the one that is missing for it
    assert ["ties" in lines[0], "pr" in "".join(lines[1:]), "per" in "".join(lines[1:])] == [
        True
    ] * 3


def test_a_mistake_in_a_later_edition_is_told_there() -> None:
    problem = refusal(THREE_FIXED + NEXT.replace("sales_rank_top = 60", "sales_rank_top = -1"))
    assert problem.where == f"policy.toml:{THREE_FIXED.count(chr(10)) + 5}"


def test_an_edition_without_its_day_is_refused() -> None:
    problem = refusal(THREE_FIXED + NEXT.replace("since = 2027-01-01\n", ""))
    assert "since" in problem.message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="没有找到规则文件"):
        load_policy(tmp_path / "policy.toml")
    (tmp_path / "gbk.toml").write_bytes("name = '规则'".encode("gb18030"))
    with pytest.raises(BadPolicy, match="UTF-8"):
        load_policy(tmp_path / "gbk.toml")
    (tmp_path / "bom.toml").write_bytes(
        b"\xef\xbb\xbf" + THREE_FIXED.replace("\n", "\r\n").encode()
    )
    assert load_policy(tmp_path / "bom.toml").editions[0].digest == edition().digest


# --- figures and shapes beyond all measure -------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("high_voltage_above_kv = 1", "high_voltage_above_kv = inf"),
        ("high_voltage_above_kv = 1", "high_voltage_above_kv = -inf"),
        ("high_voltage_above_kv = 1", "high_voltage_above_kv = nan"),
        ("high_voltage_above_kv = 1", "high_voltage_above_kv = 1e99999999"),
        ("high_voltage_above_kv = 1", "high_voltage_above_kv = 99999999999999999999"),
        ("high_voltage_above_kv = 1", "high_voltage_above_kv = " + "9" * 5000),
        ("sales_rank_top = 10", "sales_rank_top = 99999999999999999999"),
        ("target = 1.0", "target = inf"),
        ("target = 1.0", "target = nan"),
        ("target = 1.0", "target = 1e400"),
        ("target = 1.0", "target = " + "9" * 400),
        ("since = ", "since = 86400.0 # "),
        ("since = ", "since = 86400 # "),
        ("since = ", 'since = "86400" # '),
        ("since = ", "since = 2026-01-01T00:00:00 # "),
        ("since = ", "since = 1899-12-31 # "),
        ("since = ", "since = " + "[" * 3000 + "]" * 3000 + " # "),
        ("since = ", "since = " + "[" * 3000 + " # "),
        ("since = ", "since = " + "{a=" * 3000 + "1" + "}" * 3000 + " # "),
    ],
    ids=lambda text: text[:48],
)
def test_what_is_beyond_all_measure_is_a_mistake_with_its_line(old: str, new: str) -> None:
    assert old in THREE_FIXED
    text = THREE_FIXED.replace(old, new, 1)
    line = text[: text.index(new)].count("\n") + 1
    assert refusal(text).where == f"policy.toml:{line}"


def test_tables_within_tables_without_end_are_a_mistake() -> None:
    deep = ".".join(["a"] * 3000)
    text = f"{THREE_FIXED}\n[{deep}]\nb = 1\n[[edition]]\nsince = 2030-01-01\n[edition.{deep}]\nb = 2\n"
    assert refusal(text).where


@pytest.mark.parametrize("since", ["1949-01-01", '"2026-02-01"'])
def test_a_day_may_stand_in_quotes(since: str) -> None:
    text = THREE_FIXED.replace("since = 2", f"since = {since} # 2", 1)
    assert edition(text).since == date.fromisoformat(since.strip('"'))
