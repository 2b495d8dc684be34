"""The office as it really is: who its customers and managers are, what they used, who was visited when.

Everything is invented: places and firms are called 示例/测试, people bear placeholder names, telephone
numbers begin with 1380000. Drawn from one seeded generator, so that every run gives the same office.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

SEED = 20261122
OFFICE = "示例供电所"
AS_OF = date(2026, 11, 22)
COUNT_FROM = date(2025, 11, 1)
"""The ledger of these samples is set up for this day: obligations count from here."""
YEARS = (2024, 2025)
PREFIX = "370"
LINES = tuple(f"示例{n}线" for n in "一二三四五六")
HIGH_VOLTAGE_PER_LINE = (34, 31, 29, 28, 26, 22)
LOW_VOLTAGE_PER_LINE = (24, 22, 21, 20, 20, 18)

MANAGERS = (
    *(("chief", name) for name in ("张三", "李四")),
    *(("senior", name) for name in ("王五", "赵六", "钱七", "孙八")),
    *(("general", name) for name in ("周九", "吴十", "郑一", "冯二", "陈试样", "褚示例")),
)
"""(grade, name)"""

_TRADES = (
    ("纺织", "纺织业", "大工业用电"),
    ("机械制造", "通用设备制造业", "大工业用电"),
    ("食品", "食品制造业", "大工业用电"),
    ("建材", "非金属矿物制品业", "大工业用电"),
    ("冷链仓储", "仓储业", "一般工商业"),
    ("商贸", "零售业", "一般工商业"),
    ("物业服务", "房地产业", "一般工商业"),
    ("农业合作社", "农业", "农业生产用电"),
)
_SYLLABLES = "华兴瑞和泰安顺恒嘉润盛源德昌"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CHANNELS = ("网上国网", "网上国网", "微信", "微信", "支付宝", "银行代扣", "营业厅", "现金", "")
_CAPACITIES = ("315", "400", "500", "630", "2*315", "800", "1000", "1*200+2*315", "1250", "2×800")


@dataclass
class Customer:
    """One 户号. `base` is the ten-digit number, `number` the thirteen-digit one; kwh by year, twelve months."""

    base: str
    name: str
    line: str
    area: str
    address: str
    tariff: str
    industry: str
    high_voltage: bool
    capacity: str
    capacity_kva: int
    opened_on: date | None
    contact: str
    phone: str
    channel: str
    supply: str = "单电源"
    dedicated: bool = False
    reliability: str = ""
    social: bool = False
    importance: str = ""
    pv: bool = False
    ev: bool = False
    told_later: bool = False
    """A 专变 customer whose panels only the per-line workbook knows of."""
    closed: bool = False
    manager: str = ""
    kwh: dict[int, list[int | None]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return PREFIX + self.base

    @property
    def in_scope(self) -> bool:
        """Under the three-fixed rules: 专变, PV or EV charging, not closed."""
        return not self.closed and (self.high_voltage or self.pv or self.ev)

    def year_kwh(self, year: int) -> int:
        """The year's kWh: the sum of the months that are known."""
        return sum(month or 0 for month in self.kwh.get(year, []))


@dataclass(frozen=True)
class Visit:
    customer: Customer
    day: date
    manager: str
    tier: str | None


@dataclass
class Office:
    customers: list[Customer]
    visits: list[Visit]
    tiers: dict[str, str]
    """base -> diamond, gold or normal; customers out of scope are absent."""

    @property
    def high_voltage(self) -> list[Customer]:
        return [c for c in self.customers if c.high_voltage]

    @property
    def low_voltage(self) -> list[Customer]:
        return [c for c in self.customers if not c.high_voltage]


def make_office() -> Office:
    """Draw the whole office."""
    draw = random.Random(SEED)
    bases = _bases(draw)
    customers = [
        _customer(draw, next(bases), line, serial, high_voltage=high)
        for high, numbers in ((True, HIGH_VOLTAGE_PER_LINE), (False, LOW_VOLTAGE_PER_LINE))
        for line, count in zip(LINES, numbers, strict=True)
        for serial in range(count)
    ]
    _give_features(draw, customers)
    _give_energy(draw, customers)
    tiers = tiers_of(customers)
    _give_managers(customers, tiers)
    visits = _visits(draw, customers, tiers)
    return Office(customers, visits, tiers)


# --- customers -----------------------------------------------------------------------------------


def _bases(draw: random.Random):
    """Ten-digit numbers, a quarter with leading zeros, none that looks as if its end had been lost."""
    seen = set()
    while True:
        base = draw.choice("0123") + f"{draw.randrange(10**9):09d}"
        if base not in seen and not base.endswith("000"):
            seen.add(base)
            yield base


def _customer(
    draw: random.Random, base: str, line: str, serial: int, *, high_voltage: bool
) -> Customer:
    word, industry, tariff = draw.choice(_TRADES)
    firm = f"示例{draw.choice(_SYLLABLES)}{draw.choice(_SYLLABLES)}{word}有限公司"
    capacity = draw.choice(_CAPACITIES) if high_voltage else draw.choice(("8", "15", "30", "50"))
    name = firm if high_voltage else f"测试户{line[2]}{serial + 1:02d}"
    opened: date | None = date(draw.randrange(2008, 2024), draw.randrange(1, 13), 1)
    opened += timedelta(days=draw.randrange(1, 27))
    if draw.random() < 0.08:
        opened = None
    return Customer(
        base=base,
        name=name,
        line=line,
        area=f"{line}{serial // 6 + 1}号台区",
        address=f"示例县示例镇{line[2]}号路{draw.randrange(1, 200)}号",
        tariff=tariff if high_voltage else "居民生活用电",
        industry=industry if high_voltage else "",
        high_voltage=high_voltage,
        capacity=capacity,
        capacity_kva=evaluated(capacity),
        opened_on=opened,
        contact=draw.choice(_STEMS) + "某",
        phone=f"1380000{draw.randrange(10**4):04d}",
        channel=draw.choice(_CHANNELS),
    )


def evaluated(capacity: str) -> int:
    """kVA of an expression such as 1*200+2*315."""
    total = 0
    for part in capacity.replace("×", "*").split("+"):
        count, _, size = part.rpartition("*")
        total += int(count or 1) * int(size)
    return total


def _give_features(draw: random.Random, customers: list[Customer]) -> None:
    """What decides a tier besides energy, each on customers of its own, so that every rule shows."""
    high = [c for c in customers if c.high_voltage]
    low = [c for c in customers if not c.high_voltage]
    chosen = iter(draw.sample(high, 40))
    for _ in range(5):
        one = next(chosen)
        one.supply, one.reliability, one.importance = "双电源", "高", "一级"
    for _ in range(3):
        next(chosen).supply = "双电源"  # without a high need: no diamond
    for _ in range(3):
        one = next(chosen)
        one.social, one.importance = True, "二级"
    for _ in range(6):
        next(chosen).supply = "双回路"
    for _ in range(4):
        next(chosen).reliability = "较高"
    for serial in range(5):
        one = next(chosen)
        one.pv, one.told_later = True, serial < 2
    for _ in range(3):
        next(chosen).closed = True
    for _ in range(3):
        next(chosen).opened_on = date(2026, draw.randrange(2, 9), draw.randrange(2, 28))
    for one in draw.sample(low, 34):
        one.pv = True
    for one in draw.sample([c for c in low if not c.pv], 14):
        one.ev = True
        one.tariff, one.name = "商业用电", f"示例充电站{one.name[3:]}"
    low[0].name = "测试户䶮"  # a character that GBK lacks and GB18030 has


def _give_energy(draw: random.Random, customers: list[Customer]) -> None:
    """Monthly kWh; ties at the 10th and the 50th place; one year cut short by an opening or a closing."""
    for one in customers:
        use = draw.uniform(0.05, 0.4) if one.high_voltage else draw.uniform(0.02, 0.1)
        for year in YEARS:
            if one.opened_on and one.opened_on.year > year:
                continue
            mean = one.capacity_kva * 730 * use
            months = [round(mean * draw.uniform(0.8, 1.2)) for _ in range(12)]
            one.kwh[year] = months[:8] + [None] * 4 if one.closed and year == 2025 else months
    ranked = sorted(
        (c for c in customers if c.high_voltage and not c.closed and 2025 in c.kwh),
        key=lambda c: -c.year_kwh(2025),
    )
    for place in (10, 50):
        ranked[place].kwh[2025] = list(ranked[place - 1].kwh[2025])
        ranked[place].capacity = ranked[place - 1].capacity
        ranked[place].capacity_kva = ranked[place - 1].capacity_kva
    ranked[0].dedicated = True
    ranked[-1].kwh[2025] = [0] * 12


# --- who belongs where ---------------------------------------------------------------------------


def tiers_of(customers: list[Customer]) -> dict[str, str]:
    """The three-fixed rules, told once more in their plainest form (year 2025)."""
    sold = [c.year_kwh(2025) for c in customers if c.in_scope and c.year_kwh(2025) > 0]
    tiers = {}
    for one in customers:
        if not one.in_scope:
            continue
        mine = one.year_kwh(2025)
        rank = 1 + sum(1 for other in sold if other > mine) if mine > 0 else None
        if (
            (rank is not None and rank <= 10)
            or (one.supply == "双电源" and one.reliability == "高")
            or one.social
        ):
            tiers[one.base] = "diamond"
        elif (
            (rank is not None and rank <= 50)
            or one.supply == "双回路"
            or one.reliability in ("高", "较高")
            or one.pv
            or one.ev
        ):
            tiers[one.base] = "gold"
        else:
            tiers[one.base] = "normal"
    return tiers


def _give_managers(customers: list[Customer], tiers: dict[str, str]) -> None:
    """Diamond to the two chiefs, gold to the four seniors, the rest by line to the six others."""
    serving = {"diamond": "chief", "gold": "senior", "normal": "general", None: "general"}
    dealt: Counter[str] = Counter()
    for one in customers:
        grade = serving[tiers.get(one.base)]
        names = [name for g, name in MANAGERS if g == grade]
        if grade == "general":
            one.manager = names[LINES.index(one.line)]
        else:
            one.manager = names[dealt[grade] % len(names)]
            dealt[grade] += 1


# --- visits --------------------------------------------------------------------------------------


def months_of(tier: str) -> int:
    """Length of the visiting cycle in months."""
    return 3 if tier == "normal" else 1


def periods(months: int) -> list[tuple[date, date]]:
    """Calendar periods (first and last day) of that length, from the one of COUNT_FROM to that of AS_OF."""
    spans = []
    year, month = COUNT_FROM.year, (COUNT_FROM.month - 1) // months * months + 1
    while date(year, month, 1) <= AS_OF:
        after = (year, month + months) if month + months <= 12 else (year + 1, month + months - 12)
        spans.append((date(year, month, 1), date(*after, 1) - timedelta(days=1)))
        year, month = after
    return spans


def _visits(draw: random.Random, customers: list[Customer], tiers: dict[str, str]) -> list[Visit]:
    """One visit per period for all but a neglected few, who were left out the last one to three periods."""
    visits = []
    served = [c for c in customers if c.base in tiers]
    neglected = {c.base: draw.randrange(1, 4) for c in draw.sample(served, 11)}
    for one in customers:
        tier = tiers.get(one.base)
        if tier is None:
            if draw.random() < 0.2:
                visits.append(Visit(one, date(2026, 3, draw.randrange(2, 28)), one.manager, None))
            continue
        spans = periods(months_of(tier))
        lapsed = neglected.get(one.base, 0)
        for back, (first, last) in enumerate(reversed(spans)):
            from_day, to_day = max(first, COUNT_FROM), min(last, AS_OF)
            if one.opened_on and one.opened_on > from_day:
                continue
            if (lapsed and back <= lapsed) or (back == 0 and draw.random() < 0.35):
                continue
            day = from_day + timedelta(days=draw.randrange((to_day - from_day).days + 1))
            visits.append(Visit(one, day, one.manager, tier))
    return sorted(visits, key=lambda v: (v.day, v.customer.base))
