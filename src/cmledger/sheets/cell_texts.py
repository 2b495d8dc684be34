"""What text an Excel cell can hold, and what a stored value reads as once it has been in one; needs no openpyxl."""

import datetime as dt
import re
from typing import Final
from xml.sax.saxutils import escape

from cmledger.records.intake import Parsed
from cmledger.sheets.kinds import Text
from cmledger.sheets.layout import Column

CELL_CHARACTERS: Final = 32_767
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""
_ESCAPE_LOOKALIKE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")
"""Excel reads _x0041_ as an A."""
_EXTRA = Text(16)


def writable(text: str) -> str:
    """A text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """A writable text as it stands in the XML of a cell."""
    return unmistakable(escape(text))


def unmistakable(text: str) -> str:
    """A writable text in which Excel sees no escapes that are none, and every line break that is one."""
    return _ESCAPE_LOOKALIKE.sub("_x005F_x", text).replace("\r", "_x000D_")


def extra_column(header: str) -> Column:
    """The column of a header that no layout knows, kept as it came."""
    return Column(f"extras.{header}", header, _EXTRA)


def in_words(shown: object) -> str:
    """What a cell shows, as text: days as YYYY-MM-DD, moments to the minute."""
    if isinstance(shown, dt.datetime):
        return shown.isoformat(" ", timespec="minutes")
    return shown.isoformat() if isinstance(shown, dt.date) else str(shown)


def as_read_back(column: Column, value: Parsed) -> Parsed:
    """What the cell that is written for a value reads as: the value itself, but for what Excel cannot hold."""
    shown = column.kind.show(value)
    if isinstance(shown, str):
        shown = writable(shown)[:CELL_CHARACTERS]
    return column.kind.parse_column([shown]).values[0]
