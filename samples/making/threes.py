"""A small made-up office of three classes of managers for three groups of customers, in one workbook.

One community manager may have only eight customers; one village is nobody's.
"""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from making.answers import FileAnswer, SheetAnswer
from making.law import FOREVER, Cycle, Owner, standing
from making.paper import Paper, new_book, padded, save, written

SEED = 20261125
OFFICE = "示例县城供电所"
AS_OF = date(2026, 11, 22)
COUNT_FROM = date(2026, 7, 1)
FILE = "managers-grids-customers-visits-one-workbook.xlsx"
MANAGERS = (
    ("张三", "会员客户经理", "示例一线", "", None), ("李四", "会员客户经理", "示例二线", "", None),
    ("王五", "社区客户经理", "", "示例东社区", 8), ("赵六", "社区客户经理", "", "示例西社区", None),
    ("钱七", "片区客户经理", "", "示例一村、示例二村", None), ("孙八", "片区客户经理", "", "示例三村", None),
)  # fmt: skip
"""name, class, lines, communities or villages, most customers"""
GRIDS = {
    "示例东社区": "社区",
    "示例西社区": "社区",
    "示例一村": "村",
    "示例二村": "村",
    "示例三村": "村",
    "示例四村": "村",
}
_CYCLES: dict[str, Cycle] = {
    "member": ("per", "month"),
    "community": ("per", "quarter"),
    "district": ("per", "year"),
}


@dataclass(frozen=True)
class Customer:
    base: str
    name: str
    line: str
    grid: str
    large: bool
    opened: date | None

    @property
    def number(self) -> str:
        return "372" + self.base

    @property
    def tier(self) -> str:
        if self.large:
            return "member"
        return "community" if GRIDS.get(self.grid) == "社区" else "district"

    @property
    def manager(self) -> str:
        """Who is responsible there for such customers; nobody: ""."""
        place = (2, self.line) if self.large else (3, self.grid)
        found = [one[0] for one in MANAGERS if place[1] and place[1] in one[place[0]].split("、")]
        return found[0] if found else ""


Visits = list[tuple[Customer, date, str]]


def make_office() -> tuple[list[Customer], Visits]:
    """Customers, and their visits: customer, day, by whom."""
    draw = random.Random(SEED)
    customers = []
    for grid, size in zip(GRIDS, (13, 9, 7, 6, 5, 3), strict=True):
        for serial in range(size):
            base = f"{draw.randrange(10**9):010d}"[:-1] + str(1 + serial % 9)
            large = serial in (0, 1) and grid != "示例四村"
            line = ("示例一线", "示例二线")[serial % 2] if large else ""
            name = (
                f"示例{grid[2]}{'甲乙'[serial % 2]}实业有限公司"
                if large
                else f"测试户{grid[2]}{serial:02d}"
            )
            opened = date(2010 + serial, 5, 6) if serial % 3 else None
            customers.append(Customer(base, name, line, grid, large, opened))
    visits: Visits = []
    for one in customers:
        months = range(7, 12) if one.large else (8, 10) if one.tier == "community" else (9,)
        for month in months:
            day = date(2026, month, draw.randrange(1, 29 if month < 11 else 20))
            if draw.random() < 0.8 and one.manager:
                visits.append((one, day, one.manager))
    return customers, sorted(visits, key=lambda v: (v[1], v[0].base))


def book(folder: Path) -> tuple[list[FileAnswer], dict[str, Any]]:
    """Write the workbook; what must come out of it, and of the office."""
    customers, visits = make_office()
    new = new_book("客户经理")
    answers = [
        _managers(Paper(new.active, (6, 10, 16, 14, 24, 10))),
        _grids(Paper(new.create_sheet("网格台账"), (6, 16, 10))),
        _customers(Paper(new.create_sheet("客户台账"), (6, 16, 26, 12, 14, 10, 14, 13)), customers),
        _visits(Paper(new.create_sheet("走访记录"), (13, 16, 26, 10, 10)), visits),
    ]
    save(new, folder / FILE)
    made = {
        "manager": len(MANAGERS),
        "grid": len(GRIDS),
        "customer": len(customers),
        "visit": len(visits),
    }
    holds = "会员、社区、片区三类客户经理，社区和村，大客户、城区客户、乡镇客户，走访记录：四张表在一个工作簿里"
    return [FileAnswer(FILE, "xlsx", holds, answers, made)], _expected(customers, visits)


def _managers(paper: Paper) -> SheetAnswer:
    answer = SheetAnswer("客户经理", "managers", [2])
    answer.fields = {"B": "name", "C": "grade", "D": "lines", "E": "grids", "F": "capacity"}
    paper.title(1, f"{OFFICE}客户经理名册", 6)
    paper.header(2, ("序号", "姓 名", "客户经理类别", "负责线路", "负责社区/村", "管户上限"))
    for serial, (name, grade, lines, grids, most) in enumerate(MANAGERS, start=1):
        paper.row(serial + 2, [serial, padded(name), grade, lines, grids, most or ""])
        answer.took(serial + 2, "new")
    return answer


def _grids(paper: Paper) -> SheetAnswer:
    answer = SheetAnswer("网格台账", "grids", [1])
    answer.fields = {"B": "name", "C": "grid_kind"}
    paper.header(1, ("序号", "社区（村）名称", "网格类型"))
    for row, (name, kind) in enumerate(GRIDS.items(), start=2):
        paper.row(row, [row - 1, name, kind])
        answer.took(row, "new")
    return answer


def _customers(paper: Paper, customers: list[Customer]) -> SheetAnswer:
    answer = SheetAnswer("客户台账", "customers", [3])
    answer.fields = {
        "B": "account_no", "C": "name", "D": "line", "E": "grid", "F": "voltage", "G": "tariff_class",
        "H": "opened_on",
    }  # fmt: skip
    paper.title(1, f"{OFFICE}客户台账", 8)
    paper.note(2, 1, f"填报单位：{OFFICE}")
    paper.header(3, ("序号", "户号", "户名", "线路", "社区/村", "电压等级", "用电类别", "立户日期"))
    for row, one in enumerate(customers, start=4):
        voltage = ("10kV", "10千伏")[row % 2] if one.large else "220V"
        tariff = "一般工商业" if one.large else "居民生活用电"
        opened = written(one.opened, row) if one.opened else ""
        paper.row(
            row, [row - 3, (one.number, "@"), one.name, one.line, one.grid, voltage, tariff, opened]
        )
        answer.took(row, "new")
    return answer


def _visits(paper: Paper, visits: Visits) -> SheetAnswer:
    answer = SheetAnswer("走访记录", "visits", [1])
    answer.fields = {"A": "visited_on", "B": "account_no", "D": "manager", "E": "method"}
    paper.header(1, ("走访日期", "户号", "户名", "走访人", "走访方式"))
    for row, (one, day, by) in enumerate(visits, start=2):
        paper.row(row, [written(day, row), (one.base, "@"), one.name, padded(by), "上门走访"])
        answer.took(row, "new")
    return answer


def _expected(customers: list[Customer], visits: Visits) -> dict[str, Any]:
    tiers = Counter(one.tier for one in customers)
    most = {name: limit for name, *_, limit in MANAGERS if limit}
    loads: Counter[str] = Counter()
    unserved = []
    for one in sorted(customers, key=lambda c: (list(_CYCLES).index(c.tier), c.base)):
        if not one.manager or loads[one.manager] >= most.get(one.manager, 10**6):
            unserved.append(one.base)
        else:
            loads[one.manager] += 1
    owed = []
    for one in customers:
        done = [day for visited, day, _ in visits if visited is one]
        owner = Owner(one.opened or COUNT_FROM, one.opened)
        found = standing([(date.min, FOREVER, _CYCLES[one.tier])], owner, done, COUNT_FROM, AS_OF)
        if found:
            owed.append({"account": one.base, "service": "visit"} | found)
    return {
        "profile": "three-plus-three",
        "init_as_of": COUNT_FROM.isoformat(),
        "as_of": AS_OF.isoformat(),
        "customers": len(customers),
        "tiers": {tier: tiers[tier] for tier in _CYCLES} | {"out_of_scope": 0},
        "tier_of": {one.base: one.tier for one in customers},
        "assigned": {
            "counts": {
                "kept": 0,
                "assigned": len(customers) - len(unserved),
                "moved": 0,
                "unserved": len(unserved),
            },
            "customers_of": dict(loads),
            "unserved": sorted(unserved),
            "may_have": {c.base: [c.manager] for c in customers if c.base not in unserved},
        },
        "grids": [_covered(grid, customers) for grid in GRIDS],
        "services": {s: sum(r["status"] == s for r in owed) for s in ("overdue", "due")},
        "services_owed": owed,
    }


def _covered(grid: str, customers: list[Customer]) -> dict[str, Any]:
    managers = [one[0] for one in MANAGERS if grid in one[3].split("、")]
    state = "ok" if managers else "none"
    number = sum(one.grid == grid for one in customers)
    return {"grid": grid, "customers": number, "managers": managers, "state": state}
