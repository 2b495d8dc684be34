"""Which dues the forms of a month are for, whose they are and on which day: as the month's plan has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cmledger.ledger.narrow import Narrow, names_of, narrowed
from cmledger.ledger.store import Ledger
from cmledger.ledger.visit_forms import PlannedRow, planned_of
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.due import DueReport, DueRow, Wanted
from cmledger.records.forms import due_form
from cmledger.records.items import CUSTOMER
from cmledger.records.obligations import Status
from cmledger.work.plan_visits import dues_of


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed out. days: by form number; planned: whether the month has a plan, which these rows follow.

    later: how many the plan leaves to later months; elsewhere: how many another month's plan has.
    """

    rows: Sequence[DueRow]
    days: Mapping[str, date] = field(default_factory=dict)
    planned: bool = False
    later: int = 0
    elsewhere: int = 0


def calls(report: DueReport, row: DueRow) -> bool:
    """Whether what is due is done by calling on a customer."""
    return row.owner == CUSTOMER and row.service not in report.without_visit


def by_plan(
    ledger: Ledger, policy: Policy, caller: Caller, wanted: Wanted, month: str, report: DueReport
) -> Handed:
    """The dues of a month. report: what is due in it, as wanted; month: YYYY-MM."""
    day = report.as_of
    with ledger.reading() as snapshot:
        narrow = narrowed(snapshot, office=wanted.office, line=wanted.line, manager=wanted.manager)
        names = names_of(snapshot).managers
        found = planned_of(snapshot, month, caller.as_of, narrow)
    plan = {due_form(*key): row for key, row in found.items()}
    here = {form: row for form, row in plan.items() if row.month == month}
    rows, elsewhere = [], 0
    for row in report.rows:
        if row.form_id in here or row.form_id not in plan:
            rows.append(row)
        else:
            elsewhere += 1
    rows += _not_listed(
        ledger, policy, replace(caller, as_of=day), wanted, report, _of(here, narrow)
    )
    told, later = [], 0
    planners = {names[row.manager_id][0] for row in here.values()}
    for row in rows:
        planned = here.get(row.form_id)
        if planned is not None:
            if _asked(planned, narrow):
                told.append(row._replace(manager=names[planned.manager_id][0] or row.manager))
        elif row.manager in planners and calls(report, row) and _waits(row, wanted):
            later += 1
        else:
            told.append(row)
    days = {form: row.day for form, row in here.items()}
    return Handed(told, days, bool(here), later, elsewhere)


def _asked(planned: PlannedRow, narrow: Narrow) -> bool:
    """Whether the visit is one of the managers asked about; of nobody's, its customer is."""
    return None in (narrow.managers, planned.manager_id) or planned.manager_id in (
        narrow.managers or ()
    )


def _of(here: Mapping[str, PlannedRow], narrow: Narrow) -> dict[str, PlannedRow]:
    return {form: row for form, row in here.items() if _asked(row, narrow)}


def _waits(row: DueRow, wanted: Wanted) -> bool:
    """Whether it may be done in a later month as well."""
    return wanted.until is not None and row.due_by > wanted.until and row.status != Status.OVERDUE


def _not_listed(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    wanted: Wanted,
    report: DueReport,
    here: Mapping[str, PlannedRow],
) -> list[DueRow]:
    """What the plan has in the days left and the list has not: customers of others, later parts of the month."""
    listed = {row.form_id for row in report.rows}
    missing = {f for f, row in here.items() if f not in listed and row.day >= caller.as_of}
    services = [code for code in report.service_names if any(f"-{code}-" in f for f in missing)]
    if not services:
        return []
    rows, _ = dues_of(ledger, policy, caller, replace(wanted, manager=None), services)
    return [row for row in rows if row.form_id in missing]
