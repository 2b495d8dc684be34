"""The rows of a due list, kept small: each customer once, each way to stand once, a row made when it is looked at."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from json import JSONEncoder
from typing import Any, NamedTuple, overload

from cmledger.records.due import DueRow
from cmledger.records.obligations import Span, Standing

Raw = tuple[Any, ...]
"""What the ledger brought: who it is, or what decides how it stands with an item, or both."""


class People:
    """Whom a list is about: what the ledger brought of each, kept once, however many items they owe.

    shared: several items are asked about, so that `numbers` (by customer id) is kept for the next one, and `spans`:
    other tiers than the present one, by the first and the last day they matter.
    """

    __slots__ = ("_same", "details", "numbers", "shared", "spans")

    def __init__(self, *, shared: bool = False) -> None:
        self.shared = shared
        self.details: list[Raw] = []
        self.numbers: dict[int, int] = {}
        self.spans: dict[tuple[date, date], Mapping[int, tuple[Span, ...]]] = {}
        self._same: dict[Any, Any] = {}

    def add(self, details: Raw, alike: int) -> int:
        """Keep one; its number. The first so many of its details are shared by many, and kept once."""
        once = self._same.setdefault
        self.details.append((*[once(one, one) for one in details[:alike]], *details[alike:]))
        return len(self.details) - 1

    def settle(self) -> None:
        """Nobody will be added any more."""
        self.numbers, self.spans, self._same = {}, {}, {}


class Alike(Sequence[Raw]):
    """Customers of whom the same facts are true: the facts, and their numbers among the people.

    As a sequence: details and facts of each in one.
    """

    __slots__ = ("facts", "numbers", "people")

    def __init__(self, people: People, facts: Raw) -> None:
        self.people, self.facts = people, facts
        self.numbers = array("I")

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Raw: ...
    @overload
    def __getitem__(self, index: slice) -> list[Raw]: ...
    def __getitem__(self, index: int | slice) -> Raw | list[Raw]:
        if isinstance(index, slice):
            return [self.people.details[number] + self.facts for number in self.numbers[index]]
        return self.people.details[self.numbers[index]] + self.facts


Group = tuple[Standing, Alike]
"""Customers who stand alike."""
Whose = tuple[str | None, str | None, str | None, str, str | None, str | None, bool]
"""What rows of a group differ in, of what is told as JSON: WHOSE."""


class Maker(NamedTuple):
    """Makes the rows of a group from the details of each: whole, or only what they differ in."""

    row: Callable[[Raw], DueRow]
    whose: Callable[[Raw], Whose]


class DueRows(Sequence[DueRow]):
    """The rows of a due list in order, each made when it is looked at: a county's list is millions of them.

    sections: in order, each put in order within when it is first looked at: by `place` (many have the same), then by
    `order`, both of details. maker: of the rows of a group.
    """

    def __init__(
        self,
        sections: Sequence[Sequence[Group]],
        people: People,
        place: Callable[[Raw], Any],
        order: Callable[[Raw], Any],
        maker: Callable[[Standing, Raw], Maker],
    ) -> None:
        self._sections, self._details = sections, people.details
        self._place, self._order, self._maker = place, order, maker
        self._ends = list(accumulate(sum(len(g) for _, g in section) for section in sections))
        self._codes: dict[int, array[int]] = {}
        self._makers: dict[tuple[int, int], Maker] = {}
        self._ranked: tuple[array[int], array[int]] | None = None

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[DueRow]:
        return (maker.row(details) for maker, details in self._each())

    @overload
    def __getitem__(self, index: int) -> DueRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[DueRow]: ...
    def __getitem__(self, index: int | slice) -> DueRow | list[DueRow]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        one = index + len(self) if index < 0 else index
        if not 0 <= one < len(self):
            raise IndexError(index)
        number = bisect_right(self._ends, one)
        begins = self._ends[number - 1] if number else 0
        rank, position = divmod(self._in_order(number)[one - begins], len(self._sections[number]))
        return self._maker_of(number, position).row(self._details[self._ranks()[1][rank]])

    def texts(self) -> Iterator[str]:
        """The rows as JSON: what is the same for a whole group is put in words once."""
        told: dict[Maker, Callable[[Whose], str]] = {}
        for maker, details in self._each():
            text = told.get(maker)
            if text is None:
                text = told[maker] = _json_text(maker.row(details))
            yield text(maker.whose(details))

    def _each(self) -> Iterator[tuple[Maker, Raw]]:
        everybody = self._details
        for number, section in enumerate(self._sections):
            groups, by_rank = len(section), self._ranks()[1]
            makers = [self._maker_of(number, position) for position in range(groups)]
            for code in self._in_order(number):
                rank, position = divmod(code, groups)
                yield makers[position], everybody[by_rank[rank]]

    def _maker_of(self, number: int, position: int) -> Maker:
        maker = self._makers.get((number, position))
        if maker is None:
            standing, alike = self._sections[number][position]
            maker = self._makers[number, position] = self._maker(standing, alike.facts)
        return maker

    def _in_order(self, number: int) -> "array[int]":
        """The rows of a section, each as one number: somebody's rank, times how many groups there are, and which."""
        if number not in self._codes:
            section, ranks = self._sections[number], self._ranks()[0]
            groups = len(section)
            codes = (
                ranks[one] * groups + position
                for position, (_, alike) in enumerate(section)
                for one in alike.numbers
            )
            self._codes[number] = array("Q", sorted(codes))
        return self._codes[number]

    def _ranks(self) -> "tuple[array[int], array[int]]":
        """The rank of each of the people in the order of the list, and who has each rank."""
        if self._ranked is None:
            places: dict[Any, list[int]] = defaultdict(list)
            for number, details in enumerate(self._details):
                places[self._place(details)].append(number)
            by_rank = array("I")
            for place in sorted(places):
                by_rank.extend(sorted(places[place], key=lambda n: self._order(self._details[n])))
            ranks = array("I", by_rank)
            for rank, number in enumerate(by_rank):
                ranks[number] = rank
            self._ranked = ranks, by_rank
        return self._ranked


# --- as JSON -------------------------------------------------------------------------------------------

_encode = JSONEncoder(ensure_ascii=False).encode
WHOSE = ("account_no", "name", "manager", "office", "line", "manager_grade", "manager_below")
"""In the order of `DueRow.to_json`."""


def json_texts(rows: Sequence[DueRow]) -> Iterator[str]:
    """Each row as the text of its JSON object."""
    if isinstance(rows, DueRows):
        return rows.texts()
    return (_encode(row.to_json()) for row in rows)


def _json_text(like: DueRow) -> Callable[[Whose], str]:
    """Tells rows that differ from `like` in nothing but whose they are."""
    pieces = [""]
    joint = "{"
    for key, value in like.to_json().items():
        pieces[-1] += f'{joint}"{key}": '
        joint = ", "
        if key in WHOSE:
            pieces.append("")
        else:
            pieces[-1] += _encode(value)
    a, b, c, d, e, f, g, end = pieces

    def text(whose: Whose) -> str:
        account, name, manager, office, line, grade, below = whose
        return (
            f"{a}{_encode(account)}{b}{_encode(name)}{c}{_encode(manager)}{d}{_encode(office)}"
            f"{e}{_encode(line)}{f}{_encode(grade)}{g}{'true' if below else 'false'}{end}}}"
        )

    return text
