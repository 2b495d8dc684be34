"""How often an item is to be done, in the office's words; stored as `records.cycles` writes it."""

import re
from collections.abc import Mapping, Sequence

from cmledger.records.cycles import cycle_text, parse_cycle
from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.kinds.numerals import in_figures
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import LIST_JOINT, bare
from cmledger.wording.cycles import cycle_words

_MOST_TIMES, _MOST_MONTHS, _MOST_DAYS = 31, 60, 3660


class Cycle(Understands):
    """month, 2/quarter, every-6-months, once-within-30-days, and the words of a closed list (none, as-listed).

    A calendar half-year (每半年) is not six months from the last time (每6个月): both are kept apart. What has no plain
    words (seasons, dates, leniency) is written and read in its stored form.
    """

    speaks_first = True
    width = 14

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        units: Mapping[str, Sequence[str]],
        patterns: Mapping[str, Sequence[str]],
        offered: Sequence[str],
        fillers: str,
    ) -> None:
        """words: stored -> spellings. units: month … year -> their spellings; patterns: times, months, years, once ->
        regular expressions with {unit} for a unit's spellings. offered: the drop-down. fillers: what says nothing (至少).
        """
        self._words = {bare(w): code for code, spelt in words.items() for w in (code, *spelt)}
        self._units = {bare(w): unit for unit, spelt in units.items() for w in spelt}
        spellings = "|".join(sorted(map(re.escape, self._units), key=len, reverse=True))
        self._patterns = [
            (what, re.compile(one.replace("{unit}", f"(?P<unit>{spellings})")))
            for what, several in patterns.items()
            for one in several
        ]
        self._fillers = re.compile(fillers)
        self.choices = tuple(str(self.shown(one)) for one in offered)

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        word = bare(text)
        if word in self._words:
            return self._words[word]
        if (stored := _stored(word)) is not None:
            return stored
        plain = self._fillers.sub("", in_figures(word))
        for what, pattern in self._patterns:
            found = pattern.fullmatch(plain)
            if found and (stored := self._of(what, found.groupdict())):
                return stored
        return Problem("unknown-cycle", {"value": text, "choices": LIST_JOINT.join(self.choices)})

    def _of(self, what: str, parts: Mapping[str, str | None]) -> str | None:
        """The stored form of a pattern's parts; None where they are too many."""
        number = int(parts.get("n") or 1)
        if number < 1:
            return None
        if what == "times":
            unit = self._units[parts["unit"] or ""]
            return (f"{number}/{unit}" if number > 1 else unit) if number <= _MOST_TIMES else None
        if what == "once":
            return f"once-within-{number}-days" if number <= _MOST_DAYS else None
        months = number * (12 if what == "years" else 1)
        return f"every-{months}-months" if months <= _MOST_MONTHS else None

    def shown(self, value: object) -> Cell:
        text = str(value)
        try:
            words = cycle_words(text)
        except ValueError:  # written by a later version
            return text
        return words if self.meaning(words, None) == text else text


def _stored(word: str) -> str | None:
    """A stored form as it is best written; None where the word is none."""
    try:
        return cycle_text(parse_cycle(word))
    except ValueError:
        return None
