"""What runs by itself: the daily round, and the lines that make a scheduler run it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Screen, show
from cmledger.wording import jobs as say

if TYPE_CHECKING:
    from cmledger.work.cron_lines import CronLines
    from cmledger.work.daily import DailyReport

_KEEP = 14

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="文件夹", help="工作簿放在这里，按日期分文件夹；默认台账旁的 daily。"
    ),
]
KeepOption = Annotated[
    int, typer.Option("--keep", min=1, max=options.MOST, help="保留最近几天的备份。")
]


def daily(
    out: OutOption = None,
    keep: KeepOption = _KEEP,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """一天的例行工作：分级、走访和服务到期清单、停电通知、本月指标、备份；一步出错不影响其余。"""
    from cmledger.work.daily import daily

    location = options.ledger_location(ledger)
    folder = out or options.beside_ledger(location, "daily")
    caller = options.caller(as_of, by_person=False)
    report = daily(location, options.policy_path(policy, location), caller, folder, keep)
    for step in report.steps:
        if step.bug is not None:
            options.log_bug(f"daily {step.name}", step.bug)
        if step.exit_code and (quiet or as_json):
            options.say(_line(say.STEP_FAILED, step.name, step.detail))
    return show(report, _daily_text, as_json=as_json, quiet=quiet)


def _daily_text(screen: Screen, report: "DailyReport") -> None:
    screen.line(say.DAILY.format(day=report.day, folder=report.folder), strong=True)
    for step in report.steps:
        sentence = say.STEP_FAILED if step.exit_code else say.STEP_DONE
        detail = f"{step.detail} → {step.path}" if step.path else step.detail
        screen.line(_line(sentence, step.name, detail))


def _line(sentence: str, step: str, detail: str) -> str:
    return sentence.format(step=say.STEPS[step], detail=detail)


def cron_lines(
    at: Annotated[str, typer.Option("--at", metavar="时:分", help="每天几点执行。")] = "06:30",
    out: OutOption = None,
    keep: KeepOption = _KEEP,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """显示让 cron 或 Windows 任务计划每天执行 daily 的那一行；不作任何更改。"""
    from cmledger.work.cron_lines import cron_lines

    location = options.ledger_location(ledger)
    place = location if "://" in location else str(Path(location).absolute())
    rules = options.policy_path(policy, location).absolute()
    folder = (out or options.beside_ledger(location, "daily")).absolute()
    program = [sys.executable, "-m", "cmledger", "daily", "--ledger", place]
    if policy is not None or "://" in location:
        program += ["--policy", str(rules)]
    if out is not None or "://" in location:
        program += ["--out", str(folder)]
    if keep != _KEEP:
        program += ["--keep", str(keep)]
    log = str(folder.with_name("cmledger-daily.log"))
    report = cron_lines([*program, "--quiet"], at, log)
    return show(report, _cron_text, as_json=as_json, quiet=quiet)


def _cron_text(screen: Screen, report: "CronLines") -> None:
    screen.line(say.CRON.format(at=report.at), strong=True)
    screen.line(report.crontab)
    screen.line()
    screen.line(say.SCHTASKS.format(at=report.at), strong=True)
    screen.line(report.schtasks)
    if report.task_is_too_long:
        screen.line(say.SCHTASKS_TOO_LONG.format(length=len(report.task)))
    screen.line()
    screen.line(say.CRON_NOTE)
