"""Records written by hand: added, edited, closed, forgotten; each time one operation."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.errors import UsageProblem
from cmledger.wording import working as say
from cmledger.wording.intake import KINDS
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.records.working import FieldChange, WorkReport
    from cmledger.work.forget import ForgetReport

_KINDS = listed(f"{kind}（{title}）" for kind, title in KINDS.items())

KindArgument = Annotated[str, typer.Argument(metavar="KIND", help=f"哪一类：{_KINDS}。")]
KeyArgument = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="哪一条：客户写户号，客户经理写姓名或 姓名#工号，线路、台区、网格写名称，联系人写 户号/姓名，"
        "电量写 户号/2025 或 户号/2025-03，走访写走访号（v12）或 户号/日期，停电写停电号（o12）或停电编号；同名的在前面加 供电所/。",
    ),
]
WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[字段=值]...",
        help="字段写 list 的字段名或表头；值和表格里的写法一样，写 清空 则抹去原来的值。",
    ),
]


def add(
    kind: KindArgument,
    words: WordsArgument = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """登记一条记录，和导入一行表格一样：cmledger add customers 户号=… 户名=…。"""
    from cmledger.work.edit_records import add_record

    location = options.ledger_location(ledger)
    report = add_record(
        location,
        kind,
        words or (),
        options.caller(as_of),
        policy=_policy(policy, location),
        dry_run=dry_run,
    )
    return show(report, _worked, as_json=as_json, quiet=quiet)


def edit(
    kind: KindArgument,
    key: KeyArgument,
    words: WordsArgument = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """修改一条记录的几个字段：cmledger edit customers 户号 联系人=张示例 备注=清空。"""
    from cmledger.work.edit_records import edit_record

    location = options.ledger_location(ledger)
    report = edit_record(
        location,
        kind,
        key,
        words or (),
        options.caller(as_of),
        policy=_policy(policy, location),
        dry_run=dry_run,
    )
    return show(report, _worked, as_json=as_json, quiet=quiet)


def close(
    kind: KindArgument,
    key: KeyArgument,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="原因", help="为什么：必须写明，记入备注。")
    ] = None,
    on: Annotated[
        date | None,
        typer.Option("--on", metavar="日期", parser=options.day, help="哪一天；默认当天。"),
    ] = None,
    ledger: options.LedgerOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """结束一条记录：客户销户，客户经理离岗，服务方案结束，事项办结，停电取消；历史都留着，可以撤销。"""
    from cmledger.work.close_record import close_record

    report = close_record(
        options.ledger_location(ledger),
        kind,
        key,
        reason,
        options.caller(as_of),
        on=on,
        dry_run=dry_run,
    )
    return show(report, _worked, as_json=as_json, quiet=quiet)


def _policy(policy: Path | None, location: str) -> Path:
    return options.policy_path(policy, location)


def _worked(screen: Screen, report: "WorkReport") -> None:
    if report.rejected:
        screen.line(say.REFUSED, strong=True)
    for finding in report.findings:
        screen.line(finding.message)
    if report.rejected:
        return
    if not report.changes and report.operation is None:
        screen.line(say.DRY_RUN if report.dry_run else say.UNCHANGED)
        return
    screen.table(
        [Head(title) for title in say.HEADS],
        [[change.title, *_masked(change)] for change in report.changes],
    )
    _created(screen, report)
    for note in report.notes:
        screen.line(note)
    if report.operation is None:
        screen.line(say.DRY_RUN if report.dry_run else say.UNCHANGED)
        return
    sentence = {"add": say.ADDED, "edit": say.EDITED, "close": say.CLOSED}[report.command]
    screen.line(
        sentence.format(
            kind=KINDS[report.kind],
            key=report.key,
            operation=report.operation,
            what=say.CLOSED_HOW.get(report.kind, ""),
        ),
        strong=True,
    )


def _masked(change: "FieldChange") -> tuple[str, str]:
    """Telephone numbers with their middle starred."""
    from cmledger.rules.masking import masked_phone

    before, after = change.words
    if change.field.endswith("phone"):
        return masked_phone(before), masked_phone(after)
    return before, after


def _created(screen: Screen, report: "WorkReport") -> None:
    from cmledger.wording.intake import TABLES

    for table, names in report.created.items():
        screen.line(say.CREATED.format(what=TABLES[table], names=listed(names)))


def forget(
    account_no: Annotated[
        str | None, typer.Argument(metavar="[户号]", help="10 位或 13 位户号。")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="确实要永久删除。")] = False,
    wipe: Annotated[
        bool, typer.Option("--wipe", help="不删除谁，只把以前删除后腾出的空间再清一遍。")
    ] = False,
    ledger: options.LedgerOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """永久删除一个人的资料（连同操作日志里的旧值），只留下无名的户数；不能撤销。"""
    from cmledger.work.forget import forget, wipe_again

    location = options.ledger_location(ledger)
    if account_no is None:
        if not wipe:
            raise UsageProblem(say.NO_WHOM, hint=say.NO_WHOM_HINT)
        report = wipe_again(location)
    else:
        report = forget(location, account_no, options.caller(as_of), confirmed=yes, dry_run=dry_run)
    return show(report, _forgotten, as_json=as_json, quiet=quiet)


def _forgotten(screen: Screen, report: "ForgetReport") -> None:
    if report.removed:
        screen.table(
            [Head(say.FORGET_HEADS[0]), Head(say.FORGET_HEADS[1], "right")],
            [[say.EMPTIED[name], count] for name, count in report.removed.items()],
        )
    if report.dry_run:
        screen.line(say.WOULD_FORGET)
    elif report.operation is not None:
        screen.line(
            say.FORGOTTEN.format(
                account_no=report.account_no, operation=report.operation, left=listed(report.left)
            ),
            strong=True,
        )
    if report.wiped is not None:
        screen.line(say.WIPED if report.wiped else say.NOT_WIPED)
    if report.database:
        screen.line(say.NOT_OURS)
    for sentence, paths in (
        (say.STILL_IN_COPIES, report.copies),
        (say.STILL_IN_FILES, report.files),
    ):
        if paths:
            screen.line(sentence)
            for path in paths:
                screen.line(f"　{path}")
    if report.operation is not None:
        screen.line(say.AGAIN)
