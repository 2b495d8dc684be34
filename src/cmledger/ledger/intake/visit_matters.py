"""需跟进事项 on rows of visits: what is left to do opens a matter of the customer, with the visit at which it came up."""

from collections.abc import Sequence

from cmledger.ledger.intake.common import Intake
from cmledger.ledger.intake.tellings import Row, Telling
from cmledger.ledger.matters import CameUp, open_matters
from cmledger.records.intake import CLEAR, Outcome
from cmledger.records.matters import FOLLOW_UP, told, told_as

_TEXT, _BY = "visit.follow_up", "visit.follow_up_by"


def follow_up(intake: Intake, visits: Sequence[tuple[int, Telling]]) -> None:
    """Open the matters that these visits (id, rows) leave; a row that opened one has changed something."""
    found: list[tuple[Row, CameUp]] = []
    for visit_id, telling in visits:
        for row in telling.rows:
            came_up = _came_up(visit_id, telling, row)
            if came_up is not None:
                found.append((row, came_up))
    for position in open_matters(intake.operation, [came_up for _, came_up in found]):
        place = found[position][0].place
        if place.batch.outcomes[place.position] is Outcome.UNCHANGED:
            place.batch.outcomes[place.position] = Outcome.CHANGED


def _came_up(visit_id: int, telling: Telling, row: Row) -> CameUp | None:
    """What a row leaves to do; 是, or a limit alone, leaves what the customer said, else what the visit was about."""
    batch, position = row.place.batch, row.place.position
    text, by = batch.column(_TEXT)[position], batch.column(_BY)[position]
    if text is CLEAR or (text is None and not isinstance(by, str)):
        return None
    kind, content = told(text if isinstance(text, str) else told_as(FOLLOW_UP, ""))
    if not content:
        said = (row.told.get("opinion"), row.told.get("content"))
        content = next((words for words in said if isinstance(words, str)), "")
    customer, day, manager = telling.key
    due_by = by if isinstance(by, str) else None
    source = batch.source(position)
    return CameUp(visit_id, customer, day, manager or None, kind, content or None, due_by, source)
