"""A visit recorded by hand, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.records.intake import Outcome
from cmledger.records.obligations import Obligation, Standing


@dataclass(frozen=True, slots=True)
class VisitTold:
    """A visit as a person tells it: words as typed; None: not told. manager: by name, or name#employee_no."""

    account_no: str
    day: date
    manager: str | None = None
    method: str | None = None
    content: str | None = None
    opinion: str | None = None
    satisfaction: str | None = None
    services: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    """What is left to do: 类别：内容, or the words alone."""
    follow_up: date | None = None
    """Until when."""


@dataclass(frozen=True, slots=True)
class LeftToDo:
    """A matter that a visit leaves: its sort, what it is about, and until when (ISO)."""

    kind: str
    content: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a deed came to. cleared: obligations met by it, or made good late (not met); not_counted: those it would have met, were the grade of who
    did it not too low. still: what is owed of these items all the same, or next."""

    cleared: tuple[Obligation, ...]
    not_counted: tuple[Obligation, ...]
    still: tuple[Standing, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "cleared": [_owed(o) for o in self.cleared],
            "not_counted": [_owed(o) for o in self.not_counted],
            "still": [
                {
                    "service": s.obligation.part.service,
                    "period": s.obligation.part.label,
                    "due_by": s.obligation.part.due_by.isoformat(),
                    "status": s.status.value,
                }
                for s in self.still
            ],
        }


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What recording a visit came to.

    outcome: new, changed (what was blank was filled in), unchanged (it was recorded already). operation: None where
    nothing was written. left: the matters it leaves to be followed up.
    """

    operation: int | None
    dry_run: bool
    outcome: Outcome
    account_no: str
    name: str | None
    day: date
    manager: str | None
    services: tuple[str, ...]
    came_to: Cleared
    left: tuple[LeftToDo, ...]
    service_names: Mapping[str, str]
    season_names: Mapping[str, str]
    grade_names: Mapping[int, str]
    """level -> how the grade asked is called"""

    @property
    def exit_code(self) -> int:
        """Recorded is recorded, whatever it came to."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "schema": "cmledger.record-visit/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "outcome": self.outcome.value,
            "account_no": self.account_no,
            "name": self.name,
            "visited_on": self.day.isoformat(),
            "manager": self.manager,
            "services": list(self.services),
            **self.came_to.to_json(),
            "matters": [
                {"kind": one.kind, "content": one.content, "due_by": one.by} for one in self.left
            ],
        }


def _owed(obligation: Obligation) -> dict[str, Any]:
    return {
        "service": obligation.part.service,
        "period": obligation.part.label,
        "below_grade": obligation.below_grade,
        "late": not obligation.met,
    }
