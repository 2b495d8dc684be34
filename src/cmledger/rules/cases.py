"""What the rules say of a readable case, held against what the office expects."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.policy.cases import OUT_OF_SCOPE, Case
from cmledger.policy.cycles import cycle_text
from cmledger.policy.schema import Edition, Policy
from cmledger.records.obligations import Facts, Own, Span
from cmledger.rules.terms import TermsOf
from cmledger.rules.tiers import TierRules

TIER, RULE, GRADE, DUE = "tier", "rule", "grade", "due"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise than expected; None: nothing of the kind. service: whose due it is.

    A tier, rule or grade is a code; a due is its cycle, as text.
    """

    what: str
    expected: Any
    got: Any
    service: str | None = None


def differences(case: Case, policy: Policy) -> Iterator[Difference]:
    """Where the edition of the case's day (none named: the last one) gives something else than the case expects."""
    edition = policy.editions[-1] if case.day is None else policy.edition_on(case.day)
    decision = TierRules(edition).decide(case.facts.facts())
    expected = None if case.tier == OUT_OF_SCOPE else edition.tier_code(case.tier) or case.tier
    if decision.tier != expected:
        yield Difference(TIER, expected, decision.tier)
    if case.rule not in (None, decision.rule):
        yield Difference(RULE, case.rule, decision.rule)
    if case.grade is not None:
        serving = edition.serving_grade(decision.tier, decision.rule) if decision.tier else None
        if serving != case.grade:
            yield Difference(GRADE, case.grade, serving)
    if case.dues is not None:
        yield from _dues(case, policy, edition, decision.tier, decision.rule)


def _dues(
    case: Case, policy: Policy, edition: Edition, tier: str | None, rule: str
) -> Iterator[Difference]:
    wanted = {code: cycle_text(cycle) for code, cycle in (case.dues or {}).items()}
    got = dict(_owed(case, policy, edition, tier, rule)) if tier else {}
    for code in dict.fromkeys((*wanted, *got)):
        if wanted.get(code) != got.get(code):
            yield Difference(DUE, wanted.get(code), got.get(code), code)


def _owed(
    case: Case, policy: Policy, edition: Edition, tier: str, rule: str
) -> Iterator[tuple[str, str]]:
    """Every item that falls due for the customer, its own terms included, with its cycle."""
    held = Span(date.min, date.max, tier, rule)
    for code, service in edition.service.items():
        if service.owner != "customer":
            continue
        own = case.plan.get(code)
        facts = Facts(
            opened_on=None,
            closed_on=None,
            spans=(held,),
            done=(),
            own=() if own is None else (Own(date.min, date.max, own),),
            inspection=case.facts.inspection_months,
            importance=case.facts.importance,
        )
        terms = TermsOf(policy, code).on(facts, case.day or edition.since)
        if terms is not None and terms.cycle is not None and not isinstance(terms.cycle, str):
            yield code, cycle_text(terms.cycle)
