"""The demonstration: types the office's first afternoon, command by command, and shows what comes of it."""

import contextlib
import io
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Screen, show
from cmledger.wording import jobs as say

if TYPE_CHECKING:
    from cmledger.work.demo import DemoReport, Line

_MOST_LINES = 30
"""What is shown of the output of one command."""


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="文件夹", help="在哪个新文件夹里演示。")
    ] = Path("cmledger-demo"),
    profile: Annotated[
        str,
        typer.Option(
            help="用哪一套规则和样例：three-fixed（三定）、three-plus-three（3+3）、community-grid（社区+网格）。"
        ),
    ] = "three-fixed",
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """用附带的样例走一遍全部工作：每一步显示所用的命令和它的结果。"""
    from cmledger.work.demo import DemoReport, prepare

    lines = prepare(folder, profile)
    copied = set(folder.iterdir())
    silent = as_json or quiet
    if not silent:
        Screen().line(say.DEMO_BEGIN.format(folder=folder.absolute()), strong=True)
    played: list[tuple[Line, int]] = []
    with contextlib.chdir(folder), _ledger_of_the_folder():
        for number, line in enumerate(lines, 1):
            code = _play(number, line, silent=silent)
            played.append((line, code))
            if code != line.ends_with:
                break
    files = sorted(path.relative_to(folder) for path in _files(folder) - copied)
    report = DemoReport(folder.absolute(), tuple(played), tuple(files))
    return show(report, _demo_text, as_json=as_json, quiet=quiet)


def _play(number: int, line: "Line", *, silent: bool) -> int:
    """Type one command; the beginning of its output follows, unless all of it is to be silent."""
    from cmledger.cli.app import run  # here: app finds the commands by name, this one among them

    said = io.StringIO()
    if not silent:
        screen = Screen()
        screen.line()
        screen.line(say.DEMO_LINE.format(number=number, purpose=line.purpose), strong=True)
        screen.line(say.DEMO_COMMAND.format(words=shlex.join(line.words)))
    with contextlib.redirect_stdout(said):
        code = run([*line.words])
    if not silent:
        shown = said.getvalue().splitlines() or [say.DEMO_NO_OUTPUT]
        for text in shown[:_MOST_LINES]:
            screen.line(text)
        if len(shown) > _MOST_LINES:
            screen.line(say.DEMO_MORE.format(count=len(shown) - _MOST_LINES))
    return code


@contextlib.contextmanager
def _ledger_of_the_folder() -> Iterator[None]:
    """While the block runs, the environment names no other ledger: the demonstration must not touch a real one."""
    named = os.environ.pop("CMLEDGER_LEDGER", None)
    try:
        yield
    finally:
        if named is not None:
            os.environ["CMLEDGER_LEDGER"] = named


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _demo_text(screen: Screen, report: "DemoReport") -> None:
    screen.line()
    line, code = report.played[-1]
    if report.exit_code:
        screen.line(say.DEMO_UNEXPECTED.format(code=code, expected=line.ends_with), strong=True)
        return
    screen.line(say.DEMO_END.format(folder=report.folder), strong=True)
    for path in report.files:
        screen.line(f"  {path}")
    screen.line(say.DEMO_NEXT.format(folder=shlex.quote(str(report.folder))))
