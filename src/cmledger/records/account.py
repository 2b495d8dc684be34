"""The account of an import: what every file, sheet and row came to. Its JSON is a contract with scripts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cmledger.errors import EXIT_DONE, EXIT_REJECTED_ROWS
from cmledger.records.consequences import Consequences
from cmledger.records.intake import Finding, Severity

TOTALS = ("read", "new", "changed", "unchanged", "rejected", "skipped")
"""read = new + changed + unchanged + rejected + skipped, for every sheet, file and command."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Which fields of known records the rows of a sheet changed, in the order of rows, as in the JSON contract.

    count: how many there are; `fields` may be the first of them only.
    """

    fields: tuple[dict[str, Any], ...]
    count: int


@dataclass(frozen=True, slots=True)
class SheetAccount:
    """One sheet. `kind` is None where it is none of ours: then it was left alone.

    columns, findings, skipped: as in the JSON contract (skipped: {"row", "code", "message"}).
    diff: None where it was not asked for. confidence: of the header rows, 0..1. span: first and last row of the
    table, where its sheet holds several (each has an account then); None where it is all of its sheet.
    """

    name: str
    kind: str | None
    header_rows: tuple[int, ...]
    totals: Mapping[str, int]
    columns: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    skipped: tuple[dict[str, Any], ...]
    hidden: bool = False
    diff: Diff | None = None
    confidence: float = 0.0
    span: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract; header_rows is null where no header was found."""
        told = {
            "name": self.name,
            "kind": self.kind,
            "header_rows": list(self.header_rows) or None,
            "confidence": self.confidence or None,
            "rows": list(self.span) if self.span else None,
            "hidden": self.hidden,
            "totals": dict(self.totals),
            "columns": list(self.columns),
            "findings": list(self.findings),
            "skipped": list(self.skipped),
        }
        return told if self.diff is None else told | {"changes": list(self.diff.fields)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "SheetAccount":
        """What `to_json` gave."""
        return cls(
            kept["name"],
            kept["kind"],
            tuple(kept["header_rows"] or ()),
            kept["totals"],
            tuple(kept["columns"]),
            tuple(kept["findings"]),
            tuple(kept["skipped"]),
            kept["hidden"],
            confidence=kept.get("confidence") or 0.0,
            span=tuple(kept["rows"]) if kept.get("rows") else None,
        )

    def as_taken_before(self) -> "SheetAccount":
        """The account of the same sheet given again: all that was accepted is unchanged."""
        count = Counter(self.totals)
        count["unchanged"] += count["new"] + count["changed"]
        count["new"] = count["changed"] = 0
        return replace(self, totals={name: count[name] for name in TOTALS}, diff=None)


@dataclass(frozen=True, slots=True)
class FileAccount:
    """One file. `taken_before`: the live operation that took in the very same content, else None.

    rejects: the workbook with its rejected rows marked, None where there is none. findings: what is said of the file
    as a whole, as in the JSON contract.
    """

    path: str
    format: str
    encoding: str | None
    sheets: tuple[SheetAccount, ...]
    taken_before: int | None = None
    rejects: str | None = None
    findings: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "path": self.path,
            "format": self.format,
            "encoding": self.encoding,
            "taken_before": self.taken_before,
            "rejects": self.rejects,
            "findings": list(self.findings),
            "sheets": [sheet.to_json() for sheet in self.sheets],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. operation: None on a dry run, or where nothing changed.

    records: table -> {"new", "changed"}; created: offices, lines, … that rows named and nobody knew.
    consequences: what would follow; None where nobody asked.
    """

    operation: int | None
    dry_run: bool
    files: tuple[FileAccount, ...]
    records: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    created: Mapping[str, list[str]] = field(default_factory=dict)
    consequences: Consequences | None = None

    @property
    def totals(self) -> dict[str, int]:
        """The account of the whole command."""
        count: Counter[str] = Counter()
        for file in self.files:
            for sheet in file.sheets:
                count.update(sheet.totals)
        return {name: count[name] for name in TOTALS}

    @property
    def exit_code(self) -> int:
        """3 where rows were rejected."""
        return EXIT_REJECTED_ROWS if self.totals["rejected"] else EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """The JSON contract cmledger.import-excel/1."""
        return {
            "schema": "cmledger.import-excel/1",
            "operation": self.operation,
            "dry_run": self.dry_run,
            "totals": self.totals,
            "records": {name: dict(done) for name, done in self.records.items()},
            "created": {kind: list(names) for kind, names in self.created.items() if names},
            "files": [file.to_json() for file in self.files],
            "consequences": (self.consequences or Consequences()).to_json(),
        }


def sorted_findings(findings: list[Finding]) -> tuple[dict[str, Any], ...]:
    """Findings as reported: by row, then column, errors before warnings before notices."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    ordered = sorted(
        findings,
        key=lambda f: (f.row or 0, len(f.column or ""), f.column or "", rank[f.severity]),
    )
    return tuple(f.to_json() for f in ordered)
