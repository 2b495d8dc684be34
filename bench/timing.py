"""Running whole processes and comparing them: wall time, CPU time, peak memory; interleaved, by medians."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

KILOBYTE = 1 if sys.platform == "darwin" else 1024
"""ru_maxrss counts bytes on macOS, kilobytes elsewhere."""


@dataclass(frozen=True)
class Run:
    """One run of a process: seconds by the clock, seconds of CPU, peak resident megabytes, what it printed."""

    wall: float
    cpu: float
    megabytes: float
    printed: str


@dataclass
class Way:
    """One way of doing a job: a command line, and what must be prepared (untimed) before each run."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] | None = None
    exit_codes: tuple[int, ...] = (0,)
    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def megabytes(self) -> float:
        return max(run.megabytes for run in self.runs)

    @property
    def printed(self) -> str:
        return self.runs[-1].printed


def run_once(way: Way, folder: Path) -> Run:
    """Run a command in `folder`; what it prints goes through a file, so that no pipe slows it down."""
    if way.prepare is not None:
        way.prepare()
    with (folder / "stdout.txt").open("w+b") as out, (folder / "stderr.txt").open("w+b") as err:
        start = time.perf_counter()
        child = subprocess.Popen(list(way.command), cwd=folder, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode("utf-8", "replace")
        if child.returncode not in way.exit_codes:
            err.seek(0)
            said = err.read().decode("utf-8", "replace")
            raise SystemExit(f"{way.name}: exit {child.returncode}\n{said}{printed[-2000:]}")
    return Run(
        wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KILOBYTE / 1024 / 1024, printed
    )


def interleaved(ways: Sequence[Way], rounds: int, folder: Path) -> None:
    """Every way once per round, so that a busy minute of the machine falls on all of them alike."""
    for _ in range(rounds):
        for way in ways:
            way.runs.append(run_once(way, folder))
