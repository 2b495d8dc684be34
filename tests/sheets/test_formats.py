"""The formats besides .xlsx, .xls and CSV: told by bytes, read with their merges, dates, errors and hidden rows."""

import datetime as dt
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlrd
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from tests.sheets import xlsb

from cmledger.errors import NotAWorkbook
from cmledger.sheets.grid import CellError, Grid
from cmledger.sheets.reading import read_book

FILES = Path(__file__).parent / "files"
OFFICE = shutil.which("soffice")


def convert(path: Path, ending: str) -> None:
    """Let LibreOffice write the workbook in another format, beside it."""
    assert OFFICE is not None
    folder = path.parent
    command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", ending, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def codes(grid: Grid) -> dict[str, str]:
    return {f.code: f.message for f in grid.findings}


def test_xlsb(tmp_path: Path) -> None:
    rows = (
        xlsb.row(0)
        + xlsb.shared(0, 0)
        + xlsb.shared(1, 1)
        + xlsb.row(2, hidden=True)
        + xlsb.number(0, 3700000001.0)
        + xlsb.number(1, 45356, style=1)
        + xlsb.error(3, 0x2A)
        + xlsb.inline(4, "备注")
    )
    after = xlsb.record(177) + xlsb.merge(0, 0, 1, 0) + xlsb.record(178)
    read = read_book(xlsb.package(tmp_path / "台账.xls", xlsb.sheet(rows, after), ("户号", "日期")))
    assert read.format == "xlsb"
    (grid,) = read.grids
    assert grid.name == "客户"
    assert grid.rows[0][:2] == ["户号", "日期"]
    assert grid.rows[2] == [3700000001.0, dt.date(2024, 3, 5), "", CellError("#N/A"), "备注"]
    assert grid.merges == [(0, 0, 1, 0)]
    assert "第 3 行" in codes(grid)["hidden-rows"]


CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><o:document-content'
    ' xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<o:body><o:spreadsheet>{}</o:spreadsheet></o:body></o:document-content>"
)


def ods(path: Path, inside: str, manifest: str = "<manifest/>") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", CONTENT.format(inside))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_ods_with_blanks_repeated_to_the_end_of_the_sheet(tmp_path: Path) -> None:
    """As LibreOffice writes every sheet that has a format on whole columns."""
    text = '<t:table-cell o:value-type="string"><x:p>{}</x:p></t:table-cell>'
    blank = '<t:table-cell t:number-columns-repeated="16380"/>'
    path = ods(
        tmp_path / "a.ods",
        '<t:table t:name="客户"><t:table-column t:number-columns-repeated="2"/>'
        f"<t:table-row>{text.format('户号')}{text.format('户<x:s/>名')}{blank}</t:table-row>"
        f'<t:table-row t:number-rows-repeated="3">{blank}</t:table-row>'
        '<t:table-row t:number-rows-repeated="2" t:visibility="filter">'
        '<t:table-cell o:value-type="float" o:value="7" t:number-columns-repeated="2"/></t:table-row>'
        f'<t:table-row><t:table-cell t:formula="of:=1+1"/>{text.format("甲</x:p><x:p>乙")}</t:table-row>'
        f'<t:table-row t:number-rows-repeated="1048569">{blank}</t:table-row></t:table>',
    )
    (grid,) = read_book(path).grids
    assert grid.rows[0] == ["户号", "户 名"]
    assert grid.rows[1:4] == [[None, None]] * 3
    assert grid.rows[4:6] == [[7.0, 7.0]] * 2
    assert grid.rows[6] == [CellError("="), "甲\n乙"]
    assert len(grid.rows) == 7
    assert "第 5-6 行" in codes(grid)["hidden-rows"]
    assert "uncomputed-formulas" in codes(grid)


def test_ods_under_a_password(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", "", "<manifest><encryption-data/></manifest>")
    with pytest.raises(NotAWorkbook, match="密码"):
        read_book(path)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice writes the files")
@pytest.mark.parametrize("ending", ["ods", "fods", "xls", "html"])
def test_what_libreoffice_makes_of_a_workbook(tmp_path: Path, ending: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户"
    sheet.append(["示例所专变台账"])
    sheet.merge_cells("A1:D1")
    sheet.append(["户号", "户名", "容量", "送电日期"])
    sheet.append([3700000001, "示例纺织", 315.5, dt.date(2024, 3, 5)])
    sheet.append([42, "示例\n机械", 400, dt.datetime(2024, 3, 5, 13, 30)])
    sheet["A4"].number_format = "0000000000"
    sheet["C4"].font = sheet["A4"].font = sheet["B4"].font = Font(strike=True)
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    convert(tmp_path / "a.xlsx", ending)
    read = read_book(tmp_path / f"a.{ending}")
    grid = read.grids[0]
    assert read.format == ("ods" if ending == "fods" else ending)
    assert grid.rows[1][:4] == ["户号", "户名", "容量", "送电日期"]
    assert grid.merges == [(0, 0, 0, 3)]
    if ending == "html":  # cells are what the page shows
        assert grid.rows[2][1] == "示例\n机械"  # hidden rows are left out by LibreOffice
        return
    assert grid.rows[2][:4] == [3700000001.0, "示例纺织", 315.5, dt.date(2024, 3, 5)]
    assert grid.rows[3][:4] == ["0000000042", "示例\n机械", 400.0, dt.datetime(2024, 3, 5, 13, 30)]
    assert grid.struck_rows == {4}
    assert "第 3 行" in codes(grid)["hidden-rows"]


SPREADSHEETML = """<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="0000000000"/></Style>
<Style ss:ID="s2"><Font ss:StrikeThrough="1"/></Style></Styles>
<Worksheet ss:Name="客户"><Table><Column ss:Index="3" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">示例所台账</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">户号</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">日期</Data></Cell>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>户</B>名</ss:Data><Comment><ss:Data>批注</ss:Data></Comment></Cell></Row>
<Row ss:Hidden="1"><Cell ss:StyleID="s1" ss:MergeDown="1"><Data ss:Type="Number">42</Data></Cell>
<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="DateTime">2024-03-05T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
<Row><Cell ss:Index="2" ss:StyleID="s2" ss:Formula="=1+1"/><Cell ss:StyleID="s2"><Data ss:Type="DateTime">2024-03-05T13:30:00</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="下拉"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
</Workbook>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312", "UTF-16"])
def test_excel_2003_xml(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(SPREADSHEETML.format(encoding=encoding).encode(encoding))
    read = read_book(path)
    assert read.format == "xml"
    grid, hidden = read.grids
    assert grid.rows[0] == ["示例所台账", None, None, None]
    assert grid.rows[1] == [None] * 4
    assert grid.rows[2] == ["户号", None, "日期", "户名"]
    assert grid.rows[3] == ["0000000042", True, dt.date(2024, 3, 5), CellError("#N/A")]
    assert grid.rows[4] == [None, CellError("="), dt.datetime(2024, 3, 5, 13, 30), None]
    assert grid.merges == [(0, 0, 0, 3), (3, 0, 4, 0)]
    assert grid.struck_rows == {5}
    assert {"hidden-rows", "hidden-columns", "uncomputed-formulas"} <= codes(grid).keys()
    assert (hidden.name, hidden.hidden) == ("下拉", True)


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{encoding}">
<style><!-- td {{mso-number-format:"\\@"}} </style><script>if (1<2) {{}} "<table>"</script></head><body>
<table border=0><tr><td>查询结果<table><caption>专变台账</caption><thead>
<tr><th rowspan=2>户号<th rowspan="2">户&nbsp;名</th><th colspan=2>联系人</tr>
<tr><th>姓名<th>电话</tr></thead>
<tr><td x:num="3700000001">3.7E+09<td>示例<br>纺织 &amp; 机械<td style="mso-number-format:'\\@'" x:num>007<td><s>13800000000</s></tr>
<tr style="display:none"><td>3700000002<td>示例<!-- <td>注 -->冶金<td x:err="#N/A">#N/A<td> </tr>
</table></td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "utf-16"])
def test_web_page_as_workbook(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(PAGE.format(encoding=encoding).encode(encoding))
    read = read_book(path)
    assert read.format == "html"
    assert read.encoding == {"gb2312": "gb18030"}.get(encoding, encoding)
    outer, grid = read.grids
    assert outer.rows == [["查询结果"]]
    assert grid.name == "专变台账"
    assert grid.rows[:2] == [["户号", "户 名", "联系人", None], [None, None, "姓名", "电话"]]
    assert grid.rows[2] == [3700000001.0, "示例\n纺织 & 机械", "007", "13800000000"]
    assert grid.rows[3] == ["3700000002", "示例冶金", CellError("#N/A"), None]
    assert grid.merges == [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)]
    assert "第 4 行" in codes(grid)["hidden-rows"]


def test_page_without_a_word_on_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "电量.xls"
    table = "<table>" + "<tr><td>1</td></tr>" * 5000 + "<tr><td>示例</td></tr></table>"
    path.write_bytes(table.encode("gb18030"))
    read = read_book(path)
    assert (read.encoding, read.grids[0].name, read.grids[0].rows[-1]) == (
        "gb18030",
        "电量",
        ["示例"],
    )


def test_page_packed_as_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    page = "<table><tr><td>户号</td><td>示例=20</td></tr></table>"
    quoted = "".join(f"={b:02X}" for b in page.encode("gb2312"))
    lines = "=\n".join(quoted[at : at + 72] for at in range(0, len(quoted), 72))
    path.write_text(
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
        'Content-Type: text/html; charset="gb2312"\nContent-Transfer-Encoding: quoted-printable\n\n'
        f"{lines}\n--b--\n",
        encoding="ascii",
    )
    assert read_book(path).grids[0].rows == [["户号", "示例=20"]]


def test_et_is_what_its_bytes_say(tmp_path: Path) -> None:
    """WPS writes .et as the OLE workbook it was, or as a zip: both are read by their bytes."""
    shutil.copy(FILES / "office.xls", tmp_path / "台账.et")
    assert read_book(tmp_path / "台账.et").format == "xls"
    book = openpyxl.Workbook()
    book.active.append(["户号"])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.et")
    assert read_book(tmp_path / "a.et").format == "xlsx"


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice writes the file")
def test_1904_says_the_same_in_both_formats(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([dt.date(2024, 3, 5), dt.datetime(2019, 8, 1, 13, 30)])
    book.save(tmp_path / "a.xlsx")
    convert(tmp_path / "a.xlsx", "xls")
    assert xlrd.open_workbook(tmp_path / "a.xls").datemode == 1
    for name in ("a.xlsx", "a.xls"):
        (row,) = read_book(tmp_path / name).grids[0].rows
        assert row == [dt.date(2024, 3, 5), dt.datetime(2019, 8, 1, 13, 30)]


def test_struck_rows_are_told_by_their_numbers() -> None:
    assert read_book(FILES / "office.xls").grids[0].struck_rows == {5}


def test_every_line_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "户号,户名\n3700000001,示例纺织机械公司\n".encode()
    path.write_bytes(good + b"1,\xe7\xa4\n2,x\n3,\xff\n4,\xff\n5,\0\n")
    with pytest.raises(NotAWorkbook, match="第 3, 5-7 行"):
        read_book(path)


def test_lines_may_end_anyhow(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("户号,户名\r1,甲\r\n2,乙\n3,丙".encode())
    assert read_book(path).grids[0].rows == [
        ["户号", "户名"],
        ["1", "甲"],
        ["2", "乙"],
        ["3", "丙"],
    ]
