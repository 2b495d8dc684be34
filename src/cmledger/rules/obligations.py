"""What is owed: the one place that decides which service items a customer owes in which period, and whether each is met.

Due lists, KPIs and `why` all ask it. The law is design 6 and decision 0028: the terms of the day a part begins (tier,
rule, own plan) set the obligation and keep it to the end; a customer opened within a period owes from the next one; who
is closed or leaves the scope owes nothing from then on, the part under way included; parts that ended before
`count_from` never count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, pairwise

from cmledger.policy.cycles import Cycle, Dates, Events, Interval, Once, Quota
from cmledger.records.obligations import Facts, Mark, Obligation, Part, Span, Standing, Status
from cmledger.rules import personal
from cmledger.rules.personal import Laid
from cmledger.rules.schedule import Schedule

_DAY = timedelta(days=1)


def obligations(facts: Facts, parts: Schedule, as_of: date) -> Iterator[Obligation]:
    """Every part the customer owes, as it stands on `as_of`, in order of their last day.

    `facts.done` and `facts.closed_on` hold nothing later than `as_of`.
    """
    found = list(_obligations(facts, parts, as_of))
    found.sort(key=_by_last)
    return iter(found)


def _by_last(one: Obligation) -> tuple[date, date, str]:
    return one.part.last, one.part.first, one.part.label


def _obligations(
    facts: Facts, parts: Schedule, as_of: date, answered: list[Part] | None = None
) -> Iterator[Obligation]:
    """As `obligations`, in no order. answered: takes the parts that closed before it was last done by somebody who
    counts: nothing is left to do of them, and no streak of missed parts goes back beyond."""
    marks = _best_of_each_day(facts.done)
    latest: dict[int, date] = {}
    alike = replace(facts, done=())
    begun: set[str] = set()
    for cycle in sorted(_cycles_of(alike, parts), key=_lead, reverse=True):
        if isinstance(cycle, Interval):
            laid, lefts = _with_lefts(facts, _laid(facts, parts, cycle, marks, as_of))
        else:  # whatever was done: worked out once for all who are alike
            key = (alike, cycle)
            if key not in parts.laid:
                parts.laid[key] = _with_lefts(facts, _laid(facts, parts, cycle, (), as_of))
            laid, lefts = parts.laid[key]
        met = _met_in_turn(cycle, laid, marks, lefts) if isinstance(cycle, Quota) else {}
        for number, (one, left) in enumerate(zip(laid, lefts, strict=True)):
            if isinstance(cycle, Dates):  # an occasion is owed once, by the terms that began first
                if one.part.label in begun:
                    continue
                if left is None or left > min(one.part.closes, as_of):
                    begun.add(one.part.label)
            if answered is not None:
                asked = _asked(one)
                if asked not in latest:
                    latest[asked] = max(
                        (m.day for m in marks if m.level >= asked), default=date.min
                    )
                if one.part.closes < latest[asked]:
                    if left is None or left > min(one.part.closes, as_of):
                        answered.append(one.part)
                    continue
            if left is None or left > min(one.part.closes, as_of):
                done = met.get(number) if isinstance(cycle, Quota) else _met_within(one, marks)
                obligation = _judged(one, done, marks, as_of, left)
                if obligation is not None:
                    yield obligation


def _lead(cycle: Cycle) -> int:
    return cycle.lead_days if isinstance(cycle, Dates) else 0


def _with_lefts(
    facts: Facts, laid: Iterable[Laid]
) -> tuple[tuple[Laid, ...], tuple[date | None, ...]]:
    """Parts, and beside each the day the customer left after it began."""
    kept = tuple(laid)
    return kept, tuple(_left(facts, one.part.begins) for one in kept)


def _cycles_of(facts: Facts, parts: Schedule) -> tuple[Cycle, ...]:
    """Every cycle by which the customer may owe the item at some time."""
    if not facts.own and facts.inspection is None:
        return tuple(parts.cycles)
    found = dict.fromkeys(parts.cycles)
    found |= dict.fromkeys(run.cycle for run in personal.runs(facts, parts))
    days = {parts.since, *(own.since for own in facts.own)}
    days |= {edition.since for edition in parts.terms.policy.editions}
    for own in facts.own:
        for day in days:
            cycle = parts.own_cycle(own.cycle, day)
            if cycle is not None:
                found[cycle] = None
    return tuple(found)


# --- what is laid out ----------------------------------------------------------------------------------


def _laid(
    facts: Facts, parts: Schedule, cycle: Cycle, marks: Sequence[Mark], as_of: date
) -> Iterator[Laid]:
    """The parts of a cycle that hold for the customer on the day each begins."""
    if isinstance(cycle, Interval | Once):
        for run in personal.runs(facts, parts):
            if run.cycle == cycle:
                if isinstance(cycle, Interval):
                    yield from personal.interval(facts, parts, run, cycle, marks, as_of)
                else:
                    yield from _owed(facts, parts, cycle, personal.once(parts, run, cycle))
        return
    yield from _owed(facts, parts, cycle, parts.course(cycle))
    if isinstance(cycle, Dates):
        yield from _owed(facts, parts, cycle, personal.dates(facts, parts, cycle))
    elif isinstance(cycle, Events):
        yield from _owed(facts, parts, cycle, personal.events(facts, parts, cycle))


def _owed(facts: Facts, parts: Schedule, cycle: Cycle, laid: Iterable[Part]) -> Iterator[Laid]:
    for part in laid:
        terms = parts.terms.on(facts, part.begins)
        if terms is not None and terms.cycle == cycle:
            yield Laid(part, terms)


# --- what is met ---------------------------------------------------------------------------------------


def _best_of_each_day(done: Iterable[Mark]) -> list[Mark]:
    """All that was done on a day is one deed, by the best of those who did it."""
    return [
        max(marks, key=lambda mark: mark.level)
        for _, marks in groupby(sorted(done), key=lambda mark: mark.day)
    ]


def _asked(one: Laid) -> int:
    """The lowest level that counts."""
    return one.terms.level if one.terms.enforce else 0


def _met_within(one: Laid, marks: Sequence[Mark]) -> Mark | None:
    """The deed that meets a part by itself."""
    part, asked = one.part, _asked(one)
    until = min(part.closes, one.void - _DAY)
    return next((m for m in marks if part.early <= m.day <= until and m.level >= asked), None)


def _met_in_turn(
    cycle: Quota, laid: Sequence[Laid], marks: Sequence[Mark], lefts: Sequence[date | None]
) -> dict[int, Mark]:
    """Which deed meets which part of a quota: the earliest unmet one that is open, else the next of its period."""
    met: dict[int, Mark] = {}
    last: date | None = None
    start = 0
    for mark in marks:
        if last is not None and (mark.day - last).days < cycle.spacing_days:
            continue
        while start < len(laid) and laid[start].part.closes < mark.day:
            start += 1
        ready = []
        for number in range(start, len(laid)):
            part = laid[number].part
            if part.early > mark.day:
                break
            left = lefts[number]
            if number in met or part.closes < mark.day or (left and left <= mark.day):
                continue
            if mark.level >= _asked(laid[number]):
                ready.append(number)
        if ready:
            opened = [number for number in ready if laid[number].part.first <= mark.day]
            met[(opened or ready)[0]] = mark
            last = mark.day
    return met


def _judged(
    one: Laid, done: Mark | None, marks: Sequence[Mark], as_of: date, left: date | None
) -> Obligation | None:
    """How a part stands; None where it fell away before anything was done."""
    part, terms, asked = one.part, one.terms, _asked(one)
    if done is None and one.void <= min(part.closes, as_of):
        return None
    if done is None and part.first > as_of and one.void <= part.first:
        return None
    within = [m.level for m in marks if part.first <= m.day <= part.closes]
    if done is not None:
        within = [m.level for m in marks if part.first <= m.day <= part.last]
        within.append(done.level)
    below = bool(within) and max(within) < terms.level and (done is not None or terms.enforce)
    pending = done is None and part.first <= as_of
    if pending and part.closes < as_of:
        later = any(m.day >= part.early and m.level >= asked for m in marks)
        pending = part.stays and not later
        pending = pending and (left is None or left > as_of)
    return Obligation(
        part, terms.tier, terms.level, done is not None, below, pending,
        None if done is None else done.day,
    )  # fmt: skip


# --- where it stands -----------------------------------------------------------------------------------


def standing(facts: Facts, parts: Schedule, as_of: date, until: date) -> Standing | None:
    """How the customer stands with one item; None where nothing is to be done (by `until`).

    parts: from count_from on. Where no quota counts each deed (`Schedule.counts_each`), `facts.done` needs only the
    latest mark of each level that matters: what lies before it was answered for by it.
    """
    answered: list[Part] = []
    owed = sorted(_obligations(facts, parts, as_of, answered), key=_by_last)
    pending = [o for o in owed if o.pending]
    if not pending:
        coming = [o for o in owed if as_of < o.part.first <= until and not o.met]
        following = min(coming, key=lambda o: (o.part.first, o.part.due_by), default=None)
        return None if following is None else Standing(Status.UPCOMING, following)
    current = min(pending, key=lambda o: (o.part.due_by, o.part.first))
    back_to = max(((part.last, part.first) for part in answered), default=(date.min, date.min))
    missed = _missed_in_a_row([o for o in owed if o.ended(as_of)], back_to)
    if missed:
        # a due day moved past the period's end reminds, but the miss is the period's
        since = min(missed[-1].part.due_by, missed[-1].part.last)
    elif as_of > current.part.due_by + current.part.grace:
        since = current.part.due_by
    else:
        return Standing(Status.DUE, current)
    return Standing(Status.OVERDUE, current, since, len(missed))


def _missed_in_a_row(ended: Sequence[Obligation], back_to: tuple[date, date]) -> list[Obligation]:
    """The latest ended parts that were missed, latest first, back to one that was met or answered for later."""
    missed: list[Obligation] = []
    for one in sorted(ended, key=lambda o: (o.part.last, o.part.first, not o.met), reverse=True):
        if one.met or (one.part.last, one.part.first) < back_to:
            break
        missed.append(one)
    return missed


def _left(facts: Facts, begins: date) -> date | None:
    """The first day after `begins` on which the customer is closed or out of scope; None: never."""
    stays = begins
    for span in facts.spans:
        if span.since <= stays < span.until:
            stays = span.until
    left = None if stays == date.max else stays
    if facts.closed_on is None:
        return left
    return facts.closed_on if left is None else min(facts.closed_on, left)


class Standings:
    """`standing`, decided once per distinct facts: a million customers are a few hundred decisions.

    Days are first rounded to the stretches between the parts' edges, within which no day differs from another.
    """

    def __init__(self, parts: Schedule, as_of: date, until: date) -> None:
        self._parts, self._as_of, self._until = parts, as_of, until
        self._rounding = Rounding(parts, as_of)
        self._known: dict[Facts, Standing | None] = {}

    def of(self, facts: Facts) -> Standing | None:
        """As `standing`."""
        rounded = self._rounding.facts(facts)
        if rounded not in self._known:
            self._known[rounded] = standing(rounded, self._parts, self._as_of, self._until)
        return self._known[rounded]


class Rounding:
    """Rounds the days of facts to the edges of parts, without changing any answer.

    Only where all parts are everybody's: else every day tells. Where each deed counts they keep their order and number,
    unless the days between them tell too. days: so do the days on which something was met, to whoever asks.
    """

    def __init__(self, parts: Schedule, as_of: date, *, days: bool = False) -> None:
        self._tomorrow = as_of + _DAY
        self.exact = parts.personal or parts.counts_each
        spaced = any(isinstance(one, Quota) and one.spacing_days for one in parts.cycles)
        self._in_turn = parts.counts_each and not (parts.personal or spaced or days)
        edges = {date.min, date.max, self._tomorrow}
        for part in parts:
            edges |= {part.begins, part.first, part.last + _DAY, part.closes + _DAY}
        self._edges = sorted(edges)

    def facts(self, facts: Facts) -> Facts:
        """Equal for customers who cannot be told apart by any part."""
        if facts.own or (self.exact and not self._in_turn):
            return facts
        spans = self._spans(facts.spans)
        if self._in_turn:
            marks = self._in_order(facts.done)
        else:
            marks = {Mark(self.down(mark.day), mark.level) for mark in facts.done}
        return Facts(
            None if facts.opened_on is None else self._up(facts.opened_on),
            None if facts.closed_on is None else self.down(facts.closed_on),
            spans,
            tuple(sorted(marks)),
            importance=facts.importance,
        )

    def _in_order(self, done: Sequence[Mark]) -> set[Mark]:
        """The deeds of each stretch, on its first days."""
        found: set[Mark] = set()
        edge, number = date.max, 0
        for mark in _best_of_each_day(done):
            before, edge = edge, self.down(mark.day)
            number = number + 1 if edge == before else 0
            found.add(Mark(edge + number * _DAY, mark.level))
        return found

    def _spans(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """A tier counts from the edge after it began; the scope is left at the edge before, whatever tier came last."""
        rounded: list[Span] = []
        begun = left = date.min
        for span in reversed(spans):
            if not rounded or span.until != begun:
                left = self._left(span.until)
            begun = span.since
            since, until = min(self._up(begun), left), min(self._up(span.until), left)
            rounded.append(span._replace(since=since, until=until))
        return tuple(span for span in reversed(rounded) if span.since < span.until)

    def stretches(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """The days from `first` (an edge) to `last`, cut at the edges: first and last day of each piece."""
        edges = [edge for edge in self._edges if first <= edge <= last]
        for edge, following in pairwise([*edges, last + _DAY]):
            yield edge, following - _DAY

    def down(self, day: date) -> date:
        """The latest edge not after the day."""
        return self._edges[bisect_right(self._edges, day) - 1]

    def _left(self, day: date) -> date:
        """Who has left owes nothing of the stretch it left in; who is going to leave still owes it."""
        return self.down(day) if day < self._tomorrow else self._up(day)

    def _up(self, day: date) -> date:
        return self._edges[bisect_left(self._edges, day)]
