"""The hidden mark of an exported row: which record it is, and as of which state of which ledger it was shown.

customer12@57-20261122-3fa9c1b2: row 12 of the table `customer`, when operation 57 was the newest, with manager and tier
of that day; the last part is a check on that operation, which another ledger (or one restored from a backup that then
went another way) does not have.
"""

import re
from dataclasses import dataclass

FIELD = "row.token"
"""The field under which a sheet's rows carry their marks."""

_TOKEN = re.compile(r"([a-z_]{1,40})([1-9]\d{0,17})@(\d{1,18}-\d{8}-[0-9a-f]{8})", re.ASCII)
_STATE = re.compile(r"(\d{1,18})-(\d{4})(\d{2})(\d{2})-([0-9a-f]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class State:
    """A state of a ledger: its newest operation (0: none yet), the day shown (ISO), and the check."""

    operation: int
    day: str
    check: str

    def __str__(self) -> str:
        return f"{self.operation}-{self.day.replace('-', '')}-{self.check}"


def token(name: str, row_id: int, state: str) -> str:
    """The mark of a row of the table `name`; state: str(State)."""
    return f"{name}{row_id}@{state}"


def is_token(text: str) -> bool:
    """Whether a text is a mark."""
    return _TOKEN.fullmatch(text) is not None


def split_token(text: str) -> tuple[str, int, str] | None:
    """Table, row id and state of a mark; None where the text is none."""
    found = _TOKEN.fullmatch(text)
    return (found[1], int(found[2]), found[3]) if found else None


def state_of(text: str) -> State:
    """The state in a mark that `split_token` took apart."""
    found = _STATE.fullmatch(text)
    assert found is not None
    return State(int(found[1]), f"{found[2]}-{found[3]}-{found[4]}", found[5])
