"""Who must be visited (or served otherwise), by whom and by when: the due list of a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from cmledger.errors import UsageProblem
from cmledger.ledger.customers import account_key
from cmledger.ledger.editions import check_editions
from cmledger.ledger.narrow import Names, names_of, narrowed
from cmledger.ledger.obligations import DETAILS, FACTS, VISIT, Question
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.due import DueReport, DueRow, Wanted
from cmledger.records.due_rows import DueRows, Group, Maker, People, Raw, Whose
from cmledger.records.forms import due_form
from cmledger.records.obligations import Obligation, Standing, Status
from cmledger.rules.schedule import level
from cmledger.wording import dues as say
from cmledger.work.log_export import log_export
from cmledger.work.owed import (
    Plan,
    due_services,
    plan,
    service_codes,
    services_said,
    standings,
    unsaid_festivals,
    working_days,
)

ALL = "all"

_HORIZON = timedelta(days=5 * 366)
"""No more of the future is laid out: the next period of a customer begins within a year."""

_DETAILS = len(DETAILS)
_MANAGER, _LINE, _OFFICE = (DETAILS.index(f) for f in ("manager_id", "line_id", "office_id"))
_ACCOUNT = DETAILS.index("account_no")
_NAME, _ID = DETAILS.index("name"), DETAILS.index("id")
_TIER_NOW = 0
"""Of the facts, which end with the last days."""


def due_visits(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: Wanted,
    *,
    fail_on: Iterable[Status] = (),
    excel: Path | None = None,
) -> DueReport:
    """The due list, written as a workbook too where `excel` is given. Raises what `due_list` does, OutputNotWritable."""
    report = due_list(ledger, policy, caller, wanted, fail_on=fail_on)
    if excel is None:
        return report
    from cmledger.sheets.visit_list import write_visit_list

    logged = None
    if caller.by_person:  # contacts leave the ledger; a job's own event names what it wrote
        rows = {"due-visits": sum(report.counts.values())}
        logged = log_export(ledger, caller, {"rows": rows, "path": str(excel)})
    write_visit_list(excel, report, caller)
    return replace(report, excel=str(excel), logged=logged)


def due_list(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: Wanted,
    *,
    fail_on: Iterable[Status] = (),
) -> DueReport:
    """One row per customer and item, overdue first, then by due day, manager, line.

    `wanted.services`: codes, ("all",), or () for the visit alone. Raises UsageProblem, NotFound, BadPolicy.
    """
    as_of = caller.as_of
    edition = policy.edition_on(as_of)
    tier = None if wanted.tier is None else tier_asked(edition, wanted.tier)
    until = wanted.until or as_of
    if until < as_of:
        raise UsageProblem(say.UNTIL_BEFORE.format(until=until, as_of=as_of), hint=say.UNTIL_HINT)
    days = working_days(policy)
    horizon = min(until, as_of + _HORIZON)
    sections: dict[tuple[int, date], list[Group]] = defaultdict(list)
    counts = {s: 0 for s in Status if s is not Status.UPCOMING or wanted.until is not None}
    by_service: dict[str, dict[Status, int]] = {}
    assumed: set[int] = set()
    with ledger.reading() as snapshot:
        check_editions(snapshot, policy)
        services = asked_services(edition, wanted.services, due_services(snapshot, edition))
        plans = {
            code: laid
            for code in services
            if (laid := plan(policy, code, days, ledger.count_from, horizon, as_of)) is not None
        }
        narrow = narrowed(snapshot, office=wanted.office, line=wanted.line, manager=wanted.manager)
        names = names_of(snapshot)
        people = People(shared=len(plans) > 1)
        unsaid = {f for p in plans.values() for f in unsaid_festivals(snapshot, p, as_of, horizon)}
        groups = [g for p in plans.values() for g in standings(snapshot, p, until, narrow, people)]
    people.settle()
    for standing, rows in groups:
        obligation = standing.obligation
        if standing.status in (wanted.statuses or Status) and tier in (None, obligation.tier):
            urgency = list(Status).index(standing.status)
            sections[urgency, obligation.part.due_by].append((standing, rows))
            counts[standing.status] += len(rows)
            of_item = by_service.setdefault(obligation.part.service, dict.fromkeys(counts, 0))
            of_item[standing.status] += len(rows)
            assumed.update(obligation.part.assumed)
    faces = _Faces(names, edition, plans)
    return DueReport(
        as_of=as_of,
        wanted=wanted,
        counts=counts,
        rows=DueRows(
            [sections[key] for key in sorted(sections)],
            people,
            faces.place,
            faces.order,
            faces.maker,
        ),
        assumed_years=tuple(sorted(assumed)),
        tier_names={
            **say.OWNERS,
            **{code: t.name for e in policy.editions for code, t in e.tier.items()},
        },
        service_names={code: edition.service[code].name for code in services},
        grade_names={str(code): name for code, name in edition.grade.items()},
        fail_on=frozenset(fail_on),
        season_names={code: s.name for e in policy.editions for code, s in e.season.items()},
        without_visit=frozenset(code for code, item in edition.service.items() if not item.visit),
        unknown_festivals=tuple(sorted(unsaid)),
        by_service={code: by_service[code] for code in services if code in by_service},
    )


def asked_services(
    edition: Edition, asked: Sequence[str], cyclic: Sequence[str]
) -> tuple[str, ...]:
    """Codes of the items asked for, of those that may fall due; raises UsageProblem where one never does."""
    if ALL in asked:
        return tuple(cyclic)
    codes = service_codes(edition, asked or (VISIT,))
    for code in codes:
        if code not in cyclic:
            raise UsageProblem(
                say.NOT_CYCLIC.format(code=code),
                hint=say.NOT_CYCLIC_HINT.format(codes=services_said(edition, cyclic)),
            )
    return codes


def tier_asked(edition: Edition, word: str) -> str:
    """The code of a tier as a user names it. Raises UsageProblem."""
    code = edition.tier_code(word)
    if code is None:
        tiers = "、".join(f"{code}（{tier.name}）" for code, tier in edition.tier.items())
        raise UsageProblem(
            say.UNKNOWN_TIER.format(tier=word), hint=say.UNKNOWN_TIER_HINT.format(tiers=tiers)
        )
    return code


class _Faces:
    """Makes rows of the list from what the ledger brought (rows of `ledger.obligations.latest`)."""

    def __init__(self, names: Names, edition: Edition, plans: Mapping[str, Plan]) -> None:
        self._names, self._edition = names, edition
        self._asks = {code: one.ask_latest() for code, one in plans.items()}
        self._owners = {code: one.owner for code, one in plans.items()}
        self._levels = {str(grade): level(edition, grade) for grade in edition.grade}
        self._grades = {lv: grade for grade, lv in self._levels.items()}
        self._minutes: dict[tuple[str, str], int | None] = {}

    def place(self, details: Raw) -> tuple[bool, str, bool, str]:
        """What somebody comes by first within a section: manager (those without one last), then line."""
        manager = self._names.managers[details[_MANAGER]][0]
        line = self._names.lines[details[_LINE]]
        return manager is None, manager or "", line is None, line or ""

    def order(self, details: Raw) -> tuple[str, str, int]:
        """And then: 户号 or name."""
        return details[_ACCOUNT] or "", details[_NAME] or "", details[_ID]

    def maker(self, standing: Standing, facts: Raw) -> Maker:
        """Makes the rows of those who stand alike by the same facts."""
        obligation, names, levels = standing.obligation, self._names, self._levels
        part, asked = obligation.part, obligation.level
        last_done, not_counted = _done(facts[FACTS:], self._asks[part.service], obligation)
        owner = self._owners[part.service]
        performer = self._grades[asked] if asked else None
        minutes = self._minutes_of(part.service, obligation.tier)

        def whose(details: Raw) -> Whose:
            manager, grade = names.managers[details[_MANAGER]]
            return (
                details[_ACCOUNT] or None,
                details[_NAME],
                manager,
                names.offices[details[_OFFICE]],
                names.lines[details[_LINE]],
                grade,
                manager is not None and levels.get(grade or "", 0) < asked,
            )

        def row(details: Raw) -> DueRow:
            _, _, manager, office, line, grade, below = whose(details)
            account_no, name, address, contact_name, contact_phone = details[_ACCOUNT:]
            key = account_key(account_no) if account_no else f"{owner}{details[_ID]}"
            return DueRow(
                account_no=account_no or "",
                name=name,
                address=address,
                contact_name=contact_name,
                contact_phone=contact_phone,
                office=office,
                line=line,
                tier=obligation.tier,
                tier_now=facts[_TIER_NOW],
                manager=manager,
                manager_grade=grade,
                manager_below=below,
                performer=performer,
                service=part.service,
                cycle=part.per,
                times=part.times,
                period=part.label,
                first=part.first,
                last=part.last,
                due_by=part.due_by,
                last_done=last_done,
                not_counted=not_counted,
                status=standing.status,
                overdue_since=standing.overdue_since,
                missed=standing.missed,
                form_id=due_form(key, part.service, part.label),
                owner=owner,
                occasion=part.occasion,
                closes=part.closes,
                minutes=minutes,
            )

        return Maker(row, whose)

    def _minutes_of(self, code: str, tier: str) -> int | None:
        if (code, tier) not in self._minutes:
            service = self._edition.service[code]
            special = self._edition.terms(service, tier)
            told = special.minutes if special else None
            self._minutes[code, tier] = told or service.minutes
        return self._minutes[code, tier]


def _done(lasts: Raw, ask: Question, obligation: Obligation) -> tuple[date | None, date | None]:
    """The last day it was done by somebody who counts, and a later one by somebody who does not.

    lasts: for each level of `ask.grades`, for each of its codes, the last day or None.
    """
    width = len(ask.codes)
    level_at = list(ask.grades).index(obligation.level) if obligation.part.enforce else 0
    counted = max(filter(None, lasts[level_at * width : (level_at + 1) * width]), default=None)
    anybody = max(filter(None, lasts[:width]), default=None)
    return (
        None if counted is None else date.fromisoformat(counted),
        None if anybody is None or anybody == counted else date.fromisoformat(anybody),
    )
