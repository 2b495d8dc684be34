"""Personal data where others may look on: what of a telephone number stays readable."""

import re

from cmledger.wording.masking import ACCOUNTS_BEFORE

_DIGITS = re.compile(r"\d(?:[ -]?\d)*")
_MOBILE = re.compile(r"1\d{10}")
_KEPT_MOBILE = (3, 4)
_KEPT_OTHER = (0, 4)


def masked_phone(text: str) -> str:
    """Telephone numbers with their middle starred: 138****5678; of any other number the last four digits stay."""
    return _DIGITS.sub(lambda match: _starred(match[0]), text)


_PHONE_SHAPED = re.compile(
    r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8}|[(（]0\d{2,3}[)）] ?\d{7,8})(?!\d)"
)
_ACCOUNT = re.compile(r"0\d{9}")
_ACCOUNTS_BEFORE = re.compile(ACCOUNTS_BEFORE)


def masked_within(text: str) -> str:
    """A sentence or a cell's text with what is built like a telephone number starred; other numbers stay.

    What the sentence itself calls a 户号 is none, though some begin with 0 as telephone numbers do.
    """

    def starred(match: re.Match[str]) -> str:
        account = _ACCOUNT.fullmatch(match[0]) and _ACCOUNTS_BEFORE.search(text[: match.start()])
        return match[0] if account else masked_phone(match[0])

    return _PHONE_SHAPED.sub(starred, text)


def _starred(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    first, last = _KEPT_MOBILE if _MOBILE.fullmatch(digits) else _KEPT_OTHER
    last = min(last, len(digits) // 2)
    return digits[:first] + "*" * (len(digits) - first - last) + digits[len(digits) - last :]
