"""The rule against a slow, obvious model that lives through every day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar
from hypothesis import given, settings
from hypothesis import strategies as st

from cmledger.policy.schema import Policy
from cmledger.records.obligations import Facts, Mark, Span
from cmledger.rules.obligations import Rounding, Standings, obligations, standing
from cmledger.rules.schedule import schedule
from cmledger.rules.workdays import WorkingDays

MakePolicy = Callable[..., Policy]

DAY = timedelta(days=1)
START, END = date(2024, 1, 1), date(2026, 12, 31)
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
GRADES = {"diamond": 2, "gold": 1, "normal": 0}
CYCLES = st.tuples(st.sampled_from(list(MONTHS)), st.just(1))
"""Once a period; how several deeds of a period are shared out is the other model's (test_engine_model)."""

# --- the model ---------------------------------------------------------------------------------------


@dataclass
class Debt:
    """One thing to be done between two days."""

    tier: str
    first: date
    last: date
    done: bool = False
    best: int | None = None
    """The highest grade of anybody who came."""


@dataclass
class Life:
    """A customer's days, one after the other."""

    cycles: dict[str, tuple[str, int]]
    count_from: date
    enforce: bool
    running: list[Debt] = field(default_factory=list)
    over: list[Debt] = field(default_factory=list)
    missed: list[Debt] = field(default_factory=list)

    def live(self, facts: Facts, today: date) -> None:
        """Every day from the start to today."""
        now = START
        while now <= today:
            self.morning(facts, now)
            for visited, grade in facts.done:
                if visited == now:
                    self.visit(now, grade)
            now += DAY
        self.running = [debt for debt in self.running if debt.last >= today]

    def morning(self, facts: Facts, now: date) -> None:
        for debt in sorted(self.running, key=lambda d: (d.last, d.first)):
            if debt.last < now:
                self.running.remove(debt)
                if debt.last >= self.count_from:
                    self.over.append(debt)
                    self.missed = [] if debt.done else [*self.missed, debt]
        tier = tier_on(facts, now)
        gone = facts.closed_on is not None and facts.closed_on <= now
        if tier is None or gone:
            self.running = []
            return
        if facts.opened_on is not None and facts.opened_on > now:
            return
        per, times = self.cycles[tier]
        if now.day == 1 and (now.month - 1) % MONTHS[per] == 0:
            for first, last in cut(now, MONTHS[per], times):
                self.running.append(Debt(tier, first, last))

    def visit(self, now: date, grade: int) -> None:
        for debt in self.running:
            if debt.first <= now <= debt.last:
                debt.best = max(grade, -1 if debt.best is None else debt.best)
                debt.done |= grade >= self.needed(debt)
        good = [n for n, debt in enumerate(self.missed) if grade >= self.needed(debt)]
        if good:
            self.missed = self.missed[good[-1] + 1 :]

    def needed(self, debt: Debt) -> int:
        return GRADES[debt.tier] if self.enforce else 0

    def says(self, today: date) -> tuple[str, date, date | None, int] | None:
        """status, due day, overdue since, missed in a row."""
        left = [d for d in self.running if d.first <= today <= d.last and not d.done]
        if not left:
            return None
        due = min(last_worked(d) for d in left)
        if self.missed:
            return "overdue", due, last_worked(self.missed[0]), len(self.missed)
        return ("overdue", due, due, 0) if today > due else ("due", due, None, 0)


def tier_on(facts: Facts, day: date) -> str | None:
    for span in facts.spans:
        if span.since <= day < span.until:
            return span.tier
    return None


def cut(first: date, months: int, times: int) -> list[tuple[date, date]]:
    ends = month_on(first, months)
    if months % times == 0:
        starts = [month_on(first, months // times * n) for n in range(times)]
    else:
        starts = [first + DAY * ((ends - first).days * n // times) for n in range(times)]
    return list(zip(starts, [start - DAY for start in [*starts[1:], ends]], strict=True))


def month_on(day: date, months: int) -> date:
    for _ in range(months):
        day = (day + 31 * DAY).replace(day=1)
    return day


def last_worked(debt: Debt) -> date:
    day = debt.last
    while day >= debt.first:
        if chinese_calendar.is_workday(day):
            return day
        day -= DAY
    return debt.last


# --- random lives ------------------------------------------------------------------------------------

some_day = st.dates(START, END)


@st.composite
def lives(draw: st.DrawFn, since: date = START) -> Facts:
    """Tiers that change, begin late, pause or end; openings and closings; visits by anybody; all since a day."""
    some_day = st.dates(since, END)
    edges = sorted(draw(st.lists(some_day, min_size=1, max_size=5, unique=True)))
    spans = []
    for n, begin in enumerate(edges):
        until = edges[n + 1] if n + 1 < len(edges) else date.max
        tier = draw(st.sampled_from(["diamond", "gold", "normal", None]))
        if tier:
            spans.append(Span(begin, until, tier, "rest"))
    if spans and draw(st.booleans()):
        spans[0] = spans[0]._replace(since=date(2015, 3, 1))
    visits = draw(st.lists(st.tuples(some_day, st.integers(0, 2)), max_size=12))
    return Facts(
        draw(st.one_of(st.none(), some_day, st.just(date(2015, 3, 1)))),
        draw(st.one_of(st.none(), st.none(), some_day)),
        tuple(spans),
        tuple(sorted(Mark(*visit) for visit in visits)),
    )


def as_seen(facts: Facts, today: date) -> Facts:
    """What the ledger tells on that day: nothing later was done, nobody closes later."""
    closed = facts.closed_on
    return Facts(
        facts.opened_on,
        closed if closed is not None and closed <= today else None,
        facts.spans,
        tuple(mark for mark in facts.done if mark.day <= today),
    )


def latest_only(facts: Facts) -> Facts:
    """What the due list reads: for each level, the last day it was done by somebody of at least that level."""
    last = {
        level: max((m.day for m in facts.done if m.level >= level), default=None)
        for level in range(3)
    }
    marks = tuple(Mark(day, level) for level, day in last.items() if day is not None)
    return Facts(facts.opened_on, facts.closed_on, facts.spans, marks)


@settings(max_examples=300, deadline=None)
@given(lives(), some_day, some_day, st.booleans(), CYCLES, CYCLES, CYCLES)
def test_the_rule_says_what_living_through_every_day_says(
    policy: MakePolicy,
    life: Facts,
    today: date,
    count_from: date,
    enforce: bool,
    diamond: tuple[str, int],
    gold: tuple[str, int],
    normal: tuple[str, int],
) -> None:
    count_from = count_from.replace(day=1)
    rules = policy(
        diamond=diamond, gold=gold, normal=normal, performer="enforce" if enforce else "report"
    )
    parts = schedule(rules, "visit", count_from, today, WorkingDays())
    facts = as_seen(life, today)

    model = Life({"diamond": diamond, "gold": gold, "normal": normal}, count_from, enforce)
    model.live(facts, today)
    expected = model.says(today) if today >= count_from else None

    found = standing(facts, parts, today, today)
    told = found and (
        found.status.value, found.obligation.part.due_by, found.overdue_since, found.missed,
    )  # fmt: skip
    if today >= count_from:
        assert told == expected

    # what the due list asks with the latest days only, rounded, is the same
    assert Standings(parts, today, today).of(latest_only(facts)) == found

    # what a KPI counts: every obligation, rounded or not
    owed = list(obligations(facts, parts, today))
    assert list(obligations(Rounding(parts, today).facts(facts), parts, today)) == owed
    ended = [(o.part.first, o.part.last, o.met) for o in owed if o.ended(today)]
    over = [(d.first, d.last, d.done) for d in model.over]
    assert sorted(ended) == sorted(over)
    flags = [(o.part.first, o.part.last, o.below_grade) for o in owed if o.ended(today)]
    low = [(d.first, d.last, d.best is not None and d.best < GRADES[d.tier]) for d in model.over]
    assert sorted(flags) == sorted(low)


@settings(max_examples=300, deadline=None)
@given(lives(date(2026, 6, 1)), st.dates(date(2026, 6, 1), END), st.integers(1, 100))
def test_the_future_is_told_as_it_will_be_if_nothing_more_happens(
    policy: MakePolicy, life: Facts, today: date, ahead: int
) -> None:
    until = min(today + DAY * ahead, END)
    facts = as_seen(life, today)
    parts = schedule(policy(), "visit", START, until, WorkingDays())
    now, by_then = (standing(facts, parts, today, end) for end in (today, until))
    assert Standings(parts, today, until).of(latest_only(facts)) == by_then
    rounded = Rounding(parts, today).facts(facts)
    assert list(obligations(rounded, parts, today)) == list(obligations(facts, parts, today))
    if now is not None:
        assert by_then == now
    elif by_then is not None:
        begins = by_then.obligation.part.first
        assert today < begins <= until
        then = standing(facts, parts, begins, begins)
        assert then is not None
        assert then.obligation == by_then.obligation
    else:
        day = today
        while day <= until:
            assert standing(facts, parts, day, day) is None
            day += DAY
