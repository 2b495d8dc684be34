"""Texts, names, words of closed and open lists, yes/no marks, lists of service items."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import NEUTRAL, PRECISE, Understands, as_text
from cmledger.sheets.kinds.numerals import in_figures
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import (
    BLANKS,
    CLEAR_WORD,
    ID_LENGTH,
    LIST_JOINT,
    LIST_MARKS,
    NO,
    NO_SHOWN,
    NOT_THERE,
    OFFICE_ENDINGS,
    PERSON_REMARK,
    SEVERAL_PERSONS,
    YES,
    YES_SHOWN,
    bare,
    looks_like_an_id,
    squeezed,
    tidy,
    without_personal_ids,
)

_LEFT_OF_A_NUMBER = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,}|\d{16,}")
_E_NOTATION = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,}")
"""1.23E+17: what Excel shows of a long number, and all that a copy of it as text still holds."""


ID_SHAPED: Final = "personal-id-column"
"""Nothing is wrong with one such number (a meter may have it); a column of them is one of identity numbers."""


def has_lost_digits(text: str) -> bool:
    """Whether a word is what is left of a long number: 1.23E+17, or more digits than Excel keeps."""
    return _LEFT_OF_A_NUMBER.fullmatch(text) is not None


class Text(Understands):
    """Free text, as written. What was a long number and has lost digits is not stored, nor are identity numbers of persons."""

    as_written = True
    number_format: str | None = "@"

    def __init__(self, width: int = 20) -> None:
        self.width = width

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, str):
            if cell[0].isdigit() and _E_NOTATION.fullmatch(tidy(cell)):
                return Problem("lost-digits", {"value": cell})
            if len(cell) >= ID_LENGTH:
                for text in (cell, tidy(cell)):  # its digits may be wide ones
                    if (rest := without_personal_ids(text)) != text:
                        return Problem("personal-id-in-cell", {}, stored=rest)
                if looks_like_an_id(text):
                    return Problem(ID_SHAPED, {}, stored=cell)
        elif isinstance(cell, (int, float)) and abs(cell) >= PRECISE:
            return Problem("lost-digits", {"value": as_text(cell)})
        return as_text(cell)

    def shown(self, value: object) -> Cell:
        return str(value)

    def fits(self, cells: Iterable[Cell]) -> float:
        return NEUTRAL


class Name(Text):
    """A name that others are compared with: without the spaces that pad Chinese names on paper, its width made alike."""

    as_written = False

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if type(cell) is str and len(cell) < ID_LENGTH and not cell[0].isdigit():
            return squeezed(cell)  # the common case at once
        got = super().meaning(cell, unit)
        return squeezed(got) if isinstance(got, str) else got


class OfficeName(Name):
    """The name of an office; a column is only taken for one where most of its words look like it."""

    def fits(self, cells: Iterable[Cell]) -> float:
        words = [c for c in set(cells) if isinstance(c, str) and c.strip()]
        ours = sum(bare(w).endswith(OFFICE_ENDINGS) for w in words)
        return ours / len(words) if words else NEUTRAL


_ENDS_IN_NOTHING = re.compile(r"\d{15}0{3,}")
"""What a number of 18 digits and more looks like that went through a cell of Excel that was no text."""


class Code(Text):
    """A number that names something (表号, 工号): text; digits beyond Excel's 15 are lost and not stored."""

    quoted = True

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, (int, float)) and abs(cell) >= PRECISE:
            return Problem("lost-digits", {"value": as_text(cell)})
        text = as_text(cell)
        plain = text.replace(" ", "")
        if plain != text:
            return self.understand(plain, unit)
        if _E_NOTATION.fullmatch(text):
            return Problem("lost-digits", {"value": text})
        if _ENDS_IN_NOTHING.fullmatch(text):
            return Problem("maybe-lost-digits", {"value": text}, stored=text)
        return Problem(ID_SHAPED, {}, stored=text) if looks_like_an_id(text) else text


class Person(Name):
    """One person's name: 张三(所长) is 张三; several persons in one cell are not decided for."""

    def __init__(self, several: str = "several-persons") -> None:
        """`several`: the finding where a cell names several."""
        super().__init__(10)
        self._several = several

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if not isinstance(cell, str):
            return Problem("not-a-name", {"value": as_text(cell)})
        name = squeezed(cell)
        short = PERSON_REMARK.sub("", name).strip()
        without_phone = re.sub(r"[:\s]*\d[\d\s-]{6,}$", "", short).strip()
        if without_phone == CLEAR_WORD or not re.search(r"[^\W\d_]", without_phone):
            return Problem("not-a-name", {"value": name})
        if SEVERAL_PERSONS.search(without_phone):
            return Problem(self._several, {"value": name})
        if without_phone != name:
            return Problem(
                "name-with-remark", {"value": name, "taken": without_phone}, without_phone
            )
        return name

    def fits(self, cells: Iterable[Cell]) -> float:
        words = [c for c in set(cells) if c not in (None, "")]
        short = sum(isinstance(w, str) and len(squeezed(w)) <= 6 for w in words)
        return short / len(words) if words else NEUTRAL


class Choice(Understands):
    """A word of a closed list: stored as its code, shown as its title, read in many spellings."""

    speaks_first = True
    width = 12

    def __init__(
        self,
        codes: Mapping[str, Sequence[str]],
        *,
        too_wide: Mapping[str, str] | None = None,
        width: int = 12,
    ) -> None:
        """`codes`: code -> (title, other spellings …). `too_wide`: words that fit several codes -> what they leave open."""
        self.width = width
        self._titles = {code: words[0] for code, words in codes.items()}
        self.choices = tuple(self._titles.values())
        self._codes = {bare(w): code for code, words in codes.items() for w in (code, *words)}
        self._too_wide = {bare(w): open_ for w, open_ in (too_wide or {}).items()}

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        word = bare(text)
        if word in self._codes:
            return self._codes[word]
        if word in self._too_wide:
            return Problem("word-too-wide", {"value": text, "open": self._too_wide[word]})
        return Problem("unknown-word", {"value": text, "choices": LIST_JOINT.join(self.choices)})

    def shown(self, value: object) -> Cell:
        return self._titles.get(str(value), str(value))


class OpenChoice(Choice):
    """A list that offices add to: known spellings meet, an unknown word is kept as it stands."""

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        got = super().meaning(cell, unit)
        if not isinstance(got, Problem):
            return got
        text = squeezed(as_text(cell))
        if has_lost_digits(text):
            return Problem("lost-digits", {"value": text})
        return None if text in BLANKS else text

    def fits(self, cells: Iterable[Cell]) -> float:
        """Only known words speak for the column."""
        words = {bare(as_text(c)) for c in set(cells) if c not in (None, "")}
        return sum(w in self._codes for w in words) / len(words) if words else NEUTRAL


_VOLTAGE = re.compile(r"(?:ac)?(\d+(?:\.\d+)?)(kv|v)?")
_SG_VOLTAGE = re.compile(r"ac(\d{4})([12])")


class Voltage(Choice):
    """A voltage level: by its words, by the codes of the marketing system, or by number and unit."""

    units: Sequence[str] = ("kV", "V")

    def __init__(
        self, codes: Mapping[str, Sequence[str]], volts: Mapping[int, str], strip: Sequence[str]
    ) -> None:
        """`volts`: volts -> code, with the near values (400 V) of old lists. `strip`: words that say nothing (交流)."""
        super().__init__(codes, width=10)
        self._volts = volts
        self._strip = [(bare(a), b) for a, b in (s.split("=") for s in strip)]

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        word = in_figures(bare(text))
        for spelling, plain in self._strip:
            word = word.replace(spelling, plain)
        volts = None
        if match := _SG_VOLTAGE.fullmatch(word):
            # AC 0010 1 is 10 kV, AC 0380 2 is 380 V, AC 0275 1 is 27.5 kV: the unit digit counts kV or V
            volts = self._of_code(int(match[1]), match[2])
        elif match := _VOLTAGE.fullmatch(word):
            number = float(match[1])
            named = match[2] or (unit or "").casefold() or ("kv" if number < 200 else "v")
            volts = round(number * 1000) if named == "kv" else round(number)
        if volts is not None and volts in self._volts:
            return self._volts[volts]
        return super().meaning(cell, unit)

    def _of_code(self, digits: int, unit: str) -> int | None:
        """AC02751 is written with one decimal where the level has one."""
        if unit == "2":
            return digits
        whole = digits * 1000
        return whole if whole in self._volts else digits * 100

    def fits(self, cells: Iterable[Cell]) -> float:
        """A bare number alone is no voltage."""
        return super().fits(c for c in cells if not isinstance(c, (int, float)))


class Flag(Understands):
    """Yes or no as 1 or 0, in all the marks of paper and Excel. Blank is unknown, not no."""

    speaks_first = True
    width = 8
    choices: Sequence[str] = (YES_SHOWN, NO_SHOWN)

    def __init__(self, yes: Sequence[str] = (), no: Sequence[str] = ()) -> None:
        """`yes`, `no`: further words that answer in this column (专线, 公线)."""
        self._yes = YES | {bare(w) for w in yes}
        self._no = NO | {bare(w) for w in no}

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        word = bare(as_text(cell))
        if word in self._yes:
            return 1
        if word in self._no:
            return 0
        return Problem("not-yes-or-no", {"value": as_text(cell)})

    def shown(self, value: object) -> Cell:
        return YES_SHOWN if value else NO_SHOWN

    def to_json(self, value: Parsed) -> object:
        return None if value is None else bool(value)


class YesMeans(Flag):
    """A yes/no column that tells one word of a list (是否双电源: yes is dual-source; no tells nothing)."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        got = super().meaning(cell, unit)
        if isinstance(got, Problem):
            return got
        return self._code if got else None

    def to_json(self, value: Parsed) -> object:
        return value


class Possession(Flag):
    """Whether something is there, where offices write how much or which of it: 200 and 柴油发电机 are yes, 0 is no.

    What says more than yes is also kept as it stands.
    """

    def __init__(
        self, things: "re.Pattern[str]", yes: Sequence[str] = (), no: Sequence[str] = ()
    ) -> None:
        """`things`: names of what may be there."""
        super().__init__(yes, no)
        self._things = things

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        got = super().meaning(cell, unit)
        if not isinstance(got, Problem):
            return got
        text = as_text(cell)
        if text.startswith(NOT_THERE):
            return got
        figures = re.findall(r"\d+(?:\.\d+)?", text)
        if figures and not any(map(float, figures)) and not self._things.search(text):
            return 0
        if any(map(float, figures)) or self._things.search(text):
            return Problem("yes-and-more", {"value": text}, stored=1)
        return got


class Services(Understands):
    """Service items done, several in one cell: a tuple of codes; an office's own items pass as they stand."""

    width = 24

    def __init__(self, codes: Mapping[str, Sequence[str]]) -> None:
        self._titles = {code: words[0] for code, words in codes.items()}
        self._codes = {bare(w): code for code, words in codes.items() for w in (code, *words)}
        inner = [bare(w) for words in codes.values() for w in words if LIST_MARKS.search(tidy(w))]
        self._whole = re.compile(
            "|".join(map(re.escape, sorted(inner, key=len, reverse=True))) or "$^"
        )

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        found: list[str] = []
        if LIST_MARKS.search(text):  # names that hold a list mark themselves come first
            lowered = bare(text)
            found = [self._codes[m[0]] for m in self._whole.finditer(lowered)]
            if found:
                text = self._whole.sub(LIST_JOINT, lowered)
        words = [squeezed(w).strip() for w in LIST_MARKS.split(text)]
        found += [self._codes.get(bare(w), w) for w in words if w]
        return tuple(dict.fromkeys(found)) or None

    def shown(self, value: object) -> Cell:
        codes: tuple[str, ...] = value if isinstance(value, tuple) else (str(value),)
        return LIST_JOINT.join(self._titles.get(code, code) for code in codes)

    def to_json(self, value: Parsed) -> object:
        return list(value) if isinstance(value, tuple) else value


class Word(OpenChoice):
    """A list that offices add to so freely that words nobody knows do not speak against the column."""

    def fits(self, cells: Iterable[Cell]) -> float:
        return max(NEUTRAL, super().fits(cells))


class Service(Word):
    """One service item: by its title the code; any other word as it stands, for the office's rules to know."""

    def __init__(self, codes: Mapping[str, Sequence[str]] | None = None, width: int = 24) -> None:
        super().__init__({code: words[:1] for code, words in (codes or {}).items()}, width=width)
        self.choices = ()
