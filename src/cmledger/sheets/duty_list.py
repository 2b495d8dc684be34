"""The sheet to fill in for what a manager or its grids owe themselves: its columns are those of the duties layout."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cmledger.records.due import DueReport
from cmledger.records.intake import Parsed
from cmledger.records.items import GRID, MANAGER
from cmledger.sheets.layouts.duties import DUE_BY, DUTIES, FORM_ID
from cmledger.sheets.write import TableSheet
from cmledger.wording import workbooks as say

_FILL_IN: Final = ("done_on", "content", "materials", "answered", "attendees", "remark")
_WIDTHS: Final = {
    "duty_done.office": 16,
    "duty_done.service": 24,
    "duty_done.manager": 10,
    "duty_done.grid": 14,
    "form.due_by": 12,
    "duty_done.done_on": 12,
    "duty_done.content": 30,
    "duty_done.materials": 10,
    "duty_done.answered": 10,
    "duty_done.attendees": 10,
    "duty_done.remark": 16,
}


def duty_table(report: DueReport, positions: Iterable[int], name: str) -> TableSheet:
    """These of the report's rows, in this order. name: whose they are."""
    chosen = list(positions)
    faces = {column.name: column for column in DUTIES.columns}
    told = ("office", "service", "manager", "grid")
    order = [*(faces[face] for face in told), DUE_BY, *(faces[face] for face in _FILL_IN), FORM_ID]
    return TableSheet(
        title=say.DUTIES_SHEET.format(manager=name),
        columns=tuple(
            replace(column, required=False, title=say.DUTIES_HEADS.get(column.name, column.title))
            for column in order
        ),
        rows=_stored(report, chosen),
        count=len(chosen),
        heading=say.DUTIES_TITLE.format(manager=name, day=report.as_of.isoformat()),
        note=say.DUTIES_NOTE.format(count=len(chosen)),
        hidden=(FORM_ID.field,),
        fill_in=tuple(f"duty_done.{face}" for face in _FILL_IN),
        widths=_WIDTHS,
        form=True,
    )


def _stored(report: DueReport, positions: Iterable[int]) -> Iterator[Mapping[str, Parsed]]:
    """The rows in stored forms; what is to be filled in is left out."""
    for position in positions:
        row = report.rows[position]
        yield {
            "duty_done.office": row.office,
            "duty_done.service": report.service_names.get(row.service, row.service),
            "duty_done.manager": row.name if row.owner == MANAGER else row.manager,
            "duty_done.grid": row.name if row.owner == GRID else None,
            DUE_BY.field: row.due_by.isoformat(),
            FORM_ID.field: row.form_id,
        }
