"""Writers of the fuzz tests' workbooks: quick ones of their own, which also write what openpyxl refuses to."""

import csv
import datetime as dt
import io
import random
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from tests.fuzz.grids import Err, Formula, Padded, Sheet
from tests.sheets import xlsb

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
DATE, MOMENT, PADDED, STRUCK, CHINESE = 1, 2, 3, 4, 5
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0000000000"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><strike/><sz val="11"/></font></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/><xf numFmtId="22" fontId="0"/>'
    '<xf numFmtId="164" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="31" fontId="0"/></cellXfs></styleSheet>'
)
EPOCH = dt.datetime(1899, 12, 30)


def serial(day: dt.date | dt.time) -> float:
    """Excel's number of a day or moment."""
    if isinstance(day, dt.time):
        return (day.hour * 60 + day.minute) / 1440
    moment = day if isinstance(day, dt.datetime) else dt.datetime(day.year, day.month, day.day)
    return (moment - EPOCH) / dt.timedelta(days=1)


def _xml(text: str) -> str:
    """A text as Excel writes it: what XML cannot hold as _xHHHH_."""
    coded = "".join(
        f"_x{ord(c):04X}_" if (c < " " and c not in "\t\n\r") or c in "\ufffe\uffff" else c
        for c in text
    )
    return escape(coded)


def _cell(rng: random.Random, at: str, value: Any, style: int, texts: dict[str, int]) -> str:
    mark = f' s="{style}"' if style else ""
    if isinstance(value, bool):
        return f'<c r="{at}"{mark} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, Padded):
        return f'<c r="{at}" s="{PADDED}"><v>{value.value}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}"{mark}><v>{value!r}</v></c>'
    if isinstance(value, (dt.date, dt.time)):
        looks = MOMENT if isinstance(value, (dt.datetime, dt.time)) else rng.choice([DATE, CHINESE])
        return f'<c r="{at}" s="{looks}"><v>{serial(value)!r}</v></c>'
    if isinstance(value, Err):
        return f'<c r="{at}"{mark} t="e"><v>{value.text}</v></c>'
    if isinstance(value, Formula):
        formula = f"<f>{escape(value.text)}</f>"
        if value.result is None:
            return f'<c r="{at}"{mark}>{formula}</c>'
        kind, shown = (
            ("e", value.result.text)
            if isinstance(value.result, Err)
            else ("n", repr(value.result))
            if isinstance(value.result, int)
            else ("str", escape(str(value.result)))
        )
        return f'<c r="{at}"{mark} t="{kind}">{formula}<v>{shown}</v></c>'
    if rng.random() < 0.5:
        number = texts.setdefault(str(value), len(texts))
        return f'<c r="{at}"{mark} t="s"><v>{number}</v></c>'
    return f'<c r="{at}"{mark} t="inlineStr"><is><t xml:space="preserve">{_xml(str(value))}</t></is></c>'


def xlsx_parts(rng: random.Random, sheets: Sequence[Sheet]) -> dict[str, bytes]:
    """The parts of an .xlsx."""
    texts: dict[str, int] = {}
    parts: dict[str, str] = {}
    for number, one in enumerate(sheets, 1):
        rows = []
        for r, row in enumerate(one.rows, 1):
            style = STRUCK if r - 1 in one.struck else 0
            cells = "".join(
                _cell(rng, f"{get_column_letter(c)}{r}", value, style, texts)
                for c, value in enumerate(row, 1)
                if value is not None
            )
            hidden = ' hidden="1"' if r - 1 in one.hidden else ""
            rows.append(f'<row r="{r}"{hidden}>{cells}</row>')
        columns = "".join(f'<col min="{c + 1}" max="{c + 1}" hidden="1" width="9"/>' for c in one.hidden_columns)  # fmt: skip
        merges = "".join(
            f'<mergeCell ref="{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"/>'
            for top, left, bottom, right in one.merges
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}">'
            f'<dimension ref="A1:{get_column_letter(max(map(len, one.rows), default=1) or 1)}{len(one.rows) or 1}"/>'
            + (f"<cols>{columns}</cols>" if columns else "")
            + f"<sheetData>{''.join(rows)}</sheetData>"
            + (f"<mergeCells>{merges}</mergeCells>" if merges else "")
            + "</worksheet>"
        )
    listed = "".join(
        f'<sheet name={quoteattr(s.name)} sheetId="{n}" r:id="rId{n}"{" state=" + quoteattr("hidden") if s.is_hidden else ""}/>'
        for n, s in enumerate(sheets, 1)
    )
    links = "".join(f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))  # fmt: skip
    kinds = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}worksheet+xml"/>' for n in range(1, len(sheets) + 1))  # fmt: skip
    strings = "".join(f'<si><t xml:space="preserve">{_xml(t)}</t></si>' for t in texts)
    parts |= {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}sheet.main+xml"/>{kinds}'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{links}<Relationship Id="rIdS" Type="{LINKS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rIdT" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{strings}</sst>',
    }
    return {name: text.encode("utf-8", "surrogatepass") for name, text in parts.items()}


def zipped(parts: dict[str, bytes] | Sequence[tuple[str, bytes]], level: int = 1) -> bytes:
    """The parts in a package."""
    stream = io.BytesIO()
    pairs = parts.items() if isinstance(parts, dict) else parts
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def by_openpyxl(sheets: Sequence[Sheet], path: Path) -> None:
    """The same by openpyxl, which leaves out what it refuses to write."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for one in sheets:
        sheet = book.create_sheet(one.name.replace("'", ""))
        for r, row in enumerate(one.rows, 1):
            for c, value in enumerate(row, 1):
                _put(sheet, r, c, value)
                if r - 1 in one.struck and value is not None:
                    sheet.cell(r, c).font = Font(strike=True)
            if r - 1 in one.hidden:
                sheet.row_dimensions[r].hidden = True
        for column in one.hidden_columns:
            sheet.column_dimensions[get_column_letter(column + 1)].hidden = True
        for top, left, bottom, right in one.merges:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)  # fmt: skip
        if one.is_hidden:
            sheet.sheet_state = "hidden"
    book.save(path)


def _put(sheet: Any, r: int, c: int, value: Any) -> None:
    if isinstance(value, Padded):
        sheet.cell(r, c, value.value).number_format = "0000000000"
        return
    if isinstance(value, str):
        cell = sheet.cell(r, c)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
        if cell.data_type == "f":
            cell.data_type = "s"
        return
    if isinstance(value, Err):
        value = value.text
    if isinstance(value, Formula):
        value = f"={value.text}"
    sheet.cell(r, c, value)


def shown(value: Any) -> str:
    """A cell as a text file has it."""
    if value is None:
        return ""
    if isinstance(value, Formula):
        return shown(value.result)
    if isinstance(value, Padded):
        return f"{value.value:010d}"
    if isinstance(value, bool):
        return str(value).upper()
    return value.text if isinstance(value, Err) else str(value)


def csv_bytes(rng: random.Random, one: Sheet) -> bytes:
    """A text table in some dialect and encoding."""
    stream = io.StringIO()
    writer = csv.writer(
        stream,
        delimiter=rng.choice([",", ",", ",", "\t", ";", "|"]),
        quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        lineterminator=rng.choice(["\r\n", "\n", "\r"]),
    )
    writer.writerows([[shown(c).replace("\0", "") for c in row] for row in one.rows])
    code = rng.choice(["utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16", "utf-16-le", "big5"])
    return stream.getvalue().encode(code, "replace")


def xlsb_file(one: Sheet, path: Path) -> None:
    """A binary workbook."""
    cells = b""
    for r, row in enumerate(one.rows):
        cells += xlsb.row(r, hidden=r in one.hidden)
        for c, value in enumerate(row):
            if isinstance(value, (dt.date, dt.time)):
                cells += xlsb.number(c, serial(value), style=1)
            elif isinstance(value, (int, float)):
                cells += xlsb.number(c, float(value))
            elif isinstance(value, Err):
                cells += xlsb.error(c, 0x2A)
            elif value is not None:
                text = shown(value)
                cells += xlsb.record(6, xlsb.place(c) + struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le"))  # fmt: skip
    merges = b"".join(xlsb.merge(t, b, left, r) for t, left, b, r in one.merges)
    xlsb.package(path, xlsb.sheet(cells, xlsb.record(177) + merges + xlsb.record(178)))


def ods_bytes(rng: random.Random, one: Sheet) -> bytes:
    """An OpenDocument spreadsheet."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    rows = []
    for row in one.rows:
        cells = []
        for value in row:
            if isinstance(value, bool) or value is None or isinstance(value, (str, Err, Formula, Padded, dt.time)):  # fmt: skip
                text = "".join(f"<x:p>{_xml(line)}</x:p>" for line in shown(value).splitlines())
                again = f' t:number-columns-repeated="{rng.choice([1, 1, 1, 2])}"' if value is None else ""  # fmt: skip
                cells.append(f'<t:table-cell o:value-type="string"{again}>{text}</t:table-cell>' if text else "<t:table-cell/>")  # fmt: skip
            elif isinstance(value, (int, float)):
                cells.append(f'<t:table-cell o:value-type="float" o:value="{value!r}"/>')
            else:
                cells.append(f'<t:table-cell o:value-type="date" o:date-value="{value.isoformat()}"/>')  # fmt: skip
        rows.append(f"<t:table-row>{''.join(cells)}</t:table-row>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><o:document-content xmlns:o="{office}"'
        ' xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"<o:body><o:spreadsheet><t:table t:name={quoteattr(one.name)}>{''.join(rows)}</t:table></o:spreadsheet></o:body></o:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode("utf-8", "replace"),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def xml_bytes(one: Sheet) -> bytes:
    """Excel's XML of 2003."""
    rows = []
    for row in one.rows:
        cells = []
        for value in row:
            kind, text = "String", shown(value)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                kind = "Number"
            elif isinstance(value, dt.date):
                kind, text = "DateTime", f"{value.isoformat()[:10]}T00:00:00.000"
            cells.append(f'<Cell><Data ss:Type="{kind}">{_xml(text)}</Data></Cell>' if value is not None else "<Cell/>")  # fmt: skip
        rows.append(f"<Row>{''.join(cells)}</Row>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f"<Worksheet ss:Name={quoteattr(one.name)}><Table>{''.join(rows)}</Table></Worksheet></Workbook>"
    ).encode("utf-8", "replace")


def html_bytes(rng: random.Random, one: Sheet) -> bytes:
    """A web page as the marketing system calls a workbook."""
    rows = [
        "<tr>" + "".join(f"<td{rng.choice(['', '', ' x:num', ' colspan=1'])}>{_xml(shown(v))}" for v in row) + "</tr>"
        for row in one.rows
    ]  # fmt: skip
    code = rng.choice(["utf-8", "gb2312"])
    page = f"<html><head><meta charset={code}></head><table>{''.join(rows)}</table></html>"
    return page.encode("gb18030" if code == "gb2312" else code, "replace")


def biff_bytes(one: Sheet) -> bytes:
    """A bare .xls of one sheet."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    cells = b""
    for r, row in enumerate(one.rows):
        for c, value in enumerate(row):
            if isinstance(value, (int, float)):
                cells += record(0x203, struct.pack("<HHHd", r, c, 0, float(value)))
            elif value is not None:
                text = shown(value)[:2000].encode("utf-16-le", "replace")
                cells += record(0x204, struct.pack("<HHHHB", r, c, 0, len(text) // 2, 1) + text)
    merged = b"".join(struct.pack("<4H", t, b, left, r) for t, left, b, r in one.merges)
    if merged:
        cells += record(0xE5, struct.pack("<H", len(one.merges)) + merged)
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    listed = record(0x85, struct.pack("<IBBBB", len(begin) + 4 + 9 + 4, 0, 0, 1, 0) + b"s")
    end = record(0xA)
    return (
        begin
        + listed
        + end
        + record(0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 6))
        + cells
        + end
    )
