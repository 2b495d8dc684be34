"""停电信息 rows. Key: office, begin, line and area. An outage of a line or area that the ledger does not know is refused.

It would tell nobody of it, and a name mistyped must not do so silently. A line unknown beside an area that is known is
made known: the area says who is touched.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.common import Batch, Intake, Place, extras_at
from cmledger.ledger.intake.dated import Row, Shape, settle
from cmledger.ledger.intake.named import of_offices
from cmledger.ledger.intake.places import Places
from cmledger.ledger.outage_notices import outdate
from cmledger.ledger.tables import table
from cmledger.records.intake import CLEAR, Outcome, Parsed
from cmledger.wording.lists import listed

_FIELDS = ("ends_at", "outage_kind", "number", "reason", "known_on", "cancelled_on", "remark")
_SHAPE = Shape(
    "outage",
    ("office_id", "begins_at", "line_key", "area_key"),
    "begins_at",
    ("line_id", "transformer_area_id", *_FIELDS),
    "outage.begins_at",
    loose=("reason",),
)
_LINE, _AREA = "outage.line", "outage.transformer_area"
_NEAR = 3
_Times = tuple[str, str | None]
"""Begin and end of an outage."""


def apply_outages(intake: Intake, batches: Sequence[Batch], places: Places) -> None:
    """Settle every open row of a file's sheets of outages."""
    was = _times(intake, [i for batch in batches for i in batch.records.values()])
    rows = []
    for place, office, begins_at in of_offices(batches, "outage.office", "outage.begins_at"):
        one = _row(place, office, begins_at, places, was)
        if one is not None:
            rows.append(one)
    settle(intake, _SHAPE, rows)
    _moved(intake, rows, was)


def _row(
    place: Place, office: str, begins_at: str, places: Places, was: Mapping[int, _Times]
) -> Row | None:
    """What a row tells; None where it was refused."""
    office_id = places.offices.get(office)
    line = _cell(place, _LINE)
    area = _cell(place, _AREA)
    if line is None and area is None:
        place.batch.reject(place.position, "outage-without-place", _LINE)
        return None
    ends_at = _value(place, "ends_at")
    if ends_at is None:
        _, ends_at = was.get(place.batch.records.get(place.position, 0), ("", None))
    if isinstance(ends_at, str) and ends_at <= begins_at:
        value = ends_at.replace("T", " ")
        place.batch.reject(place.position, "outage-ends-before", "outage.ends_at", value=value)
        return None
    area_id = _found(place, places, _AREA, office_id, area) if area is not None else 0
    if area_id is None:
        return None
    line_id: int | None = 0
    if line is not None:
        if area_id and office_id is not None and places.find("line", office_id, line) is None:
            places.ensure("line", [(office_id, line, place.origin)])
        line_id = _found(place, places, _LINE, office_id, line)
        if line_id is None:
            return None
    assert office_id is not None
    fields = (line_id or CLEAR, area_id or CLEAR, *(_value(place, name) for name in _FIELDS))
    extras = extras_at(place.batch.rows, place.position)
    if fields[3] is None and place.position not in place.batch.records:
        place.batch.say(place.position, "outage-without-kind", "outage.outage_kind")
    # an area is one place, whether or not a row names its line as well
    return Row(place, (office_id, begins_at, 0 if area_id else line_id, area_id), fields, extras)


def _cell(place: Place, name: str) -> str | None:
    value = place.batch.column(name)[place.position]
    return value if isinstance(value, str) else None


def _value(place: Place, name: str) -> Parsed:
    return place.batch.column(f"outage.{name}")[place.position]


def _found(
    place: Place, places: Places, field: str, office_id: int | None, name: str
) -> int | None:
    """The id of the line or area of that name, or but for its voltage (said); None where the row was refused."""
    kind = field.partition(".")[2]
    if office_id is not None:
        known = places.find(kind, office_id, name)
        if known is not None:
            return known
        alike = places.line_alike(office_id, name) if field == _LINE else None
        if alike is not None:
            place.batch.say(place.position, "line-taken-for", field, value=name, line=alike)
            return places.find(kind, office_id, alike)
    names = places.names(kind, office_id) if office_id is not None else []
    near = difflib.get_close_matches(name, names, _NEAR, 0.5)
    more = [n for n in names if n not in near and (n in name or name in n)]
    place.batch.reject(
        place.position,
        "outage-of-unknown-place",
        field,
        value=name,
        near=listed([*near, *more][:_NEAR]) or "—",
    )
    return None


# --- an outage that was moved ------------------------------------------------------------------------


def _times(intake: Intake, ids: Iterable[int]) -> dict[int, _Times]:
    """When outages begin and end."""
    outage = table("outage")
    found: dict[int, _Times] = {}
    for part in chunks(sorted(set(ids))):
        query = sa.select(outage.c.id, outage.c.begins_at, outage.c.ends_at)
        for i, begins_at, ends_at in intake.operation.connection.execute(
            query.where(outage.c.id.in_(part))
        ):
            found[i] = begins_at, ends_at
    return found


def _moved(intake: Intake, rows: Sequence[Row], was: Mapping[int, _Times]) -> None:
    """What customers were told of an outage that begins at another time now is no notice of it any more."""
    for row in rows:
        i = row.row_id
        if (
            i is None
            or i not in was
            or row.place.batch.outcomes[row.place.position] is not Outcome.CHANGED
        ):
            continue
        if row.key[1] != was[i][0]:
            count = outdate(intake.operation, i, row.place.origin)
            if count:
                row.place.batch.say(
                    row.place.position, "outage-moved", "outage.begins_at", count=count
                )
