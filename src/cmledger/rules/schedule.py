"""When a service item is owed, and by which tiers: the policy's dated editions laid out over the calendar."""

from collections.abc import Iterator
from datetime import date

from cmledger.policy.cycles import Quota
from cmledger.policy.schema import Edition, Policy
from cmledger.records.obligations import Part
from cmledger.rules.periods import Per, label, parts, periods
from cmledger.rules.workdays import Shift, WorkingDays

_SHIFTS: dict[str, Shift] = {
    "last-working-day": "earlier",
    "next-working-day": "later",
    "nearest-working-day": "nearest",
    "last-day": "none",
}


def level(edition: Edition, grade: str | None) -> int:
    """How high a grade of manager is: 0 for the lowest and for an unknown one, which nothing shows to be higher."""
    grades = [str(code) for code in edition.grade]
    return len(grades) - 1 - grades.index(grade) if grade in grades else 0


def schedule(
    policy: Policy, service: str, since: date, until: date, days: WorkingDays
) -> tuple[Part, ...]:
    """Every part that ends on `since` or later and whose period begins by `until`, in order of their last day.

    A period follows the edition in force on its first day (before the first edition: that one).
    """
    found: set[tuple[Per, int]] = set()
    laid: list[Part] = []
    for edition in policy.editions:
        for tier in edition.tier:
            for owed in edition.owed(tier):
                cycle = owed.cycle
                if owed.code != service or not isinstance(cycle, Quota):
                    continue
                if (cycle.per, cycle.times) not in found:
                    found.add((cycle.per, cycle.times))
                    for first, _ in periods(cycle.per, since, until):
                        in_force = _edition_on(policy, first)
                        laid += _parts(in_force, service, cycle.per, cycle.times, first, days)
    return tuple(sorted((p for p in laid if p.last >= since), key=lambda p: (p.last, p.first)))


def _edition_on(policy: Policy, day: date) -> Edition:
    return policy.edition_on(max(day, policy.editions[0].since))


def _parts(
    edition: Edition, service: str, per: Per, times: int, begins: date, days: WorkingDays
) -> Iterator[Part]:
    levels: dict[str, int] = {}
    exceptions: dict[tuple[str, str], int] = {}
    for tier, asked in edition.tier.items():
        for rule in (None, *(criterion.rule for criterion in asked.any)):
            for owed in edition.owed(tier, rule):
                cycle = owed.cycle
                if owed.code != service or not isinstance(cycle, Quota):
                    continue
                if (cycle.per, cycle.times) != (per, times):
                    continue
                asks = 0 if owed.performer is None else level(edition, owed.performer)
                if rule is None:
                    levels[tier] = asks
                elif asks != levels[tier]:
                    exceptions[tier, rule] = asks
    if not levels:
        return
    shift = _SHIFTS[edition.duty.due_by]
    for number, (first, last) in enumerate(parts(per, begins, times), 1):
        due_by = days.due_day(first, last, shift)
        years = {last.year, due_by.year}
        yield Part(
            service=service,
            label=label(per, begins) + (f"#{number}" if times > 1 else ""),
            per=per,
            times=times,
            begins=begins,
            first=first,
            last=last,
            due_by=due_by,
            assumed=tuple(sorted(year for year in years if days.assumed(year))),
            levels=levels,
            exceptions=exceptions,
            enforce=edition.duty.performer == "enforce",
        )
