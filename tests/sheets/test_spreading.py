"""生日 and 厂庆日 side by side: each filled cell is a record of its own, and what is wrong is said of its cell."""

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from cmledger.cli.app import run
from cmledger.sheets.intake import ReadingChoices, read_file

ROWS = (
    ("客户生日、厂庆日登记表",),
    ("序号", "户号", "户名", "生日", "厂庆日", "喜好"),
    (1, "3700000001", "示例一厂", "5月3日", "1998-10-08", "茶"),
    (2, "3700000002", "示例二厂", None, "10月18日", None),
    (3, "3700000003", "示例三厂", "农历五月初三", "6.1", None),
    (4, "3700000004", "示例四厂", None, None, None),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


@pytest.mark.parametrize("kind", [None, "dates"])
def test_a_row_for_each_filled_cell(path: Path, kind: str | None) -> None:
    sheet = read_file(path, ReadingChoices(as_of=dt.date(2026, 11, 23), kind=kind)).sheets[0]
    assert sheet.kind == "dates"
    rows = sheet.rows
    assert rows is not None
    told = zip(
        rows.numbers,
        rows.values["customer_date.occasion"],
        rows.values["customer_date.day"],
        rows.extras["喜好"],
        strict=True,
    )
    assert [one for at, one in enumerate(told) if at not in rows.refused] == [
        (3, "birthday", "05-03", "茶"),
        (3, "founding", "10-08", "茶"),
        (4, "founding", "10-18", None),
    ]
    assert [rows.numbers[at] for at in rows.refused] == [5]
    assert [f.cell for f in sheet.findings if f.code == "lunar-date"] == ["D5"]
    assert (6, "date-not-filled-in") in sheet.skipped


def test_they_come_into_the_ledger_once(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = ("--ledger", str(tmp_path / "l.db"), "--as-of", "2026-11-23", "--json")
    book = openpyxl.Workbook()
    book.active.append(("户号", "户名", "供电所", "合同容量"))
    for n in range(1, 5):
        book.active.append((f"370000000{n}", f"示例{n}厂", "示例供电所", 315))
    book.save(tmp_path / "c.xlsx")
    assert run(["init", *there]) == 0
    assert run(["import-excel", str(tmp_path / "c.xlsx"), *there]) == 0
    assert run(["import-excel", str(path), *there]) == 3
    assert run(["import-excel", str(path), "--again", *there]) == 3
    capsys.readouterr()
    assert run(["list", "dates", *there]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert sorted((r["account_no"][-1], r["occasion"], r["day"]) for r in rows) == [
        ("1", "birthday", "05-03"),
        ("1", "founding", "10-08"),
        ("2", "founding", "10-18"),
    ]
