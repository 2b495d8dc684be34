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
from cmledger.wording.lists import listed


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


FOLDERS = {
    "three-fixed": "",
    "community-grid": "community-grid",
    "three-plus-three": "three-plus-three",
}
"""Profile -> the folder of its samples, within the samples."""


def prepare(folder: Path, profile: str) -> tuple[Line, ...]:
    """Make the folder, copy the profile's samples into it; the commands to type there, in order.

    Raises UsageProblem where the folder is there already, or no samples are made for the profile.
    """
    if profile not in FOLDERS:
        profiles = listed(FOLDERS)
        raise UsageProblem(
            say.DEMO_NO_PROFILE.format(profile=profile),
            hint=say.DEMO_NO_PROFILE_HINT.format(profiles=profiles),
        )
    samples = packaged("samples") / FOLDERS[profile]
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
    if profile == "three-fixed":
        return _three_fixed(office)
    return _other_profile(office, profile)


def _three_fixed(office: dict[str, Any]) -> tuple[Line, ...]:
    """The main job, then the month of the service engine."""
    today: str = office["as_of"]
    day = ("--as-of", today)
    late = next(owed for owed in office["owed"] if owed["status"] == "overdue")
    customer = late["account"]
    visit = ("--date", today, "--manager", late["manager"], *say.DEMO_VISIT_WORDS)
    files = office["import_order"]
    return (
        Line(say.DEMO_INIT, ("init", "--as-of", office["init_as_of"])),
        Line(say.DEMO_IMPORT_MESSY, ("import-excel", *files, *day), EXIT_REJECTED_ROWS),
        Line(say.DEMO_TIERS, ("assign-tiers", *day)),
        Line(say.DEMO_WHY, ("why", customer, *day)),
        Line(say.DEMO_DUE, ("due-visits", "--status", "overdue", *day)),
        Line(say.DEMO_LIST, ("due-visits", "--excel", say.DUE_FILE, "--quiet", *day)),
        Line(say.DEMO_VISIT, ("record-visit", customer, *visit, *day)),
        Line(say.DEMO_HISTORY, ("history", customer)),
        Line(
            say.DEMO_KPI,
            ("kpi-report", "--month", _month(today, -1), "--excel", say.KPI_FILE, *day),
        ),
        Line(say.DEMO_EXPORT, ("export-excel", "--excel", say.DEMO_EXPORT_FILE, *day)),
        Line(say.DEMO_UNDO, ("undo",)),
        Line(say.DEMO_MANAGERS_DRY, ("assign-managers", "--dry-run", *day)),
        Line(say.DEMO_COVERAGE, ("coverage", *day)),
        *_service_month(late["manager"], today),
        Line(say.DEMO_OUTAGES, ("outages", "--excel", say.DEMO_OUTAGE_FILE, *day)),
        Line(say.DEMO_LOG, ("log",)),
        Line(say.DEMO_BACKUP, ("backup",)),
    )


def _other_profile(office: dict[str, Any], profile: str) -> tuple[Line, ...]:
    """From the workbooks to managers given, dues and the plan of the month to come."""
    today: str = office["as_of"]
    day = ("--as-of", today)
    special = ("--where", "special_group!=", "--columns", say.DEMO_SPECIAL_COLUMNS)
    groups = [Line(say.DEMO_SPECIAL, ("list", "customers", *special, *day))]
    return (
        Line(say.DEMO_INIT, ("init", "--profile", profile, "--as-of", office["init_as_of"])),
        Line(say.DEMO_IMPORT, ("import-excel", *office["import_order"], *day)),
        Line(say.DEMO_TIERS, ("assign-tiers", *day)),
        Line(say.DEMO_MANAGERS, ("assign-managers", *day)),
        Line(say.DEMO_COVERAGE, ("coverage", "--by", "grid", *day)),
        *(groups if "special_groups" in office else ()),
        *_service_month(max(office["assigned"]["customers_of"]), today),
        Line(say.DEMO_LOG, ("log",)),
        Line(say.DEMO_BACKUP, ("backup",)),
    )


def _service_month(manager: str, today: str) -> tuple[Line, ...]:
    """What is due, the plan of next month, and the forms to take along for one manager."""
    day, month = ("--as-of", today), ("--month", _month(today, 1))
    return (
        Line(say.DEMO_SERVICES, ("due-services", "--status", "overdue", *day)),
        Line(say.DEMO_PLAN, ("plan-visits", *month, "--excel", say.DEMO_PLAN_FILE, *day)),
        Line(say.DEMO_FORMS, ("visit-forms", *month, "--manager", manager, *day)),
    )


def _month(today: str, on: int) -> str:
    """The month before (-1) or after (1) that of a day: 2026-12."""
    first = date.fromisoformat(today).replace(day=1)
    return (first + timedelta(days=-1 if on < 0 else 31)).strftime("%Y-%m")
