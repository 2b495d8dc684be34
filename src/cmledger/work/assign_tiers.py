"""Giving every customer the tier that the rules in force say, with its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE, NeedsDecision, UsageProblem
from cmledger.ledger.editions import use_edition
from cmledger.ledger.journal import Operation
from cmledger.ledger.store import Ledger
from cmledger.ledger.tier_facts import Round
from cmledger.ledger.tiers import (
    COMMAND,
    Assigned,
    Move,
    assign,
    latest_run,
    offices_without_energy,
)
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.rules.tiers import TierRules
from cmledger.wording import tiers as say
from cmledger.wording.lists import listed

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class TierReport:
    """What a round of tiering came to.

    counts: tier -> customers, highest first, out_of_scope last. moved: customers whose tier changes, of whom
    `moves` tells as many as were asked for. same_tier: customers who keep their tier by another rule.
    no_kwh, partial: customers in scope without any kWh of the year, or with less than twelve months of it.
    """

    operation: int | None
    dry_run: bool
    as_of: date
    edition: Edition
    year: int
    counts: Mapping[str, int]
    moved: int
    same_tier: int
    moves: tuple[Move, ...]
    no_kwh: int
    partial: int

    @property
    def exit_code(self) -> int:
        """Always 0: a customer without figures is no failure."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """The JSON contract cmledger.assign-tiers/1."""
        return self.json_head() | {"moves": list(self.json_moves())}

    def json_moves(self) -> Iterator[dict[str, Any]]:
        """The moves one by one: a million customers may get their first tier at once."""
        return map(move_json, self.moves)

    def json_head(self) -> dict[str, Any]:
        """All but the moves."""
        return {
            "schema": "cmledger.assign-tiers/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "as_of": self.as_of.isoformat(),
            "edition": {"profile": self.edition.profile, "since": self.edition.since.isoformat()},
            "year": self.year,
            "counts": dict(self.counts),
            "moved": self.moved,
            "same_tier": self.same_tier,
            "no_kwh": self.no_kwh,
            "partial_kwh": self.partial,
        }


def move_json(move: Move) -> dict[str, Any]:
    """A move as in the JSON contract; `because` are the criteria met for the tier it leads to."""
    return {
        "account_no": move.account_no,
        "name": move.name,
        "from": move.before,
        "to": move.after,
        "because": [say.reason_json(reason, move.energy) for reason in move.telling],
    }


def assign_tiers(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    *,
    dry_run: bool = False,
    list_moves: int | None = None,
    without_energy: bool = False,
) -> TierReport:
    """Give every customer the tier of the day. `list_moves`: how many moves to tell one by one (None: all).

    Raises NeedsDecision where the year to rank by has no energy at all, though there are ranks of an earlier
    year (every January), unless `without_energy` or on a dry run; UsageProblem for a day before the latest round, which only a dry run may be for; BadPolicy.
    """
    edition = policy.edition_on(caller.as_of)
    with ledger.operation(caller, COMMAND, {}, dry_run=dry_run) as operation:
        refuse_before_latest(operation, dry_run=dry_run)
        if not (without_energy or dry_run):
            refuse_without_energy(operation, tier_round(edition, ledger, caller))
        done = assign_within(
            operation, edition, ledger, where=policy.where(edition), list_moves=list_moves
        )
    return TierReport(
        operation.number,
        dry_run,
        caller.as_of,
        edition,
        caller.as_of.year - 1,
        _counts(done, edition),
        done.moved,
        done.same_tier,
        tuple(done.moves),
        done.no_kwh,
        done.partial,
    )


def assign_within(
    operation: Operation,
    edition: Edition,
    ledger: Ledger,
    *,
    where: str = "policy.toml",
    list_moves: int | None = None,
) -> Assigned:
    """The same as part of an operation under way."""
    number = use_edition(
        operation.connection, edition, operation.caller, where=where, operation_id=operation.id
    )
    return assign(
        operation, tier_round(edition, ledger, operation.caller), number, list_moves=list_moves
    )


def refuse_before_latest(operation: Operation, *, dry_run: bool) -> None:
    """UsageProblem for a day before the latest round: spans written since would be lost."""
    day = operation.caller.day
    latest = latest_run(operation.connection, before=operation.id)
    if latest is not None and day < latest and not dry_run:
        raise UsageProblem(
            say.BEFORE_LATEST.format(day=day, latest=latest), hint=say.BEFORE_LATEST_HINT
        )


def refuse_without_energy(operation: Operation, this: Round) -> None:
    """Nobody is to lose a rank only because last year's energy has not been imported yet."""
    offices = offices_without_energy(operation.connection, this)
    if offices:
        raise NeedsDecision(
            say.NO_ENERGY_YET.format(offices=listed(offices), year=this.year),
            hint=say.NO_ENERGY_YET_HINT.format(year=this.year),
        )


def tier_round(edition: Edition, ledger: Ledger, caller: Caller) -> Round:
    """The rules of an edition for the day of the call."""
    return Round(
        TierRules(edition), edition.ranking, tuple(edition.tier), caller.as_of, ledger.count_from
    )


def _counts(done: Assigned, edition: Edition) -> dict[str, int]:
    """In the policy's order; tiers of older editions follow, out of scope is last."""
    counts = {tier: done.counts.get(tier, 0) for tier in edition.tier}
    counts |= {t: n for t, n in done.counts.items() if t is not None and t not in counts}
    return counts | {OUT_OF_SCOPE: done.counts.get(None, 0)}
