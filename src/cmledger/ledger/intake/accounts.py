"""Rows about customers that must be known already (energy, visits …): their 户号 turned into customers."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from cmledger.ledger.customers import account_key, customers_by_number, same_account
from cmledger.ledger.dialect import chunks
from cmledger.ledger.duplicates import merged_numbers
from cmledger.ledger.intake.common import Batch, Intake
from cmledger.ledger.tables import table
from cmledger.wording.lists import listed


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
    known = customers_by_number(connection, sorted(keys), ("id", "account_no", "old_account_no"))
    merged = merged_numbers(connection)
    found: dict[tuple[int, int], int] = {}
    for batch in batches:
        numbers = batch.column(field)
        for position in batch.open():
            number = numbers[position]
            if not isinstance(number, str):
                batch.reject(position, "missing-key", field)
            elif account_key(number) not in known:
                batch.reject(position, "unknown-account", field, value=number)
            elif account_key(number) in merged and position not in batch.records:
                into = merged[account_key(number)]
                batch.reject(position, "merged-account", field, value=number, into=into)
            else:
                customer, *forms = known[account_key(number)]
                if not same_account(number, forms):
                    both = listed([number, *(form for form in forms if form)])
                    batch.reject(position, "two-prefixes", field, value=both)
                else:
                    found[batch.sheet_id, position] = int(customer)
    return found


def capacities(connection: sa.Connection, customers: Collection[int]) -> dict[int, int]:
    """The larger of contract and operating capacity, in thousandths of a kVA, of those customers that have one."""
    t = table("customer")
    found: dict[int, int] = {}
    for part in chunks(sorted(customers)):
        query = sa.select(t.c.id, t.c.contract_capacity_kva, t.c.operating_capacity_kva).where(
            t.c.id.in_(part)
        )
        for customer, *known in connection.execute(query):
            if any(known):
                found[customer] = max(kva for kva in known if kva)
    return found
