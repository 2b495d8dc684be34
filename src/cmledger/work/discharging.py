"""What a deed clears: the items it may discharge, as one customer (manager, grid) owed them before and owes them after."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from cmledger.ledger.duties import facts_of_owner
from cmledger.ledger.obligations import Snapshot, facts_of
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.items import CUSTOMER
from cmledger.records.obligations import Facts, Obligation
from cmledger.records.visit import Cleared
from cmledger.rules.obligations import obligations, standing
from cmledger.work.owed import Plan, due_services, plan, working_days

_Owed = dict[tuple[str, str], Obligation]
"""By item and label: doing one may begin another."""


def dischargeable(
    ledger: Ledger, policy: Policy, as_of: date, edition: Edition, done: Collection[str]
) -> list[Plan]:
    """The items that these may discharge, laid out since counting began."""
    days = working_days(policy)
    with ledger.reading() as snapshot:
        due = due_services(snapshot, edition)
    codes = dict.fromkeys((*due, *(c for c in done if c in edition.service)))
    laid = [plan(policy, code, days, ledger.count_from, as_of, as_of) for code in codes]
    return [p for p in laid if p is not None and set(done) & set(p.ask.codes)]


@dataclass(slots=True)
class Watch:
    """How one customer, manager or grid stands with some items, looked at before a deed is written and after.

    owner_id: of the customer, or of the manager or grid whose own items these are.
    """

    connection: Snapshot
    owner_id: int
    plans: Sequence[Plan]
    before: _Owed = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = self._owed()

    def cleared(self) -> Cleared:
        """What the deed written since came to."""
        after = self._owed()
        before, ask = self.before, self._facts
        still = (standing(ask(p), p.parts, p.ask.as_of, p.ask.until) for p in self.plans)
        return Cleared(
            cleared=_now(before, after, lambda o: o.met) + _made_good(before, after),
            not_counted=_now(before, after, lambda o: o.below_grade and not o.met),
            still=tuple(s for s in still if s is not None),
        )

    def _facts(self, one: Plan) -> Facts:
        if one.owner == CUSTOMER:
            return facts_of(self.connection, self.owner_id, one.ask)
        return facts_of_owner(self.connection, self.owner_id, one.ask, one.owner)

    def _owed(self) -> _Owed:
        return {
            (obligation.part.service, obligation.part.label): obligation
            for one in self.plans
            for obligation in obligations(self._facts(one), one.parts, one.ask.as_of)
        }


def _made_good(before: _Owed, after: _Owed) -> tuple[Obligation, ...]:
    """What was too late to be met, but remained to be done and does no longer."""
    return tuple(
        o
        for key, o in after.items()
        if not (o.met or o.pending) and key in before and before[key].pending
    )


def _now(before: _Owed, after: _Owed, true: Callable[[Obligation], bool]) -> tuple[Obligation, ...]:
    """What is true now and was not."""
    return tuple(
        o for key, o in after.items() if true(o) and not (key in before and true(before[key]))
    )
