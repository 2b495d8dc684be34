"""The header of a sheet, found by how it looks: one to four rows, merged groups joined, whatever stands above and below.

A block of rows is a candidate if merges and blanks hold it together as groups over titles. Candidates are scored by
how many of the used columns they name, how much their texts look like titles, and how the rows below differ.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cmledger.sheets.auxiliary import is_auxiliary, is_unit_row
from cmledger.sheets.grid import Grid
from cmledger.sheets.shape import View, is_number, title_likeness

MOST_ROWS: Final = 4
_ENOUGH: Final = 0.62
"""Below this score a sheet has no header."""
_BELOW: Final = 15

Known = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands, as Excel numbers its rows; titles[c] is the path of column c (联系人/电话), "" where blank.

    confidence: 0..1; first_data_row: the first row below that is no numbering, type, unit or instruction row.
    """

    rows: tuple[int, ...]
    first_data_row: int
    titles: list[str]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Block:
    top: int
    bottom: int
    paths: dict[int, tuple[str, ...]]
    score: float


def find_header(grid: Grid, known: Known) -> Header | None:
    """The header of `grid`, or None where it has none. `known(text)`: how well a text is a known column title, 0..1.

    Looks at the first 60 rows, and at a sample of those below to judge columns.
    """
    view = View(grid)
    full = [_fullness(view, r) for r in range(view.height)]
    best: _Block | None = None
    for top in range(view.height):
        if view.text[top] and (len(view.filled(top)) > 1 or view.width == 1):
            for block in _blocks(view, top, known):
                score = block.score - 0.08 * sum(share >= 0.6 for share in full[:top])
                if best is None or score > best.score:
                    best = _Block(block.top, block.bottom, block.paths, score)
    if best is None or best.score < _ENOUGH:
        return None
    return _header(view, best, known)


def _header(view: View, block: _Block, known: Known) -> Header:
    rows = list(range(block.top, block.bottom + 1))
    paths = dict(block.paths)
    below = block.bottom + 1
    if below < view.height and is_unit_row(view, below):
        for c in view.filled(below):
            paths[c] = (*paths.get(c, ())[:-1], f"{paths.get(c, ('',))[-1]}({view.text[below][c]})")
        rows.append(below)
        below += 1
    first = below
    for r in range(below, min(below + 5, view.height)):
        if not view.filled(r) or is_auxiliary(view, r, paths):
            if view.filled(r):
                first = r + 1
            continue
        break
    while first < view.height and not view.filled(first):
        first += 1
    titles = ["/".join(paths.get(c, ())) for c in range(view.width)]
    return Header(tuple(r + 1 for r in rows), first + 1, titles, min(1.0, max(0.0, block.score)))


def _blocks(view: View, top: int, known: Known) -> list[_Block]:
    """The sound blocks beginning at `top`, each as it would be a header."""
    if any(span[0] < top for c in range(view.width) if (span := view.spans.get((top, c)))):
        return []  # something merged from above reaches in
    found = []
    for bottom in range(top, min(top + MOST_ROWS, view.height)):
        if bottom > top and not _holds_together(view, bottom - 1):
            break
        if any(
            span[2] > bottom for c in range(view.width) if (span := view.spans.get((bottom, c)))
        ):
            continue  # cuts through a merge
        paths = _paths(view, top, bottom)
        score = _score(view, top, bottom, paths, known)
        if (
            bottom + 1 < view.height
            and bottom - top + 1 < MOST_ROWS
            and _holds_together(view, bottom)
        ):
            score -= 0.2  # its titles are only groups
        if top > 0 and _holds_together(view, top - 1):
            score -= 0.2  # there are groups above it
        found.append(_Block(top, bottom, paths, score))
    return found


def _groups(view: View, r: int) -> dict[int, int]:
    """The groups of a row: first column -> last column. By merge, or with blanks to the right that are filled below."""
    groups: dict[int, int] = {}
    filled = view.filled(r)
    for i, c in enumerate(filled):
        span = view.spans.get((r, c))
        if span is not None:
            if span[3] > c and span[2] == r:
                groups[c] = min(span[3], view.width - 1)
            continue
        if r + 1 >= view.height:
            continue
        limit = filled[i + 1] if i + 1 < len(filled) else view.width
        last = c
        while last + 1 < limit and (r, last + 1) not in view.spans and view.text[r + 1][last + 1]:
            last += 1
        if last > c and view.text[r + 1][c]:
            groups[c] = last
    return groups


def _holds_together(view: View, r: int) -> bool:
    """Whether row r and the row below are parts of one header: groups above, their titles beneath, nothing in conflict."""
    above, below = view.filled(r), view.filled(r + 1) if r + 1 < view.height else []
    if not above or not below:
        return False
    if any(is_number(view.cells[r][c]) for c in above if c < len(view.cells[r])):
        if not _is_sequence(view, r):
            return False
    if len(above) == 1 and (above[0] == 0 or view.spans.get((r, above[0])) is None):
        return False  # a title line
    if _is_meta(view, r):
        return False
    groups = _groups(view, r)
    grouped = {c for first, last in groups.items() for c in range(first, last + 1)}
    upright = sum((span := view.spans.get((r, c))) is not None and span[2] > r for c in above)
    children = [c for c in below if c in grouped]
    clashes = [c for c in below if c not in grouped and view.text[r][c]]
    if groups and max(last - first for first, last in groups.items()) + 1 >= 0.9 * view.width:
        return False
    if clashes and upright and upright + len(groups) >= 2 * len(clashes):
        children += clashes  # single titles are merged down here, so these are groups of one
        clashes = []
    if clashes and not children:
        return _makes_distinct(view, r, below)
    return bool(children) and len(clashes) <= 0.1 * len(below)


def _makes_distinct(view: View, r: int, below: Sequence[int]) -> bool:
    """Whether titles that repeat in the row below become distinct through the row above, which names only those."""
    names = Counter(view.text[r + 1][c] for c in below)
    repeated = [c for c in below if names[view.text[r + 1][c]] > 1]
    above = view.filled(r)
    return (
        len(repeated) > 1
        and set(above) <= set(repeated)
        and len(set(below)) > len(repeated)
        and len({(view.text[r][c], view.text[r + 1][c]) for c in repeated}) == len(repeated)
    )


def _is_meta(view: View, r: int) -> bool:
    """Whether a row only says things about the sheet: 填报单位：… 日期：…"""
    texts = [view.text[r][c] for c in view.filled(r)]
    return any(text.endswith(":") for text in texts) or all(":" in text for text in texts)


def _is_sequence(view: View, r: int) -> bool:
    """Whether the numbers (or dates) of a row rise evenly, as months and years in a header do."""
    return False


def _paths(view: View, top: int, bottom: int) -> dict[int, tuple[str, ...]]:
    """The titles of each column from the top down, a merged one once, a group's before each of its members'."""
    levels: list[dict[int, str]] = []
    for r in range(top, bottom + 1):
        level: dict[int, str] = {}
        groups = _groups(view, r) if r < bottom else {}
        for c in range(view.width):
            span = view.spans.get((r, c))
            if span is not None:
                if span[0] == r:
                    level[c] = view.text[r][span[1]]
            elif view.text[r][c]:
                level[c] = view.text[r][c]
        for first, last in groups.items():
            for c in range(first, last + 1):
                level[c] = view.text[r][first]
        levels.append(level)
    paths = {}
    for c in range(view.width):
        path: list[str] = []
        for level in levels:
            if (text := level.get(c, "")) and (not path or path[-1] != text):
                path.append(text)
        if path:
            paths[c] = tuple(path)
    return paths


def _fullness(view: View, r: int) -> float:
    """How much of the width a row fills with texts that could be titles."""
    good = sum(title_likeness(view.text[r][c]) for c in view.filled(r))
    return good / max(1, view.width)


def _score(
    view: View, top: int, bottom: int, paths: dict[int, tuple[str, ...]], known: Known
) -> float:
    below = [
        r
        for r in range(bottom + 1, min(bottom + 1 + _BELOW, view.height))
        if len(view.filled(r)) > 1
    ]
    used = set(paths) | {c for r in below for c in view.filled(r)}
    if len(used) < 2 and not any(known(path[-1]) > 0.8 for path in paths.values()):
        return 0.0
    cover = len(paths) / len(used)
    own = [(r, c) for r in range(top, bottom + 1) for c in view.filled(r)]
    likeness = sum(
        0.0 if is_number(view.cells[r][c]) else title_likeness(view.text[r][c]) for r, c in own
    ) / len(own)
    worst = sum(
        title_likeness(view.text[r][c]) < 0.2 or is_number(view.cells[r][c]) for r, c in own
    )
    distinct = len(set(paths.values())) / len(paths)
    familiar = sum(known(path[-1]) for path in paths.values()) / len(paths)
    contrast = _contrast(view, bottom, paths, below)
    return (
        0.35 * cover
        + 0.3 * likeness
        + 0.15 * distinct
        + 0.2 * contrast
        + 0.2 * familiar
        - 0.5 * min(1.0, 3 * worst / len(own))
    )


def _contrast(
    view: View, bottom: int, paths: dict[int, tuple[str, ...]], below: list[int]
) -> float:
    """0..1: how much the rows below differ from the titles, column by column; 0.6 where nothing is below."""
    marks = []
    for c, path in paths.items():
        values = [view.text[r][c] for r in below if view.text[r][c]]
        values += [row[c] for row in view.below if c < len(row) and row[c]]
        if not values:
            continue
        title = path[-1]
        if title in values:
            marks.append(0.0)
            continue
        unlike = sum(title_likeness(v) < 0.5 for v in values) / len(values)
        shorter = len(set(values)) < len(values)
        marks.append(max(unlike, 0.7 if shorter else 0.5))
    return sum(marks) / len(marks) if marks else 0.6
