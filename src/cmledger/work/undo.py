"""Undo and redo: an operation's effect is taken back, or brought back, and every row of it is accounted for."""

from cmledger.errors import NotFound
from cmledger.ledger.flips import flip, flippable, newest
from cmledger.ledger.labels import labels_of_absent, labels_of_operation
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
from cmledger.records.flips import FlippedRow, FlipReport
from cmledger.wording import errors as say

_FED_BY_TIERS = {"customer", "consumption", "tier_override"}
"""Tables whose change may move tiers; the result stays until assign-tiers runs again."""


def undo(location: str, number: int | None, caller: Caller, *, dry_run: bool = False) -> FlipReport:
    """Take back operation `number`, or the newest live one a person made."""
    return _flip(location, number, caller, live=False, dry_run=dry_run)


def redo(location: str, number: int | None, caller: Caller, *, dry_run: bool = False) -> FlipReport:
    """Bring back operation `number`, or the one undone last."""
    return _flip(location, number, caller, live=True, dry_run=dry_run)


def _flip(
    location: str, number: int | None, caller: Caller, *, live: bool, dry_run: bool
) -> FlipReport:
    """What is meant is decided under the writer's lock: another undo may just have done the same."""
    command = "redo" if live else "undo"
    with open_ledger(location).operation(caller, command, {}, dry_run=dry_run) as operation:
        connection = operation.connection
        if number is None:
            number = newest(connection, live=not live)
            if number is None:
                raise NotFound(say.NOTHING_TO_REDO if live else say.NOTHING_TO_UNDO)
        target = flippable(operation, number, live=live)
        rows: list[FlippedRow] = []
        if not target.already:
            operation.aim(target.number, {"operation": number})
            labels = labels_of_operation(connection, target.number)
            rows = flip(operation, target.number, live=target.live)
            labels |= labels_of_operation(connection, target.number)
            absent: dict[str, list[int]] = {}
            for row in rows:
                row.label = labels.get((row.table, row.row_id))
                if row.label is None:
                    absent.setdefault(row.table, []).append(row.row_id)
            labels = labels_of_absent(connection, absent)
            for row in rows:
                row.label = row.label or labels[row.table, row.row_id]
    touched = {row.table for row in rows if row.fate == "reversed"}
    rerun = ("assign-tiers",) if touched & _FED_BY_TIERS else ()
    return FlipReport(
        command, target.number, target.command, operation.number, dry_run, tuple(rows), rerun
    )
