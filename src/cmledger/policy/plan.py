"""What the rules say of the month's plan: how full a day may be, and whose trips go together."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from cmledger.policy.kinds import Frozen

_Some = Annotated[StrictInt, Field(gt=0, le=10_000)]


class PlanRules(Frozen):
    """How a month is planned.

    per_day: customers a manager calls on in a day; minutes_per_day: how long that may take, where items say their
    minutes; None: no limit. trip: customers seen on one trip where per_day is None. group_by: what is seen on one trip. ahead: of items not due before a later month, this
    month's even share, none or all of them.
    """

    per_day: _Some | None = None
    minutes_per_day: _Some | None = None
    trip: _Some = 4
    group_by: Literal["line", "grid", "transformer_area"] = "line"
    ahead: Literal["share", "none", "all"] = "share"
