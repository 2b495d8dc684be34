"""The records of a kind, row by row: for the screen, for programs, as CSV."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from cmledger.errors import UsageProblem
from cmledger.ledger.listing import Condition, count_rows, listed_kinds, stream_rows
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
from cmledger.records.intake import Clear, Parsed
from cmledger.rules.masking import masked_phone
from cmledger.sheets.cell_texts import in_words as cell_in_words
from cmledger.sheets.kinds import (
    AccountNo,
    Code,
    Contact,
    Count,
    Date,
    Minute,
    Month,
    Name,
    OfficeName,
    Person,
    Phone,
    Quantity,
    Text,
    Year,
)
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import layout
from cmledger.wording import listing as say
from cmledger.work.log_export import log_export


@dataclass(frozen=True, slots=True)
class Listing:
    """Records of a kind. matched: how many meet the conditions, whatever the limit.

    rows: stored forms by full field name; a stream that can be read once, while the listing is open.
    """

    kind: str
    columns: tuple[Column, ...]
    matched: int
    rows: Iterator[Mapping[str, Parsed]]

    def json_rows(self) -> Iterator[dict[str, Any]]:
        """Rows as in the JSON contract."""
        faces = [(column.name, column.field, column.kind.to_json) for column in self.columns]
        for row in self.rows:
            yield {name: to_json(row.get(field)) for name, field, to_json in faces}

    @property
    def has_phones(self) -> bool:
        """Whether telephone numbers are among the columns."""
        return any(isinstance(column.kind, Phone) for column in self.columns)

    @staticmethod
    def is_time(column: Column) -> bool:
        """Whether it holds days or moments, which are never broken on the screen."""
        return isinstance(column.kind, (Date, Minute))

    @staticmethod
    def is_number(column: Column) -> bool:
        """Whether the column holds quantities."""
        return isinstance(column.kind, (Quantity, Count))

    def screen_rows(self, *, full: bool) -> Iterator[list[str]]:
        """Rows as a person reads them; telephone numbers with their middle starred unless `full`."""
        for row in self.rows:
            yield [_on_screen(column, row.get(column.field), full=full) for column in self.columns]


@contextmanager
def listed(
    location: str,
    kind: str,
    caller: Caller,
    *,
    where: Sequence[str] = (),
    columns: Sequence[str] = (),
    limit: int | None = None,
) -> Iterator[Listing]:
    """The records of `kind` that meet all of `where` (field=value, in any spelling an import would take; also != < <= >
    >= and ~ for texts that hold another).

    columns: which fields, in this order; none: all. caller.as_of: the day whose manager and tier are shown.
    Raises UsageProblem for a kind, field or value there is none of; it names those there are.
    """
    found = known_layout(kind)
    chosen = chosen_columns(found, columns)
    conditions = conditions_of(found, where)
    with open_ledger(location).reading() as connection:
        matched = count_rows(connection, found.kind, caller.day, conditions)
        fields = [column.field for column in chosen]
        values = stream_rows(
            connection, found.kind, [c.name for c in chosen], caller.day, conditions, limit
        )
        rows = (dict(zip(fields, row, strict=True)) for row in values)
        yield Listing(found.kind, chosen, matched, rows)


def known_layout(kind: str) -> Layout:
    """The layout of a kind that can be listed, by its name or its title."""
    for known in listed_kinds():
        if kind.strip() in (known, layout(known).title):
            return layout(known)
    raise UsageProblem(
        say.UNKNOWN_KIND.format(kind=kind),
        hint=say.UNKNOWN_KIND_HINT.format(
            kinds=say.JOINT.join(f"{k}（{layout(k).title}）" for k in listed_kinds())
        ),
    )


def write_listing(listing: Listing, target: Path | TextIO) -> int:
    """Store a listing as a CSV file, or write it to an open stream; how many rows."""
    from cmledger.sheets.write_csv import write_csv, write_csv_lines

    if isinstance(target, Path):
        return write_csv(target, listing.columns, listing.rows)
    return write_csv_lines(target, listing.columns, listing.rows)


def log_listing(
    location: str, caller: Caller, kind: str, where: Sequence[str], path: str | None
) -> bool:
    """Note in the export log that records of `kind` are shown in full (path None) or stored at `path`."""
    detail = {"kind": known_layout(kind).kind, "where": list(where), "path": path}
    return log_export(open_ledger(location), caller, detail)


# --- words of the command line -------------------------------------------------------------------

_CONDITION = re.compile(r"([^=!<>~]+)(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)


def chosen_columns(found: Layout, names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names, in their order; all of the layout where none is named."""
    return tuple(column_named(found, name) for name in names) or found.columns


def column_named(found: Layout, name: str) -> Column:
    """A column by its field or its title; a UsageProblem names those there are."""
    for column in (*found.columns, *(c for c in found.readings if c.export_only)):
        if name in (column.name, column.field, column.title):
            return column
    raise UsageProblem(
        say.UNKNOWN_FIELD.format(kind=found.title, field=name),
        hint=say.UNKNOWN_FIELD_HINT.format(fields=say.JOINT.join(c.name for c in found.columns)),
    )


def conditions_of(found: Layout, where: Sequence[str]) -> list[Condition]:
    """The conditions that --where gives, in stored forms; an empty value asks for the unknown."""
    return [_condition(found, text) for text in where]


def _condition(found: Layout, text: str) -> Condition:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise UsageProblem(say.NOT_A_CONDITION.format(text=text), hint=say.NOT_A_CONDITION_HINT)
    column, sign, value = column_named(found, match[1].strip()), match[2], match[3].strip()
    if sign == "~":
        if column.kind.choices or not isinstance(column.kind, TEXTS) or not value:
            raise UsageProblem(say.NOT_A_TEXT.format(field=column.name), hint=say.NOT_A_TEXT_HINT)
        return column.name, value, sign
    stored = _moment(column, value, sign) if _is_moment(column, value) else _stored(column, value)
    if sign in ("=", "!="):
        return column.name, stored, sign
    if stored is None or not isinstance(column.kind, ORDERED):
        raise UsageProblem(
            say.NOT_COMPARABLE.format(field=column.name, sign=sign), hint=say.NOT_COMPARABLE_HINT
        )
    return column.name, stored, sign


def _is_moment(column: Column, value: str) -> bool:
    return isinstance(column.kind, Minute) and bool(value)


def _moment(column: Column, value: str, sign: str) -> str:
    """A moment, or the bound that a day alone is."""
    assert isinstance(column.kind, Minute)
    bound = column.kind.bound(value, sign)
    if bound is None:
        raise UsageProblem(
            say.UNKNOWN_VALUE.format(field=column.name, value=value),
            hint=say.UNKNOWN_MOMENT_HINT.format(field=column.name),
        )
    return bound


def _stored(column: Column, value: str) -> Parsed:
    """The stored form of a value as a sheet would spell it."""
    parsed = column.kind.parse_column([value])
    stored = None if isinstance(parsed.values[0], Clear) else parsed.values[0]
    if 0 in parsed.problems and stored is None:
        choices = say.JOINT.join(column.kind.choices)
        raise UsageProblem(
            say.UNKNOWN_VALUE.format(field=column.name, value=value),
            hint=say.UNKNOWN_VALUE_HINT.format(choices=choices)
            if choices
            else say.UNKNOWN_VALUE_ANY_HINT,
        )
    return stored


ORDERED = (Quantity, Count, Date, Minute, Year, Month)
TEXTS = (Text, Name, Person, Contact, Code, Phone, AccountNo, OfficeName)


def _on_screen(column: Column, value: Parsed, *, full: bool) -> str:
    shown: object = column.kind.show(value)
    if shown is None:
        return ""
    if isinstance(column.kind, Phone) and not full:
        return masked_phone(str(shown))
    return cell_in_words(shown)
