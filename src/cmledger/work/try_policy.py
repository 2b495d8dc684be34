"""What if these were the rules: tiers assigned by the present ones and then by the others, within one transaction that
is rolled back. Every figure comes from the evaluators that assign-tiers and due-visits ask."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from cmledger.errors import NeedsDecision
from cmledger.ledger.editions import check_editions, keep_edition
from cmledger.ledger.journal import Operation
from cmledger.ledger.narrow import Names, Narrow, names_of
from cmledger.ledger.obligations import DETAILS, VISIT
from cmledger.ledger.store import Ledger
from cmledger.ledger.supposing import supposing
from cmledger.ledger.tiers import COMMAND as ASSIGN
from cmledger.ledger.tiers import Assigned, assign
from cmledger.ledger.workload import customers_held, managers_of
from cmledger.policy.load import load_policy
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.obligations import Status
from cmledger.records.trial import (
    EditionFace,
    Load,
    ManagerLoad,
    PolicyTrial,
    TierLoad,
    TrialMove,
    Turn,
)
from cmledger.rules.workdays import WorkingDays
from cmledger.rules.workload import Yearly, not_foretold, without_minutes, yearly
from cmledger.wording import policies as say
from cmledger.wording import tiers as say_tier
from cmledger.wording.lists import listed
from cmledger.work.assign_tiers import (
    assign_within,
    move_json,
    refuse_without_energy,
    tier_round,
)
from cmledger.work.log_export import log_export
from cmledger.work.owed import plan, standings, working_days

COMMAND = "try-policy"

_OFFICE, _MANAGER, _TIER_NOW = DETAILS.index("office_id"), DETAILS.index("manager_id"), len(DETAILS)
_Key = tuple[int, int | None, str | None]
"""Office id, manager id, tier."""
_Part = TypeVar("_Part", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Side:
    """How things stand under one of the two."""

    loads: Mapping[_Key, Load]
    outside: int


def try_policy(
    ledger: Ledger,
    policy: Policy,
    path: Path,
    caller: Caller,
    *,
    list_moves: int | None = None,
    excel: Path | None = None,
) -> PolicyTrial:
    """What the last edition of the policy at `path` would change were it in force from the day of the call on.

    list_moves: how many moves to tell one by one (None: all). Writes nothing into the ledger but, where personal
    data is handed out as a workbook, the note that it was. Raises BadPolicy, OutputNotWritable.
    """
    present, other = policy.edition_on(caller.as_of), load_policy(path).editions[-1]
    tried = other.model_copy(update={"since": caller.as_of})
    before_it = [e for e in policy.editions if e.since < caller.as_of]
    followed = Policy(policy.path, (*before_it, tried), (1,) * (len(before_it) + 1))
    days = working_days(policy)
    notes = []
    with ledger.operation(caller, COMMAND, {}, dry_run=True) as operation:
        check_editions(operation.connection, policy)
        try:
            refuse_without_energy(operation, tier_round(present, ledger, caller))
        except NeedsDecision as refusal:
            notes.append(say.NO_ENERGY.format(year=caller.as_of.year - 1, message=refusal.message))
        with supposing(operation, ASSIGN) as first:
            pending = assign_within(
                first, present, ledger, where=policy.where(present), list_moves=0
            ).moved
            before = _side(first, ledger, policy, present, days)
            with supposing(first, ASSIGN) as second:
                number = keep_edition(second.connection, tried, caller)
                round_ = tier_round(tried, ledger, caller)
                done = assign(second, round_, number, list_moves=list_moves)
                after = _side(second, ledger, followed, tried, days)
            moves = _moves(first, done)
        names = names_of(operation.connection)
    called = {
        code: t.name for e in (tried, *reversed(policy.editions)) for code, t in e.tier.items()
    }
    called |= {code: t.name for code, t in tried.tier.items()}
    held = [tier for side in (before, after) for _, _, tier in side.loads if tier]
    order = list(dict.fromkeys((*tried.tier, *present.tier, *called, *sorted(held))))
    report = PolicyTrial(
        as_of=caller.as_of,
        present=EditionFace(policy.path, present.profile, present.since),
        tried=EditionFace(str(path), other.profile, other.since),
        same=_meaning(present) == _meaning(other),
        moved=done.moved,
        moves=moves,
        pending=pending,
        tiers=_by_tier(before.loads, after.loads, order, called),
        managers=_by_manager(before.loads, after.loads, order, called, names),
        total=Turn(_sum(before.loads), _sum(after.loads)),
        out_of_scope=(before.outside, after.outside),
        without_minutes=without_minutes(tried),
        tier_names=called,
        notes=(*notes, *_minutes_notes(present, tried)),
    )
    return report if excel is None else _handed_out(ledger, report, caller, excel)


def _handed_out(ledger: Ledger, report: PolicyTrial, caller: Caller, excel: Path) -> PolicyTrial:
    from cmledger.sheets.trial_book import write_trial_book

    write_trial_book(excel, report, caller)
    rows = {"rows": {COMMAND: len(report.moves)}, "path": str(excel)}
    return replace(report, excel=str(excel), logged=log_export(ledger, caller, rows))


def _meaning(edition: Edition) -> str:
    """What an edition means, whenever it begins."""
    return edition.model_copy(update={"since": edition.since.replace(2000, 1, 1)}).digest


def _minutes_notes(present: Edition, tried: Edition) -> list[str]:
    """Of which numbers and hours nothing can be said."""
    left_out = []
    if missing := not_foretold(tried):
        named = listed(f"{code}（{name}）" for code, name in missing.items())
        left_out.append(say.NOT_FORETOLD.format(items=named))
    told = [
        any(item.minutes for tier in edition.tier for item in edition.owed(tier))
        for edition in (present, tried)
    ]
    if not told[1]:
        return [*left_out, say.NO_MINUTES]
    notes = [*left_out, *([] if told[0] else [say.NO_MINUTES_BEFORE])]
    if missing := without_minutes(tried):
        named = listed(f"{code}（{name}）" for code, name in missing.items())
        notes.append(say.SOME_MINUTES.format(items=named))
    return notes


# --- one side -----------------------------------------------------------------------------------------


def _side(
    trial: Operation, ledger: Ledger, policy: Policy, edition: Edition, days: WorkingDays
) -> _Side:
    """The loads as the trial has left the ledger."""
    day = trial.caller.as_of
    a_year = yearly(edition, VISIT, day.year + 1, days)
    now: Counter[_Key] = Counter()
    laid = plan(policy, VISIT, days, ledger.count_from, day, day)
    for standing, rows in () if laid is None else standings(trial.connection, laid, day, Narrow()):
        if standing.status is not Status.UPCOMING:
            now.update((row[_OFFICE], row[_MANAGER], row[_TIER_NOW]) for row in rows)
    loads: dict[_Key, Load] = {}
    outside = 0
    for office, manager, tier, number in customers_held(trial.connection, day):
        if tier is None:
            outside += number
            continue
        one = a_year.get(tier, Yearly())
        minutes = None if one.minutes is None else round(number * one.minutes)
        key = (office, manager, tier)
        visits, dues = round(number * one.visits), round(number * one.dues)
        loads[key] = Load(number, now[key], visits, dues, minutes)
    return _Side(loads, outside)


def _moves(trial: Operation, done: Assigned) -> tuple[TrialMove, ...]:
    managers = managers_of(
        trial.connection, [move.customer_id for move in done.moves], trial.caller.as_of
    )
    return tuple(
        TrialMove(
            move.account_no,
            move.name,
            managers.get(move.customer_id),
            move.before,
            move.after,
            move_json(move)["because"],
            say_tier.JOINT.join(say_tier.reason_text(r, move.energy) for r in move.telling),
        )
        for move in done.moves
    )


# --- side by side -------------------------------------------------------------------------------------


def _sum(loads: Mapping[_Key, Load]) -> Load:
    return sum(loads.values(), Load())


def _turns(
    before: Mapping[_Key, Load], after: Mapping[_Key, Load], part: Callable[[_Key], _Part]
) -> dict[_Part, Turn]:
    """Loads added up by a part of their keys."""
    sums: list[dict[_Part, Load]] = []
    for loads in (before, after):
        found: dict[_Part, Load] = defaultdict(Load)
        for key, load in loads.items():
            found[part(key)] += load
        sums.append(found)
    return {key: Turn(*(side.get(key, Load()) for side in sums)) for key in {**sums[0], **sums[1]}}


def _by_tier(
    before: Mapping[_Key, Load],
    after: Mapping[_Key, Load],
    order: list[str],
    called: Mapping[str, str],
) -> tuple[TierLoad, ...]:
    turns = _turns(before, after, lambda key: key[2])
    return tuple(
        TierLoad(tier, called.get(tier, tier), turns[tier])
        for tier in sorted((tier for tier in turns if tier), key=order.index)
    )


def _by_manager(
    before: Mapping[_Key, Load],
    after: Mapping[_Key, Load],
    order: list[str],
    called: Mapping[str, str],
    names: Names,
) -> tuple[ManagerLoad, ...]:
    found = []
    for (office, manager), turn in _turns(before, after, lambda key: key[:2]).items():
        mine = [
            {key: load for key, load in side.items() if key[:2] == (office, manager)}
            for side in (before, after)
        ]
        name = names.managers[manager][0]
        tiers = _by_tier(mine[0], mine[1], order, called)
        found.append(ManagerLoad(name, names.offices[office], turn, tiers))
    return tuple(sorted(found, key=lambda m: (m.office, m.manager is None, m.manager or "")))
