"""What leaves the ledger in full is logged; where it cannot be, it is handed out all the same, and that is said."""

import json
from pathlib import Path

import pytest
from tests.conftest import caller_on

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger, open_ledger
from cmledger.policy.load import profile_text

NOT_LOGGED = "这次导出没有记入导出记录"
AT = ["--as-of", "2026-11-22"]
HANDED_OUT = {
    "due-visits": ["due-visits", "--excel", "out.xlsx"],
    "kpi-rows": ["kpi-report", "--rows", "manager_coverage", "--excel", "out.xlsx"],
    "list-csv": ["list", "customers", "--csv", "out.csv"],
    "list-full": ["list", "customers", "--full"],
    "export-excel": ["export-excel", "--excel", "out.xlsx"],
}


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("CMLEDGER_BUSY_SECONDS", "0")
    Path("policy.toml").write_text(profile_text("three-fixed"), encoding="utf-8")
    ledger = create_ledger("cmledger.db", caller_on("2026-10-05"))
    with ledger.operation(caller_on("2026-11-22"), "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        op.insert(
            "customer", ("account_key", "account_no", "office_id"), [("3700000001", "3700000001", home)]
        )  # fmt: skip


def exports(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(["log", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    return [entry["command"] for entry in entries if entry["operation"] is None]


@pytest.mark.parametrize("way", HANDED_OUT)
def test_a_busy_ledger_hinders_nobody_and_it_is_said(
    way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_ledger("cmledger.db").writing(caller_on("2026-11-22"), "import-excel"):
        assert run([*HANDED_OUT[way], *AT]) == 0
    assert NOT_LOGGED in capsys.readouterr().err
    assert way == "list-full" or Path("out.csv").exists() or Path("out.xlsx").exists()
    assert exports(capsys) == []


@pytest.mark.parametrize("way", HANDED_OUT)
def test_else_it_is_logged_and_nothing_is_said(
    way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*HANDED_OUT[way], *AT]) == 0
    said = capsys.readouterr()
    assert NOT_LOGGED not in said.err + said.out
    assert exports(capsys) == ["export"]


@pytest.mark.parametrize("way", ["due-visits", "kpi-rows", "export-excel"])
def test_json_tells_it(way: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*HANDED_OUT[way], *AT, "--json"]
    with open_ledger("cmledger.db").writing(caller_on("2026-11-22"), "import-excel"):
        assert run(command) == 0
    said = capsys.readouterr()
    assert (json.loads(said.out)["logged"], said.err) == (False, "")
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)["logged"] is True


def test_where_nothing_is_handed_out_nothing_is_to_be_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in (["due-visits"], ["kpi-report", "--rows", "manager_coverage"]):
        assert run([*command, *AT, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["logged"] is None


def test_an_unknown_office_is_not_an_empty_workbook(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export-excel", "--excel", "out.xlsx", "--office", "没有的所"]) == 18
    assert "示例供电所" in capsys.readouterr().err
    assert not Path("out.xlsx").exists()
    assert exports(capsys) == []
    assert run(["export-excel", "--excel", "out.xlsx", "--office", "示例供电所", "-q"]) == 0


def test_what_a_job_did_was_done_by_no_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["daily", "-q", *AT]) == 0
    assert run([*HANDED_OUT["export-excel"], *AT, "-q"]) == 0
    capsys.readouterr()
    assert run(["log", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    persons = {entry["command"]: entry["by_person"] for entry in entries}
    assert (persons["job"], persons["export"]) == (False, True)


def test_both_reports_call_assumed_years_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("due-visits", "kpi-report"):
        assert run([command, "--as-of", "2034-02-01", "--json"]) == 0
        assert isinstance(json.loads(capsys.readouterr().out)["assumed_years"], list)
