"""The service items the office knows, as far as records of what was done must know of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cmledger.records.text import folded

CUSTOMER: Final = "customer"
MANAGER: Final = "manager"
GRID: Final = "grid"
"""Who owes an item."""


@dataclass(frozen=True, slots=True)
class Items(Mapping[str, str]):
    """Code or name -> code. names: code -> name. owners: code -> who owes it: customer, manager or grid."""

    codes: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, word: str) -> str:
        return self.codes[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def owner(self, code: str) -> str:
        """Who owes it."""
        return self.owners.get(code, CUSTOMER)

    def known(self, owners: tuple[str, ...]) -> list[str]:
        """code（name）of the items that any of these owe, in the order of the catalogue."""
        return [f"{c}（{name}）" for c, name in self.names.items() if self.owner(c) in owners]

    def by_part(self, word: str, owners: tuple[str, ...]) -> str | None:
        """The only item of these owners in whose name the word stands; None where there is none or several."""
        part = folded(word)
        names = {c: folded(name) for c, name in self.names.items() if self.owner(c) in owners}
        for found in (
            [c for c, name in names.items() if name == part],
            [c for c, name in names.items() if len(part) > 1 and part in name],
        ):
            if found:
                return found[0] if len(found) == 1 else None
        return None
