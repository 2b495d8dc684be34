"""The rejected rows of an import, back in the user's own workbooks.

They are written when the import stands (or its dry run is over): what goes wrong then is said, and costs nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cmledger.errors import LedgerError
from cmledger.ledger.intake.common import Batch
from cmledger.records.account import FileAccount
from cmledger.records.caller import Caller
from cmledger.records.intake import FileSeen, Finding, Outcome, Severity, SheetSeen
from cmledger.records.text import printable
from cmledger.sheets.annotate import hand_back
from cmledger.sheets.annotate_marks import Marks, Table
from cmledger.sheets.layouts import layout
from cmledger.wording.findings import finding
from cmledger.work.rejects import HandBack


@dataclass(frozen=True, slots=True)
class Settled:
    """A file whose rows are settled: as it was read, and the batches of its sheets by position."""

    path: Path
    sha256: str
    seen: FileSeen | None
    batches: Mapping[int, Batch]


def hand_back_rejects(
    files: Sequence[Settled], accounts: Sequence[FileAccount], to: HandBack, caller: Caller
) -> tuple[FileAccount, ...]:
    """Write a marked workbook for each file with rejected rows; the accounts, saying where it lies or why there is none."""
    taken = [file.path for file in files]
    done = []
    for file, account in zip(files, accounts, strict=True):
        marks = _marks(file)
        if not marks:
            done.append(account)
            continue
        target = None
        try:
            target = to.target(file.path, taken)
            findings = hand_back(
                file.path, file.sha256, marks, target, caller, max_cells=to.max_cells
            )
            taken.append(target)
            account = replace(account, rejects=printable(str(target)))
        except (
            Exception
        ) as problem:  # the import stands: whatever this is, it must not be reported as its failure
            why = problem.message if isinstance(problem, LedgerError) else str(problem)
            findings = [finding("rejects-not-written", why=why)]
        done.append(replace(account, findings=tuple(f.to_json() for f in findings)))
    return tuple(done)


def _marks(file: Settled) -> list[Marks]:
    """The sheets with rejected rows, each with all of its tables from top to bottom."""
    tables: dict[str, list[Table]] = {}
    for position, batch in file.batches.items():
        if not batch.rows.numbers:
            continue
        assert file.seen is not None
        sheet = file.seen.sheets[position]
        tables.setdefault(sheet.name, []).append(_table(sheet, batch))
    return [
        Marks(name, sorted(_in_rows(found), key=lambda t: t.header_rows))
        for name, found in tables.items()
        if any(table.rejected for table in found)
    ]


def _in_rows(tables: Sequence[Table]) -> list[Table]:
    """Tables side by side as one, since they share their rows: a row has one cell of reasons, whatever is wrong in it."""
    found: list[Table] = []
    for table in tables:
        beside = next(
            (t for t in found if t.header_rows and t.header_rows == table.header_rows), None
        )
        if beside is None:
            found.append(table)
            continue
        rejected = {row: list(said) for row, said in beside.rejected.items()}
        for row, said in table.rejected.items():
            rejected.setdefault(row, []).extend(
                one if one.column else replace(one, column=table.key) for one in said
            )
        found[found.index(beside)] = replace(
            beside,
            last_row=max(beside.last_row, table.last_row),
            end=max(beside.end, table.end),
            rejected=rejected,
        )
    return found


def _table(sheet: SheetSeen, batch: Batch) -> Table:
    """A table with what was wrong with each of its rejected rows."""
    rows = batch.rows
    rejected: dict[int, list[Finding]] = {
        row: []
        for row, outcome in zip(rows.numbers, batch.outcomes, strict=True)
        if outcome is Outcome.REJECTED
    }
    for found in (*sheet.findings, *batch.findings):
        if found.row in rejected and found.severity is Severity.ERROR:
            rejected[found.row].append(found)
    keys = [rows.columns[name] for name in layout(rows.kind).key if name in rows.columns]
    return Table(
        sheet.header_rows,
        max(rows.numbers),
        max((*rows.numbers, *(row for row, _ in sheet.skipped))),
        (keys or [*rows.columns.values(), "A"])[0],
        rejected,
    )
