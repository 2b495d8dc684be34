"""The command-line framework speaks English; what it says reaches the user in Chinese."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand

from cmledger.errors import UsageProblem
from cmledger.wording import usage as say


class Command(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        return help_text(super().get_help(ctx))


def help_text(text: str) -> str:
    """A help text with the framework's own words put into Chinese."""
    for pattern, words in say.HELP:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
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
