"""The blank sheet of a layout: header, drop-downs, formats, and beside it a sheet that says how to fill it in."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.text import width as text_width
from cmledger.sheets import kinds, style
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.output import save_workbook
from cmledger.sheets.write import TableSheet, Written, add_tables, text_cell
from cmledger.wording import workbooks as say

_INTERNAL = ("form_id",)
"""Fields that only cmledger's own forms fill."""
_ALIASES = 6
_WIDTHS = (20, 7, 54, 60)


def write_template(path: Path, layout: Layout, caller: Caller) -> None:
    """Write the blank sheet. Nothing in it can be imported by mistake: the data sheet is empty.

    Raises OutputNotWritable, UsageProblem.
    """
    columns = [c for c in layout.columns if not c.export_only and c.name not in _INTERNAL]
    workbook, written = style.new_workbook(), Written(path)
    bodies = add_tables(workbook, [TableSheet(layout.title, columns, (), 0)], caller, written)
    _explain(workbook.create_sheet(say.HOW_TO, 1), layout, columns, caller)
    save_workbook(path, workbook, caller, bodies)


def _explain(sheet: Worksheet, layout: Layout, columns: Sequence[Column], caller: Caller) -> None:
    """What goes into each column, and by which other titles it is known."""
    title = text_cell(sheet, 1, 1, say.HOW_TO_TITLE.format(title=layout.title))
    title.font = style.font(15, bold=True, color=style.BRAND)
    sheet.row_dimensions[1].height = 28
    for row, line in enumerate(say.HOW_TO_LINES, 2):
        text_cell(sheet, row, 1, line).font = style.font()
    top = len(say.HOW_TO_LINES) + 3
    for position, (head, width) in enumerate(zip(say.HOW_TO_HEADS, _WIDTHS, strict=True), 1):
        cell = text_cell(sheet, top, position, head)
        cell.font, cell.fill = style.font(bold=True, color="FFFFFF"), style.fill(style.BRAND)
        cell.alignment, cell.border = style.CENTRED, style.EDGE
        sheet.column_dimensions[get_column_letter(position)].width = width
    for row, column in enumerate(columns, top + 1):
        texts = (
            column.title,
            say.REQUIRED if column.required else "",
            _how(column),
            say.JOINT.join(column.aliases[:_ALIASES]),
        )
        for position, text in enumerate(texts, 1):
            cell = text_cell(sheet, row, position, text)
            cell.font = style.font(9, color=style.QUIET) if position == 4 else style.font()
            cell.alignment, cell.border = style.WRAPPED, style.EDGE
        lines = max(
            -(-text_width(text) // width) for text, width in zip(texts, _WIDTHS, strict=True)
        )
        sheet.row_dimensions[row].height = 17 * lines + 3
    sheet.sheet_view.showGridLines = False
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, repeat=(top,))


def _how(column: Column) -> str:
    """What to type, by the kind of the column."""
    if column.kind.choices:
        return say.HOW_CHOICE.format(choices=say.JOINT.join(column.kind.choices))
    for kind, sentence in (
        (kinds.AccountNo, say.HOW_ACCOUNT),
        (kinds.Phone, say.HOW_PHONE),
        (kinds.Date, say.HOW_DATE),
        (kinds.MonthDay, say.HOW_MONTH_DAY),
        (kinds.Year, say.HOW_YEAR),
        (kinds.Capacity, say.HOW_CAPACITY),
        (kinds.Energy, say.HOW_ENERGY),
        (kinds.Services, say.HOW_SERVICES),
        (kinds.Person, say.HOW_PERSON),
        (kinds.Code, say.HOW_CODE),
    ):
        if isinstance(column.kind, kind):
            return sentence
    return say.HOW_TEXT
