"""One manager's visits over the days of a month: in whole trips, a line at a time, as many each day as it takes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from cmledger.records.month_plan import MonthTerms, PlanDue


@dataclass(slots=True)
class Call:
    """A visit to a customer for one or several dues. days: those it may be made on, in order; managers: whose each is.

    day, holder: where it was put.
    """

    dues: tuple[PlanDue, ...]
    days: tuple[date, ...]
    managers: Mapping[date, int]
    manager: int = field(init=False)
    day: date | None = None
    holder: int | None = None
    urgency: tuple[object, ...] = field(init=False)
    """Smaller goes first: overdue, then what ends first, then what was done longest ago."""

    def __post_init__(self) -> None:
        counts = Counter(self.managers[d] for d in self.days)
        self.manager = max(counts, key=lambda m: counts[m]) if counts else 0
        longest_ago = min((due.last_done or date.min for due in self.dues), default=date.min)
        self.urgency = (
            not self.overdue,
            min(due.due_by for due in self.dues),
            longest_ago,
            self.dues[0].account_no,
            self.dues[0].service,
            self.dues[0].period,
        )

    @property
    def overdue(self) -> bool:
        """Whether any of it is."""
        return any(due.overdue for due in self.dues)

    @property
    def group(self) -> int | None:
        """Whose trips go together."""
        return self.dues[0].group

    @property
    def minutes(self) -> int | None:
        """What it takes, as far as known."""
        known = [due.minutes for due in self.dues if due.minutes is not None]
        return sum(known) if known else None


class Loads:
    """How full everybody's days are."""

    def __init__(self, per_day: int | None, minutes_per_day: int | None) -> None:
        self._per_day, self._most_minutes = per_day, minutes_per_day
        self._customers: dict[tuple[int, date], set[int]] = defaultdict(set)
        self._minutes: Counter[tuple[int, date]] = Counter()
        self._timed: dict[tuple[int, date], set[int]] = defaultdict(set)
        self._groups: dict[tuple[int, date], dict[int, None]] = defaultdict(dict)

    def add(
        self,
        manager: int,
        day: date,
        customer_id: int,
        minutes: int | None,
        group: int | None = None,
    ) -> None:
        """A visit more; several items of a customer on one day are one visit."""
        self._customers[manager, day].add(customer_id)
        if group is not None:
            self._groups[manager, day][group] = None
        if minutes:
            self._minutes[manager, day] += minutes
            self._timed[manager, day].add(customer_id)

    def visits(self, manager: int, day: date) -> int:
        """Customers seen that day."""
        return len(self._customers.get((manager, day), ()))

    def groups(self, manager: int, day: date) -> Collection[int]:
        """Whose trips go that day, as far as known."""
        return self._groups.get((manager, day), ())

    def room(self, manager: int, day: date) -> int | None:
        """How many more customers the day holds; None: any number."""
        if self._per_day is None:
            return None
        return max(0, self._per_day - self.visits(manager, day))

    def takes(self, manager: int, day: date, customer_id: int, minutes: int | None) -> bool:
        """Whether the visit fits into the day. One that is longer than any day has it for itself."""
        there = self._customers.get((manager, day), set())
        if self._per_day is not None and customer_id not in there and len(there) >= self._per_day:
            return False
        return self.lasts(manager, day, 0, minutes)

    def lasts(self, manager: int, day: date, more: int, minutes: int | None) -> bool:
        """Whether, with so many minutes `more` in it, the day is long enough for this visit or for it alone."""
        there = self._minutes[manager, day] + more
        if self._most_minutes is None or not minutes or not there:
            return True
        return there + minutes <= self._most_minutes

    def roomiest(self, call: Call, managers: Mapping[date, int]) -> date | None:
        """The day with the fewest visits that still takes this one; the earliest of those."""
        fitting = self._fitting(call, managers)
        return min(fitting, key=lambda d: (self.visits(managers[d], d), d), default=None)

    def soonest(self, call: Call, managers: Mapping[date, int]) -> date | None:
        """The first day that takes this visit."""
        return min(self._fitting(call, managers), default=None)

    def _fitting(self, call: Call, managers: Mapping[date, int]) -> list[date]:
        customer = call.dues[0].customer_id
        return [d for d, m in managers.items() if self.takes(m, d, customer, call.minutes)]

    def over_full(self) -> Iterator[tuple[tuple[int, date], int, int]]:
        """Days that hold more than they should: whose and which, customers, minutes."""
        for key in sorted(self._customers):
            visits, minutes = len(self._customers[key]), self._minutes[key]
            too_many = self._per_day is not None and visits > self._per_day
            too_long = (
                self._most_minutes is not None
                and minutes > self._most_minutes
                and len(self._timed[key]) > 1
            )
            if too_many or too_long:
                yield key, visits, minutes


def fit(calls: Sequence[Call], manager: int, terms: MonthTerms, loads: Loads) -> list[Call]:
    """The visits there is room for, the most urgent first; where there is no limit, all of them.

    Between any two days there are no more visits that must lie there than those days hold.
    """
    if terms.per_day is None:
        return list(calls)
    days = terms.days
    room = [loads.room(manager, day) or 0 for day in days]
    index = {day: i for i, day in enumerate(days)}
    held = [[sum(room[a : b + 1]) for b in range(len(days))] for a in range(len(days))]
    kept = []
    for call in sorted(calls, key=lambda c: (_can_wait(c, terms), c.urgency)):
        mine = [index[d] for d in call.days if call.managers[d] == manager]
        first, last = mine[0], mine[-1]
        if all(held[a][b] > 0 for a in range(first + 1) for b in range(last, len(days))):
            kept.append(call)
            for a in range(first + 1):
                for b in range(last, len(days)):
                    held[a][b] -= 1
    return kept


def _can_wait(call: Call, terms: MonthTerms) -> bool:
    """Whether all of it may be done in a later month as well."""
    return not call.overdue and all(due.due_by > terms.last for due in call.dues)


# --- day by day ----------------------------------------------------------------------------------------


def spread(calls: Sequence[Call], manager: int, terms: MonthTerms, loads: Loads) -> None:
    """Give each visit a day of this manager. What a full day does not take keeps none.

    Visits are made in trips of up to `terms.size` customers, the days of the trips lying evenly. Where the month is too
    short for that, all its days are alike full.
    """
    size = _size(calls, terms)
    left = {id(c): c for c in sorted(calls, key=lambda c: c.urgency)}
    for call in _joining(left.values(), manager, size, loads):
        del left[id(call)]
    mine = {i: [d for d in c.days if c.managers[d] == manager] for i, c in left.items()}
    ends_on = {i: days[-1] for i, days in mine.items()}
    usable = sorted({day for days in mine.values() for day in days})
    begun: set[int | None] = set()
    pace, due = Fraction(0), Fraction(1)
    for position, day in enumerate(usable):
        ahead = usable[position:]
        ends = Counter(ends_on[i] for i in left)
        most = max(size, _level(ends, ahead, manager, loads))
        pool = [c for i, c in left.items() if day in c.managers and c.managers[day] == manager]
        trips = _trips(left.values(), size)
        pace = max(pace, _pace(ends, trips, ahead, most))
        pressing = _pressing(ends, ahead, most, manager, loads)
        wanted = max(0, most - loads.visits(manager, day)) if due >= 1 or pressing else 0
        tight = most > size or trips > len(ahead)
        today = _Day(day, manager, loads, wanted, begun, tight, round_off=most > size)
        for call in today.chosen(pool, pressing, ends_on):
            _put(call, day, manager, loads)
            begun.add(call.group)
            del left[id(call)]
        due = min(due - bool(today.calls) + pace, Fraction(1))
        for i in [i for i in left if ends_on[i] <= day]:
            del left[i]


def _put(call: Call, day: date, manager: int, loads: Loads) -> None:
    call.day, call.holder = day, manager
    loads.add(manager, day, call.dues[0].customer_id, call.minutes, call.group)


def _size(calls: Sequence[Call], terms: MonthTerms) -> int:
    """How many customers make a trip; fewer than the rules say where a day is not long enough for them."""
    minutes = sum(c.minutes or 0 for c in calls)
    if terms.minutes_per_day is None or not minutes:
        return terms.size
    return max(1, min(terms.size, terms.minutes_per_day * len(calls) // minutes))


def _joining(calls: Iterable[Call], manager: int, size: int, loads: Loads) -> list[Call]:
    """Those that go along with a trip that stands already, as far as it has room; what is overdue does not wait for it."""
    found = []
    for call in list(calls):
        days = [d for d in call.days if call.managers[d] == manager]
        for day in days if call.group is not None and not call.overdue else ():
            there = call.group in loads.groups(manager, day) and loads.visits(manager, day) < size
            if there and loads.takes(manager, day, call.dues[0].customer_id, call.minutes):
                _put(call, day, manager, loads)
                found.append(call)
                break
    return found


def _trips(calls: Iterable[Call], size: int) -> int:
    """How many trips these visits make: whole ones of a group, and what is left of the groups put together."""
    rests = []
    trips = 0
    for count in Counter(call.group for call in calls).values():
        trips += count // size
        rests.append(count % size)
    room: list[int] = []
    for rest in sorted((r for r in rests if r), reverse=True):
        at = next((i for i, free in enumerate(room) if free >= rest), None)
        if at is None:
            room.append(size - rest)
        else:
            room[at] -= rest
    return trips + len(room)


def _pace(ends: Mapping[date, int], trips: int, ahead: Sequence[date], most: int) -> Fraction:
    """Trips a day, so that all are made and what ends soon is in time."""
    pace = Fraction(trips, len(ahead))
    total = 0
    for number, day in enumerate(ahead, 1):
        total += ends.get(day, 0)
        pace = max(pace, Fraction(-(-total // most), number))
    return pace


def _level(ends: Mapping[date, int], ahead: Sequence[date], manager: int, loads: Loads) -> int:
    """How many visits today, if all days up to some end are to be alike full: the most that any end asks for."""
    most = total = 0
    for number, day in enumerate(ahead, 1):
        total += ends.get(day, 0) + loads.visits(manager, day)
        most = max(most, -(-total // number))
    return most


def _pressing(
    ends: Mapping[date, int], ahead: Sequence[date], level: int, manager: int, loads: Loads
) -> list[tuple[date, int]]:
    """(end, how many of the visits that end by then must be made today, the days up to then being no fuller)."""
    found = []
    total = room = 0
    for number, day in enumerate(ahead):
        total += ends.get(day, 0)
        if number:
            rest = loads.room(manager, day)
            free = max(0, level - loads.visits(manager, day))
            room += free if rest is None else min(rest, free)
        if ends.get(day) and total > room:
            found.append((day, total - room))
    return found


@dataclass(slots=True)
class _Day:
    """One day of a manager as it fills. wanted: visits it should have; begun: groups of which some were seen before.

    tight: groups are divided among days at need, so that each is full.
    """

    day: date
    manager: int
    loads: Loads
    wanted: int
    begun: set[int | None]
    tight: bool
    round_off: bool
    calls: list[Call] = field(default_factory=list)
    groups: dict[int | None, None] = field(init=False)
    minutes: int = 0

    def __post_init__(self) -> None:
        self.groups = dict.fromkeys(self.loads.groups(self.manager, self.day))

    def chosen(
        self,
        pool: Sequence[Call],
        pressing: Sequence[tuple[date, int]],
        ends_on: Mapping[int, date],
    ) -> list[Call]:
        """The visits of the day out of those that may be made (in order of urgency)."""
        for end, count in pressing:
            ending = [c for c in pool if ends_on[id(c)] <= end]
            have = sum(1 for c in self.calls if ends_on[id(c)] <= end)
            before = len(self.calls)
            for some in ([c for c in ending if c.overdue], ending):
                self._fill(some, before + count - have, ends_on, divided=True)
        self._fill(pool, self.wanted, ends_on, divided=self.tight)
        if self.round_off:
            self._round_off(pool)
        return self.calls

    def _fill(
        self, pool: Sequence[Call], count: int, ends_on: Mapping[int, date], *, divided: bool
    ) -> None:
        """Take visits, group by group, until the day has `count` of them.

        divided: or else a second group comes along only as a whole.
        """
        groups: dict[int | None, list[Call]] = defaultdict(list)
        taken = {id(c) for c in self.calls}
        for call in pool:
            if id(call) not in taken:
                groups[call.group].append(call)
        while groups and (slots := count - len(self.calls)) > 0:
            fit = [
                g
                for g, its in groups.items()
                if divided or not self.groups or g in self.groups or len(its) <= slots
            ]
            if not fit:
                return
            group = min(fit, key=lambda g: self._rank(g, groups[g], slots, ends_on))
            for call in groups.pop(group):
                if len(self.calls) >= count:
                    break
                self._take(call)

    def _rank(
        self, group: int | None, its: Sequence[Call], slots: int, ends_on: Mapping[int, date]
    ) -> tuple[object, ...]:
        """Groups of the day go first, those with something overdue, that end first; then those that fill it, or are begun."""
        return (
            group not in self.groups,
            not its[0].overdue,
            min(ends_on[id(call)] for call in its),
            -min(len(its), slots),
            group not in self.begun,
            its[0].urgency,
        )

    def _round_off(self, pool: Sequence[Call]) -> None:
        """One or two visits more where they are the last of a group that is being seen."""
        slack = max(1, self.wanted // 4) if self.calls else 0
        taken = {id(c) for c in self.calls}
        for group in list(self.groups):
            rest = [c for c in pool if c.group == group and id(c) not in taken]
            if group is not None and 0 < len(rest) <= slack:
                for call in rest:
                    self._take(call)
                slack -= len(rest)

    def _take(self, call: Call) -> None:
        room = self.loads.room(self.manager, self.day)
        if room is not None and len(self.calls) >= room:
            return
        if not self.loads.lasts(self.manager, self.day, self.minutes, call.minutes):
            return
        self.calls.append(call)
        self.minutes += call.minutes or 0
        self.groups[call.group] = None
