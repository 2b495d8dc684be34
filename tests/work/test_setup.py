"""init, upgrade and backup as their commands call them."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from cmledger.cli.app import run
from cmledger.errors import UsageProblem
from cmledger.ledger import dialect
from cmledger.ledger.store import open_ledger
from cmledger.policy.load import PROFILES, load_policy, profile_text
from cmledger.records.caller import Caller
from cmledger.work.backup import backup
from cmledger.work.init import init

OLD = Path(__file__).parents[1] / "ledger" / "old"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)


@pytest.mark.parametrize("profile", PROFILES)
def test_init_makes_a_private_ledger_and_the_rules_beside_it(profile: str, tmp_path: Path) -> None:
    assert run(["init", "--profile", profile, "--as-of", "2026-11-22", "-q"]) == 0
    ledger = open_ledger("cmledger.db")
    assert ledger.count_from.isoformat() == "2026-11-01"
    assert stat.S_IMODE((tmp_path / "cmledger.db").stat().st_mode) == 0o600
    assert load_policy(tmp_path / "policy.toml").editions[0].profile == profile
    names = ["cmledger.db", "policy-cases.toml", "policy.toml"]
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_init_keeps_the_rules_an_office_already_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.toml").write_text("# 本所规则\n", encoding="utf-8")
    assert run(["init", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["policy"]["written"] is False
    assert (tmp_path / "policy.toml").read_text(encoding="utf-8") == "# 本所规则\n"
    assert run(["init", "--ledger", "second.db"]) == 0
    assert "原样保留" in capsys.readouterr().out


def test_init_twice_is_refused_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "-q"]) == 0
    (tmp_path / "policy.toml").unlink()
    (tmp_path / "policy-cases.toml").unlink()
    before = (tmp_path / "cmledger.db").read_bytes()
    assert run(["init"]) == 2
    assert "已经存在" in capsys.readouterr().err
    assert (tmp_path / "cmledger.db").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["cmledger.db"]


def test_an_unknown_profile_makes_nothing(tmp_path: Path) -> None:
    assert run(["init", "--profile", "none-such"]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_half_made_ledger_is_removed(
    tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cmledger.ledger.tables.metadata.create_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        init(str(tmp_path / "cmledger.db"), tmp_path / "policy.toml", "three-fixed", caller)
    assert list(tmp_path.iterdir()) == []


def test_on_a_network_share_the_journal_is_a_plain_one_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dialect, "on_network_share", lambda path: True)
    assert run(["init"]) == 0
    assert "网络共享" in capsys.readouterr().out
    with closing(sqlite3.connect("cmledger.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_rules_written_are_the_profile_as_shipped(tmp_path: Path) -> None:
    assert run(["init", "-q"]) == 0
    assert (tmp_path / "policy.toml").read_text(encoding="utf-8") == profile_text("three-fixed")


def test_upgrade_says_what_it_did_and_is_done_once(capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(OLD / "ledger-v1.db", "cmledger.db")
    assert run(["backup"]) == 13
    assert run(["upgrade"]) == 0
    said = capsys.readouterr()
    assert "cmledger upgrade" in said.err
    assert "backups" in said.out
    assert run(["upgrade", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["from"] == done["to"]
    assert done["backup"] is None


def test_backup_writes_one_copy_a_day_beside_the_ledger(tmp_path: Path, caller: Caller) -> None:
    assert run(["init", "-q"]) == 0
    for _ in range(2):
        report = backup("cmledger.db", caller, keep=1)
        assert report.path == Path("backups/cmledger-2026-11-22.db")
    assert [p.name for p in (tmp_path / "backups").iterdir()] == ["cmledger-2026-11-22.db"]


def test_backup_overwrites_an_older_backup_only(tmp_path: Path) -> None:
    assert run(["init", "-q"]) == 0
    (tmp_path / "report.db").write_text("something else")
    assert run(["backup", "report.db"]) == 17
    assert (tmp_path / "report.db").read_text() == "something else"
    assert run(["backup", "cmledger.db"]) == 17
    assert run(["backup", "copy.db", "-q"]) == 0
    assert run(["backup", "copy.db", "-q"]) == 0


def test_backup_refuses_a_damaged_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "-q"]) == 0
    with (tmp_path / "cmledger.db").open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096)
    assert run(["backup"]) == 12
    assert "不是完好的台账" in capsys.readouterr().err
    assert not list(tmp_path.glob("backups/*"))


@pytest.mark.postgresql
def test_a_database_is_its_administrators_to_back_up(new_database, caller: Caller) -> None:  # type: ignore[no-untyped-def]
    url = new_database()
    assert run(["init", "--ledger", url, "-q"]) == 0
    assert run(["init", "--ledger", url, "-q"]) == 2
    with pytest.raises(UsageProblem, match="数据库管理员"):
        backup(url, caller)
