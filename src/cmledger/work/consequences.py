"""What would follow from an import: whose tier would move, whose visit falls due or no longer does.

Both are told by the very paths of assign-tiers and due-visits. Before the rows are applied and after, within the
import's own transaction, assign-tiers is carried out up to a savepoint, the due list is taken, and all of it is taken
back. What the two have in common was pending before; the difference is the import's doing. Where the import cannot
touch what tiers are decided on, tiers are left as they stand on both sides. A ledger in which tiers were never
assigned owes nothing and is asked nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cmledger.errors import BadPolicy, NeedsDecision, UsageProblem
from cmledger.ledger.editions import check_editions
from cmledger.ledger.journal import Operation
from cmledger.ledger.narrow import Narrow, names_of
from cmledger.ledger.obligations import DETAILS, VISIT
from cmledger.ledger.store import Ledger
from cmledger.ledger.supposing import customers_called, last_visits, supposing, tiers_were_assigned
from cmledger.ledger.tiers import COMMAND, Move
from cmledger.policy.load import load_policy
from cmledger.policy.schema import Policy
from cmledger.records.consequences import Consequences, DueChange, Stand
from cmledger.records.obligations import Standing
from cmledger.rules.schedule import schedule
from cmledger.rules.workdays import WorkingDays
from cmledger.wording import consequences as say
from cmledger.work.assign_tiers import (
    assign_within,
    move_json,
    refuse_before_latest,
    refuse_without_energy,
    tier_round,
)
from cmledger.work.owed import plan, standings, working_days

_ID, _MANAGER = DETAILS.index("id"), DETAILS.index("manager_id")
_LEAVE_TIERS = frozenset(
    {"managers", "visits", "liaisons", "contacts", "outages", "outage-notices"}
)
"""Kinds of sheet that hold nothing a tier is decided on."""
_YEAR = timedelta(days=366)

_Owed = Mapping[int, tuple[Standing, int | None]]
"""customer id -> how it stands with the visit, and the id of its manager."""


@dataclass(frozen=True, slots=True)
class _Outlook:
    """How things would stand if tiers were assigned now. refused: why they would not be."""

    moves: Mapping[int, Move] = field(default_factory=dict)
    owed: _Owed = field(default_factory=dict)
    refused: str | None = None


class Foresight:
    """The consequences of an import under way: made before its rows are applied, asked after."""

    def __init__(
        self, operation: Operation, ledger: Ledger, policy: Path | None, kinds: Iterable[str]
    ) -> None:
        self._operation, self._ledger = operation, ledger
        coming = frozenset(kinds)
        self._tiers_may_move = not coming <= _LEAVE_TIERS
        self._policy: Policy | None = None
        self._note: str | None = None
        if not coming:
            pass  # files taken in whole before: nothing will change
        elif not tiers_were_assigned(operation.connection):
            self._note = say.NO_TIERS_YET if self._tiers_may_move else None
        elif policy is None or not policy.exists():
            self._note = say.NO_POLICY.format(path=policy)
        else:
            self._read(policy)
        self._before = self._outlook()

    def _read(self, path: Path) -> None:
        """The rules; an import does not fail because they are at fault, it only cannot tell what follows."""
        try:
            policy = load_policy(path)
            policy.edition_on(self._operation.caller.as_of)
            check_editions(self._operation.connection, policy)
            self._days: WorkingDays = working_days(policy)
            self._policy = policy
        except BadPolicy as problem:
            self._note = say.NOT_FORESEEN.format(reason=problem.message)

    def consequences(self) -> Consequences:
        """What the rows applied since have brought about; nothing is written."""
        if not self._operation.tally():
            return Consequences()
        if self._policy is None:
            return Consequences(note=self._note)
        before, after = self._before, self._outlook()
        note = say.NO_TIER_MOVES.format(reason=after.refused) if after.refused else None
        edition = self._policy.edition_on(self._operation.caller.as_of)
        moves = [
            move
            for customer, move in after.moves.items()
            if customer not in before.moves or before.moves[customer].after != move.after
        ]
        return Consequences(
            tier_moves=[move_json(move) for move in moves],
            dues=self._changes(before.owed, after.owed),
            note=note,
            as_of=self._operation.caller.as_of,
            count_from=self._ledger.count_from,
            tier_names={code: t.name for e in self._policy.editions for code, t in e.tier.items()}
            | {code: t.name for code, t in edition.tier.items()},
            next_periods=self._next_periods({m.after for m in moves if m.before and m.after}),
        )

    # --- how things would stand ------------------------------------------------------------------

    def _outlook(self) -> _Outlook:
        if self._policy is None:
            return _Outlook()
        if not self._tiers_may_move:
            return _Outlook(owed=self._owed(self._operation))
        with supposing(self._operation, COMMAND) as trial:
            moves, refused = self._assigned(trial, self._policy)
            owed = self._owed(trial)
        return _Outlook(moves, owed, refused)

    def _assigned(self, trial: Operation, policy: Policy) -> tuple[dict[int, Move], str | None]:
        """What assign-tiers does, or why it refuses to."""
        edition = policy.edition_on(trial.caller.as_of)
        try:
            refuse_before_latest(trial, dry_run=False)
            refuse_without_energy(trial, tier_round(edition, self._ledger, trial.caller))
        except (UsageProblem, NeedsDecision) as refusal:
            return {}, refusal.message
        done = assign_within(trial, edition, self._ledger, where=policy.where(edition))
        return {move.customer_id: move for move in done.moves}, None

    def _owed(self, operation: Operation) -> _Owed:
        """Everybody who owes a visit."""
        assert self._policy is not None
        day = operation.caller.as_of
        laid = plan(self._policy, VISIT, self._days, self._ledger.count_from, day, day)
        if laid is None:
            return {}
        return {
            row[_ID]: (standing, row[_MANAGER])
            for standing, rows in standings(operation.connection, laid, day, Narrow())
            for row in rows
        }

    # --- what differs ----------------------------------------------------------------------------

    def _changes(self, before: _Owed, after: _Owed) -> list[DueChange]:
        """Who owes a visit otherwise than before; by manager (those without one last), then 户号."""
        connection = self._operation.connection
        managers = names_of(connection).managers

        def stand(owed: _Owed, customer: int) -> Stand | None:
            found = owed.get(customer)
            return None if found is None else Stand(found[0], managers[found[1]][0])

        both = sorted(c for c in before.keys() | after.keys() if before.get(c) != after.get(c))
        called = customers_called(connection, both)
        ceased = [customer for customer in both if customer not in after]
        visited = last_visits(connection, ceased)
        done = {
            customer
            for customer in ceased
            if visited.get(customer, "") >= before[customer][0].obligation.part.begins.isoformat()
        }
        changes = [
            DueChange(
                *called[customer],
                VISIT,
                stand(before, customer),
                stand(after, customer),
                customer in done,
            )
            for customer in both
        ]
        found = [change for change in changes if _face(change.before) != _face(change.after)]
        return sorted(found, key=lambda c: (c.manager is None, c.manager or "", c.account_no))

    def _next_periods(self, tiers: Iterable[str]) -> dict[str, str]:
        """Tier -> first day of the next period in which it owes a visit."""
        assert self._policy is not None
        day: date = self._operation.caller.as_of
        parts = schedule(self._policy, VISIT, day, day + _YEAR, self._days)
        found: dict[str, str] = {}
        for tier in sorted(tiers):
            begins = [p.begins for p in parts if p.begins > day and parts.owed_by(tier, p)]
            if begins:
                found[tier] = min(begins).isoformat()
        return found


def _face(stand: Stand | None) -> dict[str, Any] | None:
    return None if stand is None else stand.face
