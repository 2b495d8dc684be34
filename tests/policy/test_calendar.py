"""calendar-2027.toml: the office's own year of working days."""

from datetime import date
from pathlib import Path

import pytest

from cmledger.errors import BadPolicy
from cmledger.policy.calendar import load_calendars
from cmledger.records.calendar import CalendarYear
from cmledger.rules.workdays import WorkingDays


def test_a_year_is_read_by_its_file_s_name(tmp_path: Path) -> None:
    (tmp_path / "calendar-2027.toml").write_text(
        "# 国务院办公厅 2026 年 11 月通知\nholidays = [2027-01-01, 2027-02-08]\nworkdays = [2027-02-20]\n",
        encoding="utf-8-sig",  # as Windows' Notepad saves it
    )
    assert load_calendars(tmp_path) == {
        2027: CalendarYear(
            2027,
            frozenset({date(2027, 1, 1), date(2027, 2, 8)}),
            frozenset({date(2027, 2, 20)}),
        )
    }


def test_festivals_of_a_year(tmp_path: Path) -> None:
    (tmp_path / "calendar-2027.toml").write_text(
        "holidays = []\n[festivals]\nspring-festival = 2027-02-06\nmid-autumn = 2027-09-15\n",
        encoding="utf-8",
    )
    days = WorkingDays(load_calendars(tmp_path))
    assert days.festival("spring-festival", 2027) == date(2027, 2, 6)
    assert days.festival("mid-autumn", 2027) == date(2027, 9, 15)
    assert days.festival("dragon-boat", 2027) is None
    assert days.festival("labour-day", 2027) == date(2027, 5, 1)


def test_no_file_no_year(tmp_path: Path) -> None:
    assert load_calendars(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("holidays = [2027-01-01,\n2028-01-01]", 2, "不在 2027 年"),
        ('workdays = ["2027-02-20"]', 1, "不是日期"),
        ("holidays = 2027-01-01", 1, "一串日期"),
        ("\nfree = [2027-01-01]", 2, "free"),
        ("holidays = [2027-01-01]\nworkdays = [2027-01-01]", 1, "既写了放假又写了上班"),
        ("[festivals]\nspring = 2027-02-06", 2, "spring-festival（春节）"),
        ("[festivals]\nspring-festival = 2026-02-17", 2, "不在 2027 年"),
        ('[festivals]\nspring-festival = "2027-02-06"', 2, "不是日期"),
        ("festivals = [2027-02-06]", 1, "应写成 [festivals]"),
        ("holidays = [2027-02-30]", 1, "写法不对"),
        ("holidays = [\n\n2027-01-01", 3, "写法不对"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "calendar-2027.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        load_calendars(tmp_path)
    assert refused.value.exit_code == 14
    assert refused.value.where == f"{path}:{line}"
    assert words in refused.value.message


def test_a_file_that_is_nearly_named_right_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "calendar-27.toml").write_text("", encoding="utf-8")
    with pytest.raises(BadPolicy, match=r"calendar-27\.toml"):
        load_calendars(tmp_path)
