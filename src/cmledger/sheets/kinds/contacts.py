"""联系人: the name of a person, in whose cell offices often write the phone too."""

import re
from typing import Final

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.accounts import Phone
from cmledger.sheets.kinds.words import Name
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import (
    BESIDE_A_PHONE,
    CLEAR_WORD,
    LIST_JOINT,
    LIST_MARKS,
    PHONE_CHATTER,
)

NAME_AND_PHONE: Final = "contact-with-phone"
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86-?)?1[3-9]\d(?:[ -]?\d{4}){2}|\(?0\d{2,3}\)?[ -]?\d{7,8}|[2-9]\d{6,7})(?!\d)"
)


class Contact(Name):
    """张三 13800000000 is the name 张三; the phone is in the facts of its problem, for the column of phones.

    A cell of several names and phones stays as it stands: whose phone is whose is not guessed.
    """

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        got = super().meaning(cell, unit)
        if not isinstance(got, str):
            return got
        phones = _PHONE.findall(got)
        if not phones:
            return got
        names = [
            n.strip(BESIDE_A_PHONE)
            for n in LIST_MARKS.split(_PHONE.sub(LIST_JOINT, PHONE_CHATTER.sub("", got)))
        ]
        names = [n for n in names if n]
        phone = Phone().parse("/".join(phones))
        if (
            len(names) > 1
            or names == [CLEAR_WORD]
            or any(c.isdigit() for n in names for c in n)
            or isinstance(phone, Problem)
        ):
            return got
        name = names[0] if names else None
        return Problem(NAME_AND_PHONE, {"value": got, "phone": phone}, stored=name)
