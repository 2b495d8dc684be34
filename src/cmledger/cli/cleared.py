"""What a deed cleared and what is left to do, on the screen: the same for visits, services and duties."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from cmledger.cli.show import Screen

if TYPE_CHECKING:
    from cmledger.records.intake import Outcome
    from cmledger.records.obligations import Obligation
    from cmledger.records.visit import Cleared


class Deed(Protocol):
    """What the report of a deed has in common with others."""

    @property
    def outcome(self) -> "Outcome": ...
    @property
    def came_to(self) -> "Cleared": ...
    @property
    def service_names(self) -> Mapping[str, str]: ...
    @property
    def season_names(self) -> Mapping[str, str]: ...
    @property
    def grade_names(self) -> Mapping[int, str]: ...


def say_cleared(screen: Screen, report: Deed, *, named: bool) -> None:
    """What it cleared, what did not count, what is owed all the same. named: whether it is said who did it."""
    from cmledger.wording import dues as say
    from cmledger.wording.cycles import period_words

    for obligation in report.came_to.cleared:
        below = say.CLEARED_BELOW if named else say.CLEARED_UNNAMED
        sentence = below if obligation.below_grade else say.CLEARED
        if not obligation.met:
            sentence = say.CLEARED_LATE
        screen.line(sentence.format(**_said(report, obligation)))
    for obligation in report.came_to.not_counted:
        sentence = say.NOT_COUNTED if named else say.NOT_COUNTED_UNNAMED
        screen.line(sentence.format(**_said(report, obligation)))
    if not report.came_to.cleared and report.outcome == "new":
        screen.line(say.CLEARED_NOTHING)
    for standing in report.came_to.still:
        part = standing.obligation.part
        screen.line(
            say.STILL.format(
                service=report.service_names[part.service],
                period=period_words(part.label, report.season_names),
                due_by=part.due_by,
                status=say.STATUS[standing.status.value],
            )
        )


def _said(report: Deed, obligation: "Obligation") -> dict[str, str]:
    from cmledger.wording.cycles import period_words

    return {
        "service": report.service_names[obligation.part.service],
        "period": period_words(obligation.part.label, report.season_names),
        "grade": report.grade_names.get(obligation.level, ""),
    }
