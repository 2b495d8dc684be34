"""停电计划 and 停电通知: days here, times there, both in one cell, the end on the day after."""

from datetime import datetime
from pathlib import Path
from typing import Any

from making.answers import FileAnswer, SheetAnswer
from making.customers import spelled
from making.deeds import Doings, Outage
from making.dues import ASKED
from making.office import OFFICE
from making.paper import Paper, new_book, padded, save, written

OUTAGES_FILE = "outages-notices-mess-in-times.xlsx"


def outages_book(doings: Doings, folder: Path) -> FileAnswer:
    """Write the workbook; what must come out of it."""
    book = new_book("停电计划")
    told = [telling for outage in doings.outages for telling in outage.tellings]
    asked = {
        (t.customer.base, t.at.date()) for t in told if t.kind == "协商停电" and t.outcome in ASKED
    }
    answers = [
        _outages(Paper(book.active, (6, 14, 14, 18, 10, 30, 20, 14, 13)), doings),
        _notices(Paper(book.create_sheet("停电通知记录"), (14, 16, 28, 10, 20, 9, 10, 9)), doings),
    ]
    save(book, folder / OUTAGES_FILE)
    return FileAnswer(
        OUTAGES_FILE,
        "xlsx",
        "停电计划和停电通知：起止时间写在一格或两格，有的只写月日，有的只写钟点，有的到次日",
        answers,
        {
            "outage": len(doings.outages),
            "outage_notice": len(told),
            "service_done": len(asked),  # 协商停电, by the answer
        },
    )


def _outages(paper: Paper, doings: Doings) -> SheetAnswer:
    answer = SheetAnswer("停电计划", "outages", [3])
    answer.fields = {
        "B": "number", "C": "line", "D": "transformer_area", "E": "outage_kind", "F": "begins_at", "G": "ends_at",
        "H": "reason", "I": "known_on",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}2026年11月、12月停电计划", 9)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(
        3,
        (
            "序号",
            "停电编号",
            "停电线路",
            "台区名称",
            "停电类型",
            "停电时间",
            "送电时间",
            "停电原因",
            "发布日期",
        ),
    )
    for serial, outage in enumerate(doings.outages, start=1):
        line = "" if outage.area else f"10kV{outage.line}" if serial % 2 else outage.line
        begins, ends = _moments(outage, serial)
        paper.row(serial + 3, [
            serial, outage.number, line, outage.area, outage.kind, begins, ends, outage.reason,
            written(outage.known, serial),
        ])  # fmt: skip
        answer.took(serial + 3, "new")
    row = len(doings.outages) + 4
    paper.row(
        row, [row - 3, "TD202612-09", "示例一线", "", "计划停电", "待定", "", "改造", "2026.11.20"]
    )
    answer.refuses(row, "F", "not-a-moment")
    return answer


def _moments(outage: Outage, serial: int) -> tuple[Any, Any]:
    """Seven ways of writing when it begins and ends."""
    one, two = outage.begins, outage.ends
    day = f"{one.month}月{one.day}日"
    return (
        (one, two),
        (f"{one:%Y.%m.%d} {one.hour}:{one.minute:02d}-{two.hour}:{two.minute:02d}", ""),
        (f"{day}{one.hour}时{one.minute:02d}分", f"{day}{two.hour}时"),
        (f"{one:%Y-%m-%d %H:%M}", f"{two:%H:%M}"),
        (f"{one.year}年{day} {one.hour}点", f"{two.hour}点"),
        (f"{day}{one.hour}:{one.minute:02d}至次日{two.hour}:{two.minute:02d}", ""),
        (f"{one:%Y/%m/%d %H:%M}～{two:%H:%M}", ""),
    )[serial % 7]


def _notices(paper: Paper, doings: Doings) -> SheetAnswer:
    answer = SheetAnswer("停电通知记录", "outage-notices", [2])
    answer.fields = {
        "A": "outage", "B": "customer.account_no", "D": "notice_kind", "E": "told_at", "F": "method", "G": "outcome",
        "H": "manager",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}停电通知、协商记录", 8)
    paper.header(
        2, ("停电编号", "户号", "户名", "通知类别", "通知时间", "通知方式", "通知结果", "通知人")
    )
    row = 3
    for outage in doings.outages:
        for telling in outage.tellings:
            one = telling.customer
            paper.row(row, [
                outage.number, spelled(one, row % 6), one.name, telling.kind, _at(telling.at, row), telling.method,
                telling.outcome, padded(telling.by),
            ])  # fmt: skip
            answer.took(row, "new")
            row += 1
    paper.row(
        row,
        [
            "TD209901-01",
            (one.number, "@"),
            one.name,
            "通知",
            "2026-11-20 9:00",
            "电话",
            "已告知",
            "",
        ],
    )
    answer.refuses(row, "A", "unknown-outage")
    return answer


def _at(at: datetime, notation: int) -> Any:
    """A moment as offices write it: five ways."""
    return (
        (at, "yyyy-mm-dd hh:mm"),
        f"{at.year}.{at.month}.{at.day} {at.hour}:{at.minute:02d}",
        f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分",
        f"{at:%Y-%m-%d %H:%M}",
        f"{at:%Y/%m/%d %H:%M}",
    )[notation % 5]
