"""Forms of labels and values: one record each, every field with the name of its own cell."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.intake import FileSeen, SheetSeen
from cmledger.sheets.intake import ReadingChoices, read_file

TODAY = dt.date(2026, 11, 22)
A = [f"37000000{n:02d}" for n in range(11, 100)]


def fill_in(sheet: Worksheet, top: int, n: int, *, day: Any = "2026-03-05") -> None:
    """A form of nine rows as offices draw them."""
    rows: list[list[Any]] = [
        ["示例供电所客户走访记录表"],
        ["户 号：", A[n], "户名：", f"示例{n}企业"],
        ["走访日期", day, "走访人", "测试甲"],
        ["走访方式", "电话", "满意度", "满意"],
        ["走访内容", "检查配电房"],
        [],
        ["陪同人员", "测试乙", "客户签字：", None],
        ["注：本表一式两份"],
    ]
    for r, row in enumerate(rows, top):
        for c, value in enumerate(row, 1):
            sheet.cell(r, c).value = value
    for merged in ((0, 1, 0, 4), (4, 1, 5, 1), (4, 2, 5, 4)):
        sheet.merge_cells(None, top + merged[0], merged[1], top + merged[2], merged[3])


def read(path: Path, **choices: Any) -> FileSeen:
    return read_file(path, ReadingChoices(as_of=TODAY, **choices))


def sheet_of(folder: Path, rows: list[list[Any]], **choices: Any) -> SheetSeen:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(folder / "表单.xlsx")
    return read(folder / "表单.xlsx", **choices).sheets[0]


def first_row(sheet: SheetSeen) -> dict[str, Any]:
    assert sheet.rows is not None
    return {name.partition(".")[2]: values[0] for name, values in sheet.rows.values.items()}


VISIT = {
    "account_no": A[0],
    "visited_on": "2026-03-05",
    "manager": "测试甲",
    "method": "phone",
    "content": "检查配电房",
    "satisfaction": "satisfied",
}


def test_a_form_is_one_record_with_the_cell_of_each_field(tmp_path: Path) -> None:
    book = Workbook()
    fill_in(book.worksheets[0], 1, 0)
    book.save(tmp_path / "走访.xlsx")
    (sheet,) = read(tmp_path / "走访.xlsx").sheets
    assert (sheet.kind, sheet.header_rows, sheet.span) == ("visits", (), None)
    assert first_row(sheet) | {"satisfaction": VISIT["satisfaction"]} == VISIT | first_row(sheet)
    assert sheet.rows is not None
    assert sheet.rows.numbers == [2]
    assert sheet.rows.cells["visit.manager"] == "D3"
    assert sheet.rows.extras == {"陪同人员": ["测试乙"]}
    assert sheet.skipped == [(8, "form-text")]
    used = {use.column: use.use for use in sheet.columns}
    assert used == {"B2": "mapped", "D2": "ignored", "B3": "mapped", "D3": "mapped", "B4": "mapped",
                    "D4": "mapped", "B5": "mapped", "B7": "extra", "D7": "ignored"}  # fmt: skip


def test_several_forms_below_each_other_and_on_several_sheets(tmp_path: Path) -> None:
    book = Workbook()
    fill_in(book.worksheets[0], 1, 0)
    fill_in(book.worksheets[0], 11, 1, day="2026.3.x")
    fill_in(book.create_sheet("又一户"), 1, 2)
    book.save(tmp_path / "走访.xlsx")
    file = read(tmp_path / "走访.xlsx")
    assert [(s.span, s.kind) for s in file.sheets] == [
        ((1, 10), "visits"),
        ((11, 18), "visits"),
        (None, "visits"),
    ]
    second = file.sheets[1]
    assert second.skipped == [(11, "next-table-title"), (18, "form-text")]
    assert [(f.cell, f.code) for f in second.findings if f.severity == "error"] == [
        ("B13", "not-a-date")
    ]
    assert second.rows is not None
    assert second.rows.refused == {0}


def test_labels_above_their_values(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        [
            ["客户走访记录表"],
            ["户号", "户名", "走访日期"],
            [A[0], "示例企业", "2026-03-05"],
            ["走访人", "走访方式", "满意度"],
            ["测试甲", "电话", "满意"],
            ["走访内容"],
            ["检查配电房"],
        ],
    )
    assert first_row(sheet) == VISIT
    assert sheet.rows is not None
    assert sheet.rows.cells["visit.manager"] == "A5"


def test_labels_over_blanks_are_no_values(tmp_path: Path) -> None:
    rows = [
        ["客户走访记录表"],
        ["户号", A[0], "走访日期", "2026-03-05"],
        ["走访人", "走访方式", "满意度"],
        [],
        ["走访内容", "客户意见"],
        ["检查配电房"],
    ]
    sheet = sheet_of(tmp_path, rows)
    taken = first_row(sheet)
    assert taken["content"] == "检查配电房"
    assert [taken[name] for name in ("manager", "method", "satisfaction", "opinion")] == [None] * 4


def test_labels_and_values_in_one_cell(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        [
            ["走访记录单"],
            [f"户号：{A[0]}    户名：示例企业"],
            ["走访日期：2026年3月5日  走访人：测试甲　走访方式：电话"],
            ["满意度：", "满意"],
            ["走访内容：检查配电房"],
        ],
    )
    assert first_row(sheet) == VISIT
    assert sheet.rows is not None
    assert sheet.rows.cells["visit.visited_on"] == "A3"


def test_a_customer_card_is_a_customer(tmp_path: Path) -> None:
    sheet = sheet_of(
        tmp_path,
        [
            ["客户档案卡"],
            ["户号", A[0], "户名", "示例企业"],
            ["用电地址", "示例路1号", "电压等级", "10kV"],
            ["合同容量(kVA)", 315, "客户经理", "测试甲"],
        ],
    )
    assert (sheet.kind, first_row(sheet)["contract_capacity_kva"]) == ("customers", 315_000)


def test_a_form_without_its_day_is_not_filled_in_yet(tmp_path: Path) -> None:
    book = Workbook()
    fill_in(book.worksheets[0], 1, 0, day=None)
    book.worksheets[0]["B5"] = None
    book.worksheets[0]["D4"] = None
    book.save(tmp_path / "走访.xlsx")
    (sheet,) = read(tmp_path / "走访.xlsx").sheets
    assert (2, "visit-not-filled-in") in sheet.skipped


TABLES: dict[str, list[list[Any]]] = {
    "one row": [["户号", "户名", "走访日期", "走访人"], [A[0], "示例企业", "2026-03-05", "测试甲"]],
    "said above": [
        ["供电所：示例供电所", None, "填报日期：2026-03-05"],
        ["户号", "户名", "走访日期", "走访人"],
        [A[0], "示例企业", "2026-03-05", "测试甲"],
        [A[1], "示例工厂", "2026-03-06", "测试甲"],
    ],
    "repeated": [
        ["户号", "户名", "走访日期", "走访人"],
        [A[0], "示例企业", "2026-03-05", "测试甲"],
        ["户号", "户名", "走访日期", "走访人"],
        [A[1], "示例工厂", "2026-03-06", "测试甲"],
    ],
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_no_form(tmp_path: Path, name: str) -> None:
    sheet = sheet_of(tmp_path, TABLES[name])
    assert sheet.header_rows
    assert "form-read" not in {f.code for f in sheet.findings}


@pytest.mark.parametrize(
    "rows",
    [
        [["户号", "待补", "户名", "示例企业"], ["走访日期", "2026-03-05", "走访人", "测试甲"]],
        [["姓名", "测试甲", "电话", "13800000001"], ["级别", "高级", "工号", "A1"]],
        [
            ["户号", A[0]],
            ["户名", "示例企业"],
            *[[f"说明{n}", "文字", "更多文字"] for n in range(9)],
        ],
    ],
    ids=["no account", "a manager", "mostly other text"],
)
def test_what_is_no_form_beyond_doubt_is_left_alone(tmp_path: Path, rows: list[list[Any]]) -> None:
    assert sheet_of(tmp_path, rows, ask=False).kind is None


def test_titles_of_a_form_can_be_mapped(tmp_path: Path) -> None:
    rows = [
        ["走访记录单"],
        ["户号", A[0], "走访日期", "2026-03-05"],
        ["走访人", "测试甲", "谈了什么情况", "一切正常"],
    ]
    sheet = sheet_of(tmp_path, rows, mapping={"谈了什么情况": "content"})
    assert first_row(sheet)["content"] == "一切正常"


def test_labels_not_filled_in_are_no_data(tmp_path: Path) -> None:
    rows = [
        ["客户走访记录单"],
        ["户号", A[0], "户名", "示例企业"],
        ["走访日期", "2026-10-12", "客户经理", "测试甲"],
        ["走访内容", "检查配电房"],
        ["客户签字", None, "日期", None],
    ]
    sheet = sheet_of(tmp_path, rows)
    assert sheet.kind == "visits"
    assert sheet.rows is not None
    assert not sheet.rows.extras
    assert [(c.header, c.use) for c in sheet.columns[-2:]] == [("客户签字", "ignored"), ("日期", "ignored")]  # fmt: skip
