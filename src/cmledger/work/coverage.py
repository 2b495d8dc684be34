"""Who is not looked after, how communities are covered, and how the work is spread over managers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from cmledger.ledger.assignment import Roster, roster
from cmledger.ledger.coverage import Held, grids, held_customers, uncovered
from cmledger.ledger.editions import check_editions
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.obligations import VISIT
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.records.caller import Caller
from cmledger.records.coverage import CoverageReport, GridCover, Load, Uncovered
from cmledger.rules.assignment import serves
from cmledger.rules.staff import spread
from cmledger.rules.territory import territory
from cmledger.rules.workload import yearly
from cmledger.work.log_export import log_export
from cmledger.work.owed import working_days

COMMAND = "coverage"


def coverage(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    *,
    office: str | None = None,
    by: str = "manager",
    excel: Path | None = None,
) -> CoverageReport:
    """How customers, grids and managers stand on the day of the call. by: manager or grid, what is listed.

    Raises NotFound (office), BadPolicy, OutputNotWritable.
    """
    day = caller.as_of
    edition = policy.edition_on(day)
    with ledger.reading() as connection:
        check_editions(connection, policy)
        narrow = narrowed(connection, office=office)
        found = roster(connection, day, edition.duty.customers_per_manager)
        held = held_customers(connection, day, narrow)
        places = grids(connection, narrow)
        left_over = []
        if excel is not None:
            left_over = [Uncovered(*row) for row in uncovered(connection, day, narrow)]
    a_year = yearly(edition, VISIT, day.year, working_days(policy))
    dues = {tier: float(one.dues) / 12 for tier, one in a_year.items()}
    managers = _loads(found, held, edition, dues, narrow.offices)
    there = [one for one in managers if not one.left]
    figures: dict[str, list[float]] = {
        "customers": [one.customers for one in there],
        "in_scope": [one.in_scope for one in there],
        "dues_a_month": [one.dues_a_month for one in there],
    }
    report = CoverageReport(
        day,
        office,
        by,
        _pair(held),
        _pair([h for h in held if h.manager is None]),
        _pair([h for h in held if h.manager is not None and found.people[h.manager].left]),
        sum(one.below for one in managers),
        managers,
        _covers(found, held, places, edition.assignment.community_managers),
        {name: s for name, values in figures.items() if (s := spread(values)) is not None},
        edition.assignment.community_managers,
        {str(code): name for code, name in edition.grade.items()},
        {code: tier.name for code, tier in edition.tier.items()},
    )
    return report if excel is None else _handed_out(ledger, report, left_over, caller, excel)


def _handed_out(
    ledger: Ledger,
    report: CoverageReport,
    left_over: Sequence[Uncovered],
    caller: Caller,
    excel: Path,
) -> CoverageReport:
    from cmledger.sheets.staff_books import write_coverage_book

    write_coverage_book(excel, report, left_over, caller)
    logged = log_export(ledger, caller, {"rows": {COMMAND: len(left_over)}, "path": str(excel)})
    return replace(report, excel=str(excel), logged=logged)


def _pair(held: Sequence[Held]) -> tuple[int, int]:
    """All of these customers, and those in a tier."""
    return sum(h.customers for h in held), sum(h.customers for h in held if h.tier is not None)


def _loads(
    found: Roster,
    held: Sequence[Held],
    edition: Edition,
    dues: dict[str, float],
    offices: Collection[int] | None,
) -> tuple[Load, ...]:
    """Every manager of the office, and everyone who looks after customers of it; who has left only with customers."""
    of_manager: dict[int, list[Held]] = defaultdict(list)
    for one in held:
        if one.manager is not None:
            of_manager[one.manager].append(one)
    loads = []
    for person in found.people.values():
        mine = of_manager.get(person.id, [])
        ours = offices is None or person.office in offices
        if not mine and (person.left or not ours):
            continue
        everyone, in_scope = _pair(mine)
        below = sum(
            h.customers
            for h in mine
            if h.tier is not None
            and not serves(edition, person.grade, edition.serving_grade(h.tier, h.rule))
        )
        month = sum(h.customers * dues.get(h.tier or "", 0.0) for h in mine)
        counted = everyone if edition.assignment.counted == "all" else in_scope
        loads.append(
            Load(
                found.offices[person.office],
                person.name,
                person.grade,
                person.left,
                everyone,
                in_scope,
                below,
                round(month, 1),
                counted,
                person.capacity,
            )
        )
    return tuple(sorted(loads, key=lambda one: (one.office, -one.customers, one.manager)))


def _covers(
    found: Roster,
    held: Sequence[Held],
    places: Sequence[tuple[int, int, str, str | None]],
    most: int,
) -> tuple[GridCover, ...]:
    """Every grid: those with nobody first, then those with too many."""
    named = territory(found.claims, found.places).covers["grid"]
    customers: Counter[int] = Counter()
    serving: dict[int, set[int]] = defaultdict(set)
    for one in held:
        if one.grid is not None:
            customers[one.grid] += one.customers
            if one.manager is not None and not found.people[one.manager].left:
                serving[one.grid].add(one.manager)
    covers = []
    for i, office, name, kind in places:
        there = sorted(found.people[m].name for m in named.get(i, ()) if not found.people[m].left)
        many = kind == "community" and len(there) > most
        state = "many" if many else "ok" if there else "none"
        covers.append(
            GridCover(
                found.offices[office],
                name,
                kind,
                customers[i],
                tuple(there),
                len(serving[i]),
                state,
            )
        )
    order = {"none": 0, "many": 1, "ok": 2}
    return tuple(sorted(covers, key=lambda one: (order[one.state], one.office, one.grid)))
