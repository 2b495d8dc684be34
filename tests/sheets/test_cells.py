"""Damage in cells is found in every row, named, and never stored; each kind reads what it shows."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sheets.test_intake import A, Office, codes, values

from cmledger.records.intake import Severity
from cmledger.sheets.kinds import Code, Date, Energy, Month, Name, Period, Phone, Text, Year
from cmledger.sheets.layout import Problem

ID_NUMBER = "11010119491001001X"
"""Nobody's: with a true check digit."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


HEADERS = ["户号", "户名", "电压等级", "送电日期", "表号", "备注", "自用栏"]


def row(at: int, **cells: Any) -> list[Any]:
    given = {"户号": A[at], "户名": f"厂{at}", "电压等级": "10kV"} | cells
    return [given.get(header) for header in HEADERS]


@pytest.mark.parametrize(
    ("cells", "where", "code", "refused"),
    [
        ({"户号": "3.7E+09"}, "A", "damaged-number", True),
        ({"户号": "1.23E+17"}, "A", "damaged-number", True),
        ({"户号": 370000011}, "A", "lost-leading-zero", True),
        ({"户号": "#REF!"}, "A", "cell-error", True),
        ({"户名": "#N/A"}, "B", "cell-error", True),
        ({"户名": "#######"}, "B", "cell-error", True),
        ({"表号": "1.23E+17"}, "E", "lost-digits", False),
        ({"表号": 123456789012345678}, "E", "lost-digits", False),
        ({"表号": "123456789012345000"}, "E", "maybe-lost-digits", False),
        ({"备注": "1.23E+17"}, "F", "lost-digits", False),
        ({"自用栏": "1.23E+17"}, "G", "lost-digits", False),
        ({"自用栏": "#REF!"}, "G", "cell-error", False),
        ({"自用栏": f"法人 {ID_NUMBER}"}, "G", "personal-id-in-cell", False),
        ({"自用栏": "=1+1"}, "G", "formula-without-value", False),
        ({"户名": "=A2"}, "B", "formula-without-value", True),
        ({"送电日期": "1948.12.31"}, "D", "implausible-date", True),
        ({"送电日期": dt.date(1948, 12, 31)}, "D", "implausible-date", True),
        ({"送电日期": "2024.3.5、2024.4.6"}, "D", "several-dates", True),
        ({"送电日期": "2024.3.5 2024.4.6"}, "D", "several-dates", True),
        ({"送电日期": "2026-11-24"}, "D", "future-date", True),
        ({"送电日期": "2026-11-23"}, "D", "tomorrow", False),
        ({"送电日期": 2024.1}, "D", "date-without-day", False),
    ],
)
def test_damage_is_named_with_its_cell(
    office: Office, cells: dict[str, Any], where: str, code: str, refused: bool
) -> None:
    rows = [row(at) for at in range(3)]
    sheet = office.sheet([HEADERS, *rows, row(3, **cells), row(4, 自用栏="甲")])
    assert (f"{where}5", code) in codes(sheet)
    assert sheet.rows is not None
    assert sheet.rows.refused == ({3} if refused else set())
    kept_as_written = ("tomorrow", "maybe-lost-digits", "personal-id-in-cell", "date-without-day")
    if not refused and code not in kept_as_written:
        kept = [*sheet.rows.values.values(), *sheet.rows.extras.values()]
        assert all(column[3] in (None, A[3], "厂3", "10kV") for column in kept)


def test_tomorrow_is_stored_and_flagged(office: Office) -> None:
    sheet = office.sheet([HEADERS, row(0, 送电日期="2026-11-23"), row(1)])
    assert values(sheet, "customer.opened_on")[0] == "2026-11-23"
    (said,) = (f for f in sheet.findings if f.code == "tomorrow")
    assert said.severity is Severity.WARNING


@pytest.mark.parametrize("header", ["备注", "自用栏", "表号", "联系电话"])
def test_identity_numbers_are_known_by_their_shape(office: Office, header: str) -> None:
    headers = ["户号", "户名", "电压等级", header]
    shaped = ["110101194910010011", "110101194910010012", "11010119491001002X"]
    sheet = office.sheet([headers, *([A[i], f"厂{i}", "10kV", shaped[i]] for i in range(3))])
    if header == "联系电话":  # a phone column keeps what is no phone, but no identity number
        shaped = []
    else:
        assert ("D", "personal-id-column") in codes(sheet)
        assert next(u.use for u in sheet.columns if u.column == "D") == "ignored"
    assert not any(number in repr(sheet.rows) for number in shaped)


def test_one_identity_number_among_words_is_left_out_of_them(office: Office) -> None:
    cells = [f"法人 {ID_NUMBER}，已核", "无误", "无误"]
    sheet = office.sheet([HEADERS, *(row(i, 备注=cells[i]) for i in range(3))])
    assert values(sheet, "customer.remark") == ["法人 ***，已核", "无误", "无误"]
    assert ("F2", "personal-id-in-cell") in codes(sheet)
    assert ID_NUMBER not in repr(sheet)


def test_an_october_that_lost_its_zero_is_refused(office: Office) -> None:
    rows = [["户号", "年月", "电量"], [A[0], 2024.1, 5], [A[1], 2024.11, 6], [A[2], 202403, 7]]
    sheet = office.sheet(rows)
    assert ("B2", "january-or-october") in codes(sheet)
    assert sheet.rows is not None
    assert sheet.rows.refused == {0}
    assert values(sheet, "consumption.month")[1:] == [11, 3]


def test_text_that_keeps_its_zeros_says_january(office: Office) -> None:
    rows = [["户号", "年月", "电量"], [A[0], "2024.1", 5], [A[1], "2024.2", 5]]
    assert ("B2", "january-or-october") in codes(office.sheet(rows))
    sheet = office.sheet([*rows, [A[2], "2024.10", 6]])
    assert codes(sheet) == []
    assert values(sheet, "consumption.month") == [1, 2, 10]


_WORDS = st.text("示例厂甲乙丙", min_size=1, max_size=6)
_DAYS = st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31)).map(dt.date.isoformat)


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (Date(), _DAYS),
        (Year(), st.integers(1949, 2100)),
        (Month(), st.integers(0, 12)),
        (Period(), st.integers(1949, 2100).flatmap(lambda y: st.integers(1, 12).map(lambda m: y * 100 + m))),
        (Energy(), st.integers(-(10**12), 10**12)),
        (Text(), _WORDS),
        (Name(), _WORDS),
        (Code(), st.from_regex(r"[1-9][0-9]{3,14}", fullmatch=True)),
        (Phone(), st.from_regex(r"1[3-9]\d{9}(/0\d{2,3}-[2-9]\d{6,7})?", fullmatch=True).filter(str.isascii)),
    ],
)  # fmt: skip
@given(data=st.data())
def test_what_a_kind_shows_it_reads_again(
    kind: Any, stored: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    value = data.draw(stored)
    if isinstance(kind, Phone):
        value = kind.parse(value)
        if isinstance(value, Problem):
            return
    (again,) = kind.parse_column([kind.show(value)]).values
    assert again == value
    assert kind.parse_column([kind.show(value)]).problems.keys() <= ({0} if value < 0 else set()) if isinstance(value, int) else True  # fmt: skip


@pytest.mark.parametrize(("written", "kept"), [("2019年", "2019年"), ("2021.5", "2021.5"), (2021.5, "2021.5")])  # fmt: skip
def test_a_day_of_which_only_the_month_is_known_is_left_empty_and_kept_as_written(
    office: Office, written: object, kept: str
) -> None:
    sheet = office.sheet([HEADERS, row(0, 送电日期="2020-01-02"), row(1, 送电日期=written)])
    assert codes(sheet) == [("D3", "date-without-day")]
    assert values(sheet, "customer.opened_on") == ["2020-01-02", None]
    assert sheet.rows is not None
    assert sheet.rows.extras == {"送电日期(原文)": [None, kept]}
    assert sheet.rows.unread == {"customer.opened_on": {3}}


def test_a_missing_key_is_said_beside_what_else_is_wrong(office: Office) -> None:
    sheet = office.sheet([["户号", "户名", "合同容量", "电压等级"], [None, "厂1", "abc", "10kV"], [A[1], "厂2", 1, "10kV"]])  # fmt: skip
    assert ("A2", "missing-key") in codes(sheet)
    assert ("C2", "not-a-number") in codes(sheet)


@pytest.mark.parametrize(
    ("word", "stored"),
    [("十千伏", "10kV"), ("三十五千伏", "35kV"), ("一百一十千伏", "110kV"), ("二二〇伏", "220V"), ("三百八十伏", "380V"), ("二十kV", "20kV")],
)  # fmt: skip
def test_voltages_in_chinese_numbers(office: Office, word: str, stored: str) -> None:
    sheet = office.sheet([HEADERS, row(0, 电压等级=word)])
    assert values(sheet, "customer.voltage") == [stored]


@pytest.mark.parametrize(("written", "kva"), [("2*400", 800), ("2×400", 800), ("100+200", 300)])
def test_arithmetic_in_a_capacity_is_taken_and_its_result_said(
    office: Office, written: str, kva: int
) -> None:
    sheet = office.sheet([["户号", "户名", "变压器容量", "电压等级"], [A[0], "厂1", written, "10kV"]])  # fmt: skip
    assert values(sheet, "customer.contract_capacity_kva") == [kva * 1000]
    said = [f for f in sheet.findings if f.code == "capacity-computed"]
    assert [(f.cell, f.severity) for f in said] == [("C2", Severity.NOTICE)]
    assert f"{kva} kVA" in said[0].message
    assert ("C", "capacity-taken-as-contract") in codes(sheet)
