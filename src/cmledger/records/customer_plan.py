"""A customer's whole file as the head of an office reads it, its service plan above all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.records.obligations import Status


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """Terms of the customer's own for an item: cycle as `records.cycles` writes it; until: the last day, None: open.

    mark: the hidden mark of its row on a sheet.
    """

    cycle: str
    since: str
    until: str | None
    remark: str | None
    mark: str

    def to_json(self) -> dict[str, Any]:
        return {"cycle": self.cycle, "from": self.since, "until": self.until, "remark": self.remark}


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A service item of a customer on a day.

    cycle: how often, as stored or a word (standing …), None: not for this customer; source: plan, inspection,
    importance, tier. listed: the cycle of its tier, None: the tier does not have the item. own: the terms of the day;
    later: those to come. performer: the lowest grade asked. due: the row of the due list, by name; empty: nothing due.
    """

    service: str
    name: str
    cycle: str | None
    source: str
    listed: str | None
    own: OwnTerms | None
    later: tuple[OwnTerms, ...]
    performer: str | None
    last_done: date | None
    due_by: date | None
    status: Status | None

    def to_json(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "name": self.name,
            "cycle": self.cycle,
            "source": self.source,
            "listed": self.listed,
            "own": self.own.to_json() if self.own else None,
            "later": [one.to_json() for one in self.later],
            "performer": self.performer,
            "last_done": _iso(self.last_done),
            "due_by": _iso(self.due_by),
            "status": self.status.value if self.status else None,
        }


@dataclass(frozen=True, slots=True)
class DateKept:
    """A day of the year to greet on; mark: of its row on a sheet."""

    occasion: str
    day: str
    remark: str | None
    mark: str

    def to_json(self) -> dict[str, Any]:
        return {"occasion": self.occasion, "day": self.day, "remark": self.remark}


Facts = Mapping[str, Any]
"""Field -> value in stored form, as the layouts know it."""


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """One customer. facts: fields of the customer; contacts, visits (latest first), matters (open), events (latest
    first), outages (ahead): fields of each. managers: (from, until, name), latest first. mark: of the customer's row.
    """

    account_no: str
    name: str | None
    tier: str | None
    tier_name: str
    tier_since: date | None
    tier_reasons: tuple[str, ...]
    facts: Facts
    managers: tuple[tuple[str, str | None, str], ...]
    contacts: tuple[Facts, ...]
    dates: tuple[DateKept, ...]
    items: tuple[PlanItem, ...]
    visits_count: int
    visits: tuple[Facts, ...]
    matters: tuple[Facts, ...]
    events: tuple[Facts, ...]
    outages: tuple[Facts, ...]
    mark: str

    def to_json(self) -> dict[str, Any]:
        return {
            "account_no": self.account_no,
            "name": self.name,
            **self.facts,
            "tier": self.tier,
            "tier_name": self.tier_name,
            "tier_since": _iso(self.tier_since),
            "tier_reasons": list(self.tier_reasons),
            "managers": [{"from": a, "to": b, "manager": name} for a, b, name in self.managers],
            "contacts": [dict(one) for one in self.contacts],
            "dates": [one.to_json() for one in self.dates],
            "services": [one.to_json() for one in self.items],
            "visits_count": self.visits_count,
            "visits": [dict(one) for one in self.visits],
            "open_matters": [dict(one) for one in self.matters],
            "events": [dict(one) for one in self.events],
            "outages": [dict(one) for one in self.outages],
        }


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The files of the customers asked for. masked: telephone numbers have their middle starred, in JSON too.

    catalogue: item -> name, of all items a plan may name; seasons, grades: code -> name. excel: the workbook written.
    """

    as_of: date
    customers: Sequence[CustomerFile]
    catalogue: Mapping[str, str]
    seasons: Mapping[str, str]
    grades: Mapping[str, str]
    masked: bool
    excel: str | None = None
    logged: bool | None = None

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """cmledger.plan/1"""
        return {
            "schema": "cmledger.plan/1",
            "as_of": self.as_of.isoformat(),
            "masked": self.masked,
            "excel": self.excel,
            "logged": self.logged,
            "customers": [one.to_json() for one in self.customers],
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
