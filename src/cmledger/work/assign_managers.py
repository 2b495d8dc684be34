"""Giving every customer its manager: by territory, grade and capacity, with the reason of every choice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import nsmallest
from pathlib import Path

from cmledger.ledger.assignment import Everybody, everybody, roster
from cmledger.ledger.customers import customers_by_id
from cmledger.ledger.dialect import chunks
from cmledger.ledger.editions import use_edition
from cmledger.ledger.journal import Operation
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.store import Ledger
from cmledger.ledger.successions import succeed
from cmledger.policy.schema import Policy
from cmledger.records.assigning import AssignReport, ManagerMove
from cmledger.records.assignment import TERRITORY_BASIS, UNSERVED, Share
from cmledger.records.caller import Caller
from cmledger.rules.assignment import Assigner
from cmledger.rules.territory import territory
from cmledger.work.log_export import log_export
from cmledger.work.staff_words import StaffWords

COMMAND = "assign-managers"
_PART = 5000


def assign_managers(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    *,
    office: str | None = None,
    line: str | None = None,
    out_of_scope: bool = False,
    dry_run: bool = False,
    list_moves: int | None = None,
    excel: Path | None = None,
) -> AssignReport:
    """Give customers in a tier on the day of the call (`out_of_scope`: the others, too) their manager from then on.

    list_moves: how many customers to tell one by one (None: all; a workbook has them all). Who cannot be served stays
    as it is and is told. Raises NotFound (office, line), BadPolicy, OutputNotWritable.
    """
    edition = policy.edition_on(caller.as_of)
    arguments = {"office": office, "line": line, "all": out_of_scope}
    arguments = {name: value for name, value in arguments.items() if value}
    with ledger.operation(caller, COMMAND, arguments, dry_run=dry_run) as operation:
        connection = operation.connection
        use_edition(
            connection, edition, caller, where=policy.where(edition), operation_id=operation.id
        )
        narrow = narrowed(connection, office=office, line=line)
        found = roster(connection, caller.as_of, edition.duty.customers_per_manager)
        where = territory(found.claims, found.places)
        words = StaffWords.of(edition, found.people, found.places, found.offices)
        customers = everybody(connection, caller.as_of, narrow, out_of_scope=out_of_scope)
        done = Assigner(edition, found.people, where).assign(customers.by_terms)
        moving = [share for share in done.shares if share.moves]
        left = [share for share in done.shares if share.because.code in UNSERVED]
        if moving:
            _write(operation, moving, words, customers)
        most = None if excel else list_moves
        moves, unserved = (
            tuple(_told(operation, shares, words, customers, most)) for shares in (moving, left)
        )
    offices = set(narrow.offices or found.offices)
    unknown = [u for u in where.unknown if found.people[u.manager].office in offices]
    report = AssignReport(
        operation.number,
        dry_run,
        caller.as_of,
        out_of_scope,
        _counts(done.shares),
        moves,
        unserved,
        _summed(left, words),
        (*words.troubles(done.troubles), *words.unknown(unknown)),
        {code: tier.name for code, tier in edition.tier.items()},
    )
    return report if excel is None else _handed_out(ledger, report, caller, excel)


def _handed_out(ledger: Ledger, report: AssignReport, caller: Caller, excel: Path) -> AssignReport:
    from cmledger.sheets.staff_books import write_assignment_book

    write_assignment_book(excel, report, caller)
    rows = {COMMAND: len(report.moves) + len(report.unserved)}
    logged = log_export(ledger, caller, {"rows": rows, "path": str(excel)})
    return replace(report, excel=str(excel), logged=logged)


# --- what is written -------------------------------------------------------------------------------


def _write(
    operation: Operation, moving: Sequence[Share], words: StaffWords, customers: Everybody
) -> None:
    """The new spans, each with the reason of the choice; why it could not stay as it was is the history's."""
    numbers: dict[str, int] = {}
    known: dict[object, int] = {}  # the terms of many shares come to the same words

    def given() -> Iterator[tuple[int, int, int]]:
        for share in moving:
            manager = share.manager
            assert manager is not None
            because = share.because._replace(cause=None)
            alike = (because, share.terms.tier, share.terms.rule)
            number = known.get(alike)
            if number is None:
                text = words.found(because, share.terms)
                number = known[alike] = numbers.setdefault(text, len(numbers))
            for customer in customers.those(share.terms, share.start, share.stop):
                yield customer, manager, number

    succeed(operation, operation.caller.day, TERRITORY_BASIS, given(), numbers)


# --- what is told ------------------------------------------------------------------------------------


def _told(
    operation: Operation,
    shares: Sequence[Share],
    words: StaffWords,
    customers: Everybody,
    most: int | None,
) -> Iterator[ManagerMove]:
    """Customers one by one, the highest tier first, by 户号."""
    order = list(words.edition.tier)
    heights = {tier: n for n, tier in enumerate(order)}
    places = customers.by_terms
    everyone = (
        (heights.get(share.terms.tier or "", len(order)), place, number)
        for number, share in enumerate(shares)
        for place in places[share.terms][share.start : share.stop]
    )
    rows = sorted(everyone) if most is None else nsmallest(most, everyone) if most else []
    reasons = [words.reason(share.because, share.terms) for share in shares]
    for part in chunks(rows, _PART):
        ids = [customers.ids[place] for _, place, _ in part]
        columns = ("id", "account_no", "name")
        who = {
            i: (account, name)
            for i, account, name in customers_by_id(operation.connection, ids, columns)
        }
        for _, place, number in part:
            share = shares[number]
            yield ManagerMove(
                *who[customers.ids[place]],
                share.terms.tier,
                words.person(share.terms.manager),
                words.person(share.manager),
                reasons[number],
            )


def _counts(shares: Sequence[Share]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for share in shares:
        if share.because.code in UNSERVED:
            what = "unserved"
        elif not share.moves:
            what = "kept"
        else:
            what = "assigned" if share.terms.manager is None else "moved"
        counts[what] += share.stop - share.start
    return {what: counts[what] for what in ("kept", "assigned", "moved", "unserved")}


def _summed(left: Sequence[Share], words: StaffWords) -> list[tuple[str | None, str, int]]:
    """Why how many of which tier cannot be served, most first."""
    found: Counter[tuple[str | None, str]] = Counter()
    for share in left:
        found[share.terms.tier, words.found(share.because, share.terms)] += share.stop - share.start
    most = sorted(found.items(), key=lambda one: (-one[1], one[0][1], one[0][0] or ""))
    return [(tier, text, number) for (tier, text), number in most]
