"""Removing a person's data for good: the rows, what the journal kept of them, what reports and arguments quote.

The records stay as those of an anonymous, closed customer, so that figures, counts and row ids hold. It is an operation
that is never undone; what earlier operations wrote is emptied in its before-values as well.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.errors import NotFound, UsageProblem
from cmledger.ledger.customers import account_key, find_customer
from cmledger.ledger.dialect import chunks, portions, update_many
from cmledger.ledger.journal import Operation, current_spans, packed
from cmledger.ledger.personal import (
    DELETED,
    FIELDS,
    SPANS,
    Quoted,
    emptied,
    json_without,
    stand_in,
    without,
)
from cmledger.ledger.tables import CLOSED, table
from cmledger.wording import working as say

_FETCH = 500
_OWNED = tuple(name for name in FIELDS if name != "customer")


@dataclass
class Person:
    """Whose data goes: rows by table, those that are there and those that were once; what may be quoted of them.

    customers: the ids of all records of the person. files: where its data was read from. numbers: 户号 by row id.
    """

    customers: list[int]
    account_no: str
    rows: dict[str, list[int]] = field(default_factory=dict)
    quoted: Quoted = field(default_factory=Quoted)
    files: list[str] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)


def person_of(connection: Connection, account_no: str) -> Person:
    """Everything of the customer with this 户号, merged ones and undone ones too.

    Raises NotFound, UsageProblem where it was merged into another, whose data it now is.
    """
    ids, shown = _customers(connection, account_no)
    found = Person(sorted(ids), shown)
    found.rows["customer"] = found.customers
    for name in _OWNED:
        found.rows[name] = _rows_of(connection, name, found.customers)
    found.numbers = {i: _free_number(connection, i) for i in found.customers}
    for name, row_ids in found.rows.items():
        for values in _images(connection, name, row_ids):
            found.quoted.learn(name, values)
    for name in ("office", "line", "transformer_area", "grid", "manager"):
        found.quoted.drop(connection.scalars(sa.select(table(name).c.name)))
    found.files = _files(connection, found)
    return found


def _free_number(connection: Connection, row_id: int) -> str:
    """The stand-in for a customer's 户号, which nobody else has."""
    customer, number = table("customer"), row_id
    while connection.scalar(
        sa.select(customer.c.id).where(
            customer.c.account_key == stand_in(number), customer.c.id != row_id
        )
    ):
        number += 10**9
    return stand_in(number)


def _customers(connection: Connection, account_no: str) -> tuple[set[int], str]:
    """The ids of the person's records, and the 户号."""
    customer = table("customer")
    try:
        row = find_customer(connection, account_no)
    except NotFound:
        gone = _deleted(connection, [account_key(account_no.strip())])
        if not gone:
            raise
        return gone, account_no.strip()
    if row["merged_into_id"] is not None:
        into = connection.scalar(
            sa.select(customer.c.account_no).where(customer.c.id == row["merged_into_id"])
        )
        raise UsageProblem(
            say.MERGED.format(account_no=row["account_no"], into=into),
            hint=say.MERGED_HINT.format(into=into),
        )
    ids, latest = {row["id"]}, {row["id"]}
    while latest:
        merged = sa.select(customer.c.id).where(customer.c.merged_into_id.in_(sorted(latest)))
        latest = set(connection.scalars(merged)) - ids
        ids |= latest
    numbers = sa.select(customer.c.account_no, customer.c.old_account_no)
    keys = {
        account_key(number)
        for pair in connection.execute(numbers.where(customer.c.id.in_(sorted(ids))))
        for number in pair
        if number
    }
    return ids | _deleted(connection, sorted(keys)), row["account_no"]


def _deleted(connection: Connection, keys: Sequence[str]) -> set[int]:
    """Customers of these numbers that an undo deleted: the journal still has them."""
    entry = table("entry")
    found: set[int] = set()
    for key in keys:
        query = sa.select(entry.c.row_id).where(
            entry.c.table_name == "customer",
            entry.c.action == "delete",
            entry.c.before.contains(f'"account_key":"{key}"', autoescape=True),
        )
        found |= set(connection.scalars(query))
    return found


def _rows_of(connection: Connection, name: str, customers: Sequence[int]) -> list[int]:
    """The rows of a table that belong to these customers, or did when they were deleted."""
    owned, entry = table(name), table("entry")
    ids = set(connection.scalars(sa.select(owned.c.id).where(owned.c.customer_id.in_(customers))))
    for customer in customers:
        query = sa.select(entry.c.row_id).where(
            entry.c.table_name == name,
            entry.c.action == "delete",
            entry.c.before.contains(f'"customer_id":{customer},', autoescape=True),
        )
        ids |= set(connection.scalars(query))
    return sorted(ids)


def _images(connection: Connection, name: str, ids: Sequence[int]) -> Iterable[Mapping[str, Any]]:
    """The rows as they are, and what the journal kept of them."""
    owned, entry = table(name), table("entry")
    for part in chunks(ids):
        rows = connection.execute(sa.select(owned).where(owned.c.id.in_(part)))
        yield from map(dict, rows.mappings())
        query = sa.select(entry.c.before).where(
            entry.c.table_name == name, entry.c.row_id.in_(part), entry.c.before.is_not(None)
        )
        yield from map(json.loads, connection.scalars(query))


def _files(connection: Connection, person: Person) -> list[str]:
    """The workbooks that its data was read from, in the order they were."""
    entry, sheet, file = table("entry"), table("source_sheet"), table("source_file")
    found: dict[int, str] = {}
    for name, ids in person.rows.items():
        query = (
            sa.select(file.c.id, file.c.path)
            .join(sheet, sheet.c.file_id == file.c.id)
            .join(entry, entry.c.sheet_id == sheet.c.id)
            .where(entry.c.table_name == name, entry.c.row_id.in_(ids))
            .distinct()
        )
        found.update((number, path) for number, path in connection.execute(query))
    return list(dict.fromkeys(path for _, path in sorted(found.items())))


# --- the rows --------------------------------------------------------------------------------------


def empty_rows(operation: Operation, person: Person) -> None:
    """Empty the rows that are there, within the operation; what says nothing else goes altogether."""
    connection = operation.connection
    for name in FIELDS:
        owned = table(name)
        there = owned.c.id.in_(person.rows[name])
        if name in DELETED:
            operation.delete(name, list(connection.scalars(sa.select(owned.c.id).where(there))))
            continue
        rows = connection.execute(sa.select(owned).where(there))
        for row in [dict(one) for one in rows.mappings()]:
            owner = row["id"] if name == "customer" else row["customer_id"]
            now = emptied(name, row, person.numbers.get(owner, ""))
            if name == "customer":
                now["status"] = CLOSED
                now["closed_on"] = row["closed_on"] or operation.caller.day
            changes = {column: value for column, value in now.items() if value != row[column]}
            if changes:
                before = {column: row[column] for column in changes}
                operation.update(name, list(changes), [row["id"]], [[*changes.values()]], [before])
    for name in SPANS:
        spans = current_spans(connection, name, person.customers)
        told = {i: [_span_without_note(name, span) for span in its] for i, its in spans.items()}
        operation.replace_spans(name, {i: its for i, its in told.items() if its != spans[i]})


def _span_without_note(name: str, span: Mapping[str, Any]) -> dict[str, Any]:
    """A span without the words somebody gave as its reason."""
    column = SPANS[name]
    if column != "reasons":
        said = span.get(column)
        return dict(span) if said in (None, say.GONE) else {**span, column: say.GONE}
    reasons = json.loads(span["reasons"])
    if not any(isinstance(one, dict) and one.get("note") for one in reasons):
        return dict(span)
    told = [{**one, "note": say.GONE} if one.get("note") else one for one in reasons]
    return {**span, "reasons": packed(told)}


# --- the journal -----------------------------------------------------------------------------------


def empty_journal(operation: Operation, person: Person) -> int:
    """Empty the before-values of the person's rows, this operation's own among them; how many entries."""
    connection, entry = operation.connection, table("entry")
    count = 0
    spans = dict.fromkeys(SPANS, person.customers)
    for name, ids in {**person.rows, **spans}.items():
        updates = []
        for part in chunks(ids):
            query = sa.select(entry.c.row_id, entry.c.operation_id, entry.c.action, entry.c.before)
            kept = query.where(
                entry.c.table_name == name, entry.c.row_id.in_(part), entry.c.before.is_not(None)
            )
            for row_id, number, action, before in connection.execute(kept):
                left = _before(name, action, json.loads(before), person, row_id, operation)
                if left != before:
                    updates.append((left, name, row_id, number))
        key = ("table_name", "row_id", "operation_id")
        update_many(connection, entry, ["before"], updates, key=key)
        count += len(updates)
    return count


def _before(
    name: str,
    action: str,
    values: dict[str, Any],
    person: Person,
    row_id: int,
    operation: Operation,
) -> str:
    if name in SPANS:
        spans = [_span_without_note(name, span) for span in values.get("spans") or ()]
        return packed({**values, "spans": spans})
    anonymous = person.numbers.get(row_id if name == "customer" else 0, "")
    left = {**values, **emptied(name, values, anonymous)}
    if name == "customer" and action == "delete":  # as a redo would bring it back
        left |= {"status": CLOSED, "closed_on": values.get("closed_on") or operation.caller.day}
    return packed(left)


# --- what quotes it --------------------------------------------------------------------------------


def empty_quotes(operation: Operation, person: Person) -> Counter[str]:
    """Take the person out of reports of imports, arguments of operations and details of events; how many of each."""
    finder = person.quoted.finder()
    count: Counter[str] = Counter()
    if finder is None:
        return count
    connection = operation.connection
    rows = _sheet_rows(connection, person)
    for name, columns in _QUOTING.items():
        whole = table(name)
        query = sa.select(whole.c.id, *(whole.c[column] for column in columns))
        updates = []
        for batch in portions(connection, query, _FETCH):
            for row_id, *found in map(tuple, batch):
                texts = [str(text) for text in found]
                left = [_text_without(text, finder) for text in texts]
                if name == "source_file" and (row_id in rows or left != texts):
                    left[0] = _report_without(left[0], rows.get(row_id, {}))
                if left != texts:
                    updates.append((*left, row_id))
        update_many(connection, whole, columns, updates)
        count[name] = len(updates)
    count["operation"] += _reasons(connection, person)
    return count


_QUOTING: dict[str, tuple[str, ...]] = {
    "source_file": ("report", "path", "reading"),
    "source_sheet": ("name",),
    "operation": ("arguments",),
    "event": ("detail",),
}
"""Texts that may quote what was typed or read."""


def _text_without(text: str, finder: "re.Pattern[str]") -> str:
    if text[:1] in ("{", "["):
        return json_without(text, finder)
    return str(without(text, finder))


def _sheet_rows(connection: Connection, person: Person) -> dict[int, dict[str, set[int]]]:
    """file id -> sheet -> the Excel rows that the person's data was read from."""
    entry, sheet = table("entry"), table("source_sheet")
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for name, ids in person.rows.items():
        query = sa.select(sheet.c.file_id, sheet.c.name, entry.c.sheet_row).join(
            entry, entry.c.sheet_id == sheet.c.id
        )
        for part in chunks(ids):
            read = query.where(entry.c.table_name == name, entry.c.row_id.in_(part))
            for file_id, sheet_name, row in connection.execute(read):
                found[file_id][sheet_name].add(row)
    return found


def _report_without(text: str, rows: Mapping[str, set[int]]) -> str:
    """A report of an import without the sentences about these rows, and about others that quoted the person."""
    report = json.loads(text)
    for sheet in report.get("sheets", ()):
        about = set(rows.get(sheet["name"], ()))
        about |= {
            row
            for finding in sheet["findings"]
            if say.GONE in finding["message"] and (row := _row_of(finding["cell"]))
        }
        for finding in sheet["findings"]:
            if _row_of(finding["cell"]) in about:
                finding["message"] = say.GONE
    return packed(report)


def _row_of(cell: str | None) -> int | None:
    digits = re.search(r"\d+$", cell or "")
    return int(digits[0]) if digits else None


def _reasons(connection: Connection, person: Person) -> int:
    """The reasons given for what was done to the person's own records."""
    entry, operation = table("entry"), table("operation")
    query = (
        sa.select(operation.c.id, operation.c.arguments)
        .join(entry, entry.c.operation_id == operation.c.id)
        .where(operation.c.arguments.contains('"reason"'))
    )
    spans = dict.fromkeys(SPANS, person.customers)
    found: dict[int, str] = {}
    for name, ids in {**person.rows, **spans}.items():
        for part in chunks(ids):
            theirs = query.where(entry.c.table_name == name, entry.c.row_id.in_(part))
            found.update(map(tuple, connection.execute(theirs)))
    updates = []
    for number, arguments in found.items():
        told = json.loads(arguments)
        if told.get("reason") not in (None, say.GONE):
            updates.append((packed({**told, "reason": say.GONE}), number))
    update_many(connection, operation, ["arguments"], updates)
    return len(updates)
