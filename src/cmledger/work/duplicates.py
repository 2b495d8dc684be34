"""Customers that may be one, for the office to decide; nothing is merged until the decision comes back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cmledger.ledger.duplicates import alike, likenesses, settled_pairs, sharing
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.store import open_ledger
from cmledger.records.caller import Caller
from cmledger.records.duplicates import DuplicatesReport, Pair
from cmledger.records.intake import Parsed
from cmledger.rules.duplicates import MOST_ALIKE, MOST_SHARING, is_person, name_key, pairs
from cmledger.sheets.layouts.duplicates import DUPLICATES
from cmledger.sheets.write import TableSheet, write_workbook
from cmledger.wording import duplicates as say
from cmledger.wording.lists import listed
from cmledger.work.log_export import log_export

_WRITTEN = (
    "first", "form.first_name", "second", "form.second_name", "form.reasons", "form.phones",
    "form.meters", "form.addresses", "decision",
)  # fmt: skip


def duplicates(
    location: str, caller: Caller, *, office: str | None = None, excel: Path | None = None
) -> DuplicatesReport:
    """The pairs nobody has decided on; also as a workbook that comes back with the decisions.

    Raises NotFound (office), OutputNotWritable.
    """
    ledger = open_ledger(location)
    with ledger.reading() as connection:
        offices = narrowed(connection, office=office).offices
        groups: list[tuple[str, list[int]]] = []
        shared: dict[str, int] = {}
        for reason, field in (("same-meter", "meter_no"), ("same-phone", "contact_phone")):
            found, shared[reason] = sharing(connection, field, MOST_SHARING, offices)
            groups += [(reason, ids) for ids in found]
        found, shared["same-name"] = alike(connection, _key, MOST_ALIKE, offices)
        groups += [("same-name", ids) for ids in found]
        ids = sorted({i for _, group in groups for i in group})
        known = {one.id: one for one in likenesses(connection, ids)}
        settled = settled_pairs(connection)
    report = DuplicatesReport(
        pairs(known, groups, settled), {reason: n for reason, n in shared.items() if n}
    )
    if excel is None:
        return report
    logged = log_export(
        ledger, caller, {"rows": {"duplicates": len(report.pairs)}, "path": str(excel)}
    )
    write_workbook(excel, [_table(report)], caller)
    return DuplicatesReport(report.pairs, report.shared, str(excel), logged)


def _key(name: str | None, address: str | None) -> str | None:
    """Organisations are compared by name; persons of one name only where they have one address."""
    key = name_key(name or "")
    if not key:
        return None
    if not is_person(key):
        return key
    return f"{key}@{name_key(address)}" if address else None


def _table(report: DuplicatesReport) -> TableSheet:
    columns = [column for name in _WRITTEN if (column := DUPLICATES.column(name)) is not None]
    return TableSheet(
        DUPLICATES.title,
        columns,
        _rows(report),
        len(report.pairs),
        heading=say.HEADING,
        note=say.NOTE,
        fill_in=("duplicate.decision",),
        form=True,
    )


def _rows(report: DuplicatesReport) -> Iterator[Mapping[str, Parsed]]:
    for pair in report.pairs:
        yield {
            "duplicate.first": pair.first.account_no,
            "duplicate.second": pair.second.account_no,
            "form.first_name": pair.first.name,
            "form.second_name": pair.second.name,
            "form.reasons": listed(say.REASONS[reason] for reason in pair.reasons),
            "form.phones": _both(pair, "contact_phone"),
            "form.meters": _both(pair, "meter_no"),
            "form.addresses": _both(pair, "address"),
        }


def _both(pair: Pair, name: str) -> str | None:
    """What the two have: once where it is the same."""
    values: list[Any] = [getattr(pair.first, name), getattr(pair.second, name)]
    if values[0] == values[1]:
        return str(values[0]) if values[0] else None
    return say.BOTH.format(first=values[0] or say.BLANK, second=values[1] or say.BLANK)
