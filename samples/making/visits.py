"""走访记录 of a year: dates in nine notations, the header repeated after page breaks, 小计 per month."""

from pathlib import Path
from typing import Any

from making.answers import FileAnswer, SheetAnswer
from making.office import OFFICE, Office, Visit
from making.paper import Paper, new_book, padded, save, written

VISITS = "visits-mixed-dates-repeated-header.xlsx"
_HEADER = (
    "序号", "走访日期", "户号", "户名", "走访人", "走访方式", "走访内容", "服务项目", "客户意见", "满意度",
)  # fmt: skip
_FIELDS = {
    "B": "visited_on", "C": "account_no", "E": "manager", "F": "method", "G": "content",
    "H": "services", "I": "opinion", "J": "satisfaction",
}  # fmt: skip
_METHODS = ("上门走访", "上门走访", "电话", "上门走访", "微信")
_CONTENTS = ("了解用电需求", "宣传电价政策", "讲解安全用电", "介绍网上国网", "了解生产情况")
_OPINIONS = ("", "", "", "无", "希望提前告知停电", "")
_SATISFACTION = ("满意", "非常满意", "满意", "基本满意", "")
_PAGE = 400


def visits_book(office: Office, folder: Path) -> FileAnswer:
    """Every visit of the office, and two that cannot be: an unknown 户号 and a day still to come."""
    book = new_book("走访记录")
    paper = Paper(book.active, (6, 14, 16, 30, 10, 11, 18, 16, 20, 10))
    answer = SheetAnswer("走访记录", "visits", [3], fields=dict(_FIELDS))
    paper.title(1, f"{OFFICE}客户走访记录", 10)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(3, _HEADER)
    row, serial, services, month_from = 4, 0, 0, 0
    for position, visit in enumerate(office.visits):
        serial += 1
        services += _visit_row(paper, answer, row, serial, visit)
        row += 1
        if serial == 700:
            paper.row(row, ["", *_impossible("2026.4.8", "3709999999995", "测试无此户")])
            answer.refuses(row, "C", "unknown-account")
            row += 1
        after = office.visits[position + 1] if position + 1 < len(office.visits) else None
        if after is None or after.day.month != visit.day.month:
            label = f"{visit.day.year}年{visit.day.month}月小计"
            paper.row(row, ["", label, f"{serial - month_from}次", *[""] * 7], bold=True)
            answer.passes(row, "total-row")
            row, month_from = row + 1, serial
        if serial % _PAGE == 0:
            paper.header(row, _HEADER)
            answer.passes(row, "repeated-header")
            row += 1
    known = office.visits[0].customer
    paper.row(row, ["", *_impossible("2026年12月31日", known.number, known.name)])
    answer.refuses(row, "B", "future-date")
    paper.row(row + 1, ["合计", "", f"共{serial}次", *[""] * 7], bold=True)
    answer.passes(row + 1, "total-row")
    paper.note(row + 2, 1, "记录人：各客户经理      审核：张　三")
    answer.passes(row + 2, "footer-row")
    paper.sheet.freeze_panes = "A4"
    save(book, folder / VISITS)
    return FileAnswer(
        VISITS,
        "xlsx",
        "一年走访记录：日期九种写法，分页处重复表头，每月小计；一条户号不存在，一条日期未到",
        [answer],
        {"visit": len(office.visits), "service_done": services},
    )


def _visit_row(paper: Paper, answer: SheetAnswer, row: int, serial: int, visit: Visit) -> int:
    """Write one visit; how many service items it discharged beyond the visit itself."""
    items = items_of(visit)
    paper.row(row, [
        serial, written(visit.day, serial), (_account(visit, serial), "@"), visit.customer.name,
        padded(visit.manager), _METHODS[serial % len(_METHODS)], _CONTENTS[serial % len(_CONTENTS)],
        "、".join(("走访", *items)) if items else "走访" if serial % 2 else "", _OPINIONS[serial % len(_OPINIONS)],
        _SATISFACTION[serial % len(_SATISFACTION)],
    ])  # fmt: skip
    answer.took(row, "new")
    return len(items)


def items_of(visit: Visit) -> tuple[str, ...]:
    """What else was done on the way: a safety check in May, the hazard round of the chiefs each quarter."""
    if visit.day.month == 5:
        return ("用电检查及安全服务",)
    if visit.tier == "diamond" and visit.day.month % 3 == 0:
        return ("安全隐患排查和安全性评价",)
    return ()


def _account(visit: Visit, serial: int) -> str:
    return visit.customer.number if serial % 3 else visit.customer.base


def _impossible(day: str, account: str, name: str) -> list[Any]:
    return [day, (account, "@"), name, padded("张三"), "上门走访", "了解用电需求", "", "", "满意"]
