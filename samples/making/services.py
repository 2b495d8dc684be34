"""What was done besides visiting, and what came up: six sheets in one workbook, each with a header of its own."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from making.answers import FileAnswer, SheetAnswer
from making.customers import spelled
from making.deeds import Deed, Doings, Matter
from making.office import MANAGERS, OFFICE
from making.paper import Paper, new_book, padded, save, written

SERVICES_FILE = "services-matters-six-sheets-two-level-headers.xlsx"
_ITEMS = {
    "B5": ("减产停产客户用电方案指导", "B5"),
    "B8": ("客户用能档案现场核实", "用能档案", "B8"),
    "B9": ("发放电力服务联系卡", "服务联系卡", "B9"),
    "B9-2": ("首问负责", "B9-2"),
    "D5": ("用电优化分析报告", "D5"),
    "D6": ("供电质量分析报告", "D6"),
    "D7": ("有序用电方案", "有序用电"),
    "D9": ("涉网设备巡检", "D9"),
    "G3": ("电子账单及用电详单", "用电详单"),
    "G6": ("值班、操作人员技能培训", "技能培训"),
    "G7": ("节假日、生日、厂庆日祝福", "祝福"),
    "M1": ("与镇政府沟通联系",),
    "M2": ("与用电量较大企业沟通联系",),
    "M3": ("客户座谈会",),
    "M4": ("用电宣传（发放资料、解答问题）",),
}
_UNKNOWN = "3709999999995"


def services_book(doings: Doings, folder: Path) -> FileAnswer:
    """Write the workbook; what must come out of it."""
    book = new_book("服务记录")
    answers = [
        _services(Paper(book.active, (6, 13, 16, 26, 24, 10, 9, 24)), doings.deeds),
        _duties(Paper(book.create_sheet("履职记录"), (6, 13, 26, 10, 14, 9, 9, 9)), doings),
        _trainings(Paper(book.create_sheet("客户经理培训记录"), (6, 24, 14, 8, 11, 9)), doings),
        _events(Paper(book.create_sheet("报停减容登记"), (16, 26, 10, 13, 20)), doings),
        _hazards(Paper(book.create_sheet("隐患台账"), (5, 16, 26, 13, 9, 32, 8, 24, 13, 13, 10)), doings.matters),
        _opinions(Paper(book.create_sheet("客户意见投诉登记"), (6, 13, 16, 26, 8, 24, 9, 13, 13, 14)), doings.matters),
    ]  # fmt: skip
    save(book, folder / SERVICES_FILE)
    return FileAnswer(
        SERVICES_FILE,
        "xlsx",
        "服务、履职、培训、报停减容、隐患、意见投诉六张表：隐患台账两级表头，项目有的写名称有的写编号",
        answers,
        {
            "service_done": _new(answers[0]),
            "duty_done": len(doings.duties),
            "training": len(doings.trainings),
            "customer_event": len(doings.events),
            "matter": len(doings.matters),
        },
    )


def _new(answer: SheetAnswer) -> int:
    return sum(outcome == "new" for outcome in answer.rows.values())


def _closing(paper: Paper, answer: SheetAnswer, row: int, cells: Sequence[Any]) -> None:
    """A total and who wrote the sheet."""
    paper.row(row, cells, bold=True)
    answer.passes(row, "total-row")
    paper.note(row + 1, 1, "填表人：王　五      审核：张　三")
    answer.passes(row + 1, "footer-row")


def _services(paper: Paper, deeds: Sequence[Deed]) -> SheetAnswer:
    answer = SheetAnswer("服务记录", "services", [3])
    answer.fields = {
        "B": "done_on", "C": "account_no", "E": "service", "F": "manager", "G": "method", "H": "content",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户服务记录", 8)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    header = ("序号", "服务日期", "户号", "户名", "服务项目", "服务人", "服务方式", "服务内容")
    paper.header(3, header)
    row = 4
    for serial, deed in enumerate(deeds, start=1):
        words = _ITEMS[deed.item]
        paper.row(row, [
            serial, written(deed.day, serial), spelled(deed.customer, serial % 6), deed.customer.name,
            words[serial % len(words)], padded(deed.customer.manager), deed.method, deed.content,
        ])  # fmt: skip
        answer.took(row, "new")
        row += 1
        if serial == 300:
            paper.header(row, header)
            answer.passes(row, "repeated-header")
            row += 1
    known = deeds[0].customer
    who = padded(known.manager)
    for account, name, item, column, code, day in (
        (_UNKNOWN, "测试无此户", "用电详单", "C", "unknown-account", "2026.4.8"),
        (known.number, known.name, "送水到户", "E", "unknown-item", "2026.4.9"),
        (known.number, known.name, "走访", "E", "visit-among-items", "2026.4.10"),
        (known.number, known.name, "用电详单", "B", "future-date", "2026年12月31日"),
    ):
        paper.row(row, ["", day, (account, "@"), name, item, who, "电话", ""])
        answer.refuses(row, column, code)
        row += 1
    _closing(paper, answer, row, ["合计", "", f"共{len(deeds)}项", *[""] * 5])
    paper.sheet.freeze_panes = "A4"
    return answer


def _duties(paper: Paper, doings: Doings) -> SheetAnswer:
    answer = SheetAnswer("履职记录", "duties", [2])
    answer.fields = {
        "B": "done_on", "C": "service", "D": "manager", "E": "grid", "F": "materials", "G": "answered",
        "H": "attendees",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户经理履职、宣传记录", 8)
    paper.header(
        2,
        (
            "序号",
            "日期",
            "履职项目",
            "客户经理",
            "社区/村",
            "发放资料（份）",
            "解答问题（个）",
            "参加人数",
        ),
    )
    row = 3
    for serial, duty in enumerate(doings.duties, start=1):
        counts = ["" if n is None else n for n in (duty.materials, duty.answered, duty.attendees)]
        paper.row(row, [
            serial, written(duty.day, serial), _ITEMS[duty.item][0], padded(duty.manager), duty.grid, *counts,
        ])  # fmt: skip
        answer.took(row, "new")
        row += 1
    sums = [
        sum(n or 0 for n in numbers)
        for numbers in zip(
            *((d.materials, d.answered, d.attendees) for d in doings.duties), strict=True
        )
    ]
    _closing(paper, answer, row, ["合计", *[""] * 4, *sums])
    return answer


def _trainings(paper: Paper, doings: Doings) -> SheetAnswer:
    """Day and topic of a training are written once and merged over all who took part."""
    answer = SheetAnswer("客户经理培训记录", "trainings", [2])
    answer.fields = {
        "B": "topic", "C": "trained_on", "D": "hours", "E": "manager", "F": "result",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户经理培训台账", 6)
    paper.header(2, ("序号", "培训内容", "培训时间", "学时", "参训人员", "考核结果"))
    row, first, before = 3, 3, ""
    for serial, (name, day, topic, hours, result) in enumerate(doings.trainings, start=1):
        fresh = topic != before
        if fresh and row > first:
            _merged(paper, first, row - 1)
            first = row
        shown = [topic, written(day, serial), hours] if fresh else [None] * 3
        paper.row(row, [serial, *shown, padded(name), result])
        answer.took(row, "new")
        row, before = row + 1, topic
    _merged(paper, first, row - 1)
    return answer


def _merged(paper: Paper, first: int, last: int) -> None:
    for column in (2, 3, 4):
        paper.merge(first, column, last, column)


def _events(paper: Paper, doings: Doings) -> SheetAnswer:
    answer = SheetAnswer("报停减容登记", "events", [2])
    answer.fields = {"A": "account_no", "C": "event", "D": "happened_on", "E": "remark"}
    paper.title(1, f"{OFFICE}报停、减容登记", 5)
    paper.header(2, ("户号", "户名", "变更类型", "申请日期", "原因"))
    for row, event in enumerate(doings.events, start=3):
        one = event.customer
        day = written(event.day, row)
        paper.row(row, [spelled(one, row % 6), one.name, event.event, day, event.reason])
        answer.took(row, "new")
    return answer


def _day(day: date | None, notation: int) -> Any:
    return "" if day is None else written(day, notation)


def _hazards(paper: Paper, matters: Sequence[Matter]) -> SheetAnswer:
    """Two header rows below a title; open hazards have no day of completion."""
    answer = SheetAnswer("隐患台账", "matters", [3, 4])
    answer.fields = {
        "B": "customer.account_no", "D": "opened_on", "E": "manager", "F": "hazard", "G": "level", "H": "measure",
        "I": "due_by", "J": "closed_on", "K": "result",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户用电安全隐患台账", 11)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.note(2, 9, "填报日期：2026年11月20日")
    paper.header(3, (
        "序号", ("客户", ("户号", "户名")), ("检查情况", ("检查日期", "检查人", "隐患内容", "级别")),
        ("整改情况", ("整改措施", "整改期限", "整改完成日期", "复查结果")),
    ))  # fmt: skip
    row = 5
    for serial, one in enumerate((m for m in matters if m.kind == "隐患"), start=1):
        paper.row(row, [
            serial, spelled(one.customer, serial % 6), one.customer.name, written(one.day, serial), padded(one.by),
            one.content, one.level, one.measure, _day(one.due, serial + 3), _day(one.closed, serial + 5), one.result,
        ])  # fmt: skip
        answer.took(row, "new")
        row += 1
    paper.row(
        row,
        [
            serial + 1,
            (_UNKNOWN, "@"),
            "测试无此户",
            "2026.5.6",
            padded(MANAGERS[0][1]),
            "电缆沟积水",
            *[""] * 5,
        ],
    )
    answer.refuses(row, "B", "unknown-account")
    _closing(paper, answer, row + 1, ["合计", f"{serial}项", *[""] * 9])
    return answer


def _opinions(paper: Paper, matters: Sequence[Matter]) -> SheetAnswer:
    answer = SheetAnswer("客户意见投诉登记", "matters", [2])
    answer.fields = {
        "B": "opened_on", "C": "customer.account_no", "E": "matter_kind", "F": "content", "G": "manager", "H": "due_by",
        "I": "closed_on", "J": "result",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户投诉、意见、建议登记", 10)
    paper.header(
        2,
        (
            "序号",
            "登记日期",
            "户号",
            "户名",
            "类型",
            "反映内容",
            "责任人",
            "答复期限",
            "办结日期",
            "处理结果",
        ),
    )
    row = 3
    for serial, one in enumerate((m for m in matters if m.kind != "隐患"), start=1):
        paper.row(row, [
            serial, written(one.day, serial), spelled(one.customer, serial % 6), one.customer.name, one.kind,
            one.content, padded(one.by), _day(one.due, serial + 1), _day(one.closed, serial + 2), one.result,
        ])  # fmt: skip
        answer.took(row, "new")
        row += 1
    return answer
