"""走访单 out, filled in, back in: what is on the page, and what comes of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.errors import OutputNotWritable, UsageProblem
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.account import ImportReport
from cmledger.records.caller import Caller
from cmledger.records.due import Wanted
from cmledger.records.visit_forms import VisitFormsReport
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo
from cmledger.work.visit_forms import visit_forms


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(profile_text("three-fixed"), encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def office(ledger: Ledger, caller: Caller) -> Ledger:
    """Three gold customers of one manager, the last on another line; the first was visited, has a hazard open."""
    with ledger.operation(caller, "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        lines = op.insert("line", ("office_id", "name"), [(home, "乙线"), (home, "甲线")])
        (manager,) = op.insert(
            "manager",
            ("office_id", "person_key", "name", "grade"),
            [(home, "示例甲", "示例甲", "senior")],
        )
        fields = (
            "account_key", "account_no", "name", "address", "office_id", "line_id", "opened_on",
            "voltage", "contract_capacity_kva", "contact_phone",
        )  # fmt: skip
        customers = op.insert(
            "customer",
            fields,
            [
                (f"370000000{n}", f"370000000{n}", f"=示例{n}", f"示例路{n}号", home, lines[n == 3],
                 "2015-01-01", "10kV", 630_000, "13800000000")
                for n in (1, 2, 3)
            ],
        )  # fmt: skip
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        held = {**span, "manager_id": manager}
        op.replace_spans("customer_manager", {c: [held] for c in customers})
        tier = {**span, "tier": "gold", "rule": "sales-rank", "reasons": "[]"}
        op.replace_spans("customer_tier", {c: [tier] for c in customers})
        op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id", "method",
             "content", "opinion"),
            [(customers[0], day, manager, 1, manager, "on-site", content, opinion)
             for day, content, opinion in (
                 ("2026-08-01", "旧事", "希望提前告知停电"), ("2026-09-12", "讲安全", None))],
        )  # fmt: skip
        op.insert(
            "matter",
            ("customer_id", "matter_kind", "opened_on", "sequence", "content", "due_by", "closed_on"),
            [
                (customers[0], "hazard", "2026-09-01", 1, "挡鼠板缺失", "2026-11-01", None),
                (customers[0], "hazard", "2026-08-01", 1, "已整改的", None, "2026-08-20"),
            ],
        )  # fmt: skip
    return ledger


def handed_out(
    ledger: Ledger, policy: Policy, caller: Caller, folder: Path, **more: Any
) -> tuple[VisitFormsReport, Path]:
    """The forms of everything due, and the one workbook there is."""
    wanted = more.pop("wanted", Wanted())
    report = visit_forms(ledger, policy, caller, wanted, folder / "forms", **more)
    return report, Path(report.files[0].path)


def page_of(book: openpyxl.Workbook, number: int) -> Worksheet:
    """The page of that number."""
    return next(book[name] for name in book.sheetnames if name.startswith(f"{number} "))


def beside(page: Worksheet, label: str) -> Any:
    """The cell right of a label."""
    for row in page.iter_rows(max_col=6):
        for cell in row:
            if cell.value == label:
                rest = (page.cell(cell.row, column) for column in range(cell.column + 1, 7))
                return next(c for c in rest if not isinstance(c, MergedCell))
    raise AssertionError(label)


def filled_in(
    path: Path, target: Path, pages: Mapping[int, Mapping[str, Any]], ticks: tuple[str, ...] = ()
) -> Path:
    """The workbook with pages filled in by label, and the items of those pages ticked by name."""
    book = openpyxl.load_workbook(path)
    for number, cells in pages.items():
        page = page_of(book, number)
        for label, value in cells.items():
            beside(page, label).value = value
        for row in page.iter_rows(max_col=2):
            if row[1].value in ticks:
                row[0].value = "√"
    book.save(target)
    return target


def taken(ledger: Ledger, caller: Caller, path: Path, **more: Any) -> ImportReport:
    return import_excel(ledger.location, [path], caller, **more)


def codes(report: ImportReport) -> list[str]:
    return [f["code"] for sheet in report.files[0].sheets for f in sheet.findings]


def rows_of(ledger: Ledger, name: str, *columns: str) -> list[tuple[Any, ...]]:
    one = table(name)
    with ledger.reading() as connection:
        query = sa.select(*(one.c[c] for c in columns)).order_by(one.c.id)
        return [tuple(row) for row in connection.execute(query)]


FIRST = {
    "走访日期": dt.date(2026, 11, 20),
    "走访方式": "上门",
    "走访内容": "看配电室",
    "满意度": "满意",
}


# --- out -----------------------------------------------------------------------------------------


def test_a_workbook_has_the_list_and_a_page_for_each_visit(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    report, path = handed_out(office, policy, caller, tmp_path)
    assert path.name == "走访单-示例甲-2026-11-22.xlsx"
    assert (report.visits, len(report.files), report.logged) == (3, 1, True)
    book = openpyxl.load_workbook(path)
    assert [n for n in book.sheetnames if book[n].sheet_state == "visible"] == [
        "示例甲", "示例甲 服务记录", "示例甲 履职记录", "1 =示例1", "2 =示例2", "3 =示例3",
    ]  # fmt: skip
    assert sorted(office_events(office)) == ["export"]


def office_events(ledger: Ledger) -> list[str]:
    return [kind for (kind,) in rows_of(ledger, "event", "kind") if kind == "export"]


def test_a_page_tells_what_is_known_and_due(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    page = page_of(openpyxl.load_workbook(path), 1)
    for label, value in {
        "户名": "=示例1", "户号": "3700000001", "用电地址": "示例路1号", "线路": "乙线",
        "电压等级": "10kV", "容量(kVA)": "合同 630", "客户等级": "金牌客户", "联系电话": "13800000000",
        "客户经理": "示例甲",
    }.items():  # fmt: skip
        cell = beside(page, label)
        assert (cell.value, cell.data_type) == (value, "s")
    texts = [str(cell.value) for row in page.iter_rows(max_col=6) for cell in row if cell.value]
    for text in (
        "讲安全",
        "希望提前告知停电",
        "挡鼠板缺失",
        "2026-11-01 已超期",
        "配电设备运行状况，试验、检修记录",
        "联系人、电话与档案一致",
    ):
        assert text in texts
    assert "已整改的" not in texts
    assert texts.count("□") >= 3


def test_a_page_prints_on_one_sheet_of_a4(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    page = page_of(openpyxl.load_workbook(path), 1)
    setup = page.page_setup
    assert (setup.paperSize, setup.orientation) == (9, "portrait")
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 1)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_area.endswith(f"$A$1:$F${page.max_row}")
    assert page.column_dimensions["G"].hidden
    heights = [page.row_dimensions[row].height for row in range(1, page.max_row + 1)]
    assert None not in heights
    assert 730 <= sum(heights) <= 960


def test_long_names_get_the_room_they_need(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    with office.operation(caller, "test", {}) as op:
        op.update("customer", ("name",), [1], [("示例" * 60,)], [{"name": "=示例1"}])
    _, path = handed_out(office, policy, caller, tmp_path)
    page = page_of(openpyxl.load_workbook(path), 1)
    cell = beside(page, "户名")
    assert cell.value == "示例" * 60
    assert cell.alignment.wrap_text
    assert page.row_dimensions[cell.row].height >= 5 * 15
    assert len(page.title) <= 31


def test_the_order_is_the_plans_then_the_day_due_then_the_line(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    report, path = handed_out(office, policy, caller, tmp_path, wanted=Wanted(services=("visit",)))
    assert report.items == 3
    assert openpyxl.load_workbook(path).sheetnames[1:4] == ["1 =示例1", "2 =示例2", "3 =示例3"]
    with office.operation(caller, "test", {}) as op:
        op.insert(
            "planned_visit",
            ("customer_id", "service", "period", "month", "planned_on", "fixed"),
            [(3, "visit", "2026-11", "2026-11", "2026-11-23", 0),
             (1, "visit", "2026-11", "2026-11", "2026-11-25", 0),
             (2, "visit", "2026-11", "2026-11", None, 0)],
        )  # fmt: skip
    _, path = handed_out(office, policy, caller, tmp_path, wanted=Wanted(services=("visit",)))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1:4] == ["1 =示例3", "2 =示例1", "3 =示例2"]
    assert "计划日期 2026-11-23" in str(page_of(book, 1)["A2"].value)


def test_a_month_ahead_lists_what_is_to_be_done_in_it(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    report, path = handed_out(
        office, policy, caller, tmp_path, month=dt.date(2026, 12, 1), wanted=Wanted(services=("visit",))
    )  # fmt: skip
    assert (path.name, report.until) == ("走访单-示例甲-2026-12.xlsx", dt.date(2026, 12, 31))
    page = page_of(openpyxl.load_workbook(path), 1)
    assert "item=A:3700000001-visit-2026-12" in [cell.value for cell in page["G"]]
    with pytest.raises(UsageProblem):
        handed_out(office, policy, caller, tmp_path, month=dt.date(2026, 10, 1))
    with pytest.raises(UsageProblem):
        handed_out(
            office, policy, caller, tmp_path, month=dt.date(2026, 12, 1),
            wanted=Wanted(until=dt.date(2026, 12, 31)),
        )  # fmt: skip


def planned(ledger: Ledger, caller: Caller, *rows: tuple[Any, ...]) -> None:
    """Rows of plans: customer, service, period, month, day, manager."""
    fields = ("customer_id", "service", "period", "month", "planned_on", "manager_id", "fixed")
    with ledger.operation(caller, "test", {}) as op:
        op.insert("planned_visit", fields, [(*row, 0) for row in rows])


def test_the_forms_of_a_month_follow_its_plan(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    """The first customer is seen on two days, once by somebody else; the second is not planned, the third in November."""
    with office.operation(caller, "test", {}) as op:
        (other,) = op.insert(
            "manager",
            ("office_id", "person_key", "name", "grade"),
            [(1, "示例乙", "示例乙", "senior")],
        )
    planned(
        office,
        caller,
        (1, "visit", "2026-12", "2026-12", "2026-12-03", 1),
        (1, "B4", "2026", "2026-12", "2026-12-08", 1),
        (1, "B8", "2026", "2026-12", "2026-12-09", other),
        (3, "visit", "2026-12", "2026-11", "2026-11-30", 1),
    )
    wanted = Wanted(services=("visit", "B4", "B8"))
    month = dt.date(2026, 12, 1)
    report, path = handed_out(office, policy, caller, tmp_path, wanted=wanted, month=month)
    assert [(f.manager, f.visits) for f in report.files] == [("示例乙", 1), ("示例甲", 4)]
    assert (report.planned, report.unplanned, report.elsewhere, report.later) == (True, 2, 1, 0)
    path = Path(report.files[1].path)
    book = openpyxl.load_workbook(path)
    heads = [str(page_of(book, n)["A2"].value).rpartition("　")[2] for n in (1, 2, 3)]
    assert heads == ["计划日期 2026-12-03", "计划日期 2026-12-08", "计划未排"]
    assert "2026-12　" not in str(page_of(book, 1)["A2"].value)
    assert [beside(page_of(book, n), "户号").value[-1] for n in (1, 2, 3, 4)] == list("1123")
    titles = [cell.value for cell in book["示例甲"][3]]
    assert titles[:2] == ["序号", "计划日期"]
    assert [book["示例甲"].cell(row, 2).value for row in (4, 5, 6)] == [
        "2026-12-03", "2026-12-08", "未排",
    ]  # fmt: skip
    back = taken(office, caller, path, policy=tmp_path / "policy.toml")
    assert (back.operation, set(codes(back))) == (None, {"visit-not-filled-in"})
    mine, _ = handed_out(
        office, policy, caller, tmp_path / "mine", wanted=replace(wanted, manager="示例乙"), month=month
    )  # fmt: skip
    assert [(f.manager, f.visits) for f in mine.files] == [("示例乙", 1)]


def test_more_than_so_many_forms_go_into_further_workbooks(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmledger.work.visit_forms.MOST", 2)
    report, _ = handed_out(office, policy, caller, tmp_path)
    assert [(Path(f.path).stem, f.visits) for f in report.files] == [
        ("走访单-示例甲-2026-11-22", 2),
        ("走访单-示例甲-2026-11-22-2", 1),
    ]
    book = openpyxl.load_workbook(report.files[1].path)
    assert "3 =示例3" in book.sheetnames
    accounts = {cell.value for cell in book["示例甲"]["B"][3:]}
    assert accounts == {"3700000003"}


def test_a_workbook_somebody_worked_in_stays_and_no_other_is_written(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmledger.work.visit_forms.MOST", 2)
    report, path = handed_out(office, policy, caller, tmp_path)
    second = Path(report.files[1].path)
    filled_in(second, second, {3: FIRST})
    before = path.read_bytes(), second.read_bytes()
    later = replace(caller, now=caller.now + dt.timedelta(hours=1))
    with pytest.raises(OutputNotWritable):
        handed_out(office, policy, later, tmp_path)
    assert (path.read_bytes(), second.read_bytes()) == before


# --- and back ------------------------------------------------------------------------------------


def test_a_day_without_a_tick_is_taken_and_said(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: FIRST})
    back = taken(office, caller, filled, policy=tmp_path / "policy.toml")
    assert (back.totals["new"], back.records) == (1, {"visit": {"new": 1}})
    assert codes(back).count("nothing-ticked") == 1


def test_untouched_forms_tell_nothing(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    report, path = handed_out(office, policy, caller, tmp_path)
    back = taken(office, caller, path, policy=tmp_path / "policy.toml")
    assert back.operation is None
    assert back.totals == {
        "read": report.items + 3, "new": 0, "changed": 0, "unchanged": 0, "rejected": 0,
        "skipped": report.items + 3,
    }  # fmt: skip
    assert set(codes(back)) == {"visit-not-filled-in", "not-filled-in"}


def test_a_form_filled_in_records_the_visit_and_discharges_what_is_ticked(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    before = rows_of(office, "visit", "id")
    cells = {
        **FIRST,
        "客户意见": "想装光伏",
        "陪同人员": "示例某",
        "保安电源、自备电源和闭锁": "异常",
    }
    item = policy.edition_on(caller.as_of).service["B4"].name
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: cells}, (item,))
    back = taken(office, caller, filled, policy=tmp_path / "policy.toml")
    assert (back.totals["new"], back.totals["rejected"]) == (1, 0)
    assert back.records == {"visit": {"new": 1}, "service_done": {"new": 1}}
    visits = rows_of(
        office, "visit", "customer_id", "visited_on", "method", "content", "opinion", "satisfaction",
        "form_id", "extras",
    )  # fmt: skip
    assert visits[-1] == (
        2, "2026-11-20", "on-site", "看配电室", "想装光伏", "satisfied",
        "3700000002-visit-2026-11,3700000002-B4-2026",
        '{"现场检查":"保安电源、自备电源和闭锁：异常","陪同人员":"示例某"}',
    )  # fmt: skip
    assert rows_of(office, "service_done", "customer_id", "service", "done_on") == [
        (2, "B4", "2026-11-20")
    ]
    again = taken(office, caller, filled, policy=tmp_path / "policy.toml", again=True)
    assert (again.operation, again.totals["unchanged"]) == (None, 1)
    undo(office.location, None, caller)
    assert rows_of(office, "visit", "id") == before
    assert rows_of(office, "service_done", "id") == []


def test_a_corrected_form_corrects_its_visit(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    for day, name in ((20, "filled.xlsx"), (19, "corrected.xlsx")):
        cells = {**FIRST, "走访日期": dt.date(2026, 11, day)}
        back = taken(office, caller, filled_in(path, tmp_path / name, {2: cells}))
    assert (back.totals["new"], back.totals["changed"]) == (0, 1)
    assert rows_of(office, "visit", "visited_on")[2:] == [("2026-11-19",)]


@pytest.mark.parametrize(
    "cells", [{"走访内容": "看配电室"}, {"满意度": "满意"}], ids=["content", "satisfaction"]
)
def test_a_form_without_a_day_is_rejected_by_its_cell(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path, cells: dict[str, str]
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    back = taken(office, caller, filled_in(path, tmp_path / "filled.xlsx", {2: cells}))
    assert (back.operation, back.totals["rejected"]) == (None, 1)
    day = beside(page_of(openpyxl.load_workbook(path), 2), "走访日期").coordinate
    (sheet,) = [s for s in back.files[0].sheets if s.totals["rejected"]]
    assert sheet.name == "2 =示例2"
    assert [(f["cell"], f["code"]) for f in sheet.findings] == [(day, "missing-key")]


def test_a_tick_without_a_day_is_rejected_too(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    item = policy.edition_on(caller.as_of).service["B4"].name
    back = taken(office, caller, filled_in(path, tmp_path / "f.xlsx", {2: {}}, (item,)))
    assert (back.operation, back.totals["rejected"]) == (None, 1)


def test_list_and_form_filled_in_are_one_visit(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: {**FIRST, "走访内容": "走访；看配电室"}})
    listed(filled, "3700000002-visit-2026-11", "2026-11-20", "走访")
    back = taken(office, caller, filled)
    assert (back.totals["new"], back.totals["rejected"]) == (2, 0)
    assert back.records == {"visit": {"new": 1}}
    again = taken(office, caller, filled, again=True)
    assert (again.operation, again.totals["unchanged"]) == (None, 2)
    listed(filled, "3700000002-visit-2026-11", "2026-11-19", "走访")
    back = taken(office, caller, filled)
    assert (back.totals["rejected"], back.totals["changed"]) == (1, 1)
    assert "form-told-twice" in codes(back)


def listed(path: Path, form: str, day: str, content: str) -> None:
    """Fill in a row of the list."""
    book = openpyxl.load_workbook(path)
    sheet = book["示例甲"]
    heads = [cell.value for cell in sheet[3]]
    row = next(r for r in sheet.iter_rows(min_row=4) if r[heads.index("表单编号")].value == form)
    row[heads.index("走访日期")].value = day
    row[heads.index("走访内容")].value = content
    book.save(path)


def test_a_form_on_which_the_visit_itself_is_not_due_is_found_again(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    wanted = Wanted(services=("B8",))
    _, path = handed_out(office, policy, caller, tmp_path, wanted=wanted)
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: FIRST})
    taken(office, caller, filled)
    moved = {**FIRST, "走访日期": dt.date(2026, 11, 19)}
    back = taken(office, caller, filled_in(path, tmp_path / "moved.xlsx", {2: moved}))
    assert back.totals["changed"] == 1
    assert rows_of(office, "visit", "visited_on", "form_id")[2:] == [
        ("2026-11-19", "3700000002/2026-11-22")
    ]
    assert rows_of(office, "service_done", "id") == []


def test_what_is_neither_tick_nor_none_is_said(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: FIRST})
    book = openpyxl.load_workbook(filled)
    page = page_of(book, 2)
    item = policy.edition_on(caller.as_of).service["B4"].name
    row = next(r for r in page.iter_rows(max_col=2) if r[1].value == item)
    row[0].value = "改天"
    book.save(filled)
    back = taken(office, caller, filled)
    assert "tick-unclear" in codes(back)
    assert back.totals["new"] == 1
    assert rows_of(office, "service_done", "id") == []


def test_rows_put_in_and_a_page_renamed_do_no_harm(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: FIRST})
    book = openpyxl.load_workbook(filled)
    page = page_of(book, 2)
    merged = [str(m) for m in page.merged_cells.ranges]
    for cells in merged:
        page.unmerge_cells(cells)
    page.insert_rows(5, 2)
    page.title = "随便"
    book.save(filled)
    back = taken(office, caller, filled)
    assert (back.totals["new"], back.totals["rejected"]) == (1, 0)
    assert rows_of(office, "visit", "visited_on", "satisfaction")[2:] == [
        ("2026-11-20", "satisfied")
    ]


# --- what is left to do, and what takes no visit -------------------------------------------------


def test_what_is_to_be_followed_up_opens_a_matter(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    before = rows_of(office, "matter", "id")
    cells = {**FIRST, "需跟进事项": "隐患：刀闸发热", "跟进期限": dt.date(2026, 12, 5)}
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: cells})
    back = taken(office, caller, filled)
    assert back.records == {"visit": {"new": 1}, "matter": {"new": 1}}
    (visit,) = rows_of(office, "visit", "id")[2:]
    facts = ("customer_id", "matter_kind", "opened_on", "content", "due_by", "visit_id")
    assert rows_of(office, "matter", *facts)[2:] == [
        (2, "hazard", "2026-11-20", "刀闸发热", "2026-12-05", visit[0])
    ]
    again = taken(office, caller, filled, again=True)
    assert (again.operation, again.totals["unchanged"]) == (None, 1)
    _, path = handed_out(office, policy, caller, tmp_path, wanted=Wanted(services=("all",)))
    pages = openpyxl.load_workbook(path).worksheets
    (told,) = [p for p in pages if "刀闸发热" in [cell.value for row in p for cell in row]]
    assert beside(told, "户号").value == "3700000002"
    undo(office.location, None, caller)
    assert rows_of(office, "matter", "id") == before


def test_something_to_follow_up_without_a_day_is_rejected(
    office: Ledger, policy: Policy, caller: Caller, tmp_path: Path
) -> None:
    _, path = handed_out(office, policy, caller, tmp_path)
    filled = filled_in(path, tmp_path / "filled.xlsx", {2: {"需跟进事项": "刀闸发热"}})
    back = taken(office, caller, filled)
    assert (back.operation, back.totals["rejected"]) == (None, 1)


def test_items_that_take_no_visit_have_a_sheet_of_their_own_and_no_form(
    office: Ledger, caller: Caller, tmp_path: Path
) -> None:
    text = profile_text("three-fixed").replace("[service.B8]", "[service.B8]\nvisit = false")
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    policy = load_policy(tmp_path / "policy.toml")
    wanted = Wanted(services=("visit", "B8"))
    report, path = handed_out(office, policy, caller, tmp_path, wanted=wanted)
    assert (report.visits, report.items, report.listed_only) == (3, 6, 3)
    book = openpyxl.load_workbook(path)
    sheet = book["示例甲 服务记录"]
    name = policy.edition_on(caller.as_of).service["B8"].name
    assert name not in [cell.value for row in page_of(book, 1) for cell in row]
    heads = [cell.value for cell in sheet[3]]
    assert sheet.cell(4, heads.index("服务项目") + 1).value == name
    sheet.cell(4, heads.index("服务日期") + 1).value = "2026-11-20"
    sheet.cell(4, heads.index("服务方式") + 1).value = "微信"
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    back = taken(office, caller, filled, policy=tmp_path / "policy.toml")
    assert (back.totals["new"], back.totals["rejected"]) == (1, 0)
    assert back.records == {"service_done": {"new": 1}}
    done = ("service", "done_on", "visit_id", "method", "extras", "form_id")
    assert rows_of(office, "service_done", *done) == [
        ("B8", "2026-11-20", None, "wechat", None, "3700000001-B8-2026")
    ]
    assert "hidden-columns" not in codes(back)
    only, path = handed_out(
        office, policy, caller, tmp_path / "only", wanted=Wanted(services=("B8",))
    )
    assert (only.visits, only.items) == (0, 2)
    assert openpyxl.load_workbook(path).sheetnames[0] == "示例甲 服务记录"
