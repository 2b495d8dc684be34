"""plan-visits as typed: what is on the screen at 80 columns, JSON, the workbook, exit codes."""

import json
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import caller_on

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.policy.load import profile_text

DAY = ("--as-of", "2026-11-22")


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty gold customers of one manager, and one of nobody; a visit a day is the most."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    rules = profile_text("three-fixed") + "\n[plan]\nper_day = 1\n"
    Path("policy.toml").write_text(rules, encoding="utf-8")
    ledger = create_ledger("cmledger.db", caller_on("2026-11-05"))
    with ledger.operation(caller_on("2026-11-22"), "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        (line,) = op.insert("line", ("office_id", "name"), [(home, "10kV示例东线")])
        (manager,) = op.insert(
            "manager", ("office_id", "person_key", "name", "grade"), [(home, "示例甲", "示例甲", "senior")]
        )  # fmt: skip
        customers = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "line_id", "opened_on"),
            [
                (f"37000000{i:02}", f"37037000000{i:02}", f"示例机械制造有限公司{i}", home, line, "2015-01-01")
                for i in range(1, 32)
            ],
        )  # fmt: skip
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        tier = {**span, "tier": "gold", "rule": "rest", "reasons": "[]"}
        op.replace_spans("customer_tier", {c: [tier] for c in customers})
        op.replace_spans(
            "customer_manager", {c: [{**span, "manager_id": manager}] for c in customers[:30]}
        )


def typed(*words: str) -> int:
    return run(["plan-visits", *words, *DAY])


def width(line: str) -> int:
    return sum(1 + (ord(c) > 0x2E7F) for c in line)


def test_the_plan_on_an_80_column_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("--month", "2026-12", "--services", "visit") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "2026-12 走访计划（2026-12-01 起，23 个工作日）",
        "排定 23 户次、23 项；排不下 8 项。",
        "每位客户经理每天最多 1 户。",
    ]
    assert max(map(width, lines)) <= 80
    assert any("期限内没有客户经理" in line for line in lines)
    assert lines[-1].startswith("第 2 号操作：新排 31，")
    assert typed("--month", "2026-12", "--services", "visit") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "计划没有变化，没有写入台账。"


def test_the_plan_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("--month", "2026-12", "--services", "visit", "--json", "-n") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "cmledger.plan-visits/1"
    assert (told["operation"], told["dry_run"]) == (None, True)
    assert told["counts"] == {
        "visits": 23, "planned": 23, "unplanned": 8, "fixed": 0, "later": 0, "elsewhere": 0,
    }  # fmt: skip
    (item,) = told["visits"][0]["items"]
    assert (item["service"], item["period"], item["due_by"]) == ("visit", "2026-12", "2026-12-31")
    assert {one["reason"] for one in told["unplanned"]} == {"full", "no-manager"}


def test_the_workbook_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Its hidden columns are nobody's business, and nothing changes."""
    assert typed("--month", "2026-12", "--excel", "plan.xlsx", "-q") == 0
    book = openpyxl.load_workbook("plan.xlsx")
    assert book.sheetnames == ["总览", "计划", "排不下"]
    assert book["计划"].page_setup.orientation == "landscape"
    capsys.readouterr()
    assert run(["import-excel", "plan.xlsx", *DAY, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["operation"] is None
    kinds = {sheet["name"]: sheet["kind"] for sheet in told["files"][0]["sheets"]}
    assert kinds == {"总览": None, "计划": "planned-visits", "排不下": "planned-visits"}
    codes = {f["code"] for sheet in told["files"][0]["sheets"] for f in sheet["findings"]}
    assert "hidden-columns" not in codes


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--month", "2026-13"), 2, "不是月份"),
        (("--month", "2026-10"), 2, "已经过完"),
        (("--month", "2026-12", "--services", "B9x"), 2, "没有叫"),
        (("--month", "2026-12", "--manager", "无此人"), 18, "无此人"),
        ((), 2, "--month"),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence each, and nothing is written."""
    assert typed(*words) == code
    assert told in capsys.readouterr().err
