"""Customers' own service plans and days of the year: in, out, edited, undone; the file of a customer, on screen and sheet."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from tests.conftest import caller_on

from cmledger.cli.app import run
from cmledger.ledger.checks.spans import spans_do_not_overlap, spans_in_order
from cmledger.ledger.intake.plans import _Refused, _Row
from cmledger.ledger.plans import day_after
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.intake import CLEAR, Outcome
from cmledger.work.check import check
from cmledger.work.close_record import close_record
from cmledger.work.customer_plan import Whose, customer_plan
from cmledger.work.edit_records import add_record, edit_record
from cmledger.work.export_excel import export_excel
from cmledger.work.handover import handover
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo

Sheet = list[tuple[object, ...]]
CUSTOMERS: Sheet = [
    ("户号", "户名", "供电所", "客户类别", "电压等级", "合同容量", "2025年用电量(kWh)", "客户经理", "联系人", "联系电话"),
    ("3700000001", "示例一厂", "示例所", "高压", "10kV", 800, 900000, "示例甲", "示例子", "13800000001"),
    ("3700000002", "示例二厂", "示例所", "高压", "10kV", 400, 500000, "示例甲", "示例丑", "13800000002"),
]  # fmt: skip
PLANS: Sheet = [
    ("户号", "户名", "服务项目", "周期", "自", "至", "备注"),
    ("3700000001", "示例一厂", "走访", "每月两次", None, None, "厂长要求"),
    ("3700000001", "示例一厂", "用电检查", "每季一次", "2026-01-01", "2026-06-30", None),
    ("3700000001", "示例一厂", "用电检查", "每6个月", "2026-07-01", None, None),
    ("3700000002", "示例二厂", "隐患排查", "不需要", None, None, None),
]
DATES: Sheet = [
    ("户号", "户名", "事由", "月日", "备注"),
    ("3700000001", "示例一厂", "厂庆", "5月3日", None),
    ("3700000001", "示例一厂", "生日", "1980-02-29", "厂长"),
    ("3700000002", "示例二厂", "生日", "农历五月初三", None),
]
ENGINES = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
DAY = "2026-11-23"


def book(path: Path, **sheets: Sheet) -> Path:
    work = openpyxl.Workbook()
    work.remove(work.active)
    for title, rows in sheets.items():
        sheet = work.create_sheet(title)
        for row in rows:
            sheet.append(row)
    work.save(path)
    return path


def totals(report: Any) -> dict[str, int]:
    return {k: n for k, n in report.to_json()["totals"].items() if n}


def spans(ledger: Ledger) -> list[tuple[Any, ...]]:
    plan, customer = table("customer_plan"), table("customer")
    query = (
        sa.select(customer.c.account_no, plan.c.service, plan.c.valid_from, plan.c.valid_to, plan.c.cycle, plan.c.remark)
        .join(customer, customer.c.id == plan.c.customer_id)
        .order_by(customer.c.account_no, plan.c.service, plan.c.valid_from)
    )  # fmt: skip
    with ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def days(ledger: Ledger) -> dict[str, str]:
    kept = table("customer_date")
    with ledger.reading() as connection:
        return {
            row[0]: row[1] for row in connection.execute(sa.select(kept.c.occasion, kept.c.day))
        }


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(profile_text("three-fixed"), encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def office(ledger: Ledger, tmp_path: Path) -> Ledger:
    """Two customers, one with plans and days of its own."""
    sheets = book(tmp_path / "a.xlsx", 客户台账=CUSTOMERS, 一户一方案=PLANS, 纪念日=DATES)
    report = import_excel(ledger.location, [sheets], caller_on(DAY))
    assert totals(report) == {"read": 9, "new": 8, "rejected": 1}
    codes = [f["code"] for s in report.to_json()["files"][0]["sheets"] for f in s["findings"]]
    assert "lunar-date" in codes
    return ledger


FIRST = [
    ("3700000001", "B4", "2026-01-01", "2026-07-01", "quarter", None),
    ("3700000001", "B4", "2026-07-01", FOREVER, "every-6-months", None),
    ("3700000001", "visit", DAY, FOREVER, "2/month", "厂长要求"),
    ("3700000002", "D4", DAY, FOREVER, "none", None),
]


# --- in, out, undone -------------------------------------------------------------------------------


@ENGINES
def test_in_out_and_undone(office: Ledger, tmp_path: Path) -> None:
    assert spans(office) == FIRST
    assert days(office) == {"founding": "05-03", "birthday": "02-29"}
    assert check(office.location).exit_code == 0
    out = tmp_path / "out.xlsx"
    export_excel(office.location, out, caller_on("2026-12-01"), kinds=["plans", "dates"])
    back = import_excel(office.location, [out], caller_on("2026-12-02"))
    assert totals(back) == {"read": 6, "unchanged": 6}
    assert back.operation is None
    undo(office.location, None, caller_on(DAY))
    assert spans(office) == []
    assert days(office) == {}


def test_an_export_makes_the_same_plans_in_another_ledger(office: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    export_excel(office.location, out, caller_on(DAY))
    other = create_ledger(str(tmp_path / "other.db"), caller_on(DAY))
    import_excel(other.location, [out], caller_on("2026-12-09"))
    assert spans(other) == FIRST
    assert days(other) == days(office)


@ENGINES
def test_an_edited_export_changes_just_that(office: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    export_excel(office.location, out, caller_on(DAY), kinds=["plans", "dates"])
    edit_record(office.location, "plans", "3700000001/visit", ["备注=改了"], caller_on(DAY))
    work = openpyxl.load_workbook(out)
    plans, kept = work["服务方案"], work["纪念日"]
    plans["D2"], plans["F3"] = "每月", "2026-12-31"
    plans["G4"] = "也改了"  # the ledger changed it, too
    plans["D5"] = "清空"
    kept["D2"], kept["D3"] = "6月1日", "清空"
    work.save(out)
    report = import_excel(office.location, [out], caller_on("2026-11-25"))
    assert totals(report) == {"read": 6, "changed": 5, "rejected": 1}
    assert spans(office) == [
        ("3700000001", "B4", "2026-01-01", "2026-07-01", "month", None),
        ("3700000001", "B4", "2026-07-01", "2027-01-01", "every-6-months", None),
        ("3700000001", "visit", DAY, FOREVER, "2/month", "改了"),
        ("3700000002", "D4", DAY, "2026-11-25", "none", None),
    ]
    assert len(days(office)) == 1
    undo(office.location, None, caller_on("2026-11-25"))
    assert len(days(office)) == 2
    assert [s[:5] for s in spans(office)] == [s[:5] for s in FIRST]


def test_the_key_of_an_exported_row_stays_and_a_copy_is_a_new_row(
    office: Ledger, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    export_excel(office.location, out, caller_on(DAY), kinds=["plans"])
    work = openpyxl.load_workbook(out)
    sheet = work["服务方案"]
    sheet["E3"] = "2026-08-01"
    copied = [cell.value for cell in sheet[4]]
    copied[3], copied[4] = "每季", "2027-01-01"
    sheet.append(copied)
    work.save(out)
    report = import_excel(office.location, [out], caller_on(DAY))
    assert totals(report) == {"read": 5, "new": 1, "unchanged": 3, "rejected": 1}
    assert [s[2:5] for s in spans(office) if s[1] == "visit"] == [
        (DAY, "2027-01-01", "2/month"),
        ("2027-01-01", FOREVER, "quarter"),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("3700000001", "走访", "每周", None, None), "unknown-cycle"),
        (("3700000001", "走访", None, "2027-01-01", None), "plan-not-filled-in"),
        (("3700000001", "走访", None, "2027-01-01", "2027-02-01"), "plan-without-cycle"),
        (("3700000001", "用电检查", "每月", "2026-03-01", "2026-07-05"), "plan-overlaps"),
        (("3700000001", "用电检查", "每月", "2026-03-01", "2026-02-01"), "plan-ends-before"),
        (("3700000001", "飞行", "每月", None, None), "plan-service-unknown"),
        (("3700000009", "走访", "每月", None, None), "unknown-account"),
    ],
)
def test_rows_that_cannot_be_laid(
    office: Ledger, policy: Policy, tmp_path: Path, row: tuple[object, ...], code: str
) -> None:
    sheet: Sheet = [("户号", "服务项目", "周期", "自", "至"), row]
    path = book(tmp_path / "b.xlsx", 服务方案=sheet)
    report = import_excel(office.location, [path], caller_on(DAY), policy=Path(policy.path))
    codes = [f["code"] for s in report.to_json()["files"][0]["sheets"] for f in s["findings"]]
    assert code in codes
    assert spans(office) == FIRST


def test_by_hand(office: Ledger) -> None:
    day = caller_on("2026-12-01")
    added = add_record(
        office.location, "plans", ["户号=3700000001", "服务项目=走访", "周期=每季2次"], day
    )
    assert added.key == "3700000001/visit/2026-12-01"
    edited = edit_record(office.location, "服务方案", "3700000001/走访", ["周期=每年"], day)
    assert [c.field for c in edited.changes] == ["cycle"]
    close_record(office.location, "plans", "3700000001/走访", "不要了", caller_on("2026-12-10"))
    add_record(office.location, "dates", ["户号=3700000002", "事由=生日", "月日=3-8"], day)
    close_record(office.location, "dates", "3700000001/生日", "换人", caller_on("2026-12-10"))
    assert [s[2:5] for s in spans(office) if s[1] == "visit"] == [
        (DAY, "2026-12-01", "2/month"),
        ("2026-12-01", "2026-12-10", "year"),
    ]
    for _ in range(5):
        undo(office.location, None, caller_on("2026-12-10"))
    assert spans(office) == FIRST
    assert days(office) == {"founding": "05-03", "birthday": "02-29"}


def test_terms_changed_back_in_time_are_said(office: Ledger) -> None:
    def edited(day: str, *words: str) -> list[str]:
        report = edit_record(
            office.location, "plans", "3700000001/走访", list(words), caller_on(day)
        )
        return [finding.code for finding in report.findings]

    assert edited("2026-12-01", "备注=改了") == []
    assert edited("2026-12-01", "周期=每年") == ["plan-past-changed"]
    assert edited("2026-12-01", "周期=每年") == []
    assert edited(DAY, "周期=每月") == []


# --- how rows are laid -----------------------------------------------------------------------------

START = date(2026, 1, 1)
day_texts = st.integers(0, 40).map(lambda n: (START + timedelta(days=n)).isoformat())
rows = st.tuples(
    st.one_of(st.none(), day_texts),
    day_texts,
    st.sampled_from(["month", "quarter", "none", CLEAR, None]),
    st.one_of(st.none(), st.just(CLEAR), day_texts),
    st.sampled_from([None, "a", CLEAR]),
)


def cycles(found: list[dict[str, Any]]) -> list[str | None]:
    """What holds on each day."""
    texts = [(START + timedelta(days=n)).isoformat() for n in range(60)]
    return [
        next((s["cycle"] for s in found if s["valid_from"] <= d < s["valid_to"]), None)
        for d in texts
    ]


@given(st.lists(rows, max_size=12))
def test_rows_laid_one_after_the_other_never_overlap(told: list[tuple[Any, ...]]) -> None:
    held: list[dict[str, Any]] = []
    for begins, today, cycle, last, remark in told:
        before = cycles(held)
        row = _Row("visit", begins, today, (cycle, last, remark), None)
        try:
            after, outcome = row.laid(held)
        except _Refused:
            continue
        ordered = sorted(after, key=lambda s: str(s["valid_from"]))
        assert all(s["valid_from"] < s["valid_to"] for s in ordered)
        assert all(a["valid_to"] <= b["valid_from"] for a, b in pairwise(ordered))
        assert (outcome is Outcome.UNCHANGED) == (sorted(map(str, after)) == sorted(map(str, held)))
        first = (date.fromisoformat(begins or today) - START).days
        if outcome is Outcome.NEW:
            assert cycles(after)[first] == cycle
            assert cycles(after)[:first] == before[:first]
            if isinstance(last, str):
                end = (date.fromisoformat(last) - START).days + 1
                assert cycles(after)[end:] == before[end:]
        if begins is not None and cycle is not CLEAR:
            assert row.laid(after)[1] is Outcome.UNCHANGED
        held = list(after)


@given(
    st.lists(st.tuples(st.sampled_from("12"), st.sampled_from(["走访", "B4"]), rows), max_size=8)
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_random_edits_are_sound_and_undone(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("plans")
    ledger = create_ledger(str(folder / "a.db"), caller_on("2026-01-01"))
    path = book(folder / "c.xlsx", 客户台账=CUSTOMERS)
    import_excel(ledger.location, [path], caller_on("2026-01-01"))
    done = 0
    for at, (whose, service, (begins, today, cycle, last, remark)) in enumerate(told):
        words = {"month": "每月", "quarter": "每季", "none": "不做", CLEAR: "清空", None: None}
        row = (f"370000000{whose}", service, words[cycle], begins, "清空" if last is CLEAR else last, "清空" if remark is CLEAR else remark)  # fmt: skip
        sheet: Sheet = [("户号", "服务项目", "周期", "自", "至", "备注"), row]
        made = book(folder / f"{at}.xlsx", 服务方案=sheet)
        report = import_excel(ledger.location, [made], caller_on(today), again=True)
        done += report.operation is not None
        with ledger.reading() as connection:
            assert list(spans_do_not_overlap(connection)) == []
            assert list(spans_in_order(connection)) == []
    out = folder / "out.xlsx"
    export_excel(ledger.location, out, caller_on("2026-02-20"), kinds=["plans"])
    assert import_excel(ledger.location, [out], caller_on("2026-03-01")).operation is None
    for _ in range(done):
        undo(ledger.location, None, caller_on("2026-02-20"))
    assert spans(ledger) == []


# --- the customer's file ---------------------------------------------------------------------------


def test_the_file_of_a_customer(office: Ledger, policy: Policy) -> None:
    report = customer_plan(office, policy, caller_on("2026-11-25"), Whose(("3700000001",)))
    (one,) = report.to_json()["customers"]
    assert (one["name"], one["manager"], one["voltage"]) == ("示例一厂", "示例甲", "10kV")
    assert one["contact_phone"] == "138****0001"
    assert [(d["occasion"], d["day"]) for d in one["dates"]] == [("birthday", "02-29"), ("founding", "05-03")]  # fmt: skip
    items = {item["service"]: item for item in one["services"]}
    assert items["visit"]["own"]["cycle"] == "2/month"
    assert items["B4"]["cycle"] is not None


def test_the_file_of_a_customer_whose_manager_is_of_another_office(
    office: Ledger, policy: Policy
) -> None:
    caller = caller_on(DAY)
    add_record(office.location, "managers", ["姓名=示例乙", "供电所=示例二所"], caller)
    handover(office, policy, caller, "示例甲", "示例乙")
    (one,) = customer_plan(office, policy, caller, Whose(("3700000001",))).to_json()["customers"]
    assert one["manager"] == "示例乙"


@pytest.fixture
def sheet(office: Ledger, policy: Policy, tmp_path: Path) -> tuple[Path, Worksheet]:
    """The sheet of the first customer, and where it is stored after the test has edited it."""
    path = tmp_path / "plan.xlsx"
    with office.operation(caller_on(DAY), "test", {}) as operation:
        tiers = [{"valid_from": "2026-01-01", "valid_to": FOREVER, "tier": "diamond", "rule": "x", "reasons": "[]"}]  # fmt: skip
        operation.replace_spans("customer_tier", {1: tiers})
    customer_plan(office, policy, caller_on("2026-11-25"), Whose(manager="示例甲"), excel=path)
    work = openpyxl.load_workbook(path)
    assert work.sheetnames[:2] == ["示例一厂", "示例二厂"]
    return path, work["示例一厂"]


def row_of(sheet: Worksheet, text: str) -> int:
    return next(row for row in range(1, 90) if sheet.cell(row, 1).value == text)


def test_the_sheet_unedited_changes_nothing(office: Ledger, sheet: tuple[Path, Worksheet]) -> None:
    report = import_excel(office.location, [sheet[0]], caller_on("2026-12-01"))
    assert report.operation is None
    assert set(totals(report)) == {"read", "unchanged"}
    edit_record(office.location, "plans", "3700000001/visit", ["周期=每年"], caller_on(DAY))
    late = import_excel(office.location, [sheet[0]], caller_on("2026-12-01"), again=True)
    assert late.operation is None, "what the ledger did since is not taken back"


def test_the_sheet_says_whose_it_is_among_several_offices(
    office: Ledger, sheet: tuple[Path, Worksheet]
) -> None:
    with office.operation(caller_on(DAY), "test", {}) as operation:
        operation.insert("office", ("name",), [("示例二所",)])
    assert import_excel(office.location, [sheet[0]], caller_on(DAY)).operation is None


def test_the_sheet_edited_changes_that(office: Ledger, policy: Policy, sheet: tuple[Path, Worksheet]) -> None:  # fmt: skip
    path, page = sheet
    page.cell(row_of(page, "走访"), 3).value = "每季2次"
    page.cell(row_of(page, "用电优化分析报告"), 3).value = "每月"
    page.cell(row_of(page, "用电检查及安全服务"), 3).value = "清空"
    last = row_of(page, "重点用能设备节能评估")
    page.cell(last + 1, 1).value, page.cell(last + 1, 3).value = "协商停电", "按目录"
    kept = row_of(page, "生日")
    page.cell(kept, 2).value = "3月8日"
    page.cell(row_of(page, "厂庆日"), 2).value = "清空"
    spare = row_of(page, "厂庆日") + 1
    page.cell(spare, 1).value, page.cell(spare, 2).value = "店庆日子", "9月9日"
    page.insert_rows(kept)
    page.cell(kept, 1).value, page.cell(kept, 2).value = "周年", "10-1"
    wishes = row_of(page, "服务渠道") + 1
    page.cell(wishes, 1).value, page.cell(wishes, 3).value = "微信", 6
    page.parent.save(path)
    report = import_excel(
        office.location, [path], caller_on("2026-12-01"), policy=Path(policy.path)
    )
    assert "rejected" not in totals(report)
    assert {s[1:5] for s in spans(office) if s[0] == "3700000001"} == {
        ("B4", "2026-01-01", "2026-07-01", "quarter"),
        ("B4", "2026-07-01", "2026-12-01", "every-6-months"),
        ("visit", DAY, "2026-12-01", "2/month"),
        ("visit", "2026-12-01", FOREVER, "2/quarter"),
        ("D5", "2026-12-01", FOREVER, "month"),
        ("G4", "2026-12-01", FOREVER, "as-listed"),
    }
    assert days(office) == {"birthday": "03-08", "店庆日子": "09-09", "周年": "10-01"}
    with office.reading() as connection:
        told = connection.execute(
            sa.select(table("customer").c.channel, table("customer").c.inspection_months).where(
                table("customer").c.account_no == "3700000001"
            )
        ).one()
    assert tuple(told) == ("wechat", 6)


def test_the_command(office: Ledger, policy: Policy, tmp_path: Path, capsys: Any) -> None:
    base = ["--ledger", office.location, "--policy", policy.path, "--as-of", "2026-11-25"]
    assert run(["plan", "3700000001", *base]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("示例一厂", "每月2次", "生日 02-29", "厂长要求"))
    assert run(["plan", "3700000001", *base, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "cmledger.plan/1"
    assert run(["plan", *base]) == 2
    assert run(["plan", "3700000001", *base, "--manager", "示例甲"]) == 2
    assert run(["plan", "--manager", "示例甲", *base]) == 2
    assert run(["plan", "3700000009", *base]) == 18
    out = tmp_path / "m.xlsx"
    assert run(["plan", "--manager", "示例甲", *base, "--excel", str(out), "-q"]) == 0
    assert out.exists()


def test_day_after_the_last() -> None:
    assert day_after("2026-12-31") == "2027-01-01"
