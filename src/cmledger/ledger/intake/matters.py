"""事项 rows: hazards, complaints, opinions, requests of customers; open until the day they are done.

A sheet says the sort in a column of its own, or by what the column of the words is called (隐患内容, 诉求内容).
"""

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.common import Batch, Intake, Place, extras_at
from cmledger.ledger.intake.dated import Row, Shape, settle
from cmledger.ledger.intake.happened import dated_rows
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.persons import known_managers, offices_of
from cmledger.ledger.tables import table
from cmledger.records.intake import Parsed
from cmledger.records.matters import SORTS
from cmledger.wording.matters import SAYS_DONE

_MATTER: Final = Shape(
    table="matter",
    key=("customer_id", "matter_kind", "opened_on"),
    day="opened_on",
    fields=("manager_id", "content", "level", "measure", "due_by", "closed_on", "result", "remark"),
    face="matter.opened_on",
    apart=("content",),
    loose=("content", "measure", "result", "remark"),
)
_CONTENT: Final = _MATTER.fields.index("content")


def apply_matters(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's sheets of matters."""
    found = dated_rows(intake, batches, "matter.opened_on")
    offices = offices_of(intake, (customer for _, customer in found))
    named = [(offices[customer], place) for place, customer in found]
    managers = known_managers(named, "matter.manager", people)
    closed = _closed(intake, batches)
    rows: list[Row] = []
    for place, customer in found:
        if place.origin in managers:
            manager, written = managers[place.origin]
            extras = extras_at(place.batch.rows, place.position) | written
            told = _told(place, manager, closed)
            for number, (kind, content) in enumerate(_said(place)):
                fields = (*told[:_CONTENT], content, *told[_CONTENT + 1 :])
                day = str(place.batch.column("matter.opened_on")[place.position])
                rows.append(Row(place, (customer, kind, day), fields, extras, marked=number == 0))
    settle(intake, _MATTER, rows)


def _closed(intake: Intake, batches: Sequence[Batch]) -> dict[int, str | None]:
    """On which day the matters are closed that rows of exports are about."""
    matter = table("matter")
    found: dict[int, str | None] = {}
    for part in chunks(sorted({i for batch in batches for i in batch.records.values()})):
        query = sa.select(matter.c.id, matter.c.closed_on).where(matter.c.id.in_(part))
        found.update((i, day) for i, day in intake.operation.connection.execute(query))
    return found


def _told(place: Place, manager: Parsed, known: Mapping[int, str | None]) -> tuple[Parsed, ...]:
    """What the row tells of its matter; done without a day is not done. known: matter -> the day it is closed on."""
    batch, position = place.batch, place.position
    told = {f: batch.column(f"matter.{f}")[position] for f in _MATTER.fields[1:]}
    result = told["result"] if position not in batch.records else None
    if told["closed_on"] is None and isinstance(result, str) and SAYS_DONE.fullmatch(result):
        batch.say(position, "closed-without-day", "matter.result", value=result)
    opened, closed = batch.column("matter.opened_on")[position], told["closed_on"]
    if closed is None:
        closed = known.get(batch.records.get(position, 0))
    if isinstance(opened, str) and isinstance(closed, str) and closed < opened:
        batch.reject(position, "closed-before-opened", "matter.closed_on", value=closed)
    return manager, *told.values()


def _said(place: Place) -> list[tuple[str, Parsed]]:
    """Sort and words of each matter the row tells of; a row that tells of none is refused."""
    batch, position = place.batch, place.position
    if batch.outcomes[position] is not None:
        return []
    kind, content = (batch.column(f"matter.{f}")[position] for f in ("matter_kind", "content"))
    found: list[tuple[str, Parsed]] = []
    beside = [
        (sort, text)
        for sort in SORTS
        if isinstance(text := batch.column(f"matter.{sort}")[position], str)
    ]
    if isinstance(kind, str) and (content is not None or not beside):
        found.append((kind, content))
    elif isinstance(kind, str) and len(beside) == 1:
        return [(kind, beside[0][1])]
    elif content is not None:
        batch.reject(position, "missing-key", "matter.matter_kind")
        return []
    found += beside
    if not found or not (isinstance(content, str) or beside or position in batch.records):
        batch.reject(position, "missing-key", "matter.content" if found else "matter.matter_kind")
        return []
    return found
