"""A customer's life: every change of its records, with the cell or command it came from."""

from dataclasses import replace
from typing import Any

from cmledger.ledger.customers import find_customer
from cmledger.ledger.history import customer_changes
from cmledger.ledger.store import open_ledger
from cmledger.records.history import Change, HistoryReport
from cmledger.sheets.layouts import LAYOUTS


def history(location: str, account_no: str) -> HistoryReport:
    """Raises NotFound where nobody has that 户号."""
    with open_ledger(location).reading() as connection:
        customer = find_customer(connection, account_no)
        changes = customer_changes(connection, customer["id"])
    return HistoryReport(
        customer["account_no"], customer["name"], tuple(_shown(change) for change in changes)
    )


def _shown(change: Change) -> Change:
    """Stored forms as JSON shows them."""
    full = f"{change.table}.{change.field}"
    column = next((c for layout in LAYOUTS for c in layout.columns if c.field == full), None)
    if column is None:
        return change

    def face(value: Any) -> Any:
        return column.kind.to_json(value) if value is not None else None

    return replace(change, before=face(change.before), after=face(change.after))
