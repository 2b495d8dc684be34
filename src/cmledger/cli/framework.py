"""The command-line framework speaks English and counts characters; help and refusals reach the user in Chinese.

Chinese characters take two columns of a terminal: help is laid out by width, not by length.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand

from cmledger.errors import UsageProblem
from cmledger.records.text import width
from cmledger.wording import usage as say

_Formatter: Any = typer.Context.formatter_class
_NEVER_FIRST = frozenset("，。；：、！？）》」』”’,.;:!?)")


class Command(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        return help_of(self, ctx)


def help_of(command: Any, context: Any) -> str:
    """The help text of a command."""
    formatter = Formatter(width=context.terminal_width, max_width=context.max_content_width or 100)
    command.format_help(context, formatter)
    return str(formatter.getvalue()).rstrip("\n")


class Formatter(_Formatter):  # type: ignore[misc]
    """Writes help in Chinese, in columns that align on a terminal."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002
        self.write(f"{say.USAGE}{prog} {_translated(args)}\n")

    def write_heading(self, heading: str) -> None:
        self.write(f"{say.HEADINGS.get(heading, heading)}\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for paragraph in text.split("\n\n"):
            for line in wrapped(" ".join(paragraph.split()), self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 34, col_spacing: int = 2
    ) -> None:
        shown = [(_translated(first), _translated(second)) for first, second in rows]
        column = min(max(width(first) for first, _ in shown), col_max)
        indent = " " * self.current_indent
        after = " " * (self.current_indent + column + col_spacing)
        for first, second in shown:
            lines = wrapped(second, max(self.width - len(after), 20))
            if width(first) > column or not lines:
                self.write(f"{indent}{first}\n")
            else:
                gap = " " * (column - width(first) + col_spacing)
                self.write(f"{indent}{first}{gap}{lines.pop(0)}\n")
            self.write("".join(f"{after}{line}\n" for line in lines))


def wrapped(text: str, columns: int) -> list[str]:
    """A text in lines no wider than `columns`: broken at blanks and between Chinese characters.

    A mark that begins no line takes what stands before it to the next one; where that is all, it hangs over the edge.
    """
    lines: list[str] = []
    line: list[str] = []
    # words of Latin letters, digits and signs stay whole
    for piece in re.findall(r" +|[!-~]+|.", text):
        if not line or width("".join((*line, piece))) <= columns:
            line.append(piece)
            continue
        taken: list[str] = []
        if piece[0] in _NEVER_FIRST:
            taken = _taken(line)
            if not taken:
                line.append(piece)
                continue
        lines.append("".join(line[: len(line) - len(taken)]).rstrip())
        line = [one for one in (*taken, piece.lstrip() if not taken else piece) if one]
    last = "".join(line).rstrip()
    return [*lines, last] if last else lines


def _taken(line: list[str]) -> list[str]:
    """The end of a line that a mark takes along: a word or character and the marks behind it; none where that is all."""
    count = next((n for n, one in enumerate(reversed(line), 1) if one[0] not in _NEVER_FIRST), 0)
    taken = line[len(line) - count :]
    return taken if 0 < count < len(line) and taken[0].strip() else []


def _translated(text: str) -> str:
    for pattern, words in say.HELP:
        text = re.sub(pattern, words, text)
    return text


def no_such_command(name: str, commands: Iterable[str]) -> UsageProblem:
    """The refusal of a word that is no command, naming those that look like it."""
    near = difflib.get_close_matches(name, list(commands), 3, 0.5)
    hint = say.NEAR.format(names="、".join(near)) if near else say.ALL_COMMANDS
    return UsageProblem(say.NO_COMMAND.format(name=name), hint=hint)


def usage_problem(problem: Exception) -> UsageProblem | None:
    """The framework's complaint as ours; None where it is something else.

    Its exceptions are known by the names of their classes: they are private to it.
    """
    classes = {c.__name__ for c in type(problem).__mro__}
    if not classes & {"TyperException", "ClickException"}:
        return None
    said: str = getattr(problem, "message", None) or str(problem)
    if "NoArgsIsHelpError" in classes:
        return UsageProblem(said)
    if "NoSuchOption" in classes:
        near = getattr(problem, "possibilities", None) or []
        hint = say.NEAR.format(names="、".join(near)) if near else say.HINT
        return UsageProblem(
            say.NO_OPTION.format(name=getattr(problem, "option_name", "")), hint=hint
        )
    return UsageProblem(_sentence(problem, classes, said), hint=say.HINT)


def _sentence(problem: Exception, classes: set[str], said: str) -> str:
    name = getattr(problem, "option_name", None) or _name(getattr(problem, "param", None))
    if "MissingParameter" in classes:
        return say.MISSING.format(name=name)
    if "BadOptionUsage" in classes:
        sentence = say.TAKES_NO_VALUE if "does not take" in said else say.NEEDS_VALUE
        return sentence.format(name=name)
    if "BadParameter" in classes:
        return say.BAD_VALUE.format(name=name, detail=_detail(said))
    extra = re.search(r"unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", said)
    if extra:
        return say.EXTRA.format(words=extra[1])
    return say.OTHER.format(detail=said)


def _name(parameter: Any) -> str:
    """An option as it is typed, an argument as the usage line shows it."""
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.human_readable_name)


def _detail(said: str) -> str:
    for pattern, words in say.VALUE_WRONG:
        found = re.search(pattern, said)
        if found:
            return found.expand(words)
    return said
