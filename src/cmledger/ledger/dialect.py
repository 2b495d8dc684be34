"""The differences between SQLite and PostgreSQL, all of them: engines, bulk statements, the writer's lock."""

import json
import os
import socket
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it gives up (exit 11)."""

_ADVISORY_LOCK = 0x636D6C  # "cml": one writer at a time on PostgreSQL, as SQLite has it by nature
_NETWORK_FILESYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb",
    "smb2",
    "smb3",
    "smbfs",
    "fuse.sshfs",
    "9p",
    "afs",
}


def is_url(location: str) -> bool:
    """Whether a ledger's location is a database URL rather than a file."""
    return "://" in location


def sqlite_engine(path: Path, *, writable: bool, create: bool = False) -> Engine:
    """An engine on a ledger file. A reader never writes; a file nobody may write is read as it stands."""
    mode = "rwc" if create else "rw" if os.access(path, os.W_OK) else "ro"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    if mode == "ro" and not os.access(path.parent, os.W_OK):
        uri += "&immutable=1"  # WAL needs a -shm file, which cannot be made in a read-only folder

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -65536")
        if writable:
            connection.execute("PRAGMA synchronous = NORMAL")
        else:
            connection.execute("PRAGMA query_only = ON")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    return engine


def postgresql_engine(url: str, *, writable: bool) -> Engine:
    """An engine on a ledger in PostgreSQL; `format` parameters, so that bulk rows are tuples on both engines."""
    parsed = sa.make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        parsed,
        poolclass=NullPool,
        paramstyle="format",
        isolation_level="REPEATABLE READ",
        connect_args={"application_name": f"cmledger {os.getpid()}"},
        execution_options={"postgresql_readonly": not writable},
    )


def on_network_share(path: Path) -> bool:
    """Whether the file lies where WAL does not work (shared memory does not cross a network)."""
    if sys.platform == "win32":
        import ctypes

        drive_remote = 4
        return bool(
            str(path).startswith("\\\\")
            or ctypes.windll.kernel32.GetDriveTypeW(path.resolve().anchor) == drive_remote
        )
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    where = path.resolve()
    best, kind = 0, ""
    for line in mounts:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if where.is_relative_to(point) and len(str(point)) >= best:
            best, kind = len(str(point)), fields[2]
    return kind in _NETWORK_FILESYSTEMS


# --- one writer at a time ------------------------------------------------------------------------


def holder_file(path: Path) -> Path:
    """Beside a ledger file: who is writing now. SQLite itself cannot name the holder of its lock."""
    return path.with_name(path.name + "-writer")


@contextmanager
def announced(path: Path, command: str, moment: str) -> Iterator[None]:
    """While the block runs, others can read who writes."""
    note = holder_file(path)
    facts = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": moment}
    note.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def sqlite_holder(path: Path) -> dict[str, Any] | None:
    """Who announced to be writing: pid, host, command, since; None where nobody did."""
    try:
        found = json.loads(holder_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def lock_postgresql(connection: Connection) -> dict[str, Any] | None:
    """Take the writer's lock for this transaction, waiting BUSY_SECONDS; else who holds it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        if connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_ADVISORY_LOCK))):
            return None
        if time.monotonic() > deadline:
            row = connection.execute(
                sa.text(
                    "select a.application_name, a.client_addr::text, a.xact_start::text from pg_locks l"
                    " join pg_stat_activity a on a.pid = l.pid"
                    " where l.locktype = 'advisory' and l.objid = :key and l.granted"
                ),
                {"key": _ADVISORY_LOCK},
            ).first()
            name, host, since = row or ("?", None, None)
            return {"pid": None, "host": host, "command": name, "since": since}
        time.sleep(0.1)


# --- bulk statements -----------------------------------------------------------------------------


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def insert_many(
    connection: Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """One executemany of positional rows: the driver's own speed, without a dict per row."""
    sequence = rows if isinstance(rows, list) else list(rows)
    if not sequence:
        return
    marks = ", ".join([_mark(connection)] * len(columns))
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", sequence
    )


def update_many(
    connection: Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    key: Sequence[str] = ("id",),
) -> None:
    """One executemany; each row holds the new values, then the key."""
    sequence = rows if isinstance(rows, list) else list(rows)
    if not sequence:
        return
    mark = _mark(connection)
    sets = ", ".join(f"{c} = {mark}" for c in columns)
    where = " AND ".join(f"{c} = {mark}" for c in key)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {sets} WHERE {where}", sequence)


def delete_many(
    connection: Connection, table: sa.Table, ids: Iterable[int], key: str = "id"
) -> None:
    """Delete rows by id."""
    sequence = [(i,) for i in ids]
    if sequence:
        connection.exec_driver_sql(
            f"DELETE FROM {table.name} WHERE {key} = {_mark(connection)}", sequence
        )


def chunks(items: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    """Slices small enough for an IN list on both engines."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
