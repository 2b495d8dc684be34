"""What reading alone can tell about a sheet, as findings: hidden and struck-through rows, formulas never computed."""

from collections.abc import Sequence
from itertools import pairwise

from cmledger.records.intake import Finding
from cmledger.sheets.grid import letters
from cmledger.wording.findings import finding

_MANY = 6


def sheet_notices(
    *,
    height: int,
    width: int,
    hidden_rows: Sequence[int],
    hidden_columns: Sequence[tuple[int, int]],
    struck_rows: Sequence[int],
    uncomputed: Sequence[tuple[int, int]],
) -> list[Finding]:
    """The findings of a sheet of that size. Rows are Excel's numbers, columns and places 0-based."""
    findings = []
    if within := [row for row in hidden_rows if row <= height]:
        findings.append(finding("hidden-rows", row=within[0], count=len(within), rows=runs(within)))
    columns = [c for first, last in hidden_columns for c in range(first, min(last + 1, width))]
    if columns:
        names = ", ".join(letters(c) for c in columns[:_MANY])
        findings.append(
            finding("hidden-columns", column=letters(columns[0]), count=len(columns), columns=names)
        )
    if struck_rows:
        findings.append(
            finding(
                "struck-rows", row=struck_rows[0], count=len(struck_rows), rows=runs(struck_rows)
            )
        )
    if uncomputed:
        row, column = uncomputed[0]
        findings.append(
            finding(
                "uncomputed-formulas", row=row + 1, column=letters(column), count=len(uncomputed)
            )
        )
    return findings


def runs(rows: Sequence[int]) -> str:
    """Row numbers as a person writes them: 3-7, 9, 12-40 …"""
    numbers = sorted(set(rows))
    starts = [numbers[0], *(b for a, b in pairwise(numbers) if b != a + 1)]
    ends = [*(a for a, b in pairwise(numbers) if b != a + 1), numbers[-1]]
    shown = [f"{a}" if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True)]
    return ", ".join(shown[:_MANY]) + (" …" if len(shown) > _MANY else "")
