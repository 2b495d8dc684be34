"""Opening, creating and writing a ledger. Readers see one snapshot; writers run one at a time.

A `Ledger` holds no connection: each `reading()` or `writing()` block opens one and closes it.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from cmledger.errors import (
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    NoLedger,
    OutputNotWritable,
    SchemaMismatch,
    UsageProblem,
)
from cmledger.ledger import dialect
from cmledger.ledger.ids import take_ids
from cmledger.ledger.journal import Operation
from cmledger.ledger.tables import SCHEMA_VERSION, metadata, table
from cmledger.records.caller import Caller
from cmledger.records.text import printable
from cmledger.wording import errors as say


@dataclass(frozen=True)
class Ledger:
    """A ledger at a place: a file (`path`) or a PostgreSQL URL (`path` is None)."""

    location: str
    path: Path | None
    count_from: date

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot; nothing can be written through it."""
        with (
            translated(self.location, self.path),
            _engine(self.location, self.path, writable=False).begin() as connection,
        ):
            yield connection

    @contextmanager
    def writing(
        self, caller: Caller, command: str, *, foreign_keys: bool = True
    ) -> Iterator[Connection]:
        """The writer's transaction: committed at the end, rolled back on any exception.

        foreign_keys: off (SQLite) only while migrations rebuild tables.
        """
        engine = _engine(self.location, self.path, writable=True, foreign_keys=foreign_keys)
        with (
            translated(self.location, self.path),
            ExitStack() as after_commit,
            engine.begin() as connection,
        ):
            if self.path is None:
                dialect.lock_postgresql(connection, command)
            else:
                after_commit.enter_context(dialect.announced(self.path, command, caller.moment))
            yield connection

    @contextmanager
    def operation(
        self,
        caller: Caller,
        command: str,
        arguments: dict[str, Any],
        *,
        dry_run: bool = False,
        edition_id: int | None = None,
    ) -> Iterator[Operation]:
        """One journalled change: all of it, or none on an exception, a dry run, or where nothing changed."""
        try:
            with self.writing(caller, command) as connection:
                operation = Operation.begin(
                    connection,
                    caller,
                    command,
                    arguments,
                    edition_id=edition_id,
                )
                yield operation
                if dry_run or not operation.finish():
                    operation.number = None
                    raise _RolledBackError
        except _RolledBackError:
            pass

    def record_event(self, caller: Caller, kind: str, detail: dict[str, Any]) -> int:
        """Append what happened but is no change of content (a job run, an export); its id."""
        with self.writing(caller, kind) as connection:
            return record_event(connection, caller, kind, detail)


def record_event(connection: Connection, caller: Caller, kind: str, detail: dict[str, Any]) -> int:
    """Append an event within a writer's transaction; its id."""
    event_id = take_ids(connection, "event", 1)[0]
    connection.execute(
        sa.insert(table("event")).values(
            id=event_id,
            at=caller.moment,
            as_of=caller.day,
            actor=caller.actor,
            kind=kind,
            detail=printable(json.dumps(detail, ensure_ascii=False)),
        )
    )
    return event_id


class _RolledBackError(Exception):
    """Leaves the transaction of a dry run, or of an operation that changed nothing."""


def place_of(location: str) -> Path | None:
    """The file of a ledger; None where it is a PostgreSQL database. Raises UsageProblem for any other address."""
    if not dialect.is_url(location):
        return Path(location)
    if dialect.postgresql_url(location) is None:
        scheme = location.partition("://")[0]
        raise UsageProblem(say.NOT_A_LEDGER_URL.format(scheme=scheme), hint=say.LEDGER_URL_HINT)
    return None


def create_ledger(location: str, caller: Caller) -> Ledger:
    """Make an empty ledger of the current schema; a file gets mode 0600.

    Raises UsageProblem where one is there already.
    """
    path = place_of(location)
    if path is not None:
        _make_file(path)
    count_from = caller.as_of.replace(day=1)
    try:
        with (
            translated(location, path),
            _engine(location, path, writable=True).begin() as connection,
        ):
            if sa.inspect(connection).has_table("ledger_info"):
                raise _exists(location)
            metadata.create_all(connection)
            connection.execute(
                sa.insert(table("ledger_info")).values(
                    id=1,
                    schema_version=SCHEMA_VERSION,
                    count_from=count_from.isoformat(),
                    created_at=caller.moment,
                    undo_floor=0,
                )
            )
    except BaseException:
        if path is not None:
            remove_file(path)
        raise
    return Ledger(location, path, count_from)


def remove_file(path: Path) -> None:
    """Remove a ledger file with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _exists(location: str) -> LedgerError:
    shown = dialect.without_password(location)
    return UsageProblem(
        say.LEDGER_EXISTS.format(location=shown), hint=say.LEDGER_EXISTS_HINT, where=shown
    )


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        if path.is_dir():
            raise OutputNotWritable(
                say.LEDGER_IS_FOLDER.format(location=path),
                hint=say.LEDGER_IS_FOLDER_HINT,
                where=str(path),
            ) from None
        with suppress(NoLedger, OutputNotWritable, LedgerBusy):
            schema_of(
                str(path), path
            )  # an empty or damaged file is called so, by init as by all others
        raise _exists(str(path)) from None
    except OSError as problem:
        raise OutputNotWritable(
            say.LEDGER_READ_ONLY.format(location=path),
            hint=say.LEDGER_READ_ONLY_HINT,
            where=str(path),
        ) from problem
    mode = "DELETE" if dialect.on_network_share(path) else "WAL"
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    finally:
        connection.close()


def open_ledger(location: str) -> Ledger:
    """Find a ledger of this program's schema.

    Raises NoLedger, LedgerDamaged, or SchemaMismatch (which says what to do).
    """
    path = place_of(location)
    found, count_from = schema_of(location, path)
    if found < SCHEMA_VERSION:
        raise SchemaMismatch(
            say.LEDGER_OLDER.format(found=found, needed=SCHEMA_VERSION),
            hint=say.LEDGER_OLDER_HINT,
            where=dialect.without_password(location),
        )
    if found > SCHEMA_VERSION:
        raise newer(location, found)
    return Ledger(location, path, count_from)


def newer(location: str, found: int) -> SchemaMismatch:
    """The refusal of a ledger that a newer program made."""
    return SchemaMismatch(
        say.LEDGER_NEWER.format(found=found, needed=SCHEMA_VERSION),
        hint=say.LEDGER_NEWER_HINT,
        where=dialect.without_password(location),
    )


def schema_of(location: str, path: Path | None) -> tuple[int, date]:
    """Schema version and count_from of the ledger at a place; NoLedger or LedgerDamaged where there is none."""
    shown = dialect.without_password(location)
    missing = NoLedger(say.NO_LEDGER.format(location=shown), hint=say.NO_LEDGER_HINT, where=shown)
    if path is not None and not path.is_file():
        raise missing
    info = table("ledger_info")
    with translated(location, path), _engine(location, path, writable=False).begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        if "ledger_info" not in tables:
            if path is None:
                raise missing
            raise damaged(location, "ledger_info") if tables else _empty(location)
        row = connection.execute(sa.select(info.c.schema_version, info.c.count_from)).first()
    if row is None:
        raise damaged(location, "ledger_info")
    return int(row[0]), date.fromisoformat(row[1])


def _engine(
    location: str, path: Path | None, *, writable: bool, foreign_keys: bool = True
) -> Engine:
    if path is not None:
        return dialect.sqlite_engine(path, writable=writable, foreign_keys=foreign_keys)
    try:
        return dialect.postgresql_engine(location, writable=writable)
    except ModuleNotFoundError as problem:
        raise UsageProblem(
            say.NO_POSTGRESQL_DRIVER, hint=say.NO_POSTGRESQL_DRIVER_HINT
        ) from problem


def damaged(location: str, detail: str) -> LedgerDamaged:
    """The refusal of a file that is not a sound ledger; `detail` is the database's own word."""
    shown = dialect.without_password(location)
    return LedgerDamaged(
        say.LEDGER_DAMAGED.format(location=shown, detail=detail),
        hint=say.LEDGER_DAMAGED_HINT,
        where=shown,
    )


def _empty(location: str) -> LedgerDamaged:
    """The refusal of a file with nothing in it: a ledger that was never finished, or one that was lost."""
    return LedgerDamaged(
        say.LEDGER_EMPTY.format(location=location), hint=say.LEDGER_EMPTY_HINT, where=location
    )


def _busy(holder: dict[str, Any] | None) -> LedgerBusy:
    who = say.HOLDER.format(**holder) if holder else say.HOLDER_UNKNOWN
    return LedgerBusy(say.LEDGER_BUSY.format(holder=who), hint=say.LEDGER_BUSY_HINT)


@contextmanager
def translated(location: str, path: Path | None) -> Iterator[None]:
    """Turn what the database says into our errors; a mistake of ours (bad SQL, broken constraint) stays a bug."""
    try:
        yield
    except sa.exc.DatabaseError as problem:
        refusal = _refusal(location, path, problem.orig)
        if refusal is None:
            dialect.hide_values(problem)
            raise
        raise refusal from problem
    except sqlite3.DatabaseError as problem:
        # raised while connecting or backing up, where SQLAlchemy does not wrap it
        refusal = _refusal(location, path, problem)
        raise refusal or damaged(location, str(problem)) from problem


def _refusal(location: str, path: Path | None, problem: BaseException | None) -> LedgerError | None:
    """What the database's complaint means to the user; None where it is a mistake of ours."""
    text = str(problem)
    if path is None:
        state = getattr(problem, "sqlstate", None)
        if state == dialect.LOCK_REFUSED:
            with _engine(location, None, writable=False).begin() as connection:
                return _busy(dialect.postgresql_holder(connection))
        if state is not None and state[:2] not in dialect.CONNECTION_TROUBLE:
            return None
        shown = dialect.without_password(location)
        return NoLedger(
            say.CANNOT_CONNECT.format(location=shown), hint=say.CANNOT_CONNECT_HINT, where=shown
        )
    if "locked" in text or "busy" in text:
        return _busy(dialect.sqlite_holder(path))
    if "readonly" in text or "disk is full" in text or "unable to open" in text:
        return OutputNotWritable(
            say.LEDGER_READ_ONLY.format(location=location),
            hint=say.LEDGER_READ_ONLY_HINT,
            where=location,
        )
    if "disk I/O" in text or "not a database" in text or "malformed" in text:
        return damaged(location, text)
    return None
