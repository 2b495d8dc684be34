"""What an import changes and what follows from it: the diff, tier moves, visits due more or less."""

from pathlib import Path
from typing import Any

import pytest
from tests.work.consequence_world import (
    CONSUMPTION,
    CUSTOMERS,
    DAY,
    VISITS,
    World,
    account,
    customer,
)

from cmledger.cli.consequences import consequences_text
from cmledger.cli.show import Screen
from cmledger.ledger.journal import Operation
from cmledger.records.account import ImportReport
from cmledger.wording import consequences as say


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Six customers, of whom number 6 is diamond, 5 and 4 are gold, the others normal, since 2026-09-01."""
    world = World(tmp_path / "office")
    world.take(world.file(CUSTOMERS, [customer(n) for n in range(1, 7)]), day="2026-09-05")
    world.assign("2026-09-05")
    return world


def changes(report: ImportReport) -> list[tuple[Any, ...]]:
    """row, cell, field, before, after of every change told."""
    told = [s for f in report.to_json()["files"] for s in f["sheets"]]
    faces = ("cell", "field", "before", "after")
    return [tuple(c[face] for face in faces) for sheet in told for c in sheet["changes"]]


def moves(report: ImportReport) -> list[tuple[Any, ...]]:
    assert report.consequences is not None
    return [(m["account_no"][-1], m["from"], m["to"]) for m in report.consequences.tier_moves]


def dues(report: ImportReport) -> dict[str, tuple[Any, Any]]:
    """Last digit -> status before and after."""
    told = report.to_json()["consequences"]["visits_due_change"]
    return {
        one["account_no"][-1]: tuple(one[side] and one[side]["status"] for side in ("before", "after"))
        for one in told
    }  # fmt: skip


# --- the diff ----------------------------------------------------------------------------------------


def test_every_changed_field_is_told_with_its_cell(world: World) -> None:
    row = customer(1, 户名="示例改名", 线路="示例二线", 客户经理="示例乙", 联系电话="13800000009")
    row[-1] = 1500.5
    report = world.take(world.file(CUSTOMERS, [customer(2), row]))
    assert changes(report) == [
        ("B3", "name", "示例客户1", "示例改名"),
        ("D3", "line", "示例一线", "示例二线"),
        ("I3", "contact_phone", None, "13800000009"),
        ("E3", "manager", "示例甲", "示例乙"),
        ("J3", "kwh:2025", 1000, 1500.5),
    ]
    assert report.totals["changed"] == 1


def test_what_a_status_implies_is_told_without_a_column(world: World) -> None:
    report = world.take(world.file(CUSTOMERS, [customer(1, 用户状态="已销户")]))
    assert changes(report) == [("F2", "status", "active", "closed"), ("2", "closed_on", None, DAY)]


def test_what_is_added_to_a_known_customer_is_a_change_from_nothing(world: World) -> None:
    header = (*CUSTOMERS, "2024年用电量(kWh)", "自编分组")
    report = world.take(world.file(header, [[*customer(1), 77, "甲组"]]))
    assert changes(report) == [
        ("L2", "extras:自编分组", None, "甲组"),
        ("K2", "kwh:2024", None, 77),
    ]


def test_new_rows_have_no_diff_and_a_month_is_named(world: World) -> None:
    world.take(world.file(CONSUMPTION, [[account(1), 2026, 3, 10]]))
    path = world.file(CONSUMPTION, [[account(1), 2026, 3, 12], [account(2), 2026, 3, 5]])
    assert changes(world.take(path)) == [("D2", "kwh:2026-03", 10, 12)]


def test_a_visit_told_anew(world: World) -> None:
    header = ("户号", "走访日期", "客户经理", "走访内容", "客户意见", "服务项目")
    told = [account(1), "2026-11-03", "示例甲", "示例内容"]
    world.take(world.file(header, [[*told, None, None]]))
    report = world.take(world.file(header, [[*told, "示例意见", "B2"]]))
    assert changes(report) == [
        ("E2", "opinion", None, "示例意见"),
        ("F2", "services", None, ["B2"]),
    ]
    (sheet,) = report.to_json()["files"][0]["sheets"]
    assert {change["record"] for change in sheet["changes"]} == {"2026-11-03"}


def test_changes_are_bounded_where_asked_and_all_counted(world: World) -> None:
    path = world.file(CUSTOMERS, [customer(n, 户名=f"改{n}") for n in range(1, 7)])
    (sheet,) = world.take(path, dry_run=True, most=2).files[0].sheets
    assert sheet.diff is not None
    assert (len(sheet.diff.fields), sheet.diff.count) == (2, 6)


def test_nothing_is_told_where_nobody_asked(world: World) -> None:
    report = world.take(world.file(CUSTOMERS, [customer(1, 户名="改")]), consequences=False)
    assert report.consequences is None
    assert "changes" not in report.to_json()["files"][0]["sheets"][0]


def test_the_diff_is_not_kept_for_the_day_the_same_file_comes_again(world: World) -> None:
    path = world.file(CUSTOMERS, [customer(1, 户名="改")])
    assert len(changes(world.take(path))) == 1
    assert changes(world.take(path)) == []


# --- tiers -------------------------------------------------------------------------------------------


def test_energy_moves_ranks_and_says_why(world: World) -> None:
    report = world.take(world.file(CONSUMPTION, [[account(1), 2025, None, 50_000]]))
    assert moves(report) == [
        ("1", "normal", "diamond"),
        ("6", "diamond", "gold"),
        ("4", "gold", "normal"),
    ]
    (why, *_) = report.to_json()["consequences"]["tier_moves"][0]["because"]
    assert (why["rule"], why["rank"], why["kwh"]) == ("sales-rank", 1, 50_000)
    assert report.to_json()["consequences"]["tier_moves"][0]["visits_from"] == "2026-12-01"


def test_moves_that_were_pending_are_not_laid_to_the_import(world: World) -> None:
    world.take(world.file(CONSUMPTION, [[account(1), 2025, None, 50_000]]))
    report = world.take(world.file(CUSTOMERS, [customer(7)]))
    assert moves(report) == [("5", "gold", "normal"), ("7", None, "gold")]


def test_nothing_of_the_trial_is_left(world: World) -> None:
    before = [line for line in world.dump() if "customer_tier" in line]
    world.take(world.file(CONSUMPTION, [[account(1), 2025, None, 50_000]]))
    assert [line for line in world.dump() if "customer_tier" in line] == before
    with world.ledger.reading() as connection:
        commands = connection.exec_driver_sql("select command from operation order by id").scalars()
        assert list(commands) == ["import-excel", "assign-tiers", "import-excel"]


def test_a_ledger_without_tiers_is_told_to_assign_them(tmp_path: Path) -> None:
    world = World(tmp_path / "office")
    report = world.take(world.file(CUSTOMERS, [customer(1)]))
    assert report.consequences is not None
    assert report.consequences.note == say.NO_TIERS_YET
    assert not report.consequences.tier_moves


def test_rules_at_fault_do_not_stop_an_import(world: World) -> None:
    world.policy_path.write_text("since = nonsense", encoding="utf-8")
    report = world.take(world.file(CUSTOMERS, [customer(1, 户名="改")]))
    assert report.operation is not None
    assert report.consequences is not None
    assert report.consequences.note is not None
    assert len(changes(report)) == 1


def test_a_day_before_the_latest_round_moves_nothing(world: World) -> None:
    world.assign("2026-11-20")
    world.take(world.file(CUSTOMERS, [customer(7, 光伏="是")]), day="2026-11-21")
    world.assign("2026-11-22")
    path = world.file(CONSUMPTION, [[account(1), 2025, None, 50_000]])
    report = world.take(path, day="2026-11-21")
    assert report.consequences is not None
    assert moves(report) == []
    assert report.consequences.note is not None


# --- visits ------------------------------------------------------------------------------------------


def test_visits_clear_dues(world: World) -> None:
    row = [account(6), "2026-11-03", "示例甲", "示例内容", None]
    report = world.take(world.file(VISITS, [row]))
    assert dues(report) == {"6": ("overdue", None)}
    (load,) = report.to_json()["consequences"]["visits_due_by_manager"]
    assert load == {"manager": "示例甲", "more": 0, "less": 1}


def test_who_is_closed_owes_nothing_and_a_new_manager_owes_it_instead(world: World) -> None:
    rows = [customer(1, 用户状态="已销户"), customer(6, 客户经理="示例乙")]
    report = world.take(world.file(CUSTOMERS, rows))
    assert dues(report) == {"1": ("due", None), "6": ("overdue", "overdue")}
    loads = report.to_json()["consequences"]["visits_due_by_manager"]
    assert loads == [
        {"manager": "示例乙", "more": 1, "less": 0},
        {"manager": "示例甲", "more": 0, "less": 2},
    ]


def test_a_tier_move_leaves_the_running_period_as_it_is(world: World) -> None:
    """The tier on a period's first day sets what is owed until its end (design 6)."""
    report = world.take(world.file(CONSUMPTION, [[account(1), 2025, None, 50_000]]))
    assert len(moves(report)) == 3
    assert dues(report) == {}


def test_visits_do_not_ask_for_a_round_of_tiers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def unasked(*_: object, **__: object) -> None:
        raise AssertionError("a round of tiers")

    monkeypatch.setattr("cmledger.work.consequences.assign_within", unasked)
    world.take(world.file(VISITS, [[account(6), "2026-11-03", "示例甲", "示例内容", None]]))


def test_an_import_that_changes_nothing_is_not_thought_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    begin = Operation.begin.__func__  # type: ignore[attr-defined]

    def counted(cls: Any, at: Any, by: Any, command: str, *rest: Any, **more: Any) -> Any:
        begun.append(command)
        return begin(cls, at, by, command, *rest, **more)

    monkeypatch.setattr(Operation, "begin", classmethod(counted))
    same = world.file(CUSTOMERS, [customer(n) for n in range(1, 7)])
    report = world.take(same)
    assert report.files[0].taken_before == 1
    assert begun == ["import-excel"]
    begun.clear()
    report = world.take(world.file(CUSTOMERS, [customer(n) for n in range(6, 0, -1)]))
    assert report.operation is None
    assert begun == ["import-excel", "assign-tiers"], "only the state before was looked at"


# --- on the screen -----------------------------------------------------------------------------------


def shown(report: ImportReport, capsys: pytest.CaptureFixture[str]) -> str:
    assert report.consequences is not None
    capsys.readouterr()
    consequences_text(Screen(), report.consequences)
    return "".join(capsys.readouterr().out.split())


def test_a_visit_done_and_customers_overdue_at_once_are_told_as_such(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = [account(6), "2026-11-03", "示例甲", "示例内容", None]
    report = world.take(world.file(VISITS, [visit]))
    told = report.to_json()["consequences"]["visits_due_change"]
    assert [one["done"] for one in told if one["after"] is None] == [True]
    text = shown(report, capsys)
    assert "已走访" in text
    assert "不用走访" not in text
    report = world.take(world.file(CUSTOMERS, [customer(7)]))
    told = report.to_json()["consequences"]["visits_due_change"]
    late = [o for o in told if o["before"] is None and o["after"]["status"] == "overdue"]
    text = shown(report, capsys)
    assert bool(late) == ("一列入就已逾期" in text)
    for one in late:
        assert f"{one['after']['overdue_since'][5:]}起" in text
    gone = world.take(world.file(CUSTOMERS, [customer(6, 用户状态="已销户")]))
    for one in gone.to_json()["consequences"]["visits_due_change"]:
        assert one["done"] is False


def test_from_the_next_period_on_is_said_of_those_only_who_had_a_tier(world: World) -> None:
    report = world.take(world.file(CUSTOMERS, [customer(7)]))
    for move in report.to_json()["consequences"]["tier_moves"]:
        assert (move["visits_from"] is None) == (move["from"] is None)
