"""The table of what an import changed names the sheet where its file has several, and a form's field by its own cell."""

import json
from pathlib import Path

import openpyxl
import pytest

from cmledger.cli.app import run
from cmledger.work.changed_fields import _cell

HEADS = ("户号", "户名", "供电所", "合同容量")


def book(path: Path, capacity: int) -> str:
    one = openpyxl.Workbook()
    for number, sheet in enumerate((one.active, one.create_sheet())):
        sheet.title = f"示例{number + 1}所"
        sheet.append(HEADS)
        office = f"示例{number + 1}所"
        sheet.append((f"370000000{number}", f"示例{number}厂", office, capacity if number else 315))
    one.save(path)
    return str(path)


def test_the_sheet_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    there = ("--ledger", str(tmp_path / "l.db"), "--as-of", "2026-11-23")
    assert run(["init", "-q", *there]) == 0
    assert run(["import-excel", book(tmp_path / "a.xlsx", 315), "-q", *there]) == 0
    capsys.readouterr()
    assert run(["import-excel", book(tmp_path / "b.xlsx", 630), *there]) == 0
    said = capsys.readouterr().out
    table = said[said.index("更改的内容") :]
    assert "示例2所" in table
    assert "D2" in table


def test_a_form_s_cell_is_not_lengthened_by_a_row() -> None:
    assert _cell("C22", 4) == "C22"
    assert _cell("C", 22) == "C22"


def test_a_plan_s_own_row_and_column_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = ("--ledger", str(tmp_path / "l.db"), "--as-of", "2026-11-23")
    assert run(["init", "-q", *there]) == 0
    assert run(["import-excel", book(tmp_path / "a.xlsx", 315), "-q", *there]) == 0
    for item in ("G3", "G7"):
        words = ("户号=3700000001", f"服务项目={item}", "周期=每月一次", "自=2026-11-23")
        assert run(["add", "plans", *words, "-q", *there]) == 0
    path = tmp_path / "p.xlsx"
    assert run(["plan", "3700000001", "--excel", str(path), "-q", *there]) == 0
    one = openpyxl.load_workbook(path)
    sheet = one.worksheets[0]
    cells = [c for row in sheet.iter_rows(max_col=3) for c in row if c.value == "每月"]
    assert len(cells) == 2
    for cell in cells:
        cell.value = "每季度一次"
    one.save(path)
    capsys.readouterr()
    assert run(["import-excel", str(path), "--json", *there]) == 0
    sheets = json.loads(capsys.readouterr().out)["files"][0]["sheets"]
    told = [change["cell"] for s in sheets for change in s.get("changes", ())]
    assert sorted(told) == sorted(c.coordinate for c in cells)
