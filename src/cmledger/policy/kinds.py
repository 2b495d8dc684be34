"""The plain kinds of setting that the models of the policy are made of."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr

MOST = 1_000_000_000_000
"""No office has more of anything; as thousandths it still fits every database."""


def _ordered(words: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(set(words)))


Code = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Text = Annotated[StrictStr, Field(min_length=1)]
Count = Annotated[StrictInt, Field(gt=0, le=MOST)]
Days = Annotated[StrictInt, Field(ge=0, le=3660)]
"""So many days; ten years are more than any rule grants."""
Words = AfterValidator(_ordered)
"""A set of words: their order and repetitions mean nothing."""


class Frozen(BaseModel):
    """A group of settings; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
