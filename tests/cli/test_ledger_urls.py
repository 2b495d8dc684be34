"""Where a ledger may be: a file, or PostgreSQL; what is said of any other address, and of a server that is not there."""

import json
from pathlib import Path

import pytest

from cmledger.cli.app import run


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", ["log", "init", "upgrade", "backup", "due-visits"])
@pytest.mark.parametrize(
    "url",
    ["foo://bar", "://", "sqlite:///x.db", "mysql://a:secret@h/b", "postgresql+asyncpg://a:secret@h/b",
     "postgresql://a:secret@h:port/b"],
)  # fmt: skip
def test_any_other_address_is_refused(
    command: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "--ledger", url]) == 2
    said = capsys.readouterr().err
    assert "postgresql://" in said
    assert "secret" not in said
    assert not [*Path().glob("*.log"), *Path().glob("*.toml")]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
@pytest.mark.parametrize("command", ["log", "init"])
def test_a_server_that_is_not_there_is_no_ledger(
    scheme: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psycopg")
    url = f"{scheme}://clerk:secret@127.0.0.1:1/office"
    assert run([command, "--ledger", url, "--json"]) == 10
    told = json.loads(capsys.readouterr().err)
    assert told["code"] == "no-ledger"
    assert told["message"].startswith("连接不上台账数据库：")
    assert "secret" not in json.dumps(told)


@pytest.mark.postgresql
def test_a_database_without_a_ledger_is_no_ledger(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    url = request.getfixturevalue("new_database")()
    assert run(["log", "--ledger", url.replace("postgresql://", "postgres://", 1)]) == 10
    assert "没有找到台账" in capsys.readouterr().err
