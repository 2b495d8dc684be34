"""Which visit each row of a file tells of: one the ledger knows, or another; several rows may tell of one.

A row whose hidden form number is known tells of the visit that has it. The due list has a row per service item: those
of one customer, day and manager tell of one visit. All others are matched as `same_visit` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmledger.ledger.intake.common import Place, extras_at
from cmledger.ledger.visits import contradict, same_visit
from cmledger.records.forms import joined, service_of, split, visit_of
from cmledger.records.intake import CLEAR, Parsed, Stored
from cmledger.wording.lists import TEXT_JOINT

Key = tuple[int, str, int]
"""customer, day, manager (0: not named)"""
Visit = Mapping[str, Any]
"""A visit as the ledger holds it."""

_TEXTS = ("content", "opinion", "remark")
"""Where several rows tell of one visit, what each says stands; of other fields there can be only one word."""


@dataclass(slots=True)
class Row:
    """What a row tells. told: field -> value, without blanks. left: the visit it told of before and now differs from."""

    place: Place
    key: Key
    told: Mapping[str, Parsed]
    forms: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    left: Visit | None = None
    adds: bool = True
    """Whether it says anything that rows above it do not say of the same visit."""

    @property
    def words(self) -> dict[str, Parsed]:
        """What is told, without what is only cleared."""
        return {f: value for f, value in self.told.items() if value is not CLEAR}


@dataclass(slots=True)
class Telling:
    """A visit (None: another one) and the rows that tell of it; key: where the rows put it."""

    key: Key
    visit: Visit | None = None
    rows: list[Row] = field(default_factory=list)
    told: dict[str, Parsed] = field(default_factory=dict)
    differing: list[tuple[Row, str, Row]] = field(default_factory=list)
    """Rows, a field of theirs, and the row whose word stands."""

    def add(self, row: Row) -> None:
        """Let a row tell of this visit."""
        before = (dict(self.told), self.row_forms, self.services)
        self.rows.append(row)
        for name, value in row.told.items():
            known = self.told.get(name)
            if known is None or known is CLEAR:
                self.told[name] = value
            elif name in _TEXTS and value is not CLEAR:
                self.told[name] = _together(str(known), str(value))
            elif value not in (CLEAR, known):
                first = next(r for r in self.rows if r.told.get(name) == known)
                self.differing.append((row, name, first))
        row.adds = before != (self.told, self.row_forms, self.services) or len(self.rows) == 1

    def told_in(self, rows: Sequence[Row]) -> None:
        """Let it be told by these rows alone, in this order: of two words the first stands."""
        self.rows, self.told, self.differing = [], {}, []
        for row in rows:
            self.add(row)

    @property
    def row_forms(self) -> tuple[str, ...]:
        """The numbers its rows carry, but for those of exported visits, which the ledger does not store."""
        forms = (form for row in self.rows for form in row.forms if visit_of(form) is None)
        return tuple(dict.fromkeys(forms))

    @property
    def services(self) -> set[str]:
        """Items its rows name."""
        return {code for row in self.rows for code in row.services}

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the visit, with what its rows say in words."""
        words = {f: value for f, value in self.told.items() if value is not CLEAR}
        return {"content": None, **(self.visit or {}), **words}

    def changes(self, gone: Iterable[str] = ()) -> dict[str, tuple[Stored, Stored]]:
        """field -> (before, after) of the visit the ledger knows. gone: form numbers it has no more."""
        assert self.visit is not None
        had = split(self.visit["form_id"])
        kept = tuple(form for form in had if form not in set(gone))
        now: dict[str, Any] = {"form_id": joined(tuple(dict.fromkeys((*kept, *self.row_forms))))}
        for name in self.told:
            now[name] = self._told_now(name, whole=_whole(self.rows, kept))
        return {f: (self.visit[f], new) for f, new in now.items() if new != self.visit[f]}

    def _told_now(self, name: str, *, whole: bool) -> Any:
        """A field after the file; what rows left out of the file said of the visit stands."""
        assert self.visit is not None
        told, held = self.told[name], self.visit[name]
        if told is CLEAR:
            return None
        if held is None or name not in _TEXTS:
            return told
        if not whole:
            return _together(held, str(told))
        same = len(self.rows) > 1 and set(_parts(held)) == set(_parts(str(told)))
        return held if same else told


def in_part(visit: Visit, name: str, value: Parsed) -> bool:
    """Whether a visit says already what one of its rows says."""
    held = visit[name]
    return value == held or (name in _TEXTS and value in _parts(held or ""))


def tellings(rows: Sequence[Row], visits: Iterable[Visit]) -> list[Telling]:
    """The visits that the rows tell of; every row is in exactly one of them.

    visits: those the ledger holds of these customers, in sequence. A visit whose rows have been given another day or
    manager moves there if all its rows agree; else those that differ leave it (`Row.left`) and tell of another.
    """
    known = list(visits)
    owned = _owned(rows, known)
    at: dict[Key, list[Telling]] = defaultdict(list)
    keys = {row.key for row in rows}
    loose = {id(row) for row in rows}
    for visit in known:
        its = owned.get(visit["id"], [])
        key = _stays(visit, its)
        telling = Telling(key or key_of(visit), visit)
        for row in its:
            if row.key == key:
                telling.add(row)
                loose.discard(id(row))
            else:
                row.left = visit
        if telling.key in keys:
            at[telling.key].append(telling)
    order = sorted(rows, key=lambda row: not row.forms)  # those with a number first
    for row in order:
        if id(row) in loose:
            _told_of(row, at[row.key]).add(row)
    found = [telling for there in at.values() for telling in there]
    position = {id(row): number for number, row in enumerate(order)}
    for telling in (t for t in found if len(t.rows) > 1):
        telling.told_in(sorted(telling.rows, key=lambda row: position[id(row)]))
    return found


def _owned(rows: Sequence[Row], visits: Sequence[Visit]) -> dict[int, list[Row]]:
    """visit id -> the rows that carry its number. A number counts for one customer only."""
    by_form: dict[tuple[int, str], int] = {}
    for visit in visits if any(row.forms for row in rows) else ():
        by_form.update({(visit["customer_id"], f): visit["id"] for f in split(visit["form_id"])})
        by_form[visit["customer_id"], f"v{visit['id']}"] = visit["id"]
    owned: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        of = (by_form.get((row.key[0], form)) for form in row.forms)
        visit_id = next((i for i in of if i is not None), None)
        if visit_id is not None:
            owned[visit_id].append(row)
    return owned


def _stays(visit: Visit, its: Sequence[Row]) -> Key | None:
    """Where the rows of a visit put it; None: they all leave it to rows that the file leaves out."""
    keys = [row.key for row in its]
    if not keys or key_of(visit) in keys:
        return key_of(visit)
    return keys[0] if _whole(its, split(visit["form_id"])) else None


def _whole(rows: Sequence[Row], forms: Sequence[str]) -> bool:
    """Whether these rows are all that tell of the visit with these form numbers; rows without any are."""
    found = {form for row in rows for form in row.forms}
    return not found or found >= set(forms) or any(visit_of(form) for form in found)


def _told_of(row: Row, there: list[Telling]) -> Telling:
    """Which visit of its customer, day and manager a row tells of."""
    items = {service_of(form) for form in row.forms} - {None}
    for telling in there if row.forms else ():
        if not set(row.forms).isdisjoint(telling.row_forms):
            return telling  # told on the list and on a page of its own
    for telling in there if items else ():
        others = {service_of(form) for form in telling.row_forms} - {None}
        if others and not items & others:
            return telling
    fitting = [t for t in there if not any(_at_odds(other, row) for other in t.rows)]
    position = same_visit([t.facts for t in fitting], row.words)
    if position is not None:
        return fitting[position]
    there.append(Telling(row.key))
    return there[-1]


def _at_odds(row: Row, other: Row) -> bool:
    """Whether two rows cannot tell of one visit, by their fields or by the office's own columns."""
    own, others = (extras_at(r.place.batch.rows, r.place.position) for r in (row, other))
    return contradict(row.words, other.words) or any(
        others.get(header, text) != text for header, text in own.items()
    )


def key_of(visit: Visit) -> Key:
    """Where the ledger has a visit."""
    return visit["customer_id"], visit["visited_on"], visit["manager_key"]


def _parts(text: str) -> list[str]:
    return text.split(TEXT_JOINT)


def _together(text: str, more: str) -> str:
    """Both texts, without what the first says already."""
    known = _parts(text)
    return TEXT_JOINT.join([text, *(part for part in _parts(more) if part not in known)])
