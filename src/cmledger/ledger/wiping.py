"""What was removed is also gone from the disk: freed space is overwritten, the file written anew."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger import dialect
from cmledger.ledger.customers import account_key
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import metadata

_HEAD = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal")


def overwrite_freed(connection: Connection) -> None:
    """Let SQLite overwrite with zeros whatever the transaction under way removes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def wipe(ledger: Ledger) -> bool:
    """Write the ledger anew without what was ever removed from it, and empty its log; False where that cannot be.

    PostgreSQL writes its tables anew; its own archives of the log are not in our hands.
    """
    if ledger.path is None:
        engine = dialect.postgresql_engine(ledger.location, writable=True)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(f"VACUUM (FULL) {', '.join(metadata.tables)}"))
        return True
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {int(dialect.busy_seconds() * 1000)}")
        connection.execute("PRAGMA secure_delete = ON")
        try:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except (
            sqlite3.OperationalError
        ):  # others hold it, or the disk has no room for a second file
            return False
    return not busy


def copies_with(ledger: Ledger, account_no: str) -> list[Path]:
    """The copies of the ledger in its folder and the folders beside it that still know the 户号, or cannot be read."""
    if ledger.path is None:
        return []
    return [path for path in _databases(ledger.path) if _knows(path, account_key(account_no))]


def _databases(path: Path) -> Iterator[Path]:
    own = path.resolve()
    for pattern in ("*", "*/*"):
        for other in sorted(own.parent.glob(pattern)):
            if other.name.endswith(_BESIDE) or other == own:
                continue
            with suppress(OSError):
                if other.is_file():
                    with other.open("rb") as file:
                        if file.read(len(_HEAD)) == _HEAD:
                            yield other


def _knows(path: Path, key: str) -> bool:
    uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            asked = connection.execute("SELECT 1 FROM customer WHERE account_key = ?", (key,))
            if asked.fetchone():
                return True
            quoted = connection.execute(
                "SELECT 1 FROM entry WHERE table_name = 'customer' AND before LIKE ? LIMIT 1",
                (f"%{key}%",),
            )
            return quoted.fetchone() is not None
    except sqlite3.OperationalError as problem:
        return "no such table" not in str(problem)  # some other program's database
    except sqlite3.DatabaseError:
        return True
