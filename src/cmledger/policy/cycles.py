"""How often a service item is done: the forms a cycle has in the policy, told apart by the key that is there.

The law of each kind is docs/decisions/0028-cycles.md. A cycle of a customer's own (customer_plan.cycle) is the same
table written as a text (records.cycles): `own_cycle` reads it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    StrictInt,
    StrictStr,
    Tag,
    TypeAdapter,
    model_validator,
)

from cmledger.policy.kinds import Code, Count, Days, Frozen, Text, Words
from cmledger.records import cycles as text_form
from cmledger.records.cycles import HOLIDAYS
from cmledger.wording import policy as say

Per = Literal["month", "quarter", "half-year", "year"]
Months = Annotated[StrictInt, Field(gt=0, le=120)]
"""Calendar months; no item waits longer than ten years."""


def _plain(word: str) -> str:
    if any(sign in ",;=@" or sign.isspace() for sign in word):
        raise ValueError(say.NOT_A_PLAIN_WORD)
    return word


Word = Annotated[Text, AfterValidator(_plain)]
"""What an occasion or event is called; it stands in the text of a cycle and the label of a part."""


class Quota(Frozen):
    """So often in each calendar period. Two deeds closer together than `spacing_days` count once."""

    per: Per
    times: Count = 1
    spacing_days: Days = 0
    grace_days: Days = 0


class Interval(Frozen):
    """So many calendar months after it was last done."""

    every_months: Months
    grace_days: Days = 0


class Seasons(Frozen):
    """Once in each of the policy's seasons (`[season.CODE]`)."""

    seasons: Annotated[tuple[Code, ...], Field(min_length=1), Words]
    grace_days: Days = 0


class Dates(Frozen):
    """Once for each occasion of the year: a day of the customer's own (customer_date), or a holiday (HOLIDAYS)."""

    dates: Annotated[tuple[Word, ...], Field(min_length=1), Words]
    lead_days: Days = 0
    grace_days: Days = 0

    @property
    def holidays(self) -> tuple[str, ...]:
        """The occasions that are everybody's."""
        return tuple(one for one in self.dates if one in HOLIDAYS)

    @property
    def personal(self) -> tuple[str, ...]:
        """The occasions that are each customer's own."""
        return tuple(one for one in self.dates if one not in HOLIDAYS)


class Events(Frozen):
    """Once after each event of these kinds, within so many days of it (its own day is day 0), or working days."""

    events: Annotated[tuple[Word, ...], Field(min_length=1), Words]
    within_days: Days | None = None
    within_working_days: Annotated[StrictInt, Field(ge=0, le=500)] | None = None
    grace_days: Days = 0

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.within_days is None) == (self.within_working_days is None):
            raise ValueError(say.ONE_LIMIT)
        return self


class Once(Frozen):
    """Once and for all, within so many days of when it was first owed."""

    once_within_days: Annotated[StrictInt, Field(gt=0, le=3660)]
    grace_days: Days = 0


Cycle = Quota | Interval | Seasons | Dates | Events | Once
"""A cycle by which an item falls due."""
CYCLES: dict[str, type[Cycle]] = {
    "per": Quota,
    "every_months": Interval,
    "seasons": Seasons,
    "dates": Dates,
    "events": Events,
    "once_within_days": Once,
}
"""The key by which each form is known."""

Uncycled = Literal["standing", "on-event", "on-request", "on-date", "peak-season", "once"]
"""How often an item is done that has no cycle: it never falls due by itself."""


def _form(given: object) -> str | None:
    """Which form a setting has; None: none, or several at once."""
    if isinstance(given, Frozen):
        return next((key for key, model in CYCLES.items() if isinstance(given, model)), None)
    if not isinstance(given, Mapping):
        return "word"
    keys = [key for key in CYCLES if key in given]
    if len(keys) == 1:
        return keys[0]
    # a misspelt `per` is told as a key nobody knows
    return "per" if given and not keys else None


HowOften = Annotated[
    Annotated[Quota, Tag("per")]
    | Annotated[Interval, Tag("every_months")]
    | Annotated[Seasons, Tag("seasons")]
    | Annotated[Dates, Tag("dates")]
    | Annotated[Events, Tag("events")]
    | Annotated[Once, Tag("once_within_days")]
    | Annotated[Uncycled, Tag("word")],
    Discriminator(_form, custom_error_type="which_cycle", custom_error_message=say.WHICH_CYCLE),
]

_HOW_OFTEN: TypeAdapter[Cycle | str] = TypeAdapter(HowOften)


def _day_of_year(value: str) -> str:
    if not text_form.day_of_year(value):
        raise ValueError(say.NOT_A_DAY_OF_YEAR)
    return value


DayOfYear = Annotated[StrictStr, AfterValidator(_day_of_year)]
"""MM-DD; 02-29 is the 28th in other years."""


class Season(Frozen):
    """Days of each year, both inside; `begins` (written `from`) after `until`: over New Year."""

    name: Text
    begins: DayOfYear = Field(alias="from")
    until: DayOfYear


def cycle_text(cycle: Cycle | str) -> str:
    """A cycle, or a word, in the text form of `records.cycles`."""
    return cycle if isinstance(cycle, str) else _text(cycle)


@lru_cache(maxsize=4096)
def _text(cycle: Cycle) -> str:
    return text_form.cycle_text(cycle.model_dump(exclude_none=True, exclude_defaults=True))


@lru_cache(maxsize=4096)
def own_cycle(text: str, listed: Cycle | str) -> Cycle | str | None:
    """The cycle a customer's own plan names, None where it is to have none; `listed`: that of the catalogue.

    Grace, spacing and lead time that the text does not name are those of the catalogue. ValueError: no such text.
    """
    told = text_form.parse_cycle(text)
    if told == text_form.NONE:
        return None
    if told == text_form.AS_LISTED:
        return listed
    if isinstance(told, Mapping) and not isinstance(listed, str):
        known = CYCLES[text_form.form_of(told)].model_fields
        kept: dict[str, Any] = {
            key: value
            for key, value in listed.model_dump().items()
            if key in text_form.SUFFIXES and key in known
        }
        told = {**kept, **told}
    return _HOW_OFTEN.validate_python(told)
