"""A made-up office under the rules of communities and grids: places, managers, households, and what was done for them.

Drawn from a seeded generator of its own. One community has no manager, one has three, one more customers than its
manager may have; one manager has left.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from making.deeds import Matter
from making.law import DAY, FOREVER, Cycle, Owner, standing

SEED = 20261124
OFFICE = "示例城关供电所"
AS_OF = date(2026, 11, 22)
COUNT_FROM = date(2026, 1, 1)
LEFT_ON = date(2026, 6, 30)


@dataclass(frozen=True)
class Grid:
    """code, name, sort, households, who is written down as its manager, liaisons (name, post)."""

    code: str
    name: str
    kind: str
    households: int
    manager: str
    liaisons: tuple[tuple[str, str], ...]


GRIDS = (
    Grid("WG01", "示例东社区", "社区", 1210, "张三", (("刘某", "社区组长"), ("何某", "楼长"), ("罗某", "社区民警"))),
    Grid("WG02", "示例西社区", "社区", 980, "王五", (("高某", "社区书记"), ("林某", "小区物业"))),
    Grid("WG03", "示例南社区", "社区", 870, "", (("郭某", "低保干事"),)),
    Grid("WG04", "示例北社区", "社区", 1430, "赵六", (("马某", "居民组长"), ("朱某", "残联干事"))),
    Grid("WG05", "示例中社区", "社区", 760, "周九", (("胡某", "社区管理员"),)),
    Grid("WG06", "示例新社区", "社区", 540, "周九", ()),
    Grid("WG07", "示例一村", "村", 320, "吴十", (("徐某", "村支书"), ("谢某", "村会计"))),
    Grid("WG08", "示例二村", "村", 280, "吴十", (("唐某", "村委会"),)),
    Grid("WG09", "示例三村", "村", 260, "郑一", (("韩某", "村主任"),)),
    Grid("WG10", "示例四村", "村", 190, "郑一", ()),
)  # fmt: skip
MANAGERS = (
    ("张三", "示例东社区", None), ("李四", "示例东社区", None), ("王五", "示例西社区", 12), ("赵六", "示例北社区", None),
    ("钱七", "示例北社区", None), ("孙八", "示例北社区", None), ("周九", "示例中社区、示例新社区", None),
    ("吴十", "示例一村，示例二村", None), ("郑一", "示例三村", None), ("冯二", "示例东社区", None),
)  # fmt: skip
"""name, communities and villages as they are written, most customers."""
RESPONSIBLE = {
    "示例东社区": ("张三", "李四", "冯二"),
    "示例西社区": ("王五",),
    "示例北社区": ("赵六", "钱七", "孙八"),
    "示例中社区": ("周九",),
    "示例新社区": ("周九",),
    "示例一村": ("吴十",),
    "示例二村": ("吴十",),
    "示例三村": ("郑一",),
    "示例四村": ("郑一",),
}
CAPACITY = {"王五": 12}
GROUPS = {
    "老人": "elderly",
    "独居老人": "elderly,living-alone",
    "残疾人": "disabled",
    "低保户": "low-income",
    "残疾人、低保户": "disabled,low-income",
}


@dataclass
class Household:
    """One customer. group: as it is written, in words of GROUPS."""

    base: str
    name: str
    grid: str
    address: str
    firm: bool
    opened: date | None
    phone: str
    group: str = ""
    representative: bool = False
    manager: str = ""
    closed: bool = False

    @property
    def number(self) -> str:
        return "371" + self.base

    @property
    def kind(self) -> str:
        return next((g.kind for g in GRIDS if g.name == self.grid), "")

    @property
    def tier(self) -> str:
        if self.firm:
            return "business"
        return "community" if self.kind == "社区" else "village"


@dataclass(frozen=True)
class Done:
    """A visit, or an item without one. words: what stands in the column of items."""

    customer: Household
    item: str
    day: date
    words: str = ""


@dataclass
class Town:
    customers: list[Household]
    visits: list[Done]
    cards: list[Done]
    care: list[Done]
    arrears: list[tuple[Household, date, str, str, str, date | None, date | None]]
    publicity: list[tuple[date, str, str, int, int]]
    matters: list[Matter]
    plans: list[tuple[Household, str, str, Cycle, date]]
    managers: dict[str, str] = field(default_factory=dict)


def make_town() -> Town:
    """Draw the office."""
    draw = random.Random(SEED)
    customers = _customers(draw)
    groups = [c for c in customers if c.group and not c.closed]
    plans = _plans(customers, groups)
    return Town(
        customers, _visits(draw, customers), _cards(draw, customers), _care(draw, groups),
        _arrears(draw, customers), _publicity(draw), _matters(draw, customers), plans,
    )  # fmt: skip


def _customers(draw: random.Random) -> list[Household]:
    sizes = dict(zip([g.name for g in GRIDS], (22, 16, 12, 27, 14, 9, 13, 11, 10, 7), strict=True))
    sizes[""] = 3
    customers: list[Household] = []
    seen: set[str] = set()
    for place, size in sizes.items():
        for serial in range(size):
            base = f"{draw.randrange(10**9):010d}"
            assert base not in seen
            seen.add(base)
            base = base[:-1] + str(
                1 + serial % 9
            )  # no number that looks as if its end had been lost
            opened = date(draw.randrange(2009, 2025), draw.randrange(1, 13), draw.randrange(1, 28))
            if serial == 5:
                opened = date(2026, draw.randrange(3, 11), 10)
            firm = bool(place) and serial in (0, 1)
            short = place[2:3] or "散"
            customers.append(
                Household(
                    base,
                    f"示例{short}{'甲乙'[serial % 2]}商贸有限公司"
                    if firm
                    else f"测试户{short}{serial + 1:02d}",
                    place,
                    f"示例县{place or '示例镇'}{draw.randrange(1, 30)}号",
                    firm,
                    None if draw.random() < 0.2 else opened,
                    f"1380000{draw.randrange(10**4):04d}",
                )
            )
    homes = [c for c in customers if not c.firm and c.grid]
    words = list(GROUPS)
    for serial, one in enumerate(draw.sample(homes, 24)):
        one.group = words[serial % len(words)] if one.kind == "社区" else "低保户"
    for grid in GRIDS:
        for one in [c for c in homes if c.grid == grid.name and not c.group][:2]:
            one.representative = True
    homes[30].closed = homes[60].closed = True
    firms = [c for c in customers if c.firm]
    for one, manager in zip(
        firms, ("张三", "冯二", "王五", "", "", "", "赵六", "赵六"), strict=False
    ):
        one.manager = manager
    return customers


def _plans(
    customers: list[Household], groups: list[Household]
) -> list[tuple[Household, str, str, Cycle, date]]:
    """Representatives each quarter, special groups every three months: nobody else is owed these items."""
    since = date(2026, 1, 1)
    told = [c for c in customers if c.representative and not c.closed]
    plans: list[tuple[Household, str, str, Cycle, date]] = [
        (one, "C7", "每季度", ("per", "quarter"), since) for one in told
    ]
    return plans + [(one, "W1", "每3个月", ("every", 3), since) for one in groups]


def _between(draw: random.Random, first: date, last: date) -> date:
    return first + draw.randrange((last - first).days + 1) * DAY


def _visits(draw: random.Random, customers: list[Household]) -> list[Done]:
    words = ("", "走访", "安全用电宣传", "政策宣传", "走访、上门服务")
    done = []
    for one in customers:
        if one.closed:
            continue
        starts = [date(2026, m, 1) for m in (1, 4, 7, 10)] if one.firm else [date(2026, 1, 1)]
        for first in starts:
            last = min(first + timedelta(days=88 if one.firm else 320), AS_OF)
            since = max(first, one.opened or first)
            if since <= last and draw.random() < (0.85 if one.firm else 0.7):
                day = _between(draw, since, last)
                done.append(Done(one, "visit", day, words[len(done) % len(words)]))
    return sorted(done, key=lambda d: (d.day, d.customer.base))


def _cards(draw: random.Random, customers: list[Household]) -> list[Done]:
    done = []
    for one in customers:
        since = max(one.opened or COUNT_FROM, COUNT_FROM)
        if not one.closed and one.grid != "示例南社区" and draw.random() < 0.9:
            day = min(_between(draw, since, since + 80 * DAY), AS_OF - DAY)
            done.append(Done(one, "C1", day))
    return sorted(done, key=lambda d: (d.day, d.customer.base))


def _care(draw: random.Random, groups: list[Household]) -> list[Done]:
    """Help for special groups about every three months; a few were forgotten."""
    done = []
    for serial, one in enumerate(groups):
        day = _between(draw, date(2026, 1, 5), date(2026, 3, 25))
        while day <= AS_OF - DAY and not (serial % 6 == 5 and day > date(2026, 5, 1)):
            if one.opened is None or day >= one.opened:
                done.append(Done(one, "W1", day))
            day += draw.randrange(60, 100) * DAY
    return sorted(done, key=lambda d: (d.day, d.customer.base))


def _arrears(
    draw: random.Random, customers: list[Household]
) -> list[tuple[Household, date, str, str, str, date | None, date | None]]:
    """customer, day, method, by whose help, result, promised for, card hung on."""
    told = []
    for serial, one in enumerate(draw.sample([c for c in customers if c.grid and not c.firm], 20)):
        day = _between(draw, date(2026, 8, 3), AS_OF - 10 * DAY)
        method = ("电话", "短信", "上门", "社区", "数字电视")[serial % 5]
        helper = "楼长" if method == "社区" else ""
        result = ("承诺缴费", "未接通", "已缴费", "外出务工，已转告")[serial % 4]
        promised = day + 7 * DAY if serial % 4 == 0 else None
        told.append((one, day, method, helper, result, promised, day if serial % 5 == 2 else None))
    return sorted(told, key=lambda t: (t[1], t[0].base))


def _publicity(draw: random.Random) -> list[tuple[date, str, str, int, int]]:
    """day, grid, manager, materials given out, questions answered."""
    told = []
    for month in range(1, 12):
        grid = GRIDS[month % len(GRIDS)]
        by = grid.manager or "张三"
        told.append(
            (date(2026, month, 12), grid.name, by, draw.randrange(80, 400), draw.randrange(5, 60))
        )
    return told


def _matters(draw: random.Random, customers: list[Household]) -> list[Matter]:
    said = (
        ("投诉", "停电未提前通知"),
        ("意见", "希望增设缴费点"),
        ("建议", "楼道张贴停电公告"),
        ("诉求", "更换表箱门"),
    )
    matters = []
    for serial, one in enumerate(draw.sample([c for c in customers if c.grid], 14)):
        kind, what = said[serial % len(said)]
        day = _between(draw, date(2026, 2, 2), AS_OF - 12 * DAY)
        closed = None if serial % 5 == 4 else day + 4 * DAY
        manager = (RESPONSIBLE.get(one.grid) or ("张三",))[0]
        matters.append(
            Matter(one, kind, day, what, manager, closed=closed, result="已答复" if closed else "")
        )  # type: ignore[arg-type]
    return sorted(matters, key=lambda m: (m.day, m.customer.base))


# --- what must come of it ----------------------------------------------------------------------------


def expected(town: Town) -> dict[str, Any]:
    """Tiers, who gets whom, dues, coverage, and the special groups with the day they were last seen."""
    open_ = [c for c in town.customers if not c.closed]
    tiers = Counter(c.tier for c in open_)
    loads, given, unserved = _given(open_)
    owed = _owed(town)
    return {
        "profile": "community-grid",
        "init_as_of": COUNT_FROM.isoformat(),
        "as_of": AS_OF.isoformat(),
        "customers": len(town.customers),
        "tiers": {t: tiers[t] for t in ("business", "community", "village")}
        | {"out_of_scope": len(town.customers) - len(open_)},
        "tier_of": {c.base: c.tier for c in open_},
        "assigned": {
            "counts": given,
            "customers_of": loads,
            "unserved": sorted(unserved),
            "may_have": {
                c.base: sorted(set(RESPONSIBLE.get(c.grid, ())) - {"冯二"})
                for c in open_
                if c.base not in unserved
            },
        },
        "grids": [_covered(grid, open_) for grid in GRIDS],
        "services": {s: sum(r["status"] == s for r in owed) for s in ("overdue", "due")},
        "services_owed": owed,
        "special_groups": [_seen(c, town) for c in town.customers if c.group],
    }


def _given(open_: list[Household]) -> tuple[dict[str, int], dict[str, int], set[str]]:
    """Who keeps a manager keeps him; the others go to who has fewest, firms first; as many as he may have."""
    load: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    waiting = []
    for one in open_:
        if one.manager and one.manager != "冯二" and one.manager in RESPONSIBLE.get(one.grid, ()):
            load[one.manager] += 1
            counts["kept"] += 1
        else:
            waiting.append(one)
    unserved = set()
    order = ("business", "community", "village")
    waiting.sort(key=lambda c: (order.index(c.tier), c.base))
    for one in waiting:
        there = [m for m in RESPONSIBLE.get(one.grid, ()) if m != "冯二"]
        there = [m for m in there if load[m] < CAPACITY.get(m, 10**6)]
        if not there:
            unserved.add(one.base)
            counts["unserved"] += 1
            continue
        load[min(there, key=lambda m: (load[m], m))] += 1
        counts["moved" if one.manager else "assigned"] += 1
    names = ("kept", "assigned", "moved", "unserved")
    return dict(load), {name: counts[name] for name in names}, unserved


def _covered(grid: Grid, open_: list[Household]) -> dict[str, Any]:
    managers = [m for m in RESPONSIBLE.get(grid.name, ()) if m != "冯二"]
    too_many = grid.kind == "社区" and len(managers) > 2
    return {
        "grid": grid.name,
        "customers": sum(c.grid == grid.name for c in open_),
        "managers": sorted(managers),
        "state": "none" if not managers else "many" if too_many else "ok",
    }


def _owed(town: Town) -> list[dict[str, Any]]:
    rows = []
    for one in town.customers:
        if one.closed:
            continue
        owner = Owner(one.opened or COUNT_FROM, one.opened)
        cycles: dict[str, Cycle] = {
            "visit": ("per", "quarter" if one.firm else "year"),
            "C1": ("once", 90),
        }
        terms = {item: [(date.min, FOREVER, cycle)] for item, cycle in cycles.items()}
        terms |= {
            item: [(since, FOREVER, cycle)] for c, item, _, cycle, since in town.plans if c is one
        }
        for item, laid in terms.items():
            done = [
                d.day
                for d in (*town.visits, *town.cards, *town.care)
                if d.customer is one and d.item == item
            ]
            found = standing(laid, owner, done, COUNT_FROM, AS_OF)
            if found:
                rows.append({"account": one.base, "service": item} | found)
    return rows


def _seen(one: Household, town: Town) -> dict[str, Any]:
    """When somebody last called: by visit (help on its own is no visit)."""
    days = [d.day for d in town.visits if d.customer is one]
    return {
        "account": one.base,
        "groups": GROUPS[one.group].split(","),
        "last_visit": max(days).isoformat() if days else None,
    }
