"""kpi-report as it is typed: what it says, how it exits, what it writes."""

import json
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import pytest
from openpyxl import load_workbook
from tests.work.kpi_office import OFFICE, make_office

from cmledger.cli.app import run
from cmledger.policy.load import profile_text

OCTOBER = ["kpi-report", "--month", "2026-10", "--as-of", "2026-11-22"]


@pytest.fixture(autouse=True)
def _an_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    make_office("cmledger.db")
    Path("policy.toml").write_text(profile_text("three-fixed"), encoding="utf-8")


def _json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_person_reads_figures_and_groups_on_80_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(OCTOBER) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert said.err == ""
    assert lines[0] == "指标报表 2026-10（2026-10-01 至 2026-10-31）"
    assert "本期尚未结束" not in said.out
    row = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    assert row["走访完成率"] == ["66.7%", "2/3", "≥100%", "未达标"]
    assert row["走访完成率（普通客户）"] == ["—", "0/0", "≥100%"]
    assert row["逾期未走访"] == ["2", "2/5", "≤0", "未达标"]
    assert row["人均管户数"] == ["2.0", "4/2"]
    assert row["示例乙"] == ["3", "1/2", "50.0%", "1", "3", "66.7%"]
    assert row["（未分配）"] == ["1", "—", "—", "1", "—", "—"]
    assert "新型缴费方式推广应用率：另有 1 户缴费方式未知。" in lines
    for line in lines:
        if "暂不能算" not in line:  # a sentence; the terminal wraps it
            assert sum(1 + (east_asian_width(c) in "WF") for c in line) <= 80, line


def test_a_month_under_way_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kpi-report", "--as-of", "2026-11-22"]) == 0
    said = capsys.readouterr().out
    assert "本期尚未结束：数字截至 2026-11-22" in said
    assert "走访进度" in said  # in place of a completion that nobody can have yet
    row = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert row["走访完成率"] == ["—", "0/0", "≥100%"]
    assert row["示例乙"] == ["3", "0/3", "0.0%", "1", "3", "66.7%"]


def test_scripts_read_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json([*OCTOBER, "--by", "line"], capsys)
    assert found["schema"] == "cmledger.kpi-report/1"
    assert found["period"]["from"] == "2026-10-01"
    assert found["period"]["to"] == "2026-10-31"
    assert found["period"]["closed"] is True
    kpis = {kpi["code"]: kpi for kpi in found["kpis"]}
    assert kpis["new_payment_adoption"] == {
        "code": "new_payment_adoption",
        "name": "新型缴费方式推广应用率",
        "unit": "rate",
        "numerator": 4,
        "denominator": 5,
        "value": 0.8,
        "target": 1.0,
        "direction": "at_least",
        "met": False,
        "by": [
            {"key": "一线", "numerator": 2, "denominator": 3, "value": 2 / 3},
            {"key": "二线", "numerator": 2, "denominator": 2, "value": 1.0},
            {"key": None, "numerator": 0, "denominator": 0, "value": None},
        ],
        "unknown": 1,
    }
    for kpi in found["kpis"]:
        for figure in (kpi, *kpi["by"]):
            above, below = figure["numerator"], figure["denominator"]
            assert figure["value"] == (above / below if below else None)


def test_rows_are_listed_as_text_json_and_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    rows = [*OCTOBER, "--rows", "visit_completion"]
    assert run(rows) == 0
    said = capsys.readouterr().out
    assert "3700000002" in said
    assert "期内没有走访" in said
    found = _json([*rows, "--excel", "rows.xlsx"], capsys)
    assert [row["account_no"] for row in found["rows"] if not row["in_numerator"]] == ["3700000002"]
    assert found["kpis"][0]["denominator"] == len(found["rows"]) == 3
    assert found["excel"] == "rows.xlsx"
    (sheet,) = [s for s in load_workbook(tmp_path / "rows.xlsx") if s.sheet_state == "visible"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(i for i, row in enumerate(cells) if row[0] == "户号")
    assert [row[0] for row in cells[header + 1 :]] == ["3700000002", "3700000001", "3700000005"]
    assert cells[header + 1][6:] == ["分母", "期内没有走访"]


def test_the_workbook_is_written_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*OCTOBER, "--excel", "kpi.xlsx"]) == 0
    assert "kpi.xlsx" in capsys.readouterr().out
    book = load_workbook(tmp_path / "kpi.xlsx")
    assert any(sheet._charts for sheet in book)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--month", "2026/10"], "2026-10"),
        (["--quarter", "2026Q5"], "2026Q3"),
        (["--year", "二〇二六"], "2026"),
        (["--month", "2026-12"], "--as-of"),
        (["--month", "2026-10", "--year", "2026"], "--month 2026-10"),
        (["--by", "planet"], "manager"),
        (["--rows", "happiness"], "visit_completion"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_with_a_chinese_hint(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["kpi-report", "--as-of", "2026-11-22", *typed]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err


def test_an_unknown_office_is_exit_18(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*OCTOBER, "--office", "没有的所"]) == 18
    assert OFFICE in capsys.readouterr().err


def test_unmet_targets_are_exit_4_only_where_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*OCTOBER, "-q", "--fail-on", "unmet"]) == 4
    assert run([*OCTOBER, "-q", "--fail-on", "unmet", "--rows", "visit_completion"]) == 4
    assert run([*OCTOBER, "-q", "--fail-on", "unmet", "--rows", "customers_gold"]) == 0
    assert run([*OCTOBER, "-q"]) == 0
    assert capsys.readouterr() == ("", "")
