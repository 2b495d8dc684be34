"""One row typed on the command line instead of in a sheet: field=value, read by the very kinds of the layout."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from cmledger.errors import UsageProblem
from cmledger.records.intake import CLEAR, Finding, Parsed, Severity, SheetRows
from cmledger.sheets.kinds import NAME_AND_PHONE, Choice
from cmledger.sheets.layout import Column, Layout, Problem
from cmledger.sheets.lexicon import CLEAR_WORD
from cmledger.sheets.parting import NAME, PHONE
from cmledger.sheets.periods import MONTH, YEAR
from cmledger.sheets.recognised import PERIOD
from cmledger.wording import listing as say_list
from cmledger.wording import working as say
from cmledger.wording.findings import finding

_ELSEWHERE: Final = {"customer_tier.tier": "set-tier"}
"""Fields that a command of their own sets."""
ROW: Final = 1
"""The number of the one row."""


@dataclass(slots=True)
class Typed:
    """What was typed: parsed values by full field name, and what is odd about them."""

    values: dict[str, Parsed] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def stored_key(layout: Layout, key: str, names: Mapping[str, str] | None = None) -> str:
    """The words that name a record with those of a list in stored form: 户号/走访 is 户号/visit.

    names: the office's own words for what the list holds, which go first.
    """
    parts = [part.strip() for part in re.split("[/／]", key)]
    for at, name in enumerate(layout.key[: len(parts)]):
        column = layout.column(name)
        if column is not None and isinstance(column.kind, Choice):
            read = column.kind.parse(parts[at])
            word = (names or {}).get(parts[at], read)
            parts[at] = word if isinstance(word, str) else parts[at]
    return _KEY_JOINT.join(parts)


_KEY_JOINT: Final = "/"


def typable(layout: Layout) -> tuple[Column, ...]:
    """The columns whose values can be typed: those that a sheet of the kind takes in."""
    own = [c for c in layout.columns if not c.export_only and c.field != "visit.form_id"]
    beside = [c for c in layout.readings if c.field in _BESIDE]
    return (*own, *beside)


_BESIDE: Final = (
    "manager.phone",
    "manager.grade",
    "visit.follow_up",
    "visit.follow_up_by",
    PERIOD,
)
"""What a sheet tells beside its own columns and has no kind of its own to be typed in."""


def typed(layout: Layout, words: Sequence[str], as_of: date) -> Typed:
    """Values of field=value words; a field is named as in JSON or as in the sheet's header.

    Raises UsageProblem: no such field, a field twice, a value its kind does not take, a day to come, nothing said.
    """
    found = Typed()
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name.strip():
            raise UsageProblem(say.NOT_A_PAIR.format(text=word), hint=say.NOT_A_PAIR_HINT)
        column = _column(layout, name.strip())
        if column.field in found.values:
            raise UsageProblem(say.TWICE.format(field=column.title))
        if not text.strip():
            raise UsageProblem(
                say.NO_VALUE.format(field=column.title),
                hint=say.NO_VALUE_HINT.format(field=name.strip(), clear=CLEAR_WORD),
            )
        _take(found, column, text.strip(), as_of)
    _part_period(found)
    return found


def _column(layout: Layout, name: str) -> Column:
    columns = typable(layout)
    for column in columns:
        if name in (column.name, column.field, column.title):
            return column
    if (shown := layout.column(name)) is not None and shown.field in _ELSEWHERE:
        raise UsageProblem(
            say.BY_ANOTHER_COMMAND.format(field=shown.title),
            hint=say.BY_ANOTHER_COMMAND_HINT.format(command=_ELSEWHERE[shown.field]),
        )
    for column in columns:  # other headers such a sheet may have, where they leave no doubt
        if [c for c in columns if name in c.aliases] == [column]:
            return column
    names = say_list.JOINT.join(f"{c.name}（{c.title}）" for c in columns)
    raise UsageProblem(
        say_list.UNKNOWN_FIELD.format(kind=layout.title, field=name),
        hint=say_list.UNKNOWN_FIELD_HINT.format(fields=names),
    )


def _take(found: Typed, column: Column, text: str, as_of: date) -> None:
    parsed = column.kind.parse_column([text])
    value, problem = parsed.values[0], parsed.problems.get(0)
    if value is None and problem is None:
        # / and its like, which in a sheet say nothing
        raise UsageProblem(
            say.NO_VALUE.format(field=column.title),
            hint=say.NO_VALUE_HINT.format(field=column.name, clear=CLEAR_WORD),
        )
    if problem is not None:
        value = _judged(found, column, problem)
    if column.kind.past and isinstance(value, str) and value > as_of.isoformat():
        facts: dict[str, object] = {"value": value, "today": as_of.isoformat()}
        tomorrow = (as_of + timedelta(days=1)).isoformat()
        value = _judged(
            found,
            column,
            Problem("tomorrow", facts, value)
            if value == tomorrow
            else Problem("future-date", facts),
        )
    if column.required and value is CLEAR:
        raise UsageProblem(say.NEEDED.format(field=column.title))
    found.values[column.field] = value


def _judged(found: Typed, column: Column, problem: Problem) -> Parsed:
    """What is stored in spite of a problem, which is then said; else the call is refused with its sentence."""
    facts: dict[str, Any] = {"header": column.title, "count": 1, **problem.facts}
    said = finding(problem.code, **facts)
    if problem.code == NAME_AND_PHONE and column.field == NAME:
        found.values.setdefault(PHONE, str(problem.facts["phone"]))
    elif said.severity is Severity.ERROR or problem.stored is None:
        raise UsageProblem(
            say.BAD_VALUE.format(field=column.title, message=said.message),
            hint=say.CHOICES.format(choices=say_list.JOINT.join(column.kind.choices))
            if column.kind.choices
            else None,
        )
    found.findings.append(said)
    return problem.stored


def _part_period(found: Typed) -> None:
    """年月=202503 is year 2025 and month 3."""
    period = found.values.pop(PERIOD, None)
    if isinstance(period, int):
        found.values[YEAR], found.values[MONTH] = divmod(period, 100)


def one_row(layout: Layout, values: Mapping[str, Parsed]) -> SheetRows:
    """The row as a sheet would give it."""
    if layout.kind == "consumption" and values.get(MONTH) is None:
        values = {**values, MONTH: 0}
    return SheetRows(
        layout.kind,
        [ROW],
        {name: [value] for name, value in values.items()},
        titles={c.field: c.title for c in (*layout.readings, *layout.columns)},
    )
