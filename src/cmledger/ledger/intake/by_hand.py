"""One row from the command line instead of a sheet, settled as any row of its kind is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger import tables
from cmledger.ledger.baseline import state_now
from cmledger.ledger.intake.apply import APPLY
from cmledger.ledger.intake.common import Batch, Intake, names_services
from cmledger.ledger.intake.exported import Faces
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places, offices_named
from cmledger.ledger.intake.three_way import settle_exported
from cmledger.ledger.journal import Operation
from cmledger.records.intake import SheetRows
from cmledger.records.row_tokens import FIELD, token

_NO_SHEET = 0


class _ByHand(Operation):
    """An operation whose rows come from no sheet: its entries name none."""

    def _enter(self, name: str, action: str, ids: Any, before: Any, _sources: Any) -> None:
        super()._enter(name, action, ids, before, None)

    def _enter_new(self, name: str, ids: Sequence[int], _sources: Any) -> None:
        super()._enter_new(name, ids, None)


def mark(operation: Operation, table: str, row_id: int) -> tuple[str, str]:
    """(field, mark) of a record as it stands: what an export made now would hide in its row."""
    state = state_now(operation.connection, operation.caller.day)
    return FIELD, token(table, row_id, str(state))


def apply_by_hand(
    operation: Operation,
    rows: SheetRows,
    faces: Faces,
    *,
    office: str | None,
    count_from: str,
    services: Callable[[], Mapping[str, str] | None],
) -> tuple[Batch, dict[str, list[str]]]:
    """Settle the row within the operation; its batch, and the places that had to be created.

    A row with a `mark` is about that record, and only what is not as the record has it is taken.
    """
    whole: dict[str, Any] = {name: getattr(operation, name) for name in _SHARED}
    intake = Intake(
        _ByHand(**whole),
        operation.caller.day,
        count_from,
        services() if names_services(rows) else None,
    )
    batch = Batch.of(rows, _NO_SHEET, office)
    places, people = Places(intake), People(intake)
    settle_exported(intake, rows.kind, [batch], faces)
    APPLY[rows.kind](intake, [batch], places, people)
    return batch, places.created


_SHARED = ("connection", "id", "caller", "counts", "number")


def known_offices(operation: Operation) -> list[str]:
    """The names of the ledger's offices."""
    return sorted(offices_named(operation.connection))


def newest_row(operation: Operation, table: str) -> int | None:
    """The row this operation inserted into a table; the last of several."""
    entry = tables.table("entry")
    row_id: int | None = operation.connection.scalar(
        sa.select(sa.func.max(entry.c.row_id)).where(
            entry.c.operation_id == operation.id,
            entry.c.table_name == table,
            entry.c.action == "insert",
        )
    )
    return row_id
