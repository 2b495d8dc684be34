"""One 走访单 on a sheet that prints on exactly one A4 page: what is known, what is due, what is to be written down."""

import math
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from typing import Final, NamedTuple

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.due import DueReport
from cmledger.records.intake import Parsed
from cmledger.records.obligations import Status
from cmledger.records.text import width as text_width
from cmledger.records.visit_forms import VisitForm
from cmledger.sheets import style
from cmledger.sheets.choices import add_choices, add_date_rule
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import layout
from cmledger.sheets.visit_form_marks import (
    CHECK,
    COLUMN,
    FORM,
    ITEM,
    PAGE,
    Mark,
    field_title,
    written,
)
from cmledger.sheets.write import text_cell
from cmledger.wording import dues as say_due
from cmledger.wording import visit_forms as say
from cmledger.wording import workbooks as say_book

_WIDTHS: Final = (11, 19, 11, 19, 11, 19)
_LAST: Final = len(_WIDTHS) - 1
_LINE: Final = 15.0
"""Points of a line of text."""
_PAGE: Final = 770.0
"""Points from top to bottom at which the page is about as full as it is wide."""
_FULL: Final = 960.0
"""A longer page would be printed so small that it is hard to read."""
_FEWEST: Final = {"content": 66.0, "opinion": 48.0, "follow_up": 36.0, "sign": 40.0}
_SHARES: Final = {"content": 0.5, "opinion": 0.25, "follow_up": 0.15, "sign": 0.1}
"""Who gets how much of the room that is left."""

_VISITS: Final = layout("visits")
_CUSTOMERS: Final = layout("customers")
_MATTERS: Final = layout("matters")


class _Detail(NamedTuple):
    """How much of what is past is repeated: visits, matters, and columns of a text. Names are never cut."""

    visits: int
    matters: int
    text: int


_DETAILS: Final = (_Detail(4, 6, 160), _Detail(3, 4, 80), _Detail(1, 3, 60))
"""The first that leaves the page readable."""


class _Row(NamedTuple):
    """A row to be written. cells: first and last column, text, look."""

    cells: Sequence[tuple[int, int, str, SheetCell]]
    height: float
    marks: Sequence[Mark]


class Looks:
    """How the cells of a page look, made once per workbook and copied into each cell."""

    def __init__(self, sheet: Worksheet) -> None:
        """sheet: any of the workbook."""
        dark = Side(style="thin", color="7F8C86")
        self._edge = Border(left=dark, right=dark, top=dark, bottom=dark)
        self._sheet = sheet
        left = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
        top = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
        middle = style.CENTRED
        self.title = self._look(middle, size=18, bold=True, color=style.BRAND, edge=False)
        self.line = self._look(middle, size=9, color=style.QUIET, edge=False)
        self.section = self._look(left, bold=True, color="FFFFFF", fill=style.BRAND)
        self.label = self._look(middle, size=9, color=style.QUIET, fill=style.TINT)
        self.value = self._look(left)
        self.centred = self._look(middle)
        self.alarm = self._look(middle, color=style.ALARM, bold=True)
        self.box = self._look(middle, size=14, fill=style.FILL_IN_TINT)
        self.fill_in = self._look(top, fill=style.FILL_IN_TINT)
        self.fill_in_word = self._look(middle, fill=style.FILL_IN_TINT)
        self.fill_in_day = self._look(middle, fill=style.FILL_IN_TINT, day=True)

    def _look(
        self,
        alignment: Alignment,
        *,
        size: float = style.SIZE,
        bold: bool = False,
        color: str = style.INK,
        fill: str | None = None,
        edge: bool = True,
        day: bool = False,
    ) -> SheetCell:
        cell = SheetCell(self._sheet, row=1, column=1)
        cell.font = style.font(size, bold=bold, color=color)
        cell.alignment = alignment
        if fill is not None:
            cell.fill = style.fill(fill)
        if edge:
            cell.border = self._edge
        cell.number_format = "yyyy-mm-dd" if day else "@"
        return cell


def write_page(
    sheet: Worksheet,
    looks: Looks,
    form: VisitForm,
    report: DueReport,
    caller: Caller,
    *,
    count: int,
    label: str,
) -> None:
    """Fill a blank sheet. count: forms of this manager; label: the period they are for."""
    _Page(sheet, looks, form, report).write(count, label)
    _set_page(sheet, caller, f"{form.number} / {count}")


def _set_page(sheet: Worksheet, caller: Caller, number: str) -> None:
    style.set_page(sheet, actor=caller.actor, day=caller.as_of, portrait=True)
    sheet.page_setup.fitToHeight = 1
    sheet.page_margins = PageMargins(
        left=0.5, right=0.5, top=0.45, bottom=0.6, header=0.2, footer=0.3
    )
    sheet.print_options.verticalCentered = False
    sheet.oddFooter.right.text = number
    sheet.print_area = f"A1:F{sheet.max_row}"
    sheet.sheet_view.showGridLines = False


class _Page:
    """A page on its way from the top down."""

    def __init__(self, sheet: Worksheet, looks: Looks, form: VisitForm, report: DueReport) -> None:
        self.sheet, self.looks, self.form, self.report = sheet, looks, form, report
        self.detail = _DETAILS[0]
        self.rows: list[_Row] = []
        self.marks: list[Mark] = []
        self.rules: list[tuple[str, str, Sequence[str]]] = []
        """Cells with a drop-down: range, title, words; dates have no words."""

    @property
    def row(self) -> int:
        """The 0-based row that comes next."""
        return len(self.rows)

    @property
    def used(self) -> float:
        """Points taken up so far."""
        return sum(row.height for row in self.rows)

    def write(self, count: int, label: str) -> None:
        """All of it, with as much of the past as there is room for."""
        for self.detail in _DETAILS:
            self.rows, self.marks, self.rules = [], [], []
            self._head(count, label)
            self._facts()
            self._items()
            self._past()
            self._matters()
            self._checks()
            self._record()
            if self.used <= _FULL:
                break
        self._paint()

    def _paint(self) -> None:
        for position, width in enumerate(_WIDTHS):
            self.sheet.column_dimensions["ABCDEF"[position]].width = width
        hidden = self.sheet.column_dimensions["ABCDEFG"[COLUMN]]
        hidden.width, hidden.hidden = 4, True
        text_cell(self.sheet, 1, COLUMN + 1, PAGE)
        for number, row in enumerate(self.rows, 1):
            for first, last, text, look in row.cells:
                for column in range(first, last + 1):
                    self.sheet.cell(number, column + 1)._style = copy(look._style)
                if text:
                    text_cell(self.sheet, number, first + 1, text)
                if last > first:
                    # merge_cells would work out anew what the cells look like, and takes most of the time for it
                    merged = CellRange(None, first + 1, number, last + 1, number)
                    self.sheet.merged_cells.add(merged.coord)
            if row.marks:
                text_cell(self.sheet, number, COLUMN + 1, written(row.marks))
            self.sheet.row_dimensions[number].height = row.height
        for cells, title, words in self.rules:
            if words:
                add_choices(self.sheet, cells, title, words)
            else:
                prompt, error = say_book.VISITS_DATE_PROMPT, say_book.VISITS_DATE_ERROR
                add_date_rule(self.sheet, cells, prompt=prompt, error=error)

    # --- what is known ---------------------------------------------------------------------------

    def _head(self, count: int, label: str) -> None:
        form, first = self.form, self.form.items[0]
        self._row([(0, _LAST, say.TITLE, self.looks.title)], 30)
        planned = say.PLANNED.format(day=form.planned_on.isoformat()) if form.planned_on else ""
        line = say.LINE.format(
            office=first.office,
            manager=first.manager or say.NOBODY,
            number=form.number,
            count=count,
            planned=planned,
            label=label,
        )
        if form.form_id is not None:
            self.marks.append(Mark(FORM, self.row, 0, form.form_id))
        self._row([(0, _LAST, line, self.looks.line)], 18)

    def _facts(self) -> None:
        """Who the customer is; a fact nobody knows leaves its cell to be written in."""
        first, shown = self.form.items[0], self._shown
        self._section(say.FACTS)
        self.marks.append(Mark("account_no", self.row, _LAST))
        self._pairs([("name", first.name or "", 3), ("account_no", first.account_no, 1)])
        tier = self.report.tier_names.get(first.tier_now, first.tier_now)
        self._pairs([("address", first.address or "", 3), ("tier", tier, 1)])
        self._pairs([(f, shown(f), 1) for f in ("line", "transformer_area", "grid")])
        named = [
            sentence.format(kva=kva)
            for sentence, name in ((say.CONTRACT, "contract"), (say.OPERATING, "operating"))
            if (kva := shown(f"{name}_capacity_kva"))
        ]
        self._pairs(
            [
                ("voltage", shown("voltage"), 1),
                (say.CAPACITY, say.CAPACITY_JOINT.join(named), 1),
                ("tariff_class", shown("tariff_class"), 1),
            ]
        )
        self._pairs([(f, shown(f), 1) for f in ("importance", "own_source", "channel")])
        self._pairs(
            [
                ("contact_name", first.contact_name or "", 1),
                ("contact_phone", first.contact_phone or "", 1),
                ("manager", first.manager or "", 1),
            ]
        )

    def _shown(self, face: str) -> str:
        return shown(_CUSTOMERS, face, self.form.known.facts.get(face))

    def _pairs(self, pairs: Sequence[tuple[str, str, int]]) -> None:
        """Label and value side by side; each value as many cells wide as said."""
        cells, column, lines = [], 0, 1
        for name, value, wide in pairs:
            known = _CUSTOMERS.column(name)
            cells.append((column, column, known.title if known else name, self.looks.label))
            cells.append((column + 1, column + wide, value, self.looks.value))
            lines = max(lines, _lines(value, sum(_WIDTHS[column + 1 : column + wide + 1])))
            column += wide + 1
        self._row(cells, max(20.0, lines * _LINE + 4))

    def _items(self) -> None:
        self._section(say.ITEMS)
        names = self.report.service_names
        self._heads(zip(((0, 0), (1, 2), (3, 3), (4, 4), (5, 5)), say.ITEM_HEADS, strict=True))
        first = self.row
        for item in self.form.items:
            name = names.get(item.service, item.service)
            status = say_due.STATUS[item.status.value]
            late = self.looks.alarm if item.status is Status.OVERDUE else self.looks.centred
            self.marks.append(Mark(ITEM, self.row, 0, item.form_id))
            self._row(
                [
                    (0, 0, say.BOX, self.looks.box),
                    (1, 2, name, self.looks.value),
                    (3, 3, item.due_by.isoformat(), self.looks.centred),
                    (4, 4, status, late),
                    (5, 5, _iso(item.last_done), self.looks.centred),
                ],
                max(21.0, _lines(name, _WIDTHS[1] + _WIDTHS[2]) * _LINE + 4),
            )
        words = (say.TICK, say.BOX)
        self.rules.append((f"A{first + 1}:A{self.row}", say.TICK_TITLE, words))

    def _past(self) -> None:
        """The last visit, and what the customer said then and before."""
        self._section(say.PAST)
        visits = self.form.known.visits
        if not visits:
            self._row([(0, _LAST, say.NO_PAST, self.looks.value)], 20)
            return
        spans = ((0, 0), (1, 1), (2, 3), (4, 5))
        self._heads(zip(spans, say.PAST_HEADS, strict=True))
        for visit in visits[: self.detail.visits]:
            method = shown(_VISITS, "method", visit.method)
            who = "\n".join(filter(None, (visit.manager, method)))
            texts = [visit.day.isoformat(), who, self._cut(visit.content), self._cut(visit.opinion)]
            self._texts(spans, texts)

    def _matters(self) -> None:
        self._section(say.MATTERS)
        matters = self.form.known.matters
        if not matters:
            self._row([(0, _LAST, say.NO_MATTERS, self.looks.value)], 20)
            return
        spans = ((0, 0), (1, 1), (2, 4), (5, 5))
        self._heads(zip(spans, say.MATTER_HEADS, strict=True))
        for matter in matters[: self.detail.matters]:
            due = _iso(matter.due_by)
            late = matter.due_by is not None and matter.due_by < self.report.as_of
            due = say.OVERDUE.format(day=due) if late else due
            kind = shown(_MATTERS, "matter_kind", matter.kind)
            self._texts(spans, [kind, _iso(matter.opened_on), self._cut(matter.content), due])
        if len(matters) > self.detail.matters:
            more = say.MORE_MATTERS.format(count=len(matters) - self.detail.matters)
            self._row([(0, _LAST, more, self.looks.value)], 18)

    def _texts(self, spans: Sequence[tuple[int, int]], texts: Sequence[str]) -> None:
        """A row of a table, as tall as its longest text asks."""
        lines = max(
            _lines(t, sum(_WIDTHS[a : b + 1])) for (a, b), t in zip(spans, texts, strict=True)
        )
        cells = [
            (a, b, text, self.looks.value if b > a else self.looks.centred)
            for (a, b), text in zip(spans, texts, strict=True)
        ]
        self._row(cells, max(20.0, lines * _LINE + 4))

    def _cut(self, text: str | None) -> str:
        """An old text on one line, no longer than there is room for."""
        text = " ".join((text or "").split())
        if text_width(text) <= self.detail.text:
            return text
        kept = text[: self.detail.text]
        while text_width(kept) > self.detail.text:
            kept = kept[:-1]
        return say.CUT.format(text=kept)

    # --- what is to be written down --------------------------------------------------------------

    def _checks(self) -> None:
        """Two on a row, each with a cell for its result."""
        points = self.form.checklist
        if not points:
            return
        self._section(say.CHECKLIST)
        first = self.row
        for at in range(0, len(points), 2):
            cells, tallest = [], 1
            for text, (a, b, c) in zip(points[at : at + 2], ((0, 1, 2), (3, 4, 5)), strict=False):
                cells += [(a, b, text, self.looks.value), (c, c, "", self.looks.fill_in_word)]
                tallest = max(tallest, _lines(text, _WIDTHS[a] + _WIDTHS[b]))
                self.marks.append(Mark(CHECK, self.row, c, "ABCDEF"[a]))
            if len(cells) == 2:
                cells.append((3, _LAST, "", self.looks.value))
            self._row(cells, max(20.0, tallest * _LINE + 4))
        for letter in "CF":
            cells_of = f"{letter}{first + 1}:{letter}{self.row}"
            self.rules.append((cells_of, say.CHECK_TITLE, say.CHECK_WORDS))

    def _record(self) -> None:
        """The fields of the visit, in what is left of the page."""
        self._section(say.RECORD)
        manager = self.form.items[0].manager or ""
        word, day = self.looks.fill_in_word, self.looks.fill_in_day
        self._fields(
            [("visited_on", 1, "", day), ("method", 1, "", word), ("satisfaction", 1, "", word)], 24
        )
        self._date_rule(f"B{self.row}")
        self._choices("method", f"D{self.row}")
        self._choices("satisfaction", f"F{self.row}")
        self._fields([("manager", 1, manager, word), ("companions", 3, "", word)], 24)
        room = max(0.0, _PAGE - self.used - sum(_FEWEST.values()))
        heights = {name: _FEWEST[name] + room * _SHARES[name] for name in _FEWEST}
        wide = self.looks.fill_in
        self._fields([("content", 5, "", wide)], heights["content"])
        self._fields([("opinion", 5, "", wide)], heights["opinion"])
        self._fields(
            [("follow_up", 3, "", wide), ("follow_up_by", 1, "", day)], heights["follow_up"]
        )
        self._date_rule(f"F{self.row}")
        self._row(
            [
                (0, 0, say.CUSTOMER_SIGNS, self.looks.label),
                (1, 2, "", self.looks.value),
                (3, 3, say.MANAGER_SIGNS, self.looks.label),
                (4, 5, "", self.looks.value),
            ],
            heights["sign"],
        )

    def _fields(self, fields: Sequence[tuple[str, int, str, SheetCell]], height: float) -> None:
        """Label and a cell to fill in, side by side."""
        cells, column = [], 0
        for name, wide, value, look in fields:
            cells.append((column, column, field_title(name), self.looks.label))
            cells.append((column + 1, column + wide, value, look))
            self.marks.append(Mark(name, self.row, column + 1))
            column += wide + 1
        self._row(cells, height)

    def _date_rule(self, cells: str) -> None:
        self.rules.append((cells, "", ()))

    def _choices(self, name: str, cells: str) -> None:
        column = _VISITS.column(name)
        assert column is not None
        self.rules.append((cells, column.title, column.kind.choices))

    # --- rows ------------------------------------------------------------------------------------

    def _section(self, title: str) -> None:
        self._row([(0, _LAST, title, self.looks.section)], 19)

    def _heads(self, heads: Iterable[tuple[tuple[int, int], str]]) -> None:
        self._row([(a, b, text, self.looks.label) for (a, b), text in heads], 18)

    def _row(self, cells: Sequence[tuple[int, int, str, SheetCell]], height: float) -> None:
        """A row of cells (first and last column, text, look) and the marks that were noted for it."""
        own = [mark for mark in self.marks if mark.row == self.row]
        self.rows.append(_Row(cells, height, own))


def shown(one: Layout, face: str, value: Parsed) -> str:
    """A stored form as people read it; blank where it is unknown."""
    column: Column | None = one.column(face)
    if column is None or value is None:
        return ""
    cell = column.kind.show(value)
    if isinstance(cell, float):
        return f"{cell:g}"
    return "" if cell is None else str(cell)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a cell so wide; a little room is left, for fonts differ."""
    room = max(4.0, width * 0.97 - 2)
    return sum(max(1, math.ceil(text_width(part) / room)) for part in text.split("\n"))
