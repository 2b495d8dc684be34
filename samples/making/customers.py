"""The two customer workbooks: 专变 on one sheet with a two-level header, the rest with one sheet per line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl.styles import Font

from making.answers import FileAnswer, SheetAnswer
from making.office import LINES, MANAGERS, OFFICE, PREFIX, Customer, Office
from making.paper import Paper, column_names, new_book, padded, save, written

HIGH_VOLTAGE = "customers-two-level-header-merged-lines.xlsx"
PER_LINE = "customers-one-sheet-per-line.xlsx"

_HEADER: tuple[Any, ...] = (
    "序号", "线路名称", "户 号", "客户名称", "用电地址", "用电类别", "行业分类", "供电电压",
    ("容量（kVA）", ("合同容量", "运行容量")), ("电源情况", ("电源类型", "是否专线")),
    "重要性\n等级", "供电可靠性要求", "停电社会影响", ("新能源", ("光伏", "充电桩")),
    ("联系人", ("姓名", "电话")), ("客户经理", ("姓名", "电话")),
    "立户日期", "缴费方式", "用户状态", "2025年用电量\n（万千瓦时）", "备注",
)  # fmt: skip
_FIELDS = {
    "B": "line", "C": "account_no", "D": "name", "E": "address", "F": "tariff_class", "G": "industry",
    "H": "voltage", "I": "contract_capacity_kva", "J": "operating_capacity_kva", "K": "supply",
    "L": "dedicated_line", "M": "importance", "N": "reliability_need", "O": "social_impact",
    "P": "pv", "Q": "ev_charging", "R": "contact_name", "S": "contact_phone", "T": "manager",
    "U": "manager.phone", "V": "opened_on", "W": "payment_channel", "X": "status", "Y": "kwh:2025", "Z": "remark",
}  # fmt: skip
_VOLTAGES = ("10kV", "10KV", "10千伏", "交流10kV", 10)
_IMPORTANCE = {
    "一级": ("一级", "Ⅰ级", "一级重要"),
    "二级": ("二级", "Ⅱ级"),
    "": ("", "无", "/", ""),
}
_YES = ("√", "是", "有", "Y", 1)
_WIDTHS = (
    5,
    10,
    17,
    30,
    26,
    14,
    16,
    10,
    13,
    9,
    9,
    7,
    8,
    9,
    9,
    6,
    7,
    9,
    15,
    9,
    13,
    13,
    10,
    10,
    13,
    14,
)


def high_voltage_book(office: Office, folder: Path) -> FileAnswer:
    """专变台账: line names merged down, 小计 per line and 合计, two damaged numbers, one row twice."""
    book = new_book("专变台账")
    paper = Paper(book.active, _WIDTHS)
    answer = SheetAnswer("专变台账", "customers", [4, 5], fields=dict(_FIELDS))
    paper.title(1, f"{OFFICE}10kV专变客户台账", 26)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.note(2, 25, "填报日期：2026年11月6日")
    paper.header(4, _HEADER)
    row, total, energy = 6, 0, 0
    for number, line in enumerate(LINES):
        mine = [c for c in office.high_voltage if c.line == line]
        first = row
        for position, one in enumerate(mine):
            energy += _high_voltage_row(paper, answer, row, position, one, number)
            row += 1
            if number == 2 and position == len(mine) - 1:  # the line's last row, pasted once more
                _high_voltage_row(paper, answer, row, position, one, number, outcome="unchanged")
                row += 1
            if number in (1, 4) and position == 4:
                _damaged_row(paper, answer, row, line, number, one)
                row += 1
        paper.merge(first, 2, row - 1, 2)
        kva = sum(c.capacity_kva for c in mine)
        total += kva
        paper.row(row, ["", "小计", f"{len(mine)}户", *[""] * 5, kva, *[""] * 17], bold=True)
        answer.passes(row, "total-row")
        row += 1
    paper.row(row, ["合计", "", *[""] * 6, total, *[""] * 17], bold=True)
    answer.passes(row, "total-row")
    paper.note(row + 2, 1, "填表人：王　五")
    paper.note(row + 2, 9, "审核人：张　三")
    answer.passes(row + 2, "footer-row")
    paper.note(row + 3, 1, "注：容量按合同容量填写，多台变压器写成“台数*容量”。")
    answer.passes(row + 3, "footer-row")
    paper.sheet.freeze_panes = "E6"
    book.create_sheet("Sheet2")
    save(book, folder / HIGH_VOLTAGE)
    return FileAnswer(
        HIGH_VOLTAGE,
        "xlsx",
        "专变客户台账：两级表头，线路名称纵向合并，每线小计，户号写法不一，两个户号已损坏，一行重复",
        [answer, SheetAnswer("Sheet2", None)],
        {"customer": len(office.high_voltage), "consumption": energy, "line": len(LINES)},
    )


def spelled(one: Customer, form: int) -> Any:
    """A 户号 as text or number, with ten or thirteen digits, clean or not: six forms, by number."""
    number, base = one.number, one.base
    if form == 0:
        return (number, "@")
    if form == 1:
        return (base, "@")
    if form == 2:
        return int(number)  # Excel shows 3.70E+12, the value is whole
    if form == 3:
        return (int(base), "0000000000")  # leading zeros live in the number format
    if form == 4:
        wide = number.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
        odd = (
            f" {number} ",
            f"{number[:3]} {number[3:]}",
            f"{number}\u00a0",
            wide,
            f"{number}\u200b",
        )
        return (odd[int(base[-1]) % len(odd)], "@")
    return (number if int(base[-1]) % 2 else base, "@")


def _high_voltage_row(
    paper: Paper,
    answer: SheetAnswer,
    row: int,
    position: int,
    one: Customer,
    form: int,
    outcome: str = "new",
) -> int:
    """Write one customer; how many yearly energies it gives."""
    answer.took(row, outcome)
    months = one.kwh.get(2025, [None])
    known = None not in months and position % 11 != 5
    phone = one.phone
    phones = (
        phone,
        int(phone),
        f"{phone[:3]} {phone[3:7]} {phone[7:]}",
        phone,
        f"{phone[:3]}-{phone[3:]}",
    )
    manager_phone = f"1380000{[name for _, name in MANAGERS].index(one.manager) + 1:04d}"
    yes = _YES[position % len(_YES)]
    importance = _IMPORTANCE[one.importance]
    paper.row(row, [
        position + 1, one.line if position == 0 else None, spelled(one, form), one.name, one.address,
        one.tariff, one.industry, _VOLTAGES[position % len(_VOLTAGES)],
        one.capacity if "*" in one.capacity or "×" in one.capacity else one.capacity_kva,
        one.capacity_kva if position % 3 == 0 else None,
        one.supply, "是" if one.dedicated else "否", importance[position % len(importance)],
        one.reliability or ("无", "", "一般", "")[position % 4], yes if one.social else "",
        yes if one.pv and not one.told_later else "", "", padded(one.contact),
        phones[position % len(phones)], padded(one.manager), manager_phone,
        written(one.opened_on, position) if one.opened_on else "",
        one.channel, "已销户" if one.closed else "正常用电",
        (one.year_kwh(2025) / 10000, "0.0000") if known else "",
        "已办理销户" if one.closed else "",
    ])  # fmt: skip
    return int(known)


def _damaged_row(
    paper: Paper, answer: SheetAnswer, row: int, line: str, form: int, like: Customer
) -> None:
    """A customer whose number Excel has spoilt: as E-notation text, or with its last digits made zeros."""
    account: Any = ("3.70123E+12", "@") if form == 1 else 3704560000000
    values = ["", None, account, f"测试受损{line[2]}号有限公司", "示例县示例镇", like.tariff]
    paper.row(row, [*values, like.industry, "10kV", 315, *[""] * 17])
    answer.refuses(row, "C", "damaged-number")


# --- one sheet per line --------------------------------------------------------------------------

_COLUMNS: dict[str, tuple[str, ...]] = {
    "": ("序号", "序号", "No."),
    "transformer_area": ("台区名称", "台区", "所属台区"),
    "account_no": ("用户编号", "户号", "客户编号"),
    "name": ("用户名称", "户名", "客户名称"),
    "address": ("用电地址", "地址", "装表地址"),
    "voltage": ("电压等级", "供电电压", "电压等级"),
    "tariff_class": ("用电类别", "用电性质", "用电类别"),
    "contract_capacity_kva": ("合同容量(kVA)", "合同容量\n（千伏安）", "报装容量（kVA）"),
    "pv": ("光伏", "是否光伏", "光伏"),
    "ev_charging": ("充电桩", "是否有充电桩", "充电桩"),
    "manager": ("客户经理", "客户经理", "台区经理"),
    "contact_name": ("联系人", "联系人", "联系人"),
    "contact_phone": ("联系电话", "手机号", "联系方式"),
    "payment_channel": ("缴费方式", "交费方式", "缴费渠道"),
}
_PER_LINE_WIDTHS = (5, 16, 16, 18, 24, 9, 14, 14, 7, 8, 9, 9, 15, 11)


def per_line_book(office: Office, folder: Path) -> FileAnswer:
    """低压及新能源客户: a cover, instructions, then a sheet for each line with a header of its own."""
    book = new_book("封面")
    cover = Paper(book.active, (60,))
    cover.title(6, "低压及新能源客户台账", 1)
    for row, text in ((9, f"单位：{OFFICE}"), (10, "编制：王　五"), (11, "二〇二六年十一月")):
        cover.note(row, 1, text)
    notes = Paper(book.create_sheet("填表说明"), (80,))
    for row, text in enumerate(
        ("填表说明", "1. 每条线路一张表，表名即线路名称。", "2. 有光伏、充电桩的打√，没有的不填。",
         "3. 户号填 10 位或 13 位均可。"), start=1,
    ):  # fmt: skip
        notes.note(row, 1, text)
    notes.sheet["A1"].font = Font(name="宋体", bold=True)
    sheets = [SheetAnswer("封面", None), SheetAnswer("填表说明", None)]
    for number, line in enumerate(LINES):
        paper = Paper(book.create_sheet(line), _PER_LINE_WIDTHS)
        sheets.append(_line_sheet(paper, office, line, number))
    save(book, folder / PER_LINE)
    return FileAnswer(
        PER_LINE,
        "xlsx",
        "低压、光伏、充电桩客户：封面和说明之后每条线路一张表，表头位置和叫法各不相同，线路只写在表名里",
        sheets,
        {"customer": len(office.low_voltage)},
    )


def _line_sheet(paper: Paper, office: Office, line: str, number: int) -> SheetAnswer:
    """Header in row 1, 2 or 3, once with a row of column numbers below it, once of two levels."""
    titles: list[Any] = [names[number % 3] for names in _COLUMNS.values()]
    above = (2, 0, 1, 2, 2, 2)[number]
    if above:
        paper.title(1, f"{OFFICE}{line}低压及新能源客户台账", len(titles))
    if above == 2 and number != 5:
        paper.note(2, 1, f"单位：{OFFICE}")
    header = above + 1
    answer = SheetAnswer(line, "customers", [header])
    answer.fields = {
        letter: field
        for letter, field in zip(column_names(len(titles)), _COLUMNS, strict=True)
        if field
    }
    if number == 4:
        titles[11:13] = [("联系人", ("姓名", "联系电话"))]
        answer.header_rows = [header, header + 1]
    paper.header(header, titles)
    row = header + len(answer.header_rows or [])
    if number == 2:
        paper.row(row, ["栏次", *range(1, len(_COLUMNS))])
        answer.passes(row, "reference-row")
        row += 1
    return _line_rows(paper, answer, office, line, number, row)


def _line_rows(
    paper: Paper, answer: SheetAnswer, office: Office, line: str, number: int, row: int
) -> SheetAnswer:
    mine = [c for c in office.low_voltage if c.line == line]
    area_from = row
    for position, one in enumerate(mine):
        merged = number == 3
        first_of_area = position == 0 or mine[position - 1].area != one.area
        if merged and first_of_area and position:
            paper.merge(area_from, 2, row - 1, 2)
            area_from = row
        area = one.area if first_of_area or not merged else None
        paper.row(row, [position + 1, area, *_low_voltage_cells(one, position, number)])
        answer.took(row, "new")
        row += 1
    if number == 3:
        paper.merge(area_from, 2, row - 1, 2)
    for cells, outcome in _known_already(office, line):
        paper.row(row, [len(mine) + 1, "", *cells])
        answer.took(row, outcome)
        row += 1
    paper.row(row, ["合计", "", f"共{len(mine)}户", *[""] * (len(_COLUMNS) - 3)], bold=True)
    answer.passes(row, "total-row")
    if number % 2 == 0:
        paper.note(row + 1, 1, "填表人：周　九    填报日期：2026.11.6")
        answer.passes(row + 1, "footer-row")
    return answer


def _low_voltage_cells(one: Customer, position: int, number: int) -> list[Any]:
    no = ("", "否", "", "无")[position % 4]
    three_phase = one.capacity_kva > 8
    return [
        spelled(one, 5), one.name, one.address,
        ("380V", "交流380V", "0.4kV")[number % 3] if three_phase else ("220V", "交流220V")[number % 2],
        one.tariff, one.capacity_kva, _YES[position % 4] if one.pv else no,
        _YES[(position + 1) % 4] if one.ev else no, padded(one.manager), padded(one.contact),
        one.phone, one.channel,
    ]  # fmt: skip


def _known_already(office: Office, line: str) -> Iterator[tuple[list[Any], str]]:
    """专变 customers that stand here too: once with news, under the other form of their number; once without."""
    for one in office.high_voltage:
        if one.line != line or not one.told_later:
            continue
        other = one.base if _thirteen_in_first_book(one) else one.number
        yield _sparse(one, other, "√"), "changed"
    if line == LINES[3]:
        one = next(c for c in office.high_voltage if c.line == line and not c.pv)
        yield _sparse(one, one.base, ""), "unchanged"


def _thirteen_in_first_book(one: Customer) -> bool:
    value = spelled(one, LINES.index(one.line))
    shown = str(value[0] if isinstance(value, tuple) else value)
    return PREFIX in shown[:4]


def _sparse(one: Customer, account: str, pv: str) -> list[Any]:
    manager = padded(one.manager)
    return [(account, "@"), one.name, "", "10kV", one.tariff, "", pv, "", manager, "", "", ""]
