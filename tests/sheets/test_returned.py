"""A workbook that cmledger handed back is read as it was before."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import caller_on

from cmledger.sheets import annotate
from cmledger.sheets.annotate import hand_back
from cmledger.sheets.annotate_marks import Marks, Table
from cmledger.sheets.grid import Grid
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.reading import read_book
from cmledger.sheets.returned import set_aside
from cmledger.wording.findings import finding

CHOICES = ReadingChoices(as_of=dt.date(2026, 11, 22), ask=False)
ONE_ROW = [["户号", "户名", "电压等级", "合同容量(kVA)"]]
TITLED = [["示例供电所客户台账"], [], *ONE_ROW]
TWO_ROWS = [["基本信息", "", "", ""], ["用户号*", "户名*", "电压等级*", "合同容量*"]]
GROUPS = [["户号", "户名", "供电", ""], ["", "", "电压等级", "合同容量(kVA)"]]


def seen(path: Path) -> list[Any]:
    """All that reading has to say, the columns of cmledger apart."""
    return [
        (
            sheet.name,
            sheet.kind,
            sheet.header_rows,
            [c for c in sheet.columns if c.header not in ("错误原因", "原行号")],
            sheet.skipped,
            sheet.rows.numbers if sheet.rows else None,
            sheet.rows.values if sheet.rows else None,
            sheet.rows.extras if sheet.rows else None,
        )
        for sheet in read_file(path, CHOICES).sheets
    ]


@pytest.mark.parametrize("plainly", [False, True])
@pytest.mark.parametrize("header", [ONE_ROW, TITLED, TWO_ROWS, GROUPS])
def test_it_is_read_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: list[list[str]], *, plainly: bool
) -> None:
    if plainly:
        monkeypatch.setattr(annotate, "openpyxl_cells", lambda _: None)
    source, back = tmp_path / "a.xlsx", tmp_path / "a-待更正.xlsx"
    book = openpyxl.Workbook()
    for row in header:
        book.active.append([cell or None for cell in row])
    for n in range(1, 4):
        book.active.append([f"370000000{n}", f"示例企业{n}", "10kV", 315])
    book.active.append(["合计", None, None, 945])
    if header is GROUPS:
        for area in ("A1:A2", "B1:B2", "C1:D1"):
            book.active.merge_cells(area)
    book.save(source)
    before = seen(source)
    ((_, kind, rows, *_),) = before
    assert kind == "customers"
    first = max(rows) + 1
    marks = {first: [finding("missing-key", row=first, column="A", field="户号")]}
    hand_back(
        source,
        read_book(source).sha256,
        [Marks("Sheet", [Table(rows, first + 2, first + 3, "A", marks)])],
        back,
        caller_on("2026-11-22"),
    )
    assert seen(back) == before
    (sheet,) = read_file(back, CHOICES).sheets
    assert (sheet.columns[-1].header, sheet.columns[-1].use) == ("错误原因", "ignored")


def test_a_row_of_which_only_the_reason_is_left_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in (
        [*ONE_ROW[0], "错误原因", "核对人"],
        ["3700000001", "示例企业", "10kV", 315, None, "甲"],
        [None, None, None, None, "缺少户号，这一行无法读入", None],
    ):
        book.active.append(row)
    book.save(path)
    (sheet,) = read_file(path, CHOICES).sheets
    assert sheet.rows is not None
    assert (sheet.read, sheet.rows.numbers) == (1, [2])
    assert sheet.rows.extras == {"核对人": ["甲"]}


def test_a_header_far_down_is_found_too() -> None:
    rows: list[list[Any]] = [["户号", "户名", None]] + [["1", "甲", None] for _ in range(300)]
    rows += [["户号", "户名", "错误原因"], ["2", "乙", "不对"]]
    grid = Grid("a", rows)
    assert [(c.column, c.header) for c in set_aside(grid)] == [("C", "错误原因")]
    assert grid.rows[-1] == ["2", "乙"]


@pytest.mark.parametrize("filler", [0, 300])
def test_a_remark_of_those_words_is_no_column_of_ours(filler: int) -> None:
    rows: list[list[Any]] = [["户号", "备注"], *([str(n), "甲"] for n in range(filler))]
    rows += [["1", "错误原因"], ["2", "乙"]]
    grid = Grid("a", [list(row) for row in rows])
    assert set_aside(grid) == []
    assert grid.rows == rows
