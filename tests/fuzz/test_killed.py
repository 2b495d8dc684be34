"""Killed at any step, an import or undo is whole or not there, and can be done again. For more: python tests/fuzz/killing.py"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import assert_sound
from tests.fuzz.killing import CHILD, commands, points, served_commands, wrong_after
from tests.fuzz.oracle import call

POINTS = 4

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def test_killed_at_steps_of_all_sorts(tmp_path: Path) -> None:
    for title, command in commands(tmp_path / "office", 300).items():
        for at in points(command, POINTS):
            code = command.run(tmp_path / "killed", at)
            assert code == -signal.SIGKILL
            wrong = wrong_after(command, tmp_path / "killed")
            assert not wrong, f"{title}, step {at}: {command.steps[at - 1]}"


def test_those_that_serve_killed_at_steps_of_all_sorts(tmp_path: Path) -> None:
    for title, command in served_commands(tmp_path / "office", 60).items():
        for at in points(command, POINTS // 2):
            code = command.run(tmp_path / "killed", at)
            assert code == -signal.SIGKILL
            wrong = wrong_after(command, tmp_path / "killed")
            assert not wrong, f"{title}, step {at}: {command.steps[at - 1]}"


def test_an_import_while_a_month_is_planned_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planning is halted at its last statement before it commits; the import gives up, and works once it is done."""
    plan = served_commands(tmp_path / "office", 60)["plan-visits"]
    shutil.copytree(plan.start, tmp_path / "here")
    ledger = str(tmp_path / "here" / "cmledger.db")
    monkeypatch.setenv("CMLEDGER_BUSY_SECONDS", "0.3")
    writing = plan.steps.index("open")  # of the note that says who writes
    halted = plan.steps.index("commit", writing)
    child = CHILD.replace("SIGKILL", "SIGSTOP")
    command = [sys.executable, "-c", child, str(halted), *plan.arguments]
    with subprocess.Popen(command, cwd=tmp_path / "here", stdout=subprocess.DEVNULL) as process:
        try:
            os.waitpid(process.pid, os.WUNTRACED)
            refused = call(
                "import-excel",
                str(tmp_path / "here" / "服务方案.csv"),
                "--ledger",
                ledger,
                "--json",
            )
            listed = call("list", "planned-visits", "--ledger", ledger, "--json")
        finally:
            os.kill(process.pid, signal.SIGCONT)
        assert process.wait() == 0
    assert refused.code == 11, refused.err
    assert "plan-visits" in refused.err
    assert listed.told["rows"] == []
    done = call("import-excel", str(tmp_path / "here" / "服务方案.csv"), "--ledger", ledger, "-q")
    assert done.code == 0, done.err
    assert call("list", "planned-visits", "--ledger", ledger, "--json").told["rows"]
    assert_sound(ledger)
