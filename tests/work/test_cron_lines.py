"""The schedulers' lines are quoted so that each comes back as the words it was made of."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.cli.app import run
from cmledger.errors import UsageProblem
from cmledger.work.cron_lines import cron_lines

WORDS = st.lists(
    st.text(st.sampled_from("abc /\\%'\"$`!&|;~示例-"), min_size=1), min_size=1, max_size=4
)


def as_cron_reads(line: str) -> str:
    """The command that cron hands to the shell: \\% is %, a bare % would end it."""
    command = line.split(" ", 5)[5]
    assert "%" not in command.replace(r"\%", "")
    return command.replace(r"\%", "%")


@given(WORDS)
def test_crontab_gives_back_the_words(program: list[str]) -> None:
    lines = cron_lines(program, "06:30", "log file")
    command = as_cron_reads(lines.crontab)
    assert shlex.split(command) == [*program, ">>", "log file", "2>&1"]


@given(WORDS)
def test_the_windows_task_gives_back_the_words(program: list[str]) -> None:
    lines = cron_lines(program, "6:05", "log")
    assert "/ST 06:05" in lines.schtasks
    carried = lines.schtasks.partition(' /TR "')[2].removesuffix('"').replace(r"\"", '"')
    assert carried == subprocess.list2cmdline(program)


@pytest.mark.parametrize("at", ["24:00", "6", "6:60", "noon"])
def test_a_time_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(UsageProblem, match=at):
        cron_lines(["x"], at, "log")


@pytest.mark.skipif(sys.platform == "win32", reason="runs the line in a shell")
def test_the_line_does_the_days_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder with a blank, a percent sign and Chinese in its name, from another folder, without any environment."""
    folder = tmp_path / "示例 所 100%"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    assert run(["cron-lines"]) == 10
    assert run(["init", "-q"]) == 0
    before = sorted(p.name for p in folder.iterdir())
    capsys.readouterr()
    assert run(["cron-lines", "--at", "7:15", "--keep", "3", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert lines["crontab"].startswith("15 7 * * * ")
    assert sorted(p.name for p in folder.iterdir()) == before  # it changes nothing
    command = as_cron_reads(lines["crontab"])
    done = subprocess.run(["/bin/sh", "-c", command], cwd="/", env={}, check=False)
    log = (folder / "cmledger-daily.log").read_text(encoding="utf-8")
    assert (done.returncode, log) == (0, "")
    assert list(folder.glob("backups/cmledger-*.db"))
    assert len(list(folder.glob("daily/*/*.xlsx"))) == 3


def test_a_task_too_long_for_windows_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    lines = cron_lines(["x" * 300], "06:30", "log")
    assert lines.task_is_too_long
    assert lines.to_json()["schtasks_too_long"] is True
