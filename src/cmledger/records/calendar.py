"""A year's exceptions to "Monday to Friday", as the State Council publishes them each autumn for the next year."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """holidays: weekdays and weekends off work. workdays: Saturdays and Sundays worked to make up for them."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
