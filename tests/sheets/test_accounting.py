"""The account of a sheet from its cells to its rows: whatever stands below the header is counted once, and its damage is said."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sheets.test_intake import A

from cmledger.records.intake import Severity, SheetSeen
from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.header import find_header
from cmledger.sheets.headings import Heading, known
from cmledger.sheets.layouts import layout
from cmledger.sheets.recognise import recognise
from cmledger.sheets.rows import is_blank
from cmledger.sheets.surroundings import Surroundings
from cmledger.sheets.taking import take

CUSTOMERS = ["户号", "户名", "电压等级", "合同容量", "联系人", "电能表编号", "立户日期"]
READINGS = ["户号", "户名", "电能表编号", "示数类型", "年月", "电量", "备注"]
SOUND: dict[str, list[Cell]] = {
    "户号": [A[0], A[1], f"370{A[0]}"],
    "户名": ["示例厂", "示例店"],
    "电压等级": ["10kV", "220V"],
    "合同容量": [315, "2*200"],
    "联系人": ["张三", "张三 13800000001"],
    "电能表编号": ["M1", "M2", None],
    "立户日期": [dt.date(2020, 1, 1), "2024.3.5"],
    "示数类型": ["有功（总）", "峰", "平", "谷", "无功", None],
    "年月": ["202503", 202504],
    "电量": [1, 2.5, "3"],
    "备注": [None, "无误"],
}
ODD: list[Cell] = [
    None, "", " ", "合计", "填表人：张三", "示例一线", "示例村", "一、", "其他", "1.23E+17", 123456789012345678, 370000011, 2024.1,
    "#REF!", CellError("#N/A"), CellError("="), "13800000001", dt.date(1940, 1, 1), "2024.3.5、2024.3.6", "清空", True,
]  # fmt: skip


def rows_of(headers: Sequence[str]) -> st.SearchStrategy[list[list[Cell]]]:
    """Rows mostly sound, with damage, lone words and blanks among them."""
    sound = st.tuples(*(st.sampled_from(SOUND[header]) for header in headers)).map(list)
    damaged = st.tuples(sound, st.integers(0, len(headers) - 1), st.sampled_from(ODD)).map(
        lambda d: [*d[0][: d[1]], d[2], *d[0][d[1] + 1 :]]
    )
    alone = st.tuples(st.integers(0, len(headers) - 1), st.sampled_from(ODD)).map(
        lambda d: [d[1] if i == d[0] else None for i in range(len(headers))]
    )
    return st.lists(st.one_of(sound, sound, damaged, alone, st.just([*headers])), max_size=14)


def seen(headers: Sequence[str], rows: list[list[Cell]], struck: frozenset[int], kind: str) -> SheetSeen:  # fmt: skip
    grid = Grid("示例九线", [[*headers], *rows], struck_rows=struck)
    header = find_header(Grid("x", [[*headers], [SOUND[h][0] for h in headers]]), known)
    assert header is not None
    headings = [Heading(i, title, [row[i] for row in rows]) for i, title in enumerate(headers)]
    around = Surroundings((), grid.name, "表")
    one = recognise(headings, around, layout(kind))
    assert one is not None
    sheet = SheetSeen(grid.name, kind, header.rows)
    take(sheet, grid, header, headings, one, around, dt.date(2026, 11, 22))
    return sheet


@pytest.mark.parametrize(("headers", "kind"), [(CUSTOMERS, "customers"), (READINGS, "consumption")])
@settings(max_examples=100, deadline=None)
@given(data=st.data(), struck=st.frozensets(st.integers(2, 15), max_size=3))
def test_every_row_is_counted_once_and_every_refusal_is_said(
    headers: list[str], kind: str, data: st.DataObject, struck: frozenset[int]
) -> None:
    rows = data.draw(rows_of(headers))
    sheet = seen(headers, rows, struck, kind)
    assert sheet.rows is not None
    filled = [n for n, row in enumerate(rows, start=2) if not all(map(is_blank, row))]
    skipped = [number for number, _ in sheet.skipped]
    assert sorted([*sheet.rows.numbers, *skipped]) == filled
    assert sheet.read == len(filled)
    columns: list[Sequence[Any]] = [*sheet.rows.values.values(), *sheet.rows.extras.values()]
    columns += [energy.values for energy in sheet.rows.energy]
    assert all(len(column) == len(sheet.rows.numbers) for column in columns)
    assert {n for n in filled if n in struck} == {n for n, c in sheet.skipped if c == "struck-row"}
    errors = {f.row for f in sheet.findings if f.severity is Severity.ERROR}
    assert {sheet.rows.numbers[at] for at in sheet.rows.refused} == errors
    kept = [v for column in columns for at, v in enumerate(column) if at not in sheet.rows.refused]
    assert not {"1.23E+17", "123456789012345678", "#REF!", "#N/A", "="} & set(map(str, kept))
    assert not any(isinstance(v, (CellError, float)) for v in kept)
