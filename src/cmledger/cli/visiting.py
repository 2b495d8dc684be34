"""Visits: who is due, and recording one by hand."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.cleared import say_cleared
from cmledger.cli.show import Head, Screen, show, write_json_rows
from cmledger.wording import dues as say
from cmledger.wording.matters import KINDS as MATTER_KINDS

if TYPE_CHECKING:
    from cmledger.records.due import DueReport, DueRow, Wanted
    from cmledger.records.obligations import Status
    from cmledger.records.visit import VisitReport

_MOST_ROWS = 200
"""Rows shown on the screen; the rest is counted. JSON and Excel have them all."""


class DueStatus(StrEnum):
    """What --status and --fail-on know here."""

    OVERDUE = "overdue"
    DUE = "due"
    UPCOMING = "upcoming"


UntilOption = Annotated[
    date | None,
    typer.Option(
        "--until",
        metavar="日期",
        parser=options.day,
        help="也列出到这天为止将要开始的周期（upcoming）。",
    ),
]
StatusOption = Annotated[
    list[DueStatus] | None,
    typer.Option("--status", help="只列 overdue 已逾期、due 待完成或 upcoming 将到期；可多次。"),
]
FailOnOption = Annotated[
    list[DueStatus] | None,
    typer.Option("--fail-on", help="清单里有这种状态时退出码为 4，如 overdue。"),
]


def due_visits(
    until: UntilOption = None,
    status: StatusOption = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--services",
            metavar="all|项目",
            help="哪些服务项目：编号或名称，可多次；默认只看走访。",
        ),
    ] = None,
    manager: options.ManagerOption = None,
    office: options.OfficeOption = None,
    line: options.LineOption = None,
    tier: options.TierOption = None,
    excel: options.ExcelOption = None,
    fail_on: FailOnOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """走访到期清单：谁该走访、由谁、最迟哪天、逾期多久；可写成发给客户经理填写的表。"""
    from cmledger.records.due import Wanted

    wanted = Wanted(office, line, manager, tier, tuple(services or ()), _statuses(status), until)
    return _due("due-visits", wanted, fail_on, excel, ledger, policy, as_of, as_json, quiet)


def due_services(
    until: UntilOption = None,
    status: StatusOption = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--services", metavar="项目", help="只看这些服务项目：编号或名称，可多次；默认全部。"
        ),
    ] = None,
    manager: options.ManagerOption = None,
    office: options.OfficeOption = None,
    line: options.LineOption = None,
    tier: options.TierOption = None,
    excel: options.ExcelOption = None,
    fail_on: FailOnOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """全部服务项目的到期清单：按周期、隔几个月、时段、日子、事件该做的，一户一方案和经理、网格自己的都在内。"""
    from cmledger.records.due import Wanted

    asked = tuple(services or ("all",))
    wanted = Wanted(office, line, manager, tier, asked, _statuses(status), until)
    return _due("due-services", wanted, fail_on, excel, ledger, policy, as_of, as_json, quiet)


def _statuses(status: list[DueStatus] | None) -> "tuple[Status, ...]":
    from cmledger.records.obligations import Status

    return tuple(Status(one) for one in status or ())


def _due(
    command: str,
    wanted: "Wanted",
    fail_on: list[DueStatus] | None,
    excel: Path | None,
    ledger: str | None,
    policy: Path | None,
    as_of: date | None,
    as_json: bool,
    quiet: bool,
) -> int:
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.records.due_rows import json_texts
    from cmledger.work import due_visits as work

    location = options.ledger_location(ledger)
    report = work.due_visits(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        wanted,
        fail_on=_statuses(fail_on),
        excel=excel,
    )
    if as_json:
        head = {**report.json_head(), "schema": f"cmledger.{command}/1"}
        write_json_rows(head, "due", json_texts(report.rows))
        return report.exit_code
    options.say_unless_logged(report.logged)
    return show(report, due_text, quiet=quiet)


def record_visit(
    account_no: Annotated[str, typer.Argument(metavar="户号", help="10 位或 13 位户号。")],
    day: Annotated[
        date | None,
        typer.Option("--date", metavar="日期", parser=options.day, help="走访的日期；默认今天。"),
    ] = None,
    manager: Annotated[
        str | None,
        typer.Option("--manager", help="去走访的客户经理；同名的写成 姓名#工号。"),
    ] = None,
    method: Annotated[str | None, typer.Option("--method", help="走访方式：上门、电话等。")] = None,
    content: Annotated[str | None, typer.Option("--content", help="走访内容。")] = None,
    opinion: Annotated[str | None, typer.Option("--opinion", help="客户意见。")] = None,
    satisfaction: Annotated[str | None, typer.Option("--satisfaction", help="满意度。")] = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--services", metavar="项目", help="这次同时完成的服务项目：编号或名称，可多次。"
        ),
    ] = None,
    matters: Annotated[
        list[str] | None,
        typer.Option(
            "--matter",
            metavar="类别：内容",
            help="走访后要跟进的事，如 隐患：刀闸发热；可多次。记入事项台账。",
        ),
    ] = None,
    follow_up: Annotated[
        date | None,
        typer.Option(
            "--follow-up", metavar="日期", parser=options.day, help="要跟进的事最迟哪天办完。"
        ),
    ] = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """登记一次走访，并说明哪些到期项目因此完成。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.records.visit import VisitTold
    from cmledger.work import record_visit as work

    location = options.ledger_location(ledger)
    caller = options.caller(as_of)
    told = VisitTold(
        account_no=account_no,
        day=day or caller.as_of,
        manager=manager,
        method=method,
        content=content,
        opinion=opinion,
        satisfaction=satisfaction,
        services=tuple(services or ()),
        matters=tuple(matters or ()),
        follow_up=follow_up,
    )
    rules = load_policy(options.policy_path(policy, location))
    report = work.record_visit(open_ledger(location), rules, caller, told, dry_run=dry_run)
    return show(report, visit_text, as_json=as_json, quiet=quiet)


# --- the due list ------------------------------------------------------------------------------------


def due_text(screen: Screen, report: "DueReport") -> None:
    """Counts, what must be known, and a table for each status."""
    visits_only = tuple(report.service_names) == ("visit",)
    title = say.TITLE_VISITS if visits_only else say.TITLE
    screen.line(title.format(as_of=report.as_of), strong=True)
    screen.line(
        say.COUNT_JOINT.join(
            say.COUNT.format(status=say.STATUS[status.value], count=count)
            for status, count in report.counts.items()
            if not report.wanted.statuses or status in report.wanted.statuses
        )
    )
    for note in say.calendar_notes(report.assumed_years, report.unknown_festivals):
        screen.line(note)
    if not report.rows:
        screen.line(say.NOTHING)
    if len(report.by_service) > 1:
        _items_table(screen, report)
    for status, rows in groupby(islice(report.rows, _MOST_ROWS), key=lambda row: row.status):
        _due_table(screen, report, status.value, list(rows), visits_only=visits_only)
    if len(report.rows) > _MOST_ROWS:
        screen.line(say.MORE.format(count=len(report.rows) - _MOST_ROWS))
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))


def _items_table(screen: Screen, report: "DueReport") -> None:
    """How many there are of each item: a whole catalogue is too long a list to begin with."""
    told = [status for status in report.counts if report.counts[status]]
    heads = [Head(say.HEAD_SERVICE), *(Head(say.STATUS[s.value], "right") for s in told)]
    rows = [
        [report.service_names[code], *(of_item[s] or None for s in told)]
        for code, of_item in report.by_service.items()
    ]
    screen.table(heads, rows)


def _due_table(
    screen: Screen, report: "DueReport", status: str, rows: "Sequence[DueRow]", *, visits_only: bool
) -> None:
    overdue = status == DueStatus.OVERDUE
    columns = _VISIT_COLUMNS if visits_only else _SERVICE_COLUMNS
    chosen = [one for one in columns if overdue or one is not _MISSED]
    heads = [
        head if head.title != say.HEAD_DUE or not overdue else Head(say.HEAD_SINCE, keep=True)
        for head, _ in chosen
    ]
    table = [tuple(cell(row, report) for _, cell in chosen) for row in rows]
    screen.table(heads, table, title=say.STATUS[status])
    below = sum(row.manager_below for row in rows)
    if below:
        screen.line(say.GRADE_NOTE.format(count=below))


def _tier(row: "DueRow", report: "DueReport") -> str:
    return report.tier_names.get(row.tier, row.tier).removesuffix(say.CUSTOMER)


def _manager(row: "DueRow", _: "DueReport") -> str:
    return (row.manager or "") + (say.BELOW_MARK if row.manager_below else "")


def _item(row: "DueRow", report: "DueReport") -> str:
    return report.service_names.get(row.service, row.service)


def _account(row: "DueRow", report: "DueReport") -> str:
    """户号; of what a manager or a grid owes, whose it is."""
    return row.account_no or report.tier_names.get(row.owner, row.owner)


def _due_day(row: "DueRow", report: "DueReport") -> str:
    return short(row.overdue_since or row.due_by, report.as_of)


def _how_often(row: "DueRow", report: "DueReport") -> str:
    """每月, 每6个月; what it is for where that is an occasion: 生日, 迎峰度夏, 报停."""
    from cmledger.wording.cycles import cycle_words, occasion_name

    if row.occasion:
        return occasion_name(row.occasion, report.season_names)
    if row.cycle.startswith("once"):
        return say.ONCE
    times = f"{row.times}/" if row.times > 1 else ""
    return cycle_words(f"{times}{row.cycle}".partition(";")[0], report.season_names)


def short(day: date | None, as_of: date) -> str:
    """A day for the screen: the year only where it is another one."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == as_of.year else day.isoformat()


_Cell = Callable[["DueRow", "DueReport"], object]
_MISSED: tuple[Head, _Cell] = (
    Head(say.HEAD_MISSED, "right", keep=True), lambda row, _: row.missed,
)  # fmt: skip
_NAMED: tuple[tuple[Head, _Cell], ...] = (
    (Head(say.HEAD_ACCOUNT, keep=True), _account),
    (Head(say.HEAD_NAME), lambda row, _: row.name),
)
_VISIT_COLUMNS: tuple[tuple[Head, _Cell], ...] = (
    *_NAMED,
    (Head(say.HEAD_TIER, keep=True), _tier),
    (Head(say.HEAD_MANAGER, keep=True), _manager),
    (Head(say.HEAD_LINE), lambda row, _: row.line),
    (Head(say.HEAD_LAST, keep=True), lambda row, report: short(row.last_done, report.as_of)),
    (Head(say.HEAD_DUE, keep=True), _due_day),
    _MISSED,
)
_SERVICE_COLUMNS: tuple[tuple[Head, _Cell], ...] = (
    *_NAMED,
    (Head(say.HEAD_SERVICE), _item),
    (Head(say.HEAD_CYCLE, keep=True), _how_often),
    (Head(say.HEAD_MANAGER, keep=True), _manager),
    (Head(say.HEAD_DUE, keep=True), _due_day),
)
"""Eighty columns hold no more; tier, last time and how often missed stand in --json and the workbook."""


# --- a visit recorded --------------------------------------------------------------------------------


def visit_text(screen: Screen, report: "VisitReport") -> None:
    """What was recorded, what it cleared, and what is left to do."""
    told = say.UNCHANGED if report.outcome == "unchanged" else say.RECORDED
    screen.line(
        told.format(account_no=report.account_no, name=report.name or "", day=report.day),
        strong=True,
    )
    say_cleared(screen, report, named=report.manager is not None)
    for one in report.left:
        by = say.LEFT_BY.format(by=one.by) if one.by else ""
        kind = MATTER_KINDS.get(one.kind, one.kind)
        screen.line(say.LEFT.format(kind=kind, content=one.content, by=by))
    if report.dry_run:
        screen.line(say.DRY_RUN)
    elif report.operation is not None:
        screen.line(say.OPERATION.format(number=report.operation))
