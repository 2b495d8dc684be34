"""What a tier comes to in a full year: the very parts that the due list is made of, counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cmledger.policy.schema import Edition, Policy
from cmledger.rules.schedule import schedule
from cmledger.rules.workdays import WorkingDays


@dataclass(frozen=True, slots=True)
class Yearly:
    """One customer of a tier in a full year. visits: of the item named; dues: of all items with a cycle.

    minutes: what the dues take, of the items whose minutes are told; None where they are told of no item.
    """

    visits: int = 0
    dues: int = 0
    minutes: int | None = None


def yearly(edition: Edition, visit: str, year: int, days: WorkingDays) -> Mapping[str, Yearly]:
    """By tier; `visit` is the code of the item counted as visits."""
    alone = Policy("", (edition.model_copy(update={"since": date(year, 1, 1)}),), (1,))
    told = {tier: {item.code: item.minutes for item in edition.owed(tier)} for tier in edition.tier}
    times: dict[str, dict[str, int]] = {tier: {} for tier in edition.tier}
    for code in {code for items in told.values() for code in items}:
        for part in schedule(alone, code, date(year, 1, 1), date(year, 12, 31), days):
            for tier in part.levels:
                times[tier][code] = times[tier].get(code, 0) + 1
    any_told = any(minutes for items in told.values() for minutes in items.values())
    return {
        tier: Yearly(
            counted.get(visit, 0),
            sum(counted.values()),
            sum(n * (told[tier].get(code) or 0) for code, n in counted.items())
            if any_told
            else None,
        )
        for tier, counted in times.items()
    }


def without_minutes(edition: Edition) -> dict[str, str]:
    """code -> name of the items with a cycle of which some tier is not told the minutes, in the catalogue's order."""
    owed = {item.code for tier in edition.tier for item in edition.owed(tier) if not item.minutes}
    return {code: service.name for code, service in edition.service.items() if code in owed}
