"""One record added or edited from the command line: the same words, the same rules and the same way in as a sheet's row.

An edit is the row an export would have written, with the cells changed that were named, taken in again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import NeedsDecision, NotFound, UsageProblem
from cmledger.ledger.intake.by_hand import apply_by_hand, known_offices, mark, newest_row
from cmledger.ledger.intake.common import Batch
from cmledger.ledger.journal import Operation
from cmledger.ledger.record_keys import Record, find_record, record_of_id
from cmledger.ledger.store import Ledger, open_ledger
from cmledger.ledger.tables import SPAN_TABLES
from cmledger.records.caller import Caller
from cmledger.records.intake import Outcome, Parsed
from cmledger.records.working import FieldChange, WorkReport
from cmledger.sheets.cell_texts import in_words as cell_in_words
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.typed import Typed, one_row, stored_key, typable, typed
from cmledger.wording import intake as say_intake
from cmledger.wording import listing as say_list
from cmledger.wording import working as say
from cmledger.wording.lists import listed
from cmledger.work.exported_rows import faces_of_kind
from cmledger.work.import_excel import services_in_force
from cmledger.work.list_records import known_layout

_KEPT = "visit.form_id"
"""By it a row is about its visit; nobody types it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of add, edit or close: where, by whom, how."""

    ledger: Ledger
    caller: Caller
    found: Layout
    policy: Path | None
    dry_run: bool

    def services(self) -> Mapping[str, str] | None:
        """The service items in force, looked up only where a visit names some."""
        return services_in_force(self.policy, self.caller.as_of)

    def stored_key(self, key: str) -> str:
        """The words that name a record, those of service items as the ledger has them."""
        asked = any(name.endswith(".service") for name in self.found.key)
        names = self.services() if asked else None
        return stored_key(self.found, key, names)

    def apply(
        self, operation: Operation, values: Mapping[str, Parsed], office: str | None
    ) -> tuple[Batch, dict[str, list[str]]]:
        """Settle the row these values make."""
        return apply_by_hand(
            operation,
            one_row(self.found, values),
            faces_of_kind(self.found.kind),
            office=office,
            count_from=self.ledger.count_from.isoformat(),
            services=self.services,
        )


def add_record(
    location: str,
    kind: str,
    words: Sequence[str],
    caller: Caller,
    *,
    policy: Path | None = None,
    dry_run: bool = False,
) -> WorkReport:
    """Add a record of `kind`; words: field=value each.

    Raises UsageProblem (no such field or value; the record is there already), NotFound (户号), NeedsDecision (office).
    """
    call = _call(location, kind, caller, policy, dry_run)
    told = _told(call, words, say.ADD)
    for name in call.found.key:
        column = call.found.column(name)
        if column is not None and column.required and name not in told.values:
            raise UsageProblem(
                say.MISSING_KEY.format(field=column.title),
                hint=say.MISSING_KEY_HINT.format(field=column.name),
            )
    arguments = {"kind": call.found.kind, "fields": sorted(told.values)}
    with call.ledger.operation(caller, "add", arguments, dry_run=dry_run) as operation:
        office = _office(call.found, operation, told.values)
        batch, created = call.apply(operation, told.values, office)
        outcome = batch.outcomes[0]
        _refuse_unknown_account(batch)
        if outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
            key = _key_typed(call.found, told.values)
            raise UsageProblem(say.KNOWN, hint=say.KNOWN_HINT.format(kind=call.found.kind, key=key))
        record = _added(operation, call, told.values) if outcome is Outcome.NEW else None
    changes = _changes(call.found, None, record) if record else ()
    key = record.key if record else _key_typed(call.found, told.values)
    return _report("add", call, key, operation.number, changes, told, batch, created)


def edit_record(
    location: str,
    kind: str,
    key: str,
    words: Sequence[str],
    caller: Caller,
    *,
    policy: Path | None = None,
    dry_run: bool = False,
) -> WorkReport:
    """Edit the record of `kind` that `key` names; words: field=value each, 清空 erases.

    Raises UsageProblem (no such field or value), NotFound, NeedsDecision (several records go by that name).
    """
    call = _call(location, kind, caller, policy, dry_run)
    told = _told(call, words, say.EDIT)
    return change_record(call, "edit", key, lambda _: told, {"fields": sorted(told.values)})


def change_record(
    call: Call,
    command: str,
    key: str,
    tell: Callable[[Record], Typed],
    arguments: Mapping[str, Any],
    notes: Sequence[str] = (),
) -> WorkReport:
    """Change the record that `key` names, as one operation; tell: what is to be otherwise, once the record is known."""
    key = call.stored_key(key)
    with (
        call.ledger.reading() as connection
    ):  # so that the operation can say which record it is about
        named = find_record(connection, call.found.kind, key, call.caller.day)
    noted = {"kind": call.found.kind, "key": named.key, **arguments}
    with call.ledger.operation(call.caller, command, noted, dry_run=call.dry_run) as operation:
        connection, day = operation.connection, call.caller.day
        before = find_record(connection, call.found.kind, key, day)
        told = tell(before)
        field, token = mark(operation, call.found.table, before.row_id)
        values = {**_row_of(call.found, before), **told.values, field: token}
        office = before.values.get("office")
        batch, created = call.apply(operation, values, office)
        after = _after(connection, call, before)
    changes = _changes(call.found, before, after)
    shown = after.key if after else before.key
    return _report(command, call, shown, operation.number, changes, told, batch, created, notes)


def call_of(
    location: str, kind: str, caller: Caller, *, policy: Path | None = None, dry_run: bool = False
) -> Call:
    """What `change_record` needs of a call."""
    return _call(location, kind, caller, policy, dry_run)


# --- what was typed --------------------------------------------------------------------------------


def _call(location: str, kind: str, caller: Caller, policy: Path | None, dry_run: bool) -> Call:
    return Call(open_ledger(location), caller, known_layout(kind), policy, dry_run)


def _told(call: Call, words: Sequence[str], what: str) -> Typed:
    if not words:
        fields = say_list.JOINT.join(f"{c.name}（{c.title}）" for c in typable(call.found))
        raise UsageProblem(
            say.NOTHING_SAID.format(what=what), hint=say.NOTHING_SAID_HINT.format(fields=fields)
        )
    return typed(call.found, words, call.caller.as_of)


def _office(found: Layout, operation: Operation, values: Mapping[str, Parsed]) -> str | None:
    """Whose record it is where nobody said so: the only office there is."""
    if found.office is None:
        return None
    known = known_offices(operation)
    if len(known) > 1 and not isinstance(values.get(found.office), str):
        column = found.column(found.office)
        assert column is not None
        raise NeedsDecision(
            say.WHICH_OFFICE.format(offices=listed(known)),
            hint=say.WHICH_OFFICE_HINT.format(field=column.name),
        )
    return known[0] if known else say_intake.UNNAMED_OFFICE


def _key_typed(found: Layout, values: Mapping[str, Parsed]) -> str:
    """What was typed of the key."""
    parts = [values.get(name) for name in found.key]
    return say.KEY_JOINT.join(str(part) for part in parts if isinstance(part, (str, int)))


def _refuse_unknown_account(batch: Batch) -> None:
    for finding in batch.findings:
        if finding.code == "unknown-account" and batch.outcomes[0] is Outcome.REJECTED:
            raise NotFound(finding.message)


# --- the record before and after -------------------------------------------------------------------


def _row_of(found: Layout, record: Record) -> dict[str, Parsed]:
    """The row an export writes for a record: every column that is taken in."""
    return {
        column.field: record.values[column.name]
        for column in found.columns
        if not column.export_only and column.name in record.values
    }


def _added(operation: Operation, call: Call, values: Mapping[str, Parsed]) -> Record | None:
    found, day = call.found, call.caller.day
    if found.table in SPAN_TABLES:  # a span has no id; without a first day it begins today
        *of, first = found.key
        parts = [*(str(values[name]) for name in of), str(values.get(first) or day)]
        key = call.stored_key(say.KEY_JOINT.join(parts))
        return find_record(operation.connection, found.kind, key, day)
    row_id = newest_row(operation, found.table)
    return None if row_id is None else record_of_id(operation.connection, found.kind, row_id, day)


def _after(connection: Any, call: Call, before: Record) -> Record | None:
    """The record after a change; a span is the one of the same key, where it is still there."""
    found, day = call.found, call.caller.day
    if found.table not in SPAN_TABLES:
        return record_of_id(connection, found.kind, before.row_id, day)
    try:
        return find_record(connection, found.kind, before.key, day)
    except NotFound:
        return None


def _changes(found: Layout, before: Record | None, after: Record | None) -> tuple[FieldChange, ...]:
    """The fields that are not what they were; of a new record those that are known."""
    changes = []
    for column in found.columns:
        if column.field == _KEPT or column.export_only:
            continue
        old = before.values.get(column.name) if before else None
        new = after.values.get(column.name) if after else None
        if old != new:
            show = column.kind.to_json
            changes.append(
                FieldChange(
                    column.name,
                    column.title,
                    None if old is None else show(old),
                    None if new is None else show(new),
                    (in_words(column, old), in_words(column, new)),
                )
            )
    return tuple(changes)


def in_words(column: Column, value: Parsed) -> str:
    """A value as its cell in a sheet would read."""
    shown: object = None if value is None else column.kind.show(value)
    if shown is None:
        return say.BLANK
    return cell_in_words(shown)


def _report(
    command: str,
    call: Call,
    key: str,
    operation: int | None,
    changes: Sequence[FieldChange],
    told: Typed,
    batch: Batch,
    created: Mapping[str, list[str]],
    notes: Sequence[str] = (),
) -> WorkReport:
    rejected = batch.outcomes[0] is Outcome.REJECTED
    return WorkReport(
        command,
        call.found.kind,
        key,
        operation,
        call.dry_run,
        () if rejected else tuple(changes),
        (*told.findings, *batch.findings),
        {} if rejected else {what: names for what, names in created.items() if names},
        rejected,
        tuple(notes),
    )
