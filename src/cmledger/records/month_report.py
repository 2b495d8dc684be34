"""What planning a month came to, for the screen, for programs and for the workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from cmledger.records.calendar import UnknownFestival
from cmledger.records.due import DueRow
from cmledger.records.month_plan import MonthTerms, OverFull, PlanDue, Planned, Why


class PlanEntry(NamedTuple):
    """A due and where it was put, with names. row_id: of the plan's row; None on a dry run."""

    row: DueRow
    planned: Planned
    manager: str | None
    group: str | None
    text: str
    row_id: int | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        """Which due it is."""
        due = self.planned.due
        return due.customer_id, due.service, due.period


class PlanVisit(NamedTuple):
    """A customer seen on a day by a manager, for all that is planned for it then."""

    day: date
    manager_id: int | None
    manager: str | None
    entries: tuple[PlanEntry, ...]

    @property
    def minutes(self) -> int | None:
        """What it takes, as far as known."""
        known = [e.planned.due.minutes for e in self.entries if e.planned.due.minutes is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """Something to look at in a plan. code: english; text: Chinese."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The plan of a month from `start` on.

    entries: every due of the month, in the order of days, managers, groups; those without a day last. later: dues
    left to following months; elsewhere: how many stand in another month's plan. tally: rows new, changed, deleted.
    assumed_years, unknown_festivals: as in the due list.
    """

    month: str
    as_of: date
    start: date
    terms: MonthTerms
    group_by: str
    operation: int | None
    dry_run: bool
    entries: Sequence[PlanEntry]
    later: Sequence[tuple[DueRow, PlanDue]]
    elsewhere: int
    tally: Mapping[str, int]
    over_full: Sequence[OverFull]
    warnings: Sequence[PlanWarning]
    manager_names: Mapping[int, str]
    service_names: Mapping[str, str]
    assumed_years: tuple[int, ...]
    state: str | None = None
    excel: str | None = None
    logged: bool | None = None
    unknown_festivals: tuple[UnknownFestival, ...] = ()

    exit_code = 0

    @property
    def visits(self) -> list[PlanVisit]:
        """The entries that have a day, those of a customer, day and manager together."""
        found: dict[tuple[date, int | None, int], list[PlanEntry]] = {}
        for one in self.entries:
            day = one.planned.day
            if day is not None:
                key = (day, one.planned.manager_id, one.planned.due.customer_id)
                found.setdefault(key, []).append(one)
        return [
            PlanVisit(day, manager_id, its[0].manager, tuple(its))
            for (day, manager_id, _), its in found.items()
        ]

    @property
    def unplanned(self) -> list[PlanEntry]:
        """What found no day."""
        return [one for one in self.entries if one.planned.day is None]

    @property
    def left_out(self) -> list[tuple[PlanEntry, ...]]:
        """What found no day, by customer and reason."""
        found: dict[tuple[int, str], list[PlanEntry]] = {}
        for one in self.unplanned:
            found.setdefault((one.planned.due.customer_id, one.text), []).append(one)
        return [tuple(its) for its in found.values()]

    def to_json(self) -> dict[str, Any]:
        """cmledger.plan-visits/1"""
        visits, unplanned = self.visits, self.unplanned
        fixed = sum(one.planned.why is Why.FIXED for one in self.entries)
        return {
            "schema": "cmledger.plan-visits/1",
            "month": self.month,
            "as_of": self.as_of.isoformat(),
            "from": self.start.isoformat(),
            "operation": self.operation,
            "dry_run": self.dry_run,
            "counts": {
                "visits": len(visits),
                "planned": len(self.entries) - len(unplanned),
                "unplanned": len(unplanned),
                "fixed": fixed,
                "later": len(self.later),
                "elsewhere": self.elsewhere,
            },
            "changes": dict(self.tally),
            "working_days": [day.isoformat() for day in self.terms.days],
            "per_day": self.terms.per_day,
            "minutes_per_day": self.terms.minutes_per_day,
            "trip": self.terms.size,
            "group_by": self.group_by,
            "days": _days(visits),
            "visits": [_visit(one) for one in visits],
            "unplanned": [{**_whose(one.row), **_item(one)} for one in unplanned],
            "over_full": [
                {
                    "manager": self.manager_names.get(one.manager_id),
                    "day": one.day.isoformat(),
                    "visits": one.visits,
                    "minutes": one.minutes,
                }
                for one in self.over_full
            ],
            "warnings": [{"code": one.code, "message": one.text} for one in self.warnings],
            "assumed_years": list(self.assumed_years),
            "unknown_festivals": [one.to_json() for one in self.unknown_festivals],
            "excel": self.excel,
            "logged": self.logged,
        }


def _days(visits: Sequence[PlanVisit]) -> list[dict[str, Any]]:
    found: dict[tuple[str, date], list[PlanVisit]] = {}
    for one in visits:
        found.setdefault((one.manager or "", one.day), []).append(one)
    return [
        {
            "manager": manager or None,
            "day": day.isoformat(),
            "visits": len(its),
            "items": sum(len(one.entries) for one in its),
            "minutes": sum(one.minutes or 0 for one in its),
            "groups": list(dict.fromkeys(one.entries[0].group for one in its)),
        }
        for (manager, day), its in sorted(found.items())
    ]


def _visit(one: PlanVisit) -> dict[str, Any]:
    return {
        "planned_on": one.day.isoformat(),
        "manager": one.manager,
        **_whose(one.entries[0].row),
        "group": one.entries[0].group,
        "items": [_item(entry) for entry in one.entries],
    }


def _whose(row: DueRow) -> dict[str, Any]:
    return {"account_no": row.account_no, "name": row.name, "office": row.office, "line": row.line}


def _item(one: PlanEntry) -> dict[str, Any]:
    due = one.planned.due
    return {
        "service": due.service,
        "period": due.period,
        "due_by": due.due_by.isoformat(),
        "overdue": due.overdue,
        "fixed": one.planned.why is Why.FIXED,
        "reason": one.planned.why.value,
        "text": one.text,
    }
