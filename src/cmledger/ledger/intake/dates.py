"""纪念日 rows. Key: customer and occasion; the customer must be known. 清空 in the day takes the occasion away."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import (
    Batch,
    Intake,
    Place,
    differences,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.named import Told, agreeing, reach, summed, told
from cmledger.ledger.tables import table
from cmledger.records.intake import CLEAR, Outcome

_DATE = "customer_date"
_FIELDS = ("day", "remark")
_COLUMNS = ("occasion", *_FIELDS, "extras")


def apply_dates(intake: Intake, batches: Sequence[Batch]) -> None:
    """Settle every open row of a file's sheets of dates."""
    customers = customers_of(intake, batches, "customer.account_no")
    by_sheet = {batch.sheet_id: batch for batch in batches}
    rows: list[Told] = []
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        occasion = batch.column(f"{_DATE}.occasion")[position]
        if isinstance(occasion, str):
            fields = [f"{_DATE}.{f}" for f in _FIELDS]
            rows.append(told(Place(batch, position), (customer, occasion), fields))
        else:
            batch.reject(position, "missing-key", f"{_DATE}.occasion")
    _write(intake, agreeing(rows, f"{_DATE}.occasion"))


_Groups = Mapping[tuple[Hashable, ...], Sequence[Told]]
"""(customer, occasion) -> the rows that tell of it."""


def _write(intake: Intake, groups: _Groups) -> None:
    """Insert, update and take away what the groups tell."""
    operation = intake.operation
    known = _known(intake, groups)
    new: list[Any] = []
    updates: list[Any] = []
    gone: list[int] = []
    for (customer, occasion), group in groups.items():
        first, place = group[0], group[0].place
        day, remark = summed(group)
        extras = {header: text for one in group for header, text in one.extras.items()}
        by_mark = place.batch.records.get(place.position)
        current = known.get((customer, occasion)) or known.get(by_mark)
        for one in group[1:]:
            reach(one.place, Outcome.UNCHANGED)
        if day is CLEAR:
            reach(place, Outcome.CHANGED if current else Outcome.UNCHANGED)
            gone += [current["id"]] if current else []
        elif current is not None:
            said = (str(occasion), day, remark)
            changes = differences(_COLUMNS[:3], [current[c] for c in _COLUMNS[:3]], said)
            if extras and (merged := merged_extras(current["extras"], extras)) != current["extras"]:
                changes["extras"] = (current["extras"], merged)
            reach(place, Outcome.CHANGED if changes else Outcome.UNCHANGED)
            if changes:
                updates.append((current["id"], changes, place.origin))
        elif day is None:
            for one in group:
                one.place.batch.reject(one.place.position, "missing-key", f"{_DATE}.day")
        else:
            reach(place, Outcome.NEW)
            values = (customer, occasion, stored(day), stored(remark), merged_extras(None, extras))
            new.append((values, first.place.origin))
    operation.delete(_DATE, gone)
    write_updates(operation, _DATE, updates)
    operation.insert(
        _DATE, ("customer_id", *_COLUMNS), [values for values, _ in new], [at for _, at in new]
    )


def _known(intake: Intake, groups: _Groups) -> dict[Hashable, dict[str, Any]]:
    """What the ledger has of these customers, by (customer, occasion) and by row id."""
    t = table(_DATE)
    found: dict[Hashable, dict[str, Any]] = {}
    for part in chunks(sorted({int(str(customer)) for customer, _ in groups})):
        query = sa.select(t.c.id, t.c.customer_id, *(t.c[c] for c in _COLUMNS))
        for row in intake.operation.connection.execute(
            query.where(t.c.customer_id.in_(part))
        ).mappings():
            found[row["customer_id"], row["occasion"]] = found[row["id"]] = dict(row)
    return found
