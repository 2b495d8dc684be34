"""The headers of a table as words: leaf, groups above it, unit; and how a word meets the titles of a layout."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from cmledger.sheets.grid import Cell, letters
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.lexicon import (
    ENDS_A_COMPOUND,
    ENERGY_WORD,
    GENERIC_LEAVES,
    NEUTRAL_GROUPS,
    NOT_ENERGY,
    OFFICE_ENDINGS,
    OTHER_THING,
    SENTENCE,
    SERIAL_HEADERS,
    WEAK_HEADERS,
    normalised,
    tidy,
    without_brackets,
)
from cmledger.sheets.surroundings import year_and_month

_STEP = re.compile(r"/(?![^()（）]*[)）])")
"""The slash between group and leaf, not the one in (kWh/万kWh)."""
LONGEST_TITLE = 10
"""Longer texts are sentences or names of customers, unless they are titles word for word."""

AS_A_WHOLE, AS_WRITTEN, WITHOUT_REMARK, BY_ITS_END = range(4)
"""How surely a header is a column: with its group, word for word, without bracketed remarks, by how it ends."""


@dataclass(frozen=True, eq=False)
class Heading:
    """One column: where it stands, its header path, and the cells of its data rows."""

    position: int
    path: str
    cells: Sequence[Cell]

    @property
    def letters(self) -> str:
        return letters(self.position)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The path from the top: groups, then the leaf; without units, repeated words once."""
        parts = [normalised(part)[0] for part in _STEP.split(self.path)] if self._is_path else []
        parts = parts or [normalised(self.path)[0]]
        return tuple(p for i, p in enumerate(parts) if p and (i == 0 or p != parts[i - 1])) or ("",)

    @property
    def _is_path(self) -> bool:
        """A slash may join a group and its leaf, or stand in a title of ours (村/社区)."""
        return "/" in self.path and _whole(self.path) not in _all_words()

    @property
    def leaf(self) -> str:
        return self.parts[-1]

    @property
    def groups(self) -> tuple[str, ...]:
        return self.parts[:-1]

    @cached_property
    def unit(self) -> str | None:
        """The unit of the leaf, else of the nearest group."""
        for part in reversed(_STEP.split(self.path)):
            unit = normalised(part)[1]
            if unit:
                return unit
        return normalised(self.path)[1]

    @cached_property
    def filled(self) -> bool:
        """Whether any data row holds something here."""
        return any(
            c is not None and c != "" and not (isinstance(c, str) and c.isspace())
            for c in self.cells
        )

    @property
    def is_serial(self) -> bool:
        """Whether it only counts the rows."""
        return self.leaf.casefold() in SERIAL_HEADERS

    def forms(self) -> list[tuple[int, str]]:
        """The words this header may be known by, the surest first."""
        forms = []
        if self.groups:
            forms += [(AS_A_WHOLE, group + self.leaf) for group in self.groups]
        if not self._belongs_to_its_group:
            forms.append((AS_WRITTEN, self.leaf))
            forms.append((WITHOUT_REMARK, without_brackets(self.leaf)))
        forms += [(WITHOUT_REMARK, without_brackets(group + self.leaf)) for group in self.groups]
        return forms

    @property
    def _belongs_to_its_group(self) -> bool:
        """抄表员/姓名: a general word that only its group makes clear."""
        return (
            self.leaf in GENERIC_LEAVES
            and bool(self.groups)
            and not all(NEUTRAL_GROUPS.fullmatch(g) for g in self.groups)
        )


def _whole(text: str) -> str:
    return normalised(text)[0].casefold()


@dataclass(frozen=True, slots=True)
class Match:
    """A column a header may be: how surely (lower is surer), and which of its words it was (lower is dearer)."""

    column: Column
    level: int
    rank: int
    weak: bool

    @property
    def order(self) -> tuple[int, int]:
        return self.level, self.rank


@cache
def _words(layout: Layout) -> dict[str, list[tuple[Column, int]]]:
    """word -> the columns of that title or alias, with its rank."""
    index: dict[str, list[tuple[Column, int]]] = {}
    for column in (*layout.columns, *layout.readings):
        titles = [(column.group or "") + column.title] if column.group else [column.title]
        for rank, word in enumerate(dict.fromkeys(_whole(w) for w in (*titles, *column.aliases))):
            index.setdefault(word, []).append((column, rank))
    return index


@cache
def _all_words() -> frozenset[str]:
    return frozenset(word for layout in LAYOUTS for word in _words(layout))


def _suffixes(word: str) -> list[str]:
    """The endings of a header that may be its word: 营销系统户号 -> 户号."""
    if OTHER_THING.search(word) or word.endswith(OFFICE_ENDINGS):
        return []
    tails = [word[i:] for i in range(1, len(word) - 1)]
    return [t for t in tails if t not in WEAK_HEADERS and (len(t) > 2 or t in ENDS_A_COMPOUND)]


def matches(heading: Heading, layout: Layout) -> list[Match]:
    """The columns of a layout that a header may be: those of its surest form only."""
    index = _words(layout)
    for level, form in heading.forms():
        found = index.get(form.casefold(), ())
        if found:
            weak = level != AS_A_WHOLE and form in WEAK_HEADERS
            return [Match(column, level, rank, weak) for column, rank in found]
    if heading.groups and heading.leaf in GENERIC_LEAVES:
        return []
    for tail in _suffixes(without_brackets(heading.leaf)):
        found = index.get(tail.casefold(), ())
        if found:
            return [Match(column, BY_ITS_END, rank, weak=False) for column, rank in found]
    return []


@cache
def known(text: str) -> float:
    """How much a cell text looks like a column title (0..1): for finding the header."""
    word = normalised(text)[0]
    if not word or len(word) > 24:
        return 0.0
    if word.casefold() in _all_words() or word.casefold() in SERIAL_HEADERS:
        return 1.0
    plain = without_brackets(word)
    if plain.casefold() in _all_words():
        return 0.9
    year, month, rest = year_and_month(tidy(text).replace(" ", ""))
    rest = normalised(rest)[0]
    if (year or month) and not NOT_ENERGY.search(rest):
        if ENERGY_WORD.search(rest):
            return 1.0
        if not rest:
            return 0.8
    if len(plain) > LONGEST_TITLE or SENTENCE.search(text):
        return 0.0
    if any(tail.casefold() in _all_words() for tail in _suffixes(plain)):
        return 0.6
    return 0.5 if NOT_ENERGY.search(plain) else 0.0
