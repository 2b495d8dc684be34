"""Correct it there and import that same file: what was accepted is unchanged, what was corrected is taken."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.cli.app import run

HEADER = [
    "序号",
    "户号",
    "户名",
    "供电所",
    "合同容量(kVA)",
    "立户日期",
    "2025年用电量(kWh)",
    "备注栏",
]


def rows() -> list[list[Any]]:
    """Ten good rows, and five that cannot be taken."""
    good: list[list[Any]] = [
        [
            n,
            f"37000000{n:02d}",
            f"示例企业{n}",
            "示例供电所",
            315,
            dt.date(2020, 1, n),
            1000.5 * n,
            "甲",
        ]
        for n in range(1, 11)
    ]
    bad: list[list[Any]] = [
        [11, "3.7E+12", "示例企业11", "示例供电所", 315, dt.date(2020, 1, 1), 5, None],
        [12, None, "示例企业12", "示例供电所", 315, dt.date(2020, 1, 1), 5, None],
        [13, 370000013, "示例企业13", "示例供电所", 315, dt.date(2020, 1, 1), 5, None],
        [14, "3700000014", "示例企业14", "示例供电所", 315, None, 5, None],
        [14, "3700000014", "另一家", "示例供电所", 315, None, 5, None],
    ]
    return [*good[:5], *bad, *good[5:]]


BAD = [8, 9, 10, 11, 12]
"""Excel rows of the bad ones, below a title and a header."""


def messy(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "客户"
    book.active.append(["示例供电所客户台账"])
    for row in (HEADER, *rows()):
        book.active.append(row)
    book.active.append(["合计", None, None, None, 4725])
    book.active.append(["填表人：测试员"])
    book.create_sheet("说明")["A1"] = "本表每月更新"
    book.save(path)
    return path


def correct(path: Path, *, first: int = BAD[0]) -> Path:
    """What a user does: the red cells, and nothing else; saved by another program."""
    book = openpyxl.load_workbook(path)
    sheet = book["客户"]
    for n, row in enumerate(range(first, first + 3), 11):
        sheet.cell(row, 2).value = f"37000000{n}"
    sheet.cell(first + 4, 2).value = "3700000015"
    book.save(path)
    return path


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    assert run(["init", "-q", "--as-of", "2026-10-05"]) == 0
    return tmp_path


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(["import-excel", *arguments, "--json", "--as-of", "2026-11-22"]) == code
        said = capsys.readouterr()
        return json.loads(said.out or said.err)

    return call


def test_corrected_there_and_imported_again(office: Path, typed: Any) -> None:
    source = messy(office / "客户台账.xlsx")
    untouched = source.read_bytes()
    first = typed("客户台账.xlsx", code=3)
    assert (first["totals"]["new"], first["totals"]["rejected"]) == (10, 5)
    assert first["files"][0]["rejects"] == "客户台账-待更正.xlsx"
    assert first["files"][0]["findings"] == []
    assert source.read_bytes() == untouched
    back = correct(office / "客户台账-待更正.xlsx")
    second = typed(back.name)
    assert second["totals"] == {
        **first["totals"], "new": 5, "unchanged": 10, "rejected": 0
    }  # fmt: skip
    assert second["files"][0]["rejects"] is None
    columns = {c["header"]: c for c in second["files"][0]["sheets"][0]["columns"]}
    assert columns["错误原因"] == {
        "column": "I", "header": "错误原因", "field": None, "use": "ignored"
    }  # fmt: skip
    third = typed(back.name)
    assert third["operation"] is None
    assert sorted(p.name for p in office.glob("*.xlsx")) == [
        "客户台账-待更正.xlsx", "客户台账.xlsx"
    ]  # fmt: skip


def test_half_corrected_comes_back_a_second_time_under_the_next_number(
    office: Path, typed: Any
) -> None:
    messy(office / "客户台账.xlsx")
    typed("客户台账.xlsx", code=3)
    back = correct(office / "客户台账-待更正.xlsx")
    book = openpyxl.load_workbook(back)
    book["客户"]["B8"] = "还是不对"
    book.save(back)
    left = back.read_bytes()
    second = typed(back.name, code=3)
    assert second["totals"]["rejected"] == 1
    assert second["files"][0]["rejects"] == "客户台账-待更正2.xlsx"
    assert back.read_bytes() == left, "a file somebody worked in stays"
    sheet = openpyxl.load_workbook(office / "客户台账-待更正2.xlsx")["客户"]
    assert [n for n in range(3, 20) if sheet.cell(n, 9).value] == [8]
    assert [c.coordinate for row in sheet for c in row if c.comment] == ["B8"]


def test_every_rejected_row_is_marked_and_no_other(office: Path, typed: Any) -> None:
    messy(office / "a.xlsx")
    typed("a.xlsx", "-n", code=3)
    sheet = openpyxl.load_workbook(office / "a-待更正.xlsx")["客户"]
    assert [n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 9).value] == [2, *BAD]
    marked = [c.coordinate for row in sheet for c in row if c.comment]
    assert marked == [f"B{n}" for n in BAD]
    assert sheet.auto_filter.ref == "A2:I17", "totals and signatures stay below the filter"


def test_the_same_file_again_hands_its_refused_rows_back_again(office: Path, typed: Any) -> None:
    messy(office / "a.xlsx")
    typed("a.xlsx", code=3)
    (office / "a-待更正.xlsx").unlink()
    again = typed("a.xlsx", code=3)
    assert again["files"][0]["taken_before"] == 1
    sheet = openpyxl.load_workbook(office / "a-待更正.xlsx")["客户"]
    assert [n for n in range(3, sheet.max_row + 1) if sheet.cell(n, 9).value] == BAD


def test_nothing_rejected_nothing_written(office: Path, typed: Any) -> None:
    path = messy(office / "a.xlsx")
    book = openpyxl.load_workbook(path)
    book["客户"].delete_rows(BAD[0], len(BAD))
    book.save(path)
    assert typed("a.xlsx")["files"][0]["rejects"] is None
    assert [p.name for p in office.glob("*.xlsx")] == ["a.xlsx"]


def test_a_csv_comes_back_and_is_taken(office: Path, typed: Any) -> None:
    path = office / "2025年客户.csv"
    lines = [
        "户号,户名,供电所,电压等级,合同容量(kVA),用电量(kWh)",
        "3700000001,示例企业,示例供电所,10kV,315,5",
        "3.7E+12,示例企业二,示例供电所,10kV,315,6",
    ]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    first = typed(path.name, code=3)
    assert first["records"]["consumption"]["new"] == 1
    back = office / first["files"][0]["rejects"]
    assert back.name == "2025年客户-待更正.xlsx", "the year of the energy is in the name"
    book = openpyxl.load_workbook(back)
    book.active["A3"] = "3700000002"
    book.save(back)
    second = typed(back.name)
    assert (second["totals"]["unchanged"], second["totals"]["new"]) == (1, 1)


def test_where_it_goes(office: Path, typed: Any) -> None:
    messy(office / "a.xlsx")
    messy(office / "b.xlsx")
    for given, folder in (("改/好.xlsx", "改"), ("改", "改")):
        refused = typed("a.xlsx", "--rejects", given, code=17)
        assert (refused["code"], refused["where"]) == ("output-not-writable", folder)
        assert not (office / "改").exists()
    (office / "改").mkdir()
    assert typed("a.xlsx", "--rejects", "改/好.xlsx", code=3)["files"][0]["rejects"] == str(
        Path("改/好.xlsx")
    )
    several = typed("a.xlsx", "b.xlsx", "--rejects", "改", "--again", code=3)
    assert [f["rejects"] for f in several["files"]] == [
        str(Path("改") / f"{name}-待更正.xlsx") for name in "ab"
    ]
    for given in ("一个.xlsx", "a.xlsx", "错.csv"):
        before = sorted(office.rglob("*"))
        typed("a.xlsx", *(["b.xlsx"] if given == "一个.xlsx" else []), "--rejects", given, code=2)
        assert sorted(office.rglob("*")) == before
    somebodys = messy(office / "别人的.xlsx").read_bytes()
    assert typed("a.xlsx", "--rejects", "别人的.xlsx", code=17)["code"] == "output-not-writable"
    assert (office / "别人的.xlsx").read_bytes() == somebodys


def test_two_sources_of_one_stem_do_not_overwrite_each_other(office: Path, typed: Any) -> None:
    messy(office / "a.xlsx")
    (office / "a.xlsm").write_bytes((office / "a.xlsx").read_bytes())
    said = typed("a.xlsx", "a.xlsm", code=3)
    assert [f["rejects"] for f in said["files"]] == ["a-待更正.xlsx", "a-待更正2.xlsx"]


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_nobody_may_write_in_costs_the_marks_not_the_import(
    office: Path, typed: Any
) -> None:
    folder = office / "readonly"
    folder.mkdir()
    messy(folder / "a.xlsx")
    folder.chmod(0o500)
    said = typed("readonly/a.xlsx", code=3)
    folder.chmod(0o700)
    assert said["operation"] is not None
    assert said["files"][0]["rejects"] is None


@pytest.mark.parametrize("problem", [OSError(28, "No space left"), RuntimeError("unforeseen")])
def test_what_cannot_be_written_costs_the_marks_not_the_import(
    office: Path, typed: Any, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def full(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr("shutil.copyfile", full)
    messy(office / "a.xlsx")
    said = typed("a.xlsx", code=3)
    assert said["operation"] == 1
    assert said["files"][0]["rejects"] is None
    assert [f["code"] for f in said["files"][0]["findings"]] == ["rejects-not-written"]
    monkeypatch.undo()
    assert sorted(p.name for p in office.glob("*.xlsx")) == ["a.xlsx"]


def test_the_text_says_where_it_lies(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messy(office / "a.xlsx")
    capsys.readouterr()
    assert run(["import-excel", "a.xlsx"]) == 3
    said = capsys.readouterr().out
    assert "改好红色单元格后再导入这个文件：a-待更正.xlsx" in said
    (office / "a-待更正.xlsx").unlink()
    assert run(["import-excel", "a.xlsx", "-q"]) == 3
    assert (office / "a-待更正.xlsx").exists(), "quiet, but written"


@pytest.mark.parametrize("name", ["左右.xlsx", "左右.csv"])
def test_of_two_tables_side_by_side_both_say_what_was_wrong(
    office: Path, typed: Any, name: str
) -> None:
    header = ["户号", "户名", "电压等级"]
    rows: list[list[Any]] = [[*header, None, *header]]
    for number in range(1, 6):
        left, right = f"370000000{number}", f"371000000{number}"
        if number in (2, 3):
            left = "3.7E+12"
        if number in (3, 4):
            right = "3.8E+12"
        rows.append([left, f"甲{number}", "10kV", None, right, f"乙{number}", "10kV"])
    if name.endswith("csv"):
        lines = [",".join(str(c or "") for c in row) for row in rows]
        (office / name).write_text("\n".join(lines), "utf-8")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(office / name)
    report = typed(name, "--kind", "customers", "--rejects", "退回.xlsx", code=3)
    assert report["totals"]["rejected"] == 4
    sheet = openpyxl.load_workbook("退回.xlsx").active
    reasons = [cell.value or "" for cell in sheet["H"]]
    assert ["3.7E" in text for text in reasons] == [False, False, True, True, False, False]
    assert ["3.8E" in text for text in reasons] == [False, False, False, True, True, False]
