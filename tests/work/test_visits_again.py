"""The same visit told again, and another visit of the same day: import and hand agree on which is which."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.policy.load import load_policy, profile_text
from cmledger.records.account import ImportReport
from cmledger.records.caller import Caller
from cmledger.records.visit import VisitTold
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.record_visit import record_visit

HEAD = ("户号", "走访日期", "走访人", "走访方式", "走访内容")
MORNING = ("3700000001", "2026-11-20", "示例甲", "上门", "上午看配电室")
AFTERNOON = ("3700000001", "2026-11-20", "示例甲", "上门", "下午讲电价")


@pytest.fixture
def office(ledger: Ledger, caller: Caller) -> Ledger:
    """A customer and a manager."""
    with ledger.operation(caller, "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        op.insert("manager", ("office_id", "person_key", "name"), [(home, "示例甲", "示例甲")])
        columns = ("account_key", "account_no", "name", "office_id")
        op.insert("customer", columns, [("3700000001", "3700000001", "示例户", home)])
    return ledger


def taken_in(
    office: Ledger, caller: Caller, folder: Path, *rows: Sequence[Any], again: bool = False
) -> ImportReport:
    book = openpyxl.Workbook()
    book.active.title = "走访记录"
    for row in (HEAD, *rows):
        book.active.append(row)
    path = folder / "v.xlsx"
    book.save(path)
    return import_excel(office.location, [path], caller, again=again)


def counted(report: ImportReport) -> dict[str, int]:
    return {name: number for name, number in report.totals.items() if number and name != "read"}


def said(report: ImportReport) -> list[tuple[str | None, str]]:
    findings = [f for file in report.files for sheet in file.sheets for f in sheet.findings]
    return [(f["cell"], f["code"]) for f in findings]


def visits(office: Ledger) -> list[tuple[Any, ...]]:
    visit = table("visit")
    query = sa.select(visit.c.visited_on, visit.c.sequence, visit.c.method, visit.c.content)
    with office.reading() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(visit.c.id))]


def test_another_visit_of_the_day_in_a_later_file_is_another_visit_and_said_to_be_so(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    taken_in(office, caller, tmp_path, MORNING)
    second = taken_in(office, caller, tmp_path, AFTERNOON)
    assert counted(second) == {"new": 1}
    assert said(second) == [("E2", "another-visit-that-day")]
    (finding,) = second.files[0].sheets[0].findings
    assert (finding["severity"], "第 2 次" in finding["message"]) == ("warning", True)
    assert visits(office) == [
        ("2026-11-20", 1, "on-site", "上午看配电室"),
        ("2026-11-20", 2, "on-site", "下午讲电价"),
    ]
    both = taken_in(office, caller, tmp_path, AFTERNOON, MORNING)
    assert counted(both) == {"unchanged": 2}
    assert ("E2", "another-visit-that-day") not in said(both)


def test_a_file_that_holds_the_visits_known_and_one_more_is_no_correction(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    taken_in(office, caller, tmp_path, MORNING)
    grown = taken_in(office, caller, tmp_path, MORNING, AFTERNOON)
    assert (counted(grown), said(grown)) == (
        {"new": 1, "unchanged": 1},
        [("B3", "same-day-visits")],
    )


def test_blanks_are_filled_in_and_blanks_take_nothing_away(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    bare = (*MORNING[:3], None, None)
    taken_in(office, caller, tmp_path, bare)
    assert counted(taken_in(office, caller, tmp_path, MORNING)) == {"changed": 1}
    assert counted(taken_in(office, caller, tmp_path, bare, again=True)) == {"unchanged": 1}
    assert visits(office) == [("2026-11-20", 1, "on-site", "上午看配电室")]


def test_what_was_recorded_by_hand_is_found_by_the_sheet_and_the_other_way_round(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    (tmp_path / "policy.toml").write_text(profile_text("three-fixed"), encoding="utf-8")
    policy = load_policy(tmp_path / "policy.toml")

    def by_hand(content: str) -> str:
        visit = VisitTold("3700000001", date(2026, 11, 20), manager="示例甲", content=content)
        return record_visit(office, policy, caller, visit).outcome.value

    assert by_hand("上午看配电室") == "new"
    assert counted(taken_in(office, caller, tmp_path, AFTERNOON)) == {"new": 1}
    assert counted(taken_in(office, caller, tmp_path, MORNING)) == {"changed": 1}  # the method
    assert by_hand("上午看配电室") == by_hand("下午讲电价") == "unchanged"
    assert [v[1] for v in visits(office)] == [1, 2]


def test_two_contacts_of_one_day_without_contents_stay_two(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    rows = [(*MORNING[:3], "上门", None), (*MORNING[:3], "电话", None)]
    assert counted(taken_in(office, caller, tmp_path, *rows)) == {"new": 2}
    assert counted(taken_in(office, caller, tmp_path, *rows, again=True)) == {"unchanged": 2}


@pytest.mark.parametrize(
    ("head", "value", "after"),
    [
        ("走访内容", "上午看变压器", ("2026-11-20", 1, "on-site", "上午看变压器")),
        ("走访日期", "2026-11-19", ("2026-11-19", 1, "on-site", "上午看配电室")),
    ],
)
def test_an_edited_export_edits_the_visit(
    office: Ledger, caller: Caller, tmp_path: Path, head: str, value: str, after: tuple[Any, ...]
) -> None:
    taken_in(office, caller, tmp_path, MORNING, AFTERNOON)
    path = tmp_path / "export.xlsx"
    export_excel(office.location, path, caller, kinds=["visits"])
    unedited = import_excel(office.location, [path], caller, dry_run=True)
    assert counted(unedited) == {"unchanged": 2}
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    number = openpyxl.utils.get_column_letter(heads.index("表单编号") + 1)
    assert book.active.column_dimensions[number].hidden
    book.active.cell(2, heads.index(head) + 1).value = value
    book.save(path)
    edited = import_excel(office.location, [path], caller)
    assert counted(edited) == {"changed": 1, "unchanged": 1}
    assert visits(office) == [after, ("2026-11-20", 2, "on-site", "下午讲电价")]
    assert counted(import_excel(office.location, [path], caller, again=True)) == {"unchanged": 2}


def test_a_row_copied_in_an_export_is_refused_and_the_hidden_number_named(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    taken_in(office, caller, tmp_path, MORNING)
    path = tmp_path / "export.xlsx"
    export_excel(office.location, path, caller, kinds=["visits"])
    book = openpyxl.load_workbook(path)
    copied = [cell.value for cell in book.active[2]]
    heads = [cell.value for cell in book.active[1]]
    copied[heads.index("走访内容")] = "下午讲电价"
    book.active.append(copied)
    book.save(path)
    report = import_excel(office.location, [path], caller)
    assert counted(report) == {"unchanged": 1, "rejected": 1}
    assert [code for _, code in said(report)] == ["form-row-copied"]


def test_the_export_of_another_ledger_touches_no_stranger(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    taken_in(office, caller, tmp_path, MORNING)
    with office.operation(caller, "test", {}) as op:
        columns = ("account_key", "account_no", "name", "office_id")
        op.insert("customer", columns, [("3700000002", "3700000002", "示例户二", 1)])
    path = tmp_path / "export.xlsx"
    export_excel(office.location, path, caller, kinds=["visits"])
    book = openpyxl.load_workbook(path)
    book.active.cell(2, 1).value = "3700000002"
    book.save(path)
    assert counted(import_excel(office.location, [path], caller)) == {"new": 1}
    assert len(visits(office)) == 2
