"""Making a ledger, bringing it up to date, keeping a copy of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options, show
from cmledger.wording import setup as say

if TYPE_CHECKING:
    from cmledger.work.backup import BackupReport
    from cmledger.work.init import Initialised
    from cmledger.work.upgrade import UpgradeReport


def init(
    profile: Annotated[
        str,
        typer.Option(
            help="规则样板：three-fixed（三定）、three-plus-three（3+3）、community-grid（社区+网格）。"
        ),
    ] = "three-fixed",
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """建立台账，并在旁边写下规则文件 policy.toml。"""
    from cmledger.work.init import init

    location = options.ledger_location(ledger, must_be_named=False)
    report = init(location, options.policy_path(policy, location), profile, options.caller(as_of))
    return show.show(report, _initialised, as_json=as_json, quiet=quiet)


def _initialised(screen: show.Screen, report: "Initialised") -> None:
    screen.line(say.MADE.format(ledger=report.ledger), strong=True)
    if report.policy_written:
        screen.line(say.POLICY_WRITTEN.format(policy=report.policy, profile=report.profile))
    else:
        screen.line(say.POLICY_KEPT.format(policy=report.policy))
    screen.line(say.COUNT_FROM.format(day=report.count_from))
    if report.journal_mode == "delete":
        screen.line(say.NETWORK_SHARE)
    screen.line(say.NEXT)


def upgrade(
    backed_up: Annotated[
        bool, typer.Option("--backed-up", help="（PostgreSQL）已用 pg_dump 另行备份。")
    ] = False,
    ledger: options.LedgerOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """把旧版本的台账升级到本程序的结构；先做一份校验过的备份。"""
    from cmledger.work.upgrade import upgrade

    report = upgrade(options.ledger_location(ledger), options.caller(None), backed_up=backed_up)
    return show.show(report, _upgraded, as_json=as_json, quiet=quiet)


def _upgraded(screen: show.Screen, report: "UpgradeReport") -> None:
    if report.before == report.after:
        screen.line(say.CURRENT.format(version=report.after))
        return
    screen.line(say.UPGRADED.format(before=report.before, after=report.after), strong=True)
    if report.backup is not None:
        screen.line(say.BACKED_UP_FIRST.format(path=report.backup))
    if report.undo_floor is not None:
        screen.line(say.UNDO_FLOOR.format(number=report.undo_floor))


def backup(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="备份文件；默认台账旁 backups 文件夹，按日期命名。", show_default=False
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, max=options.MOST, help="按日期命名的备份只留最近几份；默认全留。"),
    ] = None,
    ledger: options.LedgerOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """备份台账：复制后逐项校验；损坏的台账不会存成备份。"""
    from cmledger.work.backup import backup

    location = options.ledger_location(ledger)
    report = backup(location, options.caller(None), path, keep)
    return show.show(report, _backed_up, as_json=as_json, quiet=quiet)


def _backed_up(screen: show.Screen, report: "BackupReport") -> None:
    size = f"{report.size / 1_048_576:.1f} MB"
    screen.line(say.COPIED.format(path=report.path, rows=report.rows, size=size))
    if report.removed:
        names = "、".join(path.name for path in report.removed)
        screen.line(say.ROTATED.format(count=len(report.removed), names=names))
