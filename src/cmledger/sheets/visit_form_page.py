"""What stands on a 走访单: what is known of the customer, what is due, and what is to be written down."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.due import DueReport, DueRow
from cmledger.records.intake import Parsed
from cmledger.records.obligations import Status
from cmledger.records.text import width as text_width
from cmledger.records.visit_forms import VisitForm
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts import layout
from cmledger.sheets.visit_form_marks import CHECK, FORM, ITEM, Mark, field_title
from cmledger.sheets.visit_form_paper import LAST, Box, Look, Looks, Paper, set_one_page
from cmledger.wording import dues as say_due
from cmledger.wording import visit_forms as say
from cmledger.wording.cycles import occasion_name

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

_Span = tuple[int, int]
_ITEM_SPANS: Final = ((0, 0), (1, 2), (3, 3), (4, 4), (5, 5))
_PAST_SPANS: Final = ((0, 0), (1, 1), (2, 3), (4, 5))
_MATTER_SPANS: Final = ((0, 0), (1, 1), (2, 4), (5, 5))


class _Detail(NamedTuple):
    """How much of what is past is repeated: visits, matters, and columns of a text. Names are never cut.

    Two visits are the last one and the last one with an opinion.
    """

    visits: int
    matters: int
    text: int


_DETAILS: Final = (
    _Detail(4, 6, 160),
    _Detail(3, 5, 110),
    _Detail(3, 4, 80),
    _Detail(2, 3, 60),
)
"""The first that leaves the page readable."""


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
    for detail in _DETAILS:
        page = _Page(looks, form, report, caller.as_of, detail)
        page.lay_out(count, label)
        if page.paper.used <= _FULL:
            break
    page.paper.paint(sheet)
    set_one_page(sheet, caller, f"{form.number} / {count}")


class _Page:
    """A page with as much of the past as `detail` says."""

    def __init__(
        self, looks: Looks, form: VisitForm, report: DueReport, today: date, detail: _Detail
    ) -> None:
        self.looks, self.form, self.report = looks, form, report
        self.today, self.detail = today, detail
        self.paper = Paper()

    def lay_out(self, count: int, label: str) -> None:
        """All of it, from the top down."""
        self._head(count, label)
        self._facts()
        self._items()
        self._past()
        self._matters()
        self._checks()
        self._record()

    # --- what is known ---------------------------------------------------------------------------

    def _head(self, count: int, label: str) -> None:
        form, first = self.form, self.form.items[0]
        self.paper.add([Box(0, LAST, say.TITLE, self.looks.title)], 30)
        when = say.UNPLANNED.format(label=label) if form.unplanned else label
        if form.planned_on:
            when = say.PLANNED.format(day=form.planned_on.isoformat())
        line = say.LINE.format(
            office=first.office,
            manager=first.manager or say.NOBODY,
            number=form.number,
            count=count,
            when=when,
        )
        marks = [] if form.form_id is None else [self._mark(FORM, 0, form.form_id)]
        self.paper.add([Box(0, LAST, line, self.looks.line)], 18, marks)

    def _facts(self) -> None:
        """Who the customer is; a fact nobody knows leaves its cell to be written in."""
        first, shown = self.form.items[0], self._shown
        self._section(say.FACTS)
        whose = [self._mark("account_no", LAST)]
        self._pairs([("name", first.name or "", 3), ("account_no", first.account_no, 1)], whose)
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

    def _pairs(self, pairs: Sequence[tuple[str, str, int]], marks: Sequence[Mark] = ()) -> None:
        """Label and value side by side; each value as many cells wide as said."""
        boxes, column = [], 0
        for name, value, wide in pairs:
            known = _CUSTOMERS.column(name)
            boxes.append(Box(column, column, known.title if known else name, self.looks.label))
            boxes.append(Box(column + 1, column + wide, value, self.looks.value))
            column += wide + 1
        self.paper.add(boxes, marks=marks)

    def _items(self) -> None:
        self._section(say.ITEMS)
        self._heads(_ITEM_SPANS, say.ITEM_HEADS)
        first = self.paper.row + 1
        for item in self.form.items:
            texts = (
                say.BOX,
                self._item(item),
                item.due_by.isoformat(),
                say_due.STATUS[item.status.value],
                _iso(item.last_done),
            )
            late = self.looks.alarm if item.status is Status.OVERDUE else self.looks.centred
            looks = (self.looks.box, self.looks.value, self.looks.centred, late, self.looks.centred)
            boxes = [
                Box(a, b, text, look)
                for (a, b), text, look in zip(_ITEM_SPANS, texts, looks, strict=True)
            ]
            self.paper.add(boxes, marks=[self._mark(ITEM, 0, item.form_id)])
        self.paper.offer(f"A{first}:A{self.paper.row}", say.TICK_TITLE, (say.TICK, say.BOX))

    def _item(self, item: DueRow) -> str:
        """What an item is called, with the season, day or event it is owed for."""
        name = self.report.service_names.get(item.service, item.service)
        if item.occasion is None:
            return name
        return say.FOR.format(
            item=name, occasion=occasion_name(item.occasion, self.report.season_names)
        )

    def _past(self) -> None:
        """The last visit, and what the customer said then and before."""
        self._section(say.PAST)
        visits = self.form.known.visits
        if not visits:
            self.paper.add([Box(0, LAST, say.NO_PAST, self.looks.value)])
            return
        self._heads(_PAST_SPANS, say.PAST_HEADS)
        for visit in visits[: self.detail.visits]:
            method = shown(_VISITS, "method", visit.method)
            who = "\n".join(filter(None, (visit.manager, method)))
            said = (self._cut(visit.content), self._cut(visit.opinion))
            self._texts(_PAST_SPANS, (visit.day.isoformat(), who, *said))

    def _matters(self) -> None:
        self._section(say.MATTERS)
        matters = self.form.known.matters
        if not matters:
            self.paper.add([Box(0, LAST, say.NO_MATTERS, self.looks.value)])
            return
        self._heads(_MATTER_SPANS, say.MATTER_HEADS)
        for matter in matters[: self.detail.matters]:
            due = _iso(matter.due_by)
            if matter.due_by is not None and matter.due_by < self.today:
                due = say.OVERDUE.format(day=due)
            kind, content = shown(_MATTERS, "matter_kind", matter.kind), self._cut(matter.content)
            self._texts(_MATTER_SPANS, (kind, _iso(matter.opened_on), content, due))
        if len(matters) > self.detail.matters:
            more = say.MORE_MATTERS.format(count=len(matters) - self.detail.matters)
            self.paper.add([Box(0, LAST, more, self.looks.value)])

    def _texts(self, spans: Sequence[_Span], texts: Sequence[str]) -> None:
        """A row of a table: what is wide is read from the left."""
        self.paper.add(
            [
                Box(a, b, text, self.looks.value if b > a else self.looks.centred)
                for (a, b), text in zip(spans, texts, strict=True)
            ]
        )

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
        first = self.paper.row + 1
        for at in range(0, len(points), 2):
            boxes, marks = [], []
            for text, a in zip(points[at : at + 2], (0, 3), strict=False):
                boxes += [
                    Box(a, a + 1, text, self.looks.value),
                    Box(a + 2, a + 2, "", self.looks.fill_in_word),
                ]
                marks.append(self._mark(CHECK, a + 2, "ABCDEF"[a]))
            if len(marks) == 1:
                boxes.append(Box(3, LAST, "", self.looks.value))
            self.paper.add(boxes, marks=marks)
        for letter in "CF":
            cells = f"{letter}{first}:{letter}{self.paper.row}"
            self.paper.offer(cells, say.CHECK_TITLE, say.CHECK_WORDS)

    def _record(self) -> None:
        """The fields of the visit, in what is left of the page."""
        self._section(say.RECORD)
        manager = self.form.items[0].manager or ""
        word, day = self.looks.fill_in_word, self.looks.fill_in_day
        self._fields(
            [("visited_on", 1, "", day), ("method", 1, "", word), ("satisfaction", 1, "", word)], 24
        )
        self.paper.offer(f"B{self.paper.row}", "", ())
        self._choices("method", f"D{self.paper.row}")
        self._choices("satisfaction", f"F{self.paper.row}")
        self._fields([("manager", 1, manager, word), ("companions", 3, "", word)], 24)
        room = max(0.0, _PAGE - self.paper.used - sum(_FEWEST.values()))
        heights = {name: _FEWEST[name] + room * _SHARES[name] for name in _FEWEST}
        wide = self.looks.fill_in
        self._fields([("content", 5, "", wide)], heights["content"])
        self._fields([("opinion", 5, "", wide)], heights["opinion"])
        self._fields(
            [("follow_up", 3, "", wide), ("follow_up_by", 1, "", day)], heights["follow_up"]
        )
        self.paper.offer(f"F{self.paper.row}", "", ())
        self.paper.add(
            [
                Box(0, 0, say.CUSTOMER_SIGNS, self.looks.label),
                Box(1, 2, "", self.looks.value),
                Box(3, 3, say.MANAGER_SIGNS, self.looks.label),
                Box(4, 5, "", self.looks.value),
            ],
            heights["sign"],
        )

    def _fields(self, fields: Sequence[tuple[str, int, str, Look]], height: float) -> None:
        """Label and a cell to fill in, side by side."""
        boxes, marks, column = [], [], 0
        for name, wide, value, look in fields:
            boxes.append(Box(column, column, field_title(name), self.looks.label))
            boxes.append(Box(column + 1, column + wide, value, look))
            marks.append(self._mark(name, column + 1))
            column += wide + 1
        self.paper.add(boxes, height, marks)

    def _choices(self, name: str, cells: str) -> None:
        column = _VISITS.column(name)
        assert column is not None
        self.paper.offer(cells, column.title, column.kind.choices)

    # --- rows ------------------------------------------------------------------------------------

    def _section(self, title: str) -> None:
        self.paper.add([Box(0, LAST, title, self.looks.section)], 19)

    def _heads(self, spans: Sequence[_Span], heads: Sequence[str]) -> None:
        boxes = [Box(a, b, t, self.looks.label) for (a, b), t in zip(spans, heads, strict=True)]
        self.paper.add(boxes, 18)

    def _mark(self, name: str, column: int, of: str = "") -> Mark:
        """The mark of a cell of the row that comes next."""
        return Mark(name, self.paper.row, column, of)


def shown(one: Layout, face: str, value: Parsed) -> str:
    """A stored form as people read it; blank where it is unknown."""
    column = one.column(face)
    if column is None or value is None:
        return ""
    cell = column.kind.show(value)
    if isinstance(cell, float):
        return f"{cell:.12g}"
    return "" if cell is None else str(cell)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
