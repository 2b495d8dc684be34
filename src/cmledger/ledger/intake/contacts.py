"""客户联系人 rows. Key: customer and name; the customer must be known."""

from collections.abc import Sequence

from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place
from cmledger.ledger.intake.named import Told, agreeing, record, summed, told, write

_FIELDS = ("role", "phone", "remark")


def apply_contacts(intake: Intake, batches: Sequence[Batch]) -> None:
    """Settle every open row of a file's sheets of contacts."""
    customers = customers_of(intake, batches, "customer.account_no")
    fields = [f"contact.{f}" for f in _FIELDS]
    by_sheet = {batch.sheet_id: batch for batch in batches}
    rows: list[Told] = []
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        name = batch.column("contact.name")[position]
        if isinstance(name, str):
            rows.append(told(Place(batch, position), (customer, name), fields))
        else:
            batch.reject(position, "missing-key", "contact.name")
    groups = agreeing(rows, "contact.name")
    records = [
        record(customer, group, summed(group))
        for (customer, _), group in groups.items()
        if isinstance(customer, int)
    ]
    write(intake, "contact", "customer_id", _FIELDS, records)
