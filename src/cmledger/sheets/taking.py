"""The rows of a recognised table, column by column, in stored forms; every odd cell with its Excel name."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Final

from cmledger.records.intake import (
    Clear,
    ColumnUse,
    Finding,
    Parsed,
    SheetRows,
    SheetSeen,
    Stored,
)
from cmledger.sheets.checks import (
    Odd,
    energy_above_capacity,
    future_days,
    holds_personal_ids,
    missing_keys,
    names_that_differ,
    odd_cells,
)
from cmledger.sheets.doubts import says_nothing, units_named
from cmledger.sheets.grid import Cell, Grid
from cmledger.sheets.header import Header
from cmledger.sheets.headings import Heading
from cmledger.sheets.kinds import ID_SHAPED, NAME_AND_PHONE, Text
from cmledger.sheets.kinds.accounts import AccountNo
from cmledger.sheets.layout import Column, ParsedColumn
from cmledger.sheets.layouts.customers import ACCOUNT_NO, NAME_TITLE
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.lexicon import AMOUNTS, NOT_QUITE_CAPACITY, PERSONAL_IDS
from cmledger.sheets.meters import FoldedMeters, fold_meters
from cmledger.sheets.moments import kind_of_title, part_moments
from cmledger.sheets.parting import NAME, part_contacts
from cmledger.sheets.periods import blank_months, other_years, part_periods, split
from cmledger.sheets.recognised import KWH, PERIOD, Recognised
from cmledger.sheets.registers import REGISTER, Folded, drop_rows, fold_readings
from cmledger.sheets.rows import is_blank, sort_rows
from cmledger.sheets.sections import Section, place_of, sections
from cmledger.sheets.spreading import spread
from cmledger.sheets.surroundings import Surroundings, year_and_month
from cmledger.sheets.totals import years_unlike_their_months
from cmledger.sheets.years import Place, fill_years, say_years
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding

_ESSENTIAL: Final = (
    "consumption.year",
    "consumption.month",
    PERIOD,
    REGISTER,
    "duplicate.decision",
)
"""Not required as columns, but where there is one, its cells must be right."""
_FORM_IDS: Final = ("visit.form_id", "service_done.form_id", "duty_done.form_id")
"""The numbers on sheets that go out and come back, hidden there."""


def take(
    sheet: SheetSeen,
    grid: Grid,
    header: Header,
    headings: Sequence[Heading],
    one: Recognised,
    around: Surroundings,
    as_of: date,
) -> None:
    """Fill `sheet` with rows, columns, findings and skipped rows."""
    _Taking(sheet, grid, header, headings, one, around, as_of).run()


class _Taking:
    """One sheet on its way from cells to stored forms."""

    def __init__(
        self,
        sheet: SheetSeen,
        grid: Grid,
        header: Header,
        headings: Sequence[Heading],
        one: Recognised,
        around: Surroundings,
        as_of: date,
    ) -> None:
        self.sheet, self.grid, self.header = sheet, grid, header
        self.headings = {h.position: h for h in headings}
        self.one, self.around, self.as_of = one, around, as_of
        self.top = max(header.rows)
        self.kept: list[int] = []
        self.keys: tuple[Sequence[Cell], ParsedColumn] | None = None
        """The cells of the key and what they are, once found out."""
        self.below: dict[int, list[Cell]] = {}
        columns = (*one.layout.readings, *one.layout.columns)
        titles = {column.field: column.title for column in columns}
        self.rows = SheetRows(one.layout.kind, (), {}, titles=titles)
        self.units: dict[int, str] = {}
        self.problems: list[Odd] = []
        self.sections: list[Section] = []
        self.totals: list[tuple[str, int | None, Sequence[Parsed]]] = []

    def run(self) -> None:
        self._fill_merges()
        self._sort()
        self.rows.numbers = [row + 1 for row in self.kept]
        for position, column in sorted(self.one.columns.items()):
            if not column.export_only:
                self._column(position, column)
        self._shown_alone()
        names = self._names()
        part_periods(self.rows)
        self._energy()
        self._places()
        self._extras()
        self._part_contacts()
        years: list[Place] = []
        self.sheet.findings += part_moments(self.rows, self.one, self.around, self.problems, years)
        years += fill_years(self.rows, self.one, self.around, self.problems)
        self.sheet.findings += say_years(self.rows, self.around, years)
        self.sheet.findings += kind_of_title(self.rows, self.around)
        self.problems += future_days(self.rows, self.one, self.as_of)
        self.sheet.findings += odd_cells(self.rows, self.one, self.problems, self.headings)
        self.sheet.findings += missing_keys(self.rows, self.one, self.problems)
        spread(self.rows, self.one.layout)
        self._fold()
        self.sheet.findings += names  # of rows folded into others as well
        self.sheet.findings += years_unlike_their_months(self.rows, self.totals)
        self.sheet.findings += energy_above_capacity(self.rows)
        self.sheet.rows = self.rows
        self.sheet.findings += self.one.findings
        self._expect_hidden_form_number()
        self.sheet.columns = [self._use(h) for h in self.headings.values()]
        self.sheet.findings.sort(key=lambda f: (f.row or 0, len(f.column or ""), f.column or ""))

    def _expect_hidden_form_number(self) -> None:
        """Nothing is said of the columns that handed-out workbooks hide, their last ones."""
        hidden = {
            self.headings[position].letters
            for name in (*_FORM_IDS, ROW_TOKEN.field)
            if (position := self.one.position(name)) is not None
        }
        self.sheet.findings = [
            f for f in self.sheet.findings if f.code != "hidden-columns" or f.column not in hidden
        ]

    def _names(self) -> list[Finding]:
        """户名 in sheets that do not take it in: they must not contradict each other silently."""
        accounts = self.rows.values.get(ACCOUNT_NO.field)
        if accounts is None or self.one.position(ROW_TOKEN.field) is not None:
            return []
        for position, column in self.one.columns.items():
            if column.export_only and column.title == NAME_TITLE:
                cells = [self._cells(position)[row - self.top] for row in self.kept]
                letters = self.headings[position].letters
                return names_that_differ(self.rows, accounts, cells, letters)
        return []

    def _shown_alone(self) -> None:
        """What an export shows without taking it in: kept to tell whether somebody edited it all the same."""
        if self.one.position(ROW_TOKEN.field) is None:
            return
        for position, column in self.one.columns.items():
            if column.export_only:
                cells, top = self._cells(position), self.top
                parsed = column.kind.parse_column([cells[row - top] for row in self.kept])
                self.rows.shown[column.field] = parsed.values
                self.rows.columns[column.field] = self.headings[position].letters

    # --- rows ------------------------------------------------------------------------------------

    def _fill_merges(self) -> None:
        """Cells below the first of a vertical merge say what the first says; nothing else is filled down."""
        key = -1 if self.one.layout.several else self._key_position()
        for first, column, last, _ in self.grid.merges:
            heading = self.headings.get(column)
            if first < self.top or last == first or heading is None or column == key:
                continue
            cells = self.below.setdefault(column, list(heading.cells))
            for row in range(first + 1 - self.top, min(last + 1 - self.top, len(cells))):
                if cells[row] in (None, ""):
                    cells[row] = cells[first - self.top]

    def _key_position(self) -> int:
        position = self.one.position(self.one.layout.proof.needs[0])
        return -1 if position is None else position

    def _cells(self, position: int) -> Sequence[Cell]:
        """The cells below the header, merges filled."""
        return self.below.get(position) or self.headings[position].cells

    def _sort(self) -> None:
        """Which rows are data, and why the others are not."""
        key = self._key_position()
        several = self.one.layout.several
        raw = () if key < 0 else self._cells(key) if several else self.headings[key].cells
        parsed = self.one.columns[key].kind.parse_column(raw) if key >= 0 else ParsedColumn([], {})
        self.keys = (raw, parsed)
        keyed = [type(v) is str for v in parsed.values] or [False] * (
            len(self.grid.rows) - self.top
        )
        names = {p for p, c in self.one.columns.items() if c.name in ("name", "account_no")}
        found = sort_rows(
            self.grid,
            self.header.rows,
            self.header.first_data_row,
            list(self.headings.values()),
            keyed,
            key,
            names,
            by_key=key >= 0 and isinstance(self.one.columns[key].kind, AccountNo),
            several=several,
            is_place=lambda text: place_of(text, self.around) is not None,
        )
        self.kept = found.data
        self.sections = list(sections(self.grid, found.skipped, self.around))
        skipped = [*found.skipped, *self._saying_nothing()]
        if emptied := self._emptied([*self.kept, *(row for row, _ in skipped)]):
            self.kept = [row for row in self.kept if row not in emptied]
            skipped = [s for s in skipped if s[0] not in emptied]
            skipped += [(row, "row-emptied") for row in emptied]
        self.sheet.skipped = sorted((row + 1, code) for row, code in skipped)
        self.sheet.findings += [finding(code, row=row) for row, code in self.sheet.skipped]

    def _saying_nothing(self) -> list[tuple[int, str]]:
        """Rows with a key and nothing to take in: a visit of a handed-out list not filled in yet, no reading at all."""
        layout = self.one.layout
        if not layout.facts:
            return []
        facts = [p for name in layout.facts if (p := self.one.position(name)) is not None]
        columns = [self._cells(p) for p in (*facts, *(e.heading.position for e in self.one.energy))]
        if not columns and self.one.decisions:
            return []
        empty = {r for r in self.kept if all(says_nothing(c[r - self.top]) for c in columns)}
        if empty:
            self.kept = [r for r in self.kept if r not in empty]
        return [(row, layout.hollow) for row in empty]

    def _emptied(self, rows: Sequence[int]) -> set[int]:
        """Rows of an export of which only what it hid is left."""
        mark = self.one.position(ROW_TOKEN.field)
        if mark is None:
            return set()
        hidden = {mark, *map(self.one.position, _FORM_IDS)}
        seen = [h.cells for p, h in self.headings.items() if p not in hidden]
        marks, top = self.headings[mark].cells, self.top
        return {
            row
            for row in rows
            if not is_blank(marks[row - top]) and all(is_blank(c[row - top]) for c in seen)
        }

    # --- columns ---------------------------------------------------------------------------------

    def _parsed(self, position: int, column: Column, *, essential: bool) -> list[Parsed]:
        """A column in stored forms; its problems are kept for the findings."""
        cells = self._cells(position)
        top = self.top
        unit = self._unit(position, column)
        kept = cells if len(self.kept) == len(cells) else [cells[row - top] for row in self.kept]
        if self.keys is not None and kept is self.keys[0] and unit is None:
            parsed = self.keys[1]
        else:
            parsed = column.kind.parse_column(kept, unit)
        if parsed.problems:
            if holds_personal_ids(parsed):
                self.one.aside[position] = ID_SHAPED
                return [None] * len(kept)
            self.problems += [
                Odd(at, position, p, essential)
                for at, p in parsed.problems.items()
                if p.code != ID_SHAPED
            ]
        return parsed.values

    def _unit(self, position: int, column: Column) -> str | None:
        """The unit the user said, else that of header or title that this kind understands."""
        if not column.kind.units:
            return None
        named = units_named(self.headings[position], column.kind, self.around)
        unit = self.one.units.get(position) or next(iter(named), None)
        if unit:
            self.units[position] = unit
            if unit.casefold() in NOT_QUITE_CAPACITY:
                self.sheet.findings.append(
                    finding(
                        "kilowatts-in-header", column=self.headings[position].letters, unit=unit
                    )
                )
        return unit

    def _column(self, position: int, column: Column) -> None:
        essential = column.required or column.field in _ESSENTIAL
        values = self._parsed(position, column, essential=essential)
        if position in self.one.aside:
            return
        self.rows.values[column.field] = values
        self.rows.columns[column.field] = self.headings[position].letters

    def _energy(self) -> None:
        """Energy columns: each of its own period, or one whose period the rows say."""
        kwh = self.one.layout.column(KWH)
        in_rows = any(f in self.rows.values for f in ("consumption.year", "consumption.month"))
        side_by_side = sum(not settled.month for settled in self.one.energy) > 1
        plain = [e.year for e in self.one.energy if e.year and not e.month]
        said = {*plain} if len(plain) == 1 else self.around.years_over_table()
        self.sheet.findings += other_years(self.rows, said)
        for settled in self.one.energy:
            assert kwh is not None
            heading = settled.heading
            if in_rows and not settled.month and not side_by_side:
                self._column(heading.position, kwh)
                if "consumption.year" not in self.rows.values and settled.year:
                    self.rows.values["consumption.year"] = [settled.year] * len(self.kept)
                continue
            values = self._parsed(heading.position, kwh, essential=False)
            self.rows.energy += split(self.rows, settled, values)
        self._totals(kwh)
        if KWH in self.rows.values and "consumption.month" not in self.rows.values:
            self.rows.values["consumption.month"] = [0] * len(self.kept)
        month = self.one.layout.column("month")
        wrong = {odd.at for odd in self.problems if self.one.columns.get(odd.position) is month}
        self.sheet.findings += blank_months(self.rows, wrong)

    def _totals(self, kwh: Column | None) -> None:
        """Sums of months that are not taken in, to be held against the months."""
        sums = [p for p, why in self.one.aside.items() if why == "derived-total"]
        for position in sums if kwh else ():
            assert kwh is not None
            heading = self.headings[position]
            cells = [self._cells(position)[row - self.top] for row in self.kept]
            unit = self._unit(position, kwh)
            values = kwh.kind.parse_column(cells, unit).values
            self.totals.append((heading.letters, year_and_month(heading.path)[0], values))

    def _part_contacts(self) -> None:
        """Phones in the cells of 联系人 go to the phones."""
        position = self.one.position(NAME)
        if position is None:
            return
        header = self.headings[position].leaf
        self.sheet.findings += part_contacts(self.rows, self.problems, header)
        self.problems = [odd for odd in self.problems if odd.problem.code != NAME_AND_PHONE]

    def _fold(self) -> None:
        """Rows of one customer, one for each register or meter, become one."""
        folded: Folded | FoldedMeters
        match self.one.layout.kind:
            case "consumption":
                folded = fold_readings(self.rows)
            case "customers":
                folded = fold_meters(self.rows)
            case _:
                return
        self.sheet.findings += folded.findings
        if not folded.skipped:
            return
        left_out = [(self.rows.numbers[at], code) for at, code in folded.skipped.items()]
        numbers = {number for number, _ in left_out}
        self.sheet.findings = [f for f in self.sheet.findings if f.row not in numbers]
        self.sheet.findings += [finding(code, row=row) for row, code in left_out]
        self.sheet.skipped = sorted([*self.sheet.skipped, *left_out])
        drop_rows(self.rows, folded.skipped)

    def _places(self) -> None:
        """示例一线: the sheet's name, or a section row, is the line of the customers below, where no column is."""
        if self.one.layout.kind != "customers" or not self.kept:
            return
        named = self.around.place_in_sheet_name()
        stated: dict[str, list[Parsed]] = {}
        if named:
            self._from(stated, *named, 0)
        for section in self.sections:
            at = bisect_left(self.kept, section.row)
            for face in section.ends():
                if face in stated:
                    stated[face][at:] = [None] * (len(self.kept) - at)
            if section.field and at < len(self.kept):
                self._from(stated, section.field, section.name, at, section.row + 1)
        if not stated and self.around.place_unread() and self._no_place_column():
            self.sheet.findings.append(finding("place-not-read", sheet=self.sheet.name))
        for face, values in stated.items():
            column = self.one.layout.column(face)
            assert column is not None
            self.rows.values[column.field] = values

    def _no_place_column(self) -> bool:
        """Whether no column says where the customers are."""
        faces = {f"customer.{face}" for face in ("line", "grid", "transformer_area")}
        return faces.isdisjoint(self.rows.values)

    def _from(
        self, stated: dict[str, list[Parsed]], face: str, name: str, at: int, row: int | None = None
    ) -> None:
        """From a position on, the rows are of that place; said, with the row that names it (None: the sheet)."""
        column = self.one.layout.column(face)
        if column is None or column.field in self.rows.values:
            return
        values = stated.setdefault(face, [None] * len(self.kept))
        values[at:] = [name] * (len(self.kept) - at)
        code = "place-from-section" if row else "place-from-sheet-name"
        self.sheet.findings.append(finding(code, row=row, field=column.title, value=name))

    def _extras(self) -> None:
        """Columns nobody knows are kept as they stand, where the record has room for them."""
        if not self.one.layout.keeps_extras:
            return
        text = Text()
        for heading in self.headings.values():
            if not self._is_extra(heading):
                continue
            cells = self._cells(heading.position)
            parsed = text.parse_column([cells[row - self.top] for row in self.kept])
            if holds_personal_ids(parsed):
                self.one.aside[heading.position] = ID_SHAPED
                continue
            self.problems += [
                Odd(at, heading.position, p, essential=False, extra=True)
                for at, p in parsed.problems.items()
                if p.code != ID_SHAPED
            ]
            kept: list[Stored] = [
                None if isinstance(v, (Clear, tuple)) else v for v in parsed.values
            ]
            name = self.one.own.get(heading.position, heading.path) or say.COLUMN.format(
                column=heading.letters
            )
            if name in self.rows.extras:
                name = say.SECOND_HEADER.format(header=name, column=heading.letters)
            self.rows.extras[name] = kept

    def _is_extra(self, heading: Heading) -> bool:
        position = heading.position
        return not (
            position in self.one.columns
            or self.one.aside.get(position, "same-field") != "same-field"
            or any(e.heading.position == position for e in self.one.energy)
            or heading.is_serial
            or self._is_serial(heading)
            or PERSONAL_IDS.search(heading.path)
            or self._is_amount(heading)
            or not heading.filled
        )

    def _is_amount(self, heading: Heading) -> bool:
        """A column of money, where the kind of sheet takes none in."""
        return not self.one.layout.amounts and AMOUNTS.search(heading.path) is not None

    def _is_serial(self, heading: Heading) -> bool:
        """A column without header that counts 1, 2, 3 …"""
        if heading.path:
            return False
        numbers = [c for c in heading.cells if isinstance(c, (int, float))]
        return bool(numbers) and numbers[:3] == [1, 2, 3][: len(numbers)]

    def _use(self, heading: Heading) -> ColumnUse:
        """What became of a column, for the report."""
        position, letters = heading.position, heading.letters
        column = self.one.columns.get(position)
        unit = self.units.get(position)
        energy = next((e for e in self.one.energy if e.heading.position == position), None)
        if energy and position not in self.one.aside:
            name = "kwh"
            if self.rows.columns.get(KWH) != letters:
                month = f"-{energy.month:02d}" if energy.month else ""
                name = (
                    f"kwh:{energy.year or '*'}{month}"  # kwh:*-03: March of the year each row says
                )
            return ColumnUse(letters, heading.path, "mapped", name, unit)
        if column is not None and not column.export_only and position not in self.one.aside:
            home = self.one.layout.columns[0].field.partition(".")[0]
            other = column.field.partition(".")[0] not in (
                home,
                self.one.layout.table,
                "consumption",
                "customer_manager",
            )
            return ColumnUse(
                letters, heading.path, "mapped", column.field if other else column.name, unit
            )
        if self._is_extra(heading) and self.one.layout.keeps_extras:
            # under the name it is kept by, so that a value's cell can be told
            return ColumnUse(letters, self.one.own.get(position, heading.path), "extra")
        if PERSONAL_IDS.search(heading.path) and heading.filled:
            self.sheet.findings.append(
                finding("personal-id-column", column=letters, header=heading.path)
            )
        if self._is_amount(heading) and heading.filled:
            self.sheet.findings.append(
                finding("amounts-left-out", column=letters, header=heading.path)
            )
        why = self.one.aside.get(position)
        if why:
            self.sheet.findings.append(finding(why, column=letters, header=heading.path))
        return ColumnUse(letters, heading.path, "ignored")
