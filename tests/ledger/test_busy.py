"""A busy ledger: a bounded wait, then a refusal that names the holder. The holder is a real process."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cmledger.errors import LedgerBusy
from cmledger.ledger import dialect
from cmledger.ledger.store import Ledger, open_ledger
from cmledger.records.caller import Caller

OPEN = """
import sys, time
from datetime import date, datetime, timezone
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
caller = Caller("other", datetime(2026, 11, 22, 8, 30, tzinfo=timezone.utc), date(2026, 11, 22))
ledger = open_ledger(sys.argv[1])
"""

HOLD = f"""{OPEN}
with ledger.writing(caller, "import-excel"):
    print("held", flush=True)
    sys.stdin.read()
"""

ADD_OFFICE = f"""{OPEN}
with ledger.operation(caller, "import-excel", {{}}) as op:
    op.insert("office", ("name",), [("示例供电所",)])
    print("held", flush=True)
    time.sleep(0.5)
"""


@contextmanager
def held(ledger: Ledger) -> Iterator[subprocess.Popen[str]]:
    """While the block runs, another process is writing to the ledger."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, ledger.location],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMLEDGER_BUSY_SECONDS", "0.3")


def test_a_writer_waits_and_then_names_the_holder(ledger: Ledger, caller: Caller) -> None:
    with held(ledger) as other:
        begun = time.monotonic()
        with pytest.raises(LedgerBusy) as refusal, ledger.writing(caller, "assign-tiers"):
            pass
        waited = time.monotonic() - begun
    assert 0.3 <= waited < 5
    assert refusal.value.exit_code == 11
    assert str(other.pid) in refusal.value.message
    assert "import-excel" in refusal.value.message
    assert "2026" in refusal.value.message


def test_readers_are_not_kept_waiting(ledger: Ledger) -> None:
    with held(ledger):
        assert open_ledger(ledger.location).count_from == ledger.count_from


def test_a_killed_writer_leaves_no_lock_behind(ledger: Ledger, caller: Caller) -> None:
    with held(ledger) as other:
        other.kill()
        other.wait()
        ledger.record_event(caller, "test", {})
    if ledger.path is not None:
        assert not dialect.holder_file(ledger.path).exists()


def test_the_note_of_a_killed_writer_does_not_mislead(ledger: Ledger, caller: Caller) -> None:
    """A program that leaves no note holds the lock; the note beside the ledger is a dead process's."""
    if ledger.path is None:
        pytest.skip("on PostgreSQL the server itself knows the holder")
    with held(ledger) as dead:
        dead.kill()
        dead.wait()
    assert dialect.holder_file(ledger.path).exists()
    with (
        dialect.sqlite_engine(ledger.path, writable=True).begin(),
        pytest.raises(LedgerBusy) as refusal,
        ledger.writing(caller, "assign-tiers"),
    ):
        pass
    assert str(dead.pid) not in refusal.value.message


def test_a_writer_that_waited_sees_what_the_one_before_it_wrote(
    ledger: Ledger, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a snapshot taken before the lock would make this writer fail."""
    monkeypatch.setenv("CMLEDGER_BUSY_SECONDS", "20")
    with subprocess.Popen(
        [sys.executable, "-c", ADD_OFFICE, ledger.location], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with ledger.operation(caller, "test", {}) as op:
            ids = op.insert("office", ("name",), [("另一供电所",)])
    assert (op.number, list(ids)) == (2, [2])
