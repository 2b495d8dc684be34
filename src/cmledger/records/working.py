"""What add, edit and close did to one record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cmledger.errors import EXIT_DONE, EXIT_REJECTED_ROWS
from cmledger.records.intake import Finding


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after. before, after: as JSON shows them; words: the same as a person reads them."""

    field: str
    title: str
    before: Any
    after: Any
    words: tuple[str, str] = ("", "")

    def to_json(self) -> dict[str, Any]:
        """One change."""
        return {"field": self.field, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class WorkReport:
    """One record added, edited or closed. operation: None on a dry run, or where nothing changed.

    rejected: the row was refused, as one of a sheet would be; the findings say why. created: offices, lines,
    managers … that were named and nobody knew.
    """

    command: str
    kind: str
    key: str
    operation: int | None
    dry_run: bool
    changes: tuple[FieldChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    created: Mapping[str, list[str]] = field(default_factory=dict)
    rejected: bool = False
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 where the row was refused."""
        return EXIT_REJECTED_ROWS if self.rejected else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.add/1, cmledger.edit/1, cmledger.close/1"""
        return {
            "schema": f"cmledger.{self.command}/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "kind": self.kind,
            "key": self.key,
            "rejected": self.rejected,
            "changes": [change.to_json() for change in self.changes],
            "findings": [
                {"code": f.code, "severity": f.severity.value, "message": f.message}
                for f in self.findings
            ],
            "created": dict(self.created),
        }
