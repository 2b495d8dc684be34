"""Old ledgers come to the present schema whole, or stay what they were."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import assert_sound

from cmledger.errors import LedgerDamaged, NeedsDecision, SchemaMismatch
from cmledger.ledger import dialect, upgrade
from cmledger.ledger.store import create_ledger, open_ledger, schema_of
from cmledger.ledger.tables import SCHEMA_VERSION, table
from cmledger.records.caller import Caller

OLD = Path(__file__).parent / "old"
VERSIONS = range(1, SCHEMA_VERSION)


def old_ledger(version: int, folder: Path) -> Path:
    """A copy of the frozen ledger of that schema."""
    return Path(shutil.copy(OLD / f"ledger-v{version}.db", folder / "cmledger.db"))


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; columns by name, so that their order does not matter."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(
                (
                    tuple(sorted(dict(row).items()))
                    for row in connection.execute(f"SELECT * FROM {name}")
                ),
                key=repr,
            )
            for (name,) in map(tuple, names)
        }


def schema(engine: sa.Engine) -> dict[str, Any]:
    """All that a schema says: columns, keys, references, indexes, strictness; not the columns' order."""
    inspector = sa.inspect(engine)
    said: dict[str, Any] = {}
    for name in inspector.get_table_names():
        said[name] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["default"], c.get("autoincrement"))
                for c in inspector.get_columns(name)
            },
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(name)),
            "references": sorted(
                (f["constrained_columns"], f["referred_table"], f["referred_columns"])
                for f in inspector.get_foreign_keys(name)
            ),
            "indexes": sorted(
                (i["name"], i["column_names"], bool(i["unique"]))
                for i in inspector.get_indexes(name)
                if not i.get("duplicates_constraint")
            ),
        }
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            said["strict"] = dict(
                connection.exec_driver_sql(
                    "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
                    " AND name NOT LIKE 'sqlite_%'"
                ).fetchall()
            )
    return said


def test_every_released_schema_has_a_frozen_ledger() -> None:
    assert [p.name for p in sorted(OLD.glob("*.db"))] == [f"ledger-v{v}.db" for v in VERSIONS]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_ledger_is_refused_then_upgraded_and_keeps_its_content(
    version: int, tmp_path: Path, caller: Caller
) -> None:
    path = old_ledger(version, tmp_path)
    before = content(path)
    with pytest.raises(SchemaMismatch) as refusal:
        open_ledger(str(path))
    assert refusal.value.exit_code == 13
    assert "cmledger upgrade" in str(refusal.value.hint)

    done = upgrade.upgrade(str(path), caller)
    assert (done.before, done.after) == (version, SCHEMA_VERSION)
    assert done.backup is not None
    assert content(done.backup.path) == before
    assert open_ledger(str(path)).count_from.isoformat() == "2026-11-01"

    after = content(path)
    (event,) = [e for e in map(dict, after.pop("event")) if e["kind"] == "upgrade"]
    assert json.loads(event["detail"])["from"] == version
    for changed in ("event", "ledger_info", "id_counter"):
        before.pop(changed, None)
        after.pop(changed, None)
    for name, rows in before.items():  # columns may have been added
        kept = [
            {column: row[column] for column in old}
            for row, old in zip(map(dict, after[name]), map(dict, rows), strict=True)
        ]
        assert kept == list(map(dict, rows))

    ledger = open_ledger(str(path))
    with ledger.operation(caller, "test", {}) as op:  # it can be written on
        op.insert("office", ("name",), [("另一供电所",)])
    assert op.number == 4
    assert upgrade.upgrade(str(path), caller).backup is None  # nothing left to do


@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgraded_file_has_the_schema_of_a_new_one(
    version: int, tmp_path: Path, caller: Caller
) -> None:
    path = old_ledger(version, tmp_path)
    upgrade.upgrade(str(path), caller)
    create_ledger(str(tmp_path / "new.db"), caller)
    assert schema(dialect.sqlite_engine(path, writable=False)) == schema(
        dialect.sqlite_engine(tmp_path / "new.db", writable=False)
    )


@pytest.mark.postgresql
def test_the_chain_of_migrations_gives_the_present_schema_on_postgresql(
    new_database: Callable[[], str], caller: Caller
) -> None:
    url = new_database()
    engine = dialect.postgresql_engine(url, writable=True)
    (first,) = [m for m in upgrade.revisions_after(0) if m.revision == "0001"]
    with engine.begin() as connection:
        upgrade.run(connection, first)
        connection.execute(
            sa.insert(table("ledger_info")).values(
                id=1, schema_version=1, count_from="2026-11-01", created_at="", undo_floor=0
            )
        )
    with pytest.raises(NeedsDecision) as refusal:
        upgrade.upgrade(url, caller)
    assert "--backed-up" in str(refusal.value.hint)
    assert schema_of(url, None)[0] == 1
    done = upgrade.upgrade(url, caller, backed_up=True)
    assert (done.after, done.backup) == (SCHEMA_VERSION, None)

    new = new_database()
    create_ledger(new, caller)
    assert schema(engine) == schema(dialect.postgresql_engine(new, writable=False))


def test_a_newer_ledger_is_refused(ledger_file: Path, caller: Caller) -> None:
    with closing(sqlite3.connect(ledger_file)) as connection, connection:
        connection.execute("UPDATE ledger_info SET schema_version = 99")
    for call in (
        lambda: open_ledger(str(ledger_file)),
        lambda: upgrade.upgrade(str(ledger_file), caller),
    ):
        with pytest.raises(SchemaMismatch, match="99"):
            call()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(
    tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_ledger(1, tmp_path)
    before = content(path)
    real = upgrade.run

    def run_then_fail(connection: sa.Connection, module: Any) -> None:
        real(connection, module)
        raise RuntimeError("planted")

    monkeypatch.setattr(upgrade, "run", run_then_fail)
    with pytest.raises(RuntimeError, match="planted"):
        upgrade.upgrade(str(path), caller)
    assert content(path) == before
    assert schema_of(str(path), path)[0] == 1


def test_rows_that_dangle_after_a_migration_stop_it(tmp_path: Path, caller: Caller) -> None:
    path = old_ledger(1, tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE customer SET line_id = 99 WHERE id = 1")
    with pytest.raises(LedgerDamaged):
        upgrade.upgrade(str(path), caller)
    assert schema_of(str(path), path)[0] == 1


def test_a_migration_can_end_what_may_be_undone(
    tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = upgrade.revisions_after(1)
    monkeypatch.setattr(modules[0], "RAISES_UNDO_FLOOR", True, raising=False)
    monkeypatch.setattr(upgrade, "revisions_after", lambda version: modules)
    path = old_ledger(1, tmp_path)
    assert upgrade.upgrade(str(path), caller).undo_floor == 3
    with open_ledger(str(path)).reading() as connection:
        assert connection.scalar(sa.select(table("ledger_info").c.undo_floor)) == 3


KILLED = """
import os, signal, sys
from datetime import date, datetime, timezone
from cmledger.ledger import upgrade
from cmledger.records.caller import Caller
real, when = upgrade.run, sys.argv[2]
def run(connection, module):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(connection, module)
    if when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
upgrade.run = run
upgrade.upgrade(sys.argv[1], Caller("t", datetime(2026, 11, 22, tzinfo=timezone.utc), date(2026, 11, 22)))
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_in_the_middle_leaves_the_ledger_as_it_was(
    when: str, tmp_path: Path, caller: Caller
) -> None:
    path = old_ledger(1, tmp_path)
    before = content(path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert content(path) == before
    assert upgrade.upgrade(str(path), caller).after == SCHEMA_VERSION
    assert_sound(str(path))


@pytest.fixture
def ledger_file(tmp_path: Path, caller: Caller) -> Path:
    """A ledger of the present schema in a file."""
    path = tmp_path / "cmledger.db"
    create_ledger(str(path), caller)
    return path
