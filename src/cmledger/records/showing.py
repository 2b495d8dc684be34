"""One record with all that hangs on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cmledger.records.history import SourceCell


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field: its value as JSON shows it, and as a person reads it; where it came from, where that is known."""

    field: str
    title: str
    value: Any
    words: str
    source: SourceCell | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """What held from when until when (None: still). held: the manager's name, or the tier; words: as a person reads it."""

    since: str
    until: str | None
    held: str
    words: str


@dataclass(frozen=True, slots=True)
class YearOfEnergy:
    """kWh of a year as a whole (None: not known) and by month; in thousandths."""

    year: int
    kwh: int | None
    months: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class ShowReport:
    """A record. masked: telephone numbers have their middle starred, in JSON too.

    Of a customer: spans, energy (newest year first), visits (latest first), contacts. Of a manager: holdings
    (table -> how many). visits and contacts: face -> value as JSON shows it. hanging: so for open matters, this year's services, plans, dates.
    """

    kind: str
    key: str
    masked: bool
    fields: tuple[ShownField, ...]
    extras: Mapping[str, str] = field(default_factory=dict)
    managers: tuple[Span, ...] = ()
    tiers: tuple[Span, ...] = ()
    energy: tuple[YearOfEnergy, ...] = ()
    visits: tuple[Mapping[str, Any], ...] = ()
    visits_count: int = 0
    contacts: tuple[Mapping[str, Any], ...] = ()
    hanging: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    holdings: Mapping[str, int] = field(default_factory=dict)
    merged_into: str | None = None
    logged: bool | None = None

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """cmledger.show/1"""
        shown: dict[str, Any] = {
            "schema": "cmledger.show/1",
            "kind": self.kind,
            "key": self.key,
            "masked": self.masked,
            "fields": {one.field: one.value for one in self.fields},
            "extras": dict(self.extras),
            "sources": {one.field: one.source.to_json() for one in self.fields if one.source},
        }
        if self.kind == "customers":
            shown |= {
                "managers": [_span(span, "manager") for span in self.managers],
                "tiers": [_span(span, "tier") for span in self.tiers],
                "energy": [_energy(year) for year in self.energy],
                "visits_count": self.visits_count,
                "visits": [dict(visit) for visit in self.visits],
                "contacts": [dict(contact) for contact in self.contacts],
                "merged_into": self.merged_into,
                **{kind: [dict(one) for one in these] for kind, these in self.hanging.items()},
            }
        if self.kind == "managers":
            shown["holdings"] = dict(self.holdings)
        return shown


def _span(span: Span, name: str) -> dict[str, Any]:
    return {"from": span.since, "to": span.until, name: span.held}


def _energy(year: YearOfEnergy) -> dict[str, Any]:
    return {
        "year": year.year,
        "kwh": _kwh(year.kwh),
        "months": {str(month): _kwh(kwh) for month, kwh in year.months.items()},
    }


def _kwh(thousandths: int | None) -> int | float | None:
    if thousandths is None:
        return None
    whole, rest = divmod(thousandths, 1000)
    return thousandths / 1000 if rest else whole
