"""visit-forms and import-excel on the command line: handed out, filled in, taken back."""

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import caller_on

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.policy.load import profile_text

AT = ["--as-of", "2026-11-22"]
FILE = Path("走访单/走访单-示例甲-2026-12.xlsx")
MONTH = ["visit-forms", "--month", "2026-12", "--services", "visit"]


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    Path("policy.toml").write_text(profile_text("three-fixed"), encoding="utf-8")
    ledger = create_ledger("cmledger.db", caller_on("2026-11-05"))
    with ledger.operation(caller_on("2026-11-22"), "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        (manager,) = op.insert(
            "manager", ("office_id", "person_key", "name"), [(home, "示例甲", "示例甲")]
        )
        customers = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "opened_on"),
            [(f"370000000{n}", f"370000000{n}", "示例", home, "2015-01-01") for n in (1, 2)],
        )
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        held = {**span, "manager_id": manager}
        op.replace_spans("customer_manager", {c: [held] for c in customers})
        tier = {**span, "tier": "gold", "rule": "sales-rank", "reasons": "[]"}
        op.replace_spans("customer_tier", {c: [tier] for c in customers})


def test_forms_go_out_and_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*MONTH, *AT, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "cmledger.visit-forms/1"
    assert (report["visits"], report["items"], report["until"]) == (2, 2, "2026-12-31")
    assert report["files"] == [
        {"path": str(FILE), "office": "示例供电所", "manager": "示例甲", "visits": 2, "items": 2}
    ]
    assert FILE.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(FILE)
    page = book["2 示例"]
    for row in page.iter_rows(max_col=1):
        if row[0].value == "走访日期":
            page.cell(row[0].row, 2).value = dt.date(2026, 12, 3)
    book.save(FILE)
    later = ["--as-of", "2026-12-04"]
    assert run(["import-excel", str(FILE), *later, "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert taken["records"] == {"visit": {"new": 1}}
    assert run(["due-visits", *later, "--json"]) == 0
    due = json.loads(capsys.readouterr().out)
    assert [row["account_no"] for row in due["due"]] == ["3700000001"]
    assert run([*MONTH, *later]) == 17  # somebody worked in it
    assert run(["undo", "-q"]) == 0
    assert run([*MONTH, *later, "--folder", "新"]) == 0
    out = capsys.readouterr().out
    assert "新 里写了 1 个走访单文件：2 次走访，共 2 项。" in out
    assert "走访单-示例甲-2026-12.xlsx" in out


def test_nothing_due_is_said_and_no_file_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["visit-forms", "--services", "visit", "--as-of", "2026-11-22", "-q"]) == 0
    assert run(["visit-forms", "--until", "2026-11-22", "--services", "D4", *AT]) == 0
    assert "没有要走访的" in capsys.readouterr().out
    assert [path.name for path in Path("走访单").iterdir()] == ["走访单-示例甲-2026-11-22.xlsx"]


@pytest.mark.parametrize("month", ["2026-13", "12", "2026-1", "2026-12-01"])
def test_what_is_no_month_is_refused(month: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["visit-forms", "--month", month]) == 2
    assert "2026-12 的样子" in capsys.readouterr().err


def test_a_month_that_is_over_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["visit-forms", "--month", "2026-10", *AT]) == 2
    assert "2026-10 已经过去" in capsys.readouterr().err
