"""What runs of tests/fuzz/run.py brought to light, each made small."""

import io
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa
from tests.conftest import assert_sound, caller_on
from tests.fuzz import writing
from tests.fuzz.grids import Sheet
from tests.fuzz.oracle import call
from tests.sheets import xlsb
from tests.sheets.test_caps import biff_record

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.records.intake import CLEAR
from cmledger.sheets.annotate_plain import write_plain
from cmledger.sheets.kinds import Contact, Name, Person
from cmledger.sheets.layout import Problem
from cmledger.sheets.reading import read_book
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import redo, undo


def test_a_workbook_without_sheets_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(
        biff_record(0x809, bytes.fromhex("00060500000000000000000006000000")) + biff_record(10)
    )
    done = call("import-excel", str(path), "--ledger", ledger.location)
    assert done.code in (15, 16), done.err


def test_endless_digits_in_a_row_under_the_header(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "客户台账.csv"
    path.write_text(f"户号,户名,备注\n1,2,{'1' * 5000}\n3700000001,示例,无\n", encoding="utf-8")
    done = call("import-excel", str(path), "--ledger", ledger.location, "--json")
    assert done.code == 3, done.err
    assert done.told["totals"]["read"] == 2


def test_a_reason_that_quotes_what_xml_cannot_hold(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "客户台账.csv"
    path.write_text("户号,户名\n37\x01甲\x1f,示例\n3700000001,示例\n", encoding="utf-8")
    done = call("import-excel", str(path), "--ledger", ledger.location, "--json")
    (file,) = done.told["files"]
    sheet = openpyxl.load_workbook(file["rejects"]).active
    assert "37甲" in sheet["A2"].comment.text


def test_a_part_whose_sum_is_wrong_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    """A few bits that changed on the way are another customer, or another number of kWh."""
    parts = writing.xlsx_parts(
        random.Random(2), [Sheet("客户", [["户号", "户名"], [3700000001, "示例"]])]
    )
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    path.write_bytes(path.read_bytes().replace(b"3700000001", b"3700000002"))
    done = call("import-excel", str(path), "--ledger", ledger.location)
    assert done.code == 15, done.out
    assert "sheet1.xml" in done.err


def test_the_word_that_clears_is_nobodys_name() -> None:
    for kind in (Person(), Name(9), Contact(9)):
        assert kind.parse("清 空") is CLEAR
    assert isinstance(Person().parse("清空(所长)"), Problem)
    found = Contact(9).parse("清空 13800000001")
    assert (found.stored if isinstance(found, Problem) else found) != "清空"


def test_a_panic_of_native_code_is_not_heard(tmp_path: Path) -> None:
    """A sheet whose relation is missing makes the reader of binary workbooks panic."""
    path = xlsb.package(tmp_path / "a.xlsb", xlsb.sheet(xlsb.row(0) + xlsb.number(0, 1)))
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    links = "xl/_rels/workbook.bin.rels"
    parts[links] = parts[links].replace(b'Id="rId1"', b'Id="rId7"')
    path.write_bytes(writing.zipped(parts))
    command = [sys.executable, "-m", "cmledger", "inspect-excel", str(path)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "RUST_BACKTRACE": "1"})
    said = done.stderr.decode()
    assert done.returncode == 15
    assert "panicked" not in said
    assert "a.xlsb" in said


def test_several_numbers_for_a_manager_known_without_one(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    """Neither is taken for the one who is known: nobody said which of them it is."""
    for name, text in (
        ("客户台账.csv", "户号,户名,供电所,客户经理\n3700000001,示例,示例供电所,示例甲\n"),
        (
            "客户经理.csv",
            "姓名,供电所,级别,工号\n示例甲,示例供电所,高级,7\n示例甲,示例供电所,普通,8\n",
        ),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    import_excel(ledger.location, [tmp_path / "客户台账.csv"], caller)
    report = import_excel(ledger.location, [tmp_path / "客户经理.csv"], caller)
    assert report.totals["new"] == 2
    again = import_excel(ledger.location, [tmp_path / "客户经理.csv"], caller, again=True)
    assert again.operation is None
    manager = table("manager")
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(manager.c.employee_no, manager.c.grade)).all()
    assert {tuple(row) for row in rows} == {(None, None), ("7", "senior"), ("8", "general")}
    undo(ledger.location, 2, caller)
    assert_sound(ledger.location)


def test_an_office_that_cannot_be_read_is_not_the_usual_one(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    (tmp_path / "线路台账.csv").write_text(
        "线路名称,供电所,线路编号\n示例一线,示例供电所,1\n示例二线,5.97978953677576E+17,2\n",
        encoding="utf-8",
    )
    report = import_excel(ledger.location, [tmp_path / "线路台账.csv"], caller)
    assert (report.totals["new"], report.totals["rejected"]) == (1, 1)
    assert ("B3", "missing-key") in {
        (f["cell"], f["code"]) for f in report.files[0].sheets[0].findings
    }


def test_struck_rows_come_back_struck(caller: Caller, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["户号", "户名"], ["3700000001", "示例"], ["3700000002", "示例二"]]
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        writing.zipped(writing.xlsx_parts(random.Random(1), [Sheet("客户", rows, struck={1})]))
    )
    write_plain(read_book(path), [], tmp_path / "b.xlsx", caller, only_rejected=False)
    assert read_book(tmp_path / "b.xlsx").grids[0].struck_rows == {2}


def _office(tmp_path: Path, ledger: Ledger) -> Any:
    """Carries out commands on a ledger of one customer; asserts their exit code."""

    def do(*words: str, code: int = 0) -> Any:
        done = call(*words, "--ledger", ledger.location, "--as-of", "2026-11-22", "--json")
        assert done.code == code, done.err
        return done.told

    path = tmp_path / "客户台账.csv"
    path.write_text("户号,户名,供电所\n3700000001,示例,示例供电所\n", encoding="utf-8")
    do("import-excel", str(path))
    return do


def test_a_matter_that_is_closed_does_not_come_up_later(ledger: Ledger, tmp_path: Path) -> None:
    do = _office(tmp_path, ledger)
    customer, kind = "户号=3700000001", "类别=隐患"
    do("add", "matters", customer, kind, "日期=2026-11-03", "内容=示例", "完成日期=2026-11-10")
    told = do("edit", "matters", "m1", "日期=2026-11-20", code=3)
    assert "closed-before-opened" in str(told)
    assert_sound(ledger.location)
    do("edit", "matters", "m1", "日期=2026-11-20", "完成日期=清空")
    assert_sound(ledger.location)


def test_a_visit_moved_behind_the_end_of_its_matter_leaves_it_where_it_was(
    ledger: Ledger, tmp_path: Path
) -> None:
    do = _office(tmp_path, ledger)
    path = tmp_path / "走访记录.csv"
    for day in ("2026-11-05", "2026-11-12"):
        path.write_text(
            f"户号,走访日期,需跟进事项,表单编号\n3700000001,{day},隐患：示例,F-1\n",
            encoding="utf-8",
        )
        do("import-excel", str(path), "--kind", "visits")
        if day == "2026-11-05":
            do("close", "matters", "m1", "--reason", "已办", "--on", "2026-11-08")
    visit, matter = table("visit"), table("matter")
    with ledger.reading() as connection:
        days = (
            connection.scalar(sa.select(visit.c.visited_on)),
            connection.scalar(sa.select(matter.c.opened_on)),
        )
    assert days == ("2026-11-12", "2026-11-05")
    assert_sound(ledger.location)


def test_a_deletion_redone_keeps_what_was_written_since(ledger: Ledger, tmp_path: Path) -> None:
    do = _office(tmp_path, ledger)
    do("add", "dates", "户号=3700000001", "事由=生日", "月日=5月6日")
    closed = do("close", "dates", "3700000001/生日", "--reason", "示例")["operation"]
    caller = caller_on("2026-11-22")
    undo(ledger.location, closed, caller)
    edited = do("edit", "dates", "3700000001/生日", "月日=5月9日")["operation"]
    kept = redo(ledger.location, closed, caller)
    assert [row.kept_by for row in kept.rows] == [edited]
    assert do("list", "dates")["rows"][0]["day"] == "05-09"
    assert_sound(ledger.location)
    undo(ledger.location, edited, caller)
    assert do("list", "dates")["rows"] == []
    assert_sound(ledger.location)
