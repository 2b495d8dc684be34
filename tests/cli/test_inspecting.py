"""inspect-excel: every sheet in order, what its columns are taken for, nothing written, no ledger needed."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from rich.cells import cell_len

from cmledger.cli.app import run

CUSTOMERS = [
    ["示例供电所专变用户台账"],
    ["户号", "户名", "电压等级", "合同容量", "备用"],
    ["3700000011", "示例厂", "10KV", 315, "甲"],
    ["3.7E+09", "示例店", "10kV", 200, "乙"],
    ["合计", None, None, 515, None],
]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    book = Workbook()
    book.active.title = "封面"
    book.active["A1"] = "示例供电所"
    sheet = book.create_sheet("专变")
    for row in CUSTOMERS:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    years = book.create_sheet("电量")
    for row in (["户号", "户名", "年用电量"], ["3700000011", "示例厂", 12]):
        years.append(row)
    path = tmp_path / "台账.xlsx"
    book.save(path)
    return path


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["inspect-excel", *arguments, "--json", "--as-of", "2026-11-22"])
    return code, json.loads(capsys.readouterr().out)


def test_every_sheet_in_order_with_its_columns(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = called(capsys, str(path))
    assert code == 0
    assert report["schema"] == "cmledger.inspect-excel/1"
    cover, customers, energy = report["files"][0]["sheets"]
    assert (cover["kind"], cover["header_rows"], cover["name"]) == (None, None, "封面")
    assert (customers["kind"], customers["header_rows"]) == ("customers", [2])
    assert customers["totals"] == {"read": 3, "skipped": 1, "rejected": 1}
    assert customers["columns"][:2] == [
        {"column": "A", "header": "户号", "field": "account_no"},
        {"column": "B", "header": "户名", "field": "name"},
    ]
    assert customers["columns"][4] == {
        "column": "E",
        "header": "备用",
        "field": None,
        "use": "extra",
    }
    said = {(f["cell"], f["code"], f["severity"]) for f in customers["findings"]}
    assert {("A4", "damaged-number", "error"), ("5", "total-row", "notice")} <= said
    assert energy["kind"] == "consumption"
    assert "needs-decision" in {f["code"] for f in energy["findings"]}
    assert report["totals"] == {"read": 4, "skipped": 1, "rejected": 1}


def test_choices_are_tried_out(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = called(capsys, str(path), "--sheet", "电量", "--map", "C=kwh:2025")
    sheets = report["files"][0]["sheets"]
    assert [s["kind"] for s in sheets] == [None, None, "consumption"]
    assert sheets[2]["columns"][2]["field"] == "kwh:2025"


def test_what_people_see(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["inspect-excel", str(path), "--as-of", "2026-11-22"]) == 0
    text = capsys.readouterr().out
    for part in (
        "工作表“封面”",
        "表头在第 2 行",
        "account_no",
        "略过第 5 行",
        "A4",
        "--map C=kwh:2025",
    ):
        assert part in text
    assert all(cell_len(line) <= 80 for line in text.splitlines() if "台账.xlsx" not in line)


def test_a_sheet_that_does_not_exist_is_a_usage_problem(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inspect-excel", str(path), "--sheet", "没有"]) == 2
    assert "封面、专变、电量" in capsys.readouterr().err


def test_a_file_that_is_no_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "图片.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert run(["inspect-excel", str(path)]) == 15
