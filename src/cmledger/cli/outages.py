"""Outages: who is to be told, and telling recorded."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby, islice
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show, write_json_rows

if TYPE_CHECKING:
    from cmledger.records.outages import OutageReport, OutageSeen, TouchedRow
    from cmledger.work.record_notice import NoticeReport

_MOST_ROWS = 200
"""Rows shown on the screen; the rest is counted. JSON and Excel have them all."""


_MOST_RESTS = 8
"""Outages of which it is said where the customers are that are not named."""


class Standing(StrEnum):
    """What --status and --fail-on know here."""

    OVERDUE = "overdue"
    DUE = "due"
    LATE = "late"
    TOLD = "told"
    NONE = "none"


def outages(
    first: Annotated[
        date | None,
        typer.Option(
            "--from", metavar="日期", parser=options.day, help="从这天起的停电；默认从今天起。"
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            "--until", metavar="日期", parser=options.day, help="到这天为止开始的停电；默认不限。"
        ),
    ] = None,
    status: Annotated[
        list[Standing] | None,
        typer.Option(
            "--status",
            help="只列 overdue 逾期未通知、due 待通知、late 迟通知、told 已通知或 none 不要求单独通知的；可多次。",
        ),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="逐户列出全部客户；默认只列规则 [outage] 里要列出的。")
    ] = False,
    manager: options.ManagerOption = None,
    office: options.OfficeOption = None,
    line: options.LineOption = None,
    excel: options.ExcelOption = None,
    fail_on: Annotated[
        list[Standing] | None,
        typer.Option("--fail-on", help="清单里有这种情况时退出码为 4，如 overdue。"),
    ] = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """停电通知清单：哪些停电、谁要在什么时候以前通知、协商得怎样、谁还没通知；可写成填写后导回的表。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.records.outages import Standing as Known
    from cmledger.work import outages as work

    location = options.ledger_location(ledger)
    wanted = work.OutagesWanted(
        office=office,
        line=line,
        manager=manager,
        first=first,
        last=until,
        statuses=tuple(Known(s) for s in status or ()),
        everyone=everyone,
    )
    report = work.outages(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        wanted,
        fail_on=[Known(s) for s in fail_on or ()],
        excel=excel,
    )
    if as_json:
        write_json_rows(report.json_head(), "rows", report.json_rows())
        return report.exit_code
    options.say_unless_logged(report.logged)
    return show(report, outage_text, quiet=quiet)


def record_notice(
    outage: Annotated[
        str, typer.Argument(metavar="停电", help="停电号（如 o12，见 outages）或停电编号。")
    ],
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[户号]...", help="通知了哪些户。")
    ] = None,
    all_listed: Annotated[
        bool, typer.Option("--all-listed", help="outages 清单里这次停电还没有通知的各户。")
    ] = False,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="时间", help='通知的时间，如 "2026-11-25 09:00"；默认现在。'),
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", help="电话、短信、上门、书面等。")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", help="结果：已告知、同意、不同意、改期、未联系上等。"),
    ] = None,
    agreement: Annotated[
        bool, typer.Option("--agreement", help="是事先协商（协商停电），不只是通知。")
    ] = False,
    manager: Annotated[
        str | None, typer.Option("--manager", help="谁通知的；同名的写成 姓名#工号。")
    ] = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """登记停电通知或事先协商的结果；协商同时算作完成“协商停电”服务。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work import record_notice as work

    location = options.ledger_location(ledger)
    told = work.NoticeTold(
        outage=outage,
        accounts=tuple(accounts or ()),
        all_listed=all_listed,
        at=at,
        method=method,
        outcome=outcome,
        manager=manager,
        agreement=agreement,
    )
    report = work.record_notice(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        told,
        dry_run=dry_run,
    )
    return show(report, notice_text, as_json=as_json, quiet=quiet)


# --- the list ----------------------------------------------------------------------------------------


def outage_text(screen: Screen, report: "OutageReport") -> None:
    """Counts, the outages, what must be known, and a table for each standing."""
    from cmledger.wording import outages as say
    from cmledger.wording.outage_words import counts_said

    screen.line(say.TITLE.format(moment=report.moment.replace("T", " ")), strong=True)
    if not report.outages:
        screen.line(say.NOTHING)
        return
    screen.line(counts_said(report))
    agreements = [
        say.COUNT.format(standing=say.AGREEMENT[state.value], count=count)
        for state, count in report.agreements.items()
        if count
    ]
    if agreements:
        screen.line(say.AGREEMENTS.format(counts=say.JOINT.join(agreements)))
    _outage_table(screen, report)
    _what_must_be_known(screen, report)
    if not report.rows:
        screen.line(say.NO_ROWS)
    for standing, rows in groupby(islice(report.rows, _MOST_ROWS), key=lambda row: row.standing):
        _row_table(screen, report, standing.value, list(rows))
    if len(report.rows) > _MOST_ROWS:
        screen.line(say.MORE.format(count=len(report.rows) - _MOST_ROWS))
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))


def _outage_table(screen: Screen, report: "OutageReport") -> None:
    from cmledger.wording import outages as say
    from cmledger.wording.outage_words import public_said

    heads = [
        Head(say.HEAD_OUTAGE, keep=True),
        Head(say.HEAD_BEGINS, keep=True),
        Head(say.HEAD_PLACE),
        Head(say.HEAD_KIND, keep=True),
        Head(say.HEAD_TELL_BY, keep=True),
        Head(say.HEAD_PUBLIC),
        Head(say.HEAD_CUSTOMERS, "right", keep=True),
        Head(say.HEAD_NAMED, "right", keep=True),
    ]
    rows = [
        (
            seen.outage.key,
            _short(seen.outage.begins_at, report.as_of),
            seen.outage.area or seen.outage.line,
            say.KIND.get(seen.outage.outage_kind or "", "?"),
            _short(seen.tell_by, report.as_of),
            public_said(seen, report.as_of),
            seen.touched,
            seen.named,
        )
        for seen in report.outages
        if not seen.cancelled
    ]
    screen.table(heads, rows)


def _what_must_be_known(screen: Screen, report: "OutageReport") -> None:
    from cmledger.wording import outages as say
    from cmledger.wording.outage_words import rest_said

    live = [seen for seen in report.outages if not seen.cancelled]
    crowded = [seen for seen in live if seen.rest.customers]
    for seen in crowded[:_MOST_RESTS]:
        rest = rest_said(seen, most=3)
        if rest:
            facts = {"count": seen.rest.customers, "residents": seen.rest.residents}
            screen.line(say.REST.format(outage=seen.outage.key, groups=rest, **facts))
    if len(crowded) > _MOST_RESTS:
        screen.line(say.MORE_RESTS.format(count=len(crowded) - _MOST_RESTS))
    if crowded:
        screen.line(say.EVERYONE_HINT)
    kindless = [seen.outage.key for seen in live if seen.outage.outage_kind is None]
    if kindless:
        screen.line(say.NO_KIND.format(outages=say.LISTED.join(kindless)))
    unlimited = dict.fromkeys(_unlimited(seen) for seen in live)
    kinds = [say.KIND[kind] for kind in unlimited if kind]
    if kinds:
        screen.line(say.NO_LIMIT.format(kinds=say.LISTED.join(kinds)))
    for seen in live:
        later = [key for key in seen.overlaps if int(key[1:]) > seen.outage.id]
        if later:
            others = say.LISTED.join(later)
            screen.line(say.OVERLAPS.format(outage=seen.outage.key, others=others))
    cancelled = [seen.outage.key for seen in report.outages if seen.cancelled]
    if cancelled:
        screen.line(say.CANCELLED.format(outages=say.LISTED.join(cancelled)))
    if report.assumed_years:
        years = say.LISTED.join(map(str, report.assumed_years))
        screen.line(say.ASSUMED.format(years=years))


def _unlimited(seen: "OutageSeen") -> str | None:
    kind = seen.outage.outage_kind
    return kind if kind in ("planned", "temporary") and seen.limit is None else None


def _row_table(
    screen: Screen, report: "OutageReport", standing: str, rows: "Sequence[TouchedRow]"
) -> None:
    from cmledger.wording import outages as say
    from cmledger.wording.outage_words import marks_said

    was_told = standing in (Standing.LATE, Standing.TOLD)
    agreed = any(row.agreement for row in rows)
    heads = [
        Head(say.HEAD_OUTAGE, keep=True),
        Head(say.HEAD_ACCOUNT, keep=True),
        Head(say.HEAD_NAME),
        Head(say.HEAD_MARKS),
        Head(say.HEAD_MANAGER),
        Head(say.HEAD_TOLD if was_told else say.HEAD_TELL_BY, keep=True),
        *([Head(say.HEAD_AGREEMENT)] if agreed else []),
    ]
    table = [
        (
            row.outage.key,
            row.account_no,
            row.name,
            marks_said(row),
            row.manager,
            _short(row.told_at if was_told else row.tell_by or _agree_by(row), report.as_of),
            *([say.AGREEMENT[row.agreement.value] if row.agreement else ""] if agreed else []),
        )
        for row in rows
    ]
    screen.table(heads, table, title=say.STANDING[standing])


def _agree_by(row: "TouchedRow") -> str | None:
    return row.agree_by


def _short(moment: str | None, as_of: str) -> str:
    """A moment for the screen: the year only where it is another one; the end of a day is the day."""
    if moment is None:
        return ""
    day, _, time = moment.partition("T")
    shown = day[5:] if day[:4] == as_of[:4] else day
    return shown if time in ("", "23:59") else f"{shown} {time}"


# --- a notice recorded -------------------------------------------------------------------------------


def notice_text(screen: Screen, report: "NoticeReport") -> None:
    """What was recorded, what it discharged, and what was refused."""
    from cmledger.wording import outages as say

    at = report.told_at.replace("T", " ")
    if report.recorded:
        kind = say.NOTICE_KIND[report.notice_kind]
        facts = {"outage": report.outage, "kind": kind, "count": len(report.recorded), "at": at}
        screen.line(say.RECORDED.format(**facts), strong=True)
    if report.unchanged:
        screen.line(say.UNCHANGED.format(count=len(report.unchanged)))
    if report.discharged:
        screen.line(say.AGREED.format(service=report.service, count=report.discharged))
    if report.late and report.recorded:
        tell_by = _short(report.tell_by, "")
        screen.line(say.LATE.format(tell_by=tell_by))
    if report.rejected:
        screen.line(say.REJECTED.format(accounts=say.LISTED.join(report.rejected)))
    for message in dict.fromkeys(one.message for one in report.findings):
        screen.line(message)
    if report.dry_run:
        screen.line(say.DRY_RUN)
    elif report.operation is not None:
        screen.line(say.DONE.format(operation=report.operation))
