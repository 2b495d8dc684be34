"""Customers missing from files that claim to be complete: told, within the scope the file speaks for, never closed."""

from pathlib import Path
from typing import Any

import pytest
from tests.work.consequence_world import CONSUMPTION, CUSTOMERS, World, account, customer

from cmledger.cli.app import run
from cmledger.errors import UsageProblem
from cmledger.records.account import ImportReport
from cmledger.wording import consequences as say

OTHER = "示例二所"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """1-3 on 示例一线, 4 and 5 on 示例二线, 6 a resident, 7 closed; 8 belongs to another office."""
    world = World(tmp_path / "office")
    rows = [customer(n) for n in (1, 2, 3)]
    rows += [customer(n, 线路="示例二线") for n in (4, 5)]
    rows += [
        customer(6, 电压等级="220V"),
        customer(7, 用户状态="已销户"),
        customer(8, 供电所=OTHER),
    ]
    world.take(world.file(CUSTOMERS, rows))
    return world


def missing(report: ImportReport) -> list[str]:
    assert report.consequences is not None
    return [one.account_no[-1] for one in report.consequences.missing]


def scopes(report: ImportReport) -> list[dict[str, Any]]:
    scopes: list[dict[str, Any]] = report.to_json()["consequences"]["compared"]
    return scopes


def test_who_is_not_in_the_file_is_told_and_not_closed(world: World) -> None:
    rows = [customer(1), customer(4, 线路="示例二线"), customer(6, 电压等级="220V")]
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert missing(report) == ["2", "3", "5"], "neither the closed one nor the other office's"
    assert scopes(report) == [
        {"office": "示例供电所", "in_file": 3, "in_ledger": 6, "missing": 3},
    ]
    assert report.operation is None, "nothing was written"


def test_without_the_option_nobody_is_missing(world: World) -> None:
    report = world.take(world.file(CUSTOMERS, [customer(1)]))
    assert missing(report) == []
    assert scopes(report) == []


def test_a_file_of_one_line_speaks_for_that_line(world: World) -> None:
    rows = [customer(1), customer(3)]
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert missing(report) == ["2"]
    assert scopes(report)[0]["line"] == "示例一线"
    assert scopes(report)[0]["customer_class"] == "high-voltage"


def test_a_row_without_a_line_makes_it_the_office(world: World) -> None:
    rows = [customer(1), customer(2, 线路=None), customer(3), customer(6, 电压等级="220V")]
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert missing(report) == ["4", "5"]


def test_a_file_of_high_voltage_customers_says_nothing_of_residents(world: World) -> None:
    rows = [customer(1), customer(4, 线路="示例二线")]
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert missing(report) == ["2", "3", "5"], "not number 6"


def test_a_rejected_row_names_its_customer_and_an_unreadable_one_is_counted(world: World) -> None:
    rows = [customer(1), customer(2, 联系电话="清空"), customer(3)]
    rows[1][-1] = "坏数"
    rows.append(customer(2, 户号="3.7E+12"))
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert report.totals["rejected"] == 2
    assert missing(report) == []
    assert report.to_json()["consequences"]["unreadable_rows"] == 1


def test_a_former_number_and_the_long_form_name_their_customer(world: World) -> None:
    rows = [customer(1, 户号="370" + account(1)), customer(2), customer(3)]
    assert missing(world.take(world.file(CUSTOMERS, rows), complete=True)) == []
    header = (*CUSTOMERS, "原户号")
    renumbered = [
        [*customer(9, 户名="示例客户2"), account(2)],
        [*customer(1), None],
        [*customer(3), None],
    ]
    assert missing(world.take(world.file(header, renumbered), complete=True)) == []


def test_several_files_are_complete_together(world: World) -> None:
    one = world.file(CUSTOMERS, [customer(1), customer(2)])
    two = world.file(CUSTOMERS, [customer(4, 线路="示例二线"), customer(8, 供电所=OTHER)])
    report = world.take(one, two, complete=True)
    assert missing(report) == ["3", "5"]
    assert {scope["office"]: scope["in_file"] for scope in scopes(report)} == {
        "示例供电所": 3,
        OTHER: 1,
    }


def test_a_file_taken_before_is_compared_all_the_same(world: World) -> None:
    path = world.file(CUSTOMERS, [customer(1), customer(2, 户名="改名")])
    world.take(path)
    report = world.take(path, complete=True)
    assert report.files[0].taken_before is not None
    assert report.operation is None
    assert missing(report) == ["3"]


def test_customers_closed_or_added_by_the_file_itself_are_not_missing(world: World) -> None:
    rows = [customer(1, 用户状态="已销户"), customer(2), customer(3), customer(9)]
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert missing(report) == []
    assert scopes(report)[0]["in_file"] == 3


def test_without_rules_the_recorded_class_counts(world: World) -> None:
    world.policy_path.unlink()
    rows = [customer(1), customer(4, 线路="示例二线")]
    report = world.take(world.file(CUSTOMERS, rows), complete=True)
    assert missing(report) == ["2", "3", "5", "6"], (
        "no class is recorded: nothing is narrowed by it"
    )


def test_files_without_customers_cannot_be_complete(world: World) -> None:
    with pytest.raises(UsageProblem) as refused:
        world.take(world.file(CONSUMPTION, [[account(1), 2025, 1, 5]]), complete=True)
    assert refused.value.message == say.COMPLETE_OF_WHAT


def test_on_the_screen(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.file(CUSTOMERS, [customer(1), customer(3)])
    where = ("--ledger", world.ledger.location, "--as-of", "2026-11-22")
    assert run(["import-excel", str(path), "--complete", "-n", *where]) == 0
    shown = capsys.readouterr().out
    assert "线路 示例一线" in shown
    assert account(2) in shown
    assert say.HOW_TO_CLOSE in shown
    assert run(["import-excel", str(path), "--complete", "-n", "-q", *where]) == 0
    assert capsys.readouterr().out == ""
