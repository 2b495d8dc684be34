"""Moments to the minute: one spelling or another, in one cell or several, never guessed."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmledger.errors import NeedsDecision
from cmledger.sheets.cell_texts import as_read_back
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.kinds import Duration, Minute
from cmledger.sheets.kinds.minutes import IN_PART, span_of
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts.outages import OUTAGES

WHOLE = "2026-12-05T08:00"


def parse(cell: Any) -> Any:
    return Minute().parse(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026.12.5 8:00", "2026-12-05 08:00:00", "2026/12/5 8:00", "2026年12月5日8时", "2026年12月5日 上午8点",
        "2026-12-05T08:00", "202612050800", dt.datetime(2026, 12, 5, 7, 59, 59, 999_000), 46361.33333333,
        "2026年12月5日（周六）08：00", 202612050800,
    ],
)  # fmt: skip
def test_spellings_of_a_moment(cell: Any) -> None:
    assert parse(cell) == WHOLE


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("12月5日8:00-17:00", "--12-05T08:00/T17:00"),
        ("2026-12-05 8:00至2026-12-06 6:00", "2026-12-05T08:00/2026-12-06T06:00"),
        ("22:00～次日6:00", "T22:00/+T06:00"),
        ("下午5点半", "T17:30/"),
        ("2026.12.5", "2026-12-05/"),
        (46361, "2026-12-05/"),
        (dt.time(8, 0), "T08:00/"),
        (0.3333333, "T08:00/"),
    ],
)
def test_what_is_said_in_part(cell: Any, span: str) -> None:
    got = parse(cell)
    assert isinstance(got, Problem)
    assert (got.code, got.stored) == (IN_PART, span)
    assert span_of(span).written() == span


@pytest.mark.parametrize("cell", ["全天", "25:00", "8-17时", "2026-13-05 8:00", "待定", True, -3])
def test_what_is_no_moment(cell: Any) -> None:
    got = parse(cell)
    assert isinstance(got, Problem)
    assert got.stored is None


@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2099, 12, 31)))
def test_a_moment_survives_its_cell(at: dt.datetime) -> None:
    stored = at.isoformat(timespec="minutes")[:16]
    column = OUTAGES.column("begins_at")
    assert column is not None
    assert as_read_back(column, stored) == stored
    assert parse(stored.replace("T", " ")) == stored


@pytest.mark.parametrize(
    ("cell", "each", "minutes"),
    [(540, 1, 540), (9, 60, 540), ("9小时30分", None, 570), ("540分钟", None, 540), ("9.5h", 1, 570), (540, None, None)],
)  # fmt: skip
def test_how_long_it_lasts(cell: Any, each: int | None, minutes: int | None) -> None:
    got = Duration(each).parse(cell)
    assert (None if isinstance(got, Problem) else got) == minutes


SCRAPS = st.text("0123456789-./年月日时点分:：至~ T上下午次日半周六()万e", max_size=24)


@given(SCRAPS)
def test_no_text_breaks_it(text: str) -> None:
    got = parse(text)
    if isinstance(got, Problem) and isinstance(got.stored, str):
        assert span_of(got.stored).written() == got.stored
    for each in (None, 1, 60):
        Duration(each).parse(text)


# --- a sheet of outages ------------------------------------------------------------------------------


def seen(
    path: Path, headers: str, *rows: tuple[Any, ...], title: str = "", year: int | None = None
) -> Any:
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append((title,))
    sheet.append(tuple(headers.split()))
    for row in rows:
        sheet.append(row)
    book.save(path / "a.xlsx")
    choices = ReadingChoices(as_of=dt.date(2026, 11, 23), year=year, kind="outages")
    return read_file(path / "a.xlsx", choices).sheets[0]


def times(sheet: Any) -> list[tuple[Any, Any]]:
    values = sheet.rows.values
    ends = values.get("outage.ends_at") or [None] * len(sheet.rows.numbers)
    return list(zip(values["outage.begins_at"], ends, strict=True))


def codes(sheet: Any) -> set[str]:
    return {f.code for f in sheet.findings}


BOTH = (WHOLE, "2026-12-05T17:00")


@pytest.mark.parametrize(
    ("headers", "row"),
    [
        ("线路 停电时间 停电类型", ("示例一线", "2026年12月5日8:00-17:00", "计划")),
        ("线路 停电日期 停电时段", ("示例一线", "2026-12-05", "8:00-17:00")),
        ("线路 停电日期 开始时间 结束时间", ("示例一线", dt.date(2026, 12, 5), dt.time(8), dt.time(17))),
        ("线路 停电开始时间 停电终止时间", ("示例一线", dt.datetime(2026, 12, 5, 8), "17:00")),
        ("线路 停电开始时间 持续时间（min）", ("示例一线", "2026.12.5 8:00", 540)),
        ("线路 停电开始时间 停电时长(小时)", ("示例一线", "2026.12.5 8:00", 9)),
        ("线路 停电开始时间 持续时间", ("示例一线", "2026.12.5 8:00", "9小时")),
        ("线路 停电日期", ("示例一线", "2026-12-05 8:00—17:00")),
    ],
)  # fmt: skip
def test_begin_and_end_from_cells_of_all_kinds(
    tmp_path: Path, headers: str, row: tuple[Any, ...]
) -> None:
    sheet = seen(tmp_path, headers, row)
    assert times(sheet) == [BOTH]
    assert not sheet.rows.refused


def test_the_year_is_of_the_title_and_said_or_of_the_user_or_missed(tmp_path: Path) -> None:
    headers, row = "线路 停电时间", ("示例一线", "12月5日8:00-17:00")
    sheet = seen(tmp_path, headers, row, title="2026年12月停电计划")
    assert times(sheet) == [BOTH]
    assert "year-of-title" in codes(sheet)
    sheet = seen(tmp_path, headers, row, year=2026)
    assert times(sheet) == [BOTH]
    assert "year-of-title" not in codes(sheet)
    sheet = seen(tmp_path, headers, row)
    assert "moment-without-year" in codes(sheet)
    assert sheet.rows.refused == {0}


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        ("2026-12-05", None, "moment-without-time"),
        ("8:00", None, "moment-without-day"),
        ("待定", None, "not-a-moment"),
        (None, "2026-12-05 7:00", "missing-key"),
    ],
)
def test_what_cannot_be_told_is_refused(tmp_path: Path, begin: Any, end: Any, code: str) -> None:
    sound = ("示例一线", "2026-12-06 8:00", None, "x")
    sheet = seen(
        tmp_path, "线路 停电开始时间 停电终止时间 停电原因", ("示例一线", begin, end, "检修"), sound
    )
    assert code in codes(sheet)
    assert 0 in sheet.rows.refused
    assert 1 not in sheet.rows.refused


def test_over_midnight_and_over_new_year(tmp_path: Path) -> None:
    sheet = seen(
        tmp_path, "线路 停电开始时间 停电终止时间",
        ("示例一线", "2026-12-05 22:00", "6:00"),
        ("示例二线", "2026-12-31 22:00", "1月1日6:00"),
    )  # fmt: skip
    assert times(sheet) == [
        ("2026-12-05T22:00", "2026-12-06T06:00"),
        ("2026-12-31T22:00", "2027-01-01T06:00"),
    ]
    assert "outage-over-midnight" in codes(sheet)


def test_a_cell_merged_over_rows_is_the_time_of_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(("停电时间", "线路", "停电类型"))
    sheet.append(("2026-12-05 8:00-17:00", "示例一线", "计划"))
    sheet.append((None, "示例二线", "计划"))
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    choices = ReadingChoices(as_of=dt.date(2026, 11, 23), kind="outages")
    assert times(read_file(tmp_path / "a.xlsx", choices).sheets[0]) == [BOTH, BOTH]


def test_the_title_says_the_kind_and_that_is_said(tmp_path: Path) -> None:
    sheet = seen(tmp_path, "线路 停电时间", ("示例一线", "2026-12-05 8:00"), title="临时停电通知")
    assert sheet.rows.values["outage.outage_kind"] == ["temporary"]
    assert "outage-kind-of-title" in codes(sheet)
    sheet = seen(
        tmp_path, "线路 停电时间", ("示例一线", "2026-12-05 8:00"), title="计划停电、临时停电"
    )
    assert "outage.outage_kind" not in sheet.rows.values


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(SCRAPS, SCRAPS, SCRAPS), min_size=1, max_size=30))
def test_no_sheet_breaks_it(tmp_path: Path, cells: list[tuple[str, str, str]]) -> None:
    sound = ("示例一线", "2026-12-06 8:00", "2026-12-06", "17:00", "x")
    rows = [("示例一线", *three, "x") for three in cells]
    try:
        sheet = seen(
            tmp_path, "线路 停电开始时间 停电日期 停电终止时间 停电原因", sound, *rows, year=2026
        )
    except NeedsDecision:  # which of two columns is meant may be asked
        return
    for at, (begin, end) in enumerate(times(sheet)):
        if at not in sheet.rows.refused:
            assert dt.datetime.fromisoformat(begin)
            assert end is None or dt.datetime.fromisoformat(end)
