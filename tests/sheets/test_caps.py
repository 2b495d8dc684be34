"""Hostile files in a process of their own: at most 512 MB and ten seconds, one sentence, the cap and what lifts it named."""

import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sheets import xlsb
from tests.sheets.test_guard import LINKS, MAIN, PARTS, package, sheet

from cmledger.errors import NotAWorkbook
from cmledger.sheets.caps import CELLS, Caps
from cmledger.sheets.reading import read_book

MIB = 1 << 20
SHEET, TEXTS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
ONE = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
OPEN, CLOSE = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"

READ = """
import resource, sys, time
from pathlib import Path
from cmledger.errors import NotAWorkbook
from cmledger.sheets.reading import read_book
try:
    read_book(Path(sys.argv[1]))
    said = ""
except NotAWorkbook as problem:
    said = problem.message + "|" + (problem.hint or "")
status = Path("/proc/self/status").read_text()
highest = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
peak = resource.getrusage(resource.RUSAGE_SELF)
print(int(highest) // 1024, round(peak.ru_utime + peak.ru_stime, 1), said, sep="|")
"""


def cost(path: Path) -> tuple[int, float, str]:
    """MB at the peak of the whole process, seconds of its CPU, and the refusal ("" where it was read)."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        timeout=120,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1
    peak, seconds, said = lines[0].split("|", 2)
    return int(peak), float(seconds), said


def bomb(path: Path, part: str, head: str, unit: str, mib: int, tail: str = "") -> Path:
    """A package one part of which is `head`, `unit` again and again, `tail`."""
    others = {**PARTS, SHEET: sheet(ONE)}
    others.pop(part, None)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in others.items():
            archive.writestr(name, text)
        with archive.open(part, "w", force_zip64=True) as stream:
            stream.write(head.encode())
            block = unit.encode() * (MIB // len(unit.encode()) + 1)
            for _ in range(mib):
                stream.write(block)
            stream.write(tail.encode())
    return path


def biff(cells: bytes, book: bytes = b"") -> bytes:
    """An .xls of one sheet, without an OLE file around it."""
    begin = b"".join(
        (book_or_sheet := struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 6), book)
    )
    at = len(begin) + 13 + 4
    listed = struct.pack("<HHIBBBB", 0x85, 9, at, 0, 0, 1, 0) + b"s"
    end = struct.pack("<HH", 0xA, 0)
    return begin + listed + end + book_or_sheet.replace(b"\5\0", b"\x10\0", 1) + cells + end


def biff_record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


NUMBER = biff_record(0x203, struct.pack("<HHHd", 0, 0, 0, 1.0))
LINK = biff_record(
    0x1B8,
    struct.pack("<HHHH", 0, 65535, 0, 255)
    + bytes.fromhex("d0c9ea79f9bace118c8200aa004ba90b")
    + struct.pack("<II", 2, 0),
)


def written(data: Callable[[], bytes]) -> Callable[[Path], Path]:
    """A file of these bytes, made when it is needed."""

    def make(path: Path) -> Path:
        path.write_bytes(data())
        return path

    return make


def xlsx(part: str, head: str, unit: str, mib: int, tail: str = "") -> Callable[[Path], Path]:
    return lambda path: bomb(path, part, head, unit, mib, tail)


SHOWN = sheet(
    "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}" t="s"><v>0</v></c>' for c in "ABCDE") + "</row>"
        for r in range(1, 20_001)
    )
)
SST = f'<sst xmlns="{MAIN}">'
SAME = "".join(f'<sheet name="s{i}" sheetId="{i}" r:id="rId1"/>' for i in range(1, 900))
XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="s"><Table>'
)

HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "large part": (xlsx(SHEET, OPEN + ONE, '<row r="2"/>', 460, CLOSE), "--max-cells"),
    "same cell": (
        xlsx(SHEET, OPEN, '<row r="1"><c r="A1"><v>1</v></c></row>', 180, CLOSE),
        "“客户”铺到 A1",
    ),
    "no references": (
        xlsx(SHEET, OPEN, "<row><c><v>1</v></c></row>", 60, CLOSE),
        "--max-cells",
    ),
    "open tags": (xlsx(SHEET, OPEN + '<row r="1">', '<c r="A1"', 20, CLOSE), SHEET),
    "huge attribute": (xlsx(SHEET, OPEN + '<row x="', "aaaaaaaa", 40, '"/>' + CLOSE), SHEET),
    "hidden columns": (
        xlsx(SHEET, OPEN.split("<sheetData")[0], '<col min="1" max="16384" hidden="1"/>', 4, OPEN),
        "col",
    ),
    "merges": (
        xlsx(
            SHEET,
            OPEN + ONE + "</sheetData><mergeCells>",
            '<mergeCell ref="A1:XFD1048576"/>',
            20,
            "</mergeCells></worksheet>",
        ),
        "合并单元格",
    ),
    "empty texts": (xlsx(TEXTS, SST, "<si/>", 100, "</sst>"), TEXTS),
    "deep texts": (xlsx(TEXTS, SST, "<a>", 60), TEXTS),
    "promised texts": (
        lambda path: package(
            path,
            sheet(ONE),
            **{TEXTS: SST[:-1] + ' uniqueCount="4294967295"><si><t>x</t></si></sst>'},
        ),
        TEXTS,
    ),
    "text shown often": (
        lambda path: package(path, SHOWN, **{TEXTS: f"{SST}<si><t>{'甲' * 9000}</t></si></sst>"}),
        "文字总量",
    ),
    "prefixed text shown often": (
        lambda path: package(
            path,
            SHOWN.replace("<v>0</v>", "<v>2</v>"),
            **{
                TEXTS: f'<x:sst xmlns:x="{MAIN}"><x:si/><x:si><x:t>a</x:t></x:si>'
                f"<x:si><x:t>{'甲' * 9000}</x:t></x:si></x:sst>"
            },
        ),
        "文字总量",
    ),
    "deep workbook": (xlsx("xl/workbook.xml", "<workbook>", "<a>", 20), "嵌套"),
    "styles": (
        xlsx(
            STYLES,
            '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="00000"/></numFmts><cellXfs>',
            '<xf numFmtId="200" fontId="0"/>',
            20,
            "</cellXfs></styleSheet>",
        ),
        "格式超过",
    ),
    "one sheet many times": (
        lambda path: package(
            path,
            SHOWN,
            **{
                "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">'
                f"<sheets>{SAME}</sheets></workbook>"
            },
        ),
        "同一份",
    ),
    "xlsb far": (
        lambda path: xlsb.package(
            path,
            xlsb.sheet(xlsb.row(0) + xlsb.number(0, 1) + xlsb.row(1048575) + xlsb.number(16383, 1)),
        ),
        "XFD1048576",
    ),
    "xlsb record of 256 MiB": (
        lambda path: xlsb.package(
            path, xlsb.sheet(xlsb.row(0) + xlsb.record(6, b"x", length=(1 << 28) - 1))
        ),
        "sheet1.bin",
    ),
    "xlsb promised texts": (
        lambda path: xlsb.package(path, xlsb.sheet(b""), ("a",), promised=0xFFFFFFFF),
        "sharedStrings.bin",
    ),
    "one line": (written(lambda: b"a" * (60 * MIB)), "第 1 行太长"),
    "one quoted cell": (written(lambda: b'a,b\n"' + b"x\n" * (30 * MIB)), "第 2"),
    "many delimiters": (written(lambda: b"," * (60 * MIB)), "第 1 行太长"),
    "large text": (written(lambda: b"a,b,c,d\n" * (11 * MIB)), "--max-cells"),
    "empty lines": (written(lambda: b"\n" * (40 * MIB)), "--max-cells"),
    "html nested": (written(lambda: b"<html>" + b"<table>" * 100_000), "嵌套"),
    "html tags": (written(lambda: b"<html><table><tr><td>" + b"<b>" * 12_000_000), "--max-cells"),
    "html spans": (
        written(
            lambda: (
                b"<html><table><tr><td colspan=16383 rowspan=60000>x</td></tr>"
                + b"<tr><td>" * 900_000
            )
        ),
        "16384",
    ),
    "mail of mails": (
        written(
            lambda: (
                b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n'
                + b'--x\nContent-Type: multipart/mixed; boundary="x"\n\n' * 50_000
            )
        ),
        "MHTML",
    ),
    "xml far": (
        written(
            lambda: (
                XML + '<Row ss:Index="1048576"><Cell ss:Index="16384"><Data ss:Type="Number">1'
                "</Data></Cell></Row></Table></Worksheet></Workbook>"
            ).encode()
        ),
        "XFD1048576",
    ),
    "xml entity": (
        written(
            lambda: (
                b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]>'
                + XML.split("?>", 1)[1].encode()
            )
        ),
        "实体",
    ),
    "xml deep": (written(lambda: XML.encode() + b"<a>" * MIB), "嵌套"),
    "xls links": (written(lambda: biff(NUMBER + LINK * 1000)), ""),
    "xls columns": (
        written(lambda: biff(biff_record(0x7D, struct.pack("<6H", 0, 255, 0, 0, 1, 0)) * 500_000)),
        "格式超过",
    ),
    "xls formats": (
        written(lambda: biff(NUMBER, biff_record(0xE0, bytes(20)) * 500_000)),
        "格式超过",
    ),
    "xls records": (written(lambda: biff(biff_record(0x999) * 5_000_000)), "--max-cells"),
    "xls far": (
        written(
            lambda: biff(NUMBER + biff_record(0x203, struct.pack("<HHHd", 65535, 65535, 0, 1.0)))
        ),
        "65536",
    ),
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little_and_ends_in_a_sentence(tmp_path: Path, name: str) -> None:
    make, word = HOSTILE[name]
    ending = "csv" if "line" in name or "quoted" in name or "delim" in name else "xls"
    path = make(tmp_path / f"x.{ending}")
    peak, seconds, said = cost(path)
    assert word in said
    assert bool(said) == bool(word)
    assert peak < 512
    assert seconds < 10


def test_circular_chains_in_an_ole_file(tmp_path: Path) -> None:
    """Sectors of the small streams that lead back to the first: xlrd would follow them for ever."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<10I", header, 40, 0, 1, 1, 0, 4096, 2, 1, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, *[0xFFFFFFFE] * 3, *[0xFFFFFFFF] * 124)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        places = (0xFFFFFFFF, 0xFFFFFFFF, child)
        tail = struct.pack("<HBBIII36xIII", len(raw), kind, 1, *places, start, size, 0)
        return raw.ljust(64, b"\0") + tail

    entries = entry("Root Entry", 5, 1, 3, 512) + entry("Workbook", 2, 0xFFFFFFFF, 0, 4000)
    small = struct.pack("<128I", 1, 0, *[0xFFFFFFFF] * 126)
    path = tmp_path / "x.xls"
    path.write_bytes(bytes(header) + fat + entries.ljust(512, b"\0") + small + bytes(512))
    with pytest.raises(NotAWorkbook, match="自相矛盾"):
        read_book(path)


def test_two_lists_of_parts_in_one_zip(tmp_path: Path) -> None:
    """One reader would find the harmless workbook, another the hostile one."""
    first = package(tmp_path / "a.xlsx", sheet(ONE)).read_bytes()
    second = package(tmp_path / "b.xlsx", sheet(ONE)).read_bytes()
    path = tmp_path / "c.xlsx"
    path.write_bytes(first + second)
    with pytest.raises(NotAWorkbook, match="压缩结构"):
        read_book(path)


def test_the_option_that_is_named_lifts_the_cap(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", sheet(ONE + '<row r="40"><c r="J40"><v>1</v></c></row>'))
    with pytest.raises(NotAWorkbook, match="J40") as caught:
        read_book(path, max_cells=399)
    assert "--max-cells 1000000" in (caught.value.hint or "")
    assert len(read_book(path, max_cells=400).grids[0].rows) == 40


def test_caps_grow_in_proportion_and_never_below_the_default() -> None:
    assert Caps.of(None) == Caps()
    assert Caps.of(10).size(100) == 100
    assert Caps.of(2 * CELLS).size(100) == 200
    assert Caps.of(Caps().lifted_for(300, 100)).size(100) >= 300


def test_merges_are_cut_to_what_is_used(tmp_path: Path) -> None:
    merge = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="D9:E9"/></mergeCells>'
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row>'
    text = sheet(cells).replace("</sheetData>", f"</sheetData>{merge}")
    (grid,) = read_book(package(tmp_path / "a.xlsx", text)).grids
    assert grid.merges == [(0, 0, 2, 1)]
