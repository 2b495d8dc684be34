"""Forms: one record on a sheet (or several below each other), each value right of its label, below it or behind its colon.

A form becomes a table of one row, so that everything behind reads it like any other; afterwards each column is
given the name of the cell that it really is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmledger.records.intake import SheetSeen
from cmledger.sheets.grid import Cell, Grid, letters
from cmledger.sheets.header import Header
from cmledger.sheets.headings import Heading, known, matches
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.layouts.customers import ACCOUNT_NO
from cmledger.sheets.lexicon import FOOTER_ROW, REASON_HEADER, normalised, tidy
from cmledger.sheets.rows import is_blank
from cmledger.sheets.shape import title_likeness, written
from cmledger.wording.findings import finding

_ROWS: Final = 3000
_COLUMNS: Final = 60
"""What is larger is no form, and not looked at."""
_FEWEST: Final = 3
"""So many titles of ours with a value, a 户号 among them, make a form."""
_LONGEST: Final = 12
_INLINE = re.compile(r"([^\s:\d][^\s:]{0,11})\s?:\s*(.*?)(?=\s+[^\s:\d][^\s:]{0,11}\s?:|$)")
"""户号:3701 户名:示例: labels and values in one cell, tidied."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A label and its value; row, column: of the value, 0-based. A lone text has no label."""

    label: str
    value: Cell
    row: int
    column: int
    label_row: int

    @property
    def word(self) -> str:
        return normalised(self.label)[0].casefold()


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a table of one row: `cells` names the cell of each of its columns.

    first, end: the 0-based rows it takes up. items: the first row that holds one. texts: further rows with text, as
    Excel numbers them.
    """

    grid: Grid
    header: Header
    cells: tuple[str, ...]
    first: int
    items: int
    end: int
    texts: tuple[int, ...]
    whole: bool
    """It is all of its sheet."""
    ours: bool = False
    """It is a page that cmledger wrote: that it is read as a form goes without saying."""


def forms_of(grid: Grid) -> list[Form]:
    """The forms of a sheet from the top down; none unless every one is a form beyond doubt."""
    if not 1 < len(grid.rows) <= _ROWS or len(grid.rows[0]) > 10 * _COLUMNS:
        return []
    items = list(_Reading(grid).items())
    strong = [item for item in items if _is_ours(item.label)]
    if len(strong) < _FEWEST:
        return []
    begins = [item.label_row for item in strong if item.word == strong[0].word]
    if len(set(begins)) < len(begins):
        return []  # side by side
    found: list[Form] = []
    first = 0
    for number, begin in enumerate(begins):
        stop = begins[number + 1] if number + 1 < len(begins) else len(grid.rows)
        own = [item for item in items if begin <= item.label_row < stop]
        end = stop if stop == len(grid.rows) else _end(grid, own, stop)
        form = _form(grid, own, first, begin, end)
        if form is None:
            return []
        found.append(form)
        first = end
    return found


def taken_as_form(sheet: SheetSeen, form: Form) -> None:
    """Name the true cells of what was taken from a form's one row; account for the rows that hold no item."""
    names = {letters(position): cell for position, cell in enumerate(form.cells)}
    sheet.findings = [
        replace(f, column=_letters(names[f.column]), at=names[f.column]) if f.column in names else f
        for f in sheet.findings
    ]
    sheet.columns = [replace(use, column=names[use.column]) for use in sheet.columns]
    sheet.header_rows = ()
    sheet.span = None if form.whole else (form.first + 1, form.end)
    if sheet.rows is not None:
        sheet.rows.cells = {name: names[at] for name, at in sheet.rows.columns.items()}
        for one in sheet.rows.energy:
            sheet.rows.cells[f"consumption.kwh:{one.year}-{one.month}"] = names[one.column]
        sheet.rows.columns = {n: _letters(names[at]) for n, at in sheet.rows.columns.items()}
        sheet.rows.energy = [
            replace(e, column=_letters(names[e.column])) for e in sheet.rows.energy
        ]
    above = "next-table-title" if form.first else ""
    texts = [(r, above if r <= form.items else "form-text") for r in form.texts]
    skipped = [(row, code) for row, code in texts if code]
    sheet.skipped = sorted([*sheet.skipped, *skipped])
    if not form.ours:
        sheet.findings.append(finding("form-read", count=len(form.cells)))
    sheet.findings += [finding(code, row=row) for row, code in skipped]


def _letters(cell: str) -> str:
    return cell.rstrip("0123456789")


def _end(grid: Grid, own: Sequence[_Item], stop: int) -> int:
    """Where a form ends and the titles of the next begin: after its last item, footers and the blank rows below."""
    row = min(stop, max(max(item.row, item.label_row) for item in own if item.label) + 1)
    while row < stop:
        texts = [tidy(c) for c in grid.rows[row] if isinstance(c, str) and not is_blank(c)]
        if texts and not FOOTER_ROW.match(texts[0].replace(" ", "")):
            break
        row += 1
    return row


def _form(grid: Grid, items: Sequence[_Item], first: int, begin: int, end: int) -> Form | None:
    words = {normalised(word)[0].casefold() for word in (ACCOUNT_NO.title, *ACCOUNT_NO.aliases)}
    filled = {
        item.word: item for item in items if _is_ours(item.label) and not is_blank(item.value)
    }
    key = next(
        (i for w, i in filled.items() if w in words and ACCOUNT_NO.kind.fits([i.value]) == 1), None
    )
    spread = {item.label_row for item in filled.values()}
    used = {row for item in items for row in (item.row, item.label_row) if item.label}
    rows = {r for r in range(first, end) if any(not is_blank(c) for c in grid.rows[r])}
    texts = sorted(r + 1 for r in rows - used)
    strange = [r for r in texts if r > begin]
    if key is None or len(filled) < _FEWEST or len(spread) < 2 or 2 * len(strange) > len(rows):
        return None
    kept = [item for item in items if item.label or item.row in used]
    blank: list[Cell] = [None] * len(kept)
    values: list[Cell] = [item.value for item in kept]
    table = Grid(grid.name, [blank] * key.row + [values], hidden=grid.hidden)
    confidence = round(min(1.0, 0.5 + 0.1 * len(filled)), 3)
    header = Header((key.row,), key.row + 1, [item.label for item in kept], confidence)
    cells = tuple(f"{letters(item.column)}{item.row + 1}" for item in kept)
    whole = first == 0 and end == len(grid.rows)
    return Form(table, header, cells, first, begin, end, tuple(texts), whole)


def _is_ours(label: str) -> bool:
    return bool(label) and known(label) >= 0.9


class _Reading:
    """The items of a sheet in reading order, found from label to label."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.merged = {(a, b): (c, d) for a, b, c, d in grid.merges}
        self.below: set[tuple[int, int]] = set()
        """Cells that are values of labels above them."""

    def items(self) -> Iterator[_Item]:
        ours = {row.index(REASON_HEADER) for row in self.grid.rows if REASON_HEADER in row}
        for r, row in enumerate(self.grid.rows):
            filled = [
                c
                for c, cell in enumerate(row[:_COLUMNS])
                if not is_blank(cell) and (r, c) not in self.below and c not in ours
            ]
            if filled and self._stand_above(r, filled):
                for c in filled:
                    at = self._under(r, c)
                    self.below.add((at, c))
                    stands = at if at < len(self.grid.rows) else r  # merged down to the end
                    yield _Item(self._label(r, c), self._cell(at, c), stands, c, r)
            else:
                yield from self._along(r, filled)

    def _along(self, r: int, filled: Sequence[int]) -> Iterator[_Item]:
        """Label, value, label, value … along a row."""
        taken: int | None = None
        for number, c in enumerate(filled):
            if c == taken:
                continue
            cell, text = self.grid.rows[r][c], written(self.grid.rows[r][c])
            inline = _INLINE.findall(text) if isinstance(cell, str) else []
            if any(value for _, value in inline) and (len(inline) > 1 or _is_label(inline[0][0])):
                yield from (_Item(label, value or None, r, c, r) for label, value in inline)
                continue
            if not (isinstance(cell, str) and (_is_label(text) or text.endswith(":"))):
                blank = self._is_blank_label(r, c, filled)
                yield _Item(text if blank else "", None if blank else cell, r, c, r)
                continue
            after = filled[number + 1] if number + 1 < len(filled) else None
            next_to = self.merged.get((r, c), (r, c))[1] + 1
            if after is not None and self._is_value(text, r, after, adjacent=after == next_to):
                taken = after
                yield _Item(self._label(r, c), self.grid.rows[r][after], r, after, r)
            else:
                yield _Item(self._label(r, c), None, r, min(next_to, len(self.grid.rows[r])), r)

    def _is_blank_label(self, r: int, c: int, filled: Sequence[int]) -> bool:
        """Whether a text nobody knows is a label not filled in: a blank cell right of it, labels beside it (客户签字)."""
        text, beside = written(self.grid.rows[r][c]), self.merged.get((r, c), (r, c))[1] + 1
        return (
            isinstance(self.grid.rows[r][c], str)
            and len(text) <= _LONGEST
            and not any(x.isdigit() for x in text)
            and is_blank(self._cell(r, beside) if beside < len(self.grid.rows[r]) else None)
            and any(_is_label(written(self.grid.rows[r][other])) for other in filled if other != c)
        )

    def _is_value(self, label: str, r: int, c: int, *, adjacent: bool) -> bool:
        """Whether a text right of a label is its value, though it may be a title as well: 走访方式 电话."""
        text = written(self.grid.rows[r][c])
        if text.endswith(":"):
            return False
        if _is_ours(text):
            return adjacent and _may_say(label, text)
        return adjacent or not _is_label(text)

    def _stand_above(self, r: int, filled: Sequence[int]) -> bool:
        """Whether all texts of a row are labels whose values stand below them, and nothing more below those."""
        texts = [self._cell(r, c) for c in filled]
        if not all(isinstance(t, str) and _is_label(written(t)) for t in texts):
            return False
        under = [self._cell(self._under(r, c), c) for c in filled]
        if all(is_blank(v) for v in under) or _is_label(written(under[0])):
            return False
        for c in filled:
            at = self._under(r, c)
            further = self._cell(self.merged.get((at, c), (at, c))[0] + 1, c)
            if len(filled) > 1 and not is_blank(further) and not _is_label(written(further)):
                return False  # a second record: this is a table
        return True

    def _under(self, r: int, c: int) -> int:
        return self.merged.get((r, c), (r, c))[0] + 1

    def _cell(self, r: int, c: int) -> Cell:
        return self.grid.rows[r][c] if r < len(self.grid.rows) else None

    def _label(self, r: int, c: int) -> str:
        return written(self.grid.rows[r][c]).rstrip(":").strip()


def _may_say(label: str, text: str) -> bool:
    """Whether a text is one of the words that the field of this label offers."""
    heading = Heading(0, label.rstrip(":"), ())
    kinds = [m.column.kind for one in LAYOUTS for m in matches(heading, one)]
    return any(kind.choices and not kind.parse_column([text]).problems for kind in kinds)


def _is_label(text: str) -> bool:
    """Whether a text is a title of ours, or ends like one in any trade."""
    word = text.rstrip(":").strip()
    return 0 < len(word) <= _LONGEST and (known(word) >= 0.9 or title_likeness(word) == 1)
