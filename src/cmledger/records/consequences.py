"""What follows from an import: fields that changed, tiers that would move, visits that fall due, who is missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cmledger.records.intake import Stored
from cmledger.records.obligations import Standing


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one record as an import left it, with the row that says so; values in stored form, references by name.

    field: full name ("customer.line", "customer_manager.manager", "consumption.kwh:2025-3", "customer.extras:HEADER").
    account_no: None where the record is no customer's. name: of the customer, manager, line … it is about.
    record: which of a customer's records (a visit's day), where it has several.
    """

    sheet_id: int
    row: int
    account_no: str | None
    name: str | None
    record: str | None
    field: str
    before: Stored | tuple[str, ...]
    after: Stored | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """How a customer stands with a service item, and who owes it."""

    standing: Standing
    manager: str | None

    @property
    def face(self) -> dict[str, Any]:
        """What is told of it; two stands with equal faces are no change."""
        part, since = self.standing.obligation.part, self.standing.overdue_since
        return {
            "status": self.standing.status.value,
            "due_by": part.due_by.isoformat(),
            "period": part.label,
            "overdue_since": None if since is None else since.isoformat(),
            "missed": self.standing.missed,
            "manager": self.manager,
        }


@dataclass(frozen=True, slots=True)
class DueChange:
    """A customer who owes an item otherwise than before (None: does not owe it)."""

    account_no: str
    name: str | None
    service: str
    before: Stand | None
    after: Stand | None
    done: bool = False
    """Nothing is owed any more because the customer was visited."""

    @property
    def manager(self) -> str | None:
        """Who owes it now; where nobody does, who owed it."""
        stand = self.after or self.before
        return stand.manager if stand else None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "account_no": self.account_no,
            "name": self.name,
            "service": self.service,
            "manager": self.manager,
            "before": self.before.face if self.before else None,
            "after": self.after.face if self.after else None,
            "done": self.done,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """A customer of the ledger, not closed, that no row of a complete file names."""

    account_no: str
    name: str | None
    office: str
    line: str | None
    manager: str | None
    status: str | None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "account_no": self.account_no,
            "name": self.name,
            "office": self.office,
            "line": self.line,
            "manager": self.manager,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """What a complete file was held against: an office, or the part of it that all its rows lie in.

    within: line, transformer_area, grid, customer_class -> the one value, where there is just one.
    """

    office: str
    within: Mapping[str, str]
    in_file: int
    in_ledger: int
    missing: int

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "office": self.office,
            **self.within,
            "in_file": self.in_file,
            "in_ledger": self.in_ledger,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True)
class Consequences:
    """What would follow from an import if tiers were assigned on the same day.

    tier_moves: as in the JSON contract of assign-tiers. missing: candidates for closing; nobody is closed by it.
    complete: whether the files claim to be; compared: what they were held against; unreadable: rows without a legible 户号.
    note: why tiers or dues could not be told. tier_names: code -> Chinese, as the policy calls them.
    next_periods: tier -> first day of its next visit period, from which a tier that follows another sets what is owed.
    count_from: the day since which visits are asked for.
    """

    tier_moves: Sequence[Mapping[str, Any]] = ()
    dues: Sequence[DueChange] = ()
    complete: bool = False
    missing: Sequence[Missing] = ()
    compared: Sequence[Compared] = ()
    unreadable: int = 0
    note: str | None = None
    tier_names: Mapping[str, str] = field(default_factory=dict)
    next_periods: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    count_from: date | None = None

    def loads(self) -> dict[str | None, tuple[int, int]]:
        """manager -> (how many visits it owes more, how many less)."""
        more: Counter[str | None] = Counter()
        less: Counter[str | None] = Counter()
        for change in self.dues:
            before, after = change.before, change.after
            if before and after and before.manager == after.manager:
                continue
            if after:
                more[after.manager] += 1
            if before:
                less[before.manager] += 1
        managers = sorted({*more, *less}, key=lambda name: (name is None, name or ""))
        return {manager: (more[manager], less[manager]) for manager in managers}

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "tier_moves": [
                # who had no tier owes at once what the new one asks for
                {**move, "visits_from": self.next_periods.get(move["to"]) if move["from"] else None}
                for move in self.tier_moves
            ],
            "visits_due_change": [change.to_json() for change in self.dues],
            "visits_due_by_manager": [
                {"manager": manager, "more": more, "less": less}
                for manager, (more, less) in self.loads().items()
            ],
            "missing_from_file": [customer.to_json() for customer in self.missing],
            "complete": self.complete,
            "compared": [scope.to_json() for scope in self.compared],
            "unreadable_rows": self.unreadable,
            "note": self.note,
        }
