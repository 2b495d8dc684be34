"""The month's plan: every due of the month on a working day of its manager, written into the ledger and as a workbook."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from cmledger.errors import UsageProblem
from cmledger.ledger.baseline import state_now
from cmledger.ledger.editions import check_editions
from cmledger.ledger.month_plan import (
    PlanRow,
    Whom,
    customers_asked,
    group_names,
    holders,
    plan_rows,
    whom,
    write_plan,
)
from cmledger.ledger.narrow import names_of, narrowed
from cmledger.ledger.obligations import Snapshot
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.calendar import UnknownFestival
from cmledger.records.caller import Caller
from cmledger.records.due import DueRow, Wanted
from cmledger.records.month_plan import Busy, Fixed, MonthPlan, MonthTerms, PlanDue, Planned, Why
from cmledger.records.month_report import MonthReport, PlanEntry, PlanWarning
from cmledger.records.obligations import Holding, Status
from cmledger.rules.month_plan import plan_month
from cmledger.rules.workdays import WorkingDays
from cmledger.wording import month_plan as say
from cmledger.work.due_visits import ALL, due_list
from cmledger.work.log_export import log_export
from cmledger.work.owed import due_services, service_codes, working_days

COMMAND = "plan-visits"
_DAY = timedelta(days=1)
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """What is to be planned. month: YYYY-MM; services: codes or names, all items done on a visit where empty.

    afresh: what stands in the plan already need not stay on its day (unless it was fixed by hand).
    """

    month: str
    office: str | None = None
    manager: str | None = None
    services: tuple[str, ...] = ()
    afresh: bool = False


def plan_visits(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    asked: PlanAsked,
    *,
    dry_run: bool = False,
    excel: Path | None = None,
) -> MonthReport:
    """Plan the month, or bring its plan up to date, as one operation; nothing is written where nothing changes.

    What stands in the plan and may stay on its day does; what was fixed by hand does in any case.

    Raises UsageProblem (a month that is over, an item that is no visit), NotFound, BadPolicy, OutputNotWritable.
    """
    first, last = month_of(asked.month)
    if last < caller.as_of:
        raise UsageProblem(
            say.MONTH_OVER.format(month=asked.month, as_of=caller.as_of), hint=say.MONTH_OVER_HINT
        )
    start = max(first, caller.as_of)
    edition = policy.edition_on(caller.as_of)
    with ledger.reading() as snapshot:
        services = visit_services(snapshot, edition, asked.services)
    days = working_days(policy)
    terms = terms_of(edition, days, start, last)
    wanted = Wanted(office=asked.office, manager=asked.manager, until=last)
    rows, unsaid = dues_of(ledger, policy, replace(caller, as_of=start), wanted, services)
    arguments = {
        "month": asked.month,
        "office": asked.office,
        "manager": asked.manager,
        "services": list(asked.services),
        "afresh": asked.afresh,
    }
    given = {name: value for name, value in arguments.items() if value}
    with ledger.operation(caller, COMMAND, given, dry_run=dry_run) as operation:
        connection = operation.connection
        check_editions(connection, policy)
        world = _World(connection, asked, edition, caller, start, last, rows, services)
        plan = plan_month(world.dues(), terms, world.busy())
        texts = _Texts(world.groups, edition)
        write_plan(
            operation,
            [(_key(p.due), _values(p, asked.month, texts)) for p in plan.planned],
            world.rows,
            world.gone(plan),
        )
        tally = dict(operation.tally().get("planned_visit", {}))
        names = {i: name or "" for i, (name, _) in names_of(connection).managers.items() if i}
    with ledger.reading() as connection:
        ids = {row.key: row.id for row in plan_rows(connection, asked.month, ())}
        state = None if dry_run else str(state_now(connection, caller.day))
    report = MonthReport(
        month=asked.month,
        as_of=caller.as_of,
        start=start,
        terms=terms,
        group_by=edition.plan.group_by,
        operation=operation.number,
        dry_run=dry_run,
        entries=_entries(plan, world, names, texts, {} if dry_run else ids),
        later=[(world.row_of(due), due) for due in plan.later],
        elsewhere=world.elsewhere,
        tally={kind: tally.get(kind, 0) for kind in ("new", "changed", "deleted")},
        over_full=plan.over_full,
        warnings=_warnings(plan, days, edition, names),
        manager_names=names,
        service_names={code: service.name for code, service in edition.service.items()},
        assumed_years=tuple(year for year in sorted({start.year, last.year}) if days.assumed(year)),
        state=state,
        unknown_festivals=tuple(sorted(unsaid)),
    )
    return report if excel is None else _as_workbook(ledger, caller, report, excel)


def _as_workbook(ledger: Ledger, caller: Caller, report: MonthReport, excel: Path) -> MonthReport:
    from cmledger.sheets.month_book import write_month_book

    logged = None
    if caller.by_person:  # contacts leave the ledger
        detail = {"rows": {COMMAND: len(report.entries)}, "path": str(excel)}
        logged = log_export(ledger, caller, detail)
    write_month_book(excel, report, caller)
    return replace(report, excel=str(excel), logged=logged)


# --- what was asked ------------------------------------------------------------------------------------


def month_of(text: str) -> tuple[date, date]:
    """First and last day of YYYY-MM. Raises UsageProblem."""
    found = re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    if found is None:
        raise UsageProblem(say.NOT_A_MONTH.format(text=text), hint=say.NOT_A_MONTH_HINT)
    first = date(int(found[1]), int(found[2]), 1)
    return first, (first + 31 * _DAY).replace(day=1) - _DAY


def visit_services(snapshot: Snapshot, edition: Edition, asked: Sequence[str]) -> tuple[str, ...]:
    """Codes of the items to plan: those that fall due, by plans of customers' own or without, and are done on a visit
    to a customer."""
    known = [
        code
        for code in due_services(snapshot, edition)
        if edition.service[code].visit and edition.service[code].owner == "customer"
    ]
    if not asked or ALL in asked:
        return tuple(known)
    codes = service_codes(edition, asked)
    for code in codes:
        if code not in known:
            raise UsageProblem(
                say.NOT_A_VISIT.format(name=edition.service[code].name),
                hint=say.NOT_A_VISIT_HINT.format(code=code),
            )
    return codes


def terms_of(edition: Edition, days: WorkingDays, start: date, last: date) -> MonthTerms:
    """What the plan has to keep to from `start` on."""
    left = [start + n * _DAY for n in range((last - start).days + 1)]
    rules = edition.plan
    return MonthTerms(
        tuple(day for day in left if days.works(day)),
        last,
        rules.per_day,
        rules.minutes_per_day,
        rules.ahead,
        rules.trip,
    )


def dues_of(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: Wanted,
    services: Sequence[str],
) -> tuple[list[DueRow], set[UnknownFestival]]:
    """What falls due from caller.as_of to `wanted.until`, each due once: of an item owed several times a month every part.

    And the festivals of that time whose days nobody has said.
    """
    last = wanted.until or caller.as_of
    found: dict[tuple[str, str, str], DueRow] = {}
    unsaid: set[UnknownFestival] = set()
    days = {caller.as_of: tuple(services)}
    while days and services:
        day = min(days)
        these = replace(wanted, services=days.pop(day))
        report = due_list(ledger, policy, replace(caller, as_of=day), these)
        unsaid.update(report.unknown_festivals)
        for row in report.rows:
            key = (row.account_no, row.service, row.period)
            if key in found or (day > caller.as_of and row.first <= caller.as_of):
                continue
            found[key] = row
            if row.times > 1 and row.last < last:
                after = max(row.last + _DAY, day + _DAY)
                days[after] = tuple(dict.fromkeys((*days.get(after, ()), row.service)))
    return list(found.values()), unsaid


# --- the ledger's side ---------------------------------------------------------------------------------


class _World:
    """What the plan is about: the dues, whose they are, and the plan's rows there are."""

    def __init__(
        self,
        connection: Snapshot,
        asked: PlanAsked,
        edition: Edition,
        caller: Caller,
        start: date,
        last: date,
        rows: Sequence[DueRow],
        services: Sequence[str],
    ) -> None:
        self._month, self._today, self._start, self._last = asked.month, caller.as_of, start, last
        self._edition, self._services, self._afresh = edition, set(services), asked.afresh
        group_by = edition.plan.group_by
        self._whom = whom(connection, sorted({row.account_no for row in rows}), group_by)
        self._due_rows: dict[_Key, DueRow] = {
            (self._whom[row.account_no].id, row.service, row.period): row for row in rows
        }
        ids = [one.id for one in self._whom.values()]
        self.rows = plan_rows(connection, asked.month, ids)
        self._holders = holders(
            connection, [*ids, *(row.customer_id for row in self.rows)], start, last
        )
        self.groups = group_names(connection, group_by)
        narrow = narrowed(connection, office=asked.office, manager=asked.manager)
        self._asked = customers_asked(connection, narrow, asked.month, start)
        self._known = {row.key: row for row in self.rows}
        stands = {
            key for key, row in self._known.items() if key in self._due_rows and self._stands(row)
        }
        self.elsewhere = len(stands)
        self._here = [key for key in self._due_rows if key not in stands]

    def _stands(self, row: PlanRow) -> bool:
        """Whether another month's plan has a day to come for it."""
        day = row.planned_on
        return row.month != self._month and day is not None and day >= self._today.isoformat()

    def row_of(self, due: PlanDue) -> DueRow:
        """The due as the due list has it."""
        return self._due_rows[_key(due)]

    def dues(self) -> list[PlanDue]:
        """What is to be put on days."""
        return [self._due(key, self._due_rows[key]) for key in self._here]

    def _due(self, key: _Key, row: DueRow) -> PlanDue:
        whose: Whom = self._whom[row.account_no]
        known = self._known.get(key)
        spans = self._holders.get(whose.id, ())
        fixed, missed = self._fixed(known, spans)
        return PlanDue(
            whose.id,
            row.account_no,
            row.service,
            row.period,
            whose.group,
            row.first,
            row.due_by,
            max(row.due_by, row.closes or row.due_by),
            self._overdue(row),
            row.last_done,
            row.minutes,
            spans,
            known is not None and known.month == self._month,
            fixed,
            missed,
            None if fixed else self._before(known),
        )

    def _overdue(self, row: DueRow) -> bool:
        """Whether it is overdue today; what will only be so when the month begins is not yet."""
        since = row.overdue_since
        return row.status is Status.OVERDUE and since is not None and since <= self._today

    def _fixed(
        self, row: PlanRow | None, spans: tuple[Holding, ...]
    ) -> tuple[Fixed | None, date | None]:
        """The day that was set by hand, or the one that passed."""
        if row is None or not row.fixed or row.planned_on is None:
            return None, None
        day = date.fromisoformat(row.planned_on)
        if day < self._start:
            return None, day
        if row.month != self._month:
            return None, None
        by = row.manager_id
        if by is None:
            by = next((s.manager_id for s in spans if s.since <= day < s.until), None)
        return Fixed(day, by), None

    def _before(self, row: PlanRow | None) -> Fixed | None:
        """The day it stood on in this month's plan, unless all is to be planned afresh."""
        if self._afresh or row is None or row.planned_on is None or row.month != self._month:
            return None
        return Fixed(date.fromisoformat(row.planned_on), row.manager_id)

    def busy(self) -> Iterable[Busy]:
        """Visits of this month that are not planned anew, as they are not asked about."""
        for row in self.rows:
            if row.planned_on is None or row.manager_id is None or row.key in self._due_rows:
                continue
            if row.month == self._month and not self._in_question(row):
                minutes = self._edition.service.get(row.service)
                yield Busy(
                    row.customer_id,
                    date.fromisoformat(row.planned_on),
                    row.manager_id,
                    minutes.minutes if minutes else None,
                )

    def _in_question(self, row: PlanRow) -> bool:
        asked = self._asked is None or row.customer_id in self._asked
        return asked and (row.service in self._services or self._unknown(row.service))

    def _unknown(self, service: str) -> bool:
        return service not in self._edition.service

    def gone(self, plan: MonthPlan) -> list[int]:
        """Rows of this month's plan that are done, no longer due, or left to another month."""
        stay = {_key(one.due) for one in plan.planned}
        return [
            row.id
            for row in self.rows
            if row.month == self._month and row.key not in stay and self._in_question(row)
        ]


def _key(due: PlanDue) -> _Key:
    return due.customer_id, due.service, due.period


def _values(one: Planned, month: str, texts: "_Texts") -> tuple[object, ...]:
    """The columns SET of the plan's row."""
    day = None if one.day is None else one.day.isoformat()
    return (
        month if day is None else day[:7],
        day,
        one.manager_id,
        int(one.why is Why.FIXED),
        texts.of(one),
    )


# --- what it came to -----------------------------------------------------------------------------------


class _Texts:
    """Why a due stands where it stands, in words."""

    def __init__(self, groups: Mapping[int, str], edition: Edition) -> None:
        self._groups, self._edition = groups, edition

    def of(self, one: Planned) -> str:
        """A sentence without its stop."""
        due = one.due
        said = [say.MISSED.format(day=due.missed)] if due.missed else []
        said.append(say.WHY[one.why.value].format(due_by=due.due_by, closes=due.closes))
        if one.others and one.why is not Why.FIXED and due.group is not None:
            said.append(say.OTHERS.format(group=self._groups[due.group], others=one.others))
        return say.JOINT.join(part for part in said if part)


def _entries(
    plan: MonthPlan,
    world: _World,
    names: Mapping[int, str],
    texts: _Texts,
    ids: Mapping[_Key, int],
) -> tuple[PlanEntry, ...]:
    return tuple(
        PlanEntry(
            world.row_of(one.due),
            one,
            None if one.manager_id is None else names[one.manager_id],
            None if one.due.group is None else world.groups[one.due.group],
            texts.of(one),
            ids.get(_key(one.due)),
        )
        for one in plan.planned
    )


def _warnings(
    plan: MonthPlan, days: WorkingDays, edition: Edition, names: Mapping[int, str]
) -> list[PlanWarning]:
    """What a person set and should look at."""
    found: list[PlanWarning] = []
    for one in plan.planned:
        for code in _odd(one, days):
            facts = one.due._asdict()
            facts["day"] = one.due.missed if code == "fixed-missed" else one.day
            facts["service"] = edition.service[one.due.service].name
            facts["manager"] = names.get(one.manager_id or 0)
            facts["holder"] = names.get(_holder(one) or 0, say.NOBODY)
            found.append(PlanWarning(code, say.WARNINGS[code].format(**facts)))
    for full in plan.over_full:
        facts = {**full._asdict(), "manager": names[full.manager_id]}
        found.append(PlanWarning("over-full", say.WARNINGS["over-full"].format(**facts)))
    return found


def _odd(one: Planned, days: WorkingDays) -> Iterable[str]:
    if one.due.missed is not None:
        yield "fixed-missed"
    if one.why is not Why.FIXED or one.day is None:
        return
    if not days.works(one.day):
        yield "fixed-not-working"
    if not one.due.first <= one.day <= one.due.due_by:
        yield "fixed-outside"
    if one.manager_id is None:
        yield "fixed-nobody"
    elif one.manager_id != _holder(one):
        yield "fixed-not-holder"


def _holder(one: Planned) -> int | None:
    """Who looks after the customer on the day."""
    held = one.due.holders
    return next((h.manager_id for h in held if one.day and h.since <= one.day < h.until), None)
