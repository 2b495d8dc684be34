"""What of a telephone number stays readable where others may look on."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.rules.masking import masked_phone, masked_within


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("0632-5551234", "*******1234"),
        ("13812345678/0632-5551234", "138****5678/*******1234"),
        ("13812345678转801", "138****5678转**1"),
        ("95598", "***98"),
        ("微信同号", "微信同号"),
    ],
)
def test_the_middle_is_starred(number: str, shown: str) -> None:
    assert masked_phone(number) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("台账里没有户号 0632017570；请先导入", "台账里没有户号 0632017570；请先导入"),
        ("户号：0632017570、0632017571", "户号：0632017570、0632017571"),
        ("户号 0632017570 的电话 0632-5551234", "户号 0632017570 的电话 *******1234"),
        ("户号 13812345678", "户号 138****5678"),
        ("电话 0632017570", "电话 ******7570"),
    ],
)
def test_an_account_is_no_telephone(text: str, shown: str) -> None:
    assert masked_within(text) == shown


@given(st.from_regex(r"[0-9]{2,20}", fullmatch=True))
def test_no_more_than_seven_digits_stay_and_never_all(number: str) -> None:
    kept = len(re.sub(r"\D", "", masked_phone(number)))
    assert kept <= 7
    assert kept < len(number)
