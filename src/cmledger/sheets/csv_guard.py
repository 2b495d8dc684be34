"""Texts in CSV that Excel would calculate with or damage: how they are written, and taken back on reading.

A text that begins like a formula gets a leading apostrophe; so does one that begins with an apostrophe, so that
reading takes off exactly one. A long number, or one with a leading zero, gets a trailing TAB: Excel keeps it as text.
"""

import re

_DANGEROUS = re.compile(r"[=+\-@\t\r\n']")
_GUARDED = re.compile(r"'(?=[=+\-@\t\r\n'])")
_DAMAGED_BY_EXCEL = re.compile(r"0\d+|\d{12,}")
_KEPT_AS_TEXT = re.compile(r"(0\d+|\d{12,})\t")
_SOMEWHERE = re.compile(r"'[=+\-@\t\r\n']|\d\t")


def has_guards(text: str) -> bool:
    """Whether a whole file may hold guarded texts."""
    return _SOMEWHERE.search(text) is not None


def guarded(text: str) -> str:
    """The text as it can be opened in Excel without harm."""
    if _DANGEROUS.match(text):
        return "'" + text
    return text + "\t" if _DAMAGED_BY_EXCEL.fullmatch(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    if _GUARDED.match(text):
        return text[1:]
    return text[:-1] if text.endswith("\t") and _KEPT_AS_TEXT.fullmatch(text) else text
