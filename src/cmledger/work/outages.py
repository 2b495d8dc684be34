"""Who must be told of outages, until when, and how it stands: the list of a moment."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from cmledger.errors import UsageProblem
from cmledger.ledger.editions import check_editions
from cmledger.ledger.narrow import Names, names_of, narrowed
from cmledger.ledger.outages import (
    Asked,
    Customer,
    Some,
    areas_named,
    grids_named,
    lines_of_areas,
    named_customers,
    notices_of,
    other_customers,
    outage_contacts,
    outages_between,
)
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Limit, Policy
from cmledger.records.caller import Caller
from cmledger.records.outages import (
    Agreement,
    Crowd,
    Notice,
    Outage,
    OutageReport,
    OutageSeen,
    Standing,
    TouchedRow,
)
from cmledger.rules import outages as rules
from cmledger.rules.workdays import WorkingDays
from cmledger.wording import outages as say
from cmledger.work.log_export import log_export
from cmledger.work.owed import working_days

_PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class OutagesWanted:
    """What the list was asked for: names as the user gave them, None: all. first, last: the days outages begin on.

    statuses: of rows, all where empty. everyone: every customer is a row, not only those that are named.
    """

    office: str | None = None
    line: str | None = None
    manager: str | None = None
    first: date | None = None
    last: date | None = None
    statuses: tuple[Standing, ...] = ()
    everyone: bool = False


def outages(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: OutagesWanted,
    *,
    fail_on: Iterable[Standing] = (),
    excel: Path | None = None,
) -> OutageReport:
    """The list, written as a workbook to fill in too where `excel` is given.

    Raises UsageProblem, NotFound, BadPolicy, OutputNotWritable.
    """
    report = outage_list(ledger, policy, caller, wanted, fail_on=fail_on)
    if excel is None:
        return report
    from cmledger.sheets.outage_list import write_outage_list

    write_outage_list(excel, report, caller)
    logged = None
    if caller.by_person:
        detail = {"rows": {"outages": len(report.rows)}, "path": str(excel)}
        logged = log_export(ledger, caller, detail)
    return replace(report, excel=str(excel), logged=logged)


def outage_list(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: OutagesWanted,
    *,
    fail_on: Iterable[Standing] = (),
) -> OutageReport:
    """The outages from `first` (else the day of the call) on, and a row for each customer that is named, most urgent first."""
    first = wanted.first or caller.as_of
    if wanted.last is not None and wanted.last < first:
        raise UsageProblem(say.UNTIL_BEFORE.format(until=wanted.last, first=first))
    edition = policy.edition_on(caller.as_of)
    with ledger.reading() as connection:
        check_editions(connection, policy)
        narrow = narrowed(
            connection, office=wanted.office, line=wanted.line, manager=wanted.manager
        )
        last = None if wanted.last is None else wanted.last.isoformat()
        found = outages_between(connection, first.isoformat(), last, narrow)
        asked = _asked(edition, caller, found, everyone=wanted.everyone)
        world = _World(
            edition,
            working_days(policy),
            _moment(caller),
            _Places(
                names_of(connection),
                areas_named(connection),
                grids_named(connection),
                lines_of_areas(connection),
            ),
            notices_of(connection, found, caller.day),
            outage_contacts(connection),
        )
        live = [one for one in found if not _cancelled(one, caller)]
        named = _by_place(named_customers(connection, live, narrow, asked), world.places)
        others = _by_place(other_customers(connection, live, narrow, asked), world.places)
    overlapping = rules.overlaps(live, world.places.line_of_area)
    seen, rows = [], []
    for outage in found:
        cancelled = _cancelled(outage, caller)
        tell_by, limit = world.limit(outage)
        touched = [] if cancelled else _touched(outage, named)
        rest = [] if cancelled else _touched(outage, others)
        rows += [world.row(outage, tell_by, customer) for customer in touched]
        crowd = world.crowd(rest)
        seen.append(
            OutageSeen(
                outage,
                limit,
                None if cancelled else tell_by,
                rules.public_notice(outage, None if cancelled else tell_by, world.moment),
                len(touched) + crowd.customers,
                len(touched),
                crowd,
                tuple(other.key for other in overlapping.get(outage.id, ())),
                cancelled,
            )
        )
    counts = Counter(row.standing for row in rows)
    agreements = Counter(row.agreement for row in rows if row.agreement is not None)
    rows = [r for r in rows if not wanted.statuses or r.standing in wanted.statuses]
    rows.sort(key=lambda r: (*r.urgency, r.manager or "\uffff", r.line or "", r.account_no))
    return OutageReport(
        as_of=caller.day,
        moment=world.moment,
        outages=seen,
        rows=rows,
        counts={standing: counts[standing] for standing in Standing},
        agreements={state: agreements[state] for state in Agreement},
        assumed_years=tuple(sorted(world.assumed)),
        everyone=wanted.everyone,
        fail_on=frozenset(fail_on),
    )


def _moment(caller: Caller) -> str:
    """Now, where today is the day of the call; else the end of that day."""
    if caller.now.date() == caller.as_of:
        return caller.now.replace(tzinfo=None).isoformat(timespec="minutes")
    return caller.day + "T23:59"


def _cancelled(outage: Outage, caller: Caller) -> bool:
    return outage.cancelled_on is not None and outage.cancelled_on <= caller.day


def _asked(edition: Edition, caller: Caller, found: Sequence[Outage], *, everyone: bool) -> Asked:
    """Whom to name: those of `listed`, and whoever some outage of these obliges to tell."""
    service = edition.agree_service
    item = edition.service.get(service or "")
    tiers = [t for t in edition.tier if item is not None and edition.terms(item, t) is not None]
    named = set(edition.outage.listed).union(
        *(edition.outage.told(one.outage_kind) for one in found)
    )
    return Asked(
        day=caller.day,
        named=None if everyone else named,
        service=service,
        tiers=tiers,
        residents=edition.scope.resident_tariffs,
    )


T = TypeVar("T", Customer, Some)

# --- places ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Places:
    """What ids are called, and which line an area hangs on."""

    names: Names
    areas: Mapping[int | None, str | None]
    grids: Mapping[int | None, str | None]
    line_of_area: Mapping[int, int | None]


def _by_place(found: Iterable[T], places: _Places) -> dict[tuple[str, int], list[T]]:
    """By area; and by line, those whose area hangs on it included, each once."""
    by: dict[tuple[str, int], list[T]] = defaultdict(list)
    for one in found:
        through = None if one.area_id is None else places.line_of_area.get(one.area_id)
        if one.area_id is not None:
            by["area", one.area_id].append(one)
        for line in {one.line_id, through}:
            if line is not None:
                by["line", line].append(one)
    return by


def _touched(outage: Outage, by: Mapping[tuple[str, int], Sequence[T]]) -> Sequence[T]:
    """The customers of an outage."""
    if outage.area_id is not None:
        return by.get(("area", outage.area_id), ())
    return by.get(("line", outage.line_id or 0), ())


# --- one outage, one customer ------------------------------------------------------------------------


class _World:
    """What rows are made of."""

    def __init__(
        self,
        edition: Edition,
        days: WorkingDays,
        moment: str,
        places: _Places,
        notices: Mapping[tuple[int, int], Sequence[Notice]],
        contacts: Mapping[int, tuple[str, str | None]],
    ) -> None:
        self.edition, self.days, self.moment, self.places = edition, days, moment, places
        self.notices, self.contacts = notices, contacts
        self.assumed: set[int] = set()

    def limit(self, outage: Outage) -> tuple[str | None, dict[str, int] | None]:
        """The last moment to tell of an outage, and the limit it comes from."""
        limit: Limit | None = rules.limit_of(self.edition, outage)
        if limit is None:
            return None, None
        tell_by, assumed = rules.last_moment(outage.begins_at, limit, self.days)
        self.assumed.update(assumed)
        return tell_by, limit.model_dump(exclude_none=True)

    def row(self, outage: Outage, tell_by: str | None, customer: Customer) -> TouchedRow:
        """How it stands with telling one customer."""
        marks = tuple(
            mark
            for mark, there in (
                ("important", customer.importance not in (None, "none")),
                ("agreed", customer.agreed and outage.outage_kind == _PLANNED),
                ("special-group", customer.special),
                ("own-source", customer.own_source),
                ("pv", customer.pv),
            )
            if there
        )
        asks = self.edition.outage.told(outage.outage_kind)
        obliged = tuple(mark for mark in marks if mark in asks)
        notices = self.notices.get((outage.id, customer.id), ())
        told = rules.reached(notices)
        agreed = rules.agreement(outage, notices, self.moment) if "agreed" in marks else None
        stands = rules.standing(outage, tell_by, notices, self.moment, obliged=bool(obliged))
        contact, phone = self.contacts.get(customer.id, (customer.contact, customer.phone))
        latest = max(notices, key=lambda one: one.told_at, default=None)
        return TouchedRow(
            outage=outage,
            account_no=customer.account_no,
            name=customer.name,
            manager=self.places.names.managers[customer.manager_id][0],
            line=self.places.names.lines[customer.line_id],
            area=self.places.areas[customer.area_id],
            grid=self.places.grids[customer.grid_id],
            marks=marks,
            importance=customer.importance if "important" in marks else None,
            obliged=obliged,
            standing=rules.together(stands, agreed),
            tell_by=tell_by if obliged else None,
            told_at=told.told_at if told else None,
            method=told.method if told else None,
            outcome=latest.outcome if latest else None,
            agreement=agreed,
            agree_by=rules.day_before(outage) if agreed else None,
            contact=contact,
            phone=phone,
        )

    def crowd(self, some: Sequence[Some]) -> Crowd:
        """Those who are not named, counted by area, grid and manager; the largest first."""
        by: dict[str, Counter[str | None]] = {
            "transformer_area": Counter(),
            "grid": Counter(),
            "manager": Counter(),
        }
        for one in some:
            by["transformer_area"][self.places.areas[one.area_id]] += one.many
            by["grid"][self.places.grids[one.grid_id]] += one.many
            by["manager"][self.places.names.managers[one.manager_id][0]] += one.many
        return Crowd(
            sum(one.many for one in some),
            sum(one.many for one in some if one.resident),
            {
                face: sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] or ""))
                for face, counted in by.items()
            },
        )
