"""Back up a ledger file: a verified copy, and, where asked, no more than so many of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import LedgerError, OutputNotWritable, UsageProblem
from cmledger.ledger import backup as copies
from cmledger.ledger.store import Ledger, open_ledger, schema_of
from cmledger.records.caller import Caller
from cmledger.wording import setup as say


@dataclass(frozen=True, slots=True)
class BackupReport:
    """The copy (rows in all tables, size in bytes), and the older copies that were removed for it."""

    path: Path
    rows: int
    size: int
    removed: tuple[Path, ...]

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """`cmledger.backup/1`"""
        return {
            "schema": "cmledger.backup/1",
            "path": str(self.path),
            "rows": self.rows,
            "size": self.size,
            "removed": [str(path) for path in self.removed],
        }


def backup(
    location: str, caller: Caller, to: Path | None = None, keep: int | None = None
) -> BackupReport:
    """Copy the ledger to `to`, else to backups/<ledger>-<date>.db beside it (one a day, the last one wins).

    keep: how many daily copies stay; None: all. Raises LedgerDamaged where the ledger fails a check.
    """
    ledger = open_ledger(location)
    if ledger.path is None:
        raise UsageProblem(say.BACKUP_OF_DATABASE, hint=say.BACKUP_OF_DATABASE_HINT)
    if to is not None:
        _refuse_other_files(ledger, to)
        copy = copies.verified_copy(ledger.path, to)
        return BackupReport(copy.path, copy.rows, copy.size, ())
    folder = ledger.path.with_name("backups")
    target = copies.daily_path(ledger.path, folder, caller.now.date())
    copy = copies.verified_copy(ledger.path, target)
    removed = copies.rotate(ledger.path, folder, keep) if keep else []
    return BackupReport(copy.path, copy.rows, copy.size, tuple(removed))


def _refuse_other_files(ledger: Ledger, to: Path) -> None:
    """An older backup may be replaced, the ledger itself and any other file may not."""
    if not to.exists():
        return
    try:
        schema_of(str(to), to)
        other = ledger.path is not None and to.samefile(ledger.path)
    except LedgerError:
        other = True
    if other:
        raise OutputNotWritable(
            say.BACKUP_ONTO_OTHER.format(path=to), hint=say.BACKUP_ONTO_OTHER_HINT, where=str(to)
        )
