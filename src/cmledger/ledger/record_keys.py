"""One record of a kind by the words a person names it with: 户号, a name, 户号/2025-03."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from cmledger.errors import NeedsDecision, NotFound
from cmledger.ledger.customers import find_customer
from cmledger.ledger.listed import NUMBERS, ROW_ID
from cmledger.ledger.listing import Condition, faces_of, rows_of_ids, stream_rows
from cmledger.ledger.narrow import near
from cmledger.records.forms import EXPORTED, visit_of
from cmledger.records.outages import NOTICE_PREFIX, PREFIX, notice_of, outage_of
from cmledger.wording import intake as names
from cmledger.wording import working as say
from cmledger.wording.lists import listed

_MOST = 6


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is listed. key: what names it, in full; values: face -> stored form."""

    kind: str
    row_id: int
    key: str
    values: Mapping[str, Any]


_WAYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "customers": (("account_no",),),
    "managers": (("name",), ("person_key",), ("employee_no",), ("office", "person_key"), ("office", "name")),
    "trainings": (("manager", "trained_on", "topic"), ("manager", "trained_on")),
    "lines": (("name",), ("office", "name"), ("code",)),
    "transformer-areas": (("name",), ("office", "name"), ("code",)),
    "grids": (("name",), ("office", "name"), ("code",)),
    "liaisons": (("name",), ("grid", "name"), ("office", "grid", "name")),
    "contacts": (("account_no", "name"),),
    "plans": (("account_no", "service", "valid_from"), ("account_no", "service")),
    "dates": (("account_no", "occasion"),),
    "consumption": (("account_no", "year_or_month"),),
    "visits": (("visit",), ("account_no", "visited_on")),
    "planned-visits": (
        ("account_no", "service", "period"), ("account_no", "service"), ("account_no",),
    ),
    "services": (("account_no", "service", "done_on"),),
    "duties": (("duty_id",),),
    "matters": (("matter_id",), ("account_no", "opened_on"), ("account_no", "matter_kind", "opened_on")),
    "events": (("account_no", "event", "happened_on"),),
    "arrears-contacts": (("contact_id",), ("account_no", "contacted_on")),
    "outages": (("outage_id",), ("number",)),
    "outage-notices": (("notice_id",), ("outage", "account_no")),
    "duplicates": (("first", "second"),),
}  # fmt: skip
"""By which faces a record is named, the usual way first; parts are joined by /."""

_FULL: dict[str, tuple[str, ...]] = {
    "managers": ("office", "person_key"),
    "lines": ("office", "name"),
    "transformer-areas": ("office", "name"),
    "grids": ("office", "name"),
    "liaisons": ("office", "grid", "name"),
    "contacts": ("account_no", "name"),
    "plans": ("account_no", "service", "valid_from"),
    "dates": ("account_no", "occasion"),
    "visits": ("row_id",),
}
"""What names a record without doubt, where that is more than the usual way."""


_NUMBERED = {
    "visits": EXPORTED,
    "outages": PREFIX,
    "outage-notices": NOTICE_PREFIX,
    "matters": NUMBERS["matter"],
    "arrears-contacts": NUMBERS["arrears_contact"],
    "duties": NUMBERS["duty_done"],
}
"""Kinds whose records go by their number, and what it begins with."""


def find_record(connection: Connection, kind: str, key: str, day: str) -> Record:
    """The one record of that name. Raises NotFound, NeedsDecision where there are several."""
    named = _numbered_person(connection, key, day) if kind == "managers" else []
    if len(named) == 1:
        return named[0]
    for way in _WAYS[kind]:
        parts = [key] if len(way) == 1 else re.split("[/／]", key, maxsplit=len(way) - 1)
        if len(parts) != len(way):
            continue
        conditions = _conditions(connection, way, [part.strip() for part in parts])
        if conditions is None:
            continue
        found = _rows(connection, kind, conditions, day)
        if len(found) > 1 and "valid_to" in found[0].values:  # terms: those of the day are meant
            found = [one for one in found if _holds(one, day)] or found
        if len(found) > 1:
            keys = [_told(one) for one in found]
            raise NeedsDecision(
                say.SEVERAL.format(kind=names.KINDS[kind], key=key, keys=listed(keys)),
                hint=say.SEVERAL_HINT.format(first=keys[0]),
            )
        if found:
            return found[0]
    raise _not_found(connection, kind, key, day)


def record_of_id(connection: Connection, kind: str, row_id: int, day: str) -> Record | None:
    """The record of a row id, where it is there."""
    faces = _faces(kind)
    for i, *values in rows_of_ids(connection, kind, faces, day, [row_id]):
        return _record(kind, i, dict(zip(faces, values, strict=True)))
    return None


def _numbered_person(connection: Connection, key: str, day: str) -> list[Record]:
    """Who is meant by 姓名#工号 (供电所/姓名#工号), whether or not the ledger tells people of that name apart by it."""
    match = re.fullmatch(r"(?:(.+)[/／])?([^/／#]+)#(.+)", key)
    if match is None:
        return []
    told = zip(("office", "name", "employee_no"), match.groups(), strict=True)
    conditions = [(face, part.strip()) for face, part in told if part]
    return _rows(connection, "managers", conditions, day)


def _told(record: Record) -> str:
    """What to write instead of a name that several have."""
    number = record.values.get("employee_no") if record.kind == "managers" else None
    if not number:
        return record.key
    return say.KEY_JOINT.join((record.values["office"], f"{record.values['name']}#{number}"))


def _holds(record: Record, day: str) -> bool:
    first, last = record.values["valid_from"], record.values["valid_to"]
    return bool(first <= day and (last is None or day <= last))


def _faces(kind: str) -> list[str]:
    return [face for face in faces_of(kind) if face != ROW_ID]


def _rows(
    connection: Connection, kind: str, conditions: Sequence[Condition], day: str
) -> list[Record]:
    faces = _faces(kind)
    rows = stream_rows(connection, kind, [ROW_ID, *faces], day, conditions, _MOST)
    return [_record(kind, i, dict(zip(faces, values, strict=True))) for i, *values in rows]


def _record(kind: str, row_id: int, values: Mapping[str, Any]) -> Record:
    if kind in _NUMBERED:
        return Record(kind, row_id, f"{_NUMBERED[kind]}{row_id}", values)
    if kind == "consumption":
        month = f"-{values['month']:02}" if values["month"] else ""
        return Record(kind, row_id, f"{values['account_no']}/{values['year']}{month}", values)
    way = _FULL.get(kind, _WAYS[kind][0])
    return Record(kind, row_id, say.KEY_JOINT.join(str(values[face]) for face in way), values)


# --- parts of a key --------------------------------------------------------------------------------


def _conditions(
    connection: Connection, way: Sequence[str], parts: Sequence[str]
) -> list[Condition] | None:
    """What the faces must be; None where a part cannot be one. Raises NotFound for a 户号 nobody has."""
    found: list[Condition] = []
    for face, part in zip(way, parts, strict=True):
        if face in _PARTS:
            conditions = _PARTS[face](part)
            if conditions is None:
                return None
            found += conditions
        elif face in ("account_no", "first", "second"):
            found.append((face, find_customer(connection, part)["account_no"]))
        else:
            found.append((face, part))
    return found


def _period(part: str) -> list[Condition] | None:
    match = re.fullmatch(r"(\d{4})(?:-?(\d{2}))?", part, re.ASCII)
    if match is None:
        return None
    return [("year", int(match[1])), ("month", int(match[2]) if match[2] else None)]


def _visit(part: str) -> list[Condition] | None:
    number = visit_of(part.lower())
    return None if number is None else [(ROW_ID, number)]


def _outage(part: str) -> list[Condition] | None:
    number = outage_of(part)
    return None if number is None else [(ROW_ID, number)]


def _notice(part: str) -> list[Condition] | None:
    number = notice_of(part)
    return None if number is None else [(ROW_ID, number)]


def _number(prefix: str) -> Callable[[str], list[Condition] | None]:
    """m12 of what begins with m."""

    def parted(part: str) -> list[Condition] | None:
        found = re.fullmatch(rf"{prefix}([1-9]\d{{0,17}})", part.lower(), re.ASCII)
        return [(ROW_ID, int(found[1]))] if found else None

    return parted


_PARTS: dict[str, Callable[[str], list[Condition] | None]] = {
    "year_or_month": _period,
    "visit": _visit,
    "outage_id": _outage,
    "notice_id": _notice,
    "matter_id": _number(NUMBERS["matter"]),
    "contact_id": _number(NUMBERS["arrears_contact"]),
    "duty_id": _number(NUMBERS["duty_done"]),
}


def _not_found(connection: Connection, kind: str, key: str, day: str) -> NotFound:
    hint = say.NO_RECORD_HINT.format(how=say.HOW[kind], kind=kind)
    if "name" in faces_of(kind) and _WAYS[kind][0] in (("name",), ("person_key",)):
        known = [row[0] for row in stream_rows(connection, kind, ["name"], day)]
        hint = near(key, known) or hint
    return NotFound(say.NO_RECORD.format(kind=names.KINDS[kind], key=key), hint=hint)
