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
from cmledger.records.due import DueReport, DueRow, Wanted
from cmledger.records.forms import page_form
from cmledger.records.items import CUSTOMER
from cmledger.records.tiering import TierFacts
from cmledger.records.visit_forms import FormFile, Known, VisitForm, VisitFormsReport
from cmledger.rules.tiers import TierRules
from cmledger.wording import visit_forms as say
from cmledger.wording import workbooks as say_book
from cmledger.work.due_visits import ALL, due_list
from cmledger.work.log_export import log_export

MOST = 100
"""Forms in one workbook; more go into further ones."""
_VISIT = "visit"
_CLASS_FROM = ("customer_class", "voltage", "tariff_class")
"""What a customer's class is known by."""
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
"""What no file name may hold on Windows."""


@dataclass(slots=True)
class _Customer:
    """Rows of the report about one customer: those that take a visit, and the others."""

    visits: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    planned: date | None = None


@dataclass(slots=True)
class _Share:
    """What one manager is to do: by 户号, and the rows that no customer owes."""

    customers: dict[str, _Customer] = field(default_factory=dict)
    duties: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Book:
    """A workbook to be written. customers: by 户号, in the order of their forms; listed: rows of its lists.

    first: forms of this manager in workbooks before; count: in all of them.
    """

    path: Path
    office: str
    manager: str | None
    name: str
    customers: dict[str, _Customer]
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
    """Write the forms of what is due, or of what is to be done in a month (its first day).

    Raises what `due_list` does, UsageProblem (a month that is over), OutputNotWritable before anything is written.
    """
    from cmledger.sheets.visit_form_book import check_replaceable, write_form_book

    day, wanted = _asked(caller, wanted, month)
    label = f"{month:%Y-%m}" if month else caller.as_of.isoformat()
    due = due_list(ledger, policy, replace(caller, as_of=day), wanted)
    report = replace(due, rows=tuple(due.rows))
    edition = policy.edition_on(caller.as_of)
    books = _books(ledger, report, folder, label)
    check_replaceable([book.path for book in books])
    logged = None
    if caller.by_person and books:  # contacts leave the ledger
        rows = {"visit-forms": len(report.rows)}
        logged = log_export(ledger, caller, {"rows": rows, "path": str(folder)})
    files = []
    for book in books:
        with ledger.reading() as snapshot:
            known = known_of(snapshot, list(book.customers), caller.as_of)
        forms = _forms(book, report, edition, known, caller.as_of)
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
        listed_only=sum(not _calls(report, row) for row in report.rows),
        assumed_years=report.assumed_years,
        logged=logged,
        unknown_festivals=report.unknown_festivals,
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


def _calls(report: DueReport, row: DueRow) -> bool:
    """Whether what is due is done by calling on a customer."""
    return row.owner == CUSTOMER and row.service not in report.without_visit


def _books(ledger: Ledger, report: DueReport, folder: Path, label: str) -> list[_Book]:
    """Which workbook holds what: by office and manager, those without a manager last."""
    shares: dict[tuple[str, str | None], _Share] = defaultdict(_Share)
    for position, row in enumerate(report.rows):
        share = shares[row.office, row.manager]
        if row.owner != CUSTOMER:
            share.duties.append(position)
            continue
        customer = share.customers.setdefault(row.account_no, _Customer())
        (customer.visits if _calls(report, row) else customer.others).append(position)
    with ledger.reading() as snapshot:
        accounts = [account for share in shares.values() for account in share.customers]
        planned = planned_days(snapshot, accounts)
    several = len({office for office, _ in shares}) > 1
    books: list[_Book] = []
    for (office, manager), share in sorted(
        shares.items(), key=lambda s: (s[0][1] is None, s[0][0], s[0][1] or "")
    ):
        name = manager or say_book.VISITS_UNASSIGNED
        if several:
            name = say_book.VISITS_SHARED_NAME.format(manager=name, office=office)
        share.customers = _ordered(share.customers, report, planned)
        stem = _UNFIT.sub(" ", say.FILE.format(manager=name, label=label)).strip(" .")
        for number, (first, part, listed) in enumerate(_parts(share), 1):
            file = stem if number == 1 else say.FILE_PART.format(name=stem, number=number)
            count = sum(bool(customer.visits) for customer in share.customers.values())
            path = folder / f"{file}.xlsx"
            books.append(_Book(path, office, manager, name, part, listed, first, count))
    return books


def _ordered(
    customers: dict[str, _Customer],
    report: DueReport,
    planned: Mapping[tuple[str, str, str], date],
) -> dict[str, _Customer]:
    """By the day planned, else the day due; then by line and 户号. Those who need no visit come last."""
    keys = {}
    for account, customer in customers.items():
        rows = [report.rows[position] for position in customer.visits or customer.others]
        key = account_key(account)
        days = [d for r in rows if (d := planned.get((key, r.service, r.period))) is not None]
        customer.planned = min(days, default=None)
        day = customer.planned or min(row.due_by for row in rows)
        keys[account] = not customer.visits, day, rows[0].line or "", account
    return {account: customers[account] for account in sorted(customers, key=keys.__getitem__)}


def _parts(share: _Share) -> Iterator[tuple[int, dict[str, _Customer], list[int]]]:
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
    book: _Book, report: DueReport, edition: Edition, known: Mapping[str, Known], as_of: date
) -> Sequence[VisitForm]:
    """The forms of a workbook, numbered through all of the manager's."""
    rules, forms = TierRules(edition), []
    for number, (account, customer) in enumerate(book.customers.items(), book.first + 1):
        items = tuple(report.rows[position] for position in customer.visits)
        services = tuple(dict.fromkeys(row.service for row in items))
        told = known.get(account_key(account), Known({}))
        own = None if _VISIT in services else page_form(account_key(account), as_of.isoformat())
        known_by: dict[str, Any] = {name: told.facts.get(name) for name in _CLASS_FROM}
        facts = TierFacts(**known_by)
        points = edition.forms.points(rules.customer_class(facts), services)
        forms.append(VisitForm(number, items, told, customer.planned, points, own))
    return forms
