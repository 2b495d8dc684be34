"""The sheet to fill in for due items that take no visit: its columns are those of the services layout."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cmledger.records.due import DueReport
from cmledger.records.intake import Parsed
from cmledger.sheets.layouts.services import DUE_BY, FORM_ID, OCCASION, SERVICES
from cmledger.sheets.write import TableSheet
from cmledger.wording import workbooks as say
from cmledger.wording.cycles import occasion_name

_FILL_IN: Final = ("done_on", "manager", "method", "content", "remark")
_WIDTHS: Final = {
    "customer.account_no": 15,
    "customer.name": 24,
    "service_done.service": 24,
    "form.occasion": 12,
    "form.due_by": 12,
    "service_done.done_on": 12,
    "service_done.manager": 10,
    "service_done.method": 9,
    "service_done.content": 30,
    "service_done.remark": 16,
}


def service_table(report: DueReport, positions: Iterable[int], name: str) -> TableSheet:
    """These of the report's rows, in this order. name: whose they are."""
    chosen = list(positions)
    faces = {column.name: column for column in SERVICES.columns}
    told = ("account_no", "name", "service")
    order = [
        *(faces[face] for face in told), OCCASION, DUE_BY,
        *(faces[face] for face in _FILL_IN), FORM_ID,
    ]  # fmt: skip
    return TableSheet(
        title=say.SERVICES_SHEET.format(manager=name),
        columns=tuple(
            replace(column, required=False, title=say.SERVICES_HEADS.get(column.name, column.title))
            for column in order
        ),
        rows=_stored(report, chosen),
        count=len(chosen),
        heading=say.SERVICES_TITLE.format(manager=name, day=report.as_of.isoformat()),
        note=say.SERVICES_NOTE.format(count=len(chosen)),
        hidden=(FORM_ID.field,),
        fill_in=tuple(f"service_done.{face}" for face in _FILL_IN),
        widths=_WIDTHS,
        form=True,
    )


def _stored(report: DueReport, positions: Iterable[int]) -> Iterator[Mapping[str, Parsed]]:
    """The rows in stored forms; what is to be filled in is left out."""
    for position in positions:
        row = report.rows[position]
        occasion = occasion_name(row.occasion, report.season_names) if row.occasion else None
        yield {
            "customer.account_no": row.account_no,
            "customer.name": row.name,
            "service_done.service": report.service_names.get(row.service, row.service),
            OCCASION.field: occasion,
            DUE_BY.field: row.due_by.isoformat(),
            "service_done.manager": row.manager,
            FORM_ID.field: row.form_id,
        }
