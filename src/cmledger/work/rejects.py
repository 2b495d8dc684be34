"""The rejected rows of an import, back in the user's own workbooks: where these go, and what is marked in them.

They are written when the import stands (or its dry run is over): what goes wrong then is said, and costs nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from cmledger.errors import LedgerError, OutputNotWritable, UsageProblem
from cmledger.ledger.intake.common import Batch
from cmledger.records.account import FileAccount
from cmledger.records.caller import Caller
from cmledger.records.intake import FileSeen, Finding, Outcome, Severity, SheetSeen
from cmledger.records.text import printable
from cmledger.sheets.annotate import hand_back
from cmledger.sheets.annotate_marks import Marks, Table
from cmledger.sheets.layouts import layout
from cmledger.sheets.output import written_by_us
from cmledger.wording import errors as say_errors
from cmledger.wording import returned as say
from cmledger.wording.findings import finding

_XLSX = ".xlsx"
_NUMBERED = re.compile(re.escape(say.SUFFIX) + r"\d*$")


@dataclass(frozen=True, slots=True)
class HandBack:
    """Where the marked workbooks go. at: an .xlsx file, or a folder; None: beside each source.

    max_cells: the caps under which the sources are read once more.
    """

    at: Path | None = None
    max_cells: int | None = None

    def check(self, sources: Sequence[Path]) -> None:
        """Refuse before anything is done what cannot be meant. Raises UsageProblem, OutputNotWritable."""
        at = self.at
        if at is None or at.is_dir():
            return
        if at.suffix.lower() != _XLSX:
            if at.exists() or at.suffix:
                raise _usage(say.NO_FOLDER, say.NO_FOLDER_HINT, at)
            return
        if len(sources) > 1:
            raise _usage(say.ONE_FOR_SEVERAL, say.ONE_FOR_SEVERAL_HINT, at)
        if at.exists() and any(path.exists() and at.samefile(path) for path in sources):
            raise _usage(say.OVER_SOURCE, say.OVER_SOURCE_HINT, at)
        if at.exists() and not _ours(at):
            raise OutputNotWritable(
                say_errors.OUTPUT_NOT_OURS.format(path=at),
                hint=say_errors.OUTPUT_NOT_OURS_HINT,
                where=str(at),
            )

    def target(self, source: Path, taken: Sequence[Path]) -> Path:
        """The file for this source: never one that is `taken`, nor one that somebody has worked in since."""
        at = self.at
        if at is not None and at.suffix.lower() == _XLSX and not at.is_dir():
            return at
        return next(
            path
            for path in _names(at or source.parent, source)
            if path not in taken and (not path.exists() or _ours(path))
        )


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
        Marks(name, sorted(found, key=lambda t: t.header_rows))
        for name, found in tables.items()
        if any(table.rejected for table in found)
    ]


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


def _names(folder: Path, source: Path) -> Iterator[Path]:
    """The stem of the source with a suffix, numbered from the second on; a second round drops the first's suffix."""
    stem = _NUMBERED.sub("", source.stem)
    for number in count(1):
        yield folder / f"{stem}{say.SUFFIX}{number if number > 1 else ''}{_XLSX}"


def _ours(path: Path) -> bool:
    """Whether nobody has saved this file since cmledger wrote it."""
    try:
        return written_by_us(path)
    except OSError:
        return False


def _usage(sentence: str, hint: str, path: Path) -> UsageProblem:
    return UsageProblem(sentence.format(path=path), hint=hint, where=str(path))
