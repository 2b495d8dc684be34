"""How customers and places are covered by managers, and whether managers meet what their level asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE


@dataclass(frozen=True, slots=True)
class Load:
    """What one manager has. counted: as many of the customers as its capacity counts; dues a month: a year's, by 12.

    below: customers whose tier asks for a higher grade.
    """

    office: str
    manager: str
    grade: str | None
    left: bool
    customers: int
    in_scope: int
    below: int
    dues_a_month: float
    counted: int
    capacity: int | None

    @property
    def over(self) -> bool:
        """Whether there are more than may be."""
        return self.capacity is not None and self.counted > self.capacity

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "office": self.office,
            "manager": self.manager,
            "grade": self.grade,
            "left": self.left,
            "customers": self.customers,
            "in_scope": self.in_scope,
            "below_grade": self.below,
            "dues_a_month": self.dues_a_month,
            "capacity": self.capacity,
            "over_capacity": self.over,
        }


@dataclass(frozen=True, slots=True)
class GridCover:
    """A grid, community or village: who is written down for it, and how many managers its customers have.

    state: ok, none (nobody is written down), many (a community with more than it may have).
    """

    office: str
    grid: str
    kind: str | None
    customers: int
    managers: tuple[str, ...]
    serving: int
    state: str

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "office": self.office,
            "grid": self.grid,
            "kind": self.kind,
            "customers": self.customers,
            "managers": list(self.managers),
            "serving": self.serving,
            "state": self.state,
        }


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure is spread over managers; ratio: the most by the fewest, None where the fewest is 0 or nobody is."""

    least: float
    median: float
    most: float

    @property
    def ratio(self) -> float | None:
        """How many times the fewest the most is."""
        return round(self.most / self.least, 2) if self.least else None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {"min": self.least, "median": self.median, "max": self.most, "ratio": self.ratio}


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A customer without a manager, or with one who has left."""

    office: str
    account_no: str
    name: str | None
    tier: str | None
    line: str | None
    grid: str | None
    left: str | None


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """How an office is covered. Every pair is (all customers, those in a tier)."""

    as_of: date
    office: str | None
    by: str
    customers: tuple[int, int]
    without: tuple[int, int]
    of_left: tuple[int, int]
    below: int
    managers: tuple[Load, ...]
    grids: tuple[GridCover, ...]
    spreads: Mapping[str, Spread]
    community_managers: int
    grade_names: Mapping[str, str] = field(default_factory=dict)
    tier_names: Mapping[str, str] = field(default_factory=dict)
    excel: str | None = None
    logged: bool | None = None

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.coverage/1"""

        def pair(both: tuple[int, int]) -> dict[str, int]:
            return {"all": both[0], "in_scope": both[1]}

        states = [one.state for one in self.grids]
        return {
            "schema": "cmledger.coverage/1",
            "as_of": self.as_of.isoformat(),
            "office": self.office,
            "customers": pair(self.customers),
            "without_manager": pair(self.without),
            "manager_left": pair(self.of_left),
            "below_grade": self.below,
            "over_capacity": [one.manager for one in self.managers if one.over],
            "grids": {
                "all": len(states),
                "without_manager": states.count("none"),
                "too_many": states.count("many"),
            },
            "spread": {name: spread.to_json() for name, spread in self.spreads.items()},
            "by": self.by,
            "rows": [
                one.to_json() for one in (self.managers if self.by == "manager" else self.grids)
            ],
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a manager meets what its level asks for: what is lacking (condition -> in words), what is not known.

    state: met, lacking, unknown (nothing lacking, but not all is known), no-level, no-conditions (of that level).
    """

    office: str
    manager: str
    level: str | None
    state: str
    lacking: Mapping[str, str]
    unknown: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "office": self.office,
            "manager": self.manager,
            "level": self.level,
            "state": self.state,
            "lacking": [{"condition": c, "text": text} for c, text in self.lacking.items()],
            "unknown": list(self.unknown),
        }


STATES = ("met", "lacking", "unknown", "no-level", "no-conditions")


@dataclass(frozen=True, slots=True)
class ManagerCheck:
    """Every manager who is there, held against the conditions of its level."""

    as_of: date
    managers: tuple[Standing, ...]
    conditions: bool
    level_names: Mapping[str, str]
    excel: str | None = None
    logged: bool | None = None

    @property
    def exit_code(self) -> int:
        """Always 0."""
        return EXIT_DONE

    @property
    def counts(self) -> dict[str, int]:
        """state -> managers."""
        states = [one.state for one in self.managers]
        return {state: states.count(state) for state in STATES}

    def to_json(self) -> dict[str, Any]:
        """cmledger.manager-check/1"""
        return {
            "schema": "cmledger.manager-check/1",
            "as_of": self.as_of.isoformat(),
            "counts": self.counts,
            "managers": [one.to_json() for one in self.managers],
        }
