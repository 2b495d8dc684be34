"""线路台账 and 台区台账 rows. Key: office and name."""

from collections.abc import Sequence

from cmledger.ledger.intake.common import Batch, Intake, Place
from cmledger.ledger.intake.named import (
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
from cmledger.records.intake import Outcome

_LINE = ("code", "voltage", "substation", "remark")
_AREA = ("line", "manager", "code", "capacity_kva", "remark")


def apply_lines(intake: Intake, batches: Sequence[Batch], places: Places, _people: People) -> None:
    """Settle every open row of a file's sheets of lines."""
    fields = [f"line.{f}" for f in _LINE]
    rows = [
        told(place, (office, name), fields)
        for place, office, name in of_offices(batches, "line.office", "line.name")
    ]
    groups = agreeing(rows, "line.name")
    places.ensure_offices((str(key[0]), group[0].place.origin) for key, group in groups.items())
    records = [
        record(places.offices[str(key[0])], group, summed(group)) for key, group in groups.items()
    ]
    places.learn("line", write(intake, "line", "office_id", _LINE, records))


def apply_transformer_areas(
    intake: Intake, batches: Sequence[Batch], places: Places, people: People
) -> None:
    """Settle every open row of a file's sheets of transformer areas; lines and managers they name are made known."""
    fields = [f"transformer_area.{f}" for f in _AREA]
    rows = [
        told(place, (office, name), fields)
        for place, office, name in of_offices(
            batches, "transformer_area.office", "transformer_area.name"
        )
    ]
    refuse_ambiguous(
        [(row.place, str(row.key[0]), row.fields[1]) for row in rows],
        "transformer_area.manager",
        places,
        people,
    )
    groups = agreeing(rows, "transformer_area.name")
    places.ensure_offices((str(key[0]), group[0].place.origin) for key, group in groups.items())
    sums = [
        (places.offices[str(key[0])], group, summed(group), group[0].place)
        for key, group in groups.items()
    ]
    places.ensure(
        "line",
        (
            (office, fields[0], place.origin)
            for office, _, fields, place in sums
            if isinstance(fields[0], str)
        ),
    )
    managers = managers_of(
        [(office, fields[1], place) for office, _, fields, place in sums],
        "transformer_area.manager",
        people,
    )
    records = []
    about: list[tuple[int, Place]] = []
    for (office, group, (line, _, *rest), _), manager in zip(sums, managers, strict=True):
        on = places.id_of("line", office, line) if isinstance(line, str) else line
        records.append(record(office, group, (on, manager, *rest)))
        if isinstance(manager, int):
            about += [(manager, row.place) for row in group]
    columns = ("line_id", "manager_id", *_AREA[2:])
    places.learn(
        "transformer_area", write(intake, "transformer_area", "office_id", columns, records)
    )
    filled = people.complete(about)
    for _, place in about:
        if place.origin in filled:
            reach(place, Outcome.CHANGED)
