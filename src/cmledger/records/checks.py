"""What a check of the ledger found: named invariants, and the rows that break them."""

from dataclasses import dataclass
from typing import Any

from cmledger.errors import EXIT_DONE, LedgerDamaged

MOST_KEPT = 1000
"""Broken rows told one by one, per invariant; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where an invariant does not hold.

    table, row_id: which row (in a table of spans the customer's id); None where it is about more than a row.
    detail: what is wrong there, in a few words. label: what the user knows the row by.
    """

    detail: str
    table: str | None = None
    row_id: int | None = None
    label: str | None = None

    def to_json(self) -> dict[str, Any]:
        """One broken place."""
        return {
            "table": self.table,
            "row_id": self.row_id,
            "key": self.label,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """One invariant. count: how many places break it, of which `broken` are the first; None: it was not checked."""

    code: str
    title: str
    count: int | None
    broken: tuple[Broken, ...] = ()

    @property
    def ok(self) -> bool | None:
        """Whether it holds; None where an earlier one left no ground to check it on."""
        return None if self.count is None else self.count == 0

    def to_json(self) -> dict[str, Any]:
        """One invariant."""
        return {
            "code": self.code,
            "title": self.title,
            "ok": self.ok,
            "count": self.count,
            "broken": [broken.to_json() for broken in self.broken],
        }


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All invariants, in the order they were checked."""

    checks: tuple[Checked, ...]

    @property
    def ok(self) -> bool:
        """Whether every invariant holds."""
        return all(check.ok for check in self.checks)

    @property
    def exit_code(self) -> int:
        """12 where anything is broken, as for a file that cannot be opened at all."""
        return EXIT_DONE if self.ok else LedgerDamaged.exit_code

    def to_json(self) -> dict[str, Any]:
        """`cmledger.check/1`"""
        return {
            "schema": "cmledger.check/1",
            "ok": self.ok,
            "checks": [check.to_json() for check in self.checks],
        }


@dataclass(frozen=True, slots=True)
class Invariant:
    """A named invariant and what it means."""

    code: str
    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CheckList:
    """The invariants there are, in the order they are checked."""

    invariants: tuple[Invariant, ...]

    exit_code = EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """`cmledger.check/1` without any answers."""
        return {
            "schema": "cmledger.check/1",
            "invariants": [
                {"code": one.code, "title": one.title, "meaning": one.meaning}
                for one in self.invariants
            ],
        }
