"""Why a customer has its tier: rule, figures compared, the cells they came from, how far it is to the next tier."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.ledger.customers import find_customer
from cmledger.ledger.editions import check_edition
from cmledger.ledger.provenance import field_sources
from cmledger.ledger.store import Ledger
from cmledger.ledger.tier_facts import energy_rows, place_of
from cmledger.ledger.tier_spans import held_on, override_on
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.history import SourceCell
from cmledger.records.tiering import OVERRIDE, Decision, Energy, Hand, Held, Margin, Place, Reason
from cmledger.records.why_due import DueItem
from cmledger.rules.tiers import Step, TierRules, steps_up
from cmledger.wording import tiers as say
from cmledger.work.assign_tiers import tier_round
from cmledger.work.why_due import why_due


@dataclass(frozen=True, slots=True)
class Source:
    """A fact the rules look at: its field and value in the ledger, and where that came from (None: nowhere)."""

    fact: str
    field: str
    value: Any
    cell: SourceCell | None


@dataclass(frozen=True, slots=True)
class WhyReport:
    """The whole answer. held: what stands in the ledger (None: no tier); now: what the rules say on the day.

    due: each service item, where asked for.
    """

    account_no: str
    name: str | None
    as_of: date
    edition: Edition
    held: Held | None
    hand: Hand | None
    now: Decision
    place: Place
    margins: tuple[Margin, ...]
    steps: tuple[Step, ...]
    sources: tuple[Source, ...]
    due: tuple[DueItem, ...] | None = None

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return EXIT_DONE

    @property
    def tier(self) -> str | None:
        """The tier of the day."""
        return self.held.tier if self.held else None

    @property
    def energy(self) -> Energy:
        """The kWh and rank as the ledger has them today."""
        return self.place.energy

    @property
    def by_hand(self) -> bool:
        """Whether the tier was set by hand."""
        return self.held is not None and self.held.rule == OVERRIDE

    @property
    def expected(self) -> str | None:
        """The tier a round of tiering would give today."""
        if self.hand is not None and not self.place.facts.closed:
            return self.hand.tier
        return self.now.tier

    @property
    def held_back(self) -> tuple[Reason, ...]:
        """The criteria of today for which the tier held before makes a difference."""
        return tuple(reason for reason in self.now.reasons if reason.hysteresis)

    @property
    def not_yet(self) -> bool:
        """Whether the next round of tiering will give the customer its first tier."""
        return self.held is None and self.expected is not None

    def to_json(self) -> dict[str, Any]:
        """cmledger.why/1; rule and reasons are those of the tier, or of having none for good."""
        held, hand, energy = self.held, self.hand, self.place.energy
        standing = held or (None if self.not_yet else self.now)
        told = standing.reasons if standing else ()
        basis = held.energy if held else energy
        return {
            "schema": "cmledger.why/1",
            "as_of": self.as_of.isoformat(),
            "account_no": self.account_no,
            "name": self.name,
            "tier": self.tier,
            "tier_name": self.edition.tier_name(self.tier),
            "rule": standing.rule if standing else None,
            "since": _iso(held.since) if held else None,
            "until": _iso(held.until) if held else None,
            "reasons": [say.reason_json(reason, basis) for reason in told],
            "override": None if hand is None else _hand_json(hand),
            "rules_say": {
                "tier": self.now.tier,
                "rule": self.now.rule,
                "reasons": [say.reason_json(reason, energy) for reason in self.now.reasons],
            },
            "assign_needed": self.expected != self.tier,
            "energy": {
                "year": energy.year,
                "kwh": say.kwh_json(energy.kwh),
                "basis": energy.basis,
                "rank": energy.rank,
            },
            "margins": [_margin_json(margin) for margin in self.margins],
            "next_tier": [_step_json(step) for step in self.steps],
            "edition": {
                "profile": self.edition.profile,
                "since": self.edition.since.isoformat(),
                "of_tier": _iso(held.edition_since) if held else None,
            },
            "sources": [_source_json(source) for source in self.sources],
            "due": None if self.due is None else [i.to_json(self.as_of) for i in self.due],
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _hand_json(hand: Hand) -> dict[str, Any]:
    return {
        "tier": hand.tier,
        "reason": hand.reason,
        "since": _iso(hand.since),
        "until": _iso(hand.until),
    }


def _margin_json(margin: Margin) -> dict[str, Any]:
    return {
        "tier": margin.tier,
        "threshold": margin.top,
        "kwh_needed": say.kwh_json(margin.line),
        "kwh_margin": say.kwh_json(margin.margin),
    }


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "tier": step.tier,
        "rule": step.rule,
        "kwh_needed": say.kwh_json(step.kwh_needed),
        "kwh_short": say.kwh_json(step.kwh_short),
        "text": say.step_text(step.name, step.missing, step.kwh_short),
    }


def _source_json(source: Source) -> dict[str, Any]:
    cell = source.cell.to_json() if source.cell else None
    return {"fact": source.fact, "field": source.field, "value": source.value, "source": cell}


def why(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    account_no: str,
    *,
    due: bool = False,
    services: Sequence[str] = (),
) -> WhyReport:
    """Answer for one customer on the day of the call; `due`: for its service items, too (these only, where given).

    Raises NotFound, BadPolicy, UsageProblem (no such item).
    """
    edition = policy.edition_on(caller.as_of)
    rules = TierRules(edition)
    with ledger.reading() as connection:
        check_edition(connection, edition, where=policy.where(edition))
        customer = find_customer(connection, account_no)
        owner = customer["id"]
        place = place_of(connection, tier_round(edition, ledger, caller), rules.tops, owner)
        held = held_on(connection, owner, caller.day)
        hand = override_on(connection, owner, caller.day)
        cells = field_sources(connection, owner)
        energies = energy_rows(connection, owner, place.energy.year)
        items = why_due(connection, ledger, policy, caller, owner, services) if due else None
    now = rules.decide(place.facts)
    rule_tier = held.tier if held and held.rule != OVERRIDE else now.tier
    return WhyReport(
        customer["account_no"],
        customer["name"],
        caller.as_of,
        edition,
        held,
        hand,
        now,
        place,
        tuple(_margins(rules, place)),
        tuple(steps_up(rules, place.facts, rule_tier, place.cutoffs, place.total)),
        tuple(_sources(rules, dict(customer), cells, energies, place)),
        items,
    )


def _margins(rules: TierRules, place: Place) -> Iterator[Margin]:
    """The kWh line of every tier that a rank alone leads to."""
    for code, tier in rules.edition.tier.items():
        for criterion in tier.any:
            asked = list(criterion.conditions())
            if len(asked) == 1 and criterion.sales_rank_top is not None:
                line = place.cutoffs[criterion.sales_rank_top]
                own = place.total if place.total is not None else place.energy.kwh or 0
                yield Margin(code, criterion.sales_rank_top, line, own - line)


def _sources(
    rules: TierRules,
    customer: Mapping[str, Any],
    cells: Mapping[str, SourceCell],
    energies: Mapping[int, int],
    place: Place,
) -> Iterator[Source]:
    """Every fact the rules look at that is known, with its cell; the energy is the annual row, else the months."""
    for fact in (name for name in rules.columns if name != "held"):
        value = getattr(place.facts, fact)
        field = "customer.grid" if fact == "grid_kind" else f"customer.{fact}"
        if value is not None:
            yield Source(fact, field, _plain(fact, value), cells.get(field))
    for fact in ("status", "closed_on"):
        if customer[fact] is not None:
            field = f"customer.{fact}"
            yield Source(fact, field, customer[fact], cells.get(field))
    for month, kwh in energies.items():
        if (month == 0) == (0 in energies):
            field = f"consumption.kwh:{place.energy.year}-{month}"
            yield Source("annual_kwh", field, say.kwh_json(kwh), cells.get(field))


def _plain(fact: str, value: Any) -> Any:
    """A stored form as JSON shows it."""
    if fact in FLAGS:
        return bool(value)
    return say.kwh_json(value) if fact in QUANTITIES else value


FLAGS = {"dedicated_line", "social_impact", "pv", "ev_charging"}
QUANTITIES = {"contract_capacity_kva", "operating_capacity_kva"}
