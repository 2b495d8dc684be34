"""The differences between SQLite and PostgreSQL, all of them: engines, bulk statements, the writer's lock."""

import json
import os
import socket
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.pool import NullPool

BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it gives up (exit 11); the environment may say otherwise."""

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_CONNECT_SECONDS = 10
_WRITER_LOCK = (
    "SHARE ROW EXCLUSIVE"  # one writer at a time on PostgreSQL, as SQLite has it by nature
)
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


def busy_seconds() -> float:
    """BUSY_SECONDS, or what CMLEDGER_BUSY_SECONDS asks for; a value that is no number counts for nothing."""
    try:
        return max(0.0, float(os.environ["CMLEDGER_BUSY_SECONDS"]))
    except (KeyError, ValueError):
        return BUSY_SECONDS


def is_url(location: str) -> bool:
    """Whether a ledger's location is a database URL rather than a file."""
    return "://" in location


def postgresql_url(location: str) -> sa.URL | None:
    """The parsed address of a PostgreSQL database; None where the location is no such address."""
    try:
        parsed = sa.make_url(location)
    except (sa.exc.ArgumentError, ValueError):  # ValueError: a port that is no number
        return None
    if parsed.drivername not in _SCHEMES:
        return None
    return parsed.set(drivername="postgresql+psycopg")


def without_password(location: str) -> str:
    """A location as it may be shown to anyone."""
    if not is_url(location):
        return location
    return sa.make_url(location).render_as_string(hide_password=True)


def sqlite_engine(path: Path, *, writable: bool, foreign_keys: bool = True) -> Engine:
    """An engine on a ledger file. A reader never writes; a file nobody may write is read as it stands.

    foreign_keys: off only while migrations rebuild tables that others refer to.
    """
    mode = "rw" if os.access(path, os.W_OK) else "ro"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    if mode == "ro" and not os.access(path.parent, os.W_OK):
        uri += "&immutable=1"  # WAL needs a -shm file, which cannot be made in a read-only folder

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=busy_seconds())
        connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        connection.execute("PRAGMA temp_store = MEMORY")
        if writable:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -262144")  # KiB: a bulk import spills no page
        else:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -65536")
        return connection

    # parameters are personal data: they must not end up in the text of an error
    engine = sa.create_engine(
        "sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True
    )

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    return engine


def postgresql_engine(location: str, *, writable: bool) -> Engine:
    """An engine on a ledger in PostgreSQL; `format` parameters, so that bulk rows are tuples on both engines."""
    url = postgresql_url(location)
    assert url is not None
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    return sa.create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        paramstyle="format",
        isolation_level="REPEATABLE READ",
        connect_args={"application_name": f"cmledger {os.getpid()}", **patience},
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


def journal_mode(path: Path) -> str:
    """How a ledger file keeps its transactions: wal, or delete (on a network share)."""
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        connection.close()


# --- one writer at a time ------------------------------------------------------------------------


def holder_file(path: Path) -> Path:
    """Beside a ledger file: who is writing now. SQLite itself cannot name the holder of its lock."""
    return path.with_name(path.name + "-writer")


@contextmanager
def announced(path: Path, command: str, moment: str) -> Iterator[None]:
    """While the block runs, others can read who writes. A note that cannot be written is done without."""
    facts = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": moment}
    note = json.dumps(facts, ensure_ascii=False)
    with suppress(OSError):
        holder_file(path).write_text(note, encoding="utf-8")
    try:
        yield
    finally:
        # the next writer may have begun: only our own note goes
        with suppress(OSError):
            if holder_file(path).read_text(encoding="utf-8") == note:
                holder_file(path).unlink()


def sqlite_holder(path: Path) -> dict[str, Any] | None:
    """Who announced to be writing: pid, host, command, since; None where nobody did, or it died since."""
    try:
        found = json.loads(holder_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or not {"pid", "host", "command", "since"} <= found.keys():
        return None
    if found["host"] == socket.gethostname() and not _is_alive(int(found["pid"])):
        return None
    return found


def _is_alive(pid: int) -> bool:
    """Whether a process of this machine still runs."""
    if sys.platform == "win32":
        import ctypes

        query_limited_information, still_active = 0x1000, 259
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query_limited_information, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return bool(code.value == still_active)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


LOCK_REFUSED = "55P03"
"""PostgreSQL's code where a lock was not to be had in time."""

CONNECTION_TROUBLE = ("08", "28", "3D", "53", "57")
"""PostgreSQL's classes of codes: no connection, not let in, no such database, out of means, shut down."""


def hide_values(problem: sa.exc.DBAPIError) -> None:
    """Leave of a PostgreSQL error its sentence: its DETAIL quotes the row, which may be personal data."""
    driver_error = problem.orig
    diagnosis = getattr(driver_error, "diag", None)
    if driver_error is not None and diagnosis is not None:
        name = type(driver_error)
        driver_error.args = (diagnosis.message_primary,)
        problem.args = (f"({name.__module__}.{name.__qualname__}) {diagnosis.message_primary}",)


def lock_postgresql(connection: Connection, command: str) -> None:
    """Take the writer's lock for this transaction; LOCK_REFUSED where it is not free within the bounded wait.

    It must be the first statement: LOCK TABLE takes no snapshot, so the transaction sees what the writer
    before it committed. The session then carries pid and command in its name, for others to read.
    """
    wait = max(1, int(busy_seconds() * 1000))
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
    connection.exec_driver_sql(f"LOCK TABLE ledger_info IN {_WRITER_LOCK} MODE")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    name = f"cmledger {os.getpid()} {command}"[:63]
    connection.execute(sa.select(sa.func.set_config("application_name", name, True)))


def postgresql_holder(connection: Connection) -> dict[str, Any] | None:
    """Who holds the writer's lock: pid, host, command, since; None where it does not say."""
    row = connection.execute(
        sa.text(
            "select a.application_name, a.client_addr::text, date_trunc('second', a.xact_start)::text"
            " from pg_locks l join pg_stat_activity a on a.pid = l.pid"
            " where l.relation = 'ledger_info'::regclass and l.granted"
            " and l.mode = 'ShareRowExclusiveLock'"
        )
    ).first()
    if row is None:
        return None
    _, _, rest = row[0].partition(" ")
    pid, _, command = rest.partition(" ")
    return {"pid": pid, "host": row[1] or "local", "command": command, "since": row[2]}


# --- soundness -----------------------------------------------------------------------------------


def integrity_complaints(connection: Connection) -> Iterator[str]:
    """What the engine finds wrong with its own storage; nothing where all is well.

    SQLite reads every page. PostgreSQL looks after its pages itself: indexes and constraints it holds invalid.
    """
    if connection.dialect.name == "sqlite":
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(100)"):
            if said != "ok":
                yield from str(said).strip().splitlines()
        return
    query = (
        "select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where c.relnamespace = current_schema()::regnamespace and not i.indisvalid"
        " union all select conname::text from pg_constraint"
        " where connamespace = current_schema()::regnamespace and not convalidated"
    )
    yield from connection.scalars(sa.text(query))


def lax_parts(connection: Connection) -> Iterator[tuple[str, str]]:
    """(name, table or trigger) of what would let a SQLite ledger hold what it should not."""
    if connection.dialect.name != "sqlite":
        return
    query = (
        "SELECT name, 'table' FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND NOT strict"
        " UNION ALL SELECT name, 'trigger' FROM sqlite_master WHERE type = 'trigger'"
    )
    for row in connection.exec_driver_sql(query):
        yield row[0], row[1]


# --- bulk statements -----------------------------------------------------------------------------

_AT_ONCE = 20_000
"""Rows of one executemany."""


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def insert_many(
    connection: Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Positional rows by executemany, the driver's own speed without a dict per row; never all of them in memory."""
    marks = ", ".join([_mark(connection)] * len(columns))
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
    remaining = iter(rows)
    while part := list(islice(remaining, _AT_ONCE)):
        connection.exec_driver_sql(statement, part)


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


def raw_rows(connection: Connection, query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of a query as the driver makes them: for millions of rows of TEXT and INTEGER, which need no conversion."""
    result = connection.execute(query)
    try:
        yield from result.cursor  # type: ignore[misc]
    finally:
        result.close()


def portions(
    connection: Connection, query: sa.Select[Any], size: int
) -> Iterator[Sequence[sa.Row[Any]]]:
    """Rows of a query, `size` at a time; never the whole answer in memory, on either engine."""
    streamed = query.execution_options(stream_results=True, max_row_buffer=size)
    result = connection.execute(streamed)
    try:
        yield from result.partitions(size)
    finally:
        # a reader that took only some rows may let go of them after the connection is closed:
        # SQLite has closed its cursors by then, psycopg wants it said
        if not (connection.closed and connection.dialect.name == "sqlite"):
            result.close()


def chunks(items: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    """Slices small enough for an IN list on both engines."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
