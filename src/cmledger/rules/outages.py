"""Telling customers of an outage: until when, whom, and how it stands. Pure: a moment comes in from outside."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from cmledger.policy.schema import Edition, Limit
from cmledger.records.outages import Agreement, Notice, Outage, Public, Standing
from cmledger.rules.workdays import WorkingDays

LIMITS: Mapping[str, str] = {
    "planned": "planned-outage-notice",
    "temporary": "temporary-outage-notice",
}
"""outage_kind -> the time limit of the policy it is held to."""
_NOT_REACHED = ("unreachable", "outdated")
_ANSWERS = {
    "agreed": Agreement.AGREED,
    "refused": Agreement.REFUSED,
    "rescheduled": Agreement.RESCHEDULED,
}
_OPEN = (Agreement.OPEN, Agreement.ASKED)
_END_OF_DAY = "T23:59"
_DAY = timedelta(days=1)


def limit_of(edition: Edition, outage: Outage) -> Limit | None:
    """The time limit an outage is held to; None: of its kind there is none."""
    code = LIMITS.get(outage.outage_kind or "")
    return edition.limit(code) if code else None


def last_moment(begins_at: str, limit: Limit, days: WorkingDays) -> tuple[str, tuple[int, ...]]:
    """The last moment in time, YYYY-MM-DDTHH:MM, and the years of which no calendar of working days is published.

    Minutes and hours are counted back from the begin. Days are whole ones before the day it begins on: seven days
    before the 5th is any time of the 28th. Working days likewise, by the calendar.
    """
    begin = datetime.fromisoformat(begins_at)
    back = timedelta(minutes=limit.minutes or 0, hours=limit.hours or 0)
    if back:
        return (begin - back).isoformat(timespec="minutes"), ()
    if limit.days:
        day = begin.date() - timedelta(days=limit.days)
        return day.isoformat() + _END_OF_DAY, ()
    return _working_days_before(begin.date(), limit.working_days or 0, days)


def _working_days_before(day: date, count: int, days: WorkingDays) -> tuple[str, tuple[int, ...]]:
    assumed: dict[int, None] = {}
    while count:
        day -= _DAY
        if days.assumed(day.year):
            assumed[day.year] = None
        count -= days.works(day)
    return day.isoformat() + _END_OF_DAY, tuple(assumed)


def day_before(outage: Outage) -> str:
    """The last day on which an outage can be agreed beforehand."""
    return (date.fromisoformat(outage.begins_at[:10]) - _DAY).isoformat()


def reached(notices: Sequence[Notice]) -> Notice | None:
    """The first notice that told the customer of the outage as it is to be."""
    told = [one for one in notices if one.outcome not in _NOT_REACHED]
    return min(told, key=lambda one: one.told_at, default=None)


def standing(
    outage: Outage,
    tell_by: str | None,
    notices: Sequence[Notice],
    moment: str,
    *,
    obliged: bool,
) -> Standing:
    """How it stands with telling one customer; without a limit it is to be told before the outage begins."""
    told = reached(notices)
    last = tell_by or outage.begins_at
    if told is not None:
        return Standing.LATE if obliged and told.told_at > last else Standing.TOLD
    if not obliged:
        return Standing.NONE
    return Standing.OVERDUE if moment > last else Standing.DUE


def agreement(outage: Outage, notices: Sequence[Notice], moment: str) -> Agreement:
    """How it stands with asking a customer beforehand: by the last answer; without one, by whether there is time yet."""
    asked = [n for n in notices if n.notice_kind == "agreement" and n.outcome not in _NOT_REACHED]
    answers = [one for one in asked if one.outcome in _ANSWERS]
    if answers:
        return _ANSWERS[str(max(answers, key=lambda one: one.told_at).outcome)]
    if moment > day_before(outage) + _END_OF_DAY:
        return Agreement.MISSED
    return Agreement.ASKED if asked else Agreement.OPEN


def together(told: Standing, agreed: Agreement | None) -> Standing:
    """The more urgent of the two: a customer who was told but not asked yet is still to be seen to."""
    if agreed is Agreement.MISSED:
        return Standing.OVERDUE
    if agreed in _OPEN and told is not Standing.OVERDUE:
        return Standing.DUE
    return told


def public_notice(outage: Outage, tell_by: str | None, moment: str) -> Public:
    """How it stands with the public notice, by the day that is noted as that of its publication."""
    if tell_by is None:
        return Public.NONE
    if outage.known_on is None:
        return Public.OVERDUE if moment > tell_by else Public.DUE
    if outage.known_on > moment[:10]:
        return Public.TO_COME
    return Public.LATE if outage.known_on > tell_by[:10] else Public.DONE


def overlaps(
    outages: Sequence[Outage], line_of_area: Mapping[int, int | None]
) -> dict[int, list[Outage]]:
    """outage id -> the others that touch some of the same customers while it lasts; in order of begin."""
    ordered = sorted(outages, key=lambda one: (one.begins_at, one.id))
    found: dict[int, list[Outage]] = {}
    for at, one in enumerate(ordered):
        ends = one.ends_at or one.begins_at
        for other in ordered[at + 1 :]:
            if other.begins_at > ends or (other.begins_at == ends and one.begins_at != ends):
                break
            if _same_customers(one, other, line_of_area):
                found.setdefault(one.id, []).append(other)
                found.setdefault(other.id, []).append(one)
    return found


def _same_customers(one: Outage, other: Outage, line_of_area: Mapping[int, int | None]) -> bool:
    if one.area_id is not None and other.area_id is not None:
        return one.area_id == other.area_id
    lines = [o.line_id if o.area_id is None else line_of_area.get(o.area_id) for o in (one, other)]
    return None not in lines and lines[0] == lines[1]
