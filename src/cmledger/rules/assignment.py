"""Giving customers to managers: territory, grade, capacity; the present manager stays where nothing speaks against it.

Customers of one terms are decided together, as a sequence of their places in the order of 户号. In this order:

1. Set by hand, or lent for a time: untouched.
2. Who may keep its manager keeps it: there, of a grade that serves, its territory not another's. Where a manager has
   more than it may have, the higher tier keeps its place first, then the lower 户号.
3. The others, the higher tier first: the most specific territory that has anybody of a grade that serves; there the
   grade nearest to the one asked for, then who has fewest customers, while there is room.
4. Who is left over is told with the reason and stays as it is: nobody is taken away without another in his place.

A second run changes nothing: places are only ever filled, and who was placed may keep his manager.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cmledger.policy.schema import Edition
from cmledger.records.assignment import (
    UNSERVED,
    Assigned,
    Because,
    Cause,
    Code,
    Held,
    Person,
    Share,
    Terms,
    Territory,
    Trouble,
)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Who may serve: the territory that decides and its managers by how far their grade is above the one asked for.

    code: why there is nobody; None: there is somebody.
    """

    code: Code | None
    kind: str | None = None
    place: int | None = None
    managers: tuple[tuple[int, ...], ...] = ()

    @property
    def everyone(self) -> tuple[int, ...]:
        return tuple(m for alike in self.managers for m in alike)


def grade_asked(edition: Edition, terms: Terms) -> str | None:
    """The grade that serves such customers; None: any. Out of scope is served by the lowest."""
    order = list(edition.grade)
    if terms.tier is None:
        return order[-1] if order else None
    return edition.serving_grade(terms.tier, terms.rule)


def serves(edition: Edition, grade: str | None, asked: str | None) -> bool:
    """Whether a manager of a grade may serve; an unknown grade counts as the lowest."""
    if asked is None:
        return True
    if edition.assignment.grade == "exact":
        return (grade or list(edition.grade)[-1]) == asked
    return edition.meets(grade, asked)


class Assigner:
    """The rules of an edition over the managers and territories of a day."""

    def __init__(
        self, edition: Edition, people: Mapping[int, Person], territory: Territory
    ) -> None:
        self._edition = edition
        self._people = people
        self._territory = territory
        self._grades = [str(code) for code in edition.grade]
        self._tiers = {code: n for n, code in enumerate(edition.tier)}
        self._choices: dict[tuple[object, ...], _Choice] = {}

    def assign(self, customers: Mapping[Terms, Sequence[int]]) -> Assigned:
        """Everybody's share. customers: by terms, each a rising sequence of places in the order of 户号."""
        round_ = _Round(self._people)
        waiting: list[tuple[Terms, int, Cause]] = []
        keeping: dict[int, list[tuple[Terms, Code]]] = defaultdict(list)
        for terms, places in customers.items():
            if terms.held in (Held.FIXED, Held.LENT) or not terms.wanted:
                round_.stand(terms, len(places), self._counts(terms))
                continue
            verdict = self._verdict(terms)
            if isinstance(verdict, Code) and terms.manager is not None:
                keeping[terms.manager].append((terms, verdict))
            elif isinstance(verdict, Cause):
                waiting.append((terms, 0, verdict))
        for manager, those in keeping.items():
            waiting += self._keep(round_, manager, those, customers)
        waiting.sort(key=lambda one: (self._height(one[0]), customers[one[0]][one[1]]))
        for terms, start, cause in waiting:
            self._place(round_, terms, start, len(customers[terms]), cause)
        return Assigned(round_.shares, list(self._troubles(round_, customers)))

    def _counts(self, terms: Terms) -> bool:
        """Whether a customer takes one of its manager's places."""
        return terms.tier is not None or self._edition.assignment.counted == "all"

    def _height(self, terms: Terms) -> int:
        return self._tiers.get(terms.tier or "", len(self._tiers))

    # --- who may serve -----------------------------------------------------------------------------

    def _choice(self, terms: Terms) -> _Choice:
        key = (terms.tier, terms.rule, terms.line, terms.transformer_area, terms.grid)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = self._choose(terms)
        return found

    def _choose(self, terms: Terms) -> _Choice:
        asked = grade_asked(self._edition, terms)
        why = Code.NO_PLACE
        where: tuple[str | None, int | None] = (None, None)
        for kind in self._edition.assignment.territory:
            place = getattr(terms, kind)
            if place is None:
                continue
            if why is Code.NO_PLACE:
                why, where = Code.NO_TERRITORY, (kind, place)
            covering = self._territory.covers.get(kind, {}).get(place, frozenset())
            there = sorted(m for m in covering if not self._people[m].left)
            if not there:
                continue
            serving = [m for m in there if serves(self._edition, self._people[m].grade, asked)]
            if serving:
                return _Choice(None, kind, place, self._by_grade(serving))
            if why is not Code.NO_GRADE:
                why, where = Code.NO_GRADE, (kind, place)
        return _Choice(why, *where)

    def _by_grade(self, managers: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """The lowest grade first: a chief is not to be filled up with customers whom others may serve."""
        found: dict[int, list[int]] = defaultdict(list)
        for manager in managers:
            grade = self._people[manager].grade
            known = grade in self._grades
            found[self._grades.index(str(grade)) if known else len(self._grades) - 1].append(
                manager
            )
        return tuple(tuple(found[grade]) for grade in sorted(found, reverse=True))

    def _verdict(self, terms: Terms) -> Code | Cause:
        """Whether the present manager may stay, by all but capacity."""
        if terms.manager is None:
            return Cause.NONE_YET
        person = self._people[terms.manager]
        if person.left:
            return Cause.LEFT
        if not serves(self._edition, person.grade, grade_asked(self._edition, terms)):
            return Cause.BELOW
        if terms.held is Held.HANDED:
            return Code.HANDED
        choice = self._choice(terms)
        if choice.code is not None:
            return Code.UNCONTESTED
        return Code.KEPT if terms.manager in choice.everyone else Cause.ELSEWHERE

    # --- keeping, placing ----------------------------------------------------------------------------

    def _keep(
        self,
        round_: "_Round",
        manager: int,
        those: Sequence[tuple[Terms, Code]],
        customers: Mapping[Terms, Sequence[int]],
    ) -> list[tuple[Terms, int, Cause]]:
        """Let those stay for whom there is room; the others (terms, from where on, why)."""
        counted = [one for one in those if self._counts(one[0])]
        room = round_.room(manager, outside=False)
        staying = {terms: len(customers[terms]) for terms, _ in those}
        if room is not None and sum(staying[terms] for terms, _ in counted) > room:
            order = sorted(
                (self._height(terms), place, number)
                for number, (terms, _) in enumerate(counted)
                for place in customers[terms]
            )
            staying.update(dict.fromkeys((terms for terms, _ in counted), 0))
            for _, _, number in order[: max(room, 0)]:
                staying[counted[number][0]] += 1
        over = []
        for terms, code in those:
            choice = self._choice(terms)
            named = (choice.kind, choice.place) if code is Code.KEPT else (None, None)
            because = Because(code, None, *named)
            round_.give(terms, 0, staying[terms], manager, because, self._counts(terms))
            if staying[terms] < len(customers[terms]):
                over.append((terms, staying[terms], Cause.CROWDED))
        return over

    def _place(self, round_: "_Round", terms: Terms, start: int, stop: int, cause: Cause) -> None:
        choice = self._choice(terms)
        counts = self._counts(terms)
        several = len(choice.everyone) > 1
        for alike in choice.managers:
            for manager, number in round_.spread(stop - start, alike, limited=counts):
                code = Code.FEWEST if several else Code.ONLY
                because = Because(code, cause, choice.kind, choice.place)
                round_.give(terms, start, start + number, manager, because, counts)
                start += number
        left = Because(choice.code or Code.FULL, cause, choice.kind, choice.place)
        round_.give(terms, start, stop, None, left, counts)

    # --- what stands though it should not ---------------------------------------------------------------

    def _troubles(
        self, round_: "_Round", customers: Mapping[Terms, Sequence[int]]
    ) -> list[Trouble]:
        found: dict[tuple[str, int, str | None], int] = defaultdict(int)
        for terms, places in customers.items():
            if terms.manager is None or terms.held not in (Held.FIXED, Held.LENT):
                continue
            person = self._people[terms.manager]
            if person.left:
                found["by-hand-left", person.id, None] += len(places)
            elif not serves(self._edition, person.grade, grade_asked(self._edition, terms)):
                found["by-hand-below-grade", person.id, terms.tier] += len(places)
        troubles = [
            Trouble(code, manager, number, tier) for (code, manager, tier), number in found.items()
        ]
        for manager, number in round_.having().items():
            capacity = self._people[manager].capacity
            if capacity is not None and number > capacity:
                troubles.append(Trouble("manager-over-capacity", manager, number, None, capacity))
        troubles.sort(
            key=lambda one: (one.code, self._people[one.manager].name, one.manager, one.tier or "")
        )
        return troubles


class _Round:
    """Who has how many, while customers are given out."""

    def __init__(self, people: Mapping[int, Person]) -> None:
        self._people = people
        self._load: dict[int, int] = defaultdict(int)
        self._outside: dict[int, int] = defaultdict(int)
        """Customers that this run is not about: they take places, but push nobody out."""
        self._staying: dict[int, int] = defaultdict(int)
        """Unserved ones, who stay where they are for now and take no place."""
        self.shares: list[Share] = []

    def stand(self, terms: Terms, number: int, counts: bool) -> None:
        """Customers that are not touched; one lent for a time takes the place it comes back to."""
        by_hand = terms.held in (Held.FIXED, Held.LENT)
        whose = terms.home if terms.held is Held.LENT else terms.manager
        if counts and whose is not None:
            (self._load if by_hand else self._outside)[whose] += number
        if by_hand and terms.wanted:
            code = Code.FIXED if terms.held is Held.FIXED else Code.LENT
            self.shares.append(Share(terms, 0, number, terms.manager, Because(code)))

    def room(self, manager: int, *, outside: bool) -> int | None:
        """How many more a manager may have; None: any number. outside: whether those not asked about count."""
        capacity = self._people[manager].capacity
        if capacity is None:
            return None
        return capacity - self._load[manager] - (self._outside[manager] if outside else 0)

    def give(
        self,
        terms: Terms,
        start: int,
        stop: int,
        manager: int | None,
        because: Because,
        counts: bool,
    ) -> None:
        """A share; one for nobody stays with whom it is."""
        if stop <= start:
            return
        self.shares.append(Share(terms, start, stop, manager, because))
        whose = terms.manager if because.code in UNSERVED else manager
        if counts and whose is not None:
            (self._staying if because.code in UNSERVED else self._load)[whose] += stop - start

    def having(self) -> dict[int, int]:
        """How many customers each has in the end, as far as they count."""
        everyone = {**self._load, **self._outside, **self._staying}
        return {m: self._load[m] + self._outside[m] + self._staying[m] for m in sorted(everyone)}

    def spread(
        self, number: int, managers: Sequence[int], *, limited: bool
    ) -> list[tuple[int, int]]:
        """So many customers over managers alike, fewest customers first; as many of them as there is room for."""
        if number <= 0:
            return []
        load = {m: self._load[m] + self._outside[m] for m in managers}
        most: dict[int, int] = {}
        for m in managers:
            room = self.room(m, outside=True) if limited else None
            most[m] = number if room is None else max(room, 0)
        number = min(number, sum(most.values()))

        def under(level: int) -> int:
            return sum(min(most[m], max(0, level - load[m])) for m in managers)

        low, high = 0, max(load.values(), default=0) + number
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if under(middle) >= number else (middle + 1, high)
        given = {m: min(most[m], max(0, low - 1 - load[m])) for m in managers}
        left = number - sum(given.values())
        for m in sorted(managers, key=lambda m: (self._people[m].name, m)):
            if left and given[m] < most[m] and load[m] + given[m] < low:
                given[m] += 1
                left -= 1
        return [
            (m, given[m])
            for m in sorted(given, key=lambda m: (self._people[m].name, m))
            if given[m]
        ]
