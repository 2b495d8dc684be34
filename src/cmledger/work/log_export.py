"""What left the ledger in full is noted in it."""

from collections.abc import Mapping
from typing import Any

from cmledger.errors import LedgerBusy, OutputNotWritable
from cmledger.ledger.store import Ledger
from cmledger.records.caller import Caller


def log_export(ledger: Ledger, caller: Caller, detail: Mapping[str, Any]) -> bool:
    """Note in the ledger that personal data left it in full; False where the ledger is read-only or stays busy.

    That hinders nobody: whoever hands out says to the user that it was not noted.

    detail: what left (kinds, rows) and where to (path).
    """
    try:
        ledger.record_event(caller, "export", dict(detail))
    except (OutputNotWritable, LedgerBusy):
        return False
    return True
