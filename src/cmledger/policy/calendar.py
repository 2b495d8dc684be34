"""Years of the working calendar that an office writes down itself, before the program knows them.

A file calendar-2027.toml beside policy.toml::

    holidays = [2027-01-01, 2027-02-05, 2027-02-06]   # off work, weekends within a break included or not
    workdays = [2027-02-20]                           # Saturdays and Sundays that are worked to make up

    [festivals]                                       # for items owed on a festival; codes of records.cycles.HOLIDAYS
    spring-festival = 2027-02-06
"""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cmledger.errors import BadPolicy
from cmledger.records.calendar import CalendarYear
from cmledger.records.cycles import HOLIDAYS
from cmledger.wording import calendar as say
from cmledger.wording.cycles import OCCASIONS

_FILE = re.compile(r"calendar-(\d{4})\.toml")
_KEYS = ("holidays", "workdays")
_FESTIVALS = "festivals"


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
        if key not in (*_KEYS, _FESTIVALS):
            raise _refused(say.UNKNOWN_KEY.format(key=key), path, _line_of(text, key))
    holidays, workdays = (_days(content.get(key, []), key, year, text, path) for key in _KEYS)
    both = min(holidays & workdays, default=None)
    if both is not None:
        raise _refused(say.IN_BOTH.format(day=both), path, _line_of(text, both.isoformat()))
    festivals = _festivals(content.get(_FESTIVALS, {}), year, text, path)
    return CalendarYear(year, holidays, workdays, festivals)


def _festivals(value: Any, year: int, text: str, path: Path) -> dict[str, date]:
    if not isinstance(value, dict):
        raise _refused(say.NOT_A_TABLE.format(key=_FESTIVALS), path, _line_of(text, _FESTIVALS))
    for code, day in value.items():
        if code not in HOLIDAYS:
            known = say.KNOWN_JOINT.join(
                say.KNOWN_FESTIVAL.format(code=one, name=OCCASIONS[one]) for one in HOLIDAYS
            )
            what = say.UNKNOWN_FESTIVAL.format(code=code, known=known)
            raise _refused(what, path, _line_of(text, code))
        _refuse_no_day(day, code, year, text, path)
    return dict(value)


def _days(value: Any, key: str, year: int, text: str, path: Path) -> frozenset[date]:
    if not isinstance(value, list):
        raise _refused(say.NOT_A_LIST.format(key=key), path, _line_of(text, key))
    for day in value:
        _refuse_no_day(day, key, year, text, path)
    return frozenset(value)


def _refuse_no_day(day: Any, key: str, year: int, text: str, path: Path) -> None:
    if not isinstance(day, date) or isinstance(day, datetime):
        line = _line_of(text, str(day))
        raise _refused(say.NOT_A_DAY.format(key=key, value=day), path, line)
    if day.year != year:
        line = _line_of(text, day.isoformat())
        raise _refused(say.OTHER_YEAR.format(day=day, year=year), path, line)


def _line_of(text: str, words: str) -> str | None:
    lines = text.splitlines()
    return next((str(n) for n, line in enumerate(lines, 1) if words in line), None)


def _refused(sentence: str, path: Path, line: str | None) -> BadPolicy:
    where = f"{path}:{line}" if line else str(path)
    return BadPolicy(
        say.BAD_CALENDAR.format(where=where, what=sentence), hint=say.HINT, where=where
    )
