"""Matters that come up at a visit: opened with it, once however often the visit is told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cmledger.ledger.dialect import chunks
from cmledger.ledger.journal import Operation, Source
from cmledger.ledger.tables import table
from cmledger.records.text import same_words

_Held = Mapping[str, Any]
_WRITTEN = ("customer_id", "matter_kind", "opened_on", "sequence", "content", "due_by", "manager_id", "visit_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class CameUp:
    """What a visit left to do. day: of the visit; due_by: None where nobody said until when."""

    visit_id: int
    customer_id: int
    day: str
    manager_id: int | None
    kind: str
    content: str | None
    due_by: str | None
    source: Source | None = None


def open_matters(operation: Operation, wanted: Sequence[CameUp]) -> set[int]:
    """Open what is not known yet, correct what is told otherwise; the positions of `wanted` that changed anything.

    The same words of one visit are one matter; so are those of one customer, sort and day, whoever told them. Where a
    visit told one thing and now tells another, that is a correction.
    """
    if not wanted:
        return set()
    held = _held(operation, wanted)
    found = _matched(wanted, held)
    last: dict[tuple[Any, ...], int] = defaultdict(int)
    for one in held:
        key = (one["customer_id"], one["matter_kind"], one["opened_on"])
        last[key] = max(last[key], one["sequence"])
    changed: set[int] = set()
    rows, sources = [], []
    for position, told in enumerate(wanted):
        key = (told.customer_id, told.kind, told.day)
        known = found[position]
        if isinstance(known, int):  # told by a row above
            continue
        if known is None:
            last[key] += 1
            rows.append(
                (*key, last[key], told.content, told.due_by, told.manager_id, told.visit_id)
            )
            sources.append(told.source)
            changed.add(position)
            continue
        changes = _changes(told, known)
        if {"customer_id", "opened_on"} & changes.keys():
            last[key] += 1
            changes["sequence"] = last[key]
        if changes:
            columns = tuple(changes)
            before = {name: known[name] for name in columns}
            operation.update(
                "matter", columns, [known["id"]], [tuple(changes.values())], [before], [told.source]
            )
            changed.add(position)
    operation.insert("matter", _WRITTEN, rows, sources)
    return changed


def _held(operation: Operation, wanted: Sequence[CameUp]) -> list[_Held]:
    """Matters of these visits, and of these customers on these days; the oldest first."""
    matter = table("matter")
    days = [told.day for told in wanted]
    found: dict[int, _Held] = {}
    for column, values, condition in (
        (matter.c.visit_id, sorted({told.visit_id for told in wanted}), sa.true()),
        (
            matter.c.customer_id,
            sorted({told.customer_id for told in wanted}),
            matter.c.opened_on.between(min(days), max(days)),
        ),
    ):
        for part in chunks(values):
            query = sa.select(matter).where(column.in_(part), condition)
            for one in operation.connection.execute(query).mappings():
                found[one["id"]] = dict(one)
    return [found[i] for i in sorted(found)]


def _matched(wanted: Sequence[CameUp], held: Sequence[_Held]) -> list[_Held | int | None]:
    """The matter each is about: one the ledger holds, the position of an earlier telling, or None: another one."""
    found: list[_Held | int | None] = [None] * len(wanted)
    taken: set[int] = set()
    first: dict[tuple[int, str, str], int] = {}
    for position, told in enumerate(wanted):
        same = (told.visit_id, told.kind, "".join((told.content or "").split()))
        if first.setdefault(same, position) != position:
            found[position] = first[same]
            continue
        alike = [
            one
            for one in held
            if one["matter_kind"] == told.kind
            and _same(one["content"], told.content)
            and (
                one["visit_id"] == told.visit_id
                or (one["customer_id"], one["opened_on"]) == (told.customer_id, told.day)
            )
        ]
        alike.sort(key=lambda one: one["visit_id"] != told.visit_id)
        if alike:
            found[position] = alike[0]
            taken.add(alike[0]["id"])
    left: dict[tuple[int, str], list[int]] = defaultdict(list)
    for position, told in enumerate(wanted):
        if found[position] is None:
            left[told.visit_id, told.kind].append(position)
    for (visit, kind), positions in left.items():
        others = [
            one
            for one in held
            if (one["visit_id"], one["matter_kind"]) == (visit, kind)
            and one["id"] not in taken
            and one["closed_on"] is None
        ]
        if len(others) == len(positions) == 1:
            found[positions[0]] = others[0]
    return found


def _same(one: str | None, other: str | None) -> bool:
    return one == other or (one is not None and other is not None and same_words(one, other))


def _changes(told: CameUp, known: _Held) -> dict[str, Any]:
    """What is told otherwise; a blank takes nothing away, a matter that is done keeps its limit and came up before."""
    now: dict[str, Any] = {}
    if known["visit_id"] is None:
        now["visit_id"] = told.visit_id
    elif known["visit_id"] == told.visit_id:
        now["customer_id"] = told.customer_id
        if known["closed_on"] is None or told.day <= known["closed_on"]:
            now["opened_on"] = told.day
    if told.content is not None and not _same(known["content"], told.content):
        now["content"] = told.content
    if told.due_by is not None and known["closed_on"] is None:
        now["due_by"] = told.due_by
    if told.manager_id is not None and known["manager_id"] is None:
        now["manager_id"] = told.manager_id
    return {name: value for name, value in now.items() if value != known[name]}
