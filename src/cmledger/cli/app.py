"""The list of commands, and the one place that exits.

Commands are found by name and imported only when called, so that a start costs what the command needs.
"""

import gc
import importlib
import os
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from cmledger import __version__
from cmledger.cli import framework, options, waiting
from cmledger.errors import EXIT_BUG, EXIT_INTERRUPTED, LedgerError
from cmledger.records.text import printable
from cmledger.wording import errors as say

COMMANDS: dict[str, str] = {
    "init": "setup",
    "inspect-excel": "inspecting",
    "import-excel": "importing",
    "mappings": "mapping",
    "assign-tiers": "tiering",
    "set-tier": "tiering",
    "assign-managers": "assigning",
    "set-manager": "assigning",
    "handover": "assigning",
    "coverage": "staffing",
    "manager-check": "staffing",
    "policy": "policies",
    "try-policy": "policies",
    "why": "tiering",
    "plan": "customer_plans",
    "due-visits": "visiting",
    "due-services": "visiting",
    "visit-forms": "handing_out",
    "plan-visits": "planning",
    "record-visit": "visiting",
    "record-service": "recording",
    "record-duty": "recording",
    "outages": "outages",
    "record-notice": "outages",
    "kpi-report": "reporting",
    "log": "journal",
    "history": "journal",
    "undo": "journal",
    "redo": "journal",
    "demo": "demo",
    "daily": "jobs",
    "cron-lines": "jobs",
    "backup": "setup",
    "check": "checking",
    "upgrade": "setup",
    "duplicates": "duplicating",
    "find": "looking",
    "show": "looking",
    "list": "listing",
    "add": "working",
    "edit": "working",
    "close": "working",
    "forget": "working",
    "export-excel": "listing",
    "template": "listing",
}
"""command -> the file in cli/ whose function of that name (with underscores) it is; shown in this order."""


def function_of(name: str) -> Any:
    """The function that is the command of that name."""
    module = importlib.import_module(f"cmledger.cli.{COMMANDS[name]}")
    return getattr(module, name.replace("-", "_"))


def load(name: str) -> Any:
    """The framework's command of that name."""
    one = typer.Typer(rich_markup_mode=None, add_completion=False)
    one.command(name, cls=framework.Command)(function_of(name))
    command = typer.main.get_command(one)
    command.name = name
    return command


class Counter(TyperGroup):
    """Looks commands up in COMMANDS."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        return load(cmd_name)

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """What each command is for, by its function alone: to build them all takes longer than all the rest."""
        told = [(name, function_of(name).__doc__.partition("\n\n")[0]) for name in COMMANDS]
        with formatter.section("Commands"):
            formatter.write_dl([(name, " ".join(text.split())) for name, text in told])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise framework.no_such_command(args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        return framework.help_of(self, ctx)


app = typer.Typer(
    cls=Counter,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="供电所客户经理台账：导入办公表格，分级、走访到期、指标报表，再交还 Excel。",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cmledger {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", help="显示版本号。", callback=_version, is_eager=True
    ),
) -> None:
    """Options before the command."""


def run(arguments: list[str]) -> int:
    """Carry out one command line; the exit code."""
    options.start()
    json_wanted = "--json" in arguments
    try:
        code = _carry_out(arguments)
        sys.stdout.flush()
    except LedgerError as problem:
        options.complain(problem, json_wanted=json_wanted)
        return problem.exit_code
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        options.say(say.INTERRUPTED)
        return EXIT_INTERRUPTED
    except Exception as problem:
        usage = framework.usage_problem(problem)
        if usage is not None:
            options.complain(usage, json_wanted=json_wanted)
            return usage.exit_code
        log = options.log_bug(" ".join(arguments[:1]), traceback.format_exc())
        options.complain(
            LedgerError(say.BUG.format(log=log), hint=say.BUG_HINT), json_wanted=json_wanted
        )
        return EXIT_BUG
    return code if isinstance(code, int) else 0


def _carry_out(arguments: list[str]) -> object:
    """What the command returned. A known command is called without the group, which would load pydantic."""
    known = bool(arguments) and arguments[0] in COMMANDS
    command = load(arguments[0]) if known else typer.main.get_command(app)
    name = f"cmledger {arguments[0]}" if known else "cmledger"
    try:
        with command.make_context(name, arguments[1:] if known else arguments) as context:
            waiting.start()
            return command.invoke(context)
    except typer.Exit as done:  # --help, --version
        return done.exit_code
    finally:
        waiting.stop()


def main() -> None:
    """Entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # a command lives briefly and makes few cycles: collecting less often saves a fifth of bulk work
    gc.set_threshold(500_000, 100, 100)
    # a file may have a name that is no UTF-8; whatever else is said must be fit to print and to store
    sys.exit(run([word if os.path.lexists(word) else printable(word) for word in sys.argv[1:]]))
