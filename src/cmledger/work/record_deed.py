"""Recording an item done without a visit by hand: for a customer, or a manager's or a grid's own."""

from typing import Any

from cmledger.errors import NeedsDecision, NotFound, UsageProblem
from cmledger.ledger.customers import find_customer
from cmledger.ledger.deeds import find_grid, offices_with, write_duty, write_service
from cmledger.ledger.duplicates import refuse_merged
from cmledger.ledger.editions import check_editions
from cmledger.ledger.journal import Operation
from cmledger.ledger.obligations import VISIT
from cmledger.ledger.store import Ledger
from cmledger.ledger.visits import find_manager
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.deeds import DeedReport, DutyTold, ServiceTold
from cmledger.records.items import CUSTOMER, GRID
from cmledger.rules.level import level
from cmledger.sheets.layouts.duties import DUTIES
from cmledger.sheets.layouts.services import SERVICES
from cmledger.wording import deeds as say
from cmledger.wording.lists import listed
from cmledger.work.discharging import Watch, dischargeable
from cmledger.work.owed import service_codes


def record_service(
    ledger: Ledger, policy: Policy, caller: Caller, told: ServiceTold, *, dry_run: bool = False
) -> DeedReport:
    """Record an item done for a customer without a visit. The same told twice is nothing new.

    Raises UsageProblem (a day to come, an item nobody knows or that is not the customer's), NotFound, NeedsDecision.
    """
    edition, code = _item(policy, caller, told)
    if code == VISIT:
        hint = say.IS_A_VISIT_HINT.format(account_no=told.account_no, day=told.day)
        raise UsageProblem(say.IS_A_VISIT, hint=hint)
    item = edition.service[code]
    if item.owner != CUSTOMER:
        raise UsageProblem(
            say.NOT_OF_CUSTOMERS.format(service=item.name),
            hint=say.NOT_OF_CUSTOMERS_HINT.format(code=code),
        )
    details = {
        "method": _stored("service_done.method", told.method),
        "content": _stored("service_done.content", told.content),
    }
    plans = dischargeable(ledger, policy, caller.as_of, edition, {code})
    arguments = {
        "account_no": told.account_no,
        "service": code,
        "date": told.day.isoformat(),
    }
    with ledger.operation(caller, "record-service", arguments, dry_run=dry_run) as op:
        check_editions(op.connection, policy)
        customer = find_customer(op.connection, told.account_no)
        refuse_merged(op.connection, customer)
        manager = None
        if told.manager is not None:
            manager = find_manager(op.connection, told.manager.strip(), customer["office_id"])
        watch = Watch(op.connection, customer["id"], plans)
        who = None if manager is None else manager.id
        outcome = write_service(op, customer["id"], code, told.day.isoformat(), who, details)
        came_to = watch.cleared()
    return DeedReport(
        "record-service",
        op.number,
        dry_run,
        outcome,
        code,
        told.day,
        None if manager is None else manager.name,
        {"account_no": customer["account_no"], "name": customer["name"]},
        came_to,
        *_names(edition),
    )


def record_duty(
    ledger: Ledger, policy: Policy, caller: Caller, told: DutyTold, *, dry_run: bool = False
) -> DeedReport:
    """Record an item that a manager or a grid owes itself. The same told twice is nothing new.

    Raises UsageProblem (a day to come, an item nobody knows or that is a customer's, nobody named), NotFound,
    NeedsDecision.
    """
    edition, code = _item(policy, caller, told)
    item = edition.service[code]
    if item.owner == CUSTOMER:
        raise UsageProblem(
            say.OF_CUSTOMERS.format(service=item.name),
            hint=say.OF_CUSTOMERS_HINT.format(code=code),
        )
    if item.owner == GRID and told.grid is None:
        raise UsageProblem(say.WHOSE_GRID.format(service=item.name), hint=say.WHOSE_GRID_HINT)
    if item.owner != GRID and told.manager is None:
        raise UsageProblem(say.WHOSE_MANAGER.format(service=item.name), hint=say.WHOSE_MANAGER_HINT)
    counts = {name: getattr(told, name) for name in ("materials", "answered", "attendees")}
    plans = dischargeable(ledger, policy, caller.as_of, edition, {code})
    arguments = {"service": code, "date": told.day.isoformat()}
    with ledger.operation(caller, "record-duty", arguments, dry_run=dry_run) as op:
        check_editions(op.connection, policy)
        office_id, office = _office(op, told)
        manager = grid = None
        if told.manager is not None:
            manager = find_manager(op.connection, told.manager.strip(), office_id)
        if told.grid is not None:
            grid = find_grid(op.connection, told.grid.strip(), office_id)
        who, where = None if manager is None else manager.id, None if grid is None else grid[0]
        owner = where if item.owner == GRID else who
        assert owner is not None
        watch = Watch(op.connection, owner, plans)
        content = _stored("duty_done.content", told.content)
        details: dict[str, Any] = {"content": content, **counts}
        outcome = write_duty(op, office_id, code, told.day.isoformat(), who, where, details)
        came_to = watch.cleared()
    return DeedReport(
        "record-duty",
        op.number,
        dry_run,
        outcome,
        code,
        told.day,
        None if manager is None else manager.name,
        {"grid": None if grid is None else grid[1], "office": office},
        came_to,
        *_names(edition),
    )


def _item(policy: Policy, caller: Caller, told: ServiceTold | DutyTold) -> tuple[Edition, str]:
    """The rules in force and the item's code; UsageProblem for a day to come or an item nobody knows."""
    if told.day > caller.as_of:
        raise UsageProblem(say.LATER.format(day=told.day, as_of=caller.as_of), hint=say.LATER_HINT)
    edition = policy.edition_on(caller.as_of)
    (code,) = service_codes(edition, [told.service])
    return edition, code


def _names(edition: Edition) -> tuple[dict[str, str], dict[str, str], dict[int, str]]:
    return (
        {code: item.name for code, item in edition.service.items()},
        {code: season.name for code, season in edition.season.items()},
        {level(edition, grade): name for grade, name in edition.grade.items()},
    )


def _stored(field: str, words: str | None) -> str | None:
    """What is stored of a detail, read as the sheet of its kind reads its cells."""
    column = SERVICES.column(field) or DUTIES.column(field)
    assert column is not None
    value = column.kind.parse_column([words]).values[0]
    return value if isinstance(value, str) else None


def _office(op: Operation, told: DutyTold) -> tuple[int, str]:
    """The office whose manager (grid) is meant: the one named, else the only one that has it."""
    known = offices_with(op.connection, None, None)
    if len(known) == 1:  # who is not there is told by name
        return known[0]
    found = offices_with(op.connection, told.manager, told.grid)
    if told.office is not None:
        found = [one for one in found if one[1] == told.office.strip()]
    if len(found) == 1:
        return found[0]
    named = ((say.WHO_MANAGER, told.manager), (say.WHO_GRID, told.grid))
    who = listed(sentence.format(name=name) for sentence, name in named if name)
    if not found:
        raise NotFound(say.NOBODY.format(who=who))
    raise NeedsDecision(
        say.WHICH_OFFICE.format(who=who, offices=listed(name for _, name in found)),
        hint=say.WHICH_OFFICE_HINT,
    )
