"""Energy whose year the rows say, columns that hold the only figures, and units that titles leave open."""

from pathlib import Path
from typing import Any

import pytest
from tests.sheets.test_intake import A, Office, codes, fields, values

from cmledger.errors import NeedsDecision, UsageProblem
from cmledger.records.intake import SheetSeen

MONTHS = [f"{m}月" for m in range(1, 13)]
TITLE = "2025年售电量统计"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def stored(sheet: SheetSeen) -> dict[tuple[int, int, int], Any]:
    """(position of the row, year, month) -> thousandths, of all that the ledger would take."""
    rows = sheet.rows
    assert rows is not None
    found = {
        (at, e.year, e.month): v
        for e in rows.energy
        for at, v in enumerate(e.values)
        if v is not None and at not in rows.refused
    }
    kwh = rows.values.get("consumption.kwh", ())
    for at, v in enumerate(kwh):
        if v is not None and at not in rows.refused:
            year, month = (rows.values[f"consumption.{n}"][at] for n in ("year", "month"))
            assert isinstance(year, int)
            assert isinstance(month, int)
            found[at, year, month] = v
    return found


# --- the year of a row ---------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["", "电量", "用电量（kWh）"])
@pytest.mark.parametrize("over", [[[TITLE]], []])
def test_months_take_the_year_of_their_row(
    office: Office, ending: str, over: list[list[Any]]
) -> None:
    rows = [
        *over,
        ["户号", "户名", "年份", *(m + ending for m in MONTHS)],
        [A[0], "甲", 2024, *range(1, 13)],
        [A[1], "乙", "2023年", *range(101, 113)],
        [A[2], "丙", None, *range(1, 13)],
        [A[3], "丁", "去年", *range(1, 13)],
    ]
    sheet = office.sheet(rows, merges=("A1:O1",) if over else ())
    assert sheet.kind == "consumption"
    assert stored(sheet) == {
        **{(0, 2024, m): m * 1000 for m in range(1, 13)},
        **{(1, 2023, m): (100 + m) * 1000 for m in range(1, 13)},
    }
    first = len(over) + 2
    said = codes(sheet)
    assert (f"C{first + 2}", "missing-key") in said
    assert (f"C{first + 3}", "not-a-year") in said
    assert (("C", "year-not-of-title") in said) == bool(over)
    assert fields(sheet)["D"] == "kwh:*-01"


def test_a_year_that_title_and_rows_share_needs_no_word(office: Office) -> None:
    rows = [[TITLE], ["户号", "户名", "年度", *MONTHS], [A[0], "甲", 2025, *range(1, 13)]]
    sheet = office.sheet(rows, merges=("A1:O1",))
    assert len(stored(sheet)) == 12
    assert [c for c in codes(sheet) if c[1] == "year-not-of-title"] == []


def test_the_whole_year_beside_its_months(office: Office) -> None:
    rows = [
        ["户号", "户名", "年份", *MONTHS, "全年"],
        [A[0], "甲", 2024, *range(1, 13), 78],
        [A[1], "乙", 2023, *[None] * 12, 90],
    ]
    found = stored(office.sheet(rows))
    assert found[0, 2024, 0] == 78_000
    assert found[0, 2024, 12] == 12_000
    assert found[1, 2023, 0] == 90_000


def test_years_side_by_side_month_by_month(office: Office) -> None:
    rows = [
        ["户号", "户名", "月份", "2024年电量", "2025年电量"],
        [A[0], "甲", 1, 10, 20],
        [A[0], "甲", "2月", 11, 21],
    ]
    assert stored(office.sheet(rows)) == {
        (0, 2024, 1): 10_000, (0, 2025, 1): 20_000, (1, 2024, 2): 11_000, (1, 2025, 2): 21_000,
    }  # fmt: skip


def test_a_month_said_by_row_and_header_is_asked_for(office: Office) -> None:
    rows = [
        ["户号", "户名", "统计年月", *(m + "电量" for m in MONTHS)],
        [A[0], "甲", 202512, *range(1, 13)],
    ]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows)
    assert "--map C=ignore" in (refused.value.hint or "")
    sheet = office.sheet([[TITLE], *rows], merges=("A1:O1",), mapping={"C": "ignore"})
    assert len(stored(sheet)) == 12


def test_the_energy_of_this_month_is_no_years(office: Office) -> None:
    with pytest.raises(NeedsDecision):
        office.sheet([["户号", "户名", "年份", "本月电量"], [A[0], "甲", 2025, 10]])


# --- figures that nothing takes ------------------------------------------------------------------


def test_a_column_left_aside_with_the_only_figures_is_asked_about(office: Office) -> None:
    rows = [
        [TITLE],
        ["户号", "户名", *MONTHS, "合计"],
        [A[0], "甲", *range(1, 13), 78],
        [A[1], "乙", *[None] * 12, 90],
        [A[2], "丙", *[None] * 12, 0],
        ["合计", None, *[None] * 12, 168],
    ]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows, merges=("A1:O1",))
    assert "有 1 行" in str(refused.value)
    assert "--map O=kwh:2025" in (refused.value.hint or "")
    sheet = office.sheet(rows, merges=("A1:O1",), mapping={"O": "kwh:2025"})
    assert stored(sheet)[1, 2025, 0] == 90_000
    left = office.sheet(rows, merges=("A1:O1",), mapping={"O": "ignore"})
    assert (4, "no-reading") in left.skipped


def test_a_total_to_date_alone_is_asked_about(office: Office) -> None:
    rows = [["2025年3月售电量"], ["户号", "户名", "累计电量"], [A[0], "甲", 10]]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows, merges=("A1:C1",))
    assert "--map C=kwh:2025" in (refused.value.hint or "")


@pytest.mark.parametrize("kind", ["consumption", "customers"])
def test_energy_said_without_a_year_takes_the_titles_or_is_asked_for(
    office: Office, kind: str
) -> None:
    rows = [["户号", "户名", "数"], [A[0], "甲", 10]]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows, kind=kind, mapping={"C": "kwh"})
    assert "--map C=kwh:2025" in (refused.value.hint or "")
    sheet = office.sheet([[TITLE], *rows], merges=("A1:C1",), kind=kind, mapping={"C": "kwh"})
    assert stored(sheet) == {(0, 2025, 0): 10_000}


# --- units ---------------------------------------------------------------------------------------

TWO_UNITS = [
    [TITLE],
    ["单位：千瓦时、万千瓦时"],
    ["户号", "户名", "售电量"],
    [A[0], "甲", 5],
    [A[1], "乙", 7],
]
MERGED = ("A1:C1", "A2:C2")


def test_two_units_of_different_size_are_asked_about(office: Office) -> None:
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(TWO_UNITS, merges=MERGED)
    assert "千瓦时、万千瓦时" in str(refused.value)
    assert "--map C=@万千瓦时" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"C": "@万kWh"}, {(0, 2025, 0): 50_000_000, (1, 2025, 0): 70_000_000}),
        ({"售电量": "kwh:2024@千瓦时"}, {(0, 2024, 0): 5_000, (1, 2024, 0): 7_000}),
        ({"C": "kwh:2025-03 @ 万千瓦时"}, {(0, 2025, 3): 50_000_000, (1, 2025, 3): 70_000_000}),
    ],
)
def test_the_unit_can_be_said(
    office: Office, said: dict[str, str], found: dict[tuple[int, int, int], int]
) -> None:
    assert stored(office.sheet(TWO_UNITS, merges=MERGED, mapping=said)) == found


def test_units_of_one_size_and_units_in_headers_need_no_question(office: Office) -> None:
    alike = [[TITLE], ["单位：kWh、千瓦时、万元、kVA"], *TWO_UNITS[2:]]
    assert stored(office.sheet(alike, merges=MERGED))[0, 2025, 0] == 5_000
    own = [*TWO_UNITS[:2], ["户号", "户名", "售电量(万kWh)"], *TWO_UNITS[3:]]
    assert stored(office.sheet(own, merges=MERGED))[0, 2025, 0] == 50_000_000


@pytest.mark.parametrize("header", ["售电量（千瓦时、万千瓦时）", "2025年售电量(kWh/万kWh)"])
def test_two_units_in_a_header_are_asked_about(office: Office, header: str) -> None:
    with pytest.raises(NeedsDecision) as refused:
        office.sheet([[TITLE], ["户号", "户名", header], *TWO_UNITS[3:]], merges=MERGED[:1])
    assert "--map C=@万" in (refused.value.hint or "")


def test_two_units_of_capacity_are_asked_about(office: Office) -> None:
    rows = [
        ["单位：kVA、MVA"],
        ["户号", "户名", "合同容量", "电压等级"],
        [A[0], "甲", 2, "10kV"],
    ]
    with pytest.raises(NeedsDecision):
        office.sheet(rows, merges=("A1:D1",))
    sheet = office.sheet(rows, merges=("A1:D1",), mapping={"C": "contract_capacity_kva@MVA"})
    assert values(sheet, "customer.contract_capacity_kva") == [2_000_000]


@pytest.mark.parametrize("given", ["kwh:2025@kVA", "@斤", "remark@kWh", "ignore@kWh", "kwh:2025@"])
def test_a_unit_that_the_field_has_not_is_refused(office: Office, given: str) -> None:
    with pytest.raises(UsageProblem):
        office.sheet(TWO_UNITS, merges=MERGED, mapping={"C": given})


def test_a_unit_for_a_column_of_something_else_is_asked_about(office: Office) -> None:
    with pytest.raises(NeedsDecision):
        office.sheet(TWO_UNITS, merges=MERGED, mapping={"B": "@万kWh", "C": "@万kWh"})


# --- a year for all ------------------------------------------------------------------------------


def test_months_without_a_year_are_one_question_with_one_answer(office: Office) -> None:
    rows = [["户号", "户名", *MONTHS], [A[0], "甲", *range(1, 13)]]
    with pytest.raises(NeedsDecision) as asked:
        office.sheet(rows)
    assert "--year 2025" in str(asked.value.hint)
    assert str(asked.value).count("\n") == 0
    sheet = office.sheet(rows, year=2024)
    assert stored(sheet) == {(0, 2024, m): m * 1000 for m in range(1, 13)}
    assert {code for _, code in codes(sheet)} == {"energy-year-said"}


def test_the_year_that_is_said_goes_before_the_titles(office: Office) -> None:
    rows = [[TITLE], ["户号", "户名", *MONTHS], [A[0], "甲", *range(1, 13)]]
    sheet = office.sheet(rows, merges=("A1:N1",), year=2024)
    assert {year for _, year, _ in stored(sheet)} == {2024}
    assert "energy-year-not-of-title" in {code for _, code in codes(sheet)}


def test_the_year_that_is_said_is_none_of_the_years_that_headers_say(office: Office) -> None:
    rows = [["户号", "户名", "2023年电量", "1月电量", "上年电量"], [A[0], "甲", 1, 2, 3]]
    with pytest.raises(NeedsDecision, match="上年电量"):
        office.sheet(rows, year=2025)
    sheet = office.sheet(rows, year=2025, mapping={"E": "ignore"})
    assert stored(sheet) == {(0, 2023, 0): 1000, (0, 2025, 1): 2000}


def test_two_years_of_months_under_their_years(office: Office) -> None:
    rows = [
        ["户号", "户名", "2024年", *[None] * 11, "2025年", *[None] * 11],
        [None, None, *MONTHS, *MONTHS],
        [A[0], "甲", *range(24)],
    ]
    sheet = office.sheet(rows, merges=("A1:A2", "B1:B2", "C1:N1", "O1:Z1"))
    assert stored(sheet) == {(0, 2024 + n // 12, n % 12 + 1): n * 1000 for n in range(24)}


def test_dates_over_measures(office: Office) -> None:
    rows = [
        ["户号", "户名", "2025年1月", None, "2025年2月", None],
        [None, None, "电量", "电费", "电量", "电费"],
        [A[0], "甲", 1, 2.5, 3, 4.5],
    ]
    sheet = office.sheet(rows, merges=("A1:A2", "B1:B2", "C1:D1", "E1:F1"))
    assert stored(sheet) == {(0, 2025, 1): 1000, (0, 2025, 2): 3000}
    assert {u.column for u in sheet.columns if u.use == "ignored"} == {"B", "D", "F"}


# --- years and their months ------------------------------------------------------------------------


def told(sheet: SheetSeen) -> list[str | None]:
    return [f.cell for f in sheet.findings if f.code == "year-not-of-months"]


def test_a_year_that_is_not_the_sum_of_its_months_is_told(office: Office) -> None:
    headers = ["户号", "户名", *(f"2025年{m}月" for m in range(1, 13)), "2025年全年电量"]
    rows = [[A[0], "甲", *[1000] * 12, 12000], [A[1], "乙", *[1000] * 12, 12005], [A[2], "丙", *[1000] * 12, 1.2],
            [A[3], "丁", None, *[1000] * 11, 12000]]  # fmt: skip
    sheet = office.sheet([headers, *rows])
    assert told(sheet) == ["O4"]
    (said,) = (f for f in sheet.findings if f.code == "year-not-of-months")
    assert "12,000" in said.message


def test_a_sum_left_aside_is_held_against_the_months_too(office: Office) -> None:
    rows = [[TITLE], ["户号", "户名", *MONTHS, "合计"], [A[0], "甲", *[1000] * 12, 12000], [A[1], "乙", *[1000] * 12, 13000]]  # fmt: skip
    sheet = office.sheet(rows, merges=("A1:O1",))
    assert told(sheet) == ["O4"]
    assert all(month for _, _, month in stored(sheet))


def test_a_year_below_its_months(office: Office) -> None:
    rows = [["户号", "年", "月", "电量"], *([A[0], 2025, m, 1000] for m in range(1, 13)), [A[0], 2025, "全年", 13000]]  # fmt: skip
    assert told(office.sheet(rows)) == ["D14"]
    rows[-1][-1] = 12000
    assert told(office.sheet(rows)) == []


# --- 2024.10 that became 2024.1 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "months"),
    [
        (["2024.1", "2024.2", "2024.3"], [1, 2, 3]),
        (["2024.8", "2024.9", "2024.1", "2024.11"], [8, 9, 10, 11]),
        (["2024.1", "2024.2", "2024.9", "2024.1"], [1, 2, 9, 10]),
        (["2024.1", "2024.3", "2024.10"], [1, 3, 10]),
        (["2024.1", "2024.5"], None),
    ],
)
def test_the_months_beside_it_tell_january_from_october(
    office: Office, headers: list[str], months: list[int] | None
) -> None:
    rows = [["各户电量"], ["户号", "户名", *headers], [A[0], "甲", *range(1, len(headers) + 1)]]
    if months is None:
        with pytest.raises(NeedsDecision, match=r"2024\.1"):
            office.sheet(rows)
        return
    sheet = office.sheet(rows)
    assert stored(sheet) == {(0, 2024, m): (i + 1) * 1000 for i, m in enumerate(months)}
    assert [code for _, code in codes(sheet)] == ["october-by-neighbours"] * (10 in months and "2024.10" not in headers)  # fmt: skip
