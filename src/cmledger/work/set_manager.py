"""Setting a customer's manager by hand, with the reason and for how long; lifting it again."""

from datetime import date, timedelta

from cmledger.errors import UsageProblem
from cmledger.ledger.assignment import roster
from cmledger.ledger.customers import find_customer
from cmledger.ledger.duplicates import refuse_merged
from cmledger.ledger.editions import check_editions
from cmledger.ledger.handing_over import NEVER, customers_of, lift, set_by_hand
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import CLOSED
from cmledger.ledger.tier_spans import held_on
from cmledger.ledger.visits import find_manager
from cmledger.policy.schema import Policy
from cmledger.records.assigning import SetManagerReport
from cmledger.records.assignment import Trouble
from cmledger.records.caller import Caller
from cmledger.rules.assignment import serves
from cmledger.wording import assigning as say
from cmledger.work.staff_words import StaffWords

COMMAND = "set-manager"


def set_manager(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    account_no: str,
    manager: str,
    *,
    reason: str | None,
    until: date | None = None,
    dry_run: bool = False,
) -> SetManagerReport:
    """A customer's manager from the day of the call through `until`; then whose it would have been.

    A grade that does not serve and a capacity exceeded are findings, no refusal. Raises NotFound, NeedsDecision
    (two of that name), UsageProblem (no reason, `until` past, the manager has left, the account is closed), BadPolicy.
    """
    if reason is None or not reason.strip():
        raise UsageProblem(say.NO_REASON, hint=say.NO_REASON_HINT)
    if until is not None and until < caller.as_of:
        raise UsageProblem(say.UNTIL_PAST.format(until=until, today=caller.as_of))
    edition = policy.edition_on(caller.as_of)
    end = NEVER if until is None else (until + timedelta(days=1)).isoformat()
    arguments = {"account_no": account_no, "manager": manager}
    with ledger.operation(caller, COMMAND, arguments, dry_run=dry_run) as operation:
        connection = operation.connection
        check_editions(connection, policy)
        customer = find_customer(connection, account_no)
        refuse_merged(connection, customer)
        closed = customer["closed_on"]
        if customer["status"] == CLOSED if closed is None else closed <= caller.day:
            raise UsageProblem(say.ACCOUNT_CLOSED.format(account_no=customer["account_no"]))
        meant = find_manager(connection, manager.strip(), customer["office_id"])
        found = roster(connection, caller.as_of, edition.duty.customers_per_manager)
        words = StaffWords.of(edition, found.people, found.places, found.offices)
        person = found.people[meant.id]
        if person.left:
            raise UsageProblem(
                say.HAS_LEFT.format(manager=person.name, day=found.left_on[person.id]),
                hint=say.HAS_LEFT_HINT.format(manager=person.name),
            )
        before, changed = set_by_hand(operation, customer["id"], person.id, end, reason.strip())
        troubles = []
        tiered = held_on(connection, customer["id"], caller.day)
        if tiered is not None:
            asked = edition.serving_grade(tiered.tier, tiered.rule)
            if not serves(edition, person.grade, asked):
                troubles.append(Trouble("by-hand-below-grade", person.id, 1, tiered.tier))
        only = edition.assignment.counted == "in-scope"
        has = customers_of(connection, person.id, caller.as_of, in_tier=only)
        if person.capacity is not None and has > person.capacity:
            full = Trouble("manager-over-capacity", person.id, has, None, person.capacity)
            troubles.append(full)
    return SetManagerReport(
        operation.number,
        dry_run,
        customer["account_no"],
        customer["name"],
        words.person(before["manager_id"]) if before else None,
        person.name,
        reason.strip(),
        caller.as_of,
        until,
        False,
        changed,
        tuple(words.troubles(troubles)),
    )


def lift_manager(
    ledger: Ledger, caller: Caller, account_no: str, *, dry_run: bool = False
) -> SetManagerReport:
    """End what was set by hand, from the day of the call on. Raises NotFound, UsageProblem where nothing was set."""
    arguments = {"account_no": account_no, "lift": True}
    with ledger.operation(caller, COMMAND, arguments, dry_run=dry_run) as operation:
        customer = find_customer(operation.connection, account_no)
        refuse_merged(operation.connection, customer)
        before, after = lift(operation, customer["id"])
        if before is None or after is None:
            raise UsageProblem(
                say.NOT_FIXED.format(account_no=customer["account_no"], day=caller.as_of)
            )
        people = roster(operation.connection, caller.as_of, None).people
    return SetManagerReport(
        operation.number,
        dry_run,
        customer["account_no"],
        customer["name"],
        people[before["manager_id"]].name,
        people[after["manager_id"]].name,
        None,
        caller.as_of,
        None,
        True,
        True,
        (),
    )
