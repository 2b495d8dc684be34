"""Runs the commands shown in the READMEs on the samples, so that the output printed there is real.

Used by cog (`make docs`, checked by `make check`). Nothing here depends on the day or the user.
"""

import contextlib
import io
import os
import shlex
import shutil
import tempfile
from pathlib import Path

from cmledger.cli.app import run

_SAMPLES = Path(__file__).parents[1] / "samples"
_folder: tempfile.TemporaryDirectory[str] | None = None


def start() -> None:
    """A new tour: a folder of its own, with the sample workbooks in it."""
    global _folder
    _folder = tempfile.TemporaryDirectory()
    for file in _SAMPLES.iterdir():
        if file.suffix in (".xlsx", ".xls", ".csv"):
            shutil.copy(file, _folder.name)


def show(command: str, most: int = 40, *, tail: int = 0) -> str:
    """The command line and what it prints, as a Markdown block; long output is cut and says so."""
    os.environ["COLUMNS"] = "80"
    here = Path.cwd()
    said = io.StringIO()
    assert _folder is not None, "start() first"
    os.chdir(_folder.name)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            words = [
                name
                for word in shlex.split(command)[1:]
                for name in (sorted(str(p) for p in Path().glob(word)) if "*" in word else [word])
            ]
            run(words)
    finally:
        os.chdir(here)
    lines = [line.rstrip() for line in said.getvalue().strip().splitlines()]
    if len(lines) > most + 1:
        last = lines[len(lines) - tail :] if tail else []
        lines = [*lines[: most - tail], f"……（共 {len(lines)} 行）", *last]
    return "\n".join(["```console", f"$ {command}", *lines, "```"])
