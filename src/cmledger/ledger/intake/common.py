"""What reconciling shares: the batch of rows of one file, the context of the operation, comparing a record."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cmledger.ledger.journal import Operation, Source, packed
from cmledger.records.intake import CLEAR, Applied, Finding, Outcome, Parsed, SheetRows, Stored
from cmledger.records.text import same_words
from cmledger.wording.findings import finding


@dataclass(slots=True)
class Batch:
    """The rows of one sheet on their way into the ledger, with the account of each.

    sheet_id: the source_sheet row, for provenance. office: of rows that name none; None: it could be several. settled: positions whose outcome is known already
    (refused when parsed; accepted before from the same file).
    """

    rows: SheetRows
    sheet_id: int
    office: str | None
    outcomes: list[Outcome | None]
    findings: list[Finding] = field(default_factory=list)
    blank: Sequence[Parsed] = ()
    """What a column holds that the sheet lacks."""
    records: dict[int, int] = field(default_factory=dict)
    """position -> id of the record that an exported row is about, whatever its key says now."""
    listed_for: str | None = None
    """The first word that is on no list: with it the list was told, once for the sheet."""

    @classmethod
    def of(
        cls, rows: SheetRows, sheet_id: int, office: str | None, accepted: Iterable[int] = ()
    ) -> "Batch":
        """All rows open, but for those refused when parsed and those accepted before."""
        count = len(rows.numbers)
        batch = cls(rows, sheet_id, office, [None] * count, blank=(None,) * count)
        for position in accepted:
            batch.outcomes[position] = Outcome.UNCHANGED
        for position in rows.refused:
            batch.outcomes[position] = Outcome.REJECTED
        return batch

    def open(self) -> list[int]:
        """Positions still to be settled."""
        return [position for position, outcome in enumerate(self.outcomes) if outcome is None]

    def column(self, name: str) -> Sequence[Parsed]:
        """A field's values; all blank where the sheet lacks it."""
        return self.rows.values.get(name) or self.blank

    def source(self, position: int) -> Source:
        """Sheet and Excel row."""
        return self.sheet_id, self.rows.numbers[position]

    def reject(self, position: int, code: str, field_name: str | None, **facts: object) -> None:
        """The row writes nothing at all."""
        self.outcomes[position] = Outcome.REJECTED
        self.say(position, code, field_name, **facts)

    def say(self, position: int, code: str, field_name: str | None, **facts: object) -> None:
        """Add a finding about a cell of a row; a sentence that names the field says its title."""
        if field_name:
            facts.setdefault("field", self.rows.titles.get(field_name, field_name))
        said = finding(
            code,
            row=self.rows.numbers[position],
            column=self.rows.columns.get(field_name or ""),
            **facts,
        )
        at = self.rows.cells.get(field_name or "")
        self.findings.append(replace(said, at=at) if at else said)

    def applied(self) -> Applied:
        """The finished account; a row nobody settled is a bug of ours."""
        if any(outcome is None for outcome in self.outcomes):
            raise AssertionError("a row without an outcome")
        return Applied([o for o in self.outcomes if o is not None], self.findings)


@dataclass(slots=True)
class Place:
    """Where a row stands: which batch, which position."""

    batch: Batch
    position: int

    @property
    def number(self) -> int:
        """Excel row number."""
        return self.batch.rows.numbers[self.position]

    @property
    def origin(self) -> Source:
        """Sheet and Excel row."""
        return self.batch.source(self.position)


@dataclass(slots=True)
class Intake:
    """The operation under way, the days that matter to it, and the service items the office knows.

    services: a name or code -> the item's code, and PLANNED_OUTAGE -> that of agreed outages; None where there is no policy to ask.
    works: whether a day is a working day; None where nobody asked.
    """

    operation: Operation
    as_of: str
    count_from: str
    services: Mapping[str, str] | None = None
    works: Callable[[str], bool] | None = None


_NAME_SERVICES = (
    "visit.services",
    "customer_plan.service",
    "planned_visit.service",
    "service_done.service",
    "duty_done.service",
    "outage_notice.outage",
)
"""Fields that name service items."""


def names_services(rows: SheetRows | None) -> bool:
    """Whether rows name service items, so that `Intake.services` is needed."""
    return rows is not None and any(name in rows.values for name in _NAME_SERVICES)


def stored(value: Parsed) -> Stored:
    """What a new record holds for a parsed value: 清空 is nothing there."""
    return None if value is CLEAR or isinstance(value, tuple) else value  # type: ignore[return-value]


def differences(
    fields: Sequence[str],
    current: Sequence[Any],
    parsed: Sequence[Parsed],
    loose: Collection[str] = (),
) -> dict[str, tuple[Stored, Stored]]:
    """field -> (before, after) where the row says something else; a blank never erases, 清空 does.

    loose: fields of free text that says the same in another width or with other spaces.
    """
    found: dict[str, tuple[Stored, Stored]] = {}
    for name, old, new in zip(fields, current, parsed, strict=True):
        if new is None or new == old:
            continue
        if new is CLEAR:
            if old is not None:
                found[name] = (old, None)
        elif not isinstance(new, tuple) and not (name in loose and _alike(old, new)):
            found[name] = (old, new)  # type: ignore[assignment]
    return found


def merged_extras(current: str | None, extras: Mapping[str, Stored]) -> str | None:
    """The JSON of unmapped columns after this row; keys sorted, so that the same content is the same text."""
    known: dict[str, Any] = json.loads(current) if current else {}
    known.update({header: value for header, value in extras.items() if value is not None})
    return packed(dict(sorted(known.items()))) if known else None


def extras_at(rows: SheetRows, position: int) -> dict[str, Stored]:
    """The unmapped values of a row, by header."""
    return {h: v[position] for h, v in rows.extras.items() if v[position] is not None}


def _alike(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and same_words(one, other)


def in_conflict(fields: Sequence[Parsed], other: Sequence[Parsed]) -> bool:
    """Whether two rows of one key contradict each other (a blank contradicts nothing)."""
    return any(
        a is not None and b is not None and a != b and not _alike(a, b)
        for a, b in zip(fields, other, strict=True)
    )


def write_updates(
    operation: Operation,
    name: str,
    updates: Sequence[tuple[int, Mapping[str, tuple[Stored, Stored]], Source | None]],
) -> None:
    """Rows (id, differences, source), written in groups that set the same columns."""
    alike: dict[
        tuple[str, ...], list[tuple[int, Mapping[str, tuple[Stored, Stored]], Source | None]]
    ] = {}
    for update in updates:
        alike.setdefault(tuple(sorted(update[1])), []).append(update)
    for columns, group in alike.items():
        operation.update(
            name,
            columns,
            [row_id for row_id, _, _ in group],
            [[changes[c][1] for c in columns] for _, changes, _ in group],
            [{c: changes[c][0] for c in columns} for _, changes, _ in group],
            [source for _, _, source in group],
        )
