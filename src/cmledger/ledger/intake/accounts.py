"""Rows about customers that must be known already (energy, visits …): their 户号 turned into customers."""

from collections.abc import Sequence

from cmledger.ledger.customers import account_key, customers_by_number
from cmledger.ledger.intake.common import Batch, Intake


def customers_of(
    intake: Intake, batches: Sequence[Batch], field: str
) -> dict[tuple[int, int], int]:
    """(sheet id, position) -> customer id of every open row; rows without a known 户号 are rejected."""
    keys = {
        account_key(number)
        for batch in batches
        for position in batch.open()
        if isinstance(number := batch.column(field)[position], str)
    }
    connection = intake.operation.connection
    known = customers_by_number(connection, sorted(keys), ("id",))
    found: dict[tuple[int, int], int] = {}
    for batch in batches:
        numbers = batch.column(field)
        for position in batch.open():
            number = numbers[position]
            if not isinstance(number, str):
                batch.reject(position, "missing-key", field)
            elif account_key(number) not in known:
                batch.reject(position, "unknown-account", field, value=number)
            else:
                found[batch.sheet_id, position] = int(known[account_key(number)][0])
    return found
