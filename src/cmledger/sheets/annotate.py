"""The user's workbook handed back: the rejected rows marked, with the reasons, to be corrected there and imported again."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cmledger.errors import LedgerError, OutputNotWritable
from cmledger.records.caller import Caller
from cmledger.records.intake import Finding
from cmledger.sheets.annotate_lost import lost, openpyxl_cells
from cmledger.sheets.annotate_marks import Marks
from cmledger.sheets.annotate_own import write_own
from cmledger.sheets.annotate_plain import write_plain
from cmledger.sheets.grid import Book, Cell, Grid
from cmledger.sheets.lexicon import REASON_HEADER, tidy
from cmledger.sheets.output import replacing, written_by_us
from cmledger.sheets.reading import read_book
from cmledger.wording import returned as say
from cmledger.wording.findings import finding
from cmledger.wording.lists import listed

MOST_CELLS: Final = 300_000
"""What openpyxl is given to hold in memory (31 s and 770 MB for 1.8 million)."""


def hand_back(
    source: Path,
    sha256: str,
    marks: Sequence[Marks],
    target: Path,
    caller: Caller,
    *,
    max_cells: int | None = None,
) -> list[Finding]:
    """Write the marked copy of `source` to `target` (.xlsx); what is different in it beyond the marks.

    sha256: of the source when its rows were settled. An .xlsx comes back as itself; where openpyxl cannot read it, or would
    change a cell, and from other formats, as a new workbook of the same cells; a large one as its rejected rows.
    Raises NotAWorkbook, OutputNotWritable (also where the source has changed meanwhile).
    """
    book = read_book(source, max_cells)
    if book.sha256 != sha256:
        raise OutputNotWritable(say.SOURCE_CHANGED.format(path=source), where=str(source))
    with tempfile.TemporaryDirectory(prefix="cmledger-") as folder:
        copy = Path(folder) / "copy.xlsx"
        findings = _write(source, book, marks, copy, caller)
        with replacing(target, untouched=written_by_us) as part:
            shutil.copyfile(copy, part)
    return findings


def _write(
    source: Path, book: Book, marks: Sequence[Marks], copy: Path, caller: Caller
) -> list[Finding]:
    count = openpyxl_cells(source) if book.format == "xlsx" else None
    if count is not None and count <= MOST_CELLS:
        opened = _own(source, book, marks, copy, caller)
        if opened is not None:
            findings = [finding("opened-on-return", what=listed(opened))] if opened else []
            gone = lost(source, copy)
            return findings + ([finding("lost-on-return", what=listed(gone))] if gone else [])
    large = sum(len(g.rows) * len(g.rows[0]) for g in book.grids if g.rows) > MOST_CELLS
    write_plain(book, marks, copy, caller, only_rejected=large)
    if large:
        rows = sum(mark.rejected for mark in marks)
        return [finding("part-on-return", rows=rows)]
    if book.format == "csv":
        return []
    return [finding("lost-on-return", what=say.OLD_FORMAT if book.format == "xls" else say.LOOKS)]


def _own(
    source: Path, book: Book, marks: Sequence[Marks], copy: Path, caller: Caller
) -> list[str] | None:
    """The source itself, marked; None where openpyxl cannot read it, or a cell would not come back as it was."""
    try:
        opened = write_own(source, book, marks, copy, caller)
        returned = read_book(copy)
    except LedgerError:
        raise
    except Exception:  # whatever a third program wrote into the package: there is the plain way
        return None
    before, after = ({grid.name: grid for grid in b.grids} for b in (book, returned))
    if list(before) == list(after) and all(_same(before[name], after[name]) for name in before):
        return opened
    return None


def _same(before: Grid, after: Grid) -> bool:
    """Whether every cell of a sheet came back as it was, the column of reasons apart."""
    height = max(len(before.rows), len(after.rows))
    width = max((len(g.rows[0]) for g in (before, after) if g.rows), default=0)
    ours = {
        column
        for row in after.rows
        for column, cell in enumerate(row)
        if isinstance(cell, str) and tidy(cell) == REASON_HEADER
    }
    for row in range(height):
        old, new = (_padded(g.rows, row, width) for g in (before, after))
        if old != new and any(
            a != b and c not in ours for c, (a, b) in enumerate(zip(old, new, strict=True))
        ):
            return False
    return True


def _padded(rows: list[list[Cell]], row: int, width: int) -> list[Cell]:
    """A row as wide as all, blank as None."""
    cells = rows[row] if row < len(rows) else []
    return [None if c == "" else c for c in cells] + [None] * (width - len(cells))
