"""Running whole processes and comparing them: wall time, CPU time, peak memory; interleaved, by medians."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TIMED = Path(__file__).parent / "bare" / "timed.py"
MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024
"""ru_maxrss counts bytes on macOS, kilobytes elsewhere."""

_MOST_KEPT = 1_000_000
"""Characters of what a command printed: the due list of a county would be gigabytes."""


@dataclass(frozen=True)
class Run:
    """One run of a process: seconds by the clock, seconds of CPU, peak resident megabytes."""

    wall: float
    cpu: float
    megabytes: float


@dataclass
class Way:
    """One way of doing a job: a command line, and what must be prepared (untimed) before each run.

    printed: what the last run wrote on stdout, its beginning where that is long.
    """

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] | None = None
    runs: list[Run] = field(default_factory=list)
    printed: str = ""

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def megabytes(self) -> float:
        return max(run.megabytes for run in self.runs)

    def run(self, folder: Path) -> None:
        """Run once in `folder`; what it prints goes through a file, so that no pipe slows it down."""
        if self.prepare is not None:
            self.prepare()
        result, out, err = (folder / name for name in ("result.json", "stdout.txt", "stderr.txt"))
        files = [str(result), str(out), str(err)]
        timed = [sys.executable, "-I", "-S", str(TIMED), *files, *self.command]
        subprocess.run(timed, cwd=folder, check=True)
        code, wall, cpu, peak = json.loads(result.read_text())
        with out.open(encoding="utf-8") as printed:
            self.printed = printed.read(_MOST_KEPT)
        if code != 0:
            raise SystemExit(f"{self.name}: exit {code}\n{err.read_text()}{self.printed[-2000:]}")
        self.runs.append(Run(wall, cpu, peak / MEGABYTE))


def interleaved(ways: Sequence[Way], rounds: int, folder: Path) -> None:
    """Every way once per round, so that a busy minute of the machine falls on all of them alike."""
    for _ in range(rounds):
        for way in ways:
            way.run(folder)
