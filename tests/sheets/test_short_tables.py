"""Tables of few columns or no rows, and 原户号, which is a number like 户号 but may be missing."""

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import caller_on
from tests.sheets.test_intake import A, Office, codes, values

from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.template import write_template


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_numbers_and_names_alone_are_customers(office: Office, tmp_path: Path) -> None:
    rows = [["序号", "户号", "户名"], [1, A[0], "甲"], [2, A[1], "乙"]]
    assert office.sheet(rows).kind == "customers"
    path = tmp_path / "名单.csv"
    path.write_text("\n".join(",".join(map(str, row[1:])) for row in rows), "utf-8")
    (sheet,) = office.read(path).sheets
    assert sheet.kind == "customers"
    assert values(sheet, "customer.name") == ["甲", "乙"]


@pytest.mark.parametrize(
    "title", ["2026年走访计划", "欠费清单", "停电通知", "2025年售电量", "客户经理分工"]
)
def test_not_where_the_title_speaks_of_something_else(office: Office, title: str) -> None:
    rows: list[list[Any]] = [["户号", "户名"], [A[0], "甲"], [A[1], "乙"]]
    assert office.sheet([[title], *rows], merges=("A1:B1",)).kind is None
    assert office.sheet(rows, name=title).kind is None


def test_nor_where_another_column_is_about_something_unknown(office: Office) -> None:
    assert office.sheet([["户号", "户名", "分值"], [A[0], "甲", 3], [A[1], "乙", 5]]).kind is None


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.kind)
def test_an_empty_template_is_recognised(office: Office, tmp_path: Path, layout: Any) -> None:
    path = tmp_path / "空表.xlsx"
    write_template(path, layout, caller_on("2026-11-22"))
    form, how_to, *_choices = office.read(path).sheets
    assert (form.kind, form.read, how_to.kind) == (layout.kind, 0, None)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["姓名", "工号", "供电所", "级别", "电话", "负责线路", "备注"], "managers"),
        (["户号", "户名", "年", "月", "电量"], "consumption"),
        (["户号", "户名", "年份", *(f"{m}月" for m in range(1, 13))], "consumption"),
        (["户号", "户名", "年用电量"], "consumption"),
        (["户号", "户名"], "customers"),
        (["户号", "走访日期", "走访内容"], "visits"),
    ],
)
def test_a_header_without_rows_is_recognised_by_its_words(
    office: Office, headers: list[str], kind: str
) -> None:
    assert office.sheet([headers]).kind == kind


# --- 原户号 --------------------------------------------------------------------------------------

FULL = [f"37037000000{n:02d}" for n in range(11, 30)]


def test_an_old_number_is_read_like_a_number(office: Office) -> None:
    old = [3700000021, "3700 000022", "无", None, "原用户未编号", "12345678", "012345678"]
    rows = [["户号", "原户号", "户名", "电压等级"]]
    rows += [[FULL[i], number, "甲", "10kV"] for i, number in enumerate(old)]  # type: ignore[list-item]
    sheet = office.sheet(rows)
    assert sheet.rows is not None
    assert values(sheet, "customer.old_account_no") == [
        "3700000021", "3700000022", None, None, None, None, None,
    ]  # fmt: skip
    assert sheet.rows.refused == set()
    assert sheet.rows.extras == {
        "原户号(原文)": [None, None, None, None, "原用户未编号", "12345678", "012345678"]
    }
    assert {f.severity.value for f in sheet.findings} == {"warning"}
    assert [c for c, _ in codes(sheet)] == ["B6", "B7", "B8"]


@pytest.mark.parametrize("damaged", ["3.3E+12", "370000000A", 3.7e15, "3703700000000", 37000.5])
def test_a_damaged_old_number_refuses_the_row(office: Office, damaged: Any) -> None:
    rows = [["户号", "原户号", "户名", "电压等级"]]
    rows += [[FULL[0], damaged, "甲", "10kV"], [FULL[1], A[1], "乙", "10kV"]]
    sheet = office.sheet(rows)
    assert sheet.rows is not None
    assert sheet.rows.refused == {0}
    assert values(sheet, "customer.old_account_no")[0] is None
