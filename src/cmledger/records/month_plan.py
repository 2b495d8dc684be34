"""The month's plan: which due is done on which day, by whom, and why there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from cmledger.records.obligations import Holding


class Fixed(NamedTuple):
    """A day (and whose it is) that a person set."""

    day: date
    manager_id: int | None


class PlanDue(NamedTuple):
    """A due to be put on a day.

    first … due_by: its window; closes: last day of its grace, due_by where it has none. overdue: to be done first.
    group: whose trips go together (a line, a grid, an area); None: not known. holders: who looks after the customer
    when, in order. minutes: what it takes, None: nobody has said. kept: it stood in this plan before; before: on which day, and whose:
    it stays there where it may. missed: the day that was set by hand, where that has passed.
    """

    customer_id: int
    account_no: str
    service: str
    period: str
    group: int | None
    first: date
    due_by: date
    closes: date
    overdue: bool
    last_done: date | None
    minutes: int | None
    holders: tuple[Holding, ...]
    kept: bool = False
    fixed: Fixed | None = None
    missed: date | None = None
    before: Fixed | None = None


class Busy(NamedTuple):
    """A visit that stands on a day already and is not planned anew here."""

    customer_id: int
    day: date
    manager_id: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class MonthTerms:
    """What a plan has to keep to.

    days: the working days left of the month, in order. last: the month's last day. per_day: customers a manager calls
    on in a day, minutes_per_day: how long that may take; None: no limit. trip: customers of a trip where per_day is None.
    ahead: of what is not due before a later month, this month's part (share), nothing (none) or all of it.
    """

    days: tuple[date, ...]
    last: date
    per_day: int | None = None
    minutes_per_day: int | None = None
    ahead: str = "share"
    trip: int = 4

    @property
    def size(self) -> int:
        """Customers of a whole trip."""
        return self.per_day or self.trip


class Why(StrEnum):
    """Why a due stands on its day, or on none."""

    FIXED = "fixed"
    WITH_FIXED = "with-fixed"
    OVERDUE = "overdue"
    LATE = "late"
    GRACE = "grace"
    DEADLINE = "deadline"
    TRIP = "trip"
    LEVEL = "level"
    NO_MANAGER = "no-manager"
    NO_DAY = "no-working-day"
    FULL = "full"


class Planned(NamedTuple):
    """Where a due was put: day and manager are None where it could not be.

    others: how many more customers of its group its manager sees that day.
    """

    due: PlanDue
    day: date | None
    manager_id: int | None
    why: Why
    others: int = 0


class OverFull(NamedTuple):
    """A day of a manager on which what was fixed by hand is more than a day holds."""

    manager_id: int
    day: date
    visits: int
    minutes: int


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """Every due, each exactly once: planned (day or none), or later: left to the following months."""

    planned: Sequence[Planned]
    later: Sequence[PlanDue]
    over_full: Sequence[OverFull]
