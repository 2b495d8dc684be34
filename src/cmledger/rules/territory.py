"""Which places a manager's territory names: 负责线路, 负责台区, 负责村/社区/网格, each a list in one cell."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from cmledger.records.assignment import Claim, NamedPlace, Territory, UnknownPlace
from cmledger.records.text import folded
from cmledger.wording.places import all_of

FIELDS = {"lines": "line", "areas": "transformer_area", "grids": "grid"}
"""Column of the manager -> the kind of place it names first of all."""
_BETWEEN = re.compile(r"[、,，;；|/／\n]+")


def territory(claims: Iterable[Claim], places: Iterable[NamedPlace]) -> Territory:
    """Who is responsible where: by the manager written beside a place, and by the places written beside a manager.

    全部线路 and the like are every place of the kind in the office. A name is looked for among the places its column is for, else among the others: offices write communities under
    负责线路 (负责区域), too.
    """
    covers: dict[str, dict[int, set[int]]] = {kind: defaultdict(set) for kind in FIELDS.values()}
    named: dict[tuple[int, str], list[NamedPlace]] = defaultdict(list)
    everywhere: dict[tuple[int, str], list[NamedPlace]] = defaultdict(list)
    for place in places:
        everywhere[place.office, place.kind].append(place)
        if place.manager is not None:
            covers[place.kind][place.id].add(place.manager)
        for word in {folded(w) for w in (place.name, place.code) if w}:
            named[place.office, word].append(place)
    unknown: list[UnknownPlace] = []
    for claim in claims:
        for name, found in _found(claim, named, everywhere):
            if not found:
                unknown.append(UnknownPlace(claim.manager, claim.field, name))
            for place in found:
                covers[place.kind][place.id].add(claim.manager)
    return Territory(
        {kind: {i: frozenset(m) for i, m in of.items()} for kind, of in covers.items()}, unknown
    )


def _found(
    claim: Claim,
    named: Mapping[tuple[int, str], list[NamedPlace]],
    everywhere: Mapping[tuple[int, str], list[NamedPlace]],
) -> Iterator[tuple[str, list[NamedPlace]]]:
    """Each name of a claim and the places it means; a name that holds a list mark is first tried as a whole."""
    whole = _meant(claim, claim.text, named, everywhere)
    if whole:
        yield claim.text, whole
        return
    for part in _BETWEEN.split(claim.text):
        if part.strip():
            yield part.strip(), _meant(claim, part, named, everywhere)


def _meant(
    claim: Claim,
    name: str,
    named: Mapping[tuple[int, str], list[NamedPlace]],
    everywhere: Mapping[tuple[int, str], list[NamedPlace]],
) -> list[NamedPlace]:
    kind = all_of(folded(name), FIELDS[claim.field])
    if kind is not None and (claim.office, folded(name)) not in named:
        return everywhere.get((claim.office, kind), [])
    found = named.get((claim.office, folded(name)), [])
    return [place for place in found if place.kind == FIELDS[claim.field]] or found
