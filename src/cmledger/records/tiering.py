"""Which tier a customer belongs to, and why: facts in, a decision with its reasons out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

OVERRIDE = "override"
"""The rule of a tier set by hand."""
CLOSED = "closed"
"""Why a closed customer has no tier."""
NOT_IN_SCOPE = "not-in-scope"
"""Why a customer outside the scope has no tier."""

KEPT = "kept"
"""A criterion that is met only by the eased threshold for who holds the tier, or a higher one, already."""
WAITS = "waits"
"""A criterion that is met, but not by the tightened threshold for who is to rise: it gives no tier."""


class TierFacts(NamedTuple):
    """What a tier is decided on, in stored forms; None is unknown. Equal facts get equal decisions.

    annual_kwh: thousandths. sales_rank: within the office; None where the customer is not ranked, or too far down
    for any rule to ask. held: the tier the rules gave the day before; looked at only where the policy has hysteresis.
    """

    customer_class: str | None = None
    voltage: str | None = None
    tariff_class: str | None = None
    supply: str | None = None
    dedicated_line: int | None = None
    reliability_need: str | None = None
    social_impact: int | None = None
    importance: str | None = None
    pv: int | None = None
    ev_charging: int | None = None
    contract_capacity_kva: int | None = None
    operating_capacity_kva: int | None = None
    grid_kind: str | None = None
    held: str | None = None
    closed: bool = False
    annual_kwh: int | None = None
    sales_rank: int | None = None


class Compared(NamedTuple):
    """A fact held against what a criterion asks: words against words, a flag, a quantity (thousandths), a rank."""

    fact: str
    value: Any
    threshold: Any


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that was met: its rule, the tier it leads to (None: out of scope), and the figures compared.

    name: the policy's own words for the rule. note: the reason given by hand; until: the last day it stands.
    hysteresis: KEPT or WAITS where the tier held before made a difference to this criterion.
    The kWh a rank was taken from are kept with the span, not here, so that equal reasons are equal.
    """

    rule: str
    tier: str | None
    compared: tuple[Compared, ...] = ()
    name: str | None = None
    note: str | None = None
    until: str | None = None
    hysteresis: str | None = None

    def to_stored(self) -> dict[str, Any]:
        """As kept in customer_tier.reasons; value and threshold of the first comparison stand in front."""
        kept: dict[str, Any] = {"rule": self.rule, "tier": self.tier}
        if self.compared:
            kept |= {"value": self.compared[0].value, "threshold": self.compared[0].threshold}
            kept["compared"] = [list(one) for one in self.compared]
        for name in ("name", "note", "until", "hysteresis"):
            if getattr(self, name) is not None:
                kept[name] = getattr(self, name)
        return kept

    @classmethod
    def from_stored(cls, kept: Mapping[str, Any]) -> "Reason":
        """What `to_stored` gave."""
        return cls(
            kept["rule"],
            kept["tier"],
            tuple(Compared(*one) for one in kept.get("compared", ())),
            kept.get("name"),
            kept.get("note"),
            kept.get("until"),
            kept.get("hysteresis"),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The tier (None: none), the rule that decided, and every criterion that was met, highest tier first."""

    tier: str | None
    rule: str
    reasons: tuple[Reason, ...]

    @property
    def stored_reasons(self) -> str:
        """JSON, as kept in customer_tier.reasons."""
        return stored(self.reasons)


def stored(reasons: Sequence[Reason]) -> str:
    """Reasons as kept in customer_tier.reasons."""
    listed = [reason.to_stored() for reason in reasons]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def reasons_from(text: str) -> tuple[Reason, ...]:
    """What `stored` gave."""
    return tuple(Reason.from_stored(kept) for kept in json.loads(text))


class Evaluator(Protocol):
    """The rules of an edition, as the ledger asks them (`rules.tiers.TierRules`).

    columns: the fields of TierFacts the rules look at, beside closed, annual_kwh and sales_rank.
    rank_limit: the last rank any rule asks for. kwh_cuts: the kWh (thousandths) at which an answer changes.
    """

    columns: tuple[str, ...]
    rank_limit: int
    kwh_cuts: tuple[int, ...]

    def in_scope(self, facts: TierFacts) -> bool:
        """Whether the customer is put into a tier at all."""
        ...

    def decide(self, facts: TierFacts) -> Decision:
        """The decision with all its reasons."""
        ...


@dataclass(frozen=True, slots=True)
class Energy:
    """The kWh (thousandths) a rank is taken from. basis: annual, months (all twelve), partial; None: none known."""

    year: int
    kwh: int | None = None
    basis: str | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one customer stands: its facts, its energy and rank, and what the ranks that count would take.

    total: the kWh (thousandths) that were ranked: those of all accounts of the name, where the policy adds them up.
    cutoffs: last rank that counts -> kWh that bring it, held against all others of the office; a rank that
    anyone with any kWh would reach takes 1 thousandth.
    """

    facts: TierFacts
    energy: Energy
    total: int | None
    cutoffs: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A tier as it stands in the ledger: since when, through which day (None: open), by which rule and edition."""

    tier: str
    rule: str
    reasons: tuple[Reason, ...]
    energy: Energy
    since: date
    until: date | None
    edition_since: date | None


@dataclass(frozen=True, slots=True)
class Hand:
    """A tier set by hand: why, from which day, through which (None: until lifted)."""

    tier: str
    reason: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Margin:
    """The kWh line of a rank that counts: thousandths that bring it, and own kWh less the line (negative: short)."""

    tier: str
    top: int
    line: int
    margin: int
