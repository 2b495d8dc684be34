"""The workbook handed back: the user's own, bad cells red with a comment, a last column of reasons with a filter."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable
from tests.conftest import caller_on

from cmledger.errors import OutputNotWritable
from cmledger.records.intake import Finding, Severity
from cmledger.sheets import annotate
from cmledger.sheets.annotate import hand_back
from cmledger.sheets.annotate_marks import RED, Marks, Table
from cmledger.sheets.grid import CellError
from cmledger.sheets.output import written_by_us
from cmledger.sheets.reading import read_book
from cmledger.wording.findings import finding

CALLER = caller_on("2026-11-22")
HEADER = ["户号", "户名", "合同容量(kVA)", "立户日期"]


def bad(row: int, column: str | None = "A", value: str = "3.7E+12") -> Finding:
    return finding("damaged-number", row=row, column=column, value=value)


def table(*found: Finding, header: Sequence[int] = (2,), last: int = 6, key: str = "A") -> Table:
    rejected: dict[int, list[Finding]] = {}
    for one in found:
        assert one.row is not None
        rejected.setdefault(one.row, []).append(one)
    return Table(tuple(header), last, last, key, rejected)


def office_book(path: Path, change: Callable[[Any], None] = lambda book: None) -> Path:
    """A title, a header, four rows, all with looks of their own."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["2025年示例供电所客户台账"])
    sheet.merge_cells("A1:D1")
    sheet.append(HEADER)
    for cell in sheet[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFDDEEFF")
    for n in range(1, 5):
        sheet.append(
            [f"370000000{n}", "=1+1" if n == 4 else f"示例企业{n}", 315.5, dt.date(2020, 1, n)]
        )
    sheet["B6"].data_type = "s"
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[3].height = 40
    sheet.freeze_panes = "B3"
    book.create_sheet("别的")["B2"] = "旁注"
    change(book)
    book.save(path)
    return path


def returned(
    source: Path, marks: Sequence[Marks], target: Path | None = None
) -> tuple[Any, list[Finding]]:
    target = target or source.with_name("back.xlsx")
    found = hand_back(source, read_book(source).sha256, marks, target, CALLER)
    assert written_by_us(target)
    return openpyxl.load_workbook(target, rich_text=True), found


def red(sheet: Any) -> list[str]:
    return [
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type and cell.fill.fgColor.rgb.endswith(RED)
    ]


def values(path: Path) -> list[list[list[Any]]]:
    return [[[c or None for c in row] for row in grid.rows] for grid in read_book(path).grids]


def test_it_is_the_users_own_workbook_with_marks(tmp_path: Path) -> None:
    source = office_book(tmp_path / "a.xlsx")
    book, found = returned(source, [Marks("台账", [table(bad(4), bad(5), bad(5, "C", "三百"))])])
    assert found == []
    assert book.sheetnames == ["台账", "别的"]
    sheet = book["台账"]
    assert red(sheet) == ["A4", "A5", "C5"]
    assert sheet["C5"].comment.text.startswith("cmledger：“三百”")
    assert sheet["E2"].value == "错误原因"
    assert sheet["E2"].fill.fgColor.rgb == "FFDDEEFF", "looks like its neighbour"
    assert [bool(sheet.cell(row, 5).value) for row in range(3, 7)] == [False, True, True, False]
    assert sheet["E5"].value.count("；") == sheet["E5"].value.count("已丢失数字") + 1
    assert sheet.auto_filter.ref == "A2:E6"
    assert not sheet.auto_filter.filterColumn, "nothing is filtered out"
    assert sheet.column_dimensions["B"].width == 33
    assert sheet.row_dimensions[3].height == 40
    assert sheet.freeze_panes == "B3"
    assert "A1:D1" in {str(r) for r in sheet.merged_cells.ranges}
    before, after = values(source), values(tmp_path / "back.xlsx")
    assert [row[:4] for row in after[0]] == before[0]
    assert after[1] == before[1]
    assert sheet["B6"].data_type == "s", "text that looks like a formula stays text"


def test_a_row_level_finding_is_marked_at_the_key_and_never_inside_a_merged_cell(
    tmp_path: Path,
) -> None:
    source = office_book(tmp_path / "a.xlsx", lambda book: book["台账"].merge_cells("C4:C5"))
    book, _ = returned(source, [Marks("台账", [table(bad(3, None), bad(5, "C"), key="B")])])
    assert red(book["台账"]) == ["B3", "B5"]


def test_the_users_comments_rules_choices_and_filter_stay(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["台账"]
        sheet["A4"].comment = Comment("请核对", "办公室")
        sheet["B4"].comment = Comment("老客户", "办公室")
        choices = DataValidation("list", formula1='"315,500"')
        choices.add("C3:C6")
        sheet.add_data_validation(choices)
        sheet.conditional_formatting.add("C3:C6", CellIsRule("lessThan", ["100"]))
        sheet.auto_filter.ref = "A2:D6"
        sheet.auto_filter.add_filter_column(1, ["示例企业1"])
        sheet.row_dimensions[4].hidden = sheet.row_dimensions[6].hidden = True

    source = office_book(tmp_path / "a.xlsx", change)
    sheet = returned(source, [Marks("台账", [table(bad(4))])])[0]["台账"]
    assert sheet["A4"].comment.text.startswith("请核对\ncmledger：")
    assert sheet["B4"].comment.text == "老客户"
    assert len(sheet.data_validations.dataValidation) == 1
    assert len(list(sheet.conditional_formatting)) == 1
    assert sheet.auto_filter.ref == "A2:E6"
    assert len(sheet.auto_filter.filterColumn) == 1
    assert not sheet.row_dimensions[4].hidden, "what is to be corrected can be seen"
    assert sheet.row_dimensions[6].hidden


def test_an_excel_table_grows_by_the_column_instead_of_meeting_a_second_filter(
    tmp_path: Path,
) -> None:
    def change(book: Any) -> None:
        book["台账"].add_table(ExcelTable(displayName="T", ref="A2:D6"))

    source = office_book(tmp_path / "a.xlsx", change)
    sheet = returned(source, [Marks("台账", [table(bad(4))])])[0]["台账"]
    assert sheet.tables["T"].ref == "A2:E6"
    assert [c.name for c in sheet.tables["T"].tableColumns] == [*HEADER, "错误原因"]
    assert sheet.auto_filter.ref is None


def test_columns_hidden_to_the_edge_leave_the_reasons_in_sight(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        columns = book["台账"].column_dimensions
        columns.group("E", "XFD", outline_level=0, hidden=True)

    source = office_book(tmp_path / "a.xlsx", change)
    sheet = returned(source, [Marks("台账", [table(bad(4))])])[0]["台账"]
    assert not sheet.column_dimensions["E"].hidden
    assert sheet.column_dimensions["E"].width == 60
    assert (sheet.column_dimensions["F"].min, sheet.column_dimensions["F"].hidden) == (6, True)


def test_protected_and_hidden_sheets_with_errors_are_opened_and_it_is_said(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["台账"].protection.sheet = True
        book["台账"].sheet_state = "hidden"
        book.active = 1

    source = office_book(tmp_path / "a.xlsx", change)
    book, found = returned(source, [Marks("台账", [table(bad(4))])])
    assert [f.code for f in found] == ["opened-on-return"]
    assert "保护" in found[0].message
    assert "隐藏" in found[0].message
    assert book["台账"].sheet_state == "visible"
    assert not book["台账"].protection.sheet
    assert book.active.title == "台账"
    assert [s.sheet_view.tabSelected for s in book.worksheets] == [True, False]


def test_headers_of_several_rows_and_tables_below_each_other(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["台账"]
        for row in (
            ["另一张"],
            ["户号", "电量", "", ""],
            ["", "一月", "二月", ""],
            ["3700000001", "x"],
        ):
            sheet.append(row)

    source = office_book(tmp_path / "a.xlsx", change)
    tables = [table(bad(4)), table(bad(10, "B"), header=(8, 9), last=10)]
    sheet = returned(source, [Marks("台账", tables)])[0]["台账"]
    assert [sheet.cell(row, 5).value for row in (2, 8, 9)] == ["错误原因", "错误原因", None]
    assert "E8:E9" in {str(r) for r in sheet.merged_cells.ranges}
    assert red(sheet) == ["A4", "B10"]
    assert sheet.auto_filter.ref == "A2:E6"


def test_formulas_come_back_with_the_values_they_had(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["台账"]
        for row, formula in enumerate(("1+1", 'A3&"<&>"', "1=1", "NA()", '""', "NOW()", "D3"), 8):
            sheet.cell(row, 1, "x")
            sheet.cell(row, 3, f"={formula}")
        sheet["C14"].number_format = "yyyy-mm-dd"

    made = office_book(tmp_path / "made.xlsx", change)
    source = tmp_path / "a.xlsx"
    cached = {
        b"C8": (b"", b"2.5"),
        b"C9": (b' t="str"', "甲&lt;&amp;&gt;".encode()),
        b"C10": (b' t="b"', b"1"),
        b"C11": (b' t="e"', b"#N/A"),
        b"C12": (b' t="str"', b""),
        b"C14": (b"", b"43831"),
    }
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            for cell, (kind, value) in cached.items():
                xml = re.sub(
                    rb'<c r="%s"([^>]*)>(<f>[^<]*</f>)<v ?/>' % cell,
                    rb'<c r="%s"\1%s>\2<v>%s</v>' % (cell, kind, value),
                    xml,
                )
            new.writestr(name, xml)
    book, found = returned(source, [Marks("台账", [table(bad(4), last=14)])])
    assert found == []
    assert book["台账"]["C8"].value == "=1+1"
    before, after = values(source)[0], values(tmp_path / "back.xlsx")[0]
    assert before[7][2] == 2.5
    assert before[13][2] == dt.date(2020, 1, 1)
    assert before[12][2] == CellError("="), "never computed"
    assert [row[:4] for row in after] == before


def test_a_second_round_takes_the_first_rounds_marks_off(tmp_path: Path) -> None:
    source = office_book(tmp_path / "a.xlsx")
    first = tmp_path / "first.xlsx"
    book, found = returned(source, [Marks("台账", [table(bad(4), bad(5))])], first)
    assert found == []
    book["台账"]["A4"] = "3700000009"
    corrected = tmp_path / "corrected.xlsx"
    book.save(corrected)
    book, found = returned(corrected, [Marks("台账", [table(bad(5))])])
    sheet = book["台账"]
    assert found == []
    assert red(sheet) == ["A5"]
    assert sheet["A4"].comment is None
    assert sheet["E4"].value is None
    assert sheet["E5"].value
    assert sheet["F2"].value is None, "no second column of reasons"
    assert sheet["A5"].comment.text.count("cmledger：") == 1


def test_what_openpyxl_loses_is_named(tmp_path: Path) -> None:
    source = office_book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(source, "a") as package:
        package.writestr("xl/drawings/drawing9.xml", "<xdr:wsDr><xdr:sp></xdr:sp></xdr:wsDr>")
        package.writestr("xl/media/image1.png", b"x")
        package.writestr("xl/vbaProject.bin", b"x")
    _, found = returned(source, [Marks("台账", [table(bad(4))])])
    assert [f.code for f in found] == ["lost-on-return"]
    assert "格式" not in found[0].message, "it is still the user's own workbook"
    assert all(word in found[0].message for word in ("形状", "图片", "宏"))


@pytest.mark.parametrize("fails", ["load_workbook", "save_workbook"])
def test_where_openpyxl_fails_the_cells_come_back_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a style that nobody can read")

    source = office_book(tmp_path / "a.xlsx")
    monkeypatch.setattr(f"cmledger.sheets.annotate_own.{fails}", broken)
    book, found = returned(source, [Marks("台账", [table(bad(4))])])
    assert [f.code for f in found] == ["lost-on-return"]
    assert red(book["台账"]) == ["A4"]
    assert [row[:4] for row in values(tmp_path / "back.xlsx")[0]] == values(source)[0]


def test_a_source_that_changed_meanwhile_is_not_marked(tmp_path: Path) -> None:
    source = office_book(tmp_path / "a.xlsx")
    with pytest.raises(OutputNotWritable):
        hand_back(source, "0" * 64, [Marks("台账", [table(bad(4))])], tmp_path / "b.xlsx", CALLER)
    assert not (tmp_path / "b.xlsx").exists()


def test_a_large_workbook_comes_back_as_its_rejected_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotate, "MOST_CELLS", 10)
    book, found = returned(
        office_book(tmp_path / "a.xlsx"), [Marks("台账", [table(bad(4), bad(6, "C"))])]
    )
    assert [f.code for f in found] == ["part-on-return"]
    assert book.sheetnames == ["台账"]
    sheet = book["台账"]
    assert [[*[c.value for c in row][:1], row[4].value] for row in sheet.iter_rows()] == [
        ["2025年示例供电所客户台账", None],
        ["户号", "原行号"],
        ["3700000002", 4],
        ["3700000004", 6],
    ]
    assert sheet["F2"].value == "错误原因"
    assert sheet.auto_filter.ref == "A2:F4"
    assert red(sheet) == ["A3", "C4"]
    assert "A1:D1" in {str(r) for r in sheet.merged_cells.ranges}


def test_a_csv_comes_back_as_xlsx_of_the_same_cells(tmp_path: Path) -> None:
    source = tmp_path / "客户台账.csv"
    source.write_text(
        "户号,户名,备注\n0012345678,=1+1,_x0041_\n3.7E+12,甲\x07乙,-1\n", encoding="utf-8-sig"
    )
    book, found = returned(
        source, [Marks(read_book(source).grids[0].name, [table(bad(3), header=(1,), last=3)])]
    )
    assert found == []
    sheet = book.worksheets[0]
    assert sheet.title == "客户台账"
    assert sheet["A2"].number_format == "@"
    before, after = values(source)[0], values(tmp_path / "back.xlsx")[0]
    before[2][1] = "甲乙"
    assert [row[:3] for row in after] == before
    assert sheet["D1"].value == "错误原因"
    assert sheet["D3"].value


cells = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
    st.sampled_from(["=1+1", "_x0041_", " 前后空格 ", "甲\n乙", "0012"]),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9),
    st.booleans(),
    st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1)),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2050, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8), st.data())
def test_every_rejected_row_is_marked_no_other_and_no_value_changes(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    source = folder / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["户号", "户名", "备注", "电话"])
    for row in rows:
        book.active.append(["x", *row])
        for cell in book.active[book.active.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(source)
    last = len(rows) + 1
    refused = data.draw(st.sets(st.integers(2, last), min_size=1))
    large = data.draw(st.booleans())
    marks = [Marks("Sheet", [table(*(bad(r, "B") for r in refused), header=(1,), last=last)])]
    most = annotate.MOST_CELLS
    annotate.MOST_CELLS = 1 if large else most  # type: ignore[misc]
    try:
        back, found = returned(source, marks)
    finally:
        annotate.MOST_CELLS = most  # type: ignore[misc]
    before, after = values(source)[0], values(folder / "back.xlsx")[0]
    sheet = back.worksheets[0]
    if large:
        kept = [before[0], *(before[r - 1] for r in sorted(refused))]
        assert [row[:4] for row in after] == kept
        assert red(sheet) == [f"B{n}" for n in range(2, len(refused) + 2)]
    else:
        assert found == []
        assert [row[:4] for row in after] == before
        assert red(sheet) == [f"B{r}" for r in sorted(refused)]
        assert [r for r in range(2, last + 1) if sheet.cell(r, 5).value] == sorted(refused)


@pytest.mark.parametrize("plainly", [False, True])
def test_forms_and_data_without_a_header_get_no_column_that_would_be_taken_for_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, plainly: bool
) -> None:
    if plainly:
        monkeypatch.setattr("cmledger.sheets.annotate.openpyxl_cells", lambda _: None)
    in_form = Finding("damaged-number", Severity.ERROR, "不对", 3, "B", at="B5")
    for found in (in_form, bad(3, "B")):
        source = office_book(tmp_path / "a.xlsx")
        book, _ = returned(source, [Marks("台账", [table(found, header=())])])
        sheet = book["台账"]
        assert red(sheet) == [found.cell]
        assert sheet.max_column == 4
        assert sheet.auto_filter.ref is None
        assert values(tmp_path / "back.xlsx")[0] == values(source)[0]
