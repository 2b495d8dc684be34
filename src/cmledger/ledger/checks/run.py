"""Carrying out the checks: one snapshot, the invariants in order, each with the rows that break it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.checks.fitting import (
    days_in_order,
    derived_keys,
    items_of_visits,
    plan_months,
    value_words,
)
from cmledger.ledger.checks.found import Finder
from cmledger.ledger.checks.ids import ids_never_reused
from cmledger.ledger.checks.imports import import_totals
from cmledger.ledger.checks.journal import journal_entries, journal_rows
from cmledger.ledger.checks.operations import journal_values, operation_counts, operations_live
from cmledger.ledger.checks.spans import spans_do_not_overlap, spans_in_order
from cmledger.ledger.checks.structure import file_integrity, references, schema_as_declared
from cmledger.ledger.checks.values import account_keys, stored_values, visit_managers
from cmledger.ledger.labels import labels_of
from cmledger.records.checks import MOST_KEPT, Broken, Checked
from cmledger.wording.checks import CHECKS

INVARIANTS: dict[str, Finder] = {
    "file-integrity": file_integrity,
    "schema-as-declared": schema_as_declared,
    "references": references,
    "stored-values": stored_values,
    "account-keys": account_keys,
    "visit-managers": visit_managers,
    "value-words": value_words,
    "derived-keys": derived_keys,
    "days-in-order": days_in_order,
    "plan-months": plan_months,
    "items-of-visits": items_of_visits,
    "spans-in-order": spans_in_order,
    "spans-do-not-overlap": spans_do_not_overlap,
    "ids-never-reused": ids_never_reused,
    "journal-entries": journal_entries,
    "journal-rows": journal_rows,
    "journal-values": journal_values,
    "operations-live": operations_live,
    "operation-counts": operation_counts,
    "import-totals": import_totals,
}
"""What the ledger can check by itself; titles and meanings are in wording.checks, in the order of reporting."""

_GROUND = ("file-integrity", "schema-as-declared")
"""Where one of these is broken, nothing else can be asked."""


def run_checks(connection: Connection, further: Mapping[str, Finder]) -> tuple[Checked, ...]:
    """Every invariant of wording.checks; `further`: those that need more than the ledger to be decided."""
    finders = {**INVARIANTS, **further}
    done: dict[str, Checked] = {}
    for code in (*_GROUND, *(code for code in CHECKS if code not in _GROUND)):
        title = CHECKS[code][0]
        broken_before = [check for check in done.values() if check.count]
        if any(check.code in _GROUND for check in broken_before):
            done[code] = Checked(code, title, None)
            continue
        try:
            done[code] = _checked(connection, code, finders[code])
        except sa.exc.DatabaseError as problem:
            if code not in _GROUND:
                raise
            done[code] = Checked(code, title, 1, (Broken(str(problem.orig)),))
        except (ValueError, KeyError, TypeError):
            if not broken_before:  # what is stored there was found sound: the mistake is ours
                raise
            done[code] = Checked(code, title, None)
    return tuple(done[code] for code in CHECKS)


def _checked(connection: Connection, code: str, finder: Finder) -> Checked:
    kept: list[Broken] = []
    count = 0
    for broken in finder(connection):
        count += 1
        if len(kept) < MOST_KEPT:
            kept.append(broken)
    return Checked(code, CHECKS[code][0], count, tuple(_labelled(connection, kept)))


def _labelled(connection: Connection, broken: list[Broken]) -> Iterator[Broken]:
    """The same, with what the user knows each row by, where it is there."""
    ids: dict[str, list[int]] = {}
    for one in broken:
        if one.table is not None and one.row_id is not None:
            ids.setdefault(one.table, []).append(one.row_id)
    labels = labels_of(connection, ids)
    for one in broken:
        if one.table is not None and one.row_id is not None:
            yield replace(one, label=labels.get((one.table, one.row_id)))
        else:
            yield one
