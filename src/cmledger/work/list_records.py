"""The records of a kind, row by row: for the screen, for programs, as CSV."""

import datetime as dt
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
from cmledger.sheets.kinds import Phone, Quantity
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
    def is_number(column: Column) -> bool:
        """Whether the column holds quantities."""
        return isinstance(column.kind, Quantity)

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
    """The records of `kind` that meet all of `where` (field=value, in any spelling an import would take).

    columns: which fields, in this order; none: all. caller.as_of: the day whose manager and tier are shown.
    Raises UsageProblem for a kind, field or value there is none of; it names those there are.
    """
    found = known_layout(kind)
    chosen = tuple(_column(found, name) for name in columns) or found.columns
    conditions = [_condition(found, text) for text in where]
    with open_ledger(location).reading() as connection:
        matched = count_rows(connection, kind, caller.day, conditions)
        fields = [column.field for column in chosen]
        values = stream_rows(
            connection, kind, [c.name for c in chosen], caller.day, conditions, limit
        )
        rows = (dict(zip(fields, row, strict=True)) for row in values)
        yield Listing(kind, chosen, matched, rows)


def known_layout(kind: str) -> Layout:
    """The layout of a kind that can be listed."""
    if kind not in listed_kinds():
        raise UsageProblem(
            say.UNKNOWN_KIND.format(kind=kind),
            hint=say.UNKNOWN_KIND_HINT.format(
                kinds=say.JOINT.join(f"{k}（{layout(k).title}）" for k in listed_kinds())
            ),
        )
    return layout(kind)


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
    known_layout(kind)
    detail = {"kind": kind, "where": list(where), "path": path}
    return log_export(open_ledger(location), caller, detail)


# --- words of the command line -------------------------------------------------------------------


def _column(found: Layout, name: str) -> Column:
    for column in found.columns:
        if name in (column.name, column.field, column.title):
            return column
    raise UsageProblem(
        say.UNKNOWN_FIELD.format(kind=found.title, field=name),
        hint=say.UNKNOWN_FIELD_HINT.format(fields=say.JOINT.join(c.name for c in found.columns)),
    )


def _condition(found: Layout, text: str) -> Condition:
    """field=value as the face and the stored form it must have; an empty value asks for the unknown."""
    name, sign, value = text.partition("=")
    if not sign:
        raise UsageProblem(say.NOT_A_CONDITION.format(text=text), hint=say.NOT_A_CONDITION_HINT)
    column = _column(found, name.strip())
    parsed = column.kind.parse_column([value.strip()])
    stored = None if isinstance(parsed.values[0], Clear) else parsed.values[0]
    if 0 in parsed.problems and stored is None:
        choices = say.JOINT.join(column.kind.choices)
        raise UsageProblem(
            say.UNKNOWN_VALUE.format(field=column.name, value=value.strip()),
            hint=say.UNKNOWN_VALUE_HINT.format(choices=choices)
            if choices
            else say.UNKNOWN_VALUE_ANY_HINT,
        )
    return column.name, stored


def _on_screen(column: Column, value: Parsed, *, full: bool) -> str:
    shown: object = column.kind.show(value)
    if shown is None:
        return ""
    if isinstance(column.kind, Phone) and not full:
        return masked_phone(str(shown))
    return shown.isoformat() if isinstance(shown, dt.date) else str(shown)
