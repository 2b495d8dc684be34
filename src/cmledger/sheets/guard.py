"""What a file really is, by its bytes, before any parser sees it; what is none of ours is refused with a sentence."""

import re
import struct
import zipfile
from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final

from cmledger.errors import NotAWorkbook
from cmledger.sheets.caps import FILE, MIB, TEXT_FILE, TOTAL, WHOLE, Caps, rounded_up
from cmledger.wording import reading as wording

SPARSEST: Final = 20
"""A box beyond the cap in which fewer than one cell of so many holds something has cells gone astray."""
_MAX_DIRECTORY: Final = 8 * MIB
"""Of the list of parts in a zip: some 80,000 of them."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_BIFF = tuple(
    bytes([9, version, size, 0]) for version in (0, 2, 4, 8) for size in (4, 6, 8, 16)
)
_OTHERS = (
    (b"%PDF", wording.WHAT_PDF),
    (b"{\\rtf", wording.WHAT_RTF),
    (b"\x89PNG", wording.WHAT_IMAGE),
    (b"\xff\xd8\xff", wording.WHAT_IMAGE),
    (b"GIF8", wording.WHAT_IMAGE),
    (b"BM", wording.WHAT_IMAGE),
    (b"Rar!", wording.WHAT_ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", wording.WHAT_ARCHIVE),
    (b"\x1f\x8b", wording.WHAT_ARCHIVE),
    (b"SQLite format 3\0", wording.WHAT_DATABASE),
)
_XML = re.compile(r"\s*<(?:\?xml|(?:\w+:)?Workbook[\s>])", re.IGNORECASE)
_WEB = re.compile(
    r"\s*(?:<(?:!doctype\s+html|!--|html|head|meta|title|table|style|script|body|div|center|tr|p|br)\b|<!--)",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){0,20}?MIME-Version:", re.IGNORECASE
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_FLAT_ODF = "urn:oasis:names:tc:opendocument:xmlns:office:"


class FileKind(StrEnum):
    """What read_book can open; the value is what Book.format says."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    XML = "xml"
    HTML = "html"
    CSV = "csv"


def refuse(sentence: str, hint: str, path: Path, **facts: object) -> NotAWorkbook:
    """The refusal of `path`; `facts` fill the sentence."""
    return NotAWorkbook(
        sentence.format(path=path.name or path, **facts),
        hint=hint.format(path=path),
        where=str(path),
    )


def identify(path: Path, caps: Caps) -> FileKind:
    """What kind of file `path` is, judged by its bytes, never by its extension.

    Raises NotAWorkbook for everything that cannot be read, saying what it is and what to do.
    """
    if not path.exists():
        raise refuse(wording.MISSING, wording.MISSING_HINT, path)
    if path.is_dir():
        raise refuse(wording.FOLDER, wording.FOLDER_HINT, path)
    if path.name.startswith("~$"):
        raise refuse(wording.LOCK_FILE, wording.LOCK_FILE_HINT, path)
    size = path.stat().st_size
    if size == 0:
        raise refuse(wording.EMPTY, wording.EMPTY_HINT, path)
    check_size(path, size, FILE, caps)
    with open_file(path) as stream:
        head = stream.read(8192)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _identify_zip(path, stream)
    if head.startswith(_OLE) or head.startswith(_BARE_BIFF):
        check_size(path, size, WHOLE, caps)
        return FileKind.XLS
    kind = _identify_text(path, head)
    limits = {FileKind.HTML: WHOLE, FileKind.CSV: TEXT_FILE, FileKind.XML: TOTAL}
    check_size(path, size, limits.get(kind, FILE), caps)
    return kind


def open_file(path: Path) -> BufferedReader:
    """`path` for reading; a file the user may not read is refused with a sentence."""
    try:
        return path.open("rb")
    except PermissionError as problem:
        raise refuse(wording.FORBIDDEN, wording.FORBIDDEN_HINT, path) from problem


def damaged(path: Path, detail: str, **facts: object) -> NotAWorkbook:
    """The refusal of a file that begins as a workbook and does not go on as one."""
    return refuse(wording.DAMAGED, wording.DAMAGED_HINT, path, detail=detail.format(**facts))


def hostile(path: Path, detail: str, **facts: object) -> NotAWorkbook:
    """The refusal of a file with content that no office program writes."""
    return refuse(wording.HOSTILE, wording.HOSTILE_HINT, path, detail=detail.format(**facts))


def too_large(path: Path, detail: str, suggested: int, **facts: object) -> NotAWorkbook:
    """The refusal of a file beyond a cap; suggested: the --max-cells that lifts it."""
    return NotAWorkbook(
        wording.TOO_LARGE.format(path=path.name, detail=detail.format(**facts)),
        hint=wording.TOO_LARGE_HINT.format(suggested=suggested),
        where=str(path),
    )


def check_size(path: Path, size: int, limit: int, caps: Caps, part: str | None = None) -> None:
    """Refuse a file (or a part of it) of more bytes than `limit` allows."""
    if size > caps.size(limit):
        detail = wording.DETAIL_SIZE if part else wording.DETAIL_BYTES
        raise too_large(
            path, detail, caps.lifted_for(size, limit), part=part, limit=caps.size(limit) // MIB
        )


class Room:
    """The cells a book may still have: every sheet's box is taken off before anything allocates it."""

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.limit = limit
        self._used = 0

    def take(self, sheet: str, cells: int, rows: int, columns: int, last_cell: str) -> None:
        """Take off a sheet. cells: how many hold something; rows, columns: of the box from A1 to last_cell."""
        self.check(sheet, cells, rows, columns, last_cell)
        self._used += max(rows * columns, cells)

    def check(self, sheet: str, cells: int, rows: int, columns: int, last_cell: str) -> None:
        """Refuse a sheet that does not fit; for readers that meet its cells one by one."""
        box = max(rows * columns, cells)
        if self._used + box <= self.limit:
            return
        suggested = rounded_up(self._used + box)
        if box <= self.limit:
            raise too_large(
                self.path,
                wording.DETAIL_BOOK,
                suggested,
                sheet=sheet,
                count=self._used + box,
                limit=self.limit,
            )
        if cells * SPARSEST < box:
            sentence = wording.SPARSE.format(
                path=self.path.name, sheet=sheet, cells=cells, cell=last_cell
            )
            hint = wording.SPARSE_HINT.format(suggested=suggested)
            raise NotAWorkbook(sentence, hint=hint, where=str(self.path))
        raise too_large(
            self.path,
            wording.DETAIL_COUNT,
            suggested,
            sheet=sheet,
            cell=last_cell,
            count=box,
            limit=self.limit,
        )


def open_zip(path: Path, stream: BinaryIO) -> list[zipfile.ZipInfo]:
    """What a package holds. Refused where two readers could see two different lists, or the list is endless."""
    try:
        _check_directory(path, stream)
        return zipfile.ZipFile(stream).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as problem:
        raise damaged(path, wording.DETAIL_ZIP) from problem


def _check_directory(path: Path, stream: BinaryIO) -> None:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - (1 << 16) - 22))
    tail = stream.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0:
        raise zipfile.BadZipFile
    length, start, comment = struct.unpack_from("<12xIIH", tail, end)
    if end + 22 + comment != len(tail):
        raise zipfile.BadZipFile  # bytes behind the end: another reader may look for another end
    if length == 0xFFFFFFFF or start == 0xFFFFFFFF:
        (place,) = struct.unpack_from("<4x4xQ", tail, end - 20)
        stream.seek(place)
        length, start = struct.unpack_from("<40xQQ", stream.read(56))
    elif start + length != size - len(tail) + end:
        raise zipfile.BadZipFile
    if length > _MAX_DIRECTORY:
        raise hostile(path, wording.DETAIL_PARTS)
    stream.seek(start)
    if stream.read(size - start).count(b"PK\5\6") > 1:
        raise hostile(path, wording.DETAIL_TWO_ENDS)


def _identify_zip(path: Path, stream: BinaryIO) -> FileKind:
    names = {info.filename.replace("\\", "/").lower() for info in open_zip(path, stream)}
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "xl/workbook.bin" in names:
        return FileKind.XLSB
    if "content.xml" in names:
        return FileKind.ODS
    what = wording.WHAT_ARCHIVE
    if "word/document.xml" in names:
        what = wording.WHAT_WORD
    elif "ppt/presentation.xml" in names:
        what = wording.WHAT_SLIDES
    hint = wording.ARCHIVE_HINT if what == wording.WHAT_ARCHIVE else wording.OTHER_FORMAT_HINT
    raise refuse(wording.OTHER_FORMAT, hint, path, what=what)


def _identify_text(path: Path, head: bytes) -> FileKind:
    for magic, what in _OTHERS:
        if head.startswith(magic):
            hint = (
                wording.ARCHIVE_HINT if what == wording.WHAT_ARCHIVE else wording.OTHER_FORMAT_HINT
            )
            raise refuse(wording.OTHER_FORMAT, hint, path, what=what)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if head.count(0) > len(head) // 50 and not utf16:
        raise refuse(wording.NOT_A_TABLE, wording.NOT_A_TABLE_HINT, path)
    text = head.decode("utf-16" if utf16 else "utf-8-sig", "replace")
    if _XML.match(text):
        return _identify_xml(path, text)
    if _WEB.match(text) or _MAIL.match(text):
        return FileKind.HTML
    if path.suffix.lower() in (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".et"):
        return FileKind.CSV
    raise refuse(wording.NOT_A_TABLE, wording.NOT_A_TABLE_HINT, path)


def _identify_xml(path: Path, text: str) -> FileKind:
    if _SPREADSHEET in text or 'progid="Excel.Sheet"' in text:
        return FileKind.XML
    if _FLAT_ODF in text:
        return FileKind.ODS
    if "<html" in text.lower() or "<table" in text.lower():
        return FileKind.HTML
    raise refuse(wording.OTHER_FORMAT, wording.OTHER_FORMAT_HINT, path, what=wording.WHAT_XML)
