"""需跟进事项: what is left to do after a visit, with the sort of matter it is where that is written before it."""

from collections.abc import Mapping, Sequence
from typing import Final

from cmledger.records.intake import Parsed
from cmledger.records.matters import FOLLOW_UP, told_as
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import as_text
from cmledger.sheets.kinds.words import Text
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import NO, YES, bare

_COLONS: Final = ":："


class FollowUp(Text):
    """隐患：刀闸发热 is hazard:刀闸发热; without a sort it is something to follow up; 是 leaves the words to the visit's."""

    def __init__(self, kinds: Mapping[str, Sequence[str]], width: int = 24) -> None:
        """`kinds`: sorts of matters: code -> (title, other spellings …)."""
        super().__init__(width)
        self._titles = {code: words[0] for code, words in kinds.items()}
        self._codes = {bare(w): code for code, words in kinds.items() for w in (code, *words)}

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        if bare(text) in NO:
            return None
        if bare(text) in YES:
            return told_as(FOLLOW_UP, "")
        got = super().meaning(cell, unit)
        if isinstance(got, Problem):
            stored = got.stored
            return Problem(got.code, got.facts, self._sorted(stored)) if stored else got
        return self._sorted(got)

    def _sorted(self, text: Parsed) -> Parsed:
        if not isinstance(text, str):
            return text
        at = min((i for c in _COLONS if (i := text.find(c)) >= 0), default=-1)
        kind = self._codes.get(bare(text[:at])) if at >= 0 else None
        if kind is None:
            return told_as(FOLLOW_UP, text.strip())
        return told_as(kind, text[at + 1 :].strip())

    def shown(self, value: object) -> Cell:
        kind, _, content = str(value).partition(":")
        if kind == FOLLOW_UP:
            return content
        return f"{self._titles.get(kind, kind)}：{content}"
