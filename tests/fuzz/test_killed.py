"""Killed at any step, an import or undo is whole or not there, and can be done again. For more: python tests/fuzz/killing.py"""

import os
import signal
from pathlib import Path

import pytest
from tests.fuzz.killing import commands, points, wrong_after

POINTS = 4

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def test_killed_at_steps_of_all_sorts(tmp_path: Path) -> None:
    for title, command in commands(tmp_path / "office", 300).items():
        for at in points(command, POINTS):
            code = command.run(tmp_path / "killed", at)
            assert code == -signal.SIGKILL
            wrong = wrong_after(command, tmp_path / "killed")
            assert not wrong, f"{title}, step {at}: {command.steps[at - 1]}"
