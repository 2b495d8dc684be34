"""A sheet put together cell by cell, for readers of markup: every cap is checked before a row is laid out."""

from dataclasses import dataclass, field

from cmledger.sheets.grid import Cell, CellError, Grid, letters
from cmledger.sheets.guard import Room
from cmledger.sheets.notices import sheet_notices
from cmledger.sheets.scan import MAX_COLUMNS, MAX_ROWS


@dataclass(slots=True)
class MarkupGrid:
    """One sheet in the making. Rows and columns are 0-based here; rows come in ascending order."""

    name: str
    room: Room
    hidden: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    struck_rows: list[int] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    _rows: list[list[Cell]] = field(default_factory=list)
    _cells: int = 0
    _width: int = 0

    def add_row(
        self, row: int, cells: list[tuple[int, int, Cell]], times: int = 1, struck: int = 0
    ) -> None:
        """Lay out a row, `times` below each other. cells: (column, how many beside each other, what), blanks left out.

        struck: how many of the cells are struck through. Raises NotAWorkbook where the sheet grows beyond a cap.
        """
        if not cells:
            return
        last, beside, _ = cells[-1]
        width, height = last + beside, row + times
        self._width = max(self._width, width)
        self._cells += times * sum(n for _, n, _ in cells)
        far = f"{letters(min(self._width, MAX_COLUMNS) - 1)}{min(height, MAX_ROWS)}"
        self.room.check(self.name, self._cells, height, self._width, far)
        laid: list[Cell] = [None] * width
        for column, n, what in cells:
            laid[column : column + n] = [what] * n
            if isinstance(what, CellError) and what.text == "=":
                self.uncomputed += [(row, c) for c in range(column, column + n)]
        rows = self._rows
        rows.extend([] for _ in range(row - len(rows)))
        rows.append(laid)
        rows.extend(list(laid) for _ in range(times - 1))
        if struck and 2 * struck >= sum(n for _, n, _ in cells):
            self.struck_rows += range(row + 1, row + times + 1)

    def hide_rows(self, row: int, times: int) -> None:
        """Rows that are hidden or filtered out; those below the last filled row do not count."""
        if len(self.hidden_rows) < MAX_ROWS:
            self.hidden_rows += range(row + 1, row + min(times, MAX_ROWS) + 1)

    def hide_columns(self, first: int, count: int) -> None:
        """Columns that are hidden."""
        if len(self.hidden_columns) < MAX_COLUMNS and first < MAX_COLUMNS:
            self.hidden_columns.append((first, min(first + count, MAX_COLUMNS) - 1))

    def grid(self) -> Grid:
        """The sheet, all rows as wide as the widest."""
        rows, width = self._rows, self._width
        far = f"{letters(width - 1)}{len(rows)}" if rows else "A1"
        self.room.take(self.name, self._cells, len(rows), width, far)
        for row in rows:
            row.extend([None] * (width - len(row)))
        return Grid(
            self.name,
            rows,
            merges=self.merges,
            hidden=self.hidden,
            findings=sheet_notices(
                height=len(rows),
                width=width,
                hidden_rows=self.hidden_rows,
                hidden_columns=self.hidden_columns[:64],
                struck_rows=self.struck_rows,
                uncomputed=self.uncomputed,
            ),
            struck_rows=frozenset(self.struck_rows),
        )
