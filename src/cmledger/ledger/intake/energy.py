"""Energy of customers by year and month, from any sheet that holds some."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.intake.common import Intake, Place, stored
from cmledger.ledger.journal import Source
from cmledger.ledger.tables import table
from cmledger.records.intake import CLEAR, Outcome, Parsed


@dataclass(frozen=True, slots=True)
class Reading:
    """The kWh (thousandths, or CLEAR) of a customer in a year (month 0) or month, as a row states it."""

    customer_id: int
    year: int
    month: int
    kwh: Parsed
    place: Place


def store_energy(
    intake: Intake, readings: Sequence[Reading], new_customers: Container[int]
) -> dict[tuple[int, int], Outcome]:
    """Insert what is new, update what differs; the outcome of each row that did, by (sheet id, position).

    The readings hold each customer, year and month once.
    """
    held = _held(intake, readings, new_customers)
    fresh: list[tuple[int, int, int, int]] = []
    fresh_sources: list[Source | None] = []
    changed: list[tuple[int, int | None, int | None, Source]] = []
    places: list[Place] = []
    outcomes: dict[tuple[int, int], Outcome] = {}
    for r in readings:
        place = (r.place.batch.sheet_id, r.place.position)
        source = r.place.batch.source(r.place.position)
        row_id, old = held.get((r.customer_id, r.year, r.month), (None, None))
        value = stored(r.kwh)
        if row_id is None:
            if r.kwh is CLEAR or not isinstance(value, int):
                continue
            fresh.append((r.customer_id, r.year, r.month, value))
            fresh_sources.append(source)
            outcomes.setdefault(place, Outcome.NEW)
        elif value != old:
            assert value is None or isinstance(value, int)
            changed.append((row_id, old, value, source))
            places.append(r.place)
            outcomes[place] = Outcome.CHANGED
    _say_twice(intake, changed, places)
    intake.operation.insert(
        "consumption", ("customer_id", "year", "month", "kwh"), fresh, fresh_sources
    )
    intake.operation.update(
        "consumption",
        ("kwh",),
        [row_id for row_id, *_ in changed],
        [(new,) for _, _, new, _ in changed],
        [{"kwh": old} for _, old, _, _ in changed],
        [source for *_, source in changed],
    )
    return outcomes


def _say_twice(
    intake: Intake,
    changed: Sequence[tuple[int, int | None, int | None, Source]],
    places: Sequence[Place],
) -> None:
    """A figure that an earlier file or sheet of this very import had given otherwise."""
    touched = intake.operation.touched("consumption", [row_id for row_id, *_ in changed])
    for (row_id, old, new, _), place in zip(changed, places, strict=True):
        if row_id in touched and old is not None:
            facts = {"before": f"{old / 1000:g} kWh", "after": f"{(new or 0) / 1000:g} kWh"}
            place.batch.say(place.position, "stated-twice", None, **facts)


def _held(
    intake: Intake, readings: Sequence[Reading], new_customers: Container[int]
) -> dict[tuple[int, int, int], tuple[int, int | None]]:
    """What the ledger holds of these customers and years: (customer, year, month) -> (row id, kWh)."""
    t = table("consumption")
    years = sorted({r.year for r in readings})
    customers = sorted({r.customer_id for r in readings if r.customer_id not in new_customers})
    held: dict[tuple[int, int, int], tuple[int, int | None]] = {}
    for part in chunks(customers):
        query = sa.select(t.c.customer_id, t.c.year, t.c.month, t.c.id, t.c.kwh).where(
            t.c.customer_id.in_(part), t.c.year.in_(years)
        )
        for customer, year, month, row_id, kwh in intake.operation.connection.execute(query):
            held[customer, year, month] = (row_id, kwh)
    return held
