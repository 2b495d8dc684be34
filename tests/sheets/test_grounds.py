"""Unclear headers: what decides them is said for each, a tie is asked for, and a column is what it holds."""

from pathlib import Path
from typing import Any

import pytest
from tests.sheets.test_intake import A, Office, codes, fields, values

from cmledger.errors import NeedsDecision

PHONES = [f"1380000000{n}" for n in range(4)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def table(headers: list[str], *columns: list[Any]) -> list[list[Any]]:
    """户号, 户名, 电压等级 and the columns given."""
    rows = zip(*columns, strict=True)
    return [["户号", "户名", "电压等级", *headers], *([A[i], f"厂{i}", "10kV", *row] for i, row in enumerate(rows))]  # fmt: skip


def grounds(sheet: Any) -> set[tuple[str | None, str]]:
    return {c for c in codes(sheet) if c[1].startswith("column-by-")}


@pytest.mark.parametrize(
    ("header", "cells", "field"),
    [
        ("客户级别", ["一级", "二级", "特级"], "importance"),
        ("类别", ["高压", "低压居民", "高压"], "customer_class"),
        ("类别", ["大工业用电", "商业用电", "大工业用电"], "tariff_class"),
        ("类型", ["大工业用电", "商业用电", "大工业用电"], "tariff_class"),
        ("单位名称", ["示例供电所", "示例供电所", "示例供电所"], "office"),
        ("姓名", ["张三", "李四", "王五"], "contact_name"),
    ],
)
def test_values_decide_and_it_is_said(
    office: Office, header: str, cells: list[str], field: str
) -> None:
    sheet = office.sheet(table([header], cells))
    assert fields(sheet)["D"] == field
    assert grounds(sheet) == {("D", "column-by-values")}
    (said,) = (f for f in sheet.findings if f.code == "column-by-values")
    assert "--map D=" in said.message


@pytest.mark.parametrize("word", ["普通", "一般"])
def test_a_tie_is_asked_for(office: Office, word: str) -> None:
    rows = table(["客户级别"], [word] * 3)
    with pytest.raises(NeedsDecision, match="客户级别") as asked:
        office.sheet(rows)
    assert "--map D=importance" in str(asked.value.hint)
    assert values(office.sheet(rows, mapping={"D": "importance"}), "customer.importance") == ["none"] * 3  # fmt: skip
    assert "D" not in fields(office.sheet(rows, mapping={"D": "ignore"}))


def test_tiers_under_another_title_are_known_and_not_taken(office: Office) -> None:
    sheet = office.sheet(table(["客户类别"], ["钻石", "金牌", "普通"]))
    assert "D" not in fields(sheet)
    assert ("D", "known-and-not-taken") in codes(sheet)


def test_our_own_title_is_no_tie(office: Office) -> None:
    sheet = office.sheet(table(["客户等级"], ["普通"] * 3))
    assert "D" not in fields(sheet)


def test_a_level_beside_the_manager_is_the_managers(office: Office) -> None:
    sheet = office.sheet(table(["客户经理", "级别"], ["张三"] * 3, ["普通"] * 3))
    assert fields(sheet)["E"] == "manager.grade"
    assert grounds(sheet) == {("E", "column-by-neighbour")}


def test_a_phone_beside_the_manager_says_on_what_grounds(office: Office) -> None:
    managers = ["张三", "张三", "李四", "李四"]
    sheet = office.sheet(table(["客户经理", "电话"], managers, [PHONES[0]] * 2 + [PHONES[1]] * 2))
    assert fields(sheet)["E"] == "manager.phone"
    assert grounds(sheet) == {("E", "column-by-neighbour")}
    sheet = office.sheet(table(["客户经理", "电话"], managers, PHONES))
    assert fields(sheet)["E"] == "contact_phone"
    assert grounds(sheet) == {("E", "column-by-values")}


def test_a_phone_beside_a_person_whose_header_says_little(office: Office) -> None:
    people = ["张三", "张三", "李四", "李四"]
    sheet = office.sheet(table(["责任人", "电话"], people, [PHONES[0]] * 2 + [PHONES[1]] * 2))
    assert (fields(sheet)["D"], fields(sheet)["E"]) == ("manager", "manager.phone")
    sheet = office.sheet(table(["负责人", "电话"], people, PHONES))
    assert (fields(sheet)["D"], fields(sheet)["E"]) == ("contact_name", "contact_phone")


def test_a_number_that_is_an_account_and_one_that_counts(office: Office) -> None:
    rows = [["编号", "户名", "电压等级", "容量"], *([A[i], f"厂{i}", "10kV", 315] for i in range(3))]  # fmt: skip
    sheet = office.sheet(rows)
    assert fields(sheet)["A"] == "account_no"
    assert ("A", "column-by-values") in codes(sheet)
    assert ("D", "capacity-taken-as-contract") in codes(sheet)
    rows = table(["编号"], [1, 2, 3])
    assert "D" not in fields(office.sheet(rows))


def test_the_group_decides_and_it_is_said(office: Office) -> None:
    rows = [
        ["户号", "户名", "电压等级", "联系人", None],
        [None, None, None, "姓名", "电话"],
        *([A[i], f"厂{i}", "10kV", "张三", PHONES[i]] for i in range(3)),
    ]
    sheet = office.sheet(rows, merges=("A1:A2", "B1:B2", "C1:C2", "D1:E1"))
    assert (fields(sheet)["D"], fields(sheet)["E"]) == ("contact_name", "contact_phone")
    assert grounds(sheet) == {("D", "column-by-group"), ("E", "column-by-group")}


# --- 联系人 --------------------------------------------------------------------------------------


def test_contacts_that_are_phones_are_phones(office: Office) -> None:
    sheet = office.sheet(table(["联系人"], PHONES[:3]))
    assert fields(sheet)["D"] == "contact_phone"
    assert codes(sheet) == [("D", "contact-holds-phones")]


def test_names_and_phones_that_changed_places(office: Office) -> None:
    sheet = office.sheet(table(["联系人", "联系电话"], PHONES[:3], ["张三", "李四", "王五"]))
    assert (fields(sheet)["D"], fields(sheet)["E"]) == ("contact_phone", "contact_name")
    assert codes(sheet) == [("D", "contact-holds-phones")]


def test_phones_under_both_headers(office: Office) -> None:
    sheet = office.sheet(table(["联系人", "联系电话"], PHONES[:3], PHONES[1:]))
    assert fields(sheet).get("D") is None
    assert next(u.use for u in sheet.columns if u.column == "D") == "extra"
    assert values(sheet, "customer.contact_phone") == PHONES[1:]


def test_a_name_and_its_phone_in_one_cell(office: Office) -> None:
    cells = ["张三 13800000001", "李四（13800000002）", "王五:0530-1234567", "赵六"]
    sheet = office.sheet(table(["联系人"], cells))
    assert values(sheet, "customer.contact_name") == ["张三", "李四", "王五", "赵六"]
    assert values(sheet, "customer.contact_phone") == ["13800000001", "13800000002", "0530-1234567", None]  # fmt: skip
    assert codes(sheet) == [("D2", "contact-with-phone")]


def test_another_phone_in_the_cell_is_kept_beside(office: Office) -> None:
    sheet = office.sheet(table(["联系人", "联系电话"], [f"张三 {PHONES[0]}", f"李四 {PHONES[1]}"], [PHONES[0], PHONES[2]]))  # fmt: skip
    assert values(sheet, "customer.contact_phone") == [PHONES[0], PHONES[2]]
    assert sheet.rows is not None
    assert sheet.rows.extras == {"联系人(原文)": [None, f"李四 {PHONES[1]}"]}


def test_several_names_with_phones_stay_as_they_stand(office: Office) -> None:
    cell = f"张三{PHONES[0]}、李四{PHONES[1]}"
    sheet = office.sheet(table(["联系人"], [cell, "王五"]))
    assert values(sheet, "customer.contact_name")[0] == cell
    assert "customer.contact_phone" not in (sheet.rows.values if sheet.rows else {})


# --- --map to what a kind lacks --------------------------------------------------------------------


def test_a_field_of_another_kind_is_not_ignored(office: Office) -> None:
    rows = [["户号", "年", "月", "电量", "自用"], [A[0], 2025, 1, 5, "x"]]
    with pytest.raises(NeedsDecision, match="importance") as asked:
        office.sheet(rows, mapping={"E": "importance"}, kind="consumption")
    assert "--kind" in str(asked.value.hint)


def test_a_field_that_another_table_of_the_file_has_is_said(office: Office) -> None:
    ours = table(["等级"], ["一级", "二级", "特级"])
    rows = [["户号", "年", "月", "电量", "等级"], [A[0], 2025, 1, 5, "x"]]
    path = office.book(("客户台账", ours, []), ("电量", rows, []))
    customers, energy = office.read(path, mapping={"等级": "importance"}).sheets
    assert fields(customers)["D"] == "importance"
    assert ("E", "map-not-of-kind") in codes(energy)


def test_a_column_said_twice_is_asked_for(office: Office) -> None:
    rows = table(["甲数", "乙数"], [100, 200, 300], [110, 210, 310])
    said = {"D": "contract_capacity_kva", "E": "contract_capacity_kva"}
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows, mapping=said)
    assert "D" in str(refused.value)
    assert "E=ignore" in (refused.value.hint or "")


def test_a_header_said_once_that_stands_twice_is_asked_for(office: Office) -> None:
    rows = table(["数", "数"], [100, 200, 300], [110, 210, 310])
    with pytest.raises(NeedsDecision):
        office.sheet(rows, mapping={"数": "contract_capacity_kva"})
    rows = table(["数", "数"], [100, 200, 300], [100, None, 300])
    sheet = office.sheet(rows, mapping={"数": "contract_capacity_kva"})
    assert ("E", "same-values") in codes(sheet)


def test_columns_that_fill_each_others_gaps_are_not_the_same(office: Office) -> None:
    """One of them left out as a repetition would lose what it alone says."""
    rows = table(["客户经理", "客户经理"], ["张三", None, None], [None, "李四", "王五"])
    with pytest.raises(NeedsDecision):
        office.sheet(rows)
    rows = table(["客户经理", "客户经理"], ["张三", None, None], ["张三", "李四", None])
    sheet = office.sheet(rows)
    assert values(sheet, "customer_manager.manager") == ["张三", "李四", None]
