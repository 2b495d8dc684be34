"""售电量 rows: long (户号 年 月 电量) or wide (1月…12月). The customer must be known."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from cmledger.ledger.intake.accounts import capacities, customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place
from cmledger.ledger.intake.energy import Reading, store_energy
from cmledger.records.intake import MOST_HOURS, Finding, Outcome, Parsed
from cmledger.wording.findings import finding, of_so_many
from cmledger.wording.lists import listed


def apply_consumption(intake: Intake, batches: Sequence[Batch]) -> None:
    """Settle every open row of a file's consumption sheets."""
    customers = customers_of(intake, batches, "customer.account_no")
    stated: dict[tuple[int, int, int], list[Reading]] = defaultdict(list)
    by_sheet = {batch.sheet_id: batch for batch in batches}
    for (sheet_id, position), customer in customers.items():
        for reading in _readings(customer, Place(by_sheet[sheet_id], position)):
            stated[reading.customer_id, reading.year, reading.month].append(reading)
    for group in stated.values():
        if len({reading.kwh for reading in group}) > 1:
            _reject(group)
    accepted = (
        [r for r in group if r.place.batch.outcomes[r.place.position] is None]
        for group in stated.values()
    )
    readings = [group[0] for group in accepted if group]
    outcomes = store_energy(intake, readings, set())
    _say_beyond_capacity(intake, readings)
    for batch in batches:
        for position in batch.open():
            batch.outcomes[position] = outcomes.get((batch.sheet_id, position), Outcome.UNCHANGED)


def _readings(customer: int, place: Place) -> list[Reading]:
    rows, at = place.batch.rows, place.position
    found = [
        Reading(customer, column.year, column.month, kwh, place)
        for column in rows.energy
        if (kwh := column.values[at]) is not None
    ]
    kwh = _value(place, "consumption.kwh")
    year = _value(place, "consumption.year")
    month = _value(place, "consumption.month")
    if kwh is not None and isinstance(year, int):
        found.append(Reading(customer, year, month if isinstance(month, int) else 0, kwh, place))
    return found


def _say_beyond_capacity(intake: Intake, readings: Sequence[Reading]) -> None:
    """More kWh than the capacity in the ledger can carry in all hours: most often a unit taken wrongly (10,000 times).

    Once for a customer, at the first of its figures, with their number.
    """
    found: dict[int, tuple[Reading, Finding]] = {}
    more: Counter[int] = Counter()
    carried = capacities(intake.operation.connection, {r.customer_id for r in readings})
    for reading in readings:
        kva = carried.get(reading.customer_id, 0)
        if kva and isinstance(reading.kwh, int) and reading.kwh > kva * MOST_HOURS[reading.month]:
            more[reading.customer_id] += 1
            if reading.customer_id not in found:
                said = finding(
                    "energy-above-capacity",
                    row=reading.place.number,
                    column=_letters(reading),
                    kwh=f"{reading.kwh / 1000:,.0f}",
                    kva=f"{kva / 1000:g}",
                )
                found[reading.customer_id] = reading, said
    for customer_id, (reading, said) in found.items():
        reading.place.batch.findings.append(of_so_many(said, more[customer_id]))


def _letters(reading: Reading) -> str | None:
    """The column that states a figure: one of its period, else the one of all periods."""
    rows = reading.place.batch.rows
    own = (e.column for e in rows.energy if (e.year, e.month) == (reading.year, reading.month))
    return next(own, rows.columns.get("consumption.kwh"))


def _value(place: Place, name: str) -> Parsed:
    values = place.batch.rows.values.get(name)
    return values[place.position] if values else None


def _reject(group: list[Reading]) -> None:
    """Two different figures for one customer and month: neither is taken."""
    for reading in group:
        batch, position = reading.place.batch, reading.place.position
        if batch.outcomes[position] is None:
            others = sorted({r.place.number for r in group} - {reading.place.number})
            batch.reject(
                position,
                "conflicting-rows",
                "customer.account_no",
                value=batch.column("customer.account_no")[position],
                rows=listed(others),
            )
