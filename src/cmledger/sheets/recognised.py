"""What a table is taken for, and what only the user can decide about it."""

from dataclasses import dataclass, field
from typing import Final

from cmledger.records.intake import Finding
from cmledger.sheets.energy import Settled
from cmledger.sheets.headings import Heading
from cmledger.sheets.layout import Column, Layout

KWH: Final = "consumption.kwh"
PERIOD: Final = "consumption.period"


@dataclass(frozen=True, slots=True)
class Decision:
    """What only the user can say: the question, and the option that answers it."""

    message: str
    hint: str


@dataclass(slots=True)
class Recognised:
    """A table as some layout sees it.

    columns: position -> the column it is. energy: energy columns with their year and month (year None: said in
    the rows). aside: position -> why it is not taken though it was understood. findings: notices on columns.
    units: position -> the unit the user said. unfit: columns that the user said to be a field this kind lacks.
    own: position -> the name of the office's own column in our export. fixed: where its fields stand.
    """

    layout: Layout
    columns: dict[int, Column] = field(default_factory=dict)
    energy: list[Settled] = field(default_factory=list)
    aside: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    units: dict[int, str] = field(default_factory=dict)
    unfit: list[tuple[Heading, str]] = field(default_factory=list)
    own: dict[int, str] = field(default_factory=dict)
    fixed: set[int] = field(default_factory=set)
    score: float = 0.0
    marked: bool = False
    """Whether rows carry the hidden marks of exported records of this kind."""

    @property
    def spread(self) -> set[str]:
        """The fields that columns of its words say (生日, 厂庆日), where there are any."""
        way = self.layout.spread
        if way is None or not any(self.position(name) is not None for name, _ in way.of):
            return set()
        return {way.choice, way.value}

    def position(self, name: str) -> int | None:
        """Where the column of that full field name stands."""
        return next((p for p, c in self.columns.items() if c.field == name), None)
