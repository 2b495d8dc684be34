"""What is owed, for the use cases that ask: policy laid out, facts brought, the rule asked once per distinct facts."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cmledger.errors import UsageProblem
from cmledger.ledger.duties import deeds_of_owners, latest_of_owners
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.obligations import (
    DETAILS,
    DIGITS,
    Question,
    Snapshot,
    deeds_of,
    histories,
    latest,
    other_managers,
    other_tiers,
)
from cmledger.ledger.own_terms import (
    any_plan,
    happenings,
    own_days,
    own_plans,
    planned_cycles,
    planned_services,
    with_plans,
)
from cmledger.policy.calendar import load_calendars
from cmledger.policy.cycles import Dates, Events
from cmledger.policy.schema import Edition, Policy
from cmledger.records.calendar import UnknownFestival
from cmledger.records.due_rows import Alike, Group, People, Raw
from cmledger.records.obligations import (
    Facts,
    Happened,
    Holding,
    Mark,
    Obligation,
    Owing,
    Own,
    Span,
    Standing,
)
from cmledger.rules.festivals import unknown_festivals
from cmledger.rules.level import level
from cmledger.rules.obligations import Rounding, Standings, obligations
from cmledger.rules.schedule import Schedule, schedule
from cmledger.rules.workdays import WorkingDays
from cmledger.wording import dues as say

_ID = DETAILS.index("id")
_DETAILS = len(DETAILS)


@dataclass(frozen=True, slots=True)
class Plan:
    """One service item laid out over a time, and what must be asked of the ledger about it.

    owner: customer, manager or grid. reported_from: obligations that closed before it are of no interest.
    relay: lays the item out since counting began, where what is reported depends on all that was done since.
    """

    parts: Schedule
    ask: Question
    owner: str = "customer"
    reported_from: date = date.min
    relay: "Callable[[], Plan] | None" = None

    def ask_latest(self) -> Question:
        """The same, with grades only where one that is too low does not count."""
        if any(e.duty.performer == "enforce" for e in self.parts.terms.policy.editions):
            return self.ask
        return replace(self.ask, grades={0: None})


def working_days(policy: Policy) -> WorkingDays:
    """The calendar, with the years the office wrote down beside its policy. Raises BadPolicy."""
    return WorkingDays(load_calendars(Path(policy.path).parent))


def due_services(snapshot: Snapshot, edition: Edition) -> tuple[str, ...]:
    """Codes of the items that may fall due, those that only customers' own plans call for included, in the order of the catalogue."""
    planned = planned_services(snapshot)
    return tuple(
        code for code, service in edition.service.items() if service.may_fall_due or code in planned
    )


def service_codes(edition: Edition, words: Iterable[str]) -> tuple[str, ...]:
    """Codes of items given by code or name, each once; UsageProblem where the policy knows no such item."""
    named = {service.name: code for code, service in edition.service.items()}
    codes = tuple(dict.fromkeys(named.get(word, word) for word in words))
    for code in codes:
        if code not in edition.service:
            known = services_said(edition, edition.service)
            raise UsageProblem(
                say.UNKNOWN_SERVICE.format(code=code),
                hint=say.UNKNOWN_SERVICE_HINT.format(codes=known),
            )
    return codes


def services_said(edition: Edition, codes: Iterable[str]) -> str:
    """Items with their names, for a hint."""
    return "、".join(f"{code}（{edition.service[code].name}）" for code in codes)


def plan(
    policy: Policy,
    service: str,
    days: WorkingDays,
    since: date,
    until: date,
    as_of: date,
    *,
    reported_from: date | None = None,
) -> Plan | None:
    """The item from `since` (the day counting began) to the parts that begin by `until`, seen on as_of.

    reported_from: for a report on what closes then or later. None where nothing can be owed in that time.
    """
    if reported_from is not None and reported_from > since:
        laid = _plan(policy, service, days, reported_from, until, as_of)
        if laid is None or not (laid.parts.personal or laid.parts.counts_each):
            relaid = partial(_plan, policy, service, days, since, until, as_of)
            return laid and replace(
                laid, reported_from=reported_from, relay=lambda: _reported(relaid, reported_from)
            )
        laid = _plan(policy, service, days, since, until, as_of)
        return laid and replace(laid, reported_from=reported_from)
    return _plan(policy, service, days, since, until, as_of)


def _reported(relaid: Callable[[], Plan | None], reported_from: date) -> Plan:
    laid = relaid()
    assert laid is not None  # the same item over a longer time
    return replace(laid, reported_from=reported_from)


def _plan(
    policy: Policy, service: str, days: WorkingDays, since: date, until: date, as_of: date
) -> Plan | None:
    parts = schedule(policy, service, since, until, days)
    edition = policy.edition_on(max(as_of, policy.editions[0].since))
    listed = edition.service.get(service)
    if since > until or not any(service in one.service for one in policy.editions):
        return None
    grades = {str(grade): level(edition, grade) for grade in edition.grade}
    reached = {
        lv: tuple(g for g, own in grades.items() if own >= lv) for lv in parts.levels() if lv
    }
    ask = Question(
        service,
        as_of,
        parts.reach,
        max(until, as_of),
        tuple(dict.fromkeys(tier for e in policy.editions for tier in e.tier)),
        _discharged_by(edition, service),
        {0: None, **dict(sorted(reached.items()))},
        exact=parts.personal,
        by_inspection=parts.inspection,
        by_importance=parts.by_importance,
    )
    return Plan(parts, ask, listed.owner if listed else "customer")


def _discharged_by(edition: Edition, service: str) -> tuple[str, ...]:
    """What counts as done today; an item that only earlier editions knew is discharged by itself."""
    known = edition.service.get(service)
    return (known.discharged_by if known else ()) or (service,)


def unsaid_festivals(
    snapshot: Snapshot, plan: Plan, first: date, last: date
) -> frozenset[UnknownFestival]:
    """Festivals from `first` to `last` that the item, or anybody's plan for it, waits for, but nobody has said when."""
    own = planned_cycles(snapshot, plan.ask.service, first, last)
    return unknown_festivals(plan.parts, own, first, last)


# --- where everybody stands on a day ------------------------------------------------------------------


class Extra(NamedTuple):
    """What only some customers have: other tiers, own plans, own days, what happened, each time it was done."""

    spans: tuple[Span, ...] = ()
    own: tuple[Own, ...] = ()
    days: tuple[tuple[str, str], ...] = ()
    events: tuple[Happened, ...] = ()
    done: tuple[Mark, ...] = ()


_NOTHING = Extra()


@dataclass(frozen=True, slots=True)
class _Extras:
    """`Extra` by customer id, and the question as own plans have widened it."""

    ask: Question
    spans: Mapping[int, tuple[Span, ...]]
    own: Mapping[int, tuple[Own, ...]]
    days: Mapping[int, tuple[tuple[str, str], ...]]
    events: Mapping[int, tuple[Happened, ...]]
    done: Mapping[int, tuple[Mark, ...]]

    @property
    def few(self) -> bool:
        """Whether nobody has anything but other tiers."""
        return not (self.own or self.days or self.events or self.done)

    def of(self, customer_id: int) -> Extra:
        """What one customer has."""
        return Extra(
            self.spans.get(customer_id, ()),
            self.own.get(customer_id, ()),
            self.days.get(customer_id, ()),
            self.events.get(customer_id, ()),
            self.done.get(customer_id, ()),
        )


def _extras(
    snapshot: Snapshot, plan: Plan, ask: Question, narrow: Narrow, people: People | None = None
) -> _Extras:
    parts, who = plan.parts, narrow.customers(ask.as_of) if narrow else None
    own = own_plans(snapshot, ask.service, who)
    cycles = set(parts.cycles)
    for text in {one.cycle for plans in own.values() for one in plans}:
        for day in (parts.since, *(e.since for e in parts.terms.policy.editions)):
            cycle = parts.own_cycle(text, day)
            if cycle is not None:
                cycles.add(cycle)
    if own:
        ask = replace(ask, floor=min(ask.floor, parts.reach_of(cycles)), exact=True)
    occasions = {name for cycle in cycles if isinstance(cycle, Dates) for name in cycle.personal}
    events = {name for cycle in cycles if isinstance(cycle, Events) for name in cycle.events}
    done: Mapping[int, tuple[Mark, ...]] = {}
    if parts.counts_each:
        done = deeds_of(snapshot, ask, ask.floor, who)
    if own:  # whatever their cycle, and whenever it was done
        done = {**done, **deeds_of(snapshot, ask, date.min, with_plans(ask.service, who))}
    known = {} if people is None else people.spans
    if (ask.floor, ask.until) not in known:
        known[ask.floor, ask.until] = other_tiers(snapshot, ask, narrow)
    return _Extras(
        ask,
        known[ask.floor, ask.until],
        own,
        own_days(snapshot, occasions, who) if occasions else {},
        happenings(snapshot, events, ask.floor, ask.as_of, who) if events else {},
        done,
    )


def standings(
    snapshot: Snapshot, plan: Plan, until: date, narrow: Narrow, people: People | None = None
) -> list[Group]:
    """Those who owe the item now (or next, by `until`), by how they stand and why: rows of `ledger.obligations.latest`.

    people: of the list that several items make together; who is in scope is brought with the first one.
    """
    ask = plan.ask_latest()
    rule = Standings(plan.parts, ask.as_of, until)
    people = People() if people is None else people
    brief = False
    if plan.owner != "customer":
        marks = deeds_of_owners(snapshot, ask, plan.owner)
        extras = _Extras(ask, {}, {}, {}, {}, marks)
        rows = latest_of_owners(snapshot, ask, plan.owner, narrow)
    else:
        extras = _extras(snapshot, plan, ask, narrow, people)
        brief = bool(people.numbers)
        rows = latest(snapshot, extras.ask, narrow, brief=brief)
    shared = people.shared and plan.owner == "customer"
    groups: dict[tuple[Standing, Raw], Alike] = {}
    known: dict[Raw, array[int] | None] = {}
    spans, few = extras.spans, extras.few
    for row in rows:
        if brief:
            customer_id, facts = row[0], row[1:]
        else:
            customer_id, facts = row[_ID], row[_DETAILS:]
            if shared:
                people.numbers[customer_id] = people.add(row[:_DETAILS], _ID)
        alike, more = facts, _NOTHING
        if not few:
            more = extras.of(customer_id)
            facts = (*facts, more)
        elif (facts[2] or facts[3]) and customer_id in spans:
            more = Extra(spans[customer_id])
            facts = (*facts, more)
        try:
            numbers = known[facts]
        except KeyError:
            found = rule.of(_facts(ask, alike, more))
            numbers = None
            if found is not None:
                group = groups.setdefault((found, alike), Alike(people, alike))
                numbers = group.numbers
            known[facts] = numbers
        if numbers is not None:
            mine = people.numbers[customer_id] if shared else people.add(row[:_DETAILS], _ID)
            numbers.append(mine)
    return [(standing, alike) for (standing, _), alike in groups.items()]


def _facts(ask: Question, row: Sequence[Any], more: Extra) -> Facts:
    tier, rule, since, until, opened, closed, inspection, importance, *lasts = row
    levels = [lv for lv in ask.grades for _ in ask.codes]
    done = {Mark(date.fromisoformat(day), lv) for lv, day in zip(levels, lasts, strict=True) if day}
    return Facts(
        _day(opened),
        _day(closed),
        _spans(tier, rule, since, until, more.spans),
        tuple(sorted(done.union(more.done))),
        more.own,
        inspection,
        importance,
        more.days,
        more.events,
    )


def _spans(
    tier: str, rule: str, since: str | None, until: str | None, others: tuple[Span, ...]
) -> tuple[Span, ...]:
    now = Span(_day(since) or date.min, _day(until) or date.max, tier, rule)
    return tuple(sorted((*others, now)))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


# --- everything owed in a time ------------------------------------------------------------------------


def owed_in(snapshot: Snapshot, plan: Plan, narrow: Narrow) -> Iterator[Owing]:
    """Every customer that owes any part of the plan, with all of its obligations as they stand on as_of.

    For a report from `first` to `last`: plan(…, since=count_from, until=last, as_of=…, reported_from=first) gives
    each part that closes or is open within it, and none that closed before.
    """
    if plan.relay is not None and any_plan(snapshot, plan.ask.service):
        plan = plan.relay()
    rounding = Rounding(plan.parts, plan.ask.as_of, days=True)
    extras = _extras(snapshot, plan, plan.ask, narrow)
    ask = extras.ask
    plain = extras.few and not rounding.exact
    if rounding.exact:
        who = narrow.customers(ask.as_of) if narrow else None
        extras = replace(extras, done=deeds_of(snapshot, ask, date.min, who))
    stretches = list(rounding.stretches(ask.floor, ask.as_of)) if not rounding.exact else []
    if not stretches and ask.floor > ask.as_of:
        return
    held_else = other_managers(snapshot, ask, narrow)
    rows: dict[tuple[Any, ...], Facts] = {}
    decided: dict[Facts, tuple[Obligation, ...]] = {}
    for row in histories(snapshot, ask, stretches or [(ask.as_of, ask.as_of)], narrow):
        customer_id, office_id, line_id, grid_id, manager_id, held_since, *own = row
        more = Extra(extras.spans.get(customer_id, ())) if plain else extras.of(customer_id)
        if own[0] is None and not more.spans:
            continue
        key = (*own, more)
        if key not in rows:
            rows[key] = rounding.facts(_history(own, more, stretches))
        facts = rows[key]
        if facts not in decided:
            decided[facts] = tuple(
                o
                for o in obligations(facts, plan.parts, ask.as_of)
                if o.part.closes >= plan.reported_from
            )
        if decided[facts]:
            managers = held_else.get(customer_id, ())
            if manager_id is not None:
                now = Holding(_day(held_since) or date.min, date.max, manager_id)
                managers = (*managers, now)
            yield Owing(customer_id, office_id, line_id, grid_id, managers, decided[facts])


def _history(row: Sequence[Any], more: Extra, stretches: Sequence[tuple[date, date]]) -> Facts:
    tier, rule, since, opened, closed, inspection, importance, *numbers = row
    spans = more.spans if tier is None else _spans(tier, rule, since, None, more.spans)
    done = list(more.done)
    for position, (first, _) in enumerate(stretches if not done else ()):
        digit = (numbers[position // DIGITS] or 0) >> 3 * (position % DIGITS) & 7
        if digit:
            done.append(Mark(first, digit - 1))
    return Facts(
        _day(opened), _day(closed), spans, tuple(done), more.own, inspection, importance,
        more.days, more.events,
    )  # fmt: skip
