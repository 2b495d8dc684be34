"""Where the user says that headers stand: --header-rows 2-3, --header-rows 专变台账=2-3, --header-rows 0 for none."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from cmledger.errors import UsageProblem
from cmledger.sheets.grid import Grid
from cmledger.sheets.lexicon import UNTIL, tidy
from cmledger.sheets.rows import is_blank
from cmledger.wording import recognition as say

Rows = tuple[int, ...]
"""The rows of one header as Excel numbers them; empty: there is none."""

_MOST: Final = 9
_RANGE = re.compile(rf"(\d{{1,7}})(?:\s*{UNTIL}\s*(\d{{1,7}}))?")


def header_rows_said(given: Sequence[str]) -> dict[str, tuple[Rows, ...]]:
    """--header-rows as given, any number of times: sheet ("" for the only one) -> the headers of its tables."""
    found: dict[str, list[Rows]] = {}
    for text in given:
        name, _, numbers = text.rpartition("=")
        match = _RANGE.fullmatch(tidy(numbers))
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last < first + _MOST or (first == 0 and last > 0):
            raise UsageProblem(
                say.NOT_HEADER_ROWS.format(given=text), hint=say.NOT_HEADER_ROWS_HINT
            )
        found.setdefault(name.strip(), []).append(tuple(range(first, last + 1)) if first else ())
    for name, headers in found.items():
        headers.sort()
        ordered = [row for rows in headers for row in rows]
        if len(set(ordered)) < len(ordered) or (() in headers and len(headers) > 1):
            raise UsageProblem(
                say.HEADER_ROWS_CLASH.format(sheet=name or say.THE_ONLY_SHEET),
                hint=say.NOT_HEADER_ROWS_HINT,
            )
    return {name: tuple(headers) for name, headers in found.items()}


def headers_of(
    grids: Sequence[Grid],
    chosen: Sequence[str],
    said: Mapping[str, Sequence[Rows]],
    where: str,
) -> dict[str, Sequence[Rows]]:
    """What was said, by sheet of this file. Refused where a sheet or a row is not there, or it may be several sheets."""
    by_name = {grid.name: grid for grid in grids}
    found: dict[str, Sequence[Rows]] = {}
    for name, headers in said.items():
        sheet = name or _only(grids, chosen, where)
        if sheet not in by_name:
            raise UsageProblem(
                say.NO_SUCH_SHEET.format(path=where, sheet=sheet),
                hint=say.SHEETS_ARE.format(sheets=say.LISTED.join(by_name)),
                where=where,
            )
        last = max((row for rows in headers for row in rows), default=0)
        if last > len(by_name[sheet].rows):
            raise UsageProblem(
                say.HEADER_ROWS_BEYOND.format(
                    path=where, sheet=sheet, row=last, rows=len(by_name[sheet].rows)
                ),
                hint=say.NOT_HEADER_ROWS_HINT,
                where=where,
            )
        found[sheet] = headers
    return found


def shown(rows: Rows) -> str:
    """The rows as the option takes them: 2-3."""
    return f"{rows[0]}-{rows[-1]}" if len(rows) > 1 else str(rows[0] if rows else 0)


def _only(grids: Sequence[Grid], chosen: Sequence[str], where: str) -> str:
    """The sheet that is meant where none is named: the only one chosen, else the only one that holds anything."""
    names = list(chosen) or [
        grid.name for grid in grids if any(not is_blank(c) for row in grid.rows for c in row)
    ]
    if len(names) != 1:
        raise UsageProblem(
            say.HEADER_ROWS_OF_WHICH.format(path=where, sheets=say.LISTED.join(names)),
            hint=say.HEADER_ROWS_OF_WHICH_HINT.format(sheet=names[0] if names else "Sheet1"),
            where=where,
        )
    return names[0]
