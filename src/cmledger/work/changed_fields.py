"""The per-field diff of an import: what changed of records that were known, sheet by sheet, as layouts show it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cmledger.ledger.changes import changes_of
from cmledger.ledger.intake.common import Batch
from cmledger.ledger.journal import Operation
from cmledger.records.account import Diff, FileAccount
from cmledger.records.consequences import FieldChange
from cmledger.records.intake import ColumnUse, FileSeen, Outcome
from cmledger.sheets.layout import Column
from cmledger.sheets.layouts import LAYOUTS, layout

_EXTRAS, _ENERGY = "extras", "consumption.kwh"


def with_diffs(
    operation: Operation,
    accounts: Sequence[FileAccount],
    files: Sequence[tuple[FileSeen | None, Mapping[int, Batch]]],
    most: int | None = None,
) -> tuple[FileAccount, ...]:
    """The accounts with the fields that each sheet changed; `most` of a sheet are told one by one (None: all).

    files: beside each account, the file as read (None: it was not) and its batches by position, after they were applied.
    """
    changed = {
        batch.sheet_id: {
            batch.rows.numbers[position]
            for position, outcome in enumerate(batch.outcomes)
            if outcome is Outcome.CHANGED
        }
        for _, batches in files
        for batch in batches.values()
    }
    found = changes_of(operation, changed, most)

    def diff(seen: FileSeen | None, batch: Batch | None, position: int) -> Diff:
        if seen is None or batch is None:
            return Diff((), 0)
        uses, changes = seen.sheets[position].columns, found.fields.get(batch.sheet_id, ())
        told = tuple(_told(change, batch, uses) for change in changes)
        return Diff(told, found.counts[batch.sheet_id])

    return tuple(
        replace(
            account,
            sheets=tuple(
                replace(sheet, diff=diff(seen, batches.get(position), position))
                for position, sheet in enumerate(account.sheets)
            ),
        )
        for account, (seen, batches) in zip(accounts, files, strict=True)
    )


def _told(change: FieldChange, batch: Batch, uses: list[ColumnUse]) -> dict[str, Any]:
    """A change as in the JSON contract."""
    full, _, which = change.field.partition(":")
    row = _row_of_plan(change, batch) or change.row
    column = _column(batch.rows.kind, full)
    name = full.partition(".")[2]
    if full == _ENERGY:
        year, month = which.split("-")
        which = year if month == "0" else f"{year}-{int(month):02}"

    def shown(value: Any) -> Any:
        return column.kind.to_json(value) if column and value is not None else value

    return {
        "row": row,
        "cell": batch.rows.cells.get(change.field)
        or _cell(_letters(change.field, batch, uses) or "", row),
        "account_no": change.account_no,
        "name": change.name,
        "record": change.record,
        "field": f"{name}:{which}" if which else name,
        "table": full.partition(".")[0],
        "before": shown(change.before),
        "after": shown(change.after),
    }


def _cell(letters: str, row: int) -> str:
    """The cell; in a form each field has one of its own, whatever the row of its key."""
    return letters if letters[-1:].isdigit() else f"{letters}{row}"


def _row_of_plan(change: FieldChange, batch: Batch) -> int | None:
    """The row that speaks of a plan: the journal keeps a customer's plans as one, at the first row that changed any."""
    if not change.field.startswith(_PLAN) or change.account_no is None:
        return None
    names = ("customer.account_no", f"{_PLAN}service", f"{_PLAN}valid_from")
    item, _, day = (change.record or "").partition("/")
    said = zip(*(batch.column(name) for name in names), strict=True)
    for position, (number, service, first) in enumerate(said):
        mine = isinstance(number, str) and number[-10:] == change.account_no[-10:]
        if mine and service == item and first in (None, day):
            return batch.rows.numbers[position]
    return None


_PLAN = "customer_plan."


def _column(kind: str, full: str) -> Column | None:
    """The face of a field: in the sheet's own layout, else in any."""
    return next((c for one in (layout(kind), *LAYOUTS) if (c := one.column(full))), None)


def _letters(field: str, batch: Batch, uses: list[ColumnUse]) -> str | None:
    """The Excel column a field came from; None where the row implies it (closed_on from the status)."""
    full, _, which = field.partition(":")
    if full == _ENERGY:
        for energy in batch.rows.energy:
            if which == f"{energy.year}-{energy.month}":
                return energy.column
    if full.endswith(f".{_EXTRAS}"):
        return next((u.column for u in uses if u.use == "extra" and u.header == which), None)
    if full == f"{_PLAN}valid_to" and full not in batch.rows.columns:
        full = f"{_PLAN}cycle"  # a new cycle ends the one before it
    return batch.rows.columns.get(full)
