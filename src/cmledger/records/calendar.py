"""A year's exceptions to "Monday to Friday", as the State Council publishes them each autumn for the next year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class UnknownFestival(NamedTuple):
    """A festival (records.cycles.HOLIDAYS) whose day of a year nobody has said: what is owed on it is not laid out."""

    year: int
    festival: str

    def to_json(self) -> dict[str, Any]:
        """As it stands under `unknown_festivals`."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """holidays: weekdays and weekends off work. workdays: Saturdays and Sundays worked to make up for them.

    festivals: days of holidays by code (records.cycles.HOLIDAYS), for items owed on a date.
    """

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    festivals: Mapping[str, date] = field(default_factory=dict, hash=False)
