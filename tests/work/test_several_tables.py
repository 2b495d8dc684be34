"""Sheets with several tables, forms, or no header, from the file to the ledger and back to their cells."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.errors import NeedsDecision
from cmledger.ledger.provenance import field_sources
from cmledger.ledger.store import Ledger
from cmledger.records.caller import Caller
from cmledger.work.import_excel import import_excel
from cmledger.work.inspect_excel import inspect_excel

HEADER = ["户号", "户名", "线路", "电压等级", "合同容量(kVA)"]
YEARS = ["户号", "户名", "年用电量(kWh)"]


def account(number: int) -> str:
    return f"370{number:07d}"


def customer(number: int) -> list[Any]:
    return [account(number), f"示例企业{number}", "示例一线", "10kV", 315]


def book(path: Path, *sheets: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, 1):
        sheet = made.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def two_tables(path: Path, *, wrong: str, late: Any) -> Path:
    return book(
        path,
        [
            ["示例供电所客户台账"],
            HEADER,
            customer(1),
            [wrong, *customer(2)[1:]],
            [],
            ["2025年用电量"],
            YEARS,
            [account(1), "示例企业1", 1000],
            [account(1), "示例企业1", late],
        ],
    )


def test_rows_refused_in_either_table_of_a_sheet_are_tried_again(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = two_tables(tmp_path / "a.xlsx", wrong="3.7E+12", late=2000)
    first = import_excel(ledger.location, [path], caller)
    assert [(s.kind, s.header_rows, s.span) for s in first.files[0].sheets] == [
        ("customers", (2,), (1, 5)),
        ("consumption", (7,), (6, 9)),
    ]
    assert [dict(s.totals) for s in first.files[0].sheets] == [
        {"read": 2, "new": 1, "changed": 0, "unchanged": 0, "rejected": 1, "skipped": 0},
        {"read": 3, "new": 0, "changed": 0, "unchanged": 0, "rejected": 2, "skipped": 1},
    ]
    again = import_excel(ledger.location, [path], caller)
    assert [dict(s.totals) for s in again.files[0].sheets] == [
        {"read": 2, "new": 0, "changed": 0, "unchanged": 1, "rejected": 1, "skipped": 0},
        {"read": 3, "new": 0, "changed": 0, "unchanged": 0, "rejected": 2, "skipped": 1},
    ]


def test_a_row_refused_in_one_table_is_not_tried_again_in_the_one_beside_it(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    rows = [[*HEADER, None, *HEADER]]
    rows += [[*customer(n), None, *customer(n + 10)] for n in range(1, 5)]
    rows[2][0] = "3.7E+12"
    path = book(tmp_path / "a.xlsx", rows)
    first = import_excel(ledger.location, [path], caller, kind="customers")
    assert [s.totals["rejected"] for s in first.files[0].sheets] == [1, 0]
    edited = book(tmp_path / "b.xlsx", [HEADER, [*customer(12)[:4], 630]])
    assert import_excel(ledger.location, [edited], caller).totals["changed"] == 1
    again = import_excel(ledger.location, [path], caller, kind="customers")
    assert (again.totals["changed"], again.totals["unchanged"]) == (0, 7)


def test_the_same_file_again_is_known_whole(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    path = two_tables(tmp_path / "a.xlsx", wrong=account(2), late=1000)
    first = import_excel(ledger.location, [path], caller)
    assert first.totals["rejected"] == 0
    again = import_excel(ledger.location, [path], caller)
    assert again.operation is None
    assert [(s.span, s.confidence) for s in again.files[0].sheets] == [
        (s.span, s.confidence) for s in first.files[0].sheets
    ]


def test_every_field_of_a_form_is_traced_to_its_own_cell(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = book(
        tmp_path / "a.xlsx",
        [
            ["示例供电所客户档案卡"],
            ["户号：", account(1), "户名：", "示例企业"],
            ["线路", "示例一线", "电压等级", "10kV"],
            ["合同容量(kVA)", 315, "客户经理", "测试员甲"],
        ],
    )
    report = import_excel(ledger.location, [path], caller)
    (sheet,) = report.files[0].sheets
    assert (sheet.kind, sheet.to_json()["header_rows"], report.exit_code) == ("customers", None, 0)
    assert [f["cell"] for f in sheet.findings if f["code"] == "manager-created"] == ["D4"]
    with ledger.reading() as connection:
        sources = field_sources(connection, 1)
    cells = {name: source.cell for name, source in sources.items()}
    assert cells["customer.name"] == "D2"
    assert cells["customer.line"] == "B3"
    assert cells["customer.contract_capacity_kva"] == "B4"
    assert cells["customer_manager.manager"] == "D4"


def test_a_rejected_form_comes_back_marked(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        [
            ["客户走访记录表"],
            ["户号", account(9), "户名", "示例企业"],
            ["走访日期", "2026-03-05", "走访人", "测试员甲"],
            ["走访内容", "检查配电房"],
        ],
        [HEADER, customer(1)],
    )
    report = import_excel(ledger.location, [path], caller)
    assert report.totals["rejected"] == 1
    assert [f["cell"] for f in report.files[0].sheets[0].findings if f["severity"] == "error"] == [
        "B2"
    ]


def test_without_header_nothing_is_written_until_it_is_said(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = book(tmp_path / "a.xlsx", [customer(n) for n in range(1, 4)])
    with pytest.raises(NeedsDecision, match="没有找到表头") as asked:
        import_excel(ledger.location, [path], caller)
    assert asked.value.exit_code == 16
    report = import_excel(
        ledger.location,
        [path],
        caller,
        kind="customers",
        mapping={"A": "account_no", "B": "name"},
        header_rows=("0",),
    )
    assert report.totals["new"] == 3
    again = import_excel(
        ledger.location,
        [path],
        caller,
        kind="customers",
        mapping={"A": "account_no", "B": "name"},
        header_rows=("表1=0",),
    )
    assert again.totals["unchanged"] == 3


def test_inspecting_shows_what_importing_would_ask(caller: Caller, tmp_path: Path) -> None:
    unsure: list[list[Any]] = [["客户", None, None, "电源"], HEADER, customer(1), customer(2)]
    path = book(tmp_path / "a.xlsx", unsure, [customer(3), customer(4)])
    first, second = inspect_excel([path], caller).files[0].sheets
    assert first.confidence < 0.6
    assert "needs-decision" in {f["code"] for f in first.findings}
    assert [f["code"] for f in second.findings] == ["no-header"]
    settled, _ = inspect_excel([path], caller, header_rows=["表1=1-2"]).files[0].sheets
    assert (settled.header_rows, settled.confidence) == ((1, 2), 1.0)
