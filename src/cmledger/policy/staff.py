"""What the rules say of managers: who is given to whom, and what each level of manager asks for."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from cmledger.wording import policy as say

TerritoryKind = Literal["transformer_area", "grid", "line"]
"""What a manager can be responsible for: 台区, 网格/社区/村, 线路."""
LevelCode = Literal["senior", "first", "second", "trainee"]
"""The levels a manager is appointed to: 高级, 一级, 二级, 见习."""
Education = Literal["junior", "secondary", "college", "bachelor", "master", "doctor"]
"""学历, from the lowest up."""


def _each_once(value: object) -> object:
    if isinstance(value, list | tuple) and len(set(map(str, value))) != len(value):
        raise ValueError(say.LISTED_TWICE)
    return value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Assignment(_Frozen):
    """How customers are given to managers.

    territory: which responsibility goes first, the most specific one at the head. grade: whether a manager of a
    higher grade than asked for may serve. counted: which of a manager's customers its capacity counts.
    community_managers: how many managers a community has at most.
    """

    territory: Annotated[
        tuple[TerritoryKind, ...], BeforeValidator(_each_once), Field(min_length=1)
    ] = ("transformer_area", "grid", "line")
    grade: Literal["at-least", "exact"] = "at-least"
    counted: Literal["all", "in-scope"] = "all"
    community_managers: Annotated[StrictInt, Field(gt=0, le=1000)] = 2


class ManagerLevel(_Frozen):
    """What a level of manager asks for; None: nothing.

    training_hours: within the last `training_months` months (None: ever).
    """

    name: Annotated[StrictStr, Field(min_length=1)] | None = None
    education: Education | None = None
    power_years: Annotated[StrictInt, Field(gt=0, le=60)] | None = None
    no_bad_record: StrictBool = False
    healthy: StrictBool = False
    training_hours: Annotated[StrictInt, Field(gt=0, le=10_000)] | None = None
    training_months: Annotated[StrictInt, Field(gt=0, le=600)] | None = None
