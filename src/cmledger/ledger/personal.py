"""Which parts of the ledger are a customer's personal data, and their removal from texts that quote them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cmledger.ledger.customers import account_key
from cmledger.wording.working import GONE, NAMELESS

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "customer": ("account_no", "account_key", "old_account_no", "name", "address", "meter_no", "contact_name",
                 "contact_phone", "special_group", "remark", "extras"),
    "contact": ("name", "role", "phone", "remark", "extras"),
    "visit": ("content", "opinion", "remark", "form_id", "extras"),
    "tier_override": ("reason",),
    "customer_date": ("day", "remark", "extras"),
    "customer_event": ("remark", "extras"),
    "service_done": ("content", "form_id", "remark", "extras"),
    "matter": ("content", "measure", "result", "form_id", "remark", "extras"),
    "arrears_contact": ("via", "result", "remark", "extras"),
    "outage_notice": ("outcome", "remark", "extras"),
    "planned_visit": ("reason", "remark"),
}  # fmt: skip
"""table -> the columns that are emptied. What is counted (days, kWh, tier, manager, satisfaction) stays."""
DELETED: Final = ("contact", "customer_date")
"""Rows that say nothing but what is personal: they go altogether."""
SPANS: Final = {
    "customer_tier": "reasons",
    "customer_manager": "reason",
    "customer_plan": "remark",
}
"""table of spans -> its column that quotes what somebody said when it was set by hand."""

_NEEDED: Final = {
    ("contact", "name"): NAMELESS,
    ("tier_override", "reason"): GONE,
    ("customer_date", "day"): "01-01",
}
"""Of these a word must stand."""
_NOT_QUOTED: Final = ("role", "day", "special_group")
"""Words that many say of many."""
_NUMBERS: Final = ("account_no", "account_key", "old_account_no")
_SHORT: Final = 2
"""A name of so many characters is looked for wherever it may be quoted."""
_LONG: Final = 4
"""Of other texts so many."""
_STRUCTURE: Final = frozenset(
    ["schema", "kind", "field", "code", "severity", "use", "unit", "format", "encoding", "cell", "sha256", "command",
     "column", "header"]
)  # fmt: skip
"""Keys of reports whose values are the program's own words or the sheet's headers."""


def stand_in(row_id: int) -> str:
    """The number an anonymous customer goes by: ten digits, made of its row id."""
    return f"{row_id:010d}"


def emptied(name: str, values: Mapping[str, Any], anonymous: str) -> dict[str, Any]:
    """The personal ones of a row's values as they are to be; `anonymous`: its new 户号."""
    told: dict[str, Any] = {}
    for column in FIELDS[name]:
        if column not in values:
            continue
        if column in ("account_no", "account_key"):
            told[column] = anonymous
        else:
            told[column] = _NEEDED.get((name, column))
    return told


@dataclass
class Quoted:
    """What texts may quote of a person. accounts: 户号 and former ones, as well as their last ten digits."""

    words: set[str] = field(default_factory=set)

    def learn(self, name: str, values: Mapping[str, Any]) -> None:
        """Note what a row, or an image of one, says of the person."""
        for column in FIELDS[name]:
            value = values.get(column)
            if not isinstance(value, str) or value in (GONE, NAMELESS):
                continue
            if column == "extras":
                for text in json.loads(value).values():
                    self._add(str(text), _LONG)
            elif column in _NUMBERS:
                self.words |= {value, account_key(value)}
            elif column in ("name", "contact_name"):
                self._add(value, _SHORT)
            elif column not in _NOT_QUOTED:
                self._add(value, _LONG)
                if column.endswith("phone"):
                    for number in value.split("/"):
                        self._add(number, _LONG)

    def _add(self, text: str, least: int) -> None:
        if len(text) >= least:
            self.words.add(text)

    def drop(self, names: Iterable[str]) -> None:
        """What is also the name of a place or of a manager is not the person's alone."""
        self.words.difference_update(names)

    def finder(self) -> "re.Pattern[str] | None":
        """Finds any of it, the longest first; None where there is nothing."""
        if not self.words:
            return None
        ordered = sorted(self.words, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, ordered)))


def without(value: Any, finder: "re.Pattern[str]") -> Any:
    """A JSON value without what the finder finds in its texts."""
    if isinstance(value, str):
        return finder.sub(GONE, value)
    if isinstance(value, list):
        return [without(one, finder) for one in value]
    if isinstance(value, dict):
        return {
            key: one if key in _STRUCTURE else without(one, finder) for key, one in value.items()
        }
    return value


def json_without(text: str, finder: "re.Pattern[str]") -> str:
    """A JSON text without it; the same text where it quotes nothing."""
    if not finder.search(text) and "\\" not in text:
        return text
    told = json.loads(text)
    left = without(told, finder)
    return text if left == told else json.dumps(left, ensure_ascii=False, separators=(",", ":"))
