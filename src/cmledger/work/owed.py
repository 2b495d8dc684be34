"""What is owed, for the use cases that ask: policy laid out, facts brought, the rule asked once per distinct facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cmledger.errors import UsageProblem
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.obligations import (
    DETAILS,
    DIGITS,
    Question,
    Snapshot,
    histories,
    latest,
    other_managers,
    other_tiers,
)
from cmledger.policy.calendar import load_calendars
from cmledger.policy.schema import Edition, Policy
from cmledger.records.due import Group, Raw
from cmledger.records.obligations import (
    Facts,
    Holding,
    Mark,
    Obligation,
    Owing,
    Part,
    Span,
    Standing,
)
from cmledger.rules.obligations import Rounding, Standings, obligations
from cmledger.rules.schedule import level, schedule
from cmledger.rules.workdays import WorkingDays
from cmledger.wording import dues as say

_ID = DETAILS.index("id")
_DETAILS = len(DETAILS)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """One service item laid out over a time, and what must be asked of the ledger about it."""

    parts: tuple[Part, ...]
    ask: Question

    def ask_latest(self) -> Question:
        """The same, with grades only where one that is too low does not count."""
        if any(part.enforce for part in self.parts):
            return self.ask
        return replace(self.ask, grades={0: None})


def working_days(policy: Policy) -> WorkingDays:
    """The calendar, with the years the office wrote down beside its policy. Raises BadPolicy."""
    return WorkingDays(load_calendars(Path(policy.path).parent))


def cyclic_services(edition: Edition) -> tuple[str, ...]:
    """Codes of the items that fall due, in the order of the catalogue."""
    owed = {item.code for tier in edition.tier for item in edition.owed(tier)}
    return tuple(code for code in edition.service if code in owed)


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
    policy: Policy, service: str, days: WorkingDays, since: date, until: date, as_of: date
) -> Plan | None:
    """The item from `since` to the periods that begin by `until`, seen on as_of; None where it never falls due."""
    parts = schedule(policy, service, since, until, days)
    if not parts:
        return None
    edition = policy.edition_on(max(as_of, policy.editions[0].since))
    grades = {str(grade): level(edition, grade) for grade in edition.grade}
    asked = {part.asks(tier, rule) for part in parts for tier, rule in part.exceptions}
    asked |= {lv for part in parts for lv in part.levels.values()}
    reached = {lv: tuple(g for g, own in grades.items() if own >= lv) for lv in asked if lv}
    ask = Question(
        as_of,
        min(part.begins for part in parts),
        max(until, as_of),
        tuple(dict.fromkeys(tier for e in policy.editions for tier in e.tier)),
        _discharged_by(edition, service),
        {0: None, **dict(sorted(reached.items()))},
    )
    return Plan(parts, ask)


def _discharged_by(edition: Edition, service: str) -> tuple[str, ...]:
    """What counts as done today; an item that only earlier editions knew is discharged by itself."""
    known = edition.service.get(service)
    return (known.discharged_by if known else ()) or (service,)


# --- where everybody stands on a day ------------------------------------------------------------------


def standings(snapshot: Snapshot, plan: Plan, until: date, narrow: Narrow) -> list[Group]:
    """Customers that owe the item now (or next, by `until`), by how they stand: rows of `ledger.obligations.latest`."""
    ask = plan.ask_latest()
    rule = Standings(plan.parts, ask.as_of, until)
    others = other_tiers(snapshot, ask, narrow)
    groups: dict[Standing, list[Raw]] = defaultdict(list)
    known: dict[Raw, tuple[list[Raw] | None, Raw]] = {}
    for row in latest(snapshot, ask, narrow):
        facts = row[_DETAILS:]
        more: tuple[Span, ...] = ()
        if (facts[2] or facts[3]) and row[_ID] in others:
            more = others[row[_ID]]
            facts = (*facts, more)
        try:
            group, alike = known[facts]
        except KeyError:
            alike = row[_DETAILS:]
            found = rule.of(_facts(ask, alike, more))
            group = None if found is None else groups[found]
            known[facts] = group, alike
        if group is not None:
            group.append(row[:_DETAILS] + alike)  # equal facts are kept once, not a million times
    return list(groups.items())


def _facts(ask: Question, row: Sequence[Any], others: tuple[Span, ...]) -> Facts:
    tier, rule, since, until, opened, closed, *lasts = row
    levels = [lv for lv in ask.grades for _ in ask.codes]
    return Facts(
        _day(opened),
        _day(closed),
        _spans(tier, rule, since, until, others),
        tuple(
            Mark(date.fromisoformat(day), lv) for lv, day in zip(levels, lasts, strict=True) if day
        ),
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

    For a report from `first` to `last`: plan(…, since=max(count_from, first), until=last, as_of=…) holds each part
    that ends or is open within it, and nothing that ended before.
    """
    rounding = Rounding(plan.parts, plan.ask.as_of)
    stretches = list(rounding.stretches(plan.ask.floor, plan.ask.as_of))
    if not stretches:
        return
    other = other_tiers(snapshot, plan.ask, narrow)
    held_else = other_managers(snapshot, plan.ask, narrow)
    rows: dict[tuple[Any, ...], Facts] = {}
    decided: dict[Facts, tuple[Obligation, ...]] = {}
    for row in histories(snapshot, plan.ask, stretches, narrow):
        customer_id, office_id, line_id, grid_id, manager_id, held_since, *own = row
        more = other.get(customer_id, ())
        if own[0] is None and not more:
            continue
        key = (*own, more)
        if key not in rows:
            rows[key] = rounding.facts(_history(own, more, stretches))
        facts = rows[key]
        if facts not in decided:
            decided[facts] = tuple(obligations(facts, plan.parts, plan.ask.as_of))
        if decided[facts]:
            managers = held_else.get(customer_id, ())
            if manager_id is not None:
                now = Holding(_day(held_since) or date.min, date.max, manager_id)
                managers = (*managers, now)
            yield Owing(customer_id, office_id, line_id, grid_id, managers, decided[facts])


def _history(
    row: Sequence[Any], others: tuple[Span, ...], stretches: Sequence[tuple[date, date]]
) -> Facts:
    tier, rule, since, opened, closed, *numbers = row
    spans = others if tier is None else _spans(tier, rule, since, None, others)
    done = []
    for position, (first, _) in enumerate(stretches):
        digit = (numbers[position // DIGITS] or 0) >> 3 * (position % DIGITS) & 7
        if digit:
            done.append(Mark(first, digit - 1))
    return Facts(_day(opened), _day(closed), spans, tuple(done))
