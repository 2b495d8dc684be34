"""One bounded pass over the XML of a sheet: how far its cells reach, and what calamine does not tell about them.

Byte regexes over whole rows, a few MiB at a time. Sheets as office programs write them take the fast path;
XML written otherwise (prefixes, other attribute order, cells without a reference) is first rewritten to that form.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cmledger.sheets.grid import letters
from cmledger.sheets.xlsx_parts import Styles

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
_MAX_PENDING: Final = 64 << 20
_MAX_REWRITTEN: Final = 3_000_000
"""Tags of a sheet written otherwise; each costs about a microsecond."""

_REF = rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"'
_HOLDING = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"(?:>|[^<>]*[^/<>]>)')
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_FORMULA = rb"<f[^<>]*>(?:[^<]*</f>)?"
_ERROR = re.compile(_REF + rb'[^<>]*? t="e"[^<>]*>(?:' + _FORMULA + rb")?<v>([^<]*)</v>")
_UNCOMPUTED = re.compile(_REF + rb"([^<>]*)>" + _FORMULA + rb"(?:<v\s*/>|<v></v>)?</c>")
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\s[^<>]*>")
_TAG = re.compile(
    rb"<(/?)(?:[^\s<>/!?:\"']+:)?(row|c|v|f|is|t)(?=[\s/>])((?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*+)>"
)
_ATTRIBUTE = re.compile(rb"(?<![\w:.-])([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_WHOLE_REF = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")


class BadCell(ValueError):
    """A cell at a place that no sheet has; calamine would allocate up to it."""


class TooOdd(Exception):
    """A sheet written otherwise, and too long to be rewritten; the argument is the number of tags allowed."""


@dataclass(slots=True)
class SheetFacts:
    """What the scan saw. Cell places are 0-based (row, column); row numbers are Excel's.

    cells, last_row, last_column: how many cells hold something, and the far corner of their box (1-based, 0: none).
    padded: digits that the number format shows at least, by place.
    struck_rows: at least half of what they hold is struck through.
    """

    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    padded: list[tuple[int, int, int]] = field(default_factory=list)
    struck_rows: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: int = 0

    @property
    def last_cell(self) -> str:
        """Excel's name of the far corner."""
        return f"{letters(self.last_column - 1)}{self.last_row}"


def scan_sheet(blocks: Iterable[bytes], styles: Styles, scale: float = 1.0) -> SheetFacts:
    """The facts of one sheet from the blocks of its XML; every block is consumed.

    scale: how far the caps are lifted. Raises BadCell for cell references that no sheet has, and TooOdd.
    """
    facts = SheetFacts()
    padded = _styled(styles.padded) if styles.padded else None
    struck = _styled(styles.struck) if styles.struck else None
    rewrite = _Rewriter(int(_MAX_REWRITTEN * scale))
    for rows in _whole_rows(blocks, facts):
        if _has(rows, b"l", b"mergeCell"):
            facts.merges += rows.count(b"mergeCell ")
        holding = _HOLDING.findall(rows)
        if _is_odd(rows, len(holding)):
            rows = rewrite(rows)
            holding = _HOLDING.findall(rows)
            if rows.count(b"</c>") > len(holding):
                raise BadCell("c")
        if not holding:
            continue
        places = b" ".join(holding)
        columns, numbers = (places.translate(None, x).split() for x in (_DIGITS, _LETTERS))
        facts.cells += len(holding)
        facts.last_column = max(facts.last_column, *map(column_number, set(columns)))
        facts.last_row = max(facts.last_row, *map(int, set(numbers)))
        if facts.last_column > MAX_COLUMNS or facts.last_row > MAX_ROWS:
            raise BadCell(facts.last_cell)
        if _has(rows, b"#", b't="e"'):
            for column, number, text in _ERROR.findall(rows):
                facts.errors.append((*_place(column, number), text.decode("utf-8", "replace")))
        if _has(rows, b"f", b"<f"):
            for column, number, attributes in _UNCOMPUTED.findall(rows):
                if b't="str"' not in attributes:  # a cached empty text is a value
                    facts.uncomputed.append(_place(column, number))
        if padded:
            for column, number, style in padded.findall(rows):
                if style in styles.padded:
                    facts.padded.append((*_place(column, number), styles.padded[style]))
        if struck and (
            marked := Counter(n for _, n, style in struck.findall(rows) if style in styles.struck)
        ):
            filled = Counter(numbers)
            facts.struck_rows += [int(n) for n, count in marked.items() if 2 * count >= filled[n]]
        if _has(rows, b"h", b'hidden="1"') or _has(rows, b"h", b'hidden="true"'):
            facts.hidden_rows += map(int, _HIDDEN_ROW.findall(rows))
            if len(facts.hidden_rows) > MAX_ROWS:
                raise BadCell("row")
    return facts


def column_number(name: bytes) -> int:
    """1-based number of Excel's column letters: A -> 1, AA -> 27."""
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _place(column: bytes, number: bytes) -> tuple[int, int]:
    return int(number) - 1, column_number(column) - 1


def _styled(indices: Iterable[bytes]) -> re.Pattern[bytes]:
    """Cells that hold something and have one of these styles."""
    return re.compile(
        _REF + rb'[^>]*? s="(' + b"|".join(sorted(indices)) + rb')"[^>]*[^/>]?>(?!</c>)'
    )


def _has(rows: bytes, letter: bytes, text: bytes) -> bool:
    """Whether `text` occurs; one of its letters is looked for first, at ten times the speed."""
    return letter in rows and text in rows


def _is_odd(rows: bytes, holding: int) -> bool:
    """Whether cells may hide here from the fast path."""
    tags = rows.count(b"<c")
    return (
        rows.count(b"</c>") != holding
        or (tags != holding and tags != rows.count(b'<c r="'))
        or _has(rows, b":", b":c")
        or _has(rows, b"!", b"<!")
    )


def _whole_rows(blocks: Iterable[bytes], facts: SheetFacts) -> Iterator[bytes]:
    """The blocks from sheetData on, cut between rows; hidden columns are noted on the way.

    What follows sheetData is passed on as well: nothing in it looks like a cell, and nothing can hide there.
    """
    pending, inside = b"", False
    for block in blocks:
        pending += block
        if not inside and (start := pending.find(b"sheetData")) >= 0:
            _note_hidden_columns(pending[:start], facts)
            pending, inside = pending[start:], True
        if inside and (cut := _between_rows(pending)) > 0:
            yield pending[:cut]
            pending = pending[cut:]
        if len(pending) > _MAX_PENDING:
            raise BadCell("row" if inside else "sheetData")
    yield pending


def _between_rows(text: bytes) -> int:
    cut = text.rfind(b"<row")
    return cut if cut > 0 else text.rfind(b"<", 0, max(text.rfind(b":row"), 0))


def _note_hidden_columns(head: bytes, facts: SheetFacts) -> None:
    for tag in _COLUMN.findall(head):
        said = _attributes(tag)
        if said.get(b"hidden") in (b"1", b"true"):
            first, last = int(said.get(b"min", b"1")), int(said.get(b"max", b"1"))
            facts.hidden_columns.append((first - 1, last - 1))
            if not 0 < first <= last <= MAX_COLUMNS or len(facts.hidden_columns) > MAX_COLUMNS:
                raise BadCell("col")
    if sum(last - first + 1 for first, last in facts.hidden_columns) > MAX_COLUMNS:
        raise BadCell("col")


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(tag)}


class _Rewriter:
    """Rewrites cells to the form office programs write; keeps count where references are left out."""

    def __init__(self, limit: int) -> None:
        self.row = self.column = 0
        self.limit = self._left = limit

    def __call__(self, rows: bytes) -> bytes:
        self._left -= rows.count(b"<")
        if self._left < 0:
            raise TooOdd(self.limit)
        return _TAG.sub(self._tag, rows)

    def _tag(self, match: re.Match[bytes]) -> bytes:
        closing, name, rest = match.groups()
        if closing:
            return b"</" + name + b">"
        if name not in (b"row", b"c"):
            return b"<" + name + rest + b">"
        said, end = _attributes(rest), b"/>" if rest.endswith(b"/") else b">"
        if name == b"row":
            self.row, self.column = int(said.pop(b"r", self.row + 1)), 0
            opening = b'<row r="%d"' % self.row
        else:
            opening = b'<c r="%s"' % self._reference(said.pop(b"r", None))
        kept = (
            b' %s="%s"' % (a, said[a])
            for a in (b"s", b"t", b"hidden")
            if said.get(a, b"").isalnum()
        )
        return opening + b"".join(kept) + end

    def _reference(self, written: bytes | None) -> bytes:
        if written is None:
            self.column += 1
            if not (0 < self.row <= MAX_ROWS and self.column <= MAX_COLUMNS):
                raise BadCell(f"row {self.row}")
            return letters(self.column - 1).encode() + b"%d" % self.row
        place = _WHOLE_REF.fullmatch(written.upper())
        if place is None:
            raise BadCell(written.decode("ascii", "replace")[:20])
        self.column = column_number(place[1])
        return place[0]
