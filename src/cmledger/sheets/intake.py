"""From a file to rows in stored forms: header, layout, rows, columns, every oddity with its cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from cmledger.errors import NeedsDecision, UsageProblem
from cmledger.records.intake import ColumnUse, FileSeen, Finding, SheetSeen
from cmledger.records.mapping import Remembered
from cmledger.records.text import printable
from cmledger.sheets.fitness import nearly
from cmledger.sheets.forms import Form, forms_of, taken_as_form
from cmledger.sheets.grid import Grid
from cmledger.sheets.header import ASKED_BELOW, Header
from cmledger.sheets.header_choice import Rows, headers_of, shown
from cmledger.sheets.headings import Heading, known
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts import layout
from cmledger.sheets.layouts.customers import ACCOUNT_NO
from cmledger.sheets.lexicon import bare
from cmledger.sheets.memory import recall
from cmledger.sheets.plan_reading import plan_tables
from cmledger.sheets.reading import read_book
from cmledger.sheets.recognised import Decision, Recognised
from cmledger.sheets.returned import set_aside
from cmledger.sheets.rows import is_blank
from cmledger.sheets.said import check_mapping, unmatched
from cmledger.sheets.surroundings import Surroundings
from cmledger.sheets.tables import Table, tables_of
from cmledger.sheets.taking import take
from cmledger.sheets.unheaded import account_column
from cmledger.sheets.visit_form_reading import filled_in
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

_LETTERS: Final = re.compile("[A-Za-z]{1,3}")
_TRIED: Final = 200
"""So many cells tell whether a column holds 户号."""
_MOSTLY: Final = 0.4


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """What the user settled beforehand.

    kind: every sheet with a header is this. sheets: only these. mapping: column letters or header -> field, kwh:2025,
    kwh:2025-03 or ignore, with a unit after @ (kwh:2025@万kWh) or the unit alone (@万kWh). remembered: how such sheets
    were read before. header_rows: sheet ("" for the only one) -> the rows of its headers, an empty one for none. as_of: today; what happened cannot lie after it.
    max_cells: lifts the caps on what a file may hold. year: of energies whose header names none. ask: refuse with NeedsDecision where
    only the user can decide; else report it as findings (for looking without importing).
    """

    as_of: date
    kind: str | None = None
    sheets: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: Sequence[Remembered] = ()
    header_rows: Mapping[str, Sequence[Rows]] = field(default_factory=dict)
    max_cells: int | None = None
    year: int | None = None
    ask: bool = True


def read_file(path: Path, choices: ReadingChoices) -> FileSeen:
    """Every sheet of a file, in order, as seen. Raises NotAWorkbook, UsageProblem, NeedsDecision."""
    kind = layout(choices.kind) if choices.kind else None
    check_mapping(choices.mapping)
    book = read_book(path, choices.max_cells)
    names = [grid.name for grid in book.grids]
    for wanted in choices.sheets:
        if wanted not in names:
            raise UsageProblem(
                say.NO_SUCH_SHEET.format(path=path, sheet=wanted),
                hint=say.SHEETS_ARE.format(sheets=say.LISTED.join(names)),
                where=str(path),
            )
    said = headers_of(book.grids, choices.sheets, choices.header_rows, str(path))
    looks = [x for grid in book.grids for x in _looks(grid, path, choices, kind, said)]
    if kind is not None and any(look.one and look.one.score for look in looks):
        for look in looks:
            if look.one and not look.one.score:
                look.one, look.asked = None, []  # a cover or a summary beside what --kind means
    missing = _mapped_in_vain(path, looks, choices)
    if not any(look.one for look in looks):  # else a finding must do
        for look in looks:
            look.asked += [_which_rows(look.grid.name, *look.unheaded)] if look.unheaded else []
    _fields_of_other_kinds(looks)
    _letters_of_several(looks, choices.mapping)
    asked = [(look.grid.name, d) for look in looks for d in look.asked]
    if asked and choices.ask:
        raise _asked(path, asked)
    sheets = [_seen(look, choices) for look in looks]
    if sheets:  # a damaged book may have none
        sheets[0].findings += [finding("map-without-column", given=key) for key in missing]
    return FileSeen(str(path), book.format, book.sha256, book.size, sheets, book.encoding)


def _mapped_in_vain(path: Path, looks: Sequence["_Look"], choices: ReadingChoices) -> list[str]:
    """What --map names and no table of ours has (no table at all, where none is ours). Refused when importing."""
    tables = [x.headings for x in looks if x.one] or [x.headings for x in looks if x.chosen]
    missing = unmatched(choices.mapping, tables)
    if missing and choices.ask:
        columns = dict.fromkeys(f"{h.letters} {h.path}".strip() for t in tables for h in t)
        raise UsageProblem(
            say.NO_SUCH_COLUMN.format(path=path, given=say.LISTED.join(missing)),
            hint=say.COLUMNS_ARE.format(columns=say.LISTED.join(columns)),
            where=str(path),
        )
    return missing


def _letters_of_several(looks: Sequence["_Look"], mapping: Mapping[str, str]) -> None:
    """--map by letters that are columns of different titles in several tables of ours: which is meant is asked."""
    for key in mapping:
        letters = key.strip().upper()
        meant = [
            (look, heading.path)
            for look in looks
            if look.one
            for heading in look.headings
            if heading.letters == letters
        ]
        if len({bare(path) for _, path in meant}) > 1:
            columns = [say.OF_SHEET.format(sheet=x.grid.name, header=path) for x, path in meant]
            decision = Decision(
                say.LETTERS_OF_SEVERAL.format(letters=letters, columns=say.LISTED.join(columns)),
                say.LETTERS_OF_SEVERAL_HINT.format(header=meant[0][1]),
            )
            meant[0][0].asked.append(decision)


def _fields_of_other_kinds(looks: Sequence["_Look"]) -> None:
    """--map to a field that the table's kind lacks: asked about, but where another table of the file has it."""
    for look in looks:
        for heading, name in look.one.unfit if look.one else ():
            assert look.one
            others = (x.one.layout for x in looks if x.one and x.one is not look.one)
            facts: dict[str, Any] = {
                "header": heading.path,
                "field": name,
                "kind": look.one.layout.title,
            }
            if any(other.column(name) for other in others):
                look.one.findings.append(
                    finding("map-not-of-kind", column=heading.letters, **facts)
                )
            else:
                message = say.NOT_OF_KIND.format(column=heading.letters, **facts)
                names = say.FIELDS_OF_KIND.format(
                    fields=" ".join(dict.fromkeys(c.name for c in look.one.layout.columns))
                )
                look.asked.append(Decision(message, names))


def _asked(path: Path, asked: Sequence[tuple[str, Decision]]) -> NeedsDecision:
    """One refusal for all that has to be decided, each with the option that does."""
    lines = [say.WHERE.format(path=path.name, sheet=sheet) + d.message for sheet, d in asked]
    hints = list(dict.fromkeys(d.hint for _, d in asked))
    return NeedsDecision("\n".join(lines), hint="\n".join(hints), where=f"{path}:{asked[0][0]}")


@dataclass(slots=True)
class _Look:
    """A table at first sight: its header, columns and surroundings, and what it is taken for.

    aside: columns that are no part of it. part: it is not all of its sheet. unheaded: the letters of a column of 户号 without a title, and the rows.
    """

    grid: Grid
    chosen: bool
    first: int = 0
    part: bool = False
    unheaded: tuple[str, int] | None = None
    asked: list[Decision] = field(default_factory=list)
    of_sheet: Sequence[Finding] = ()
    aside: Sequence[ColumnUse] = ()
    form: Form | None = None
    header: Header | None = None
    headings: Sequence[Heading] = ()
    around: Surroundings = field(default_factory=lambda: Surroundings((), "", ""))
    one: Recognised | None = None
    recalled: Sequence[Finding] = ()
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether it is one of ours and the column of its key holds 户号 indeed, if accounts are its key."""
        if self.one is None or not self.one.score:
            return False
        key = self.one.position("customer.account_no")
        cells = next((h.cells for h in self.headings if h.position == key), ())
        return key is None or ACCOUNT_NO.kind.fits(cells[:_TRIED]) >= _MOSTLY


def _looks(
    sheet: Grid,
    path: Path,
    choices: ReadingChoices,
    kind: Layout | None,
    said: Mapping[str, Sequence[Rows]],
) -> list[_Look]:
    """The tables of a sheet; what reading found out about the sheet as a whole goes with the first."""
    aside = set_aside(sheet)
    if sheet.name not in said and (page := _page(sheet, choices, kind)) is not None:
        page.aside = aside
        return [page]
    if sheet.name not in said and (parts := _plan(sheet, choices, kind)):
        return parts
    tables = tables_of(sheet, known, said.get(sheet.name))
    looks = [_look(sheet, table, path, choices, kind) for table in tables]
    if sheet.name not in said and not any(look.reads for look in looks):
        by_title = {k: v for k, v in choices.mapping.items() if not _LETTERS.fullmatch(k.strip())}
        settled = replace(choices, mapping=by_title, remembered=())  # a form has no columns
        forms = [
            (form, _look(sheet, Table(form.grid, form.header), path, settled, kind))
            for form in forms_of(sheet)
        ]
        if forms and all(look.reads for _, look in forms):
            for form, look in forms:
                look.form = form
            looks = [look for _, look in forms]
    looks[0].of_sheet = sheet.findings
    for look in looks:
        look.aside = aside
    return looks


def _page(sheet: Grid, choices: ReadingChoices, kind: Layout | None) -> _Look | None:
    """A 走访单 of ours: nothing about it is guessed."""
    page = filled_in(sheet) if kind is None or kind.kind == "visits" else None
    if page is None:
        return None
    grid, header = page.form.grid, page.form.header
    chosen = not choices.sheets or sheet.name in choices.sheets
    look = _Look(grid, chosen, header=header, form=page.form, of_sheet=sheet.findings)
    look.headings = _headings(grid, header)
    look.one = page.one if chosen else None
    return look


def _plan(sheet: Grid, choices: ReadingChoices, kind: Layout | None) -> list[_Look]:
    """The tables of a 一户一方案 of ours (those of `kind`): nothing about them is guessed."""
    looks = []
    for table, one in plan_tables(sheet):
        if kind is not None and kind != one.layout:
            continue
        assert table.header is not None
        chosen = not choices.sheets or sheet.name in choices.sheets
        look = _Look(table.grid, chosen, table.first, part=True, header=table.header)
        look.headings = _headings(table.grid, table.header)
        look.one = one if chosen else None
        looks.append(look)
    if looks:
        looks[0].of_sheet = sheet.findings
    return looks


def _look(
    sheet: Grid, table: Table, path: Path, choices: ReadingChoices, kind: Layout | None
) -> _Look:
    grid, header = table.grid, table.header
    chosen = not choices.sheets or grid.name in choices.sheets
    look = _Look(grid, chosen, table.first, grid is not sheet, header=header)
    if header is not None:
        look.headings = _headings(grid, header)
        look.around = _surroundings(grid, header, path, choices.year)
        if look.chosen:
            found = recall(look.headings, look.around, kind, choices.mapping, choices.remembered)
            look.one, look.recalled, look.said = found.one, found.findings, found.said
    if chosen and not table.said and not (look.one and look.one.score):
        look.unheaded = account_column(grid, header)
        look.one = None if look.unheaded else look.one
    if look.one and header and header.confidence < ASKED_BELOW:
        look.asked.append(_unsure(grid.name, header))
    look.asked += look.one.decisions if look.one else []
    return look


def _unsure(sheet: str, header: Header) -> Decision:
    """Asks for the header rows, naming those that were found, and those that may be."""
    sentence = say.HEADER_UNSURE_ABOVE if header.doubt else say.HEADER_UNSURE
    options = [
        say.HEADER_OPTION.format(sheet=sheet, rows=shown(rows))
        for rows in (header.rows, header.doubt)
        if rows
    ]
    return Decision(
        sentence.format(rows=shown(header.rows), confidence=f"{header.confidence:.0%}"),
        say.HEADER_UNSURE_HINT.format(options=say.OR.join(options), sheet=sheet),
    )


def _which_rows(sheet: str, column: str, rows: int) -> Decision:
    """Asks for the header of a sheet that has none, though it holds 户号."""
    return Decision(
        say.NO_HEADER.format(count=rows, column=column),
        say.NO_HEADER_HINT.format(sheet=sheet, column=column),
    )


def _seen(look: _Look, choices: ReadingChoices) -> SheetSeen:
    """The table in stored forms; left alone where the user chose other sheets, or where it is none of ours."""
    grid, header, one = look.grid, look.header, look.one
    sheet = SheetSeen(grid.name, None, findings=list(look.of_sheet), hidden=grid.hidden)
    if not choices.ask:
        sheet.findings += [
            finding("needs-decision", message=d.message, hint=d.hint) for d in look.asked
        ]
    if look.part:
        sheet.span = (look.first + 1, len(grid.rows))
    if not look.chosen:
        sheet.findings.append(finding("sheet-not-chosen"))
    if look.unheaded:
        column, rows = look.unheaded
        sheet.findings.append(finding("no-header", column=column, letters=column, count=rows))
    if header is None or look.unheaded:
        return sheet
    sheet.header_rows = tuple(row for row in header.rows if row)
    sheet.confidence = header.confidence
    sheet.office_hint = look.around.office()
    if one is None:
        lacks = nearly(look.headings) if look.chosen else None
        sheet.findings += [lacks] if lacks else []
        return sheet
    sheet.kind = one.layout.kind
    sheet.said = look.said
    sheet.findings += look.recalled
    take(sheet, grid, header, look.headings, one, look.around, choices.as_of)
    sheet.columns += look.aside
    if look.form:
        taken_as_form(sheet, look.form)
    elif look.first:
        _titles_of_next(sheet, grid, look.first, header)
    return sheet


def _titles_of_next(sheet: SheetSeen, grid: Grid, first: int, header: Header) -> None:
    """The titles of a table below another are rows under that one's header: left out, and said so."""
    titles = [
        row + 1
        for row in range(first, min(header.rows) - 1)
        if any(not is_blank(cell) for cell in grid.rows[row])
    ]
    sheet.skipped = [(row, "next-table-title") for row in titles] + sheet.skipped
    sheet.findings += [finding("next-table-title", row=row) for row in titles]


def _headings(grid: Grid, header: Header) -> list[Heading]:
    """The columns that have a header or content."""
    below = grid.rows[max(header.rows) :]
    columns = list(zip(*below, strict=True)) if below else [()] * len(header.titles)
    headings = [
        Heading(position, title.strip(), columns[position] if position < len(columns) else ())
        for position, title in enumerate(header.titles)
    ]
    return [h for h in headings if h.path or h.filled]


def _surroundings(grid: Grid, header: Header, path: Path, year: int | None) -> Surroundings:
    """The texts above the header, the names of sheet and file, and the year the user said."""
    above = grid.rows[: max(0, min(header.rows) - 1)]
    texts = [
        cell for cells in above for cell in cells if isinstance(cell, str) and not is_blank(cell)
    ]
    return Surroundings(tuple(dict.fromkeys(texts)), grid.name, printable(path.stem), year)
