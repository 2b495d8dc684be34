"""What is told of a sheet, whether it was taken in or only looked at."""

from collections.abc import Mapping, Sequence

from cmledger.records.account import SheetAccount, sorted_findings
from cmledger.records.intake import Finding, SheetSeen
from cmledger.wording.findings import finding


def sheet_account(
    sheet: SheetSeen, totals: Mapping[str, int], more: Sequence[Finding] = ()
) -> SheetAccount:
    """The account of a sheet as seen. totals: what its rows came to; more: findings beyond those of reading."""
    return SheetAccount(
        sheet.name,
        sheet.kind,
        sheet.header_rows,
        totals,
        tuple(use.to_json() for use in sheet.columns),
        sorted_findings([*sheet.findings, *more]),
        tuple(
            {"row": row, "code": code, "message": finding(code).message}
            for row, code in sheet.skipped
        ),
        sheet.hidden,
        confidence=sheet.confidence,
        span=sheet.span,
    )
