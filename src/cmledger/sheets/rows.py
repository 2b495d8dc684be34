"""The rows below a header: which hold data, and why each of the others is left out. Every non-empty row is one of both."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.headings import Heading
from cmledger.sheets.lexicon import (
    FOOTER_ROW,
    REFERENCE_MARK,
    REFERENCE_ROW,
    SECTION_ORDINAL,
    TECHNICAL_NAME,
    TOTAL_ROW,
    bare,
    normalised,
    tidy,
)

REFERENCE_DEPTH = 3
"""Reference rows (numbers of columns, how to fill in) stand so far below the header at most."""


_WORDS = re.compile(r"[\u4e00-\u9fff]{2}")
_NUMBER = re.compile(r"\d{5}")


@dataclass(slots=True)
class Rows:
    """data: 0-based rows that hold data. skipped: (0-based row, finding code) of the others."""

    data: list[int] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)


def is_blank(cell: Cell) -> bool:
    """Nothing, or nothing but space."""
    return cell is None or (isinstance(cell, str) and not tidy(cell))


def filled_cells(grid: Grid, row: int) -> dict[int, Cell]:
    """What a row holds, by column."""
    return {c: v for c, v in enumerate(grid.rows[row]) if not is_blank(v)}


def lone_text(filled: Mapping[int, Cell]) -> str | None:
    """The text of a row that holds nothing else, but perhaps its ordinal (一、); None of every other row."""
    texts = [tidy(c) for c in filled.values() if isinstance(c, str)]
    if len(texts) == len(filled) == 2 and SECTION_ORDINAL.fullmatch(texts[0]):
        return texts[1]
    return texts[0] if len(texts) == len(filled) == 1 else None


def sort_rows(
    grid: Grid,
    header_rows: Sequence[int],
    first_data_row: int,
    headings: Sequence[Heading],
    keyed: Sequence[bool],
    key: int,
    names: Collection[int],
    *,
    by_key: bool,
    is_place: Callable[[str], bool],
    several: bool = False,
) -> Rows:
    """Sort all rows below the header (Excel rows header_rows, data from first_data_row).

    keyed: for each row below the header, whether its key cell can be read. key: its column. names: columns where a
    lone word may be data. by_key: a readable key is proof of data (户号); without it every row is looked at.
    several: a key cell merged over rows is the key of each of them.
    is_place: whether the only text of a row names a line, village or area, for the rows below it.
    """
    top = max(header_rows)
    words = _Words(grid, top, headings)
    struck = grid.struck_rows
    below_merged_key = {
        r
        for r1, c1, r2, c2 in grid.merges
        if c1 <= key <= c2 and r1 >= top
        for r in range(r1 + 1, r2 + 1)
    }
    found = Rows()
    footed = False
    for row in range(top, len(grid.rows)):
        cells = grid.rows[row]
        if row + 1 in struck and not all(map(is_blank, cells)):
            found.skipped.append((row, "struck-row"))
            continue
        if by_key and keyed[row - top] and not (several and all(map(is_blank, cells))):
            found.data.append(row)
            footed = False
            continue
        filled = filled_cells(grid, row)
        if not filled:
            continue
        if several and keyed[row - top] and key not in filled:
            found.data.append(row)
            continue
        if row in below_merged_key and key not in filled:
            found.skipped.append((row, "continuation-row"))
            continue
        reason = words.reason(filled, early=row < max(first_data_row - 1, top + REFERENCE_DEPTH))
        if reason is None and row < first_data_row - 1:
            reason = "reference-row"
        if reason is None and by_key and not keyed[row - top]:
            reason = words.reason_as_section(filled, key, is_place)
        if reason is None and key not in filled:
            reason = words.reason_without_key(filled, names, footed=footed)
        footed = (footed and not keyed[row - top]) or reason == "footer-row"
        if reason is None:
            found.data.append(row)
        else:
            found.skipped.append((row, reason))
    return found


def _says_something(cell: Cell) -> bool:
    """Whether a cell of the 序号 column holds more than its number."""
    return isinstance(cell, str) and not tidy(cell).strip(".、").isdigit()


class _Words:
    """Judges a row by its words alone."""

    def __init__(self, grid: Grid, top: int, headings: Sequence[Heading]) -> None:
        self.headers: Mapping[int, set[str]] = {
            h.position: {
                bare(part)
                for part in (*h.parts, *(normalised(p)[0] for p in h.path.split("/")))
                if part
            }
            for h in headings
        }
        self.serials = {h.position for h in headings if h.is_serial}
        self.top = top
        self.titles = {
            bare(c)
            for cells in grid.rows[:top]
            for c in cells
            if isinstance(c, str) and len(tidy(c)) > 4
        }

    def reason(self, filled: Mapping[int, Cell], *, early: bool) -> str | None:
        """Why a row is no data, None where its words do not say."""
        texts = [tidy(c) for c in list(filled.values())[:4] if isinstance(c, str)]
        if any(TOTAL_ROW.fullmatch(t.replace(" ", "")) for t in texts[:3]):
            return "total-row"
        if self._repeats_header(filled):
            return "repeated-header"
        if any(FOOTER_ROW.match(t.replace(" ", "")) for t in texts[:2]):
            return "footer-row"
        if early and (self._is_reference(filled) or any(REFERENCE_ROW.search(t) for t in texts)):
            return "reference-row"
        return None

    def reason_without_key(
        self, filled: Mapping[int, Cell], names: Collection[int], *, footed: bool
    ) -> str | None:
        """Why a row without any key cell is no data."""
        if footed and len(filled) <= 2:
            return "footer-row"
        if set(filled) <= self.serials and not any(_says_something(c) for c in filled.values()):
            return "numbered-only"
        if len(filled) == 1:
            ((column, cell),) = filled.items()
            if isinstance(cell, str) and bare(cell) in self.titles:
                return "repeated-header"
            if isinstance(cell, str) and column not in names:
                return "section-row"
        return None

    @staticmethod
    def reason_as_section(
        filled: Mapping[int, Cell], key: int, is_place: Callable[[str], bool]
    ) -> str | None:
        """A row whose only text stands where a 户号 would, and is words; or names a place, wherever it stands."""
        text = lone_text(filled)
        if text is None:
            return None
        words = (
            key in filled and len(filled) == 1 and _WORDS.search(text) and not _NUMBER.search(text)
        )
        return "section-row" if words or is_place(text) else None

    def _repeats_header(self, filled: Mapping[int, Cell]) -> bool:
        """Half of what is filled in, and two cells at least, are the headers of their columns."""
        same = sum(
            isinstance(c, str) and normalised(c)[0].casefold() in self.headers.get(p, ())
            for p, c in filled.items()
        )
        return same >= 2 and same * 2 >= len(filled)

    @staticmethod
    def _is_reference(filled: Mapping[int, Cell]) -> bool:
        """1 2 3 4 …, 甲 乙 1 2 …, technical names, or the serial numbers of dates under their dates."""
        if len(filled) < 3:
            return False
        texts = [tidy(str(c)).removesuffix(".0") for c in filled.values()]
        if all(REFERENCE_MARK.fullmatch(t) for t in texts):
            numbers = [int(d) for t in texts if (d := t.strip("()")).isdigit()]
            return numbers == sorted(numbers)
        if all(TECHNICAL_NAME.fullmatch(t) for t in texts):
            return True
        return all(isinstance(c, (int, float)) and 36_000 < c < 60_000 for c in filled.values())
