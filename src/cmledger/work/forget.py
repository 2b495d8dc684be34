"""Removing a person's data for good, and saying where else it may still be."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import UsageProblem
from cmledger.ledger.forgetting import empty_journal, empty_quotes, empty_rows, person_of
from cmledger.ledger.forgotten import FORGET
from cmledger.ledger.history import export_paths
from cmledger.ledger.store import open_ledger, record_event
from cmledger.ledger.wiping import copies_with, overwrite_freed, wipe
from cmledger.records.caller import Caller
from cmledger.wording import working as say


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was removed. removed: what -> how many; left: the numbers of the anonymous records that stay.

    wiped: whether the file holds it no more anywhere (None: nothing was written); copies: backups that still know the
    person; files: workbooks read in or handed out that may.
    """

    account_no: str | None
    operation: int | None
    dry_run: bool
    removed: Mapping[str, int]
    left: tuple[str, ...]
    wiped: bool | None
    copies: tuple[Path, ...]
    files: tuple[str, ...]
    database: bool

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """cmledger.forget/1"""
        return {
            "schema": "cmledger.forget/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "account_no": self.account_no,
            "removed": dict(self.removed),
            "left": list(self.left),
            "wiped": self.wiped,
            "copies": [str(path) for path in self.copies],
            "files": list(self.files),
        }


def forget(
    location: str, account_no: str, caller: Caller, *, confirmed: bool, dry_run: bool = False
) -> ForgetReport:
    """Remove what the ledger knows of the person behind a 户号; an anonymous closed customer stays in its place.

    Raises NotFound, UsageProblem where nobody said that it is meant, or where it was merged into another.
    """
    ledger = open_ledger(location)
    with ledger.reading() as connection:
        shown = person_of(connection, account_no).account_no
    if not (confirmed or dry_run):
        raise UsageProblem(say.NOT_CONFIRMED.format(account_no=shown), hint=say.NOT_CONFIRMED_HINT)
    copies = copies_with(ledger, shown)
    with ledger.operation(caller, FORGET, {}, dry_run=dry_run) as operation:
        overwrite_freed(operation.connection)
        person = person_of(operation.connection, account_no)
        handed_out = export_paths(operation.connection)
        empty_rows(operation, person)
        tally = operation.tally()
        removed = {name: sum(done.values()) for name, done in tally.items() if name in say.EMPTIED}
        removed["entry"] = empty_journal(operation, person)
        removed |= empty_quotes(operation, person)
        removed = {name: count for name, count in removed.items() if count}
        if not operation.tally() and removed:
            operation.must_be_kept = True  # only the journal still had it
        if removed:
            quotes = ("source_file", "source_sheet", "operation", "event")
            record_event(
                operation.connection,
                caller,
                FORGET,
                {
                    "operation": operation.id,
                    "customers": len(person.customers),
                    "entries": removed.get("entry", 0),
                    "quotes": sum(removed.get(name, 0) for name in quotes),
                },
            )
    there = [path for path in dict.fromkeys([*person.files, *handed_out]) if Path(path).exists()]
    wiped = wipe(ledger) if operation.number is not None else None
    return ForgetReport(
        shown,
        operation.number,
        dry_run,
        removed,
        tuple(person.numbers.values()),
        wiped,
        tuple(copies),
        tuple(there),
        ledger.path is None,
    )


def wipe_again(location: str) -> ForgetReport:
    """Overwrite once more what was removed earlier, where other programs had held the file."""
    ledger = open_ledger(location)
    return ForgetReport(None, None, False, {}, (), wipe(ledger), (), (), ledger.path is None)
