"""Remembered mappings: events, since they change nothing of the ledger's content; gone with the import they come from."""

import json
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.journal import Operation
from cmledger.ledger.store import record_event
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.records.mapping import Remembered, SheetMapping

REMEMBERED, _FORGOTTEN = "mapping", "mapping-forgotten"


def remembered(connection: Connection) -> list[Remembered]:
    """The mappings of live imports that nobody forgot, newest first; of one shape only the newest."""
    event, operation = table("event"), table("operation")
    forgotten = {
        json.loads(detail)["number"]
        for detail in connection.scalars(
            sa.select(event.c.detail).where(event.c.kind == _FORGOTTEN)
        )
    }
    live = set(
        connection.scalars(
            sa.select(operation.c.id).where(
                operation.c.live == 1, operation.c.command == "import-excel"
            )
        )
    )
    rows = connection.execute(
        sa.select(event.c.id, event.c.at, event.c.detail)
        .where(event.c.kind == REMEMBERED)
        .order_by(event.c.id.desc())
    )
    found: dict[tuple[str, tuple[str, ...]], Remembered] = {}
    for number, at, detail in rows:
        kept = json.loads(detail)
        mapping = SheetMapping.from_json(kept["mapping"])
        if kept["operation"] not in live:
            continue
        one = Remembered(number, kept["operation"], at, kept["file"], mapping)
        found.setdefault((mapping.kind, mapping.shape), one)
    return [one for one in found.values() if one.number not in forgotten]


def remember(operation: Operation, path: str, mappings: Iterable[SheetMapping]) -> None:
    """Keep how the sheets of a file were read, in the import's own transaction; what is known already is not kept twice."""
    known = {
        (one.mapping.kind, one.mapping.shape): one.mapping.columns
        for one in remembered(operation.connection)
    }
    for mapping in mappings:
        if known.get((mapping.kind, mapping.shape)) != mapping.columns:
            detail = {"operation": operation.id, "file": path, "mapping": mapping.to_json()}
            record_event(operation.connection, operation.caller, REMEMBERED, detail)
            known[mapping.kind, mapping.shape] = mapping.columns


def forget(connection: Connection, caller: Caller, number: int) -> None:
    """Use this mapping no more."""
    record_event(connection, caller, _FORGOTTEN, {"number": number})
