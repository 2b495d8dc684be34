"""What a customer is owed of a service item: parts of calendar periods, and how each stands on a day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class Mark(NamedTuple):
    """A day something was done, and the level (0: unknown, higher is better) of who did it."""

    day: date
    level: int


class Span(NamedTuple):
    """Days on which a customer had a tier by a rule: since <= day < until."""

    since: date
    until: date
    tier: str
    rule: str


class Own(NamedTuple):
    """Days on which a customer had terms of its own for the item: a cycle as `records.cycles` writes it, or `none`."""

    since: date
    until: date
    cycle: str


class Happened(NamedTuple):
    """Something that calls for the item. day: None where only the deadline is known. last: the last day in time, told
    by the event itself (before an outage); None: as the cycle says."""

    event: str
    day: date | None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides what one customer owes of one item. Equal facts, equal answer: it is a memo key.

    spans: tiers in scope, in order; an open one ends at date.max. done: what discharges the item, by the day asked
    about. opened_on: None where not known. closed_on: None where not closed by that day.
    own: its plans for the item, in order. inspection: its own months between inspections; importance: as stored; both
    as they stand today. days: (occasion, MM-DD) of its own. events: what happened to it.
    """

    opened_on: date | None
    closed_on: date | None
    spans: tuple[Span, ...]
    done: tuple[Mark, ...]
    own: tuple[Own, ...] = ()
    inspection: int | None = None
    importance: str | None = None
    days: tuple[tuple[str, str], ...] = ()
    events: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of days in which a service item is to be done once. The law of each kind of cycle is decision 0028.

    begins: the day whose terms decide whether it is owed (of a quota: the first of the whole calendar period).
    first, last: from when on it is due, and the last day in time; closes: last day a deed counts, grace included;
    early: the first day one does; stays: it remains to be done after it closed. due_by: the day reminded of.
    label: unique per customer and item: 2026-11, 2026Q4#2, 2026@birthday, 2026-11-05@suspension,
    2027-05-15 (the day an interval runs from).
    per, times: of a quota, else the cycle's text and 1. cycle: its text. occasion: the season, day or event.
    assumed: years whose working days had to be assumed to find due_by. enforce: who is below the grade does not count.
    """

    service: str
    label: str
    per: str
    times: int
    begins: date
    first: date
    last: date
    due_by: date
    closes: date
    early: date
    cycle: str
    occasion: str | None = None
    stays: bool = False
    assumed: tuple[int, ...] = ()
    enforce: bool = False

    @property
    def grace(self) -> timedelta:
        """How long after its last day a deed still counts."""
        return self.closes - self.last


@dataclass(frozen=True, slots=True)
class Obligation:
    """A part that a customer owes, on the terms of the day it began.

    met: done in time by somebody who counts. below_grade: done, but by nobody of the grade asked
    (where the policy enforces grades it is then not met). level: the one asked. pending: it is to be done on the day
    asked about, be it late. done_on: the day that met it; no part of what makes two obligations equal.
    """

    part: Part
    tier: str
    level: int
    met: bool
    below_grade: bool
    pending: bool = field(default=False, compare=False)
    done_on: date | None = field(default=None, compare=False)

    def ended(self, as_of: date) -> bool:
        """Whether it is closed: what is not met by then was missed."""
        return self.part.closes < as_of

    def is_open(self, as_of: date) -> bool:
        """Whether the day lies within it, grace included."""
        return self.part.first <= as_of <= self.part.closes


class Status(StrEnum):
    """How a customer stands with an item. In the order of urgency."""

    OVERDUE = "overdue"
    DUE = "due"
    UPCOMING = "upcoming"


@dataclass(frozen=True, slots=True)
class Standing:
    """The one thing a customer owes now (or next) of an item; `missed`: counted parts missed in a row before it."""

    status: Status
    obligation: Obligation
    overdue_since: date | None = None
    missed: int = 0


class Holding(NamedTuple):
    """Days on which a manager looked after a customer: since <= day < until."""

    since: date
    until: date
    manager_id: int


class Owing(NamedTuple):
    """A customer and all it owes in the time asked about; `obligations` is shared by all who owe alike."""

    customer_id: int
    office_id: int
    line_id: int | None
    grid_id: int | None
    managers: tuple[Holding, ...]
    obligations: tuple[Obligation, ...]

    def manager_on(self, day: date) -> int | None:
        """The id of the manager on that day; None: nobody."""
        for held in self.managers:
            if held.since <= day < held.until:
                return held.manager_id
        return None
