"""What the office of the three-fixed rules did besides visiting, what it agreed with customers, and what stands out.

Drawn from a generator of its own, so that the office and its visits stay as they are.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from making.law import DAY, month_end
from making.office import AS_OF, COUNT_FROM, LINES, MANAGERS, Customer, Office

SEED = 20261123
GRIDS = ("新华社区", "东风社区", "示例一村", "示例二村", "城北3号网格")
"""The grids of the workbook of grids."""


@dataclass(frozen=True)
class Deed:
    """A service item done for a customer, without a visit."""

    customer: Customer
    item: str
    day: date
    method: str
    content: str = ""


@dataclass(frozen=True)
class Duty:
    """An item done that a manager or a grid owes itself."""

    item: str
    day: date
    manager: str
    grid: str = ""
    materials: int | None = None
    answered: int | None = None
    attendees: int | None = None


@dataclass(frozen=True)
class Matter:
    """A hazard, complaint, opinion …"""

    customer: Customer
    kind: str
    day: date
    content: str
    by: str
    level: str = ""
    measure: str = ""
    due: date | None = None
    closed: date | None = None
    result: str = ""


@dataclass(frozen=True)
class Event:
    customer: Customer
    event: str
    day: date
    reason: str


@dataclass(frozen=True)
class OwnPlan:
    """An item a customer has on terms of its own. cycle: as making.law has it; () is never; word: as it is written."""

    customer: Customer
    item: str
    cycle: tuple[object, ...]
    word: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Telling:
    """A customer told of an outage, or asked (agreement) beforehand."""

    customer: Customer
    kind: str
    at: datetime
    method: str
    outcome: str
    by: str


@dataclass
class Outage:
    number: str
    line: str
    area: str
    kind: str
    begins: datetime
    ends: datetime
    reason: str
    known: date
    tellings: list[Telling] = field(default_factory=list)

    def touches(self, one: Customer) -> bool:
        """By its area where it names one, else by its line."""
        if one.closed:
            return False
        if self.area:
            return not one.high_voltage and one.area == self.area
        return one.line == self.line


@dataclass
class Doings:
    """Everything of the kind."""

    deeds: list[Deed]
    duties: list[Duty]
    trainings: list[tuple[str, date, str, float, str]]
    matters: list[Matter]
    events: list[Event]
    plans: list[OwnPlan]
    days: list[tuple[Customer, str, tuple[int, int]]]
    outages: list[Outage]


def make_doings(one: Office) -> Doings:
    """Draw them all."""
    draw = random.Random(SEED)
    by_tier = {
        tier: [c for c in one.customers if one.tiers.get(c.base) == tier]
        for tier in ("diamond", "gold", "normal")
    }
    events = _events(draw, one)
    matters = _matters(draw, one)
    deeds = [
        *_cards(draw, one),
        *_yearly(draw, by_tier),
        *_quarterly(draw, by_tier["diamond"]),
        *_seasons(draw, by_tier["diamond"]),
        *_answers(draw, events, matters),
        *_greetings(draw, by_tier["gold"]),
    ]
    deeds = list({(d.customer.base, d.item, d.day): d for d in deeds}.values())
    deeds.sort(key=lambda d: (d.day, d.customer.base, d.item))
    return Doings(
        deeds, _duties(draw), _trainings(), matters, events, _plans(by_tier), _days(draw, by_tier),
        _outages(one),
    )  # fmt: skip


# --- services ------------------------------------------------------------------------------------


def _between(draw: random.Random, first: date, last: date) -> date:
    return first + draw.randrange((last - first).days + 1) * DAY


def _cards(draw: random.Random, one: Office) -> list[Deed]:
    """The card of the manager, to all but nine; to a few after the thirty days."""
    served = [c for c in one.customers if c.base in one.tiers]
    without = {c.base for c in draw.sample(served, 9)}
    deeds = []
    for customer in served:
        if customer.base in without:
            continue
        since = max(customer.opened_on or COUNT_FROM, COUNT_FROM)
        late = draw.random() < 0.04
        day = _between(draw, since + 3 * DAY, since + 27 * DAY) + (35 * DAY if late else 0 * DAY)
        deeds.append(Deed(customer, "B9", day, "上门", "发放联系卡"))
    return deeds


def _yearly(draw: random.Random, by_tier: dict[str, list[Customer]]) -> list[Deed]:
    """Once a year: files checked, operators trained, equipment patrolled, reports on quality; for most of them."""
    plan = (
        ("B8", ("diamond", "gold", "normal"), "上门", "核实用能档案", 0.92),
        ("G6", ("gold",), "培训班", "值班人员技能培训", 0.9),
        ("D6", ("diamond",), "邮件", "供电质量分析报告", 0.85),
        ("D9", ("diamond",), "现场", "涉网设备巡检", 0.85),
    )
    deeds = []
    for item, tiers, method, content, share in plan:
        for one in (c for tier in tiers for c in by_tier[tier]):
            for first, last in (
                (date(2025, 11, 3), date(2025, 12, 30)),
                (date(2026, 3, 2), AS_OF - DAY),
            ):
                since = max(first, one.opened_on or first)
                if since <= last and draw.random() < share:
                    deeds.append(Deed(one, item, _between(draw, since, last), method, content))
    return deeds


def _quarterly(draw: random.Random, diamonds: list[Customer]) -> list[Deed]:
    """The report on the use of power, each quarter; two customers were forgotten for half a year."""
    forgotten = {c.base for c in draw.sample(diamonds, 2)}
    deeds = []
    for year, month in ((2025, 10), (2026, 1), (2026, 4), (2026, 7), (2026, 10)):
        first = max(date(year, month, 1), COUNT_FROM)
        last = min(month_end(date(year, month + 2, 1)), AS_OF - DAY)
        for one in diamonds:
            lapsed = one.base in forgotten and (year, month) >= (2026, 4)
            if lapsed or ((year, month) == (2026, 10) and draw.random() < 0.4):
                continue
            since = max(first, one.opened_on or first)
            if since <= last:
                day = _between(draw, since, last)
                deeds.append(Deed(one, "D5", day, "书面", "《优化用电分析报告》"))
    return deeds


def _seasons(draw: random.Random, diamonds: list[Customer]) -> list[Deed]:
    """The plan before each peak season; that of this winter is half done."""
    deeds = []
    for first, last, share in (
        (COUNT_FROM, date(2025, 11, 30), 0.9),
        (date(2026, 5, 1), date(2026, 6, 30), 0.95),
        (date(2026, 10, 15), AS_OF - DAY, 0.5),
    ):
        for one in diamonds:
            since = max(first, one.opened_on or first)
            if since <= last and draw.random() < share:
                deeds.append(Deed(one, "D7", _between(draw, since, last), "现场", "有序用电方案"))
    return deeds


def _answers(draw: random.Random, events: list[Event], matters: list[Matter]) -> list[Deed]:
    """Most events and complaints were seen to in time, one or two late, the latest not yet."""
    deeds = []
    for number, event in enumerate(events):
        if event.day + 12 * DAY < AS_OF and number % 5 != 4:
            day = event.day + draw.randrange(1, 7) * DAY
            deeds.append(Deed(event.customer, "B5", day, "上门", f"{event.event}用电方案指导"))
    for number, matter in enumerate(m for m in matters if m.kind == "投诉"):
        if number % 3 != 2:
            day = min(matter.day + draw.randrange(1, 4) * DAY, AS_OF)
            deeds.append(Deed(matter.customer, "B9-2", day, "电话", "答复投诉"))
    return deeds


def _greetings(draw: random.Random, golds: list[Customer]) -> list[Deed]:
    """At the holidays by message; bills and their details when asked for."""
    deeds = []
    for day in (date(2026, 2, 16), date(2026, 9, 24), date(2026, 9, 30)):
        deeds += [Deed(one, "G7", day, "微信", "节日祝福") for one in golds[::4]]
    deeds += [
        Deed(c, "G3", _between(draw, date(2026, 9, 1), AS_OF - DAY), "短信") for c in golds[5:17]
    ]
    return deeds


def _duties(draw: random.Random) -> list[Duty]:
    """Each manager sees the town's government and the large users each month; two of them let it slip."""
    duties = []
    months = [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 12))]
    for serial, (_, name) in enumerate(MANAGERS):
        for year, month in months:
            last = min(month_end(date(year, month, 1)), AS_OF - DAY)
            for item in ("M1", "M2"):
                lapsed = serial in (7, 10) and item == "M2" and (year, month) >= (2026, 9)
                if not lapsed and not ((year, month) == (2026, 11) and draw.random() < 0.4):
                    duties.append(Duty(item, _between(draw, date(year, month, 1), last), name))
    for number in range(10):
        day = _between(draw, date(2026, 1, 5), AS_OF - DAY)
        by = MANAGERS[6 + number % 5][1]
        grid, handed = GRIDS[number % 5], draw.randrange(40, 300)
        duties.append(Duty("M4", day, by, grid, handed, draw.randrange(5, 60)))
    for number in range(4):
        day, by = date(2026, 1 + 3 * number, 15), MANAGERS[number][1]
        duties.append(Duty("M3", day, by, attendees=draw.randrange(8, 30)))
    return sorted(duties, key=lambda d: (d.day, d.manager, d.item))


def _trainings() -> list[tuple[str, date, str, float, str]]:
    """Four trainings of the year; who is away takes no part."""
    held = (
        (date(2026, 3, 12), "业扩报装与客户服务规范", 8, ""),
        (date(2026, 5, 21), "用电检查与安全用电", 6, "褚示例"),
        (date(2026, 8, 6), "新型缴费方式推广", 4, "钱七"),
        (date(2026, 10, 16), "台账填报与系统操作", 2.5, "周九"),
    )
    return [
        (name, day, topic, hours, ("合格", "优秀")[(number + day.month) % 5 == 0])
        for day, topic, hours, away in held
        for number, (_, name) in enumerate(MANAGERS)
        if name != away
    ]


# --- what came up --------------------------------------------------------------------------------


def _events(draw: random.Random, one: Office) -> list[Event]:
    firms = [c for c in one.high_voltage if c.base in one.tiers]
    events = []
    for number, customer in enumerate(draw.sample(firms, 15)):
        day = _between(draw, date(2026, 1, 5), date(2026, 10, 30))
        if number in (6, 13):
            day = AS_OF - (2 + number % 3) * DAY
        what = ("报停", "减容", "暂停", "增容", "减容")[number % 5]
        since = customer.opened_on or day
        events.append(
            Event(customer, what, max(day, since), ("订单不足", "设备检修", "停产")[number % 3])
        )
    return sorted(events, key=lambda e: (e.day, e.customer.base))


_HAZARDS = (
    ("配电室门窗破损，存在小动物进入隐患", "一般", "封堵孔洞，更换门窗"),
    ("变压器渗油", "较大", "更换密封件，补油"),
    ("安全工器具超过试验周期", "一般", "送检并更换"),
    ("自备发电机与电网无可靠闭锁", "重大", "加装闭锁装置"),
    ("电缆沟积水", "轻微", "清理排水"),
    ("无应急预案", "一般", "编制应急预案并演练"),
)


def _matters(draw: random.Random, one: Office) -> list[Matter]:
    firms = [c for c in one.high_voltage if c.base in one.tiers]
    matters = []
    for number, customer in enumerate(draw.sample(firms, 24)):
        what, level, measure = _HAZARDS[number % len(_HAZARDS)]
        since = max(customer.opened_on or date(2026, 1, 5), date(2026, 1, 5))
        day = _between(draw, since, AS_OF - 5 * DAY)
        due = day + 30 * DAY
        closed = None if number % 4 == 3 else min(day + draw.randrange(3, 28) * DAY, AS_OF)
        result = "" if closed is None else ("已整改", "合格", "已消除")[number % 3]
        matters.append(
            Matter(
                customer, "隐患", day, what, customer.manager, level, measure, due, closed, result
            )
        )
    said = (
        ("投诉", "抄表数据有误"), ("意见", "希望提前告知停电"), ("建议", "增设自助缴费机"), ("诉求", "申请更换表箱"),
        ("投诉", "停电未提前通知"), ("意见", "电话不易打通"),
    )  # fmt: skip
    for number, customer in enumerate(
        draw.sample([c for c in one.customers if c.base in one.tiers], 18)
    ):
        kind, what = said[number % len(said)]
        day = _between(draw, date(2026, 2, 2), AS_OF - 20 * DAY)
        if number in (6, 16):
            day = AS_OF - (1 + number % 5) * DAY
        day = max(day, customer.opened_on or day)
        closed = None if number % 5 == 1 or day > AS_OF - 6 * DAY else min(day + 4 * DAY, AS_OF)
        result = "" if closed is None else "已答复客户"
        matters.append(
            Matter(
                customer,
                kind,
                day,
                what,
                customer.manager,
                closed=closed,
                result=result,
                due=day + 7 * DAY,
            )
        )
    return sorted(matters, key=lambda m: (m.day, m.customer.base))


# --- agreed with the customer ----------------------------------------------------------------------


def _plans(by_tier: dict[str, list[Customer]]) -> list[OwnPlan]:
    """一户一方案: more often, less often, not at all, something the tier does not have; one that ends."""
    diamonds, golds, normals = by_tier["diamond"], by_tier["gold"], by_tier["normal"]
    year = date(2026, 1, 1)
    return [
        OwnPlan(diamonds[0], "D4", ("per", "month"), "每月", year),
        OwnPlan(diamonds[0], "D5", ("per", "half-year"), "每半年", year),
        OwnPlan(diamonds[0], "G6", ("per", "year"), "每年一次", year),
        OwnPlan(diamonds[1], "D10", ("every", 6), "每6个月", date(2026, 3, 1)),
        OwnPlan(diamonds[1], "D9", (), "不需要", year),
        OwnPlan(golds[0], "B4", ("per", "half-year"), "半年", year),
        OwnPlan(golds[0], "G8", ("per", "quarter"), "每季度1次", date(2026, 4, 1)),
        OwnPlan(golds[1], "G6", (), "不做", year),
        OwnPlan(golds[2], "G4", (), "不需要", year),
        OwnPlan(normals[0], "visit", ("per", "month"), "每月", date(2026, 7, 1)),
        OwnPlan(normals[1], "visit", ("per", "month"), "每月", year, date(2026, 6, 30)),
        OwnPlan(normals[2], "G4", ("events", ("planned-outage",), 0, False), "按目录", year),
        OwnPlan(normals[3], "B8", ("every", 24), "每2年", year),
    ]


def _days(
    draw: random.Random, by_tier: dict[str, list[Customer]]
) -> list[tuple[Customer, str, tuple[int, int]]]:
    """Birthdays and foundings of gold customers; four fall into these days."""
    days = []
    for number, one in enumerate(by_tier["gold"][:20]):
        what = ("厂庆日", "生日")[number % 2]
        days.append((one, what, (draw.randrange(1, 11), draw.randrange(1, 29))))
    for number, day in enumerate(((11, 22), (11, 23), (11, 25), (11, 26))):
        one, what, _ = days[number * 3]
        days[number * 3] = (one, what, day)
    return days


# --- outages -------------------------------------------------------------------------------------


def _outages(one: Office) -> list[Outage]:
    """Six still to come, one past; those who must be told, told in part: in time, late, not reached, refused."""

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute))

    area = next(c.area for c in one.low_voltage if c.line == LINES[2])
    december, november = date(2026, 12, 1), date(2026, 11, 1)
    outages = [
        Outage("TD202611-01", LINES[0], "", "计划停电", at(date(2026, 11, 12), 8), at(date(2026, 11, 12), 17), "线路检修", november),
        Outage("TD202611-02", LINES[1], "", "计划停电", at(date(2026, 11, 26), 7, 30), at(date(2026, 11, 26), 18), "更换开关", date(2026, 11, 16)),
        Outage("TD202611-03", LINES[3], "", "临时停电", at(date(2026, 11, 24), 9), at(date(2026, 11, 24), 11), "消除缺陷", AS_OF - DAY),
        Outage("TD202612-01", LINES[0], "", "计划停电", at(december + 2 * DAY, 8), at(december + 2 * DAY, 17), "线路检修", AS_OF - 2 * DAY),
        Outage("TD202612-02", LINES[4], "", "计划停电", at(december + 4 * DAY, 22), at(december + 5 * DAY, 6), "夜间改造", AS_OF - 2 * DAY),
        Outage("TD202612-03", LINES[2], area, "计划停电", at(december + 7 * DAY, 8), at(december + 7 * DAY, 12), "更换变压器", AS_OF - 2 * DAY),
        Outage("TD202612-04", LINES[5], "", "计划停电", at(december + 9 * DAY, 6), at(december + 9 * DAY, 18, 30), "迁改", AS_OF - 2 * DAY),
    ]  # fmt: skip
    for outage in (outages[0], outages[1], outages[3]):
        asked = [c for c in one.customers if outage.touches(c) and one.tiers.get(c.base) == "gold"]
        for number, customer in enumerate(asked):
            telling = _telling(outage, customer, number)
            if telling is not None:
                outage.tellings.append(telling)
    return outages


def _telling(outage: Outage, one: Customer, number: int) -> Telling | None:
    outcome = ("同意", "同意", "不同意", "未联系上", "已告知", "")[number % 6]
    if not outcome:
        return None
    kind = "通知" if outcome == "已告知" else "协商停电"
    at = datetime.combine(outage.known, time(9 + number % 8, 10 * (number % 6)))
    at += timedelta(days=1)
    return Telling(one, kind, at, ("电话", "微信", "短信")[number % 3], outcome, one.manager)
