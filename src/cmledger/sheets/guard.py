"""What a file really is, by its bytes, before any parser sees it; what is none of ours is refused with a sentence."""

import re
import zipfile
from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from typing import Final

from cmledger.errors import NotAWorkbook
from cmledger.wording import reading as wording

MIB: Final = 1 << 20
MAX_FILE: Final = 1024 * MIB
MAX_WHOLE: Final = 256 * MIB
"""Of files that are read whole: .xls and text."""
MAX_PART: Final = 1536 * MIB
"""Of one part of a zip, uncompressed: 1,048,576 rows of 18 columns make a sheet of about 1,100 MiB."""
MAX_TOTAL: Final = 2048 * MIB
MAX_CELLS: Final = 20_000_000
"""Of one sheet's bounding box and of all sheets of a book; calamine allocates about 95 bytes for each."""
ROOMY: Final = 3_000_000
"""A box up to this size is always read; a larger one only if at least 1 of SPARSEST cells holds something."""
SPARSEST: Final = 20

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
_WEB = re.compile(
    rb"\s*(?:<(?:\?xml|!doctype|!--|html|head|meta|table|style|body|div|workbook)|MIME-Version:)",
    re.IGNORECASE,
)


class FileKind(StrEnum):
    """What read_book can open; the value is what Book.format says."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


def refuse(sentence: str, hint: str, path: Path, **facts: object) -> NotAWorkbook:
    """The refusal of `path`; `facts` fill the sentence."""
    return NotAWorkbook(
        sentence.format(path=path.name or path, **facts),
        hint=hint.format(path=path),
        where=str(path),
    )


def identify(path: Path) -> FileKind:
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
    if size > MAX_FILE:
        raise too_large(path, wording.DETAIL_BYTES, limit=MAX_FILE // MIB)
    with open_file(path) as stream:
        head = stream.read(8192)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _identify_zip(path)
    if size > MAX_WHOLE:
        raise too_large(path, wording.DETAIL_BYTES, limit=MAX_WHOLE // MIB)
    if head.startswith(_OLE) or head.startswith(_BARE_BIFF):
        return FileKind.XLS
    return _identify_text(path, head)


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


def too_large(path: Path, detail: str, **facts: object) -> NotAWorkbook:
    """The refusal of a file beyond a cap."""
    return refuse(wording.TOO_LARGE, wording.TOO_LARGE_HINT, path, detail=detail.format(**facts))


def check_box(path: Path, sheet: str, cells: int, rows: int, columns: int, last_cell: str) -> None:
    """Refuse a sheet whose bounding box is too large, or nearly empty, before anything allocates it.

    cells: how many hold something; rows, columns: of the box from A1 on; last_cell: its far corner.
    """
    box = rows * columns
    if box <= ROOMY:
        return
    if cells * SPARSEST < box:
        raise refuse(
            wording.SPARSE, wording.SPARSE_HINT, path, sheet=sheet, cells=cells, cell=last_cell
        )
    if box > MAX_CELLS:
        raise too_large(path, wording.DETAIL_COUNT, sheet=sheet, count=box, limit=MAX_CELLS)


def _identify_zip(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as package:
            names = {info.filename.replace("\\", "/").lower() for info in package.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise damaged(path, wording.DETAIL_ZIP) from problem
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    what = wording.WHAT_ARCHIVE
    if "word/document.xml" in names:
        what = wording.WHAT_WORD
    elif "ppt/presentation.xml" in names:
        what = wording.WHAT_SLIDES
    elif "xl/workbook.bin" in names:
        what = wording.WHAT_XLSB
    elif "content.xml" in names and "meta-inf/manifest.xml" in names:
        what = wording.WHAT_ODF
    hint = wording.ARCHIVE_HINT if what == wording.WHAT_ARCHIVE else wording.OTHER_FORMAT_HINT
    raise refuse(wording.OTHER_FORMAT, hint, path, what=what)


def _identify_text(path: Path, head: bytes) -> FileKind:
    for magic, what in _OTHERS:
        if head.startswith(magic):
            hint = (
                wording.ARCHIVE_HINT if what == wording.WHAT_ARCHIVE else wording.OTHER_FORMAT_HINT
            )
            raise refuse(wording.OTHER_FORMAT, hint, path, what=what)
    bare = head.removeprefix(b"\xef\xbb\xbf")
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _WEB.match(head[2:].replace(b"\0", b"") if utf16 else bare):
        raise refuse(wording.WEB_PAGE, wording.WEB_PAGE_HINT, path)
    if b"\0" in head and not utf16:
        raise refuse(wording.NOT_A_TABLE, wording.NOT_A_TABLE_HINT, path)
    if path.suffix.lower() in (".csv", ".tsv", ".txt", ".xls", ".xlsx"):
        return FileKind.CSV
    raise refuse(wording.NOT_A_TABLE, wording.NOT_A_TABLE_HINT, path)
