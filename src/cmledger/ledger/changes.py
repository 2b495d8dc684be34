"""The fields that an operation under way has changed, read off its own journal: they cannot differ from what is stored."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import portions
from cmledger.ledger.journal import Operation, current_spans
from cmledger.ledger.plans import SPANS as PLANS
from cmledger.ledger.plans import last_day
from cmledger.ledger.tables import ROW_TABLES, SPAN_TABLES, table
from cmledger.records.consequences import FieldChange
from cmledger.wording import working as say

_AT_A_TIME = 5000
_MANAGERS = "customer_manager"
_NAMED = {"manager": "person_key", "customer": "account_no"}
"""What a row that others refer to is called by; all else has a name."""
_SILENT = {"id", "account_key", "person_key", "manager_key", "grid_key", "customer_id", "sequence", "visit_id"}  # fmt: skip
"""Fields that only the ledger itself needs."""
_DERIVED = "service_done"
"""Rows that may repeat another one (the visit that discharged the item); what is new in those is told as `visit.services`."""
_DAYS = {
    "visit": "visited_on",
    "service_done": "done_on",
    "duty_done": "done_on",
    "matter": "opened_on",
    "customer_event": "happened_on",
    "arrears_contact": "contacted_on",
}
"""By which day a record is known among those of its customer."""
_OF_CUSTOMER = "customer_id"


@dataclass(slots=True)
class Changes:
    """What an operation changed, by sheet: the first `most` fields of each in the order of its rows (None: all)."""

    most: int | None
    fields: dict[int, list[FieldChange]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[int] = field(default_factory=Counter)

    def take(self, found: Iterator[FieldChange]) -> None:
        """Add the changes of one table, which come in the order of rows."""
        taken: Counter[int] = Counter()
        for change in found:
            self.counts[change.sheet_id] += 1
            taken[change.sheet_id] += 1
            if self.most is None or taken[change.sheet_id] <= self.most:
                self.fields[change.sheet_id].append(change)

    def finish(self) -> None:
        """Put each sheet's changes in the order of its rows."""
        for changes in self.fields.values():
            changes.sort(key=lambda change: change.row)
            if self.most is not None:
                del changes[self.most :]


def changes_of(
    operation: Operation, changed: Mapping[int, Set[int]], most: int | None = None
) -> Changes:
    """Every field of a known record that differs from before, and what rows that changed a record added to it.

    changed: sheet id -> Excel rows whose outcome is "changed".
    """
    found = Changes(most)
    names = _Names(operation)
    for name, done in operation.tally().items():
        if name == PLANS:
            found.take(_plans(operation, changed))
        elif done.get("changed") and name in SPAN_TABLES:
            found.take(_spans(operation, names))
        elif done.get("changed") and name in ROW_TABLES:
            found.take(_updates(operation, name, names))
        if done.get("new") and name in _ADDED and any(changed.values()):
            found.take(_additions(operation, name, names, changed))
    found.finish()
    return found


class _Names:
    """What the rows behind references are called; each table is read when it is first asked for."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._known: dict[str, dict[int, str]] = {}

    def of(self, column: sa.Column[Any], value: Any) -> Any:
        """The value itself, or the name of the row it refers to."""
        target = next((key.column.table for key in column.foreign_keys), None)
        if target is None or value is None:
            return value
        if target.name not in self._known:
            named = target.c[_NAMED.get(target.name, "name")]
            rows = self._operation.connection.execute(sa.select(target.c.id, named))
            self._known[target.name] = {row[0]: row[1] for row in rows}
        return self._known[target.name].get(value)


def _entries(
    operation: Operation, name: str, action: str, target: sa.FromClause, row_id: Any
) -> sa.Select[Any]:
    """sheet, row, before of each entry that has a source row, in the order of rows; further columns are added."""
    entry = table("entry")
    return (
        sa.select(entry.c.sheet_id, entry.c.sheet_row, entry.c.before)
        .select_from(entry.join(target, row_id == entry.c.row_id))
        .where(
            entry.c.operation_id == operation.id,
            entry.c.table_name == name,
            entry.c.action == action,
            entry.c.sheet_id.is_not(None),
        )
        .order_by(entry.c.sheet_id, entry.c.sheet_row, entry.c.row_id)
    )


def _rows(operation: Operation, query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    for portion in portions(operation.connection, query, _AT_A_TIME):
        yield from map(tuple, portion)


# --- rows --------------------------------------------------------------------------------------------


def _updates(operation: Operation, name: str, names: _Names) -> Iterator[FieldChange]:
    target, customer = table(name), table("customer")
    rows: sa.FromClause = target
    whose: list[Any] = [sa.null(), sa.null()]
    if name == "customer":
        whose = [target.c.account_no, target.c.name]
    elif _OF_CUSTOMER in target.c:
        rows = target.join(customer, customer.c.id == target.c.customer_id)
        whose = [customer.c.account_no, customer.c.name]
    elif "name" in target.c:
        whose = [sa.null(), target.c.name]
    own = list(target.columns)
    query = _entries(operation, name, "update", rows, target.c.id)
    if name == _DERIVED:
        query = query.where(target.c.visit_id.is_(None))
    for sheet_id, row, before, account_no, who, *values in _rows(
        operation, query.add_columns(*whose, *own)
    ):
        after = dict(zip((c.name for c in own), values, strict=True))
        record = str(after[_DAYS[name]]) if name in _DAYS else None
        for face, old, new in _fields(target, after, json.loads(before), names):
            yield FieldChange(sheet_id, row, account_no, who, record, face, old, new)


def _fields(
    target: sa.Table, after: Mapping[str, Any], before: Mapping[str, Any], names: _Names
) -> Iterator[tuple[str, Any, Any]]:
    """Field, before and after of one row, in the order of the table's columns."""
    for column in target.columns:
        if column.name not in before or column.name in _SILENT:
            continue
        old, new = before[column.name], after[column.name]
        if column.name == "extras":
            yield from _extras(target.name, old, new)
            continue
        face = f"{target.name}.{column.name.removesuffix('_id') if column.foreign_keys else column.name}"
        if target.name == "consumption":
            face = f"{face}:{after['year']}-{after['month']}"
        yield face, names.of(column, old), names.of(column, new)


def _extras(name: str, before: str | None, after: str | None) -> Iterator[tuple[str, Any, Any]]:
    """The office's own columns, one by one."""
    old, new = (json.loads(text) if text else {} for text in (before, after))
    for header in sorted({*old, *new}):
        if old.get(header) != new.get(header):
            yield f"{name}.extras:{header}", old.get(header), new.get(header)


# --- managers, and what rows added -----------------------------------------------------------------


def _holder(operation: Operation, spans: Any) -> int | None:
    """Who holds a customer on the day, by its spans as the journal keeps them."""
    day = operation.caller.day
    held = [s["manager_id"] for s in spans if s["valid_from"] <= day < s["valid_to"]]
    return held[-1] if held else None


def _held() -> tuple[sa.FromClause, list[Any]]:
    customer = table("customer")
    return customer, [customer.c.account_no, customer.c.name]


def _spans(operation: Operation, names: _Names) -> Iterator[FieldChange]:
    """Managers who took over from another one, or whom nobody follows."""
    held, day = table(_MANAGERS), operation.caller.day
    customer, whose = _held()
    now = sa.and_(
        held.c.customer_id == customer.c.id, held.c.valid_from <= day, held.c.valid_to > day
    )
    rows = customer.outerjoin(held, now)
    query = _entries(operation, _MANAGERS, "update", rows, customer.c.id)
    for sheet_id, row, before, account_no, who, manager in _rows(
        operation, query.add_columns(*whose, held.c.manager_id)
    ):
        old = _holder(operation, json.loads(before)["spans"])
        if old != manager:
            was, now_by = (names.of(held.c.manager_id, one) for one in (old, manager))
            face = f"{_MANAGERS}.manager"
            yield FieldChange(sheet_id, row, account_no, who, None, face, was, now_by)


def _plans(operation: Operation, changed: Mapping[int, Set[int]]) -> Iterator[FieldChange]:
    """What became of terms that were known, of customers a sheet changed; the row is the first that changed any."""
    customer, whose = _held()
    query = _entries(operation, PLANS, "update", customer, customer.c.id)
    rows = list(_rows(operation, query.add_columns(customer.c.id, *whose)))
    now = current_spans(operation.connection, PLANS, sorted(row[3] for row in rows))
    for sheet_id, row, before, owner, account_no, who in rows:
        if not changed.get(sheet_id):
            continue
        after = {(s["service"], s["valid_from"]): s for s in now.get(owner, [])}
        for span in json.loads(before)["spans"]:
            key = (span["service"], span["valid_from"])
            new = after.get(key, {"valid_to": None, "cycle": None, "remark": None})
            for face in ("cycle", "valid_to", "remark"):
                if span[face] != new[face]:
                    was, now_is = (_last_day(face, one[face]) for one in (span, new))
                    record = say.KEY_JOINT.join(key)
                    yield FieldChange(
                        sheet_id, row, account_no, who, record, f"{PLANS}.{face}", was, now_is
                    )


def _last_day(face: str, value: Any) -> Any:
    return last_day(value) if face == "valid_to" and value is not None else value


_ADDED = (_MANAGERS, "consumption", "service_done")
"""Tables whose new rows a sheet's row may add to a record that was known."""


def _additions(
    operation: Operation, name: str, names: _Names, changed: Mapping[int, Set[int]]
) -> Iterator[FieldChange]:
    target, customer = table(name), table("customer")
    own = target.c.customer_id if name == _MANAGERS else target.c.id
    rows = target.join(customer, customer.c.id == target.c.customer_id)
    query = _entries(operation, name, "insert", rows, own).add_columns(
        customer.c.account_no, customer.c.name, *target.columns
    )
    columns = [c.name for c in target.columns]
    for sheet_id, row, _, account_no, who, *values in _rows(operation, query):
        if row not in changed.get(sheet_id, ()):
            continue
        new = dict(zip(columns, values, strict=True))
        record, face, value = _added(name, new, names)
        yield FieldChange(sheet_id, row, account_no, who, record, face, None, value)


def _added(name: str, new: Mapping[str, Any], names: _Names) -> tuple[str | None, str, Any]:
    """Record, field and value of a new row."""
    if name == _MANAGERS:
        return None, f"{name}.manager", names.of(table(name).c.manager_id, new["manager_id"])
    if name == "consumption":
        return None, f"{name}.kwh:{new['year']}-{new['month']}", new["kwh"]
    return new["done_on"], "visit.services", (new["service"],)
