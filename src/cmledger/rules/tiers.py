"""The one evaluator of tier rules: a customer's facts and a policy edition in, a decision with all its reasons out.

Where the policy has hysteresis, the tier held the day before is one more fact: criteria of that tier and of those
below it are eased, those of the tiers above are tightened. A customer without a tier is measured by the plain ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

from cmledger.policy.schema import Criterion, Edition, Range
from cmledger.records.tiering import (
    CLOSED,
    KEPT,
    NOT_IN_SCOPE,
    WAITS,
    Compared,
    Decision,
    Reason,
    TierFacts,
)

HIGH_VOLTAGE, BUSINESS, RESIDENT = "high-voltage", "low-voltage-business", "resident"
_COMPUTED = {"annual_kwh", "sales_rank_top"}
_LOOKS_AT = {
    "customer_class": ("customer_class", "voltage", "tariff_class"),
    "voltage_kv": ("voltage",),
}


class TierRules:
    """An edition's rules, ready to be asked about many customers. See `records.tiering.Evaluator`."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        hysteresis = edition.hysteresis
        self._ways = {
            code: tuple(
                _Way(c, shifted(c, hysteresis.demote), shifted(c, -hysteresis.promote))
                for c in tier.any
            )
            for code, tier in edition.tier.items()
        }
        self._places = {code: place for place, code in enumerate(edition.tier)}
        criteria = [*edition.scope.any, *(c for w in self._ways.values() for o in w for c in o)]
        asked = [fact for criterion in criteria for fact in criterion.conditions()]
        names = {
            name
            for fact, _ in asked
            if fact not in _COMPUTED
            for name in _LOOKS_AT.get(fact, (fact,))
        }
        if hysteresis.demote or hysteresis.promote:
            names.add("held")
        self.columns = tuple(name for name in TierFacts._fields if name in names)
        self.tops = tuple(sorted({top for fact, top in asked if fact == "sales_rank_top"}))
        self.rank_limit = self.tops[-1] if self.tops else 0
        cuts = {cut for fact, bounds in asked if fact == "annual_kwh" for cut in bounds.cuts}
        self.kwh_cuts = tuple(sorted(cuts))

    def in_scope(self, facts: TierFacts) -> bool:
        """Whether the customer is put into a tier at all."""
        scope = self.edition.scope
        if facts.closed and scope.closed == "exclude":
            return False
        return any(self.met(criterion, facts) is not None for criterion in scope.any)

    def decide(self, facts: TierFacts) -> Decision:
        """The highest tier of which any criterion is met; reasons are all criteria met, of every tier."""
        if not self.in_scope(facts):
            closed = facts.closed and self.edition.scope.closed == "exclude"
            rule = CLOSED if closed else NOT_IN_SCOPE
            return Decision(None, rule, (Reason(rule, None),))
        reasons: list[Reason] = []
        for code, ways in self._ways.items():
            found = [r for way in ways if (r := self._reason(code, way, facts)) is not None]
            decided = any(r.hysteresis != WAITS for r in reasons)
            if decided or any(r.hysteresis is None for r in found):  # nothing need be eased
                found = [r for r in found if r.hysteresis != KEPT]
            reasons += found
        counting = [reason for reason in reasons if reason.hysteresis != WAITS]
        if not counting:
            return Decision(None, NOT_IN_SCOPE, (Reason(NOT_IN_SCOPE, None),))
        if any(reason.compared for reason in counting):
            reasons = [reason for reason in reasons if reason.compared]
        return Decision(counting[0].tier, counting[0].rule, tuple(reasons))

    def _reason(self, code: str, way: "_Way", facts: TierFacts) -> Reason | None:
        """That a criterion of a tier is met; None where it is not, not even by the threshold eased for who is in."""
        compared, told = self.met(way.plain, facts), None
        held = self._places.get(facts.held or "")
        if held is not None and compared is not None:
            above = self._places[code] < held
            told = WAITS if above and self.met(way.firm, facts) is None else None
        elif held is not None and self._places[code] >= held and way.eased is not way.plain:
            compared, told = self.met(way.eased, facts), KEPT
        if compared is None:
            return None
        return Reason(way.plain.rule, code, compared, way.plain.name, hysteresis=told)

    def ways_up(self, tier: str) -> Sequence[Criterion]:
        """The criteria by which who is below comes into a tier."""
        return [way.firm for way in self._ways[tier]]

    def met(self, criterion: Criterion, facts: TierFacts) -> tuple[Compared, ...] | None:
        """The figures compared, where every condition of the criterion holds; else None."""
        found = []
        for fact, asked in criterion.conditions():
            value = self._value(fact, facts)
            if not _holds(value, asked):
                return None
            found.append(Compared(fact, *_shown(fact, value, asked)))
        return tuple(found)

    def unmet(self, criterion: Criterion, facts: TierFacts) -> tuple[Compared, ...]:
        """The conditions of a criterion that do not hold."""
        return tuple(
            Compared(fact, *_shown(fact, self._value(fact, facts), asked))
            for fact, asked in criterion.conditions()
            if not _holds(self._value(fact, facts), asked)
        )

    def _value(self, fact: str, facts: TierFacts) -> Any:
        match fact:
            case "customer_class":
                return self.customer_class(facts)
            case "voltage_kv":
                return volts(facts.voltage)
            case "sales_rank_top":
                return facts.sales_rank
            case _:
                return getattr(facts, fact)

    def customer_class(self, facts: TierFacts) -> str:
        """The class as recorded; where blank, from the voltage, else from the tariff class."""
        if facts.customer_class is not None:
            return facts.customer_class
        level = volts(facts.voltage)
        if level is not None and level > self.edition.scope.high_voltage_above_kv:
            return HIGH_VOLTAGE
        return RESIDENT if facts.tariff_class in self.edition.scope.resident_tariffs else BUSINESS


class _Way(NamedTuple):
    """A criterion as written, eased for who holds its tier already, and tightened for who is below it."""

    plain: Criterion
    eased: Criterion
    firm: Criterion


_DRIFTING = ("annual_kwh", "contract_capacity_kva", "operating_capacity_kva")


def shifted(criterion: Criterion, share: float) -> Criterion:
    """A criterion with its thresholds eased by a share of themselves (negative: tightened); itself where none moves.

    A rank of 50 eased by 0.1 is 55, tightened 45; whole ranks, so that a few places may not move at all.
    """
    if not share:
        return criterion
    exact = Decimal(str(share))
    moved: dict[str, Any] = {}
    for fact, asked in criterion.conditions():
        if fact == "sales_rank_top":
            moved[fact] = max(int(asked * (1 + exact)), 1)
        elif fact in _DRIFTING:
            up, down = 1 + exact, 1 - exact
            factors = {"at_least": down, "above": down, "at_most": up, "below": up}
            bounds = {
                b: _whole(v * factors[b], b) for b, v in asked.model_dump(exclude_none=True).items()
            }
            moved[fact] = asked.model_copy(update=bounds)
    return criterion.model_copy(update=moved) if moved else criterion


def _whole(bound: Decimal, name: str) -> int:
    """A bound in whole thousandths that lets the same whole values pass."""
    rounding = ROUND_CEILING if name in ("at_least", "below") else ROUND_FLOOR
    return int(bound.to_integral_value(rounding))


def volts(voltage: str | None) -> int | None:
    """Volts of a voltage code: 10kV -> 10000, 380V -> 380; None where it is none."""
    if voltage is None:
        return None
    number, times = (
        (voltage[:-2], 1000) if voltage.endswith("kV") else (voltage.removesuffix("V"), 1)
    )
    return int(Decimal(number) * times) if number.replace(".", "", 1).isdigit() else None


def _holds(value: Any, asked: Any) -> bool:
    """Whether a fact is as asked. Unknown never is, except that a blank yes/no counts as no."""
    if isinstance(asked, bool):
        return bool(value) is asked
    if value is None:
        return False
    if isinstance(asked, Range):
        return asked.holds(value)
    if isinstance(asked, int):
        return bool(value <= asked)
    return value in asked


def _shown(fact: str, value: Any, asked: Any) -> tuple[Any, Any]:
    """Value and threshold as kept with a reason: plain JSON. kWh differ from one customer to the next and stay out."""
    if isinstance(asked, Range):
        return None if fact == "annual_kwh" else value, asked.model_dump(exclude_none=True)
    if isinstance(asked, bool):
        return bool(value), asked
    return value, asked if isinstance(asked, int) else list(asked)


# --- how far it is to the next tier ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A way into a higher tier that is not open yet: what is missing, and how many kWh where it is the rank alone.

    kwh_needed: thousandths that bring the rank; kwh_short: how many more than the customer's own.
    """

    tier: str
    rule: str
    name: str | None
    missing: tuple[Compared, ...]
    kwh_needed: int | None = None
    kwh_short: int | None = None


def steps_up(
    rules: TierRules,
    facts: TierFacts,
    tier: str | None,
    cutoffs: Mapping[int, int],
    kwh: int | None,
) -> Iterator[Step]:
    """Every way into the tier above `tier`. cutoffs: last rank that counts -> kWh that brings it; kwh: those ranked."""
    order = list(rules.edition.tier)
    place = order.index(tier) if tier in order else len(order)
    if place == 0:
        return
    above = order[place - 1]
    for criterion in rules.ways_up(above):
        missing = rules.unmet(criterion, facts)
        needed = short = None
        if [one.fact for one in missing] == ["sales_rank_top"]:
            needed = cutoffs.get(missing[0].threshold)
            short = None if needed is None else max(needed - (kwh or 0), 0)
        yield Step(above, criterion.rule, criterion.name, missing, needed, short)
