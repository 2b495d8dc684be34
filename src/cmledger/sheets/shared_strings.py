"""The texts that cells share: calamine copies them into every cell, so how often each is shown is what counts."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cmledger.sheets.caps import MIB, TEXT, Caps
from cmledger.sheets.guard import damaged, hostile, too_large
from cmledger.sheets.package import Package
from cmledger.sheets.xlsx_parts import SheetPart
from cmledger.wording import reading as wording

_PART: Final = "xl/sharedStrings.xml"
_END = b"</si>"
_ANY_END = re.compile(rb"</(?:[^<>\s:]*:)?si\s*>|<(?:[^<>\s:/]*:)?si(?:\s[^<>]*)?/>")
_ANY_START = re.compile(rb"<(?:[^<>\s:/]*:)?si[\s/>]")
_SHOWN = re.compile(rb't="s"[^<>]*>(?:<f[^<>]*>(?:[^<]*</f>)?)?<v>([0-9]{1,9})</v>')
_PROMISED = re.compile(rb"""niqueCount\s*=\s*["']\s*\+?([0-9]{1,40})""")
"""How many texts there are said to be; calamine makes room for them at once."""
_LONGEST: Final = 12 * MIB
_AROUND: Final = 18
"""Bytes of markup around a plain shared text."""


def check_shared_texts(
    package: Package, sheets: Iterable[SheetPart], cells: int, caps: Caps
) -> None:
    """Refuse a book whose `cells` cells show too much text. Every shared text is read; cells only where some are long."""
    part = package.named(_PART)
    if part is None:
        return
    limit = caps.size(TEXT)
    short = limit // max(cells, 1) + _AROUND
    count, all_short, promises, begun = 0, True, 0, False
    for text in _between(package.inflate(part)):
        if len(text) > _LONGEST:
            raise hostile(package.path, wording.DETAIL_LONG, part=part, limit=_LONGEST // MIB)
        if b"niqueCount" in text:
            promises = max([promises, *map(int, _PROMISED.findall(text))])
        start = 0 if begun else _first_text(text)
        begun = begun or start >= 0
        all_short = all_short and (not begun or _ends_within(text, short, start))
        count += text.count(b"<si") + text.count(b":si>")
    if count > max(caps.cells, 1 << 20):
        raise too_large(
            package.path, wording.DETAIL_STRINGS, caps.doubled, limit=caps.cells, part=part
        )
    if promises > max(caps.cells, 1 << 20):
        raise damaged(package.path, wording.DETAIL_PART, part=part)
    if all_short:
        return
    lengths = _lengths(b"".join(package.inflate(part)))
    shown = 0
    for sheet in sheets:
        if sheet.part is None:
            continue
        for rows in _between(package.inflate(sheet.part), b"</c>"):
            indices = list(map(int, _SHOWN.findall(rows)))
            try:
                shown += sum(map(lengths.__getitem__, indices))
            except IndexError:  # there is no such text
                shown += sum(lengths[i] for i in indices if i < len(lengths))
            if shown > limit:
                raise too_large(
                    package.path,
                    wording.DETAIL_TEXT,
                    caps.doubled,
                    sheet=sheet.name,
                    limit=limit // MIB,
                )


def _between(blocks: Iterable[bytes], end: bytes = _END) -> Iterator[bytes]:
    """The blocks cut behind the last `end` of each."""
    pending = b""
    for block in blocks:
        pending += block
        if len(pending) > _LONGEST:
            yield pending
            pending = b""
        if (cut := pending.rfind(end)) >= 0:
            yield pending[: cut + len(end)]
            pending = pending[cut + len(end) :]
    yield pending


def _lengths(texts: bytes) -> list[int]:
    """The bytes of each shared text, at least; where it is not plain which is which, each may be the longest."""
    lengths = [max(len(text) - _AROUND, 0) for text in _ANY_END.split(texts)]
    if len(_ANY_START.findall(texts)) != len(lengths) - 1:
        return [max(lengths)] * len(lengths)
    return lengths


def _first_text(text: bytes) -> int:
    """Where the first text may begin, behind the namespaces of the list as a whole; -1: not here."""
    return min((i for i in map(text.find, (b"<si", b":si")) if i >= 0), default=-1)


def _ends_within(text: bytes, length: int, start: int = 0) -> bool:
    """Whether an end of a text stands in every stretch of so many bytes from `start` on; strides, not steps."""
    at = start
    while len(text) - at > length:
        found = text.rfind(_END, at, at + length)
        if found < 0:
            return False
        at = found + len(_END)
    return True
