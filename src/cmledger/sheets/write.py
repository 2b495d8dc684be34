"""A workbook from layouts and rows: the way back of `intake`. Law: read(write(rows)) == rows.

openpyxl writes the shell of each sheet (header, styles, drop-downs, page set-up); the rows are poured in as XML,
batch by batch, so that a million of them need the memory of one batch. Text is a string cell, whatever it
begins with: Excel never takes `=1+1` in it for a formula, nor 3301234567890 for a number.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.intake import Finding, Parsed
from cmledger.records.text import width as text_width
from cmledger.sheets import style
from cmledger.sheets.cell_texts import CELL_CHARACTERS, escaped, writable
from cmledger.sheets.choices import add_choices, add_date_rule, last_comes_choices
from cmledger.sheets.kinds import Date
from cmledger.sheets.layout import Column
from cmledger.sheets.output import Body, save_workbook
from cmledger.wording import workbooks as say
from cmledger.wording.findings import finding

SHEET_ROWS = 1_048_576
"""Rows of an Excel sheet; a longer table goes on on further sheets."""
_PAGE_WIDTH = 190
"""Characters across a page that can still be read; a wider table is printed on several, side by side."""
_BATCH = 2000
_REMEMBERED = 4096

Row = Mapping[str, Parsed]


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet that holds one table.

    rows: stored forms by full field name, exactly `count` of them. heading, note: lines above the header.
    hidden: fields whose column is not shown. fill_in: fields that staff write in. alarm: a field and the shown
    word that turns its row's text red. widths: of columns that are not as wide as their kind
    would have them. form: to be printed and written in: every cell has its box, long texts wrap, rows are tall.
    height_of: how high a row is (points), where they are not all as high.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    count: int
    heading: str | None = None
    note: str | None = None
    hidden: Collection[str] = ()
    fill_in: Collection[str] = ()
    alarm: tuple[str, str] | None = None
    widths: Mapping[str, int] = field(default_factory=dict)
    form: bool = False
    height_of: Callable[[Row], float] | None = None


@dataclass(slots=True)
class Written:
    """What became of a workbook: rows per sheet, and what could not be written as it was."""

    path: Path
    sheets: list[tuple[str, int]] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    """(sheet, finding)"""


def write_workbook(path: Path, tables: Sequence[TableSheet], caller: Caller) -> Written:
    """Write one workbook, a sheet per table (more where a table is longer than a sheet), all of it or nothing.

    Raises OutputNotWritable, UsageProblem.
    """
    workbook, written = style.new_workbook(), Written(path)
    save_workbook(path, workbook, caller, add_tables(workbook, tables, caller, written))
    return written


def add_tables(
    workbook: Workbook, tables: Sequence[TableSheet], caller: Caller, written: Written
) -> dict[str, Body]:
    """Add the sheets of these tables; the bodies that `save_workbook` pours into them, noting in `written`."""
    bodies: dict[str, Body] = {}
    for table in tables:
        rows = iter(table.rows)
        top = len([line for line in (table.heading, table.note) if line]) + 1
        room = SHEET_ROWS - top
        for number in range(max(1, -(-table.count // room))):
            title = table.title
            if number:
                title = say.SHEET_CONTINUED.format(title=title, number=number + 1)
            count = min(room, table.count - number * room)
            sheet = workbook.create_sheet(sheet_title(title, workbook.sheetnames))
            _write_shell(sheet, table, top, count, caller)
            writers = [
                _ColumnWriter(sheet, position, column, table, written.findings)
                for position, column in enumerate(table.columns, 1)
            ]
            bodies[sheet.title] = Body(
                _row_xml(writers, table, islice(rows, count), top + 1),
                f"A1:{get_column_letter(len(table.columns))}{top + count}",
            )
            written.sheets.append((sheet.title, count))
    last_comes_choices(workbook)
    return bodies


def sheet_title(wanted: str, taken: Sequence[str]) -> str:
    """A sheet name Excel accepts (31 characters, none of []:*?/\\) and that is not taken."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:31] or "Sheet"
    title, number = clean, 1
    while title.casefold() in {t.casefold() for t in taken}:
        number += 1
        title = f"{clean[: 29 - len(str(number))]}({number})"
    return title


# --- the shell -----------------------------------------------------------------------------------


def _write_shell(sheet: Worksheet, table: TableSheet, top: int, count: int, caller: Caller) -> None:
    """Everything but the rows. `top` is the Excel row of the header."""
    last = get_column_letter(len(table.columns))
    lines = [line for line in (table.heading, table.note) if line]
    for number, line in enumerate(lines, 1):
        cell = text_cell(sheet, number, 1, line)
        is_heading = line is table.heading
        cell.font = (
            style.font(15, bold=True, color=style.BRAND)
            if is_heading
            else style.font(9, color=style.QUIET)
        )
        cell.alignment = style.LEFT
        sheet.row_dimensions[number].height = 28 if is_heading else 18
    for position, column in enumerate(table.columns, 1):
        _write_header(sheet, top, position, column, table)
        if column.kind.choices:
            letter = get_column_letter(position)
            add_choices(
                sheet, f"{letter}{top + 1}:{letter}{SHEET_ROWS}", column.title, column.kind.choices
            )
        elif column.field in table.fill_in and isinstance(column.kind, Date):
            letter = get_column_letter(position)
            add_date_rule(
                sheet,
                f"{letter}{top + 1}:{letter}{SHEET_ROWS}",
                prompt=say.VISITS_DATE_PROMPT,
                error=say.VISITS_DATE_ERROR,
            )
    sheet.row_dimensions[top].height = 34
    sheet.sheet_format.defaultRowHeight = 36 if table.form else 19
    sheet.sheet_format.customHeight = True
    sheet.freeze_panes = f"{get_column_letter(_frozen(table))}{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{last}{top + max(count, 1)}"
    if table.alarm is not None:
        fields = [column.field for column in table.columns]
        letter = get_column_letter(fields.index(table.alarm[0]) + 1)
        sheet.conditional_formatting.add(
            f"A{top + 1}:{last}{top + max(count, 1)}",
            FormulaRule(
                formula=[f'${letter}{top + 1}="{table.alarm[1]}"'],
                font=style.font(color=style.ALARM),
            ),
        )
    style.set_page(
        sheet,
        actor=caller.actor,
        day=caller.as_of,
        title="" if table.heading else table.title,
        repeat=(top,),
    )
    sheet.print_options.gridLines = not table.form
    width = sum(
        sheet.column_dimensions[get_column_letter(position)].width
        for position, column in enumerate(table.columns, 1)
        if column.field not in table.hidden
    )
    pages = max(1, round(width / _PAGE_WIDTH))
    if pages > 1:
        sheet.page_setup.fitToWidth = pages
        sheet.print_title_cols = f"A:{get_column_letter(_frozen(table) - 1)}"


def _frozen(table: TableSheet) -> int:
    """The first column that scrolls: those up to the key stay in sight (the first two columns)."""
    return min(3, len(table.columns))


def _write_header(
    sheet: Worksheet, top: int, position: int, column: Column, table: TableSheet
) -> None:
    cell = text_cell(sheet, top, position, column.title)
    marked = column.required or column.field in table.fill_in
    cell.font = style.font(bold=True, color=style.INK if marked else "FFFFFF")
    cell.fill = style.fill(style.REQUIRED_TINT if marked else style.BRAND)
    cell.alignment = style.CENTRED
    cell.border = style.EDGE
    dimension = sheet.column_dimensions[get_column_letter(position)]
    width = max(column.kind.width, text_width(column.title) + 4)
    dimension.width = table.widths.get(column.field, width)
    dimension.hidden = column.field in table.hidden
    _dress(dimension, column)


def text_cell(sheet: Worksheet, row: int, column: int, text: str) -> SheetCell:
    """A string cell, whatever the text begins with; what XML cannot hold is left out."""
    cell = sheet.cell(row, column)
    cell._value = writable(text)
    cell.data_type = "s"
    return cell


def _dress(cell: SheetCell, column: Column) -> None:
    """Font, number format and alignment of a data cell (or of a whole column, for cells yet to be typed)."""
    cell.font = style.font()
    cell.number_format = column.kind.number_format or "General"
    number = column.kind.number_format not in (None, "@") and not column.kind.choices
    cell.alignment = Alignment(
        vertical="center", wrap_text=column.kind.width > 30, horizontal=None if number else "left"
    )


# --- the rows ------------------------------------------------------------------------------------


class _ColumnWriter:
    """Writes the cells of one column as XML; what was shown once is remembered."""

    def __init__(
        self,
        sheet: Worksheet,
        position: int,
        column: Column,
        table: TableSheet,
        findings: list[tuple[str, Finding]],
    ) -> None:
        scratch = SheetCell(sheet, row=1, column=position)
        _dress(scratch, column)
        if table.form:
            scratch.border = style.EDGE
            scratch.alignment = style.CENTRED if isinstance(column.kind, Date) else style.WRAPPED
        if column.field in table.fill_in:
            scratch.fill = style.fill(style.FILL_IN_TINT)
        self._blank = f' s="{scratch.style_id}"/>' if table.form else ""
        self.letter = get_column_letter(position)
        self._style = scratch.style_id
        scratch.number_format = scratch.number_format.partition(".#")[0]
        self._whole_style = scratch.style_id
        self._show = column.kind.show
        self._known: dict[Parsed, str] = {}
        self._sheet = sheet.title
        self._findings = findings

    def cells(self, values: Sequence[Parsed], first: int) -> list[str]:
        """The <c> elements of these values, from Excel row `first` on; a blank gives one only in a form."""
        known, letter, blank = self._known, self.letter, self._blank
        if len(known) > _REMEMBERED:
            known.clear()
        out = []
        for row, value in enumerate(values, first):
            if value is None:
                out.append(f'<c r="{letter}{row}"{blank}' if blank else "")
                continue
            tail = known.get(value)
            if tail is None:
                tail = known[value] = self._tail(value, row)
            out.append(f'<c r="{letter}{row}"{tail}' if tail else "")
        return out

    def _tail(self, value: Parsed, row: int) -> str:
        """A cell's XML after its address."""
        shown = self._show(value)
        if shown is None or shown == "":
            return ""
        if isinstance(shown, bool):
            return f' s="{self._style}" t="b"><v>{int(shown)}</v></c>'
        if isinstance(shown, int):  # 1,250 rather than "1,250."
            return f' s="{self._whole_style}"><v>{shown}</v></c>'
        if isinstance(shown, float):
            return f' s="{self._style}"><v>{shown!r}</v></c>'
        if isinstance(shown, dt.date | dt.time | dt.timedelta):
            return f' s="{self._style}"><v>{to_excel(shown)!r}</v></c>'
        text = escaped(self._writable(str(shown), row))
        return f' s="{self._style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def _writable(self, text: str, row: int) -> str:
        """The text as Excel can hold it; what had to go is reported at its cell."""
        clean = writable(text)
        if clean != text:
            self._report("control-characters-removed", row)
        if len(clean) > CELL_CHARACTERS:
            self._report("text-shortened", row)
            clean = clean[:CELL_CHARACTERS]
        return clean

    def _report(self, code: str, row: int) -> None:
        self._findings.append((self._sheet, finding(code, row=row, column=self.letter)))


def _row_xml(
    writers: Sequence[_ColumnWriter], table: TableSheet, rows: Iterator[Row], first: int
) -> Iterator[bytes]:
    """<row> elements, a batch at a time, from Excel row `first` on."""
    fields = [column.field for column in table.columns]
    high = table.height_of
    while batch := list(islice(rows, _BATCH)):
        shown = [
            writer.cells([row.get(name) for row in batch], first)
            for writer, name in zip(writers, fields, strict=True)
        ]
        told = [f' ht="{high(row):g}" customHeight="1"' for row in batch] if high else repeat("")
        yield "".join(
            f'<row r="{number}"{height}>{"".join(cells)}</row>'
            for number, (cells, height) in enumerate(
                zip(zip(*shown, strict=True), told, strict=False), first
            )
        ).encode()
        first += len(batch)
