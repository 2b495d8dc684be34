"""What a search finds."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A record that the text stands in. key: as edit and show take it; label: what people call it.

    matched: the column it stands in; value: what stands there, telephone numbers masked; rank: 0 exact, 1 at the
    beginning (of numbers: at the end), 2 anywhere.
    """

    kind: str
    key: str
    label: str | None
    address: str | None
    matched: str
    value: str
    rank: int

    def to_json(self) -> dict[str, Any]:
        """One line."""
        return {
            "kind": self.kind,
            "key": self.key,
            "name": self.label,
            "address": self.address,
            "matched": self.matched,
            "value": self.value,
            "rank": ("exact", "prefix", "contains")[self.rank],
        }


@dataclass(frozen=True, slots=True)
class FindReport:
    """What was found, best first. matched: how many there are; `found` may be the first of them only."""

    text: str
    matched: int
    found: tuple[Found, ...]

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """cmledger.find/1"""
        return {
            "schema": "cmledger.find/1",
            "text": self.text,
            "matched": self.matched,
            "found": [one.to_json() for one in self.found],
        }
