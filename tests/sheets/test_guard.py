"""What is not a workbook, or a dangerous one, is refused with one sentence, within memory and time."""

import io
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from cmledger.errors import NotAWorkbook
from cmledger.sheets.grid import CellError
from cmledger.sheets.reading import read_book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
    '<sheet name="客户" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>甲</t></si></sst>',
}


def sheet(rows: str, head: str = "") -> str:
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def package(path: Path, sheet1: str | bytes, **parts: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, "xl/worksheets/sheet1.xml": sheet1, **parts}.items():
            archive.writestr(name, text)
    return path


def refusal(path: Path) -> NotAWorkbook:
    with pytest.raises(NotAWorkbook) as caught:
        read_book(path)
    assert caught.value.exit_code == 15
    assert caught.value.where == str(path)
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A sound workbook of one sheet."""
    made = openpyxl.Workbook()
    made.active.append(["户号", "户名"])
    made.active.append(["3700000001", "示例纺织"])
    path = tmp_path / "客户台账.xlsx"
    made.save(path)
    return path


def test_missing_folder_and_empty(tmp_path: Path) -> None:
    assert "找不到文件" in refusal(tmp_path / "没有.xlsx").message
    assert "文件夹" in refusal(tmp_path).message
    (tmp_path / "空.xlsx").write_bytes(b"")
    assert "0 字节" in refusal(tmp_path / "空.xlsx").message


def test_lock_file_of_excel(tmp_path: Path) -> None:
    path = tmp_path / "~$客户台账.xlsx"
    path.write_bytes(b"\x05user" + bytes(160))
    assert "锁文件" in refusal(path).message


@pytest.mark.parametrize(
    "text",
    [
        b"<html><body>login</body></html>",
        b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>",
        b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n",
        "<html><body>网页</body></html>".encode("utf-16"),
    ],
)
def test_web_page_without_a_table(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(text)
    said = refusal(path)
    assert "网页" in said.message
    assert "重新导出" in (said.hint or "")


def test_xml_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(b'<?xml version="1.0"?><customers/>')
    assert "XML" in refusal(path).message


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"SQLite format 3\0", "数据库"),
        (b"\x00\x01\x02\x03 nothing known", "认不出"),
    ],
)
def test_other_formats_are_named(tmp_path: Path, head: bytes, word: str) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(head + bytes(64))
    assert word in refusal(path).message


def test_text_that_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[scope]\n", encoding="utf-8")
    assert "认不出" in refusal(path).message


def test_zip_that_is_no_workbook(tmp_path: Path) -> None:
    kinds = {"word/document.xml": "Word", "客户台账.xlsx": "压缩包"}
    for inside, word in kinds.items():
        path = tmp_path / "x.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inside, "x")
        assert word in refusal(path).message


def compound_file(*names: str) -> bytes:
    """A minimal OLE file whose directory names these (empty) streams."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b""
    for i, name in enumerate(("Root Entry", *names)):
        raw = (name + "\0").encode("utf-16-le")
        right = i + 1 if 0 < i < len(names) else 0xFFFFFFFF
        child = 1 if i == 0 else 0xFFFFFFFF
        entries += raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xIII",
            len(raw),
            5 if i == 0 else 2,
            1,
            0xFFFFFFFF,
            right,
            child,
            0xFFFFFFFE,
            0,
            0,
        )
    return bytes(header) + fat + entries.ljust(512, b"\0")


def test_password_on_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "加密.xlsx"
    path.write_bytes(compound_file("EncryptionInfo", "EncryptedPackage"))
    said = refusal(path)
    assert "密码" in said.message
    assert "清空密码" in (said.hint or "")


def test_password_on_xls(tmp_path: Path) -> None:
    path = tmp_path / "加密.xls"
    beginning = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0, 0)
    path.write_bytes(beginning + struct.pack("<HH6x", 0x002F, 6) + struct.pack("<HH", 0x000A, 0))
    assert "密码" in refusal(path).message


def test_word_document_in_ole(tmp_path: Path) -> None:
    path = tmp_path / "记录.xls"
    path.write_bytes(compound_file("WordDocument", "1Table"))
    assert "Word" in refusal(path).message


def test_truncated_workbook(tmp_path: Path, book: Path) -> None:
    data = book.read_bytes()
    for part in (200, len(data) // 2, len(data) - 10):
        path = tmp_path / "半截.xlsx"
        path.write_bytes(data[:part])
        assert "不完整" in refusal(path).message


def test_truncated_xls(tmp_path: Path) -> None:
    data = (Path(__file__).parent / "files" / "office.xls").read_bytes()
    for part in (600, 2000, 4000):
        path = tmp_path / "半截.xls"
        path.write_bytes(data[:part])
        refusal(path)


def test_far_cells_are_refused_before_anything_allocates_the_box(tmp_path: Path) -> None:
    """A 1 KB file with cells at A1 and XFD1048576 makes calamine abort the interpreter: hence the subprocess."""
    path = package(
        tmp_path / "稀疏.xlsx",
        sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        ),
    )
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from cmledger.errors import NotAWorkbook\nfrom cmledger.sheets.reading import read_book\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "try: read_book(Path(sys.argv[1]))\n"
        "except NotAWorkbook as problem: sys.exit(0 if 'XFD1048576' in problem.message else 5)\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], timeout=30, capture_output=True, env=environment
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "cells",
    [
        "<c\nr='XFD1048576'\n><v>1</v></c>",
        '<c s="1" t="n" r="XFD1048576"><v>1</v></c>',
        '<c r = "xfd1048576"><v>1</v></c>',
        '<c r="XFD1048576"><v>1</v></c >',
        '<c r="XFD1048576" x="/>"><v>1</v></c>',
        '<c r="A2" t="str"><v><![CDATA[<c r="A1" >]]></v></c><c r="XFD1048576" x="/>"><v>1</v></c>',
        '<c r="A2" t="str"><v><![CDATA[</sheetData>]]></v></c><c r="XFD1048576"><v>1</v></c>',
        '<z:c r="XFD1048576"><z:v>1</z:v></z:c>',
        '<c r="ZZZZZZZ99999999999"><v>1</v></c>',
        '<c r="A1048577"><v>1</v></c>',
        '<c r="XFE1"><v>1</v></c>',
    ],
)
def test_far_cells_do_not_hide_in_odd_xml(tmp_path: Path, cells: str) -> None:
    refusal(package(tmp_path / "x.xlsx", sheet(f'<row r="1"><c r="A1"><v>1</v></c>{cells}</row>')))


def test_far_row_without_cell_references(tmp_path: Path) -> None:
    refusal(package(tmp_path / "x.xlsx", sheet('<row r="99999999"><c><v>1</v></c></row>')))


def test_far_formatting_is_harmless(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read_book(package(tmp_path / "x.xlsx", sheet(rows))).grids[0].rows == [[1.0]]


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert "实体" in refusal(package(tmp_path / "a.xlsx", sheet("", bomb))).message
    shared = f'{bomb}<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
    path = package(tmp_path / "b.xlsx", sheet(""), **{"xl/sharedStrings.xml": shared})
    assert "sharedStrings" in refusal(path).message
    hidden = f"<!--{' ' * 70000}-->{bomb}"
    refusal(package(tmp_path / "c.xlsx", sheet("", hidden)))


def test_utf16_xml_is_refused_not_read_as_empty(tmp_path: Path) -> None:
    xml = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>', '<?xml version="1.0" encoding="UTF-16"?>'
    )
    assert "UTF-8" in refusal(package(tmp_path / "x.xlsx", xml.encode("utf-16"))).message


def test_part_that_inflates_to_more_than_it_says(tmp_path: Path) -> None:
    """The zip directory says 200 bytes, the stream holds 50 MiB: counted while inflating, not believed."""
    path = package(tmp_path / "x.xlsx", sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))
    name, honest = "xl/sharedStrings.xml", PARTS["xl/sharedStrings.xml"].encode()
    real = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = real.compress(honest + b" " * (50 << 20)) + real.flush()
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        lie = zipfile.ZipInfo(name)
        new.writestr(lie, stream)  # stored, then declared as deflated
    raw = bytearray(out.getvalue())
    for signature, method_at, sizes_at in ((b"PK\x03\x04", 8, 14), (b"PK\x01\x02", 10, 16)):
        at = raw.rfind(
            signature,
            0,
            raw.rfind(name.encode()) if signature == b"PK\x01\x02" else raw.find(name.encode()) + 1,
        )
        struct.pack_into("<H", raw, at + method_at, 8)
        struct.pack_into("<III", raw, at + sizes_at, zlib.crc32(honest), len(stream), len(honest))
    path.write_bytes(raw)
    assert "sharedStrings" in refusal(path).message


def test_same_part_twice(tmp_path: Path) -> None:
    path = package(tmp_path / "x.xlsx", sheet(""))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", sheet(""))
    assert "重复" in refusal(path).message


def test_broken_inside(tmp_path: Path) -> None:
    for rows in (
        '<row r="1"><c r="A1"><v>1</c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
    ):
        assert "损坏" in refusal(package(tmp_path / "x.xlsx", sheet(rows))).message
    path = package(tmp_path / "x.xlsx", sheet(""), **{"xl/workbook.xml": "<workbook>"})
    assert "xl/workbook.xml" in refusal(path).message


def test_cells_of_other_writers_are_read(tmp_path: Path) -> None:
    """Prefixed elements, cells without references, attributes in any order."""
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c>'
        '<x:c r="C2"><x:f>1+1</x:f></x:c><x:c t="e" r="D2"><x:v>#N/A</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    rows = read_book(package(tmp_path / "p.xlsx", prefixed)).grids[0].rows
    assert rows[1][1:] == [1.0, CellError("="), CellError("#N/A")]
    bare = sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c t='e'><v>#REF!</v></c></row>")
    rows = read_book(package(tmp_path / "n.xlsx", bare)).grids[0].rows
    assert rows[0] == [1.0, 2.0]
    assert rows[1][0] == CellError("#REF!")
