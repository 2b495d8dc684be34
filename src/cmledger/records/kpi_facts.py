"""What a KPI can ask of one customer, or of one visit owed."""

from enum import StrEnum
from typing import NamedTuple


class Of(StrEnum):
    """What a fact is about.

    customer: one customer of the office on the last counted day, in a tier or in none.
    ended: one visit owed in a period that ended inside the report.
    standing: one visit owed in a period still open on the last counted day.
    """

    CUSTOMER = "customer"
    ENDED = "ended"
    STANDING = "standing"


class Fact(NamedTuple):
    """Equal facts are counted together. `key`: id of the office, line, manager or grid the report is broken down by.

    manager: id of the one responsible: on the last counted day, or (ended) on the last day of the visit's period.
    tier: of the customer on the last counted day; of a visit: the tier it is owed in.
    met: the visit was made in time (ended) or has been made (standing). overdue: standing visits only.
    """

    of: Of
    key: int | None
    manager: int | None
    tier: str | None
    channel: str | None = None
    met: bool = False
    overdue: bool = False
