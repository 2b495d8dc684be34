"""What must come out of a sheet, noted down while it is written."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

OUTCOMES = ("new", "changed", "unchanged", "rejected", "skipped")


@dataclass
class SheetAnswer:
    """The account of one sheet on first import, in the order the samples are meant to be imported in.

    rows: Excel row number -> outcome. findings: every error and warning that must be said, and nothing beyond.
    skipped: why a row is no data. fields: Excel column -> field.
    """

    name: str
    kind: str | None
    header_rows: list[int] | None = None
    rows: dict[int, str] = field(default_factory=dict)
    findings: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def took(self, row: int, outcome: str) -> None:
        """Row `row` ends up as `outcome`."""
        assert outcome in OUTCOMES
        assert row not in self.rows
        self.rows[row] = outcome

    def refuses(self, row: int, column: str, code: str) -> None:
        """Row `row` is rejected for what stands in `column`."""
        self.took(row, "rejected")
        self.warns(row, column, code)

    def warns(self, row: int, column: str, code: str) -> None:
        """Something is said about a cell."""
        self.findings.append({"cell": f"{column}{row}", "code": code})

    def passes(self, row: int, code: str) -> None:
        """Row `row` is no data, for the reason `code`."""
        self.took(row, "skipped")
        self.skipped.append({"row": row, "code": code})

    @property
    def totals(self) -> dict[str, int]:
        count = Counter(self.rows.values())
        return {"read": len(self.rows)} | {outcome: count[outcome] for outcome in OUTCOMES}

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "header_rows": self.header_rows,
            "totals": self.totals,
            "findings": self.findings,
            "skipped": self.skipped,
            "columns": self.fields,
        }


@dataclass
class FileAnswer:
    """What must come out of a file. new: records made, by table, where it is worth counting."""

    file: str
    format: str
    holds: str
    sheets: list[SheetAnswer]
    new: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "format": self.format,
            "holds": self.holds,
            "sheets": [sheet.to_json() for sheet in self.sheets],
            "new_records": self.new,
        }
