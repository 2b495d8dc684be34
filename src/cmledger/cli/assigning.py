"""Who looks after whom: giving customers to managers, by rule and by hand, handing over, and how it all stands."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show, write_json_lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmledger.records.assigning import (
        AssignReport,
        HandoverReport,
        SetManagerReport,
        StaffFinding,
    )

_MOST_MOVES, _MOST_REASONS, _MOST_FINDINGS = 20, 12, 12


UntilOption = Annotated[
    date | None,
    typer.Option(
        "--until", metavar="日期", parser=options.day, help="到哪一天为止（含）；不写则一直有效。"
    ),
]


def assign_managers(
    office: Annotated[str | None, typer.Option("--office", help="只安排这个供电所的客户。")] = None,
    line: Annotated[str | None, typer.Option("--line", help="只安排这条线路的客户。")] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="不参加分级的客户也一起安排（由最低一级服务）。")
    ] = False,
    excel: options.ExcelOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """按负责区域、级别和最多管户给客户安排客户经理；现在的能不换就不换，每户写明原因。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work import assign_managers as work

    location = options.ledger_location(ledger)
    report = work.assign_managers(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        office=office,
        line=line,
        out_of_scope=everybody,
        dry_run=dry_run,
        list_moves=None if as_json else 0 if quiet else _MOST_MOVES,
        excel=excel,
    )
    if as_json:
        write_json_lists(report.json_head(), report.json_lists())
        return report.exit_code
    options.say_unless_logged(report.logged)
    return show(report, _assigned, quiet=quiet)


def set_manager(
    account_no: Annotated[str, typer.Argument(metavar="户号", help="10 位或 13 位户号。")],
    manager: Annotated[
        str | None,
        typer.Argument(metavar="客户经理", help="姓名；同名的写成 姓名#工号。"),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="为什么，必须写。")] = None,
    until: UntilOption = None,
    lift: Annotated[bool, typer.Option("--lift", help="取消人工指定。")] = False,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """人工指定一户的客户经理，写明理由；assign-managers 不再改动，到期或取消后恢复。"""
    from cmledger.errors import UsageProblem
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.wording import assigning as say
    from cmledger.work import set_manager as work

    if (manager is None) is not lift:
        raise UsageProblem(say.MANAGER_OR_LIFT)
    if lift and until is not None:
        raise UsageProblem(say.LIFT_ALONE)
    location = options.ledger_location(ledger)
    opened, caller = open_ledger(location), options.caller(as_of)
    if manager is None:
        report = work.lift_manager(opened, caller, account_no, dry_run=dry_run)
    else:
        rules = load_policy(options.policy_path(policy, location))
        report = work.set_manager(
            opened, rules, caller, account_no, manager, reason=reason, until=until, dry_run=dry_run
        )
    return show(report, _set, as_json=as_json, quiet=quiet)


def handover(
    giver: Annotated[str, typer.Argument(metavar="移交人", help="把客户交出去的客户经理。")],
    taker: Annotated[str, typer.Argument(metavar="接手人", help="接手的客户经理。")],
    on: Annotated[
        date | None,
        typer.Option("--on", metavar="日期", parser=options.day, help="从哪一天起；默认今天。"),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            "--until",
            metavar="日期",
            parser=options.day,
            help="代管到哪一天（含），之后自动还回；不写则长期移交。",
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="原因，如 请假、调岗。")] = None,
    territory: Annotated[
        bool,
        typer.Option("--territory", help="负责的线路、台区、网格也一并移交（只限长期移交）。"),
    ] = False,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """把一位客户经理的全部客户交给另一位：请假代管（--until）或调岗移交；历史按日期保留。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work import handover as work

    location = options.ledger_location(ledger)
    report = work.handover(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        giver,
        taker,
        on=on,
        until=until,
        reason=reason,
        with_territory=territory,
        dry_run=dry_run,
    )
    return show(report, _handed, as_json=as_json, quiet=quiet)


# --- as text -----------------------------------------------------------------------------------------


def _assigned(screen: Screen, report: "AssignReport") -> None:
    from cmledger.wording import assigning as say

    counts = report.counts
    changed = counts["assigned"] + counts["moved"]
    line = say.HEADLINE[report.dry_run] if changed else say.NO_CHANGE
    screen.line(line.format(day=report.as_of, operation=report.operation), strong=True)
    screen.line(
        say.COUNT_JOINT.join(
            say.COUNT.format(what=what, count=counts[code]) for code, what in say.COUNTED.items()
        )
    )
    if not report.out_of_scope:
        screen.line(say.NOT_ASKED)
    tiers = dict(report.tier_names)
    if report.moves:
        heads = [
            Head(say.HEAD_ACCOUNT, keep=True),
            Head(say.HEAD_NAME),
            Head(say.HEAD_TIER, keep=True),
            Head(say.HEAD_FROM),
            Head(say.HEAD_TO),
            Head(say.HEAD_WHY),
        ]
        rows = [
            (
                move.account_no,
                move.name,
                _tier(tiers, move.tier),
                move.before or say.NOBODY,
                move.after,
                move.why.text,
            )
            for move in report.moves[:_MOST_MOVES]
        ]
        screen.table(heads, rows, title=say.MOVES)
    if changed > _MOST_MOVES:
        screen.line(say.MORE_MOVES.format(count=changed - _MOST_MOVES))
    if report.unserved_by:
        heads = [
            Head(say.HEAD_COUNT, "right", keep=True),
            Head(say.HEAD_TIER, keep=True),
            Head(say.HEAD_WHY),
        ]
        found = [(n, _tier(tiers, t), why) for t, why, n in report.unserved_by[:_MOST_REASONS]]
        screen.table(heads, found, title=say.UNSERVED)
        if len(report.unserved_by) > _MOST_REASONS:
            screen.line(say.MORE_REASONS.format(count=len(report.unserved_by) - _MOST_REASONS))
        screen.line(say.UNSERVED_STAY)
    _findings(screen, report.findings)
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))


def _tier(names: dict[str, str], tier: str | None) -> str:
    from cmledger.wording import assigning as say

    return say.OUT_OF_SCOPE if tier is None else names.get(tier, tier)


def _findings(screen: Screen, findings: "Sequence[StaffFinding]") -> None:
    from cmledger.wording import assigning as say

    if not findings:
        return
    screen.line(say.FINDINGS, strong=True)
    for one in findings[:_MOST_FINDINGS]:
        screen.line(say.ITEM.format(text=one.finding.message))
    if len(findings) > _MOST_FINDINGS:
        screen.line(say.MORE_FINDINGS.format(count=len(findings) - _MOST_FINDINGS))


def _set(screen: Screen, report: "SetManagerReport") -> None:
    from cmledger.wording import assigning as say

    facts = {
        "account_no": report.account_no,
        "name": report.name or "",
        "day": report.since,
        "manager": report.after,
    }
    if report.dry_run:
        screen.line(say.DRY_RUN)
    elif not report.changed:
        screen.line(say.ALREADY.format(**facts))
    if report.lifted:
        screen.line(
            (say.LIFTED if report.before == report.after else say.LIFTED_BACK).format(**facts)
        )
    elif report.changed:
        until = say.SET_UNTIL.format(until=report.until) if report.until else ""
        screen.line(say.SET.format(**facts, until=until))
        before = say.BEFORE.format(manager=report.before) if report.before else say.BEFORE_NOBODY
        screen.line(before)
    if report.operation is not None:
        screen.line(say.DONE.format(operation=report.operation))
    _findings(screen, report.findings)


def _handed(screen: Screen, report: "HandoverReport") -> None:
    from cmledger.wording import assigning as say

    facts = {"giver": report.giver, "taker": report.taker, "on": report.on}
    if not report.customers:
        screen.line(say.NOTHING_HELD.format(manager=report.giver, on=report.on))
    else:
        until = ""
        if report.until:
            until = say.HANDED_UNTIL.format(until=report.until, giver=report.giver)
        line = say.WOULD_HAND if report.dry_run else say.HANDED
        screen.line(line.format(**facts, count=report.customers, until=until), strong=True)
        tiers = say.COUNT_JOINT.join(
            say.TIER_COUNT.format(tier=_tier(dict(report.tier_names), tier), count=count)
            for tier, count in report.tiers.items()
        )
        screen.line(say.BY_TIER.format(tiers=tiers))
    if report.fixed:
        screen.line(say.FIXED_TOO.format(count=report.fixed, giver=report.giver))
    if report.territory:
        places = say.NAMES_JOINT.join(report.territory)
        screen.line(say.TERRITORY_MOVED.format(places=places))
    elif report.territory is None and report.until is None:
        screen.line(say.TERRITORY_KEPT.format(giver=report.giver))
    if report.operation is not None:
        screen.line(say.DONE.format(operation=report.operation))
    _findings(screen, report.findings)
