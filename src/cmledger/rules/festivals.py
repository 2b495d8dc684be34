"""Festivals whose day nobody has said yet: what would be owed on them cannot be laid out, and is to be said."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from cmledger.policy.cycles import Cycle, Dates
from cmledger.policy.schema import Edition
from cmledger.records.calendar import UnknownFestival
from cmledger.rules.schedule import Schedule, cycles_of


def unknown_festivals(
    parts: Schedule, texts: Iterable[str], first: date, last: date
) -> frozenset[UnknownFestival]:
    """Those an item may wait for from `first` to `last`, by the rules of that time or by plans of these texts.

    A part begins its lead days before the festival: so many days beyond `last` count.
    """
    terms = parts.terms
    editions = [terms.edition_at(first)]
    editions += [e for e in terms.policy.editions if first < e.since <= last]
    own = [cycle for text in texts if (cycle := parts.own_cycle(text, first)) is not None]
    return frozenset(
        UnknownFestival(year, code)
        for cycle in (*own, *(c for e in editions for c in _listed(e, parts.service)))
        if isinstance(cycle, Dates)
        for code in cycle.holidays
        for year in range(first.year, (last + timedelta(days=cycle.lead_days)).year + 1)
        if parts.days.festival(code, year) is None
    )


def next_unknown(
    parts: Schedule, cycle: Cycle | str | None, day: date
) -> tuple[UnknownFestival, ...]:
    """Of each festival of a cycle the next one from a day on, where its day is not known; by year."""
    return tuple(sorted(_next(parts, cycle, day))) if isinstance(cycle, Dates) else ()


def _next(parts: Schedule, cycle: Dates, day: date) -> Iterator[UnknownFestival]:
    for code in cycle.holidays:
        for year in (day.year, day.year + 1):
            found = parts.days.festival(code, year)
            if found is None:
                yield UnknownFestival(year, code)
            if found is None or found >= day:
                break


def _listed(edition: Edition, code: str) -> Iterable[Cycle]:
    service = edition.service.get(code)
    return () if service is None else cycles_of(service)
