"""What the service engine must say of the three-fixed office, worked out from what was drawn: dues, plan, outages."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from making import visits
from making.deeds import Doings, Outage, Telling
from making.law import DAY, FOREVER, Cycle, Owner, standing, works
from making.office import AS_OF, COUNT_FROM, MANAGERS, Customer, Office

_ALL = ("diamond", "gold", "normal")
_BEFORE_OUTAGE: Cycle = ("events", ("planned-outage",), 0, False)
CATALOGUE: dict[str, tuple[tuple[str, ...], Cycle]] = {
    "B4": (_ALL, ("per", "year")),
    "B5": (_ALL, ("events", ("报停", "暂停", "减容"), 7, False)),
    "B8": (_ALL, ("per", "year")),
    "B9": (_ALL, ("once", 30)),
    "B9-2": (_ALL, ("events", ("投诉",), 5, True)),
    "G4": (("gold",), _BEFORE_OUTAGE),
    "G6": (("gold",), ("per", "year")),
    "G7": (("gold",), ("dates", ("生日", "厂庆日", "spring-festival", "mid-autumn", "national-day"), 3)),
    "G8": ((), ()),
    "D4": (("diamond",), ("per", "quarter")),
    "D5": (("diamond",), ("per", "quarter")),
    "D6": (("diamond",), ("per", "year")),
    "D7": (("diamond",), ("seasons", ((5, 1), (6, 30)), ((10, 15), (11, 30)))),
    "D9": (("diamond",), ("per", "year")),
    "D10": ((), ()),
}  # fmt: skip
"""Item -> the tiers that have it, and its cycle; items that never fall due by themselves are there for own plans."""
_OF_VISITS = {"用电检查及安全服务": "B4", "安全隐患排查和安全性评价": "D4"}
_MANAGERS_OWN = ("M1", "M2")
ASKED = ("同意", "不同意", "要求改期")


def owed_services(one: Office, doings: Doings) -> list[dict[str, Any]]:
    """Every row of due-services on AS_OF."""
    return [*_of_customers(one, doings), *_of_managers(doings)]


def _of_customers(one: Office, doings: Doings) -> Iterator[dict[str, Any]]:
    done = _done(one, doings)
    for customer in one.customers:
        tier = one.tiers.get(customer.base)
        if tier is None:
            continue
        owner = _owner(customer, doings)
        for item in ("visit", *CATALOGUE):
            terms = _terms(customer, item, tier, doings)
            found = standing(terms, owner, done[customer.base, item], COUNT_FROM, AS_OF)
            if found:
                yield {"account": customer.base, "service": item} | found


def _of_managers(doings: Doings) -> Iterator[dict[str, Any]]:
    for _, name in MANAGERS:
        for item in _MANAGERS_OWN:
            days = [d.day for d in doings.duties if d.manager == name and d.item == item]
            always = [(date.min, FOREVER, ("per", "month"))]
            found = standing(always, Owner(COUNT_FROM), days, COUNT_FROM, AS_OF)
            if found:
                yield {"manager": name, "service": item} | found


def cycle_of(item: str, tier: str) -> Cycle:
    """By the tier alone."""
    if item == "visit":
        return ("per", "quarter" if tier == "normal" else "month")
    tiers, cycle = CATALOGUE[item]
    return cycle if tier in tiers else ()


def _terms(
    customer: Customer, item: str, tier: str, doings: Doings
) -> list[tuple[date, date, Cycle]]:
    """The tier's, but for the time of the customer's own plan."""
    terms = [(date.min, FOREVER, cycle_of(item, tier))]
    for plan in doings.plans:
        if plan.customer is customer and plan.item == item:
            ends = FOREVER if plan.until is None else plan.until + DAY
            after = [] if plan.until is None else [(ends, FOREVER, terms[-1][2])]
            terms = [(date.min, plan.since, terms[-1][2]), (plan.since, ends, plan.cycle), *after]
    return terms


def _owner(customer: Customer, doings: Doings) -> Owner:
    happened: list[tuple[str, date, date | None]] = []
    happened += [(e.event, e.day, None) for e in doings.events if e.customer is customer]
    happened += [(m.kind, m.day, None) for m in doings.matters if m.customer is customer]
    happened += [
        ("planned-outage", outage.known, outage.begins.date() - DAY)
        for outage in doings.outages
        if outage.kind == "计划停电" and outage.touches(customer)
    ]
    own_days = {what: day for one, what, day in doings.days if one is customer}
    opened = (
        customer.opened_on if customer.high_voltage else None
    )  # the other sheets do not tell it
    return Owner(opened or COUNT_FROM, opened, tuple(happened), own_days)


def _done(one: Office, doings: Doings) -> dict[tuple[str, str], list[date]]:
    """(customer, item) -> the days it was done: by itself, on a visit, by asking before an outage."""
    done: dict[tuple[str, str], list[date]] = defaultdict(list)
    for visit in one.visits:
        done[visit.customer.base, "visit"].append(visit.day)
        for words in visits.items_of(visit):
            done[visit.customer.base, _OF_VISITS[words]].append(visit.day)
    for deed in doings.deeds:
        done[deed.customer.base, deed.item].append(deed.day)
    for outage in doings.outages:
        for told in outage.tellings:
            if told.kind == "协商停电" and told.outcome in ASKED:
                done[told.customer.base, "G4"].append(told.at.date())
    return done


# --- the plan of December --------------------------------------------------------------------------


def december(one: Office, doings: Doings, owed: list[dict[str, Any]]) -> dict[str, Any]:
    """Whom plan-visits must send somebody to for the visit itself in December, and on which days."""
    open_ = {row["account"]: row["status"] for row in owed if row["service"] == "visit"}
    first, accounts = date(2026, 12, 1), []
    for customer in one.customers:
        tier = one.tiers.get(customer.base)
        if tier is None:
            continue
        terms = _terms(customer, "visit", tier, doings)
        cycle = next(cycle for since, until, cycle in terms if since <= first < until)
        status = open_.get(customer.base)
        if cycle == ("per", "month") or status == "overdue" or (status and cycle[1] == "quarter"):
            accounts.append(customer.base)
    days = [first + number * DAY for number in range(31)]
    return {
        "month": "2026-12",
        "accounts": sorted(accounts),
        "working_days": [day.isoformat() for day in days if works(day)],
    }


# --- outages ---------------------------------------------------------------------------------------


def told_of_outages(one: Office, doings: Doings) -> list[dict[str, Any]]:
    """What the outages from AS_OF on ask for, at the end of that day."""
    moment = datetime.combine(AS_OF, time(23, 59))
    return [
        _outage(one, doings, outage, moment)
        for outage in sorted(doings.outages, key=lambda o: (o.begins, o.number))
        if outage.begins.date() >= AS_OF
    ]


def _outage(one: Office, doings: Doings, outage: Outage, moment: datetime) -> dict[str, Any]:
    planned = outage.kind == "计划停电"
    before = timedelta(days=7) if planned else timedelta(hours=24)
    last = outage.begins - before
    if planned:
        last = last.replace(hour=23, minute=59)
    touched = [c for c in one.customers if outage.touches(c)]
    rows = []
    for customer in touched:
        agreed = _has_agreed(one, doings, customer)
        important = bool(customer.importance)
        if not (agreed or important):
            continue
        told = [t for t in outage.tellings if t.customer is customer]
        must = important or (agreed and planned)
        status = _told(told, last, moment, must=must)
        if agreed and planned:
            status = _and_agreed(status, outage, told, moment)
        rows.append({"account": customer.base, "status": status})
    return {
        "number": outage.number,
        "begins_at": outage.begins.isoformat(timespec="minutes"),
        "ends_at": outage.ends.isoformat(timespec="minutes"),
        "tell_by": last.isoformat(timespec="minutes"),
        "customers": len(touched),
        "rows": rows,
    }


def _has_agreed(one: Office, doings: Doings, customer: Customer) -> bool:
    for plan in doings.plans:
        if plan.customer is customer and plan.item == "G4" and plan.since <= AS_OF:
            return bool(plan.cycle)
    return one.tiers.get(customer.base) == "gold"


def _told(told: list[Telling], last: datetime, moment: datetime, *, must: bool) -> str:
    reached = [t.at for t in told if t.outcome != "未联系上"]
    if reached:
        return "late" if must and min(reached) > last else "told"
    if not must:
        return "none"
    return "overdue" if moment > last else "due"


def _and_agreed(status: str, outage: Outage, told: list[Telling], moment: datetime) -> str:
    """Who was told but not asked yet is still to be seen to."""
    answered = any(t.kind == "协商停电" and t.outcome in ASKED for t in told)
    if answered:
        return status
    if moment.date() >= outage.begins.date():
        return "overdue"
    return status if status == "overdue" else "due"
