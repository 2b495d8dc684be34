"""What stands around a table: titles above it, the sheet's and the file's name; what they tell of year, month, unit, office."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cmledger.sheets.lexicon import (
    AREA_SHEET,
    BESIDE_A_PLACE,
    FULL_DATE_IN,
    GRID_SHEET,
    LIKE_A_PLACE,
    LINE_SHEET,
    MONTH_IN,
    MONTH_RANGE,
    MONTH_WORDS,
    NOT_A_LINE,
    PLACE_REMARK,
    YEAR_IN,
    YEAR_MONTH_IN,
    office_named,
    tidy,
    units_in_title,
)


def year_and_month(text: str) -> tuple[int | None, int | None, str]:
    """The year and month a header speaks of, and what it says besides: 2025年1月电量 -> (2025, 1, 电量)."""
    if match := YEAR_MONTH_IN.search(text):
        rest = text[: match.start()] + text[match.end() :]
        return int(match[1]), int(match[2] or match[3]), rest
    year = None
    if match := YEAR_IN.search(text):
        year, text = int(match[1]), text[: match.start()] + text[match.end() :]
    if match := MONTH_IN.search(text):
        return year, int(match[1]), text[: match.start()] + text[match.end() :]
    for word in sorted(MONTH_WORDS, key=len, reverse=True):
        if word in text:
            return year, MONTH_WORDS[word], text.replace(word, "", 1)
    return year, None, text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """titles: the texts above the header, in order; sheet and file: their names (the file's without its ending).

    year: the one the user said, which goes before all that the texts say.
    """

    titles: tuple[str, ...]
    sheet: str
    file: str
    year: int | None = None

    @property
    def nearest_first(self) -> tuple[str, ...]:
        """Titles, sheet name, file name: what is nearer to the table counts first."""
        return (*self.titles, self.sheet, self.file)

    def periods(self) -> tuple[set[int], set[int]]:
        """The years, and the months beside them, that the titles name, else the sheet's name, else the file's.

        Dates of a day do not count.
        """
        years, months = self._first_periods(self.titles, (self.sheet,), (self.file,))
        return ({self.year}, months) if self.year else (years, months)

    def years_over_table(self) -> set[int]:
        """The years that the titles name, else the sheet's name."""
        return self._first_periods(self.titles, (self.sheet,))[0]

    @staticmethod
    def _first_periods(*places: Iterable[str]) -> tuple[set[int], set[int]]:
        """Years and months of the first place that names a year."""
        for texts in places:
            years: set[int] = set()
            months: set[int] = set()
            for text in texts:
                plain = FULL_DATE_IN.sub("", tidy(text))
                together = {(int(a), int(b or c)) for a, b, c in YEAR_MONTH_IN.findall(plain)}
                years |= {int(y) for y in YEAR_IN.findall(plain)} | {y for y, _ in together}
                if not MONTH_RANGE.search(plain):
                    months |= {m for _, m in together}
            if years:
                return years, months
        return set(), set()

    def units(self) -> list[str]:
        """Units that title rows name."""
        return [unit for text in self.titles for unit in units_in_title(text)]

    def office(self) -> str | None:
        """The office that titles, sheet or file name speak of."""
        return next((name for text in self.nearest_first if (name := office_named(text))), None)

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether any of the texts speaks of it."""
        return any(pattern.search(tidy(text)) for text in self.nearest_first)

    def names(self, words: Iterable[str]) -> int:
        """The length of the longest of these words that a title or the sheet's name holds; half as much for the file's."""
        near = max(
            (len(w) for w in words for t in (*self.titles, self.sheet) if w in tidy(t)), default=0
        )
        far = max((len(w) for w in words if w in tidy(self.file)), default=0)
        return max(near * 2, far)

    def place_in_sheet_name(self) -> tuple[str, str] | None:
        """Line, grid or transformer area, where the sheet is named after one: its face name, and its name."""
        name = tidy(self.sheet).replace(" ", "")
        plain = PLACE_REMARK.sub("", name)
        return place_named(name) or place_named(plain) or place_named(BESIDE_A_PLACE.sub("", plain))

    def place_unread(self) -> bool:
        """Whether the sheet's name looks like that of a place, and which cannot be told."""
        plain = BESIDE_A_PLACE.sub("", PLACE_REMARK.sub("", tidy(self.sheet).replace(" ", "")))
        like = LIKE_A_PLACE.search(plain) is not None and NOT_A_LINE.search(plain) is None
        return like and self.place_in_sheet_name() is None


def place_named(name: str) -> tuple[str, str] | None:
    """Line, grid or transformer area, told by how a name ends: its face name, and the name."""
    if AREA_SHEET.fullmatch(name):
        return "transformer_area", name
    if GRID_SHEET.fullmatch(name):
        return "grid", name
    if LINE_SHEET.fullmatch(name) and not NOT_A_LINE.search(name):
        return "line", name
    return None
