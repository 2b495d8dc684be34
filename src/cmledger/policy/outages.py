"""What the rules say of outages: which customers are told one by one, and which are asked beforehand."""

from typing import Annotated, Literal

from cmledger.policy.kinds import Frozen, Text, Words

Reason = Literal["important", "agreed", "special-group", "own-source"]
"""Why a customer is told by name: importance class, the item of agreed outages, special group, a source of its own."""


class OutageRules(Frozen):
    """Who is told of outages one by one; all others learn of them by the public notice.

    planned, temporary: whom the time limits planned-outage-notice and temporary-outage-notice are held to.
    listed: who is named in the list in any case. agree_service: the item of the catalogue that is 协商停电, where no
    item falls due by the event planned-outage.
    """

    planned: Annotated[tuple[Reason, ...], Words] = (
        "agreed",
        "important",
        "own-source",
        "special-group",
    )
    temporary: Annotated[tuple[Reason, ...], Words] = ("important",)
    listed: Annotated[tuple[Reason, ...], Words] = (
        "agreed",
        "important",
        "own-source",
        "special-group",
    )
    agree_service: Text = "G4"

    def told(self, outage_kind: str | None) -> tuple[Reason, ...]:
        """Whom an outage of that kind obliges to tell; nobody is told of a fault beforehand."""
        return {"planned": self.planned, "temporary": self.temporary}.get(outage_kind or "", ())
