"""The header of a sheet, found by how it looks: one to four rows, merged groups joined, whatever stands above and below.

A block of rows is a candidate if merges and blanks hold it together as groups over titles. Candidates are scored by
how many of the used columns they name, how much their texts look like titles, and how the rows below differ.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmledger.sheets.auxiliary import is_auxiliary, is_unit_row, may_be_groups
from cmledger.sheets.grid import Grid
from cmledger.sheets.levels import holds_together, paths_of
from cmledger.sheets.lexicon import REASON_HEADER
from cmledger.sheets.shape import DEPTH, View, title_likeness
from cmledger.sheets.window import window

MOST_ROWS: Final = 4
_ENOUGH: Final = 0.68
"""Below this score a sheet has no header."""
_BELOW: Final = 15
_OURS: Final = 0.95
_MANY: Final = 5
_FEW: Final = 3
_AUXILIARY_ROWS: Final = 5
ASKED_BELOW: Final = 0.6
"""A header less sure than this is asked for. Of the right answers on a corpus of real tables and its perturbations
(titles masked, rows cut, shuffled, put on top, merges lost) under 1 % are, of the wrong ones most."""
_DOUBTED: Final = 0.55
"""What is left of the confidence where the row above may hold groups that nothing marks as such."""

Known = Callable[[str], float]
Paths = dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands, as Excel numbers its rows; titles[c] is the path of column c (联系人/电话), "" where blank.

    rows: (0,) where the user said that there is none. confidence: 0..1; first_data_row: the first row below that is
    no numbering, type, unit or instruction row. doubt: rows it may take in as well, above what was found.
    """

    rows: tuple[int, ...]
    first_data_row: int
    titles: list[str]
    confidence: float
    doubt: tuple[int, ...] = ()

    @property
    def top(self) -> int:
        """The last of its rows: what stands below belongs to the table."""
        return max(self.rows)

    def moved(self, rows: int) -> "Header":
        """The header as numbered in a grid that begins so many rows earlier."""
        return replace(
            self,
            rows=tuple(r + rows for r in self.rows),
            first_data_row=self.first_data_row + rows,
            doubt=tuple(r + rows for r in self.doubt),
        )


@dataclass(frozen=True, slots=True)
class _Block:
    top: int
    bottom: int
    paths: Paths
    score: float


def find_header(grid: Grid, known: Known, last_top: int = DEPTH) -> Header | None:
    """The header of `grid`, or None where it has none. `known(text)`: how well a text is a known column title, 0..1.

    Looks at the first 60 rows (for headers that begin no lower than the 0-based row last_top), and at a sample of
    those below to judge columns.
    """
    view = View(grid)
    blocks: list[_Block] = []
    passed = 0
    for top in range(min(view.height, last_top + 1)):
        if len(view.filled(top)) > 1 or (view.width == 1 and view.filled(top)):
            blocks += _blocks(view, top, known, 0.12 * passed)
        passed += _fullness(view, top) >= 0.6
    if not blocks:
        return None
    best = max(blocks, key=lambda block: block.score)
    if best.score < _ENOUGH:
        return None
    rival = max(
        (
            b.score
            for b in blocks
            if (b.top > best.bottom or b.bottom < best.top) and not _alike(b.paths, best.paths)
        ),
        default=0.0,
    )
    margin = min(1.0, max(0.0, (best.score - rival) / 0.2))
    confidence = min(1.0, best.score) * (0.6 + 0.4 * margin)
    header = _header(view, best.top, best.bottom, best.paths, confidence)
    if best.top and best.bottom - best.top + 1 < MOST_ROWS and may_be_groups(view, best.top - 1):
        rows = (best.top, *header.rows)
        return replace(header, confidence=round(confidence * _DOUBTED, 3), doubt=rows)
    return header


def header_at(grid: Grid, rows: Sequence[int]) -> Header:
    """The header in just these rows (Excel numbers, one below the other), as the user said; without any: none at all.

    The rows must be there.
    """
    if not rows:
        first = grid.rows[0] if grid.rows else []
        titles = [REASON_HEADER if cell == REASON_HEADER else "" for cell in first]
        return Header((0,), 1, titles, 1.0)
    above = min(rows) - 1
    view = View(window(grid, above, min(above + DEPTH, len(grid.rows))))
    bottom = max(rows) - min(rows)
    header = _header(view, 0, bottom, paths_of(view, 0, bottom), 1.0, units_below=False)
    return header.moved(above)


def _alike(some: Paths, others: Paths) -> bool:
    """Whether most titles are the same in the same columns, as in a header repeated on the next page."""
    same = sum(c in others and others[c][-1] == path[-1] for c, path in some.items())
    return 2 * same > len(some)


def _header(
    view: View, top: int, bottom: int, paths: Paths, confidence: float, *, units_below: bool = True
) -> Header:
    """The header in rows top..bottom, with a row of units below it (where that may be), and where the data begin."""
    rows = list(range(top, bottom + 1))
    paths = dict(paths)
    below = bottom + 1
    if units_below and below < view.height and is_unit_row(view, below, paths):
        for c in view.filled(below):
            *groups, title = paths.get(c, ("",))
            paths[c] = (*groups, f"{title}({view.text[below][c].strip('()')})")
        rows.append(below)
        below += 1
    first = below
    for r in range(below, min(below + _AUXILIARY_ROWS, view.height)):
        if view.filled(r):
            if not is_auxiliary(view, r, paths):
                break
            first = r + 1
    first = next((r for r in range(first, view.height) if view.filled(r)), first)
    titles = ["/".join(paths.get(c, ())) for c in range(view.width)]
    return Header(tuple(r + 1 for r in rows), first + 1, titles, round(confidence, 3))


def _blocks(view: View, top: int, known: Known, penalty: float) -> Iterator[_Block]:
    """The sound blocks beginning at row `top`, scored; what a larger block would hold together counts against a smaller."""
    if any(span[0] < top for span in view.spans(top)):
        return  # something merged from above reaches in
    for bottom in range(top, min(top + MOST_ROWS, view.height)):
        if bottom > top and not holds_together(view, bottom - 1):
            return
        if any(span[2] > bottom for span in view.spans(bottom)):
            continue  # cuts through a merge
        paths = paths_of(view, top, bottom)
        score = _score(view, top, bottom, paths, known) - penalty
        if bottom + 1 < view.height and holds_together(view, bottom):
            score -= 0.2  # its titles are only groups
        if top > 0 and holds_together(view, top - 1):
            score -= 0.2  # there are groups above it
        yield _Block(top, bottom, paths, score)


def _fullness(view: View, r: int) -> float:
    """How much of the width a row fills with texts that could be titles."""
    return sum(title_likeness(view.text[r][c]) for c in view.filled(r)) / max(1, view.width)


def _score(view: View, top: int, bottom: int, paths: Paths, known: Known) -> float:
    cells, likeness, worst = 0, 0.0, 0
    for r in range(top, bottom + 1):
        series = view.series(r) if bottom > top or len(view.filled(r)) > len(view.series(r)) else ()
        for c in view.filled(r):
            like = title_likeness(view.text[r][c])
            if view.is_number(r, c):
                like = 0.7 if c in series else 0.0
            elif like < 0.2:
                like = max(like, known(view.text[r][c]))  # 202503电量: mostly digits, and a title
            cells, likeness, worst = cells + 1, likeness + like, worst + (like < 0.2)
    if 3 * worst >= cells or not paths:
        return 0.0
    below = [
        r
        for r in range(bottom + 1, min(bottom + 1 + _BELOW, view.height))
        if len(view.filled(r)) > 1 and not _repeats(view, r, paths)
    ]
    used = {c for r in below for c in view.filled(r)} | set(paths)
    names = {path[-1] for path in paths.values()}
    familiar = sum(known(name) for name in names) / len(names)
    contrast = _contrast(view, paths, below)
    score = (
        0.2 * len(paths) / len(used)
        + 0.15 * len(paths) / len(view.columns | set(paths))
        + 0.3 * likeness / cells
        + 0.15 * len(set(paths.values())) / len(paths)
        + 0.2 * contrast
        + 0.25 * familiar
        - 1.5 * worst / cells
    )
    columns = {view.span(bottom, c) or c for c in paths}
    if len(columns) < _FEW:  # may be a form: label, value
        around = [r for r in range(max(0, top - _BELOW), top) if len(view.filled(r)) > 1] + below
        labels = [
            known(text) > 0.8 or title_likeness(text) == 1
            for r in around
            for text in (view.text[r][c] for c in view.filled(r))
        ]
        if familiar < 0.5:
            score -= 0.3 if contrast < 0.75 or len(columns) < 2 else 0.1
        score -= 2 * sum(labels) / len(labels) if labels else 0.0
    if (
        familiar < _OURS or len(names) < _MANY
    ):  # titles of ours side by side are no labels of a form
        score -= 0.8 * _formlike(view, below)
    return score + (0.1 if bottom > top else 0.0)


def _formlike(view: View, below: list[int]) -> float:
    """0..1: how much titles go on below in several columns, as in a form of labels and values."""
    cells = [(c, title_likeness(view.text[r][c]) == 1) for r in below for c in view.filled(r)]
    strong = [c for c, is_title in cells if is_title]
    share = len(strong) / len(cells) if cells else 0.0
    return share if share > 0.2 and len(set(strong)) > 1 else 0.0


def _repeats(view: View, r: int, paths: Paths) -> bool:
    same = sum(paths.get(c, ("",))[-1] == view.text[r][c] for c in view.filled(r))
    return 2 * same > len(view.filled(r))


def _contrast(view: View, paths: Paths, below: list[int]) -> float:
    """0..1: how much the rows below differ from the titles, column by column; 0.6 where nothing is below."""
    marks = []
    for c, path in paths.items():
        values = [view.text[r][c] for r in below if view.text[r][c]]
        values += [row[c] for row in view.below if c < len(row) and row[c]]
        if not values:
            continue
        if path[-1] in values:
            marks.append(0.0)
            continue
        unlike = sum(title_likeness(value) < 0.5 for value in values) / len(values)
        marks.append(max(unlike, 0.7 if len(set(values)) < len(values) else 0.5))
    return sum(marks) / len(marks) if marks else 0.6
