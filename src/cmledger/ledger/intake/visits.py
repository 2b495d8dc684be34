"""走访记录 rows into the ledger: which visit each tells of (see tellings.py), what that changes, which items it discharged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import (
    Batch,
    Intake,
    Place,
    extras_at,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.served import item_by_part, near_items
from cmledger.ledger.intake.tellings import Key, Row, Telling, Visit, in_part, key_of, tellings
from cmledger.ledger.intake.visit_matters import follow_up
from cmledger.ledger.journal import Source
from cmledger.ledger.obligations import VISIT
from cmledger.ledger.sources import sheet_name
from cmledger.ledger.tables import table
from cmledger.ledger.visits import Done, discharge
from cmledger.records.forms import joined, service_of, split, visit_of
from cmledger.records.intake import CLEAR, Outcome, Stored

_TOLD = ("method", "content", "opinion", "satisfaction", "remark")
_WRITTEN = (
    "customer_id", "visited_on", "manager_key", "sequence", "manager_id", *_TOLD, "form_id", "extras",
)  # fmt: skip

_ITEM = ("visit_id", "customer_id", "done_on", "manager_id")
"""What a service item repeats of its visit."""

_Changes = dict[str, tuple[Stored, Stored]]
"""field -> (before, after)"""


def apply_visits(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's visit sheets."""
    rows = _without_copies(intake, _rows(intake, batches, people))
    for row in rows:
        row.services = _services(intake, row)
    held = _held(intake, rows)
    there: dict[Key, list[Telling]] = defaultdict(list)
    for telling in tellings(rows, held):
        there[telling.key].append(telling)
    last: dict[Key, int] = defaultdict(int)
    for visit in held:
        last[key_of(visit)] = max(last[key_of(visit)], visit["sequence"])
    gone = _gone(rows)
    updates = _left(rows, gone)
    fresh: list[tuple[Telling, int]] = []
    for key, found in there.items():
        told = [t for t in found if t.rows]
        for telling in told:
            number = last[key] + 1
            if telling.visit is None:
                fresh.append((telling, number))
            elif changes := _changed(telling, gone[telling.visit["id"]], number):
                updates[telling.visit["id"]] = changes, _changing(telling)
            if telling.visit is None or key_of(telling.visit) != key:
                last[key] = number
            _say(telling, number, alone=len(told) == len(found))
        if len(told) > 1:
            place = told[-1].rows[0].place
            place.batch.say(place.position, "same-day-visits", "visit.visited_on", count=len(told))
    write_updates(intake.operation, "visit", [(i, *update) for i, update in updates.items()])
    ids = _insert(intake, fresh)
    told = [t for found in there.values() for t in found if t.rows]
    visits = [(t.visit["id"] if t.visit else ids[id(t)], t) for t in told]
    _follow(intake, visits)
    _discharge(intake, visits)
    follow_up(intake, visits)


# --- the rows ------------------------------------------------------------------------------------


def _rows(intake: Intake, batches: Sequence[Batch], people: People) -> list[Row]:
    """Open rows; those that lack a day or name an ambiguous manager are rejected."""
    customers = customers_of(intake, batches, "customer.account_no")
    offices = _offices(intake, sorted(set(customers.values())))
    untouched = _untouched(intake, batches)
    named: list[tuple[int, str, Source]] = []
    complete: list[tuple[int, str, str | None, Place]] = []
    by_sheet = {batch.sheet_id: batch for batch in batches}
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        day = batch.column("visit.visited_on")[position]
        name = batch.column("visit.manager")[position]
        if not isinstance(day, str):
            batch.reject(position, "missing-key", "visit.visited_on")
        elif (sheet_id, position) in untouched:
            complete.append((customer, day, None, Place(batch, position)))
        elif isinstance(name, str) and people.ambiguous(offices[customer], name):
            batch.reject(position, "ambiguous-manager", "visit.manager", value=name)
        else:
            person = name if isinstance(name, str) else None
            complete.append((customer, day, person, Place(batch, position)))
            if person:
                named.append((offices[customer], person, batch.source(position)))
    for (_, name), (sheet_id, row) in people.ensure(named).items():
        batch = by_sheet[sheet_id]
        batch.say(batch.rows.numbers.index(row), "manager-created", "visit.manager", value=name)
    rows = []
    for customer, day, person, place in complete:
        manager = people.id_of(offices[customer], person) if person else 0
        at = (place.batch.sheet_id, place.position)
        manager = untouched.get(at, manager)
        values = ((f, place.batch.column(f"visit.{f}")[place.position]) for f in _TOLD)
        told = {f: value for f, value in values if value is not None}
        form = place.batch.column("visit.form_id")[place.position]
        forms = split(form) if isinstance(form, str) else ()
        rows.append(Row(place, (customer, day, manager), told, forms))
    return rows


def _untouched(intake: Intake, batches: Sequence[Batch]) -> dict[tuple[int, int], int]:
    """(sheet id, position) -> the manager of exported visits, where the row still names the one the visit has.

    By name alone two managers could be meant.
    """
    ids = sorted({row_id for batch in batches for row_id in batch.records.values()})
    visit, manager = table("visit"), table("manager")
    known: dict[int, tuple[int, str | None]] = {}
    for part in chunks(ids):
        query = (
            sa.select(visit.c.id, visit.c.manager_key, manager.c.person_key)
            .outerjoin(manager, manager.c.id == visit.c.manager_id)
            .where(visit.c.id.in_(part))
        )
        known.update(
            {i: (key, name) for i, key, name in intake.operation.connection.execute(query)}
        )
    return {
        (batch.sheet_id, position): known[row_id][0]
        for batch in batches
        for position, row_id in batch.records.items()
        if batch.column("visit.manager")[position] == known[row_id][1]
    }


def _offices(intake: Intake, customers: Sequence[int]) -> dict[int, int]:
    customer = table("customer")
    found: dict[int, int] = {}
    for part in chunks(customers):
        query = sa.select(customer.c.id, customer.c.office_id).where(customer.c.id.in_(part))
        found.update((i, office) for i, office in intake.operation.connection.execute(query))
    return found


def _without_copies(intake: Intake, rows: Sequence[Row]) -> list[Row]:
    """The rows without those that carry another row's form number and say something else: they are rejected.

    On another sheet (the list of visits, and the page of one of them) it may say more, of the same day and manager.
    """
    first: dict[tuple[int, int, tuple[str, ...]], Row] = {}
    told: dict[tuple[int, str], Row] = {}
    kept = []
    for row in rows:
        place, customer = row.place, row.key[0]
        same = (place.batch.sheet_id, customer, row.forms)
        other = first.setdefault(same, row) if row.forms else row
        known = (told.get((customer, form)) for form in row.forms)
        elsewhere = next((o for o in known if o is not None), row)
        if (other.key, other.told) != (row.key, row.told):
            place.batch.reject(
                place.position,
                "form-row-copied",
                "visit.form_id",
                value=joined(row.forms),
                rows=other.place.number,
            )
        elif elsewhere.place.batch is not place.batch and elsewhere.key != row.key:
            name = sheet_name(intake.operation.connection, elsewhere.place.batch.sheet_id)
            place.batch.reject(
                place.position,
                "form-told-twice",
                "visit.visited_on",
                sheet=name,
                rows=elsewhere.place.number,
            )
        else:
            kept.append(row)
            for form in row.forms:
                told.setdefault((customer, form), row)
    return kept


def _services(intake: Intake, row: Row) -> tuple[str, ...]:
    """Codes of the items a row names, in its cell or by its form number, beyond the visit itself."""
    place = row.place
    named = place.batch.column("visit.services")[place.position]
    words = [*(named if isinstance(named, tuple) else ()), *map(service_of, row.forms)]
    codes: dict[str, None] = {}
    for word in dict.fromkeys(word for word in words if word is not None):
        code = word if intake.services is None else intake.services.get(word)
        code = code or item_by_part(intake, place, "visit.services", word)
        if code is None:
            place.batch.say(
                place.position,
                "unknown-service",
                "visit.services",
                value=word,
                near=near_items(intake, word),
            )
        elif code != VISIT:
            codes[code] = None
    return tuple(codes)


def _held(intake: Intake, rows: Sequence[Row]) -> list[Visit]:
    """Visits of these customers in the time the rows are about, and any with a form number; in sequence."""
    visit = table("visit")
    days = sorted({day for _, day, _ in (row.key for row in rows)})
    wanted: sa.ColumnElement[bool] = sa.false()
    if days:
        wanted = visit.c.visited_on.between(days[0], days[-1])
    numbered = {form for row in rows for form in row.forms}
    if numbered:
        ids = [i for i in map(visit_of, numbered) if i is not None]
        wanted = sa.or_(wanted, visit.c.form_id.is_not(None), visit.c.id.in_(ids))
    columns = [visit.c[name] for name in ("id", *_WRITTEN)]
    found: list[Visit] = []
    for part in chunks(sorted({row.key[0] for row in rows})):
        query = sa.select(*columns).where(visit.c.customer_id.in_(part), wanted)
        ordered = query.order_by(visit.c.sequence, visit.c.id)
        found += map(dict, intake.operation.connection.execute(ordered).mappings())
    return found


# --- what the rows change ------------------------------------------------------------------------


def _left(rows: Iterable[Row], gone: Mapping[int, set[str]]) -> dict[int, tuple[_Changes, Source]]:
    """Visits whose rows went elsewhere lose these rows' form numbers."""
    left: dict[int, tuple[_Changes, Source]] = {}
    for row in rows:
        if row.left is not None:
            old = row.left["form_id"]
            kept = tuple(f for f in split(old) if f not in gone[row.left["id"]])
            left[row.left["id"]] = {"form_id": (old, joined(kept))}, _source(row)
    return left


def _gone(rows: Iterable[Row]) -> dict[int, set[str]]:
    gone: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.left is not None:
            gone[row.left["id"]].update(row.forms)
    return gone


def _changed(telling: Telling, gone: Iterable[str], sequence: int) -> _Changes:
    """What becomes of a visit the ledger knows; its rows' outcomes are settled."""
    visit = telling.visit
    assert visit is not None
    changes = telling.changes(gone)
    moved = key_of(visit) != telling.key
    if moved:
        changes |= _moved(visit, telling.key, sequence)
    extras = visit["extras"]
    for row in telling.rows:
        place = row.place
        merged = merged_extras(extras, extras_at(place.batch.rows, place.position))
        if moved:
            place.batch.say(place.position, "form-row-changed", "visit.visited_on")
        news = moved or row.left is not None or merged != extras or _tells(row, visit, changes)
        place.batch.outcomes[place.position] = Outcome.CHANGED if news else Outcome.UNCHANGED
        extras = merged
    if extras != visit["extras"]:
        changes["extras"] = visit["extras"], extras
    return changes


def _moved(visit: Visit, key: Key, sequence: int) -> _Changes:
    customer, day, manager = key
    now: dict[str, Stored] = {
        "customer_id": customer,
        "visited_on": day,
        "manager_key": manager,
        "manager_id": manager or None,
        "sequence": sequence,
    }
    return {f: (visit[f], new) for f, new in now.items() if visit[f] != new}


def _tells(row: Row, visit: Visit, changes: Mapping[str, object]) -> bool:
    """Whether a row has part in what changes."""
    fields = {f for f, value in row.told.items() if value is CLEAR or not in_part(visit, f, value)}
    if not set(row.forms) <= set(split(visit["form_id"])):
        fields.add("form_id")
    return bool(fields & changes.keys())


def _say(telling: Telling, number: int, *, alone: bool) -> None:
    """Whatever a person should look at. alone: no visit of that day is known that the file says nothing of."""
    for row in telling.rows:
        if row.left is not None:
            row.place.batch.say(row.place.position, "form-row-split", "visit.visited_on")
    for row, name, first in telling.differing:
        row.place.batch.say(
            row.place.position, "form-rows-differ", f"visit.{name}", rows=first.place.number
        )
    row = telling.rows[0]
    if telling.visit is None and not alone and row.left is None:
        row.place.batch.say(
            row.place.position, "another-visit-that-day", "visit.content", count=number
        )


def _insert(intake: Intake, fresh: Sequence[tuple[Telling, int]]) -> dict[int, int]:
    """Write the visits not known yet; id(telling) -> the visit's id."""
    values, sources = [], []
    for telling, sequence in fresh:
        customer, day, manager = telling.key
        extras = None
        for row in telling.rows:
            extras = merged_extras(extras, extras_at(row.place.batch.rows, row.place.position))
        told = (stored(telling.told.get(f)) for f in _TOLD)
        form = joined(telling.row_forms)
        values.append((customer, day, manager, sequence, manager or None, *told, form, extras))
        sources.append(_source(telling.rows[0]))
        for row in telling.rows:
            outcome = Outcome.NEW if row.adds else Outcome.UNCHANGED
            row.place.batch.outcomes[row.place.position] = (
                outcome if row.left is None else Outcome.CHANGED
            )
    ids = intake.operation.insert("visit", _WRITTEN, values, sources)
    return {id(telling): i for i, (telling, _) in zip(ids, fresh, strict=True)}


# --- service items -------------------------------------------------------------------------------


def _follow(intake: Intake, visits: Sequence[tuple[int, Telling]]) -> None:
    """Items go with the visit whose day or manager was corrected, and with the row that left its visit."""
    told = dict(visits)
    to = _leaving(told)
    moved = {i for i, t in visits if t.visit is not None and key_of(t.visit) != t.key}
    held = _items(intake, sorted(moved | {old for old, _ in to} | {i for i, _ in to.values()}))
    updates = []
    for (visit_id, code), (item_id, *facts) in held.items():
        target, row = to.get((visit_id, code), (visit_id, None))
        if target == visit_id and visit_id not in moved:
            continue
        if target != visit_id and (target, code) in held:
            continue
        customer, day, manager = told[target].key
        after = (target, customer, day, manager or None)
        changes = {
            name: (was, now)
            for name, was, now in zip(_ITEM, facts, after, strict=True)
            if was != now
        }
        updates.append((item_id, changes, _source(row or told[target].rows[0])))
    write_updates(intake.operation, "service_done", updates)


def _leaving(told: Mapping[int, Telling]) -> dict[tuple[int, str], tuple[int, Row]]:
    """(visit, code) -> the visit that the item's row tells of now, where no row that stayed names it too."""
    to: dict[tuple[int, str], tuple[int, Row]] = {}
    for visit_id, telling in told.items():
        for row in telling.rows:
            if row.left is not None:
                old = row.left["id"]
                stays = told[old].services if old in told else set()
                to.update(
                    {(old, code): (visit_id, row) for code in row.services if code not in stays}
                )
    return to


def _items(intake: Intake, visit_ids: Sequence[int]) -> dict[tuple[int, str], tuple[Any, ...]]:
    """(visit, code) -> the item's id and facts (_ITEM)."""
    item = table("service_done")
    columns = (item.c.service, item.c.id, *(item.c[name] for name in _ITEM))
    found: dict[tuple[int, str], tuple[Any, ...]] = {}
    for part in chunks(visit_ids):
        query = sa.select(*columns).where(item.c.visit_id.in_(part))
        for code, *facts in intake.operation.connection.execute(query):
            found[facts[1], code] = tuple(facts)
    return found


def _discharge(intake: Intake, visits: Sequence[tuple[int, Telling]]) -> None:
    """Items the rows name, beyond the visit itself; a blank takes none away."""
    rows: dict[tuple[int, str], Row] = {}
    done: dict[tuple[int, str], Done] = {}
    for visit_id, telling in visits:
        customer, day, manager = telling.key
        for row in telling.rows:
            for code in row.services:
                if (visit_id, code) not in rows:
                    rows[visit_id, code] = row
                    done[visit_id, code] = customer, day, manager or None, _source(row)
    for key in discharge(intake.operation, done):
        place = rows[key].place
        if place.batch.outcomes[place.position] is Outcome.UNCHANGED:
            place.batch.outcomes[place.position] = Outcome.CHANGED


def _changing(telling: Telling) -> Source:
    """The first row that changes the visit."""
    changing = (
        r for r in telling.rows if r.place.batch.outcomes[r.place.position] is Outcome.CHANGED
    )
    return _source(next(changing, telling.rows[0]))


def _source(row: Row) -> Source:
    return row.place.batch.source(row.place.position)
