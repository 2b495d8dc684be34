"""XML from strangers, element by element: no entities, no endless tags, no abyss, no more memory than a few MiB."""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol
from xml.parsers import expat

from cmledger.sheets.caps import ELEMENTS, MIB, Caps
from cmledger.sheets.guard import damaged, hostile, too_large
from cmledger.wording import reading as wording

_DEPTH: Final = 256
_LONGEST: Final = 8 * MIB
_BLOCK: Final = MIB
_DECLARED = re.compile(rb"""<\?xml[^<>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")


class Watcher(Protocol):
    """What hears the elements. Names are 'namespace local', of attributes as well."""

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """A piece of text."""


def watch_xml(path: Path, part: str, blocks: Iterable[bytes], watcher: Watcher, caps: Caps) -> None:
    """Tell `watcher` all that the XML in `blocks` holds.

    Raises NotAWorkbook for document types and entities, elements nested too deep, tags or encodings out of the way.
    """
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    depth = count = 0
    limit = caps.size(ELEMENTS)

    def refuse_entities(*_: object) -> None:
        raise hostile(path, wording.DETAIL_ENTITY, part=part)

    begin, finish = watcher.start, watcher.end

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if count > limit:
            raise too_large(path, wording.DETAIL_ELEMENTS, caps.doubled, limit=limit)
        if depth > _DEPTH:
            raise hostile(path, wording.DETAIL_DEEP, part=part, limit=_DEPTH)
        begin(name, said)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        finish(name)

    parser.StartDoctypeDeclHandler = refuse_entities
    parser.EntityDeclHandler = refuse_entities
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = watcher.text
    fed = 0
    try:
        for block in _as_utf8(path, part, blocks):
            parser.Parse(block, False)
            fed += len(block)
            if fed - max(parser.CurrentByteIndex, 0) > _LONGEST:
                raise hostile(path, wording.DETAIL_LONG, part=part, limit=_LONGEST // MIB)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise damaged(path, wording.DETAIL_XML, line=problem.lineno, part=part) from problem


def file_blocks(path: Path) -> Iterator[bytes]:
    """A file in blocks."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _as_utf8(path: Path, part: str, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks in UTF-8, whatever the XML says it is written in; expat itself knows no Chinese encoding."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    try:
        for block in blocks:
            if first:
                first = False
                name = _encoding(block)
                if name != "utf-8":
                    decoder = codecs.getincrementaldecoder(name)()
            for at in range(0, len(block), _BLOCK):
                piece = block[at : at + _BLOCK]
                yield decoder.decode(piece).encode() if decoder else piece
    except (UnicodeError, LookupError) as problem:
        raise damaged(path, wording.DETAIL_CHARSET, part=part) from problem


def _encoding(block: bytes) -> str:
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if block.startswith(codecs.BOM_UTF8):
        return "utf-8"
    said = _DECLARED.match(block[:400])
    if said is None:
        return "utf-8"
    name = codecs.lookup(said[1].decode()).name
    return "gb18030" if name in ("gb2312", "gbk") else name
