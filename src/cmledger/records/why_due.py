"""Why a customer owes each service item, or does not: what `why --due` answers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cmledger.records.calendar import UnknownFestival
from cmledger.records.obligations import Obligation, Standing


class Because(StrEnum):
    """In one word, why an item is to be done, or not."""

    OVERDUE = "overdue"
    DUE = "due"
    MET = "met"
    DONE_LATE = "done-late"
    UPCOMING = "upcoming"
    OPENED_WITHIN = "opened-within"
    NOTHING_YET = "nothing-yet"
    WORD = "word"
    PLAN_NONE = "plan-none"
    NOT_OF_TIER = "not-of-tier"
    NO_TIER = "no-tier"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DueItem:
    """One item. cycle: its text as it holds today (records.cycles), None: none; source: plan, inspection, importance,
    tier; plan_since: from when on the plan holds. parts: those around the day, the earlier ones first. text: all of
    it in one sentence; part_texts: one sentence a part. unknown_festivals: the next it waits for, where nobody has said when they are.
    """

    service: str
    name: str
    because: Because
    cycle: str | None
    source: str | None
    plan_since: date | None
    standing: Standing | None
    parts: tuple[Obligation, ...]
    text: str
    part_texts: tuple[str, ...]
    unknown_festivals: tuple[UnknownFestival, ...] = ()

    def to_json(self, as_of: date) -> dict[str, Any]:
        """As it stands in cmledger.why/1 under `due`."""
        found = self.standing
        return {
            "service": self.service,
            "name": self.name,
            "because": self.because.value,
            "cycle": self.cycle,
            "source": self.source,
            "plan_since": _iso(self.plan_since),
            "status": found.status.value if found else None,
            "due_by": _iso(found.obligation.part.due_by) if found else None,
            "overdue_since": _iso(found.overdue_since) if found else None,
            "missed": found.missed if found else 0,
            "text": self.text,
            "unknown_festivals": [one.to_json() for one in self.unknown_festivals],
            "parts": [
                {
                    "period": one.part.label,
                    "begins": _iso(one.part.begins),
                    "first": _iso(one.part.first),
                    "last": _iso(one.part.last),
                    "due_by": _iso(one.part.due_by),
                    "closes": _iso(one.part.closes),
                    "occasion": one.part.occasion,
                    "tier": one.tier,
                    "state": state(one, as_of),
                    "done_on": _iso(one.done_on),
                    "below_grade": one.below_grade,
                }
                for one in self.parts
            ],
        }


def state(one: Obligation, as_of: date) -> str:
    """met, missed, late (missed and still to be done), open, or to-come."""
    if one.met:
        return "met"
    if one.ended(as_of):
        return "late" if one.pending else "missed"
    return "open" if one.part.first <= as_of else "to-come"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
