"""due-visits and record-visit as typed: what is on the screen at 80 columns, JSON, exit codes."""

import json
from pathlib import Path

import pytest
from tests.conftest import caller_on

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.policy.load import profile_text


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two gold customers, counted since 2026-10-01; one was visited in October."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("policy.toml").write_text(profile_text("three-fixed"), encoding="utf-8")
    ledger = create_ledger("cmledger.db", caller_on("2026-10-05"))
    with ledger.operation(caller_on("2026-11-22"), "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        (line,) = op.insert("line", ("office_id", "name"), [(home, "10kV示例东线")])
        (manager,) = op.insert(
            "manager", ("office_id", "person_key", "name", "grade"), [(home, "示例甲", "示例甲", "general")]
        )  # fmt: skip
        customers = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "line_id", "opened_on"),
            [
                (f"370000000{i}", f"370370000000{i}", f"示例机械制造有限公司{i}", home, line, "2015-01-01")
                for i in (1, 2)
            ],
        )  # fmt: skip
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        tier = {**span, "tier": "gold", "rule": "rest", "reasons": "[]"}
        op.replace_spans("customer_tier", {c: [tier] for c in customers})
        op.replace_spans("customer_manager", {customers[0]: [{**span, "manager_id": manager}]})
        op.insert(
            "visit", ("customer_id", "visited_on", "manager_key", "sequence"), [(customers[1], "2026-10-09", 0, 1)]
        )  # fmt: skip


def typed(line: str) -> int:
    return run([*line.split(), "--as-of", "2026-11-22"])


def width(line: str) -> int:
    return sum(1 + (ord(c) > 0x2E7F) for c in line)


def test_the_list_on_an_80_column_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("due-visits") == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[:2] == ["2026-11-22 走访到期清单", "已逾期 1 户次，待完成 1 户次"]
    assert max(map(width, lines)) <= 80
    assert "已逾期" in lines[2]
    row = next(line for line in lines if "3703700000001" in line)
    assert row.split()[2:] == ["金牌", "示例甲*", *row.split()[4:-2], "10-30", "1"]
    assert "客户经理级别低于要求：1 户次（标 *）。" in told.out
    assert lines.index(row) < next(n for n, line in enumerate(lines) if "3703700000002" in line)
    assert told.err == ""


def test_json_counts_and_filters(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("due-visits --status due --json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [row["account_no"] for row in shown["due"]] == ["3703700000002"]
    assert typed("due-visits --manager 示例甲 --until 2026-12-31 --json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["counts"] == {"overdue": 1, "due": 0, "upcoming": 0}


def test_quiet_says_it_with_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("due-visits -q --fail-on overdue") == 4
    assert typed("due-visits -q --fail-on upcoming") == 0
    assert capsys.readouterr() == ("", "")


def test_several_items_have_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("due-visits --services visit --services B4 --manager 示例甲") == 0
    out = capsys.readouterr().out
    assert "服务到期清单" in out
    assert "项目" in out


def test_a_year_nobody_has_published_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["due-visits", "--as-of", "2027-01-04"]) == 0
    assert "2027 年的放假安排还没有公布" in capsys.readouterr().out


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("due-visits --tier diamond") == 0
    assert "没有要做的" in capsys.readouterr().out


def test_the_workbook_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("due-visits --excel 走访.xlsx") == 0
    assert "已写入 走访.xlsx" in capsys.readouterr().out
    assert Path("走访.xlsx").is_file()


def test_a_visit_recorded_is_told_with_what_it_cleared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed("record-visit 3700000001 --date 2026-10-20 --manager 示例甲") == 0
    assert capsys.readouterr().out.splitlines() == [
        "已登记：3703700000001 示例机械制造有限公司1，2026-10-20 走访。",
        "走访（2026-10）：算完成，但走访人的级别低于要求的高级客户经理。",
        "仍要做：走访（2026-11），期限 2026-11-30，待完成。",
        "第 2 号操作；cmledger undo 2 可撤销。",
    ]
    assert typed("record-visit 3700000001 --date 2026-10-20 --manager 示例甲 --json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "unchanged"
    assert typed("record-visit 3700000001 --date 2026-10-20 --manager 示例甲") == 0
    assert capsys.readouterr().out.splitlines()[0] == "这次走访已经登记过，没有重复登记。"


def test_a_visit_tried_and_a_visitor_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("record-visit 3703700000001 -n") == 0
    out = capsys.readouterr().out
    assert "算完成，但没写是谁去的" in out
    assert "只是试算，没有写入台账。" in out


def test_refusals_name_what_comes_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("record-visit 3700000001 --manager 示例") == 18
    assert "是不是：示例甲" in capsys.readouterr().err
    assert typed("due-visits --line 东线 --json") == 18
    problem = json.loads(capsys.readouterr().err)
    assert problem["code"] == "not-found"
    assert "10kV示例东线" in problem["hint"]
    assert typed("due-visits --until 2026-11-01") == 2
