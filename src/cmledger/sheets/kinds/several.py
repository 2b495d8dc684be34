"""Several words of a list in one cell, kept as codes in one text: 独居老人、残疾 is elderly,disabled,living-alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import NEUTRAL, Understands, as_text
from cmledger.sheets.kinds.words import has_lost_digits
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import BLANKS, LIST_JOINT, LIST_MARKS, NO, YES, bare, squeezed

JOINT: Final = ","
"""Between the codes of a stored text; no code or word of a list holds it."""


class SeveralOf(Understands):
    """Words of a list that offices add to, several in one cell; the list's own codes come first, in its order."""

    speaks_first = True
    width = 16

    def __init__(
        self, codes: Mapping[str, Sequence[str]], together: Mapping[str, Sequence[str]]
    ) -> None:
        """`codes`: code -> (title, other spellings …). `together`: words that are several codes at once."""
        self._titles = {code: words[0] for code, words in codes.items()}
        self.choices = tuple(self._titles.values())
        self._codes: dict[str, tuple[str, ...]] = {
            bare(w): (code,) for code, words in codes.items() for w in (code, *words)
        }
        self._codes |= {bare(word): tuple(several) for word, several in together.items()}
        self._order = {code: place for place, code in enumerate(codes)}

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        if bare(text) in YES:
            return Problem("word-too-wide", {"value": text, "open": LIST_JOINT.join(self.choices)})
        found: dict[str, None] = {}
        for word in LIST_MARKS.split(text):
            plain = squeezed(word).strip()
            if not plain or plain in BLANKS or bare(plain) in NO:
                continue
            if has_lost_digits(plain):
                return Problem("lost-digits", {"value": text})
            found.update(dict.fromkeys(self._codes.get(bare(plain), (plain,))))
        return JOINT.join(sorted(found, key=self._place)) or None

    def _place(self, code: str) -> tuple[int, str]:
        return self._order.get(code, len(self._order)), code

    def shown(self, value: object) -> Cell:
        codes = value if isinstance(value, tuple) else str(value).split(JOINT)
        return LIST_JOINT.join(self._titles.get(code, code) for code in codes)

    def to_json(self, value: Parsed) -> object:
        """A list of codes."""
        return value.split(JOINT) if isinstance(value, str) else None

    def fits(self, cells: Iterable[Cell]) -> float:
        """Only known words speak for the column."""
        words = [
            bare(w) for c in set(cells) if c not in (None, "") for w in LIST_MARKS.split(as_text(c))
        ]
        known = sum(w in self._codes for w in words)
        return known / len(words) if words else NEUTRAL
