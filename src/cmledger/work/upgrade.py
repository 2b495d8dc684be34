"""Bring a ledger to the program's schema."""

from dataclasses import dataclass
from typing import Any

from cmledger.ledger import upgrade as migrations
from cmledger.ledger.dialect import without_password
from cmledger.records.caller import Caller


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What an upgrade did; before == after: nothing was to be done."""

    ledger: str
    before: int
    after: int
    backup: str | None
    undo_floor: int | None

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """`cmledger.upgrade/1`"""
        return {
            "schema": "cmledger.upgrade/1",
            "ledger": self.ledger,
            "from": self.before,
            "to": self.after,
            "backup": self.backup,
            "undo_floor": self.undo_floor,
        }


def upgrade(location: str, caller: Caller, *, backed_up: bool) -> UpgradeReport:
    """See `ledger.upgrade.upgrade`."""
    done = migrations.upgrade(location, caller, backed_up=backed_up)
    backup = str(done.backup.path) if done.backup else None
    return UpgradeReport(
        without_password(location), done.before, done.after, backup, done.undo_floor
    )
