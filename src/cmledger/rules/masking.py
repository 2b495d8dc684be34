"""Personal data where others may look on: what of a telephone number stays readable."""

import re

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


def masked_within(text: str) -> str:
    """A sentence or a cell's text with what is built like a telephone number starred; other numbers stay."""
    return _PHONE_SHAPED.sub(lambda match: masked_phone(match[0]), text)


def _starred(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    first, last = _KEPT_MOBILE if _MOBILE.fullmatch(digits) else _KEPT_OTHER
    last = min(last, len(digits) // 2)
    return digits[:first] + "*" * (len(digits) - first - last) + digits[len(digits) - last :]
