"""Which places a manager's territory names: 负责线路, 负责台区, 负责村/社区/网格, each a list in one cell."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from cmledger.records.assignment import Claim, NamedPlace, Territory, UnknownPlace
from cmledger.records.text import folded
from cmledger.wording.places import all_of, without_voltage

FIELDS = {"lines": "line", "areas": "transformer_area", "grids": "grid"}
"""Column of the manager -> the kind of place it names first of all."""
_BETWEEN = re.compile(r"[、,，;；|/／\n]+")


def territory(claims: Iterable[Claim], places: Iterable[NamedPlace]) -> Territory:
    """Who is responsible where: by the manager written beside a place, and by the places written beside a manager.

    A name is looked for among the places its column is for, else among the others: offices write communities under
    负责线路 (负责区域), too. 全部线路 and the like are every place of the kind in the office.
    """
    known = _Known(places)
    unknown: list[UnknownPlace] = []
    for claim in claims:
        for name, found in _found(claim, known):
            if not found:
                unknown.append(UnknownPlace(claim.manager, claim.field, name))
            for place in found:
                known.covers[place.kind][place.id].add(claim.manager)
    return Territory(
        {kind: {i: frozenset(m) for i, m in of.items()} for kind, of in known.covers.items()},
        unknown,
    )


class _Known:
    """The places of every office by their names, and who covers them."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        self.covers: dict[str, dict[int, set[int]]] = {k: defaultdict(set) for k in FIELDS.values()}
        self._named: dict[tuple[int, str], list[NamedPlace]] = defaultdict(list)
        self._all: dict[tuple[int, str], list[NamedPlace]] = defaultdict(list)
        self._bare_lines: dict[tuple[int, str], list[NamedPlace]] = defaultdict(list)
        for place in places:
            self._all[place.office, place.kind].append(place)
            if place.manager is not None:
                self.covers[place.kind][place.id].add(place.manager)
            for word in {folded(w) for w in (place.name, place.code) if w}:
                self._named[place.office, word].append(place)
            if place.kind == "line":
                bare = without_voltage(folded(place.name))[1]
                self._bare_lines[place.office, bare].append(place)

    def meant(self, office: int, name: str, usual: str) -> list[NamedPlace]:
        """The places of an office that a name means; usual: the kind of place it names first of all."""
        word = folded(name)
        found = self._named.get((office, word), [])
        if found:
            return [place for place in found if place.kind == usual] or found
        every = all_of(word, usual)
        if every is not None:
            kind, grids = every
            return [p for p in self._all.get((office, kind), ()) if grids in (None, p.grid_kind)]
        return self._line_alike(office, word)

    def _line_alike(self, office: int, word: str) -> list[NamedPlace]:
        """The one line that is called so but for its voltage: 10kV城南线 is 城南线, 35kV城南线 is another."""
        voltage, bare = without_voltage(word)
        found = [
            place
            for place in self._bare_lines.get((office, bare), ())
            if voltage is None or without_voltage(folded(place.name))[0] in (None, voltage)
        ]
        return found if len(found) == 1 else []


def _found(claim: Claim, known: _Known) -> Iterator[tuple[str, list[NamedPlace]]]:
    """Each name of a claim and the places it means; a name that holds a list mark is first tried as a whole."""
    usual = FIELDS[claim.field]
    whole = known.meant(claim.office, claim.text, usual)
    if whole:
        yield claim.text, whole
        return
    for part in _BETWEEN.split(claim.text):
        if part.strip():
            yield part.strip(), known.meant(claim.office, part, usual)
