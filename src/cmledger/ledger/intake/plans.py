"""服务方案 rows: the terms on which a customer has a service item of its own, laid over its spans.

A row with 自 is about the span that begins on that day; without it, about what holds on the day of the command, and
other terms begin on that day: the past stays as it was. 至 is the last day; what held before goes on after it.
"""

from collections import defaultdict
from collections.abc import Sequence

from cmledger.ledger.intake.accounts import customers_of
from cmledger.ledger.intake.common import Batch, Intake, Place
from cmledger.ledger.intake.named import Told, agreeing, reach, summed, told
from cmledger.ledger.intake.served import item_by_part
from cmledger.ledger.journal import Source, current_spans
from cmledger.ledger.plans import SPANS, Span, day_after
from cmledger.ledger.tables import FOREVER
from cmledger.records.intake import CLEAR, Outcome, Parsed

_CYCLE, _TO, _REMARK = (f"{SPANS}.{name}" for name in ("cycle", "valid_to", "remark"))
_SERVICE, _FROM = f"{SPANS}.service", f"{SPANS}.valid_from"


class _Refused(Exception):
    """Why a row cannot be laid: a finding, the field it is about, and its facts."""

    def __init__(self, code: str, field: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.field, self.facts = code, field, facts


def apply_plans(intake: Intake, batches: Sequence[Batch]) -> None:
    """Settle every open row of a file's sheets of service plans."""
    groups = agreeing(_rows(intake, batches), _SERVICE)
    by_customer: dict[int, list[tuple[str, str | None, list[Told]]]] = defaultdict(list)
    for (customer, begins, service), group in groups.items():
        by_customer[int(str(customer))].append(
            (str(service), None if begins is None else str(begins), group)
        )
    current = current_spans(intake.operation.connection, SPANS, sorted(by_customer))
    changed: dict[int, list[Span]] = {}
    sources: dict[int, Source | None] = {}
    for customer, wanted in by_customer.items():
        before = current.get(customer, [])
        after, source = _settled(intake, before, wanted)
        if after != before:
            changed[customer], sources[customer] = after, source
    intake.operation.replace_spans(SPANS, changed, sources)


def _rows(intake: Intake, batches: Sequence[Batch]) -> list[Told]:
    """What the open rows tell, by customer, first day (None: not said) and item; items nobody knows are refused."""
    customers = customers_of(intake, batches, "customer.account_no")
    by_sheet = {batch.sheet_id: batch for batch in batches}
    rows = []
    for (sheet_id, position), customer in customers.items():
        batch = by_sheet[sheet_id]
        word, begins = (batch.column(f)[position] for f in (_SERVICE, _FROM))
        if not isinstance(word, str):
            batch.reject(position, "missing-key", _SERVICE)
            continue
        place = Place(batch, position)
        service = word if intake.services is None else intake.services.get(word)
        service = service or item_by_part(intake, place, _SERVICE, word)
        if service is None:
            batch.reject(position, "plan-service-unknown", _SERVICE, value=word)
            continue
        first = begins if isinstance(begins, str) else None
        rows.append(told(place, (customer, first, service), (_CYCLE, _TO, _REMARK), {}))
    return rows


def _settled(
    intake: Intake, before: Sequence[Span], wanted: Sequence[tuple[str, str | None, list[Told]]]
) -> tuple[list[Span], Source | None]:
    """A customer's spans with these rows laid over them, and the first row that changed any."""
    by_service: dict[str, list[Span]] = defaultdict(list)
    for span in before:
        by_service[span["service"]].append(dict(span))
    source: Source | None = None
    today = intake.as_of
    for service, begins, group in sorted(wanted, key=lambda w: (w[0], w[1] or today)):
        later = [
            b or today for s, b, _ in wanted if s == service and (b or today) > (begins or today)
        ]
        terms = summed(group)
        row = _Row(service, begins, today, terms, min(later, default=None))
        try:
            spans, outcome = row.laid(by_service[service])
        except _Refused as refused:
            for one in group:
                place = one.place
                place.batch.reject(place.position, refused.code, refused.field, **refused.facts)
            continue
        by_service[service] = spans
        reach(group[0].place, outcome)
        if row.past is not None:
            place = group[0].place
            place.batch.say(place.position, "plan-past-changed", _CYCLE, first=row.past)
        for one in group[1:]:
            reach(one.place, Outcome.UNCHANGED)
        if outcome is not Outcome.UNCHANGED:
            source = source or group[0].place.origin
    after = [span for spans in by_service.values() for span in spans]
    # in the order of the ledger where nothing changed, so that equal is equal
    return (list(before) if _same(before, after) else after), source


def _same(one: Sequence[Span], other: Sequence[Span]) -> bool:
    def key(span: Span) -> tuple[str, str]:
        return span["service"], span["valid_from"]

    return sorted(one, key=key) == sorted(other, key=key)


class _Row:
    """What a row says of one item: terms, from a day, until a day."""

    def __init__(
        self,
        service: str,
        begins: str | None,
        today: str,
        terms: Sequence[Parsed],
        before_next: str | None,
    ) -> None:
        """terms: cycle, last day, remark. before_next: the first day of the next row of the same item in the file."""
        self.service, self.begins, self.today = service, begins, today
        self.cycle, self.last, self.remark = terms
        self.before_next = before_next
        self.past: str | None = None
        """Since when terms that held already are others now."""

    def laid(self, spans: Sequence[Span]) -> tuple[list[Span], Outcome]:
        """The item's spans with the row's terms, and what became of the row. Raises _Refused."""
        first = self.begins or self.today
        held = next((s for s in spans if s["valid_from"] <= first < s["valid_to"]), None)
        exact = next((s for s in spans if s["valid_from"] == first), None)
        if self.cycle is CLEAR:
            return self._ended(spans, held)
        same = self.cycle is None or (held is not None and held["cycle"] == self.cycle)
        if exact is not None or (held is not None and self.begins is None and same):
            return self._changed(spans, exact or held)
        if self.cycle is None:
            raise _Refused("plan-without-cycle", _CYCLE)
        if held is not None and same and self._adds_nothing(held):
            return list(spans), Outcome.UNCHANGED
        return self._new(spans, first, held), Outcome.NEW

    def _adds_nothing(self, held: Span) -> bool:
        return self.last in (None, CLEAR) and self.remark in (None, held["remark"])

    def _ended(self, spans: Sequence[Span], held: Span | None) -> tuple[list[Span], Outcome]:
        """Without the span from the day of the command on; a row of a span that has ended already changes nothing."""
        end = max(self.today, self.begins or self.today)
        if held is not None and held["valid_from"] == self.begins:
            end = self.today  # the row of the span itself
        if held is None or held["valid_to"] <= end:
            return list(spans), Outcome.UNCHANGED
        rest = [dict(s) for s in spans if s is not held]
        if held["valid_from"] < end:
            rest.append({**held, "valid_to": end})
        return rest, Outcome.CHANGED

    def _changed(self, spans: Sequence[Span], span: Span | None) -> tuple[list[Span], Outcome]:
        """The span itself on other terms, to another day or with another remark."""
        assert span is not None
        after = dict(span)
        if self.cycle is not None:
            after["cycle"] = self.cycle
            if after["cycle"] != span["cycle"] and span["valid_from"] < self.today:
                self.past = span["valid_from"]
        if self.remark is not None:
            after["remark"] = None if self.remark is CLEAR else self.remark
        following = min(
            (s["valid_from"] for s in spans if s["valid_from"] > span["valid_from"]), default=None
        )
        if self.last is CLEAR:
            after["valid_to"] = following or FOREVER
        elif isinstance(self.last, str):
            after["valid_to"] = self._end(span["valid_from"], following)
        if after == dict(span):
            return list(spans), Outcome.UNCHANGED
        return [after if s is span else dict(s) for s in spans], Outcome.CHANGED

    def _new(self, spans: Sequence[Span], first: str, held: Span | None) -> list[Span]:
        """These terms from the day on; what held before goes on after their last day."""
        following = min((s["valid_from"] for s in spans if s["valid_from"] > first), default=None)
        end = following or FOREVER
        if isinstance(self.last, str):
            end = self._end(first, following)
        remark = self.remark
        if remark is None and self.begins is None and held is not None:
            remark = held["remark"]
        fresh: Span = {
            "service": self.service,
            "valid_from": first,
            "valid_to": end,
            "cycle": self.cycle,
            "remark": remark if isinstance(remark, str) else None,
        }
        rest = [dict(s) for s in spans if s is not held]
        if held is not None:
            if held["valid_from"] < first:
                rest.append({**held, "valid_to": first})
            if held["valid_to"] > end:
                rest.append({**held, "valid_from": end})
        return [*rest, fresh]

    def _end(self, first: str, following: str | None) -> str:
        """`valid_to` for the row's last day. Raises _Refused where it lies before the first or behind other terms."""
        last = str(self.last)
        if last < first:
            raise _Refused("plan-ends-before", _TO, value=last, first=first)
        end = day_after(last)
        other = min((d for d in (following, self.before_next) if d is not None), default=None)
        if other is not None and end > other:
            raise _Refused("plan-overlaps", _TO, value=last, other=other)
        return end
