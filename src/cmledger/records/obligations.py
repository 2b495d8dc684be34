"""What a customer is owed of a service item: parts of calendar periods, and how each stands on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides what one customer owes of one item. Equal facts, equal answer: it is a memo key.

    spans: tiers in scope, in order; an open one ends at date.max. done: what discharges the item, by the day asked
    about. opened_on: None where not known. closed_on: None where not closed by that day.
    """

    opened_on: date | None
    closed_on: date | None
    spans: tuple[Span, ...]
    done: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of days in which a service item is to be done once: a period, or an equal part of one.

    begins: first day of the whole calendar period, whose tier decides. first, last: the stretch, both inside.
    label: 2026-11, 2026Q4; "2026Q4#2" for the second part of several. assumed: years whose working days had to
    be assumed to find due_by. levels: by tier that owes it, the level of performer asked; exceptions: the same
    for customers whom a certain rule put into that tier. enforce: who is below does not count.
    """

    service: str
    label: str
    per: str
    times: int
    begins: date
    first: date
    last: date
    due_by: date
    assumed: tuple[int, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict, hash=False)
    exceptions: Mapping[tuple[str, str], int] = field(default_factory=dict, hash=False)
    enforce: bool = False

    def asks(self, tier: str, rule: str) -> int:
        """The level of performer this part asks for."""
        return self.exceptions.get((tier, rule), self.levels[tier])


@dataclass(frozen=True, slots=True)
class Obligation:
    """A part that a customer owes, in the tier of its period's first day.

    met: done within the part by somebody who counts. below_grade: done, but by nobody of the grade asked
    (where the policy enforces grades it is then not met). level: the one asked.
    """

    part: Part
    tier: str
    level: int
    met: bool
    below_grade: bool

    def ended(self, as_of: date) -> bool:
        """Whether its last day is over: what is not met by then was missed."""
        return self.part.last < as_of

    def is_open(self, as_of: date) -> bool:
        """Whether the day lies within it."""
        return self.part.first <= as_of <= self.part.last


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
