"""What a person changed in rows that an export handed out: each cell against what was shown, and what the ledger has now.

Cell = what was shown: the person did not touch it, whatever the ledger did since. Else, where the ledger still has
what was shown, or has the cell's value already, the cell stands. Else the two changed it both: the cell is refused.
What must not be written is blanked, for a blank never erases; the rest of the way is that of any other row.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, cast

from cmledger.ledger.intake.common import Batch, Intake
from cmledger.ledger.intake.exported import (
    Faces,
    Handed,
    Marked,
    face_of,
    handed_out,
    refuse_forgotten,
)
from cmledger.ledger.listing import rows_of_ids
from cmledger.ledger.obligations import VISIT
from cmledger.records.intake import CLEAR, Outcome, Parsed
from cmledger.records.row_tokens import FIELD

_DATED = ("customer_manager.manager",)
"""Fields that depend on the day: what the ledger has now is as of the day of this command."""
_OF_AN_OFFICE = ("line", "transformer_area", "grid", "manager")
"""Faces that are names within an office."""


def settle_exported(intake: Intake, kind: str, batches: Sequence[Batch], faces: Faces) -> None:
    """Settle the unedited rows of these batches that came from an export, and leave in others what was edited."""
    if not any(FIELD in batch.rows.values for batch in batches):
        return
    refuse_forgotten(intake, kind, batches)
    for handed in handed_out(intake, kind, batches, faces):
        by_sheet: dict[int, list[Marked]] = defaultdict(list)
        for row in handed.rows:
            by_sheet[row.batch.sheet_id].append(row)
        for rows in by_sheet.values():
            _Sheet(intake, kind, rows[0].batch, faces, handed).settle(rows)


@dataclass(slots=True)
class _Edit:
    """What became of the cells of a row that is not what was handed out.

    kept: fields and own columns whose cells stand. refused: those that the ledger changed as well: field, title,
    what the ledger has, what the cell says (both in words), and the operation.
    """

    row: Marked
    kept: set[str] = field(default_factory=set)
    refused: list[tuple[str, str, str, str, int | None]] = field(default_factory=list)


class _Sheet:
    """The marked rows of one sheet and one state."""

    def __init__(
        self, intake: Intake, kind: str, batch: Batch, faces: Faces, handed: Handed
    ) -> None:
        self.intake, self.kind, self.batch = intake, kind, batch
        self.faces, self.handed = faces, handed
        values = batch.rows.values
        self.at = [i for i, name in enumerate(faces.fields) if name in values]
        """Which of the faces the sheet has a column for."""
        self.names = [faces.fields[i] for i in self.at]
        self.said = list(zip(*map(self._comparable, self.names), strict=True))
        self.pick: Callable[[Sequence[Any]], tuple[Any, ...]] = (
            itemgetter(*self.at) if len(self.at) > 1 else lambda was: tuple(was[i] for i in self.at)
        )
        """Of what was shown, that for which the sheet has a column."""
        self.more = [
            *(values[f] for f in values.keys() - {*self.names, FIELD, "visit.form_id"}),
            *(column.values for column in batch.rows.energy),
        ]
        """Columns that were not exported."""
        self.extras_at = len(handed.faces) - 1 if handed.faces[-1:] == ("extras",) else None
        self.blanked: dict[str, list[int]] = defaultdict(list)
        self.today: dict[int, dict[str, Any]] = {}

    def _comparable(self, name: str) -> Sequence[Parsed]:
        """A column in the form the ledger gives it: no month is 0, services are codes in order."""
        values = self.batch.column(name)
        if name == "consumption.month":
            return [0 if value is None else value for value in values]
        if name == "visit.services":
            return [self._codes(value) for value in values]
        return values

    def _codes(self, value: Parsed) -> Parsed:
        if not isinstance(value, tuple):
            return value
        known = self.intake.services or {}
        return tuple(sorted({known.get(word, word) for word in value} - {VISIT})) or None

    def settle(self, rows: Sequence[Marked]) -> None:
        """Unedited rows are unchanged; of the others only what was edited is left."""
        edited = self._not_as_handed_out(rows)
        self._look_at_today(edited)
        self._blank(edited)
        for row in edited:
            self._settle(row)
        self.batch.records.update((row.position, row.row_id) for row in rows)
        for name, positions in self.blanked.items():
            facts = {"field": self.faces.titles.get(name, name), "count": len(positions)}
            self.batch.say(positions[0], "blank-kept", name, **facts)
        self._say_only_shown(rows)

    def _not_as_handed_out(self, rows: Sequence[Marked]) -> list[Marked]:
        """Those of the rows in which anything is not what was shown; the others are settled."""
        said, outcomes = self.said, self.batch.outcomes
        pick = self.pick
        extras, more = self.batch.rows.extras, self.more
        edited = []
        for row in rows:
            position = row.position
            if (
                said[position] != pick(row.was)
                or (extras and self._edited_extras(row))
                or (more and any(column[position] is not None for column in more))
            ):
                edited.append(row)
            else:
                outcomes[position] = Outcome.UNCHANGED
        return edited

    def _edited_extras(self, row: Marked) -> dict[str, tuple[Any, Any]]:
        """The office's own cells that are not what was shown: header -> (said, then)."""
        at = self.extras_at
        then = (row.was[at] if at is not None else None) or {}
        return {
            header: (values[row.position], then.get(header))
            for header, values in self.batch.rows.extras.items()
            if values[row.position] != then.get(header)
            and values[row.position] != self._reads(header, then.get(header))
        }

    def _look_at_today(self, rows: Sequence[Marked]) -> None:
        """The faces that depend on the day, as of today."""
        dated = [face_of(n) for n in self.names if n in _DATED]
        if dated and self.handed.state.day != self.intake.as_of:
            ids = sorted({row.row_id for row in rows})
            connection, day = self.intake.operation.connection, self.intake.as_of
            for row_id, *values in rows_of_ids(connection, self.kind, dated, day, ids):
                self.today[row_id] = dict(zip(dated, values, strict=True))

    # --- a row that was edited -----------------------------------------------------------------------

    def _blank(self, rows: Sequence[Marked]) -> None:
        """Let the cells of these rows say nothing, and those of their key what the record has; edits come back."""
        values = self.batch.rows.values
        for at, name in enumerate(self.names):
            column: list[Parsed] = list(values[name])
            if name in self.faces.key:
                for row in rows:
                    column[row.position] = self._now(row.row_id, at)
            else:
                for row in rows:
                    column[row.position] = None
            values[name] = column
        for header, cells in self.batch.rows.extras.items():
            self.batch.rows.extras[header] = list(cells)

    def _settle(self, row: Marked) -> None:
        """Three ways for every cell that is not what was shown, then for the row."""
        edit = _Edit(row)
        said, was = self.said[row.position], self.pick(row.was)
        for at, (one, other) in enumerate(zip(said, was, strict=True)):
            if one != other:
                self._cell(edit, at, one, other)
        if "office" in map(face_of, edit.kept):
            self._restore_names(edit)
        if self.batch.rows.extras:
            self._extras(edit)
        self._judge(edit)

    def _cell(self, edit: _Edit, at: int, said: Parsed, then: Any) -> None:
        row, name = edit.row, self.names[at]
        now = self._now(row.row_id, at)
        if said is None:
            rows = self.batch.rows
            if rows.numbers[row.position] not in rows.unread.get(name, ()):
                self.blanked[name].append(row.position)
        elif self._reads(name, then) == said or _clears(said, then, now):
            return
        elif now == then:
            edit.kept.add(name)
            self._cells(name)[row.position] = said
        elif said != now and self._reads(name, now) != said:
            operation = self.handed.since(row.row_id, self.at[at])
            words = self._words(name, now), self._words(name, said)
            edit.refused.append((name, self.faces.titles[name], *words, operation))

    def _cells(self, name: str) -> list[Parsed]:
        """A column of this sheet's own, as `_blank` made it."""
        return cast("list[Parsed]", self.batch.rows.values[name])

    def _now(self, row_id: int, at: int) -> Any:
        today, face = self.today.get(row_id), face_of(self.names[at])
        if today is not None and face in today:
            return today[face]
        return self.handed.shown.current[row_id][self.at[at]]

    def _reads(self, name: str, value: Any) -> Parsed:
        """What a cell that was written for this value reads as."""
        return None if value is None else self.faces.read_back(name, value)

    def _words(self, name: str, value: Parsed) -> str:
        return self.faces.shown(name, value)

    def _restore_names(self, edit: _Edit) -> None:
        """With another office, lines, areas, grids and managers are meant by their names in that one."""
        row, refused = edit.row, {name for name, *_ in edit.refused}
        for name, said in zip(self.names, self.said[row.position], strict=True):
            if face_of(name) in _OF_AN_OFFICE and name not in refused:
                self._cells(name)[row.position] = said

    def _extras(self, edit: _Edit) -> None:
        """The office's own columns, the same three ways."""
        row, at = edit.row, self.extras_at
        now = (self.handed.shown.current[row.row_id][at] if at is not None else None) or {}
        edited = self._edited_extras(row)
        for header in self.batch.rows.extras:
            said, then = edited.get(header, (None, None))
            if header in edited and said is None:
                self.blanked[header].append(row.position)
            elif header in edited and now.get(header) == then:
                edit.kept.add(header)
                continue
            elif header in edited and said != now.get(header):
                assert at is not None
                operation = self.handed.since(row.row_id, at)
                words = self._words(header, now.get(header)), self._words(header, said)
                edit.refused.append((header, header, *words, operation))
            cast("list[Parsed]", self.batch.rows.extras[header])[row.position] = None

    def _judge(self, edit: _Edit) -> None:
        """A row of which nothing is left but refused cells is rejected; one of which nothing is left is unchanged."""
        position = edit.row.position
        something = edit.kept or any(column[position] is not None for column in self.more)
        code = "changed-meanwhile" if something else "row-changed-meanwhile"
        for name, title, now, said, operation in edit.refused:
            facts = {"field": title, "now": now, "said": said, "operation": operation or "?"}
            self.batch.say(position, code, name, **facts)
        if not something:
            self.batch.outcomes[position] = Outcome.REJECTED if edit.refused else Outcome.UNCHANGED

    def _say_only_shown(self, rows: Sequence[Marked]) -> None:
        """Edited cells of columns that are exported for reading alone."""
        first = len(self.faces.fields)
        for at, name in enumerate(self.faces.only_shown, first):
            values = self.batch.rows.shown.get(name)
            if values is None:
                continue
            edited = [
                row.position
                for row in rows
                if (said := values[row.position]) is not None
                and said != row.was[at]
                and said != self._reads(name, row.was[at])
            ]
            if edited:
                facts = {"field": self.faces.titles[name], "count": len(edited)}
                self.batch.say(edited[0], "export-only-edited", name, **facts)


def _clears(said: Parsed, then: object, now: object) -> bool:
    """Whether 清空 has nothing to clear, or nothing any more."""
    return said is CLEAR and (then is None or now is None)
