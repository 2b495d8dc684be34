"""One record with all its fields, what hangs on it, and where its values came from."""

from collections.abc import Mapping
from typing import Any

from cmledger.ledger.customer_plan import plans_of
from cmledger.ledger.dossier import (
    contact_ids,
    date_ids,
    energy_of,
    last_visits,
    manager_spans,
    merged_into,
    open_matters,
    services_since,
    sources_of,
    tier_history,
)
from cmledger.ledger.holdings import holdings
from cmledger.ledger.plans import last_day
from cmledger.ledger.record_keys import find_record, record_of_id
from cmledger.ledger.store import open_ledger
from cmledger.ledger.tables import FOREVER, SPAN_TABLES
from cmledger.records.caller import Caller
from cmledger.records.showing import ShownField, ShowReport, Span, YearOfEnergy
from cmledger.rules.masking import masked_phone
from cmledger.sheets.kinds import Phone
from cmledger.sheets.layout import Column, Layout
from cmledger.sheets.layouts import layout
from cmledger.sheets.typed import stored_key
from cmledger.work.edit_records import in_words
from cmledger.work.list_records import known_layout
from cmledger.work.log_export import log_export

_YEARS, _VISITS = 3, 10


def show_record(
    location: str, kind: str, key: str, caller: Caller, *, full: bool = False
) -> ShowReport:
    """The record of `kind` that `key` names, with manager and tier of the day of the call.

    full: telephone numbers unmasked, which is noted in the export log. Raises NotFound, NeedsDecision, UsageProblem.
    """
    found = known_layout(kind)
    ledger = open_ledger(location)
    with ledger.reading() as connection:
        record = find_record(connection, found.kind, stored_key(found, key), caller.day)
        names = [column.field for column in found.columns]
        cells = {}
        if found.table not in SPAN_TABLES:  # the journal keeps a customer's spans as one
            cells = sources_of(connection, found.table, record.row_id, names)
        rest: dict[str, Any] = {}
        if found.kind == "customers":
            rest = _customer(connection, record.row_id, caller, full=full)
        elif found.kind == "managers":
            held = holdings(connection, record.row_id, caller.day, 0)
            rest = {"holdings": {name: count for name, (count, _) in held.items()}}
    logged = None
    if full:
        detail = {"kind": found.kind, "key": record.key, "path": None}
        logged = log_export(ledger, caller, detail)
    fields = tuple(
        ShownField(
            column.name,
            column.title,
            value,
            words,
            None if value is None or column.export_only else cells.get(column.field),
        )
        for column in found.columns
        if column.name in record.values and column.field != _HIDDEN
        for value, words in [_faces(column, record.values[column.name], full=full)]
    )
    extras = record.values.get("extras") or {}
    return ShowReport(found.kind, record.key, not full, fields, extras, logged=logged, **rest)


_HIDDEN = "visit.form_id"


def _faces(column: Column, value: Any, *, full: bool) -> tuple[Any, str]:
    """A value as JSON shows it and as a person reads it; telephone numbers masked unless `full`."""
    shown, words = (None if value is None else column.kind.to_json(value)), in_words(column, value)
    if isinstance(column.kind, Phone) and not full and isinstance(shown, str):
        return masked_phone(shown), masked_phone(words)
    return shown, words


def _customer(connection: Any, row_id: int, caller: Caller, *, full: bool) -> dict[str, Any]:
    """What hangs on a customer."""
    count, visits = last_visits(connection, row_id, _VISITS)
    tier = layout("customers").column("tier")
    assert tier is not None
    return {
        "managers": tuple(
            Span(since, _end(until), name, name)
            for since, until, name in manager_spans(connection, row_id)
        ),
        "tiers": tuple(
            Span(since, _end(until), held, str(tier.kind.show(held)))
            for since, until, held in tier_history(connection, row_id)
        ),
        "energy": tuple(
            YearOfEnergy(year, months.get(0), {m: kwh for m, kwh in months.items() if m})
            for year, months in energy_of(connection, row_id, _YEARS).items()
        ),
        "visits_count": count,
        "visits": tuple(
            {"key": one.key, **_brief(layout("visits"), one.values, full=full)}
            for i in visits
            if (one := record_of_id(connection, "visits", i, caller.day))
        ),
        "contacts": tuple(
            _brief(layout("contacts"), one.values, full=full)
            for i in contact_ids(connection, row_id)
            if (one := record_of_id(connection, "contacts", i, caller.day))
        ),
        "hanging": _hanging(connection, row_id, caller, full=full),
        "merged_into": merged_into(connection, row_id),
    }


def _hanging(
    connection: Any, row_id: int, caller: Caller, *, full: bool
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Open matters, items done this year, own terms that hold or will, days of the year: each kind there is any of."""
    first = caller.as_of.replace(month=1, day=1).isoformat()
    ids = {
        "matters": open_matters(connection, row_id, caller.day),
        "services": services_since(connection, row_id, first, caller.day),
        "dates": date_ids(connection, row_id),
    }
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for kind, these in ids.items():
        records = (record_of_id(connection, kind, i, caller.day) for i in these)
        keyed = kind == "matters"  # they are named by a number that nothing else shows
        found[kind] = tuple(
            {**({"key": one.key} if keyed else {}), **_brief(layout(kind), one.values, full=full)}
            for one in records
            if one is not None
        )
    found["plans"] = tuple(
        _brief(layout("plans"), {**span, "valid_to": last_day(span["valid_to"])}, full=full)
        for _, span in plans_of(connection, row_id)
        if span["valid_to"] > caller.day
    )
    return found


def _end(until: str) -> str | None:
    return None if until == FOREVER else until


def _brief(found: Layout, values: Mapping[str, Any], *, full: bool) -> Mapping[str, Any]:
    """The fields of a record that are its own and known, as JSON shows them."""
    return {
        column.name: _faces(column, values[column.name], full=full)[0]
        for column in found.columns
        if not column.export_only
        and column.field != _HIDDEN
        and column.name != "account_no"
        and values.get(column.name) is not None
    }
