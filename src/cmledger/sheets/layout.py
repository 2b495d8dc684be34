"""One declaration, both ways: a layout's columns import, export, and make the blank template and the form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cmledger.records.intake import Parsed
from cmledger.sheets.grid import Cell


@dataclass(slots=True)
class Problem:
    """Why a cell could not be taken, or what is odd about it: a finding code and the facts of its sentence.

    `stored` is what is stored all the same, where the finding is only a warning or notice.
    """

    code: str
    facts: dict[str, object] = field(default_factory=dict)
    stored: Parsed = None


@dataclass(slots=True)
class ParsedColumn:
    """The stored forms of a column, and the problems by position."""

    values: list[Parsed]
    problems: dict[int, Problem]


class Kind(Protocol):
    """What sort of thing a column holds. parse(cell) -> stored form; show(stored form) -> cell."""

    width: int
    """Column width in characters."""
    number_format: str | None
    """Excel number format; "@" for text."""
    choices: Sequence[str]
    """Words of a drop-down, empty where free."""
    units: Sequence[str]
    """Spellings of units this kind understands, the stored unit first; empty where it has none."""
    past: bool
    """True for days of what happened: none of them can lie after --as-of."""

    def parse_column(self, cells: Sequence[Cell], unit: str | None = None) -> ParsedColumn:
        """Every cell, no sampling. `unit`: from header or title."""
        ...

    def fits(self, cells: Iterable[Cell]) -> float:
        """Which share (0..1) of a column's values look like this kind; 0.5 where it takes anything."""
        ...

    def show(self, value: Parsed) -> Cell:
        """The cell that parses back to `value`."""
        ...

    def to_json(self, value: Parsed) -> object:
        """The value as JSON shows it: ISO dates, numbers as numbers, flags as booleans, None for unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """A field's face in Excel.

    field: "table.field" ("customer.line" is the name behind line_id; "customer_manager.manager" the current manager).
    title: as cmledger writes it. aliases: other headers it goes by in offices' own sheets.
    group: the merged header above, where it has one. export_only: shown, never imported (tier).
    """

    field: str
    title: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    required: bool = False
    group: str | None = None
    export_only: bool = False

    @property
    def name(self) -> str:
        """The face name used by JSON, --map and --where: account_no."""
        return self.field.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Proof:
    """By what a table is known to be of a kind.

    needs: fields that must be there; the first tells a row of data from other rows.
    energy: energy must be there too, in columns of its own or of periods.
    without: fields of the customers' layout; a header that names one plainly rules the kind out.
    telling: fields that such sheets alone have. Where some are given, `enough` of them make the kind, or one beside
        a title that names it, or the title and `few` facts. None given: `needs` is enough.
    subject: where no title names the kind, the sheet must be about nothing else (outages, line loss).
    general: any sheet about the same things could be read as this one; so it must be about no other subject, unless
        it holds `general` facts. 0: not asked.
    weight: what the kind weighs beside what its title says; counts: whether each of its facts weighs one more.
    """

    needs: tuple[str, ...]
    energy: bool = False
    without: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    enough: int = 2
    few: int = 0
    subject: bool = False
    general: int = 0
    weight: float = 0.0
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Spread:
    """How sheets show a choice as columns: of: the reading that is such a column -> the word of `choice` it stands for.

    Their cells are what `value` holds.
    """

    choice: str
    value: str
    of: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of sheet, all that is to be said of it: adding a kind is adding one of these, and its way into the ledger.

    key: the fields that identify a row. words: what titles and sheet names of such sheets say (客户台账).
    readings: further faces that offices' sheets show (是否双电源, 年用电量): read, never written.
    table: what a row is a record of. office: the field that says whose rows those are; None: their customers say it.
    on_screen: what fits on a screen, by face name; none: everything.
    several: many rows may share one merged key cell, so that it holds for each of them.
    keeps_extras: whether the record has room for columns nobody knows.
    phones: (person, phone), where a 电话 without a name belongs to the person left of it.
    parts: (field, the field without which it means nothing): a phone without its person.
    amounts: whether columns of money that nobody knows are kept; else they are left out, each said by its name.
    spread: columns of a sheet that each stand for a word of a choice.
    facts: fields of which a row must fill one (energy counts too); else it is left out with the finding `hollow`.
    """

    kind: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    proof: Proof
    table: str
    words: tuple[str, ...] = ()
    readings: tuple[Column, ...] = ()
    office: str | None = None
    on_screen: tuple[str, ...] = ()
    several: bool = False
    keeps_extras: bool = True
    amounts: bool = True
    phones: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    spread: Spread | None = None
    facts: tuple[str, ...] = ()
    hollow: str = ""

    def column(self, name: str) -> Column | None:
        """The column of that face name or full field name."""
        return next((c for c in (*self.columns, *self.readings) if name in (c.name, c.field)), None)
