"""The office's own workbooks into the ledger: all files of a command are one operation, all of it or none."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cmledger import __version__
from cmledger.errors import NeedsDecision, NotAWorkbook
from cmledger.ledger import sources
from cmledger.ledger.intake.apply import APPLY
from cmledger.ledger.intake.common import Batch, Intake, names_services
from cmledger.ledger.intake.people import People
from cmledger.ledger.intake.places import Places, offices_named
from cmledger.ledger.intake.three_way import settle_exported
from cmledger.ledger.journal import Operation
from cmledger.ledger.mappings import remember, remembered
from cmledger.ledger.store import Ledger, open_ledger
from cmledger.records.account import (
    FileAccount,
    ImportReport,
    SheetAccount,
)
from cmledger.records.caller import Caller
from cmledger.records.intake import FileSeen, SheetSeen
from cmledger.records.items import Items
from cmledger.records.outages import PLANNED_OUTAGE
from cmledger.records.text import printable
from cmledger.sheets.header_choice import header_rows_said
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.layouts import LAYOUTS
from cmledger.sheets.memory import mapping_of
from cmledger.wording import intake as say
from cmledger.wording.lists import listed
from cmledger.work.exported_rows import faces_of_kind
from cmledger.work.rejects import HandBack
from cmledger.work.sheet_account import sheet_account

_OF_AN_OFFICE = {one.kind: one.office for one in LAYOUTS if one.office}
"""Kinds whose rows belong to an office, and the field that says so."""
_PLANNED = "planned-visits"
"""The kind whose days ought to be working days."""


@dataclass(slots=True)
class _File:
    """A file on its way: as read (None where its report is known already), and its sheets' batches."""

    path: Path
    sha256: str
    size: int
    seen: FileSeen | None = None
    before: sources.TakenBefore | None = None
    file_id: int = 0
    batches: dict[int, Batch] = field(default_factory=dict)


def import_excel(
    location: str,
    paths: Sequence[Path],
    caller: Caller,
    *,
    policy: Path | None = None,
    kind: str | None = None,
    sheets: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    header_rows: Sequence[str] = (),
    max_cells: int | None = None,
    year: int | None = None,
    office: str | None = None,
    again: bool = False,
    dry_run: bool = False,
    rejects: HandBack | None = None,
    complete: bool = False,
    consequences: bool = False,
    most: int | None = None,
) -> ImportReport:
    """Read the files, reconcile every row with the ledger, write one operation (none with dry_run).

    header_rows: as --header-rows gives them. max_cells: lifts the caps on what a file may hold. year: of energies whose header names none. office: whose rows those are that name none, whatever title or file say.
    policy: where the office's rules are; the service items of visits are looked up there, if it exists.
    rejects: where workbooks with the rejected rows marked go (with dry_run as well); None: nowhere.
    consequences: also tell the changed fields (`most` of each sheet; None: all) and what would follow, and, where the
    files claim to be `complete`, which customers they lack.
    Raises NotAWorkbook or NeedsDecision before anything is written.
    """
    if rejects is not None:
        rejects.check(paths)
    ledger = open_ledger(location)
    with ledger.reading() as connection:
        memories = remembered(connection)
    choices = ReadingChoices(
        kind=kind,
        sheets=tuple(sheets),
        mapping=dict(mapping or {}),
        remembered=memories,
        header_rows=header_rows_said(header_rows),
        max_cells=max_cells,
        year=year,
        as_of=caller.as_of,
    )
    reading = {
        "kind": kind,
        "sheets": sorted(sheets),
        "map": dict(sorted((mapping or {}).items())),
        "office": office,
        "year": year,
        "header_rows": sorted(header_rows),
        "version": __version__,
    }
    files = [_opened(ledger, path, choices, reading, again=again, whole=complete) for path in paths]
    if complete:
        from cmledger.work.completeness import refuse_without_customers, with_missing

        refuse_without_customers(sheet.kind for f in files if f.seen for sheet in f.seen.sheets)
    named = any(
        names_services(sheet.rows) for file in files if file.seen for sheet in file.seen.sheets
    )
    services = services_in_force(policy, caller.as_of) if named else None
    arguments = {"files": [str(p) for p in paths], **{k: v for k, v in reading.items() if v}}
    with ledger.operation(caller, "import-excel", arguments, dry_run=dry_run) as operation:
        kinds = {s.rows.kind for f in files if f.seen for s in f.seen.sheets if s.rows}
        foresight = None
        if consequences:  # brings pydantic and all that assign-tiers and due-visits need
            from cmledger.work.changed_fields import with_diffs
            from cmledger.work.consequences import Foresight

            foresight = Foresight(operation, ledger, policy, kinds)
        works = _works(files, policy)
        created = _apply(operation, ledger, files, reading, services, works, office)
        accounts = tuple(_account(file) for file in files)
        for file, account in zip(files, accounts, strict=True):
            _close(operation, file, account)
            _remember(operation, file, kind_said=kind is not None)
        follows = None
        if foresight is not None:
            accounts = with_diffs(operation, accounts, [(f.seen, f.batches) for f in files], most)
            follows = foresight.consequences()
            if complete:
                batches = [batch for f in files for batch in f.batches.values()]
                follows = with_missing(follows, operation, batches, policy)
    if rejects is not None and any(s.totals.get("rejected") for a in accounts for s in a.sheets):
        from cmledger.work.handing_back import Settled, hand_back_rejects  # brings openpyxl

        settled = [Settled(f.path, f.sha256, f.seen, f.batches) for f in files]
        accounts = hand_back_rejects(settled, accounts, rejects, caller)
    return ImportReport(
        operation.number,
        dry_run,
        accounts,
        operation.tally(),
        created,
        follows,
    )


def _opened(
    ledger: Ledger,
    path: Path,
    choices: ReadingChoices,
    reading: Mapping[str, Any],
    *,
    again: bool,
    whole: bool,
) -> _File:
    """A file, read unless a live operation has taken in the same content whole; `whole`: read in any case."""
    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        file = _File(path, sha256, path.stat().st_size)
    except OSError:
        read_file(path, choices)  # says what is wrong with it
        raise NotAWorkbook(say.UNREADABLE.format(path=path), where=str(path)) from None
    if not again:
        with ledger.reading() as connection:
            file.before = sources.taken_before(connection, sha256, reading)
    if whole or file.before is None or not file.before.whole:
        file.seen = read_file(path, choices)
        if not any(sheet.rows is not None for sheet in file.seen.sheets):
            raise NeedsDecision(
                say.NOTHING_RECOGNISED.format(
                    path=path, sheets=listed(sheet.name for sheet in file.seen.sheets)
                ),
                hint=say.NOTHING_RECOGNISED_HINT.format(kinds=listed(say.KINDS.values())),
                where=str(path),
            )
    return file


def services_in_force(policy: Path | None, day: date) -> Items | None:
    """The service items in force by code and by name, with PLANNED_OUTAGE -> that of agreed outages; None where there
    is no policy."""
    if policy is None or not policy.exists():
        return None
    from cmledger.policy.load import load_policy  # pydantic: only where rows name services

    edition = load_policy(policy).edition_on(day)
    items, agreed = edition.service, edition.agree_service
    found = {code: code for code in items} | {item.name: code for code, item in items.items()}
    return Items(
        found | ({PLANNED_OUTAGE: agreed} if agreed else {}),
        {code: item.name for code, item in items.items()},
        {code: item.owner for code, item in items.items()},
    )


def _works(files: Sequence[_File], policy: Path | None) -> Callable[[str], bool] | None:
    """Whether a day is a working day, where plans are among the sheets."""
    kinds = {s.rows.kind for f in files if f.seen for s in f.seen.sheets if s.rows}
    if _PLANNED not in kinds:
        return None
    from cmledger.policy.calendar import load_calendars
    from cmledger.rules.workdays import WorkingDays

    days = WorkingDays(load_calendars(policy.parent) if policy is not None else {})
    return lambda day: days.works(date.fromisoformat(day))


def _apply(
    operation: Operation,
    ledger: Ledger,
    files: Sequence[_File],
    reading: Mapping[str, Any],
    services: Mapping[str, str] | None,
    works: Callable[[str], bool] | None,
    office: str | None,
) -> dict[str, list[str]]:
    """Settle the rows of all files, kind by kind; places that had to be created."""
    since = ledger.count_from.isoformat()
    intake = Intake(operation, operation.caller.day, since, services, works)
    usual = office or _usual_office(operation, files)
    for file in files:
        if file.seen is None:
            continue
        file.file_id = sources.record_file(
            operation,
            path=printable(str(file.path)),
            sha256=file.sha256,
            size=file.size,
            reading=reading,
        )
        for position, sheet in enumerate(file.seen.sheets):
            if sheet.rows is not None:
                file.batches[position] = _batch(
                    operation, file, sheet, office or sheet.office_hint or usual
                )
    places, people = Places(intake), People(intake)
    for kind, apply in APPLY.items():
        for file in files:
            batches = [b for b in file.batches.values() if b.rows.kind == kind]
            if batches:
                settle_exported(intake, kind, batches, faces_of_kind(kind))
                apply(intake, batches, places, people)
    return places.created


def _usual_office(operation: Operation, files: Sequence[_File]) -> str | None:
    """Whose rows those are that name no office: the one the command's other sheets or the ledger know.

    Raises NeedsDecision where it could be several.
    """
    sheets = [sheet for file in files if file.seen for sheet in file.seen.sheets if sheet.rows]
    known = offices_named(operation.connection) | {s.office_hint for s in sheets if s.office_hint}
    open_ones = [
        sheet.name
        for sheet in sheets
        if sheet.kind in _OF_AN_OFFICE
        and not sheet.office_hint
        and _OF_AN_OFFICE[sheet.kind] not in (sheet.rows.values if sheet.rows else ())
    ]
    if len(known) > 1 and open_ones:
        raise NeedsDecision(
            say.WHICH_OFFICE.format(sheets=listed(open_ones), offices=listed(sorted(known))),
            hint=say.WHICH_OFFICE_HINT,
        )
    if len(known) > 1:
        return None
    return known.pop() if known else say.UNNAMED_OFFICE


def _batch(operation: Operation, file: _File, sheet: SheetSeen, office: str | None) -> Batch:
    assert sheet.rows is not None
    sheet_id = sources.record_sheet(
        operation,
        file.file_id,
        name=sheet.name,
        kind=sheet.rows.kind,
        columns={
            **sheet.rows.columns,
            **{f"consumption.kwh:{c.year}-{c.month}": c.column for c in sheet.rows.energy},
            **sheet.rows.cells,
        },
    )
    accepted: list[int] = []
    if file.before is not None:
        assert file.seen is not None
        alike = [s for s in file.seen.sheets if s.rows is not None and s.name == sheet.name]
        nth = next(i for i, s in enumerate(alike) if s is sheet)
        refused = file.before.refused_of(sheet.name, nth, len(alike))
        accepted = [p for p, row in enumerate(sheet.rows.numbers) if row not in refused]
    return Batch.of(sheet.rows, sheet_id, office, accepted)


def _account(file: _File) -> FileAccount:
    before = file.before.operation if file.before else None
    if file.seen is None:
        assert file.before is not None
        report = file.before.report
        return FileAccount(
            printable(str(file.path)),
            report["format"],
            report["encoding"],
            tuple(SheetAccount.from_json(kept).as_taken_before() for kept in report["sheets"]),
            before,
        )
    sheets = tuple(
        _sheet_account(sheet, file.batches.get(position))
        for position, sheet in enumerate(file.seen.sheets)
    )
    return FileAccount(
        printable(str(file.path)), file.seen.format, file.seen.encoding, sheets, before
    )


def _sheet_account(sheet: SheetSeen, batch: Batch | None) -> SheetAccount:
    if batch is None:
        return sheet_account(sheet, {})
    applied = batch.applied()
    return sheet_account(sheet, applied.totals(len(sheet.skipped)), applied.findings)


def _remember(operation: Operation, file: _File, *, kind_said: bool) -> None:
    """Keep how the sheets were read, for the next ones of their shape."""
    seen = file.seen.sheets if file.seen else ()
    mappings = (mapping_of(sheet, kind_said=kind_said) for sheet in seen)
    remember(operation, printable(str(file.path)), [one for one in mappings if one is not None])


def _close(operation: Operation, file: _File, account: FileAccount) -> None:
    """Keep the report, and which rows were refused, for the day the same file comes again."""
    if file.seen is None:
        return
    for batch in file.batches.values():
        refused = [
            row
            for row, outcome in zip(batch.rows.numbers, batch.outcomes, strict=True)
            if outcome == "rejected"
        ]
        sources.close_sheet(operation, batch.sheet_id, refused)
    sources.close_file(operation, file.file_id, account.to_json())
