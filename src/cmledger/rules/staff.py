"""What the level of a manager asks for, held against what is known of the person; and how figures are spread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import get_args

from cmledger.policy.staff import Education, ManagerLevel
from cmledger.records.coverage import Spread

EDUCATION: tuple[str, ...] = get_args(Education)
"""From the lowest up."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a manager; None: not written down. trainings: (day, hours in thousandths)."""

    education: str | None
    power_since: date | None
    bad_record: bool | None
    healthy: bool | None
    trainings: Sequence[tuple[date, int | None]] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """A condition that is not met. have, asked: None where the condition has no figure."""

    condition: str
    have: object = None
    asked: object = None


def held_against(level: ManagerLevel, known: Known, day: date) -> Iterator[Lack | str]:
    """Conditions not met; as a mere name those of which nothing is known."""
    if level.education is not None:
        if known.education is None:
            yield "education"
        elif known.education not in EDUCATION:
            yield Lack("education-unclear", known.education, level.education)
        elif EDUCATION.index(known.education) < EDUCATION.index(level.education):
            yield Lack("education", known.education, level.education)
    if level.power_years is not None:
        if known.power_since is None:
            yield "power_years"
        elif (years := whole_years(known.power_since, day)) < level.power_years:
            yield Lack("power_years", years, level.power_years)
    if level.no_bad_record:
        if known.bad_record is None:
            yield "bad_record"
        elif known.bad_record:
            yield Lack("bad_record")
    if level.healthy:
        if known.healthy is None:
            yield "healthy"
        elif not known.healthy:
            yield Lack("healthy")
    if level.training_hours is not None:
        since = months_before(day, level.training_months)
        hours = [h for d, h in known.trainings if (since is None or d > since) and d <= day]
        have = sum(h for h in hours if h is not None)
        if have < level.training_hours * 1000:
            # no record at all, or one without hours: nobody can say that they were not there
            if not hours or None in hours:
                yield "training"
            else:
                yield Lack("training", have, level.training_hours)


def whole_years(since: date, day: date) -> int:
    """How many years have passed; somebody of 29 February has a year full on 1 March."""
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def months_before(day: date, months: int | None) -> date | None:
    """So many calendar months before a day, clipped to the end of the month; None: no limit."""
    if months is None:
        return None
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    end = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return end.replace(day=min(day.day, end.day))


def spread(values: Sequence[float]) -> Spread | None:
    """Fewest, median, most; None where there is nobody."""
    if not values:
        return None
    return Spread(min(values), round(median(values), 1), max(values))
