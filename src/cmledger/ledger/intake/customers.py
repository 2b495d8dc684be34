"""客户台账 rows: a customer is one 户号; its 10- and 13-digit forms meet on the last 10 digits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from cmledger.ledger.customers import account_key, customers_by_id, customers_by_number
from cmledger.ledger.duplicates import merged_numbers
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
from cmledger.ledger.tables import CLOSED, table
from cmledger.records.intake import CLEAR, Outcome, Parsed, Stored
from cmledger.records.text import same_words
from cmledger.wording.lists import listed

_ALWAYS = ("opened_on", "status", "old_account_no")
_OLD_NO = 2
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

_PLACES = ("office_id", "line_id", "transformer_area_id", "grid_id")
_REST = ("closed_on", "extras", *_PLACES)

_NAMED = ("name",)
"""Offices write one name with wide brackets here and narrow ones there."""

_NAMES = (
    "customer.office",
    *(f"customer.{kind}" for kind in KINDS),
    "customer_manager.manager",
)
"""What a row names: its office, line, area, grid and manager."""
_OFFICE, _MANAGER = 0, 4


_Where = tuple[int, Parsed, Parsed, Parsed, Parsed]
"""office id, and the names of line, area, grid and manager"""
_NOWHERE: _Where = (0, None, None, None, None)


def apply_customers(
    intake: Intake, batches: Sequence[Batch], places: Places, people: People
) -> None:
    """Settle every open row of a file's customer sheets."""
    _Work(intake, batches, places, people).run()


@dataclass(slots=True)
class _Row(Place):
    """An open row with what is asked of it again and again, worked out once.

    names: in the order of _NAMES, the same object for rows that name the same; where: set when its places are settled.
    """

    account_no: str
    key: str
    names: tuple[Parsed, ...]
    source: Source
    where: _Where = _NOWHERE


def _office_name(row: _Row) -> str:
    """The office a row names, else the sheet's."""
    name = row.names[_OFFICE]
    return name if isinstance(name, str) else str(row.batch.office)


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
        self.clearing = {
            b.sheet_id for b in batches if any(CLEAR in column for column in b.rows.values.values())
        }
        self.closed_on = {b.sheet_id: b.column("customer.closed_on") for b in batches}
        self.faces: dict[int, list[tuple[Parsed, ...]]] = {}
        self.place_ids: dict[_Where, tuple[Parsed, ...]] = {}
        self.round: dict[str, _Row] = {}
        self.known: dict[str, tuple[Any, ...]] = {}
        self.renumbered: set[str] = set()
        self.exported: set[str] = set()
        """Those of them that an export had handed out: the number they had becomes the former one."""
        self.ids: dict[str, int] = {}
        self.fresh = range(0)

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

    def _fields(self, row: _Row) -> tuple[Parsed, ...]:
        """What a row says, in the order of `told`."""
        sheet = row.batch.sheet_id
        if sheet not in self.faces:  # where all customers are new, nobody asks
            columns = [row.batch.column(f"customer.{f}") for f in self.told]
            self.faces[sheet] = list(zip(*columns, strict=True))
        return self.faces[sheet][row.position]

    # --- which customer is it ----------------------------------------------------------------------

    def _groups(self) -> dict[str, list[_Row]]:
        """Rows by customer; contradictions within the file reject all of a customer's rows."""
        groups: dict[str, list[_Row]] = {}
        for batch in self.batches:
            numbers = batch.column("customer.account_no")
            names = list(zip(*map(batch.column, _NAMES), strict=True))
            alike: dict[tuple[Parsed, ...], tuple[Parsed, ...]] = {}
            for position in batch.open():
                number, named = numbers[position], names[position]
                if not isinstance(number, str):
                    batch.reject(position, "missing-key", "customer.account_no")
                    continue
                if named[_OFFICE] is CLEAR:
                    batch.reject(position, "office-cleared", "customer.office")
                    continue
                key = account_key(number)
                named = alike.setdefault(named, named)
                row = _Row(batch, position, number, key, named, batch.source(position))
                if key in groups:
                    groups[key].append(row)
                else:
                    groups[key] = [row]
        self._refuse_merged(groups)
        return {
            key: group
            for key, group in groups.items()
            if len(group) == 1 or not (self._prefixed(group, set()) or self._contradictory(group))
        }

    def _refuse_merged(self, groups: dict[str, list[_Row]]) -> None:
        """Rows of customers that were found to be others; an export's own rows say what is there."""
        for key, into in merged_numbers(self.intake.operation.connection).items():
            group = groups.get(key, [])
            for row in [row for row in group if row.position not in row.batch.records]:
                group.remove(row)
                facts = {"value": row.account_no, "into": into}
                row.batch.reject(row.position, "merged-account", "customer.account_no", **facts)
            if not group:
                groups.pop(key, None)

    def _look_up(self, later: dict[str, list[_Row]]) -> None:
        """Which of the round's customers the ledger knows, by number, former number, or the row's 原户号."""
        connection = self.intake.operation.connection
        self.known = customers_by_number(connection, list(self.round), self.current)
        self._renumber_exported()
        former = {}
        for key, one in self.round.items():
            if key in self.known:
                continue
            old = one.batch.column("customer.old_account_no")[one.position]
            if isinstance(old, str) and account_key(old) != key:
                former[account_key(old)] = key
        for old, found in customers_by_number(connection, list(former), self.current).items():
            self.known[former[old]] = found
            self.renumbered.add(former[old])
        taken: set[int] = set()
        for key, found in self.known.items():
            if found[0] in taken:  # two numbers, one customer: one after the other
                later.setdefault(key, []).insert(0, self.round.pop(key))
            taken.add(found[0])
            row = self.round.get(key)
            if row and (
                self._formerly_another(row, found) or self._prefixed([row], {str(found[1])})
            ):
                del self.round[key]

    def _renumber_exported(self) -> None:
        """Exported rows whose 户号 was edited are still about the customer they were handed out for."""
        marked = {
            row.batch.records[row.position]: key
            for key, row in self.round.items()
            if row.position in row.batch.records
            and (
                key not in self.known
                or account_key(self.known[key][1]) != key  # it gets its former number back
            )
        }
        for found in customers_by_id(
            self.intake.operation.connection, sorted(marked), self.current
        ):
            key = marked[found[0]]
            self.known[key] = found
            self.renumbered.add(key)
            self.exported.add(key)

    def _formerly_another(self, row: _Row, found: tuple[Any, ...]) -> bool:
        """A number that a customer gave up, with another name: perhaps somebody new; refused."""
        if (
            account_key(found[1]) == row.key
            or row.key in self.renumbered
            or "name" not in self.told
        ):
            return False
        at = self.told.index("name")
        known, said = found[2 + at], self._fields(row)[at]
        if not isinstance(said, str) or known is None or same_words(said, known):
            return False
        row.batch.reject(
            row.position,
            "former-number",
            "customer.account_no",
            value=row.account_no,
            account_no=found[1],
            name=known,
            other=said,
        )
        return True

    def _prefixed(self, group: list[_Row], forms: set[str]) -> bool:
        """The same last ten digits under two province prefixes cannot be told apart: refused."""
        numbers = forms | {row.account_no for row in group}
        key = group[0].key
        long = sorted(n for n in numbers if len(n) > len(key) and account_key(n) == key)
        if len(long) < 2:
            return False
        for row in group:
            row.batch.reject(
                row.position, "two-prefixes", "customer.account_no", value=listed(long)
            )
        return True

    def _contradictory(self, group: list[_Row]) -> bool:
        faces = [self._fields(row) + row.names for row in group]
        energies = [self._energy(row) for row in group]
        extras = [extras_at(row.batch.rows, row.position) for row in group]
        if not any(
            in_conflict(faces[i], faces[j])
            or any(extras[j].get(header, text) != text for header, text in extras[i].items())
            or any(energies[j].get(when, kwh) != kwh for when, kwh in energies[i].items())
            for i in range(len(group))
            for j in range(i)
        ):
            return False
        for row in group:
            row.batch.reject(
                row.position,
                "conflicting-rows",
                "customer.account_no",
                value=row.account_no,
                rows=listed(other.source[1] for other in group if other is not row),
            )
        return True

    def _energy(self, row: _Row) -> dict[tuple[int, int], Parsed]:
        """The row's kWh by year and month."""
        return {
            (column.year, column.month): kwh
            for column in row.batch.rows.energy
            if (kwh := column.values[row.position]) is not None
        }

    # --- where does it belong ----------------------------------------------------------------------

    def _settle_places(self) -> None:
        """Create offices, then lines, areas, grids and managers that rows name and nobody knows yet."""
        self._settle_offices()
        wheres: dict[_Where, _Row] = {}
        for row in self.round.values():
            wheres.setdefault(row.where, row)
        for at, kind in enumerate(KINDS, start=1):
            self.places.ensure(
                kind,
                (
                    (where[0], name, row.source)
                    for where, row in wheres.items()
                    if isinstance(name := where[at], str)
                ),
            )
        self._say_taken(wheres)
        named = [
            (where[0], name, row.source)
            for where, row in wheres.items()
            if isinstance(name := where[_MANAGER], str)
        ]
        self._refuse_ambiguous({n[:2] for n in named if self.people.ambiguous(*n[:2])})
        for (_, name), source in self.people.ensure(named).items():
            self._say_created(name, source)
        for where in wheres:
            self.place_ids[where] = self._ids_of(where)

    def _say_taken(self, wheres: Mapping[_Where, _Row]) -> None:
        """Lines written with their voltage here and without it elsewhere, each said once in a sheet."""
        at = KINDS.index("line") + 1
        said: set[tuple[int, object, object]] = set()
        for where, row in wheres.items():
            other = self.places.taken_for.get((where[0], str(where[at])))
            once = (row.batch.sheet_id, where[0], where[at])
            if other is not None and once not in said:
                said.add(once)
                row.batch.say(
                    row.position, "line-taken-for", "customer.line", value=where[at], line=other
                )

    def _settle_offices(self) -> None:
        """The office of each row: its own cell, else a known customer's, else the sheet's."""
        unsettled: list[_Row] = []
        at = self.current.index("office_id")
        for key, row in list(self.round.items()):
            if row.names[_OFFICE] is None and row.batch.office is None and key not in self.known:
                row.batch.reject(row.position, "missing-key", "customer.office")
                del self.round[key]
            elif key in self.known and row.names[_OFFICE] is None:
                row.where = (int(self.known[key][at]), *row.names[1:])  # type: ignore[assignment]
            else:
                unsettled.append(row)
        alike: dict[tuple[int, int], list[_Row]] = {}
        for row in unsettled:
            alike.setdefault((row.batch.sheet_id, id(row.names)), []).append(row)
        self.places.ensure_offices(
            (_office_name(rows[0]), rows[0].source) for rows in alike.values()
        )
        for rows in alike.values():
            where = (self.places.offices[_office_name(rows[0])], *rows[0].names[1:])
            for row in rows:
                row.where = where  # type: ignore[assignment]

    def _refuse_ambiguous(self, names: set[tuple[int, str]]) -> None:
        """Rows that name a manager of whom the office has two."""
        if not names:
            return
        for key, row in list(self.round.items()):
            if (row.where[0], row.where[_MANAGER]) in names:
                row.batch.reject(
                    row.position,
                    "ambiguous-manager",
                    "customer_manager.manager",
                    value=row.where[_MANAGER],
                )
                del self.round[key]

    def _say_created(self, name: str, source: Source) -> None:
        for batch in self.batches:
            if batch.sheet_id == source[0]:
                position = list(batch.rows.numbers).index(source[1])
                batch.say(position, "manager-created", "customer_manager.manager", value=name)

    def _ids_of(self, where: _Where) -> tuple[Parsed, ...]:
        """office_id and the ids of line, area, grid, as parsed values (blank None, CLEAR)."""
        return (
            where[0],
            *(
                self.places.id_of(kind, where[0], name) if isinstance(name, str) else name
                for kind, name in zip(KINDS, where[1:_MANAGER], strict=True)
            ),
        )

    # --- the records -------------------------------------------------------------------------------

    def _write(self) -> None:
        """Insert new customers, update changed ones."""
        fresh: list[_Row] = []
        updates = []
        for key, row in self.round.items():
            if key not in self.known:
                fresh.append(row)
                continue
            changes = self._changes(key, row)
            self.ids[key] = int(self.known[key][0])
            row.batch.outcomes[row.position] = Outcome.CHANGED if changes else Outcome.UNCHANGED
            if changes:
                updates.append((self.ids[key], changes, row.source))
        self.fresh = self.intake.operation.insert_columns(
            "customer", self._new_columns(fresh), [row.source for row in fresh]
        )
        for i, row in zip(self.fresh, fresh, strict=True):
            self.ids[row.key] = i
            row.batch.outcomes[row.position] = Outcome.NEW
        self._say_twice(updates)
        write_updates(self.intake.operation, "customer", updates)

    def _say_twice(
        self, updates: Sequence[tuple[int, Mapping[str, tuple[Stored, Stored]], Source]]
    ) -> None:
        """A value that an earlier file or sheet of this very import had written otherwise."""
        touched = self.intake.operation.touched("customer", [i for i, *_ in updates])
        rows = {row.source: row for row in self.round.values()}
        for customer, changes, source in updates:
            if customer not in touched:
                continue
            for field, (before, after) in changes.items():
                if before is not None and field not in ("account_no", "account_key", "extras"):
                    row = rows[source]
                    facts = {"before": before, "after": after}
                    row.batch.say(row.position, "stated-twice", f"customer.{field}", **facts)

    def _new_columns(self, fresh: Sequence[_Row]) -> dict[str, Sequence[Stored]]:
        """The records of new customers, field by field."""
        stretches = [
            (rows[0].batch, [row.position for row in rows])
            for _, its in groupby(fresh, lambda row: row.batch.sheet_id)
            if (rows := list(its))
        ]
        columns: dict[str, Sequence[Stored]] = {
            "account_key": [row.key for row in fresh],
            "account_no": [row.account_no for row in fresh],
            **{name: self._stored(stretches, name) for name in (*self.told, "closed_on")},
        }
        names = columns.get("name") or [None] * len(fresh)
        for row, name in zip(fresh, names, strict=True):
            if name is None:
                row.batch.say(row.position, "no-name", "customer.name")
        columns["extras"] = [
            merged_extras(None, extras_at(seen, row.position))
            if (seen := row.batch.rows).extras
            else None
            for row in fresh
        ]
        ids = {where: tuple(map(stored, its)) for where, its in self.place_ids.items()}
        for at, name in enumerate(_PLACES):
            columns[name] = [ids[row.where][at] for row in fresh]
        return columns

    def _stored(self, stretches: Sequence[tuple[Batch, Sequence[int]]], name: str) -> list[Stored]:
        """A field of new customers, sheet by sheet at these positions."""
        found: list[Stored] = []
        for batch, positions in stretches:
            values = map(batch.column(f"customer.{name}").__getitem__, positions)
            clearing = batch.sheet_id in self.clearing
            found += map(stored, values) if clearing else values  # type: ignore[arg-type]
        return found

    def _changes(self, key: str, row: _Row) -> dict[str, tuple[Stored, Stored]]:
        current = self.known[key]
        at = {name: i for i, name in enumerate(self.current)}
        plain = current[2 : 2 + len(self.told)]
        changes = differences(
            self.told,
            plain,
            self._fields(row),
            # whoever edited this very record means what they wrote
            () if row.position in row.batch.records else _NAMED,
        )
        places = [current[at[n]] for n in _PLACES]
        changes |= differences(_PLACES, places, self.place_ids[row.where])
        number = row.account_no
        longer = len(number) > len(current[1]) and account_key(current[1]) == key
        if longer or key in self.renumbered:
            # the longer or the new form becomes the number; the one known so far stays findable
            changes["account_no"] = (current[1], number)
            open_ = plain[_OLD_NO] is None or key in self.exported
            if open_ and "old_account_no" not in changes:
                changes["old_account_no"] = (plain[_OLD_NO], current[1])
            if account_key(current[1]) != key:
                changes["account_key"] = (account_key(current[1]), key)
        changes |= self._closing(row, changes, current[at["closed_on"]])
        if row.batch.rows.extras:
            old = current[at["extras"]]
            extras = merged_extras(old, extras_at(row.batch.rows, row.position))
            if extras != old:
                changes["extras"] = (old, extras)
        return changes

    def _closing(
        self, row: _Row, changes: Mapping[str, tuple[Stored, Stored]], current: Stored
    ) -> dict[str, tuple[Stored, Stored]]:
        """closed_on: as the row says, else the day the ledger learns of it; reopening clears it."""
        said = self.closed_on[row.batch.sheet_id][row.position]
        if said is not None:
            return differences(["closed_on"], [current], [said])
        if "status" not in changes:
            return {}
        closed = None
        if changes["status"][1] == CLOSED:
            closed = self.intake.as_of
            row.batch.say(row.position, "closed-today", "customer.status", day=closed)
        return {} if closed == current else {"closed_on": (current, closed)}

    # --- what hangs on them ------------------------------------------------------------------------

    def _follow_up(self) -> None:
        """Managers and energy of the round's rows."""
        wanted: dict[int, tuple[int | None, Source]] = {}
        opened: dict[int, str | None] = {}
        readings: list[Reading] = []
        about: list[tuple[int, Place]] = []
        for key, row in self.round.items():
            customer = self.ids[key]
            name = row.where[_MANAGER]
            if name is not None:
                manager = None
                if isinstance(name, str):
                    manager = self.people.id_of(row.where[0], name)
                    about.append((manager, row))
                wanted[customer] = (manager, row.source)
                day = row.batch.column("customer.opened_on")[row.position]
                opened[customer] = day if isinstance(day, str) else None
            if row.batch.rows.energy:
                readings += [
                    Reading(customer, year, month, kwh, row)
                    for (year, month), kwh in self._energy(row).items()
                ]
        completed = self.people.complete(about)
        moved = assign(self.intake, wanted, opened, self.fresh)
        energy = store_energy(self.intake, readings, self.fresh)
        for key in self.known.keys() & self.round.keys():
            row = self.round[key]
            place = (row.batch.sheet_id, row.position)
            touched = self.ids[key] in moved or place in energy or place in completed
            if touched and row.batch.outcomes[row.position] is Outcome.UNCHANGED:
                row.batch.outcomes[row.position] = Outcome.CHANGED
