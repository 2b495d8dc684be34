"""The smallest .xlsb there is, record by record: no office program on a test machine writes any."""

import struct
import zipfile
from pathlib import Path

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MS = "application/vnd.ms-excel"


def record(kind: int, content: bytes = b"", length: int | None = None) -> bytes:
    """A record; length: what it says of itself where that is a lie."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content) if length is None else length
    sizes = b""
    for _ in range(4):
        sizes += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            break
    return head + sizes + content


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def row(number: int, hidden: bool = False) -> bytes:
    flags = bytes([0, 0x10 if hidden else 0, 0])
    return record(0, struct.pack("<IIH", number, 0, 300) + flags + struct.pack("<I", 0))


def place(column: int, style: int = 0) -> bytes:
    return struct.pack("<II", column, style)


def number(column: int, value: float, style: int = 0) -> bytes:
    return record(5, place(column, style) + struct.pack("<d", value))


def shared(column: int, index: int) -> bytes:
    return record(7, place(column) + struct.pack("<I", index))


def inline(column: int, value: str) -> bytes:
    return record(6, place(column) + text(value))


def error(column: int, code: int) -> bytes:
    return record(3, place(column) + bytes([code]))


def merge(top: int, left: int, bottom: int, right: int) -> bytes:
    return record(176, struct.pack("<IIII", top, bottom, left, right))


def sheet(
    cells: bytes, after: bytes = b"", before: bytes = b"", box: tuple[int, ...] = (0, 9, 0, 9)
) -> bytes:
    """box: first row, last row, first column, last column, as the sheet says."""
    return (
        record(129)
        + record(148, struct.pack("<IIII", *box))
        + before
        + record(145)
        + cells
        + record(146)
        + after
        + record(130)
    )


def styles(*formats: int) -> bytes:
    """Cell styles with these number formats."""
    xfs = b"".join(
        record(47, struct.pack("<HHHHHBBHBB", 0, f, 0, 0, 0, 0, 0, 0, 0, 0)[:16]) for f in formats
    )
    return (
        record(278) + record(617, struct.pack("<I", len(formats))) + xfs + record(618) + record(279)
    )


def package(
    path: Path, sheet1: bytes, texts: tuple[str, ...] = (), promised: int | None = None
) -> Path:
    count = len(texts) if promised is None else promised
    strings = record(159, struct.pack("<II", count, count))
    strings += b"".join(record(19, b"\0" + text(t)) for t in texts) + record(160)
    workbook = (
        record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + text("rId1") + text("客户"))
        + record(144)
        + record(132)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="bin" ContentType="{MS}.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": workbook,
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{RELS}">'
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.bin"/>'
        f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.bin"/>'
        f'<Relationship Id="rId3" Type="{LINKS}/sharedStrings" Target="sharedStrings.bin"/></Relationships>',
        "xl/styles.bin": styles(0, 14),
        "xl/sharedStrings.bin": strings,
        "xl/worksheets/sheet1.bin": sheet1,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
