"""走访单: the forms handed out for visits, one page each, and what came of writing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmledger.errors import EXIT_DONE
from cmledger.records.calendar import UnknownFestival
from cmledger.records.due import DueRow


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit as the next visitor is told of it."""

    day: date
    manager: str | None
    method: str | None
    content: str | None
    opinion: str | None


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A hazard, complaint … of the customer that is not settled yet. kind: its code, or a word."""

    kind: str
    opened_on: date
    content: str | None
    due_by: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a customer before a visit.

    facts: stored forms by face name (line, voltage, tier …). visits: the last one, then earlier ones with an
    opinion, newest first. matters: those that must be settled first, first.
    """

    facts: Mapping[str, Any]
    visits: tuple[PastVisit, ...] = ()
    matters: tuple[OpenMatter, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitForm:
    """A visit to be made: everything due at one customer that is done by calling there.

    number: its place in its manager's list, from 1. items: what is due, never empty. planned_on: the day the plan
    of the month sets; unplanned: there is such a plan, and it does not have this visit. checklist: what to look at on
    site. form_id: the page's own number, where no item is the visit.
    """

    number: int
    items: tuple[DueRow, ...]
    known: Known
    planned_on: date | None = None
    checklist: tuple[str, ...] = ()
    form_id: str | None = None
    unplanned: bool = False

    @property
    def account_no(self) -> str:
        """Whose visit it is."""
        return self.items[0].account_no

    @property
    def due_by(self) -> date:
        """The earliest last day of its items."""
        return min(row.due_by for row in self.items)


@dataclass(frozen=True, slots=True)
class FormFile:
    """A workbook of forms that was written. items: rows of its list; visits: its forms."""

    path: str
    office: str
    manager: str | None
    visits: int
    items: int

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "path": self.path,
            "office": self.office,
            "manager": self.manager,
            "visits": self.visits,
            "items": self.items,
        }


@dataclass(frozen=True, slots=True)
class VisitFormsReport:
    """What was handed out: a workbook per manager, or several of a hundred forms each.

    listed_only: items that stand in the lists and need no visit (or are a manager's or a grid's own). logged: whether that stands in the ledger's export
    log; None: nothing was handed out, or by a job. unplanned: forms of visits that the month's plan does not have;
    later, elsewhere: items without a form, as the plan leaves them to later months, or has them in another one;
    planned: whether there is a plan. assumed_years, unknown_festivals: as in the due list.
    """

    as_of: date
    until: date
    label: str
    folder: str
    files: Sequence[FormFile]
    listed_only: int
    assumed_years: tuple[int, ...]
    logged: bool | None
    unknown_festivals: tuple[UnknownFestival, ...] = ()
    planned: bool = False
    unplanned: int = 0
    later: int = 0
    elsewhere: int = 0

    @property
    def visits(self) -> int:
        """Forms in all files."""
        return sum(file.visits for file in self.files)

    @property
    def items(self) -> int:
        """Due items in all files."""
        return sum(file.items for file in self.files)

    @property
    def exit_code(self) -> int:
        """Nothing to hand out is no failure."""
        return EXIT_DONE

    def to_json(self) -> dict[str, Any]:
        """As in the JSON contract."""
        return {
            "schema": "cmledger.visit-forms/1",
            "as_of": self.as_of.isoformat(),
            "until": self.until.isoformat(),
            "label": self.label,
            "folder": self.folder,
            "visits": self.visits,
            "items": self.items,
            "listed_only": self.listed_only,
            "planned": self.planned,
            "unplanned": self.unplanned,
            "later": self.later,
            "elsewhere": self.elsewhere,
            "assumed_years": list(self.assumed_years),
            "unknown_festivals": [one.to_json() for one in self.unknown_festivals],
            "logged": self.logged,
            "files": [file.to_json() for file in self.files],
        }
