"""The month's plan on the command line."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.wording import dues as say_dues
from cmledger.wording import month_plan as say

if TYPE_CHECKING:
    from cmledger.records.month_report import MonthReport, PlanEntry, PlanVisit

_MOST = 20
"""Rows of what could not be planned, and warnings, shown on the screen."""


def plan_visits(
    month: Annotated[
        str, typer.Option("--month", metavar="月份", help="排哪个月：2026-12；本月已过的日子不排。")
    ],
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--services",
            metavar="all|项目",
            help="排哪些服务项目：编号或名称，可多次；默认所有要上门的。",
        ),
    ] = None,
    afresh: Annotated[
        bool,
        typer.Option("--afresh", help="全部重新排；默认已排的日子能不动就不动。人工指定的都不动。"),
    ] = False,
    manager: options.ManagerOption = None,
    office: options.OfficeOption = None,
    excel: options.ExcelOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """月走访计划：到期的走访排到每位客户经理的工作日，同线路的凑成一趟，各趟均匀分开，排不下的列明。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work import plan_visits as work

    location = options.ledger_location(ledger)
    report = work.plan_visits(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        work.PlanAsked(month, office, manager, tuple(services or ()), afresh),
        dry_run=dry_run,
        excel=excel,
    )
    options.say_unless_logged(report.logged)
    return show(report, plan_text, as_json=as_json, quiet=quiet)


def plan_text(screen: Screen, report: "MonthReport") -> None:
    """How full everybody's month is, what found no room, and what to look at."""
    visits, unplanned = report.visits, report.unplanned
    days = len(report.terms.days)
    screen.line(say.TITLE.format(month=report.month, start=report.start, days=days), strong=True)
    screen.line(_counts(report, visits))
    if report.terms.per_day:
        screen.line(say.CAP.format(per_day=report.terms.per_day))
    group = say.GROUPS[report.group_by]
    screen.line(say.TRIP.format(trip=report.terms.size, group=group))
    if report.terms.minutes_per_day:
        screen.line(say.CAP_MINUTES.format(minutes=report.terms.minutes_per_day))
    for note in say_dues.calendar_notes(report.assumed_years, report.unknown_festivals):
        screen.line(note)
    if not report.entries:
        screen.line(say.NOTHING)
    elif len({one.planned.manager_id for one in report.entries if one.planned.day}) == 1:
        _by_day(screen, visits)
    else:
        _by_manager(screen, visits, unplanned, days)
    _left_out(screen, report)
    for warning in report.warnings[:_MOST]:
        screen.line(warning.text)
    if len(report.warnings) > _MOST:
        screen.line(say.MORE.format(count=len(report.warnings) - _MOST))
    _written(screen, report)


def _counts(report: "MonthReport", visits: "list[PlanVisit]") -> str:
    counts = report.to_json()["counts"]
    told = say.COUNTS.format(visits=len(visits), planned=counts["planned"])
    for name, sentence in (
        ("fixed", say.COUNT_FIXED),
        ("unplanned", say.COUNT_UNPLANNED),
        ("later", say.COUNT_LATER),
        ("elsewhere", say.COUNT_ELSEWHERE),
    ):
        if counts[name]:
            told += sentence.format(count=counts[name], fixed=counts[name])
    return told + say.STOP


def _by_manager(
    screen: Screen, visits: "list[PlanVisit]", unplanned: "list[PlanEntry]", days: int
) -> None:
    per_day: dict[str, Counter[object]] = {}
    items: Counter[str] = Counter()
    for one in visits:
        name = one.manager or say.NOBODY
        per_day.setdefault(name, Counter())[one.day] += 1
        items[name] += len(one.entries)
    left = Counter(one.row.manager or say.NOBODY for one in unplanned)
    rows = []
    for name in sorted({*per_day, *left}):
        counts = per_day.get(name, Counter())
        least = min(counts.values(), default=0) if len(counts) == days else 0
        most = max(counts.values(), default=0)
        spread = say.RANGE.format(least=least, most=most) if least != most else most
        rows.append((name, counts.total(), items[name], len(counts), spread, left[name] or None))
    heads = [Head(say.HEADS[0]), *(Head(title, "right", keep=True) for title in say.HEADS[1:])]
    screen.table(heads, rows)


def _by_day(screen: Screen, visits: "list[PlanVisit]") -> None:
    by_day: dict[object, list[PlanVisit]] = {}
    for one in visits:
        by_day.setdefault(one.day, []).append(one)
    rows = []
    for its in by_day.values():
        day = its[0].day
        groups = Counter(one.entries[0].group for one in its)
        told = say_dues.YEAR_JOINT.join(f"{g or '—'} {n}" for g, n in groups.items())
        items = sum(len(one.entries) for one in its)
        rows.append((f"{day:%m-%d}", say.WEEKDAYS[day.weekday()], len(its), items, told))
    titles = say.DAY_HEADS
    heads = [Head(titles[0], keep=True), Head(titles[1], keep=True)]
    heads += [Head(title, "right", keep=True) for title in titles[2:4]]
    screen.table([*heads, Head(titles[4])], rows)


def _left_out(screen: Screen, report: "MonthReport") -> None:
    left = report.left_out
    if not left:
        return
    rows = []
    for its in left[:_MOST]:
        codes = dict.fromkeys(one.row.service for one in its)
        names = say.ITEMS.join(report.service_names.get(code, code) for code in codes)
        due_by = min(one.row.due_by for one in its)
        first = its[0].row
        rows.append((first.account_no, first.name, names, f"{due_by:%m-%d}", its[0].text))
    titles = say.UNPLANNED_HEADS
    heads = [Head(titles[0], keep=True), Head(titles[1]), Head(titles[2])]
    screen.table([*heads, Head(titles[3], keep=True), Head(titles[4])], rows, title=say.UNPLANNED)
    if len(left) > _MOST:
        screen.line(say.MORE_LEFT.format(count=len(left) - _MOST))


def _written(screen: Screen, report: "MonthReport") -> None:
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))
    if report.dry_run:
        screen.line(say.DRY_RUN.format(**report.tally))
    elif report.operation is None:
        screen.line(say.UNCHANGED)
    else:
        screen.line(say.OPERATION.format(number=report.operation, **report.tally))
