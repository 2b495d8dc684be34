"""The arithmetic of the KPIs: which facts count on which side of a figure, and whether the target is met.

A fact is one customer, or one visit owed; equal facts are counted together (`Counts`), so that a million
customers are a few thousand additions. The list of rows behind a figure asks the same `Definition.side`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import median

from cmledger.records.kpi import Kpi, KpiGroup, Spread
from cmledger.records.kpi_facts import Fact, Of
from cmledger.records.kpi_words import Direction, Unit

Counts = Mapping[Fact, int]
"""How many of each fact there are."""


class Side(Enum):
    """Where a fact counts: (in the numerator, in the denominator)."""

    NEITHER = (False, False)
    BELOW = (False, True)
    BOTH = (True, True)

    @property
    def numerator(self) -> bool:
        return self.value[0]

    @property
    def denominator(self) -> bool:
        return self.value[1]


Sides = Callable[[Fact], Side]

_CUSTOMERS = frozenset({Of.CUSTOMER})
_ENDED = frozenset({Of.ENDED})
_OPEN = frozenset({Of.OPEN})
_STANDING = frozenset({Of.STANDING})
_VISITS = frozenset({Of.ENDED, Of.OPEN})


@dataclass(frozen=True, slots=True)
class Definition:
    """How a KPI is taken from the facts.

    target_code: whose target it is compared with (a tier's completion rate: the overall one's).
    An average counts its facts above and the managers who look after anybody below.
    """

    code: str
    unit: Unit
    direction: Direction
    of: frozenset[Of]
    side: Sides
    target_code: str
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What the policy asks of a KPI, in the terms of `Kpi.figure`; None: nothing."""

    figure: float | None
    direction: Direction


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """Which payment channels are new, whose customers are asked, and whether an unknown channel counts as not new."""

    new_channels: frozenset[str]
    only_in_scope: bool
    unknown_counts: bool

    def asks(self, fact: Fact) -> bool:
        """Whether the KPI is about this customer at all."""
        return fact.tier is not None or not self.only_in_scope

    def side(self, fact: Fact) -> Side:
        """New channels above; unknown ones below only where the policy says so."""
        if not self.asks(fact) or (fact.channel is None and not self.unknown_counts):
            return Side.NEITHER
        return Side.BOTH if fact.channel in self.new_channels else Side.BELOW


def _share(condition: Callable[[Fact], bool]) -> Sides:
    """Facts of tiered customers; above where `condition` holds."""

    def side(fact: Fact) -> Side:
        if fact.tier is None:
            return Side.NEITHER
        return Side.BOTH if condition(fact) else Side.BELOW

    return side


def _has_manager(fact: Fact) -> bool:
    return fact.manager is not None


def _in_tier(tier: str) -> Callable[[Fact], bool]:
    return lambda fact: fact.tier == tier


def _of_tier(tier: str, condition: Callable[[Fact], bool]) -> Sides:
    def side(fact: Fact) -> Side:
        if fact.tier != tier:
            return Side.NEITHER
        return Side.BOTH if condition(fact) else Side.BELOW

    return side


def _looked_after(fact: Fact) -> Side:
    """What goes above an average; the managers below are counted by `managers_at_work`."""
    counts = fact.tier is not None and fact.manager is not None
    return Side.BOTH if counts else Side.NEITHER


def definitions(
    tiers: Sequence[str], payment: PaymentRule, key_tiers: frozenset[str] = frozenset()
) -> tuple[Definition, ...]:
    """All KPIs the ledger has facts for, in the order of the report; `tiers` in the order of the policy.

    key_tiers: those whose customers count as 重点客户.
    """
    least, most = Direction.AT_LEAST, Direction.AT_MOST
    rate, count, average = Unit.RATE, Unit.COUNT, Unit.AVERAGE

    def one(code: str, unit: Unit, way: Direction, of: frozenset[Of], side: Sides) -> Definition:
        return Definition(code, unit, way, of, side, code)

    def of_tier(code: str, unit: Unit, of: frozenset[Of], tier: str, side: Sides) -> Definition:
        return Definition(f"{code}_{tier}", unit, least, of, side, code, tier)

    def made(fact: Fact) -> bool:
        return fact.met

    def customised(fact: Fact) -> Side:
        if fact.tier not in key_tiers:
            return Side.NEITHER
        return Side.BOTH if fact.customised else Side.BELOW

    return (
        *(of_tier("customers", count, _CUSTOMERS, tier, _share(_in_tier(tier))) for tier in tiers),
        one("visit_completion", rate, least, _ENDED, _share(made)),
        *(of_tier("visit_completion", rate, _ENDED, tier, _of_tier(tier, made)) for tier in tiers),
        one("visit_progress", rate, least, _OPEN, _share(made)),
        one("visits_overdue", count, most, _STANDING, _share(lambda fact: fact.overdue)),
        one("new_payment_adoption", rate, least, _CUSTOMERS, payment.side),
        one("value_added_customised", rate, least, _CUSTOMERS, customised),
        one("manager_coverage", rate, least, _CUSTOMERS, _share(_has_manager)),
        one(
            "customers_without_manager",
            count,
            most,
            _CUSTOMERS,
            _share(lambda fact: not _has_manager(fact)),
        ),
        one("customers_per_manager", average, most, _CUSTOMERS, _looked_after),
        one("dues_per_manager", average, most, _VISITS, _looked_after),
    )


def managers_at_work(counts: Counts, of: frozenset[Of]) -> dict[int | None, set[int]]:
    """Who looks after a tiered customer, or had to make a visit where `of` is about those; by their key."""
    found: dict[int | None, set[int]] = defaultdict(set)
    for fact in counts:
        counted = fact.of in of or fact.of is Of.CUSTOMER
        if counted and fact.tier is not None and fact.manager is not None:
            found[fact.key].add(fact.manager)
    return found


def measured(
    definition: Definition,
    counts: Counts,
    *,
    name: str,
    keys: Mapping[int | None, str | None],
    target: Target,
) -> Kpi:
    """One KPI over all facts and over the facts of each key; `keys`: id -> what it is called, in order of show."""
    above: Counter[int | None] = Counter()
    below: Counter[int | None] = Counter()
    for fact, number in counts.items():
        if fact.of not in definition.of:
            continue
        side = definition.side(fact)
        if side.numerator:
            above[fact.key] += number
        if side.denominator:
            below[fact.key] += number
    numerator, denominator = above.total(), below.total()
    spread = None
    if definition.unit is Unit.AVERAGE:
        busy = managers_at_work(counts, definition.of)
        below = Counter({key: len(managers) for key, managers in busy.items()})
        everyone = {manager for managers in busy.values() for manager in managers}
        denominator = len(everyone)
        spread = _spread(definition, counts, everyone)
    kpi = Kpi(
        definition.code,
        name,
        definition.unit,
        numerator,
        denominator,
        target.figure,
        target.direction,
        by=tuple(KpiGroup(keys[key], above[key], below[key]) for key in keys),
        tier=definition.tier,
        spread=spread,
    )
    return replace(kpi, met=is_met(kpi.direction, kpi.figure, kpi.target))


def is_met(direction: Direction, figure: float | None, target: float | None) -> bool | None:
    """Whether a figure is on the good side of its target (or on it); None where either is missing."""
    if figure is None or target is None:
        return None
    return figure >= target if direction is Direction.AT_LEAST else figure <= target


def _spread(definition: Definition, counts: Counts, managers: Iterable[int]) -> Spread | None:
    """Lowest, median and highest number of facts per manager; None where there is no manager."""
    load: Counter[int] = Counter(dict.fromkeys(managers, 0))
    for fact, number in counts.items():
        manager = fact.manager
        if manager is None or manager not in load or fact.of not in definition.of:
            continue
        if definition.side(fact).numerator:
            load[manager] += number
    if not load:
        return None
    loads = sorted(load.values())
    return Spread(loads[0], median(loads), loads[-1])


def unknown_channels(payment: PaymentRule, counts: Counts) -> int:
    """Customers asked about whose payment channel is not recorded."""
    return sum(
        number
        for fact, number in counts.items()
        if fact.of is Of.CUSTOMER and fact.channel is None and payment.asks(fact)
    )


def tier_counts(tiers: Sequence[str], counts: Counts) -> dict[str | None, int]:
    """Customers per tier in the policy's order, None last: those in no tier. Tiers of older editions follow."""
    found: Counter[str | None] = Counter()
    for fact, number in counts.items():
        if fact.of is Of.CUSTOMER:
            found[fact.tier] += number
    older = sorted(tier for tier in found if tier is not None and tier not in tiers)
    return {tier: found[tier] for tier in (*tiers, *older, None)}
