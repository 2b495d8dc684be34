"""一户一方案 and 纪念日: the cells of a customer merged over its items, cycles and days in many words."""

from datetime import date
from pathlib import Path

from making.answers import FileAnswer, SheetAnswer
from making.customers import spelled
from making.deeds import Doings
from making.office import OFFICE
from making.paper import Paper, new_book, save, written

PLANS_FILE = "plans-dates-merged-accounts.xlsx"
_ITEMS = {
    "D4": "安全隐患排查", "D5": "D5", "G6": "技能培训", "D10": "重点用能设备节能评估", "D9": "涉网设备巡检",
    "B4": "用电检查", "G8": "节能与电能替代技术培训", "G4": "协商停电", "visit": "走访", "B8": "客户用能档案现场核实",
}  # fmt: skip


def plans_book(doings: Doings, folder: Path) -> FileAnswer:
    """Write the workbook; what must come out of it."""
    book = new_book("一户一方案")
    answers = [
        _plans(Paper(book.active, (6, 16, 28, 26, 14, 13, 13, 16)), doings),
        _days(Paper(book.create_sheet("客户纪念日"), (16, 28, 10, 12)), doings),
    ]
    save(book, folder / PLANS_FILE)
    return FileAnswer(
        PLANS_FILE,
        "xlsx",
        "一户一方案、客户纪念日：一户几项时户号户名纵向合并，周期写法不一，日期只有月日",
        answers,
        {
            "customer_plan": len({plan.customer.base for plan in doings.plans}),
            "customer_date": len(doings.days),
        },
    )


def _plans(paper: Paper, doings: Doings) -> SheetAnswer:
    answer = SheetAnswer("一户一方案", "plans", [3])
    answer.fields = {
        "B": "account_no", "D": "service", "E": "cycle", "F": "valid_from", "G": "valid_to", "H": "remark",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}重点客户“一户一方案”", 8)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(
        3, ("序号", "户号", "户名", "服务项目", "服务周期", "起始日期", "截止日期", "备注")
    )
    row, first, serial = 4, 4, 0
    plans = doings.plans
    for number, plan in enumerate(plans):
        one = plan.customer
        fresh = number == 0 or plans[number - 1].customer is not one
        if fresh:
            if row > first:
                _merged(paper, first, row - 1, 3)
            first, serial = row, serial + 1
        shown = [serial, spelled(one, serial % 6), one.name] if fresh else [None] * 3
        until = "" if plan.until is None else written(plan.until, number)
        remark = "客户来函约定" if number % 4 == 0 else ""
        paper.row(
            row, [*shown, _ITEMS[plan.item], plan.word, written(plan.since, number), until, remark]
        )
        answer.took(row, "new")
        row += 1
    _merged(paper, first, row - 1, 3)
    known = plans[0].customer
    paper.row(
        row, [serial + 1, (known.number, "@"), known.name, "用电检查", "看情况", "2026.1.1", "", ""]
    )
    answer.refuses(row, "E", "unknown-cycle")
    return answer


def _days(paper: Paper, doings: Doings) -> SheetAnswer:
    answer = SheetAnswer("客户纪念日", "dates", [1])
    answer.fields = {"A": "account_no", "C": "occasion", "D": "day"}
    paper.header(1, ("户号", "户名", "事由", "日期"))
    for row, (one, what, (month, day)) in enumerate(doings.days, start=2):
        forms = (
            f"{month}月{day}日",
            f"{month}.{day}",
            f"{month:02d}-{day:02d}",
            written(date(1990, month, day), 2),
        )
        paper.row(row, [(one.number, "@"), one.name, what, forms[row % 4]])
        answer.took(row, "new")
    return answer


def _merged(paper: Paper, first: int, last: int, columns: int) -> None:
    for column in range(1, columns + 1):
        paper.merge(first, column, last, column)
