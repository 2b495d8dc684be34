"""The zip inside a workbook, inflated in blocks and checked before any parser may open it."""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cmledger.sheets.caps import MIB, PART, STRINGS, TOTAL, Caps
from cmledger.sheets.guard import check_size, damaged, hostile, open_zip
from cmledger.wording import reading as wording

_ROOT = re.compile(rb"<[^?!]")
_PROLOG = 1 << 16
_SMALL: Final = 32 * MIB
"""Of the parts that describe the workbook; styles of long-lived ones reach 20 MiB."""
_LONGEST: Final = 8 * MIB
"""Between the end of one tag and the end of the next; parsers hold that much at once."""
_LOCAL_HEADER = struct.Struct("<4s22xHH")


class Package:
    """A zip opened for inspection: those of its parts that `read` matches (all that any parser of ours looks into).

    large: which of them may be as large as a sheet. Raises NotAWorkbook for parts that are too large or stand there
    twice; `inflate` for those that lie about their size, are no UTF-8 XML or declare entities.
    """

    def __init__(
        self,
        path: Path,
        stream: BinaryIO,
        caps: Caps,
        read: re.Pattern[str],
        large: re.Pattern[str],
    ) -> None:
        self.path = path
        self._stream = stream
        infos = [i for i in open_zip(path, stream) if read.fullmatch(i.filename)]
        for name, count in Counter(i.filename.lower() for i in infos).items():
            if count > 1:
                raise hostile(path, wording.DETAIL_DUPLICATE, part=name)
        self._infos = {i.filename.lower(): i for i in infos}
        for info in infos:
            limit = PART if large.fullmatch(info.filename) else _SMALL
            if "sharedstrings" in info.filename.lower():
                limit = STRINGS
            check_size(path, info.file_size, limit, caps, info.filename)
        check_size(path, sum(i.file_size for i in infos), TOTAL, caps, wording.ALL_PARTS)

    @property
    def names(self) -> list[str]:
        """The parts, as the package spells them."""
        return [info.filename for info in self._infos.values()]

    def named(self, part: str) -> str | None:
        """How the package spells a part; None where it has none."""
        info = self._infos.get(part.lower())
        return info.filename if info else None

    def inflate(self, part: str) -> Iterator[bytes]:
        """The bytes of a part in blocks of a few MiB; exactly those the package says by count and sum, or it is refused.

        Bits that were lost on the way change digits, and no reader behind looks at the sum.
        """
        info = self._infos[part.lower()]
        total = tag_end = checksum = 0
        is_xml = not part.lower().endswith(".bin")
        for block in self._inflated(info):
            if is_xml and total == 0:
                self._check_prolog(part, block)
            if is_xml and (found := block.rfind(b">")) >= 0:
                tag_end = total + found
            total += len(block)
            checksum = zlib.crc32(block, checksum)
            if is_xml and total - tag_end > _LONGEST:
                raise hostile(self.path, wording.DETAIL_LONG, part=part, limit=_LONGEST // MIB)
            if total > info.file_size:
                break
            yield block
        if total != info.file_size or checksum != info.CRC:
            raise damaged(self.path, wording.DETAIL_PART, part=part)

    def text(self, part: str) -> bytes | None:
        """A part whole; None where there is none."""
        return b"".join(self.inflate(part)) if part.lower() in self._infos else None

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
