"""A 走访单 that comes back, filled in or not: its cells become one row of the visits, each under its true name."""

from dataclasses import replace
from typing import Final

from cmledger.records.forms import joined, service_of
from cmledger.sheets.forms import Form
from cmledger.sheets.grid import Cell, Grid, letters
from cmledger.sheets.header import Header
from cmledger.sheets.kinds import Flag
from cmledger.sheets.layouts.visits import VISITS
from cmledger.sheets.lexicon import DONE_WORDS, LIST_JOINT, OPEN_BOXES, bare
from cmledger.sheets.recognised import Recognised
from cmledger.sheets.rows import is_blank
from cmledger.sheets.visit_form_marks import CHECK, FORM, ITEM, Mark, field_title, is_page, marks_of
from cmledger.wording import visit_forms as say
from cmledger.wording.findings import finding

_VISIT: Final = "visit"
_DONE: Final = Flag(DONE_WORDS, OPEN_BOXES)
_VISITED: Final = "visit.visited_on"
_SERVICES: Final = "visit.services"
_FORM_ID: Final = "visit.form_id"
_LAYOUT: Final = replace(VISITS, facts=(*VISITS.facts, _SERVICES))
"""A ticked item tells of a visit, too: without a day it is refused, not left out."""


class FilledIn:
    """What a page says. form: as a table of one row; one: which columns of the visits those are."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._titles: list[str] = []
        self._values: list[Cell] = []
        self._cells: list[str] = []
        self.one = Recognised(_LAYOUT, score=1.0, marked=True)
        marks = marks_of(grid)
        key = next(m for m in marks if m.name == "account_no")
        for mark in marks:
            if mark.name not in (ITEM, CHECK, FORM):
                self._add(mark.name, field_title(mark.name), self._cell(mark), _name(mark))
        self._items(*([m for m in marks if m.name == name] for name in (ITEM, FORM)))
        self._checks([m for m in marks if m.name == CHECK])
        blank: list[Cell] = [None] * len(self._titles)
        table = Grid(grid.name, [list(blank) for _ in range(key.row)] + [self._values])
        header = Header((key.row,), key.row + 1, self._titles, 1.0)
        end = len(grid.rows)
        self.form = Form(
            table, header, tuple(self._cells), 0, key.row, end, (), whole=True, ours=True
        )

    def _cell(self, mark: Mark) -> Cell:
        return self._grid.rows[mark.row][mark.column]

    def _add(self, name: str, title: str, value: Cell, cell: str) -> None:
        column = _LAYOUT.column(name)
        if column is not None:
            self.one.columns[len(self._titles)] = column
        self._titles.append(title)
        self._values.append(None if is_blank(value) else value)
        self._cells.append(cell)

    def _items(self, marks: list[Mark], own: list[Mark]) -> None:
        """The items ticked; the visit itself is done whenever the page says anything."""
        forms = [m.of for m in own]
        done: list[str] = []
        for mark in marks:
            ticked, service = self._ticked(mark), service_of(mark.of)
            if ticked and service not in (None, _VISIT):
                done.append(service or "")
            if ticked or service == _VISIT:
                forms.append(mark.of)
        at = _name(marks[0]) if marks else "A1"
        ticks = any(map(self._ticked, marks))
        others = sum(service_of(mark.of) != _VISIT for mark in marks)
        if others and not ticks and self._dated():
            self.one.findings.append(finding("nothing-ticked", row=marks[0].row + 1, count=others))
        said = LIST_JOINT.join(done) or (_VISIT if ticks else None)
        self._add(_SERVICES, field_title("services"), said, at)
        self._add(_FORM_ID, field_title("form_id"), joined(tuple(forms)), at)

    def _dated(self) -> bool:
        """Whether the page says when the visit was."""
        found = ((self.one.columns.get(i), v) for i, v in enumerate(self._values))
        return any(c is not None and c.field == _VISITED and v is not None for c, v in found)

    def _ticked(self, mark: Mark) -> bool:
        cell = self._cell(mark)
        if is_blank(cell):
            return False
        if _DONE.parse_column([cell]).values[0] is None:
            self._unclear(mark, cell)
        return _DONE.parse_column([cell]).values[0] == 1

    def _unclear(self, mark: Mark, cell: Cell) -> None:
        """What stands in a box and is neither a tick nor none: the item is not taken for done."""
        odd = finding(
            "tick-unclear", row=mark.row + 1, column=letters(mark.column), value=str(cell)
        )
        if odd not in self.one.findings:
            self.one.findings.append(odd)

    def _checks(self, marks: list[Mark]) -> None:
        """The results of the check list as one text of the office's own."""
        told = []
        for mark in marks:
            result = self._cell(mark)
            item = self._grid.rows[mark.row][ord(mark.of) - ord("A")]
            if not is_blank(result) and not is_blank(item) and bare(str(result)) not in OPEN_BOXES:
                told.append(say.CHECK_RESULT.format(item=item, result=str(result).strip()))
        if marks:
            self._add("", say.CHECKED, say.CHECK_JOINT.join(told) or None, _name(marks[0]))


def _name(mark: Mark) -> str:
    return f"{letters(mark.column)}{mark.row + 1}"


def filled_in(grid: Grid) -> FilledIn | None:
    """What a sheet says if it is a 走访单 of ours; None: it is another, or not whole any more."""
    if not is_page(grid):
        return None
    if not any(mark.name == "account_no" and mark.row > 0 for mark in marks_of(grid)):
        return None
    grid.findings = [f for f in grid.findings if f.code not in ("hidden-columns", "hidden-rows")]
    return FilledIn(grid)
