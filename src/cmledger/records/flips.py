"""What became of the rows of an operation that was undone or redone."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class RowFate(StrEnum):
    """Each row of the flipped operation ends in exactly one of the first three."""

    REVERSED = "reversed"
    KEPT = "kept"
    NOTHING = "nothing-to-do"
    DELETE = "delete"
    """On its way: to be deleted once its children are gone."""


@dataclass(slots=True)
class FlippedRow:
    """One row (or one customer's spans). `kept_by`: the later operation whose value stands."""

    table: str
    row_id: int
    fate: RowFate
    kept_by: int | None = None
    reason: str | None = None
    """key-clash, parent-missing: why it was kept where no operation is to name; forgotten: `kept_by` removed a person's data."""
    label: str | None = None
    """What the user knows it by: 户号, a manager's name, …"""

    def to_json(self) -> dict[str, Any]:
        """One row of the report."""
        return {
            "table": self.table,
            "key": self.label,
            "fate": self.fate.value,
            "kept_by": self.kept_by,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class FlipReport:
    """An undo or redo. operation: its own number, None where there was nothing to do.

    rerun: commands whose derived results are now out of date.
    """

    command: str
    target: int
    target_command: str
    operation: int | None
    dry_run: bool
    rows: tuple[FlippedRow, ...]
    rerun: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        return 0

    @property
    def counts(self) -> dict[str, int]:
        """Rows by fate; the three add up to the rows of the operation."""
        count = Counter(row.fate.value for row in self.rows)
        return {
            fate.value: count[fate.value]
            for fate in (RowFate.REVERSED, RowFate.KEPT, RowFate.NOTHING)
        }

    def to_json(self) -> dict[str, Any]:
        """cmledger.undo/1 and cmledger.redo/1."""
        return {
            "schema": f"cmledger.{self.command}/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "target": self.target,
            "target_command": self.target_command,
            "counts": self.counts,
            "rerun": list(self.rerun),
            "rows": [row.to_json() for row in self.rows],
        }
