"""Whether a policy file is sound, and whether it means what the office's own cases say it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import EXIT_DONE, LedgerDamaged
from cmledger.ledger.editions import check_editions
from cmledger.ledger.store import open_ledger
from cmledger.policy.cases import Case, cases_path, load_cases
from cmledger.policy.load import load_policy
from cmledger.policy.schema import Policy
from cmledger.records.cycles import cycle_json, parse_cycle
from cmledger.rules.cases import DUE, Difference, differences


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, and where the rules say otherwise."""

    case: Case
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """name, line, ok, and each difference: what, expected, got (service: whose due)."""
        return {
            "name": self.case.name,
            "line": self.case.line,
            "ok": not self.differences,
            "differences": [_difference_json(one) for one in self.differences],
        }


@dataclass(frozen=True, slots=True)
class PolicyChecked:
    """A sound policy with its cases. cases: None where there is no such file; with_ledger: editions used are unedited."""

    policy: Policy
    cases_path: Path
    cases: Sequence[CaseResult] | None
    with_ledger: bool

    @property
    def failed(self) -> int:
        """How many cases the rules do not bear out."""
        return sum(bool(one.differences) for one in self.cases or ())

    @property
    def exit_code(self) -> int:
        """12, a check failed, where any case does."""
        return LedgerDamaged.exit_code if self.failed else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """`cmledger.policy-check/1`"""
        return {
            "schema": "cmledger.policy-check/1",
            "path": self.policy.path,
            "ok": not self.failed,
            "editions": [
                {
                    "profile": edition.profile,
                    "version": edition.version,
                    "extends": edition.extends,
                    "since": edition.since.isoformat(),
                    "line": line,
                    "digest": edition.digest,
                }
                for edition, line in zip(self.policy.editions, self.policy.lines, strict=True)
            ],
            "with_ledger": self.with_ledger,
            "cases_path": None if self.cases is None else str(self.cases_path),
            "counts": {"cases": len(self.cases or ()), "failed": self.failed},
            "cases": [one.to_json() for one in self.cases or ()],
        }


def policy_check(path: Path, *, ledger: str | None = None) -> PolicyChecked:
    """Read the policy, hold its editions against those a ledger was run by, and run its cases. Writes nothing.

    Raises BadPolicy: every mistake of the policy, else every one of its cases, with path and line.
    """
    policy = load_policy(path)
    cases = load_cases(path)
    if ledger is not None:
        with open_ledger(ledger).reading() as connection:
            check_editions(connection, policy)
    results = None
    if cases is not None:
        results = [CaseResult(case, tuple(differences(case, policy))) for case in cases]
    return PolicyChecked(policy, cases_path(path), results, ledger is not None)


def _difference_json(one: Difference) -> dict[str, Any]:
    told: dict[str, Any] = {"what": one.what}
    if one.what != DUE:
        return {**told, "expected": one.expected, "got": one.got}
    asked, got = (
        None if cycle is None else cycle_json(parse_cycle(cycle))
        for cycle in (one.expected, one.got)
    )
    return {**told, "service": one.service, "expected": asked, "got": got}
