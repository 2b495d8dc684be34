"""A cell that says two things: the phone that stands beside a contact's name goes to the column of phones."""

from collections.abc import Sequence
from typing import Final

from cmledger.records.intake import Finding, SheetRows
from cmledger.sheets.checks import Odd
from cmledger.sheets.kinds import NAME_AND_PHONE
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

NAME: Final = "customer.contact_name"
PHONE: Final = "customer.contact_phone"


def part_contacts(rows: SheetRows, problems: Sequence[Odd], header: str) -> list[Finding]:
    """Bring phones out of the cells of 联系人 (`header`) to where no other phone stands; said once.

    Where another stands, the cell is also kept as it was written.
    """
    both = [odd for odd in problems if odd.problem.code == NAME_AND_PHONE]
    if not both:
        return []
    phones = list(rows.values.get(PHONE) or [None] * len(rows.numbers))
    beside = say.AS_WRITTEN.format(header=header)
    written = list(rows.extras.get(beside) or [None] * len(rows.numbers))
    for odd in both:
        phone = str(odd.problem.facts["phone"])
        if phones[odd.at] is None:
            phones[odd.at] = phone
        elif phones[odd.at] != phone:
            written[odd.at] = str(odd.problem.facts["value"])
    rows.values[PHONE] = phones
    if any(written):
        rows.extras[beside] = written
    column = rows.columns.get(NAME)
    rows.columns.setdefault(PHONE, column or "")
    row = rows.numbers[both[0].at]
    return [finding(NAME_AND_PHONE, row=row, column=column, count=len(both), header=header)]
