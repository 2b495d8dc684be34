"""Searching the ledger: customers, managers and contacts by part of a name, number or address."""

import re

from cmledger.errors import UsageProblem
from cmledger.ledger.record_keys import record_of_id
from cmledger.ledger.search import search
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
from cmledger.records.search import FindReport, Found
from cmledger.rules.masking import masked_phone
from cmledger.wording import working as say

_NUMBER = re.compile(r"[\d\s-]+")
_DIGITS, _CHARACTERS = 4, 2
"""Fewer find half the ledger."""


def find_records(location: str, text: str, caller: Caller, *, most: int | None) -> FindReport:
    """The records that hold `text`: exactly, at the beginning (户号: at the end), or anywhere, in this order.

    Telephone numbers are masked in what is returned. Raises UsageProblem for a text too short to tell anything.
    """
    wanted = re.sub(r"\s+", " ", text).strip()
    digits = re.sub(r"[\s-]", "", wanted) if _NUMBER.fullmatch(wanted) else None
    if len(digits if digits is not None else wanted) < (
        _DIGITS if digits is not None else _CHARACTERS
    ):
        raise UsageProblem(say.TOO_SHORT.format(text=text), hint=say.TOO_SHORT_HINT)
    found = []
    with open_ledger(location).reading() as connection:
        count, hits = search(connection, digits or wanted, digits, most)
        for hit in hits:
            record = record_of_id(connection, hit.kind, hit.row_id, caller.day)
            assert record is not None
            phone = hit.column.endswith("phone")
            found.append(
                Found(
                    hit.kind,
                    record.key,
                    record.values["name"],
                    record.values.get("address"),
                    hit.column,
                    masked_phone(hit.value) if phone else hit.value,
                    hit.rank,
                )
            )
    return FindReport(wanted, count, tuple(found))
