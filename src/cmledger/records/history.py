"""The life of a customer, and the list of what was done to a ledger."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceCell:
    """Where a stored value came from. file, sheet and cell are None where it was entered by a command."""

    operation: int
    at: str
    actor: str
    command: str
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it stands in history and why."""
        return {
            "operation": self.operation,
            "at": self.at,
            "actor": self.actor,
            "command": self.command,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record of a customer, as one operation left it.

    table and field: as in the ledger; key: which record of the table (a month, a visit's day);
    live: false where the operation has been undone. Values are those of JSON.
    """

    table: str
    key: str
    field: str
    before: Any
    after: Any
    source: SourceCell
    live: bool

    def to_json(self) -> dict[str, Any]:
        """One change."""
        return {
            "table": self.table,
            "key": self.key,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "live": self.live,
            "source": self.source.to_json(),
        }


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What happened to a customer, oldest first."""

    account_no: str
    name: str | None
    changes: tuple[Change, ...]

    @property
    def exit_code(self) -> int:
        return 0

    def to_json(self) -> dict[str, Any]:
        """cmledger.history/1"""
        return {
            "schema": "cmledger.history/1",
            "account_no": self.account_no,
            "name": self.name,
            "changes": [change.to_json() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An operation, or an event (number is None): what is no change of content and cannot be undone."""

    number: int | None
    at: str
    as_of: str
    actor: str
    by_person: bool
    command: str
    target: int | None
    live: bool
    counts: dict[str, dict[str, int]]
    arguments: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """One line of the log."""
        return {
            "operation": self.number,
            "at": self.at,
            "as_of": self.as_of,
            "actor": self.actor,
            "by_person": self.by_person,
            "command": self.command,
            "target": self.target,
            "undone": not self.live,
            "counts": self.counts,
            "arguments": self.arguments,
        }


@dataclass(frozen=True, slots=True)
class LogReport:
    """Operations and events, newest first."""

    entries: tuple[LogEntry, ...]

    @property
    def exit_code(self) -> int:
        return 0

    def to_json(self) -> dict[str, Any]:
        """cmledger.log/1"""
        return {
            "schema": "cmledger.log/1",
            "entries": [entry.to_json() for entry in self.entries],
        }
