"""Reader of .xlsx and .xlsm: calamine for the values, the scan for what calamine does not tell."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import python_calamine as calamine

from cmledger.sheets.caps import CELLS, Caps
from cmledger.sheets.grid import Cell, CellError, Grid
from cmledger.sheets.guard import Room, damaged, open_file, too_large
from cmledger.sheets.merges import check_merges
from cmledger.sheets.notices import sheet_notices
from cmledger.sheets.package import Package
from cmledger.sheets.padded import zero_padded
from cmledger.sheets.scan import SheetFacts, TooOdd, scan_sheet
from cmledger.sheets.shared_strings import check_shared_texts
from cmledger.sheets.xlsx_parts import (
    LARGE,
    SheetPart,
    Styles,
    open_package,
    read_styles,
    sheet_parts,
)
from cmledger.wording import reading as wording


def read_xlsx(path: Path, caps: Caps) -> list[Grid]:
    """The sheets in workbook order; chart sheets are left out.

    Raises NotAWorkbook before calamine sees a file that would make it abort the interpreter.
    """
    with open_file(path) as stream:
        package = open_package(path, stream, caps)
        sheets = sheet_parts(package)
        facts = _scanned(package, sheets, caps)
        cells = sum(seen.cells for seen in facts if seen)
        check_shared_texts(package, sheets, cells, caps)
    with opened(path) as book:
        if len(book.sheets_metadata) != len(facts):
            raise damaged(path, wording.DETAIL_PART, part="xl/workbook.xml")
        return [
            _grid(book, index, seen)
            for index, seen in enumerate(facts)
            if seen is not None
            and book.sheets_metadata[index].typ == calamine.SheetTypeEnum.WorkSheet
        ]


def _scanned(package: Package, sheets: list[SheetPart], caps: Caps) -> list[SheetFacts | None]:
    """The facts of every sheet; parts that are no sheet of the book are checked the same way."""
    styles, room = read_styles(package), Room(package.path, caps.cells)
    listed = {sheet.part for sheet in sheets}
    strays = [
        SheetPart(name, name)
        for name in package.names
        if name not in listed and LARGE.fullmatch(name) and "/worksheets/" in name
    ]
    facts = [_facts(package, sheet, styles, room, caps) for sheet in (*sheets, *strays)]
    for name in package.names:
        if not LARGE.fullmatch(name):
            for _ in package.inflate(name):
                pass
    return facts[: len(sheets)]


def _facts(
    package: Package, sheet: SheetPart, styles: Styles, room: Room, caps: Caps
) -> SheetFacts | None:
    if sheet.part is None:
        return None
    try:
        seen = scan_sheet(package.inflate(sheet.part), styles, caps.scale)
    except ValueError as problem:
        raise damaged(package.path, wording.DETAIL_CELLS, cell=problem) from problem
    except TooOdd as problem:
        raise too_large(
            package.path,
            wording.DETAIL_TAGS,
            caps.lifted_for(2 * caps.size(1000), 1000),
            sheet=sheet.name,
            limit=problem,
        ) from problem
    room.take(sheet.name, seen.cells, seen.last_row, seen.last_column, seen.last_cell)
    check_merges(package.path, sheet.name, seen.merges, caps)
    return seen


@contextmanager
def opened(path: Path) -> Iterator[calamine.CalamineWorkbook]:
    """The workbook open in calamine; its errors, and the panics of its Rust side, are refusals."""
    try:
        # a stream, not the path: the reader would believe the ending of the name
        with _unheard(), path.open("rb") as stream, calamine.load_workbook(stream) as book:
            yield book
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as problem:  # pyo3's PanicException is no Exception
        message = str(problem).splitlines()[0][:120] if str(problem) else type(problem).__name__
        raise damaged(path, wording.DETAIL_READER, message=message) from problem


@contextmanager
def _unheard() -> Iterator[None]:
    """Rust tells of a panic on the process's stderr before Python can catch it: that is no talk for users."""
    try:
        heard = os.dup(2)
    except OSError:  # nobody listens
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(heard, 2)
        os.close(heard)


def _grid(book: calamine.CalamineWorkbook, index: int, facts: SheetFacts) -> Grid:
    sheet = book.get_sheet_by_index(index)
    rows: list[list[Cell]] = []
    if sheet.height:  # calamine panics over a sheet without values
        rows = _all_rows(sheet)
    width = len(rows[0]) if rows else 0
    hidden = book.sheets_metadata[index].visible != calamine.SheetVisibleEnum.Visible
    merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    for row, column, digits in facts.padded:
        if row < len(rows) and column < width:
            rows[row][column] = zero_padded(rows[row][column], digits)
    places = [(r, c, text) for r, c, text in facts.errors]
    places += [(r, c, "=") for r, c in facts.uncomputed]
    _reach(rows, places)
    for row, column, text in places:
        rows[row][column] = CellError(text)
    return Grid(
        sheet.name,
        rows,
        merges=merges,
        hidden=hidden,
        findings=sheet_notices(
            height=len(rows),
            width=len(rows[0]) if rows else 0,
            hidden_rows=facts.hidden_rows,
            hidden_columns=facts.hidden_columns,
            struck_rows=facts.struck_rows,
            uncomputed=facts.uncomputed,
        ),
        struck_rows=frozenset(facts.struck_rows),
    )


def _all_rows(sheet: calamine.CalamineSheet) -> list[list[Cell]]:
    """The cells from A1 on. Of a sheet beyond the usual cap equal texts are kept once: slower, in half the memory."""
    if sheet.total_height * sheet.total_width <= CELLS:
        return cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    known: dict[str, str] = {}
    once = known.setdefault
    return [
        [*left, *[once(cell, cell) if type(cell) is str else cell for cell in row]]
        for row in cast("Iterator[list[Cell]]", sheet.iter_rows())
    ]


def _reach(rows: list[list[Cell]], places: list[tuple[int, int, str]]) -> None:
    """Grow `rows` to hold places that calamine left out because it saw nothing there."""
    height = max((row + 1 for row, _, _ in places), default=0)
    width = max((column + 1 for _, column, _ in places), default=0)
    old = len(rows[0]) if rows else 0
    if width > old:
        for row in rows:
            row.extend([None] * (width - old))
    rows.extend([None] * max(width, old) for _ in range(len(rows), height))
