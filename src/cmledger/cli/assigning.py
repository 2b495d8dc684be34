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
    office: Annotated[
        str | None, typer.Option("--office", help="只安排这个供电所的客户。")
    ] = None,
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
