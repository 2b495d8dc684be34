"""An import as a whole: dry run, the same file again, all files or none, killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from tests.conftest import assert_sound

from cmledger.errors import NeedsDecision, NotAWorkbook
from cmledger.ledger.store import Ledger, open_ledger
from cmledger.ledger.tables import metadata, table
from cmledger.records.caller import Caller
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo

HEADER = ["户号", "户名", "线路", "电压等级", "合同容量(kVA)", "客户经理", "联系电话"]


def workbook(path: Path, rows: list[list[Any]], *, title: str = "示例供电所客户台账") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户台账"
    sheet.append([title])
    sheet.append(HEADER)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def row(number: int, name: str = "示例企业", phone: Any = "13800000001") -> list[Any]:
    account = f"370{number:07d}"
    return [account, f"{name}{number}", "示例一线", "10kV", 315, "测试员甲", phone]


def content(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    with ledger.reading() as connection:
        return {
            t.name: [tuple(r) for r in connection.execute(sa.select(t).order_by(*t.primary_key))]
            for t in metadata.sorted_tables
        }


def test_a_dry_run_reports_what_the_real_run_does(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "a.xlsx", [row(1), row(2), ["3.7E+12", *row(3)[1:]], row(2)])
    before = content(ledger)
    dry = import_excel(ledger.location, [path], caller, dry_run=True)
    assert content(ledger) == before
    real = import_excel(ledger.location, [path], caller)
    assert dry.operation is None
    assert real.operation == 1
    assert dry.exit_code == real.exit_code == 3
    assert dry.files == real.files
    assert dry.records == real.records
    assert real.totals == {
        "read": 4, "new": 2, "changed": 0, "unchanged": 1, "rejected": 1, "skipped": 0,
    }  # fmt: skip


def test_the_same_file_again_brings_back_what_an_earlier_import_took_along_when_undone(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    first = workbook(tmp_path / "a.xlsx", [row(1), row(2)])
    second = workbook(tmp_path / "b.xlsx", [row(1), row(2), row(3)])
    import_excel(ledger.location, [first], caller)
    assert import_excel(ledger.location, [second], caller).totals["unchanged"] == 2
    undo(ledger.location, 1, caller)
    again = import_excel(ledger.location, [second], caller)
    assert again.files[0].taken_before is None
    assert (again.totals["new"], again.totals["unchanged"]) == (2, 1)


def test_the_same_file_again_applies_only_what_it_had_not_accepted(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    first = workbook(tmp_path / "a.xlsx", [row(1), ["3.7E+12", *row(3)[1:]]])
    import_excel(ledger.location, [first], caller)
    later = workbook(tmp_path / "b.xlsx", [row(1, name="改名企业")])
    assert import_excel(ledger.location, [later], caller).totals["changed"] == 1
    again = import_excel(ledger.location, [first], caller)
    assert again.operation is None
    assert again.files[0].taken_before == 1
    assert (again.totals["unchanged"], again.totals["rejected"]) == (1, 1)
    forced = import_excel(ledger.location, [first], caller, again=True)
    assert forced.totals["changed"] == 1, "--again takes every row of the file as it stands"


def test_a_file_taken_in_whole_is_answered_without_reading_it(
    ledger: Ledger, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", [row(1), row(2)])
    first = import_excel(ledger.location, [path], caller)

    def unread(*_: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr("cmledger.work.import_excel.read_file", unread)
    again = import_excel(ledger.location, [path], caller)
    assert again.totals == {**first.totals, "new": 0, "unchanged": 2}


@pytest.mark.parametrize("bad", ["missing", "text", "not-ours"])
def test_one_file_that_cannot_be_taken_stops_them_all(
    ledger: Ledger, caller: Caller, tmp_path: Path, bad: str
) -> None:
    good = workbook(tmp_path / "a.xlsx", [row(1)])
    other = tmp_path / "b.xlsx"
    if bad == "text":
        other.write_bytes(b"%PDF-1.4 no workbook")
    elif bad == "not-ours":
        book = openpyxl.Workbook()
        book.active.append(["会议", "地点"])
        book.active.append(["例会", "会议室"])
        book.save(other)
    before = content(ledger)
    expected = NeedsDecision if bad == "not-ours" else NotAWorkbook
    with pytest.raises(expected) as refused:
        import_excel(ledger.location, [good, other], caller)
    assert "b.xlsx" in refused.value.message
    assert content(ledger) == before


def test_every_stored_field_finds_its_cell(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    from cmledger.ledger.provenance import field_sources

    import_excel(ledger.location, [workbook(tmp_path / "a.xlsx", [row(1), row(2)])], caller)
    with ledger.reading() as connection:
        customer = connection.scalar(
            sa.select(table("customer").c.id).where(table("customer").c.account_no == "3700000002")
        )
        found = field_sources(connection, customer)
    assert found["customer.contract_capacity_kva"].cell == "E4"
    assert found["customer.line"].cell == "C4"
    assert found["customer_manager.manager"].cell == "F4"
    assert found["customer.name"].sheet == "客户台账"


def test_an_import_killed_at_any_moment_is_whole_or_not_there(
    tmp_path: Path, caller: Caller
) -> None:
    path = workbook(tmp_path / "a.xlsx", [row(n) for n in range(1, 3001)])
    command = [sys.executable, "-m", "cmledger"]
    location = str(tmp_path / "cmledger.db")
    subprocess.run([*command, "init", "-q", "--ledger", location], check=True)
    whole = 0
    for attempt in range(6):
        process = subprocess.Popen(
            [*command, "import-excel", str(path), "-q", "--ledger", location],
            env={**os.environ, "CMLEDGER_ACTOR": "tester"},
        )
        time.sleep(0.4 + 0.25 * attempt)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        ledger = open_ledger(location)
        with ledger.reading() as connection:
            counts = [
                connection.scalar(sa.select(sa.func.count()).select_from(table(name)))
                for name in ("customer", "customer_manager", "operation")
            ]
        assert counts in ([0, 0, 0], [3000, 3000, 1]), attempt
        assert_sound(location)
        whole = counts[0]
    if not whole:
        subprocess.run(
            [*command, "import-excel", str(path), "-q", "--ledger", location], check=True
        )


def test_a_service_item_the_office_does_not_know_is_named_and_the_visit_stands(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    from cmledger.policy.load import profile_text

    policy = tmp_path / "policy.toml"
    policy.write_text(profile_text("three-fixed"), encoding="utf-8")
    import_excel(ledger.location, [workbook(tmp_path / "a.xlsx", [row(1)])], caller)
    book = openpyxl.Workbook()
    book.active.append(["户号", "走访日期", "走访人", "走访内容", "服务项目"])
    book.active.append(["3700000001", "2026-11-02", "测试员甲", "用电检查", "B4、不存在的项目"])
    book.save(tmp_path / "走访记录.xlsx")
    report = import_excel(ledger.location, [tmp_path / "走访记录.xlsx"], caller, policy=policy)
    (sheet,) = report.files[0].sheets
    assert [(f["cell"], f["code"]) for f in sheet.findings] == [("E2", "unknown-service")]
    assert report.records == {"visit": {"new": 1}, "service_done": {"new": 1}}


def test_a_file_whose_import_was_taken_back_is_read_anew(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    from cmledger.work.undo import redo, undo

    path = workbook(tmp_path / "a.xlsx", [row(1), row(2)])
    import_excel(ledger.location, [path], caller)
    undo(ledger.location, 1, caller)
    assert import_excel(ledger.location, [path], caller).totals["new"] == 2
    redo(ledger.location, 1, caller)  # its customers' numbers are taken: kept
    undo(ledger.location, 3, caller)
    report = import_excel(ledger.location, [path], caller)
    assert report.files[0].taken_before is None
    with ledger.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(table("customer"))) == 2


def test_a_sheet_of_one_of_two_offices_asks_which(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    for number, office in ((1, "示例甲供电所"), (2, "示例乙供电所")):
        title = f"{office}客户台账"
        import_excel(
            ledger.location,
            [workbook(tmp_path / f"{number}.xlsx", [row(number)], title=title)],
            caller,
        )
    path = workbook(tmp_path / "c.xlsx", [row(3)], title="客户台账")
    with pytest.raises(NeedsDecision) as asked:
        import_excel(ledger.location, [path], caller)
    assert "--office" in (asked.value.hint or "")
    report = import_excel(ledger.location, [path], caller, office="示例乙供电所")
    assert report.totals["new"] == 1
    assert report.created["office"] == []


def test_a_figure_stated_otherwise_in_another_sheet_of_the_import_is_said(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "客户台账"
    book.active.append(["户号", "户名", "2025年用电量(kWh)"])
    book.active.append(["3700000001", "甲", 100])
    other = book.create_sheet("售电量")
    other.append(["户号", "年份", "月份", "电量(kWh)"])
    other.append(["3700000001", 2025, "全年", 200])
    book.save(tmp_path / "a.xlsx")
    report = import_excel(ledger.location, [tmp_path / "a.xlsx"], caller)
    codes = [f["code"] for sheet in report.files[0].sheets for f in sheet.findings]
    assert "stated-twice" in codes, report.to_json()


def test_visits_of_a_day_that_differ_in_the_offices_own_column_are_two(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    import_excel(ledger.location, [workbook(tmp_path / "a.xlsx", [row(1)])], caller)
    book = openpyxl.Workbook()
    book.active.append(["户号", "走访日期", "走访人", "回访结果"])
    for result in ("甲", "乙", "甲"):
        book.active.append(["3700000001", "2026-11-02", "测试员甲", result])
    book.save(tmp_path / "走访记录.xlsx")
    report = import_excel(ledger.location, [tmp_path / "走访记录.xlsx"], caller)
    assert (report.totals["new"], report.totals["unchanged"]) == (2, 1)
    again = import_excel(ledger.location, [tmp_path / "走访记录.xlsx"], caller, again=True)
    assert again.operation is None, again.to_json()
