"""Leading zeros that only the number format shows: an account number kept as a number under the format 0000000000."""

import re
from typing import Final

from cmledger.sheets.grid import Cell

PADDED: Final = re.compile(r"(?:\[[^\]]*\])*(0{2,})(?:_.)?(?:;@)?\s*")
"""A number format that shows leading zeros and nothing else; group 1 is as long as it shows digits."""


def zero_padded(cell: Cell, digits: int) -> Cell:
    """The text that a number shows under such a format; the number itself where it has as many digits."""
    if isinstance(cell, float) and 0 <= cell < 10 ** (digits - 1) and cell.is_integer():
        return str(int(cell)).zfill(digits)
    return cell
