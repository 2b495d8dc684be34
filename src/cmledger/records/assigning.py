"""What assigning managers, setting one by hand and handing over came to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.records.assignment import Because
from cmledger.records.intake import Finding


@dataclass(frozen=True, slots=True)
class StaffFinding:
    """Something to know about a manager."""

    finding: Finding
    manager: str | None = None
    customers: int | None = None

    def to_json(self) -> dict[str, Any]:
        """code, severity and message as everywhere; whom it is about."""
        said = self.finding.to_json()
        del said["cell"]
        return said | {"manager": self.manager, "customers": self.customers}


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A reason with the names that belong to it."""

    because: Because
    place: str | None
    text: str

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        kind = self.because.kind
        return {
            "code": self.because.code.value,
            "cause": None if self.because.cause is None else self.because.cause.value,
            "territory": None if kind is None else {"kind": kind, "name": self.place},
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class ManagerMove:
    """A customer that gets another manager, or (after None) one that nobody is to be had for."""

    account_no: str
    name: str | None
    tier: str | None
    before: str | None
    after: str | None
    why: Reasoned

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract; who cannot be served has no `to`."""
        told = {
            "account_no": self.account_no,
            "name": self.name,
            "tier": self.tier,
            "from": self.before,
        }
        if self.after is not None:
            told["to"] = self.after
        return told | {"because": self.why.to_json()}


@dataclass(frozen=True, slots=True)
class AssignReport:
    """What giving customers to managers came to.

    counts: kept, assigned (had none), moved, unserved. moves, unserved: as many as were asked for.
    unserved_by: why -> how many, most first: (tier, reason).
    """

    operation: int | None
    dry_run: bool
    as_of: date
    out_of_scope: bool
    counts: Mapping[str, int]
    moves: tuple[ManagerMove, ...]
    unserved: tuple[ManagerMove, ...]
    unserved_by: Sequence[tuple[str | None, str, int]]
    findings: tuple[StaffFinding, ...]
    tier_names: Mapping[str, str]
    excel: str | None = None
    logged: bool | None = None

    @property
    def exit_code(self) -> int:
        """Always 0: who cannot be served is told."""
        return EXIT_DONE

    def json_head(self) -> dict[str, Any]:
        """All but the customers one by one."""
        return {
            "schema": "cmledger.assign-managers/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "as_of": self.as_of.isoformat(),
            "all": self.out_of_scope,
            "counts": dict(self.counts),
            "findings": [one.to_json() for one in self.findings],
        }

    def json_lists(self) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
        """moves and unserved, one by one: there may be a million."""
        yield "moves", (one.to_json() for one in self.moves)
        yield "unserved", (one.to_json() for one in self.unserved)

    def to_json(self) -> dict[str, Any]:
        """cmledger.assign-managers/1"""
        return self.json_head() | {name: list(rows) for name, rows in self.json_lists()}


@dataclass(frozen=True, slots=True)
class SetManagerReport:
    """What became of one customer's manager. operation: None on a dry run, or where it was so already."""

    operation: int | None
    dry_run: bool
    account_no: str
    name: str | None
    before: str | None
    after: str | None
    reason: str | None
    since: date
    until: date | None
    lifted: bool
    changed: bool
    findings: tuple[StaffFinding, ...]

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.set-manager/1"""
        return {
            "schema": "cmledger.set-manager/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "account_no": self.account_no,
            "name": self.name,
            "from": self.before,
            "to": self.after,
            "reason": self.reason,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "lifted": self.lifted,
            "findings": [one.to_json() for one in self.findings],
        }


@dataclass(frozen=True, slots=True)
class HandoverReport:
    """What handing over came to. tiers: customers by tier (None: out of scope); fixed: those set by hand."""

    operation: int | None
    dry_run: bool
    giver: str
    taker: str
    on: date
    until: date | None
    customers: int
    fixed: int
    tiers: Mapping[str | None, int]
    territory: tuple[str, ...] | None
    findings: tuple[StaffFinding, ...]
    tier_names: Mapping[str, str]

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.handover/1"""
        return {
            "schema": "cmledger.handover/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "from": self.giver,
            "to": self.taker,
            "on": self.on.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "counts": {
                "customers": self.customers,
                "fixed": self.fixed,
                "tiers": {tier or "out_of_scope": n for tier, n in self.tiers.items()},
            },
            "territory": None if self.territory is None else list(self.territory),
            "findings": [one.to_json() for one in self.findings],
        }
