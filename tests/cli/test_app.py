"""The one place that exits: what becomes of an interrupt, a bug, a reader that went away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cmledger.cli import setup
from cmledger.cli.app import run


def test_an_interrupt_is_130_and_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def backup() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(setup, "backup", backup)
    assert run(["backup"]) == 130
    assert capsys.readouterr().err == "已中断；没有写入任何内容。\n"


def test_a_bug_is_1_and_its_traceback_goes_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def backup() -> int:
        raise ZeroDivisionError("planted")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(setup, "backup", backup)
    assert run(["backup"]) == 1
    said = capsys.readouterr().err
    log = tmp_path / "cmledger-error.log"
    assert str(log) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError: planted" in log.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="pipes differ")
def test_a_reader_that_went_away_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "cmledger", "--help"],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
