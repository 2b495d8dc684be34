"""客户经理 that rows about customers name: found by name in the office, created where unknown or kept as written."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.common import Intake, Place
from cmledger.ledger.intake.named import managers_of
from cmledger.ledger.intake.people import People
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.records.intake import Parsed, Stored
from cmledger.wording.recognition import AS_WRITTEN


def offices_of(intake: Intake, customers: Iterable[int]) -> dict[int, int]:
    """customer id -> office id."""
    customer = table("customer")
    found: dict[int, int] = {}
    for part in chunks(sorted(set(customers))):
        query = sa.select(customer.c.id, customer.c.office_id).where(customer.c.id.in_(part))
        found.update((i, office) for i, office in intake.operation.connection.execute(query))
    return found


def named_managers(
    rows: Sequence[tuple[int, Place]], field: str, people: People
) -> dict[Source, Parsed]:
    """Where a row (office id, place) stands -> its manager's id; rows that name one of several are refused, unknown
    ones are created and said."""
    asked: list[tuple[int, Parsed, Place]] = []
    for office, place in rows:
        name = place.batch.column(field)[place.position]
        if isinstance(name, str) and people.ambiguous(office, name):
            place.batch.reject(place.position, "ambiguous-manager", field, value=name)
        else:
            asked.append((office, name, place))
    ids = managers_of(asked, field, people)
    return {place.origin: i for (_, _, place), i in zip(asked, ids, strict=True)}


def known_managers(
    rows: Sequence[tuple[int, Place]], field: str, people: People
) -> dict[Source, tuple[Parsed, dict[str, Stored]]]:
    """Where a row stands -> its manager's id, and the name as written where it is nobody the ledger knows."""
    found: dict[Source, tuple[Parsed, dict[str, Stored]]] = {}
    for office, place in rows:
        batch, position = place.batch, place.position
        name = batch.column(field)[position]
        if not isinstance(name, str):
            found[place.origin] = name, {}
        elif people.ambiguous(office, name):
            batch.reject(position, "ambiguous-manager", field, value=name)
        elif people.known(office, name):
            found[place.origin] = people.id_of(office, name), {}
        else:
            batch.say(position, "person-not-a-manager", field, value=name)
            title = batch.rows.titles.get(field, field)
            found[place.origin] = None, {AS_WRITTEN.format(header=title): name}
    return found
