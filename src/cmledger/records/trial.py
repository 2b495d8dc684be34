"""What other rules would change: who moves tier, and the load of each tier and manager before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE


@dataclass(frozen=True, slots=True)
class Load:
    """What some customers come to. visits_now: visits due or overdue on the day.

    visits_a_year, dues_a_year: visits, and all items with a cycle, of a full year in the tiers held.
    minutes: what those dues take in a year; None where the rules tell minutes of no item.
    """

    customers: int = 0
    visits_now: int = 0
    visits_a_year: int = 0
    dues_a_year: int = 0
    minutes: int | None = None

    def __add__(self, other: "Load") -> "Load":
        minutes = None
        if self.minutes is not None or other.minutes is not None:
            minutes = (self.minutes or 0) + (other.minutes or 0)
        return Load(
            self.customers + other.customers,
            self.visits_now + other.visits_now,
            self.visits_a_year + other.visits_a_year,
            self.dues_a_year + other.dues_a_year,
            minutes,
        )

    @property
    def hours(self) -> float | None:
        """Hours a year."""
        return None if self.minutes is None else round(self.minutes / 60, 1)

    @property
    def faces(self) -> tuple[int | float | None, ...]:
        """As shown in a table: customers, visits now, visits and dues a year, hours a year."""
        return (
            self.customers,
            self.visits_now,
            self.visits_a_year,
            self.dues_a_year,
            self.hours,
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """A load before and after."""

    before: Load
    after: Load

    def to_json(self) -> dict[str, Any]:
        """Each figure as {before, after}."""
        names = ("customers", "visits_now", "visits_a_year", "dues_a_year", "hours_a_year")
        pairs = zip(self.before.faces, self.after.faces, strict=True)
        return {
            name: {"before": before, "after": after}
            for name, (before, after) in zip(names, pairs, strict=True)
        }


@dataclass(frozen=True, slots=True)
class TierLoad:
    """A tier of either edition; None: no tier."""

    tier: str
    name: str
    load: Turn


@dataclass(frozen=True, slots=True)
class ManagerLoad:
    """A manager's customers, in all and tier by tier; name None: customers without a manager."""

    manager: str | None
    office: str
    load: Turn
    tiers: tuple[TierLoad, ...]


@dataclass(frozen=True, slots=True)
class TrialMove:
    """A customer who would move; because: reasons as in the JSON contract, `why` in words."""

    account_no: str
    name: str | None
    manager: str | None
    before: str | None
    after: str | None
    because: Sequence[Mapping[str, Any]]
    why: str


@dataclass(frozen=True, slots=True)
class EditionFace:
    """Which rules: file, what they are called, since when they are to be in force."""

    path: str
    profile: str
    since: date

    def to_json(self) -> dict[str, Any]:
        """path, profile, since"""
        return {"path": self.path, "profile": self.profile, "since": self.since.isoformat()}


@dataclass(frozen=True, slots=True)
class PolicyTrial:
    """The answer. moved: customers whose tier changes, of whom `moves` tells as many as were asked for.

    pending: customers whom the present rules would move, too, were assign-tiers run: `moves` begin where that ends.
    without_minutes: items with a cycle whose minutes the tried rules do not tell. tier_names: code -> Chinese.
    logged: as for other workbooks handed out; None: none was.
    """

    as_of: date
    present: EditionFace
    tried: EditionFace
    same: bool
    moved: int
    moves: tuple[TrialMove, ...]
    pending: int
    tiers: tuple[TierLoad, ...]
    managers: tuple[ManagerLoad, ...]
    total: Turn
    out_of_scope: tuple[int, int]
    without_minutes: Mapping[str, str]
    tier_names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    excel: str | None = None
    logged: bool | None = None

    exit_code = EXIT_DONE

    def tier_name(self, code: str | None, none: str) -> str:
        """What a tier is called; `none` for no tier."""
        return none if code is None else self.tier_names.get(code, code)

    def to_json(self) -> dict[str, Any]:
        """`cmledger.try-policy/1`"""
        return {
            "schema": "cmledger.try-policy/1",
            "as_of": self.as_of.isoformat(),
            "present": self.present.to_json(),
            "tried": self.tried.to_json(),
            "same": self.same,
            "pending": self.pending,
            "moved": self.moved,
            "moves": [
                {
                    "account_no": move.account_no,
                    "name": move.name,
                    "manager": move.manager,
                    "from": move.before,
                    "to": move.after,
                    "because": list(move.because),
                }
                for move in self.moves
            ],
            "total": self.total.to_json(),
            "out_of_scope": {"before": self.out_of_scope[0], "after": self.out_of_scope[1]},
            "tiers": [_tier_json(tier) for tier in self.tiers],
            "managers": [
                {
                    "manager": one.manager,
                    "office": one.office,
                    **one.load.to_json(),
                    "tiers": [_tier_json(tier) for tier in one.tiers],
                }
                for one in self.managers
            ],
            "without_minutes": list(self.without_minutes),
            "notes": list(self.notes),
            "excel": self.excel,
            "logged": self.logged,
        }


def _tier_json(one: TierLoad) -> dict[str, Any]:
    return {"tier": one.tier, "name": one.name, **one.load.to_json()}
