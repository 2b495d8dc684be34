"""客户台账 rows: a customer is one 户号; its 10- and 13-digit forms meet on the last 10 digits."""

from collections.abc import Mapping, Sequence
from typing import Any

from cmledger.ledger.customers import account_key, customers_by_number
from cmledger.ledger.intake.common import (
    Batch,
    Intake,
    Place,
    differences,
    extras_at,
    in_conflict,
    merged_extras,
    stored,
    write_updates,
)
from cmledger.ledger.intake.energy import Reading, store_energy
from cmledger.ledger.intake.people import People, assign
from cmledger.ledger.intake.places import KINDS, Places
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.records.intake import CLEAR, Outcome, Parsed, Stored
from cmledger.wording.lists import listed

_ALWAYS = ("opened_on", "status", "old_account_no")
_OPENED, _STATUS, _OLD_NO = range(3)
PLAIN = (
    *_ALWAYS,
    *(
        c.name
        for c in table("customer").columns
        if c.name not in (*_ALWAYS, "id", "account_key", "account_no", "closed_on", "extras")
        and not c.foreign_keys
    ),
)
"""Fields that a cell sets as it stands."""

_REST = ("closed_on", "extras", "office_id", "line_id", "transformer_area_id", "grid_id")

_NAMES = (
    "customer.office",
    *(f"customer.{kind}" for kind in KINDS),
    "customer_manager.manager",
    "customer.account_no",
)
"""What a row names: its office, line, area, grid and manager, and its own number."""
_OFFICE, _MANAGER, _NUMBER = 0, 4, 5

CLOSED = "closed"
"""The status that ends a customer (销户)."""


def apply_customers(
    intake: Intake, batches: Sequence[Batch], places: Places, people: People
) -> None:
    """Settle every open row of a file's customer sheets."""
    _Work(intake, batches, places, people).run()


def _rows(batch: Batch, names: Sequence[str]) -> list[tuple[Parsed, ...]]:
    """Columns turned into rows."""
    return list(zip(*(batch.column(name) for name in names), strict=True))


class _Work:
    """One file's customer rows on their way: which customer, which places, the record, what hangs on it.

    A customer on several rows is taken in as many rounds, each against what the last one left.
    """

    def __init__(
        self, intake: Intake, batches: Sequence[Batch], places: Places, people: People
    ) -> None:
        self.intake, self.batches, self.places, self.people = intake, batches, places, people
        self.told = tuple(
            f
            for f in PLAIN
            if f in _ALWAYS or any(f"customer.{f}" in b.rows.values for b in batches)
        )
        """Those of PLAIN that the file has columns for: no time is spent on what no row says."""
        self.current = ("id", "account_no", *self.told, *_REST)
        self.plain = {b.sheet_id: _rows(b, [f"customer.{f}" for f in self.told]) for b in batches}
        self.names = {b.sheet_id: _rows(b, _NAMES) for b in batches}
        self.clearing = {
            b.sheet_id for b in batches if any(CLEAR in column for column in b.rows.values.values())
        }
        self.closed_on = {b.sheet_id: b.column("customer.closed_on") for b in batches}
        self.place_ids: dict[tuple[Parsed, ...], tuple[Stored, ...]] = {}
        self.round: dict[str, Place] = {}
        self.known: dict[str, tuple[Any, ...]] = {}
        self.renumbered: set[str] = set()
        self.offices: dict[str, int] = {}
        self.ids: dict[str, int] = {}
        self.fresh: set[int] = set()

    def run(self) -> None:
        """Settle all rows."""
        groups = self._groups()
        while groups:
            self.round = {key: group.pop(0) for key, group in groups.items()}
            groups = {key: group for key, group in groups.items() if group}
            self._look_up(groups)
            self._settle_places()
            self._write()
            self._follow_up()

    def fields(self, place: Place) -> tuple[Parsed, ...]:
        """The row's values in the order of `told`."""
        return self.plain[place.batch.sheet_id][place.position]

    # --- which customer is it ----------------------------------------------------------------------

    def _groups(self) -> dict[str, list[Place]]:
        """Rows by customer; contradictions within the file reject all of a customer's rows."""
        groups: dict[str, list[Place]] = {}
        for batch in self.batches:
            numbers = batch.column("customer.account_no")
            for position in batch.open():
                number = numbers[position]
                if not isinstance(number, str):
                    batch.reject(position, "missing-key", "customer.account_no")
                    continue
                groups.setdefault(account_key(number), []).append(Place(batch, position))
        return {
            key: group
            for key, group in groups.items()
            if len(group) == 1 or not (self._prefixed(group, set()) or self._contradictory(group))
        }

    def _look_up(self, later: dict[str, list[Place]]) -> None:
        """Which of the round's customers the ledger knows, by number, former number, or the row's 原户号."""
        connection = self.intake.operation.connection
        self.known = customers_by_number(connection, list(self.round), self.current)
        former = {}
        for key, place in self.round.items():
            old = self.fields(place)[_OLD_NO]
            if key not in self.known and isinstance(old, str) and account_key(old) != key:
                former[account_key(old)] = key
        for old, row in customers_by_number(connection, list(former), self.current).items():
            self.known[former[old]] = row
            self.renumbered.add(former[old])
        taken: set[int] = set()
        for key, row in self.known.items():
            if row[0] in taken:  # two numbers, one customer: one after the other
                later.setdefault(key, []).insert(0, self.round.pop(key))
            taken.add(row[0])
        for key, place in list(self.round.items()):
            row = self.known.get(key, ())
            if row and self._prefixed([place], {str(row[1])}):
                del self.round[key]

    def named(self, place: Place) -> tuple[Parsed, ...]:
        """The row's values in the order of _NAMES."""
        return self.names[place.batch.sheet_id][place.position]

    def number(self, place: Place) -> str:
        """户号 as the row writes it."""
        return str(self.named(place)[_NUMBER])

    def _prefixed(self, group: list[Place], forms: set[str]) -> bool:
        """The same last ten digits under two province prefixes cannot be told apart: refused."""
        numbers = forms | {self.number(place) for place in group}
        key = account_key(self.number(group[0]))
        long = sorted(n for n in numbers if len(n) > len(key) and account_key(n) == key)
        if len(long) < 2:
            return False
        for place in group:
            place.batch.reject(
                place.position, "two-prefixes", "customer.account_no", value=listed(long)
            )
        return True

    def _contradictory(self, group: list[Place]) -> bool:
        faces = [self._face(place) for place in group]
        energies = [self._energy(place) for place in group]
        if not any(
            in_conflict(faces[i], faces[j])
            or any(energies[j].get(when, kwh) != kwh for when, kwh in energies[i].items())
            for i in range(len(group))
            for j in range(i)
        ):
            return False
        for place in group:
            others = listed(str(p.number) for p in group if p is not place)
            place.batch.reject(
                place.position,
                "conflicting-rows",
                "customer.account_no",
                value=self.number(place),
                rows=others,
            )
        return True

    def _face(self, place: Place) -> tuple[Parsed, ...]:
        """Everything a row says, comparable with another row of the same customer."""
        return self.fields(place) + self.named(place)[:_NUMBER]

    def _energy(self, place: Place) -> dict[tuple[int, int], Parsed]:
        """The row's kWh by year and month."""
        if not place.batch.rows.energy:
            return {}
        return {
            (column.year, column.month): kwh
            for column in place.batch.rows.energy
            if (kwh := column.values[place.position]) is not None
        }

    # --- where does it belong ----------------------------------------------------------------------

    def _settle_places(self) -> None:
        """Create offices, then lines, areas, grids and managers that rows name and nobody knows yet."""
        self.places.ensure_offices(
            (self.office_name(place), self.source(place))
            for key, place in self.round.items()
            if key not in self.known or self.named(place)[_OFFICE] is not None
        )
        self.offices = {key: self._office_id(key, place) for key, place in self.round.items()}
        for at, kind in enumerate(KINDS, start=1):
            self.places.ensure(
                kind,
                (
                    (self.offices[key], name, self.source(place))
                    for key, place in self.round.items()
                    if isinstance(name := self.named(place)[at], str)
                ),
            )
        named = []
        for key, place in list(self.round.items()):
            name = self.named(place)[_MANAGER]
            if not isinstance(name, str):
                continue
            if self.people.ambiguous(self.offices[key], name):
                place.batch.reject(
                    place.position, "ambiguous-manager", "customer_manager.manager", value=name
                )
                del self.round[key]
            else:
                named.append((self.offices[key], name, self.source(place)))
        for (_, name), source in self.people.ensure(named).items():
            self._say_created(name, source)

    def _say_created(self, name: str, source: Source) -> None:
        for batch in self.batches:
            if batch.sheet_id == source[0]:
                position = list(batch.rows.numbers).index(source[1])
                batch.say(position, "manager-created", "customer_manager.manager", value=name)

    def office_name(self, place: Place) -> str:
        """The row's office: its own cell, else the sheet's."""
        name = self.named(place)[_OFFICE]
        return name if isinstance(name, str) else place.batch.office

    def _office_id(self, key: str, place: Place) -> int:
        """The row's office; of a known customer whose row names none, the customer's."""
        if key in self.known and self.named(place)[_OFFICE] is None:
            return int(self.known[key][self.current.index("office_id")])
        return self.places.offices[self.office_name(place)]

    def source(self, place: Place) -> Source:
        """Sheet and Excel row."""
        return place.batch.source(place.position)

    def _place_ids(self, key: str, place: Place) -> list[Parsed]:
        """office_id and the ids of line, area, grid, as parsed values (blank None, CLEAR)."""
        office = self.offices[key]
        found: list[Parsed] = [office]
        for kind, name in zip(KINDS, self.named(place)[1:_MANAGER], strict=True):
            found.append(self.places.id_of(kind, office, name) if isinstance(name, str) else name)
        return found

    # --- the records -------------------------------------------------------------------------------

    def _write(self) -> None:
        """Insert new customers, update changed ones."""
        rows: list[tuple[Stored, ...]] = []
        sources: list[Source] = []
        keys: list[str] = []
        updates = []
        for key, place in self.round.items():
            if key in self.known:
                changes = self._changes(key, place)
                self.ids[key] = int(self.known[key][0])
                place.batch.outcomes[place.position] = (
                    Outcome.CHANGED if changes else Outcome.UNCHANGED
                )
                if changes:
                    updates.append((self.ids[key], changes, self.source(place)))
            else:
                rows.append(self._new_row(key, place))
                sources.append(self.source(place))
                keys.append(key)
                place.batch.outcomes[place.position] = Outcome.NEW
        ids = self.intake.operation.insert(
            "customer", ("account_key", "account_no", *self.told, *_REST), rows, sources
        )
        self.ids.update(zip(keys, ids, strict=True))
        self.fresh = set(ids)
        write_updates(self.intake.operation, "customer", updates)

    def _new_row(self, key: str, place: Place) -> tuple[Stored, ...]:
        values: tuple[Any, ...] = self.fields(place)
        if place.batch.sheet_id in self.clearing:
            values = tuple(map(stored, values))
        closed_on = stored(self.closed_on[place.batch.sheet_id][place.position])
        if closed_on is None and values[_STATUS] == CLOSED:
            closed_on = self.intake.as_of
        extras = place.batch.rows.extras
        kept = merged_extras(None, extras_at(place.batch.rows, place.position)) if extras else None
        where = (self.offices[key], *self.named(place)[1:_MANAGER])
        places = self.place_ids.get(where)
        if places is None:
            places = self.place_ids[where] = tuple(map(stored, self._place_ids(key, place)))
        return (key, self.number(place), *values, closed_on, kept, *places)

    def _changes(self, key: str, place: Place) -> dict[str, tuple[Stored, Stored]]:
        current = self.known[key]
        at = {name: i for i, name in enumerate(self.current)}
        plain = current[2 : 2 + len(self.told)]
        changes = differences(self.told, plain, self.fields(place))
        names = ("office_id", "line_id", "transformer_area_id", "grid_id")
        changes |= differences(names, [current[at[n]] for n in names], self._place_ids(key, place))
        number = self.number(place)
        longer = len(number) > len(current[1]) and account_key(current[1]) == key
        if longer or key in self.renumbered:
            # the longer or the new form becomes the number; the one known so far stays findable
            changes["account_no"] = (current[1], number)
            if plain[_OLD_NO] is None and "old_account_no" not in changes:
                changes["old_account_no"] = (None, current[1])
            if account_key(current[1]) != key:
                changes["account_key"] = (account_key(current[1]), key)
        changes |= self._closing(place, changes, current[at["closed_on"]])
        if place.batch.rows.extras:
            old = current[at["extras"]]
            extras = merged_extras(old, extras_at(place.batch.rows, place.position))
            if extras != old:
                changes["extras"] = (old, extras)
        return changes

    def _closing(
        self, place: Place, changes: Mapping[str, tuple[Stored, Stored]], current: Stored
    ) -> dict[str, tuple[Stored, Stored]]:
        """closed_on: as the row says, else the day the ledger learns of it; reopening clears it."""
        said = place.batch.column("customer.closed_on")[place.position]
        if said is not None:
            return differences(["closed_on"], [current], [said])
        if "status" not in changes:
            return {}
        closed = self.intake.as_of if changes["status"][1] == CLOSED else None
        return {} if closed == current else {"closed_on": (current, closed)}

    # --- what hangs on them ------------------------------------------------------------------------

    def _follow_up(self) -> None:
        """Managers and energy of the round's rows."""
        wanted: dict[int, tuple[int | None, Source]] = {}
        opened: dict[int, str | None] = {}
        readings = []
        about: list[tuple[int, Place]] = []
        for key, place in self.round.items():
            customer = self.ids[key]
            name = self.named(place)[_MANAGER]
            if name is not None:
                manager = None
                if isinstance(name, str):
                    manager = self.people.id_of(self.offices[key], name)
                    about.append((manager, place))
                wanted[customer] = (manager, self.source(place))
                day = self.fields(place)[_OPENED]
                opened[customer] = day if isinstance(day, str) else None
            for (year, month), kwh in self._energy(place).items():
                readings.append(Reading(customer, year, month, kwh, place))
        self.people.complete(about)
        moved = assign(self.intake, wanted, opened, self.fresh)
        energy = store_energy(self.intake, readings, self.fresh)
        for key, place in self.round.items():
            touched = self.ids[key] in moved or (place.batch.sheet_id, place.position) in energy
            if touched and place.batch.outcomes[place.position] is Outcome.UNCHANGED:
                place.batch.outcomes[place.position] = Outcome.CHANGED
