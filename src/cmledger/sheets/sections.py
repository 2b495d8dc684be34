"""Rows of one text between data rows: which of them name the line, village or transformer area of the rows below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cmledger.sheets.grid import Grid
from cmledger.sheets.lexicon import (
    AROUND_A_PLACE,
    LISTED_BY,
    PLACE_REMARK,
    SECTION_START,
    SENTENCE,
    tidy,
)
from cmledger.sheets.rows import filled_cells, lone_text
from cmledger.sheets.surroundings import Surroundings, place_named

_WITHIN = {"line": ("transformer_area", "grid"), "grid": ("transformer_area",)}
"""A new line ends the village and area above it, a new village the area."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section row (0-based) and what it says of the rows below: the face name of the place, and its name.

    field "": no place; what the sections above said ends here.
    """

    row: int
    field: str
    name: str

    def ends(self) -> tuple[str, ...]:
        """The places that go on no longer."""
        return ("line", *_WITHIN["line"]) if not self.field else _WITHIN.get(self.field, ())


def place_of(text: str, around: Surroundings) -> tuple[str, str] | None:
    """Which place a section row names: 二、示例一线（12户） is the line 示例一线; by its ending, or as the title says."""
    plain = SECTION_START.sub("", tidy(text))
    name = PLACE_REMARK.sub("", plain.replace(" ", "")).strip(AROUND_A_PLACE)
    if found := place_named(name):
        return found
    if name and len(name) <= 16 and not SENTENCE.search(name):
        for pattern, field in LISTED_BY.items():
            if around.says(pattern):
                return field, name
    return None


def sections(
    grid: Grid, skipped: Sequence[tuple[int, str]], around: Surroundings
) -> Iterator[Section]:
    """The section rows among the rows left out, in order."""
    for row, code in sorted(skipped):
        if code == "section-row":
            text = lone_text(filled_cells(grid, row)) or ""
            field, name = place_of(text, around) or ("", "")
            yield Section(row, field, name)
