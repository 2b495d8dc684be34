"""Handing all customers of a manager over to another: for leave (代管, with a last day) or for good (调岗)."""

from collections import Counter
from datetime import date, timedelta

from cmledger.errors import UsageProblem
from cmledger.ledger.assignment import Roster, roster
from cmledger.ledger.editions import check_editions
from cmledger.ledger.handing_over import (
    NEVER,
    HandedOver,
    customers_of,
    hand_over,
    move_territory,
)
from cmledger.ledger.record_keys import find_record
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.assigning import HandoverReport, StaffFinding
from cmledger.records.assignment import Trouble
from cmledger.records.caller import Caller
from cmledger.rules.assignment import serves
from cmledger.wording import assigning as say
from cmledger.work.staff_words import StaffWords

COMMAND = "handover"


def handover(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    giver: str,
    taker: str,
    *,
    on: date | None = None,
    until: date | None = None,
    reason: str | None = None,
    with_territory: bool = False,
    dry_run: bool = False,
) -> HandoverReport:
    """All that `giver` would look after from `on` (else the day of the call) through `until` (else for good) is `taker`'s.

    What others look after meanwhile stays theirs, and behind `until` all is as it was. with_territory: lines, areas
    and grids, too. Grade and capacity are findings. Raises NotFound, NeedsDecision, UsageProblem, BadPolicy.
    """
    day = on or caller.as_of
    _refuse_days(day, until, caller.as_of, with_territory=with_territory)
    edition = policy.edition_on(day)
    end = NEVER if until is None else (until + timedelta(days=1)).isoformat()
    arguments = {"from": giver, "to": taker, "on": day.isoformat()}
    arguments |= {"until": until.isoformat()} if until else {}
    with ledger.operation(caller, COMMAND, arguments, dry_run=dry_run) as operation:
        connection = operation.connection
        check_editions(connection, policy)
        ids = [
            find_record(connection, "managers", name, caller.day).row_id for name in (giver, taker)
        ]
        found = roster(connection, day, edition.duty.customers_per_manager)
        words = StaffWords.of(edition, found.people, found.places, found.offices)
        one, other = (found.people[i] for i in ids)
        _refuse_persons(found, ids, day, with_territory=with_territory)
        usual = say.SPAN_REASON if until is None else say.SPAN_REASON_UNTIL
        why = (reason or "").strip() or usual.format(giver=one.name)
        done = hand_over(operation, one.id, other.id, day, end, why)
        moved = move_territory(operation, one.id, other.id) if with_territory else None
        only = edition.assignment.counted == "in-scope"
        has = customers_of(connection, other.id, day, in_tier=only)
    tiers: Counter[str | None] = Counter()
    for (tier, _), number in done.tiers.items():
        tiers[tier] += number
    order = {tier: n for n, tier in enumerate(edition.tier)}
    return HandoverReport(
        operation.number,
        dry_run,
        one.name,
        other.name,
        day,
        until,
        done.customers,
        done.fixed,
        dict(sorted(tiers.items(), key=lambda t: order.get(t[0] or "", len(order)))),
        None if moved is None else tuple(_place(*place) for place in moved),
        tuple(_findings(words, edition, other.id, done, has)),
        {code: tier.name for code, tier in edition.tier.items()},
    )


def _refuse_days(day: date, until: date | None, today: date, *, with_territory: bool) -> None:
    if until is not None and until < day:
        raise UsageProblem(say.ENDS_BEFORE.format(until=until, on=day))
    if with_territory and until is not None:
        raise UsageProblem(say.TERRITORY_FOR_GOOD)
    if with_territory and day > today:
        raise UsageProblem(say.TERRITORY_NOW.format(on=day))


def _refuse_persons(found: Roster, ids: list[int], day: date, *, with_territory: bool) -> None:
    one, other = (found.people[i] for i in ids)
    if one.id == other.id:
        raise UsageProblem(say.SAME_PERSON.format(manager=one.name))
    if other.left:
        raise UsageProblem(say.TO_HAS_LEFT.format(manager=other.name, day=day))
    if with_territory and one.office != other.office:
        raise UsageProblem(say.TERRITORY_OFFICES.format(giver=one.name, taker=other.name))


def _place(kind: str, name: str) -> str:
    title = say.TERRITORY_FIELDS.get(kind) or say.PLACES[kind]
    return f"{title} {name}"


def _findings(
    words: StaffWords, edition: Edition, taker: int, done: HandedOver, has: int
) -> list[StaffFinding]:
    """Tiers that the taker's grade does not serve, and more customers than one may have."""
    person = words.people[taker]
    below: Counter[str] = Counter()
    for (tier, rule), number in done.tiers.items():
        if tier is not None and not serves(
            edition, person.grade, edition.serving_grade(tier, rule)
        ):
            below[tier] += number
    troubles = [
        Trouble("by-hand-below-grade", taker, below[tier], tier)
        for tier in edition.tier
        if below[tier]
    ]
    if person.capacity is not None and has > person.capacity:
        troubles.append(Trouble("manager-over-capacity", taker, has, None, person.capacity))
    return words.troubles(troubles)
