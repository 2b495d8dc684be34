"""Customers that look alike: found with their reasons, decided in a workbook, merged, and the merge undone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from cmledger.errors import UsageProblem
from cmledger.ledger.customers import find_customer
from cmledger.ledger.duplicates import refuse_merged
from cmledger.ledger.store import Ledger, open_ledger
from cmledger.ledger.tables import metadata
from cmledger.records.caller import Caller
from cmledger.rules.duplicates import name_key
from cmledger.work.check import check
from cmledger.work.duplicates import duplicates
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import redo, undo

HEADER = ("户号", "户名", "线路", "电压等级", "联系电话", "电能表编号", "用电地址", "客户经理")
A, B, C, D, E = (f"370000000{n}" for n in range(1, 6))
ROWS = (
    (A, "示例纺织有限公司", "示例一线", "10kV", "13800000001", "100000000001", "示例路1号", None),
    (B, "示例纺织 有限责任公司", "示例一线", None, None, None, None, "测试员甲"),
    (C, "示例村委会", "示例一线", "380V", "13800000003", "100000000003", None, None),
    (D, "张三", "示例一线", "220V", "13800000003", "100000000004", "示例村2号", None),
    (E, "张三", "示例一线", "220V", "13800000005", "100000000005", "示例村9号", None),
)


def book(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


@pytest.fixture
def office(ledger: Ledger, caller: Caller, tmp_path: Path) -> Ledger:
    import_excel(
        ledger.location, [book(tmp_path / "客户台账.xlsx", HEADER, ROWS, "客户台账")], caller
    )
    energy = [(A, 2025, 10, 100), (B, 2025, 10, 120), (B, 2025, 11, 130)]
    header = ("户号", "年", "月", "电量(kWh)")
    import_excel(ledger.location, [book(tmp_path / "电量.xlsx", header, energy, "售电量")], caller)
    visits = [
        (A, "2026-11-02", "测试员甲", "上门", "看表"),
        (B, "2026-11-02", "测试员甲", "上门", "送联系卡"),
    ]
    header = ("户号", "走访日期", "走访人", "走访方式", "走访内容")
    import_excel(
        ledger.location, [book(tmp_path / "走访.xlsx", header, visits, "走访记录")], caller
    )
    return ledger


def content(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """What the office knows, without the journal."""
    aside = {"operation", "entry", "source_file", "source_sheet", "id_counter", "event"}
    with ledger.reading() as connection:
        return {
            t.name: [tuple(r) for r in connection.execute(sa.select(t).order_by(*t.primary_key))]
            for t in metadata.sorted_tables
            if t.name not in aside
        }


def decide(path: Path, decisions: dict[tuple[str, str], str]) -> Path:
    made = openpyxl.load_workbook(path)
    sheet = made.active
    header = next(r for r in sheet.iter_rows() if any(c.value == "甲户号" for c in r))
    at = {cell.value: cell.column for cell in header}
    for row in range(header[0].row + 1, sheet.max_row + 1):
        pair = (sheet.cell(row, at["甲户号"]).value, sheet.cell(row, at["乙户号"]).value)
        if pair in decisions:
            sheet.cell(row, at["处理"]).value = decisions[pair]
    made.save(path)
    return path


def found(ledger: Ledger, caller: Caller) -> dict[tuple[str, str], tuple[str, ...]]:
    report = duplicates(ledger.location, caller)
    return {(p.first.account_no, p.second.account_no): p.reasons for p in report.pairs}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例纺织有限公司", "示例纺织有限责任公司"),
        ("示例（北区）", "示例(北区)"),
        ("示例ABC 厂", "示例ａｂｃ厂"),
        ("示例·一号店", "示例 一号店"),
    ],
)
def test_names_in_variants_are_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_pairs_come_with_their_reasons(office: Ledger, caller: Caller) -> None:
    assert found(office, caller) == {(A, B): ("same-name",), (C, D): ("same-phone",)}


def test_two_persons_of_one_name_are_two_unless_something_else_agrees(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    moved = book(
        tmp_path / "改址.xlsx",
        ("户号", "户名", "用电地址", "电压等级"),
        [(E, "张三", "示例村 2号", "220V")],
        "客户台账",
    )
    import_excel(office.location, [moved], caller)
    assert found(office, caller)[D, E] == ("same-name", "same-address")


def test_a_number_that_many_share_proves_nothing(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    rows = [
        (f"37000001{n:02d}", f"示例商铺{n}号", "一线", "380V", "13800000099", None, None, None)
        for n in range(10)
    ]
    import_excel(ledger.location, [book(tmp_path / "a.xlsx", HEADER, rows, "客户台账")], caller)
    report = duplicates(ledger.location, caller)
    assert report.pairs == []
    assert report.shared == {"same-phone": 1}


def test_decisions_come_back_in_the_workbook(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "疑似重复客户.xlsx"
    duplicates(office.location, caller, excel=path)
    undecided = import_excel(office.location, [path], caller)
    assert undecided.totals["unchanged"] == 2
    assert undecided.operation is None

    decide(path, {(A, B): "并入甲户", (C, D): "不是同一户"})
    before = content(office)
    report = import_excel(office.location, [path], caller)
    assert report.totals["new"] == 2
    assert report.exit_code == 0
    warned = [f for f in report.files[0].sheets[0].findings if f["severity"] == "warning"]
    assert [f["code"] for f in warned] == ["merged-energy-differs"]
    assert found(office, caller) == {}

    after = content(office)
    names = [c.name for c in metadata.tables["customer"].columns]
    one, other = (dict(zip(names, row, strict=True)) for row in after["customer"][:2])
    assert (other["status"], other["closed_on"]) == ("closed", "2026-11-22")
    assert other["merged_into_id"] == one["id"]
    assert one["contact_phone"] == "13800000001"
    assert [row[1] for row in after["visit"]] == [one["id"]] * 2
    assert sorted(row[4] for row in after["visit"]) == [1, 2], "two visits of one day and manager"
    kept = {(row[1], row[3]): row[4] for row in after["consumption"]}
    assert kept == {(one["id"], 10): 100_000, (other["id"], 10): 120_000, (one["id"], 11): 130_000}
    assert {row[0] for row in after["customer_manager"]} == {one["id"], other["id"]}
    assert check(office.location).exit_code == 0

    undo(office.location, None, caller)
    assert content(office) == before
    assert set(found(office, caller)) == {(A, B), (C, D)}
    redo(office.location, None, caller)
    assert content(office) == after
    assert check(office.location).exit_code == 0

    again = import_excel(office.location, [path], caller, again=True)
    assert again.operation is None


def test_rows_of_a_merged_customer_are_refused(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "疑似重复客户.xlsx"
    duplicates(office.location, caller, excel=path)
    import_excel(office.location, [decide(path, {(A, B): "并入甲户"})], caller)
    report = import_excel(
        office.location, [book(tmp_path / "b.xlsx", HEADER, [ROWS[1]], "客户台账")], caller
    )
    assert report.totals["rejected"] == 1
    assert [f["code"] for f in report.files[0].sheets[0].findings] == ["merged-account"]
    energy = [(B, 2025, 12, 130)]
    header = ("户号", "年", "月", "电量(kWh)")
    report = import_excel(
        office.location, [book(tmp_path / "e.xlsx", header, energy, "售电量")], caller
    )
    assert report.totals["rejected"] == 1


def test_a_customer_is_merged_once(office: Ledger, caller: Caller, tmp_path: Path) -> None:
    header = ("甲户号", "乙户号", "处理")
    rows = [
        (A, B, "并入甲户"),
        (B, C, "并入甲户"),
        (D, D, "并入甲户"),
        (C, D, "并入甲户"),
        (C, D, "不是同一户"),
    ]
    report = import_excel(
        office.location, [book(tmp_path / "处理.xlsx", header, rows, "疑似重复客户")], caller
    )
    codes = {
        f["cell"]: f["code"] for f in report.files[0].sheets[0].findings if f["severity"] == "error"
    }
    assert codes == {
        "C3": "merged-elsewhere", "B4": "same-customer", "A5": "conflicting-rows", "A6": "conflicting-rows",
    }  # fmt: skip
    assert report.totals["new"] == 1


def test_the_ledger_is_opened_for_reading_alone(office: Ledger, caller: Caller) -> None:
    before = content(open_ledger(office.location))
    duplicates(office.location, caller)
    assert content(office) == before


def test_merges_both_ways_with_undo_between_leave_a_sound_ledger(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    header = ("甲户号", "乙户号", "处理")
    one = book(tmp_path / "1.xlsx", header, [(A, B, "并入甲户")], "疑似重复客户")
    other = book(tmp_path / "2.xlsx", header, [(A, B, "并入乙户")], "疑似重复客户")
    first = import_excel(office.location, [one], caller).operation
    undo(office.location, first, caller)
    second = import_excel(office.location, [other], caller).operation
    start = content(office)
    redo(office.location, first, caller)
    assert check(office.location).exit_code == 0
    for number in (1, 2, 3):  # the customers, their energy, their visits
        undo(office.location, number, caller)
        redo(office.location, number, caller)
        assert check(office.location).exit_code == 0
    undo(office.location, first, caller)
    assert content(office) == start
    undo(office.location, second, caller)
    assert check(office.location).exit_code == 0


def test_a_contact_both_have_otherwise_is_said_and_a_merged_number_leads_to_the_last(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    header = ("户号", "联系人", "联系类型", "电话")
    people = [
        (A, "示例卯", "电气联系人", "13700000001"),
        (B, "示例卯", "电气联系人", "13700000002"),
    ]
    contacts = book(tmp_path / "联系人.xlsx", header, people, "客户联系人明细")
    import_excel(office.location, [contacts], caller)
    header = ("甲户号", "乙户号", "处理")
    first = book(tmp_path / "一.xlsx", header, [(A, B, "并入甲户")], "疑似重复客户")
    report = import_excel(office.location, [first], caller)
    said = [f for f in report.files[0].sheets[0].findings if f["code"] == "merged-contact-differs"]
    assert ["示例卯" in f["message"] for f in said] == [True]
    second = book(tmp_path / "二.xlsx", header, [(A, C, "并入乙户")], "疑似重复客户")
    import_excel(office.location, [second], caller)
    again = import_excel(office.location, [contacts], caller, again=True)
    assert all(C in f["message"] for f in again.files[0].sheets[0].findings)
    assert again.totals["rejected"] == 2


def test_a_decision_nobody_understands_is_refused_and_short_words_are_understood(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    header = ("甲户号", "乙户号", "处理")
    rows = [(A, B, "并入甲"), (C, D, "合并"), (D, E, None)]
    report = import_excel(
        office.location, [book(tmp_path / "处理.xlsx", header, rows, "疑似重复客户")], caller
    )
    errors = [f for f in report.files[0].sheets[0].findings if f["severity"] == "error"]
    assert [(f["cell"], f["code"]) for f in errors] == [("C3", "unknown-word")]
    assert (report.totals["new"], report.totals["rejected"], report.exit_code) == (1, 1, 3)
    with office.reading() as connection, pytest.raises(UsageProblem) as refused:
        refuse_merged(connection, find_customer(connection, B))
    assert A in refused.value.message
    with office.reading() as connection:
        refuse_merged(connection, find_customer(connection, A))


def test_what_only_one_of_the_two_has_is_written_with_the_blank_of_the_other(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "重复.xlsx"
    duplicates(office.location, caller, excel=path)
    texts = [c.value for row in openpyxl.load_workbook(path).active for c in row]
    assert "13800000001 / （空）" in texts
