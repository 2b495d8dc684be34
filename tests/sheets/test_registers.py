"""Meter-reading exports: several rows of one customer, one for each register or meter, and what the customer used."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sheets.test_intake import A, Office, codes, values

from cmledger.records.intake import EnergyColumn, Severity, SheetRows, SheetSeen
from cmledger.sheets.kinds import Register
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import REGISTERS
from cmledger.sheets.registers import drop_rows, fold_readings

HEADERS = ["用户编号", "用户名称", "抄表段编号", "电能表编号", "示数类型", "电费年月", "上次示数", "本次示数", "综合倍率", "抄见电量"]  # fmt: skip
METER, OTHER_METER = "0037000001", "0037000002"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def reading(
    at: int, register: str | None, kwh: Any, meter: str | None = METER, period: Any = "202503"
) -> list[Any]:
    return [A[at], f"厂{at}", "001", meter, register, period, 1, 2, 100, kwh]


def used(sheet: SheetSeen) -> list[tuple[str, int, Any]]:
    """(户号, Excel row, thousandths) of the rows the ledger would take."""
    rows = sheet.rows
    assert rows is not None
    return [
        (str(account), rows.numbers[at], rows.values["consumption.kwh"][at])
        for at, account in enumerate(rows.values["customer.account_no"])
        if at not in rows.refused
    ]


def test_the_register_of_the_whole_counts(office: Office) -> None:
    rows = [
        reading(0, "有功（总）", 100), reading(0, "有功（峰）", 30), reading(0, "有功（平）", 40), reading(0, "有功（谷）", 30),
        reading(0, "无功（总）", 11), reading(1, "正向有功总", 7), reading(1, "反向有功总", 5),
    ]  # fmt: skip
    sheet = office.sheet([HEADERS, *rows])
    assert sheet.kind == "consumption"
    assert used(sheet) == [(A[0], 2, 100_000), (A[1], 7, 7_000)]
    assert sheet.skipped == [(row, "meter-register-row") for row in (3, 4, 5, 6, 8)]
    assert sheet.read == 7
    assert codes(sheet) == []


def test_months_of_one_customer_stay_apart(office: Office) -> None:
    rows = [reading(0, r, k, period=p) for p, k in (("202503", 5), ("202504", 6)) for r in ("总", "无功")]  # fmt: skip
    assert used(office.sheet([HEADERS, *rows])) == [(A[0], 2, 5_000), (A[0], 4, 6_000)]


def test_meters_of_two_prefixes_are_of_two_customers(office: Office) -> None:
    """Their last ten digits alone do not make them one; which of them is known is settled with the ledger."""
    first = ["330" + A[0], *reading(0, "总", 5, METER)[1:]]
    second = ["370" + A[0], *reading(0, "总", 6, OTHER_METER)[1:]]
    sheet = office.sheet([HEADERS, first, second])
    assert used(sheet) == [("330" + A[0], 2, 5_000), ("370" + A[0], 3, 6_000)]


def test_the_parts_make_the_whole_where_it_is_missing(office: Office) -> None:
    rows = [reading(0, "尖峰", 1), reading(0, "峰", 30), reading(0, "平", 40), reading(0, "谷", 29), reading(0, "无功", 9)]  # fmt: skip
    sheet = office.sheet([HEADERS, *rows])
    assert used(sheet) == [(A[0], 2, 100_000)]
    assert ("J2", "register-parts-summed") in codes(sheet)


@pytest.mark.parametrize("valley", [None, "坏", "#REF!"])
def test_parts_that_make_no_whole_are_refused(office: Office, valley: str | None) -> None:
    rows = [reading(0, "峰", 30), reading(0, "平", 40), reading(1, "总", 5)]
    if valley:
        rows.insert(2, reading(0, "谷", valley))
    sheet = office.sheet([HEADERS, *rows])
    assert [account for account, *_ in used(sheet)] == [A[1]]
    assert {("J2", "register-total-missing"), ("J3", "register-total-missing")} <= set(codes(sheet))


def test_a_register_nobody_knows_is_refused(office: Office) -> None:
    sheet = office.sheet([HEADERS, reading(0, "有功（总）", 9), reading(0, "抄见零度", 1)])
    assert ("E3", "unknown-register") in codes(sheet)
    assert used(sheet) == [(A[0], 2, 9_000)]


def test_meters_with_numbers_of_their_own_add_up(office: Office) -> None:
    rows = [reading(0, "总", 100), reading(0, "峰", 1), reading(0, "总", 50, OTHER_METER)]
    sheet = office.sheet([HEADERS, *rows])
    assert used(sheet) == [(A[0], 2, 150_000)]
    assert sheet.skipped == [(3, "meter-register-row"), (4, "meter-row-added")]
    assert codes(sheet) == [("J2", "meters-added-up")]


def test_meters_without_numbers_do_not(office: Office) -> None:
    rows = [reading(0, "总", 100, None), reading(0, "总", 50, METER)]
    assert (
        len(used(office.sheet([HEADERS, *rows]))) == 2
    )  # the ledger refuses both as contradicting


def test_figures_of_one_meter_that_contradict_each_other_are_refused(office: Office) -> None:
    rows = [reading(0, "总", 100), reading(0, "总", 90), reading(0, "总", 50, OTHER_METER)]
    sheet = office.sheet([HEADERS, *rows])
    assert used(sheet) == []
    assert [c for c in codes(sheet) if c[1] == "conflicting-rows"] == [
        (cell, "conflicting-rows") for cell in ("A2", "A3", "A4")
    ]


def test_a_meter_that_cannot_be_read_spoils_the_sum(office: Office) -> None:
    rows = [reading(0, "总", 100), reading(0, "总", "坏", OTHER_METER)]
    sheet = office.sheet([HEADERS, *rows])
    assert used(sheet) == []
    assert ("J2", "meter-unreadable") in codes(sheet)


def test_the_same_row_twice_counts_once(office: Office) -> None:
    rows = [reading(0, "总", 100), reading(0, "总", 100), reading(0, "总", 50, OTHER_METER)]
    assert used(office.sheet([HEADERS, *rows])) == [(A[0], 2, 150_000)]


def test_the_period_may_stand_in_the_title(office: Office) -> None:
    headers = [h for h in HEADERS if h != "电费年月"]
    rows = [[c for i, c in enumerate(reading(0, r, k)) if i != 5] for r, k in (("总", 9), ("峰", 3))]  # fmt: skip
    sheet = office.sheet([["2025年3月抄表数据"], headers, *rows], merges=("A1:I1",))
    assert sheet.rows is not None
    ((energy),) = sheet.rows.energy
    assert (energy.year, energy.month, list(energy.values)) == (2025, 3, [9_000])


def test_the_months_of_a_year_side_by_side_add_up_too(office: Office) -> None:
    headers = ["户号", "户名", "表号", "2025年1月电量", "2025年2月电量"]
    rows = [[A[0], "甲", METER, 1, 2], [A[0], "甲", OTHER_METER, 10, None]]
    sheet = office.sheet([headers, *rows])
    assert sheet.rows is not None
    assert [list(e.values) for e in sheet.rows.energy] == [[11_000], [2_000]]


# --- laws ----------------------------------------------------------------------------------------

_READINGS = st.lists(
    st.tuples(
        st.sampled_from([A[0], A[1], None]),
        st.sampled_from([*REGISTERS, None]),
        st.sampled_from([METER, OTHER_METER, None]),
        st.one_of(st.none(), st.integers(0, 3)),
        st.booleans(),
    ),
    max_size=9,
)


@given(_READINGS)
def test_every_row_is_kept_left_out_or_refused_and_nothing_is_counted_twice(
    readings: list[tuple[Any, ...]],
) -> None:
    accounts, registers, meters, kwh, bad = zip(*readings, strict=True) if readings else [()] * 5
    rows = SheetRows(
        "consumption",
        list(range(2, len(readings) + 2)),
        {
            "customer.account_no": list(accounts),
            "consumption.register": list(registers),
            "consumption.meter_no": list(meters),
        },
        [EnergyColumn("J", 2025, 3, list(kwh))],
        refused={at for at, (account, wrong) in enumerate(zip(accounts, bad, strict=True)) if wrong or account is None},
    )  # fmt: skip
    before = set(rows.refused)
    told = fold_readings(rows)
    assert not told.refused & told.skipped.keys()
    assert before | told.refused == rows.refused
    assert set(told.skipped.values()) <= {"meter-register-row", "meter-row-added"}
    assert all(registers[at] != "other" or at in told.skipped or at in rows.refused for at in range(len(readings)) if accounts[at])  # fmt: skip
    drop_rows(rows, told.skipped)
    assert len(rows.numbers) == len(readings) - len(told.skipped)
    assert all(len(column) == len(rows.numbers) for column in rows.values.values())
    taken = sum(v for at, v in enumerate(rows.energy[0].values) if v and at not in rows.refused)
    assert taken <= sum(v for v in kwh if v)


@given(st.sampled_from(list(REGISTERS)))
def test_a_register_is_read_as_it_is_shown(register: str) -> None:
    assert Register().parse(Register().show(register)) == register


@pytest.mark.parametrize(
    ("text", "register"),
    [("有功（总）", "total"), ("正向有功(尖峰)", "sharp"), ("有功峰", "peak"), ("平段电量", "flat"), ("谷", "valley"), ("正向无功（总）", "other"),
     ("反向有功(总)", "other"), ("最大需量", "other"), ("有功", "total")],
)  # fmt: skip
def test_registers_go_by_many_names(text: str, register: str) -> None:
    assert Register().parse(text) == register


def test_a_word_that_is_no_register() -> None:
    got = Register().parse("抄见零度")
    assert isinstance(got, Problem)
    assert got.code == "unknown-register"


def test_the_registers_of_known_customers_are_read(office: Office) -> None:
    sheet = office.sheet([HEADERS, reading(0, "有功（总）", 100), reading(0, "峰", 1)])
    assert values(sheet, "consumption.meter_no") == [METER]


# --- lists of meters as ledgers of customers -------------------------------------------------------

LIST = ["户号", "户名", "电压等级", "合同容量", "电能表编号", "示数类型", "倍率"]


def test_a_list_of_meters_is_a_list_of_customers(office: Office) -> None:
    rows = [
        LIST,
        [A[0], "甲", "10kV", 315, METER, "总", 100],
        [A[0], "甲", None, 315, OTHER_METER, "总", 50],
        [A[1], "乙", "10kV", 200, "0037000003", "总", 1],
        [A[1], "乙", "10kV", 200, "0037000003", "峰", 1],
    ]
    sheet = office.sheet(rows)
    assert sheet.kind == "customers"
    assert sheet.rows is not None
    assert sheet.rows.numbers == [2, 4]
    assert values(sheet, "customer.meter_no") == [METER, "0037000003"]
    assert sheet.rows.extras["电能表编号(其他)"] == [OTHER_METER, None]
    assert sheet.skipped == [(3, "same-customer-row"), (5, "same-customer-row")]
    (said,) = (f for f in sheet.findings if f.code == "meters-of-one-customer")
    assert "倍率" in said.message
    assert sheet.read == 4


def test_rows_that_contradict_each_other_are_left_to_be_refused(office: Office) -> None:
    rows = [LIST, [A[0], "甲", "10kV", 315, METER, "总", 1], [A[0], "甲", "10kV", 400, OTHER_METER, "总", 1]]  # fmt: skip
    sheet = office.sheet(rows)
    assert sheet.rows is not None
    assert sheet.rows.numbers == [2, 3]
    assert sheet.skipped == []


def test_the_energy_of_a_customers_meters_adds_up(office: Office) -> None:
    headers = ["户号", "户名", "电压等级", "合同容量", "电能表编号", "2025年用电量"]
    rows: list[list[Any]] = [headers, [A[0], "甲", "10kV", 100, METER, 5], [A[0], "甲", "10kV", 100, OTHER_METER, 7]]  # fmt: skip
    sheet = office.sheet(rows, sheet="客户台账")
    assert sheet.kind == "customers"
    assert sheet.rows is not None
    assert [list(e.values) for e in sheet.rows.energy] == [[12_000]]
    assert ("F2", "meters-added-up") in codes(sheet)


def test_the_energy_of_registers_of_a_customer_contradicts_itself(office: Office) -> None:
    headers = ["户号", "户名", "电压等级", "合同容量", "示数类型", "2025年用电量"]
    rows: list[list[Any]] = [headers, [A[0], "甲", "10kV", 100, "总", 5], [A[0], "甲", "10kV", 100, "峰", 2]]  # fmt: skip
    sheet = office.sheet(rows, kind="customers")
    assert sheet.rows is not None
    assert sheet.rows.numbers == [2, 3]  # the ledger refuses both


NAMED = ["户号", "户名", "示数类型", "抄见电量", "电费年月"]


def test_two_names_under_one_account_are_said(tmp_path: Path) -> None:
    rows = [
        [A[0], "示例一厂", "有功（总）", 100, "202609"],
        [A[0], "样本二厂", "有功（峰）", 30, "202609"],
        [A[1], "示例三厂", "有功（总）", 100, "202609"],
        [A[1], "示例 三厂", "有功（峰）", 100, "202609"],
    ]
    sheet = Office(tmp_path).sheet([NAMED, *rows])
    (told,) = [f for f in sheet.findings if f.code == "two-names"]
    assert (told.cell, told.severity) == ("B3", Severity.WARNING)
    assert A[0] in told.message
    assert "示例一厂" in told.message
    assert "样本二厂" in told.message


def test_readings_taken_for_customers_ask_for_no_year_that_each_row_states(tmp_path: Path) -> None:
    rows = [[A[at], f"厂{at}", "有功（总）", 100, "202609"] for at in range(3)]
    sheet = Office(tmp_path).sheet([NAMED, *rows], kind="customers")
    assert sheet.kind == "customers"
    assert ("D", "energy-by-rows") in codes(sheet)
    assert {c.header: c.use for c in sheet.columns}["抄见电量"] == "ignored"
