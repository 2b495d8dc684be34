"""policy check and policy show as typed, and the profiles each on the shipped samples."""

import json
from pathlib import Path
from typing import Any

import pytest

from cmledger.cli.app import run
from cmledger.packaged import packaged
from cmledger.policy.extend import profile_version
from cmledger.policy.load import PROFILES

SAMPLES = packaged("samples")
OFFICE = json.loads((SAMPLES / "office.expected.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


def answer(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*words, "--json"]) == code
    told = capsys.readouterr()
    found: dict[str, Any] = json.loads(told.out if code in (0, 3, 12) else told.err)
    return found


def write(text: str, name: str = "policy.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_new_office_has_rules_whose_cases_pass(
    profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(capsys, "init", "--profile", profile)
    assert made["policy"]["cases"] == "policy-cases.toml"
    checked = answer(capsys, "policy", "check")
    assert checked["ok"] is True
    assert checked["with_ledger"] is True
    assert checked["counts"]["failed"] == 0 < checked["counts"]["cases"]
    shown = answer(capsys, "policy", "show", "--day", "2026-11-22")
    assert (shown["base"], shown["differs"]) == (f"{profile}@2", [])
    assert run(["policy", "show"]) == 0
    assert f"与样板 {profile}@2 的规则完全相同" in capsys.readouterr().out


def test_show_tells_what_a_table_of_tiers_cannot_hold(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        'extend = "three-fixed"\n[service.B4.by_importance]\nspecial = { every_months = 3 }\n'
        '[service.M4]\ncycle = { per = "quarter" }\n'
    )
    shown = answer(capsys, "policy", "show", "--day", "2026-11-22")
    services = {one["code"]: one for one in shown["services"]}
    assert services["B4"]["by_importance"] == {"special": {"every_months": 3}}
    assert (services["B4"]["inspection"], services["B4"]["visit"]) == (True, True)
    assert (services["G7"]["inspection"], services["G7"]["visit"]) == (False, False)
    assert (services["M4"]["owner"], services["M4"]["tiers"]) == ("grid", [])
    assert services["M4"]["cycle"] == {"per": "quarter", "times": 1}
    assert [one["code"] for one in shown["seasons"]] == ["summer", "winter"]
    assert run(["policy", "show"]) == 0
    said = capsys.readouterr().out
    assert "特级重要客户每3个月" in said
    assert "迎峰度夏：每年 5月1日 到 6月30日" in said
    assert "M4 用电宣传（发放资料、解答问题）：每个网格，每季1次" in said
    assert "B4：台账里填了检查周期（月）的客户" in said


def test_show_tells_how_work_is_given_out_and_laid_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(
        'extend = "three-fixed"\n[plan]\nper_day = 8\n[duty]\ncustomers_per_manager = 90\n'
        '[assignment]\ngrade = "exact"\n[outage]\ntemporary = []\n'
        "[manager_level.senior]\ntraining_hours = 24\ntraining_months = 12\n"
    )
    shown = answer(capsys, "policy", "show", "--day", "2026-11-22")
    assert shown["assignment"]["territory"] == ["transformer_area", "grid", "line"]
    assert (shown["plan"]["per_day"], shown["plan"]["group_by"]) == (8, "line")
    assert shown["outage"]["temporary"] == []
    assert shown["outage"]["agree_service"] in {one["code"] for one in shown["services"]}
    assert "high-voltage" in shown["forms"]["by_class"]
    levels = {one["code"]: one for one in shown["manager_levels"]}
    assert levels["senior"]["training_hours"] == 24
    assert run(["policy", "show"]) == 0
    said = capsys.readouterr().out
    assert "先看台区，再看网格，再看线路" in said
    assert "级别正好的才能服务" in said
    assert "没写的按 90 户" in said
    assert (
        "高级：大专及以上，从事电力工作 1 年以上，无不良记录，身体健康，近 12 个月培训 24 学时以上"
        in ("".join(line.strip() for line in said.splitlines()))
    )
    assert "每人每天最多 8 户，每趟 8 户；同线路的一起走" in said
    assert "临时停电逐户通知：没有" in said


def test_a_copy_of_an_older_profile_is_held_against_its_own_version(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(profile_version("three-fixed@1")[1])
    shown = answer(capsys, "policy", "show", "--day", "2026-11-22")
    assert (shown["base"], shown["newest"]) == ("three-fixed@1", "three-fixed@2")
    assert shown["differs"] == []
    assert run(["policy", "show"]) == 0
    assert "样板已有新的一版 three-fixed@2" in capsys.readouterr().out


def test_no_ledger_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    write('extend = "three-fixed"\n')
    checked = answer(capsys, "policy", "check")
    assert (checked["with_ledger"], checked["cases_path"]) == (False, None)
    assert checked["editions"][0]["extends"] == "three-fixed@2"
    assert list(Path().iterdir()) == [Path("policy.toml")]


def test_a_case_the_rules_do_not_bear_out_is_told_with_what_came_instead(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write('extend = "three-fixed"\n')
    write(
        '[[case]]\nname = "对的"\nfacts = { customer_class = "high-voltage" }\ntier = "普通"\n'
        '[[case]]\nname = "错的"\nfacts = { customer_class = "high-voltage", pv = true }\n'
        'tier = "diamond"\nrule = "pv"\ngrade = "chief"\ndues = { visit = "month", B4 = "year", D9 = "year", '
        'B5 = "events-suspension,reduction;within=7", B9-2 = "events-complaint;working=5", '
        'G4 = "events-planned-outage;within=0", '
        'G7 = "dates-birthday,founding,spring-festival,mid-autumn,national-day;lead=3" }\n',
        "policy-cases.toml",
    )
    told = answer(capsys, "policy", "check", code=12)
    assert told["ok"] is False
    assert told["counts"] == {"cases": 2, "failed": 1}
    (bad,) = [case for case in told["cases"] if not case["ok"]]
    assert (bad["name"], bad["line"]) == ("错的", 5)
    year = {"per": "year", "times": 1}
    assert bad["differences"] == [
        {"what": "tier", "expected": "diamond", "got": "gold"},
        {"what": "grade", "expected": "chief", "got": "senior"},
        {"what": "due", "service": "D9", "expected": year, "got": None},
        {"what": "due", "service": "B8", "expected": None, "got": year},
        {"what": "due", "service": "B9", "expected": None, "got": {"once_within_days": 30}},
        {"what": "due", "service": "G6", "expected": None, "got": year},
    ]
    assert run(["policy", "check"]) == 12
    said = capsys.readouterr().out
    assert "2 个例子，1 个对不上" in said
    assert "等级：应是 钻石客户，实际 金牌客户" in said
    assert "D9 现场服务：涉网设备巡检：应是 每年1次，实际 无" in said


def test_a_bad_policy_and_a_bad_case_are_14_with_line_and_path(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write('extend = "three-fixed"\n[duty]\nperformer = "x"\ndue_by = 3\n')
    told = answer(capsys, "policy", "check", code=14)
    assert told["where"] == "policy.toml:3"
    assert "policy.toml:4：" in told["message"]
    write('extend = "three-fixed"\n')
    write('[[case]]\nname = "x"\n', "policy-cases.toml")
    assert answer(capsys, "policy", "check", code=14)["where"] == "policy-cases.toml:1"
    assert run(["policy", "show"]) == 0  # daily work does not read the cases


def test_check_tells_of_a_used_edition_that_was_edited(capsys: pytest.CaptureFixture[str]) -> None:
    write('extend = "three-fixed"\n')
    assert run(["init", "-q", "--as-of", "2026-09-01"]) == 0
    Path("c.csv").write_text("户号,户名,供电所,电压等级\n3700000001,示例一厂,示例所,10kV\n")
    assert run(["import-excel", "c.csv", "-q", "--as-of", "2026-11-22"]) == 0
    assert run(["assign-tiers", "-q", "--as-of", "2026-11-22"]) == 0
    assert run(["policy", "check", "-q"]) == 0
    write('# 说明不算\nextend = "three-fixed@2"\n[ranking]\nties = "all-in"\n')
    assert run(["policy", "check", "-q"]) == 0
    write('extend = "three-fixed"\n[ranking]\nties = "all-out"\n')
    told = answer(capsys, "policy", "check", code=14)
    assert "已经用过" in told["message"]
    assert "样板@版本" in told["hint"]
    assert run(["assign-tiers", "-q", "--as-of", "2026-11-22"]) == 14
    write('extend = "three-fixed"\n[ranking]\nties = "all-out"\n', "draft.toml")
    assert run(["policy", "check", "--policy", "draft.toml", "-q"]) == 0  # a draft is not in use


def test_show_tells_the_edition_of_the_day_and_what_differs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(
        'extend = "three-fixed"\n[tier.gold]\nany = [{ rule = "sales-rank", sales_rank_top = 60 }]\n'
        '[service.B4]\ncycle = "on-date"\n[scope]\nhigh_voltage_above_kv = 10\n'
        "[[edition]]\nsince = 2027-01-01\n[edition.hysteresis]\ndemote = 0.1\n"
    )
    shown = answer(capsys, "policy", "show", "--day", "2026-12-31")
    assert (shown["since"], shown["until"]) == ("2000-01-01", "2026-12-31")
    assert shown["editions"] == ["2000-01-01", "2027-01-01"]
    differs = {one["path"]: (one["base"], one["own"]) for one in shown["differs"]}
    assert differs == {
        "scope.high_voltage_above_kv": ("1", "10"),
        "tier.gold.any.sales-rank": ("年售电量进入本所前 50 名", "年售电量进入本所前 60 名"),
        "tier.gold.any.dual-circuit": ("供电方式：双回路", None),
        "tier.gold.any.reliability-need": ("可靠性要求：高或较高", None),
        "tier.gold.any.pv": ("有光伏", None),
        "tier.gold.any.ev-charging": ("有充电桩", None),
        "service.B4.cycle.per": ("year", None),
        "service.B4.cycle.times": ("1", None),
        "service.B4.cycle": (None, "on-date"),
    }
    (b4,) = [one for one in shown["services"] if one["code"] == "B4"]
    assert {one["due_by_itself"] for one in b4["tiers"]} == {False}
    (visit,) = [one for one in shown["services"] if one["code"] == "visit"]
    assert [(t["tier"], t["cycle"], t["performer"]) for t in visit["tiers"]] == [
        ("diamond", {"per": "month", "times": 1}, "chief"),
        ("gold", {"per": "month", "times": 1}, "senior"),
        ("normal", {"per": "quarter", "times": 1}, "general"),
    ]
    assert run(["policy", "show", "--day", "2027-06-01"]) == 0
    said = capsys.readouterr().out
    assert "自 2027-01-01 起" in said
    assert "已在该等级的门槛放宽 0.1" in said
    assert "不会自动到期" in said
    assert "样板 年售电量进入本所前 50 名，本所 年售电量进入本所前 60 名" in said
    assert run(["policy", "show", "--day", "1999-01-01"]) == 14


@pytest.mark.parametrize("words", [["policy", "list"], ["policy", "check", "--day", "2026-01-01"], ["policy"]])  # fmt: skip
def test_what_cannot_be_asked_is_refused(words: list[str]) -> None:
    write('extend = "three-fixed"\n')
    assert run(words) == 2


# --- each profile on the samples --------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_does_the_whole_job_on_the_samples(
    profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    day = ["--as-of", OFFICE["as_of"]]
    assert run(["init", "-q", "--profile", profile, "--as-of", OFFICE["init_as_of"]]) == 0
    files = [str(SAMPLES / name) for name in OFFICE["import_order"]]
    Path("rejects").mkdir()
    assert run(["import-excel", *files, "--rejects", "rejects", "-q", *day]) == 3
    tiers = answer(capsys, "assign-tiers", *day)["counts"]
    assert sum(tiers.values()) == OFFICE["customers"]
    if profile == "three-fixed":
        assert tiers == OFFICE["tiers"]
    else:  # everybody is in a tier, but who is closed
        assert tiers["out_of_scope"] < OFFICE["customers"] / 10
        assert all(n for tier, n in tiers.items() if tier in ("member", "business", "district", "village"))  # fmt: skip
    due = answer(capsys, "due-visits", *day)
    owing = {row["account_no"] for row in due["due"]}
    assert 0 < len(owing) == sum(due["counts"].values())
    everything = answer(capsys, "due-visits", "--services", "all", *day)
    cyclic = {row["service"] for row in everything["due"]}
    expected = {
        "three-fixed": {
            "visit", "B4", "B5", "B8", "B9", "B9-2", "G4", "G6", "G7", "D4", "D5", "D6", "D7", "D9", "M1", "M2",
            "D10", "G8",  # of customers' own plans
        },
        "three-plus-three": {"visit"},
        "community-grid": {"visit", "C1"},
    }  # fmt: skip
    assert cyclic <= expected[profile]
    kpis = answer(capsys, "kpi-report", "--quarter", "2026Q3", *day)["kpis"]
    by_code = {kpi["code"]: kpi for kpi in kpis}
    assert by_code["visit_completion"]["denominator"] > 0
    assert {f"customers_{tier}" for tier in tiers if tier != "out_of_scope"} <= set(by_code)
