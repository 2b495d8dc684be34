"""Closing a record with its reason: a customer's account (销户), a manager who leaves, a matter that is done."""

from collections.abc import Callable
from datetime import date, timedelta

from cmledger.errors import UsageProblem
from cmledger.ledger.holdings import holdings
from cmledger.ledger.record_keys import Record, find_record
from cmledger.records.caller import Caller
from cmledger.records.intake import CLEAR, Parsed
from cmledger.records.working import WorkReport
from cmledger.sheets.typed import Typed
from cmledger.wording import intake as names
from cmledger.wording import working as say
from cmledger.wording.lists import listed
from cmledger.work.edit_records import Call, call_of, change_record

_CLOSED = "closed"
_MOST = 3


def close_record(
    location: str,
    kind: str,
    key: str,
    reason: str | None,
    caller: Caller,
    *,
    on: date | None = None,
    dry_run: bool = False,
) -> WorkReport:
    """Close the customer or manager that `key` names, on `on` (else the day of the call).

    The reason stands in the record's remark and with the operation. A manager who still has customers, grids or areas
    is refused. Raises UsageProblem, NotFound, NeedsDecision.
    """
    call = call_of(location, kind, caller, dry_run=dry_run)
    if call.found.kind not in ("customers", "managers", "matters", "outages", *_ENDED):
        raise UsageProblem(
            say.NOT_CLOSABLE.format(kind=call.found.title), hint=say.NOT_CLOSABLE_HINT
        )
    if reason is None or not reason.strip():
        raise UsageProblem(say.NO_REASON, hint=say.NO_REASON_HINT)
    day = on or caller.as_of
    if day > caller.as_of:
        raise UsageProblem(say.LATER.format(day=day, as_of=caller.as_of), hint=say.LATER_HINT)
    arguments = {"reason": reason.strip(), "on": day.isoformat()}
    if call.found.kind in _ENDED:
        clears = _ENDED[call.found.kind]
        return change_record(call, "close", key, lambda record: clears(record, day), arguments)
    if call.found.kind == "customers":
        return change_record(
            call, "close", key, lambda record: _account(record, reason.strip(), day), arguments
        )
    if call.found.kind == "matters":
        return change_record(
            call, "close", key, lambda record: _matter(record, reason.strip(), day), arguments
        )
    if call.found.kind == "outages":
        return change_record(
            call, "close", key, lambda record: _outage(record, reason.strip(), day), arguments
        )
    _refuse_busy(call, key)
    notes = (say.MANAGER_LEFT,)
    return change_record(
        call, "close", key, lambda record: _manager(record, reason.strip(), day), arguments, notes
    )


def _outage(record: Record, reason: str, day: date) -> Typed:
    """What is told of an outage that is called off."""
    if record.values["cancelled_on"] is not None:
        raise UsageProblem(
            say.ALREADY_CANCELLED.format(outage=record.key, day=record.values["cancelled_on"]),
            hint=say.ALREADY_CANCELLED_HINT.format(outage=record.key),
        )
    remark = _remark(record, say.REMARK_CANCELLED, reason, day)
    return Typed({"outage.cancelled_on": day.isoformat(), "outage.remark": remark})


def _plan(record: Record, day: date) -> Typed:
    """What is told of a plan that ends: the day before is its last; one that begins that day was never in force."""
    last = day - timedelta(days=1)
    if record.values["valid_to"] is not None and record.values["valid_to"] <= last.isoformat():
        return Typed({})
    if record.values["valid_from"] >= day.isoformat():
        return Typed({"customer_plan.cycle": CLEAR})
    return Typed({"customer_plan.valid_to": last.isoformat()})


def _date(_record: Record, _day: date) -> Typed:
    return Typed({"customer_date.day": CLEAR})


_ENDED: dict[str, Callable[[Record, date], Typed]] = {"plans": _plan, "dates": _date}
"""Kinds whose records are taken back: a plan ends, a day of the year is no longer kept."""


def _account(record: Record, reason: str, day: date) -> Typed:
    """What is told of a customer whose account is closed."""
    number, closed = record.values["account_no"], record.values["closed_on"]
    if record.values["status"] == _CLOSED:
        raise UsageProblem(
            say.ALREADY_CLOSED.format(account_no=number, day=closed or "—"),
            hint=say.ALREADY_CLOSED_HINT.format(account_no=number),
        )
    values: dict[str, Parsed] = {
        "customer.status": _CLOSED,
        "customer.closed_on": day.isoformat(),
        "customer.remark": _remark(record, say.REMARK, reason, day),
    }
    return Typed(values)


def _matter(record: Record, result: str, day: date) -> Typed:
    """What is told of a matter that is done: the day, and what came of it."""
    closed, before = record.values["closed_on"], record.values["result"]
    if closed is not None:
        raise UsageProblem(
            say.ALREADY_DONE.format(key=record.key, day=closed),
            hint=say.ALREADY_DONE_HINT.format(key=record.key),
        )
    if day.isoformat() < record.values["opened_on"]:
        raise UsageProblem(say.DONE_BEFORE.format(day=day, opened=record.values["opened_on"]))
    said = say.REMARKS.format(before=before, now=result) if before else result
    return Typed({"matter.closed_on": day.isoformat(), "matter.result": said})


def _manager(record: Record, reason: str, day: date) -> Typed:
    remark = _remark(record, say.REMARK_LEFT, reason, day)
    return Typed({"manager.left_on": day.isoformat(), "manager.remark": remark})


def _remark(record: Record, sentence: str, reason: str, day: date) -> str:
    now = sentence.format(day=day.isoformat(), reason=reason)
    before = record.values["remark"]
    return say.REMARKS.format(before=before, now=now) if before else now


def _refuse_busy(call: Call, key: str) -> None:
    """Raises UsageProblem while others depend on the manager."""
    with call.ledger.reading() as connection:
        record = find_record(connection, call.found.kind, key, call.caller.day)
        held = holdings(connection, record.row_id, call.caller.day, _MOST)
    told = [
        say.HAS.format(
            count=count,
            what=names.TABLES[name],
            names=listed(some),
            more=say.AND_MORE if count > len(some) else "",
        )
        for name, (count, some) in held.items()
    ]
    if told:
        raise UsageProblem(
            say.STILL_HAS.format(name=record.values["name"], what=listed(told)),
            hint=say.STILL_HAS_HINT.format(name=record.values["name"]),
        )
