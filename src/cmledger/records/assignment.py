"""What giving customers to managers is reasoned about: the terms that customers share, managers, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

TERRITORY_BASIS, FIXED_BASIS, HANDOVER_BASIS = "territory", "fixed", "handover"
"""Values of customer_manager.basis; None: a sheet said so."""


class Held(StrEnum):
    """On what footing a customer has its present manager.

    fixed: set by hand. lent: for a time, until an absent manager is back. handed: handed over for good.
    """

    FIXED = "fixed"
    LENT = "lent"
    HANDED = "handed"


class Terms(NamedTuple):
    """All that decides who looks after a customer; many customers share the same.

    line: the customer's, else that of its transformer area. held: None: as a sheet or a territory says.
    home: of a customer lent for a time, whose it is again afterwards. wanted: whether the run is about it.
    """

    office: int
    line: int | None
    transformer_area: int | None
    grid: int | None
    tier: str | None
    rule: str | None
    manager: int | None
    held: Held | None
    home: int | None
    wanted: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A manager on a day. capacity: how many customers at most, None: no limit. left: no longer there."""

    id: int
    office: int
    name: str
    grade: str | None
    capacity: int | None
    left: bool = False


class Code(StrEnum):
    """What became of a customer, and why."""

    # has a manager, and keeps it
    FIXED = "fixed"
    LENT = "lent"
    HANDED = "handed-over"
    KEPT = "kept"
    UNCONTESTED = "uncontested"
    """Nobody's territory covers it, and the present manager's grade serves."""
    # is given to one
    ONLY = "only-one"
    FEWEST = "fewest-customers"
    # cannot be served
    NO_PLACE = "no-place"
    NO_TERRITORY = "no-territory"
    NO_GRADE = "no-grade"
    FULL = "full"


UNSERVED = frozenset((Code.NO_PLACE, Code.NO_TERRITORY, Code.NO_GRADE, Code.FULL))


class Cause(StrEnum):
    """Why a customer cannot stay as it is."""

    NONE_YET = "none-yet"
    LEFT = "manager-left"
    BELOW = "below-grade"
    ELSEWHERE = "other-territory"
    CROWDED = "over-capacity"


class Because(NamedTuple):
    """Why: what became of it, why it could not stay, and by which territory (kind and id of the place)."""

    code: Code
    cause: Cause | None = None
    kind: str | None = None
    place: int | None = None


class Share(NamedTuple):
    """Customers of one terms from `start` to before `stop`, counted by 户号. manager: None: nobody is to be had."""

    terms: Terms
    start: int
    stop: int
    manager: int | None
    because: Because

    @property
    def moves(self) -> bool:
        """Whether these customers get another manager than they have."""
        return self.manager is not None and self.manager != self.terms.manager


class Trouble(NamedTuple):
    """What stands though it breaks a rule: how many customers of a manager, of which tier where it is about one."""

    code: str
    manager: int
    customers: int
    tier: str | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """Everybody's share, and what stands though it should not."""

    shares: Sequence[Share]
    troubles: Sequence[Trouble]


class UnknownPlace(NamedTuple):
    """A name in a manager's territory that the office has not got. field: lines, areas or grids."""

    manager: int
    field: str
    name: str


@dataclass(frozen=True, slots=True)
class Territory:
    """Who is responsible where: kind -> place id -> managers; and the names nobody knows."""

    covers: Mapping[str, Mapping[int, frozenset[int]]]
    unknown: Sequence[UnknownPlace] = field(default=())


class NamedPlace(NamedTuple):
    """A line, an area or a grid of an office. manager: the one written beside it. grid_kind: community, village, grid."""

    kind: str
    id: int
    office: int
    name: str
    code: str | None
    manager: int | None
    grid_kind: str | None = None


class Claim(NamedTuple):
    """What a manager is responsible for, as the office wrote it."""

    manager: int
    office: int
    field: str
    text: str
