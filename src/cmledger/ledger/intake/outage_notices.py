"""停电通知记录 rows. Key: outage, customer, kind and moment. Outage and customer must be known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place, extras_at
from cmledger.ledger.intake.dated import Row, Shape, settle
from cmledger.ledger.intake.people import People
from cmledger.ledger.journal import Source
from cmledger.ledger.outage_notices import OUTDATED, UNREACHABLE, discharge_agreed
from cmledger.ledger.tables import table
from cmledger.records.intake import CLEAR, Outcome, Parsed
from cmledger.records.outages import PLANNED_OUTAGE, PREFIX, outage_of
from cmledger.wording.lists import listed

_FIELDS = ("method", "outcome", "remark")
_SHAPE = Shape(
    "outage_notice",
    ("outage_id", "customer_id", "notice_kind", "told_at"),
    "told_at",
    (*_FIELDS, "manager_id"),
    "outage_notice.told_at",
    loose=(),
)
_OUTAGE, _TOLD, _MANAGER = (
    "outage_notice.outage",
    "outage_notice.told_at",
    "outage_notice.manager",
)
_AGREEMENT = "agreement"
_AS_A_SERVICE = {"phone": "phone", "on-site": "on-site", "wechat": "online", "sms": "online"}
"""How a customer was told -> how a service is done; a letter is no such way."""

_Touching = dict[int, tuple[int, int | None, int | None]]
"""customer -> office, line, area (and through it another line: see `_lines`)"""


def apply_outage_notices(intake: Intake, batches: Sequence[Batch], people: People) -> None:
    """Settle every open row of a file's sheets of notices; agreements discharge their item, too."""
    customers = customers_of(intake, batches, "customer.account_no")
    by_sheet = {batch.sheet_id: batch for batch in batches}
    outages = _Outages(intake, sorted(set(customers.values())))
    told: list[tuple[Place, int, int]] = []
    for (sheet_id, position), customer in customers.items():
        place = Place(by_sheet[sheet_id], position)
        outage = outages.meant(place, customer)
        if outage is not None and _is_told(intake, place):
            told.append((place, outage, customer))
    managers = _managers(told, outages, people)
    rows = [
        Row(
            place,
            (outage, customer, _kind(place), str(place.batch.column(_TOLD)[place.position])),
            (*(_value(place, name) for name in _FIELDS), manager),
            extras_at(place.batch.rows, place.position),
        )
        for (place, outage, customer), manager in zip(told, managers, strict=True)
        if place.batch.outcomes[place.position] is None
    ]
    before = _told_before(intake, rows)
    settle(intake, _SHAPE, rows)
    _say_again(rows, before)
    _discharge(intake, rows)


def _value(place: Place, name: str) -> Parsed:
    return place.batch.column(f"outage_notice.{name}")[place.position]


def _kind(place: Place) -> str:
    kind = _value(place, "notice_kind")
    return kind if isinstance(kind, str) else "notice"


def _is_told(intake: Intake, place: Place) -> bool:
    """Whether the row says when, and that is not to come; else it is refused."""
    told = place.batch.column(_TOLD)[place.position]
    if not isinstance(told, str):
        place.batch.reject(place.position, "missing-key", _TOLD)
    elif told[:10] > intake.as_of:
        facts = {"value": told.replace("T", " "), "today": intake.as_of}
        place.batch.reject(place.position, "future-date", _TOLD, **facts)
    else:
        return True
    return False


# --- which outage is meant ---------------------------------------------------------------------------


class _Outages:
    """The outages of the ledger by number, and where the customers of these rows are."""

    def __init__(self, intake: Intake, customers: Sequence[int]) -> None:
        connection = intake.operation.connection
        outage, area = table("outage"), table("transformer_area")
        columns = (outage.c.id, outage.c.number, outage.c.line_id, outage.c.transformer_area_id)
        self.by_id: dict[int, tuple[int | None, int | None]] = {}
        self.by_number: dict[str, list[int]] = defaultdict(list)
        for i, number, line, of_area in connection.execute(sa.select(*columns)):
            self.by_id[i] = line, of_area
            if number is not None:
                self.by_number[number].append(i)
        on = sa.select(area.c.id, area.c.line_id)
        self.line_of_area: dict[int | None, int] = dict(map(tuple, connection.execute(on)))
        self.customers = _where(connection, customers)

    def office_of(self, customer: int) -> int:
        """The office a customer belongs to."""
        return self.customers[customer][0]

    def touches(self, outage: int, customer: int) -> bool:
        """Whether the outage is of the customer's line or area."""
        line, area = self.by_id[outage]
        _, own_line, own_area = self.customers[customer]
        if area is not None:
            return own_area == area
        return line is not None and line in (own_line, self.line_of_area.get(own_area))

    def meant(self, place: Place, customer: int) -> int | None:
        """The outage a row names, by o12 or by the office's number; None where the row was refused."""
        word = place.batch.column(_OUTAGE)[place.position]
        if not isinstance(word, str):
            place.batch.reject(place.position, "missing-key", _OUTAGE)
            return None
        own = outage_of(word)
        found = [own] if own in self.by_id else self.by_number.get(word, [])
        touching = [i for i in found if i is not None and self.touches(i, customer)]
        if not found:
            place.batch.reject(place.position, "unknown-outage", _OUTAGE, value=word)
        elif len(touching) > 1:
            which = listed(f"{PREFIX}{i}" for i in touching)
            place.batch.reject(place.position, "several-outages", _OUTAGE, value=word, which=which)
        elif not touching:
            place.batch.reject(place.position, "outage-not-theirs", _OUTAGE, value=word)
        else:
            return touching[0]
        return None


def _where(connection: sa.Connection, customers: Sequence[int]) -> _Touching:
    customer = table("customer")
    columns = (
        customer.c.id,
        customer.c.office_id,
        customer.c.line_id,
        customer.c.transformer_area_id,
    )
    found: _Touching = {}
    for part in chunks(customers):
        for i, *where in connection.execute(sa.select(*columns).where(customer.c.id.in_(part))):
            found[i] = (where[0], where[1], where[2])
    return found


def _managers(
    told: Sequence[tuple[Place, int, int]], outages: _Outages, people: People
) -> list[Parsed]:
    """Who told: ids by name within the customer's office; one nobody knows is created and said."""
    named: list[tuple[int, str, Source]] = []
    where: dict[Source, Place] = {}
    found: list[tuple[int, Parsed]] = []
    for place, _, customer in told:
        name = place.batch.column(_MANAGER)[place.position]
        office = outages.office_of(customer)
        if isinstance(name, str) and people.ambiguous(office, name):
            place.batch.reject(place.position, "ambiguous-manager", _MANAGER, value=name)
            name = None
        elif isinstance(name, str):
            named.append((office, name, place.origin))
            where[place.origin] = place
        found.append((office, name))
    for (_, name), source in people.ensure(named).items():
        where[source].batch.say(where[source].position, "manager-created", _MANAGER, value=name)
    return [people.id_of(o, n) if isinstance(n, str) else n for o, n in found]


# --- what follows ------------------------------------------------------------------------------------


def _told_before(intake: Intake, rows: Sequence[Row]) -> dict[tuple[Any, ...], list[str]]:
    """(outage, customer, kind) -> when it was told before, void notices left out."""
    notice = table("outage_notice")
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    columns = (
        notice.c.outage_id,
        notice.c.customer_id,
        notice.c.notice_kind,
        notice.c.told_at,
        notice.c.outcome,
    )
    wanted = {row.key[1] for row in rows}
    for part in chunks(sorted({row.key[0] for row in rows}, key=str)):
        query = sa.select(*columns).where(notice.c.outage_id.in_(part))
        for outage, customer, kind, told, outcome in intake.operation.connection.execute(query):
            if customer in wanted and outcome not in (OUTDATED, UNREACHABLE):
                found[outage, customer, kind].append(told)
    return found


def _say_again(rows: Sequence[Row], before: Mapping[tuple[Any, ...], Sequence[str]]) -> None:
    """A second notice of the same outage may be a correction of the first: it is said."""
    for row in rows:
        if row.place.batch.outcomes[row.place.position] is not Outcome.NEW:
            continue
        earlier = [at for at in before.get(row.key[:3], ()) if at != row.key[3]]
        if earlier:
            times = listed(at.replace("T", " ") for at in earlier)
            row.place.batch.say(row.place.position, "notice-again", _TOLD, before=times)


def _discharge(intake: Intake, rows: Sequence[Row]) -> None:
    """An agreement asked for, whatever came of it, is the item of agreed outages done."""
    service = (intake.services or {}).get(PLANNED_OUTAGE)
    if service is None:
        return
    deeds = {}
    for row in rows:
        done = row.place.batch.outcomes[row.place.position] in (Outcome.NEW, Outcome.CHANGED)
        _, customer, kind, told = row.key
        method, outcome, _, manager = row.fields
        if done and kind == _AGREEMENT and outcome not in (None, CLEAR, UNREACHABLE, OUTDATED):
            by = manager if isinstance(manager, int) else None
            how = _AS_A_SERVICE.get(method) if isinstance(method, str) else None
            deeds[int(str(customer)), str(told)[:10]] = by, how, row.place.origin
    discharge_agreed(intake.operation, service, deeds)
