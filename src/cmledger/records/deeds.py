"""Items done without a visit, recorded by hand, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.records.intake import Outcome
from cmledger.records.visit import Cleared


@dataclass(frozen=True, slots=True)
class ServiceTold:
    """An item done for a customer, as a person tells it: words as typed; None: not told."""

    account_no: str
    service: str
    day: date
    manager: str | None = None
    method: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class DutyTold:
    """An item that a manager or a grid owes itself, as a person tells it; counts of what was handed out, answered, and
    of those who came."""

    service: str
    day: date
    manager: str | None = None
    grid: str | None = None
    office: str | None = None
    content: str | None = None
    materials: int | None = None
    answered: int | None = None
    attendees: int | None = None


@dataclass(frozen=True, slots=True)
class DeedReport:
    """What recording an item came to. command: record-service or record-duty. whose: account_no and name, or grid and
    office; operation: None where nothing was written."""

    command: str
    operation: int | None
    dry_run: bool
    outcome: Outcome
    service: str
    day: date
    manager: str | None
    whose: Mapping[str, str | None]
    came_to: Cleared
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
            "schema": f"cmledger.{self.command}/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "outcome": self.outcome.value,
            **self.whose,
            "service": self.service,
            "done_on": self.day.isoformat(),
            "manager": self.manager,
            **self.came_to.to_json(),
        }
