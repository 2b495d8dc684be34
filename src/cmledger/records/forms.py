"""The hidden numbers on sheets that go out and come back, by which a row finds its visit again.

A row of the due list carries 户号-item-period, a 走访单 those of its items or 户号/day; a visit in an export that has no such number carries v and its id.
"""

import re

_DUE = re.compile(r"[^-]+-(.+?)-\d{4}(?:-\d{2}(?:-\d{2})?|[QH]\d)?(?:#\d+)?(?:@[^@]+)?")
_EXPORTED = re.compile(r"v([1-9]\d{0,17})")

EXPORTED = "v"
"""What the number of an exported visit begins with."""
_JOINT = ","


def due_form(account_key: str, service: str, period: str) -> str:
    """The number of a row of the due list; the same however often the list is made."""
    return f"{account_key}-{service}-{period}"


def page_form(account_key: str, day: str) -> str:
    """The number of a 走访单 handed out that day on which the visit itself is not due; no service item's."""
    return f"{account_key}/{day}"


def service_of(form: str) -> str | None:
    """The service item a row of the due list is about; None for any other number."""
    found = _DUE.fullmatch(form)
    return found[1] if found else None


def visit_of(form: str) -> int | None:
    """The visit an exported row is about; None for any other number."""
    found = _EXPORTED.fullmatch(form)
    return int(found[1]) if found else None


def joined(forms: tuple[str, ...]) -> str | None:
    """What a visit keeps that several rows tell of."""
    return _JOINT.join(forms) or None


def split(cell: str | None) -> tuple[str, ...]:
    """The numbers in a cell or on a visit."""
    return tuple(dict.fromkeys(form for form in (cell or "").split(_JOINT) if form))
