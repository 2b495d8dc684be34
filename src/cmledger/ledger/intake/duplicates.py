"""疑似重复客户 rows: what was decided of two customers that look alike; a merge is carried out here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.customers import account_key, customers_by_number
from cmledger.ledger.intake.common import Batch, Intake, Place, write_updates
from cmledger.ledger.intake.merge import merge
from cmledger.ledger.tables import table
from cmledger.records.duplicates import INTO_FIRST, INTO_SECOND
from cmledger.records.intake import CLEAR, Outcome
from cmledger.wording.lists import listed

_FIRST, _SECOND, _DECISION = "duplicate.first", "duplicate.second", "duplicate.decision"
_TURNED = {INTO_FIRST: INTO_SECOND, INTO_SECOND: INTO_FIRST}


@dataclass(frozen=True, slots=True)
class _Row:
    """first < second are ids of customers; decision is about them in this order, None: open again."""

    place: Place
    first: int
    second: int
    decision: str | None


def apply_duplicates(intake: Intake, batches: Sequence[Batch]) -> None:
    """Settle every open row of a file's sheets of look-alikes."""
    for row in _agreeing(_rows(intake, batches)):
        _decide(intake, row)


def _rows(intake: Intake, batches: Sequence[Batch]) -> list[_Row]:
    """Open rows of two known customers; a row that decides nothing is unchanged."""
    numbers = {
        account_key(number)
        for batch in batches
        for position in batch.open()
        for field in (_FIRST, _SECOND)
        if isinstance(number := batch.column(field)[position], str)
    }
    connection = intake.operation.connection
    known = customers_by_number(connection, sorted(numbers), ("id",))
    found: list[_Row] = []
    for batch in batches:
        decisions = batch.column(_DECISION)
        for position in batch.open():
            ids = [_customer(batch, position, field, known) for field in (_FIRST, _SECOND)]
            decision = decisions[position]
            if ids[0] is None or ids[1] is None:
                continue
            if ids[0] == ids[1]:
                batch.reject(position, "same-customer", _SECOND)
            elif decision is None:
                batch.outcomes[position] = Outcome.UNCHANGED
            else:
                said = None if decision is CLEAR else str(decision)
                if ids[0] > ids[1]:
                    ids, said = ids[::-1], _TURNED.get(said or "", said)
                found.append(_Row(Place(batch, position), ids[0] or 0, ids[1] or 0, said))
    return found


def _customer(batch: Batch, position: int, field: str, known: dict[str, Any]) -> int | None:
    """The customer of a 户号; None where the row is refused."""
    number = batch.column(field)[position]
    if batch.outcomes[position] is not None:
        return None
    if not isinstance(number, str):
        batch.reject(position, "missing-key", field)
    elif account_key(number) not in known:
        batch.reject(position, "unknown-account", field, value=number)
    else:
        return int(known[account_key(number)][0])
    return None


def _agreeing(rows: Sequence[_Row]) -> list[_Row]:
    """One row of each pair; rows of a pair that decide differently are all refused."""
    pairs: dict[tuple[int, int], list[_Row]] = {}
    for row in rows:
        pairs.setdefault((row.first, row.second), []).append(row)
    kept = []
    for group in pairs.values():
        if len({row.decision for row in group}) > 1:
            for row in group:
                others = listed(str(o.place.number) for o in group if o is not row)
                batch, position = row.place.batch, row.place.position
                value = batch.column(_FIRST)[position]
                batch.reject(position, "conflicting-rows", _FIRST, value=value, rows=others)
            continue
        kept.append(group[0])
        for row in group[1:]:
            row.place.batch.outcomes[row.place.position] = Outcome.UNCHANGED
    return kept


def _decide(intake: Intake, row: _Row) -> None:
    """Carry out one decision, or say why it cannot be."""
    batch, position = row.place.batch, row.place.position
    pair, customer = table("duplicate"), table("customer")
    connection = intake.operation.connection
    held = connection.execute(
        sa.select(pair.c.id, pair.c.decision).where(
            pair.c.first_id == row.first, pair.c.second_id == row.second
        )
    ).first()
    before = held.decision if held else None
    if before == row.decision:
        batch.outcomes[position] = Outcome.UNCHANGED
        return
    if before in _TURNED:
        batch.reject(position, "merged-already", _DECISION)
        return
    if row.decision in _TURNED:
        gone, stays = row.first, row.second
        if row.decision == INTO_FIRST:
            gone, stays = stays, gone
        merged = dict(
            connection.execute(
                sa.select(customer.c.id, customer.c.account_no).where(
                    customer.c.id.in_((gone, stays)), customer.c.merged_into_id.is_not(None)
                )
            ).all()
        )
        if merged:
            batch.reject(position, "merged-elsewhere", _DECISION, value=listed(merged.values()))
            return
        differing = merge(intake.operation, gone, stays, row.place.origin)
        for year, month in differing.energy:
            when = f"{year}-{month:02}" if month else str(year)
            batch.say(position, "merged-energy-differs", _DECISION, when=when)
        for name in differing.contacts:
            batch.say(position, "merged-contact-differs", _DECISION, value=name)
    source = row.place.origin
    if held is None:
        columns = ("first_id", "second_id", "decision")
        intake.operation.insert(
            "duplicate", columns, [(row.first, row.second, row.decision)], [source]
        )
    else:
        change = {"decision": (before, row.decision)}
        write_updates(intake.operation, "duplicate", [(held.id, change, source)])
    batch.outcomes[position] = Outcome.NEW if held is None else Outcome.CHANGED
