"""The customers of offices, for holding them against a file that claims to be complete."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.customers import account_key, customers_by_number
from cmledger.ledger.dialect import portions
from cmledger.ledger.narrow import covering
from cmledger.ledger.tables import CLOSED, table
from cmledger.records.caller import Caller

PLACES = ("line", "transformer_area", "grid")
"""Where within its office a customer can be."""
FACTS = ("customer_class", "voltage", "tariff_class")
"""What its class follows from."""
Facts = tuple[str | None, ...]

_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as it stands; places by name, facts in the order of FACTS."""

    id: int
    office_id: int
    account_no: str
    name: str | None
    office: str
    manager: str | None
    status: str | None
    places: tuple[str | None, ...]
    facts: Facts


def customers_named(
    connection: Connection, numbers: Sequence[str]
) -> dict[str, tuple[int, int, Facts]]:
    """account_key -> id, office id and facts of the customer, for each 户号 (today's or a former one) that is known."""
    keys = sorted({account_key(number) for number in numbers})
    found = customers_by_number(connection, keys, ("id", "office_id", *FACTS))
    return {key: (i, office, tuple(facts)) for key, (i, office, *facts) in found.items()}


def open_customers(
    connection: Connection, offices: Sequence[int], caller: Caller
) -> Iterator[Known]:
    """Customers of these offices that are not closed, by office and 户号."""
    customer, office, manager = table("customer"), table("office"), table("manager")
    held = table("customer_manager")
    rows: sa.FromClause = customer.join(office, office.c.id == customer.c.office_id)
    for kind in PLACES:
        place = table(kind)
        rows = rows.outerjoin(place, place.c.id == customer.c[f"{kind}_id"])
    rows = rows.outerjoin(held, covering(held, customer.c.id, caller.as_of))
    rows = rows.outerjoin(manager, manager.c.id == held.c.manager_id)
    own = [customer.c[name] for name in ("id", "office_id", "account_no", "name")]
    columns: list[Any] = [*own, office.c.name, manager.c.person_key, customer.c.status]
    columns += [table(kind).c.name for kind in PLACES] + [customer.c[fact] for fact in FACTS]
    query = (
        sa.select(*columns)
        .select_from(rows)
        .where(
            customer.c.office_id.in_(offices),
            sa.or_(customer.c.status.is_(None), customer.c.status != CLOSED),
            sa.or_(customer.c.closed_on.is_(None), customer.c.closed_on > caller.day),
        )
        .order_by(office.c.name, customer.c.account_no)
    )
    at_places, at_facts = len(columns) - len(PLACES) - len(FACTS), len(columns) - len(FACTS)
    for portion in portions(connection, query, _AT_A_TIME):
        for row in portion:
            i, office_id, account_no, name, of, by, status = row[:at_places]
            places, facts = tuple(row[at_places:at_facts]), tuple(row[at_facts:])
            yield Known(i, office_id, account_no, name, of, by, status, places, facts)
