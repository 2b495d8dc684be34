"""The month's plan: nothing lost or doubled, nothing outside its window unsaid, no day over its cap, the same from any order."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cmledger.records.month_plan import Busy, Fixed, MonthPlan, MonthTerms, PlanDue, Why
from cmledger.records.obligations import Holding
from cmledger.rules.month_plan import plan_month

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
DAYS = tuple(day for n in range(31) if (day := FIRST + timedelta(days=n)).weekday() < 5)
TERMS = MonthTerms(DAYS, LAST)
ZHANG, LI = 1, 2
ALWAYS = (Holding(date.min, date.max, ZHANG),)


def due(customer: int, **facts: object) -> PlanDue:
    """A due of December, in time until its last working day."""
    plain = PlanDue(
        customer, f"{customer:010d}", "visit", "2026-12", 1, FIRST, LAST, LAST, False, None, None, ALWAYS
    )  # fmt: skip
    return plain._replace(**facts)  # type: ignore[arg-type]


def test_days_are_alike_full_and_each_line_is_one_trip() -> None:
    """Four lines of 23 customers in 23 days: four a day, and on most days one line."""
    plan = plan_month([due(n, group=n % 4) for n in range(92)], TERMS)
    per_day = Counter(p.day for p in plan.planned)
    assert set(per_day) == set(DAYS)
    assert max(per_day.values()) - min(per_day.values()) <= 2
    lines = defaultdict(set)
    for p in plan.planned:
        lines[p.day].add(p.due.group)
    assert sum(len(found) for found in lines.values()) <= 23 + 3


def test_items_of_a_customer_go_together() -> None:
    """A visit due by the 31st and an inspection due by the 10th are one visit by the 10th."""
    both = [due(7), due(7, service="B4", period="2026", due_by=date(2026, 12, 10))]
    plan = plan_month([*both, *(due(n) for n in range(100, 120))], TERMS)
    days = {p.day for p in plan.planned if p.due.customer_id == 7}
    assert len(days) == 1
    assert days <= set(DAYS[:8])


def test_what_is_overdue_goes_first() -> None:
    """Of 46 customers the 4 overdue ones are seen in the first two days."""
    plan = plan_month([due(n, overdue=n % 12 == 0, group=n % 3) for n in range(46)], TERMS)
    overdue = [p for p in plan.planned if p.due.overdue]
    assert {p.day for p in overdue} <= set(DAYS[:2])
    assert {p.why for p in overdue} == {Why.OVERDUE}


def test_what_ends_soon_is_not_left_over() -> None:
    """20 of 200 end on the 4th; all of them are in time though their line is another each."""
    soon = [due(n, due_by=date(2026, 12, 4), group=n) for n in range(20)]
    plan = plan_month([*soon, *(due(n) for n in range(100, 280))], TERMS)
    assert all(p.day and p.day <= p.due.due_by for p in plan.planned)
    assert max(Counter(p.day for p in plan.planned).values()) <= 12


def test_what_does_not_fit_is_named() -> None:
    """Two a day for 23 days: four of fifty find no room, and they were done last."""
    some = [due(n, last_done=date(2026, 1, 1) + timedelta(days=n)) for n in range(50)]
    plan = plan_month(some, replace(TERMS, per_day=2))
    left = [p for p in plan.planned if p.day is None]
    assert {p.why for p in left} == {Why.FULL}
    assert [p.due.customer_id for p in left] == [46, 47, 48, 49]


def test_grace_takes_an_excess_and_says_so() -> None:
    """Six due on the 1st at two a day: four go into their grace."""
    plan = plan_month(
        [due(n, due_by=FIRST, closes=date(2026, 12, 4)) for n in range(6)],
        replace(TERMS, per_day=2),
    )
    assert Counter((p.day, p.why) for p in plan.planned) == {
        (date(2026, 12, 1), Why.DEADLINE): 2,
        (date(2026, 12, 2), Why.GRACE): 2,
        (date(2026, 12, 3), Why.GRACE): 2,
    }


def test_a_substitute_has_the_days_that_must_be_his() -> None:
    """Zhang is away until the 18th: what ends on the 10th is Li's, all else waits for Zhang."""
    away = (Holding(date.min, date(2026, 12, 2), ZHANG), Holding(date(2026, 12, 2), date(2026, 12, 19), LI), Holding(date(2026, 12, 19), date.max, ZHANG))  # fmt: skip
    soon = [
        due(n, holders=away, first=date(2026, 12, 3), due_by=date(2026, 12, 10)) for n in range(3)
    ]
    rest = [due(n, holders=away, first=date(2026, 12, 16)) for n in range(10, 20)]
    plan = plan_month([*soon, *rest], TERMS)
    by = {p.due.customer_id: p.manager_id for p in plan.planned}
    assert {by[n] for n in range(3)} == {LI}
    assert {by[n] for n in range(10, 20)} == {ZHANG}


def test_a_third_of_a_quarter_is_done_each_month() -> None:
    """Due by the end of February: a third now, those first that were done longest ago; they stay when planned anew."""
    all_of_them = [
        due(n, due_by=date(2027, 2, 26), last_done=date(2026, 6, 1) - timedelta(days=n))
        for n in range(90)
    ]
    plan = plan_month(all_of_them, TERMS)
    now = {p.due.customer_id for p in plan.planned}
    assert 30 <= len(now) <= 33
    assert now == set(range(90 - len(now), 90))
    again = [one._replace(kept=one.customer_id in now) for one in all_of_them]
    fewer = MonthTerms(DAYS[5:], LAST)
    assert {p.due.customer_id for p in plan_month(again, fewer).planned} == now
    assert not plan_month(all_of_them, replace(TERMS, ahead="none")).planned
    assert not plan_month(all_of_them, replace(TERMS, ahead="all")).later


def test_who_has_nobody_is_named() -> None:
    """No manager, no day; nor after the last working day."""
    plan = plan_month([due(1, holders=()), due(2, first=date(2026, 12, 31), due_by=LAST)], MonthTerms(DAYS[:-1], LAST))  # fmt: skip
    assert [(p.due.customer_id, p.day, p.why) for p in plan.planned] == [
        (1, None, Why.NO_MANAGER),
        (2, None, Why.NO_DAY),
    ]


def test_minutes_fill_a_day_too() -> None:
    """Four visits of two hours in days of five: two a day."""
    plan = plan_month([due(n, minutes=120, due_by=DAYS[1]) for n in range(4)], replace(TERMS, minutes_per_day=300))  # fmt: skip
    assert Counter(p.day for p in plan.planned) == {DAYS[0]: 2, DAYS[1]: 2}


def test_what_stands_already_takes_up_its_day() -> None:
    """Somebody else's plan fills the 1st."""
    busy = [Busy(900 + n, DAYS[0], ZHANG, None) for n in range(2)]
    plan = plan_month([due(1, due_by=DAYS[1])], replace(TERMS, per_day=2), busy)
    assert [p.day for p in plan.planned] == [DAYS[1]]


def test_what_stands_stays_and_what_is_new_goes_where_there_is_room() -> None:
    """One of 46 is done, one is new: nobody else moves, and it goes along with a trip of its line that has room."""
    dues = [due(n, group=n % 3) for n in range(46)]
    stood = {p.due.customer_id: p.day for p in plan_month(dues, TERMS).planned}
    before = [d._replace(kept=True, before=Fixed(stood[d.customer_id] or FIRST, ZHANG)) for d in dues[1:]]  # fmt: skip
    plan = plan_month([*before, due(99)], TERMS)
    moved = {p.due.customer_id for p in plan.planned if p.day != stood.get(p.due.customer_id)}
    assert moved == {99}
    assert max(Counter(p.day for p in plan.planned).values()) <= 4
    (new,) = (p for p in plan.planned if p.due.customer_id == 99)
    assert new.others > 0


def trips(plan: MonthPlan) -> dict[date | None, Counter[int | None]]:
    """day -> customers by group."""
    found: dict[date | None, Counter[int | None]] = defaultdict(Counter)
    for p in plan.planned:
        found[p.day][p.due.group] += 1
    return dict(sorted(found.items(), key=lambda one: one[0] or date.max))


def test_a_line_is_seen_in_whole_trips_that_lie_evenly() -> None:
    """14 customers of one line: four trips, whether the rules call four a trip or a day; six fill two days more."""
    dues = [due(n) for n in range(14)]
    for terms in (TERMS, replace(TERMS, per_day=4)):
        found = trips(plan_month(dues, terms))
        assert [each.total() for each in found.values()] == [4, 4, 4, 2]
        places = [DAYS.index(day) for day in found if day]
        assert all(5 <= b - a <= 7 for a, b in pairwise(places))
    assert len(trips(plan_month(dues, replace(TERMS, trip=7)))) == 2


def test_what_is_left_of_lines_goes_together_undivided() -> None:
    """Lines of three, three, one and one are two trips; the one with something overdue goes first."""
    dues = [due(n, group=g, overdue=n == 5) for n, g in enumerate([1, 1, 1, 2, 2, 2, 3, 4])]
    first, second = trips(plan_month(dues, TERMS)).values()
    assert (first[2], first.total(), second[1], second.total()) == (3, 4, 3, 4)


def test_a_trip_is_no_longer_than_a_day() -> None:
    """Two hours each: two a trip in days of five."""
    dues = [due(n, minutes=120) for n in range(8)]
    found = trips(plan_month(dues, replace(TERMS, minutes_per_day=300)))
    assert [each.total() for each in found.values()] == [2, 2, 2, 2]


def test_a_line_fixed_on_a_day_draws_its_others() -> None:
    """One of six is fixed on the 10th: three go along, two make a trip of their own."""
    day = date(2026, 12, 10)
    dues = [due(n, fixed=Fixed(day, ZHANG) if n == 0 else None) for n in range(6)]
    found = trips(plan_month(dues, TERMS))
    assert {d: each.total() for d, each in found.items()} == {DAYS[0]: 2, day: 4}


def test_what_no_day_took_together_stays_apart() -> None:
    """Two items of an hour, and room for one on each of two days: they stay there; a third goes along with one."""
    terms = replace(TERMS, minutes_per_day=90)
    busy = [Busy(900, day, ZHANG, 30) for day in DAYS[:2]]
    dues = [due(1, service=service, due_by=DAYS[1], minutes=60) for service in ("B4", "visit")]
    planned = plan_month(dues, terms, busy).planned
    assert [p.day for p in planned] == list(DAYS[:2])
    before = [p.due._replace(kept=True, before=Fixed(p.day or FIRST, ZHANG)) for p in planned]
    again = plan_month([*before, due(1, service="D4")], terms, busy).planned
    assert {p.due.service: p.day for p in again} == {
        **{p.due.service: p.day for p in planned},
        "D4": DAYS[0],
    }


days = st.sampled_from(DAYS)
holders = st.sampled_from(
    [
        ALWAYS,
        (),
        (Holding(date.min, date.max, LI),),
        (Holding(date.min, DAYS[8], ZHANG), Holding(DAYS[8], DAYS[14], LI), Holding(DAYS[14], date.max, ZHANG)),
        (Holding(DAYS[10], date.max, LI),),
    ]
)  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[PlanDue], MonthTerms]:
    """Some dues of some customers and what the plan has to keep to."""
    terms = MonthTerms(
        DAYS[draw(st.integers(0, 22)) :],
        LAST,
        draw(st.sampled_from([None, 1, 2, 5])),
        draw(st.sampled_from([None, 60, 240])),
        draw(st.sampled_from(["share", "none", "all"])),
        draw(st.sampled_from([1, 2, 4])),
    )
    dues = []
    for customer in range(draw(st.integers(0, 25))):
        whose = draw(holders)
        group = draw(st.sampled_from([None, 1, 2, 3]))
        for service in draw(st.sets(st.sampled_from(["visit", "B4", "D4"]), min_size=1)):
            first = draw(st.sampled_from([date(2026, 10, 1), FIRST, date(2026, 12, 16)]))
            due_by = max(first, draw(st.sampled_from([date(2026, 11, 30), DAYS[3], date(2026, 12, 15), LAST, date(2027, 2, 26)])))  # fmt: skip
            fixed = draw(st.none() | st.none() | st.builds(Fixed, st.sampled_from(terms.days), st.sampled_from([ZHANG, LI])))  # fmt: skip
            dues.append(
                due(
                    customer,
                    service=service,
                    group=group,
                    holders=whose,
                    first=first,
                    due_by=due_by,
                    closes=due_by + timedelta(days=draw(st.sampled_from([0, 4, 20]))),
                    overdue=draw(st.booleans()),
                    last_done=draw(st.none() | st.dates(date(2025, 1, 1), date(2026, 11, 30))),
                    minutes=draw(st.sampled_from([None, 30, 90])),
                    kept=draw(st.booleans()),
                    fixed=fixed,
                )
            )
    return dues, terms


@given(worlds(), st.integers())
def test_laws(world: tuple[list[PlanDue], MonthTerms], seed: int) -> None:
    """What holds for every plan."""
    dues, terms = world
    plan = plan_month(dues, terms)
    told = [*(p.due for p in plan.planned), *plan.later]
    assert sorted(told, key=str) == sorted(dues, key=str)  # nothing lost, nothing doubled
    shuffled = list(dues)
    Random(seed).shuffle(shuffled)
    assert plan_month(shuffled, terms) == plan
    seen: dict[tuple[int | None, date], set[int]] = defaultdict(set)
    minutes: Counter[tuple[int | None, date]] = Counter()
    timed: dict[tuple[int | None, date], set[int]] = defaultdict(set)
    for p in plan.planned:
        if p.due.fixed:
            assert (p.day, p.manager_id, p.why) == (*p.due.fixed, Why.FIXED)
        if p.day is None:
            assert p.manager_id is None
            assert p.why in {Why.NO_MANAGER, Why.NO_DAY, Why.FULL}
            assert p.why is not Why.FULL or terms.per_day or terms.minutes_per_day
            continue
        seen[p.manager_id, p.day].add(p.due.customer_id)
        if p.due.minutes:
            minutes[p.manager_id, p.day] += p.due.minutes
            timed[p.manager_id, p.day].add(p.due.customer_id)
        assert p.day in terms.days
        if p.why is Why.FIXED:
            continue
        if p.why is Why.GRACE:
            assert p.due.due_by < p.day <= p.due.closes
        elif p.why is Why.LATE:
            assert p.due.due_by < terms.days[0]
        else:
            assert p.due.first <= p.day <= p.due.due_by
        if p.why is not Why.WITH_FIXED:
            (whose,) = (h for h in p.due.holders if h.since <= p.day < h.until)
            assert p.manager_id == whose.manager_id
    named = {(o.manager_id, o.day) for o in plan.over_full}
    for (manager, day), customers in seen.items():
        if terms.per_day and len(customers) > terms.per_day:
            assert (manager, day) in named
        if terms.minutes_per_day and minutes[manager, day] > terms.minutes_per_day:
            assert (manager, day) in named or len(timed[manager, day]) == 1
    fixed_days = {(p.manager_id, p.day) for p in plan.planned if p.due.fixed}
    assert named <= fixed_days  # nothing but what was fixed ever overfills a day


@given(worlds())
def test_planned_anew_nothing_changes(world: tuple[list[PlanDue], MonthTerms]) -> None:
    """The plan of what stands in the plan already is the same plan."""
    dues, terms = world
    plan = plan_month(dues, terms)
    stood = {(p.due.customer_id, p.due.service): p for p in plan.planned}

    def again(one: PlanDue) -> PlanDue:
        there = stood.get((one.customer_id, one.service))
        if there is None or there.day is None:
            return one._replace(kept=there is not None)
        return one._replace(kept=True, before=Fixed(there.day, there.manager_id))

    once = plan_month(map(again, dues), terms)
    assert {(p.due.customer_id, p.due.service): p[1:] for p in once.planned} == {
        (p.due.customer_id, p.due.service): p[1:] for p in plan.planned
    }
