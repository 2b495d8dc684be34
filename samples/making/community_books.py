"""The three workbooks of the office of communities and grids."""

from datetime import date
from pathlib import Path
from typing import Any

from making.answers import FileAnswer, SheetAnswer
from making.community import GRIDS, LEFT_ON, MANAGERS, OFFICE, Done, Household, Town
from making.paper import Paper, new_book, padded, save, written

GRIDS_FILE = "grids-managers-merged-liaisons.xlsx"
CUSTOMERS_FILE = "customers-special-groups-in-words-and-ticks.xlsx"
WORK_FILE = "visits-cards-arrears-publicity-plans.xlsx"


def books(town: Town, folder: Path) -> list[FileAnswer]:
    """Write all three; what must come out of them."""
    return [_grids_book(folder), _customers_book(town, folder), _work_book(town, folder)]


def _phone(serial: int) -> str:
    return f"1380000{serial:04d}"


def _account(one: Household, row: int) -> Any:
    return ((one.number, "@"), (one.base, "@"), int(one.number))[row % 3]


# --- places and managers ------------------------------------------------------------------------------


def _grids_book(folder: Path) -> FileAnswer:
    book = new_book("网格台账")
    answers = [
        _grids(Paper(book.active, (6, 10, 16, 8, 10, 14, 8, 10, 12, 14))),
        _managers(Paper(book.create_sheet("区域客户经理"), (6, 10, 10, 15, 26, 10, 13))),
    ]
    save(book, folder / GRIDS_FILE)
    liaisons = sum(len(grid.liaisons) for grid in GRIDS)
    return FileAnswer(
        GRIDS_FILE,
        "xlsx",
        "社区（村）网格、联络员和区域客户经理：一个网格几名联络员纵向合并；一个社区没有经理，一个有三名，一名已离岗",
        answers,
        {"grid": len(GRIDS), "liaison": liaisons, "manager": len(MANAGERS)},
    )


def _grids(paper: Paper) -> SheetAnswer:
    answer = SheetAnswer("网格台账", "grids", [2, 3])
    answer.fields = {
        "B": "code", "C": "name", "D": "grid_kind", "E": "manager", "F": "manager.phone",
        "H": "liaison.name", "I": "liaison.role", "J": "liaison.phone",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}社区（村）网格台账", 10)
    paper.header(2, (
        "序号", "网格编号", "社区（村）", "类型", ("网格经理", ("姓名", "电话")), "户数",
        ("联络员", ("姓名", "职务", "电话")),
    ))  # fmt: skip
    row, person = 4, 0
    names = [name for name, _, _ in MANAGERS]
    for serial, grid in enumerate(GRIDS, start=1):
        phone = _phone(names.index(grid.manager) + 1) if grid.manager else ""
        facts = [serial, grid.code, grid.name, grid.kind, grid.manager, phone, grid.households]
        first = row
        for liaison, post in grid.liaisons or (("", ""),):
            person += bool(liaison)
            shown = facts if row == first else [None] * len(facts)
            paper.row(row, [*shown, liaison, post, _phone(5000 + person) if liaison else ""])
            answer.took(row, "new")
            row += 1
        for column in range(1, 8):
            paper.merge(first, column, row - 1, column)
    paper.row(row, ["合计", *[""] * 5, sum(g.households for g in GRIDS), *[""] * 3], bold=True)
    answer.passes(row, "total-row")
    return answer


def _managers(paper: Paper) -> SheetAnswer:
    answer = SheetAnswer("区域客户经理", "managers", [2])
    answer.fields = {
        "B": "name", "C": "employee_no", "D": "phone", "E": "grids", "F": "capacity", "G": "left_on",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}区域客户经理名册", 7)
    paper.header(2, ("序号", "姓 名", "工号", "服务电话", "负责社区/村", "最多管户", "离岗日期"))
    for serial, (name, places, most) in enumerate(MANAGERS, start=1):
        left = written(LEFT_ON, 1) if name == "冯二" else ""
        paper.row(serial + 2, [
            serial, padded(name), (f"QY{serial:03d}", "@"), _phone(serial), places, most or "", left,
        ])  # fmt: skip
        answer.took(serial + 2, "new")
    return answer


# --- customers ----------------------------------------------------------------------------------------


def _customers_book(town: Town, folder: Path) -> FileAnswer:
    book = new_book("社区客户")
    homes = [c for c in town.customers if not c.firm]
    answers = [
        _in_words(Paper(book.active, (6, 16, 14, 14, 24, 14, 14, 9, 14, 13, 10)), [c for c in homes if c.kind == "社区"]),
        _in_ticks(Paper(book.create_sheet("农村客户"), (16, 14, 14, 24, 14, 10, 9, 13, 10)), [c for c in homes if c.kind != "社区"]),
        _firms(Paper(book.create_sheet("企业客户"), (6, 16, 26, 14, 24, 10, 10, 14, 14, 10, 13)), [c for c in town.customers if c.firm]),
    ]  # fmt: skip
    save(book, folder / CUSTOMERS_FILE)
    return FileAnswer(
        CUSTOMERS_FILE,
        "xlsx",
        "社区、农村、企业客户：特殊群体一张表写成文字，另一张表打√；三户没有填社区、村",
        answers,
        {"customer": len(town.customers)},
    )


def _in_words(paper: Paper, customers: list[Household]) -> SheetAnswer:
    answer = SheetAnswer("社区客户", "customers", [3])
    answer.fields = {
        "B": "account_no", "C": "name", "D": "grid", "E": "address", "F": "tariff_class", "G": "special_group",
        "H": "representative", "I": "contact_phone", "J": "opened_on", "K": "status",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}社区客户台账", 11)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(3, (
        "序号", "户号", "户名", "社区", "用电地址", "用电类别", "特殊群体", "客户代表", "联系电话", "立户日期", "用户状态",
    ))  # fmt: skip
    row, first = 4, 4
    for serial, one in enumerate(customers, start=1):
        fresh = serial == 1 or customers[serial - 2].grid != one.grid
        if fresh and row > first:
            paper.merge(first, 4, row - 1, 4)
            first = row
        paper.row(row, [
            serial, _account(one, row), one.name, one.grid if fresh else None, one.address, "城镇居民生活用电",
            one.group, "是" if one.representative else "", one.phone, _day(one.opened, row),
            "已销户" if one.closed else "正常用电",
        ])  # fmt: skip
        answer.took(row, "new")
        row += 1
    paper.merge(first, 4, row - 1, 4)
    paper.row(row, ["合计", f"{len(customers)}户", *[""] * 9], bold=True)
    answer.passes(row, "total-row")
    return answer


def _in_ticks(paper: Paper, customers: list[Household]) -> SheetAnswer:
    answer = SheetAnswer("农村客户", "customers", [1])
    answer.fields = {
        "A": "account_no", "B": "name", "C": "grid", "D": "address", "E": "tariff_class", "F": "special_group",
        "G": "representative", "H": "opened_on", "I": "status",
    }  # fmt: skip
    paper.header(1, (
        "用户编号", "用户名称", "行政村", "地址", "用电类别", "是否低保户", "客户代表", "立户日期", "状态",
    ))  # fmt: skip
    for row, one in enumerate(customers, start=2):
        paper.row(row, [
            _account(one, row), one.name, one.grid, one.address, "乡村居民生活用电", _tick(bool(one.group), row),
            "√" if one.representative else "", _day(one.opened, row), "已销户" if one.closed else "正常",
        ])  # fmt: skip
        answer.took(row, "new")
    return answer


def _tick(yes: bool, row: int) -> str:
    return ("√", "是", "√")[row % 3] if yes else ("", "否", "")[row % 3]


def _firms(paper: Paper, customers: list[Household]) -> SheetAnswer:
    answer = SheetAnswer("企业客户", "customers", [2])
    answer.fields = {
        "B": "account_no", "C": "name", "D": "grid", "E": "address", "F": "voltage", "G": "contract_capacity_kva",
        "H": "tariff_class", "I": "contact_phone", "J": "manager", "K": "opened_on",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}企业（专变）客户台账", 11)
    paper.header(2, (
        "序号", "户号", "户名", "社区/村", "用电地址", "电压等级", "合同容量(kVA)", "用电类别", "联系电话", "区域客户经理",
        "立户日期",
    ))  # fmt: skip
    for row, one in enumerate(customers, start=3):
        paper.row(row, [
            row - 2, _account(one, row), one.name, one.grid, one.address, ("10kV", "10千伏")[row % 2],
            (200, 315, "2*200")[row % 3], "一般工商业", one.phone, padded(one.manager), _day(one.opened, row),
        ])  # fmt: skip
        answer.took(row, "new")
    return answer


def _day(day: date | None, notation: int) -> Any:
    return "" if day is None else written(day, notation)


# --- what was done ------------------------------------------------------------------------------------


def _work_book(town: Town, folder: Path) -> FileAnswer:
    book = new_book("走访记录")
    cards = sorted([*town.cards, *town.care], key=lambda d: (d.day, d.customer.base))
    answers = [
        _visits(Paper(book.active, (6, 13, 16, 20, 20, 18)), town.visits),
        _cards(Paper(book.create_sheet("服务登记"), (16, 20, 13, 26, 10)), cards),
        _arrears(
            Paper(book.create_sheet("催费联系记录"), (6, 13, 16, 14, 10, 10, 20, 13, 13)), town
        ),
        _publicity(Paper(book.create_sheet("宣传活动记录"), (13, 26, 14, 10, 10, 10)), town),
        _opinions(
            Paper(book.create_sheet("意见投诉登记"), (6, 13, 16, 14, 8, 22, 10, 13, 12)), town
        ),
        _plans(Paper(book.create_sheet("服务方案"), (16, 14, 28, 12, 13)), town),
    ]
    save(book, folder / WORK_FILE)
    new = [sum(o == "new" for o in one.rows.values()) for one in answers]
    return FileAnswer(
        WORK_FILE,
        "xlsx",
        "走访、联系卡发放和特殊群体帮扶、催费联系、宣传活动、意见投诉、客户代表和特殊群体的服务方案",
        answers,
        {
            "visit": len(town.visits),
            "arrears_contact": len(town.arrears),
            "duty_done": len(town.publicity),
            "matter": new[4],
            "customer_plan": len({one.base for one, *_ in town.plans}),
        },
    )


def _visits(paper: Paper, visits: list[Done]) -> SheetAnswer:
    answer = SheetAnswer("走访记录", "visits", [2])
    answer.fields = {"B": "visited_on", "C": "account_no", "E": "services", "F": "content"}
    paper.title(1, f"{OFFICE}入户走访记录", 6)
    paper.header(2, ("序号", "走访日期", "户号", "户名", "服务项目", "走访内容"))
    for row, one in enumerate(visits, start=3):
        paper.row(row, [
            row - 2, written(one.day, row), _account(one.customer, row), one.customer.name, one.words,
            ("了解用电情况", "讲解安全用电", "介绍缴费方式")[row % 3],
        ])  # fmt: skip
        answer.took(row, "new")
    return answer


def _cards(paper: Paper, done: list[Done]) -> SheetAnswer:
    answer = SheetAnswer("服务登记", "services", [1])
    answer.fields = {"A": "account_no", "C": "done_on", "D": "service", "E": "method"}
    paper.header(1, ("户号", "户名", "服务日期", "服务项目", "服务方式"))
    words = {"C1": ("发放客户经理联系卡", "C1"), "W1": ("特殊群体上门服务、结对帮扶", "结对帮扶")}
    for row, one in enumerate(done, start=2):
        paper.row(row, [
            _account(one.customer, row), one.customer.name, written(one.day, row), words[one.item][row % 2], "上门",
        ])  # fmt: skip
        answer.took(row, "new")
    return answer


def _arrears(paper: Paper, town: Town) -> SheetAnswer:
    answer = SheetAnswer("催费联系记录", "arrears-contacts", [2])
    answer.fields = {
        "B": "contacted_on", "C": "customer.account_no", "E": "method", "F": "via", "G": "result", "H": "promised_on",
        "I": "card_hung_on",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}催费联系记录", 9)
    paper.header(
        2,
        (
            "序号",
            "催费日期",
            "户号",
            "户名",
            "催费方式",
            "通过谁",
            "催费结果",
            "承诺缴费日期",
            "挂牌日期",
        ),
    )
    for row, (one, day, method, helper, result, promised, hung) in enumerate(town.arrears, start=3):
        paper.row(row, [
            row - 2, written(day, row), _account(one, row), one.name, method, helper, result, _day(promised, row),
            _day(hung, row),
        ])  # fmt: skip
        answer.took(row, "new")
    return answer


def _publicity(paper: Paper, town: Town) -> SheetAnswer:
    answer = SheetAnswer("宣传活动记录", "duties", [2])
    answer.fields = {
        "A": "done_on", "B": "service", "C": "grid", "D": "manager", "E": "materials", "F": "answered",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}社区宣传活动记录", 6)
    paper.header(2, ("活动日期", "项目", "社区/村", "宣传人员", "发放资料份数", "解答问题数"))
    for row, (day, grid, manager, materials, answered) in enumerate(town.publicity, start=3):
        paper.row(
            row, [written(day, row), "发放宣传材料、解答问题", grid, manager, materials, answered]
        )
        answer.took(row, "new")
    total = len(town.publicity) + 3
    sums = [sum(t[n] for t in town.publicity) for n in (3, 4)]
    paper.row(total, ["合计", "", "", "", *sums], bold=True)
    answer.passes(total, "total-row")
    return answer


def _opinions(paper: Paper, town: Town) -> SheetAnswer:
    answer = SheetAnswer("意见投诉登记", "matters", [1])
    answer.fields = {
        "B": "opened_on", "C": "customer.account_no", "E": "matter_kind", "F": "content", "G": "manager",
        "H": "closed_on", "I": "result",
    }  # fmt: skip
    paper.header(
        1,
        ("序号", "登记日期", "户号", "户名", "类型", "反映内容", "责任人", "办结日期", "处理结果"),
    )
    for row, one in enumerate(town.matters, start=2):
        paper.row(row, [
            row - 1, written(one.day, row), _account(one.customer, row), one.customer.name, one.kind, one.content,  # type: ignore[arg-type]
            one.by, _day(one.closed, row + 1), one.result,
        ])  # fmt: skip
        answer.took(row, "new")
    return answer


def _plans(paper: Paper, town: Town) -> SheetAnswer:
    answer = SheetAnswer("服务方案", "plans", [1])
    answer.fields = {"A": "account_no", "C": "service", "D": "cycle", "E": "valid_from"}
    paper.header(1, ("户号", "户名", "服务项目", "服务周期", "起始日期"))
    words = {"C7": ("与客户代表协商沟通", "C7"), "W1": ("特殊群体上门服务、结对帮扶", "W1")}
    for row, (one, item, word, _, since) in enumerate(town.plans, start=2):
        paper.row(
            row, [_account(one, row), one.name, words[item][row % 2], word, written(since, row)]
        )
        answer.took(row, "new")
    return answer
