"""The common ground of all kinds: a column is read by its distinct values, each understood once."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import ClassVar

from cmledger.records.intake import CLEAR, Clear, Parsed
from cmledger.sheets.grid import Cell, CellError
from cmledger.sheets.layout import ParsedColumn, Problem
from cmledger.sheets.lexicon import BLANKS, CLEAR_WORD, ERROR_TEXT, tidy, written

NEUTRAL = 0.5
"""`fits` of a kind that takes anything: it neither speaks for a column nor against it."""

_QUOTES = "'’‘`"

PRECISE = 10**15
"""Excel keeps 15 digits; an integer beyond that has lost some."""


class Understands:
    """A kind by what it makes of one cell (`meaning`); the rest follows.

    Subclasses give `meaning` and `shown`. A cell that cannot be taken is a Problem, whose `stored` stands
    where it is no more than odd.
    """

    width: int = 14
    number_format: str | None = None
    choices: Sequence[str] = ()
    units: Sequence[str] = ()
    past: bool = False
    quoted: ClassVar[bool] = False
    """True where an apostrophe before the value only told Excel that it is text."""
    as_written: ClassVar[bool] = False
    """True for free text, of which `meaning` sees what stands there; else width and spaces are made alike."""
    speaks_first: ClassVar[bool] = False
    """True where words such as 无 or / may be an answer, so that `meaning` sees them before they count as blank."""

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        """The stored form of a cell that is neither blank nor an error. Texts arrive tidied (free text: as written)."""
        raise NotImplementedError

    def shown(self, value: object) -> Cell:
        """The cell of a stored value that is neither None nor CLEAR."""
        raise NotImplementedError

    # --- the Kind protocol -----------------------------------------------------------------------

    def parse_column(self, cells: Sequence[Cell], unit: str | None = None) -> ParsedColumn:
        """Every cell, no sampling; equal cells are understood once."""
        if bool in set(map(type, cells)):  # True and 1 are equal, and not the same thing
            cells = [str(c).upper() if type(c) is bool else c for c in cells]
        meanings: dict[Cell, Parsed] = {}
        wrong: dict[Cell, Problem] = {}
        understand = self.understand
        for cell in set(cells):
            got = understand(cell, unit)
            if type(got) is Problem:
                wrong[cell] = got
                meanings[cell] = got.stored
            else:
                meanings[cell] = got  # type: ignore[assignment]
        values = list(map(meanings.__getitem__, cells))
        problems = {i: wrong[c] for i, c in enumerate(cells) if c in wrong} if wrong else {}
        return ParsedColumn(values, problems)

    def parse(self, cell: Cell, unit: str | None = None) -> Parsed | Problem:
        """One cell, for words that come from elsewhere than a sheet."""
        return self.understand(str(cell).upper() if type(cell) is bool else cell, unit)

    def understand(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        """Blanks, errors and 清空 are the same for every kind; then `meaning`."""
        if cell is None or cell == "":
            return None
        if isinstance(cell, str):
            text = tidy(cell)
            if self.quoted:
                text = text.strip(_QUOTES).strip()
            if not text or (not self.speaks_first and text in BLANKS):
                return None
            # 清 空 is the same word: names lose their spaces, and would be called 清空
            if text[0] == CLEAR_WORD[0] and text.replace(" ", "") == CLEAR_WORD:
                return CLEAR
            if text[0] == "#" and ERROR_TEXT.fullmatch(text):
                return Problem("cell-error", {"value": text})
            got = self.meaning(written(cell) if self.as_written else text, unit)
            if self.speaks_first and type(got) is Problem and text in BLANKS:
                return None
            return got
        if isinstance(cell, CellError):
            return Problem(
                "formula-without-value" if cell.text == "=" else "cell-error", {"value": cell.text}
            )
        if isinstance(cell, float) and not math.isfinite(cell):
            return Problem("cell-error", {"value": cell})
        return self.meaning(cell, unit)

    def show(self, value: Parsed) -> Cell:
        """The cell that parses back to `value`."""
        if value is None:
            return None
        if isinstance(value, Clear):
            return CLEAR_WORD
        return self.shown(value)

    def to_json(self, value: Parsed) -> object:
        """The value as JSON shows it."""
        return value

    def fits(self, cells: Iterable[Cell]) -> float:
        """Which share of the distinct non-blank cells this kind takes without a word; NEUTRAL where there are none."""
        taken = count = 0
        for cell in set(cells):
            got = self.understand(cell, None)
            if got is None or got is CLEAR:
                continue
            count += 1
            taken += type(got) is not Problem
        return taken / count if count else NEUTRAL


def plain_number(number: int | float) -> str:
    """A number as a person would write it: 3.0 -> 3, without an exponent."""
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return f"{number:.15g}"


def as_text(cell: Cell) -> str:
    """What a cell of any type says, as text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (int, float)):
        return plain_number(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
    return str(cell)
