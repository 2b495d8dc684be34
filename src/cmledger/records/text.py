"""Text as screens and databases take it."""

import re
import unicodedata

_HALVES = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with U+FFFD for what is no character: Python keeps bytes of a name that are no UTF-8 as half ones."""
    return _HALVES.sub("\ufffd", text)


def width(text: str) -> int:
    """Columns that a text takes on a terminal or in Excel: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in no more than the width of characters and in spaces."""
    return one == other or _bare(one) == _bare(other)


def folded(text: str) -> str:
    """A name as names are compared: without spaces, its width and case made alike."""
    return _bare(text).casefold()


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
