"""Reader of delimited text: UTF-8 with or without BOM, GB18030, UTF-16 with BOM; judged over the whole file."""

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import cast

from cmledger.errors import NotAWorkbook
from cmledger.records.text import printable
from cmledger.sheets.csv_guard import has_guards, unguarded
from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.guard import MAX_CELLS, open_file, refuse, too_large
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


def read_csv(path: Path) -> tuple[Grid, str]:
    """The one sheet of a text table (named after the file), every cell a text, and the encoding it was read in.

    Raises NotAWorkbook naming the line of the first byte that cannot be read, or of a quote never closed.
    """
    with open_file(path) as stream:
        text, encoding = decoded(path, stream.read())
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"sep=(.)\r?", first)
    delimiter = named[1] if named else _delimiter(text)
    rows = _records(path, rest if named else text, delimiter)
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_CELLS:
        facts = {"sheet": path.stem, "count": width * len(rows), "limit": MAX_CELLS}
        raise too_large(path, wording.DETAIL_COUNT, **facts)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return Grid(printable(path.stem), rows), encoding


def decoded(path: Path, data: bytes) -> tuple[str, str]:
    """The text of a whole file and the name of its encoding: utf-8-sig, utf-8, gb18030 or utf-16."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as problem:
                raise _undecodable(path, problem) from problem
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as problem:
        if len(_THREE_BYTES.findall(data, 0, problem.start)) >= _CERTAIN:
            raise _undecodable(path, problem) from problem
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as problem:
        raise _undecodable(path, problem) from problem


def _undecodable(path: Path, problem: UnicodeDecodeError) -> NotAWorkbook:
    sound = problem.object[: problem.start].decode(problem.encoding, "ignore")
    line = sound.count("\n") + 1
    return refuse(wording.UNDECODABLE, wording.UNDECODABLE_HINT, path, line=line)


def _delimiter(text: str) -> str:
    """The delimiter that splits the first lines most, and most evenly; what is quoted does not count."""
    shown = _QUOTED.sub("", text[:65536])
    lines = [line for line in shown.splitlines()[:50] if line.strip()]

    def merit(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in lines)
        counts.pop(0, None)
        count, agreeing = max(counts.items(), key=lambda kv: (kv[1], kv[0]), default=(0, 0))
        return agreeing, count

    return max(_DELIMITERS, key=merit)


def _records(path: Path, text: str, delimiter: str) -> list[list[Cell]]:
    """The records, one per Excel row; ="0123" (which protects digits from Excel) is the text 0123."""
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    started = 1
    try:
        for row in reader:
            rows.append(cast("list[Cell]", row))
            started = reader.line_num + 1
    except csv.Error as problem:
        if "unexpected end of data" in str(problem):
            raise refuse(
                wording.OPEN_QUOTE, wording.OPEN_QUOTE_HINT, path, line=started
            ) from problem
        loose = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [cast("list[Cell]", row) for row in loose]
    if '="' in text:
        rows = [[_unprotected(cell) for cell in row] for row in rows]
    if has_guards(text):
        return [[unguarded(c) if isinstance(c, str) else c for c in row] for row in rows]
    return rows


def _unprotected(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell
