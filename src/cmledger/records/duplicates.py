"""Customers that look alike: pairs with their reasons, and what was decided of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cmledger.errors import EXIT_DONE

INTO_FIRST: Final = "into-first"
INTO_SECOND: Final = "into-second"

REASONS: Final = ("same-meter", "same-name", "same-phone", "same-address")
"""The surest first."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a customer is compared; as stored, None where unknown."""

    id: int
    account_no: str
    name: str | None
    contact_phone: str | None
    meter_no: str | None
    address: str | None
    status: str | None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "account_no": self.account_no,
            "name": self.name,
            "contact_phone": self.contact_phone,
            "meter_no": self.meter_no,
            "address": self.address,
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers that may be one; reasons in the order of REASONS."""

    first: Likeness
    second: Likeness
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "first": self.first.to_json(),
            "second": self.second.to_json(),
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class DuplicatesReport:
    """Pairs nobody has decided on, the surest first.

    shared: reason -> how many values so many customers share that they prove nothing. excel: the workbook written.
    """

    pairs: Sequence[Pair]
    shared: Mapping[str, int] = field(default_factory=dict)
    excel: str | None = None
    logged: bool = True

    @property
    def exit_code(self) -> int:
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.duplicates/1."""
        return {
            "schema": "cmledger.duplicates/1",
            "count": len(self.pairs),
            "pairs": [pair.to_json() for pair in self.pairs],
            "shared": dict(self.shared),
            "excel": self.excel,
        }
