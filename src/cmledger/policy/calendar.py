"""Years of the working calendar that an office writes down itself, before the program knows them.

A file calendar-2027.toml beside policy.toml::

    holidays = [2027-01-01, 2027-02-05, 2027-02-06]   # off work, weekends within a break included or not
    workdays = [2027-02-20]                           # Saturdays and Sundays that are worked to make up
"""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cmledger.errors import BadPolicy
from cmledger.records.calendar import CalendarYear
from cmledger.wording import calendar as say

_FILE = re.compile(r"calendar-(\d{4})\.toml")
_KEYS = ("holidays", "workdays")


def load_calendars(folder: Path) -> dict[int, CalendarYear]:
    """The years written down in a folder, by year. BadPolicy (path:line) where a file is not as it should be."""
    found = {}
    for path in sorted(folder.glob("calendar-*.toml")):
        named = _FILE.fullmatch(path.name)
        if named is None:
            raise BadPolicy(say.BAD_NAME.format(name=path.name), where=str(path))
        found[int(named[1])] = _read(path, int(named[1]))
    return found


def _read(path: Path, year: int) -> CalendarYear:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise _refused(say.UNREADABLE, path, None) from problem
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"at line (\d+)", str(problem))
        last = str(len(text.splitlines()))
        raise _refused(say.SYNTAX, path, line[1] if line else last) from problem
    for key in content:
        if key not in _KEYS:
            raise _refused(say.UNKNOWN_KEY.format(key=key), path, _line_of(text, key))
    holidays, workdays = (_days(content.get(key, []), key, year, text, path) for key in _KEYS)
    both = min(holidays & workdays, default=None)
    if both is not None:
        raise _refused(say.IN_BOTH.format(day=both), path, _line_of(text, both.isoformat()))
    return CalendarYear(year, holidays, workdays)


def _days(value: Any, key: str, year: int, text: str, path: Path) -> frozenset[date]:
    if not isinstance(value, list):
        raise _refused(say.NOT_A_LIST.format(key=key), path, _line_of(text, key))
    for day in value:
        if not isinstance(day, date) or isinstance(day, datetime):
            line = _line_of(text, str(day))
            raise _refused(say.NOT_A_DAY.format(key=key, value=day), path, line)
        if day.year != year:
            line = _line_of(text, day.isoformat())
            raise _refused(say.OTHER_YEAR.format(day=day, year=year), path, line)
    return frozenset(value)


def _line_of(text: str, words: str) -> str | None:
    lines = text.splitlines()
    return next((str(n) for n, line in enumerate(lines, 1) if words in line), None)


def _refused(sentence: str, path: Path, line: str | None) -> BadPolicy:
    where = f"{path}:{line}" if line else str(path)
    return BadPolicy(
        say.BAD_CALENDAR.format(where=where, what=sentence), hint=say.HINT, where=where
    )
