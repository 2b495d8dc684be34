"""What was done to the ledger: operations and events, newest first."""

from cmledger.ledger.history import log_entries
from cmledger.ledger.store import open_ledger
from cmledger.records.history import LogReport


def log(location: str, limit: int | None = 20) -> LogReport:
    """The latest operations and events; all of them with limit None."""
    with open_ledger(location).reading() as connection:
        return LogReport(tuple(log_entries(connection, limit)))
