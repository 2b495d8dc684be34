"""Reader of delimited text: UTF-8 with or without BOM, GB18030, UTF-16 with BOM; judged over the whole file."""

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Final, cast

from cmledger.errors import NotAWorkbook
from cmledger.records.text import printable
from cmledger.sheets.caps import MIB, Caps
from cmledger.sheets.csv_guard import has_guards, unguarded
from cmledger.sheets.grid import Cell, Grid, letters
from cmledger.sheets.guard import Room, damaged, open_file, refuse
from cmledger.sheets.notices import runs
from cmledger.sheets.scan import MAX_COLUMNS
from cmledger.wording import reading as wording

_DELIMITERS = ",\t;|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THREE_BYTES = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_QUOTED = re.compile(r'"[^"]*"')
_CERTAIN = 6
"""So many Chinese characters in sound UTF-8 before the first bad byte make a damaged UTF-8 file, not a GB18030 one."""
_BLOCK: Final = MIB
_LONGEST: Final = 4 * MIB
"""Characters of one record; 16,384 columns of 200 characters are less."""
_MOST_BAD_LINES: Final = 1000


def read_csv(path: Path, caps: Caps) -> tuple[Grid, str]:
    """The one sheet of a text table (named after the file), every cell a text, and the encoding it was read in.

    Raises NotAWorkbook naming the lines with bytes that cannot be read, or the line of a quote never closed.
    """
    with open_file(path) as stream:
        data = stream.read()
    encoding = judged(path, data)
    head = io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read(1 << 16)
    first, _, _ = head.partition("\n")
    named = re.fullmatch(r"sep=(.)\r?", first)
    source = _Source(path, data, encoding, 1 if named else 0)
    rows = _records(source, named[1] if named else _delimiter(head), caps)
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return Grid(printable(path.stem), rows), encoding


def decoded(path: Path, data: bytes) -> tuple[str, str]:
    """The text of a whole file and the name of its encoding: utf-8-sig, utf-8, gb18030 or utf-16."""
    encoding = judged(path, data)
    return data.decode(encoding), encoding


def judged(path: Path, data: bytes) -> str:
    """The encoding in which every byte can be read. Raises NotAWorkbook naming the lines that have none."""
    marked = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    if marked == "utf-16":
        return _judged_utf16(path, data)
    nul = b"\0" in data
    if _is_sound(data, "utf-8") and not nul:
        return marked or "utf-8"
    start, bad = _bad_lines(data, "utf-8")
    if marked or len(_THREE_BYTES.findall(data, 0, start)) >= _CERTAIN:
        raise _undecodable(path, bad)
    if nul or not _is_sound(data, "gb18030"):
        raise _undecodable(path, _bad_lines(data, "gb18030")[1])
    return "gb18030"


def _judged_utf16(path: Path, data: bytes) -> str:
    try:
        data.decode("utf-16")
    except UnicodeDecodeError as problem:
        sound = data[: problem.start].decode("utf-16", "ignore")
        raise _undecodable(path, [sound.count("\n") + 1]) from problem
    return "utf-16"


def _is_sound(data: bytes, encoding: str) -> bool:
    """Whether all of it can be decoded; block by block, keeping nothing."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(data), _BLOCK):
            decoder.decode(data[at : at + _BLOCK])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _bad_lines(data: bytes, encoding: str) -> tuple[int, list[int]]:
    """Where the first byte stands that cannot be read, and the numbers of all lines with such (a thousand at most)."""
    end = b"\n" if b"\n" in data else b"\r"
    at, number, first = 0, 0, len(data)
    bad: list[int] = []
    while at < len(data) and len(bad) < _MOST_BAD_LINES:
        found = data.find(end, at)
        stop = len(data) if found < 0 else found + 1
        number += 1
        line = data[at:stop]
        try:
            line.decode(encoding)
            wrong = line.find(0)
        except UnicodeDecodeError as problem:
            wrong = problem.start
        if wrong >= 0:
            bad.append(number)
            first = min(first, at + wrong)
        at = stop
    return first, bad or [1]


def _undecodable(path: Path, lines: list[int]) -> NotAWorkbook:
    return refuse(wording.UNDECODABLE, wording.UNDECODABLE_HINT, path, line=runs(lines))


def _delimiter(head: str) -> str:
    """The delimiter that splits the first lines most, and most evenly; what is quoted does not count."""
    shown = _QUOTED.sub("", head)
    lines = [line for line in shown.splitlines()[:50] if line.strip()]

    def merit(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in lines)
        counts.pop(0, None)
        count, agreeing = max(counts.items(), key=lambda kv: (kv[1], kv[0]), default=(0, 0))
        return agreeing, count

    return max(_DELIMITERS, key=merit)


class _Source:
    """The lines of a file for csv.reader, which never gets a record longer than _LONGEST."""

    def __init__(self, path: Path, data: bytes, encoding: str, skip: int) -> None:
        self.path = path
        self._data, self._encoding, self._skip = data, encoding, skip
        self.may_protect = encoding == "utf-16" or b'="' in data
        self.may_guard = encoding == "utf-16" or has_guards(data.decode("latin-1"))
        self.number = self.since = self.began = 0
        self.restart()

    def restart(self) -> None:
        """From the first line again."""
        self._stream = io.TextIOWrapper(io.BytesIO(self._data), self._encoding, newline="")
        for _ in range(self._skip):
            self._stream.readline(_LONGEST)
        self.number = self._skip
        self.next_record()

    def next_record(self) -> None:
        """A record is complete; what follows is the next."""
        self.since, self.began = 0, self.number + 1

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_LONGEST)
        if not line:
            raise StopIteration
        self.number += 1
        self.since += len(line)
        if self.since >= _LONGEST:
            raise refuse(wording.LONG_RECORD, wording.LONG_RECORD_HINT, self.path, line=self.number)
        return line


def _records(source: _Source, delimiter: str, caps: Caps) -> list[list[Cell]]:
    """The records, one per Excel row; ="0123" (which protects digits from Excel) is the text 0123."""
    csv.field_size_limit(_LONGEST)
    try:
        rows = _read(source, delimiter, caps, strict=True)
    except csv.Error as problem:
        if "unexpected end of data" in str(problem):
            raise refuse(
                wording.OPEN_QUOTE, wording.OPEN_QUOTE_HINT, source.path, line=source.began
            ) from problem
        source.restart()
        try:
            rows = _read(source, delimiter, caps, strict=False)
        except csv.Error as again:
            raise damaged(source.path, wording.DETAIL_READER, message=again) from again
    if source.may_protect:
        rows = [[_unprotected(cell) for cell in row] for row in rows]
    if source.may_guard:
        return [[unguarded(c) if isinstance(c, str) else c for c in row] for row in rows]
    return rows


def _read(source: _Source, delimiter: str, caps: Caps, *, strict: bool) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    room, width, cells = Room(source.path, caps.cells), 0, 0
    for row in csv.reader(source, delimiter=delimiter, strict=strict):
        rows.append(cast("list[Cell]", row))
        source.next_record()
        cells += len(row)
        width = max(width, len(row))
        if width > MAX_COLUMNS or max(width, 2) * len(rows) > caps.cells:
            last = f"{letters(max(width, 1) - 1)}{len(rows)}"
            if width > MAX_COLUMNS:
                raise damaged(source.path, wording.DETAIL_CELLS, cell=last)
            room.check(printable(source.path.stem), cells, len(rows), max(width, 2), last)
    return rows


def _unprotected(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell
