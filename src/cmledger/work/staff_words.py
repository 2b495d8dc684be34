"""The names behind what is found about managers: places, grades, tiers; said as findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cmledger.policy.schema import Edition
from cmledger.records.assigning import Reasoned, StaffFinding
from cmledger.records.assignment import (
    Because,
    NamedPlace,
    Person,
    Terms,
    Trouble,
    UnknownPlace,
)
from cmledger.rules.assignment import grade_asked
from cmledger.wording import assigning as say
from cmledger.wording.findings import finding


@dataclass(frozen=True, slots=True)
class StaffWords:
    """What ids and codes are called under an edition."""

    edition: Edition
    people: Mapping[int, Person]
    places: Mapping[tuple[str, int], str]
    offices: Mapping[int | None, str]

    @classmethod
    def of(
        cls,
        edition: Edition,
        people: Mapping[int, Person],
        places: Iterable[NamedPlace],
        offices: Mapping[int | None, str],
    ) -> "StaffWords":
        """Places are named by kind and id."""
        return cls(edition, people, {(p.kind, p.id): p.name for p in places}, offices)

    def person(self, manager: int | None) -> str | None:
        """A manager's name, with the number where two share it."""
        return None if manager is None else self.people[manager].name

    def grade(self, grade: str | None) -> str:
        """A grade's name."""
        names = {str(code): name for code, name in self.edition.grade.items()}
        return say.NO_GRADE if grade is None else names.get(grade, grade)

    def tier(self, tier: str | None) -> str:
        """A tier's name."""
        return say.OUT_OF_SCOPE if tier is None else self.edition.tier_name(tier)

    def asked(self, terms: Terms) -> str:
        """The grade that is asked for, in words."""
        asked = grade_asked(self.edition, terms)
        if asked is None:
            return say.ANY_GRADE
        highest = asked == next(iter(self.edition.grade), None)
        if highest or self.edition.assignment.grade == "exact":
            return self.grade(asked)
        return say.AND_ABOVE.format(grade=self.grade(asked))

    def reason(self, because: Because, terms: Terms) -> Reasoned:
        """Why customers of these terms are given to somebody, or to nobody."""
        place = None
        if because.kind is not None and because.place is not None:
            place = self.places[because.kind, because.place]
        where = say.place_text(because.kind, place)
        return Reasoned(because, place, say.because_text(because, where, self.asked(terms)))

    def found(self, because: Because, terms: Terms) -> str:
        """What was found for a customer, or why nobody is to be had, whatever it had before."""
        return self.reason(because._replace(cause=None), terms).text

    def troubles(self, troubles: Iterable[Trouble]) -> list[StaffFinding]:
        """What stands though it breaks a rule."""
        found = []
        for one in troubles:
            person = self.people[one.manager]
            asked = self.edition.serving_grade(one.tier) if one.tier else None
            said = finding(
                one.code,
                manager=person.name,
                grade=self.grade(person.grade),
                tier=self.tier(one.tier),
                asked=self.grade(asked),
                count=one.customers,
                capacity=one.capacity,
            )
            found.append(StaffFinding(said, person.name, one.customers))
        return found

    def unknown(self, names: Iterable[UnknownPlace]) -> list[StaffFinding]:
        """Names in territories that the office has not got."""
        found = []
        for one in names:
            person = self.people[one.manager]
            if person.left:
                continue
            said = finding(
                "territory-unknown",
                manager=person.name,
                field=say.TERRITORY_FIELDS[one.field],
                name=one.name,
                office=self.offices[person.office],
            )
            found.append(StaffFinding(said, person.name))
        return found
