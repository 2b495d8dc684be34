"""Notices of outages as written things: made void where the outage is moved, and what an agreement discharges."""

from collections.abc import Mapping

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation, Source
from cmledger.ledger.tables import table

OUTDATED = "outdated"
UNREACHABLE = "unreachable"


def outdate(operation: Operation, outage_id: int, source: Source) -> int:
    """The notices of an outage tell of another time than it has now; how many they are."""
    notice = table("outage_notice")
    query = sa.select(notice.c.id, notice.c.outcome).where(
        notice.c.outage_id == outage_id,
        sa.or_(notice.c.outcome.is_(None), notice.c.outcome != OUTDATED),
    )
    held = [tuple(row) for row in operation.connection.execute(query.order_by(notice.c.id))]
    operation.update(
        "outage_notice",
        ("outcome",),
        [i for i, _ in held],
        [(OUTDATED,)] * len(held),
        [{"outcome": outcome} for _, outcome in held],
        [source] * len(held),
    )
    return len(held)


def discharge_agreed(
    operation: Operation,
    service: str,
    deeds: Mapping[tuple[int, str], tuple[int | None, str | None, Source]],
) -> int:
    """Record the item of agreed outages as done, without a visit, where it is not recorded yet; how many.

    deeds: (customer, day) -> manager, method, where it is written.
    """
    done = table("service_done")
    fresh = dict(deeds)
    for part in chunks(sorted({customer for customer, _ in deeds})):
        query = sa.select(done.c.customer_id, done.c.done_on).where(
            done.c.customer_id.in_(part), done.c.service == service, done.c.visit_id.is_(None)
        )
        for customer, day in operation.connection.execute(query):
            fresh.pop((customer, day), None)
    operation.insert(
        "service_done",
        ("customer_id", "service", "done_on", "manager_id", "method"),
        [(c, service, day, manager, method) for (c, day), (manager, method, _) in fresh.items()],
        [source for *_, source in fresh.values()],
    )
    return len(fresh)
