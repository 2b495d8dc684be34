"""The year of days that name none: in a sheet of what happened it is the year that the user, or a title, says."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from cmledger.records.intake import Finding, Parsed, SheetRows
from cmledger.sheets.checks import Odd
from cmledger.sheets.kinds import Date, Minute
from cmledger.sheets.layout import Column, Problem
from cmledger.sheets.lexicon import DATE_WITHOUT_YEAR
from cmledger.sheets.recognised import Recognised
from cmledger.sheets.surroundings import Surroundings
from cmledger.wording.findings import finding

Place = tuple[int, str]
"""A row's position and the field of a cell in it."""

_WITHOUT_YEAR: Final = "date-without-year"
_OF_A_TIME: Final = frozenset(
    ("visits", "services", "duties", "matters", "events", "arrears-contacts", "trainings", "planned-visits",
     "outages", "outage-notices")
)  # fmt: skip
"""Kinds of sheets whose rows belong to a time; the year of a customers' sheet is not that of its 立户日期."""
_BEFORE: Final = ("outage.known_on",)
"""Days that come before that of their row; every other comes after."""


def only_year(around: Surroundings) -> int | None:
    """The year that the user says, else the one that titles, sheet or file name; None where there are several."""
    years, _ = around.periods()
    return next(iter(years)) if len(years) == 1 else None


def fill_years(
    rows: SheetRows, one: Recognised, around: Surroundings, problems: list[Odd]
) -> list[Place]:
    """Give the days that lack a year theirs, and where they stand; `problems` lose those that are settled."""
    year = only_year(around)
    if one.layout.kind not in _OF_A_TIME:
        return []
    own = next((c for c in one.layout.columns if c.required and _is_time(c)), None)
    lacking = [odd for odd in problems if odd.problem.code == _WITHOUT_YEAR and not odd.extra]
    lacking.sort(key=lambda odd: one.columns[odd.position] is not own)  # the row's own day first
    settled = {id(odd) for odd in lacking}
    problems[:] = [odd for odd in problems if id(odd) not in settled]
    changed = {name: list(rows.values[name]) for name in {_field(one, odd) for odd in lacking}}
    rows.values.update(changed)
    filled: list[Place] = []
    for odd in lacking:
        name = _field(one, odd)
        beside = rows.values.get(own.field) if own and own.field != name else None
        value = str(odd.problem.facts["value"])
        found: str | Problem = Problem("moment-without-year", {"value": value})
        if year is not None:
            found = _day(value, year, name, beside[odd.at] if beside else None)
        if isinstance(found, Problem):
            problems.append(odd._replace(problem=found))
        else:
            changed[name][odd.at] = found
            filled.append((odd.at, name))
    return filled


def _field(one: Recognised, odd: Odd) -> str:
    return one.columns[odd.position].field


def say_years(rows: SheetRows, around: Surroundings, filled: Sequence[Place]) -> list[Finding]:
    """That days were given the year of a title, once for a sheet; nothing where the user said it."""
    if not filled or around.year is not None:
        return []
    at, name = min(filled)
    facts = {"count": len(filled), "year": only_year(around)}
    return [finding("year-of-title", row=rows.numbers[at], column=rows.columns.get(name), **facts)]


def _is_time(column: Column) -> bool:
    return isinstance(column.kind, (Date, Minute))


def _day(text: str, year: int, name: str, beside: Parsed) -> str | Problem:
    """The day of that year; of the next or the last one, where it would stand on the wrong side of its row's own day.

    What was found in October and is to be mended by 1月15日 has until the next year.
    """
    match = DATE_WITHOUT_YEAR.fullmatch(text)
    assert match is not None
    years = [year]
    if isinstance(beside, str):
        years += [year - 1] if name in _BEFORE else [year + 1]
    try:
        days = [date(y, int(match[1]), int(match[2])).isoformat() for y in years]
    except ValueError:
        return Problem("no-such-day", {"value": text})
    if not isinstance(beside, str):
        return days[0]
    wrong = days[0] > beside[:10] if name in _BEFORE else days[0] < beside[:10]
    return days[1] if wrong else days[0]
