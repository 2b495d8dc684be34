"""Real files written here, read back: what each reader makes of cells, merges, formats, dates and encodings."""

import codecs
import csv
import datetime as dt
import hashlib
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cmledger.errors import NotAWorkbook
from cmledger.sheets import read_xlsx
from cmledger.sheets.csv_guard import unguarded
from cmledger.sheets.grid import CellError
from cmledger.sheets.notices import runs
from cmledger.sheets.reading import read_book

FILES = Path(__file__).parent / "files"


def codes(findings: list) -> dict[str, str]:
    return {f.code: f.message for f in findings}


def test_xlsx_row_numbers_merges_and_blanks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["C4"] = "户号"
    sheet["D4"] = "联系人"
    sheet["D5"], sheet["E5"] = "姓名", "电话"
    sheet.merge_cells("C4:C5")
    sheet.merge_cells("D4:E4")
    sheet["C6"] = "3700000001"
    path = tmp_path / "台账.xlsm"
    book.save(path)
    read = read_book(path)
    (grid,) = read.grids
    assert read.format == "xlsx"
    assert (read.size, read.sha256) == (
        path.stat().st_size,
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    assert grid.rows[3][2] == "户号"
    assert grid.rows[5][2] == "3700000001"
    assert {len(row) for row in grid.rows} == {5}
    assert not any(cell for row in grid.rows[:3] for cell in row)
    assert sorted(grid.merges) == [(3, 2, 4, 2), (3, 3, 3, 4)]


def test_xlsx_formats_errors_and_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["户号", "送电日期", "电量", "差额", "可用"])
    sheet.append([42, dt.date(2024, 3, 5), 12.5, "#N/A", True])
    sheet.append([3700000002, dt.datetime(2024, 3, 5, 13, 30), "=C2*2", "x", False])
    sheet["A2"].number_format = sheet["A3"].number_format = "0000000000"
    sheet["B2"].number_format = "yyyy年m月d日"
    path = tmp_path / "台账.xlsx"
    book.save(path)
    (grid,) = read_book(path).grids
    assert grid.rows[1] == ["0000000042", dt.date(2024, 3, 5), 12.5, CellError("#N/A"), True]
    assert grid.rows[2] == [
        3700000002.0,
        dt.datetime(2024, 3, 5, 13, 30),
        CellError("="),
        "x",
        False,
    ]
    assert list(codes(grid.findings)) == ["uncomputed-formulas"]
    assert grid.findings[0].cell == "C3"


def test_xlsx_formula_with_empty_text_is_blank_not_uncomputed(tmp_path: Path) -> None:
    """Excel writes a formula that came out as "" with t="str" and an empty value."""
    book = openpyxl.Workbook()
    book.active.append(["户号", '=IF(1=1,"","x")'])
    path, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<c r="B1"><f>' in text
                text = text.replace(b'<c r="B1"><f>', b'<c r="B1" t="str"><f>')
            new.writestr(name, text)
    (grid,) = read_book(other).grids
    assert grid.rows == [["户号", ""]]
    assert grid.findings == []


def test_xlsx_hidden_struck_and_sheet_order(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "示例一线"
    for i in range(1, 9):
        sheet.append([f"37000000{i:02}", f"示例{i}", "在用"])
    for row in (3, 4, 7):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["C"].hidden = True
    for cell in sheet[5]:
        cell.font = Font(strike=True)
    sheet["A8"].font = Font(strike=True)  # one cell of three: not the row
    book.create_sheet("下拉")["A1"] = "高压"
    book["下拉"].sheet_state = "veryHidden"
    book.create_sheet("空")
    path = tmp_path / "台账.xlsx"
    book.save(path)
    first, second, third = read_book(path).grids
    assert [g.name for g in (first, second, third)] == ["示例一线", "下拉", "空"]
    assert [g.hidden for g in (first, second, third)] == [False, True, False]
    assert len(first.rows) == 8
    assert third.rows == []
    said = codes(first.findings)
    assert set(said) == {"hidden-rows", "hidden-columns", "struck-rows"}
    assert "3-4, 7" in said["hidden-rows"]
    assert "C 列" in said["hidden-columns"]
    assert "第 5 行" in said["struck-rows"]


def test_xlsx_chart_sheet_is_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["户号", 1])
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1))
    book.create_chartsheet("图", 0).add_chart(chart)
    book.save(tmp_path / "a.xlsx")
    assert [g.rows for g in read_book(tmp_path / "a.xlsx").grids] == [[["户号", 1.0]]]


def test_blank_rows_at_the_end_go(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["户号"], [None], ["3700000001"], [""], [None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert len(read_book(tmp_path / "a.xlsx").grids[0].rows) == 3


@pytest.mark.parametrize("number_format", [27, 31, 36, 50, 57, 58])
def test_xlsx_chinese_built_in_date_formats(tmp_path: Path, number_format: int) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = dt.date(2024, 3, 5)
    book.active["A1"].number_format = "mm-dd-yy"  # number 14
    path, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/styles.xml":
                assert b'numFmtId="14"' in text
                text = text.replace(b'numFmtId="14"', f'numFmtId="{number_format}"'.encode())
            new.writestr(name, text)
    assert read_book(other).grids[0].rows == [[dt.date(2024, 3, 5)]]


def test_1904_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["户号", dt.date(2024, 3, 5)])
    book.save(tmp_path / "a.xlsx")
    assert read_book(tmp_path / "a.xlsx").grids[0].rows[0][1] == dt.date(2024, 3, 5)
    assert read_book(FILES / "dates-1904.xls").grids[0].rows[1][1] == dt.date(2024, 3, 5)


def test_xls_says_what_the_xlsx_said() -> None:
    """office.xls: written by LibreOffice with merges, padded numbers, dates, an error, hidden and struck rows."""
    read = read_book(FILES / "office.xls")
    assert read.format == "xls"
    grid, hidden = read.grids
    assert grid.rows[1] == ["户号", "户名", "容量", "送电日期", "可用", "备注"]
    assert grid.rows[2] == ["0000000042", "示例纺织", 315.0, dt.date(2024, 3, 5), True, "甲"]
    assert grid.rows[3][:5] == [
        3700000002.0,
        "示例机械",
        400.5,
        dt.datetime(2024, 3, 5, 13, 30),
        False,
    ]
    assert grid.rows[4][3] == dt.time(8, 15)
    assert grid.rows[5][2:4] == [CellError("#DIV/0!"), 45356.0]
    assert grid.merges == [(0, 0, 0, 5), (2, 5, 3, 5)]
    said = codes(grid.findings)
    assert "第 6 行" in said["hidden-rows"]
    assert "E 列" in said["hidden-columns"]
    assert "第 5 行" in said["struck-rows"]
    assert (hidden.name, hidden.hidden, hidden.rows[1][1]) == ("下拉", True, "高压")


def test_xls_chinese_built_in_date_formats() -> None:
    """Formats 31 and 57, which the file itself does not spell out."""
    (grid,) = read_book(FILES / "chinese-date-formats.xls").grids
    assert grid.rows[1][1:] == [dt.date(2024, 3, 5), dt.date(2019, 8, 1)]


TABLE = '户号,户名\r\n3700000001,示例纺织\r\n\r\n3700000002,"示例,机械\n二厂"\r\n'
ROWS = [["户号", "户名"], ["3700000001", "示例纺织"], ["", ""], ["3700000002", "示例,机械\n二厂"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "电量.csv"
    path.write_bytes(TABLE.encode(encoding))
    read = read_book(path)
    assert (read.format, read.encoding) == ("csv", encoding)
    assert read.grids[0].rows == ROWS
    assert read.grids[0].name == "电量"


def test_csv_encoding_is_judged_over_the_whole_file(tmp_path: Path) -> None:
    """The first Chinese character stands after a megabyte of digits."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"3700000001,1\n" * 80_000 + "3700000002,示例\n".encode("gb18030"))
    read = read_book(path)
    assert read.encoding == "gb18030"
    assert read.grids[0].rows[-1] == ["3700000002", "示例"]


def test_csv_that_cannot_be_decoded_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "户号,户名\n3700000001,示例纺织机械公司\n"
    path.write_bytes(good.encode() + b"3700000002,\xe7\xa4\n3700000003,x\n")
    with pytest.raises(NotAWorkbook, match="第 3 行"):
        read_book(path)
    path.write_bytes(good.encode("gb18030") + b"3700000002,\x81\xff\n")
    with pytest.raises(NotAWorkbook, match="第 3 行"):
        read_book(path)
    path.write_bytes(codecs.BOM_UTF8 + b"a,b\n\xff,c\n")
    with pytest.raises(NotAWorkbook, match="第 2 行"):
        read_book(path)


def test_csv_delimiters_and_protected_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for delimiter in ("\t", ";", "|"):
        path.write_text(f"户号{delimiter}户名\n1,5{delimiter}x\n", encoding="utf-8")
        assert read_book(path).grids[0].rows == [["户号", "户名"], ["1,5", "x"]]
    path.write_text('sep=;\n户号;户名\n="0037000001";x\n', encoding="utf-8")
    assert read_book(path).grids[0].rows == [["户号", "户名"], ["0037000001", "x"]]
    path.write_text("户号\n3700000001\n", encoding="utf-8")
    assert read_book(path).grids[0].rows == [["户号"], ["3700000001"]]


def test_csv_with_an_open_quote_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('户号,户名\n1,甲\n2,"乙\n3,丙\n', encoding="utf-8")
    with pytest.raises(NotAWorkbook, match="第 3 行的双引号"):
        read_book(path)
    path.write_text('户号,户名\n1,10"管\n', encoding="utf-8")
    assert read_book(path).grids[0].rows[1] == ["1", '10"管']


def test_text_table_under_the_name_of_xls(tmp_path: Path) -> None:
    """Web systems write tab-separated GBK text and call it .xls."""
    path = tmp_path / "导出.xls"
    path.write_bytes("户号\t户名\n3700000001\t示例\n".encode("gbk"))
    read = read_book(path)
    assert (read.format, read.encoding) == ("csv", "gb18030")
    assert read.grids[0].rows[1] == ["3700000001", "示例"]


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=6))
def test_csv_written_is_csv_read(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    width = max(map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    while padded and not any(padded[-1]):
        padded.pop()
    got = read_book(path).grids[0].rows
    assert [[_unquoted(cell) for cell in row] for row in padded] == got


def _unquoted(cell: str) -> str:
    """What reading makes of a text that looks protected: ="…" and the guards of our own csv files."""
    if len(cell) > 2 and cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return unguarded(cell)


@given(st.sets(st.integers(1, 40), min_size=1))
def test_runs_name_the_rows(rows: set[int]) -> None:
    shown = runs(sorted(rows))
    named = set()
    for part in shown.removesuffix(" …").split(", "):
        first, _, last = part.partition("-")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == rows if not shown.endswith("…") else named < rows


def test_the_ending_of_the_name_is_not_believed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["户号", "户名"])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.xls")
    assert read_book(tmp_path / "a.xls").format == "xlsx"


def test_a_sheet_beyond_the_usual_cap_is_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for place, value in (("C5", "x"), ("D5", 1), ("D7", True), ("E7", "x"), ("E9", 1.5)):
        sheet[place] = value
    path = tmp_path / "off.xlsx"
    book.save(path)
    usual = read_book(path).grids[0].rows
    monkeypatch.setattr(read_xlsx, "CELLS", 0)
    rows = read_book(path).grids[0].rows
    assert rows == usual
    assert [[type(c) for c in row] for row in rows] == [[type(c) for c in row] for row in usual]
    assert (len(rows), len(rows[0])) == (9, 5)
    assert rows[4][2] is rows[6][4]
