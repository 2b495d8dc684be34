"""What the small parts of an .xlsx say: its sheets, its shared strings, the styles that change what a cell says."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final
from xml.parsers import expat

from cmledger.sheets.caps import Caps
from cmledger.sheets.guard import damaged, hostile
from cmledger.sheets.package import Package
from cmledger.sheets.padded import PADDED
from cmledger.wording import reading as wording

PARTS_READ: Final = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/(?:[^/]+|_rels/[^/]+|worksheets/[^/]+|worksheets/_rels/[^/]+)\.(?:xml|rels|bin)",
    re.IGNORECASE,
)
"""What calamine looks into; pictures, drawings, pivot caches and the like stay closed."""
LARGE: Final = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.(?:xml|bin)", re.IGNORECASE)
MAX_SHEETS: Final = 1000
_DEPTH: Final = 256
_MOST_STYLES: Final = 100_000
"""Of fonts and of formats; Excel has room for 65,490 formats of cells."""
_MAYBE_STYLED = re.compile(rb'formatCode="(?:\[[^\]<>"]*\])*0{2}|<(?:\w{1,20}:)?strike')

Attributes = dict[str, str]


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


def open_package(path: Path, stream: BinaryIO, caps: Caps) -> Package:
    """The package of an .xlsx or .xlsb."""
    return Package(path, stream, caps, PARTS_READ, LARGE)


def sheet_parts(package: Package) -> list[SheetPart]:
    """The sheets in workbook order, no part twice. Raises NotAWorkbook."""
    targets = relations(package, "xl/_rels/workbook.xml.rels")
    listed: list[tuple[str, str | None]] = []
    inside = False

    def start(name: str, said: Attributes) -> None:
        nonlocal inside
        inside = inside or name == "sheets"
        if name == "sheet" and inside:
            link = next((v for k, v in said.items() if k.endswith(":id") or k == "id"), None)
            listed.append((said.get("name", ""), link))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "sheets"

    elements(package, "xl/workbook.xml", start, end)
    return resolved(package, listed, targets)


def resolved(
    package: Package, listed: Iterable[tuple[str, str | None]], targets: dict[str, str]
) -> list[SheetPart]:
    """Names and links of sheets with the part behind each link."""
    sheets = []
    for name, link in listed:
        target = targets.get(link or "", "").removeprefix("/")
        part = target if target.lower().startswith("xl/") else f"xl/{target}"
        sheets.append(SheetPart(name, package.named(part)))
    if len(sheets) > MAX_SHEETS:
        raise hostile(package.path, wording.DETAIL_SHEETS, limit=MAX_SHEETS)
    parts = [sheet.part for sheet in sheets if sheet.part]
    if len(parts) != len(set(parts)):
        raise hostile(package.path, wording.DETAIL_SAME_SHEET)
    return sheets


def relations(package: Package, part: str) -> dict[str, str]:
    """Id -> target of a .rels part."""
    targets: dict[str, str] = {}

    def start(name: str, said: Attributes) -> None:
        if name == "Relationship":
            if said.get("Id", "") in targets:
                raise hostile(package.path, wording.DETAIL_DUPLICATE, part=part)
            targets[said.get("Id", "")] = said.get("Target", "")

    elements(package, part, start)
    return targets


def read_styles(package: Package) -> Styles:
    """The styles that matter; parsed only where a cheap test says that there are any."""
    if not (text := package.text("xl/styles.xml")) or not _MAYBE_STYLED.search(text):
        return Styles()
    formats: dict[str, int] = {}
    struck_fonts: set[str] = set()
    padded: dict[bytes, int] = {}
    struck: set[bytes] = set()
    inside = {"fonts": 0, "cellXfs": 0}
    counts = {"font": -1, "xf": -1, "numFmt": -1}

    def counted(name: str) -> None:
        counts[name] += 1
        if counts[name] >= _MOST_STYLES:
            raise hostile(package.path, wording.DETAIL_STYLES, limit=_MOST_STYLES)

    def start(name: str, said: Attributes) -> None:
        if name in inside:
            inside[name] += 1
        elif name == "numFmt":
            counted("numFmt")
            code = said.get("formatCode", "")
            if len(code) < 256 and (shown := PADDED.fullmatch(code)):
                formats[said.get("numFmtId", "")] = len(shown[1])
        elif name == "font" and inside["fonts"]:
            counted("font")
        elif name == "strike" and inside["fonts"]:
            if said.get("val", "1") not in ("0", "false"):
                struck_fonts.add(str(counts["font"]))
        elif name == "xf" and inside["cellXfs"]:
            counted("xf")
            written = b"%d" % counts["xf"]
            if digits := formats.get(said.get("numFmtId", "")):
                padded[written] = digits
            if said.get("fontId") in struck_fonts:
                struck.add(written)

    def end(name: str) -> None:
        if name in inside:
            inside[name] -= 1

    elements(package, "xl/styles.xml", start, end)
    return Styles(padded, frozenset(struck))


def elements(
    package: Package,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
) -> None:
    """Walk the elements of a part by their local names. Raises NotAWorkbook where it is missing or no XML."""
    if package.named(part) is None:
        raise damaged(package.path, wording.DETAIL_PART, part=part)
    parser = expat.ParserCreate()
    depth = 0

    def began(name: str, said: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise hostile(package.path, wording.DETAIL_DEEP, part=part, limit=_DEPTH)
        start(name.rpartition(":")[2], said)

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(":")[2])

    parser.StartElementHandler = began
    parser.EndElementHandler = ended
    try:
        for block in package.inflate(part):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise damaged(package.path, wording.DETAIL_PART, part=part) from problem
