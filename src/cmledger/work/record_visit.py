"""Recording one visit by hand: one operation, what it cleared, and what it leaves to do."""

from cmledger.errors import UsageProblem
from cmledger.ledger.customers import find_customer
from cmledger.ledger.duplicates import refuse_merged
from cmledger.ledger.editions import check_editions
from cmledger.ledger.matters import CameUp, open_matters
from cmledger.ledger.obligations import VISIT
from cmledger.ledger.store import Ledger
from cmledger.ledger.visits import DETAILS, find_manager, write_visit
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.intake import Outcome
from cmledger.records.matters import FOLLOW_UP, told_as
from cmledger.records.matters import told as told_of
from cmledger.records.visit import LeftToDo, VisitReport, VisitTold
from cmledger.rules.level import level
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts.visits import VISITS
from cmledger.wording import dues as say
from cmledger.work.discharging import Watch, dischargeable
from cmledger.work.owed import service_codes


def record_visit(
    ledger: Ledger, policy: Policy, caller: Caller, told: VisitTold, *, dry_run: bool = False
) -> VisitReport:
    """Record what was told of a visit, and open the matters it leaves. The same visit told twice is nothing new.

    Raises UsageProblem (a day to come, words nobody knows), NotFound (customer, manager), NeedsDecision.
    """
    if told.day > caller.as_of:
        raise UsageProblem(say.LATER.format(day=told.day, as_of=caller.as_of), hint=say.LATER_HINT)
    edition = policy.edition_on(caller.as_of)
    details = {field: _stored(field, getattr(told, field)) for field in DETAILS}
    services = tuple(code for code in service_codes(edition, told.services) if code != VISIT)
    plans = dischargeable(ledger, policy, caller.as_of, edition, {VISIT, *services})
    left = _left(told, details.get("opinion") or details.get("content"))
    arguments = {"account_no": told.account_no, "date": told.day.isoformat()}
    with ledger.operation(caller, "record-visit", arguments, dry_run=dry_run) as op:
        check_editions(op.connection, policy)
        customer = find_customer(op.connection, told.account_no)
        refuse_merged(op.connection, customer)
        manager = None
        if told.manager is not None:
            manager = find_manager(op.connection, told.manager.strip(), customer["office_id"])
        watch = Watch(op.connection, customer["id"], plans)
        day, who = told.day.isoformat(), None if manager is None else manager.id
        outcome, visit = write_visit(op, customer["id"], day, who, details, services)
        matters = [
            CameUp(visit, customer["id"], day, who, one.kind, one.content, one.by) for one in left
        ]
        if open_matters(op, matters) and outcome is Outcome.UNCHANGED:
            outcome = Outcome.CHANGED
        came_to = watch.cleared()
    return VisitReport(
        operation=op.number,
        dry_run=dry_run,
        outcome=outcome,
        account_no=customer["account_no"],
        name=customer["name"],
        day=told.day,
        manager=None if manager is None else manager.name,
        services=(VISIT, *services),
        came_to=came_to,
        left=left,
        service_names={code: edition.service[code].name for code in edition.service},
        season_names={code: season.name for code, season in edition.season.items()},
        grade_names={level(edition, grade): name for grade, name in edition.grade.items()},
    )


def _left(told: VisitTold, said: str | None) -> tuple[LeftToDo, ...]:
    """What is left to do; a limit alone leaves what the customer said, else what the visit was about."""
    by = None if told.follow_up is None else told.follow_up.isoformat()
    if told.follow_up is not None and told.follow_up < told.day:
        raise UsageProblem(say.FOLLOWED_BEFORE.format(day=told.follow_up, visited=told.day))
    column = VISITS.column("visit.follow_up")
    assert column is not None
    texts = [column.kind.parse_column([words]).values[0] for words in told.matters]
    if by is not None and not texts:
        texts = [told_as(FOLLOW_UP, "")]
    pairs = [told_of(text) for text in texts if isinstance(text, str)]
    left = tuple(LeftToDo(kind, content or said, by) for kind, content in pairs)
    if len(left) < len(told.matters) or any(one.content is None for one in left):
        raise UsageProblem(say.NOTHING_LEFT, hint=say.NOTHING_LEFT_HINT)
    return left


def _stored(field: str, words: str | None) -> str | None:
    """What is stored of a detail, read as the visits sheet reads its cells."""
    column = VISITS.column(f"visit.{field}")
    assert column is not None
    parsed = column.kind.parse_column([words])
    problem: Problem | None = parsed.problems.get(0)
    if problem is not None and problem.stored is None:
        raise UsageProblem(
            say.BAD_VALUE.format(option=f"--{field}", value=words),
            hint=say.BAD_VALUE_HINT.format(choices="、".join(column.kind.choices)),
        )
    value = parsed.values[0]
    return value if isinstance(value, str) else None
