"""The month's plan, end to end: planned, edited in Excel, taken back, planned anew, undone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from tests.conftest import caller_on

from cmledger.errors import UsageProblem
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.month_report import MonthReport
from cmledger.work.check import check
from cmledger.work.edit_records import edit_record
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.list_records import listed
from cmledger.work.plan_visits import PlanAsked, plan_visits
from cmledger.work.undo import undo

TODAY = caller_on("2026-11-23")
DECEMBER = PlanAsked("2026-12", services=("visit",))
COUNT = 46


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Where the ledger lies."""
    return str(request.param)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return _policy(tmp_path, "")


def _policy(folder: Path, plan: str) -> Policy:
    path = folder / "policy.toml"
    path.write_text(profile_text("three-fixed") + plan, encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def office(location: str) -> Ledger:
    """46 gold customers on two lines, half of them 示例甲's (chief), half 示例乙's (senior); all visited in November."""
    ledger = create_ledger(location, caller_on("2026-09-05"))
    with ledger.operation(TODAY, "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        lines = op.insert("line", ("office_id", "name"), [(home, "东线"), (home, "西线")])
        people = op.insert(
            "manager",
            ("office_id", "person_key", "name", "grade"),
            [(home, "示例甲", "示例甲", "chief"), (home, "示例乙", "示例乙", "senior")],
        )
        ids = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "line_id", "opened_on"),
            [
                (f"37{n:08}", f"37{n:08}", f"示例户{n}", home, lines[n % 4 // 2], "2015-01-01")
                for n in range(COUNT)
            ],
        )
        always = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        tier = {**always, "tier": "gold", "rule": "rest", "reasons": "[]"}
        op.replace_spans("customer_tier", {i: [tier] for i in ids})
        op.replace_spans(
            "customer_manager", {i: [{**always, "manager_id": people[i % 2]}] for i in ids}
        )
        op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id"),
            [(i, "2026-11-05", people[i % 2], 1, people[i % 2]) for i in ids],
        )
    return ledger


def rows_of(ledger: Ledger) -> list[dict[str, Any]]:
    """The plan as the ledger has it."""
    with ledger.reading() as connection:
        query = sa.select(table("planned_visit")).order_by(table("planned_visit").c.id)
        return [dict(row) for row in connection.execute(query).mappings()]


def days_of(report: MonthReport) -> dict[str, date | None]:
    return {e.row.account_no: e.planned.day for e in report.entries}


def manager_of(report: MonthReport, account: str) -> str | None:
    """Who is to go there."""
    return next(e.manager for e in report.entries if e.row.account_no == account)


def test_two_managers_of_one_name_are_told_apart(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    with office.operation(TODAY, "test", {}) as op:
        ids = list(op.connection.scalars(sa.select(table("manager").c.id).order_by("id")))
        new = [("示例甲", "示例甲", "G1"), ("示例甲#G2", "示例甲", "G2")]
        before = [
            {"person_key": old, "name": old, "employee_no": None} for old in ("示例甲", "示例乙")
        ]
        op.update("manager", ("person_key", "name", "employee_no"), ids, new, before)
    out = tmp_path / "out.xlsx"
    report = plan_visits(office, policy, TODAY, DECEMBER, excel=out)
    assert {visit.manager for visit in report.visits} == {"示例甲#G1", "示例甲#G2"}
    unedited = import_excel(office.location, [out], TODAY)
    assert (unedited.operation, unedited.totals["rejected"]) == (None, 0)
    work = openpyxl.load_workbook(out)
    sheet = work["计划"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, 4 + COUNT):
        sheet.cell(row, heads["完成日期"]).value = "2026-11-23"
    work.save(out)
    done = import_excel(office.location, [out], TODAY)
    assert done.totals["rejected"] == 0
    with office.reading() as connection:
        visit = table("visit")
        query = sa.select(visit.c.manager_id, sa.func.count()).where(
            visit.c.visited_on == "2026-11-23"
        )
        found = {tuple(row) for row in connection.execute(query.group_by(visit.c.manager_id))}
    assert found == {(i, COUNT // 2) for i in ids}


def test_nobody_is_sent_who_has_left(office: Ledger, policy: Policy) -> None:
    with office.operation(TODAY, "test", {}) as op:
        ids = list(op.connection.scalars(sa.select(table("manager").c.id).order_by("id")))
        before = [{"left_on": None}] * 2
        op.update("manager", ("left_on",), ids, [("2026-12-15",), ("2026-11-30",)], before)
    report = plan_visits(office, policy, TODAY, DECEMBER)
    assert {entry.manager for entry in report.entries if entry.planned.day} == {"示例甲"}
    assert max(day for day in days_of(report).values() if day) < date(2026, 12, 15)
    assert {entry.planned.why.value for entry in report.unplanned} == {"no-manager"}
    assert len(report.unplanned) == COUNT // 2


def test_everybody_is_seen_in_trips_on_working_days(office: Ledger, policy: Policy) -> None:
    """23 customers each in 23 working days: six trips, or one more where lines are not divided."""
    report = plan_visits(office, policy, TODAY, DECEMBER)
    assert report.tally == {"new": COUNT, "changed": 0, "deleted": 0}
    assert not report.unplanned
    per_day = Counter((v.manager, v.day) for v in report.visits)
    assert max(per_day.values()) == 4
    assert len(per_day) <= 2 * 7
    assert all(day.weekday() < 5 and day.month == 12 for _, day in per_day)
    rows = rows_of(office)
    assert {row["month"] for row in rows} == {"2026-12"}
    assert {(row["period"], row["service"], row["fixed"]) for row in rows} == {
        ("2026-12", "visit", 0)
    }
    assert check(office.location).ok


def test_planned_anew_nothing_is_written_and_undo_takes_all_away(
    office: Ledger, policy: Policy
) -> None:
    """The same facts, the same plan."""
    first = plan_visits(office, policy, TODAY, DECEMBER)
    again = plan_visits(office, policy, TODAY, DECEMBER)
    assert (again.operation, set(again.tally.values())) == (None, {0})
    assert first.operation is not None
    undo(office.location, first.operation, TODAY)
    assert rows_of(office) == []
    dry = plan_visits(office, policy, TODAY, DECEMBER, dry_run=True)
    assert (dry.operation, dry.tally["new"], rows_of(office)) == (None, COUNT, [])
    assert days_of(dry) == days_of(first)


def test_what_is_done_drops_out_and_what_passed_is_planned_anew(
    office: Ledger, policy: Policy
) -> None:
    """On the 10th of December: one was visited, the rest of the first days goes on."""
    plan_visits(office, policy, TODAY, DECEMBER)
    visit(office, 1, "2026-12-03")
    later = caller_on("2026-12-10")
    report = plan_visits(office, policy, later, DECEMBER)
    assert report.tally["deleted"] == 1
    assert "3700000000" not in days_of(report)
    assert all(day and day >= later.as_of for day in days_of(report).values())
    assert len(rows_of(office)) == COUNT - 1
    assert report.operation is not None
    undo(office.location, report.operation, later)
    assert len(rows_of(office)) == COUNT
    assert check(office.location).ok


def visit(ledger: Ledger, customer: int, day: str) -> None:
    with ledger.operation(TODAY, "test", {}) as op:
        told = (customer, day, 0, 1)
        op.insert("visit", ("customer_id", "visited_on", "manager_key", "sequence"), [told])


def test_what_is_planned_stays_put_unless_planned_afresh(office: Ledger, policy: Policy) -> None:
    """Five are done early: the others keep their days; afresh, they are spread anew."""
    first = days_of(plan_visits(office, policy, TODAY, DECEMBER))
    for customer in (31, 33, 35, 37, 39):
        visit(office, customer, "2026-12-01")
    today = caller_on("2026-12-01")
    report = plan_visits(office, policy, today, DECEMBER)
    assert report.tally["deleted"] == 5
    assert all(first[account] == day for account, day in days_of(report).items())
    afresh = PlanAsked("2026-12", services=("visit",), afresh=True)
    assert plan_visits(office, policy, today, afresh).tally["changed"] > 0
    assert plan_visits(office, policy, today, afresh).operation is None


def test_a_cap_leaves_some_out_and_names_them(office: Ledger, tmp_path: Path) -> None:
    """From the 21st on there are nine working days: one a day, nine of 23 each."""
    policy = _policy(tmp_path, "\n[plan]\nper_day = 1\n")
    report = plan_visits(office, policy, caller_on("2026-12-21"), DECEMBER)
    left = report.unplanned
    assert len(left) == COUNT - 2 * len(report.terms.days)
    assert {e.planned.why.value for e in left} == {"full"}
    assert max(Counter((v.manager, v.day) for v in report.visits).values()) == 1
    assert sum(row["planned_on"] is None for row in rows_of(office)) == len(left)
    told = report.to_json()["unplanned"]
    assert told[0]["text"] == "期限内各天都已排满"


def test_no_plan_for_a_month_that_is_over_or_no_month(office: Ledger, policy: Policy) -> None:
    """Each says what to do."""
    with pytest.raises(UsageProblem, match="已经过完"):
        plan_visits(office, policy, TODAY, PlanAsked("2026-10"))
    with pytest.raises(UsageProblem, match="不是月份"):
        plan_visits(office, policy, TODAY, PlanAsked("2026-13"))


def test_one_managers_plan_leaves_the_others_alone(office: Ledger, policy: Policy) -> None:
    """Planning 示例甲 anew touches nothing of 示例乙's."""
    plan_visits(office, policy, TODAY, DECEMBER)
    before = {row["id"]: row for row in rows_of(office)}
    later = caller_on("2026-12-15")
    report = plan_visits(office, policy, later, PlanAsked("2026-12", manager="示例甲"))
    assert {e.manager for e in report.entries} == {"示例甲"}
    after = {row["id"]: row for row in rows_of(office)}
    changed = {before[i]["manager_id"] for i in before if after.get(i) != before[i]}
    assert len(changed) == 1


def test_an_item_owed_twice_a_month_is_planned_twice(office: Ledger, tmp_path: Path) -> None:
    """Each half of the month has its own."""
    path = tmp_path / "policy.toml"
    text = profile_text("three-fixed")
    assert 'per = "month", times = 1' in text
    path.write_text(text.replace('"month", times = 1', '"month", times = 2'), encoding="utf-8")
    report = plan_visits(office, load_policy(path), TODAY, DECEMBER)
    assert len(report.entries) == 2 * COUNT
    assert not report.unplanned
    for entry in report.entries:
        day = entry.planned.day
        assert day is not None
        assert entry.row.first <= day <= entry.row.due_by
    halves = Counter(e.row.period for e in report.entries)
    assert sorted(halves.values()) == [COUNT, COUNT]


def test_a_substitute_goes_where_it_cannot_wait(office: Ledger, policy: Policy) -> None:
    """示例甲 is away from the 2nd to the year's end: all of his customers are 示例乙's on those days."""
    with office.operation(TODAY, "test", {}) as op:
        manager = table("manager")
        ids = dict(map(tuple, op.connection.execute(sa.select(manager.c.name, manager.c.id))))
        held = table("customer_manager")
        mine = op.connection.scalars(
            sa.select(held.c.customer_id).where(held.c.manager_id == ids["示例甲"])
        ).all()
        own, other = {"manager_id": ids["示例甲"]}, {"manager_id": ids["示例乙"]}
        spans = [
            {**own, "valid_from": "2015-01-01", "valid_to": "2026-12-02"},
            {**other, "valid_from": "2026-12-02", "valid_to": "2026-12-31"},
            {**own, "valid_from": "2026-12-31", "valid_to": FOREVER},
        ]
        op.replace_spans("customer_manager", dict.fromkeys(mine, spans))
    report = plan_visits(office, policy, TODAY, DECEMBER)
    by = Counter(v.manager for v in report.visits)
    assert by == {"示例乙": COUNT}
    anew = plan_visits(office, policy, caller_on("2026-12-31"), DECEMBER)
    assert Counter(v.manager for v in anew.visits) == {"示例甲": COUNT // 2, "示例乙": COUNT // 2}


# --- the workbook --------------------------------------------------------------------------------------


def edited(book: Path, target: Path, told: Mapping[str, Mapping[str, object]]) -> Path:
    """The plan with cells of some 户号 typed in."""
    workbook = openpyxl.load_workbook(book)
    for sheet in workbook.worksheets[1:]:
        heads = [cell.value for cell in sheet[3]]
        for row in sheet.iter_rows(min_row=4):
            for head, value in told.get(str(row[heads.index("户号")].value), {}).items():
                row[heads.index(head)].value = value
    workbook.save(target)
    return target


def totals_of(ledger: Ledger, path: Path, caller: Caller = TODAY) -> dict[str, int]:
    totals: dict[str, int] = import_excel(ledger.location, [path], caller).to_json()["totals"]
    return totals


def test_the_workbook_edited_and_taken_back(office: Ledger, policy: Policy, tmp_path: Path) -> None:
    """Unedited it changes nothing; a day set by hand stays when planned anew; a day of completion is a visit."""
    book = tmp_path / "plan.xlsx"
    report = plan_visits(office, policy, TODAY, DECEMBER, excel=book)
    names = openpyxl.load_workbook(book).sheetnames
    assert names == ["总览", "计划"]
    totals = totals_of(office, book)
    assert (totals["read"], totals["unchanged"]) == (COUNT, COUNT)

    was = days_of(report)["3700000000"]
    other = date(2026, 12, 24) if was != date(2026, 12, 24) else date(2026, 12, 25)
    handed = max(
        (day, account)
        for account, day in days_of(report).items()
        if day and account > "3700000004" and manager_of(report, account) == "示例甲"
    )[1]
    told: dict[str, dict[str, object]] = {
        "3700000000": {"计划日期": other},
        handed: {"客户经理": "示例乙"},
        "3700000002": {"完成日期": date(2026, 12, 2)},
        "3700000003": {"计划日期": date(2026, 12, 26)},
        "3700000004": {"客户经理": "无此人"},
    }
    december = caller_on("2026-12-03")
    before = rows_of(office)
    back = import_excel(
        office.location, [edited(book, tmp_path / "edited.xlsx", told)], december,
        policy=Path(policy.path),
    ).to_json()  # fmt: skip
    totals = back["totals"]
    assert (totals["changed"], totals["new"], totals["rejected"]) == (3, 1, 1)
    codes = {f["code"] for s in back["files"][0]["sheets"] for f in s["findings"]}
    assert {"planned-not-working", "planned-not-holder", "unknown-planned-manager"} <= codes
    fixed = {row["customer_id"]: row["planned_on"] for row in rows_of(office) if row["fixed"]}
    assert len(fixed) == 3
    assert fixed[1] == other.isoformat()

    anew = plan_visits(office, policy, december, DECEMBER)
    days = days_of(anew)
    assert days["3700000000"] == other
    assert "3700000002" not in days
    assert {w.code for w in anew.warnings} == {"fixed-not-working", "fixed-not-holder"}
    assert manager_of(anew, handed) == "示例乙"
    assert plan_visits(office, policy, december, DECEMBER).operation is None

    assert anew.operation is not None
    assert back["operation"] is not None
    undo(office.location, anew.operation, december)
    undo(office.location, back["operation"], december)
    assert rows_of(office) == before
    assert check(office.location).ok


def test_untouched_workbooks_tell_of_no_edits(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    """Several items a visit, each with a reason of its own; neither that one nor the one from before planning anew."""
    book, month = tmp_path / "plan.xlsx", PlanAsked("2026-12")
    plan_visits(office, policy, TODAY, month)
    last = max((r for r in rows_of(office) if r["customer_id"] == 2), key=lambda r: r["service"])
    with office.operation(TODAY, "test", {}) as op:
        op.update("planned_visit", ("fixed",), [last["id"]], [(1,)], [{"fixed": 0}])
    report = plan_visits(office, policy, TODAY, month, excel=book)
    assert any(len({e.text for e in visit.entries}) > 1 for visit in report.visits)
    told: dict[str, dict[str, object]] = {"3700000000": {"计划日期": date(2026, 12, 24)}}
    for untouched in (book, book):
        back = import_excel(office.location, [untouched], TODAY).to_json()
        codes = [f["code"] for s in back["files"][0]["sheets"] for f in s["findings"]]
        assert "export-only-edited" not in codes
        assert back["totals"]["unchanged"] == back["totals"]["read"]
        import_excel(office.location, [edited(book, tmp_path / "edited.xlsx", told)], TODAY)
        again = plan_visits(office, policy, TODAY, replace(month, afresh=True))
        assert again.entries


def test_an_old_workbook_does_not_turn_back_what_was_planned_since(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    """Planned anew on the 15th, the workbook of November comes back unedited."""
    book = tmp_path / "plan.xlsx"
    plan_visits(office, policy, TODAY, DECEMBER, excel=book)
    later = caller_on("2026-12-15")
    plan_visits(office, policy, later, DECEMBER)
    before = rows_of(office)
    assert totals_of(office, book, later)["changed"] == 0
    assert rows_of(office) == before


def test_what_found_no_room_can_be_given_a_day(office: Ledger, tmp_path: Path) -> None:
    """From the sheet 排不下; the overfull day is named then."""
    policy = _policy(tmp_path, "\n[plan]\nper_day = 1\n")
    today = caller_on("2026-12-21")
    book = tmp_path / "plan.xlsx"
    report = plan_visits(office, policy, today, DECEMBER, excel=book)
    assert openpyxl.load_workbook(book).sheetnames == ["总览", "计划", "排不下"]
    left = report.unplanned[0].row.account_no
    told = {left: {"计划日期": date(2026, 12, 28)}}
    assert totals_of(office, edited(book, tmp_path / "e.xlsx", told), today)["changed"] == 1
    anew = plan_visits(office, policy, today, DECEMBER)
    assert days_of(anew)[left] == date(2026, 12, 28)
    assert len(anew.unplanned) == len(report.unplanned)


def test_a_visit_told_of_a_plan_that_went_on_is_recorded(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    """Filled in twice: nothing is doubled, and what the plan has dropped by then is still recorded."""
    book = tmp_path / "plan.xlsx"
    plan_visits(office, policy, TODAY, DECEMBER, excel=book)
    later = caller_on("2026-12-15")
    told = {"3700000007": {"完成日期": date(2026, 12, 4)}}
    filled = edited(book, tmp_path / "filled.xlsx", told)
    assert totals_of(office, filled, later)["new"] == 1
    plan_visits(office, policy, later, DECEMBER)
    more = {**told, "3700000008": {"完成日期": date(2026, 12, 7)}}
    again = edited(book, tmp_path / "again.xlsx", more)
    totals = totals_of(office, again, later)
    assert (totals["new"], totals["changed"], totals["rejected"]) == (1, 0, 0)
    visit_table, manager = table("visit"), table("manager")
    with office.reading() as connection:
        query = (
            sa.select(visit_table.c.visited_on, manager.c.name)
            .join(manager, manager.c.id == visit_table.c.manager_id)
            .where(visit_table.c.visited_on > "2026-12-01")
            .order_by(visit_table.c.visited_on)
        )
        found = [tuple(row) for row in connection.execute(query)]
    assert found == [("2026-12-04", "示例甲"), ("2026-12-07", "示例乙")]


# --- as any other kind -------------------------------------------------------------------------------


def test_the_plan_is_listed_exported_and_edited_as_any_kind(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    """list, export-excel, edit, and unfixing."""
    plan_visits(office, policy, TODAY, DECEMBER)
    with listed(office.location, "planned-visits", TODAY, where=["manager=示例甲"]) as found:
        assert found.matched == COUNT // 2
        assert {row["customer.account_no"] for row in found.rows}
    out = tmp_path / "out.xlsx"
    export_excel(office.location, out, TODAY, kinds=["planned-visits"])
    assert totals_of(office, out)["unchanged"] == COUNT

    path = Path(policy.path)
    report = edit_record(office.location, "planned-visits", "3700000000/走访/2026-12", ["计划日期=2026-12-30"], TODAY, policy=path)  # fmt: skip
    assert {c.field for c in report.changes} == {"planned_on", "fixed", "reason"} - {"reason"}
    assert days_of(plan_visits(office, policy, TODAY, DECEMBER))["3700000000"] == date(2026, 12, 30)
    edit_record(
        office.location, "planned-visits", "3700000000", ["人工指定=否"], TODAY, policy=path
    )
    assert not any(row["fixed"] for row in rows_of(office))


def test_an_own_plan_of_the_office_sets_days(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    """A sheet with 户号 and 计划日期, said to be a plan."""
    plan_visits(office, policy, TODAY, DECEMBER)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["户号", "计划日期"])
    sheet.append(["3700000005", date(2026, 12, 31)])
    sheet.append(["3700000006", date(2027, 1, 5)])
    path = tmp_path / "own.xlsx"
    book.save(path)
    totals = import_excel(office.location, [path], TODAY, kind="planned-visits").to_json()["totals"]
    assert (totals["changed"], totals["rejected"]) == (1, 1)
