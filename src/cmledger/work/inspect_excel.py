"""Looking at workbooks without a ledger: what every sheet is, which column is which field, what is odd."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.records.account import FileAccount, SheetAccount
from cmledger.records.caller import Caller
from cmledger.records.intake import FileSeen, SheetSeen
from cmledger.records.text import printable
from cmledger.sheets.header_choice import header_rows_said
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.work.sheet_account import sheet_account

SEEN = ("read", "skipped", "rejected")
"""What can be counted without a ledger; the rest of the rows is what an import would settle."""


@dataclass(frozen=True, slots=True)
class InspectReport:
    """The files as seen, in the order given."""

    files: tuple[FileAccount, ...]

    @property
    def exit_code(self) -> int:
        """Looking always succeeds: what is wrong stands in the findings."""
        return EXIT_DONE

    @property
    def totals(self) -> dict[str, int]:
        """The counts of all sheets that are ours."""
        count: Counter[str] = Counter()
        for file in self.files:
            for sheet in file.sheets:
                count.update(sheet.totals)
        return {name: count[name] for name in SEEN}

    def to_json(self) -> dict[str, Any]:
        """The JSON contract cmledger.inspect-excel/1."""
        return {
            "schema": "cmledger.inspect-excel/1",
            "totals": self.totals,
            "files": [file.to_json() for file in self.files],
        }


def inspect_excel(
    paths: Sequence[Path],
    caller: Caller,
    *,
    kind: str | None = None,
    sheets: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    header_rows: Sequence[str] = (),
    max_cells: int | None = None,
    year: int | None = None,
) -> InspectReport:
    """What import_excel would see; where it would ask for a decision, a finding says so. Raises NotAWorkbook."""
    choices = ReadingChoices(
        kind=kind,
        sheets=tuple(sheets),
        mapping=dict(mapping or {}),
        header_rows=header_rows_said(header_rows),
        max_cells=max_cells,
        year=year,
        as_of=caller.as_of,
        ask=False,
    )
    return InspectReport(tuple(_file(read_file(path, choices)) for path in paths))


def _file(seen: FileSeen) -> FileAccount:
    return FileAccount(
        printable(seen.path),
        seen.format,
        seen.encoding,
        tuple(_sheet(sheet) for sheet in seen.sheets),
    )


def _sheet(sheet: SheetSeen) -> SheetAccount:
    rejected = len(sheet.rows.refused) if sheet.rows else 0
    counts = zip(SEEN, (sheet.read, len(sheet.skipped), rejected), strict=True)
    return sheet_account(sheet, dict(counts))
