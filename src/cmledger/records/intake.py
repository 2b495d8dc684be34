"""What passes between a sheet and the ledger: rows by column, findings, and the account of every row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal


class Severity(StrEnum):
    """error: the row is rejected; warning: stored, flagged; notice: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Outcome(StrEnum):
    """What became of a row under the header: exactly one of these, the worst that happened to it."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    SKIPPED = "skipped"


class Clear:
    """The word 清空 in a cell: the only thing that erases a stored value."""

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = Clear()

MOST_HOURS: Final = {0: 8784, **dict.fromkeys(range(1, 13), 744)}
"""The most hours a year (0) or a month has: kWh cannot exceed capacity times these."""

Stored = str | int | None
"""A stored form: ISO date, word of a code list, text; integer thousandths, count, flag; None: blank."""

Parsed = Stored | Clear | tuple[str, ...]
"""What a kind makes of a cell: a stored form, CLEAR, or several words (the services of a visit)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something said about a cell, a row, a column or a sheet.

    code: kebab-case, one of wording.findings.FINDINGS, which gives severity and sentence.
    row: Excel row number (1-based); column: Excel column letters; None where it is about more than that.
    at: the name of the cell (D5) where its row is not `row`: in a form each field has a row of its own.
    """

    code: str
    severity: Severity
    message: str
    row: int | None = None
    column: str | None = None
    at: str | None = None

    @property
    def cell(self) -> str | None:
        """Excel's name of the cell, or of the row or column alone."""
        if self.row is None and self.column is None:
            return None
        if self.at:
            return self.at
        return f"{self.column or ''}{self.row or ''}"

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "cell": self.cell,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a column of a sheet is taken for. `header` is the joined path of a merged header (联系人/电话)."""

    column: str
    header: str
    use: Literal["mapped", "extra", "ignored"]
    field: str | None = None
    """The face name where mapped (account_no), with year and month where the header carries them (kwh:2025-03)."""
    unit: str | None = None
    """The unit the numbers were taken in, where the kind has units (万kWh)."""

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        shown: dict[str, Any] = {"column": self.column, "header": self.header, "field": self.field}
        if self.use != "mapped":
            shown["use"] = self.use
        if self.unit:
            shown["unit"] = self.unit
        return shown


@dataclass(frozen=True, slots=True)
class EnergyColumn:
    """A column of a wide sheet that holds the kWh of one year (month 0) or one month."""

    column: str
    year: int
    month: int
    values: Sequence[Parsed]


@dataclass(slots=True)
class SheetRows:
    """The rows of one recognised sheet, column by column, in stored forms; all sequences are aligned.

    kind: name of the layout (customers, managers, consumption, visits, …).
    numbers: Excel row number of each row.
    values: by full field name ("customer.account_no", "customer.line" = the line's name,
        "customer_manager.manager" = the manager's name, "visit.services" = tuple of codes).
    energy: kWh columns whose header carries year (and month); rows with their own year column use values.
    extras: unmapped columns that are kept, by header.
    columns: field -> Excel column letters, for provenance and findings. cells: of a form, field -> its whole cell
    (D5), since each has a row of its own; the form is numbered by the row of its key. titles: field -> what people call it.
    shown: by field, columns of an export that are not taken in, to tell whether somebody edited them.
    refused: positions of rows with an error-severity finding; the ledger must not write them.
    unread: by field, the Excel numbers of rows whose cell holds something that was not taken: blank here, not there.
    """

    kind: str
    numbers: Sequence[int]
    values: dict[str, Sequence[Parsed]]
    energy: list[EnergyColumn] = field(default_factory=list)
    extras: dict[str, Sequence[Stored]] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Sequence[Parsed]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    titles: Mapping[str, str] = field(default_factory=dict)
    unread: dict[str, set[int]] = field(default_factory=dict)


@dataclass(slots=True)
class SheetSeen:
    """Everything reading a sheet has to say; `rows` is None where the sheet is none of ours.

    header_rows: Excel row numbers, empty where none was found. `office_hint`: the office named in title
    or file name. `skipped`: Excel row number and finding code (total-row, footer, repeated-header, …).
    span: first and last row of the table, where its sheet holds several; each of them is a SheetSeen then.
    """

    name: str
    kind: str | None
    header_rows: tuple[int, ...] = ()
    confidence: float = 0.0
    columns: list[ColumnUse] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    rows: SheetRows | None = None
    office_hint: str | None = None
    hidden: bool = False
    span: tuple[int, int] | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    """Column letters -> what the user settled of it with --map, now or when such a sheet came before."""

    @property
    def read(self) -> int:
        """Non-empty rows under the header: what the account must add up to."""
        return (len(self.rows.numbers) if self.rows else 0) + len(self.skipped)


@dataclass(slots=True)
class FileSeen:
    """A workbook as read: what it really is (by its bytes), its digest, and its sheets in order."""

    path: str
    format: str
    sha256: str
    size: int
    sheets: list[SheetSeen]
    encoding: str | None = None


@dataclass(slots=True)
class Applied:
    """What the ledger made of one sheet's rows: an outcome per position, and what it found in doing so."""

    outcomes: list[Outcome]
    findings: list[Finding] = field(default_factory=list)

    def totals(self, skipped: int) -> Counter[str]:
        """The account: read = new + changed + unchanged + rejected + skipped."""
        count: Counter[str] = Counter({o.value: 0 for o in Outcome})
        count.update(o.value for o in self.outcomes)
        count[Outcome.SKIPPED.value] += skipped
        count["read"] = len(self.outcomes) + skipped
        return count
