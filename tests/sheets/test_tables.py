"""Several tables on a sheet, a sheet without a header, headers that are unsure or said by the user."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cmledger.errors import NeedsDecision, UsageProblem
from cmledger.records.intake import FileSeen, SheetSeen
from cmledger.sheets.forms import forms_of
from cmledger.sheets.grid import CellError, Grid
from cmledger.sheets.header import ASKED_BELOW
from cmledger.sheets.header_choice import header_rows_said
from cmledger.sheets.headings import known
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.tables import tables_of

TODAY = dt.date(2026, 11, 22)
A = [f"37000000{n:02d}" for n in range(11, 100)]
CUSTOMERS = ["户号", "户名", "线路", "电压等级", "合同容量(kVA)"]
MANAGERS = ["姓名", "级别", "电话", "负责线路"]


def customer(n: int) -> list[Any]:
    return [A[n], f"示例{n}企业", "示例一线", "10kV", 315]


def manager(n: int) -> list[Any]:
    return [f"测试{'甲乙丙丁'[n]}", "高级", f"1380000000{n}", "示例一线"]


def seen(
    folder: Path, *sheets: list[list[Any]], said: tuple[str, ...] = (), **choices: Any
) -> FileSeen:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    path = folder / "表格.xlsx"
    book.save(path)
    return read_file(
        path, ReadingChoices(as_of=TODAY, header_rows=header_rows_said(said), **choices)
    )


def told(file: FileSeen) -> list[tuple[str | None, tuple[int, ...], tuple[int, int] | None]]:
    return [(sheet.kind, sheet.header_rows, sheet.span) for sheet in file.sheets]


def numbers(sheet: SheetSeen) -> list[int]:
    assert sheet.rows is not None
    return list(sheet.rows.numbers)


# --- below each other ----------------------------------------------------------------------------


def test_a_second_table_below_has_its_own_header_and_account(tmp_path: Path) -> None:
    rows = [
        ["示例供电所客户台账"],
        CUSTOMERS,
        customer(0),
        customer(1),
        ["合计", None, None, None, 630],
    ]
    rows += [["填表人：测试甲"], [], ["客户经理名册"], MANAGERS, manager(0), manager(1)]
    file = seen(tmp_path, rows)
    assert told(file) == [("customers", (2,), (1, 7)), ("managers", (9,), (8, 11))]
    first, second = file.sheets
    assert (numbers(first), first.skipped) == ([3, 4], [(5, "total-row"), (6, "footer-row")])
    assert (numbers(second), second.skipped) == ([10, 11], [(8, "next-table-title")])
    assert second.read == 3


@pytest.mark.parametrize("between", [[[]], [["合计", None, None, None, 630]], [["注：以上为专变"]]])
def test_what_parts_two_tables(tmp_path: Path, between: list[list[Any]]) -> None:
    rows = [CUSTOMERS, customer(0), customer(1), *between, MANAGERS, manager(0), manager(1)]
    assert [sheet.kind for sheet in seen(tmp_path, rows).sheets] == ["customers", "managers"]


def test_a_table_of_another_matter_below_is_not_taken_for_customers(tmp_path: Path) -> None:
    hazards = [
        ["户号", "隐患内容", "整改措施", "整改期限", "责任人"],
        [A[5], "电缆老化", "更换", "2026-12-01", "测试甲"],
    ]
    file = seen(tmp_path, [CUSTOMERS, customer(0), customer(1), [], ["隐患台账"], *hazards])
    assert [(s.kind, s.header_rows) for s in file.sheets] == [("customers", (1,)), (None, (6,))]


def test_a_page_break_is_no_new_table(tmp_path: Path) -> None:
    page = [["示例供电所客户台账"], CUSTOMERS]
    file = seen(tmp_path, [*page, customer(0), customer(1), [], *page, customer(2), customer(3)])
    (sheet,) = file.sheets
    assert (sheet.span, numbers(sheet)) == (None, [3, 4, 8, 9])
    assert [row for row, _ in sheet.skipped] == [6, 7]


def test_the_same_header_under_another_year_is_another_table(tmp_path: Path) -> None:
    header = ["户号", "户名", "年用电量(kWh)"]
    rows: list[list[Any]] = []
    for year in (2024, 2025):
        rows += [
            [f"{year}年用电量"],
            header,
            [A[0], "示例企业", year],
            [A[1], "示例厂", year + 1],
            [],
        ]
    first, second = seen(tmp_path, rows).sheets
    assert [f"{c.year}" for s in (first, second) if s.rows for c in s.rows.energy] == [
        "2024",
        "2025",
    ]
    assert numbers(second) == [8, 9]


def test_sections_with_lone_titles_stay_one_table(tmp_path: Path) -> None:
    rows = [
        CUSTOMERS,
        ["示例一线"],
        customer(0),
        ["示例二线"],
        customer(1),
        [],
        ["示例三线"],
        customer(2),
    ]
    (sheet,) = seen(tmp_path, rows).sheets
    assert numbers(sheet) == [3, 5, 8]


def test_the_upper_table_counts_though_the_lower_is_clearer(tmp_path: Path) -> None:
    upper = [["姓名", "级别", "电话"], ["测试甲", "首席", "13800000001"]]
    file = seen(
        tmp_path, [["客户经理名册"], *upper, [], ["客户台账"], CUSTOMERS, *map(customer, range(5))]
    )
    assert [(s.kind, s.header_rows) for s in file.sheets] == [
        ("managers", (2,)),
        ("customers", (6,)),
    ]


# --- side by side --------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [[], [None], [None, None]])
def test_the_same_columns_side_by_side(tmp_path: Path, gap: list[None]) -> None:
    header = ["序号", "户号", "户名", "线路"]
    rows: list[list[Any]] = [[*header, *gap, *header]]
    rows += [[n + 1, *customer(n)[:3], *gap, n + 4, *customer(n + 3)[:3]] for n in range(3)]
    left, right = seen(tmp_path, rows).sheets
    for sheet, first in ((left, 0), (right, 3)):
        assert sheet.rows is not None
        assert sheet.rows.values["customer.account_no"] == A[first : first + 3]
    assert right.rows is not None
    assert right.rows.columns["customer.account_no"] == "BCDEFGH"[4 + len(gap)]


def test_two_tables_side_by_side_with_a_title_each(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["客户台账", *[None] * 5, "客户经理名册"],
        [*CUSTOMERS, None, *MANAGERS],
    ]
    rows += [[*customer(n), None, *manager(n)] for n in range(2)] + [customer(2)]
    with pytest.raises(NeedsDecision, match="上面一行也可能是表头"):
        seen(tmp_path, rows)
    left, right = seen(tmp_path, rows, said=("2",)).sheets
    assert (left.kind, numbers(left)) == ("customers", [3, 4, 5])
    assert left.rows is not None
    assert "manager.phone" not in left.rows.values
    assert (right.kind, numbers(right)) == ("managers", [3, 4])


# --- no header, an unsure one, one that is said -----------------------------------------------------


def bare_rows(count: int = 4) -> list[list[Any]]:
    return [[n + 1, *customer(n)] for n in range(count)]


def test_without_a_header_the_user_is_asked(tmp_path: Path) -> None:
    with pytest.raises(NeedsDecision, match="有 4 行数据，B 列像户号，但没有找到表头") as asked:
        seen(tmp_path, bare_rows())
    assert "--header-rows 表1=0" in (asked.value.hint or "")
    (sheet,) = seen(tmp_path, bare_rows(), ask=False).sheets
    assert {"no-header", "needs-decision"} <= {f.code for f in sheet.findings}


def test_beside_a_table_of_ours_a_sheet_without_header_is_a_finding(tmp_path: Path) -> None:
    first, second = seen(tmp_path, [CUSTOMERS, customer(9)], bare_rows()).sheets
    assert first.kind == "customers"
    assert (second.kind, [f.code for f in second.findings]) == (None, ["no-header"])


def test_columns_of_a_sheet_without_header_are_named_by_letters(tmp_path: Path) -> None:
    mapping = {"B": "account_no", "C": "name", "F": "contract_capacity_kva"}
    file = seen(tmp_path, bare_rows(), said=("0",), kind="customers", mapping=mapping)
    (sheet,) = file.sheets
    assert (sheet.header_rows, numbers(sheet)) == ((), [1, 2, 3, 4])
    assert sheet.rows is not None
    assert sheet.rows.values["customer.contract_capacity_kva"] == [315_000] * 4
    assert sheet.rows.extras == {"D列": ["示例一线"] * 4, "E列": ["10kV"] * 4}


UNMARKED: list[list[Any]] = [
    ["客户", None, None, "电源"],
    ["户号", "户名", "线路", "电压等级", "合同容量(kVA)"],
    customer(0),
    customer(1),
]
"""Groups that no merge marks: the row above may be part of the header or not."""


def test_an_unsure_header_is_asked_for_with_its_rows(tmp_path: Path) -> None:
    with pytest.raises(NeedsDecision, match="不能确定哪几行是表头：像是第 2 行") as asked:
        seen(tmp_path, UNMARKED)
    hint = asked.value.hint or ""
    assert "--header-rows 表1=2 " in hint
    assert "--header-rows 表1=1-2" in hint
    (sheet,) = seen(tmp_path, UNMARKED, ask=False).sheets
    assert sheet.confidence < ASKED_BELOW
    assert "needs-decision" in {f.code for f in sheet.findings}


@pytest.mark.parametrize(
    ("said", "rows", "path"), [("2", (2,), "户号"), ("表1=1-2", (1, 2), "客户/户号")]
)
def test_header_rows_settle_it(tmp_path: Path, said: str, rows: tuple[int, ...], path: str) -> None:
    (sheet,) = seen(tmp_path, UNMARKED, said=(said,)).sheets
    assert (sheet.kind, sheet.header_rows, sheet.confidence) == ("customers", rows, 1.0)
    assert sheet.columns[0].header == path
    assert numbers(sheet) == [3, 4]


def test_several_headers_of_a_sheet_may_be_said(tmp_path: Path) -> None:
    rows = [CUSTOMERS, customer(0), MANAGERS, manager(0), manager(1)]
    file = seen(tmp_path, rows, said=("表1=3", "表1=1"))
    assert told(file) == [("customers", (1,), (1, 2)), ("managers", (3,), (3, 5))]


@pytest.mark.parametrize("given", ["x", "", "3-2", "0-2", "1-20", "表1=", "-1", "1.5"])
def test_what_names_no_rows_is_refused(given: str) -> None:
    with pytest.raises(UsageProblem, match="不是表头所在的行"):
        header_rows_said([given])


@pytest.mark.parametrize("given", [("1-2", "2-3"), ("0", "2"), ("甲=0", "甲=0")])
def test_headers_that_clash_are_refused(given: tuple[str, ...]) -> None:
    with pytest.raises(UsageProblem, match="互相冲突"):
        header_rows_said(given)


def test_rows_and_sheets_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="只有 4 行，没有第 9 行"):
        seen(tmp_path, bare_rows(), said=("9",))
    with pytest.raises(UsageProblem, match="没有名为“别的”的工作表"):
        seen(tmp_path, bare_rows(), said=("别的=1",))
    with pytest.raises(UsageProblem, match="不知道 --header-rows 指的是哪一张"):
        seen(tmp_path, bare_rows(), bare_rows(), said=("1",))
    file = seen(tmp_path, [CUSTOMERS, customer(0)], [], said=("1",))
    assert file.sheets[0].header_rows == (1,)


def test_full_width_and_other_dashes_are_understood() -> None:
    assert header_rows_said(["２－３", "甲=乙=4～5", "丙=1 - 2"]) == {
        "": ((2, 3),),
        "甲=乙": ((4, 5),),
        "丙": ((1, 2),),
    }


# --- anything at all -------------------------------------------------------------------------------

CELLS = st.sampled_from(
    [None, None, None, "", " ", *CUSTOMERS, *MANAGERS, *A[:3], "合计", "注：", "序号", "1月", "2025年电量", "引用台账",
     1.0, 315.0, 3700000011.0, TODAY, CellError("#REF!"), "户号：3700000011  户名：示例", "走访日期", True, "错误原因"]
)  # fmt: skip
ROWS = st.integers(1, 6).flatmap(
    lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w), max_size=14)
)
MERGES = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 6), st.integers(0, 3), st.integers(0, 3)).map(
        lambda m: (m[0], m[1], m[0] + m[2], m[1] + m[3])
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(ROWS, MERGES)
def test_tables_never_overlap_and_nothing_is_lost(
    rows: list[list[Any]], merges: list[tuple[int, int, int, int]]
) -> None:
    grid = Grid("表", rows, merges)
    tables = tables_of(grid, known)
    tops = sorted({table.first for table in tables})
    ends = dict(zip(tops, [*tops[1:], len(rows)], strict=True))
    assert tops[0] == 0
    for form in forms_of(grid):
        assert form.first <= form.items < form.end <= len(rows)
    for table in tables:
        assert len(table.grid.rows) == ends[table.first]
        assert table.header is None or table.first < max(table.header.rows) <= len(table.grid.rows)


@pytest.mark.parametrize(
    "rows",
    [
        [[f"示例{c * r}" for c in range(400)] for r in range(300)],
        [
            row
            for n in range(3000)
            for row in ([f"户号{n}", f"户名{n}", f"电压{n}"], customer(n % 80)[:3], [None] * 3)
        ],
        [row for n in range(20_000) for row in (customer(n % 80), [""] * 5)],
    ],
    ids=["wide", "many headers", "a blank row after each"],
)
def test_no_sheet_takes_long(rows: list[list[Any]]) -> None:
    bombs = [(59 - n % 60, 399 - n % 400, 10**6, 16_000) for n in range(5_000)]
    began = time.monotonic()
    tables_of(Grid("表", rows, bombs), known)
    assert time.monotonic() - began < 10
