"""Reading a sheet by how one of its shape was read before, and telling what is not as it was then."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cmledger.records.intake import Finding, SheetSeen
from cmledger.records.mapping import MappedColumn, Remembered, SheetMapping
from cmledger.sheets.claims import tie
from cmledger.sheets.doubts import units_named
from cmledger.sheets.headings import Heading
from cmledger.sheets.layout import Kind, Layout
from cmledger.sheets.layouts import layout
from cmledger.sheets.layouts.row_token import ROW_TOKEN
from cmledger.sheets.likeness import most_alike, pairs_of, title_of, titles_of
from cmledger.sheets.recognise import recognise
from cmledger.sheets.recognised import KWH, Decision, Recognised
from cmledger.sheets.said import IGNORE, said_of
from cmledger.sheets.surroundings import Surroundings
from cmledger.wording import recognition as say
from cmledger.wording.findings import finding
from cmledger.wording.intake import some

_PERIOD = re.compile(r"(kwh):[^@]*")


@dataclass(slots=True)
class Recalled:
    """A table recognised, with what was recalled: said: letters -> what the user settled, now or then."""

    one: Recognised | None
    findings: list[Finding] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


def recall(
    headings: Sequence[Heading],
    around: Surroundings,
    kind: Layout | None,
    mapping: Mapping[str, str],
    memories: Sequence[Remembered],
) -> Recalled:
    """`recognise`, helped by the newest memory of a sheet of this shape; what the user says now goes first."""
    memory = most_alike(headings, memories)
    plain = recognise(headings, around, kind, mapping)
    said = {headings[i].letters: text for i, text in _said_now(headings, mapping).items()}
    if memory is None or not _is_of_kind_then(headings, around, kind, mapping, memory, plain):
        return Recalled(plain, said=said)
    one = plain
    same = memory.mapping.kind_said and titles_of(headings) == Counter(memory.mapping.shape)
    if one is None or one.layout.kind != memory.mapping.kind or (same and kind is None):
        one = recognise(headings, around, layout(memory.mapping.kind), mapping)
        assert one is not None
    look = _Look(headings, around, memory, one, said)
    again = look.settled_then()
    if again:
        settled = recognise(headings, around, one.layout, {**again, **mapping})
        look.one = settled or one
    look.tell(again)
    if not look.one.score and not look.asked:
        return Recalled(plain, said=said)  # alike, but no sheet of that kind
    settled_by_user = {h: text for h, text in again.items() if h in look.by_user}
    return Recalled(look.one, look.findings, {**settled_by_user, **said})


def _is_of_kind_then(
    headings: Sequence[Heading],
    around: Surroundings,
    kind: Layout | None,
    mapping: Mapping[str, str],
    memory: Remembered,
    plain: Recognised | None,
) -> bool:
    """Whether the table may be read as of the memory's kind; many titles in common do not make it one.

    It may where nothing else is seen in it, or nothing else once what the user settled then is settled. A kind that
    the user said then holds for the very same titles; is one more or less of them another kind's, it is asked.
    """
    then = memory.mapping.kind
    if kind is not None:
        return kind.kind == then
    if plain is None or plain.layout.kind == then:
        return True
    pairs = pairs_of(headings, memory)
    again = {h.letters: c.said for h, c in pairs if c.said is not None}
    seen = recognise(headings, around, None, {**again, **mapping})
    if seen is not None and seen.layout.kind == then:
        return True
    if not memory.mapping.kind_said:
        return False
    if titles_of(headings) == Counter(memory.mapping.shape):
        return True
    names = say.OR.join(f"{x.kind} {x.title}" for x in (plain.layout, layout(then)))
    hint = say.WHICH_KIND_HINT.format(first=plain.layout.kind, second=then)
    plain.decisions.append(Decision(say.WHICH_KIND.format(kinds=names), hint))
    return False


def mapping_of(sheet: SheetSeen, *, kind_said: bool) -> SheetMapping | None:
    """What is to be remembered of a sheet as it was read; None where it is none of ours, or a form without columns."""
    if sheet.rows is None or sheet.rows.cells:
        return None
    columns = tuple(
        MappedColumn(
            title_of(use.header),
            use.header,
            use.column,
            _PERIOD.sub(r"\1", use.field) if use.field else None,
            use.unit,
            sheet.said.get(use.column),
        )
        for use in sheet.columns
        if use.header and use.field != ROW_TOKEN.field  # cmledger's own, known by itself
    )
    return SheetMapping(sheet.rows.kind, sheet.name, columns, kind_said)


def _said_now(headings: Sequence[Heading], mapping: Mapping[str, str]) -> dict[int, str]:
    """Index of the heading -> what --map says of it, without the period."""
    found: dict[int, str] = {}
    for key, text in mapping.items():
        positions = said_of(headings, {key: text})
        for i, heading in enumerate(headings):
            if heading.position in positions:
                found[i] = _PERIOD.sub(r"\1", text)
    return found


class _Look:
    """A table beside the memory of one of its shape."""

    def __init__(
        self,
        headings: Sequence[Heading],
        around: Surroundings,
        memory: Remembered,
        one: Recognised,
        said: Mapping[str, str],
    ) -> None:
        self.headings, self.around, self.memory, self.one = headings, around, memory, one
        self.said_now = said
        self.findings: list[Finding] = []
        self.by_user: set[str] = set()
        self.asked = False
        self.rivals: list[tuple[Heading, MappedColumn, Heading]] = []
        """Columns of then whose field a new column claims by its words, with that one."""
        self.titles = titles_of(headings)
        self.pairs = pairs_of(headings, memory)

    def settled_then(self) -> dict[str, str]:
        """letters -> saying: what the user settled then, and fields that the words alone do not give now."""
        again: dict[str, str] = {}
        elsewhere = {self._face(text.partition("@")[0]) for text in self.said_now.values()}
        elsewhere -= {IGNORE, "kwh", ""}
        for heading, column in self.pairs:
            if heading.letters in self.said_now or self._face(column.field or "") in elsewhere:
                continue
            if heading.position in self.one.fixed or heading.position in self.one.own:
                continue  # our own export is known by itself
            rival = self._surer(column)
            if rival is not None:
                self.rivals.append((heading, column, rival))
            if column.said is not None:
                again[heading.letters] = self._without_stale_unit(heading, column)
                self.by_user.add(heading.letters)
            elif (
                rival is None
                and column.field not in (None, "kwh")
                and self._field(heading) != column.field
            ):
                again[heading.letters] = str(column.field)
        return {letters: text for letters, text in again.items() if text}

    def _face(self, name: str) -> str:
        """A field by its full name, whichever of its names it goes by."""
        column = self.one.layout.column(name)
        return column.field if column else name

    def _surer(self, column: MappedColumn) -> Heading | None:
        """A column that was not there then, and that the words alone give the field of this one."""
        field_now = self.one.layout.column(column.field or "")
        position = self.one.position(field_now.field) if field_now else None
        if position in (None, *(h.position for h, _ in self.pairs)):
            return None
        return next(h for h in self.headings if h.position == position)

    def _without_stale_unit(self, heading: Heading, column: MappedColumn) -> str:
        """What the user said of the unit holds as long as the header says nothing else."""
        name, _, unit = str(column.said).partition("@")
        now = self._unit(heading)
        return name if unit and now and now.casefold() != unit.casefold() else str(column.said)

    def tell(self, again: Mapping[str, str]) -> None:
        """Say what was recalled, and what is not as it was."""
        operation = self.memory.operation
        for code, by_user in (("mapping-recalled", True), ("mapping-as-before", False)):
            recalled = [
                say.MAPPED.format(column=h.letters, header=h.path, field=again[h.letters])
                for h, _ in self.pairs
                if h.letters in again and (h.letters in self.by_user) == by_user
            ]
            if recalled:
                self.findings.append(finding(code, columns=some(recalled), operation=operation))
        moved = [
            say.MOVED.format(header=h.path, before=c.column, after=h.letters)
            for h, c in self.pairs
            if c.field and c.column != h.letters and self.titles[c.title] == 1
        ]
        if moved:
            self.findings.append(finding("mapping-moved", columns=some(moved), operation=operation))
        self._not_kept()
        self._renamed()
        self._units()

    def _not_kept(self) -> None:
        """A field that a new column claims: it has it, unless the user had given it to another; then that is asked."""
        for heading, column, rival in self.rivals:
            if column.said is None:
                self.findings.append(
                    finding(
                        "mapping-not-kept",
                        column=rival.letters,
                        before=heading.path,
                        after=rival.path,
                        field=column.field,
                        operation=self.memory.operation,
                    )
                )
            else:
                self.one.decisions.append(tie(heading, rival, str(column.field)))

    def _renamed(self) -> None:
        """Columns that are not there any more under their title."""
        past = {column.title for column in self.memory.mapping.columns}
        new = [h for h in self.headings if h.path and title_of(h.path) not in past]
        for column in self.memory.mapping.columns:
            if column.title in self.titles or column.field is None or column.field == IGNORE:
                continue
            heir = next((h for h in new if self._field(h) == column.field), None)
            if heir is not None:
                self.findings.append(
                    finding(
                        "mapping-renamed",
                        column=heir.letters,
                        before=column.header,
                        after=heir.path,
                        operation=self.memory.operation,
                    )
                )
            elif column.said is not None and new:
                self.asked = True
                self.one.decisions.append(self._gone(column, new))

    def _gone(self, column: MappedColumn, new: Sequence[Heading]) -> Decision:
        shown = some([f"{h.letters} {h.path}" for h in new])
        return Decision(
            say.MAPPED_COLUMN_GONE.format(
                header=column.header, field=column.field, operation=self.memory.operation, new=shown
            ),
            say.MAPPED_COLUMN_GONE_HINT.format(
                column=new[0].letters, field=column.field, number=self.memory.number
            ),
        )

    def _units(self) -> None:
        """Units that changed; one that the header names no more is asked for."""
        for heading, column in self.pairs:
            kind = self._kind(heading)
            if kind is None or not kind.units or column.field != self._field(heading):
                continue
            named = self.one.units.get(heading.position) or self._unit(heading)
            usual = kind.units[0]
            before, after = column.unit or usual, named or usual
            if before.casefold() == after.casefold():
                continue
            if named is None:
                facts = {"column": heading.letters, "header": heading.path, "unit": before}
                self.one.decisions.append(
                    Decision(say.UNIT_GONE.format(**facts), say.UNIT_GONE_HINT.format(**facts))
                )
            else:
                self.findings.append(
                    finding(
                        "mapping-unit-changed",
                        column=heading.letters,
                        header=heading.path,
                        before=before,
                        after=after,
                    )
                )

    def _field(self, heading: Heading) -> str | None:
        """What the column is taken for now."""
        position = heading.position
        if self.one.aside.get(position) == "ignored-by-choice":
            return IGNORE
        if any(e.heading.position == position for e in self.one.energy):
            return "kwh"
        column = self.one.columns.get(position)
        if column is None or column.export_only:
            return None
        return column.field if column.field == "manager.phone" else column.name

    def _kind(self, heading: Heading) -> Kind | None:
        """What sort of values the column is taken to hold."""
        column = self.one.columns.get(heading.position)
        if column is None and any(e.heading is heading for e in self.one.energy):
            column = self.one.layout.column(KWH)
        return column.kind if column else None

    def _unit(self, heading: Heading) -> str | None:
        """The unit that header or titles name."""
        kind = self._kind(heading)
        return next(iter(units_named(heading, kind, self.around)), None) if kind else None
