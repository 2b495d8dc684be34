"""A year's energy beside its twelve months: told where the one is not the sum of the others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cmledger.records.intake import Finding, Parsed, SheetRows
from cmledger.sheets.periods import MONTH, YEAR
from cmledger.sheets.recognised import KWH
from cmledger.wording.findings import finding

MONTHS: Final = 12
_KWH: Final = 1000
"""Thousandths in which energy is kept."""
_ROUNDING: Final = 1000
"""Figures rounded one by one do not add up to the last digit: a thousandth of the whole is nothing to speak of."""


def years_unlike_their_months(
    rows: SheetRows, totals: Iterable[tuple[str, int | None, Sequence[Parsed]]]
) -> list[Finding]:
    """A warning for each year's figure that its twelve months, all there in this sheet, do not add up to.

    totals: columns of sums that were left aside: letters, year (None: the only one there is), thousandths.
    """
    found = list(_side_by_side(rows, totals))
    if YEAR in rows.values and MONTH in rows.values and KWH in rows.values:
        found += _below_each_other(rows)
    return found


def _side_by_side(
    rows: SheetRows, totals: Iterable[tuple[str, int | None, Sequence[Parsed]]]
) -> Iterator[Finding]:
    months: dict[int, dict[int, Sequence[Parsed]]] = defaultdict(dict)
    years: list[tuple[str, int | None, Sequence[Parsed]]] = list(totals)
    for energy in rows.energy:
        if energy.month:
            months[energy.year][energy.month] = energy.values
        else:
            years.append((energy.column, energy.year, energy.values))
    whole = {year: [*by.values()] for year, by in months.items() if len(by) == MONTHS}
    for letters, said, values in years:
        year = said if said is not None or len(whole) != 1 else next(iter(whole))
        if year not in whole:
            continue
        for at, (total, *parts) in enumerate(zip(values, *whole[year], strict=True)):
            if at not in rows.refused and _unlike(total, parts):
                yield _told(rows.numbers[at], letters, year, total, parts)


def _below_each_other(rows: SheetRows) -> Iterator[Finding]:
    groups: dict[tuple[Parsed, Parsed], dict[Parsed, int]] = defaultdict(dict)
    years, months, kwh = rows.values[YEAR], rows.values[MONTH], rows.values[KWH]
    if 0 not in months:
        return
    accounts = rows.values["customer.account_no"]
    for at, (account, year, month) in enumerate(zip(accounts, years, months, strict=True)):
        if at not in rows.refused:
            groups[account, year][month] = at
    for (_, year), by_month in groups.items():
        if by_month.keys() >= set(range(MONTHS + 1)):
            total, *parts = (kwh[by_month[month]] for month in range(MONTHS + 1))
            if _unlike(total, parts) and isinstance(year, int):
                at = by_month[0]
                yield _told(rows.numbers[at], rows.columns.get(KWH), year, total, parts)


def _unlike(total: Parsed, parts: Sequence[Parsed]) -> bool:
    if not isinstance(total, int):
        return False
    figures = [part for part in parts if isinstance(part, int)]
    if len(figures) < MONTHS:
        return False
    return abs(total - sum(figures)) > max(MONTHS * _KWH, abs(total) // _ROUNDING)


def _told(
    row: int, letters: str | None, year: int, total: Parsed, parts: Sequence[Parsed]
) -> Finding:
    assert isinstance(total, int)
    months = sum(part for part in parts if isinstance(part, int))
    return finding(
        "year-not-of-months",
        row=row,
        column=letters,
        year=year,
        total=f"{total / _KWH:,.0f}",
        months=f"{months / _KWH:,.0f}",
    )
