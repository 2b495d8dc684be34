"""A customer workbook of 100,000 rows and 18 columns, with shared strings as Excel writes it, or inline ones."""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

HEADER = (
    "户号", "户名", "用电地址", "线路", "台区", "用电类别", "行业分类", "供电电压", "合同容量(kVA)",
    "运行容量(kVA)", "电源类型", "重要性等级", "光伏", "客户经理", "联系人", "联系电话", "立户日期", "缴费方式",
)  # fmt: skip
_TARIFFS = ("大工业用电", "一般工商业", "居民生活用电", "农业生产用电")
_INDUSTRIES = ("纺织业", "食品制造业", "零售业", "仓储业", "农业")
_SUPPLIES = ("单电源", "单电源", "单电源", "双电源", "双回路")
_IMPORTANCE = ("", "", "", "一级", "二级")
_CHANNELS = ("网上国网", "微信", "支付宝", "银行代扣", "营业厅", "")
_WORDS = "华兴瑞和泰安顺恒嘉润盛源德昌"

Cell = str | int | None


def customer_rows(count: int) -> Iterator[list[Cell]]:
    """The same rows every time: mixed text and numbers, dates as serial numbers, every number unique."""
    draw = random.Random(18)
    for serial in range(count):
        capacity = draw.choice((50, 100, 200, 315, 630, 1250))
        name = "".join(draw.choices(_WORDS, k=3))
        yield [
            f"3701{serial:08d}{draw.randrange(1, 10)}",
            f"示例{name}{draw.randrange(1000)}号有限公司",
            f"示例县示例镇{draw.choice(_WORDS)}路{draw.randrange(3000)}号",
            f"示例{serial % 40 + 1}线", f"示例{serial % 900 + 1}号台区",
            draw.choice(_TARIFFS), draw.choice(_INDUSTRIES), draw.choice(("10kV", "380V", "220V")),
            capacity, capacity, draw.choice(_SUPPLIES), draw.choice(_IMPORTANCE),
            draw.choice(("是", "", "")), f"示例经理{serial % 60 + 1}", draw.choice(_WORDS) + "某",
            f"1380000{draw.randrange(10**4):04d}", draw.randrange(39448, 45000),
            draw.choice(_CHANNELS) or None,
        ]  # fmt: skip


def write_workbook(path: Path, count: int, *, shared: bool) -> None:
    """Write the sheet XML directly: openpyxl would take minutes."""
    strings: dict[str, int] = {}
    uses = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, content in _FRAME.items():
            out.writestr(name, content.replace("{shared}", _SHARED_PART if shared else ""))
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"{_XML}<worksheet {_NS}><sheetData>".encode())
            lines = [list(HEADER), *customer_rows(count)]
            for start in range(0, len(lines), 2000):
                parts = []
                for number, row in enumerate(lines[start : start + 2000], start=start + 1):
                    parts.append(f'<row r="{number}">')
                    for column, value in zip("ABCDEFGHIJKLMNOPQR", row, strict=True):
                        if value is None or value == "":
                            continue
                        where = f"{column}{number}"
                        style = ' s="1"' if column == "Q" and number > 1 else ""
                        if isinstance(value, int):
                            parts.append(f'<c r="{where}"{style}><v>{value}</v></c>')
                        elif shared:
                            uses += 1
                            index = strings.setdefault(value, len(strings))
                            parts.append(f'<c r="{where}" t="s"><v>{index}</v></c>')
                        else:
                            parts.append(
                                f'<c r="{where}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
                            )
                    parts.append("</row>")
                sheet.write("".join(parts).encode())
            sheet.write(b"</sheetData></worksheet>")
        if shared:
            items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
            head = f'<sst {_NS} count="{uses}" uniqueCount="{len(strings)}">'
            out.writestr("xl/sharedStrings.xml", f"{_XML}{head}{items}</sst>")


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHARED_PART = (
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_PART}.sharedStrings+xml"/>'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FRAME = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_PART}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PART}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_PART}.styles+xml"/>{{shared}}</Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook {_NS} xmlns:r="{_REL}"><sheets>'
    '<sheet name="客户台账" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f'{_XML}<styleSheet {_NS}><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}  # fmt: skip
