"""Copies of a ledger file that are proven good before they bear their name.

A copy is taken through SQLite's backup interface out of one snapshot (a file copy would miss what still
lies in the write-ahead log), opened, checked, counted against the original, and only then renamed.
"""

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cmledger.errors import OutputNotWritable
from cmledger.ledger import dialect
from cmledger.ledger.store import damaged, remove_file, translated
from cmledger.wording import errors as say


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where, its size in bytes, and the number of rows in all its tables."""

    path: Path
    size: int
    rows: int


def verified_copy(source: Path, to: Path) -> Copy:
    """Copy a ledger file; an older copy of that name is replaced only by a good one.

    Raises LedgerDamaged where the copy fails a check (so does the original, then), OutputNotWritable.
    """
    try:
        counted = _copy_then_rename(source, to)
    except OSError as problem:
        raise OutputNotWritable(
            say.OUTPUT_NOT_WRITABLE.format(path=to),
            hint=say.OUTPUT_NOT_WRITABLE_HINT,
            where=str(to),
        ) from problem
    return Copy(to, to.stat().st_size, sum(counted.values()))


def _copy_then_rename(source: Path, to: Path) -> dict[str, int]:
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    remove_file(part)
    part.touch(mode=0o600)
    try:
        with translated(str(source), source):
            counted = _copy(source, part)
            _verify(part, counted, source)
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.replace(to)
    finally:
        remove_file(part)
    return counted


def _copy(source: Path, part: Path) -> dict[str, int]:
    """Copy the pages of one snapshot; the rows per table that this snapshot holds."""
    with (
        dialect.sqlite_engine(source, writable=False).begin() as snapshot,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        original = snapshot.connection.driver_connection
        assert isinstance(original, sqlite3.Connection)
        counted = _rows(original)
        try:
            original.backup(copy)
        except sqlite3.OperationalError as problem:
            if "full" in str(problem):
                raise OSError(str(problem)) from problem
            raise
    return counted


def _verify(part: Path, counted: dict[str, int], source: Path) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        said = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
        if said != ["ok"]:
            raise damaged(str(source), str(said[0]).strip().splitlines()[-1])
        orphan = copy.execute("PRAGMA foreign_key_check").fetchone()
        if orphan is not None:
            raise damaged(str(source), f"foreign key: {orphan[0]} -> {orphan[2]}")
        if _rows(copy) != counted:
            raise damaged(str(source), "row counts of the copy differ")


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in names
    }


def daily_path(source: Path, folder: Path, day: date) -> Path:
    """Where the copy of a day lies: one a day, the last one wins."""
    return folder / f"{source.stem}-{day.isoformat()}.db"


def rotate(source: Path, folder: Path, keep: int) -> list[Path]:
    """Remove all but the `keep` newest daily copies of this ledger; those removed. Other files stay."""
    daily = re.compile(re.escape(source.stem) + r"-\d{4}-\d{2}-\d{2}\.db")
    copies = sorted(p for p in folder.iterdir() if daily.fullmatch(p.name))
    old = copies[:-keep]
    for path in old:
        remove_file(path)
    return old
