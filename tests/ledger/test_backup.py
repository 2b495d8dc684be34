"""Copies of a ledger: proven good, or refused."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from cmledger.errors import LedgerDamaged, OutputNotWritable
from cmledger.ledger.backup import daily_path, rotate, verified_copy
from cmledger.ledger.store import Ledger, create_ledger, open_ledger
from cmledger.records.caller import Caller


@pytest.fixture
def filled(tmp_path: Path, caller: Caller) -> Ledger:
    """A ledger file with a thousand offices."""
    ledger = create_ledger(str(tmp_path / "cmledger.db"), caller)
    with ledger.operation(caller, "test", {}) as op:
        op.insert("office", ("name",), [(f"示例{n}所",) for n in range(1000)])
    return ledger


def offices(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM office").fetchone()[0])


def test_a_copy_holds_what_was_committed_and_nothing_under_way(
    filled: Ledger, caller: Caller, tmp_path: Path
) -> None:
    assert filled.path is not None
    with filled.operation(caller, "test", {}, dry_run=True) as op:
        op.insert("office", ("name",), [("未提交",)])
        copy = verified_copy(filled.path, tmp_path / "deep" / "copy.db")
    assert offices(copy.path) == 1000
    assert copy.rows > 2000  # offices and their entries
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600 or os.name == "nt"
    assert [p.name for p in copy.path.parent.iterdir()] == ["copy.db"]
    assert open_ledger(str(copy.path)).count_from == filled.count_from


def test_copying_leaves_nothing_beside_the_ledger(filled: Ledger, tmp_path: Path) -> None:
    assert filled.path is not None
    verified_copy(filled.path, tmp_path / "copies" / "copy.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cmledger.db", "copies"]


@pytest.mark.parametrize("page", [3, 10, -3])
def test_a_damaged_ledger_is_refused_and_the_older_copy_stays(
    filled: Ledger, tmp_path: Path, page: int
) -> None:
    assert filled.path is not None
    target = tmp_path / "copies" / "copy.db"
    verified_copy(filled.path, target)
    good = target.read_bytes()
    content = bytearray(filled.path.read_bytes())
    start = 4096 * (page if page > 0 else len(content) // 4096 + page)
    content[start : start + 4096] = b"\x5a" * 4096
    filled.path.write_bytes(content)
    with pytest.raises(LedgerDamaged) as refusal:
        verified_copy(filled.path, target)
    assert refusal.value.exit_code == 12
    assert target.read_bytes() == good
    assert [p.name for p in target.parent.iterdir()] == ["copy.db"]


def test_a_ledger_with_a_dangling_reference_is_refused(filled: Ledger, tmp_path: Path) -> None:
    assert filled.path is not None
    with closing(sqlite3.connect(filled.path)) as connection, connection:
        connection.execute("INSERT INTO line (id, office_id, name) VALUES (1, 99999, '示例线')")
    with pytest.raises(LedgerDamaged):
        verified_copy(filled.path, tmp_path / "copy.db")


def test_a_folder_that_cannot_be_made_is_said(filled: Ledger, tmp_path: Path) -> None:
    assert filled.path is not None
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputNotWritable):
        verified_copy(filled.path, tmp_path / "taken" / "copy.db")


def test_rotation_keeps_the_newest_days_and_touches_nothing_else(
    tmp_path: Path, caller: Caller
) -> None:
    source = tmp_path / "office.db"
    folder = tmp_path / "backups"
    folder.mkdir()
    days = [f"2026-11-{day:02}" for day in range(1, 8)]
    for day in days:
        daily_path(source, folder, caller.as_of.replace(day=int(day[-2:]))).touch()
    others = {"office-v1-20261101-090000.db", "other-2026-11-01.db", "office-2026-11-01.xlsx"}
    for name in others:
        (folder / name).touch()
    removed = rotate(source, folder, 3)
    assert [p.name for p in removed] == [f"office-{day}.db" for day in days[:4]]
    assert {p.name for p in folder.iterdir()} == others | {f"office-{day}.db" for day in days[4:]}
    assert rotate(source, folder, 3) == []
