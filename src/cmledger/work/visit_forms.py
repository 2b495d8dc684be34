"""走访单 for the managers: a workbook each, with the list to fill in and a page for every visit."""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cmledger.errors import UsageProblem
from cmledger.ledger.customers import account_key
from cmledger.ledger.store import Ledger
from cmledger.ledger.visit_forms import known_of, planned_days
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.due import DueReport, Wanted
from cmledger.records.forms import due_form, page_form
from cmledger.records.items import CUSTOMER
from cmledger.records.tiering import TierFacts
from cmledger.records.visit_forms import FormFile, Known, VisitForm, VisitFormsReport
from cmledger.rules.tiers import TierRules
from cmledger.wording import visit_forms as say
from cmledger.wording import workbooks as say_book
from cmledger.work.due_visits import ALL, due_list
from cmledger.work.forms_of_plan import Handed, by_plan, calls
from cmledger.work.log_export import log_export

MOST = 100
"""Forms in one workbook; more go into further ones."""
_VISIT = "visit"
_CLASS_FROM = ("customer_class", "voltage", "tariff_class")
"""What a customer's class is known by."""
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
"""What no file name may hold on Windows."""


_Call = tuple[str, date | None]
"""A visit to be made: 户号, and the day the month's plan sets; all that is not planned is one visit."""


@dataclass(slots=True)
class _Customer:
    """Rows of the report about one visit to a customer: those that take one, and the others."""

    visits: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    planned: date | None = None


@dataclass(slots=True)
class _Share:
    """What one manager is to do: by visit, and the rows that no customer owes."""

    customers: dict[_Call, _Customer] = field(default_factory=dict)
    duties: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Book:
    """A workbook to be written. customers: by visit, in the order of their forms; listed: rows of its lists.

    first: forms of this manager in workbooks before; count: in all of them.
    """

    path: Path
    office: str
    manager: str | None
    name: str
    customers: dict[_Call, _Customer]
    listed: list[int]
    first: int
    count: int


def visit_forms(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: Wanted,
    folder: Path,
    *,
    month: date | None = None,
) -> VisitFormsReport:
    """Write the forms of what is due, or of what is to be done in a month (its first day), by its plan if it has one.

    Raises what `due_list` does, UsageProblem (a month that is over), OutputNotWritable before anything is written.
    """
    from cmledger.sheets.visit_form_book import check_replaceable, write_form_book

    day, wanted = _asked(caller, wanted, month)
    label = f"{month:%Y-%m}" if month else caller.as_of.isoformat()
    due = due_list(ledger, policy, replace(caller, as_of=day), wanted)
    report = replace(due, rows=tuple(due.rows))
    if month is None:
        handed = Handed(report.rows, _days(ledger, report))
    else:
        handed = by_plan(ledger, policy, caller, wanted, label, report)
        report = replace(report, rows=tuple(handed.rows))
    edition = policy.edition_on(caller.as_of)
    books = _books(report, handed, folder, label)
    check_replaceable([book.path for book in books])
    logged = None
    if caller.by_person and books:  # contacts leave the ledger
        rows = {"visit-forms": len(report.rows)}
        logged = log_export(ledger, caller, {"rows": rows, "path": str(folder)})
    files, unplanned = [], 0
    for book in books:
        with ledger.reading() as snapshot:
            known = known_of(snapshot, [a for a, _ in book.customers], caller.as_of)
        forms = _forms(book, report, handed, edition, known, caller.as_of, label)
        unplanned += sum(form.unplanned for form in forms)
        write_form_book(
            book.path, report, book.name, forms, book.listed, caller, count=book.count, label=label
        )
        files.append(
            FormFile(str(book.path), book.office, book.manager, len(forms), len(book.listed))
        )
    return VisitFormsReport(
        as_of=caller.as_of,
        until=wanted.until or day,
        label=label,
        folder=str(folder),
        files=tuple(files),
        listed_only=sum(not calls(report, row) for row in report.rows),
        assumed_years=report.assumed_years,
        logged=logged,
        unknown_festivals=report.unknown_festivals,
        planned=handed.planned,
        unplanned=unplanned,
        later=handed.later,
        elsewhere=handed.elsewhere,
    )


def _asked(caller: Caller, wanted: Wanted, month: date | None) -> tuple[date, Wanted]:
    """The day the dues are looked at, and what is wanted of them; all items where none is named."""
    wanted = replace(wanted, services=wanted.services or (ALL,))
    if month is None:
        return caller.as_of, wanted
    if wanted.until is not None:
        raise UsageProblem(say.MONTH_AND_UNTIL, hint=say.MONTH_AND_UNTIL_HINT)
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    if last < caller.as_of:
        raise UsageProblem(say.MONTH_PAST.format(month=f"{month:%Y-%m}"), hint=say.MONTH_PAST_HINT)
    return max(caller.as_of, month), replace(wanted, until=last)


def _days(ledger: Ledger, report: DueReport) -> dict[str, date]:
    """Form number -> the day some month's plan sets."""
    with ledger.reading() as snapshot:
        planned = planned_days(snapshot, [row.account_no for row in report.rows])
    return {due_form(*key): day for key, day in planned.items()}


def _books(report: DueReport, handed: Handed, folder: Path, label: str) -> list[_Book]:
    """Which workbook holds what: by office and manager, those without a manager last."""
    shares: dict[tuple[str, str | None], _Share] = defaultdict(_Share)
    for position, row in enumerate(report.rows):
        share = shares[row.office, row.manager]
        if row.owner != CUSTOMER:
            share.duties.append(position)
            continue
        call = calls(report, row)
        day = handed.days.get(row.form_id) if handed.planned and call else None
        customer = share.customers.setdefault((row.account_no, day), _Customer())
        (customer.visits if call else customer.others).append(position)
    several = len({office for office, _ in shares}) > 1
    books: list[_Book] = []
    for (office, manager), share in sorted(
        shares.items(), key=lambda s: (s[0][1] is None, s[0][0], s[0][1] or "")
    ):
        name = manager or say_book.VISITS_UNASSIGNED
        if several:
            name = say_book.VISITS_SHARED_NAME.format(manager=name, office=office)
        share.customers = _ordered(share.customers, report, handed)
        stem = _UNFIT.sub(" ", say.FILE.format(manager=name, label=label)).strip(" .")
        for number, (first, part, listed) in enumerate(_parts(share), 1):
            file = stem if number == 1 else say.FILE_PART.format(name=stem, number=number)
            count = sum(bool(customer.visits) for customer in share.customers.values())
            path = folder / f"{file}.xlsx"
            books.append(_Book(path, office, manager, name, part, listed, first, count))
    return books


def _ordered(
    customers: dict[_Call, _Customer], report: DueReport, handed: Handed
) -> dict[_Call, _Customer]:
    """By the day planned, else the day due; then by line and 户号. Those who need no visit come last.

    Where the month has a plan, what it does not have comes after all of it.
    """
    keys = {}
    for call, customer in _gathered(customers).items():
        rows = [report.rows[position] for position in customer.visits or customer.others]
        days = [d for r in rows if (d := handed.days.get(r.form_id)) is not None]
        customer.planned = min(days, default=None)
        day = customer.planned or min(row.due_by for row in rows)
        after = handed.planned and customer.planned is None
        keys[call] = not customer.visits, after, day, rows[0].line or "", call[0]
    return {call: customers[call] for call in sorted(keys, key=keys.__getitem__)}


def _gathered(customers: dict[_Call, _Customer]) -> dict[_Call, _Customer]:
    """What takes no visit goes along with the first planned visit to the customer, where there is no other."""
    first: dict[str, _Customer] = {}
    for call in sorted((c for c in customers if c[1] is not None), key=str):
        first.setdefault(call[0], customers[call])
    found = {}
    for call, customer in customers.items():
        if customer.visits or call[0] not in first:
            found[call] = customer
        else:
            first[call[0]].others += customer.others
    return found


def _parts(share: _Share) -> Iterator[tuple[int, dict[_Call, _Customer], list[int]]]:
    """So many customers to visit at a time: how many come before, who, and the rows of the lists.

    What has no form stands in the last one's lists.
    """
    visited = [(a, c) for a, c in share.customers.items() if c.visits]
    for first in range(0, max(1, len(visited)), MOST):
        part = dict(visited[first : first + MOST])
        listed = [p for customer in part.values() for p in (*customer.visits, *customer.others)]
        if first + MOST >= len(visited):
            listed += [p for c in share.customers.values() if not c.visits for p in c.others]
            listed += share.duties
        yield first, part, listed


def _forms(
    book: _Book,
    report: DueReport,
    handed: Handed,
    edition: Edition,
    known: Mapping[str, Known],
    as_of: date,
    label: str,
) -> Sequence[VisitForm]:
    """The forms of a workbook, numbered through all of the manager's."""
    rules, forms = TierRules(edition), []
    for number, ((account, _), customer) in enumerate(book.customers.items(), book.first + 1):
        items = tuple(report.rows[position] for position in customer.visits)
        services = tuple(dict.fromkeys(row.service for row in items))
        told = known.get(account_key(account), Known({}))
        unplanned = handed.planned and customer.planned is None
        own = None
        if _VISIT not in services:
            day = (customer.planned or as_of).isoformat() if handed.planned else as_of.isoformat()
            own = page_form(account_key(account), label if unplanned else day)
        known_by: dict[str, Any] = {name: told.facts.get(name) for name in _CLASS_FROM}
        facts = TierFacts(**known_by)
        points = edition.forms.points(rules.customer_class(facts), services)
        forms.append(VisitForm(number, items, told, customer.planned, points, own, unplanned))
    return forms
