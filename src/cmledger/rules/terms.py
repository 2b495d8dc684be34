"""On which terms a customer has a service item on a day: its own plan's, else those of its tier (decision 0028)."""

from datetime import date
from typing import NamedTuple

from cmledger.policy.cycles import Cycle, Interval, own_cycle
from cmledger.policy.schema import Edition, Policy, Service
from cmledger.records.obligations import Facts, Own, Span
from cmledger.rules.level import level

PLAN, INSPECTION, IMPORTANCE, TIER, OWNER = "plan", "inspection", "importance", "tier", "owner"
"""Where terms come from."""


class Terms(NamedTuple):
    """How often the item is done for a customer. cycle: a word never falls due; None: not for this customer.

    tier: the customer's; level: of the performer asked; enforce: whether who is below does not count.
    """

    cycle: Cycle | str | None
    source: str
    tier: str
    level: int
    enforce: bool

    @property
    def falls_due(self) -> bool:
        """Whether they ever make it due."""
        return self.cycle is not None and not isinstance(self.cycle, str)


_Case = tuple[int, str, str, str | None, int | None, str | None]
"""Edition, tier, rule, own cycle, inspection months, importance."""


class TermsOf:
    """The terms of one item under a policy, worked out once for all customers who are alike."""

    def __init__(self, policy: Policy, service: str) -> None:
        self.policy, self.code = policy, service
        self._known: dict[_Case, Terms | None] = {}
        self._editions: dict[date, int] = {}

    def on(self, facts: Facts, day: date) -> Terms | None:
        """What holds for a customer; None where it has no tier that day, or is not there yet or any more, or the tier
        does not have the item."""
        if facts.opened_on is not None and day < facts.opened_on:
            return None
        if facts.closed_on is not None and day >= facts.closed_on:
            return None
        held = held_on(facts.spans, day)
        if held is None:
            return None
        own = _own_on(facts.own, day)
        case = (
            self._edition(day), held.tier, held.rule, own, facts.inspection, facts.importance,
        )  # fmt: skip
        try:
            return self._known[case]
        except KeyError:
            found = self._known[case] = self._terms(case)
            return found

    def edition_at(self, day: date) -> Edition:
        """The rules a part follows that begins on that day; before the first edition: that one."""
        return self.policy.editions[self._edition(day)]

    def _edition(self, day: date) -> int:
        try:
            return self._editions[day]
        except KeyError:
            begun = [n for n, e in enumerate(self.policy.editions) if e.since <= day]
            number = self._editions[day] = begun[-1] if begun else 0
            return number

    def _terms(self, case: _Case) -> Terms | None:
        number, tier, rule, own, inspection, importance = case
        edition = self.policy.editions[number]
        service = edition.service.get(self.code)
        if service is None:
            return None
        enforce = edition.duty.performer == "enforce"
        if service.owner != "customer":
            return Terms(service.cycle, OWNER, tier, 0, enforce) if tier == service.owner else None
        found = _cycle(edition, service, tier, own, inspection, importance)
        if found is None:
            return None
        asked = edition.performer(service, tier, rule)
        return Terms(*found, tier, 0 if asked is None else level(edition, asked), enforce)


def _cycle(
    edition: Edition,
    service: Service,
    tier: str,
    own: str | None,
    inspection: int | None,
    importance: str | None,
) -> tuple[Cycle | str | None, str] | None:
    if own is not None:
        return own_cycle(own, service.cycle), PLAN
    special = edition.terms(service, tier)
    if special is None:
        return None
    listed = special.cycle or service.cycle
    if service.inspection and inspection:
        grace = 0 if isinstance(listed, str) else listed.grace_days
        return Interval(every_months=inspection, grace_days=grace), INSPECTION
    by_importance = {str(k): cycle for k, cycle in service.by_importance.items()}
    if importance in by_importance:
        return by_importance[importance], IMPORTANCE
    return listed, TIER


def held_on(spans: tuple[Span, ...], day: date) -> Span | None:
    """The tier of that day."""
    for span in spans:
        if span.since <= day < span.until:
            return span
    return None


def _own_on(plans: tuple[Own, ...], day: date) -> str | None:
    for plan in plans:
        if plan.since <= day < plan.until:
            return plan.cycle
    return None
