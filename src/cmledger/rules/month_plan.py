"""Dues spread over a month: trips by line, days alike full, what is overdue first, nothing outside its window.

Every due ends up on a day, on none with the reason, or left to a later month. What was fixed by hand stays. The same
dues in any order give the same plan.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil

from cmledger.records.month_plan import (
    Busy,
    Fixed,
    MonthPlan,
    MonthTerms,
    OverFull,
    PlanDue,
    Planned,
    Why,
)
from cmledger.rules.trips import Call, Loads, fit, spread


def plan_month(dues: Iterable[PlanDue], terms: MonthTerms, busy: Iterable[Busy] = ()) -> MonthPlan:
    """The plan of these dues. busy: visits that stand already and take up their days."""
    ordered = sorted(dues, key=lambda d: (d.account_no, d.customer_id, d.service, d.period))
    now, later = _this_month(ordered, terms)
    board = _Board(terms)
    for visit in busy:
        board.loads.add(visit.manager_id, visit.day, visit.customer_id, visit.minutes)
    calls: list[Call] = []
    for its in _by_customer(now):
        calls += board.calls_of(its)
    board.place(calls)
    planned, left = board.settled(calls)
    shown = _with_others(planned)
    return MonthPlan(
        sorted(shown, key=_order), sorted([*later, *left], key=_due_order), board.over_full()
    )


# --- what is done this month ---------------------------------------------------------------------------


def _this_month(dues: Sequence[PlanDue], terms: MonthTerms) -> tuple[list[PlanDue], list[PlanDue]]:
    """The dues of this month, and those left to later ones."""
    now = [d for d in dues if not _ahead(d, terms)]
    ahead: dict[tuple[int | None, str], list[PlanDue]] = defaultdict(list)
    for due in dues:
        if _ahead(due, terms):
            ahead[_holder(due, terms), due.service].append(due)
    later: list[PlanDue] = []
    for its in ahead.values():
        count = _share(its, terms)
        its.sort(key=lambda d: (d.fixed is None, not d.kept, d.last_done or date.min, d.account_no))
        stay = sum(1 for d in its if d.fixed is not None or d.kept)
        now += its[: max(count, stay)]
        later += its[max(count, stay) :]
    return now, later


def _ahead(due: PlanDue, terms: MonthTerms) -> bool:
    return due.due_by > terms.last and not due.overdue


def _holder(due: PlanDue, terms: MonthTerms) -> int | None:
    return _manager_on(due, terms.days[0]) if terms.days else None


def _share(dues: Sequence[PlanDue], terms: MonthTerms) -> int:
    """How many of these to do now, so that each month until they are due has as many."""
    if terms.ahead != "share" or not terms.days:
        return len(dues) if terms.ahead == "all" else 0
    start = terms.days[0]
    whole = sum(
        (Fraction((terms.last - start).days + 1, (d.due_by - start).days + 1) for d in dues),
        Fraction(0),
    )
    return ceil(whole)


def _by_customer(dues: Iterable[PlanDue]) -> Iterable[list[PlanDue]]:
    found: dict[int, list[PlanDue]] = defaultdict(list)
    for due in sorted(dues, key=_due_order):
        found[due.customer_id].append(due)
    return found.values()


def _due_order(due: PlanDue) -> tuple[object, ...]:
    return due.account_no, due.customer_id, due.service, due.period


def _manager_on(due: PlanDue, day: date) -> int | None:
    for held in due.holders:
        if held.since <= day < held.until:
            return held.manager_id
    return None


def _managers(due: PlanDue, days: Sequence[date]) -> dict[date, int]:
    """Of these days, those on which somebody looks after the customer, and who."""
    return {day: m for day in days if (m := _manager_on(due, day)) is not None}


# --- the board -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Board:
    """The month as it fills."""

    terms: MonthTerms
    loads: Loads = field(init=False)
    done: list[Planned] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loads = Loads(self.terms.per_day, self.terms.minutes_per_day)

    def calls_of(self, dues: Sequence[PlanDue]) -> list[Call]:
        """The visits one customer is to have: as few as the windows of its dues allow, those fixed by hand aside."""
        fixed: dict[tuple[date, int | None], list[PlanDue]] = defaultdict(list)
        for due in dues:
            if due.fixed is not None:
                fixed[due.fixed].append(due)
                self._stand(due, due.fixed.day, due.fixed.manager_id, Why.FIXED)
        free = []
        for due in dues:
            if due.fixed is not None:
                continue
            at = next(
                (place for place in sorted(fixed, key=str) if _allows(due, *place)),
                None,
            )
            if at is None:
                free.append(due)
            else:
                self._stand(due, *at, Why.WITH_FIXED)
        return self._bundled(free)

    def _stand(self, due: PlanDue, day: date, manager: int | None, why: Why) -> None:
        self.done.append(Planned(due, day, manager, why))
        if manager is not None:
            self.loads.add(manager, day, due.customer_id, due.minutes, due.group)

    def _bundled(self, dues: Sequence[PlanDue]) -> list[Call]:
        """Dues whose windows share days go together, those that end first leading; what stood apart stays apart."""
        single = []
        for due in dues:
            days = self._window(due)
            managers = _managers(due, days)
            if managers:
                single.append(Call((due,), tuple(managers), managers))
            else:
                why = Why.NO_MANAGER if days else Why.NO_DAY
                self.done.append(Planned(due, None, None, why))
        single.sort(key=lambda c: (c.days[-1], c.dues[0].service, c.dues[0].period))
        bundles: list[Call] = []
        for call in single:
            for position, other in enumerate(bundles):
                shared = tuple(day for day in other.days if day in set(call.days))
                if shared and _stood(other) == _stood(call):
                    due = call.dues[0]
                    bundles[position] = Call((*other.dues, due), shared, _managers(due, shared))
                    break
            else:
                bundles.append(call)
        return bundles

    def _window(self, due: PlanDue) -> tuple[date, ...]:
        """The working days on which it may be done. What is late already may be done on any day that is left."""
        days = self.terms.days
        if not days:
            return ()
        last = due.due_by if due.due_by >= days[0] else self.terms.last
        found = tuple(d for d in days if due.first <= d <= last)
        if not found and due.closes >= days[0]:
            found = tuple(d for d in days if due.first <= d <= due.closes)
        return found

    # --- placing ---------------------------------------------------------------------------------------

    def place(self, calls: Sequence[Call]) -> None:
        """Give every visit a day, manager by manager; each goes to whom it belongs on most of its days."""
        ordered = sorted(calls, key=lambda c: c.urgency)
        standing: dict[int, list[Call]] = defaultdict(list)
        for call in ordered:
            if self._stays(call, _stood(call)):
                standing[call.dues[0].customer_id].append(call)
        mine: dict[int, list[Call]] = defaultdict(list)
        for call in ordered:
            its = standing[call.dues[0].customer_id]
            if call.day is None and not any(self._stays(call, _stood(one)) for one in its):
                mine[call.manager].append(call)
        for manager in sorted(mine):
            own = fit(mine[manager], manager, self.terms, self.loads)
            spread(own, manager, self.terms, self.loads)

    def _stays(self, call: Call, place: Fixed | None) -> bool:
        """Leave a visit on the day it, or another to this customer, stood on before: people count on it."""
        if place is None or (manager := place.manager_id) is None:
            return False
        day = place.day
        customer = call.dues[0].customer_id
        mine = _holder_on(call, day) == manager and day in self.terms.days
        if not mine or not self.loads.takes(manager, day, customer, call.minutes):
            return False
        call.day, call.holder = day, manager
        self.loads.add(manager, day, customer, call.minutes, call.group)
        return True

    def settled(self, calls: Sequence[Call]) -> tuple[list[Planned], list[PlanDue]]:
        """What became of all dues: planned, and those that may wait for another month and found no room."""
        later: list[PlanDue] = []
        for call in sorted((c for c in calls if c.day is None), key=lambda c: c.urgency):
            self._squeeze_in(call, later)
        for call in calls:
            if call.day is not None:
                self._told(call)
        return self.done, later

    def _squeeze_in(self, call: Call, later: list[PlanDue]) -> None:
        """Where its manager's days were full: any day of anybody who holds it, then its grace, then each due alone."""
        day = self.loads.roomiest(call, call.managers)
        if day is None and len(call.dues) == 1:
            due = call.dues[0]
            grace = [d for d in self.terms.days if due.due_by < d <= due.closes]
            day = self.loads.soonest(call, _managers(due, grace))
        if day is not None:
            call.day, call.holder = day, _manager_on(call.dues[0], day)
            self.loads.add(call.holder or 0, day, call.dues[0].customer_id, call.minutes)
        elif all(_ahead(due, self.terms) for due in call.dues):
            later += call.dues
        elif len(call.dues) == 1:
            self.done.append(Planned(call.dues[0], None, None, Why.FULL))
        else:
            for due in call.dues:
                managers = _managers(due, self._window(due))
                alone = Call((due,), tuple(managers), managers)
                self._squeeze_in(alone, later)
                if alone.day is not None:
                    self._told(alone)

    def _told(self, call: Call) -> None:
        assert call.day is not None
        start, end = self.terms.days[0], self.terms.days[-1]
        for due in call.dues:
            why = Why.DEADLINE if due.due_by < end else Why.LEVEL
            if call.day > due.due_by:
                why = Why.LATE if due.due_by < start else Why.GRACE
            elif due.overdue:
                why = Why.OVERDUE
            self.done.append(Planned(due, call.day, call.holder, why))

    def over_full(self) -> list[OverFull]:
        """Days that hold more than they should, by what was fixed."""
        return [OverFull(m, day, v, minutes) for (m, day), v, minutes in self.loads.over_full()]


def _stood(call: Call) -> Fixed | None:
    """Where a visit stood before, if it may still be there; all its dues stood there, or none of them anywhere."""
    before = call.dues[0].before
    return before if before and _holder_on(call, before.day) == before.manager_id else None


def _holder_on(call: Call, day: date) -> int | None:
    """Who may make a visit on a day: one of its window, or of the grace of a due that goes alone."""
    due = call.dues[0]
    if day not in call.managers and len(call.dues) == 1 and due.due_by < day <= due.closes:
        return _manager_on(due, day)
    return call.managers.get(day)


def _allows(due: PlanDue, day: date, manager: int | None) -> bool:
    """Whether a due may go along with a visit that was fixed."""
    return due.first <= day <= due.due_by and manager is not None


def _with_others(planned: Sequence[Planned]) -> list[Planned]:
    """How many customers of the group are seen on the same trip; a trip is a reason of its own."""
    trips: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for one in planned:
        if one.day is not None and one.due.group is not None:
            trips[one.manager_id, one.day, one.due.group].add(one.due.customer_id)
    found = []
    for one in planned:
        others = len(trips.get((one.manager_id, one.day, one.due.group), ())) - 1
        why = Why.TRIP if others > 0 and one.why is Why.LEVEL else one.why
        found.append(one._replace(others=max(0, others), why=why))
    return found


def _order(one: Planned) -> tuple[object, ...]:
    return (
        one.day is None,
        one.day or date.max,
        one.manager_id or 0,
        one.due.group is None,
        one.due.group or 0,
        *_due_order(one.due),
    )
