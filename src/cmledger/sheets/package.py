"""The zip inside an .xlsx, inflated in blocks and checked before calamine may open it."""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree import ElementTree

from cmledger.sheets.guard import MAX_PART, MAX_TOTAL, MIB, damaged, hostile, too_large
from cmledger.sheets.padded import PADDED
from cmledger.wording import reading as wording

_PARTS_READ = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/(?:[^/]+|_rels/[^/]+|worksheets/[^/]+|worksheets/_rels/[^/]+)\.(?:xml|rels)",
    re.IGNORECASE,
)
"""What calamine looks into; pictures, drawings, pivot caches and the like stay closed."""
_ROOT = re.compile(rb"<[^?!]")
_PROLOG = 1 << 16
_MAX_PARSED: Final = 64 * MIB
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_MAYBE_STYLED = re.compile(rb'formatCode="(?:\[[^\]]*\])*0{2}|<(?:\w+:)?strike')


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as workbook.xml lists it; `part` is None where its file is not in the package."""

    name: str
    part: str | None


@dataclass(frozen=True, slots=True)
class Styles:
    """The cell styles that change what a cell says: index (as written in s="…") -> meaning."""

    padded: dict[bytes, int] = field(default_factory=dict)
    """Digits that the number format shows at least."""
    struck: frozenset[bytes] = frozenset()


class Package:
    """An .xlsx opened for inspection. Every part that calamine reads has been checked once this exists.

    Raises NotAWorkbook for parts that are too large, lie about their size, are no UTF-8 XML or declare entities.
    """

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path = path
        self._stream = stream
        try:
            infos = zipfile.ZipFile(stream).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
            raise damaged(path, wording.DETAIL_ZIP) from problem
        read = [i for i in infos if _PARTS_READ.fullmatch(i.filename)]
        for name, count in Counter(i.filename.lower() for i in read).items():
            if count > 1:
                raise hostile(path, wording.DETAIL_DUPLICATE, part=name)
        self._infos = {i.filename.lower(): i for i in read}
        for info in read:
            if info.file_size > MAX_PART:
                raise too_large(
                    path, wording.DETAIL_SIZE, part=info.filename, limit=MAX_PART // MIB
                )
        if sum(i.file_size for i in read) > MAX_TOTAL:
            raise too_large(path, wording.DETAIL_TOTAL, limit=MAX_TOTAL // MIB)
        self.sheets = self._sheets()
        scanned = {sheet.part for sheet in self.sheets}
        for info in read:
            if info.filename not in scanned:  # a sheet is read through by its own scan
                for _ in self.inflate(info.filename):
                    pass

    def inflate(self, part: str) -> Iterator[bytes]:
        """The bytes of a part in blocks of a few MiB; exactly as many as the package says, or it is refused."""
        info = self._infos[part.lower()]
        total = 0
        for block in self._inflated(info):
            if total == 0:
                self._check_prolog(part, block)
            total += len(block)
            if total > info.file_size:
                break
            yield block
        if total != info.file_size:
            raise damaged(self.path, wording.DETAIL_PART, part=part)

    def text(self, part: str) -> bytes | None:
        """A small part whole; None where there is none."""
        info = self._infos.get(part.lower())
        if info is None:
            return None
        if info.file_size > _MAX_PARSED:
            raise too_large(self.path, wording.DETAIL_SIZE, part=part, limit=_MAX_PARSED // MIB)
        return b"".join(self.inflate(part))

    def styles(self) -> Styles:
        """The styles that matter; parsed only where a cheap test says that there are any."""
        text = self.text("xl/styles.xml")
        if text is None or not _MAYBE_STYLED.search(text):
            return Styles()
        root = self._parse("xl/styles.xml", text)
        formats = {
            f.get("numFmtId"): f.get("formatCode", "")
            for f in root.iterfind("{*}numFmts/{*}numFmt")
        }
        fonts = root.findall("{*}fonts/{*}font")
        struck_fonts = {
            str(i)
            for i, font in enumerate(fonts)
            if (mark := font.find("{*}strike")) is not None
            and mark.get("val", "1") not in ("0", "false")
        }
        padded, struck = {}, set()
        for index, xf in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
            written = str(index).encode()
            if shown := PADDED.fullmatch(formats.get(xf.get("numFmtId"), "")):
                padded[written] = len(shown[1])
            if xf.get("fontId") in struck_fonts:
                struck.add(written)
        return Styles(padded, frozenset(struck))

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        stream, left = self._stream, info.compress_size
        stream.seek(info.header_offset)
        header = stream.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or info.flag_bits & 1:
            raise damaged(self.path, wording.DETAIL_PART, part=info.filename)
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        stream.seek(name_length + extra_length, 1)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        while left > 0:
            raw = stream.read(min(MIB // 4, left))
            if not raw:
                break
            left -= len(raw)
            if info.compress_type == zipfile.ZIP_STORED:
                yield raw
                continue
            if info.compress_type != zipfile.ZIP_DEFLATED:
                break
            try:
                while raw:
                    if block := inflater.decompress(raw, 2 * MIB):
                        yield block
                    raw = inflater.unconsumed_tail
            except zlib.error as problem:
                raise damaged(self.path, wording.DETAIL_PART, part=info.filename) from problem
        if rest := inflater.flush():
            yield rest

    def _check_prolog(self, part: str, block: bytes) -> None:
        prolog = block[:_PROLOG]
        if b"\0" in prolog or prolog.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise damaged(self.path, wording.DETAIL_ENCODING, part=part)
        root = _ROOT.search(prolog)
        opening = prolog[: root.start()] if root else prolog
        if root is None or b"<!DOCTYPE" in opening or b"<!ENTITY" in opening:
            raise hostile(self.path, wording.DETAIL_ENTITY, part=part)

    def _sheets(self) -> list[SheetPart]:
        workbook = self.text("xl/workbook.xml")
        links = self.text("xl/_rels/workbook.xml.rels")
        if workbook is None or links is None:
            missing = "xl/workbook.xml" if workbook is None else "xl/_rels/workbook.xml.rels"
            raise damaged(self.path, wording.DETAIL_PART, part=missing)
        targets = {
            link.get("Id"): link.get("Target", "")
            for link in self._parse("xl/_rels/workbook.xml.rels", links)
        }
        sheets = []
        for sheet in self._parse("xl/workbook.xml", workbook).iterfind("{*}sheets/{*}sheet"):
            link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
            target = targets.get(link, "").removeprefix("/")
            part = target if target.lower().startswith("xl/") else f"xl/{target}"
            known = self._infos.get(part.lower())
            sheets.append(SheetPart(sheet.get("name", ""), known.filename if known else None))
        return sheets

    def _parse(self, part: str, text: bytes) -> ElementTree.Element:
        try:
            return ElementTree.fromstring(text)
        except ElementTree.ParseError as problem:
            raise damaged(self.path, wording.DETAIL_PART, part=part) from problem
