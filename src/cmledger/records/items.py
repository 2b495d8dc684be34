"""The service items the office knows, as far as records of what was done must know of them."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cmledger.records.text import folded

CUSTOMER: Final = "customer"
MANAGER: Final = "manager"
GRID: Final = "grid"
"""Who owes an item."""


_MOST_NEAR: Final = 3


def _in_pieces(word: str, name: str) -> bool:
    """发放联系卡 stands in 发放电力服务联系卡."""
    letters = iter(name)
    return all(letter in letters for letter in word)


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

    def near(self, word: str, owners: tuple[str, ...]) -> list[str]:
        """Names of items of these owners that the word may mean: it stands in them, whole or in pieces, or is like them."""
        part = folded(word)
        names = {folded(n): n for c, n in self.names.items() if self.owner(c) in owners}
        within = [one for one in names if part and part in one]
        pieces = [one for one in names if len(part) > 2 and _in_pieces(part, one)]
        alike = difflib.get_close_matches(part, list(names), _MOST_NEAR, 0.5)
        return [names[one] for one in dict.fromkeys((*within, *pieces, *alike))][:_MOST_NEAR]

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
