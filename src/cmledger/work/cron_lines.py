"""The lines that make crontab and the Windows task scheduler run the daily round."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cmledger.errors import UsageProblem
from cmledger.wording import jobs as say

_LONGEST_TASK = 261  # characters that schtasks takes after /TR


@dataclass(frozen=True, slots=True)
class CronLines:
    """A line for each scheduler. `task` is the command that the Windows line carries."""

    at: str
    crontab: str
    schtasks: str
    task: str

    exit_code = 0

    @property
    def task_is_too_long(self) -> bool:
        """Whether schtasks would refuse the line."""
        return len(self.task) > _LONGEST_TASK

    def to_json(self) -> dict[str, Any]:
        """`cmledger.cron-lines/1`"""
        return {
            "schema": "cmledger.cron-lines/1",
            "at": self.at,
            "crontab": self.crontab,
            "schtasks": self.schtasks,
            "schtasks_too_long": self.task_is_too_long,
        }


def cron_lines(program: Sequence[str], at: str, log: str) -> CronLines:
    """Lines that run `program` (absolute paths) every day at HH:MM; under cron its messages go to `log`."""
    time = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if time is None:
        raise UsageProblem(say.BAD_TIME.format(text=at))
    hour, minute = int(time[1]), int(time[2])
    # to cron an unescaped % ends the command, even within quotes
    command = f"{shlex.join(program)} >> {shlex.quote(log)} 2>&1".replace("%", r"\%")
    task = subprocess.list2cmdline(program)
    quoted = task.replace('"', r"\"")
    return CronLines(
        at,
        f"{minute} {hour} * * * {command}",
        f'schtasks /Create /F /SC DAILY /ST {hour:02}:{minute:02} /TN "cmledger daily" /TR "{quoted}"',
        task,
    )
