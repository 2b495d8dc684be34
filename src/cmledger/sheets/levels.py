"""Headers of several rows: which rows belong together as groups over titles, and the path of titles of each column."""

from collections.abc import Sequence
from typing import Final

from cmledger.sheets.lexicon import SAYS_OF_SHEET
from cmledger.sheets.shape import View

_WIDEST_UNMERGED: Final = 6
"""Columns a group without a merge may span, unless the titles beneath repeat."""


def holds_together(view: View, r: int) -> bool:
    """Whether row r and the row below are parts of one header: groups above, their titles beneath, nothing in conflict."""
    if r + 1 >= view.height:
        return False
    above, below = view.filled(r), view.filled(r + 1)
    if not above or not below or _is_title(view, r) or _is_about_sheet(view, r):
        return False
    if any(view.is_number(r, c) for c in above if c not in view.series(r)):
        return False
    groups = groups_of(view, r)
    grouped = {c for first, last in groups.items() for c in range(first, last + 1)}
    if any(last - first + 1 >= 0.9 * view.width for first, last in groups.items()):
        return False
    children = [c for c in below if c in grouped]
    clashes = [c for c in below if c not in grouped and view.text[r][c]]
    upright = sum((span := view.span(r, c)) is not None and span[2] > r for c in above)
    if clashes and upright and upright + len(groups) >= 2 * len(clashes):
        children, clashes = (
            children + clashes,
            [],
        )  # single titles are merged down: these are groups of one
    if _makes_distinct(view, r, below):
        return True
    merged = any((span := view.span(r, c)) is not None and span[2] == r for c in groups)
    if not merged and not upright and len(above) < 2 * len(groups):
        return False  # without merges, as many titles of their own must stand beside the groups
    return bool(children) and len(clashes) <= 0.1 * len(below)


def groups_of(view: View, r: int) -> dict[int, int]:
    """The groups of a row, first column -> last column: by a merge, or by blanks to the right that are filled below."""
    groups: dict[int, int] = {}
    filled = view.filled(r)
    for c, limit in zip(filled, [*filled[1:], view.width], strict=True):
        span = view.span(r, c)
        if span is not None:
            if span[3] > c and span[2] == r:
                groups[c] = min(span[3], view.width - 1)
        elif r + 1 < view.height and view.text[r + 1][c]:
            last = c
            while (
                last + 1 < limit and view.span(r, last + 1) is None and view.text[r + 1][last + 1]
            ):
                last += 1
            if 0 < last - c < _WIDEST_UNMERGED or _repeat(view, r + 1, c, last):
                groups[c] = last
    return groups


def paths_of(view: View, top: int, bottom: int) -> dict[int, tuple[str, ...]]:
    """The titles of each column from the top down: a merged one once, a group's before each of its members'."""
    paths: dict[int, tuple[str, ...]] = {}
    for r in range(top, bottom + 1):
        groups = groups_of(view, r) if r < bottom else {}
        level = {c: view.text[r][c] for c in view.filled(r)}
        for first, last in groups.items():
            level |= dict.fromkeys(range(first, last + 1), view.text[r][first])
        for c in range(view.width):
            span = view.span(r, c)
            text = view.text[r][span[1]] if span and span[0] == r else level.get(c, "")
            if text and paths.get(c, ("",))[-1] != text:
                paths[c] = (*paths.get(c, ()), text)
    return paths


def _is_title(view: View, r: int) -> bool:
    """A single text at the left, or one that nothing marks as a group."""
    above = view.filled(r)
    return len(above) == 1 and (above[0] == 0 or view.span(r, above[0]) is None)


def _is_about_sheet(view: View, r: int) -> bool:
    """Whether a row says things about the sheet: 填报单位：… 2026年10月."""
    filled, groups = view.filled(r), groups_of(view, r)
    texts = [view.text[r][c] for c in filled]
    upright = any((span := view.span(r, c)) is not None and span[2] > r for c in filled)
    if groups and upright and not any(":" in text for text in texts):
        return False  # 户号 merged down beside 2025年1月 over 电量, 电费: a month can be a group
    spoken = [c for c in groups if SAYS_OF_SHEET.fullmatch(view.text[r][c])]
    beneath = {tuple(view.text[r + 1][c : groups[c] + 1]) for c in spoken}
    if len(spoken) > 1 and len(beneath) == 1:
        return False  # the same titles under each of several months
    said = sum(SAYS_OF_SHEET.fullmatch(text) is not None for text in texts)
    if any(text.endswith(":") for text in texts) or said == len(texts):
        return not _makes_distinct(view, r, view.filled(r + 1)) if said == len(texts) else True
    return 2 * said >= len(texts)


def _makes_distinct(view: View, r: int, below: Sequence[int]) -> bool:
    """Whether titles that repeat in the row below become distinct through the row above, which names only those."""
    groups = groups_of(view, r)
    over = {c: g for g, last in groups.items() for c in range(g, last + 1)}
    over |= {c: c for c in view.filled(r) if c not in over}
    names = view.names(r + 1)
    repeated = [c for c in below if names[view.text[r + 1][c]] > 1]
    return (
        len(repeated) > 1
        and set(over) <= set(below)
        and all(c in repeated or view.span(r, c) is not None for c in over)
        and all(c in over for c in repeated)
        and len({(over[c], view.text[r + 1][c]) for c in repeated}) == len(repeated)
        and len(below) > len(repeated) - len(over) * (len(groups) == 0)
        and (len(groups) > 1 or len(below) > len(repeated))
    )


def _repeat(view: View, r: int, first: int, last: int) -> bool:
    """Whether the titles of these columns stand a second time in row r."""
    names = view.names(r)
    return last > first and all(names[view.text[r][c]] > 1 for c in range(first, last + 1))
