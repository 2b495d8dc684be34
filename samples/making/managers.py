"""客户经理台账: title, unit row, grades in several words; the office's own .xls."""

import subprocess
import tempfile
from pathlib import Path

from making.answers import FileAnswer, SheetAnswer
from making.office import LINES, MANAGERS, OFFICE
from making.paper import Paper, new_book, padded, save

MANAGERS_FILE = "managers-real-xls.xls"
_GRADES = {
    "chief": ("首席", "首席客户经理"),
    "senior": ("高级", "高级客户经理"),
    "general": ("普通", "普通客户经理", "普通"),
}


def managers_book(folder: Path, *, write: bool) -> FileAnswer:
    """The answer, and the workbook itself where `write`: LibreOffice must be installed for that."""
    book = new_book("客户经理")
    paper = Paper(book.active, (6, 11, 11, 16, 15, 30, 16))
    answer = SheetAnswer("客户经理", "managers", [3])
    answer.fields = {
        "B": "name", "C": "employee_no", "D": "grade", "E": "phone", "F": "lines", "G": "remark",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户经理台账", 7)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(3, ("序号", "姓 名", "工号", "客户经理级别", "联系电话", "负责线路", "备注"))
    row = 4
    for serial, (grade, name) in enumerate(MANAGERS, start=1):
        words = _GRADES[grade]
        general = serial - 7
        paper.row(row, [
            serial, padded(name), (f"CS{serial:04d}", "@"), words[serial % len(words)],
            int(f"1380000{serial:04d}") if serial % 3 == 0 else f"1380000{serial:04d}",
            LINES[general] if general >= 0 else "全部线路", "兼走访计划" if serial == 3 else "",
        ])  # fmt: skip
        answer.took(row, "new")
        row += 1
    paper.row(row, ["合计", f"{len(MANAGERS)}人", *[""] * 5], bold=True)
    answer.passes(row, "total-row")
    paper.note(row + 1, 1, "填表人：王　五      填报日期：2026年11月6日")
    answer.passes(row + 1, "footer-row")
    if write:
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / Path(MANAGERS_FILE).with_suffix(".xlsx").name
            save(book, source)
            convert = ["soffice", "--headless", "--convert-to", "xls:MS Excel 97", "--outdir"]
            subprocess.run([*convert, str(folder), str(source)], check=True, capture_output=True)
    return FileAnswer(
        MANAGERS_FILE,
        "xls",
        "客户经理台账：Excel 97 格式（.xls），级别写法不一，两字姓名中间垫空格",
        [answer],
        {"manager": len(MANAGERS)},
    )
