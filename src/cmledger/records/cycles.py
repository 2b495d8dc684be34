"""A cycle as one short text: what a customer's own plan keeps (customer_plan.cycle) and what scripts are shown.

    month  2/quarter  every-6-months  seasons-summer,winter  dates-birthday,spring-festival;lead=7
    events-suspension;within=7  events-complaint;working=5  once-within-30-days  none  as-listed  standing …

Leniency follows a semicolon: `2/month;spacing=10;grace=5`. A text stands for the table the policy would write
(`{per = "month", times = 2}`): `parse_cycle` and `cycle_text` turn one into the other.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

NONE, AS_LISTED = "none", "as-listed"
"""Not for this customer; on the catalogue's own terms."""

WORDS = frozenset(
    (NONE, AS_LISTED, "standing", "on-event", "on-request", "on-date", "peak-season", "once")
)
"""What is written as it is."""

PERIODS = ("month", "quarter", "half-year", "year")

HOLIDAYS: dict[str, str] = {
    "new-year": "New Year's Day",
    "spring-festival": "Spring Festival",
    "tomb-sweeping": "Tomb-sweeping Day",
    "labour-day": "Labour Day",
    "dragon-boat": "Dragon Boat Festival",
    "mid-autumn": "Mid-autumn Festival",
    "national-day": "National Day",
}
"""The occasions that are everybody's: code -> what the published calendar calls them."""

SUFFIXES = {
    "lead_days": "lead",
    "spacing_days": "spacing",
    "grace_days": "grace",
}
"""What may be left out of a text: then it is as the catalogue has it."""

_NUMBERS = {**SUFFIXES, "within_days": "within", "within_working_days": "working"}
_KEYS = {word: key for key, word in _NUMBERS.items()}
_LISTS = ("seasons", "dates", "events")
_QUOTA = re.compile(rf"(?:([1-9]\d{{0,5}})/)?({'|'.join(PERIODS)})")
_INTERVAL = re.compile(r"every-([1-9]\d{0,5})-months")
_ONCE = re.compile(r"once-within-([1-9]\d{0,5})-days")
_LIST = re.compile(rf"({'|'.join(_LISTS)})-([^;=]+)")
_NUMBER = re.compile(r"([a-z]+)=(\d{1,6})")
_FORMS = ("per", "every_months", *_LISTS, "once_within_days")

Told = Mapping[str, Any] | str
"""A cycle as the policy writes it: a table or a word."""


def form_of(table: Mapping[str, Any]) -> str:
    """The key by which the form of a table is known."""
    return next(key for key in _FORMS if key in table)


def cycle_text(told: Told) -> str:
    """The text of a table (settings left at their default left out) or a word."""
    if isinstance(told, str):
        return told
    form = form_of(told)
    if form == "per":
        times = told.get("times", 1)
        head = told["per"] if times == 1 else f"{times}/{told['per']}"
    elif form == "every_months":
        head = f"every-{told[form]}-months"
    elif form == "once_within_days":
        head = f"once-within-{told[form]}-days"
    else:
        head = f"{form}-{','.join(told[form])}"
    return ";".join(
        (head, *(f"{word}={told[key]}" for key, word in _NUMBERS.items() if key in told))
    )


def parse_cycle(text: str) -> Told:
    """The table or word a text stands for; ValueError where it stands for none."""
    if text in WORDS:
        return text
    head, *suffixes = text.split(";")
    told = _head(head)
    for suffix in suffixes:
        found = _NUMBER.fullmatch(suffix)
        if found is None or found[1] not in _KEYS or _KEYS[found[1]] in told:
            raise ValueError(text)
        told[_KEYS[found[1]]] = int(found[2])
    return told


def cycle_json(told: Told) -> Any:
    """The table or word for scripts; a table of a calendar period always tells how many times."""
    if isinstance(told, str):
        return told
    return {**({"per": told["per"], "times": 1} if "per" in told else {}), **told}


def _head(head: str) -> dict[str, Any]:
    if found := _QUOTA.fullmatch(head):
        times = int(found[1] or 1)
        return {"per": found[2]} | ({"times": times} if times > 1 else {})
    if found := _INTERVAL.fullmatch(head):
        return {"every_months": int(found[1])}
    if found := _ONCE.fullmatch(head):
        return {"once_within_days": int(found[1])}
    if found := _LIST.fullmatch(head):
        return {found[1]: tuple(found[2].split(","))}
    raise ValueError(head)


def day_of_year(text: str) -> tuple[int, int] | None:
    """Month and day of MM-DD; None where there is no such day in any year."""
    if re.fullmatch(r"\d\d-\d\d", text):
        try:
            day = date.fromisoformat(f"2000-{text}")
        except ValueError:
            return None
        return day.month, day.day
    return None
