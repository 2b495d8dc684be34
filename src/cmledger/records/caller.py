"""Who calls, and when: the clock and the user are read once, in cli, and handed down."""

from dataclasses import dataclass
from datetime import date, datetime

FIRST_DAY, LAST_DAY = date(1949, 1, 1), date(2100, 12, 31)
"""The days a command or a policy may name: no record is older, no plan reaches further."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The circumstances of one command.

    now: the moment of the call (with its time zone), for the record only.
    as_of: "today" for every rule (`--as-of`, else the day of `now` in Asia/Shanghai).
    by_person: false for jobs (`daily`), so that a bare `undo` passes them over.
    """

    actor: str
    now: datetime
    as_of: date
    by_person: bool = True

    @property
    def moment(self) -> str:
        """`now` as stored: ISO with seconds and offset."""
        return self.now.isoformat(timespec="seconds")

    @property
    def day(self) -> str:
        """`as_of` as stored."""
        return self.as_of.isoformat()
