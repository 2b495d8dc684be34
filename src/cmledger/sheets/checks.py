"""What is said about the cells of a table in stored forms, and which rows must not be written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from cmledger.records.intake import MOST_HOURS, Clear, Finding, Parsed, Severity, SheetRows
from cmledger.sheets.grid import Cell
from cmledger.sheets.headings import Heading
from cmledger.sheets.kinds import ID_SHAPED, has_lost_digits
from cmledger.sheets.layout import ParsedColumn, Problem
from cmledger.sheets.lexicon import bare, without_personal_ids
from cmledger.sheets.recognised import Recognised
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding, of_so_many
from cmledger.wording.lists import listed

_WORDS: Final = (
    "unknown-word",
    "word-too-wide",
    "not-yes-or-no",
    "no-old-account",
    "account-length",
    "lost-leading-zero",
    "date-without-day",
    "not-months",
    "not-a-count",
)
"""A word that is on no list, a number of another length, a day of which only the month is known; the rest is damage."""
_OF_PERSONS: Final = (ID_SHAPED, "personal-id-in-cell")
_REPEATED: Final = 20
"""The same odd value more often than this in a column is reported once, with its number."""


class Odd(NamedTuple):
    """A cell with a problem: its place in the rows, its column, and whether the row stands or falls with it.

    extra: of a column nobody knows; no damage there refuses the row.
    """

    at: int
    position: int
    problem: Problem
    essential: bool
    extra: bool = False


def holds_personal_ids(parsed: ParsedColumn) -> bool:
    """Whether most of what a column holds are identity numbers of persons, whatever its header says."""
    about = sum(p.code in _OF_PERSONS for p in parsed.problems.values())
    return about > 0 and about * 2 > sum(value is not None for value in parsed.values)


def future_days(rows: SheetRows, one: Recognised, as_of: date) -> list[Odd]:
    """What happened cannot lie after tomorrow (clocks differ); such days are taken out of the rows."""
    today, tomorrow = as_of.isoformat(), (as_of + timedelta(days=1)).isoformat()
    odd: list[Odd] = []
    for position, column in one.columns.items():
        if not column.kind.past or column.field not in rows.values:
            continue
        values = list(rows.values[column.field])
        for at, day in enumerate(values):
            if isinstance(day, str) and day > today:
                facts: dict[str, object] = {"value": day, "today": today}
                if day == tomorrow:
                    odd.append(Odd(at, position, Problem("tomorrow", facts, day), column.required))
                    continue
                odd.append(Odd(at, position, Problem("future-date", facts), column.required))
                values[at] = None
        rows.values[column.field] = values
    return odd


def odd_cells(
    rows: SheetRows, one: Recognised, problems: Sequence[Odd], headings: Mapping[int, Heading]
) -> list[Finding]:
    """Findings of cells: an error refuses the row. A word that is on no list does so only where the column is
    essential; elsewhere it is kept among the extras, as it stands, and said."""
    found: list[Finding] = []
    alike = Counter(map(_likeness, problems))
    listed: set[tuple[int, str, str]] = set()
    for odd in problems:
        heading = headings[odd.position]
        facts: Mapping[str, object] = {"header": heading.leaf, **odd.problem.facts}
        row = rows.numbers[odd.at]
        noted = finding(odd.problem.code, row=row, column=heading.letters, **facts)
        if noted.severity is Severity.ERROR:
            if not odd.extra and (odd.essential or odd.problem.code not in _WORDS):
                rows.refused.add(odd.at)
                found.append(noted)
                continue
            told = say.NOT_KEPT
            if not odd.extra and odd.position in one.columns:
                rows.unread.setdefault(one.columns[odd.position].field, set()).add(row)
            if not odd.extra and not has_lost_digits(str(odd.problem.facts.get("value"))):
                _keep(rows, heading, odd)
                told = say.KEPT
            noted = replace(noted, severity=Severity.WARNING, message=noted.message + told)
        elif odd.problem.code == "yes-and-more" and not odd.extra:
            _keep(rows, heading, odd)
        same = _likeness(odd)
        if same in listed:
            continue
        if alike[same] > _REPEATED:
            listed.add(same)
            noted = replace(noted, message=noted.message + say.TIMES.format(count=alike[same]))
        found.append(noted)
    return found


def _keep(rows: SheetRows, heading: Heading, odd: Odd) -> None:
    """A word nobody knows is lost neither: it stands with the record as one of its extras.

    Under a name of its own, so that an exported sheet has no two columns of one title.
    """
    name = say.AS_WRITTEN.format(header=heading.leaf)
    texts = list(rows.extras.get(name) or [None] * len(rows.numbers))
    texts[odd.at] = without_personal_ids(str(odd.problem.facts.get("value")))
    rows.extras[name] = texts


def _likeness(odd: Odd) -> tuple[int, str, str]:
    return odd.position, odd.problem.code, str(odd.problem.facts.get("value"))


def missing_keys(rows: SheetRows, one: Recognised, problems: Sequence[Odd]) -> list[Finding]:
    """A row without what it needs cannot be placed; where something wrong stands there, that has been said."""
    found: list[Finding] = []
    wrong = {(odd.at, odd.position) for odd in problems}
    needed = [c for c in (*one.layout.columns, *one.layout.readings) if c.required]
    needed += [c for c in one.layout.columns if c.field == "consumption.year"]
    for column in needed:
        values = rows.values.get(column.field)
        if values is None:
            continue
        letters = rows.columns.get(column.field)
        position = one.position(column.field)
        for at, value in enumerate(values):
            blank = value is None or isinstance(value, Clear)
            if blank and (at, position) not in wrong:
                rows.refused.add(at)
                row = rows.numbers[at]
                found.append(finding("missing-key", row=row, column=letters, field=column.title))
    return found + _unread_offices(rows, one, problems)


def _unread_offices(rows: SheetRows, one: Recognised, problems: Sequence[Odd]) -> list[Finding]:
    """An office that could not be read is not the usual one: the row would be put where it does not belong."""
    column = next((c for c in one.layout.columns if c.field == one.layout.office), None)
    position = one.position(column.field) if column else None
    if column is None or position is None:
        return []
    found: list[Finding] = []
    for odd in problems:
        if odd.position == position and odd.problem.stored is None and odd.at not in rows.refused:
            rows.refused.add(odd.at)
            row, letters = rows.numbers[odd.at], rows.columns.get(column.field)
            found.append(finding("missing-key", row=row, column=letters, field=column.title))
    return found


def names_that_differ(
    rows: SheetRows, accounts: Sequence[Parsed], names: Sequence[Cell], column: str
) -> list[Finding]:
    """Several names under one 户号, in a sheet whose names are not taken in; said at the row of the second."""
    pairs = list(zip(accounts, names, strict=True))
    if len(set(pairs)) == len(set(accounts)):
        return []  # the common case at once
    first: dict[str, str] = {}
    others: dict[str, dict[str, int]] = {}
    for at, (account, name) in enumerate(pairs):
        if not isinstance(account, str) or not isinstance(name, str) or not bare(name):
            continue
        if bare(first.setdefault(account, name)) != bare(name):
            others.setdefault(account, {}).setdefault(name, at)
    return [
        finding(
            "two-names",
            row=rows.numbers[next(iter(more.values()))],
            column=column,
            account=account,
            names=listed([first[account], *more]),
        )
        for account, more in others.items()
    ]


def energy_above_capacity(rows: SheetRows) -> list[Finding]:
    """More kWh than the capacity can carry in all hours: most often a unit taken wrongly (10,000 times).

    Once for a row, at the first of its figures, with their number.
    """
    found: dict[int, Finding] = {}
    more: Counter[int] = Counter()
    sizes = [rows.values.get(f"customer.{n}_capacity_kva") for n in ("contract", "operating")]
    known = [s for s in sizes if s is not None]
    for column in rows.energy if known else ():
        for at, kwh in enumerate(column.values):
            capacity = max((c for s in known if isinstance(c := s[at], int)), default=0)
            if isinstance(kwh, int) and capacity and kwh > capacity * MOST_HOURS[column.month]:
                more[at] += 1
                if at not in found:
                    found[at] = finding(
                        "energy-above-capacity",
                        row=rows.numbers[at],
                        column=column.column,
                        kwh=f"{kwh / 1000:,.0f}",
                        kva=f"{capacity / 1000:g}",
                    )
    return [of_so_many(one, more[at]) for at, one in found.items()]
