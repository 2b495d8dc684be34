"""What the rules say of a readable case, held against what the office expects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cmledger.policy.cases import OUT_OF_SCOPE, Case
from cmledger.policy.cycles import cycle_text
from cmledger.policy.schema import Edition, Policy
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
        yield from _dues(case, edition, decision.tier, decision.rule)


def _dues(case: Case, edition: Edition, tier: str | None, rule: str) -> Iterator[Difference]:
    wanted = {code: cycle_text(cycle) for code, cycle in (case.dues or {}).items()}
    owed = edition.owed(tier, rule) if tier else ()
    got = {item.code: cycle_text(item.cycle) for item in owed}
    for code in dict.fromkeys((*wanted, *got)):
        if wanted.get(code) != got.get(code):
            yield Difference(DUE, wanted.get(code), got.get(code), code)
