"""How sentences name a 户号, so that none is taken for a telephone number."""

from typing import Final

ACCOUNTS_BEFORE: Final = r"户号[\s：:“]*(?:0\d{9}[”\s]*[、，,和]\s*“?)*$"
"""The word, and other numbers listed after it, up to the number in question; as a regular expression."""
