"""What the rules say of the 走访单: what to look at on site."""

from typing import Annotated, Literal

from pydantic import Field, StrictStr

from cmledger.policy.kinds import Frozen, Text

_CustomerClass = Literal["high-voltage", "low-voltage-business", "resident"]
_Service = Annotated[StrictStr, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]


class FormRules(Frozen):
    """The check list of a visit, in order: that of all visits, of the customer's class, and of the items due."""

    checklist: tuple[Text, ...] = ()
    by_class: dict[_CustomerClass, tuple[Text, ...]] = Field(default_factory=dict)
    by_service: dict[_Service, tuple[Text, ...]] = Field(default_factory=dict)

    def points(self, customer_class: str | None, services: tuple[str, ...]) -> tuple[str, ...]:
        """What to look at when visiting a customer of that class for these items; each point once."""
        found = list(self.checklist)
        for name, points in self.by_class.items():
            found += points if name == customer_class else ()
        for service in services:
            found += self.by_service.get(service, ())
        return tuple(dict.fromkeys(found))
