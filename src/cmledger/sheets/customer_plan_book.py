"""一户一方案 as a workbook: a sheet per customer, to be printed on A4 and to be edited where it is yellow."""

import math
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.customer_plan import CustomerFile, PlanItem, PlanReport
from cmledger.records.text import width as text_width
from cmledger.sheets import style
from cmledger.sheets.choices import add_choices, last_comes_choices
from cmledger.sheets.layouts import codes, layout
from cmledger.sheets.layouts.dates import DATES
from cmledger.sheets.layouts.plans import CYCLE, PLANS
from cmledger.sheets.output import save_workbook
from cmledger.sheets.plan_marks import ACCOUNT, END, ITEM, MARK, PAGE
from cmledger.sheets.plan_words import about, cycle_of, remarks_of, said, source_of, word
from cmledger.sheets.visit_form_paper import Look, Looks
from cmledger.sheets.write import sheet_title, text_cell
from cmledger.wording import customer_plan as say

_WIDTHS: Final = (32, 21, 12, 13, 13, 14)
_LAST: Final = len(_WIDTHS) - 1
_LINE: Final = 14.0
"""Points of a line of text."""
_ROW: Final = 17.5
_ONE_PAGE: Final = 1020.0
"""Points of height up to which a file is printed on one page, a little smaller."""
_SPARE_ITEMS, _SPARE_DATES = 2, 2
"""Blank rows for what is added by hand."""
_TITLE = {column.field: column.title for column in (*PLANS.columns, *DATES.columns)}


def write_plan_book(path: Path, report: PlanReport, caller: Caller) -> None:
    """Write the workbook. Raises OutputNotWritable, UsageProblem (a name not ending in .xlsx)."""
    workbook = style.new_workbook()
    looks = None
    for one in report.customers:
        title = sheet_title(one.name or one.account_no, workbook.sheetnames)
        sheet = workbook.create_sheet(title)
        looks = looks or Looks(sheet)
        _Page(sheet, report, one, looks).write(caller)
    last_comes_choices(workbook)
    save_workbook(path, workbook, caller)


class _Page:
    """One customer's sheet on its way from the top down."""

    def __init__(
        self, sheet: Worksheet, report: PlanReport, one: CustomerFile, looks: Looks
    ) -> None:
        self.sheet, self.report, self.one, self.looks = sheet, report, one, looks
        self.row = 0
        self.used = 0.0

    def write(self, caller: Caller) -> None:
        """All of it."""
        for position, width in enumerate(_WIDTHS):
            self.sheet.column_dimensions[get_column_letter(position + 1)].width = width
        for position in (ACCOUNT, MARK, ITEM):
            hidden = self.sheet.column_dimensions[get_column_letter(position + 1)]
            hidden.width, hidden.hidden = 4, True
        self._head()
        self._items()
        self._dates()
        self._wishes()
        self._further()
        style.set_page(self.sheet, actor=caller.actor, day=caller.as_of, portrait=True)
        if self.used <= _ONE_PAGE:
            self.sheet.page_setup.fitToHeight = 1
        self.sheet.print_area = f"A1:{get_column_letter(_LAST + 1)}{self.row}"
        self.sheet.sheet_view.showGridLines = False
        self.sheet.freeze_panes = "A3"

    def _head(self) -> None:
        one, look = self.one, self.looks
        self._row([(0, _LAST, f"{one.name or say.NAMELESS}　{say.SHEET_TITLE}", look.title)], 30)
        manager = one.facts.get("manager") or say.NO_MANAGER
        line = say.SHEET_LINE.format(
            office=one.facts.get("office") or "", manager=manager, day=self.report.as_of
        )
        account = layout("customers").column("account_no")
        assert account is not None
        self._row([(0, _LAST, line, look.line)], 18)
        self._section(say.FACTS)
        self._pair(account.title, one.account_no)
        for title, value in about(one):
            self._pair(title, value)

    # --- what can be edited ------------------------------------------------------------------------

    def _items(self) -> None:
        look = self.looks
        self._section(say.ITEMS_HOW)
        heads = (
            _TITLE["customer_plan.service"], say.LISTED, _TITLE["customer_plan.cycle"],
            say.LAST_DONE, say.NEXT_DUE, _TITLE["customer_plan.remark"],
        )  # fmt: skip
        self._table_head("plans", [((at, at), head) for at, head in enumerate(heads)])
        first = self.row
        for item in self.one.items:
            self._item(item)
        blank = [
            (at, at, "", look.value if at in (1, 3, 4) else look.fill_in_word) for at in range(6)
        ]
        blank[0] = (0, 0, "", look.fill_in)
        for _ in range(_SPARE_ITEMS):
            self._row(blank, _ROW)
        add_choices(
            self.sheet, f"C{first + 1}:C{self.row}", _TITLE["customer_plan.cycle"], CYCLE.choices
        )
        spare = f"A{self.row - _SPARE_ITEMS + 1}:A{self.row}"
        add_choices(self.sheet, spare, say.ITEMS, tuple(self.report.catalogue.values()))
        self._end()

    def _item(self, item: PlanItem) -> None:
        look, own = self.looks, item.own
        listed = "" if item.listed is None else cycle_of(self.report, item.listed)
        if item.source not in ("plan", "tier"):
            cycle = cycle_of(self.report, item.cycle)
            listed = say.LABEL.format(title=source_of(item), value=cycle)
        due = item.due_by.isoformat() if item.due_by else ""
        late = item.status is not None and item.status.value == "overdue"
        due = say.OVERDUE.format(day=due) if late else due
        cells = [
            (0, 0, item.name, look.value),
            (1, 1, listed, look.centred),
            (2, 2, str(CYCLE.show(own.cycle)) if own else "", look.fill_in_word),
            (3, 3, item.last_done.isoformat() if item.last_done else "", look.centred),
            (4, 4, due, look.alarm if late else look.centred),
            (5, 5, own.remark or "" if own else "", look.fill_in),
        ]
        marks = {MARK: own.mark} if own else {}
        self._row(cells, self._height(cells), {**marks, ITEM: f"{item.service}={item.name}"})

    def _dates(self) -> None:
        self._section(say.DATES_HOW)
        heads = [_TITLE[f"customer_date.{f}"] for f in ("occasion", "day", "remark")]
        self._table_head("dates", list(zip(((0, 0), (1, 1), (2, _LAST)), heads, strict=True)))
        first = self.row
        for kept in self.one.dates:
            texts = (word(DATES, "occasion", kept.occasion), kept.day, kept.remark or "")
            cells = self._date(texts)
            self._row(cells, self._height(cells), {MARK: kept.mark})
        for _ in range(_SPARE_DATES):
            self._row(self._date(("", "", "")), _ROW)
        occasions = tuple(words[0] for words in codes.OCCASION.values())
        add_choices(self.sheet, f"A{first + 1}:A{self.row}", heads[0], occasions)
        self._end()

    def _date(self, texts: tuple[str, str, str]) -> list[tuple[int, int, str, Look]]:
        occasion, day, remark = texts
        look = self.looks
        return [
            (0, 0, occasion, look.fill_in_word),
            (1, 1, day, look.fill_in_word),
            (2, _LAST, remark, look.fill_in),
        ]

    def _wishes(self) -> None:
        look, customers, facts = self.looks, layout("customers"), self.one.facts
        self._section(say.WISHES_HOW)
        faces, spans = ("channel", "inspection_months"), ((0, 1), (2, _LAST))
        columns = [customers.column(face) for face in faces]
        heads = [column.title for column in columns if column is not None]
        self._table_head("customers", list(zip(spans, heads, strict=True)))
        words = [word(customers, face, facts.get(face)) for face in faces]
        cells = [(a, b, text, look.fill_in_word) for (a, b), text in zip(spans, words, strict=True)]
        office = str(facts.get("office") or "")
        self._row(cells, 22, {MARK: self.one.mark, ITEM: office})
        for (first, _), column in zip(spans, columns, strict=True):
            if column is not None and column.kind.choices:
                at = f"{get_column_letter(first + 1)}{self.row}"
                add_choices(self.sheet, at, column.title, column.kind.choices)
        self._end()

    # --- what is only shown ------------------------------------------------------------------------

    def _further(self) -> None:
        """Terms with an end or to come, the last visits, what is open, events, outages ahead."""
        told = [s for item in self.one.items for s in remarks_of(self.report, item, remark=False)]
        if told:
            self._section(say.ITEMS)
            for sentence in told:
                self._pair("", sentence)
        if self.one.visits:
            self._section(say.VISITS.format(count=self.one.visits_count))
            visits = layout("visits")
            for visit in self.one.visits:
                who = say.LINE_JOINT.join(
                    filter(None, (visit["manager"], word(visits, "method", visit["method"])))
                )
                what = [visit["content"] or ""]
                if visit["opinion"]:
                    what.append(say.OPINION.format(opinion=visit["opinion"]))
                what.append(word(visits, "satisfaction", visit["satisfaction"]))
                text = say.LINE_JOINT.join(part for part in (who, *what) if part)
                self._pair(str(visit["visited_on"]), text)
        for title, heads, rows in said(self.one):
            self._section(title)
            for first, *rest in rows:
                named = zip(heads[1:], rest, strict=True)
                told = [say.LABEL.format(title=head, value=text) for head, text in named if text]
                self._pair(first, say.LINE_JOINT.join(told))
        self._row([(0, _LAST, say.NOTE, self.looks.line)], 20)

    # --- rows --------------------------------------------------------------------------------------

    def _section(self, title: str) -> None:
        self._row([(0, _LAST, title, self.looks.section)], 19)

    def _pair(self, title: str, value: str) -> None:
        cells = [(0, 0, title, self.looks.label), (1, _LAST, value, self.looks.value)]
        self._row(cells, self._height(cells))

    def _table_head(self, name: str, heads: Sequence[tuple[tuple[int, int], str]]) -> None:
        cells = [(a, b, text, self.looks.label) for (a, b), text in heads]
        account = layout("customers").column("account_no")
        assert account is not None
        self._row(cells, 19, {ACCOUNT: account.title, MARK: PAGE + name})
        self._account_from = self.row

    def _end(self) -> None:
        """Close a table: its 户号 on every row, and a thin row that holds nothing but the mark."""
        for number in range(self._account_from + 1, self.row + 1):
            text_cell(self.sheet, number, ACCOUNT + 1, self.one.account_no)
        self._row([], 6, {MARK: END})

    def _height(self, cells: Sequence[tuple[int, int, str, Look]]) -> float:
        """Room for the longest text."""
        lines = 1
        for first, last, text, _ in cells:
            room = max(4.0, sum(_WIDTHS[first : last + 1]) * 0.94 - 2)
            lines = max(lines, *(math.ceil(text_width(part) / room) for part in text.split("\n")))
        return max(_ROW, lines * _LINE + 3)

    def _row(
        self,
        cells: Sequence[tuple[int, int, str, Look]],
        height: float,
        marks: dict[int, str] | None = None,
    ) -> None:
        """A row of cells (first and last column, text, look), and what stands hidden beside it."""
        number = self.row + 1
        for first, last, text, look in cells:
            for column in range(first, last + 1):
                self.sheet.cell(number, column + 1)._style = copy(look.cell._style)
            if text:
                text_cell(self.sheet, number, first + 1, text)
            if last > first:
                self.sheet.merge_cells(None, number, first + 1, number, last + 1)
        for column, text in (marks or {}).items():
            text_cell(self.sheet, number, column + 1, text)
        self.sheet.row_dimensions[number].height = height
        self.row, self.used = number, self.used + height
