"""The tables of a sheet: most have one; some have several below each other, or side by side.

A second table is taken for one only on strong evidence, since a wrong cut does more harm than a missed one: its
header stands after a break, its words are titles beyond doubt, and they are not those of the table above. The same
header again is a page break, unless the titles over it say another year, month, office or unit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.header import ASKED_BELOW, MOST_ROWS, Header, Known, find_header, header_at
from cmledger.sheets.lexicon import FOOTER_ROW, TOTAL_ROW, tidy
from cmledger.sheets.rows import is_blank
from cmledger.sheets.shape import DEPTH, title_likeness
from cmledger.sheets.surroundings import Surroundings
from cmledger.sheets.window import columns_of, rows_of, window

_FEWEST: Final = 3
"""So many titles beyond doubt make a header below another table."""
_MOST_LOOKS: Final = 100
_MOST_GLANCES: Final = 2000
"""So many places of a sheet that hold no data at first glance are looked at closely, and glanced at."""
_NUMBER: Final = 6
"""So many digits are no title."""
_ALONE: Final = 2
"""A table side by side with another has so many columns at least."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table where it stands: `grid` holds nothing else, its rows and columns keep Excel's numbers.

    first: the 0-based row where its titles begin. header: None where the sheet has none.
    said: the user said where its header is.
    """

    grid: Grid
    header: Header | None
    first: int = 0
    said: bool = False


def tables_of(grid: Grid, known: Known, said: Sequence[Sequence[int]] | None = None) -> list[Table]:
    """The tables of a sheet from the top down, one at least. said: the header rows of each, where the user named them."""
    if said is not None:
        found = [
            (min(rows, default=1) - 1 if i else 0, header_at(grid, rows))
            for i, rows in enumerate(said)
        ]
        return [part for table in _cut(grid, found, said=True) for part in _beside(table)]
    header = find_header(grid, known)
    below = list(_further(grid, header, known))
    if header is None and not below:
        return [Table(grid, None)]
    starts = _starts(grid, header, below, known)
    return [part for table in _cut(grid, starts) for part in _beside(table)]


def _cut(
    grid: Grid, starts: Sequence[tuple[int, Header | None]], *, said: bool = False
) -> list[Table]:
    ends = [first for first, _ in starts[1:]] + [len(grid.rows)]
    return [
        Table(rows_of(grid, first, end), header, first, said)
        for (first, header), end in zip(starts, ends, strict=True)
    ]


# --- below each other ----------------------------------------------------------------------------


def _starts(
    grid: Grid, header: Header | None, below: list[tuple[int, Header]], known: Known
) -> list[tuple[int, Header | None]]:
    """Where each table begins, with its header; pages of one table are one."""
    if header is not None and not any(_overlap(header, other) for _, other in below):
        above = [other for _, other in below if other.top < header.top]
        if not above:
            below = [(0, header), *below]
        elif _is_sure(header, known) and not any(_continues(grid, o, 0, header) for o in above):
            below = sorted([*below, (min(header.rows) - 1, header)], key=lambda b: b[1].top)
    starts: list[tuple[int, Header | None]] = []
    for first, one in below:
        if starts and (last := starts[-1][1]) is not None and _continues(grid, last, first, one):
            continue
        starts.append((first if starts else 0, one))
    if len(starts) > 1:  # each is as sure as it is among its own rows
        first_end = starts[1][0]
        alone = find_header(window(grid, 0, first_end), known)
        starts[0] = (0, alone or starts[0][1])
    elif header is not None:
        starts[0] = (0, header)
    return starts


def _overlap(header: Header, other: Header) -> bool:
    return not set(header.rows).isdisjoint(other.rows)


def _continues(grid: Grid, header: Header, first: int, again: Header) -> bool:
    """Whether a header is that of the table above once more, with nothing new said over it."""
    width = range(min(len(header.titles), len(again.titles)))
    named = [c for c in range(len(again.titles)) if again.titles[c]]
    same = sum(
        bool(again.titles[c]) and _leaf(header.titles[c]) == _leaf(again.titles[c]) for c in width
    )
    if 5 * same < 3 * len(named):
        return False
    said, new = (
        _says(grid.rows[max(0, a) : min(h.rows) - 1]) for a, h in ((0, header), (first, again))
    )
    return all(not n or n == s for s, n in zip(said, new, strict=True))


def _says(rows: Sequence[Sequence[Cell]]) -> tuple[object, ...]:
    """What titles say of the rows beneath: years and months, office, units."""
    texts = tuple(c for row in rows for c in row if isinstance(c, str) and not is_blank(c))
    around = Surroundings(texts[:_MOST_LOOKS], "", "")
    years, months = around.periods()
    return years, months, around.office(), around.units()


def _leaf(title: str) -> str:
    return title.rpartition("/")[2].replace(" ", "").casefold()


def _further(grid: Grid, header: Header | None, known: Known) -> Iterator[tuple[int, Header]]:
    """Headers beyond doubt after breaks, each with the row where its titles begin."""
    looks = glances = past = 0
    for first, start in _breaks(grid, header):
        if looks >= _MOST_LOOKS or glances >= _MOST_GLANCES:
            return
        if start < past or _is_data(grid.rows[start]):
            continue
        glances += 1
        titles = _titles(grid, start, known)
        if titles is None:
            continue
        looks += 1
        seen = find_header(
            window(grid, first, min(start + DEPTH, len(grid.rows))), known, titles - first
        )
        if seen is None:
            continue
        found = seen.moved(first)
        if min(found.rows) <= titles + 1 <= found.top and _is_sure(found, known):
            past = found.top
            yield first, found


def _breaks(grid: Grid, header: Header | None) -> Iterator[tuple[int, int]]:
    """Rows after blank rows and lone texts: where the titles over them begin, and the row itself."""
    two = [c for c, title in enumerate(header.titles) if title][:2] if header else []
    p, q = (two[0], two[-1]) if two else (0, 0)
    begun: int | None = 0
    for r, row in enumerate(grid.rows):
        if p != q and row[p] and row[q]:  # nearly every row of data: no need to count
            if begun is not None:
                yield begun, r
            begun = None
            continue
        texts = [c for c in row if c is not None and c != ""]
        if len(texts) < _FEWEST:
            texts = [c for c in texts if not is_blank(c)]
        if len(texts) > 1:
            if begun is not None:
                yield begun, r
            begun = r + 1 if _closes(texts[0]) else None
        elif not texts or _closes(texts[0]):
            begun = r + 1
        elif begun is None:
            begun = r


def _closes(cell: Cell) -> bool:
    """Whether a lone text belongs to the table above: a footer, a total."""
    text = tidy(cell).replace(" ", "") if isinstance(cell, str) else ""
    return bool(FOOTER_ROW.match(text) or TOTAL_ROW.fullmatch(text))


def _titles(grid: Grid, start: int, known: Known) -> int | None:
    """A glance: the first row from here on that holds titles and little else, if it comes at once."""
    for r, row in enumerate(grid.rows[start : start + MOST_ROWS], start):
        if _is_data(row):
            return None
        texts = [tidy(c) for c in row if isinstance(c, str) and 0 < len(c) <= 2 * DEPTH]
        titles = sum(_title(text, known) for text in texts)
        if titles >= _FEWEST and 2 * titles >= len(texts):
            return r
    return None


def _is_data(row: Sequence[Cell]) -> bool:
    """Whether a row holds a 户号, a phone or the like."""
    return any(isinstance(c, str) and len(c) >= _NUMBER and c.isdigit() for c in row)


def _title(text: str, known: Known) -> bool:
    """Whether a text is a title beyond doubt, by its word or by how it ends."""
    return title_likeness(text) == 1 or (not text.isdigit() and known(text) >= 0.6)


def _is_sure(header: Header, known: Known) -> bool:
    """Whether a header is one beyond doubt."""
    leaves = [title.rpartition("/")[2] for title in header.titles if title]
    titles = sum(_title(leaf, known) for leaf in leaves)
    return header.confidence >= ASKED_BELOW and titles >= _FEWEST and 5 * titles >= 3 * len(leaves)


# --- side by side --------------------------------------------------------------------------------


def _beside(table: Table) -> list[Table]:
    """The parts of a table that is several side by side: the same titles again, or a title of its own over each."""
    header = table.header
    if header is None or header.doubt:
        return [table]
    parts = _repeated(header.titles) or _apart(table, header)
    if len(parts) < 2:
        return [table]
    found = []
    for number, (first, end) in enumerate(parts):
        first, end = (
            (0 if number == 0 else first),
            (end if number < len(parts) - 1 else len(header.titles)),
        )
        titles = [t if first <= c < end else "" for c, t in enumerate(header.titles)]
        grid = columns_of(table.grid, first, max(end, first + 1))
        found.append(Table(grid, _with_titles(header, titles[:end]), table.first, table.said))
    return found


def _with_titles(header: Header, titles: list[str]) -> Header:
    return replace(header, titles=titles)


def _repeated(titles: Sequence[str]) -> list[tuple[int, int]]:
    """The columns of each part where all titles come again in the same order: 户号 户名 户号 户名."""
    named = [c for c, title in enumerate(titles) if title]
    words = [titles[c] for c in named]
    for width in range(_ALONE, len(words) // 2 + 1):
        if len(words) % width == 0 and words == words[:width] * (len(words) // width):
            if len(set(words[:width])) < width:
                return []
            edges = [named[i] for i in range(0, len(words), width)]
            return list(zip(edges, [*edges[1:], named[-1] + 1], strict=True))
    return []


def _apart(table: Table, header: Header) -> list[tuple[int, int]]:
    """The columns of each part where blank columns part them, and each has a title of its own or the first's columns."""
    groups: list[list[int]] = []
    for c, title in enumerate(header.titles):
        if title and groups and groups[-1][-1] == c - 1:
            groups[-1].append(c)
        elif title:
            groups.append([c])
    if len(groups) < 2 or min(map(len, groups)) < _ALONE:
        return []
    top = min(header.rows) - 1
    gaps = [c for a, b in pairwise(groups) for c in range(a[-1] + 1, b[0])]
    if any(not is_blank(row[c]) for row in table.grid.rows[top:] for c in gaps):
        return []
    over = (
        {c for c, cell in enumerate(table.grid.rows[top - 1]) if not is_blank(cell)}
        if top
        else set()
    )
    titled = all(len(over & set(range(g[0], g[-1] + 1))) == 1 for g in groups) and len(over) == len(
        groups
    )
    words = [{header.titles[c] for c in g} for g in groups]
    again = all(2 * len(words[0] & other) >= min(len(words[0]), len(other)) for other in words[1:])
    return [(g[0], g[-1] + 1) for g in groups] if titled or again else []
