"""When two customers may be one: by meter, by the name in its variants, by telephone. Nothing is ever merged by this."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Final

from cmledger.records.duplicates import REASONS, Likeness, Pair
from cmledger.wording.duplicates import NAME_VARIANTS

MOST_SHARING: Final = 5
"""A telephone or meter number that more customers have is an agent's or a placeholder: it proves nothing."""
MOST_ALIKE: Final = 20
"""Nor does a name that so many have: street lamps, base stations."""
_SHORTEST_NAME: Final = 5
"""Shorter names are persons': two of them need a second sign."""


def name_key(name: str) -> str:
    """A name without what varies in writing it: width, case, spaces, brackets and signs, the legal form's long form."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(c for c in plain if c.isalnum())
    for written, meant in NAME_VARIANTS.items():
        plain = plain.replace(written, meant)
    return plain


def is_person(key: str) -> bool:
    """Whether a name (its key) is so short that many may share it."""
    return len(key) < _SHORTEST_NAME


def pairs(
    likenesses: Mapping[int, Likeness],
    groups: Iterable[tuple[str, Collection[int]]],
    settled: Collection[tuple[int, int]],
) -> list[Pair]:
    """The pairs of every group (reason, ids), without those that are settled; the surest first, then by 户号."""
    found: dict[tuple[int, int], set[str]] = {}
    for reason, ids in groups:
        for pair in combinations(sorted(ids), 2):
            found.setdefault(pair, set()).add(reason)
    kept = []
    for (first, second), reasons in found.items():
        if (first, second) in settled:
            continue
        one, other = likenesses[first], likenesses[second]
        reasons |= _further(one, other)
        kept.append(Pair(one, other, tuple(r for r in REASONS if r in reasons)))
    return sorted(kept, key=_rank)


def _further(one: Likeness, other: Likeness) -> set[str]:
    """What else two customers have in common, once something has brought them together."""
    further = set()
    if one.name and other.name and name_key(one.name) == name_key(other.name):
        further.add("same-name")
    if one.address and other.address and name_key(one.address) == name_key(other.address):
        further.add("same-address")
    return further


def _rank(pair: Pair) -> tuple[int, list[int], str, str]:
    order = [REASONS.index(reason) for reason in pair.reasons]
    return -len(order), order, pair.first.account_no, pair.second.account_no
