"""Days without a year: in a sheet of what happened they are of the year that a title, the file's name or --year says."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.sheets.intake import ReadingChoices, read_file

AS_OF = dt.date(2026, 11, 23)
NO = "3700000001"


def seen(folder: Path, title: str, headers: str, *rows: tuple[Any, ...], name: str = "a", year: int | None = None) -> Any:  # fmt: skip
    book = openpyxl.Workbook()
    if title:
        book.active.append((title,))
    book.active.append(tuple(headers.split()))
    for row in rows:
        book.active.append(row)
    path = folder / f"{name}.xlsx"
    book.save(path)
    return read_file(path, ReadingChoices(as_of=AS_OF, year=year)).sheets[0]


def said(sheet: Any) -> list[str]:
    return [f.message for f in sheet.findings if f.code == "year-of-title"]


VISITS = "户号 户名 走访日期 走访人 走访内容 跟进期限"
ROWS = (
    (NO, "示例一厂", "11月5日", "示例甲", "讲解", "11月20日"),
    ("3700000002", "示例二厂", "11.6", "示例甲", "讲解", "1月15日"),
)


@pytest.mark.parametrize(
    ("title", "name", "year"),
    [
        ("2026年11月走访记录", "a", None),
        ("走访记录", "2026年走访记录", None),
        ("走访记录", "a", 2026),
    ],
)
def test_visits(tmp_path: Path, title: str, name: str, year: int | None) -> None:
    sheet = seen(tmp_path, title, VISITS, *ROWS, name=name, year=year)
    assert sheet.rows.values["visit.visited_on"] == ["2026-11-05", "2026-11-06"]
    assert not sheet.rows.refused
    once = ["4 处日期没有写年份，按标题、表名或文件名里的 2026 年读入"]
    assert said(sheet) == (once if year is None else [])


def test_what_follows_a_day_is_of_the_next_year_where_it_would_come_before_it(
    tmp_path: Path,
) -> None:
    sheet = seen(tmp_path, "2026年11月走访记录", VISITS, *ROWS)
    assert sheet.rows.values["visit.follow_up_by"] == ["2026-11-20", "2027-01-15"]


def test_the_notice_of_an_outage_is_of_the_year_before_where_it_would_come_after(
    tmp_path: Path,
) -> None:
    headers = "线路 停电时间 停电类型 发布时间"
    rows = (
        ("示例一线", "1月5日8:00-17:00", "计划", "12月28日 16:00"),
        ("示例二线", "1月9日8:00-17:00", "计划", "1月2日"),
    )
    sheet = seen(tmp_path, "2027年1月停电计划", headers, *rows)
    assert sheet.rows.values["outage.begins_at"] == ["2027-01-05T08:00", "2027-01-09T08:00"]
    assert sheet.rows.values["outage.known_on"] == ["2026-12-28", "2027-01-02"]
    assert said(sheet) == ["4 处日期没有写年份，按标题、表名或文件名里的 2027 年读入"]
    assert seen(tmp_path, "停电计划", headers, *rows, year=2027).rows.refused == set()


def test_notices(tmp_path: Path) -> None:
    row = ("o1", NO, "示例一厂", "11月23日16:30", "电话", "已告知")
    sheet = seen(
        tmp_path, "停电通知记录", "停电号 户号 户名 通知时间 通知方式 通知结果", row, year=2026
    )
    assert sheet.rows.values["outage_notice.told_at"] == ["2026-11-23T16:30"]
    assert not sheet.rows.refused


def test_no_year_is_guessed(tmp_path: Path) -> None:
    sheet = seen(tmp_path, "走访记录", VISITS, *ROWS)
    assert sheet.rows.refused == {0, 1}
    assert "--year" in next(f.message for f in sheet.findings if f.code == "moment-without-year")
    several = seen(tmp_path, "2025年2026年走访记录", VISITS, *ROWS)
    assert several.rows.refused == {0, 1}


def test_the_year_of_a_customers_sheet_is_not_that_of_its_customers(tmp_path: Path) -> None:
    headers = "户号 户名 合同容量 电压等级 线路 立户日期"
    sheet = seen(
        tmp_path,
        "2026年专变用户台账",
        headers,
        (NO, "示例一厂", 315, "10kV", "示例一线", "3月5日"),
    )
    assert sheet.rows.values["customer.opened_on"] == [None]
