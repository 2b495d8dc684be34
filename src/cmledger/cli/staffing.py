"""How customers and communities are covered by managers, and which manager lacks what for the level held."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show

if TYPE_CHECKING:
    from cmledger.records.coverage import CoverageReport, ManagerCheck

_MOST_GRIDS = 40


class By(StrEnum):
    """What coverage lists."""

    MANAGER = "manager"
    GRID = "grid"


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


def _coverage(screen: Screen, report: "CoverageReport") -> None:
    from cmledger.wording import assigning as say

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
    from cmledger.wording import assigning as say

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
    from cmledger.wording import assigning as say

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
    from cmledger.wording import assigning as say

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
