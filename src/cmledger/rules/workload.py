"""What a tier comes to in a full year: the very parts that the due list is made of, counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmledger.policy.cycles import Cycle, Dates, Events, Interval, Once
from cmledger.policy.schema import Edition, Owed, Policy
from cmledger.rules.schedule import Schedule, schedule
from cmledger.rules.workdays import WorkingDays


@dataclass(frozen=True, slots=True)
class Yearly:
    """One customer of a tier in a full year. visits: of the item named; dues: of all items with a cycle.

    An item of every so many months comes to 12/N. What nobody can foretell is left out (`not_foretold`).
    minutes: what the dues take, of the items whose minutes are told; None where they are told of no item.
    """

    visits: int | Fraction = 0
    dues: int | Fraction = 0
    minutes: int | Fraction | None = None


def yearly(edition: Edition, visit: str, year: int, days: WorkingDays) -> Mapping[str, Yearly]:
    """By tier; `visit` is the code of the item counted as visits."""
    alone = Policy("", (edition.model_copy(update={"since": date(year, 1, 1)}),), (1,))
    laid = {
        code: schedule(alone, code, date(year, 1, 1), date(year, 12, 31), days)
        for code in edition.service
    }
    any_told = any(item.minutes for tier in edition.tier for item in edition.owed(tier))
    found = {}
    for tier in edition.tier:
        items = edition.owed(tier)
        times = {item.code: _times(item.cycle, laid[item.code], year) for item in items}
        minutes = sum(times[item.code] * (item.minutes or 0) for item in items)
        found[tier] = Yearly(
            times.get(visit, 0), sum(times.values()), minutes if any_told else None
        )
    return found


def _times(cycle: Cycle, laid: Schedule, year: int) -> int | Fraction:
    if isinstance(cycle, Interval):
        return Fraction(12, cycle.every_months)
    if isinstance(cycle, Dates):
        return len(
            cycle.holidays
        )  # each is once a year, though nobody has published that year's days yet
    return sum(part.first.year == year for part in laid.course(cycle))


def without_minutes(edition: Edition) -> dict[str, str]:
    """code -> name of the items, foretold ones, of which some tier is not told the minutes, in the catalogue's order."""
    return _named(edition, lambda item: _foretold(item.cycle) and not item.minutes)


def not_foretold(edition: Edition) -> dict[str, str]:
    """code -> name of the items of which no year's number can be told: days and events of customers, things done once."""
    return _named(
        edition,
        lambda item: (
            not _foretold(item.cycle)
            or (isinstance(item.cycle, Dates) and bool(item.cycle.personal))
        ),
    )


def _foretold(cycle: Cycle) -> bool:
    """Whether any of a year's number can be told."""
    return not isinstance(cycle, Events | Once) and (
        not isinstance(cycle, Dates) or bool(cycle.holidays)
    )


def _named(edition: Edition, met: Callable[[Owed], bool]) -> dict[str, str]:
    owed = {item.code for tier in edition.tier for item in edition.owed(tier) if met(item)}
    return {code: service.name for code, service in edition.service.items() if code in owed}
