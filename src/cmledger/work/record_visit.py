"""Recording one visit by hand: one operation, and what it cleared."""

from collections.abc import Sequence
from datetime import date

from cmledger.errors import UsageProblem
from cmledger.ledger.customers import find_customer
from cmledger.ledger.duplicates import refuse_merged
from cmledger.ledger.editions import check_editions
from cmledger.ledger.obligations import VISIT, Snapshot, facts_of
from cmledger.ledger.store import Ledger
from cmledger.ledger.visits import DETAILS, find_manager, write_visit
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.obligations import Obligation
from cmledger.records.visit import VisitReport, VisitTold
from cmledger.rules.obligations import obligations, standing
from cmledger.rules.schedule import level
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts.visits import VISITS
from cmledger.wording import dues as say
from cmledger.work.owed import Plan, cyclic_services, plan, service_codes, working_days


def record_visit(
    ledger: Ledger, policy: Policy, caller: Caller, told: VisitTold, *, dry_run: bool = False
) -> VisitReport:
    """Record what was told of a visit. The same visit told twice is nothing new.

    Raises UsageProblem (a day to come, words nobody knows), NotFound (customer, manager), NeedsDecision.
    """
    if told.day > caller.as_of:
        raise UsageProblem(say.LATER.format(day=told.day, as_of=caller.as_of), hint=say.LATER_HINT)
    edition = policy.edition_on(caller.as_of)
    details = {field: _stored(field, getattr(told, field)) for field in DETAILS}
    services = tuple(code for code in service_codes(edition, told.services) if code != VISIT)
    plans = _plans(ledger, policy, caller.as_of, edition, services)
    arguments = {"account_no": told.account_no, "date": told.day.isoformat()}
    with ledger.operation(caller, "record-visit", arguments, dry_run=dry_run) as op:
        check_editions(op.connection, policy)
        customer = find_customer(op.connection, told.account_no)
        refuse_merged(op.connection, customer)
        manager = None
        if told.manager is not None:
            manager = find_manager(op.connection, told.manager.strip(), customer["office_id"])
        before = _owed(op.connection, customer["id"], plans)
        outcome = write_visit(
            op,
            customer["id"],
            told.day.isoformat(),
            None if manager is None else manager.id,
            details,
            services,
        )
        after = _owed(op.connection, customer["id"], plans)
        still = [
            standing(
                facts_of(op.connection, customer["id"], p.ask), p.parts, p.ask.as_of, p.ask.until
            )
            for p in plans
        ]
    return VisitReport(
        operation=op.number,
        dry_run=dry_run,
        outcome=outcome,
        account_no=customer["account_no"],
        name=customer["name"],
        day=told.day,
        manager=None if manager is None else manager.name,
        services=(VISIT, *services),
        cleared=tuple(o for o, was in zip(after, before, strict=True) if o.met and not was.met),
        not_counted=tuple(
            o
            for o, was in zip(after, before, strict=True)
            if o.below_grade and not o.met and not was.below_grade
        ),
        still=tuple(s for s in still if s is not None),
        service_names={code: edition.service[code].name for code in edition.service},
        grade_names={level(edition, grade): name for grade, name in edition.grade.items()},
    )


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


def _plans(
    ledger: Ledger, policy: Policy, as_of: date, edition: Edition, services: Sequence[str]
) -> list[Plan]:
    """The items that this visit may discharge, laid out since counting began."""
    days = working_days(policy)
    laid = [
        plan(policy, code, days, ledger.count_from, as_of, as_of)
        for code in cyclic_services(edition)
    ]
    done = {VISIT, *services}
    return [p for p in laid if p is not None and done & set(p.ask.codes)]


def _owed(connection: Snapshot, customer_id: int, plans: Sequence[Plan]) -> list[Obligation]:
    """Every part the customer owes of these items, in order."""
    return [
        obligation
        for one in plans
        for obligation in obligations(
            facts_of(connection, customer_id, one.ask), one.parts, one.ask.as_of
        )
    ]
