"""How a sheet of a certain shape was read: remembered once it was imported, and asked when the next one comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmledger.errors import EXIT_DONE


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column as it was read.

    title: what it is known by whatever period and unit its header names; header: as it stood; column: its letters.
    field: face name without the period of energy (kwh), None where kept as extra or left out; unit: the numbers were
    taken in; said: what the user settled with --map, without the period (kwh@万kWh, ignore).
    """

    title: str
    header: str
    column: str
    field: str | None = None
    unit: str | None = None
    said: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored and as shown."""
        return {
            "title": self.title,
            "header": self.header,
            "column": self.column,
            "field": self.field,
            "unit": self.unit,
            "said": self.said,
        }


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """The columns of a sheet and the kind it was taken for. kind_said: the user settled it with --kind."""

    kind: str
    sheet: str
    columns: tuple[MappedColumn, ...]
    kind_said: bool = False

    @property
    def shape(self) -> tuple[str, ...]:
        """What makes two sheets alike: the titles of their columns, wherever they stand; one of twelve months twelve times."""
        return tuple(sorted(column.title for column in self.columns))

    def to_json(self) -> dict[str, Any]:
        """As stored and as shown."""
        return {
            "kind": self.kind,
            "sheet": self.sheet,
            "kind_said": self.kind_said,
            "columns": [column.to_json() for column in self.columns],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "SheetMapping":
        """What `to_json` gave."""
        columns = tuple(MappedColumn(**column) for column in kept["columns"])
        return cls(kept["kind"], kept["sheet"], columns, kept["kind_said"])


@dataclass(frozen=True, slots=True)
class Remembered:
    """A mapping in the ledger. number: what `mappings show` and `forget` call it; operation: the import it comes from."""

    number: int
    operation: int
    at: str
    file: str
    mapping: SheetMapping

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "number": self.number,
            "operation": self.operation,
            "at": self.at,
            "file": self.file,
            **self.mapping.to_json(),
        }


@dataclass(frozen=True, slots=True)
class MappingsReport:
    """What `mappings` tells: the remembered ones, newest first; those that were forgotten just now."""

    action: str
    mappings: Sequence[Remembered] = field(default=())

    @property
    def exit_code(self) -> int:
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """cmledger.mappings/1."""
        return {
            "schema": "cmledger.mappings/1",
            "action": self.action,
            "mappings": [one.to_json() for one in self.mappings],
        }
