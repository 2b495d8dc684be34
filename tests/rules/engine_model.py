"""A slow, obvious model of what is owed: it lives through every day, one after the other (decisions 0011 and 0028).

It shares nothing with the program but the calendar of the world: no parts laid out beforehand, no memory of earlier
answers, no cleverness. `Life(...).live(as_of)` walks; `stands(as_of, until)` and `told(as_of)` say what it saw.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

DAY = timedelta(days=1)
FESTIVALS = ("new-year", "national-day")
"""Those of everybody's occasions that these worlds have."""
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


# --- how often ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quota:
    per: str
    times: int = 1
    spacing: int = 0
    grace: int = 0


@dataclass(frozen=True)
class Interval:
    months: int
    grace: int = 0


@dataclass(frozen=True)
class Seasons:
    windows: tuple[tuple[str, str], ...]
    """From and until, MM-DD."""
    grace: int = 0


@dataclass(frozen=True)
class Dates:
    occasions: tuple[str, ...]
    lead: int = 0
    grace: int = 0


@dataclass(frozen=True)
class Events:
    kinds: tuple[str, ...]
    within: int = 0
    working: bool = False
    grace: int = 0


@dataclass(frozen=True)
class Once:
    within: int
    grace: int = 0


How = Quota | Interval | Seasons | Dates | Events | Once
"""None beside it: not owed, or only in words."""


# --- the world ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """deadline: the last day in time, where the event itself says it (before an outage); None: as the cycle says."""

    kind: str
    day: date
    deadline: date | None = None


@dataclass(frozen=True)
class World:
    """One customer and one item. Spans: since <= day < until. needed: the grade each tier asks for."""

    count_from: date
    tiers: tuple[tuple[date, date, str], ...]
    by_tier: Mapping[str, How | None]
    plan: tuple[tuple[date, date, How | None], ...] = ()
    opened: date | None = None
    closed: date | None = None
    deeds: tuple[tuple[date, int], ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    """Occasion and MM-DD."""
    events: tuple[Event, ...] = ()
    own: Mapping[str, How | None] = field(default_factory=dict)
    """By tier: its inspection months or the terms of its importance, which go before the tier's, after the plan's."""
    needed: Mapping[str, int] = field(default_factory=dict)
    enforce: bool = False
    works: Callable[[date], bool] = lambda day: day.weekday() < 5
    shift: str = "earlier"

    def tier(self, day: date) -> str | None:
        """The tier of a customer that is open and in scope."""
        if self.opened is not None and day < self.opened:
            return None
        if self.gone(day):
            return None
        return next((tier for since, until, tier in self.tiers if since <= day < until), None)

    def gone(self, day: date) -> bool:
        """Closed, or out of scope."""
        if self.closed is not None and day >= self.closed:
            return True
        return not any(since <= day < until for since, until, _ in self.tiers)

    def terms(self, day: date) -> How | None:
        """What holds on a day: the own plan, else the inspection's, else the tier's."""
        tier = self.tier(day)
        if tier is None:
            return None
        for since, until, how in self.plan:
            if since <= day < until:
                return how
        return self.own[tier] if tier in self.own else self.by_tier.get(tier)

    def counts(self, level: int, tier: str) -> bool:
        """Whether somebody of that level fulfils what the tier asks."""
        return not self.enforce or level >= self.needed.get(tier, 0)


@dataclass(eq=False)
class Debt:
    """One thing to be done once. window: from when on a deed counts for it. period: parts of one period share it."""

    how: How
    tier: str
    first: date
    last: date
    due_by: date
    closes: date
    window: date
    stays: bool = False
    period: date | None = None
    met_on: date | None = None
    cleared: bool = False
    """Done after it had closed: missed all the same, but nothing is left to do."""


class Life:
    """A customer's days, one after the other."""

    def __init__(self, world: World, start: date) -> None:
        self.world, self.start = world, start
        self.debts: list[Debt] = []
        self.run: Interval | None = None
        self.once: Once | None = None
        self.done: list[tuple[date, int]] = []
        self.begun: dict[tuple[str, date], Debt] = {}
        """What is owed on an occasion by the terms that began first."""

    def live(self, today: date) -> None:
        """Every day from the start to today."""
        now = self.start
        while now <= today:
            self.morning(now)
            grades = [level for day, level in self.world.deeds if day == now]
            if grades:
                self.deed(now, max(grades))
            now += DAY

    # --- mornings: what ends, what begins --------------------------------------------------------

    def morning(self, now: date) -> None:
        world = self.world
        if world.gone(now):
            self.debts = [d for d in self.debts if d.closes < now]
            for debt in self.debts:
                debt.cleared = True
            self.run = self.once = None
            return
        how, tier = world.terms(now), world.tier(now)
        if not isinstance(how, Interval) or how != self.run or now < world.count_from:
            self.end_run(now)
        if not isinstance(how, Once) or how != self.once or now < world.count_from:
            self.once = None
        if how is None or tier is None:
            return
        if isinstance(how, Quota):
            self.quota(now, how, tier)
        elif isinstance(how, Interval):
            self.interval(now, how, tier)
        elif isinstance(how, Seasons):
            for since, until in how.windows:
                if month_day(since, now.year) == now:
                    last = month_day(until, now.year + (until < since))
                    self.owe(how, tier, now, last, how.grace)
        elif isinstance(how, Dates):
            self.dates(now, how, tier)
        elif isinstance(how, Events):
            self.events(now, how, tier)
        elif self.once is None and now >= world.count_from:
            self.once = how
            self.owe(how, tier, now, now + DAY * how.within, how.grace, stays=True, window=date.min)

    def quota(self, now: date, how: Quota, tier: str) -> None:
        if now.day == 1 and (now.month - 1) % MONTHS[how.per] == 0:
            for first, last in cut(now, MONTHS[how.per], how.times):
                self.owe(how, tier, first, last, how.grace, window=now, period=now)

    def dates(self, now: date, how: Dates, tier: str) -> None:
        for occasion in how.occasions:
            for known, day in self.world.dates:
                if known == occasion:
                    for year in (now.year, now.year + 1):
                        on = month_day(day, year)
                        begun = self.begun.get((occasion, on))
                        if on - DAY * how.lead != now or any(d is begun for d in self.debts):
                            continue
                        last = self.days_off(on) if occasion in FESTIVALS else on
                        if last >= self.world.count_from:
                            self.owe(how, tier, now, last, how.grace)
                            self.begun[occasion, on] = self.debts[-1]

    def days_off(self, day: date) -> date:
        """The last of the days off that a festival begins."""
        works = self.world.works
        while not works(day) and not works(day + DAY):
            day += DAY
        return day

    def events(self, now: date, how: Events, tier: str) -> None:
        for event in self.world.events:
            if event.day == now and event.kind in how.kinds:
                last = event.deadline or self.later(now, how)
                if last >= now:
                    self.owe(how, tier, now, last, how.grace, stays=event.deadline is None)

    def later(self, now: date, how: Events) -> date:
        left, day = how.within, now
        while left:
            day += DAY
            if not how.working or self.world.works(day):
                left -= 1
        return day

    def interval(self, now: date, how: Interval, tier: str) -> None:
        world = self.world
        if self.run is None:
            if now < world.count_from:
                return
            self.run = how
            before = [day for day, level in self.done if world.counts(level, tier)]
            base = max(before, default=world.opened or now)
            last = max(months_on(base, how.months), month_end(now))
            first = max(last.replace(day=1), now)
            self.owe(how, tier, first, last, how.grace, window=base + DAY)
            return
        current = [d for d in self.debts if isinstance(d.how, Interval)][-1]
        if current.met_on is not None:
            last = months_on(current.met_on, how.months)
            tier = world.tier(current.met_on) or tier
            self.owe(how, tier, last.replace(day=1), last, how.grace, window=now)
        elif current.closes < now:
            self.owe(how, tier, now, months_on(current.last, how.months), how.grace, window=now)

    def end_run(self, now: date) -> None:
        if self.run is not None:
            self.debts = [
                d
                for d in self.debts
                if not isinstance(d.how, Interval) or d.closes < now or d.met_on is not None
            ]
        self.run = None

    def owe(
        self,
        how: How,
        tier: str,
        first: date,
        last: date,
        grace: int,
        *,
        stays: bool = False,
        window: date | None = None,
        period: date | None = None,
    ) -> None:
        debt = Debt(
            how, tier, first, last, self.due_day(first, last), last + DAY * grace,
            first if window is None else window, stays, period,
        )  # fmt: skip
        if last < self.world.count_from:
            return
        if window == date.min:
            before = [day for day, level in self.done if self.world.counts(level, tier)]
            debt.met_on = max(before, default=None)
        self.debts.append(debt)

    def due_day(self, first: date, last: date) -> date:
        """The last day, moved to one that is worked, but never before the first."""
        works = self.world.works
        back, ahead = last, last
        while not works(back):
            back -= DAY
        while not works(ahead):
            ahead += DAY
        earlier = back if back >= first else last
        if self.world.shift == "none" or works(last):
            return last
        if self.world.shift == "earlier":
            return earlier
        if self.world.shift == "later" or earlier == last:
            return ahead
        return earlier if last - earlier <= ahead - last else ahead

    # --- deeds -----------------------------------------------------------------------------------

    def deed(self, now: date, level: int) -> None:
        """All that was done on a day is one deed, of the best grade."""
        world = self.world
        self.done.append((now, level))
        self.deed_of_quota(now, level)
        for debt in self.debts:
            if isinstance(debt.how, Quota) or not world.counts(level, debt.tier):
                continue
            if debt.met_on is None and debt.window <= now:
                if now <= debt.closes:
                    debt.met_on = now
                else:
                    debt.cleared = True

    def deed_of_quota(self, now: date, level: int) -> None:
        """For each cycle: the earliest open part that is not met; else, early, the next one of the same period."""
        met = []
        for how in {d.how for d in self.debts if isinstance(d.how, Quota)}:
            mine = [d for d in self.debts if d.how == how]
            ready = [
                d
                for d in mine
                if d.met_on is None
                and d.window <= now <= d.closes
                and self.world.counts(level, d.tier)
                and not too_close(now, d, mine)
            ]
            open_now = [d for d in ready if d.first <= now]
            if ready:
                met.append(min(open_now or ready, key=lambda d: (d.last, d.first)))
        for debt in met:
            debt.met_on = now

    # --- what is told ----------------------------------------------------------------------------

    def stands(self, today: date, until: date) -> tuple[str, date, date | None, int] | None:
        """status, due day, overdue since, missed in a row; None: nothing is to be done (by until)."""
        left = [
            d
            for d in self.debts
            if d.met_on is None
            and not d.cleared
            and d.first <= today
            and (today <= d.closes or d.stays)
        ]
        if not left:
            return self.upcoming(today, until)
        current = min(left, key=lambda d: (d.due_by, d.first))
        missed = self.missed_in_a_row(today)
        if missed:
            since = min(missed[0].due_by, missed[0].last)
            return "overdue", current.due_by, since, len(missed)
        grace = current.closes - current.last
        if today > current.due_by + grace:
            return "overdue", current.due_by, current.due_by, 0
        return "due", current.due_by, None, 0

    def missed_in_a_row(self, today: date) -> list[Debt]:
        """Earliest first: back to one that was met, or to the last time it was done."""
        ended = sorted(
            (d for d in self.debts if d.closes < today),
            key=lambda d: (d.last, d.first, d.met_on is None),
        )
        row: list[Debt] = []
        for debt in reversed(ended):
            later = [
                day
                for day, level in self.done
                if day > debt.closes and self.world.counts(level, debt.tier)
            ]
            if debt.met_on is not None or later:
                break
            row.insert(0, debt)
        return row

    def upcoming(self, today: date, until: date) -> tuple[str, date, date | None, int] | None:
        """The first that will begin if nothing more happens: the days to come are lived through, without deeds."""
        world = replace(self.world, deeds=())
        self.world, now = world, today
        while now < until:
            now += DAY
            self.morning(now)
            begun = [d for d in self.debts if d.met_on is None and d.first == now]
            if begun:
                return "upcoming", min(d.due_by for d in begun), None, 0
        return None

    def told(self, today: date) -> list[tuple[date, date, date, bool]]:
        """Every debt that has begun: first, last, the day it closes, whether it was met in time."""
        return sorted(
            (d.first, d.last, d.closes, d.met_on is not None)
            for d in self.debts
            if d.first <= today
        )


def too_close(now: date, debt: Debt, alike: list[Debt]) -> bool:
    """Whether a deed follows too soon on one that met a part of the same cycle."""
    assert isinstance(debt.how, Quota)
    spacing = debt.how.spacing
    return any(d.met_on is not None and (now - d.met_on).days < spacing for d in alike)


# --- the calendar ------------------------------------------------------------------------------------


def month_day(text: str, year: int) -> date:
    """MM-DD of a year; 02-29 is the last of February."""
    month, day = map(int, text.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def months_on(day: date, months: int) -> date:
    """So many months later, clipped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def cut(first: date, months: int, times: int) -> list[tuple[date, date]]:
    """A period in equal parts: whole months where they divide, else days; no more parts than days."""
    following = months_on(first, months)
    days = (following - first).days
    if months % times == 0:
        starts = [months_on(first, months // times * n) for n in range(times)]
    else:
        pieces = min(times, days)
        starts = [first + DAY * (days * n // pieces) for n in range(pieces)]
    return list(zip(starts, [s - DAY for s in [*starts[1:], following]], strict=True))
