"""示数类型: which register of a meter a row of a meter-reading export is about."""

from collections.abc import Sequence

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.layout import Problem
from cmledger.sheets.lexicon import (
    NO_ACTIVE_ENERGY,
    REGISTER_FILLING,
    REGISTERS,
    bare,
)


class Register(Understands):
    """total, sharp, peak, flat, valley, deep-valley of active energy drawn; other: reactive, reverse, demand."""

    width = 12
    choices: Sequence[str] = tuple(words[0] for words in REGISTERS.values())

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        word = bare(as_text(cell))
        if NO_ACTIVE_ENERGY.search(word):
            return "other"
        plain = REGISTER_FILLING.sub("", word)
        found = next((code for code, words in REGISTERS.items() if plain in words[1:]), None)
        return found or Problem("unknown-register", {"value": as_text(cell)})

    def shown(self, value: object) -> Cell:
        return REGISTERS[str(value)][0]
