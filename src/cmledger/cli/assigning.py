"""Who looks after whom: giving customers to managers, by rule and by hand, handing over, and how it all stands."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show, write_json_lists
from cmledger.wording import assigning as say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmledger.records.assigning import (
        AssignReport,
        HandoverReport,
        SetManagerReport,
        StaffFinding,
    )
    from cmledger.records.coverage import CoverageReport, ManagerCheck

_MOST_MOVES, _MOST_REASONS, _MOST_FINDINGS, _MOST_GRIDS = 20, 12, 12, 40


class By(StrEnum):
    """What coverage lists."""

    MANAGER = "manager"
    GRID = "grid"


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


def coverage(
    office: options.OfficeOption = None,
    by: Annotated[By, typer.Option("--by", help="按客户经理或网格逐个列出。")] = By.MANAGER,
    excel: options.ExcelOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """客户经理覆盖情况：谁没有客户经理、社区有没有人管、每人管多少户、忙闲是否均衡。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work import coverage as work

    location = options.ledger_location(ledger)
    report = work.coverage(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        office=office,
        by=by.value,
        excel=excel,
    )
    if not as_json:
        options.say_unless_logged(report.logged)
    return show(report, _coverage, as_json=as_json, quiet=quiet)


def manager_check(
    office: options.OfficeOption = None,
    excel: options.ExcelOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """核对客户经理的任职条件：谁缺什么、谁的资料没填全；条件写在规则的 [manager_level]。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.work import manager_check as work

    location = options.ledger_location(ledger)
    report = work.manager_check(
        open_ledger(location),
        load_policy(options.policy_path(policy, location)),
        options.caller(as_of),
        office=office,
        excel=excel,
    )
    if not as_json:
        options.say_unless_logged(report.logged)
    return show(report, _checked, as_json=as_json, quiet=quiet)


# --- as text -----------------------------------------------------------------------------------------


def _assigned(screen: Screen, report: "AssignReport") -> None:
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
    return say.OUT_OF_SCOPE if tier is None else names.get(tier, tier)


def _findings(screen: Screen, findings: "Sequence[StaffFinding]") -> None:
    if not findings:
        return
    screen.line(say.FINDINGS, strong=True)
    for one in findings[:_MOST_FINDINGS]:
        screen.line(say.ITEM.format(text=one.finding.message))
    if len(findings) > _MOST_FINDINGS:
        screen.line(say.MORE_FINDINGS.format(count=len(findings) - _MOST_FINDINGS))


def _set(screen: Screen, report: "SetManagerReport") -> None:
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


def _coverage(screen: Screen, report: "CoverageReport") -> None:
    title = say.COVERAGE_TITLE.format(office=report.office or say.ALL_OFFICES, day=report.as_of)
    screen.line(title, strong=True)
    screen.line(say.COVERED.format(all=report.customers[0], in_scope=report.customers[1]))
    screen.line(say.WITHOUT.format(all=report.without[0], in_scope=report.without[1]))
    if report.of_left[0]:
        screen.line(say.OF_LEFT.format(count=report.of_left[0]))
    if report.below:
        screen.line(say.BELOW.format(count=report.below))
    if over := [one.manager for one in report.managers if one.over]:
        screen.line(say.OVER.format(names=say.NAMES_JOINT.join(over)))
    states = [one.state for one in report.grids]
    summary = say.GRIDS_SUMMARY if states else say.NO_GRIDS
    screen.line(
        summary.format(
            count=len(states),
            none=states.count("none"),
            many=states.count("many"),
            most=report.community_managers,
        )
    )
    if report.spreads:
        heads = [Head(title, "right" if n else "left") for n, title in enumerate(say.SPREAD_HEADS)]
        rows = [
            (
                say.SPREADS[name],
                *(
                    say.RATIO_NONE if v is None else f"{v:g}"
                    for v in (s.least, s.median, s.most, s.ratio)
                ),
            )
            for name, s in report.spreads.items()
        ]
        screen.table(heads, rows)
        screen.line(say.NOTE_DUES.format(year=report.as_of.year))
    (_managers if report.by == By.MANAGER else _grids)(screen, report)
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))


def _managers(screen: Screen, report: "CoverageReport") -> None:
    if not report.managers:
        screen.line(say.NO_MANAGERS)
        return
    several = len({one.office for one in report.managers}) > 1
    heads = [Head(say.MANAGER_HEADS[0]), Head(say.MANAGER_HEADS[1])]
    heads += [Head(title, "right") for title in say.MANAGER_HEADS[2:]]
    heads.append(Head(say.HEAD_MESSAGE))
    if several:
        heads.insert(0, Head(say.HEAD_OFFICE))
    rows = [
        (
            *((one.office,) if several else ()),
            one.manager,
            say.NO_GRADE if one.grade is None else report.grade_names.get(one.grade, one.grade),
            one.customers,
            one.in_scope,
            one.below or None,
            f"{one.dues_a_month:g}",
            one.capacity,
            say.manager_note(left=one.left, over=one.over),
        )
        for one in report.managers[:_MOST_GRIDS]
    ]
    screen.table(heads, rows)
    if len(report.managers) > _MOST_GRIDS:
        screen.line(say.MORE_GRIDS.format(count=len(report.managers) - _MOST_GRIDS))


def _grids(screen: Screen, report: "CoverageReport") -> None:
    heads = [Head(title) for title in say.GRID_HEADS]
    rows = [
        (
            one.grid,
            say.GRID_KINDS.get(one.kind or "", say.NO_GRID_KIND),
            one.customers,
            say.NAMES_JOINT.join(one.managers),
            one.serving,
            say.grid_note(one.state, one.serving, report.community_managers),
        )
        for one in report.grids[:_MOST_GRIDS]
    ]
    if rows:
        screen.table(heads, rows)
    if len(report.grids) > _MOST_GRIDS:
        screen.line(say.MORE_GRIDS.format(count=len(report.grids) - _MOST_GRIDS))


def _checked(screen: Screen, report: "ManagerCheck") -> None:
    screen.line(say.CHECK_TITLE.format(day=report.as_of), strong=True)
    counts = report.counts
    screen.line(
        say.CHECK_SUMMARY.format(
            all=len(report.managers),
            met=counts["met"],
            lacking=counts["lacking"],
            unknown=counts["unknown"],
            no_level=counts["no-level"],
        )
    )
    if not report.conditions:
        screen.line(say.NO_CONDITIONS)
    rows = [
        (
            one.manager,
            None if one.level is None else report.level_names.get(one.level, one.level),
            say.TEXT_JOINT.join(one.lacking.values()),
            say.NAMES_JOINT.join(say.CONDITIONS[c] for c in one.unknown),
        )
        for one in report.managers
        if one.state != "met"
    ]
    if rows:
        screen.table([Head(title) for title in say.CHECK_HEADS], rows)
    if report.excel:
        screen.line(say.WRITTEN.format(path=report.excel))
