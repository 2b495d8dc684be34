"""The list that is handed out: it says who goes where, and comes back as visits."""

import datetime as dt
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from cmledger.records.caller import Caller
from cmledger.records.due import DueReport, DueRow, Wanted
from cmledger.records.obligations import Status
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.visit_list import write_visit_list

DAY = dt.date(2026, 11, 22)


def row(
    number: int,
    manager: str | None,
    status: Status,
    *,
    office: str = "示例供电所",
    service: str = "visit",
) -> DueRow:
    return DueRow(
        account_no=f"37000000{number:02d}",
        name=f"示例公司{number}",
        address="示例路1号",
        contact_name="示例某",
        contact_phone="13800000000",
        office=office,
        line="示例一线",
        tier="gold",
        tier_now="gold",
        manager=manager,
        manager_grade="senior",
        manager_below=False,
        performer="senior",
        service=service,
        cycle="month",
        times=1,
        period="2026-11",
        first=dt.date(2026, 11, 1),
        last=dt.date(2026, 11, 30),
        due_by=dt.date(2026, 11, 30),
        last_done=dt.date(2026, 9, 12) if status is Status.OVERDUE else None,
        not_counted=None,
        status=status,
        overdue_since=None,
        missed=0,
        form_id=f"37000000{number:02d}-{service}-2026-11",
    )


def report(*rows: DueRow, office: str | None = "示例供电所") -> DueReport:
    return DueReport(
        DAY,
        Wanted(office=office),
        Counter(r.status for r in rows),
        rows,
        (2027,),
        {"gold": "金牌客户"},
        {"visit": "走访", "safety-check": "用电检查"},
        {"senior": "高级"},
    )


OVERDUE, DUE, UPCOMING = Status.OVERDUE, Status.DUE, Status.UPCOMING
LIST = report(
    row(1, "示例甲", OVERDUE), row(2, "示例甲", DUE), row(3, "示例乙", DUE), row(4, None, UPCOMING)
)


@pytest.fixture
def path(tmp_path: Path, caller: Caller) -> Path:
    target = tmp_path / "visits.xlsx"
    write_visit_list(target, LIST, caller)
    return target


def test_the_overview_counts_by_manager_and_status(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["总览"]
    table = [[c.value for c in cells[:5]] for cells in sheet.iter_rows(5, 9)]
    assert table == [
        ["经理", "逾期", "待走访", "未到期", "合计"],
        ["示例甲", 1, 1, 0, 2],
        ["示例乙", 0, 1, 0, 1],
        ["未分配", 0, 0, 1, 1],
        ["全部", 1, 2, 1, 4],
    ]
    assert (sheet["A1"].value, sheet["A2"].value) == (
        "示例供电所走访到期清单（截至 2026-11-22）",
        "共 4 项：逾期 1、待走访 2、未到期 1。",
    )
    assert "2027" in sheet["A3"].value
    assert sheet["B6"].font.color.rgb == "00C00000"
    assert sheet["B7"].font.color.rgb != "00C00000"
    assert sheet["A6"].hyperlink.location == "'示例甲'!A1"


def test_a_sheet_per_manager_with_drop_downs_and_a_hidden_number(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["总览", "示例甲", "示例乙", "未分配"]
    sheet = book["示例甲"]
    heads = [cell.value for cell in sheet[3]]
    first = dict(zip(heads, [cell.value for cell in sheet[4]], strict=True))
    assert first == {
        "户号": "3700000001", "户名": "示例公司1", "线路": "示例一线", "用电地址": "示例路1号",
        "联系人": "示例某", "联系电话": "13800000000", "客户等级": "金牌客户",
        "上次走访": dt.datetime(2026, 9, 12), "最迟走访": dt.datetime(2026, 11, 30), "到期情况": "逾期",
        "走访日期": None, "客户经理": "示例甲", "走访方式": None, "走访内容": None, "客户意见": None,
        "满意度": None, "表单编号": "3700000001-visit-2026-11",
    }  # fmt: skip
    letter = openpyxl.utils.get_column_letter(heads.index("表单编号") + 1)
    assert sheet.column_dimensions[letter].hidden
    rules = {rule.type for rule in sheet.data_validations.dataValidation}
    assert rules == {"list", "date"}
    assert sheet.page_setup.orientation == "landscape"


def test_rows_that_were_filled_in_are_visits_and_the_others_wait(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["示例甲"]
    heads = [cell.value for cell in sheet[3]]
    filled = {
        "走访日期": "2026.11.20",
        "走访方式": "上门",
        "走访内容": "讲解电价",
        "满意度": "满意",
    }
    for head, value in filled.items():
        sheet.cell(4, heads.index(head) + 1).value = value
    sheet.cell(5, heads.index("走访内容") + 1).value = "忘了写日期"
    book.save(path)
    overview, first, second, third = read_file(path, ReadingChoices(as_of=DAY)).sheets
    assert overview.kind is None
    assert first.kind == second.kind == third.kind == "visits"
    assert first.rows is not None
    assert {name: values[0] for name, values in first.rows.values.items() if values[0]} == {
        "customer.account_no": "3700000001",
        "visit.visited_on": "2026-11-20",
        "visit.manager": "示例甲",
        "visit.method": "on-site",
        "visit.content": "讲解电价",
        "visit.satisfaction": "satisfied",
        "visit.form_id": "3700000001-visit-2026-11",
    }
    assert first.rows.extras == {}
    assert "hidden-columns" not in {finding.code for finding in first.findings}
    assert first.rows.refused == {1}  # told what, but not when
    assert (second.skipped, third.skipped) == (
        [(4, "visit-not-filled-in")],
        [(4, "visit-not-filled-in")],
    )


def test_other_services_are_named_in_their_own_column(tmp_path: Path, caller: Caller) -> None:
    path = tmp_path / "all.xlsx"
    rows = (row(1, "示例甲", DUE), row(1, "示例甲", DUE, service="safety-check"))
    write_visit_list(path, report(*rows), caller)
    sheet = openpyxl.load_workbook(path)["示例甲"]
    position = [cell.value for cell in sheet[3]].index("服务项目") + 1
    assert [sheet.cell(r, position).value for r in (4, 5)] == [None, "用电检查"]


def test_the_same_name_in_two_offices_is_told_apart(tmp_path: Path, caller: Caller) -> None:
    path = tmp_path / "all.xlsx"
    rows = (row(1, "示例甲", DUE), row(2, "示例甲", DUE, office="示例二所"))
    write_visit_list(path, report(*rows, office=None), caller)
    names = openpyxl.load_workbook(path).sheetnames[1:]
    assert set(names) == {"示例甲（示例供电所）", "示例甲（示例二所）"}


def test_nothing_due_is_said(tmp_path: Path, caller: Caller) -> None:
    path = tmp_path / "none.xlsx"
    write_visit_list(path, report(), caller)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["总览"]
    assert book["总览"]["A2"].value == "没有到期的走访。"
