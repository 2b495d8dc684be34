"""Grids, liaisons, lines, areas and contacts meet the ledger: new, changed, unchanged, rejected, on both engines."""

from typing import Any

import sqlalchemy as sa
from tests.ledger.test_intake_customers import take

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.records.intake import CLEAR


def records(ledger: Ledger, name: str) -> list[dict[str, Any]]:
    t = table(name)
    with ledger.reading() as connection:
        return [dict(r) for r in connection.execute(sa.select(t).order_by(t.c.id)).mappings()]


LINE, CODE, STATION = "line.name", "line.code", "line.substation"


def test_a_line_is_new_then_unchanged_then_changed(ledger: Ledger, caller: Caller) -> None:
    row = {LINE: "示例一线", CODE: "XL01", STATION: None}
    assert take(ledger, caller, [row], kind="lines") == ([["new"]], [[]], 1)
    assert take(ledger, caller, [row], kind="lines") == ([["unchanged"]], [[]], None)
    row[STATION] = "示例变"
    assert take(ledger, caller, [row], kind="lines")[0] == [["changed"]]
    assert take(ledger, caller, [{LINE: "示例一线", CODE: None}], kind="lines")[0] == [
        ["unchanged"]
    ]
    assert take(ledger, caller, [{LINE: "示例一线", CODE: CLEAR}], kind="lines")[0] == [["changed"]]
    (line,) = records(ledger, "line")
    assert (line["code"], line["substation"]) == (None, "示例变")


def test_rows_of_one_line_agree_or_are_refused(ledger: Ledger, caller: Caller) -> None:
    outcomes, codes, _ = take(
        ledger,
        caller,
        [
            {LINE: "示例一线", CODE: "XL01", STATION: None},
            {LINE: "示例一线", CODE: None, STATION: "示例变"},
            {LINE: "示例二线", CODE: "XL02", STATION: None},
            {LINE: "示例二线", CODE: "XL03", STATION: None},
        ],
        kind="lines",
    )
    assert outcomes == [["new", "unchanged", "rejected", "rejected"]]
    assert codes == [["conflicting-rows", "conflicting-rows"]]
    (line,) = records(ledger, "line")
    assert (line["code"], line["substation"]) == ("XL01", "示例变")


def test_a_refused_row_does_not_even_make_its_office_known(ledger: Ledger, caller: Caller) -> None:
    rows = [
        {LINE: "示例一线", CODE: code, "line.office": "示例二供电所"} for code in ("XL01", "XL02")
    ]
    assert take(ledger, caller, rows, kind="lines")[2] is None
    assert records(ledger, "office") == []


def test_a_line_known_from_customers_gets_its_facts(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [{"customer.account_no": "3700000001", "customer.line": "示例一线"}])
    assert take(ledger, caller, [{LINE: "示例一线", CODE: "XL01"}], kind="lines")[0] == [
        ["changed"]
    ]
    assert [x["code"] for x in records(ledger, "line")] == ["XL01"]


def test_an_area_moves_to_another_line(ledger: Ledger, caller: Caller) -> None:
    name, line = "transformer_area.name", "transformer_area.line"
    manager = "transformer_area.manager"
    row = {name: "示例1号台区", line: "示例一线", manager: "示例甲", "manager.phone": "13800000001"}
    outcomes, codes, _ = take(ledger, caller, [row], kind="transformer-areas")
    assert (outcomes, codes) == ([["new"]], [["manager-created"]])
    moved = [{name: "示例1号台区", line: "示例二线", manager: None}]
    assert take(ledger, caller, moved, kind="transformer-areas")[0] == [["changed"]]
    (area,) = records(ledger, "transformer_area")
    assert [x["name"] for x in records(ledger, "line") if x["id"] == area["line_id"]] == [
        "示例二线"
    ]
    (person,) = records(ledger, "manager")
    assert (person["id"], person["phone"]) == (area["manager_id"], "13800000001")
    cleared = [{name: "示例1号台区", line: CLEAR, manager: CLEAR}]
    assert take(ledger, caller, cleared, kind="transformer-areas")[0] == [["changed"]]
    (area,) = records(ledger, "transformer_area")
    assert (area["line_id"], area["manager_id"]) == (None, None)


GRID, WHO, ROLE, PHONE = "grid.name", "liaison.name", "liaison.role", "liaison.phone"


def test_a_grid_with_two_liaisons_is_one_grid(ledger: Ledger, caller: Caller) -> None:
    rows = [
        {GRID: "新华社区", "grid.code": "WG01", WHO: "示例子", PHONE: "13900000001"},
        {GRID: "新华社区", "grid.code": "WG01", WHO: "示例丑", PHONE: "13900000002"},
    ]
    assert take(ledger, caller, rows, kind="grids")[0] == [["new", "new"]]
    assert take(ledger, caller, rows, kind="grids")[0] == [["unchanged", "unchanged"]]
    (grid,) = records(ledger, "grid")
    assert grid["grid_kind"] == "community"
    assert [x["grid_id"] for x in records(ledger, "liaison")] == [grid["id"]] * 2
    rows[1][PHONE] = "13900000003"
    assert take(ledger, caller, rows, kind="grids")[0] == [["unchanged", "changed"]]


def test_a_liaison_told_in_two_ways_refuses_its_rows_alone(ledger: Ledger, caller: Caller) -> None:
    rows: list[dict[str, Any]] = [
        {GRID: "新华社区", WHO: "示例子", PHONE: "13900000001"},
        {GRID: "新华社区", WHO: "示例子", PHONE: "13900000002"},
        {GRID: "示例村", WHO: "示例寅", PHONE: None},
        {GRID: "示例二村", WHO: None, PHONE: "13900000004"},
    ]
    outcomes, codes, _ = take(ledger, caller, rows, kind="grids")
    assert outcomes == [["rejected", "rejected", "new", "rejected"]]
    assert sorted(codes[0]) == ["conflicting-rows", "conflicting-rows", "missing-key"]
    assert [g["name"] for g in records(ledger, "grid")] == ["示例村"]


def test_a_liaison_of_an_unknown_grid_makes_it_known(ledger: Ledger, caller: Caller) -> None:
    rows = [{WHO: "示例子", "liaison.grid": "示例村", ROLE: "village-committee"}]
    assert take(ledger, caller, rows, kind="liaisons")[0] == [["new"]]
    (grid,) = records(ledger, "grid")
    assert (grid["name"], grid["grid_kind"]) == ("示例村", "village")
    same_name = [{WHO: "示例子", "liaison.grid": "示例二村", ROLE: None}]
    assert take(ledger, caller, same_name, kind="liaisons")[0] == [["new"]]
    assert len(records(ledger, "liaison")) == 2


NO, NAME = "customer.account_no", "contact.name"


def test_a_contact_needs_its_customer(ledger: Ledger, caller: Caller) -> None:
    rows = [{NO: "3700000001", NAME: "示例卯", "contact.role": "electrical"}]
    assert take(ledger, caller, rows, kind="contacts")[:2] == (
        [["rejected"]],
        [["unknown-account"]],
    )
    take(ledger, caller, [{NO: "3703700000001"}])
    assert take(ledger, caller, rows, kind="contacts")[0] == [["new"]]
    rows[0]["contact.role"] = "billing"
    assert take(ledger, caller, rows, kind="contacts")[0] == [["changed"]]
    assert take(ledger, caller, [{NO: "3700000001", NAME: None}], kind="contacts")[1] == [
        ["missing-key"]
    ]
    (contact,) = records(ledger, "contact")
    assert contact["role"] == "billing"
