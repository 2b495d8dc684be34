"""The workbook of 走访单: marks that come back as they went, and one printed page for every visit."""

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sheets.test_visit_list import DUE, OVERDUE, report, row

from cmledger.records.caller import Caller
from cmledger.records.visit_forms import Known, OpenMatter, PastVisit, VisitForm
from cmledger.sheets.grid import Grid
from cmledger.sheets.reading import read_book
from cmledger.sheets.visit_form_book import write_form_book
from cmledger.sheets.visit_form_marks import COLUMN, PAGE, Mark, is_page, marks_of, written

NAMES = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
FORMS = st.from_regex(
    r"[0-9]{10}-[A-Za-z0-9-]{1,8}-[0-9]{4}(-[0-9]{2}|Q[1-4])?(#[1-9])?(@[^\n@,]{1,9})?",
    fullmatch=True,
)
MARKS = st.lists(
    st.builds(Mark, NAMES, st.integers(1, 60), st.integers(0, COLUMN - 1), st.one_of(st.just(""), FORMS)),
    max_size=30,
)  # fmt: skip


@given(MARKS)
def test_marks_come_back_as_they_were_written(marks: list[Mark]) -> None:
    cells: list[object] = [None] * 61
    for number in {mark.row for mark in marks}:
        cells[number] = written([mark for mark in marks if mark.row == number])
    rows = [[*[None] * COLUMN, cell] for cell in cells]
    rows[0][COLUMN] = PAGE
    grid = Grid("1", rows)  # type: ignore[arg-type]
    assert is_page(grid)
    assert marks_of(grid) == sorted(marks, key=lambda mark: mark.row)


def crowded() -> tuple[VisitForm, VisitForm]:
    """A form with more of everything than fits, and one with nothing but an account."""
    name = "示例高分子复合材料与精密制造股份有限公司第二生产基地" * 2
    full = [
        row(1, "示例甲", OVERDUE, service=f"B{n}")._replace(name=name, address=name * 3)
        for n in range(9)
    ]
    past = [
        PastVisit(dt.date(2026, 9, n), "示例甲", "on-site", "讲电价。" * 90, "多停电。\n" * 40)
        for n in range(4, 0, -1)
    ]
    matters = [
        OpenMatter("hazard", dt.date(2026, 8, 1), "挡鼠板缺失" * 40, dt.date(2026, 9, 1))
        for _ in range(9)
    ]
    known = Known(
        {"voltage": "10kV", "contract_capacity_kva": 1_000_000_000}, tuple(past), tuple(matters)
    )
    bare = row(2, "示例甲", DUE)._replace(name=None, address=None, contact_name=None, line=None)
    return (
        VisitForm(1, tuple(full), known, dt.date(2026, 11, 25), ("配电室环境与消防设施" * 3,) * 9),
        VisitForm(2, (bare,), Known({})),
    )  # fmt: skip


@pytest.fixture
def book(tmp_path: Path, caller: Caller) -> Path:
    path, forms = tmp_path / "forms.xlsx", crowded()
    rows = [item for form in forms for item in form.items]
    due = replace(report(*rows), service_names={f"B{n}": "用电检查及安全服务" for n in range(9)})
    write_form_book(path, due, "示例甲", forms, range(len(rows)), caller, count=2, label="2026-12")
    return path


def test_names_are_whole_and_what_is_past_is_shortened(book: Path) -> None:
    page = openpyxl.load_workbook(book).worksheets[1]
    texts = [str(cell.value) for cells in page.iter_rows(max_col=6) for cell in cells if cell.value]
    assert "示例高分子复合材料与精密制造股份有限公司第二生产基地" * 6 in texts
    assert "合同 1000000" in texts
    assert any(text.startswith("讲电价。讲电价。") and "全文见台账" in text for text in texts)
    assert any("多停电" in text for text in texts)  # the last opinion is told all the same
    assert sum(text == "□" for text in texts) == 9


def test_sheets_have_names_that_excel_takes(book: Path) -> None:
    names = openpyxl.load_workbook(book).sheetnames
    assert names[1].startswith("1 示例高分子")
    assert names[2] == "2 未填户名"
    assert all(len(name) <= 31 for name in names)


def test_a_page_whose_columns_were_moved_is_no_page_of_ours_any_more(book: Path) -> None:
    grids = read_book(book, None).grids
    assert [is_page(grid) for grid in grids[:3]] == [False, True, True]
    for cells in grids[1].rows:
        cells.insert(0, None)
    assert not is_page(grids[1])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_each_visit_is_printed_on_exactly_one_page(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook.remove(workbook.worksheets[0])
    workbook.save(book)
    command = ["soffice", f"-env:UserInstallation=file://{book.parent}/profile", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(book.parent), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = re.findall(rb"/Type\s*/Page\b", book.with_suffix(".pdf").read_bytes())
    assert len(pages) == 2
