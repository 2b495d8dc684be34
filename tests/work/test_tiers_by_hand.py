"""set-tier and why as they are typed: the life of a tier set by hand, and the whole answer to why."""

import json
from pathlib import Path
from typing import Any

import pytest

from cmledger.cli.app import run

HEADER = "户号,户名,供电所,客户分类,电压等级,供电方式,可靠性要求,是否光伏,2025年用电量（kWh）\n"
ROWS = """\
3700000001,示例一厂,示例供电所,高压,10kV,双电源,一般,,5000
3700000002,示例二厂,示例供电所,高压,10kV,单电源,,,4000.5
3700000003,示例三厂,示例供电所,高压,10kV,单电源,,,4000.5
3700000004,示例四厂,示例供电所,高压,10kV,单电源,,是,100
3700000005,示例五厂,示例供电所,高压,10kV,单电源,,,
3700000006,示例六户,示例供电所,低压居民,220V,,,,9999
"""


class Desk:
    """A folder with a ledger, used as from a terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def __call__(self, *arguments: str, code: int = 0, day: str = "2026-11-22") -> Any:
        """The JSON of a command (of its error where `code` is not 0)."""
        given = [*arguments, "--ledger", str(self.folder / "cmledger.db"), "--json"]
        if day:
            given += ["--as-of", day]
        self.capsys.readouterr()
        assert run(given) == code
        said = self.capsys.readouterr()
        return json.loads(said.err if code else said.out)

    def text(self, *arguments: str) -> str:
        self.capsys.readouterr()
        assert (
            run([*arguments, "--ledger", str(self.folder / "cmledger.db"), "--as-of", "2026-11-22"])
            == 0
        )
        return self.capsys.readouterr().out

    def tier(self, account_no: str, day: str) -> tuple[str | None, str]:
        found = self("why", account_no, day=day)
        return found["tier"], found["rule"]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    policy = tmp_path / "policy.toml"
    assert (
        run(["init", "--ledger", str(tmp_path / "cmledger.db"), "--as-of", "2026-01-01", "-q"]) == 0
    )
    text = policy.read_text(encoding="utf-8")
    text = text.replace("sales_rank_top = 10", "sales_rank_top = 1")
    policy.write_text(text.replace("sales_rank_top = 50", "sales_rank_top = 2"), encoding="utf-8")
    (tmp_path / "客户台账.csv").write_text(HEADER + ROWS, encoding="utf-8-sig")
    desk = Desk(tmp_path, capsys)
    desk("import-excel", str(tmp_path / "客户台账.csv"))
    return desk


def test_the_rules_decide_first(desk: Desk) -> None:
    report = desk("assign-tiers")
    assert report["schema"] == "cmledger.assign-tiers/1"
    assert report["counts"] == {"diamond": 1, "gold": 3, "normal": 1, "out_of_scope": 1}
    because = {m["account_no"]: (m["to"], m["because"]) for m in report["moves"]}
    (rank,) = because["3700000001"][1]
    assert (rank["rule"], rank["value"], rank["threshold"], rank["kwh"]) == (
        "sales-rank",
        1,
        1,
        5000,
    )
    assert "5,000 kWh" in rank["text"]
    assert because["3700000002"][1][0]["value"] == because["3700000003"][1][0]["value"] == 2
    assert because["3700000004"][0] == "gold"
    assert because["3700000005"][1][0]["rule"] == "others"
    assert "3700000006" not in because
    assert report["no_kwh"] == 1


def test_a_tier_by_hand_survives_the_next_round_and_expires_by_itself(desk: Desk) -> None:
    desk("assign-tiers", day="2026-11-01")
    done = desk(
        "set-tier",
        "3700000005",
        "diamond",
        "--reason",
        "重点项目",
        "--until",
        "2026-11-30",
        day="2026-11-10",
    )
    assert (done["from"], done["to"], done["rule_tier"]) == ("normal", "diamond", "normal")
    assert desk("assign-tiers", day="2026-11-20")["operation"] is None
    assert desk.tier("3700000005", "2026-11-09") == ("normal", "others")
    assert desk.tier("3700000005", "2026-11-10") == ("diamond", "override")
    assert desk.tier("3700000005", "2026-11-30") == ("diamond", "override")
    assert desk.tier("3700000005", "2026-12-01") == ("normal", "others")  # nothing had to run
    assert desk("assign-tiers", day="2026-12-05")["operation"] is None
    told = desk("why", "3700000005", day="2026-11-15")
    assert told["override"] == {
        "tier": "diamond",
        "reason": "重点项目",
        "since": "2026-11-10",
        "until": "2026-11-30",
    }
    assert told["rules_say"]["tier"] == "normal"
    assert told["assign_needed"] is False
    assert "2026-11-30" in told["reasons"][0]["text"]


def test_what_the_rules_say_changes_behind_a_tier_by_hand(desk: Desk) -> None:
    desk("assign-tiers", day="2026-11-01")
    desk(
        "set-tier",
        "3700000005",
        "diamond",
        "--reason",
        "重点",
        "--until",
        "2026-11-30",
        day="2026-11-10",
    )
    changed = desk.folder / "补充.csv"
    changed.write_text("户号,户名,是否光伏\n3700000005,示例五厂,是\n", encoding="utf-8")
    desk("import-excel", str(changed), day="2026-11-12")
    report = desk("assign-tiers", day="2026-11-15")
    assert (report["moved"], report["operation"] is not None) == (0, True)
    assert desk.tier("3700000005", "2026-11-20")[0] == "diamond"
    assert desk.tier("3700000005", "2026-12-01") == ("gold", "pv")


def test_lifting_brings_the_rules_back(desk: Desk) -> None:
    desk("assign-tiers", day="2026-11-01")
    desk("set-tier", "3700000005", "金牌", "--reason", "招商", day="2026-11-10")
    assert desk.tier("3700000005", "2030-01-01")[0] == "gold"
    again = desk("set-tier", "3700000005", "gold", "--reason", "招商", day="2026-11-12")
    assert again["operation"] is None
    lifted = desk("set-tier", "3700000005", "auto", day="2026-11-14")
    assert (lifted["from"], lifted["to"], lifted["lifted"]) == ("gold", "normal", True)
    assert desk("set-tier", "3700000005", "--lift", day="2026-11-14")["operation"] is None
    days = {
        day: desk.tier("3700000005", day)[0] for day in ("2026-11-09", "2026-11-13", "2026-11-14")
    }
    assert days == {"2026-11-09": "normal", "2026-11-13": "gold", "2026-11-14": "normal"}
    assert desk("assign-tiers", day="2026-11-20")["operation"] is None


def test_a_new_decision_by_hand_replaces_the_old_one(desk: Desk) -> None:
    desk("assign-tiers", day="2026-11-01")
    desk("set-tier", "3700000005", "diamond", "--reason", "甲", day="2026-11-10")
    desk(
        "set-tier",
        "3700000005",
        "gold",
        "--reason",
        "乙",
        "--until",
        "2026-11-30",
        day="2026-11-15",
    )
    days = ("2026-11-14", "2026-11-15", "2026-12-01")
    assert [desk.tier("3700000005", d)[0] for d in days] == ["diamond", "gold", "normal"]


def test_a_tier_by_hand_for_someone_out_of_scope_and_for_the_closed(desk: Desk) -> None:
    desk("assign-tiers", day="2026-11-01")
    done = desk("set-tier", "3700000006", "gold", "--reason", "敬老院", day="2026-11-10")
    assert (done["from"], done["to"], done["rule_tier"]) == (None, "gold", None)
    assert desk("assign-tiers", day="2026-11-11")["counts"]["gold"] == 4
    closed = desk.folder / "销户.csv"
    closed.write_text("户号,户名,用户状态\n3700000006,示例六户,销户\n", encoding="utf-8")
    desk("import-excel", str(closed), day="2026-11-12")
    report = desk("assign-tiers", day="2026-11-13")
    assert [(m["from"], m["to"]) for m in report["moves"]] == [("gold", None)]
    assert (
        desk("set-tier", "3700000006", "gold", "--reason", "x", "-n", day="2026-11-13")["to"]
        is None
    )


def test_undo_takes_it_back_and_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk("assign-tiers")
    dry = desk("set-tier", "3700000005", "gold", "--reason", "试", "-n")
    assert (dry["operation"], dry["to"]) == (None, "gold")
    assert desk.tier("3700000005", "2026-11-22") == ("normal", "others")
    desk("set-tier", "3700000005", "gold", "--reason", "真")
    desk("undo", day="")
    assert desk.tier("3700000005", "2026-11-22") == ("normal", "others")
    assert desk("assign-tiers")["operation"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("set-tier", "3700000099", "gold", "--reason", "x"), 18, "3700000099"),
        (("set-tier", "3700000005", "白金", "--reason", "x"), 2, "白金"),
        (("set-tier", "3700000005", "gold"), 2, "理由"),
        (("set-tier", "3700000005", "gold", "--reason", " "), 2, "理由"),
        (("set-tier", "3700000005"), 2, "--lift"),
        (
            ("set-tier", "3700000005", "gold", "--reason", "x", "--until", "2026-11-21"),
            2,
            "2026-11-21",
        ),
        (("why", "3700000099"), 18, "3700000099"),
    ],
)
def test_refusals(desk: Desk, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert said in desk(*arguments, code=code)["message"]


def test_a_day_before_the_latest_round_is_for_dry_runs_only(desk: Desk) -> None:
    desk("assign-tiers", day="2026-11-22")
    problem = desk("assign-tiers", code=2, day="2026-11-21")
    assert "2026-11-22" in problem["message"]
    assert "-n" in problem["hint"]
    assert desk("assign-tiers", "-n", day="2026-11-21")["moved"] == 0
    desk("set-tier", "3700000005", "gold", "--reason", "x", code=2, day="2026-11-21")


def test_why_tells_figures_margins_and_cells(desk: Desk) -> None:
    desk("assign-tiers")
    told = desk("why", "1233700000002")  # the 13-digit form of the same number
    assert (told["account_no"], told["tier"], told["tier_name"]) == (
        "3700000002",
        "gold",
        "金牌客户",
    )
    assert told["energy"] == {"year": 2025, "kwh": 4000.5, "basis": "annual", "rank": 2}
    assert told["margins"] == [
        {"tier": "diamond", "threshold": 1, "kwh_needed": 5000, "kwh_margin": -999.5},
        {"tier": "gold", "threshold": 2, "kwh_needed": 4000.5, "kwh_margin": 0},
    ]
    up = {step["rule"]: step for step in told["next_tier"]}
    assert set(up) == {"sales-rank", "dual-source", "social-impact"}
    assert (up["sales-rank"]["kwh_needed"], up["sales-rank"]["kwh_short"]) == (5000, 999.5)
    cells = {s["field"]: s["source"] for s in told["sources"]}
    assert cells["consumption.kwh:2025-0"]["cell"] == "I3"
    assert cells["customer.supply"]["cell"] == "F3"
    assert cells["customer.supply"]["file"].endswith("客户台账.csv")
    assert told["edition"]["since"] == "2000-01-01"


def test_why_before_any_round_says_what_the_rules_would(desk: Desk) -> None:
    told = desk("why", "3700000004")
    assert (told["tier"], told["rules_say"]["tier"], told["assign_needed"]) == (None, "gold", True)
    assert (told["rule"], told["reasons"]) == (None, [])
    assert told["rules_say"]["reasons"]
    said = desk.text("why", "3700000001")
    assert "尚未分级；按规则应为 钻石客户" in said
    assert "（据此定级）" in said
    assert "没有等级" not in said
    assert said.count("assign-tiers") == 1
    outside = desk("why", "3700000006")
    assert (outside["rule"], outside["assign_needed"]) == ("not-in-scope", False)
    assert "没有等级" in desk.text("why", "3700000006")


def test_people_read_chinese(desk: Desk) -> None:
    first = desk.text("assign-tiers")
    assert "第 2 号操作" in first
    assert "钻石客户 1" in first
    assert "示例一厂" in first
    told = desk.text("why", "3700000003")
    for words in ("示例三厂", "金牌客户", "本所第 2 名", "还差 999.5 kWh", "客户台账.csv"):
        assert words in told
    done = desk.text("set-tier", "3700000003", "钻石", "--reason", "示范", "--until", "2026-12-31")
    assert "由 金牌客户 改为 钻石客户" in done
    assert "没有变动" in desk.text("assign-tiers")
    assert "人工指定至 2026-12-31：示范" in desk.text("why", "3700000003")


@pytest.mark.parametrize("command", [("due-visits",), ("kpi-report",), ("assign-tiers",)])
def test_an_edition_that_was_used_and_then_edited_is_refused_everywhere(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk("assign-tiers")
    rules = desk.folder / "policy.toml"
    rules.write_text(
        rules.read_text("utf-8").replace("sales_rank_top = 2", "sales_rank_top = 3"), "utf-8"
    )
    desk(*command, code=14)
