"""客户事件 and 催费联系记录 rows: what happened at a customer's on a day, and who tried to reach it about arrears."""

from collections.abc import Sequence
from typing import Final

from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place, extras_at
from cmledger.ledger.intake.dated import Row, Shape, settle
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.persons import known_managers, offices_of

_EVENT: Final = Shape(
    table="customer_event",
    key=("customer_id", "event", "happened_on"),
    day="happened_on",
    fields=("remark",),
    face="customer_event.happened_on",
    loose=("remark",),
)
_CONTACT: Final = Shape(
    table="arrears_contact",
    key=("customer_id", "contacted_on"),
    day="contacted_on",
    fields=("manager_id", "method", "via", "result", "promised_on", "card_hung_on", "remark"),
    face="arrears_contact.contacted_on",
    apart=("method", "via", "result"),
    loose=("via", "result", "remark"),
)


def apply_events(intake: Intake, batches: Sequence[Batch]) -> None:
    """Settle every open row of a file's sheets of customers' events."""
    rows = []
    for place, customer in dated_rows(intake, batches, "customer_event.happened_on"):
        batch, position = place.batch, place.position
        event = batch.column("customer_event.event")[position]
        day = batch.column("customer_event.happened_on")[position]
        if not isinstance(event, str):
            batch.reject(position, "missing-key", "customer_event.event")
            continue
        told = (batch.column("customer_event.remark")[position],)
        rows.append(Row(place, (customer, event, str(day)), told, extras_at(batch.rows, position)))
    settle(intake, _EVENT, rows)


def apply_arrears_contacts(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's sheets of contacts about arrears."""
    found = dated_rows(intake, batches, "arrears_contact.contacted_on")
    offices = offices_of(intake, (customer for _, customer in found))
    named = [(offices[customer], place) for place, customer in found]
    managers = known_managers(named, "arrears_contact.manager", people)
    rows = []
    for place, customer in found:
        if place.origin not in managers:
            continue
        batch, position = place.batch, place.position
        manager, written = managers[place.origin]
        told = [batch.column(f"arrears_contact.{f}")[position] for f in _CONTACT.fields[1:]]
        day = str(batch.column("arrears_contact.contacted_on")[position])
        extras = extras_at(batch.rows, position) | written
        rows.append(Row(place, (customer, day), (manager, *told), extras))
    settle(intake, _CONTACT, rows)


def dated_rows(intake: Intake, batches: Sequence[Batch], day: str) -> list[tuple[Place, int]]:
    """Open rows of known customers, each with its customer; those without a day are refused."""
    by_sheet = {batch.sheet_id: batch for batch in batches}
    found = []
    customers = customers_of(intake, batches, "customer.account_no")
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        if isinstance(batch.column(day)[position], str):
            found.append((Place(batch, position), customer))
        else:
            batch.reject(position, "missing-key", day)
    return found
