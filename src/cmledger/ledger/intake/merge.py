"""Making one customer of two: what hangs on the one goes to the other, and the one is closed. Nothing is deleted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.intake.common import merged_extras, write_updates
from cmledger.ledger.journal import Operation, Source, current_spans
from cmledger.ledger.tables import CLOSED, table

_OF_ITS_OWN = frozenset(
    [
        "id",
        "account_key",
        "account_no",
        "old_account_no",
        "office_id",
        "status",
        "closed_on",
        "extras",
        "merged_into_id",
    ]
)
"""Fields that a merge never fills from the other customer."""

_Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Differing:
    """What both customers have otherwise, so that each keeps its own: energy by year and month, contacts by name."""

    energy: Sequence[tuple[int, int]]
    contacts: Sequence[str]


def merge(operation: Operation, gone: int, stays: int, source: Source | None) -> Differing:
    """Merge customer `gone` into customer `stays`: blanks are filled, records follow, the one is closed."""
    _fill(operation, gone, stays, source)
    differing = Differing(
        _energy(operation, gone, stays, source), _contacts(operation, gone, stays, source)
    )
    for name, key in _COUNTED.items():
        _counted(operation, name, key, gone, stays, source)
    for name, key in _KEYED.items():
        _keyed(operation, name, key, gone, stays, source)
    _overrides(operation, gone, stays, source)
    for name in ("customer_manager", "customer_plan"):
        _spans(operation, name, gone, stays, source)
    return differing


_COUNTED = {
    "visit": ("visited_on", "manager_key"),
    "matter": ("matter_kind", "opened_on"),
    "arrears_contact": ("contacted_on",),
}
"""Records of a customer that are told apart by a sequence number within these."""
_KEYED = {
    "service_done": ("visit_id", "service", "done_on"),
    "customer_date": ("occasion",),
    "customer_event": ("event", "happened_on"),
    "outage_notice": ("outage_id", "notice_kind", "told_at"),
    "planned_visit": ("service", "period"),
}
"""Records of which a customer has one of each of these; what both have stays where it is."""


def _fill(operation: Operation, gone: int, stays: int, source: Source | None) -> None:
    customer = table("customer")
    rows = operation.connection.execute(
        sa.select(customer).where(customer.c.id.in_((gone, stays)))
    ).mappings()
    by_id: dict[int, Mapping[str, Any]] = {row["id"]: dict(row) for row in rows}
    old, new = by_id[gone], by_id[stays]
    filled: _Changes = {
        name: (None, old[name])
        for name in old
        if name not in _OF_ITS_OWN and new[name] is None and old[name] is not None
    }
    if old["extras"]:
        known = json.loads(new["extras"] or "{}")
        extras = merged_extras(old["extras"], known)
        if extras != new["extras"]:
            filled["extras"] = (new["extras"], extras)
    closing: _Changes = {"merged_into_id": (old["merged_into_id"], stays)}
    if old["status"] != CLOSED:
        closing["status"] = (old["status"], CLOSED)
    if old["closed_on"] is None:
        closing["closed_on"] = (None, operation.caller.day)
    updates = [(gone, closing, source)]
    if filled:
        updates.append((stays, filled, source))
    write_updates(operation, "customer", updates)


def _energy(
    operation: Operation, gone: int, stays: int, source: Source | None
) -> list[tuple[int, int]]:
    energy = table("consumption")
    rows = operation.connection.execute(
        sa.select(energy).where(energy.c.customer_id.in_((gone, stays)))
    ).mappings()
    held: dict[int, dict[tuple[int, int], Mapping[str, Any]]] = {gone: {}, stays: {}}
    for row in rows:
        held[row["customer_id"]][row["year"], row["month"]] = dict(row)
    moving = [row["id"] for when, row in held[gone].items() if when not in held[stays]]
    _give(operation, "consumption", moving, gone, stays, source)
    return sorted(
        when
        for when, row in held[gone].items()
        if when in held[stays] and held[stays][when]["kwh"] != row["kwh"]
    )


def _contacts(operation: Operation, gone: int, stays: int, source: Source | None) -> list[str]:
    contact = table("contact")
    rows = operation.connection.execute(
        sa.select(contact).where(contact.c.customer_id.in_((gone, stays)))
    ).mappings()
    held: dict[int, dict[str, Mapping[str, Any]]] = {gone: {}, stays: {}}
    for row in rows:
        held[row["customer_id"]][row["name"]] = dict(row)
    moving = [row["id"] for name, row in held[gone].items() if name not in held[stays]]
    _give(operation, "contact", moving, gone, stays, source)
    return sorted(
        name
        for name, row in held[gone].items()
        if name in held[stays] and _says_more(row, held[stays][name])
    )


def _says_more(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a record holds anything that the other does not."""
    return any(
        value is not None and value != other[name]
        for name, value in row.items()
        if name not in ("id", "customer_id")
    )


def _overrides(operation: Operation, gone: int, stays: int, source: Source | None) -> None:
    """A tier set by hand goes over only where the other has none of its own."""
    override = table("tier_override")
    query = sa.select(override.c.id).where(override.c.customer_id == stays).limit(1)
    if operation.connection.scalar(query) is None:
        moving = operation.connection.scalars(
            sa.select(override.c.id).where(override.c.customer_id == gone)
        ).all()
        _give(operation, "tier_override", moving, gone, stays, source)


def _counted(
    operation: Operation,
    name: str,
    key: tuple[str, ...],
    gone: int,
    stays: int,
    source: Source | None,
) -> None:
    """Move records that are numbered within their key; those of one key go on counting."""
    records = table(name)
    connection = operation.connection
    columns = [records.c[column] for column in key]
    held = (
        sa.select(*columns, sa.func.max(records.c.sequence))
        .where(records.c.customer_id == stays)
        .group_by(*columns)
    )
    last = {tuple(within): sequence for *within, sequence in connection.execute(held)}
    updates = []
    moving = connection.execute(
        sa.select(records.c.id, records.c.sequence, *columns)
        .where(records.c.customer_id == gone)
        .order_by(*columns, records.c.sequence)
    ).all()
    for row_id, sequence, *within in moving:
        number = last.get(tuple(within), 0) + 1
        last[tuple(within)] = number
        changes: _Changes = {"customer_id": (gone, stays)}
        if number != sequence:
            changes["sequence"] = (sequence, number)
        updates.append((row_id, changes, source))
    write_updates(operation, name, updates)


def _keyed(
    operation: Operation,
    name: str,
    key: tuple[str, ...],
    gone: int,
    stays: int,
    source: Source | None,
) -> None:
    """Move records of which the other customer has none alike."""
    records = table(name)
    columns = [records.c[column] for column in key]
    rows = operation.connection.execute(
        sa.select(records.c.customer_id, records.c.id, *columns).where(
            records.c.customer_id.in_((gone, stays))
        )
    ).all()
    known = {tuple(within) for owner, _, *within in rows if owner == stays}
    moving = [i for owner, i, *within in rows if owner == gone and tuple(within) not in known]
    _give(operation, name, moving, gone, stays, source)


def _spans(operation: Operation, name: str, gone: int, stays: int, source: Source | None) -> None:
    """Whoever looked after the one looks after the other, where nobody does; so with the plan."""
    held = current_spans(operation.connection, name, [gone, stays])
    if held.get(gone) and not held.get(stays):
        operation.replace_spans(name, {stays: held[gone]}, {stays: source})


def _give(
    operation: Operation,
    name: str,
    ids: Sequence[int],
    gone: int,
    stays: int,
    source: Source | None,
) -> None:
    """Rows of the one customer become the other's."""
    changes: _Changes = {"customer_id": (gone, stays)}
    write_updates(operation, name, [(i, changes, source) for i in ids])
