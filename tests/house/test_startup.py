"""What a start costs: --help loads nothing that only the work itself needs."""

import json
import subprocess
import sys

from cmledger.cli.app import COMMANDS

HEAVY = ("sqlalchemy", "openpyxl", "alembic", "pydantic", "rich", "python_calamine", "xlrd", "chinese_calendar", "sqlite3")  # fmt: skip

HELP_OF_EACH = """
import contextlib, io, json, sys
from cmledger.cli.app import COMMANDS, run
loaded = {}
for arguments in ([], *([name] for name in COMMANDS)):
    with contextlib.redirect_stdout(io.StringIO()):
        assert run([*arguments, "--help"]) == 0
    loaded[" ".join(arguments)] = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps(loaded))
"""

BARE = """
import contextlib, io, json, sys, typer
app = typer.Typer(rich_markup_mode=None, add_completion=False)
@app.command()
def only(): ...
with contextlib.redirect_stdout(io.StringIO()):
    app(["--help"], standalone_mode=False)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def python(script: str) -> object:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_help_loads_nothing_but_the_command_line() -> None:
    bare = python(BARE)
    assert isinstance(bare, list)
    loaded = python(HELP_OF_EACH)
    assert isinstance(loaded, dict)
    assert list(loaded) == ["", *COMMANDS]
    too_much = {
        command: heavy
        for command, modules in loaded.items()
        if (heavy := [name for name in HEAVY if name in modules and name not in bare])
    }
    assert too_much == {}
