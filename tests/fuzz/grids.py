"""Random workbooks as offices might have them, and as none has: cells, merges, hidden and struck rows, several tables, forms.

Everything comes from one random.Random, so that a case is its number. Names, numbers and phones are made up.
"""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import LAYOUTS


@dataclass(frozen=True)
class Err:
    """An error in a cell: #N/A."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula with its result, as a program that has computed it leaves it; None: nobody has."""

    text: str
    result: Any = None


@dataclass(frozen=True)
class Padded:
    """A number that is shown with leading zeros."""

    value: int


@dataclass
class Sheet:
    """rows: cells from A1 on. merges: top, left, bottom, right, 0-based. struck, hidden: 0-based rows."""

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_hidden: bool = False
    odd: bool = False
    """It holds what no CSV or XML can hold, or more than one table."""


Random = random.Random

ACCOUNTS = tuple(f"37000000{n:02d}" for n in range(1, 31))
PEOPLE = ("示例甲", "示例乙", "测试员丙", "样例丁", "示例甲·戊")
PLACES = ("示例一线", "示例二线", "示例一台区", "示例村", "示例社区", "10kV示例三线", "示例1号公变")
OFFICES = ("示例供电所", "示例甲供电所", "示例乙所", "某某市示例供电公司")
FIRMS = (
    "示例纺织厂",
    "示例机械有限公司",
    "示例超市（东店）",
    "示例 小学",
    "示例食品\n加工厂",
    "示例商店",
)
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
CONTROLS = "\x00\x01\x07\x08\x0b\x0c\x0e\x1b\x1f\x7f\x85\u2028\u2029\ufeff\ufffe\uffff\u200b\u202e\u200f\u061c"

ODD: tuple[Any, ...] = (
    None, "", " ", "\u3000", "\xa0", "\u200b", "清空", "清 空", "合计", "小计", "总计：", "填表人：示例甲", "注：本表由所长审核", "一、示例一线",
    "二、", "示例一线（12户）", "示例村", "其他", "-", "—", "/", "无", "待定", "同上", "″", "3.7E+12", "1.23E+17", 123456789012345678, 3700000000000000,
    1e300, -1e300, 1e-300, float(2**53), 0, -0.0, 0.1 + 0.2, 99999999999, 2958466, 2958465.99999, -1, 60, 0.5, 36526.5,
    "1,234.5", "１２３４", "1 234", "1.2.3", "12万", "12万kWh", "5千瓦时", "-5", "+5", "(5)", "5%", "1e5", "0x1F", "∞", "NaN", "inf", "-inf", "٣٤", "²",
    True, False, "TRUE", "是", "否", "√", "×", "○", Err("#N/A"), Err("#REF!"), Formula("1+1"), Formula("SUM(A1:A2)", 3), Formula("A1", "文"), Formula("1/0", Err("#DIV/0!")),
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "'文", "\t文", "文\t", "甲\n乙", "甲\r\n乙", "甲_x000D_乙", "_x0000_", "_xD800_", "_x005F_x0041_",
    dt.date(2024, 2, 29), dt.date(1900, 1, 1), dt.date(9999, 12, 31), dt.datetime(2026, 11, 2, 13, 30), dt.date(2031, 1, 1), dt.time(8, 30), "2024.2.30", "2026-11-02",
    "2026年11月2日", "20261102", "11月2日", "2026.11", "26/11/2", "0000-00-00", "2026-13-01", "昨天", "2024.3.5、2024.3.6", Padded(42), Padded(3700000001),
    "13800000001", 13800000001, "138 0000 0001", "1380000000", "0530-1234567", "13800000001/13900000002", "示例甲 13800000001", "示例甲、示例乙", "示例甲/示例乙",
    "370000000000000001", "370101199001011234", "示例\u202e甲", "\ufeff示例", "é", "e\u0301", "👩‍👩‍👧‍👦", "𠮷野", "{0}", "{x}", "%s", "%(a)s", "\\", "'", '"', "''", "--", "; DROP TABLE customer", "<b>", "&amp;", "]]>", "\\N", "None", "nan", "null",
    "3700000001 3700000002", "户号", "户名", "序号", "甲户号", "走访日期", "供电所", "x" * 300, "示" * 10_000, "9" * 400, "1" * 5000, " " * 2000, "/" * 3000, "、" * 3000, ("甲、" * 2000),
)  # fmt: skip


def odd(rng: Random) -> Any:
    """What stands in no column, or in any."""
    if rng.random() < 0.08:
        return rng.choice(FIRMS)[:2] + rng.choice(CONTROLS) + "文"
    if rng.random() < 0.1:
        return rng.choice([rng.uniform(-1e6, 1e6), rng.randint(-(10**18), 10**18), rng.gauss(0, 1)])
    return rng.choice(ODD)


def _account(rng: Random) -> Any:
    text = rng.choice(ACCOUNTS)
    return rng.choice([text, text, text, int(text), f"370{text}", float(text), f" {text} ", f"'{text}", Padded(int(text))])  # fmt: skip


def _day(rng: Random) -> Any:
    day = dt.date(2026, 11, 1) - dt.timedelta(rng.randint(-40, 700))
    return rng.choice([day, day.isoformat(), f"{day:%Y.%-m.%-d}", f"{day:%Y年%-m月%-d日}", f"{day:%Y%m%d}", f"{day:%Y/%m/%d}"])  # fmt: skip


def _number(rng: Random) -> Any:
    value = rng.choice([0, 1, 315, 400, 1250.5, 12345.678, 99999999])
    return rng.choice([value, value, str(value), f"{value:,}", f"{value}kVA", f"{value}万"])


def _text(rng: Random) -> Any:
    return rng.choice([*FIRMS, *PLACES, "示例路 1 号", "无异常", "用电检查", None, None])


SOUND: dict[str, Callable[[Random], Any]] = {
    "AccountNo": _account,
    "OldAccountNo": lambda rng: rng.choice([None, f"00{rng.choice(ACCOUNTS)[2:]}", _account(rng)]),
    "Phone": lambda rng: rng.choice([f"1380000{rng.randint(0, 9999):04d}", 13900000000 + rng.randint(0, 99), None, "0530-1234567"]),
    "Contact": lambda rng: rng.choice([*PEOPLE, None, "示例甲 13800000001", "示例甲、样例丁"]),
    "Person": lambda rng: rng.choice(PEOPLE),
    "Name": lambda rng: rng.choice([*FIRMS, *PLACES]),
    "OfficeName": lambda rng: rng.choice([OFFICES[0], OFFICES[0], *OFFICES]),
    "Code": lambda rng: rng.choice([None, "A1", "007", 7, "B-2", rng.randint(1, 10**9), f"DN{rng.randint(1, 99)}"]),
    "Date": _day,
    "Year": lambda rng: rng.choice([2024, 2025, "2025", "2025年", "25"]),
    "Month": lambda rng: rng.choice([1, 2, "3", "全年", "12月", 13]),
    "Period": lambda rng: rng.choice(["202501", 202502, "2025-03", "2025年", "2025年4月", dt.date(2025, 5, 1)]),
    "Energy": _number,
    "Capacity": lambda rng: rng.choice([_number(rng), "2*200", "315+400"]),
    "Quantity": _number,
    "Voltage": lambda rng: rng.choice(["10kV", "交流10kV", "380V", "220", 10, "AC00101"]),
    "Minute": lambda rng: rng.choice(["2026-12-01 08:00", dt.datetime(2026, 12, 1, 8, 30), "12月1日8时至12时", "8:00-12:00", "2026.12.1 8:00", "24:00", dt.time(8, 30), "次日6:00", _day(rng)]),
    "Duration": lambda rng: rng.choice([240, 4, "4小时", "30分钟", "1.5h", -1, "全天"]),
    "MonthDay": lambda rng: rng.choice(["5月6日", "05-06", "2-29", "2月30日", dt.date(1980, 5, 6), "农历五月初五", 506]),
    "Cycle": lambda rng: rng.choice(["每月", "每季", "2次/年", "每半年一次", "不做", "每两个月", "随时", "13次/天", None]),
    "Count": lambda rng: rng.choice([0, 3, "5份", "12人", -1, 2.5, None]),
    "Months": lambda rng: rng.choice([6, 12, "一年", "半年", 0, None]),
    "Service": lambda rng: rng.choice(["B4", "走访", "用电检查", "M1", "座谈会", "不存在", "visit"]),
    "Services": lambda rng: rng.choice([None, "B4", "B4、C1", "用电检查", "不存在"]),
}  # fmt: skip


def sound(rng: Random, column: Column) -> Any:
    """What may stand in such a column."""
    name = type(column.kind).__name__
    if name in SOUND:
        return SOUND[name](rng)
    if column.kind.choices:
        return rng.choice([*column.kind.choices, None])
    return _text(rng)


def _header(rng: Random, column: Column) -> Any:
    word = rng.choice([column.title, column.title, *column.aliases])
    how = rng.random()
    if how < 0.8:
        return word
    return rng.choice([f" {word} ", f"{word}*", f"{word}（必填）", f"*{word}", "\n".join(word), f"{word}：", f"{word}\xa0", word[:-1], f"新{word}", f"{word}\n(说明)"])  # fmt: skip


def _energy_columns(rng: Random) -> list[Any]:
    year = rng.choice(["2025年", "", "2024年", "去年"])
    return rng.choice(
        [
            [f"{year}{month}月" for month in range(1, rng.randint(2, 13))],
            [f"{year}用电量(万kWh)", "2024年用电量"],
            [f"{year}{month}月电量（kWh）" for month in rng.sample(range(1, 13), 3)],
            [202501 + n for n in range(3)],
        ]
    )


def table(rng: Random, layout: Layout | None = None) -> list[list[Any]]:
    """A header and the rows below it."""
    layout = layout or rng.choice(LAYOUTS)
    must = [c for c in layout.columns if c.required or c.field in layout.key]
    may = [c for c in (*layout.columns, *layout.readings) if c not in must]
    columns: list[Column | None] = [*must, *rng.sample(may, min(len(may), rng.randint(0, 7)))]
    if rng.random() < 0.15:
        columns.pop(rng.randrange(len(columns)))
    if rng.random() < 0.15 and columns:
        columns.append(rng.choice(columns))
    columns += [None] * rng.choice([0, 0, 0, 1, 2])
    if rng.random() < 0.5:
        rng.shuffle(columns)
    header = [
        _header(rng, c) if c else rng.choice(["序号", "示例栏", None, odd(rng)]) for c in columns
    ]
    energies = (
        _energy_columns(rng)
        if layout.kind in ("customers", "consumption") and rng.random() < 0.3
        else []
    )
    damage = rng.choice([0, 0, 0.02, 0.1, 0.4])
    rows: list[list[Any]] = [header + energies]
    for number in range(rng.choice([0, 1, 2, 3, 5, 8, 12])):
        row = [sound(rng, c) if c else rng.choice([number + 1, None, "文"]) for c in columns]
        row += [_number(rng) for _ in energies]
        rows.append([odd(rng) if rng.random() < damage else cell for cell in row])
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        rows.insert(rng.randint(1, len(rows)), _interruption(rng, rows))
    return rows


def _interruption(rng: Random, rows: list[list[Any]]) -> list[Any]:
    """A row that may be no data."""
    width = max(1, len(rows[0]))
    alone: list[Any] = [None] * width
    alone[rng.randrange(width)] = rng.choice([odd(rng), rng.choice(PLACES), "合计", "一、示例一线", "填表人：示例甲"])  # fmt: skip
    total = ["合计", *[rng.choice([None, 12345]) for _ in range(width - 1)]]
    numbering = list(range(1, width + 1))
    return rng.choice([alone, alone, total, [None] * width, list(rows[0]), list(rng.choice(rows)), numbering])  # fmt: skip


def form(rng: Random) -> list[list[Any]]:
    """Labels and values on a sheet."""
    layout = rng.choice(LAYOUTS)
    columns = rng.sample(layout.columns, min(len(layout.columns), rng.randint(3, 9)))
    if rng.random() < 0.8 and layout.columns[0] not in columns:
        columns.insert(0, layout.columns[0])
    items: list[Any] = []
    for column in columns:
        value = odd(rng) if rng.random() < 0.1 else sound(rng, column)
        items.append(rng.choice([[column.title, value], [column.title, value], [f"{column.title}：", value], [f"{column.title}：{value}"]]))  # fmt: skip
    per_row = rng.choice([1, 2, 2, 3])
    rows = [[c for item in items[i : i + per_row] for c in item] for i in range(0, len(items), per_row)]  # fmt: skip
    return [[rng.choice(["客户走访记录表", "示例供电所客户档案", None])], *rows]


def sheet(rng: Random, name: str) -> Sheet:
    """A sheet of one table mostly."""
    how = rng.random()
    several = False
    if how < 0.72:
        rows = table(rng)
    elif how < 0.82:
        rows, several = form(rng), True
        if rng.random() < 0.3:
            rows += [[], *form(rng)]
    elif how < 0.92:
        rows, several = [*table(rng), *([[]] * rng.randint(0, 2)), *([[rng.choice(["示例乙供电所客户台账", "2024年售电量", "附表"])]] * rng.randint(0, 1)), *table(rng)], True  # fmt: skip
    elif how < 0.95:
        left, right = table(rng), table(rng)
        height, width = max(len(left), len(right)), max(map(len, left))
        gap = rng.randint(0, 2)
        rows, several = [[*_row(left, r, width), *([None] * gap), *_row(right, r, 0)] for r in range(height)], True  # fmt: skip
    else:
        rows = [
            [odd(rng) for _ in range(rng.randint(0, 12))] for _ in range(rng.choice([0, 1, 3, 10]))
        ]
        several = True
    if rng.random() < 0.5:
        titles = [["示例供电所客户台账"], ["2025年售电量统计表（单位：万kWh）"], ["单位：示例供电所", None, "填表日期：2026年1月"], [], ["附件1"], [odd(rng)], ["客户信息", None, None, "用电信息"]]  # fmt: skip
        rows = [*rng.sample(titles, rng.randint(1, 3)), *rows]
    if rng.random() < 0.1:
        rows = [[None, *row] for row in rows]
    made = Sheet(name, [list(row) for row in rows], odd=several)
    _dress(rng, made)
    return made


def _row(rows: list[list[Any]], number: int, width: int) -> list[Any]:
    row = rows[number] if number < len(rows) else []
    return [*row, *([None] * (width - len(row)))]


def _dress(rng: Random, made: Sheet) -> None:
    """Merges, and what is struck out or hidden."""
    height, width = len(made.rows), max(map(len, made.rows), default=0)
    if not height or not width:
        return
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2, 4])):
        top, left = rng.randrange(height), rng.randrange(width)
        bottom, right = (
            min(height + 1, top + rng.choice([0, 1, 2])),
            min(width, left + rng.choice([0, 1, 3])),
        )
        taken = {(r, c) for t, le, b, ri in made.merges for r in range(t, b + 1) for c in range(le, ri + 1)}  # fmt: skip
        cells = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        if len(cells) > 1 and not cells & taken:
            made.merges.append((top, left, bottom, right))
            for r, c in cells - {(top, left)}:
                if r < height and c < len(made.rows[r]):
                    made.rows[r][c] = None
    for rows in (made.struck, made.hidden):
        if rng.random() < 0.12:
            rows |= set(rng.sample(range(height), min(height, rng.randint(1, 3))))
    if rng.random() < 0.08:
        made.hidden_columns = {rng.randrange(width)}
    made.is_hidden = rng.random() < 0.05


def book(rng: Random) -> list[Sheet]:
    """The sheets of a workbook; the first is never hidden."""
    names = [
        "客户台账",
        "Sheet1",
        "示例一线",
        "2025年",
        "走访",
        "联络员",
        "售电量",
        "表 2",
        "'引号'",
        "a&b<c>",
    ]
    sheets = [sheet(rng, name) for name in rng.sample(names, rng.choice([1, 1, 1, 1, 2, 3]))]
    sheets[0].is_hidden = False
    return sheets


def filled_rows(sheet: Sheet, is_blank: Callable[[Any], bool]) -> list[int]:
    """Excel's numbers of the rows that hold anything; what is blank is for the caller to say."""
    return [n for n, row in enumerate(sheet.rows, 1) if any(not is_blank(_plain(c)) for c in row)]


def _plain(cell: Any) -> Any:
    return 0 if isinstance(cell, (Err, Formula, Padded)) else cell


def options(rng: Random, sheets: Sequence[str]) -> list[str]:
    """Options as a user might give them, rightly or not."""
    kinds = [one.kind for one in LAYOUTS]
    fields = [c.name for one in LAYOUTS for c in one.columns]
    given: list[str] = []
    for chance, make in (
        (0.2, lambda: ["--kind", rng.choice([*kinds, "客户台账", "nonsense", ""])]),
        (0.12, lambda: ["--sheet", rng.choice([*sheets, "没有的表"])]),
        (0.15, lambda: ["--map", f"{rng.choice('ABCDEFGZ')}={rng.choice([*fields, 'ignore', 'kwh:2025', 'kwh:2025-03', '@万kWh', 'kwh:2025@万kWh', 'nonsense'])}"]),
        (0.08, lambda: ["--map", f"{rng.choice(['户号', '示例栏', '编号', '没有'])}={rng.choice(fields)}"]),
        (0.1, lambda: ["--header-rows", rng.choice(["1", "2", "1-2", "0", "2-3", "3-1", "99", "1,4", "x", f"{rng.choice(sheets)}=1", "没有=1"])]),
        (0.25, lambda: ["--year", rng.choice(["2024", "2025"])]),
        (0.1, lambda: ["--complete"]),
        (0.15, lambda: ["--again"]),
        (0.3, lambda: ["--office", rng.choice(["示例供电所", "示例乙供电所", " ", "\n"])]),
        (0.04, lambda: ["--max-cells", rng.choice(["1", "50", "1000000"])]),
    ):  # fmt: skip
        if rng.random() < chance:
            given += make()
    return given
