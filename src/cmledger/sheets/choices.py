"""Drop-downs: short lists stand in the rule itself, longer ones on a hidden sheet that reading leaves alone."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.wording import workbooks as say

_INLINE_CHARACTERS = 250  # Excel takes 255 with the quotes


def add_choices(sheet: Worksheet, cells: str, title: str, choices: Sequence[str]) -> None:
    """Offer `choices` in the range `cells`. Other spellings are asked about, not forbidden: import knows more of them."""
    joined = ",".join(choices)
    if len(joined) <= _INLINE_CHARACTERS and not any("," in c or '"' in c for c in choices):
        source = f'"{joined}"'
    else:
        source = _on_hidden_sheet(sheet, title, choices)
    rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
    rule.errorTitle = say.CHOICE_TITLE
    rule.error = say.CHOICE_TEXT.format(choices="、".join(choices))[:220]
    rule.showErrorMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)


def add_date_rule(sheet: Worksheet, cells: str, *, prompt: str, error: str) -> None:
    """Dates only, from 2000 on; what to type is shown beside the cell."""
    rule = DataValidation(
        type="date", operator="greaterThan", formula1="36526", allow_blank=True, errorStyle="stop"
    )
    rule.prompt, rule.error = prompt, error
    rule.showInputMessage = rule.showErrorMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)


def last_comes_choices(book: Workbook) -> None:
    """Put the hidden sheet of choices, where there is one, behind all others."""
    if say.CHOICES_SHEET in book.sheetnames:
        book.move_sheet(say.CHOICES_SHEET, len(book.sheetnames))


def _on_hidden_sheet(sheet: Worksheet, title: str, choices: Sequence[str]) -> str:
    """The reference of a column of choices on the hidden sheet, written once per list."""
    book = sheet.parent
    if say.CHOICES_SHEET not in book.sheetnames:
        book.create_sheet(say.CHOICES_SHEET).sheet_state = "hidden"
    lists = book[say.CHOICES_SHEET]
    column = next(
        (c for c in range(1, lists.max_column + 1) if lists.cell(1, c).value in (None, title)),
        lists.max_column + 1,
    )
    for row, word in enumerate((title, *choices), 1):
        lists.cell(row, column).value = word
        lists.cell(row, column).data_type = "s"
    letter = get_column_letter(column)
    return f"{quote_sheetname(lists.title)}!${letter}$2:${letter}${len(choices) + 1}"
