"""The day's round under cron: tiers, due lists, outages ahead, the month's KPIs, a backup. A step that fails does not stop the rest."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import EXIT_BUG, EXIT_DONE, LedgerError, OutputNotWritable
from cmledger.ledger.store import Ledger, open_ledger
from cmledger.policy.load import load_policy
from cmledger.records.caller import Caller
from cmledger.records.due import Wanted
from cmledger.records.obligations import Status
from cmledger.records.outages import Standing
from cmledger.wording import errors as say_error
from cmledger.wording import jobs as say
from cmledger.work.assign_tiers import assign_tiers
from cmledger.work.backup import backup
from cmledger.work.due_visits import ALL, due_visits
from cmledger.work.kpi_report import Question, kpi_report
from cmledger.work.outages import OutagesWanted, outage_list, outages


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one step. operation: where it changed the ledger; path: what it wrote; detail: a sentence.

    bug: the traceback, where the failure is our own mistake.
    """

    name: str
    exit_code: int
    detail: str
    operation: int | None = None
    path: Path | None = None
    bug: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As under --json and in the ledger's own record of the run."""
        return {
            "step": self.name,
            "exit_code": self.exit_code,
            "detail": self.detail,
            "operation": self.operation,
            "path": str(self.path) if self.path else None,
        }


@dataclass(frozen=True, slots=True)
class DailyReport:
    """The round of a day; its exit code is that of the first step that failed."""

    day: str
    folder: Path
    steps: tuple[Step, ...]

    @property
    def exit_code(self) -> int:
        return next((step.exit_code for step in self.steps if step.exit_code), EXIT_DONE)

    def to_json(self) -> dict[str, Any]:
        """`cmledger.daily/1`"""
        return {
            "schema": "cmledger.daily/1",
            "as_of": self.day,
            "folder": str(self.folder),
            "steps": [step.to_json() for step in self.steps],
        }


def daily(location: str, policy: Path, caller: Caller, out: Path, keep: int) -> DailyReport:
    """Do the round of `caller.as_of`; workbooks go to out/<date>/. Twice the same day gives the same.

    keep: how many daily backups stay.
    Raises only what makes the whole round impossible: there is no ledger, not one of this schema,
    or no folder to write into.
    """
    ledger = open_ledger(location)
    _make(out / caller.day)
    round_ = _Round(ledger, policy, caller, out / caller.day, keep)
    steps = [
        _attempt("assign-tiers", round_.tiers),
        _attempt("due-visits", round_.visits),
        _attempt("due-services", round_.services),
        _attempt("outages", round_.outages),
        _attempt("kpi-report", round_.kpis),
        _attempt("backup", round_.backup),
    ]
    detail = {"command": "daily", "steps": [step.to_json() for step in steps]}

    def record() -> Step:
        ledger.record_event(caller, "job", detail)
        return Step("record", EXIT_DONE, "")

    recorded = _attempt("record", record)
    if recorded.exit_code:
        steps.append(recorded)
    return DailyReport(caller.day, round_.folder, tuple(steps))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputNotWritable(
            say_error.OUTPUT_NOT_WRITABLE.format(path=folder),
            hint=say_error.OUTPUT_NOT_WRITABLE_HINT,
            where=str(folder),
        ) from problem


def _attempt(name: str, step: Callable[[], Step]) -> Step:
    """A step's outcome, whatever happens in it."""
    try:
        return step()
    except LedgerError as problem:
        return Step(name, problem.exit_code, problem.message)
    except Exception as problem:
        detail = say.STEP_BUG.format(name=type(problem).__name__)
        return Step(name, EXIT_BUG, detail, bug=traceback.format_exc())


@dataclass(frozen=True, slots=True)
class _Round:
    """The steps of a round, each on its own: what they need is loaded by each anew."""

    ledger: Ledger
    policy: Path
    caller: Caller
    folder: Path
    keep: int

    def tiers(self) -> Step:
        done = assign_tiers(self.ledger, load_policy(self.policy), self.caller, list_moves=0)
        detail = say.TIERS_DONE.format(moved=done.moved)
        return Step("assign-tiers", EXIT_DONE, detail, operation=done.operation)

    def visits(self) -> Step:
        return self._due("due-visits", Wanted(), say.DUE_FILE)

    def services(self) -> Step:
        return self._due("due-services", Wanted(services=(ALL,)), say.SERVICES_FILE)

    def _due(self, name: str, wanted: Wanted, file: str) -> Step:
        path = self.folder / file
        done = due_visits(self.ledger, load_policy(self.policy), self.caller, wanted, excel=path)
        counts = {status.value: done.counts.get(status, 0) for status in Status}
        return Step(name, EXIT_DONE, say.DUE_DONE.format(**counts), path=path)

    def outages(self) -> Step:
        policy, wanted = load_policy(self.policy), OutagesWanted()
        if not outage_list(self.ledger, policy, self.caller, wanted).outages:
            return Step("outages", EXIT_DONE, say.NO_OUTAGES)
        path = self.folder / say.OUTAGES_FILE
        done = outages(self.ledger, policy, self.caller, wanted, excel=path)
        overdue = done.counts.get(Standing.OVERDUE, 0)
        detail = say.OUTAGES_DONE.format(outages=len(done.outages), overdue=overdue)
        return Step("outages", EXIT_DONE, detail, path=path)

    def kpis(self) -> Step:
        path = self.folder / say.KPI_FILE
        question = Question(month=f"{self.caller.as_of:%Y-%m}")
        done = kpi_report(self.ledger, load_policy(self.policy), self.caller, question, excel=path)
        met = [kpi.met for kpi in done.kpis]
        detail = say.KPI_DONE.format(met=met.count(True), unmet=met.count(False))
        return Step("kpi-report", EXIT_DONE, detail, path=path)

    def backup(self) -> Step:
        if self.ledger.path is None:
            return Step("backup", EXIT_DONE, say.BACKUP_LEFT)
        done = backup(self.ledger.location, self.caller, keep=self.keep)
        return Step("backup", EXIT_DONE, say.BACKUP_DONE.format(rows=done.rows), path=done.path)
