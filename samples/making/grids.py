"""网格台账 with its liaisons, and beside it lines, transformer areas and contacts: merged cells, two-level header."""

from pathlib import Path

from making.answers import FileAnswer, SheetAnswer
from making.office import LINES, MANAGERS, OFFICE, Office
from making.paper import Paper, new_book, save

GRIDS_FILE = "grids-liaisons-lines-areas-contacts.xlsx"
_GENERAL = 6
"""The first of MANAGERS who looks after a line."""
_GRIDS = (
    ("新华社区", 1520, (("刘某", "社区书记"), ("何某", "小区物业"), ("罗某", "社区网格员"))),
    ("东风社区", 1183, (("高某", "社区主任"), ("林某", "小区物业"))),
    ("示例一村", 462, (("郭某", "村支书"),)),
    ("示例二村", 398, (("马某", "村主任"), ("朱某", "村会计"))),
    ("城北3号网格", 745, ()),
)
"""name, households, liaisons with their posts"""
_CAPACITIES = (315, "2*200", 400, "200", 630)
_ROLES = ("电气联系人", "帐务联系人", "停送电联系人", "法人")


def grids_book(one: Office, folder: Path) -> FileAnswer:
    """Write the workbook; what must come out of it."""
    book = new_book("网格台账")
    answers = [
        _grids(Paper(book.active, (6, 11, 14, 10, 14, 8, 8, 10, 14, 14, 14))),
        _lines(Paper(book.create_sheet("线路台账"), (14, 12, 10, 14, 12))),
        _areas(Paper(book.create_sheet("台区台账"), (6, 12, 18, 14, 14, 12, 14, 8)), one),
        _contacts(Paper(book.create_sheet("客户联系人"), (18, 30, 14, 12, 16)), one),
    ]
    save(book, folder / GRIDS_FILE)
    liaisons = sum(len(persons) for _, _, persons in _GRIDS)
    contacts = sum(outcome == "new" for outcome in answers[3].rows.values())
    return FileAnswer(
        GRIDS_FILE,
        "xlsx",
        "网格（社区、村）及联络员、线路、台区、客户联系人：一个网格几名联络员，网格的单元格纵向合并",
        answers,
        {"grid": len(_GRIDS), "liaison": liaisons, "contact": contacts},
    )


def _phone(serial: int) -> str:
    return f"1380000{serial:04d}"


def _grids(paper: Paper) -> SheetAnswer:
    answer = SheetAnswer("网格台账", "grids", [3, 4])
    answer.fields = {
        "B": "code", "C": "name", "D": "manager", "E": "manager.phone",
        "H": "liaison.name", "I": "liaison.role", "J": "liaison.phone", "K": "remark",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}社区（村）网格台账", 11)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(3, (
        "序号", "网格编号", "社区（村）名称", ("网格经理", ("姓名", "电话")), "台区数", "户数",
        ("联络员", ("姓名", "职务", "电话")), "备注",
    ))  # fmt: skip
    row, person = 5, 0
    for serial, (name, households, liaisons) in enumerate(_GRIDS, start=1):
        manager = _GENERAL + serial - 1
        facts = [
            serial, f"WG{serial:02d}", name, MANAGERS[manager][1], _phone(manager + 1),
            households // 90, households,
        ]  # fmt: skip
        first = row
        for liaison, post in liaisons or (("", ""),):
            person += bool(liaison)
            shown = facts if row == first else [None] * len(facts)
            phone = _phone(5000 + person) if liaison else ""
            paper.row(row, [*shown, liaison, post, phone, ""])
            answer.took(row, "new")
            row += 1
        if row > first + 1:
            for column in range(1, 8):
                paper.merge(first, column, row - 1, column)
    total = sum(households for _, households, _ in _GRIDS)
    paper.row(row, ["合计", *[""] * 5, total, *[""] * 4], bold=True)
    answer.passes(row, "total-row")
    paper.note(row + 1, 1, "填表人：王　五")
    answer.passes(row + 1, "footer-row")
    return answer


def _lines(paper: Paper) -> SheetAnswer:
    answer = SheetAnswer("线路台账", "lines", [1])
    answer.fields = {"A": "name", "B": "code", "C": "voltage", "D": "substation"}
    paper.header(1, ("线路名称", "线路编号", "电压等级", "所属变电站", "长度(km)"))
    for row, line in enumerate(LINES, start=2):
        voltage = "10千伏" if row % 2 else "10KV"
        paper.row(row, [line, f"XL{row - 1:02d}", voltage, "示例变电站", 8.5 + row])
        answer.took(row, "new")
    return answer


def _areas(paper: Paper, one: Office) -> SheetAnswer:
    answer = SheetAnswer("台区台账", "transformer-areas", [2])
    answer.fields = {
        "B": "code", "C": "name", "D": "line", "E": "capacity_kva", "F": "manager",
        "G": "manager.phone",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}公变台区台账", 8)
    paper.header(
        2,
        (
            "序号",
            "台区编号",
            "公变名称",
            "所属线路",
            "台区容量(kVA)",
            "台区经理",
            "联系电话",
            "户数",
        ),
    )
    areas = dict.fromkeys((customer.area, customer.line) for customer in one.low_voltage)
    for serial, (area, line) in enumerate(areas, start=1):
        manager = _GENERAL + LINES.index(line)
        paper.row(serial + 2, [
            serial, f"TQ{serial:04d}", area, line, _CAPACITIES[serial % len(_CAPACITIES)],
            MANAGERS[manager][1], _phone(manager + 1), 60 + serial,
        ])  # fmt: skip
        answer.took(serial + 2, "new")
    return answer


def _contacts(paper: Paper, one: Office) -> SheetAnswer:
    answer = SheetAnswer("客户联系人", "contacts", [1])
    answer.fields = {"A": "account_no", "C": "role", "D": "name", "E": "phone"}
    paper.header(1, ("户号", "户名", "联系类型", "联系人", "联系电话"))
    row, person = 2, 0
    for customer in one.high_voltage[:6]:
        first = row
        for role in _ROLES[: 2 + person % 2]:
            person += 1
            shown = [customer.number, customer.name] if row == first else [None, None]
            paper.row(row, [*shown, role, f"{'甲乙丙丁'[person % 4]}某某", _phone(6000 + person)])
            answer.took(row, "new")
            row += 1
        paper.merge(first, 1, row - 1, 1)
        paper.merge(first, 2, row - 1, 2)
    paper.row(row, ["3709999999999", "测试不存在的客户", _ROLES[0], "乙某某", _phone(6999)])
    answer.refuses(row, "A", "unknown-account")
    return answer
