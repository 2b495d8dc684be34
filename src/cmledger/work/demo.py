"""The whole job on the shipped samples: a folder with the workbooks of a made-up office, and what to type there."""

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cmledger.errors import EXIT_DONE, EXIT_REJECTED_ROWS, OutputNotWritable, UsageProblem
from cmledger.packaged import packaged
from cmledger.wording import errors as say_error
from cmledger.wording import jobs as say


@dataclass(frozen=True, slots=True)
class Line:
    """One command to type: why, its words, and the exit code it is to end with."""

    purpose: str
    words: tuple[str, ...]
    ends_with: int = EXIT_DONE


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was played: each command with its exit code, and the files that came of it, relative to the folder."""

    folder: Path
    played: tuple[tuple[Line, int], ...]
    files: tuple[Path, ...]

    @property
    def exit_code(self) -> int:
        """0 where every command ended as expected, else the first code that was not."""
        return next((code or 1 for line, code in self.played if code != line.ends_with), EXIT_DONE)

    def to_json(self) -> dict[str, Any]:
        """`cmledger.demo/1`"""
        return {
            "schema": "cmledger.demo/1",
            "folder": str(self.folder),
            "steps": [
                {"command": ["cmledger", *line.words], "exit_code": code}
                for line, code in self.played
            ],
            "files": [str(path) for path in self.files],
        }


def prepare(folder: Path) -> tuple[Line, ...]:
    """Make the folder, copy the samples into it; the commands to type there, in order.

    Raises UsageProblem where the folder is there already.
    """
    samples = packaged("samples")
    office = json.loads((samples / "office.expected.json").read_text(encoding="utf-8"))
    names: list[str] = office["import_order"]
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise UsageProblem(
            say.DEMO_FOLDER_TAKEN.format(folder=folder), hint=say.DEMO_FOLDER_TAKEN_HINT
        ) from None
    except OSError as problem:
        raise OutputNotWritable(
            say_error.OUTPUT_NOT_WRITABLE.format(path=folder),
            hint=say_error.OUTPUT_NOT_WRITABLE_HINT,
        ) from problem
    for name in names:
        shutil.copyfile(samples / name, folder / name)
    late = next(owed for owed in office["owed"] if owed["status"] == "overdue")
    return _lines(names, office["init_as_of"], office["as_of"], late["account"], late["manager"])


def _lines(
    names: list[str], since: str, today: str, customer: str, manager: str
) -> tuple[Line, ...]:
    visit = ("--date", today, "--manager", manager, *say.DEMO_VISIT_WORDS)
    day = ("--as-of", today)
    month = (date.fromisoformat(today).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return (
        Line(say.DEMO_INIT, ("init", "--as-of", since)),
        Line(say.DEMO_IMPORT, ("import-excel", *names, *day), EXIT_REJECTED_ROWS),
        Line(say.DEMO_TIERS, ("assign-tiers", *day)),
        Line(say.DEMO_WHY, ("why", customer, *day)),
        Line(say.DEMO_DUE, ("due-visits", "--status", "overdue", *day)),
        Line(say.DEMO_LIST, ("due-visits", "--excel", say.DUE_FILE, "--quiet", *day)),
        Line(say.DEMO_VISIT, ("record-visit", customer, *visit, *day)),
        Line(say.DEMO_HISTORY, ("history", customer)),
        Line(say.DEMO_KPI, ("kpi-report", "--month", month, "--excel", say.KPI_FILE, *day)),
        Line(say.DEMO_EXPORT, ("export-excel", "--excel", say.DEMO_EXPORT_FILE, *day)),
        Line(say.DEMO_UNDO, ("undo",)),
        Line(say.DEMO_LOG, ("log",)),
        Line(say.DEMO_BACKUP, ("backup",)),
    )
