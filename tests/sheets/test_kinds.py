"""Kinds: what every spelling means, what is refused, and that showing and reading agree."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmledger.records.intake import CLEAR
from cmledger.sheets.grid import CellError
from cmledger.sheets.kinds import AccountNo, Choice, Date, Flag, Month, Quantity, Services
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts import LAYOUTS, codes, layout


def kind(name: str, of: str = "customers") -> Any:
    column = layout(of).column(name)
    assert column is not None
    return column.kind


def code(name: str, cell: Any, of: str = "customers") -> tuple[str, Any]:
    """The problem of a cell: its code and what is stored all the same."""
    got = kind(name, of).parse(cell)
    assert isinstance(got, Problem), got
    return got.code, got.stored


# --- 户号 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["3700000011", 3700000011, 3700000011.0, "3700000011.0", "'3700000011", " 3700000011\u00a0",
     "3700\u200b000011", "３７００００００１１", "3700 000 011", "3700000011\t"],
)  # fmt: skip
def test_an_account_number_is_tidied(cell: Any) -> None:
    assert AccountNo().parse(cell) == "3700000011"


def test_a_whole_number_is_judged_by_its_value() -> None:
    assert AccountNo().parse(3301234567890) == "3301234567890"
    assert AccountNo().parse(3301234567890.0) == "3301234567890"


@pytest.mark.parametrize(
    ("cell", "problem", "stored"),
    [
        ("3.30831E+12", "damaged-number", None),
        ("3.3e12", "damaged-number", None),
        (3301230000000, "damaged-number", None),
        (1e15, "damaged-number", None),
        ("33012345678901234567", "damaged-number", None),
        (3700010000, "maybe-damaged-number", "3700010000"),
        (370000001, "lost-leading-zero", None),
        ("37000000012", "account-length", None),
        ("户号待定", "not-an-account", None),
        (37.5, "not-an-account", None),
        (-3700000011, "not-an-account", None),
        (dt.date(2024, 3, 5), "not-an-account", None),
        (CellError("#N/A"), "cell-error", None),
        (CellError("="), "formula-without-value", None),
    ],
)
def test_a_damaged_number_is_refused_not_repaired(cell: Any, problem: str, stored: Any) -> None:
    assert code("account_no", cell) == (problem, stored)


# --- phones --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13800000001.0, "13800000001"),
        ("138 0000 0001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+86 13800000001", "13800000001"),
        ("13800000001 13800000002", "13800000001/13800000002"),
        ("13800000001、0555-1234567", "13800000001/0555-1234567"),
        ("（0555）1234567", "0555-1234567"),
        ("01012345678", "010-12345678"),
        ("1234567", None),
        ("5234567", "5234567"),
        ("0555-1234567转802", "0555-1234567转802"),
        ("13800000001（微信同号）", "13800000001"),
    ],
)
def test_phones(cell: Any, phone: str | None) -> None:
    if phone is None:
        assert code("contact_phone", cell) == ("odd-phone", cell)
    else:
        assert kind("contact_phone").parse(cell) == phone


def test_an_odd_phone_is_kept_with_a_warning() -> None:
    assert code("contact_phone", "找门卫转") == ("odd-phone", "找门卫转")


# --- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [dt.date(2024, 3, 5), dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 5, 10, 30), 45356, 45356.4, 20240305,
     "20240305", "45356", "2024.3.5", "2024.03.05", "2024/3/5", "2024-3-5", "2024年3月5日", "2024年03月05日",
     "2024-03-05 10:20", "２０２４．３．５", "2024/3/5 0:00:00"],
)  # fmt: skip
def test_a_day_in_all_its_notations(cell: Any) -> None:
    assert Date().parse(cell) == "2024-03-05"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (2024.1, "date-without-day"),
        ("2024.1", "date-without-day"),
        ("2024年3月", "date-without-day"),
        ("3月5日", "date-without-year"),
        ("2024.3.5-3.7", "several-dates"),
        ("2024.3.5、2024.4.5", "several-dates"),
        ("2024.2.30", "no-such-day"),
        ("1948-12-31", "implausible-date"),
        ("每月", "not-a-date"),
        (12, "not-a-date"),
    ],
)
def test_a_day_that_is_not_said_is_not_filled_in(cell: Any, problem: str) -> None:
    assert code("opened_on", cell) == (problem, None)


def test_a_short_year_is_taken_and_said() -> None:
    assert code("opened_on", "24.3.5") == ("short-year", "2024-03-05")


def test_years_months_periods() -> None:
    year, month, period = (kind(n, "consumption") for n in ("year", "month", "period"))
    assert [year.parse(c) for c in (2025, "2025年", "2025", 2025.0)] == [2025] * 4
    assert [month.parse(c) for c in (3, "3月", "03", "三月", "全年")] == [3, 3, 3, 3, 0]
    assert [
        period.parse(c) for c in (202503, "202503", "2025-03", "2025年3月", dt.date(2025, 3, 1))
    ] == [202503] * 5
    assert code("period", 2025.1, "consumption") == ("january-or-october", None)
    assert code("month", 13, "consumption") == ("not-a-month", None)
    assert month.to_json(0) is None


# --- quantities ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "unit", "thousandths"),
    [
        (1234, None, 1_234_000),
        ("1,234.5", None, 1_234_500),
        ("12.3456万kWh", None, 123_456_000),
        (12.3456, "万千瓦时", 123_456_000),
        (0.1 + 0.2, "万kWh", 3_000_000),
        ("5 MWh", "万kWh", 5_000_000),
        ("100度", None, 100_000),
        ("1.5万度", None, 15_000_000),
        ("0", None, 0),
    ],
)
def test_energy_is_exact_and_its_unit_is_the_nearest_one(
    cell: Any, unit: str | None, thousandths: int
) -> None:
    assert kind("kwh").parse(cell, unit) == thousandths


@pytest.mark.parametrize(
    ("cell", "thousandths"),
    [
        ("2*315+200", 830_000), ("2×315", 630_000), ("630kVA×2", 1_260_000), ("1*200+2*315", 830_000),
        ("2台×315", 630_000), ("315+200", 515_000), ("0.63MVA", 630_000), ("1,250", 1_250_000), (315, 315_000),
        ("200千伏安", 200_000),
    ],
)  # fmt: skip
def test_capacity_as_a_list_of_transformers(cell: Any, thousandths: int) -> None:
    got = kind("contract_capacity_kva").parse(cell)
    if isinstance(got, Problem):
        assert got.code == "capacity-computed"
        got = got.stored
    assert got == thousandths


@pytest.mark.parametrize(
    ("name", "cell", "problem", "stored"),
    [
        ("contract_capacity_kva", "200（暂停）", "quantity-with-remark", None),
        ("contract_capacity_kva", "合同500/运行315", "not-a-number", None),
        ("contract_capacity_kva", "200kW", "kilowatts", 200_000),
        ("contract_capacity_kva", -5, "negative-quantity", None),
        ("contract_capacity_kva", "2*315+", "not-a-number", None),
        ("kwh", "1.2E+06", "damaged-number", None),
        ("kwh", "约5万", "not-a-number", None),
        ("kwh", -5, "negative-energy", -5000),
        ("kwh", 1e20, "implausible-quantity", None),
    ],
)
def test_odd_quantities_are_said(name: str, cell: Any, problem: str, stored: Any) -> None:
    assert code(name, cell) == (problem, stored)


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "stored", "cells"),
    [
        (
            "voltage",
            "10kV",
            ["10KV", "10千伏", "交流10kV", "AC00101", 10, "10", "10.0", "１０ｋＶ"],
        ),
        ("voltage", "380V", ["0.4kV", "380V", "AC03802", 380, 0.4, "交流380V", "380伏"]),
        ("voltage", "220V", [220, "AC02202", "220v"]),
        ("voltage", "35kV", ["AC00351"]),
        ("voltage", "27.5kV", ["AC02751"]),
        ("importance", "first", ["一级", "Ⅰ级", "1级", "一级重要用户"]),
        ("importance", "none", ["非重要", "否", "无"]),
        ("supply", "dual-source", ["双电源", "双电源同站双回路"]),
        ("supply", "dual-circuit", ["双回路", "单电源双回路"]),
        ("customer_class", "high-voltage", ["高压", "专变", "01", "高压 客户"]),
        ("status", "closed", ["已销户", "销户"]),
        ("reliability_need", "some", ["较高"]),
        ("reliability_need", "none", ["无", "一般"]),
        ("payment_channel", "online-sgcc", ["网上国网", "掌上电力"]),
        ("tariff_class", "大工业用电", ["大工业", "100", 100, "大工业用电"]),
        ("tariff_class", "两部制", ["两部制"]),
    ],
)
def test_words_meet_in_their_codes(name: str, stored: str, cells: list[Any]) -> None:
    assert [kind(name).parse(c) for c in cells] == [stored] * len(cells)


def test_a_bare_number_takes_the_unit_of_the_header() -> None:
    assert kind("voltage").parse(220, "kV") == "220kV"
    assert kind("voltage").parse(220, "V") == "220V"


@pytest.mark.parametrize(
    ("name", "cell", "problem"),
    [
        ("importance", "三级重要", "unknown-word"),
        ("importance", "是", "word-too-wide"),
        ("supply", "双路", "word-too-wide"),
        ("customer_class", "公变", "word-too-wide"),
        ("voltage", "10/0.4kV", "unknown-word"),
        ("pv", "可能", "not-yes-or-no"),
        ("manager", "张三、李四", "several-persons"),
    ],
)
def test_words_that_do_not_decide_are_not_stored(name: str, cell: str, problem: str) -> None:
    assert code(name, cell) == (problem, None)


def test_yes_and_no() -> None:
    flag = Flag()
    assert {flag.parse(c) for c in ("√", "✓", "○", "是", "有", 1, 1.0, "1", "Y", "y", True)} == {1}
    assert {flag.parse(c) for c in ("否", "无", 0, "0", "N", "×", False)} == {0}
    assert {flag.parse(c) for c in ("", None, "/", "-", "　")} == {None}


def test_true_and_one_stay_apart_in_a_text_column() -> None:
    assert kind("remark").parse_column([1, True, 1.0]).values == ["1", "TRUE", "1"]


def test_names_lose_their_padding_and_latin_keeps_its_spaces() -> None:
    assert kind("line").parse("张　三") == "张三"
    assert kind("line").parse("Wang  Wu") == "Wang Wu"
    assert kind("line").parse("示例\n有限公司（东厂）") == "示例有限公司(东厂)"
    assert code("manager", "张三（所长）") == ("name-with-remark", "张三")


def test_services_may_hold_list_marks_in_their_names() -> None:
    services = kind("services", "visits")
    assert services.parse("走访、用电检查") == ("visit", "B4")
    assert services.parse("电子账单与电费分析、无功指导；走访") == ("B6", "visit")
    assert services.parse("本所自定项目") == ("本所自定项目",)


@pytest.mark.parametrize("of", [one.kind for one in LAYOUTS])
def test_the_word_for_clearing_and_blanks_mean_the_same_everywhere(of: str) -> None:
    one = layout(of)
    for column in (*one.columns, *one.readings):
        assert column.kind.parse_column(["清空", " 清 空".replace(" ", ""), None, "", " ", "\u3000"]).values == [
            CLEAR, CLEAR, None, None, None, None,
        ], column.field  # fmt: skip


# --- both ways -----------------------------------------------------------------------------------

_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_STORED: dict[type, st.SearchStrategy[Any]] = {
    AccountNo: st.from_regex(r"[0-9]{9}[1-9]|[0-9]{12}[1-9]", fullmatch=True),
    Date: st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31)).map(dt.date.isoformat),
    Quantity: st.integers(0, 10**14),
    Flag: st.sampled_from([0, 1]),
    Month: st.integers(0, 12),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("of", [one.kind for one in LAYOUTS])
def test_what_is_shown_reads_back(of: str, data: st.DataObject) -> None:
    """For every column: a stored form, shown, is read as itself. Free texts: whatever reading yields."""
    for column in layout(of).columns:
        known = [s for cls, s in _STORED.items() if isinstance(column.kind, cls)]
        if isinstance(column.kind, Choice) and column.kind._titles:
            stored = data.draw(st.sampled_from(list(column.kind._titles)), label=column.field)
        elif isinstance(column.kind, Services):
            drawn = data.draw(
                st.lists(st.sampled_from(list(codes.SERVICES)), min_size=1, unique=True)
            )
            got = column.kind.parse(column.kind.show(tuple(drawn)))
            assert isinstance(got, tuple)
            assert set(got) == set(drawn)
            continue
        elif known:
            stored = data.draw(known[0], label=column.field)
        else:
            read = column.kind.parse_column([data.draw(_ANY_TEXT)]).values[0]
            if read is None:
                continue
            stored = read
        assert column.kind.parse_column([column.kind.show(stored)]).values == [stored]


@given(
    st.lists(
        st.one_of(
            st.none(),
            _ANY_TEXT,
            st.integers(),
            st.floats(allow_nan=False),
            st.booleans(),
            st.dates(),
        )
    )
)
def test_no_cell_breaks_a_kind_and_positions_hold(cells: list[Any]) -> None:
    for one in LAYOUTS:
        for column in (*one.columns, *one.readings):
            got = column.kind.parse_column(cells)
            assert len(got.values) == len(cells)
            assert all(got.values[i] == p.stored for i, p in got.problems.items())


# --- free text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("瑞丰（集团）有限公司：一分厂，Ａ座", "瑞丰（集团）有限公司：一分厂，Ａ座"),
        ("  请与门卫联系（电话：８８８），谢谢！\u3000", "请与门卫联系（电话：８８８），谢谢！"),
        ("张　三", "张　三"),
        ("一\r\n二 \n\n三\x0b\u200b四", "一\n二\n\n三四"),
        ("㎡①", "㎡①"),
    ],
)
def test_free_text_and_names_of_customers_are_kept_as_written(cell: str, stored: str) -> None:
    for name in ("name", "remark", "address"):
        assert kind(name).parse(cell) == stored
        assert kind(name).parse(stored) == stored
    assert kind("content", "visits").parse(cell) == stored


def test_names_that_are_keys_are_still_made_alike() -> None:
    assert kind("office").parse("城东（一）　供电所") == kind("office").parse("城东(一) 供电所")
    assert kind("line").parse("１０ｋＶ城东线") == "10kV城东线"


def test_free_text_of_signs_alone_is_still_blank_or_clears() -> None:
    assert kind("remark").parse("　／ ") is None
    assert kind("remark").parse("清　空") is CLEAR
    assert code("remark", "＃Ｎ／Ａ")[0] == "cell-error"
    assert code("remark", "３．３Ｅ＋１２")[0] == "lost-digits"
