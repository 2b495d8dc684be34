"""The day's round: every step on its own, the same twice, nothing lost when days are missed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from cmledger.cli.app import run
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import profile_text
from cmledger.records.caller import Caller
from cmledger.wording import jobs as say
from cmledger.work import daily as work
from cmledger.work.daily import DailyReport, daily
from cmledger.work.undo import undo

STEPS = ["assign-tiers", "due-visits", "due-services", "outages", "kpi-report", "backup"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office(ledger: Ledger, caller: Caller, tmp_path: Path) -> Ledger:
    """A ledger with one manager and twelve customers of high voltage, and the rules beside it."""
    with ledger.operation(caller, "import-excel", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
        (manager,) = op.insert(
            "manager",
            ("office_id", "person_key", "name", "grade"),
            [(office, "张三", "张三", "chief")],
        )
        accounts = [f"37000000{n:02}" for n in range(1, 13)]
        customers = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "customer_class", "opened_on"),
            [
                (no, no, f"示例客户{no[-2:]}", office, "high-voltage", "2015-01-01")
                for no in accounts
            ],
        )
        op.insert(
            "consumption", ("customer_id", "year", "month", "kwh"),
            [(c, 2025, 0, 1_000_000 * c) for c in customers],
        )  # fmt: skip
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER, "manager_id": manager}
        op.replace_spans("customer_manager", {c: [span] for c in customers})
    (tmp_path / "policy.toml").write_text(profile_text("three-fixed"), encoding="utf-8")
    return ledger


def job(office: Ledger, caller: Caller, tmp_path: Path, keep: int = 14) -> DailyReport:
    robot = Caller("cron", caller.now, caller.as_of, by_person=False)
    return daily(office.location, tmp_path / "policy.toml", robot, tmp_path / "daily", keep)


def test_the_round_is_done_step_by_step_and_recorded(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    report = job(office, caller, tmp_path)
    assert [(s.name, s.exit_code) for s in report.steps] == [(name, 0) for name in STEPS], report
    assert report.exit_code == 0
    assert report.steps[0].operation == 2
    folder = tmp_path / "daily" / "2026-11-22"
    assert {p.name for p in folder.iterdir()} == {say.DUE_FILE, say.SERVICES_FILE, say.KPI_FILE}
    with office.reading() as connection:
        operation, event = table("operation"), table("event")
        by_person = sa.select(operation.c.by_person).where(operation.c.id == 2)
        assert connection.scalar(by_person) == 0  # a bare undo passes it over
        (kind, detail) = connection.execute(sa.select(event.c.kind, event.c.detail)).one()
    assert kind == "job"
    assert [step["step"] for step in json.loads(detail)["steps"]] == STEPS
    if office.path is None:
        assert report.steps[-1].path is None  # a database is its administrator's to back up
    else:
        assert report.steps[-1].path == tmp_path / "backups" / "cmledger-2026-11-22.db"


def test_twice_the_same_day_gives_the_same(office: Ledger, caller: Caller, tmp_path: Path) -> None:
    first = job(office, caller, tmp_path)
    files = {p: p.read_bytes() for p in (tmp_path / "daily").rglob("*.xlsx")}
    second = job(office, caller, tmp_path)
    assert second.exit_code == 0
    assert second.steps[0].operation is None  # nothing changed, so there is no operation
    assert [s.detail for s in second.steps[1:-1]] == [s.detail for s in first.steps[1:-1]]
    assert {p: p.read_bytes() for p in (tmp_path / "daily").rglob("*.xlsx")} == files


def test_outages_ahead_are_listed(office: Ledger, caller: Caller, tmp_path: Path) -> None:
    with office.operation(caller, "import-excel", {}) as op:
        (line,) = op.insert("line", ("office_id", "name"), [(1, "示例一线")])
        columns = ("office_id", "begins_at", "line_key", "area_key", "line_id", "outage_kind")
        op.insert("outage", columns, [(1, "2026-11-25T08:00", line, 0, line, "planned")])
    step = job(office, caller, tmp_path).steps[3]
    assert (step.exit_code, step.detail) == (0, "停电 1 次，过了时限还没通知 0 户次")
    assert step.path == tmp_path / "daily" / "2026-11-22" / say.OUTAGES_FILE
    assert step.path.exists()


def test_missed_days_lose_nothing(office: Ledger, caller: Caller, tmp_path: Path) -> None:
    """Nine days without cron: the list of the tenth is what it would have been."""
    late = Caller(caller.actor, caller.now, caller.as_of.replace(day=30))
    job(office, caller, tmp_path)
    every_day = job(office, late, tmp_path)
    undo(office.location, 2, caller)  # as if the round of the 22nd had never been
    missed = job(office, late, tmp_path)
    assert missed.steps[1].detail == every_day.steps[1].detail


def test_a_failing_step_is_reported_and_the_rest_still_run(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    blocked = tmp_path / "daily" / "2026-11-22" / say.DUE_FILE
    blocked.mkdir(parents=True)  # a folder stands where the workbook is to be
    report = job(office, caller, tmp_path)
    assert [s.exit_code for s in report.steps] == [0, 17, 0, 0, 0, 0]
    assert report.exit_code == 17
    assert (tmp_path / "daily" / "2026-11-22" / say.KPI_FILE).is_file()


def test_bad_rules_still_leave_a_backup(office: Ledger, caller: Caller, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("since = nonsense", encoding="utf-8")
    report = job(office, caller, tmp_path)
    assert [s.exit_code for s in report.steps] == [14, 14, 14, 14, 14, 0]
    assert report.exit_code == 14
    with office.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(table("event"))) == 1


def test_the_log_tells_what_became_of_each_step(
    office: Ledger, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job(office, caller, tmp_path)
    (tmp_path / "policy.toml").write_text("since = nonsense", encoding="utf-8")
    job(office, caller, tmp_path)
    assert run(["log", "--ledger", office.location]) == 0
    shown = "".join(capsys.readouterr().out.split())
    assert "daily" in shown
    assert "分级12户变动" in shown
    assert "分级失败（退出码14）" in shown


def test_a_bug_in_a_step_stops_neither_the_rest_nor_the_record(
    office: Ledger, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(work, "kpi_report", broken)
    report = job(office, caller, tmp_path)
    assert [s.exit_code for s in report.steps] == [0, 0, 0, 0, 1, 0]
    assert "ZeroDivisionError: planted" in str(report.steps[4].bug)


def test_old_backups_go(office: Ledger, caller: Caller, tmp_path: Path) -> None:
    if office.path is None:
        pytest.skip("backups of files only")
    for day in (19, 20, 21, 22):
        moment = caller.now.replace(day=day)
        job(office, Caller("cron", moment, moment.date()), tmp_path, keep=2)
    kept = sorted(p.name for p in (tmp_path / "backups").iterdir())
    assert kept == ["cmledger-2026-11-21.db", "cmledger-2026-11-22.db"]


HOLD = """
import sys
from datetime import date, datetime, timezone
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
caller = Caller("other", datetime(2026, 11, 22, 8, 30, tzinfo=timezone.utc), date(2026, 11, 22))
with open_ledger(sys.argv[1]).writing(caller, "import-excel"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_busy_ledger_under_cron(
    office: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What only reads is still done; the exit code and stderr tell the rest, quiet or not."""
    monkeypatch.setenv("CMLEDGER_BUSY_SECONDS", "0.2")
    monkeypatch.chdir(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, office.location],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        code = run(["daily", "--ledger", office.location, "--as-of", "2026-11-22", "-q"])
        other.kill()
    assert code == 11
    said = capsys.readouterr()
    assert said.out == ""
    assert str(other.pid) in said.err
    assert "import-excel" in said.err
    assert (tmp_path / "daily" / "2026-11-22" / say.DUE_FILE).is_file()
