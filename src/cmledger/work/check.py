"""Whether a ledger is sound: every named invariant, and every stored value against the kind of its column."""

from collections.abc import Iterator

from cmledger.errors import LedgerDamaged
from cmledger.ledger.checks.run import run_checks
from cmledger.ledger.checks.values import Snapshot, column_of, distinct_values, rows_holding
from cmledger.ledger.store import open_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.records.checks import Broken, CheckList, CheckReport, Invariant
from cmledger.rules.masking import masked_phone
from cmledger.sheets.kinds import OpenChoice, Phone, Text
from cmledger.sheets.layout import Column, Problem
from cmledger.sheets.layouts import LAYOUTS
from cmledger.wording.checks import CHECKS


def check(location: str) -> CheckReport:
    """Check the ledger at a place, as it is at this moment. Writes nothing.

    Raises NoLedger, SchemaMismatch, or LedgerDamaged where it cannot be opened at all.
    """
    report: CheckReport | None = None
    try:
        with open_ledger(location).reading() as connection:
            report = CheckReport(run_checks(connection, {"column-kinds": column_kinds}))
    except LedgerDamaged:
        if (
            report is None
        ):  # a damaged file may refuse even the end of reading: what was found is known
            raise
    assert report is not None
    return report


def check_list() -> CheckList:
    """What `check` checks."""
    return CheckList(
        tuple(Invariant(code, title, meaning) for code, (title, meaning, _) in CHECKS.items())
    )


def column_kinds(connection: Snapshot) -> Iterator[Broken]:
    """Values that no cell of their column could have given."""
    seen: dict[str, Column] = {}
    for layout in LAYOUTS:
        for column in layout.columns:
            if not column.export_only:
                seen.setdefault(column.field, column)
    for column in seen.values():
        stored = column_of(column.field)
        if stored is None:
            continue
        shown = masked_phone if isinstance(column.kind, Phone) else str
        for batch in distinct_values(connection, stored):
            known = [value for value in batch if value != FOREVER]  # shown as blank
            yield from rows_holding(connection, stored, _unsound(column, known), shown)


def _unsound(column: Column, values: list[str | int]) -> list[str | int]:
    """Which stored values their kind does not give back when it reads what it shows of them.

    Free text need only be text: a later version of the program may spell it otherwise.
    """
    wrong: list[str | int] = []
    sound: list[str | int] = []
    cells = []
    for value in values:
        try:
            cells.append(column.kind.show(value))
            sound.append(value)
        except ValueError:
            wrong.append(value)
    parsed = column.kind.parse_column(cells)
    free = isinstance(column.kind, (Text, OpenChoice))
    for position, (value, got) in enumerate(zip(sound, parsed.values, strict=True)):
        problem: Problem | None = parsed.problems.get(position)
        lost = problem is not None and problem.stored is None
        same = isinstance(got, str) if free else got == value
        if lost or not same:
            wrong.append(value)
    return wrong
