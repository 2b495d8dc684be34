"""走访计划 rows: a day or a manager set by hand stands from then on; a day of completion records the visit.

A row of plan-visits' workbook is a visit for several dues, found by their form numbers; a row of an export is one due.
Rows that are not there take nothing away, and none adds a due: those come from the rules alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.customers import account_key
from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place, write_updates
from cmledger.ledger.intake.named import reach
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.visits import apply_visits
from cmledger.ledger.month_plan import holders
from cmledger.ledger.tables import table
from cmledger.records.forms import due_form, split
from cmledger.records.intake import CLEAR, Outcome, Parsed, SheetRows, Stored
from cmledger.wording import month_plan as say

_TABLE = "planned_visit"
_DONE = "visit.visited_on"
_FIELDS = ("planned_on", "manager", "fixed", "remark")
_Changes = dict[str, tuple[Stored, Stored]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a row says of the dues it is about. manager: a name; blanks are None."""

    place: Place
    customer: int
    planned_on: Parsed
    manager: Parsed
    fixed: Parsed
    remark: Parsed


def apply_planned_visits(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's sheets of planned visits."""
    customers = customers_of(intake, batches, "customer.account_no")
    known = _known(intake, sorted(set(customers.values())))
    by_sheet = {batch.sheet_id: batch for batch in batches}
    updates: dict[int, tuple[_Changes, Place]] = {}
    done: dict[int, list[tuple[int, Sequence[Mapping[str, Any]]]]] = defaultdict(list)
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        rows = _meant(intake, batch, position, known.get(customer, []))
        made = isinstance(batch.column(_DONE)[position], str)
        if not rows and not made:
            batch.reject(position, "not-in-plan", "planned_visit.planned_on")
            continue
        told = _told(batch, position, customer)
        if rows and _refused(told, rows, people):
            continue
        for row in rows:
            changes = _changes(told, row, people)
            before, first = updates.get(row["id"], ({}, told.place))
            clash = {f for f in before.keys() & changes.keys() if before[f] != changes[f]}
            if clash:
                facts = {"value": row["account_no"], "rows": first.number}
                batch.reject(position, "conflicting-rows", "planned_visit.planned_on", **facts)
                break
            if changes:
                updates[row["id"]] = {**before, **changes}, first
                reach(told.place, Outcome.CHANGED)
            _say(intake, told, row, changes)
        else:
            if made:
                done[sheet_id].append((position, rows))
            else:
                reach(told.place, Outcome.UNCHANGED)
    _say_whose(intake, updates, [row for rows in known.values() for row in rows])
    for sheet_id, its in done.items():
        _record(intake, by_sheet[sheet_id], its, people)
    written = [
        (row_id, changes, place.origin)
        for row_id, (changes, place) in updates.items()
        if place.batch.outcomes[place.position] is not Outcome.REJECTED
    ]
    write_updates(intake.operation, _TABLE, written)


def _told(batch: Batch, position: int, customer: int) -> _Told:
    said = (batch.column(f"{_TABLE}.{field}")[position] for field in _FIELDS)
    return _Told(Place(batch, position), customer, *said)


# --- which dues ------------------------------------------------------------------------------------------


def _known(intake: Intake, customers: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """customer id -> the plan's rows it has, with 户号 and the names of who is to go and whose it is."""
    planned, customer, manager = table(_TABLE), table("customer"), table("manager")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in chunks(customers):
        query = (
            sa.select(
                planned,
                customer.c.account_no,
                customer.c.office_id,
                manager.c.person_key,
                manager.c.name.label("manager_name"),
                manager.c.employee_no,
                manager.c.office_id.label("manager_office"),
            )
            .join(customer, customer.c.id == planned.c.customer_id)
            .outerjoin(manager, manager.c.id == planned.c.manager_id)
            .where(planned.c.customer_id.in_(part))
            .order_by(planned.c.id)
        )
        for row in intake.operation.connection.execute(query).mappings():
            found[row["customer_id"]].append(dict(row))
    return found


def _meant(
    intake: Intake, batch: Batch, position: int, rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The dues a row is about: by its form numbers, else by item and period, else by the mark of an export.

    An office's own plan says none of these: then it is all that the customer has to have done in the month of its day.
    """
    form = batch.column("visit.form_id")[position]
    if isinstance(form, str):
        forms = set(split(form))
        return [row for row in rows if _form(row) in forms]
    word = batch.column(f"{_TABLE}.service")[position]
    period = batch.column(f"{_TABLE}.period")[position]
    if isinstance(word, str) and isinstance(period, str):
        code = (intake.services or {}).get(word, word)
        return [row for row in rows if (row["service"], row["period"]) == (code, period)]
    if (row_id := batch.records.get(position)) is not None:
        return [row for row in rows if row["id"] == row_id]
    day = batch.column(f"{_TABLE}.planned_on")[position]
    return [row for row in rows if isinstance(day, str) and row["month"] == day[:7]]


def _form(row: Mapping[str, Any]) -> str:
    return due_form(account_key(row["account_no"]), row["service"], row["period"])


# --- what is set by hand -----------------------------------------------------------------------------


def _refused(told: _Told, rows: Sequence[Mapping[str, Any]], people: People) -> bool:
    """Whether the row names a manager nobody knows, or one of two; it is rejected then."""
    batch, position, office = told.place.batch, told.place.position, rows[0]["office_id"]
    if not isinstance(told.manager, str) or told.manager in _called(rows[0]):
        return False
    if people.ambiguous(office, told.manager):
        batch.reject(position, "ambiguous-manager", f"{_TABLE}.manager", value=told.manager)
        return True
    if not people.known(office, told.manager):
        batch.reject(position, "unknown-planned-manager", f"{_TABLE}.manager", value=told.manager)
        return True
    return False


def _called(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that tell without doubt whom the plan sends."""
    return row["person_key"], _full(row)


def _full(row: Mapping[str, Any]) -> str:
    number = row["employee_no"]
    return f"{row['manager_name']}#{number}" if number else str(row["person_key"])


def _changes(told: _Told, row: Mapping[str, Any], people: People) -> _Changes:
    """What becomes of a due of the plan; a day or a manager that is another one is set by hand."""
    now: dict[str, Stored] = {}
    if isinstance(told.planned_on, str) and told.planned_on != row["planned_on"]:
        now |= {"planned_on": told.planned_on, "month": told.planned_on[:7]}
        now |= {"fixed": 1, "reason": say.WHY["fixed"]}
    if isinstance(told.manager, str) and told.manager not in _called(row):
        now["manager_id"] = people.id_of(row["office_id"], told.manager)
        if now.get("planned_on", row["planned_on"]):
            now |= {"fixed": 1, "reason": say.WHY["fixed"]}
    if told.planned_on is CLEAR:
        now |= {"planned_on": None, "manager_id": None, "fixed": 0, "reason": None}
    elif told.fixed in (0, 1) and now.get("planned_on", row["planned_on"]):
        now.setdefault("fixed", told.fixed)
        if told.fixed == 1 and not row["fixed"]:
            now["reason"] = say.WHY["fixed"]
    if told.remark is not None:
        now["remark"] = None if told.remark is CLEAR else str(told.remark)
    return {name: (row[name], value) for name, value in now.items() if row[name] != value}


def _say(intake: Intake, told: _Told, row: Mapping[str, Any], changes: _Changes) -> None:
    """What a person who set a day should look at."""
    if "planned_on" not in changes:
        return
    day = changes["planned_on"][1]
    if not isinstance(day, str):
        return
    batch, position = told.place.batch, told.place.position
    due = batch.rows.shown.get("form.due_by")
    facts: dict[str, object] = {"value": day}
    if day < intake.as_of:
        batch.say(position, "planned-day-past", f"{_TABLE}.planned_on", **facts)
    elif day[:7] != row["month"]:
        batch.say(position, "planned-other-month", f"{_TABLE}.planned_on", **facts)
    if due is not None and isinstance(limit := due[position], str) and day > limit:
        batch.say(position, "planned-after-due", f"{_TABLE}.planned_on", limit=limit, **facts)
    if intake.works is not None and not intake.works(day):
        batch.say(position, "planned-not-working", f"{_TABLE}.planned_on", **facts)


def _say_whose(
    intake: Intake,
    updates: Mapping[int, tuple[_Changes, Place]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Name the visits that somebody is to make who does not look after the customer on that day."""
    told = []
    for row in rows:
        changes, place = updates.get(row["id"], ({}, None))
        now = {**row, **{name: new for name, (_, new) in changes.items()}}
        if (
            place is not None
            and now["planned_on"]
            and {"planned_on", "manager_id"} & changes.keys()
        ):
            told.append((now, place))
    if not told:
        return
    days = [date.fromisoformat(now["planned_on"]) for now, _ in told]
    ids = [now["customer_id"] for now, _ in told]
    held = holders(intake.operation.connection, ids, min(days), max(days))
    said = set()
    for (now, place), day in zip(told, days, strict=True):
        spans = held.get(now["customer_id"], ())
        whose = next((h.manager_id for h in spans if h.since <= day < h.until), None)
        key = place.batch.sheet_id, place.position
        if now["manager_id"] and whose not in (None, now["manager_id"]) and key not in said:
            said.add(key)
            facts: dict[str, object] = {"value": day.isoformat()}
            place.batch.say(place.position, "planned-not-holder", f"{_TABLE}.planned_on", **facts)


# --- what was done -----------------------------------------------------------------------------------


def _record(
    intake: Intake,
    batch: Batch,
    done: Sequence[tuple[int, Sequence[Mapping[str, Any]]]],
    people: People,
) -> None:
    """Record the visits of these rows, as a filled-in due list would."""
    positions = [position for position, _ in done]
    names: list[Parsed] = []
    for position, dues in done:
        told = batch.column(f"{_TABLE}.manager")[position]
        planned = next((_full(row) for row in dues if row["person_key"]), None)
        names.append(told if isinstance(told, str) else planned)
    columns = dict(batch.rows.columns)
    if f"{_TABLE}.manager" in columns:
        columns["visit.manager"] = columns[f"{_TABLE}.manager"]

    def of(name: str) -> list[Parsed]:
        return [batch.column(name)[position] for position in positions]

    rows = SheetRows(
        "visits",
        [batch.rows.numbers[position] for position in positions],
        {
            "customer.account_no": of("customer.account_no"),
            _DONE: of(_DONE),
            "visit.manager": names,
            "visit.form_id": of("visit.form_id"),
        },
        columns=columns,
        titles=batch.rows.titles,
    )
    visits = Batch.of(rows, batch.sheet_id, batch.office)
    apply_visits(intake, [visits], people)
    batch.findings += visits.findings
    for position, outcome in zip(positions, visits.outcomes, strict=True):
        assert outcome is not None
        if outcome is Outcome.REJECTED:
            batch.outcomes[position] = outcome
        else:
            reach(Place(batch, position), outcome)
