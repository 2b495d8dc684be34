"""The one evaluator of tier rules: a customer's facts and a policy edition in, a decision with all its reasons out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cmledger.policy.schema import Criterion, Edition, Range
from cmledger.records.tiering import CLOSED, NOT_IN_SCOPE, Compared, Decision, Reason, TierFacts

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
        criteria = [*edition.scope.any, *(c for tier in edition.tier.values() for c in tier.any)]
        asked = [fact for criterion in criteria for fact in criterion.conditions()]
        names = {
            name
            for fact, _ in asked
            if fact not in _COMPUTED
            for name in _LOOKS_AT.get(fact, (fact,))
        }
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
        reasons = [
            Reason(criterion.rule, code, compared, criterion.name)
            for code, tier in self.edition.tier.items()
            for criterion in tier.any
            if (compared := self.met(criterion, facts)) is not None
        ]
        if not reasons:
            return Decision(None, NOT_IN_SCOPE, (Reason(NOT_IN_SCOPE, None),))
        telling = [reason for reason in reasons if reason.compared] or reasons
        return Decision(reasons[0].tier, reasons[0].rule, tuple(telling))

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
    for criterion in rules.edition.tier[above].any:
        missing = rules.unmet(criterion, facts)
        needed = short = None
        if [one.fact for one in missing] == ["sales_rank_top"]:
            needed = cutoffs.get(missing[0].threshold)
            short = None if needed is None else max(needed - (kwh or 0), 0)
        yield Step(above, criterion.rule, criterion.name, missing, needed, short)
