"""From a file to rows in stored forms: header, layout, rows, columns, every oddity with its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cmledger.errors import NeedsDecision, UsageProblem
from cmledger.records.intake import FileSeen, SheetSeen
from cmledger.records.text import printable
from cmledger.sheets.fitness import nearly
from cmledger.sheets.grid import Grid
from cmledger.sheets.header import Header, find_header
from cmledger.sheets.headings import Heading, known
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts import layout
from cmledger.sheets.reading import read_book
from cmledger.sheets.recognise import recognise
from cmledger.sheets.recognised import Decision, Recognised
from cmledger.sheets.rows import is_blank
from cmledger.sheets.said import check_mapping, unmatched
from cmledger.sheets.surroundings import Surroundings
from cmledger.sheets.taking import take
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """What the user settled beforehand.

    kind: every sheet with a header is this. sheets: only these. mapping: column letters or header -> field, kwh:2025,
    kwh:2025-03 or ignore, with a unit after @ (kwh:2025@万kWh) or the unit alone (@万kWh). as_of: today; what happened cannot lie after it. ask: refuse with NeedsDecision where
    only the user can decide; else report it as findings (for looking without importing).
    """

    as_of: date
    kind: str | None = None
    sheets: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    ask: bool = True


def read_file(path: Path, choices: ReadingChoices) -> FileSeen:
    """Every sheet of a file, in order, as seen. Raises NotAWorkbook, UsageProblem, NeedsDecision."""
    kind = layout(choices.kind) if choices.kind else None
    check_mapping(choices.mapping)
    book = read_book(path)
    names = [grid.name for grid in book.grids]
    for wanted in choices.sheets:
        if wanted not in names:
            raise UsageProblem(
                say.NO_SUCH_SHEET.format(path=path, sheet=wanted),
                hint=say.SHEETS_ARE.format(sheets=say.LISTED.join(names)),
                where=str(path),
            )
    looks = [_look(grid, path, choices, kind) for grid in book.grids]
    if kind is not None and any(look.one and look.one.score for look in looks):
        for look in looks:
            if look.one and not look.one.score:
                look.one = None  # a cover or a summary beside the tables that --kind means
    missing = _mapped_in_vain(path, looks, choices)
    asked = [(look.grid.name, d) for look in looks if look.one for d in look.one.decisions]
    if asked and choices.ask:
        raise _asked(path, asked)
    sheets = [_seen(look, choices) for look in looks]
    sheets[0].findings += [finding("map-without-column", given=key) for key in missing]
    return FileSeen(str(path), book.format, book.sha256, book.size, sheets, book.encoding)


def _mapped_in_vain(path: Path, looks: Sequence["_Look"], choices: ReadingChoices) -> list[str]:
    """What --map names and no table of ours has (no table at all, where none is ours). Refused when importing."""
    tables = [x.headings for x in looks if x.one] or [x.headings for x in looks if x.chosen]
    missing = unmatched(choices.mapping, tables)
    if missing and choices.ask:
        columns = dict.fromkeys(f"{h.letters} {h.path}" for t in tables for h in t if h.path)
        raise UsageProblem(
            say.NO_SUCH_COLUMN.format(path=path, given=say.LISTED.join(missing)),
            hint=say.COLUMNS_ARE.format(columns=say.LISTED.join(columns)),
            where=str(path),
        )
    return missing


def _asked(path: Path, asked: Sequence[tuple[str, Decision]]) -> NeedsDecision:
    """One refusal for all that has to be decided, each with the option that does."""
    lines = [say.WHERE.format(path=path.name, sheet=sheet) + d.message for sheet, d in asked]
    hints = list(dict.fromkeys(d.hint for _, d in asked))
    return NeedsDecision("\n".join(lines), hint="\n".join(hints), where=f"{path}:{asked[0][0]}")


@dataclass(slots=True)
class _Look:
    """A sheet at first sight: its header, columns and surroundings, and what it is taken for."""

    grid: Grid
    chosen: bool
    header: Header | None = None
    headings: Sequence[Heading] = ()
    around: Surroundings = field(default_factory=lambda: Surroundings((), "", ""))
    one: Recognised | None = None


def _look(grid: Grid, path: Path, choices: ReadingChoices, kind: Layout | None) -> _Look:
    look = _Look(grid, not choices.sheets or grid.name in choices.sheets)
    look.header = find_header(grid, known)
    if look.header is not None:
        look.headings = _headings(grid, look.header)
        look.around = _surroundings(grid, look.header, path)
        if look.chosen:
            look.one = recognise(look.headings, look.around, kind, choices.mapping)
    return look


def _seen(look: _Look, choices: ReadingChoices) -> SheetSeen:
    """The sheet in stored forms; left alone where the user chose others, or where it is none of ours."""
    grid, header, one = look.grid, look.header, look.one
    sheet = SheetSeen(grid.name, None, findings=list(grid.findings), hidden=grid.hidden)
    if not look.chosen:
        sheet.findings.append(finding("sheet-not-chosen"))
    if header is None:
        return sheet
    sheet.header_rows, sheet.confidence = header.rows, header.confidence
    sheet.office_hint = look.around.office()
    if one is None:
        lacks = nearly(look.headings) if look.chosen else None
        sheet.findings += [lacks] if lacks else []
        return sheet
    sheet.kind = one.layout.kind
    take(sheet, grid, header, look.headings, one, look.around, choices.as_of)
    if not choices.ask:
        decisions = [
            finding("needs-decision", message=d.message, hint=d.hint) for d in one.decisions
        ]
        sheet.findings += decisions
    return sheet


def _headings(grid: Grid, header: Header) -> list[Heading]:
    """The columns that have a header or content; what cmledger wrote beside a table it handed back is no content."""
    below = grid.rows[max(header.rows) :]
    for position, title in enumerate(header.titles):
        if Heading(position, title.strip(), ()).is_returned:
            for cells in below:
                cells[position] = None
    columns = list(zip(*below, strict=True)) if below else [()] * len(header.titles)
    headings = [
        Heading(position, title.strip(), columns[position] if position < len(columns) else ())
        for position, title in enumerate(header.titles)
    ]
    return [h for h in headings if h.path or h.filled]


def _surroundings(grid: Grid, header: Header, path: Path) -> Surroundings:
    """The texts above the header, and the names of sheet and file."""
    above = grid.rows[: min(header.rows) - 1]
    texts = [
        cell for cells in above for cell in cells if isinstance(cell, str) and not is_blank(cell)
    ]
    return Surroundings(tuple(dict.fromkeys(texts)), grid.name, printable(path.stem))
