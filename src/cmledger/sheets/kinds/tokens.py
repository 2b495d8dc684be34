"""The hidden mark of an exported row, which travels with it through sorting, copying and saving."""

from cmledger.records.intake import Parsed
from cmledger.records.row_tokens import split_token
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.layout import Problem


class RowToken(Understands):
    """A mark as cmledger wrote it; anything else is none."""

    number_format: str | None = "@"

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        return text if split_token(text) else Problem("row-mark-damaged", {"value": text})

    def shown(self, value: object) -> Cell:
        return str(value)
