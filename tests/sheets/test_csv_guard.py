"""Texts in CSV: harmless in Excel, and the same when read back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.sheets.caps import Caps
from cmledger.sheets.csv_guard import guarded, unguarded
from cmledger.sheets.read_csv import read_csv


@given(st.text() | st.from_regex(r"[=+\-@\t\r\n'0-9]{1,15}", fullmatch=True))
def test_what_was_guarded_comes_back(text: str) -> None:
    # a TAB at the end of digits is ours; no kind stores a text that ends in one
    if not text.endswith("\t"):
        assert unguarded(guarded(text)) == text


@given(st.from_regex(r"[=+\-@\t\r].*", fullmatch=True))
def test_nothing_that_excel_would_calculate_stands_at_the_beginning(text: str) -> None:
    assert guarded(text)[0] == "'"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("'=1+1", "=1+1"),
        ("'-华", "-华"),
        ("'+86 138", "+86 138"),
        ("'@x", "@x"),
        ("3300000000123\t", "3300000000123"),
        ("'甲", "'甲"),
    ],
)
def test_the_reader_of_csv_takes_guards_off(tmp_path: Path, written: str, read: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"户号,户名\r\n1,{written}\r\n", encoding="utf-8-sig", newline="")
    grid, _ = read_csv(path, Caps())
    assert grid.rows == [["户号", "户名"], ["1", read]]
