"""When a service item is owed: the policy's dated editions laid out over the calendar.

What is the same for everybody (quotas, seasons, holidays) is laid out once; what depends on the customer (intervals,
days and events of its own, things done once) `rules.personal` lays out from its facts.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, overload

from cmledger.policy.cycles import (
    Cycle,
    Dates,
    Events,
    Interval,
    Once,
    Quota,
    Season,
    Seasons,
    cycle_text,
    own_cycle,
)
from cmledger.policy.schema import Policy, Service
from cmledger.records.cycles import day_of_year
from cmledger.records.obligations import Part
from cmledger.rules.level import level
from cmledger.rules.periods import label, month_end, months_on, parts, periods
from cmledger.rules.terms import TermsOf
from cmledger.rules.workdays import Shift, WorkingDays

__all__ = ["Schedule", "level", "month_end", "months_on", "schedule"]

_SHIFTS: dict[str, Shift] = {
    "last-working-day": "earlier",
    "next-working-day": "later",
    "nearest-working-day": "nearest",
    "last-day": "none",
}
_DAY = timedelta(days=1)
_YEAR = 366
_STAYS = (Interval, Events, Once)


class Schedule(Sequence[Part]):
    """One item over a time. As a sequence: the parts that are everybody's, in order of their last day.

    It holds each part that ends on `since` or later and begins by `until`. A part follows the edition in force on the
    day it begins (before the first edition: that one).
    """

    def __init__(
        self, policy: Policy, service: str, since: date, until: date, days: WorkingDays
    ) -> None:
        self.service, self.since, self.until, self.days = service, since, until, days
        self.terms = TermsOf(policy, service)
        self.laid: dict[Any, Any] = {}
        """What `rules.obligations` has laid out for customers who are alike."""
        self._courses: dict[Cycle, tuple[Part, ...]] = {}
        listed = [e.service[service] for e in policy.editions if service in e.service]
        self.cycles: frozenset[Cycle] = frozenset(c for one in listed for c in cycles_of(one))
        self.inspection = any(one.inspection for one in listed)
        laid = [part for cycle in self.cycles for part in self.course(cycle)]
        self._parts = tuple(sorted(laid, key=_by_last))

    @overload
    def __getitem__(self, index: int) -> Part: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Part, ...]: ...
    def __getitem__(self, index: int | slice) -> Part | tuple[Part, ...]:
        return self._parts[index]

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts)

    @property
    def personal(self) -> bool:
        """Whether anybody may owe a part that is not everybody's, a plan of its own apart."""
        return self.inspection or any(is_personal(cycle) for cycle in self.cycles)

    @property
    def counts_each(self) -> bool:
        """Whether every time it was done matters, not only the last one."""
        return any(counts_each(cycle) for cycle in self.cycles)

    @property
    def by_importance(self) -> bool:
        """Whether a customer's importance may decide."""
        services = (e.service.get(self.service) for e in self.terms.policy.editions)
        return any(one.by_importance for one in services if one is not None)

    @property
    def reach(self) -> date:
        """The first day any answer may depend on, deeds apart."""
        back = 10 * _YEAR * _DAY if self.inspection else 0 * _DAY
        return min(self.since - back, self.reach_of(self.cycles))

    def reach_of(self, cycles: Iterable[Cycle]) -> date:
        """The first day any answer may depend on where these cycles hold."""
        begun = (part.begins for cycle in cycles for part in self.course(cycle)[:1])
        reached = (self.since - timedelta(days=_reach(cycle)) for cycle in cycles)
        return min((self.since, *begun, *reached))

    def course(self, cycle: Cycle) -> tuple[Part, ...]:
        """The parts of a cycle that are everybody's, in order of their last day."""
        try:
            return self._courses[cycle]
        except KeyError:
            laid = sorted((p for p in self._lay(cycle) if p.last >= self.since), key=_by_last)
            found = self._courses[cycle] = tuple(laid)
            return found

    def own_cycle(self, text: str, day: date) -> Cycle | None:
        """The cycle of a customer's own plan, as it would hold on a day; None: it never falls due."""
        service = self.terms.edition_at(day).service.get(self.service)
        found = own_cycle(text, service.cycle if service else "standing")
        return None if isinstance(found, str) else found

    def owed_by(self, tier: str, part: Part) -> bool:
        """Whether customers of a tier owe a part, own terms apart."""
        edition = self.terms.edition_at(part.begins)
        return any(
            one.code == self.service and cycle_text(one.cycle) == part.cycle
            for one in edition.owed(tier)
        )

    def levels(self) -> frozenset[int]:
        """Every level of performer that may be asked for."""
        found = {0}
        for edition in self.terms.policy.editions:
            service = edition.service.get(self.service)
            for tier, asked in edition.tier.items() if service else ():
                for rule in (None, *(criterion.rule for criterion in asked.any)):
                    grade = edition.performer(service, tier, rule) if service else None
                    found.add(0 if grade is None else level(edition, grade))
        return frozenset(found)

    def part(
        self,
        cycle: Cycle,
        name: str,
        begins: date,
        first: date,
        last: date,
        *,
        early: date | None = None,
        occasion: str | None = None,
        stays: bool | None = None,
    ) -> Part:
        """One part of a cycle, its due day moved to a working day as the edition of its first day says."""
        edition = self.terms.edition_at(begins)
        due_by = self.days.due_day(first, last, _SHIFTS[edition.duty.due_by])
        years = {last.year, due_by.year}
        text = cycle_text(cycle)
        return Part(
            service=self.service,
            label=name,
            per=cycle.per if isinstance(cycle, Quota) else text,
            times=cycle.times if isinstance(cycle, Quota) else 1,
            begins=begins,
            first=first,
            last=last,
            due_by=due_by,
            closes=last + cycle.grace_days * _DAY,
            early=first if early is None else early,
            cycle=text,
            occasion=occasion,
            stays=isinstance(cycle, Once) if stays is None else stays,
            assumed=tuple(sorted(year for year in years if self.days.assumed(year))),
            enforce=edition.duty.performer == "enforce",
        )

    # --- what is everybody's -----------------------------------------------------------------------

    def _lay(self, cycle: Cycle) -> Iterator[Part]:
        if isinstance(cycle, Quota):
            yield from self._quota(cycle)
        elif isinstance(cycle, Seasons):
            yield from self._seasons(cycle)
        elif isinstance(cycle, Dates):
            yield from self._holidays(cycle)

    def _quota(self, cycle: Quota) -> Iterator[Part]:
        for begins, _ in periods(cycle.per, self.since, self.until):
            for number, (first, last) in enumerate(parts(cycle.per, begins, cycle.times), 1):
                name = label(cycle.per, begins) + (f"#{number}" if cycle.times > 1 else "")
                yield self.part(cycle, name, begins, first, last, early=begins)

    def _seasons(self, cycle: Seasons) -> Iterator[Part]:
        for code in cycle.seasons:
            for year in range(self.since.year - 1, self.until.year + 1):
                for season in self._seasons_called(code):
                    first = on_day(season.begins, year)
                    last = on_day(season.until, year + (season.until < season.begins))
                    in_force = self.terms.edition_at(first).season.get(code)
                    if in_force == season and first <= self.until:
                        yield self.part(cycle, f"{year}@{code}", first, first, last, occasion=code)

    def _seasons_called(self, code: str) -> list[Season]:
        """The days a season ever had; editions may move them."""
        found = (edition.season.get(code) for edition in self.terms.policy.editions)
        return list(dict.fromkeys(season for season in found if season is not None))

    def _holidays(self, cycle: Dates) -> Iterator[Part]:
        for code in cycle.holidays:
            for year in range(self.since.year, self.until.year + 2):
                day = self.days.festival(code, year)
                if day is not None:
                    yield from self.on_occasion(cycle, code, day, self.days.off_until(day))

    def on_occasion(
        self, cycle: Dates, occasion: str, day: date, last: date | None = None
    ) -> Iterator[Part]:
        """The part that leads to an occasion on a day (a festival's days off to the `last` included), in the time."""
        first, last = day - cycle.lead_days * _DAY, last or day
        if last >= self.since and first <= self.until:
            yield self.part(cycle, f"{day.year}@{occasion}", first, first, last, occasion=occasion)


def schedule(policy: Policy, service: str, since: date, until: date, days: WorkingDays) -> Schedule:
    """Every part that ends on `since` or later and whose period begins by `until`."""
    return Schedule(policy, service, since, until, days)


def on_day(month_day: str, year: int) -> date:
    """MM-DD in a year; 29 February is the 28th in others."""
    found = day_of_year(month_day)
    if found is None:
        raise ValueError(month_day)
    month, day = found
    last = month_end(date(year, month, 1))
    return last.replace(day=min(day, last.day))


def is_personal(cycle: Cycle) -> bool:
    """Whether its parts depend on the customer."""
    return isinstance(cycle, _STAYS) or (isinstance(cycle, Dates) and bool(cycle.personal))


def counts_each(cycle: Cycle) -> bool:
    """Whether it must be known how often and when it was done, not only when last."""
    return isinstance(cycle, Quota) and (
        cycle.times > 1 or cycle.grace_days > 0 or cycle.spacing_days > 0
    )


def cycles_of(service: Service) -> Iterable[Cycle]:
    """Every cycle an item may have, own terms apart."""
    told = [service.cycle, *service.by_importance.values()]
    told += [one.cycle for one in service.instead.values() if one.cycle]
    return (cycle for cycle in told if not isinstance(cycle, str))


def _by_last(part: Part) -> tuple[date, date]:
    return part.last, part.first


def _reach(cycle: Cycle) -> int:
    """Days before the time that may decide what is owed within it."""
    if isinstance(cycle, Interval):
        return 31 * cycle.every_months
    if isinstance(cycle, Dates):
        return cycle.lead_days
    if isinstance(cycle, Events):
        return cycle.within_days or 2 * (cycle.within_working_days or 0) + 31
    return _YEAR if isinstance(cycle, Seasons) else 0
