"""Names on a row turned into ids: offices, lines, transformer areas, grids; unknown ones are created and said so."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.intake.common import Intake
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.wording.places import grid_kind

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
        for office_id, name, source in names:
            key = (office_id, name)
            if key not in known and key not in new:
                new[key] = source
        columns: tuple[str, ...] = ("office_id", "name")
        rows: list[tuple[object, ...]] = list(new)
        if kind == "grid":
            columns, rows = (*columns, "grid_kind"), [(*key, grid_kind(key[1])) for key in new]
        ids = self._operation.insert(kind, columns, rows, list(new.values()))
        known.update(zip(new, ids, strict=True))
        self.created[kind] += [name for _, name in new]

    def learn(self, kind: str, known: Mapping[tuple[int, str], int]) -> None:
        """Know the places that sheets of this kind have brought: (office id, name) -> id."""
        self._known[kind].update(known)

    def id_of(self, kind: str, office_id: int, name: str) -> int:
        """The id of a place that `ensure` has seen."""
        return self._known[kind][office_id, name]


def offices_named(connection: Connection) -> set[str]:
    """The names of the ledger's offices."""
    return set(connection.scalars(sa.select(table("office").c.name)))
