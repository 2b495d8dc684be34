"""Energy: 2024 as a long GB18030 .csv from the marketing system, 2025 as a wide sheet kept by the office."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

from making.answers import FileAnswer, SheetAnswer
from making.customers import spelled
from making.office import LINES, OFFICE, Office
from making.paper import Paper, new_book, save

LONG = "consumption-2024-long-gb18030.csv"
WIDE = "consumption-2025-wide-months.xlsx"


def long_csv(office: Office, folder: Path) -> FileAnswer:
    """One row per customer and month; numbers end in a tab, which keeps Excel from rounding them."""
    answer = SheetAnswer(Path(LONG).stem, "consumption", [1])
    answer.fields = {"A": "account_no", "C": "period", "D": "kwh"}
    text = StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(["用户编号", "用户名称", "电费年月", "售电量(千瓦时)"])
    row = 2
    for one in office.customers:
        for month, kwh in enumerate(one.kwh.get(2024, ()), start=1):
            out.writerow([one.number + "\t", one.name, f"2024{month:02d}", kwh])
            answer.took(row, "new")
            row += 1
    (folder / LONG).write_bytes(text.getvalue().encode("gb18030"))
    return FileAnswer(
        LONG,
        "csv",
        "2024 年分月售电量：一户一月一行，GB18030 编码（含一个 GBK 没有的字），户号后带制表符",
        [answer],
        {"consumption": row - 2},
    )


def wide_book(office: Office, folder: Path) -> FileAnswer:
    """One row per customer, 1月…12月 under a merged year, 合计 at the right and below."""
    book = new_book("2025年售电量")
    paper = Paper(book.active, (5, 11, 17, 28, *[10] * 12, 12))
    answer = SheetAnswer("2025年售电量", "consumption", [3, 4])
    answer.fields = {"C": "account_no"} | {
        column: f"kwh:2025-{month:02d}" for month, column in enumerate("EFGHIJKLMNOP", start=1)
    }
    paper.title(1, f"{OFFICE}2025年客户分月售电量统计表", 17)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.note(2, 16, "单位：千瓦时")
    months = [f"{month}月" for month in range(1, 13)]
    paper.header(3, ("序号", "线路", "用户编号", "用户名称", ("2025年售电量", months), "合计"))
    row, cells, sums = 5, 0, [0] * 12
    for line in LINES:
        for one in (c for c in office.customers if c.line == line and 2025 in c.kwh):
            kwh = one.kwh[2025]
            shown: list[Any] = ["/" if value is None else value for value in kwh]
            if row % 40 == 0:
                shown[6] = f"{shown[6]:,}" if isinstance(shown[6], int) else shown[6]
            paper.row(row, [
                row - 4, line, spelled(one, row % 3), one.name,
                *[(value, "#,##0") if isinstance(value, int) else value for value in shown],
                (one.year_kwh(2025), "#,##0"),
            ])  # fmt: skip
            answer.took(row, "new")
            cells += sum(1 for value in kwh if value is not None)
            sums = [total + (value or 0) for total, value in zip(sums, kwh, strict=True)]
            row += 1
    paper.row(row, ["合计", "", "", "", *sums, sum(sums)], bold=True)
    answer.passes(row, "total-row")
    paper.note(row + 1, 1, "制表人：李　四")
    answer.passes(row + 1, "footer-row")
    paper.sheet.freeze_panes = "E5"
    save(book, folder / WIDE)
    return FileAnswer(
        WIDE,
        "xlsx",
        "2025 年分月售电量：1月…12月横排，两级表头，单位在标题行，合计行和合计列，“/”表示没有",
        [answer],
        {"consumption": cells},
    )
