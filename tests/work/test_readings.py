"""Meter readings and lists of meters from workbook to ledger: the account of every row, and what is stored."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.styles import Font

from cmledger.cli.app import run
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.account import TOTALS, ImportReport
from cmledger.records.caller import Caller
from cmledger.work.import_excel import import_excel

A = [f"37000000{n}" for n in range(11, 20)]
READINGS = ["用户编号", "用户名称", "电能表编号", "示数类型", "电费年月", "抄见电量"]


def book(path: Path, *rows: list[Any], sheet: str = "抄表", struck: tuple[int, ...] = ()) -> Path:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    for number in struck:
        for cell in made.active[number]:
            cell.font = Font(strike=True)
    made.save(path)
    return path


@pytest.fixture
def office(ledger: Ledger, caller: Caller, tmp_path: Path) -> Ledger:
    """Four customers of 100 kVA."""
    rows = [[number, f"厂{number}", "10kV", 100] for number in A[:4]]
    headers = ["户号", "户名", "电压等级", "合同容量"]
    path = book(tmp_path / "客户台账.xlsx", headers, *rows, sheet="客户台账")
    import_excel(ledger.location, [path], caller)
    return ledger


def taken(report: ImportReport) -> dict[str, int]:
    """The account, which must add up."""
    totals = report.totals
    assert totals["read"] == sum(totals[name] for name in TOTALS if name != "read")
    return totals


def energy(ledger: Ledger) -> dict[tuple[str, int, int], int]:
    c, k = table("customer"), table("consumption")
    query = sa.select(c.c.account_no, k.c.year, k.c.month, k.c.kwh).join(c, c.c.id == k.c.customer_id)  # fmt: skip
    with ledger.reading() as connection:
        return {(no, year, month): kwh for no, year, month, kwh in connection.execute(query)}


def found(report: ImportReport) -> set[tuple[str | None, str]]:
    return {(f["cell"], f["code"]) for file in report.files for s in file.sheets for f in s.findings}  # fmt: skip


def test_a_meter_reading_export_is_accounted_for_row_by_row(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = book(
        tmp_path / "抄表.xlsx", READINGS,
        [A[0], "厂", "M1", "有功（总）", "202503", 100], [A[0], "厂", "M1", "有功（峰）", "202503", 30],
        [A[0], "厂", "M1", "无功（总）", "202503", 7], [A[0], "厂", "M2", "有功（总）", "202503", 20],
        [A[1], "厂", "M3", "峰", "202503", 1], [A[1], "厂", "M3", "平", "202503", 2], [A[1], "厂", "M3", "谷", "202503", 3],
        [A[2], "厂", "M4", "有功（总）", "202503", 5], [A[2], "厂", "M4", "有功（总）", "202503", 6],
        [A[3], "厂", "M5", "有功（总）", "202503", 8], [A[3], "厂", "M5", "有功（总）", "202504", 9],
        ["合计", None, None, None, None, 191],
        struck=(12,),
    )  # fmt: skip
    report = import_excel(office.location, [path], caller)
    assert taken(report) == {"read": 12, "new": 3, "changed": 0, "unchanged": 0, "rejected": 2, "skipped": 7}  # fmt: skip
    assert energy(office) == {
        (A[0], 2025, 3): 120_000, (A[1], 2025, 3): 6_000, (A[3], 2025, 3): 8_000,
    }  # fmt: skip
    assert {("F2", "meters-added-up"), ("F6", "register-parts-summed"), ("A9", "conflicting-rows")} <= found(report)  # fmt: skip
    again = import_excel(office.location, [path], caller, again=True)
    assert taken(again)["unchanged"] == 3


def test_energy_beyond_the_capacity_in_the_ledger_is_flagged(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    most = 100 * 744
    path = book(
        tmp_path / "电量.xlsx", ["户号", "2025年3月电量(万kWh)", "2025年电量"],
        [A[0], most / 10_000, 100], [A[1], most, 5], [A[2], 0.1, 100 * 8784 + 1],
    )  # fmt: skip
    report = import_excel(office.location, [path], caller)
    flagged = {cell for cell, code in found(report) if code == "energy-above-capacity"}
    assert flagged == {"B3", "C4"}
    assert taken(report)["new"] == 3


def test_a_list_of_meters_changes_one_customer(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = book(
        tmp_path / "表计.xlsx", ["户号", "户名", "电压等级", "合同容量", "电能表编号"],
        [A[0], f"厂{A[0]}", "10kV", 100, "M1"], [A[0], f"厂{A[0]}", "10kV", 100, "M2"],
        sheet="客户台账",
    )  # fmt: skip
    report = import_excel(office.location, [path], caller)
    assert taken(report) == {"read": 2, "new": 0, "changed": 1, "unchanged": 0, "rejected": 0, "skipped": 1}  # fmt: skip
    c = table("customer")
    with office.reading() as connection:
        meter, extras = connection.execute(sa.select(c.c.meter_no, c.c.extras).where(c.c.account_no == A[0])).one()  # fmt: skip
    assert meter == "M1"
    assert json.loads(extras) == {"电能表编号(其他)": "M2"}


def test_section_rows_carry_the_line_into_the_ledger(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    rows: list[list[Any]] = [
        ["示例一线"],
        [A[0], "甲", "10kV", 1],
        ["示例二线"],
        [A[1], "乙", "10kV", 1],
    ]
    path = book(tmp_path / "a.xlsx", ["户号", "户名", "电压等级", "合同容量"], *rows, sheet="客户台账")  # fmt: skip
    report = import_excel(ledger.location, [path], caller)
    assert taken(report)["skipped"] == 2
    assert report.created["line"] == ["示例一线", "示例二线"]


def test_one_year_for_all_months_from_the_command_line(
    office: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = [f"{m}月" for m in range(1, 13)]
    path = book(tmp_path / "电量.xlsx", ["户号", "户名", *months], [A[0], "厂", *[10] * 12])
    command = ["import-excel", str(path), "--ledger", office.location]
    assert run(command) == 16
    assert "--year 2025" in capsys.readouterr().err
    assert run([*command, "--year", "2024"]) == 0
    assert energy(office) == {(A[0], 2024, m): 10_000 for m in range(1, 13)}
    capsys.readouterr()
    assert run(["inspect-excel", str(path), "--year", "2024", "--json"]) == 0
    (sheet,) = json.loads(capsys.readouterr().out)["files"][0]["sheets"]
    assert sheet["columns"][2]["field"] == "kwh:2024-01"


@pytest.mark.parametrize("kind", ["consumption", "售电量"])
def test_kinds_go_by_their_chinese_names_too(
    office: Ledger, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = book(tmp_path / "a.xlsx", ["户号", "2025年电量"], [A[0], 10])
    assert run(["import-excel", str(path), "--ledger", office.location, "--kind", kind]) == 0
    assert run(["import-excel", str(path), "--ledger", office.location, "--kind", "电表"]) == 2
    assert "客户台账" in capsys.readouterr().err


def test_months_beyond_the_capacity_are_said_once_for_a_customer(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    heads = ["户号", *(f"2025年{month}月电量" for month in range(1, 13))]
    path = book(tmp_path / "电量.xlsx", heads, [A[0], *[100 * 745] * 12], [A[1], *[5] * 12])
    report = import_excel(office.location, [path], caller)
    said = [f for file in report.files for s in file.sheets for f in s.findings if f["code"] == "energy-above-capacity"]  # fmt: skip
    assert [f["cell"] for f in said] == ["B2"]
    assert said[0]["message"].endswith("；这一户共 12 处")
