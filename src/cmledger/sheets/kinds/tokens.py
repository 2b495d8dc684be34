"""The hidden mark of an exported row, which travels with it through sorting, copying and saving."""

from collections.abc import Sequence

from cmledger.records.intake import Parsed
from cmledger.records.row_tokens import is_token
from cmledger.sheets.grid import Cell
from cmledger.sheets.kinds.base import Understands, as_text
from cmledger.sheets.layout import ParsedColumn, Problem


class RowToken(Understands):
    """A mark as cmledger wrote it; anything else is none."""

    number_format: str | None = "@"

    def parse_column(self, cells: Sequence[Cell], unit: str | None = None) -> ParsedColumn:
        """As any kind; but no two marks are alike, so that nothing is remembered of them."""
        if all(type(cell) is str and is_token(cell) for cell in cells):
            return ParsedColumn(list(cells), {})  # type: ignore[arg-type]
        return super().parse_column(cells, unit)

    def meaning(self, cell: Cell, unit: str | None) -> Parsed | Problem:
        text = as_text(cell)
        return text if is_token(text) else Problem("row-mark-damaged", {"value": text})

    def shown(self, value: object) -> Cell:
        return str(value)
