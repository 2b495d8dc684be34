"""The spans of managers: how a history goes on when somebody else takes over, for good or for a time.

A *body* is a span without its days: manager_id, basis, reason.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cmledger.ledger.tables import FOREVER
from cmledger.records.assignment import FIXED_BASIS, HANDOVER_BASIS

SPANS = "customer_manager"
Span = dict[str, Any]


def held_on(spans: Sequence[Span], day: str) -> Span | None:
    """The span that holds on a day."""
    return next((s for s in spans if s["valid_from"] <= day < s["valid_to"]), None)


def laid_over(
    spans: Sequence[Mapping[str, Any]],
    start: str,
    end: str,
    body: Mapping[str, Any],
    where: Callable[[Mapping[str, Any]], bool] | None = None,
) -> list[Span]:
    """The spans with `body` over every day from `start` to before `end`; what was known of other days stands.

    where: only over spans that are so; days without any span then stay without.
    """
    result: list[Span] = []
    covered: list[tuple[str, str]] = []
    for span in spans:
        first, last = max(span["valid_from"], start), min(span["valid_to"], end)
        if first >= last or (where is not None and not where(span)):
            result.append(dict(span))
            continue
        covered.append((first, last))
        if span["valid_from"] < first:
            result.append({**span, "valid_to": first})
        if span["valid_to"] > last:
            result.append({**span, "valid_from": last})
    if where is None:
        covered = [(start, end)]
    result += [{"valid_from": a, "valid_to": b, **body} for a, b in covered]
    result.sort(key=lambda span: span["valid_from"])
    return _joined(result)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans that follow one another and say the same are one."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and last["valid_to"] == span["valid_from"] and _body(last) == _body(span):
            last["valid_to"] = span["valid_to"]
        else:
            merged.append(span)
    return merged


def _body(span: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(span.get(field) for field in ("manager_id", "basis", "reason"))


def succeeded(spans: Sequence[Span], day: str, body: Mapping[str, Any]) -> list[Span]:
    """The spans after somebody took over on a day: to the end of the span that holds then, else to the next one."""
    held = held_on(spans, day)
    later = [s["valid_from"] for s in spans if s["valid_from"] > day]
    end = held["valid_to"] if held else min(later, default=FOREVER)
    return laid_over(spans, day, end, body)


def stands_in(span: Mapping[str, Any]) -> bool:
    """Whether a span is for a time only: of a manager who stands in, or set by hand until a day."""
    return span.get("basis") in (HANDOVER_BASIS, FIXED_BASIS) and span["valid_to"] != FOREVER


def behind(spans: Sequence[Span], span: Mapping[str, Any]) -> Span | None:
    """Whose a customer is again behind a span that is for a time only: the next one that is not itself for a time."""
    end = span["valid_to"]
    for later in spans:
        if later["valid_from"] < end:
            continue
        if later["valid_from"] != end:
            return None  # nobody for some days: no return
        if not stands_in(later):
            return later
        end = later["valid_to"]
    return None
