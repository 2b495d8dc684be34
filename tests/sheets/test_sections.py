"""Rows that are no data and yet say something: section rows name the place of the rows below, struck-through rows are cancelled."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from tests.sheets.test_intake import A, Office, codes, values

HEADERS = ["户号", "户名", "电压等级", "合同容量"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def row(at: int) -> list[Any]:
    return [A[at], f"厂{at}", "10kV", 315]


def alone(*texts: str) -> list[Any]:
    return [*texts, *[None] * (4 - len(texts))]


@pytest.mark.parametrize(
    ("first", "second", "field", "names"),
    [
        (alone("示例一线"), alone("示例二线"), "line", ["示例一线", "示例二线"]),
        (alone("一、示例一线"), alone("二、示例二线"), "line", ["示例一线", "示例二线"]),
        (alone("（一）10kV示例一线（12户）"), alone("（二）10kV示例二线"), "line", ["10kV示例一线", "10kV示例二线"]),
        (alone("一", "示例一线"), alone("二", "示例二线"), "line", ["示例一线", "示例二线"]),
        (["示例东村"], ["示例社区"], "grid", ["示例东村", "示例社区"]),
        ([None, "示例1号台区"], [None, "示例2号台区"], "transformer_area", ["示例1号台区", "示例2号台区"]),
    ],
)  # fmt: skip
def test_section_rows_name_the_place_of_the_rows_below(
    office: Office, first: list[Any], second: list[Any], field: str, names: list[str]
) -> None:
    sheet = office.sheet([HEADERS, row(0), first, row(1), row(2), second, row(3)])
    assert values(sheet, f"customer.{field}") == [None, names[0], names[0], names[1]]
    assert sheet.skipped == [(3, "section-row"), (6, "section-row")]
    assert codes(sheet) == [("3", "place-from-section"), ("6", "place-from-section")]
    assert sheet.rows is not None
    assert not sheet.rows.refused


def test_villages_within_lines(office: Office) -> None:
    rows = [["示例一线"], ["示例东村"], row(0), ["示例西村"], row(1), ["示例二线"], row(2)]
    sheet = office.sheet([HEADERS, *rows])
    assert values(sheet, "customer.line") == ["示例一线", "示例一线", "示例二线"]
    assert values(sheet, "customer.grid") == ["示例东村", "示例西村", None]


def test_words_that_are_no_place_end_the_place_above(office: Office) -> None:
    sheet = office.sheet([HEADERS, ["示例一线"], row(0), ["其他客户"], row(1)])
    assert values(sheet, "customer.line") == ["示例一线", None]


def test_a_title_says_what_the_sections_are(office: Office) -> None:
    rows = [["示例供电所专变用户台账（按线路）"], HEADERS, ["示例甲"], row(0), ["示例乙"], row(1)]
    sheet = office.sheet(rows, merges=("A1:D1",))
    assert values(sheet, "customer.line") == ["示例甲", "示例乙"]


def test_a_column_of_its_own_says_it_alone(office: Office) -> None:
    rows = [[*HEADERS, "线路"], ["示例一线"], [*row(0), "示例九线"], [*row(1), None]]
    sheet = office.sheet(rows)
    assert values(sheet, "customer.line") == ["示例九线", None]
    assert sheet.skipped == [(2, "section-row")]


def test_the_sheets_name_holds_until_a_section_says_otherwise(office: Office) -> None:
    sheet = office.sheet([HEADERS, row(0), ["示例二线"], row(1)], sheet="示例一线")
    assert values(sheet, "customer.line") == ["示例一线", "示例二线"]


def test_a_lone_number_where_an_account_should_stand_is_refused(office: Office) -> None:
    sheet = office.sheet([HEADERS, row(0), ["3.7E+09"], row(1)])
    assert ("A3", "damaged-number") in codes(sheet)


def test_rows_struck_through_are_cancelled_and_counted(office: Office) -> None:
    path = office.book(("台账", [HEADERS, row(0), row(1), row(2), ["合计", None, None, 945]], []))
    book = openpyxl.load_workbook(path)
    for cell in (*book.active[3], book.active["A4"]):
        cell.font = Font(strike=True)
    book.save(path)
    (sheet,) = office.read(path).sheets
    assert values(sheet, "customer.account_no") == [A[0], A[2]]
    assert sheet.skipped == [(3, "struck-row"), (5, "total-row")]
    assert sheet.read == 4
    assert ("3", "struck-rows") in codes(sheet)


@pytest.mark.parametrize(
    ("name", "line"),
    [("示例线（新）", "示例线"), ("示例线专变", "示例线"), ("示例线公变客户台账", "示例线"), ("10kV示例线", "10kV示例线")],
)  # fmt: skip
def test_what_a_sheets_name_says_beside_its_line_is_no_part_of_it(
    office: Office, name: str, line: str
) -> None:
    sheet = office.sheet([HEADERS, row(0)], sheet=name)
    assert values(sheet, "customer.line") == [line]


@pytest.mark.parametrize(
    ("name", "warned"),
    [("示例线、样本线", True), ("示例村东头", True), ("专线客户台账", False), ("线路客户", False), ("在线客户", False), ("Sheet1", False)],
)  # fmt: skip
def test_a_sheet_name_like_a_place_that_cannot_be_read_is_never_silent(
    office: Office, name: str, warned: bool
) -> None:
    sheet = office.sheet([HEADERS, row(0)], sheet=name)
    assert [code for _, code in codes(sheet)] == (["place-not-read"] if warned else [])
    assert sheet.rows is not None
    assert "customer.line" not in sheet.rows.values
