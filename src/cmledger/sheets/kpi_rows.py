"""The rows behind a KPI as a workbook: one sheet to filter and sort."""

from collections.abc import Iterator
from pathlib import Path

from cmledger.records.caller import Caller
from cmledger.records.intake import Parsed
from cmledger.records.kpi import KpiRow, KpiRows
from cmledger.sheets.kinds import AccountNo, Date, Name, Text
from cmledger.sheets.layout import Column
from cmledger.sheets.write import TableSheet, write_workbook
from cmledger.wording import kpis as say

_COLUMNS = (
    Column("row.account_no", say.ROW_ACCOUNT, AccountNo()),
    Column("row.name", say.ROW_NAME, Name(30)),
    Column("row.tier", say.ROW_TIER, Text(14)),
    Column("row.manager", say.ROW_MANAGER, Text(14)),
    Column("row.first", say.ROW_FIRST, Date()),
    Column("row.last", say.ROW_LAST, Date()),
    Column("row.side", say.ROW_SIDE, Text(12)),
    Column("row.because", say.ROW_WHY, Text(36)),
)
_OF_VISITS = ("row.first", "row.last")


def write_kpi_rows(path: Path, report: KpiRows, caller: Caller) -> None:
    """Write the rows, in their order. Raises OutputNotWritable, UsageProblem."""
    kpi, period = report.kpi, report.period
    hidden = () if any(row.period for row in report.rows) else _OF_VISITS
    heading = say.ROWS_TITLE.format(
        name=kpi.name,
        code=kpi.code,
        period=period.label,
        numerator=kpi.numerator,
        denominator=kpi.denominator,
    )
    note = None if period.closed else say.NOT_CLOSED.format(counted_to=period.counted_to)
    sheet = TableSheet(
        kpi.name, _COLUMNS, _stored(report.rows), len(report.rows), heading, note, hidden
    )
    write_workbook(path, [sheet], caller)


def _stored(rows: tuple[KpiRow, ...]) -> Iterator[dict[str, Parsed]]:
    for row in rows:
        first, last = row.period or (None, None)
        yield {
            "row.account_no": row.account_no,
            "row.name": row.name,
            "row.tier": row.tier_name,
            "row.manager": row.manager,
            "row.first": first.isoformat() if first else None,
            "row.last": last.isoformat() if last else None,
            "row.side": say.side(in_numerator=row.in_numerator, in_denominator=row.in_denominator),
            "row.because": row.because,
        }
