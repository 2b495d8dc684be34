"""What the user said of columns with --map: the field, the period of energy, the unit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmledger.errors import UsageProblem
from cmledger.sheets.headings import Heading
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.lexicon import CAPACITY_UNITS, ENERGY_UNITS, bare, unit_named
from cmledger.wording import recognition as say

IGNORE: Final = "ignore"
ENERGY_FIELD: Final = re.compile(r"(?:consumption\.)?kwh:(\d{4})(?:-(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Saying:
    """field: a face name, kwh:2025, kwh:2025-03 or ignore; "" where only the unit is said. unit: as we write it."""

    field: str
    unit: str | None = None


def _saying(text: str) -> Saying:
    """kwh:2025@万kWh -> kwh:2025 and 万kWh; @万kWh says the unit alone."""
    name, _, unit = text.partition("@")
    return Saying(name.strip(), unit_named(unit) if unit else None)


def said_of(headings: Sequence[Heading], mapping: Mapping[str, str]) -> dict[int, Saying]:
    """--map by position: keys are column letters or header texts."""
    said: dict[int, Saying] = {}
    for key, text in mapping.items():
        wanted = bare(key)
        for heading in headings:
            named = {bare(heading.path), bare(heading.leaf), bare("".join(heading.parts))}
            if heading.letters == key.strip().upper() or wanted in named:
                said[heading.position] = _saying(text)
    return said


def unmatched(mapping: Mapping[str, str], tables: Sequence[Sequence[Heading]]) -> list[str]:
    """The columns of --map that no table has."""
    return [
        key for key, text in mapping.items() if not any(said_of(t, {key: text}) for t in tables)
    ]


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse a --map that names no field of any layout, or a unit the field has not."""
    for text in mapping.values():
        name = _saying(text).field
        kinds = [c.kind for x in LAYOUTS if (c := x.column(name)) is not None]
        if ENERGY_FIELD.fullmatch(name):
            units = {*ENERGY_UNITS}
        elif name:
            units = {u for kind in kinds for u in kind.units}
        else:
            units = {u for x in LAYOUTS for c in (*x.columns, *x.readings) for u in c.kind.units}
        if name and name != IGNORE and not kinds and not ENERGY_FIELD.fullmatch(name):
            titles: dict[str, str] = {}
            for one in LAYOUTS:
                for column in one.columns:
                    titles.setdefault(column.name, column.title)
            names = say.LISTED.join(f"{name}({title})" for name, title in titles.items())
            raise UsageProblem(
                say.NO_SUCH_FIELD.format(field=name), hint=say.FIELDS_ARE.format(fields=names)
            )
        if "@" in text and _saying(text).unit not in units:
            raise UsageProblem(
                say.NO_SUCH_UNIT.format(given=text),
                hint=say.UNITS_ARE.format(
                    energy=say.LISTED.join(ENERGY_UNITS), capacity=say.LISTED.join(CAPACITY_UNITS)
                ),
            )
