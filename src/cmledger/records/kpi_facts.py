"""What a KPI can ask of one customer, or of one visit owed."""

from enum import StrEnum
from typing import NamedTuple


class Of(StrEnum):
    """What a fact is about.

    customer: one customer of the office on the last counted day, in a tier or in none.
    ended: one visit owed in a period that ended inside the report.
    open: one visit owed in a period that had begun, but not ended, when the report's days were over.
    standing: one customer who owed a visit at that moment, late with it or not.
    """

    CUSTOMER = "customer"
    ENDED = "ended"
    OPEN = "open"
    STANDING = "standing"


class Fact(NamedTuple):
    """Equal facts are counted together. `key`: id of the office, line, manager or grid the report is broken down by.

    manager: id of the one responsible: on the last counted day, or (ended) on the last day of the visit's period.
    tier: of the customer on the last counted day; of a visit: the tier it is owed in.
    met: the visit was made within its period. overdue: of what stands. customised: the customer has a service item on
    terms of its own.
    """

    of: Of
    key: int | None
    manager: int | None
    tier: str | None
    channel: str | None = None
    met: bool = False
    overdue: bool = False
    customised: bool = False
