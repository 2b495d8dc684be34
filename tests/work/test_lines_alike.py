"""10kV城南线 and 城南线 are one line of an office, and it is said; 35kV城南线 is another, and so is one of two."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.records.caller import Caller


@pytest.fixture(autouse=True)
def in_an_office(tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    create_ledger("cmledger.db", caller)


def imported(capsys: pytest.CaptureFixture[str], name: str, *lines: str) -> list[dict[str, Any]]:
    """Customers on these lines; the findings about lines."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["户号", "户名", "供电所", "线路"])
    for number, line in enumerate(lines):
        sheet.append([f"37000000{len(name)}{number}", f"示例{number}厂", "示例所", line])
    workbook.save(f"{name}.xlsx")
    capsys.readouterr()
    assert run(["import-excel", f"{name}.xlsx", "--json", "--as-of", "2026-11-22"]) == 0
    (sheet_told,) = json.loads(capsys.readouterr().out)["files"][0]["sheets"]
    return [f for f in sheet_told["findings"] if f["code"].startswith("line")]


def known(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(["list", "lines", "--json"]) == 0
    return [row["name"] for row in json.loads(capsys.readouterr().out)["rows"]]


def test_the_voltage_before_a_name_is_no_other_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(capsys, "一", "10kV城南线", "10千伏 城南线", "城南线", "城北线") != []
    assert known(capsys) == ["10kV城南线", "城北线"]
    (said,) = imported(capsys, "二二", "10KV城北线")
    assert (said["code"], said["severity"]) == ("line-taken-for", "notice")
    assert said["cell"] == "D2"
    assert "“10KV城北线”按台账已有的线路“城北线”处理" in said["message"]
    assert known(capsys) == ["10kV城南线", "城北线"]


def test_another_voltage_is_another_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(capsys, "一", "10kV城南线", "35kV城南线", "城南线") == []
    assert known(capsys) == ["10kV城南线", "35kV城南线", "城南线"]
