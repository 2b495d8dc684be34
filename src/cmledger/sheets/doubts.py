"""What cannot be read off a recognised table for certain, though it was recognised: asked for, never taken silently."""

from collections.abc import Sequence
from typing import Final

from cmledger.sheets.energy import EnergyHeading
from cmledger.sheets.grid import Cell
from cmledger.sheets.headings import Heading
from cmledger.sheets.layout import Kind
from cmledger.sheets.lexicon import BLANKS, CAPACITY_UNITS, ENERGY_UNITS, tidy, units_in_brackets
from cmledger.sheets.recognised import KWH, PERIOD, Decision, Recognised
from cmledger.sheets.surroundings import Surroundings
from cmledger.wording import recognition as say

_SIZES: Final[dict[str, int | str]] = {**CAPACITY_UNITS, **ENERGY_UNITS}
_LEFT_ASIDE = {"derived-total": say.IS_A_TOTAL, "total-to-date": say.IS_TO_DATE}
"""Energy that is not taken because something better is: which must then be there."""


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is blank, or holds a word for nothing."""
    return cell is None or (isinstance(cell, str) and tidy(cell) in BLANKS)


def units_named(heading: Heading, kind: Kind, around: Surroundings) -> list[str]:
    """The units that this kind understands, of the header, else of the titles."""
    known = {unit.casefold() for unit in kind.units}
    for named in (units_in_brackets(heading.path), (heading.unit,), around.units()):
        fitting = [unit for unit in named if unit and unit.casefold() in known]
        if fitting:
            return fitting
    return []


def unclear_units(
    one: Recognised, headings: Sequence[Heading], around: Surroundings
) -> list[Decision]:
    """A question for each column whose unit titles name in two sizes, or whose said unit is not one of its kind."""
    kwh = one.layout.column(KWH)
    kinds: dict[int, Kind] = {p: c.kind for p, c in one.columns.items() if not c.export_only}
    if kwh is not None:
        kinds |= {e.heading.position: kwh.kind for e in one.energy}
    asked: list[Decision] = []
    for heading in headings:
        kind, said = kinds.get(heading.position), one.units.get(heading.position)
        if said is not None and (kind is None or said not in kind.units):
            asked.append(
                Decision(
                    say.UNIT_NOT_OF_COLUMN.format(
                        column=heading.letters, header=heading.path, unit=said
                    ),
                    say.UNIT_NOT_OF_COLUMN_HINT.format(column=heading.letters),
                )
            )
        if said is not None or kind is None or not heading.filled:
            continue
        named = list(dict.fromkeys(units_named(heading, kind, around)))
        if len({_SIZES.get(unit, unit) for unit in named}) > 1:
            asked.append(
                Decision(
                    say.WHICH_UNIT.format(
                        units=say.LISTED.join(named), column=heading.letters, header=heading.path
                    ),
                    say.WHICH_UNIT_HINT.format(column=heading.letters, unit=named[-1]),
                )
            )
    return asked


def months_said_once(
    one: Recognised, periods: Sequence[EnergyHeading], headings: Sequence[Heading]
) -> Sequence[EnergyHeading]:
    """The energy columns, but those of one month each where rows say a month too: then the user is asked."""
    said = next(
        (p for f in ("consumption.month", PERIOD) if (p := one.position(f)) is not None), -1
    )
    twice = [e for e in periods if e.month and e.year is None]
    rows = next((h for h in headings if h.position == said and h.filled), None)
    if rows is None or not twice:
        return periods
    first = twice[0].heading
    one.decisions.append(
        Decision(
            say.MONTH_TWICE.format(
                column=rows.letters, header=rows.path, other=first.letters, other_header=first.path
            ),
            say.MONTH_TWICE_HINT.format(column=rows.letters, other=first.letters),
        )
    )
    return [e for e in periods if e not in twice]


def figures_left_aside(one: Recognised, headings: Sequence[Heading]) -> list[Decision]:
    """A question for each energy column left aside that holds the only figures of some row with a key."""
    key = one.position("customer.account_no")
    if one.layout.kind != "consumption" or key is None or one.decisions:
        return []
    cells = {h.position: h.cells for h in headings}
    taken = [e.heading.cells for e in one.energy]
    taken += [cells[p] for p, c in one.columns.items() if c.field == KWH]
    asked: list[Decision] = []
    keyed: list[bool] | None = None
    for heading in headings:
        why = _LEFT_ASIDE.get(one.aside.get(heading.position, ""))
        if why is None:
            continue
        keyed = keyed or [
            type(v) is str for v in one.columns[key].kind.parse_column(cells[key]).values
        ]
        alone = sum(
            _is_a_figure(cell) and keyed[row] and all(says_nothing(column[row]) for column in taken)
            for row, cell in enumerate(heading.cells)
        )
        if alone:
            asked.append(
                Decision(
                    say.ONLY_FIGURES.format(
                        count=alone, column=heading.letters, header=heading.path, why=why
                    ),
                    say.WHICH_YEAR_HINT.format(column=heading.letters),
                )
            )
    return asked


def _is_a_figure(cell: Cell) -> bool:
    """More than the 0 that a sum over blank cells shows."""
    if isinstance(cell, (int, float)):
        return cell != 0
    return isinstance(cell, str) and any(c in "123456789" for c in tidy(cell))
