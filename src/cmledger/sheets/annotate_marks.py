"""What is marked in a workbook that goes back: the rejected rows of its tables, why, and at which cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_to_tuple

from cmledger.records.intake import Finding
from cmledger.records.text import width
from cmledger.sheets.cell_texts import writable
from cmledger.sheets.style import fill
from cmledger.wording import returned as say

RED = "FF8B8B"
"""The fill of a bad cell: clearly red, with black text still easy to read."""
AUTHOR = "cmledger"
MOST_COMMENTS = 5_000
"""Of one sheet: each comment is a drawn shape, and many thousands of them make Excel crawl. Red and reason stay."""
REASON_WIDTH = 60
_COMMENT_WIDTH = 300
_LINE = 20
"""Pixels of a line in a comment."""
_CHARACTERS = 40
"""Half-width characters that go in a line of a comment."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a sheet. Rows are Excel's.

    header_rows: none for a form or for data without a header; then there is no place for a column of reasons.
    last_row: of its data; end: of all that belongs to it, totals and notes as well. key: letters of its key column, for what is said of a row as a whole. rejected: row -> what was wrong with it.
    """

    header_rows: tuple[int, ...]
    last_row: int
    end: int
    key: str
    rejected: Mapping[int, Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Marks:
    """All tables of a sheet in which rows were rejected, from top to bottom."""

    sheet: str
    tables: Sequence[Table] = field(default_factory=tuple)

    @property
    def rejected(self) -> int:
        """How many rows are marked."""
        return sum(len(table.rejected) for table in self.tables)


def reason(findings: Sequence[Finding]) -> str:
    """All that was wrong with a row, in one cell."""
    return say.JOINT.join(dict.fromkeys(f.message for f in findings)) or say.NO_REASON


def by_cell(table: Table, row: int) -> dict[tuple[int, int], list[str]]:
    """1-based (row, column) -> sentences; what is said of the row as a whole is said at its key."""
    said: dict[tuple[int, int], list[str]] = {}
    for one in table.rejected[row]:
        place = row, column_index_from_string(one.column or table.key)
        if one.at is not None:  # in a form
            place = coordinate_to_tuple(one.at)
        said.setdefault(place, []).append(one.message)
    return said or {(row, column_index_from_string(table.key)): [say.NO_REASON]}


def redden(cell: SheetCell, sentences: Sequence[str], *, comment: bool) -> None:
    """A bad cell: red, and what is wrong in a comment, below what the user had written there."""
    cell.fill = fill(RED)
    if comment:
        ours = say.SPOKEN + "\n".join(dict.fromkeys(sentences))
        before = cell.comment.text if cell.comment else ""
        cell.comment = _comment(f"{before}\n{ours}" if before else ours)


def clear_mark(cell: SheetCell) -> None:
    """Take off what an earlier `redden` put on; the user's own comment stays."""
    if cell.comment is None or say.SPOKEN not in cell.comment.text:
        return
    before, _, _ = cell.comment.text.partition(say.SPOKEN)
    author = cell.comment.author
    cell.comment = Comment(before.strip(), author) if before.strip() else None
    if cell.fill.fgColor.rgb in (f"00{RED}", f"FF{RED}"):
        cell.fill = PatternFill()


def _comment(text: str) -> Comment:
    """A comment whose box holds all of its text, but for what XML cannot hold: it may quote the cell."""
    text = writable(text)
    lines = sum(max(1, -(-width(line) // _CHARACTERS)) for line in text.split("\n"))
    return Comment(text, AUTHOR, height=_LINE * (lines + 1), width=_COMMENT_WIDTH)
