"""What is owed: the one place that decides which service items a customer owes in which period, and whether each is met.

Due lists, KPIs and `why` all ask it. The law is design 6: the tier on a period's first day sets its obligation and
keeps it to the period's end; a customer opened within a period owes from the next one; who is closed or leaves the
scope owes nothing from then on, the period under way included; periods that ended before `count_from` never count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from cmledger.records.obligations import Facts, Mark, Obligation, Part, Span, Standing, Status

_DAY = timedelta(days=1)


def obligations(facts: Facts, parts: Iterable[Part], as_of: date) -> Iterator[Obligation]:
    """Every part the customer owes, as it stands on `as_of`, in the order of `parts`.

    `facts.done` and `facts.closed_on` hold nothing later than `as_of`.
    """
    for part in parts:
        if facts.opened_on is not None and facts.opened_on > part.begins:
            continue
        held = _held_on(facts.spans, part.begins)
        if held is None or held.tier not in part.levels:
            continue
        left = _left(facts, part.begins)
        if left is not None and left <= min(part.last, as_of):
            continue
        level = part.asks(held.tier, held.rule)
        within = [m.level for m in facts.done if part.first <= m.day <= part.last]
        below = bool(within) and max(within) < level
        met = bool(within) and not (below and part.enforce)
        yield Obligation(part, held.tier, level, met, below)


def standing(facts: Facts, parts: Sequence[Part], as_of: date, until: date) -> Standing | None:
    """How the customer stands with one item; None where nothing is to be done (by `until`).

    parts: in order of their last day (`schedule`), from count_from on. `facts.done` needs only the latest mark of
    each level that matters: what lies before it was answered for by it.
    """
    owed = list(obligations(facts, parts, as_of))
    unmet = [o for o in owed if o.is_open(as_of) and not o.met]
    if not unmet:
        coming = [o for o in owed if as_of < o.part.first <= until]
        following = min(coming, key=lambda o: (o.part.first, o.part.due_by), default=None)
        return None if following is None else Standing(Status.UPCOMING, following)
    current = min(unmet, key=lambda o: (o.part.due_by, o.part.first))
    missed = _missed_in_a_row(facts.done, [o for o in owed if o.ended(as_of)])
    if missed:
        # a due day moved past the period's end reminds, but the miss is the period's
        since = min(missed[-1].part.due_by, missed[-1].part.last)
    elif as_of > current.part.due_by:
        since = current.part.due_by
    else:
        return Standing(Status.DUE, current)
    return Standing(Status.OVERDUE, current, since, len(missed))


def _missed_in_a_row(done: Sequence[Mark], ended: Sequence[Obligation]) -> list[Obligation]:
    """The latest ended parts that were missed, latest first, back to one that was met or to the last time it was done."""
    missed: list[Obligation] = []
    for obligation in reversed(ended):
        part = obligation.part
        counted = obligation.level if part.enforce else 0
        if obligation.met or any(m.day > part.last and m.level >= counted for m in done):
            break
        missed.append(obligation)
    return missed


def _held_on(spans: Sequence[Span], day: date) -> Span | None:
    return next((span for span in spans if span.since <= day < span.until), None)


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

    def __init__(self, parts: Sequence[Part], as_of: date, until: date) -> None:
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
    """Rounds the days of facts to the edges of parts, without changing any answer."""

    def __init__(self, parts: Iterable[Part], as_of: date) -> None:
        self._tomorrow = as_of + _DAY
        edges = {date.min, date.max, self._tomorrow}
        for part in parts:
            edges |= {part.begins, part.first, part.last + _DAY}
        self._edges = sorted(edges)

    def facts(self, facts: Facts) -> Facts:
        """Equal for customers who cannot be told apart by any part."""
        spans = self._spans(facts.spans)
        marks = {Mark(self.down(mark.day), mark.level) for mark in facts.done}
        return Facts(
            None if facts.opened_on is None else self._up(facts.opened_on),
            None if facts.closed_on is None else self.down(facts.closed_on),
            spans,
            tuple(sorted(marks)),
        )

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
