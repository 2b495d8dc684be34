"""Reader of web pages under the name of a workbook: every table of the page is a sheet.

Systems "export" such pages as .xls; Excel's own come with values in x:num. MHTML (a page packed as a mail) as well.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

from cmledger.records.text import printable
from cmledger.sheets.caps import ELEMENTS, Caps
from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.guard import Room, damaged, hostile, open_file, refuse, too_large
from cmledger.sheets.markup_grid import MarkupGrid
from cmledger.sheets.read_csv import decoded
from cmledger.sheets.scan import MAX_COLUMNS, MAX_ROWS
from cmledger.sheets.xlsx_parts import MAX_SHEETS
from cmledger.wording import reading as wording

_DEPTH: Final = 64
_LONGEST: Final = 1 << 20
_MOST_STEPS: Final = 20_000_000
"""Places that cells reaching over several rows may cover, each row counted."""
_TAG = re.compile(
    r"<(/?)([A-Za-z][\w:-]{0,40}+)((?:[^<>\"']|\"[^\"]{0,20000}\"|'[^']{0,20000}'){0,20000}+)>"
)
_ATTRIBUTE = re.compile(
    r"(?<![\w:.-])([\w:.-]{1,60})(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_MEANT: Final = frozenset(
    [
        "table",
        "tr",
        "td",
        "th",
        "br",
        "p",
        "div",
        "s",
        "strike",
        "del",
        "caption",
        "script",
        "style",
        "title",
        "textarea",
    ]
)
_RAW: Final = frozenset(("script", "style", "title", "textarea"))
"""What they hold is no text of a cell."""
_BREAKS: Final = frozenset(("br", "p", "div"))
_STRIKES: Final = frozenset(("s", "strike", "del"))
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w-]{2,30})""", re.IGNORECASE)
_MAIL_LINES: Final = 600_000
_MAIL_PARTS: Final = 20
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TEXT_FORMAT = re.compile(r"mso-number-format\s*:\s*[\"']?\\?@", re.IGNORECASE)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)


def read_html(path: Path, caps: Caps) -> tuple[list[Grid], str]:
    """The tables of a page in order of their beginning, and the encoding it was read in.

    Cells are texts, except where x:num, x:bool or x:err give a value. A table inside a table is a sheet of its own;
    tables without content are left out. Raises NotAWorkbook where there is none.
    """
    with open_file(path) as stream:
        data = stream.read()
    room = Room(path, caps.slow_cells)
    if data.count(b"<") > caps.size(ELEMENTS):
        raise too_large(path, wording.DETAIL_ELEMENTS, caps.doubled, limit=caps.size(ELEMENTS))
    tables: list[_Table] = []
    encoding = ""
    for page, charset in _pages(path, data):
        text, encoding = _text(path, page, charset)
        tables += _Page(path, room, text).tables
    filled = [(table, grid) for table in tables if (grid := table.sheet.grid()).rows]
    if not filled:
        raise refuse(wording.NO_TABLE_IN_PAGE, wording.NO_TABLE_IN_PAGE_HINT, path)
    for number, (table, grid) in enumerate(filled, start=1):
        alone = printable(path.stem) if len(filled) == 1 else name_of(number)
        grid.name = table.caption or alone
    return [grid for _, grid in filled], encoding


def _pages(path: Path, data: bytes) -> Iterator[tuple[bytes, str | None]]:
    """The page, or those that are packed as a mail, each with the encoding that the mail names."""
    if b"<" in data[:1].strip() or not re.search(rb"(?i)^MIME-Version:", data[:8192], re.MULTILINE):
        yield data, None
        return
    if data.count(b"\n") > _MAIL_LINES or len(re.findall(rb"(?i)multipart/", data)) > _MAIL_PARTS:
        raise hostile(path, wording.DETAIL_MAIL)
    try:
        mail = email.message_from_bytes(data, policy=email.policy.compat32)
        for part in mail.walk():
            if part.get_content_type() == "text/html":
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    yield content, part.get_content_charset()
    except (ValueError, LookupError, RecursionError, AssertionError) as problem:
        raise damaged(path, wording.DETAIL_MAIL) from problem


def _text(path: Path, data: bytes, charset: str | None) -> tuple[str, str]:
    """The text, in the encoding that the page names if that fits, else judged over the whole."""
    said = _CHARSET.search(data[: 1 << 16])
    name = charset or (said[1].decode() if said else "")
    if name.lower().replace("-", "") in ("gb2312", "gbk", "gb18030", "xgbk", "cp936"):
        try:
            return data.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            pass
    return decoded(path, data)


@dataclass(slots=True)
class _Table:
    """A table in the making. taken: places that cells of earlier rows reach into, by column: first row free again."""

    sheet: MarkupGrid
    row: int = -1
    column: int = 0
    cells: list[tuple[int, int, Cell]] = field(default_factory=list)
    struck: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    said: dict[str, str] | None = None
    texts: list[str] = field(default_factory=list)
    length: int = 0
    lined: bool = False
    captioned: bool = False
    caption: str = ""


class _Page:
    """Walks over the tags of a page."""

    def __init__(self, path: Path, room: Room, text: str) -> None:
        self.path = path
        self.room = room
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._steps = _MOST_STEPS
        self._walk(text)
        while self._open:
            self._end_table()

    def _walk(self, text: str) -> None:
        at, end = 0, len(text)
        while at < end:
            begin = text.find("<", at)
            if begin < 0:
                begin = end
            if begin > at:
                self._hear(text, at, begin)
            if begin == end:
                return
            at = self._markup(text, begin)

    def _markup(self, text: str, at: int) -> int:
        """Take in what begins with < at `at`; where it ends."""
        if text.startswith("<!--", at):
            return _behind(text, "-->", at + 4)
        if text.startswith(("<!", "<?"), at):
            return _behind(text, ">", at + 2)
        match = _TAG.match(text, at)
        if match is None:
            self._hear(text, at, at + 1)
            return at + 1
        closing, name, rest = match.groups()
        name = name.lower()
        if name not in _MEANT:
            return match.end()
        if closing:
            self._end(name)
        else:
            self._start(name, rest)
            if name in _RAW:
                return self._raw_end(text, name, match.end())
        return match.end()

    def _raw_end(self, text: str, name: str, at: int) -> int:
        found = re.compile(rf"</{name}", re.IGNORECASE).search(text, at)
        return found.start() if found else len(text)

    def _hear(self, text: str, begin: int, end: int) -> None:
        if not self._open:
            return
        table = self._open[-1]
        if table.said is None and not table.captioned:
            return
        table.length += end - begin
        if table.length > _LONGEST:
            raise hostile(self.path, wording.DETAIL_LONG, part=self.path.name, limit=1)
        table.texts.append(text[begin:end])

    def _start(self, name: str, rest: str) -> None:
        if name == "table":
            if len(self._open) >= _DEPTH:
                raise hostile(self.path, wording.DETAIL_DEEP, part=self.path.name, limit=_DEPTH)
            if len(self.tables) >= MAX_SHEETS:
                raise hostile(self.path, wording.DETAIL_SHEETS, limit=MAX_SHEETS)
            self._open.append(_Table(MarkupGrid(name_of(len(self.tables) + 1), self.room)))
            self.tables.append(self._open[-1])
            return
        if not self._open:
            return
        table = self._open[-1]
        if name == "tr":
            self._end_row(table)
            self._begin_row(table, rest)
        elif name in ("td", "th"):
            self._end_cell(table)
            if table.row < 0:
                self._begin_row(table, "")
            table.said = _attributes(rest)
            table.texts.clear()
            table.length, table.lined, table.captioned = 0, False, False
        elif name in _BREAKS:
            table.texts.append("\v")
        elif name in _STRIKES:
            table.lined = True
        elif name == "caption":
            table.captioned = True
            table.texts.clear()

    def _end(self, name: str) -> None:
        if not self._open:
            return
        table = self._open[-1]
        if name in ("td", "th"):
            self._end_cell(table)
        elif name == "tr":
            self._end_row(table)
        elif name == "table":
            self._end_table()
        elif name in ("p", "div"):
            table.texts.append("\v")
        elif name == "caption" and table.captioned:
            table.caption = printable(_plain(table.texts))[:31]
            table.captioned = False

    def _begin_row(self, table: _Table, rest: str) -> None:
        table.row += 1
        table.column, table.cells, table.struck = 0, [], 0
        if table.row >= MAX_ROWS:
            raise damaged(self.path, wording.DETAIL_CELLS, cell=f"A{table.row + 1}")
        if rest and _HIDDEN.search(rest):
            table.sheet.hide_rows(table.row, 1)

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.cells:
            table.sheet.add_row(table.row, table.cells, 1, table.struck)
            table.cells = []

    def _end_table(self) -> None:
        self._end_row(self._open[-1])
        self._open.pop()

    def _end_cell(self, table: _Table) -> None:
        said = table.said
        if said is None:
            return
        table.said = None
        while table.taken.get(table.column, 0) > table.row:
            table.column += 1
            self._steps -= 1
        across, down = _span(said.get("colspan")), _span(said.get("rowspan"))
        first, row = table.column, table.row
        if first >= MAX_COLUMNS or self._steps < 0:
            raise damaged(self.path, wording.DETAIL_CELLS, cell=f"{first + 1}")
        across = min(across, MAX_COLUMNS - first)
        if down > 1:
            self._steps -= across
            if self._steps < 0:
                raise hostile(
                    self.path, wording.DETAIL_MERGES, sheet=self.path.stem, limit=_MOST_STEPS
                )
            for column in range(first, first + across):
                table.taken[column] = row + down
        if across > 1 or down > 1:
            table.sheet.merges.append((row, first, row + down - 1, first + across - 1))
        table.column += across
        what = _value(_plain(table.texts), said)
        if what is not None and what != "":
            table.cells.append((first, 1, what))
            style = said.get("style", "")
            table.struck += table.lined or _STRUCK.search(style) is not None


def name_of(number: int) -> str:
    """What a table without a caption is called."""
    return wording.TABLE.format(number=number)


def _behind(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)


def _attributes(rest: str) -> dict[str, str]:
    if not rest.strip("/ "):
        return {}
    return {
        name.lower(): _unescaped(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(rest)
    }


def _span(written: str | None) -> int:
    """As browsers do: 1 for what is no number, a thousand columns or 65,534 rows at most."""
    if written is None or not (written.isascii() and written.strip().isdigit()):
        return 1
    return max(1, min(int(written.strip()[:6]), 65_534))


def _plain(texts: list[str]) -> str:
    """What the pieces show: white space as one blank, a break as a new line."""
    whole = _unescaped(_SPACE.sub(" ", "".join(texts)))
    if "\v" in whole:
        whole = "\n".join(line for part in whole.split("\v") if (line := part.strip(" ")))
    return whole.replace("\xa0", " ").strip(" \n")


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    try:
        return unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _value(text: str, said: dict[str, str]) -> Cell:
    if "x:err" in said or "x:bool" in said:
        return CellError(text) if "x:err" in said else text.upper() == "TRUE"
    if "x:num" in said and not _TEXT_FORMAT.search(said.get("style", "")):
        number = said["x:num"] or text.replace(",", "")
        if _NUMBER.fullmatch(number):
            return float(number)
    return text
