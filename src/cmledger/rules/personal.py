"""Parts that depend on the customer: intervals from when it was last done, its own days and events, things done once.

Each is laid out from the facts alone, so that it comes out the same whenever it is asked.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cmledger.policy.cycles import Cycle, Dates, Events, Interval, Once
from cmledger.records.obligations import Facts, Happened, Mark, Part
from cmledger.rules.periods import month_end, months_on
from cmledger.rules.schedule import Schedule, on_day
from cmledger.rules.terms import Terms

_DAY = timedelta(days=1)


class Run(NamedTuple):
    """A longest run of days on which the customer has the item by one cycle: since <= day < until."""

    since: date
    until: date
    cycle: Cycle


class Laid(NamedTuple):
    """A part and what decides whether it is owed: the terms of the day it begins.

    void: the first day on which it would fall away were it not met by then.
    """

    part: Part
    terms: Terms
    void: date = date.max


def runs(facts: Facts, schedule: Schedule) -> list[Run]:
    """The customer's runs, those of words and of nothing left out, in order; not before `schedule.since`."""
    edges = {schedule.since, *(edition.since for edition in schedule.terms.policy.editions)}
    for held in facts.spans:
        edges |= {held.since, held.until}
    for own in facts.own:
        edges |= {own.since, own.until}
    edges |= {day for day in (facts.opened_on, facts.closed_on) if day is not None}
    found: list[Run] = []
    days = sorted(day for day in edges if schedule.since <= day < date.max)
    for since, until in zip(days, [*days[1:], date.max], strict=True):
        terms = schedule.terms.on(facts, since)
        if terms is None or terms.cycle is None or isinstance(terms.cycle, str):
            continue
        if found and found[-1].until == since and found[-1].cycle == terms.cycle:
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(Run(since, until, terms.cycle))
    return found


def dates(facts: Facts, schedule: Schedule, cycle: Dates) -> Iterator[Part]:
    """A part a year for each of the customer's own days that the cycle names."""
    for occasion, month_day in facts.days:
        if occasion in cycle.personal:
            for year in range(schedule.since.year, schedule.until.year + _years(cycle) + 2):
                yield from schedule.on_occasion(cycle, occasion, on_day(month_day, year))


def _years(cycle: Dates) -> int:
    return cycle.lead_days // 366


def events(facts: Facts, schedule: Schedule, cycle: Events) -> Iterator[Part]:
    """A part for each thing that happened of the kinds the cycle names."""
    for happened in facts.events:
        if happened.event not in cycle.events:
            continue
        first, last = _days_of(happened, schedule, cycle)
        if first <= last and last >= schedule.since and first <= schedule.until:
            yield schedule.part(
                cycle, f"{happened.last or happened.day}@{happened.event}", first, first, last,
                occasion=happened.event, stays=happened.last is None,
            )  # fmt: skip


def _days_of(happened: Happened, schedule: Schedule, cycle: Events) -> tuple[date, date]:
    """From when on, and the last day in time."""
    if happened.day is None:
        assert happened.last is not None
        back = cycle.within_days or 2 * (cycle.within_working_days or 0)
        return happened.last - back * _DAY, happened.last
    if happened.last is not None:
        return happened.day, happened.last
    if cycle.within_working_days is not None:
        return happened.day, schedule.days.later(happened.day, cycle.within_working_days)
    return happened.day, happened.day + (cycle.within_days or 0) * _DAY


def once(schedule: Schedule, run: Run, cycle: Once) -> Iterator[Part]:
    """The part from the first day of a run; whatever was done before counts."""
    last = run.since + cycle.once_within_days * _DAY
    if run.since <= schedule.until:
        name = f"{run.since}@once"
        yield schedule.part(cycle, name, run.since, run.since, last, early=date.min)


def interval(
    facts: Facts, schedule: Schedule, run: Run, cycle: Interval, marks: Sequence[Mark], as_of: date
) -> Iterator[Laid]:
    """The stretches of a run, each from when the one before was met or missed; the last one is open or to come."""

    def counting(terms: Terms, early: date, until: date) -> date | None:
        """The first day in the stretch on which it was done by somebody who counts."""
        asked = terms.level if terms.enforce else 0
        return next((m.day for m in marks if early <= m.day < until and m.level >= asked), None)

    begins = run.since
    terms = schedule.terms.on(facts, begins)
    if terms is None:
        return
    asked = terms.level if terms.enforce else 0
    done = [m.day for m in marks if m.day < begins and m.level >= asked]
    base = max(done, default=facts.opened_on or begins)
    last = max(months_on(base, cycle.every_months), month_end(begins))
    first, early = max(last.replace(day=1), begins), max(base + _DAY, begins)
    while terms is not None and first <= schedule.until:
        part = schedule.part(cycle, early.isoformat(), begins, first, last, early=early)
        yield Laid(part, terms, run.until)
        met = counting(terms, early, min(part.closes + _DAY, run.until))
        if met is not None:
            begins, last, early = met, months_on(met, cycle.every_months), met + _DAY
            first = last.replace(day=1)
        elif part.closes < as_of:
            begins = first = early = part.closes + _DAY
            last = months_on(last, cycle.every_months)
            if last < first:
                last = first  # more grace than interval: there is no other day left for it
        else:
            return
        if begins >= run.until:
            return
        terms = schedule.terms.on(facts, begins)
