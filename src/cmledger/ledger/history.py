"""What happened to a customer's records, and the list of operations and events."""

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.mappings import REMEMBERED
from cmledger.ledger.provenance import entries_of, source_cell
from cmledger.ledger.tables import FOREVER, SPAN_TABLES, table
from cmledger.records.history import Change, LogEntry

_RECORDS = ("customer", "contact", "customer_date", "customer_event", "customer_manager", "customer_tier",
            "customer_plan", "tier_override", "consumption", "visit", "service_done", "matter", "arrears_contact",
            "outage_notice", "planned_visit")  # fmt: skip
_SILENT = {
    "id",
    "customer_id",
    "account_key",
    "manager_key",
    "sequence",
    "form_id",
    "extras",
    "edition_id",
    "visit_id",
    "year",
    "month",
}
"""Fields that only the ledger itself needs."""

_JOB = "job"
"""The one kind of event that no person causes."""

_SPAN_FACES = (
    "valid_from", "valid_to", "manager_id", "basis", "reason", "tier", "rule", "service", "cycle", "remark",
)  # fmt: skip


def customer_changes(connection: Connection, customer_id: int) -> list[Change]:
    """Every change of a customer's records, oldest first; values in stored form, references by name."""
    names = _Names(connection)
    found: list[Change] = []
    for name in _RECORDS:
        rows = _rows(connection, name, customer_id)
        chains: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for entry in entries_of(connection, name, list(rows), every=True):
            chains[entry["row_id"]].append(entry)
        for row_id, chain in chains.items():
            found += _changes(name, rows[row_id], chain, names)
    return sorted(found, key=lambda change: change.source.operation)


def _rows(connection: Connection, name: str, customer_id: int) -> dict[int, dict[str, Any]]:
    target = table(name)
    if name in SPAN_TABLES:
        query = (
            sa.select(target)
            .where(target.c.customer_id == customer_id)
            .order_by(*target.primary_key)
        )
        return {customer_id: {"spans": [dict(r) for r in connection.execute(query).mappings()]}}
    owner = target.c.id if name == "customer" else target.c.customer_id
    rows = connection.execute(sa.select(target).where(owner == customer_id)).mappings()
    return {row["id"]: dict(row) for row in rows}


def _changes(
    name: str, current: dict[str, Any], chain: list[dict[str, Any]], names: "_Names"
) -> list[Change]:
    """A row's changes: what an entry wrote is the next entry's before-value, else the current value."""
    after = dict(current)
    found: list[Change] = []
    for entry in reversed(chain):
        before = json.loads(entry["before"] or "{}")
        if name in SPAN_TABLES:
            before.setdefault("spans", [])
        if entry["action"] == "insert" and name not in SPAN_TABLES:
            pairs = {f: (None, v) for f, v in after.items() if v is not None}
        elif entry["action"] == "delete":
            pairs = {f: (v, None) for f, v in before.items() if v is not None}
        else:
            pairs = {f: (v, after.get(f)) for f, v in before.items()}
        after |= before
        for field, (old, new) in pairs.items():
            if field in _SILENT:
                continue
            face = field.removesuffix("_id")
            found.append(
                Change(
                    name,
                    _key(name, current),
                    face,
                    names.shown(field, old),
                    names.shown(field, new),
                    source_cell(entry, f"{name}.{face}" + _when(name, current)),
                    bool(entry["live"]),
                )
            )
    return found


def _when(name: str, row: dict[str, Any]) -> str:
    return f":{row['year']}-{row['month']}" if name == "consumption" else ""


def _key(name: str, row: dict[str, Any]) -> str:
    """Which record of the customer: a month, a day, a person."""
    if name == "contact":
        return str(row["name"])
    if name == "consumption":
        return f"{row['year']}-{row['month']:02}" if row["month"] else str(row["year"])
    return next((str(row[day]) for day in _DAYS if row.get(day)), "")


_DAYS = (
    "visited_on", "done_on", "happened_on", "opened_on", "contacted_on", "told_at", "planned_on", "occasion", "valid_from",
)  # fmt: skip
"""By which a record of a customer is known among others of its table."""


class _Names:
    """The names behind ids."""

    def __init__(self, connection: Connection) -> None:
        self._names: dict[str, dict[int, str]] = {}
        for kind in ("office", "line", "transformer_area", "grid", "manager"):
            t = table(kind)
            rows = connection.execute(sa.select(t.c.id, t.c.name))
            self._names[f"{kind}_id"] = {row.id: row.name for row in rows}

    def shown(self, field: str, value: Any) -> Any:
        """A stored value with references by name; spans as from/to and what held."""
        if field == "spans":
            return [
                {
                    key.removesuffix("_id"): self.shown(key, span[key])
                    for key in _SPAN_FACES
                    if key in span
                }
                for span in value or []
            ]
        if value == FOREVER:
            return None
        return self._names[field].get(value, value) if field in self._names else value


def log_entries(connection: Connection, limit: int | None) -> list[LogEntry]:
    """Operations and events, newest first."""
    operation, event = table("operation"), table("event")
    operations = connection.execute(
        sa.select(operation).order_by(operation.c.id.desc()).limit(limit)
    )
    # what an import remembered of a sheet is no action of its own: `mappings` lists it
    shown = sa.select(event).where(event.c.kind != REMEMBERED)
    events = connection.execute(shown.order_by(event.c.id.desc()).limit(limit))
    found = [
        LogEntry(
            row["id"], row["at"], row["as_of"], row["actor"], bool(row["by_person"]),
            row["command"], row["target_id"], bool(row["live"]), json.loads(row["counts"]),
            json.loads(row["arguments"]),
        )
        for row in operations.mappings()
    ]  # fmt: skip
    found += [
        LogEntry(None, row["at"], row["as_of"], row["actor"], row["kind"] != _JOB, row["kind"], None, True, {},
                 json.loads(row["detail"]))
        for row in events.mappings()
    ]  # fmt: skip
    found.sort(key=lambda entry: (entry.at, entry.number or 0), reverse=True)
    return found[:limit]


def export_paths(connection: Connection) -> list[str]:
    """Where workbooks and lists were handed out to, as the export log has it."""
    event = table("event")
    details = connection.scalars(sa.select(event.c.detail).where(event.c.kind == "export"))
    return [str(path) for detail in details if (path := json.loads(detail).get("path"))]
