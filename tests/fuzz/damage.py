"""Files as accidents and enemies leave them: bytes flipped, cut, doubled; parts of a package swapped, their XML bent and packed again."""

import io
import random
import re
import struct
import zipfile

from tests.fuzz.writing import zipped

NASTY = (
    b"", b"0", b"-1", b"1", b"2147483647", b"2147483648", b"4294967295", b"18446744073709551616", b"-2147483649", b"1e999", b"1e308", b"NaN", b"inf", b"0x10",
    b"A0", b"A1", b"XFD1048576", b"XFE1", b"A1048577", b"AAAA1", b"A1:XFD1048576", b"A1:A1", b"B2:A1", b"$A$1", b"1A", b"a1", b"R1C1", "甲1".encode(), b"A1 B2",
    b"s", b"b", b"e", b"n", b"str", b"inlineStr", b"d", b"x", b"true", b"false", b"veryHidden", b"hidden", b"../../../etc/passwd", b"/", b"//", b"rId999",
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&a;", b"&lt;", b"<", b">", b"\"", b"'", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f", b"_xD800_", b"_x0000_",
    b"a" * 300, b"9" * 400, b"1" * 20 + b"." + b"1" * 20, b"2024-13-45T99:99:99", b"9999-12-31T23:59:59.999", b"0000-00-00", b"1900-02-29", b"[Red]0;[hh]:mm", b"yyyy", b"000000000000000000000000000000",
)  # fmt: skip
_VALUE = re.compile(rb'=\s*"([^"]*)"|=\s*\'([^\']*)\'')
_TEXT = re.compile(rb">([^<>]+)<")
_TAG = re.compile(rb"<[^<>]{1,300}>")
_NAMES = (b"row", b"c", b"v", b"f", b"is", b"t", b"si", b"r", b"sheetData", b"mergeCell", b"mergeCells", b"dimension", b"xf", b"cellXfs", b"numFmt", b"font", b"strike", b"sheet", b"col", b"cols", b"Relationship", b"Override", b"tr", b"td", b"table", b"Row", b"Cell", b"Data", b"phoneticPr", b"rPh")  # fmt: skip
_INSERTED = (
    b"<row/>", b"<c/>", b'<c r="A1"/>', b'<c r="B2"><v>1</v></c>', b'<row r="0"/>', b'<row r="5" hidden="1"/>', b"<v>7</v>", b"<f>1+1</f>", b"<!-- x -->", b"<![CDATA[x]]>", b"<?pi x?>", b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"</row>", b"<sheetData>", b"</sheetData>", b"</worksheet>",
    b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', b'<mergeCell ref="A1:C9"/>', b'<cols><col min="1" max="16384" hidden="1"/></cols>', b'<dimension ref="A1:XFD1048576"/>', b"<si/>", b"<si><t>x</t></si>", b"<is><t>y</t></is>", b'<extLst><ext/></extLst>', b"\xef\xbb\xbf", b"\0\0", b"<td colspan=9 rowspan=9>", b"<table><tr><td>", b"</table>", b'<Cell ss:Index="3"/>', b'<Row ss:Index="2"/>',
)  # fmt: skip


def damaged(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The file with some damage; other: another file, whose bytes or parts may come in."""
    if data.startswith(b"PK") and rng.random() < 0.75:
        return _package(rng, data, other)
    how = rng.random()
    if data[:1] in (b"<", b"\xef") and how < 0.6:
        return xml(rng, data, rng.choice([1, 1, 2, 5]))
    if data.startswith((b"\xd0\xcf", b"\x09")) and how < 0.6:
        return binary(rng, data)
    return plain(rng, data, other)


def plain(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """Damage of bytes, whatever they mean."""
    for _ in range(rng.choice([1, 1, 2, 4, 12])):
        size = len(data)
        if not size:
            return data
        at = rng.randrange(size)
        span = min(size - at, rng.choice([1, 2, 4, 16, 64, 512, 512, size // 3 + 1]))
        how = rng.randrange(11)
        if how < 3:
            data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        elif how == 3:
            data = data[:at] + rng.randbytes(min(span, 64)) + data[at + min(span, 64) :]
        elif how == 4:
            data = data[:at]
        elif how == 5:
            data = data[:at] + data[at + span :]
        elif how == 6:
            data = data[: at + span] + data[at : at + span] * rng.choice([1, 1, 3]) + data[at + span :]  # fmt: skip
        elif how == 7:
            start = rng.randrange(len(other)) if other else 0
            data = data[:at] + other[start : start + span] + data[at + span :]
        elif how == 8:
            word = rng.choice([b"\0", b"\xff", b'"', b"'", b",", b"\r", b"\n", b"\t", b"\x1a", b"\x00\xd8", b"\xef\xbb\xbf", b"\xff\xfe", *NASTY])  # fmt: skip
            data = data[:at] + word * rng.choice([1, 1, 1, 2, 50]) + data[at:]
        elif how == 9:
            to = rng.randrange(size)
            a, b = sorted((at, to))
            data = data[b:] + data[:a] if rng.random() < 0.1 else data[:a] + data[b:]
        else:
            data = data[:at] + struct.pack("<I", rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF])) + data[at + 4 :]  # fmt: skip
    return data


def binary(rng: random.Random, data: bytes) -> bytes:
    """Damage of numbers at even places, and of whole sectors: of OLE files, and of records in binary sheets."""
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        size = len(data)
        if size < 8:
            return data
        how = rng.randrange(5)
        at = rng.randrange(0, size - 4, 2)
        if how == 0:
            at = rng.randrange(0, min(size - 4, 512), 2)  # the header
        if how <= 2:
            value = rng.choice([0, 1, 2, 3, 7, 0xFF, 0x100, 0x7FFF, 0xFFFE, 0xFFFF])
            data = data[:at] + struct.pack("<H", value) + data[at + 2 :]
        elif how == 3:
            value = rng.choice([0, 1, 2, 5, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF])  # fmt: skip
            data = data[:at] + struct.pack("<I", value) + data[at + 4 :]
        else:
            a, b = (rng.randrange(0, max(1, size // 512)) * 512 for _ in range(2))
            data = data[:a] + data[b : b + 512] + data[a + 512 :]
    return data


def xml(rng: random.Random, data: bytes, times: int) -> bytes:
    """Bent XML: values of attributes, texts, tags."""
    for _ in range(times):
        how = rng.random()
        found = None
        if how < 0.4:
            found = _some(rng, _VALUE, data)
            if found:
                a, b = found.span(1) if found.group(1) is not None else found.span(2)
                data = data[:a] + _value(rng, data[a:b]) + data[b:]
        elif how < 0.55:
            found = _some(rng, _TEXT, data)
            if found:
                a, b = found.span(1)
                data = data[:a] + _value(rng, data[a:b]) + data[b:]
        elif how < 0.8:
            found = _some(rng, _TAG, data)
            if found:
                a, b = found.span()
                what = rng.randrange(5)
                if what == 0:
                    data = data[:a] + data[b:]
                elif what == 1:
                    data = data[:b] + data[a:b] * rng.choice([1, 2, 30]) + data[b:]
                elif what == 2:
                    data = data[:b] + rng.choice(_INSERTED) + data[b:]
                elif what == 3:
                    tag = re.sub(rb"\w+", lambda m: rng.choice(_NAMES), data[a:b], count=1)
                    data = data[:a] + tag + data[b:]
                else:
                    data = data[: b - 1] + b' r="A1" t="s" hidden="1"' + data[b - 1 :]
        if found is None:
            data = plain(rng, data, data)
    return data


def _some(rng: random.Random, pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes] | None:
    """One of the matches, wherever it is."""
    return pattern.search(data, rng.randrange(len(data) + 1)) or pattern.search(data)


def _value(rng: random.Random, old: bytes) -> bytes:
    how = rng.random()
    if how < 0.6:
        return rng.choice(NASTY)
    digits = re.search(rb"\d+", old)
    if digits and how < 0.9:
        number = int(digits.group()[:15]) + rng.choice([-1, 1, 1, 7, 1000, 10**6])
        return old[: digits.start()] + str(number).encode() + old[digits.end() :]
    return old + rng.choice(NASTY)


def _package(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The same package with its parts bent."""
    try:
        parts = _parts(data)
        others = _parts(other) if other.startswith(b"PK") else []
    except (zipfile.BadZipFile, OSError):
        return plain(rng, data, other)
    if not parts:
        return data
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        likely = [i for i, (name, _) in enumerate(parts) if re.search(r"sheet\d|shared|styles|content\.xml|workbook", name)]  # fmt: skip
        at = rng.choice(likely) if likely and rng.random() < 0.85 else rng.randrange(len(parts))
        name, content = parts[at]
        how = rng.randrange(20)
        if how < 14:
            bent = binary if name.endswith(".bin") else None
            if bent and rng.random() < 0.7:
                content = bent(rng, content)
            elif bent:
                content = plain(rng, content, content)
            else:
                content = xml(rng, content, rng.choice([1, 1, 2, 6]))
            parts[at] = (name, content)
        elif how == 14:
            to = rng.randrange(len(parts))
            parts[at], parts[to] = (name, parts[to][1]), (parts[to][0], content)
        elif how == 15 and len(parts) > 1:
            parts.pop(at)
        elif how == 16:
            parts.append((name, xml(rng, content, 1)))
        elif how == 17:
            parts[at] = (rng.choice([name.upper(), name.replace("/", "\\"), f"/{name}", f"{name}x", "", "xl/vbaProject.bin", f"../{name}"]), content)  # fmt: skip
        elif how == 18 and others:
            parts[at] = (name, rng.choice(others)[1])
        else:
            coded = content.decode("utf-8", "replace").encode(rng.choice(["utf-16", "gb18030", "utf-8-sig", "utf-32"]), "replace")  # fmt: skip
            parts[at] = (name, coded)
    packed = zipped(parts)
    return plain(rng, packed, other) if rng.random() < 0.05 else packed


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(i.filename, archive.read(i)) for i in archive.infolist() if not i.is_dir()]
