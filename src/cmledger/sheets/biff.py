"""A walk over the records of an .xls before xlrd may see them: how large its sheets are, and what xlrd must not meet."""

import struct
from itertools import pairwise
from pathlib import Path
from typing import Final

from cmledger.sheets.caps import Caps
from cmledger.sheets.grid import letters
from cmledger.sheets.guard import Room, damaged, hostile, refuse, too_large
from cmledger.sheets.merges import check_merges
from cmledger.wording import reading as wording

_BOF: Final = frozenset((0x0009, 0x0209, 0x0409, 0x0809))
_EOF, _FILEPASS, _SHEET, _SST, _MERGED, _COLUMN = 0x0A, 0x2F, 0x85, 0xFC, 0xE5, 0x7D
_MULRK: Final = 0xBD
_CELLS: Final = frozenset(
    (0x02, 0x03, 0x04, 0x05, 0x06, 0x202, 0x203, 0x204, 0x205, 0x206, 0x406, 0x27E, 0xD6, 0xFD)
)
_BLANKS: Final = (0x01, 0x201, 0xBE)
"""Blanks with a format."""
_CALCULATED: Final = (0x18, 0x218, 0x1B8, 0x800)
"""Names, which xlrd evaluates, and links, which it lays over every cell."""
_DRAWN: Final = (0x1C, 0x5D, 0x1B6, 0x1B0, 0x1B1, 0x1B2, 0x1BE)
"""Notes, objects, conditions, validations."""
_UNWANTED: Final = frozenset((*_BLANKS, *_CALCULATED, *_DRAWN))
_NOTHING: Final = struct.pack("<H", 0x0FFF)
_LISTED: Final = {0x31: 8192, 0x231: 8192, 0xE0: 8192, 0x43: 8192, 0x243: 8192, 0x443: 8192}
"""Fonts and formats of cells; Excel itself has room for 4,000 formats and 512 fonts."""
_LISTED.update(dict.fromkeys((0x1E, 0x41E, 0x293, 0x92, _COLUMN), 8192))
_MOST_RECORDS: Final = 1_500_000
"""Beside the cells; xlrd looks at each."""


def harmless(path: Path, stream: bytes, caps: Caps) -> bytearray:
    """The records of a workbook without those that no table needs.

    Raises NotAWorkbook where it is encrypted, beyond a cap, or where its sheets lie inside each other.
    """
    walk = _Walk(path, bytearray(stream), caps)
    version = int.from_bytes(stream[:2], "little")
    if version != 0x0809:
        walk.over(0, wording.TABLE.format(number=1), whole=True)
        return walk.data
    ranges = [(0, walk.over(0, ""))]
    for number, (begin, name) in enumerate(walk.sheets, start=1):
        if int.from_bytes(stream[begin : begin + 2], "little") in _BOF:
            ranges.append((begin, walk.over(begin, name or wording.TABLE.format(number=number))))
        elif begin < len(stream):
            raise damaged(path, wording.DETAIL_PART, part=name)
    ranges.sort()
    if any(end > begin for (_, end), (begin, _) in pairwise(ranges)):
        raise hostile(path, wording.DETAIL_SAME_SHEET)
    return walk.data


class _Walk:
    """Goes over the records of one part of the workbook after the other."""

    def __init__(self, path: Path, data: bytearray, caps: Caps) -> None:
        self.path = path
        self.data = data
        self.caps = caps
        self.room = Room(path, caps.slow_cells)
        self.sheets: list[tuple[int, str]] = []
        self._left = caps.slow_cells + caps.size(_MOST_RECORDS)
        self._listed: dict[int, int] = {}

    def over(self, at: int, name: str, *, whole: bool = False) -> int:
        """Walk from a beginning to its end (with `whole` to that of the file); where it is."""
        data, end = self.data, len(self.data)
        unpack = struct.Struct("<HH").unpack_from
        depth = cells = last_row = last_column = merges = 0
        while at + 4 <= end:
            kind, length = unpack(data, at)
            content = at + 4
            at = content + length
            self._left -= 1
            if self._left < 0:
                raise too_large(
                    self.path,
                    wording.DETAIL_RECORDS,
                    self.caps.lifted_for(2 * self.caps.size(1000), 1000),
                    sheet=name,
                    limit=self.caps.slow_cells,
                )
            if kind in _CELLS or kind == _MULRK:
                if length < 6 or at > end:
                    continue
                row, column = unpack(data, content)
                count = 1
                if kind == _MULRK:
                    count = max(1, (length - 6) // 6)
                    column += count - 1
                cells += count
                last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
                if cells > self.room.limit:
                    break
            elif kind in _UNWANTED:
                data[content - 4 : content - 2] = _NOTHING
            elif kind in _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0 and not whole:
                    break
            elif kind == _MERGED and length >= 2:
                merges += length // 8
                check_merges(self.path, name, merges, self.caps)
            elif kind in _LISTED:
                self._listed[kind] = self._listed.get(kind, 0) + 1
                if self._listed[kind] > _LISTED[kind]:
                    raise hostile(self.path, wording.DETAIL_STYLES, limit=_LISTED[kind])
            elif kind in (_FILEPASS, _SHEET, _SST):
                self._said(kind, content, min(length, end - content))
        far = f"{letters(max(last_column - 1, 0))}{last_row}"
        self.room.take(name, cells, last_row, max(last_column, 8) if last_row else 0, far)
        return at

    def _said(self, kind: int, at: int, length: int) -> None:
        if kind == _FILEPASS:
            raise refuse(wording.ENCRYPTED, wording.ENCRYPTED_HINT, self.path)
        if kind == _SST and length >= 8:
            count = int.from_bytes(self.data[at + 4 : at + 8], "little")
            if count > max(self.caps.slow_cells, 1 << 20):
                raise too_large(
                    self.path,
                    wording.DETAIL_STRINGS,
                    self.caps.lifted_for(2 * self.caps.size(1000), 1000),
                    part="SST",
                    limit=self.caps.slow_cells,
                )
        if kind == _SHEET and length >= 8:
            begin = int.from_bytes(self.data[at : at + 4], "little")
            if any(begin == other for other, _ in self.sheets) or len(self.sheets) >= 1000:
                raise hostile(self.path, wording.DETAIL_SAME_SHEET)
            raw, wide = bytes(self.data[at + 8 : at + length]), self.data[at + 7] & 1
            self.sheets.append(
                (begin, raw.decode("utf-16-le" if wide else "latin-1", "replace")[:31])
            )
