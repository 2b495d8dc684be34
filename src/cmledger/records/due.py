"""The due list: who owes what by when, and how late it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from cmledger.errors import EXIT_DONE, EXIT_FINDINGS
from cmledger.records.calendar import UnknownFestival
from cmledger.records.obligations import Status


class DueRow(NamedTuple):
    """One customer and one service item that is to be done.

    tier: whose rule set the obligation (that of the period's first day); tier_now: today's.
    performer: the lowest grade that fulfils it, None: any. manager_grade: of the customer's manager, None: unknown;
    manager_below: that grade does not reach `performer`. not_counted: a later day on which it was done by somebody
    of too low a grade (only where the policy enforces grades). period: its label (2026-11, 2026Q4), first and last
    day in `first`, `last`. form_id: the hidden id of the fill-in form, the same however often the list is made.
    cycle: month, quarter, half-year, year (with `times`), else the cycle's text (records.cycles); occasion: the season,
    day or event it is owed for. closes: the last day it counts. minutes: what doing it takes, None: nobody has said.
    owner: customer, manager or grid; of the latter account_no is empty, name the owner's, tier the word of the owner.
    """

    account_no: str
    name: str | None
    address: str | None
    contact_name: str | None
    contact_phone: str | None
    office: str
    line: str | None
    tier: str
    tier_now: str
    manager: str | None
    manager_grade: str | None
    manager_below: bool
    performer: str | None
    service: str
    cycle: str
    times: int
    period: str
    first: date
    last: date
    due_by: date
    last_done: date | None
    not_counted: date | None
    status: Status
    overdue_since: date | None
    missed: int
    form_id: str
    owner: str = "customer"
    occasion: str | None = None
    closes: date | None = None
    minutes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract; addresses and contacts stay in the workbook that is handed out."""
        return {
            "account_no": self.account_no or None,
            "name": self.name,
            "tier": self.tier if self.owner == "customer" else None,
            "manager": self.manager,
            "service": self.service,
            "cycle": self.cycle,
            "last_done": _iso(self.last_done),
            "due_by": self.due_by.isoformat(),
            "status": self.status.value,
            "overdue_since": _iso(self.overdue_since),
            "missed": self.missed,
            "office": self.office,
            "line": self.line,
            "tier_now": self.tier_now if self.owner == "customer" else None,
            "times": self.times,
            "period": self.period,
            "performer": self.performer,
            "manager_grade": self.manager_grade,
            "manager_below": self.manager_below,
            "not_counted": _iso(self.not_counted),
            "owner": self.owner,
            "occasion": self.occasion,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "closes": _iso(self.closes),
            "minutes": self.minutes,
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list was asked for: names as the user gave them, None: all. statuses: in the list, all where empty."""

    office: str | None = None
    line: str | None = None
    manager: str | None = None
    tier: str | None = None
    services: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DueReport:
    """The due list of a day.

    rows: overdue first, then by due_by, manager, line. counts: of those rows, by status.
    unknown_festivals: those an item waits for, but nobody has said when they are: their parts are missing.
    assumed_years: years no calendar is published for, so that due days in them are computed from weekends.
    tier_names, service_names, grade_names, season_names: code -> Chinese, as the policy calls them.
    fail_on: statuses that a script wants to hear of by exit code 4. excel: the workbook that was written.
    logged: whether that stands in the ledger's export log; None: nothing was handed out, or by a job.
    without_visit: codes of items that are done without calling on the customer.
    by_service: `counts` of each item that has rows, in the order of the catalogue.
    """

    as_of: date
    wanted: Wanted
    counts: Mapping[Status, int]
    rows: Sequence[DueRow]
    assumed_years: tuple[int, ...]
    tier_names: Mapping[str, str]
    service_names: Mapping[str, str]
    grade_names: Mapping[str, str]
    fail_on: frozenset[Status] = field(default_factory=frozenset)
    excel: str | None = None
    logged: bool | None = None
    season_names: Mapping[str, str] = field(default_factory=dict)
    without_visit: frozenset[str] = frozenset()
    unknown_festivals: tuple[UnknownFestival, ...] = ()
    by_service: Mapping[str, Mapping[Status, int]] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """4 where there are rows of a status the caller wants to hear of."""
        found = any(self.counts.get(status) for status in self.fail_on)
        return EXIT_FINDINGS if found else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract, all of it at once; `json_head` and `json_rows` are its parts."""
        return {**self.json_head(), "due": list(self.json_rows())}

    def json_head(self) -> dict[str, Any]:
        """Everything but the rows."""
        return {
            "schema": "cmledger.due-visits/1",
            "as_of": self.as_of.isoformat(),
            "until": _iso(self.wanted.until),
            "counts": {status.value: number for status, number in self.counts.items()},
            "by_service": {
                code: {status.value: number for status, number in of_item.items()}
                for code, of_item in self.by_service.items()
            },
            "assumed_years": list(self.assumed_years),
            "unknown_festivals": [one.to_json() for one in self.unknown_festivals],
            "excel": self.excel,
            "logged": self.logged,
        }

    def json_rows(self) -> Iterator[dict[str, Any]]:
        """The rows, one by one."""
        return (row.to_json() for row in self.rows)
