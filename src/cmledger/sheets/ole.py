"""The file system inside an OLE file (.xls, .et, encrypted .xlsx): names and streams, every chain bounded.

xlrd's own reading of it can run in a circle for ever; so it gets the stream, never the file.
"""

import struct
from array import array
from typing import Final

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST: Final = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_ENTRY: Final = 128
_MOST_ENTRIES: Final = 20_000


class BadOle(ValueError):
    """The chains of an OLE file run in a circle or out of the file."""


class OleFile:
    """Names of the streams in the root folder, and what they hold. Raises BadOle."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise BadOle("header")
        self._data = data
        sector, mini = struct.unpack_from("<HH", data, 30)
        self._size = 1 << sector if 7 <= sector <= 16 else 512
        self._mini_size = 1 << mini if 3 <= mini <= sector else 64
        directory, self._cutoff, mini_fat, mini_count = struct.unpack_from("<I4xIII", data, 48)
        self._fat = self._allocation()
        self._entries = self._joined(self._chain(self._fat, directory, _MOST_ENTRIES // 4))
        self._mini_fat = array("I")
        if mini_count and mini_fat < _LAST:
            _extend(self._mini_fat, self._joined(self._chain(self._fat, mini_fat)))
        self._root = self._entry(0)
        self._mini_stream: bytes | None = None
        self.streams = self._in_root()

    def read(self, name: str) -> bytes:
        """The bytes of a stream of the root folder; as many as are there where the file is cut short."""
        start, size = self.streams[name]
        if size >= self._cutoff:
            return self._joined(self._chain(self._fat, start, -(-size // self._size)))[:size]
        if self._mini_stream is None:
            start_of_all, length = self._root[3:5]
            whole = self._joined(self._chain(self._fat, start_of_all))
            self._mini_stream = whole[:length]
        step = self._mini_size
        numbers = self._chain(self._mini_fat, start, -(-size // step))
        return b"".join(self._mini_stream[n * step : (n + 1) * step] for n in numbers)[:size]

    def _allocation(self) -> "array[int]":
        """The table that chains the sectors."""
        data, size = self._data, self._size
        numbers = list(struct.unpack_from("<109I", data, 76))
        more, seen = struct.unpack_from("<I", data, 68)[0], set()
        while more < _LAST and more not in seen and (more + 2) * size <= len(data) + size:
            seen.add(more)
            block = self._sector(more)
            found = struct.unpack_from(f"<{len(block) // 4}I", block)
            numbers += found[:-1]
            more = found[-1] if found else _LAST
        fat = array("I")
        taken: set[int] = set()
        for number in numbers:
            if number < _LAST and number * size < len(data):
                if number in taken:
                    raise BadOle("fat")
                taken.add(number)
                _extend(fat, self._sector(number).ljust(size, b"\xff"))
        return fat

    def _sector(self, number: int) -> bytes:
        begin = 512 + number * self._size if self._size == 512 else (number + 1) * self._size
        return self._data[begin : begin + self._size]

    def _joined(self, numbers: list[int]) -> bytes:
        return b"".join(map(self._sector, numbers))

    def _chain(self, table: "array[int]", start: int, most: int | None = None) -> list[int]:
        """The sectors from `start` on, `most` at most. Raises BadOle where they run in a circle."""
        numbers: list[int] = []
        seen = bytearray(len(table))
        while start < _LAST and (most is None or len(numbers) < most):
            if start >= len(table):
                break  # a file cut short
            if seen[start]:
                raise BadOle("circle")
            seen[start] = 1
            numbers.append(start)
            start = table[start]
        return numbers

    def _entry(self, number: int) -> tuple[str, int, tuple[int, int, int], int, int]:
        """Name, type, (left, right, child), first sector and size of a directory entry."""
        raw = self._entries[number * _ENTRY : (number + 1) * _ENTRY]
        if len(raw) < _ENTRY:
            raise BadOle("directory")
        length, kind = struct.unpack_from("<HB", raw, 64)
        name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", raw, 116)
        return name, kind, struct.unpack_from("<III", raw, 68), start, size

    def _in_root(self) -> dict[str, tuple[int, int]]:
        streams: dict[str, tuple[int, int]] = {}
        waiting, seen = [self._root[2][2]], {0}
        while waiting:
            number = waiting.pop()
            if number in seen or (number + 1) * _ENTRY > len(self._entries):
                continue
            seen.add(number)
            name, kind, (left, right, _), start, size = self._entry(number)
            waiting += [left, right]
            if kind == 2:
                streams[name] = (start, size)
        return streams


def _extend(table: "array[int]", raw: bytes) -> None:
    table.extend(struct.unpack_from(f"<{len(raw) // 4}I", raw))
