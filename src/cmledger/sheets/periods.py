"""Years and months that rows say of their energy: parted, brought to the columns of a wide table, and doubted."""

from collections.abc import Collection, Sequence
from typing import Final

from cmledger.records.intake import EnergyColumn, Finding, Parsed, SheetRows
from cmledger.sheets.energy import Settled
from cmledger.sheets.recognised import PERIOD
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

YEAR: Final = "consumption.year"
MONTH: Final = "consumption.month"


def part_periods(rows: SheetRows) -> None:
    """202503 is year 2025 and month 3."""
    if PERIOD not in rows.values:
        return
    periods = rows.values.pop(PERIOD)
    letters = rows.columns.pop(PERIOD)
    for name, part in ((YEAR, 0), (MONTH, 1)):
        rows.values[name] = [divmod(p, 100)[part] if isinstance(p, int) else None for p in periods]
        rows.columns[name] = letters


def split(rows: SheetRows, settled: Settled, values: Sequence[Parsed]) -> list[EnergyColumn]:
    """An energy column as one of each period it holds; where the header leaves year or month open, the rows say them.

    A row that should say its year and does not is in none of them (it is refused).
    """
    letters, count = settled.heading.letters, len(values)
    years, months = rows.values.get(YEAR), rows.values.get(MONTH)
    of_year: Sequence[Parsed] = [settled.year] * count
    if settled.year is None and years is not None:
        of_year = years
    of_month: Sequence[Parsed] = [settled.month] * count
    if not settled.month and months is not None:
        of_month = [month or 0 for month in months]
    periods = list(zip(of_year, of_month, strict=True))
    distinct = sorted((y, m) for y, m in set(periods) if isinstance(y, int) and isinstance(m, int))
    if len(set(periods)) == len(distinct) == 1:
        return [EnergyColumn(letters, *distinct[0], values)]
    return [
        EnergyColumn(
            letters, *mine, [v if p == mine else None for p, v in zip(periods, values, strict=True)]
        )
        for mine in distinct
    ]


def other_years(rows: SheetRows, said: Collection[int]) -> list[Finding]:
    """Rows that name a year of their own go by it, whatever title or header say."""
    letters = rows.columns.get(YEAR)
    if letters is None or not said:
        return []
    other = {y for y in rows.values[YEAR] if isinstance(y, int)} - {*said}
    if not other:
        return []
    title, found = (say.LISTED.join(map(str, sorted(years))) for years in (said, other))
    return [finding("year-not-of-title", column=letters, title=title, rows=found)]


def blank_months(rows: SheetRows, wrong: Collection[int]) -> list[Finding]:
    """A blank month is the whole year, and said; not where something unreadable stood (`wrong`) or no year is."""
    months, years = rows.values.get(MONTH), rows.values.get(YEAR)
    if months is None or (years is None and not rows.energy):
        return []
    whole = [
        at
        for at, month in enumerate(months)
        if month is None and at not in wrong and (years is None or years[at] is not None)
    ]
    if not whole:
        return []
    blank = {*whole}
    rows.values[MONTH] = [0 if at in blank else month for at, month in enumerate(months)]
    row, column = rows.numbers[whole[0]], rows.columns.get(MONTH)
    return [finding("blank-month", row=row, column=column, count=len(whole))]
