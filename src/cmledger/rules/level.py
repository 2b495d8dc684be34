"""How high a grade of manager is."""

from cmledger.policy.schema import Edition


def level(edition: Edition, grade: str | None) -> int:
    """How high a grade of manager is: 0 for the lowest and for an unknown one, which nothing shows to be higher."""
    grades = [str(code) for code in edition.grade]
    return len(grades) - 1 - grades.index(grade) if grade in grades else 0
