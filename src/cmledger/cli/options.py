"""Options that mean the same in every command, and what is read from the surroundings: clock, user, ledger."""

import getpass
import json
import os
import re
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cmledger import __version__
from cmledger.cli import waiting
from cmledger.errors import LedgerError, NoLedger, UsageProblem
from cmledger.records.caller import FIRST_DAY, LAST_DAY, Caller
from cmledger.records.text import printable
from cmledger.wording import errors as say_error
from cmledger.wording import listing as say_listing
from cmledger.wording import usage as say_usage

DEFAULT_LEDGER = "cmledger.db"
_TIME_ZONE = "Asia/Shanghai"
MOST = 1_000_000_000
"""The largest number an option takes."""


def day(text: str) -> date:
    """A day as an option takes it: YYYY-MM-DD and nothing else, within living memory."""
    try:
        found = (
            date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        )
    except ValueError:
        found = None
    if found is None:
        raise typer.BadParameter(say_usage.NOT_A_DAY.format(text=text))
    if not FIRST_DAY <= found <= LAST_DAY:
        raise typer.BadParameter(
            say_usage.DAY_OUTSIDE.format(first=FIRST_DAY, last=LAST_DAY, text=text)
        )
    return found


def month(text: str) -> date:
    """A month as an option takes it, YYYY-MM; its first day."""
    try:
        found = (
            date.fromisoformat(f"{text}-01") if re.fullmatch("[0-9]{4}-[0-9]{2}", text) else None
        )
    except ValueError:
        found = None
    if found is None:
        raise typer.BadParameter(say_usage.NOT_A_MONTH.format(text=text))
    return day(found.isoformat())


LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="PATH|URL",
        help="台账文件或数据库地址；默认取环境变量 CMLEDGER_LEDGER，再取 ./cmledger.db。",
    ),
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", help="规则文件；默认台账旁的 policy.toml。")
]
AsOfOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="日期", parser=day, help="以哪一天为“今天”；默认当天（北京时间）。"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序使用。")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="不输出结果，只用退出码说话。")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", "-n", help="照常计算并报告，但不写入台账。")
]
ExcelOption = Annotated[Path | None, typer.Option("--excel", help="同时写成 Excel 文件。")]
OfficeOption = Annotated[str | None, typer.Option("--office", help="只看这个供电所。")]
ManagerOption = Annotated[str | None, typer.Option("--manager", help="只看这位客户经理。")]
LineOption = Annotated[str | None, typer.Option("--line", help="只看这条线路。")]
TierOption = Annotated[str | None, typer.Option("--tier", help="只看这个等级。")]

_ledger_in_use: str | None = None


def start() -> None:
    """A new command line: none of what an earlier one in this process named holds."""
    global _ledger_in_use
    _ledger_in_use = None


def ledger_location(option: str | None, *, must_be_named: bool = True) -> str:
    """Where the ledger is: the option, else the environment, else ./cmledger.db where it exists."""
    global _ledger_in_use
    found = option or os.environ.get("CMLEDGER_LEDGER") or DEFAULT_LEDGER
    if must_be_named and found == DEFAULT_LEDGER and not Path(found).exists():
        raise NoLedger(
            say_error.NO_LEDGER.format(location=Path(found).absolute()),
            hint=say_error.NO_LEDGER_HINT,
        )
    _ledger_in_use = found
    return found


def policy_path(option: Path | None, location: str) -> Path:
    """The policy file: the option, else policy.toml beside the ledger (in the current folder for a URL)."""
    return option or beside_ledger(location, "policy.toml")


def beside_ledger(location: str, name: str) -> Path:
    """A folder or file of that name beside the ledger (in the current folder for a URL)."""
    return (Path() if "://" in location else Path(location).parent) / name


def pairs(given: list[str] | None, option: str) -> dict[str, str]:
    """An option of the form name=value, given any number of times."""
    found = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageProblem(
                say_error.NOT_A_PAIR.format(option=option, text=text),
                hint=say_error.NOT_A_PAIR_HINT.format(option=option),
            )
        found[name.strip()] = value.strip()
    return found


def caller(as_of: date | None, *, by_person: bool = True) -> Caller:
    """Who calls, and when. The only place that reads the clock."""
    now = datetime.now(ZoneInfo(_TIME_ZONE))
    try:
        actor = os.environ.get("CMLEDGER_ACTOR") or getpass.getuser()
    except (OSError, KeyError):
        actor = "?"
    return Caller(printable(actor), now, as_of or now.date(), by_person)


def log_bug(command: str, trace: str) -> Path:
    """Keep a traceback in a file beside the ledger in use, else in the current folder; the file (mode 0600)."""
    folder = Path()
    if _ledger_in_use and "://" not in _ledger_in_use and Path(_ledger_in_use).parent.is_dir():
        folder = Path(_ledger_in_use).parent
    if not os.access(folder, os.W_OK):
        folder = Path(tempfile.gettempdir())
    log = (folder / "cmledger-error.log").absolute()
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    log.touch(mode=0o600)
    log.chmod(0o600)
    with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
        # the arguments are left out: they may hold personal data
        file.write(f"--- {moment} cmledger {__version__} {command}\n{trace}")
    return log


def say(sentence: str) -> None:
    """Talk to the user: stderr."""
    waiting.stop()
    print(sentence, file=sys.stderr)  # noqa: T201


def say_unless_logged(logged: bool | None) -> None:
    """Personal data left the ledger, and its export log does not know: the user is to."""
    if logged is False:
        say(say_listing.NOT_LOGGED)


def complain(problem: LedgerError, *, json_wanted: bool) -> None:
    """Show why a call was refused, and what to do next."""
    if json_wanted:
        say(json.dumps(problem.to_json(), ensure_ascii=False))
        return
    say(problem.message)
    if problem.hint:
        say(problem.hint)
