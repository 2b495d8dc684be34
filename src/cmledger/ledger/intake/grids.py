"""网格台账 and 联络员台账 rows. Keys: a grid by office and name, a liaison by its grid and name.

A grid with several liaisons stands on several rows: what they say of the grid must agree, each tells its liaison.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from cmledger.ledger.intake.common import Batch, Intake, Place, extras_at
from cmledger.ledger.intake.named import (
    Told,
    agreeing,
    managers_of,
    of_offices,
    reach,
    record,
    refuse_ambiguous,
    summed,
    told,
    write,
)
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places
from cmledger.records.intake import Outcome, Stored
from cmledger.wording.places import grid_kind

_GRID = ("manager", "grid_kind", "code", "remark")
_LIAISON = ("role", "phone", "remark")
_BESIDE = ("role", "phone")
"""What a grid's row tells of its liaison; the remark there is the grid's."""

_Groups = Mapping[tuple[Hashable, ...], Sequence[Told]]


def apply_grids(intake: Intake, batches: Sequence[Batch], places: Places, people: People) -> None:
    """Settle every open row of a file's sheets of grids; liaisons and managers they name are made known."""
    found = of_offices(batches, "grid.office", "grid.name")
    refuse_ambiguous(
        [(p, office, p.batch.column("grid.manager")[p.position]) for p, office, _ in found],
        "grid.manager",
        places,
        people,
    )
    grid_rows, liaison_rows = _told(found)
    agreeing(liaison_rows, "liaison.name")
    groups = agreeing(grid_rows, "grid.name")
    liaisons = agreeing(liaison_rows, "liaison.name")  # of the rows that still stand
    _write_grids(intake, groups, places, people)
    _write_liaisons(intake, liaisons, places, _BESIDE)


def apply_liaisons(
    intake: Intake, batches: Sequence[Batch], places: Places, _people: People
) -> None:
    """Settle every open row of a file's sheets of liaisons; grids they name are made known."""
    fields = [f"liaison.{f}" for f in _LIAISON]
    rows: list[Told] = []
    for place, office, name in of_offices(batches, "grid.office", "liaison.name"):
        grid = place.batch.column("liaison.grid")[place.position]
        if isinstance(grid, str):
            rows.append(told(place, (office, grid, name), fields))
        else:
            place.batch.reject(place.position, "missing-key", "liaison.grid")
    groups = agreeing(rows, "liaison.name")
    places.ensure_offices((str(key[0]), group[0].place.origin) for key, group in groups.items())
    places.ensure(
        "grid",
        (
            (places.offices[str(office)], str(grid), group[0].place.origin)
            for (office, grid, _), group in groups.items()
        ),
    )
    _write_liaisons(intake, groups, places, _LIAISON)


def _told(found: Sequence[tuple[Place, str, str]]) -> tuple[list[Told], list[Told]]:
    """What the rows tell of grids, and of liaisons; a liaison without a name refuses its row."""
    theirs = _of_liaisons(found)
    grids: list[Told] = []
    liaisons: list[Told] = []
    for place, office, grid in found:
        if place.batch.outcomes[place.position] is not None:
            continue
        name = place.batch.column("liaison.name")[place.position]
        extras = extras_at(place.batch.rows, place.position)
        beside: dict[str, Stored] = {}
        if isinstance(name, str):
            own = theirs[place.batch.sheet_id]
            beside = {header: text for header, text in extras.items() if header in own}
            extras = {header: text for header, text in extras.items() if header not in own}
            fields = [f"liaison.{f}" for f in _BESIDE]
            liaisons.append(told(place, (office, grid, name), fields, beside))
        elif any(
            isinstance(place.batch.column(f"liaison.{f}")[place.position], str) for f in _BESIDE
        ):
            place.batch.reject(place.position, "missing-key", "liaison.name")
            continue
        grids.append(told(place, (office, grid), [f"grid.{f}" for f in _GRID], extras))
    return grids, liaisons


def _of_liaisons(found: Sequence[tuple[Place, str, str]]) -> dict[int, set[str]]:
    """sheet id -> the office's own columns that differ between rows of one grid: they speak of the liaisons."""
    said: dict[tuple[int, str, str, str], Stored] = {}
    theirs: dict[int, set[str]] = defaultdict(set)
    for place, office, grid in found:
        for header, text in extras_at(place.batch.rows, place.position).items():
            if said.setdefault((place.batch.sheet_id, office, grid, header), text) != text:
                theirs[place.batch.sheet_id].add(header)
    return theirs


def _write_grids(intake: Intake, groups: _Groups, places: Places, people: People) -> None:
    places.ensure_offices((str(key[0]), group[0].place.origin) for key, group in groups.items())
    sums = [(places.offices[str(key[0])], group, summed(group)) for key, group in groups.items()]
    named = [(office, fields[0], group[0].place) for office, group, fields in sums]
    managers = managers_of(named, "grid.manager", people)
    records = [
        record(office, group, (manager, *fields[1:]))
        for (office, group, fields), manager in zip(sums, managers, strict=True)
    ]
    columns = ("manager_id", *_GRID[1:])
    known = write(
        intake,
        "grid",
        "office_id",
        columns,
        records,
        fresh=lambda one: {"grid_kind": grid_kind(one.name)},
    )
    places.learn("grid", known)
    about = [
        (manager, row.place)
        for (_, group, _), manager in zip(sums, managers, strict=True)
        if isinstance(manager, int)
        for row in group
    ]
    filled = people.complete(about)
    for _, place in about:
        if place.origin in filled:
            reach(place, Outcome.CHANGED)


def _write_liaisons(intake: Intake, groups: _Groups, places: Places, fields: Sequence[str]) -> None:
    records = [
        record(places.id_of("grid", places.offices[str(office)], str(grid)), group, summed(group))
        for (office, grid, _), group in groups.items()
    ]
    write(intake, "liaison", "grid_id", fields, records)
