"""What several rooms' tests share: a caller with a fixed day, a fresh ledger, both database engines."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmledger.ledger.store import Ledger, create_ledger
from cmledger.records.caller import Caller

SHANGHAI = ZoneInfo("Asia/Shanghai")


def caller_on(day: str) -> Caller:
    """A caller whose today is `day`."""
    return Caller(
        "tester", datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI), date.fromisoformat(day)
    )


@pytest.fixture
def caller() -> Caller:
    return caller_on("2026-11-22")


@pytest.fixture
def ledger(tmp_path: Path, caller: Caller) -> Ledger:
    return create_ledger(str(tmp_path / "cmledger.db"), caller)
