"""Outages as the rules see them, and the list of who is to be told of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from cmledger.errors import EXIT_DONE, EXIT_FINDINGS

PLANNED_OUTAGE: Final = "planned-outage"
"""The event by which an item of the catalogue falls due before a planned outage."""
PREFIX: Final = "o"
"""What the number of an outage begins with, by which lists and commands name it: o12."""


NOTICE_PREFIX: Final = "n"
"""What the number of a notice begins with: n12."""


def outage_of(word: str) -> int | None:
    """The row id behind o12; None for any other word."""
    return _number(word, PREFIX)


def notice_of(word: str) -> int | None:
    """The row id behind n12; None for any other word."""
    return _number(word, NOTICE_PREFIX)


def _number(word: str, prefix: str) -> int | None:
    match = re.fullmatch(rf"{prefix}([1-9]\d{{0,17}})", word.strip(), re.ASCII | re.IGNORECASE)
    return int(match[1]) if match else None


class Standing(StrEnum):
    """How it stands with telling a customer of an outage; the most urgent first.

    overdue: not told, and the limit is past (or, where there is no limit, the outage has begun). due: to be told still.
    late: told after the limit. told: in time. none: nobody has to tell this customer in particular.
    """

    OVERDUE = "overdue"
    DUE = "due"
    LATE = "late"
    TOLD = "told"
    NONE = "none"


class Agreement(StrEnum):
    """How it stands with asking a customer beforehand. asked: without an answer yet; missed: the outage came before."""

    OPEN = "open"
    ASKED = "asked"
    REFUSED = "refused"
    RESCHEDULED = "rescheduled"
    AGREED = "agreed"
    MISSED = "missed"


class Public(StrEnum):
    """How it stands with the public notice of an outage: by the day it is published on. none: nothing is asked.

    to-come: that day is still to come.
    """

    NONE = "none"
    DUE = "due"
    OVERDUE = "overdue"
    LATE = "late"
    DONE = "done"
    TO_COME = "to-come"


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage of the ledger; moments are YYYY-MM-DDTHH:MM, days YYYY-MM-DD."""

    id: int
    office: str
    begins_at: str
    ends_at: str | None
    line_id: int | None
    line: str | None
    area_id: int | None
    area: str | None
    outage_kind: str | None
    number: str | None
    reason: str | None
    known_on: str | None
    cancelled_on: str | None

    @property
    def key(self) -> str:
        """o12"""
        return f"{PREFIX}{self.id}"

    @property
    def minutes(self) -> int | None:
        """How long it lasts."""
        if self.ends_at is None:
            return None
        lasts = datetime.fromisoformat(self.ends_at) - datetime.fromisoformat(self.begins_at)
        return int(lasts.total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of an outage to a customer, or an agreement asked for. notice_kind: notice, agreement."""

    told_at: str
    notice_kind: str
    method: str | None
    outcome: str | None


class TouchedRow(NamedTuple):
    """A customer that an outage touches, and how it stands with telling it.

    marks: important, agreed, special-group, own-source, pv: what is true of the customer; important has its class in
    `importance`. obliged: which of these marks asks for telling it by name. tell_by: the last moment; None: no limit,
    or nobody has to. told_at, method: of the first notice that reached it. agree_by: the last day for the agreement.
    contact, phone: who is to be told (the 停送电联系人, else the customer's contact).
    """

    outage: Outage
    account_no: str
    name: str | None
    manager: str | None
    line: str | None
    area: str | None
    grid: str | None
    marks: tuple[str, ...]
    importance: str | None
    obliged: tuple[str, ...]
    standing: Standing
    tell_by: str | None
    told_at: str | None
    method: str | None
    outcome: str | None
    agreement: Agreement | None
    agree_by: str | None
    contact: str | None
    phone: str | None

    @property
    def urgency(self) -> tuple[int, str, str]:
        """What is most urgent comes first: overdue, then by the moment it has to be done by."""
        when = self.tell_by or self.outage.begins_at
        return list(Standing).index(self.standing), when, self.outage.begins_at

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract; contacts stay in the workbook that is handed out."""
        return {
            "outage": self.outage.key,
            "account_no": self.account_no,
            "name": self.name,
            "manager": self.manager,
            "line": self.line,
            "transformer_area": self.area,
            "grid": self.grid,
            "marks": list(self.marks),
            "importance": self.importance,
            "obliged": list(self.obliged),
            "status": self.standing.value,
            "tell_by": self.tell_by,
            "told_at": self.told_at,
            "method": self.method,
            "outcome": self.outcome,
            "agreement": self.agreement.value if self.agreement else None,
            "agree_by": self.agree_by,
        }


@dataclass(frozen=True, slots=True)
class Crowd:
    """The customers of an outage that are not named one by one. by: face -> how many of each; None: without."""

    customers: int
    residents: int
    by: Mapping[str, Sequence[tuple[str | None, int]]]

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "customers": self.customers,
            "residents": self.residents,
            "by": {
                face: [{"key": key, "customers": count} for key, count in groups]
                for face, groups in self.by.items()
            },
        }


@dataclass(frozen=True, slots=True)
class OutageSeen:
    """An outage with what it asks for.

    limit: the time limit in words of the policy ({"days": 7}); None: none is set. tell_by: its last moment.
    public: the public notice. touched: how many customers; named: how many of them are rows. overlaps: the other
    outages that touch some of the same customers at the same time. cancelled: nothing is owed any more.
    """

    outage: Outage
    limit: Mapping[str, int] | None
    tell_by: str | None
    public: Public
    touched: int
    named: int
    rest: Crowd
    overlaps: tuple[str, ...] = ()
    cancelled: bool = False

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        outage = self.outage
        return {
            "outage": outage.key,
            "number": outage.number,
            "office": outage.office,
            "line": outage.line,
            "transformer_area": outage.area,
            "outage_kind": outage.outage_kind,
            "begins_at": outage.begins_at,
            "ends_at": outage.ends_at,
            "minutes": outage.minutes,
            "reason": outage.reason,
            "known_on": outage.known_on,
            "cancelled": self.cancelled,
            "limit": None if self.limit is None else dict(self.limit),
            "tell_by": self.tell_by,
            "public_notice": self.public.value,
            "customers": self.touched,
            "named": self.named,
            "rest": self.rest.to_json(),
            "overlaps": list(self.overlaps),
        }


@dataclass(frozen=True, slots=True)
class OutageReport:
    """Outages and who is to be told of them.

    moment: as of when. counts: rows by standing, before `statuses` narrows them. agreements: rows by agreement.
    assumed_years: years whose working days nobody has published. everyone: all customers are rows, not only the named.
    """

    as_of: str
    moment: str
    outages: Sequence[OutageSeen]
    rows: Sequence[TouchedRow]
    counts: Mapping[Standing, int]
    agreements: Mapping[Agreement, int]
    assumed_years: tuple[int, ...] = ()
    everyone: bool = False
    fail_on: frozenset[Standing] = field(default_factory=frozenset)
    excel: str | None = None
    logged: bool | None = None

    @property
    def exit_code(self) -> int:
        """4 where there are rows of a standing the caller wants to hear of."""
        found = any(self.counts.get(standing) for standing in self.fail_on)
        return EXIT_FINDINGS if found else EXIT_DONE

    def json_head(self) -> dict[str, Any]:
        """Everything but the rows."""
        return {
            "schema": "cmledger.outages/1",
            "as_of": self.as_of,
            "moment": self.moment,
            "counts": {standing.value: n for standing, n in self.counts.items()},
            "agreements": {state.value: n for state, n in self.agreements.items()},
            "outages": [seen.to_json() for seen in self.outages],
            "assumed_years": list(self.assumed_years),
            "everyone": self.everyone,
            "excel": self.excel,
            "logged": self.logged,
        }

    def json_rows(self) -> Iterator[dict[str, Any]]:
        """The rows, one by one."""
        return (row.to_json() for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """cmledger.outages/1, all of it at once."""
        return {**self.json_head(), "rows": list(self.json_rows())}
