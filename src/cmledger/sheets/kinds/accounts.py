"""Numbers that are names: 户号 and telephone numbers. Never repaired, only tidied."""

import re
from typing import ClassVar

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import PRECISE, Understands, as_text
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import (
    EXTENSION,
    EXTENSION_SHOWN,
    ID_LENGTH,
    LIST_MARKS,
    PHONE_CHATTER,
    without_personal_ids,
)

_SOUND = re.compile(r"\d{13}|\d{10}")
_E_NOTATION = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_LIKE_A_NUMBER = re.compile(r"(?=.*\d)[\x21-\x7e ]+")
_LOST_IN_13 = "000000"
_LOST_IN_10 = "0000"


class AccountNo(Understands):
    """户号: text of 10 or 13 digits. Whatever may have lost digits is refused, never guessed."""

    width = 16
    quoted = True
    number_format: str | None = "@"

    def understand(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        """The common case at once: ten or thirteen digits that end like digits do."""
        if (
            type(cell) is str
            and _SOUND.fullmatch(cell)
            and cell.isascii()
            and cell[-4:] != _LOST_IN_10
        ):
            return cell
        return super().understand(cell, unit)

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        if isinstance(cell, (int, float)):
            if cell < 0 or int(cell) != cell:
                return Problem("not-an-account", {"value": as_text(cell)})
            if cell >= PRECISE:
                return Problem("damaged-number", {"value": as_text(cell)})
            return self._judge(str(int(cell)))
        if not isinstance(cell, str):
            return Problem("not-an-account", {"value": as_text(cell)})
        text = cell.replace(" ", "")
        if _E_NOTATION.fullmatch(text):
            return Problem("damaged-number", {"value": text})
        whole, dot, rest = text.partition(".")
        if dot and not rest.strip("0"):
            text = whole
        if not (text.isascii() and text.isdigit()):
            return Problem("not-an-account", {"value": cell})
        return self._judge(text)

    @staticmethod
    def _judge(digits: str) -> Parsed | Problem:
        facts: dict[str, object] = {"value": digits, "length": len(digits)}
        if len(digits) == 13:
            return Problem("damaged-number", facts) if digits.endswith(_LOST_IN_13) else digits
        if len(digits) == 10:
            lost = digits.endswith(_LOST_IN_10)
            return Problem("maybe-damaged-number", facts, stored=digits) if lost else digits
        if len(digits) == 9:
            return Problem("lost-leading-zero", facts)
        if len(digits) > 15:
            return Problem("damaged-number", facts)
        return Problem("account-length", facts)

    def shown(self, value: object) -> Cell:
        return str(value)


class OldAccountNo(AccountNo):
    """原户号: like a 户号, but of a number that any earlier system may have given; a remark in its place is none."""

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        got = super().meaning(cell, unit)
        if (
            type(got) is Problem
            and got.code == "not-an-account"
            and isinstance(cell, str)
            and not _LIKE_A_NUMBER.fullmatch(cell)
        ):
            return Problem("no-old-account", got.facts)
        return got


_MOBILE = re.compile(r"(?:\+?0{0,2}86-?)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"\(?(0(?:10|2\d|[3-9]\d\d))\)?-?(\d{7,8})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d{4})|9\d{4}|1[012]\d{1,3}")


class Phone(Understands):
    """Telephone numbers as text; several of one cell are joined by /. What is none is kept as it is, with a warning."""

    width = 18
    quoted = True
    number_format: str | None = "@"
    joint: ClassVar[str] = "/"

    def understand(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        """The common case at once: a mobile number as it should be."""
        if type(cell) is str and len(cell) == 11 and cell.isascii() and _MOBILE.fullmatch(cell):
            return cell
        return super().understand(cell, unit)

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        if len(text) >= ID_LENGTH and (rest := without_personal_ids(text)) != text:
            return Problem("personal-id-in-cell", {}, stored=rest)
        numbers: list[str] = []
        for part in LIST_MARKS.split(PHONE_CHATTER.sub(" ", text)):
            if not part.strip():
                continue
            found = self._one(part)
            if found is None:
                several = [self._one(piece) for piece in part.split()]
                if len(several) < 2 or None in several:
                    return Problem("odd-phone", {"value": text}, stored=text)
                numbers += [one for one in several if one]
            else:
                numbers.append(found)
        if not numbers:
            return Problem("odd-phone", {"value": text}, stored=text)
        return self.joint.join(dict.fromkeys(numbers))

    @staticmethod
    def _one(text: str) -> str | None:
        """One number in its usual form, or None."""
        text = text.strip()
        text = text.removesuffix(".0")
        extension = EXTENSION.search(text)
        if extension:
            text = text[: extension.start()]
        digits = text.replace(" ", "").rstrip("-")
        tail = f"{EXTENSION_SHOWN}{extension[1]}" if extension else ""
        if mobile := _MOBILE.fullmatch(digits.replace("-", "")):
            return mobile[1] + tail
        if landline := _LANDLINE.fullmatch(digits):
            return f"{landline[1]}-{landline[2]}{tail}"
        if _LOCAL.fullmatch(digits.replace("-", "")):
            return digits.replace("-", "") + tail
        if service := _SERVICE.fullmatch(digits):
            return ("-".join(service.groups()) if service[1] else digits) + tail
        return None

    def shown(self, value: object) -> Cell:
        return str(value)
