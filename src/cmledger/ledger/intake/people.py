"""客户经理 named on rows: found by name within an office, created where unknown, assigned to customers by spans."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.intake.common import Intake, Place, write_updates
from cmledger.ledger.journal import Source, current_spans
from cmledger.ledger.manager_spans import behind, held_on, stands_in
from cmledger.ledger.tables import FOREVER, table
from cmledger.records.assignment import HANDOVER_BASIS
from cmledger.records.intake import Stored


class People:
    """Every manager of the ledger. A name shared by two is written name#employee_no."""

    def __init__(self, intake: Intake) -> None:
        self._operation = intake.operation
        self._by_name: dict[tuple[int, str], list[int]] = defaultdict(list)
        manager = table("manager")
        columns = (manager.c.id, manager.c.office_id, manager.c.name, manager.c.employee_no)
        for i, office_id, name, employee_no in intake.operation.connection.execute(
            sa.select(*columns).order_by(manager.c.id)
        ):
            self.learn(i, office_id, name, employee_no)

    def learn(self, manager_id: int, office_id: int, name: str, employee_no: str | None) -> None:
        """Know a manager by name, and by name#employee_no."""
        for key in {name, f"{name}#{employee_no}" if employee_no else name}:
            if manager_id not in self._by_name[office_id, key]:
                self._by_name[office_id, key].append(manager_id)

    def forget(self, manager_id: int) -> None:
        """A manager is about to go by another name."""
        for known in self._by_name.values():
            if manager_id in known:
                known.remove(manager_id)

    def ambiguous(self, office_id: int, name: str) -> bool:
        """Whether several managers of the office go by that name."""
        return len(self._by_name.get((office_id, name), ())) > 1

    def known(self, office_id: int, name: str) -> bool:
        """Whether the office has a manager of that name."""
        return bool(self._by_name.get((office_id, name)))

    def id_of(self, office_id: int, name: str) -> int:
        """The manager of that name; `ensure` has seen it."""
        return self._by_name[office_id, name][0]

    def ensure(self, names: Iterable[tuple[int, str, Source]]) -> dict[tuple[int, str], Source]:
        """Create the managers not yet known, without a grade; which ones, and the first row that named each."""
        new: dict[tuple[int, str], Source] = {}
        for office_id, name, source in names:
            if not self.known(office_id, name):
                new.setdefault((office_id, name), source)
        ids = self._operation.insert(
            "manager",
            ("office_id", "person_key", "name"),
            [(office_id, name, name) for office_id, name in new],
            list(new.values()),
        )
        for i, (office_id, name) in zip(ids, new, strict=True):
            self.learn(i, office_id, name, None)
        return new

    def complete(self, about: Sequence[tuple[int, Place]]) -> set[tuple[int, int]]:
        """What customer rows tell of their manager (grade, phone): a blank is filled, a contradiction only said.

        Which rows (sheet id, position) filled one.
        """
        asked = [
            (manager, place, field, value)
            for manager, place in about
            for field in _TOLD
            if (values := place.batch.rows.values.get(f"manager.{field}"))
            and isinstance(value := values[place.position], str)
        ]
        if not asked:
            return set()
        filled: set[tuple[int, int]] = set()
        t = table("manager")
        rows = self._operation.connection.execute(sa.select(t.c.id, *(t.c[f] for f in _TOLD)))
        known: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in rows.mappings()}
        updates: dict[int, tuple[dict[str, tuple[Stored, Stored]], Source]] = {}
        for manager, place, field, value in asked:
            stands = known[manager][field]
            if stands is None:
                known[manager][field] = value
                filled.add((place.batch.sheet_id, place.position))
                changes, _ = updates.setdefault(manager, ({}, place.batch.source(place.position)))
                changes[field] = (None, value)
            elif stands != value:
                place.batch.say(
                    place.position, "manager-differs", f"manager.{field}", value=value, known=stands
                )
        write_updates(
            self._operation,
            "manager",
            [(m, changes, source) for m, (changes, source) in updates.items()],
        )
        return filled


_TOLD = ("grade", "phone")
"""Fields of a manager that customer rows may tell."""


def handed_over(
    spans: Sequence[Mapping[str, Any]], day: str, manager: int | None
) -> list[dict[str, Any]]:
    """The spans after a sheet said on a day that `manager` (None: nobody) looks after the customer.

    While somebody stands in until a day, a sheet that names him or whom he stands in for says nothing new. Anybody
    else takes over for good: a standing-in of the one before is over, or does not begin. What else is known of later
    days stands.
    """
    known = [dict(s) for s in spans]
    held = held_on(known, day)
    home = behind(known, held) if held and stands_in(held) else None
    if manager in {one["manager_id"] if one else None for one in (held, home or held)}:
        return known
    over = _standing_in_for(known, held)
    later = [s for s in known if s["valid_from"] > day and s not in over]
    earlier = [s for s in known if s["valid_from"] < day]
    if earlier and earlier[-1]["valid_to"] > day:
        earlier[-1]["valid_to"] = day
    if manager is None:
        return earlier + later
    end = later[0]["valid_from"] if later else FOREVER
    last = earlier[-1] if earlier else None
    if last and last["valid_to"] == day and last["manager_id"] == manager and not last["basis"]:
        last["valid_to"] = end
        return earlier + later
    nobody = dict.fromkeys(("basis", "reason"))
    fresh = {"valid_from": day, "valid_to": end, "manager_id": manager, **nobody}
    return [*earlier, fresh, *later]


def _standing_in_for(
    spans: Sequence[dict[str, Any]], held: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """The spans right behind one that only follow from it: handovers of its manager, and its own return."""
    found: list[dict[str, Any]] = []
    if held is None:
        return found
    end, owner = held["valid_to"], None if stands_in(held) else held["manager_id"]
    for span in spans:
        if span["valid_from"] != end:
            continue
        end = span["valid_to"]
        if span["basis"] == HANDOVER_BASIS:
            found.append(span)
            continue
        if owner is None or (found and span["manager_id"] == owner):
            found.append(span)
        break
    return found


def assign(
    intake: Intake,
    wanted: Mapping[int, tuple[int | None, Source]],
    opened: Mapping[int, str | None],
    new_customers: Container[int],
) -> set[int]:
    """Give customers their manager from as_of on (None: nobody any more); which customers that changed.

    A customer's first span begins at opened_on, else count_from, but never after as_of. `opened`: customer -> opened_on.
    """
    first = [i for i, (manager, _) in wanted.items() if manager is not None and i in new_customers]
    begins = {day: min(day or intake.count_from, intake.as_of) for day in {*opened.values(), None}}
    intake.operation.insert_spans(
        "customer_manager",
        {
            "customer_id": first,
            "valid_from": [begins[opened.get(i)] for i in first],
            "valid_to": [FOREVER] * len(first),
            "manager_id": [wanted[i][0] for i in first],
        },
        [wanted[i][1] for i in first],
    )
    known = [i for i in wanted if i not in new_customers]
    current = current_spans(intake.operation.connection, "customer_manager", known)
    spans: dict[int, list[dict[str, Any]]] = {}
    for customer in known:
        before = current.get(customer, [])
        start = intake.as_of
        if not before:
            start = begins[opened.get(customer)]
        after = handed_over(before, start, wanted[customer][0])
        if after != before:
            spans[customer] = after
    intake.operation.replace_spans(
        "customer_manager", spans, {customer: wanted[customer][1] for customer in spans}
    )
    return set(spans) | set(first)
