"""Names on a row turned into ids: offices, lines, transformer areas, grids; unknown ones are created and said so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.intake.common import Intake
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.wording.places import grid_kind, without_voltage

KINDS = ("line", "transformer_area", "grid")


class Places:
    """Every named place of the ledger; small next to the customers, so it is held whole."""

    def __init__(self, intake: Intake) -> None:
        self._operation = intake.operation
        connection = intake.operation.connection
        office = table("office")
        self.offices: dict[str, int] = {
            name: i for i, name in connection.execute(sa.select(office.c.id, office.c.name))
        }
        self._known: dict[str, dict[tuple[int, str], int]] = {}
        for kind in KINDS:
            t = table(kind)
            rows = connection.execute(sa.select(t.c.id, t.c.office_id, t.c.name))
            self._known[kind] = {(office_id, name): i for i, office_id, name in rows}
        self.created: dict[str, list[str]] = {"office": [], **{kind: [] for kind in KINDS}}
        self.taken_for: dict[tuple[int, str], str] = {}
        """Lines named with their voltage or without it: (office id, as written) -> the name of the line it is."""

    def ensure_offices(self, names: Iterable[tuple[str, Source]]) -> None:
        """Create the offices not yet known; the first row that names one is its source."""
        new = {}
        for name, source in names:
            if name not in self.offices and name not in new:
                new[name] = source
        ids = self._operation.insert("office", ("name",), [(n,) for n in new], list(new.values()))
        self.offices.update(zip(new, ids, strict=True))
        self.created["office"] += new

    def ensure(self, kind: str, names: Iterable[tuple[int, str, Source]]) -> None:
        """Create places of a kind (office id, name) not yet known."""
        known = self._known[kind]
        new: dict[tuple[int, str], Source] = {}
        alike = _Alike(known) if kind == "line" else None
        taken: dict[tuple[int, str], str] = {}
        for office_id, name, source in names:
            key = (office_id, name)
            if key in known or key in new or key in taken:
                continue
            other = alike.other(key) if alike else None
            if other is not None:
                taken[key] = other
                continue
            new[key] = source
            if alike:
                alike.add(key)
        columns: tuple[str, ...] = ("office_id", "name")
        rows: list[tuple[object, ...]] = list(new)
        if kind == "grid":
            columns, rows = (*columns, "grid_kind"), [(*key, grid_kind(key[1])) for key in new]
        ids = self._operation.insert(kind, columns, rows, list(new.values()))
        known.update(zip(new, ids, strict=True))
        known.update({key: known[key[0], other] for key, other in taken.items()})
        self.taken_for |= taken
        self.created[kind] += [name for _, name in new]

    def find(self, kind: str, office_id: int, name: str) -> int | None:
        """The id of a place, None where nobody knows it."""
        return self._known[kind].get((office_id, name))

    def line_alike(self, office_id: int, name: str) -> str | None:
        """The one line that an unknown name may be: with its voltage before it, or without."""
        return _Alike(self._known["line"]).other((office_id, name))

    def names(self, kind: str, office_id: int) -> list[str]:
        """What the places of a kind are called in an office."""
        return [name for owner, name in self._known[kind] if owner == office_id]

    def learn(self, kind: str, known: Mapping[tuple[int, str], int]) -> None:
        """Know the places that sheets of this kind have brought: (office id, name) -> id."""
        self._known[kind].update(known)

    def id_of(self, kind: str, office_id: int, name: str) -> int:
        """The id of a place that `ensure` has seen."""
        return self._known[kind][office_id, name]


class _Alike:
    """Lines of an office by their names without the voltage: 10kV城南线 and 城南线 are one, 35kV城南线 is another."""

    def __init__(self, known: Iterable[tuple[int, str]]) -> None:
        self._names: dict[tuple[int, str], list[tuple[str | None, str]]] = defaultdict(list)
        for key in known:
            self.add(key)

    def add(self, key: tuple[int, str]) -> None:
        """Know a line (office id, name)."""
        voltage, bare = without_voltage(key[1])
        self._names[key[0], bare].append((voltage, key[1]))

    def other(self, key: tuple[int, str]) -> str | None:
        """The one line that this name may be; None where there is none, or more than one."""
        voltage, bare = without_voltage(key[1])
        named = self._names.get((key[0], bare), ())
        found = [name for own, name in named if voltage is None or own is None or own == voltage]
        return found[0] if len(found) == 1 else None


def offices_named(connection: Connection) -> set[str]:
    """The names of the ledger's offices."""
    return set(connection.scalars(sa.select(table("office").c.name)))
