"""Which columns hold energy, of which year and month: from header, group, title, sheet or file name, else asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cmledger.sheets.grid import Cell
from cmledger.sheets.headings import Heading
from cmledger.sheets.lexicon import (
    ALL_MONTHS,
    AMOUNTS_IN_TITLE,
    ENERGY_IN_TITLE,
    ENERGY_UNITS,
    ENERGY_WORD,
    MONEY_UNITS,
    MONTH_RANGE,
    NOT_ENERGY,
    RELATIVE_YEAR,
    THIS_MONTH,
    TO_DATE,
    TOTAL_HEADERS,
    WHOLE_YEAR,
    WHOLE_YEAR_HEADERS,
    WHOLE_YEAR_IN,
    normalised,
    without_brackets,
)
from cmledger.sheets.surroundings import Surroundings, year_and_month

_OR_OCTOBER = re.compile(r"(?<!\d)20\d\d\.1(?!\d)")
_OCTOBER = re.compile(r"(?<!\d)20\d\d\.10(?!\d)")
MONTHS_TO_BE_SURE = 6
"""So many bare month columns (1月, 2月 …) full of numbers are energy even where no title says so."""


@dataclass(slots=True)
class EnergyHeading:
    """A column of energy, as far as its own header tells. month 0: a year's total. None: not said.

    bare: only a month or year, no word of energy. total: 合计 beside months. relative: 上年.
    to_date: 累计, which is a whole year only where the title says no month.
    """

    heading: Heading
    year: int | None
    month: int | None
    bare: bool = False
    total: bool = False
    whole_year: bool = False
    this_month: bool = False
    relative: bool = False
    to_date: bool = False
    october: bool | None = False
    """A header 2024.1 that its neighbours show to be October; None: they do not show which of the two it is."""


def energy_heading(heading: Heading) -> EnergyHeading | None:
    """What the header tells of energy, None where it is about something else."""
    parts = [ALL_MONTHS.sub(WHOLE_YEAR, part) for part in heading.parts]
    text = "/".join(parts)
    if NOT_ENERGY.search(text) or MONTH_RANGE.search(text) or heading.unit in MONEY_UNITS:
        return None
    year, month, _ = year_and_month(parts[-1])
    for group in reversed(parts[:-1]):
        group_year, group_month, _ = year_and_month(group)
        year = year or group_year
        month = month or group_month
    words = [_word(part) for part in parts]
    leaf = words[-1]
    energy = heading.unit in ENERGY_UNITS or any(ENERGY_WORD.search(w) for w in words if w)
    known_leaf = not leaf or bool(ENERGY_WORD.search(leaf))
    total = leaf in TOTAL_HEADERS
    whole_year = leaf in WHOLE_YEAR_HEADERS or (energy and bool(WHOLE_YEAR_IN.search(leaf)))
    if not (known_leaf or total or whole_year) or not (
        energy or year or month or total or whole_year
    ):
        return None
    return EnergyHeading(
        heading,
        year,
        month,
        bare=not energy,
        total=total,
        whole_year=whole_year,
        this_month=bool(THIS_MONTH.search(leaf)),
        relative=bool(RELATIVE_YEAR.search(leaf)),
        to_date=bool(TO_DATE.search(leaf)),
    )


def taken_for_energy(heading: Heading) -> EnergyHeading:
    """A column of which the user said that it is energy; its header may tell when."""
    year, month, _ = year_and_month(heading.path)
    told = energy_heading(heading) or EnergyHeading(heading, year, month)
    return replace(told, bare=False, total=False, whole_year=False)


def _ground(around: Surroundings) -> str:
    """Where the year of a header that names none comes from."""
    if not around.year:
        return "energy-year-from-title"
    over = around.years_over_table()
    return "energy-year-said" if not over or around.year in over else "energy-year-not-of-title"


def _word(part: str) -> str:
    """A part of the header without its year, month and remarks."""
    return normalised(without_brackets(year_and_month(part)[2]))[0].strip("-/_")


def energy_headings(headings: Sequence[Heading], around: Surroundings) -> list[EnergyHeading]:
    """The energy columns of a table, before years are settled; in a table without rows, by words alone."""
    empty = not any(h.filled for h in headings)
    found = [e for h in headings if (h.filled or empty) and (e := energy_heading(h)) is not None]
    _tell_october(found)
    worded = [e for e in found if not e.bare]
    bare = [e for e in found if e.bare and not e.total and (e.month or e.year)]
    if bare and not _is_energy(bare, around, said=bool(worded)):
        bare = []
    months = [e for e in (*worded, *bare) if e.month]
    totals = [e for e in found if e.bare and (e.total or e.whole_year) and e not in bare and months]
    wanted = {id(e) for e in (*worded, *bare, *totals)}
    return [e for e in found if id(e) in wanted]


def _tell_october(found: Sequence[EnergyHeading]) -> None:
    """A header 2024.1 may be what a number 2024.10 became: the months beside it tell, or 2024.10 written out."""
    months = {e.heading.position: (e.year, e.month) for e in found}
    written = {e.year for e in found if e.month == 10 and _OCTOBER.search(e.heading.leaf)}
    for e in found:
        if not _OR_OCTOBER.search(e.heading.leaf) or e.year is None or e.year in written:
            continue
        left, right = (months.get(e.heading.position + step) for step in (-1, 1))
        january = left == (e.year - 1, 12) or right == (e.year, 2)
        e.october = left == (e.year, 9) or right == (e.year, 11)
        if january == e.october:
            e.october = None
        elif e.october:
            e.month = 10


def _is_energy(bare: Sequence[EnergyHeading], around: Surroundings, *, said: bool) -> bool:
    """Whether columns headed by nothing but months or years hold energy: numbers, and a title that does not say otherwise."""
    if any(e.heading.filled and _numbers(e.heading.cells) < 0.9 for e in bare):
        return False
    if around.says(ENERGY_IN_TITLE) or said:
        return True
    return (
        not around.says(AMOUNTS_IN_TITLE)
        and sum(e.month is not None for e in bare) >= MONTHS_TO_BE_SURE
    )


def _numbers(cells: Sequence[Cell]) -> float:
    """The share of numbers among what is filled in."""
    filled = [c for c in cells if c not in (None, "", "/", "-")]
    count = sum(
        (isinstance(c, (int, float)) and not isinstance(c, bool))
        or (isinstance(c, str) and c.strip().replace(",", "").replace(".", "", 1).isdigit())
        for c in filled
    )  # fmt: skip
    return count / len(filled) if filled else 0.0


@dataclass(frozen=True, slots=True)
class Settled:
    """Where an energy column belongs. year None: each row says it. why: None where header or rows say so, else
    finding code of what was concluded."""

    heading: Heading
    year: int | None
    month: int
    why: str | None = None


def settle(
    found: Sequence[EnergyHeading],
    around: Surroundings,
    *,
    year_in_rows: bool,
    month_in_rows: bool,
) -> tuple[list[Settled], list[tuple[Heading, str]], list[Heading]]:
    """Years and months of energy columns: the settled, those left aside with the reason, those to be asked for.

    year_in_rows, month_in_rows: the table has columns of its own for them, which then say it.
    """
    settled: list[Settled] = []
    aside: list[tuple[Heading, str]] = []
    asked: list[Heading] = []
    years, months = around.periods()
    has_months = any(e.month for e in found)
    complete = len({e.month for e in found if e.month}) == 12
    for e in found:
        month = e.month or 0
        if (
            has_months
            and not e.month
            and (e.total or e.whole_year)
            and not (complete and e.whole_year)
        ):
            aside.append((e.heading, "derived-total"))
        elif e.october is None:
            asked.append(e.heading)
        elif e.year is not None:
            why = "october-by-neighbours" if e.october else None
            settled.append(Settled(e.heading, e.year, month, why))
        elif year_in_rows:
            if e.this_month and not (e.month or month_in_rows):
                asked.append(e.heading)
            else:
                settled.append(Settled(e.heading, None, month))
        elif e.relative or len(years) != 1:
            asked.append(e.heading)
        elif e.month or e.whole_year or not months:
            if e.this_month and not e.month:
                asked.append(e.heading)
            else:
                settled.append(Settled(e.heading, next(iter(years)), month, _ground(around)))
        elif e.to_date:
            aside.append((e.heading, "total-to-date"))
        elif len(months) == 1:
            settled.append(
                Settled(e.heading, next(iter(years)), next(iter(months)), "energy-month-from-title")
            )
        else:
            asked.append(e.heading)
    return settled, aside, asked
