"""Workbooks from layouts: what is written reads back, stays text, and goes whole into its place."""

import datetime as dt
import os
import tempfile
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmledger.errors import OutputNotWritable, UsageProblem
from cmledger.records.caller import Caller
from cmledger.records.intake import CLEAR, Parsed
from cmledger.sheets import write
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.kinds import (
    AccountNo,
    Capacity,
    Choice,
    Count,
    Cycle,
    Date,
    Energy,
    Flag,
    Minute,
    Month,
    MonthDay,
    Months,
    OfficeName,
    OpenChoice,
    Person,
    Phone,
    Services,
    Year,
)
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import LAYOUTS, layout
from cmledger.sheets.layouts.customers import CUSTOMERS
from cmledger.sheets.write import TableSheet, write_workbook
from cmledger.sheets.write_csv import write_csv

CALLER = Caller(
    "示例员", dt.datetime(2026, 11, 22, 9, tzinfo=dt.timezone(dt.timedelta(hours=8))), dt.date(2026, 11, 22)
)  # fmt: skip
CHOICES = ReadingChoices(as_of=dt.date(2026, 11, 22))
INJECTIONS = (
    "=1+1",
    "+86 138",
    "-华",
    "@x",
    "=cmd|' /C calc'!A0",
    "'单引号",
    "_x0041_",
    "a\nb",
    "<&>\"'",
)


# --- read(write(rows)) == rows -------------------------------------------------------------------


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Cells as people type them, for a column."""
    kind = column.kind
    if isinstance(kind, AccountNo):
        return st.from_regex(r"[0-9]{9}[1-9]|[0-9]{12}[1-9]", fullmatch=True)
    if isinstance(kind, Date):
        return st.dates(dt.date(1990, 1, 1), dt.date(2026, 11, 22))
    if isinstance(kind, Year):
        return st.integers(2000, 2026)
    if isinstance(kind, Month):
        return st.integers(1, 12) | st.just("全年")
    if isinstance(kind, Energy | Capacity):
        return st.integers(0, 10**9) | st.decimals(0, 10**6, places=3).map(float)
    if isinstance(kind, Count | Months):
        return st.integers(1, 99)
    if isinstance(kind, MonthDay):
        return st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)).map("{:%m-%d}".format)
    if isinstance(kind, Minute):
        return st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2026, 12, 31)).map(
            "{:%Y-%m-%d %H:%M}".format
        )
    if isinstance(kind, Cycle):
        return st.sampled_from(["每月一次", "每季2次", "每6个月", "不需要", "按目录"])
    if isinstance(kind, Services):
        return st.lists(st.sampled_from(["走访", "示例服务", "用电检查"]), min_size=1).map(
            "、".join
        )
    if isinstance(kind, Choice | Flag) and not isinstance(kind, OpenChoice):
        return st.sampled_from(list(kind.choices))
    if isinstance(kind, Person):
        return st.from_regex(r"[甲乙丙丁戊己庚辛]{2,3}", fullmatch=True)
    if isinstance(kind, OfficeName):
        return st.sampled_from(["示例供电所", "示例二供电所"])
    if isinstance(kind, Phone):
        return st.from_regex(r"1[3-9][0-9]{9}|0632-5[0-9]{6}", fullmatch=True)
    return st.sampled_from(INJECTIONS) | st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=20
    ).filter(lambda text: "计" not in text)  # 合计: a total, no name


@st.composite
def tables(draw: st.DrawFn, one: Layout) -> list[dict[str, Parsed]]:
    """Rows in stored forms: what the kinds make of cells, keys filled in and different."""
    columns = [c for c in one.columns if not c.export_only]
    keys = draw(
        st.lists(cells(columns[0]), min_size=1, max_size=5, unique_by=lambda k: str(k)[-10:])
    )
    rows = []
    for key in keys:
        row: dict[str, Parsed] = {}
        for column in columns:
            cell = (
                key
                if column is columns[0]
                else draw(cells(column) if column.required else st.none() | cells(column))
            )
            parsed = column.kind.parse_column([cell])
            if not parsed.problems and parsed.values[0] is not CLEAR:
                row[column.field] = parsed.values[0]
        told = not one.facts or any(row.get(fact) is not None for fact in one.facts)
        needed = (c for c in columns if c.required or c.field in one.key)
        if told and all(row.get(c.field) is not None for c in needed):
            rows.append(row)
    return rows


def read_back(path: Path, one: Layout) -> list[dict[str, Parsed]]:
    """The rows of the only sheet, blanks left out; nothing is skipped or refused."""
    sheet, *lists = read_file(path, CHOICES).sheets
    assert {one.kind for one in lists} <= {None}  # words of long drop-downs
    assert (sheet.kind, sheet.skipped) == (one.kind, [])
    assert sheet.rows is not None
    assert not sheet.rows.refused
    columns = sheet.rows.values
    return [
        {name: values[i] for name, values in columns.items() if values[i] is not None}
        for i in range(len(sheet.rows.numbers))
    ]


@pytest.mark.parametrize("one", LAYOUTS, ids=lambda one: one.kind)
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_reads_back(one: Layout, suffix: str, data: st.DataObject) -> None:
    rows = data.draw(tables(one))
    if not rows:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{suffix}"
        if suffix == "csv":
            write_csv(path, one.columns, rows)
        else:
            written = write_workbook(
                path, [TableSheet(one.title, one.columns, rows, len(rows))], CALLER
            )
            assert written.findings == []
        expected = [{k: v for k, v in row.items() if v is not None} for row in rows]
        assert read_back(path, one) == expected


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-华", "@x", "=SUM(A1:A9)"])
def test_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    row = {"customer.account_no": "3700000001", "customer.name": text}
    path = tmp_path / "a.xlsx"
    write_workbook(path, [TableSheet("客户台账", CUSTOMERS.columns[:3], [row], 1)], CALLER)
    cell = openpyxl.load_workbook(path).active["C2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("s", text, "@")
    assert b"<f>" not in ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_an_account_number_is_text_and_a_quantity_a_number(tmp_path: Path) -> None:
    row = {
        "customer.account_no": "0012345678",
        "customer.contract_capacity_kva": 315_500,
        "customer.opened_on": "2020-02-29",
    }
    columns = [
        CUSTOMERS.column(name) for name in ("account_no", "contract_capacity_kva", "opened_on")
    ]
    path = tmp_path / "a.xlsx"
    write_workbook(path, [TableSheet("a", [c for c in columns if c], [row], 1)], CALLER)
    values = [c.value for c in openpyxl.load_workbook(path).active[2]]
    assert values == ["0012345678", 315.5, dt.datetime(2020, 2, 29)]


def test_what_excel_cannot_hold_is_left_out_and_said(tmp_path: Path) -> None:
    rows = [
        {"customer.account_no": "3700000001", "customer.name": "甲\x00乙\x1f丙"},
        {"customer.account_no": "3700000002", "customer.name": "长" * 40_000},
    ]
    path = tmp_path / "a.xlsx"
    written = write_workbook(path, [TableSheet("a", CUSTOMERS.columns[:3], rows, 2)], CALLER)
    assert [(s, f.cell, f.code) for s, f in written.findings] == [
        ("a", "C2", "control-characters-removed"),
        ("a", "C3", "text-shortened"),
    ]
    names = [row[2] for row in openpyxl.load_workbook(path).active.iter_rows(2, values_only=True)]
    assert names == ["甲乙丙", "长" * 32_767]


def test_a_long_table_goes_on_on_further_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "SHEET_ROWS", 4)
    rows = [{"customer.account_no": f"370000000{i}", "customer.name": "甲"} for i in range(1, 8)]
    path = tmp_path / "a.xlsx"
    written = write_workbook(
        path, [TableSheet("客户台账", CUSTOMERS.columns, iter(rows), 7)], CALLER
    )
    assert written.sheets == [("客户台账", 3), ("客户台账(2)", 3), ("客户台账(3)", 1)]
    read = read_file(path, CHOICES).sheets
    assert [s.rows and list(s.rows.values["customer.account_no"]) for s in read] == [
        ["3700000001", "3700000002", "3700000003"],
        ["3700000004", "3700000005", "3700000006"],
        ["3700000007"],
    ]


def test_the_declared_range_is_the_real_one(tmp_path: Path) -> None:
    """Readers that trust it (openpyxl read-only, pandas) must not stop at the header."""
    rows = [{"customer.account_no": f"370000000{i}"} for i in range(1, 6)]
    path = tmp_path / "a.xlsx"
    write_workbook(path, [TableSheet("a", CUSTOMERS.columns[:3], rows, 5)], CALLER)
    book = openpyxl.load_workbook(path, read_only=True)
    assert len(list(book.active.iter_rows(values_only=True))) == 6
    book.close()


def test_drop_downs_come_from_the_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [TableSheet("a", layout("visits").columns, [], 0)], CALLER)
    rules = openpyxl.load_workbook(path).active.data_validations.dataValidation
    offered = {str(rule.sqref): rule.formula1 for rule in rules}
    assert '"非常满意,满意,基本满意,不满意,非常不满意"' in offered.values()
    assert all(rule.errorStyle == "warning" for rule in rules)


def test_many_choices_stand_on_a_hidden_sheet_that_import_leaves_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    words = {f"c{i}": (f"一个相当长的选项，第{i}个",) for i in range(40)}
    columns = [CUSTOMERS.columns[0], Column("customer.industry", "行业分类", Choice(words))]
    write_workbook(path, [TableSheet("客户台账", columns, [], 0)], CALLER)
    book = openpyxl.load_workbook(path)
    assert [(s.title, s.sheet_state) for s in book] == [
        ("客户台账", "visible"),
        ("下拉选项", "hidden"),
    ]
    (rule,) = book["客户台账"].data_validations.dataValidation
    assert rule.formula1 == "'下拉选项'!$A$2:$A$41"
    assert [book["下拉选项"].cell(r, 1).value for r in (1, 2, 41)] == [
        "行业分类",
        "一个相当长的选项，第0个",
        "一个相当长的选项，第39个",
    ]
    assert [s.kind for s in read_file(path, CHOICES).sheets] == ["customers", None]


# --- into its place ------------------------------------------------------------------------------


def save(path: Path) -> None:
    row = {"customer.account_no": "3700000001", "customer.name": "甲"}
    write_workbook(path, [TableSheet("客户台账", CUSTOMERS.columns, [row], 1)], CALLER)


def test_the_same_call_writes_the_same_bytes(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx")
    time.sleep(2.1)  # a zip's clock ticks every two seconds
    save(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created == dt.datetime(
        2026, 11, 22, 1
    )


def test_our_own_workbook_is_replaced_and_one_that_was_worked_in_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    save(path)
    save(path)
    book = openpyxl.load_workbook(path)
    book.active["C2"] = "改过"
    book.save(path)
    worked_in = path.read_bytes()
    with pytest.raises(OutputNotWritable):
        save(path)
    assert path.read_bytes() == worked_in
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_workbook_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("户号,户名\n", encoding="utf-8")
    with pytest.raises(OutputNotWritable):
        save(path)
    csv = tmp_path / "a.csv"
    csv.write_bytes("户号,户名\n".encode("gb18030"))
    with pytest.raises(OutputNotWritable):
        write_csv(csv, CUSTOMERS.columns, [])
    csv.unlink()
    write_csv(csv, CUSTOMERS.columns, [])
    write_csv(csv, CUSTOMERS.columns[:2], [])


def test_a_failing_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    save(path)
    before = path.read_bytes()

    def rows() -> Any:
        yield {"customer.account_no": "3700000001"}
        raise RuntimeError("the ledger went away")

    with pytest.raises(RuntimeError):
        write_workbook(path, [TableSheet("a", CUSTOMERS.columns, rows(), 2)], CALLER)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_places_nobody_can_write_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "a.xlsx"):
        with pytest.raises((OutputNotWritable, UsageProblem)) as refused:
            save(path)
        assert refused.value.exit_code in (17, 2)
    with pytest.raises(UsageProblem):
        save(tmp_path / "a.xls")
    if os.name == "posix":
        save(tmp_path / "new" / "folder" / "a.xlsx")
        assert (tmp_path / "new" / "folder" / "a.xlsx").stat().st_mode & 0o777 == 0o600


def test_a_target_open_elsewhere_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace a file that Excel holds open."""

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use", str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(OutputNotWritable, match=r"a\.xlsx") as refused:
        save(tmp_path / "a.xlsx")
    assert refused.value.exit_code == 17
    assert list(tmp_path.iterdir()) == []
