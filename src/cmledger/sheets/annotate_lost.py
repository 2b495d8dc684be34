"""What an .xlsx holds that its copy does not: openpyxl keeps cells, styles and rules, and leaves out what is drawn."""

import re
from collections import Counter
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from cmledger.wording import returned as say

_PARTS: Final = (
    (re.compile(r"xl/charts/chart\d*\.xml|xl/charts/chartex\d*\.xml", re.IGNORECASE), say.CHARTS),
    (re.compile(r"xl/media/.+|xl/cellimages\.xml", re.IGNORECASE), say.PICTURES),
    (re.compile(r"xl/(?:ctrlprops|activex)/[^/]+\.(?:xml|bin)", re.IGNORECASE), say.CONTROLS),
    (re.compile(r"xl/embeddings/.+", re.IGNORECASE), say.EMBEDDED),
    (re.compile(r"xl/vbaproject\.bin|xl/macrosheets/.+", re.IGNORECASE), say.MACROS),
    (re.compile(r"xl/(?:slicers|timelines)/[^/]+", re.IGNORECASE), say.SLICERS),
    (re.compile(r"xl/pivottables/[^/]+\.xml", re.IGNORECASE), say.PIVOTS),
    (re.compile(r"xl/externallinks/[^/]+\.xml", re.IGNORECASE), say.LINKS),
    (re.compile(r"xl/connections\.xml|xl/querytables/[^/]+", re.IGNORECASE), say.QUERIES),
    (re.compile(r"xl/threadedcomments/[^/]+", re.IGNORECASE), say.THREADS),
    (re.compile(r"_xmlsignatures/.+", re.IGNORECASE), say.SIGNATURE),
)
"""Parts of the package that are gone where the copy has fewer of them."""
_DRAWING: Final = re.compile(r"xl/drawings/drawing\d*\.xml", re.IGNORECASE)
_SHAPE: Final = re.compile(rb"<(?:\w+:)?(?:sp|cxnSp|grpSp)[\s>]")
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_EXTENSIONS: Final = (
    (b"x14:conditionalFormatting ", say.RULES),
    (b"x14:dataValidation ", say.DROP_DOWNS),
    (b"x14:sparklineGroup ", say.SPARKLINES),
)
_BLOCK: Final = 1 << 20
MAX_DRAWN: Final = 64 << 20
"""Bytes, inflated, of all that stands in a package beside sheets and texts, for openpyxl to open it."""
_TEXTS: Final = re.compile(r"xl/sharedstrings\.xml", re.IGNORECASE)


def openpyxl_cells(path: Path) -> int | None:
    """How many cells (or rows) openpyxl would make objects of, blank ones with a style too; None: not to be opened.

    A 36 KB ledger whose formats reach to column XEA has 1.4 million of them.
    """
    with ZipFile(path) as package:
        infos = package.infolist()
        rest = [i for i in infos if not (_SHEET.match(i.filename) or _TEXTS.match(i.filename))]
        if sum(i.file_size for i in rest) > MAX_DRAWN:
            return None
        cells = rows = 0
        for info in infos:
            if _SHEET.match(info.filename):
                with package.open(info) as part:
                    while block := part.read(_BLOCK):
                        cells += block.count(b"<c ") + block.count(b":c ")
                        rows += block.count(b"<row ") + block.count(b":row ")
        return max(cells, rows)


def lost(source: Path, copy: Path) -> list[str]:
    """The names of what the copy of a workbook lacks."""
    before, after = _parts(source), _parts(copy)
    gone = [name for name in before if after[name] < before[name]]
    if before[say.CHARTS] and say.CHARTS not in gone:
        gone.append(say.CHART_DETAILS)  # openpyxl rewrites a chart from what it knows of it
    return gone


def _parts(path: Path) -> Counter[str]:
    """How many of each kind of part a package has."""
    found: Counter[str] = Counter()
    with ZipFile(path) as package:
        for info in package.infolist():
            for pattern, name in _PARTS:
                if pattern.fullmatch(info.filename):
                    found[name] += 1
            if _DRAWING.fullmatch(info.filename):
                found[say.SHAPES] += len(_SHAPE.findall(package.read(info)))
            elif _SHEET.fullmatch(info.filename):
                with package.open(info) as part:
                    tail = b""
                    while block := part.read(_BLOCK):
                        for mark, name in _EXTENSIONS:
                            found[name] += (tail + block).count(mark)
                        tail = block[-64:]
    return found
