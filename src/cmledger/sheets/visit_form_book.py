"""The workbook of 走访单 that a manager takes along: the lists to fill in, and a page for every visit."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from cmledger.records.caller import Caller
from cmledger.records.due import DueReport
from cmledger.records.visit_forms import VisitForm
from cmledger.sheets import style
from cmledger.sheets.choices import last_comes_choices
from cmledger.sheets.kinds import Text
from cmledger.sheets.layout import Column
from cmledger.sheets.output import not_writable, refuse_worked_in, save_workbook, written_by_us
from cmledger.sheets.visit_form_page import write_page
from cmledger.sheets.visit_form_paper import Looks
from cmledger.sheets.visit_list import fill_in_tables
from cmledger.sheets.write import TableSheet, Written, add_tables, sheet_title
from cmledger.wording import visit_forms as say

_NUMBER: Final = Column("form.number", say.NUMBER, Text(6), export_only=True)
_PLANNED: Final = Column("form.planned_on", say.PLANNED_ON, Text(12), export_only=True)


def write_form_book(
    path: Path,
    report: DueReport,
    name: str,
    forms: Sequence[VisitForm],
    listed: Sequence[int],
    caller: Caller,
    *,
    count: int,
    label: str,
) -> None:
    """Write one workbook. name: the manager's. listed: rows of the report that its lists hold, in order.

    count: forms of this manager in all workbooks. Raises OutputNotWritable.
    """
    workbook, written = style.new_workbook(), Written(path)
    tables = fill_in_tables(report, listed, name)
    if forms:
        tables[0] = _numbered(tables[0], forms)
    bodies = add_tables(workbook, tables, caller, written)
    looks: Looks | None = None
    for form in forms:
        title = say.SHEET.format(number=form.number, name=form.items[0].name or say.UNNAMED)
        sheet = workbook.create_sheet(sheet_title(title, workbook.sheetnames))
        looks = looks or Looks(sheet)
        write_page(sheet, looks, form, report, caller, count=count, label=label)
    last_comes_choices(workbook)
    save_workbook(path, workbook, caller, bodies)


def check_replaceable(paths: Sequence[Path]) -> None:
    """Before any is written: none of these files may be one that somebody worked in. Raises OutputNotWritable."""
    for path in paths:
        try:
            refuse_worked_in(path, untouched=written_by_us)
        except OSError as problem:
            raise not_writable(path) from problem


def _numbered(table: TableSheet, forms: Sequence[VisitForm]) -> TableSheet:
    """The list with the number of each row's form in front, and its day where a plan sets days."""
    told = {row.form_id: _in_front(form) for form in forms for row in form.items}
    planned = any(form.planned_on for form in forms)
    columns = (_NUMBER, _PLANNED) if planned else (_NUMBER,)
    rows = ({**row, **told.get(str(row["visit.form_id"]), {})} for row in table.rows)
    widths = {**table.widths, _NUMBER.field: 6, _PLANNED.field: 12}
    return replace(table, columns=(*columns, *table.columns), rows=rows, widths=widths)


def _in_front(form: VisitForm) -> dict[str, str]:
    day = form.planned_on.isoformat() if form.planned_on else say.NOT_PLANNED
    return {_NUMBER.field: str(form.number), _PLANNED.field: day}
