"""Text that every screen and every database takes."""

import re

_HALVES = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with U+FFFD for what is no character: Python keeps bytes of a name that are no UTF-8 as half ones."""
    return _HALVES.sub("\ufffd", text)
