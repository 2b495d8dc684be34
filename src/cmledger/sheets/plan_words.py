"""What stands in a customer's file, in the words of the sheets: for the screen and for the workbook."""

from collections.abc import Iterator, Sequence
from typing import Any

from cmledger.records.customer_plan import CustomerFile, PlanItem, PlanReport
from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts import LAYOUTS, codes, layout
from cmledger.wording import customer_plan as say
from cmledger.wording.cycles import WORDS, cycle_words, occasion_name

_FACTS = (
    ("address",), ("customer_class", "voltage", "tariff_class"), ("contract_capacity_kva", "operating_capacity_kva"),
    ("supply", "dedicated_line", "own_source", "importance"), ("line", "transformer_area", "grid"),
    ("reliability_need", "social_impact", "pv", "ev_charging", "special_group"), ("status", "opened_on", "closed_on"),
)  # fmt: skip
"""Facts that stand on one line, where they are known."""


def word(found: Layout, face: str, value: Any) -> str:
    """A stored value as its cell in a sheet of the kind reads; blank where it is unknown."""
    if value is None:
        return ""
    column = found.column(face)
    if column is None:
        return str(value)
    shown = column.kind.show(value)
    return "" if shown is None else f"{shown:g}" if isinstance(shown, float) else str(shown)


def cycle_of(report: PlanReport, cycle: str | None) -> str:
    """How often, in words; None: not for this customer."""
    return say.NO_TERMS if cycle is None else _cycle(cycle, report)


def _cycle(cycle: str, report: PlanReport) -> str:
    try:
        return WORDS.get(cycle) or cycle_words(cycle, report.seasons)
    except ValueError:  # written by a later version
        return cycle


def source_of(item: PlanItem) -> str:
    """Where the terms come from."""
    return say.SOURCES.get(item.source, item.source)


def remarks_of(report: PlanReport, item: PlanItem, *, remark: bool = True) -> Iterator[str]:
    """What a line has no room for: terms that end, terms to come, the remark where it is asked for."""
    if item.own and item.own.until:
        cycle = _cycle(item.own.cycle, report)
        yield say.LIMITED.format(name=item.name, cycle=cycle, until=item.own.until)
    for one in item.later:
        yield say.LATER.format(name=item.name, since=one.since, cycle=_cycle(one.cycle, report))
    if remark and item.own and item.own.remark:
        yield say.REMARK.format(name=item.name, remark=item.own.remark)


def about(one: CustomerFile) -> Iterator[tuple[str, str]]:
    """Who the customer is, line by line: title and text."""
    customers = layout("customers")
    if one.tier is None:
        yield say.TIER, one.tier_name
    else:
        since = say.SINCE.format(what=one.tier_name, day=one.tier_since)
        reasons = say.REASON_JOINT.join(one.tier_reasons)
        yield say.TIER, say.REASONS.format(tier=since, reasons=reasons) if reasons else since
    yield say.MANAGERS, _managers(one)
    for group in _FACTS:
        told = [
            (column.title, word(customers, face, value))
            for face in group
            if (value := one.facts.get(face)) is not None and (column := customers.column(face))
        ]
        if told:
            (title, first), *rest = told
            more = [say.LABEL.format(title=t, value=v) for t, v in rest]
            yield title, say.LINE_JOINT.join([first, *more])
    yield from _wishes(one)


def _managers(one: CustomerFile) -> str:
    told: list[str] = []
    for since, until, name in one.managers:
        now = name == one.facts.get("manager") and not told
        told.append((say.NOW if now else say.FORMER).format(name=name, since=since, until=until))
    if one.facts.get("manager") is None:
        told.insert(0, say.NO_MANAGER)
    return say.REASON_JOINT.join(told)


def _wishes(one: CustomerFile) -> Iterator[tuple[str, str]]:
    """Contacts, by what channel it is to be told, its days of the year."""
    customers, contacts = layout("customers"), layout("contacts")
    own = {
        "role": None,
        "name": one.facts.get("contact_name"),
        "phone": one.facts.get("contact_phone"),
    }
    people = [
        say.CONTACT.format(
            role=word(contacts, "role", row["role"]) + " " if row["role"] else "",
            name=row["name"] or "",
            phone=row["phone"] or "",
        ).strip()
        for row in (own, *one.contacts)
        if row["name"] or row["phone"]
    ]  # fmt: skip
    if people:
        yield layout("contacts").title, say.REASON_JOINT.join(people)
    for face in ("channel", "inspection_months", "remark"):
        column = customers.column(face)
        if column is not None and one.facts.get(face) is not None:
            yield column.title, word(customers, face, one.facts[face])
    days = [say.DATE.format(occasion=occasion_name(d.occasion), day=d.day) for d in one.dates]
    if days:
        yield say.DATES, say.REASON_JOINT.join(days)


Part = tuple[str, Sequence[str], list[list[str]]]
"""Title, heads, rows."""


def said(one: CustomerFile) -> Iterator[Part]:
    """Open matters, events, outages ahead; each only where there are any."""
    if one.matters:
        known = next((x for x in LAYOUTS if x.kind == "matters"), None)
        faces = ("matter_kind", "opened_on", "content", "due_by", "manager")
        rows = [
            [word(known, f, row[f]) if known else str(row[f] or "") for f in faces]
            for row in one.matters
        ]
        yield say.MATTERS, say.MATTER_HEADS, rows
    if one.events:
        yield (
            say.EVENTS,
            say.EVENT_HEADS,
            [
                [row["happened_on"], occasion_name(row["event"]), row["remark"] or ""]
                for row in one.events
            ],
        )
    if one.outages:
        yield say.OUTAGES, say.OUTAGE_HEADS, [_outage(row) for row in one.outages]


def _outage(row: Any) -> list[str]:
    kind = say.OUTAGE_KINDS.get(row["outage_kind"], row["outage_kind"] or "")
    begins, ends = (
        (row[f] or "").replace("T", " ").removesuffix(" 00:00") for f in ("begins_at", "ends_at")
    )
    return [begins, ends, kind, row["transformer_area"] or row["line"] or "", row["reason"] or ""]


CHANNELS = tuple(words[0] for words in codes.CHANNEL.values())
"""The words of the drop-down of channels."""
