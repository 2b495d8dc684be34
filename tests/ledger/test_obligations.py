"""The facts of what is owed come out of the ledger in bulk as they do one customer at a time, on both engines."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cmledger.errors import NotFound
from cmledger.ledger.narrow import Narrow, narrowed
from cmledger.ledger.obligations import DETAILS, VISIT, facts_of
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import parse_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.obligations import Obligation, Standing
from cmledger.rules.obligations import obligations, standing
from cmledger.work.owed import Plan, owed_in, plan, standings, working_days

ID = DETAILS.index("id")
COUNT_FROM = date(2025, 3, 1)
CUSTOMERS = 150

Span = dict[str, object]


def rules(performer: str, discharged_by: str = "visit") -> Policy:
    """three-fixed, where another item may stand for the visit."""
    text = profile_text("three-fixed").replace('performer = "report"', f'performer = "{performer}"')
    return parse_policy(
        text.replace('discharged_by = ["visit"]', f"discharged_by = [{discharged_by}]"), "."
    )


@pytest.fixture
def population(ledger: Ledger, caller: Caller) -> Ledger:
    """Customers with tiers that change, end and will change; managers of every grade; visits and hazard checks by anybody."""
    r = random.Random(20261122)
    start = date(2024, 11, 1)

    def day() -> str:
        return (start + timedelta(days=r.randrange(900))).isoformat()

    def spans(key: str, values: list[object]) -> Iterator[Span]:
        edges = sorted({day() for _ in range(r.choice([1, 1, 2, 3]))})
        if r.random() < 0.5:
            edges[0] = "2015-01-01"
        for n, since in enumerate(edges):
            until = edges[n + 1] if n + 1 < len(edges) else FOREVER
            if r.random() < 0.15:
                until = min(until, max(since, day()))
            if since < until and r.random() < 0.9:
                yield {"valid_from": since, "valid_to": until, key: r.choice(values)}

    def tiers() -> list[Span]:
        found = spans("tier", ["diamond", "gold", "normal"])
        return [{**s, "rule": r.choice(["rest", "pv"]), "reasons": "[]"} for s in found]

    with ledger.operation(caller, "test", {}) as op:
        offices = op.insert("office", ("name",), [("示例一所",), ("示例二所",)])
        on = [(o, n) for o in offices for n in ("东线", "西线")]
        lines = op.insert("line", ("office_id", "name"), on)
        grades = ["chief", "senior", "general", None]
        managers = op.insert(
            "manager",
            ("office_id", "person_key", "name", "grade"),
            [(o, f"经理{g}", f"经理{g}", g) for o in offices for g in grades],
        )
        rows = []
        for n in range(CUSTOMERS):
            closed = day() if r.random() < 0.1 else None
            status = "closed" if closed or r.random() < 0.05 else None
            opened = r.choice([None, "2015-01-01", day()])
            number = f"{3700000000 + n}"
            office = r.choice(offices)
            line = r.choice(
                [*(i for i, (o, _) in zip(lines, on, strict=True) if o == office), None]
            )
            rows.append((number, number, office, line, status, opened, closed))
        columns = ("account_key", "account_no", "office_id", "line_id", "status", "opened_on", "closed_on")  # fmt: skip
        customers = op.insert("customer", columns, rows)
        op.replace_spans("customer_tier", {c: tiers() for c in customers})
        own = {
            c: list(managers[4 * (row[2] - 1) :][:4])
            for c, row in zip(customers, rows, strict=True)
        }
        held = {c: list(spans("manager_id", own[c])) for c in customers}
        op.replace_spans("customer_manager", held)
        visits = []
        for c in customers:
            for n in range(r.randrange(9)):
                manager = r.choice([*managers, None])
                visits.append((c, day(), manager or 0, n + 1, manager))
        ids = op.insert(
            "visit", ("customer_id", "visited_on", "manager_key", "sequence", "manager_id"), visits
        )
        op.insert(
            "service_done",
            ("customer_id", "service", "done_on", "manager_id", "visit_id"),
            [
                (v[0], r.choice(["D4", "B4"]), v[1], v[4], i)
                for i, v in zip(ids, visits, strict=True)
                if r.random() < 0.5
            ],
        )
    return ledger


CASES = [
    ("report", '"visit"', date(2025, 12, 31)),
    ("enforce", '"visit"', date(2026, 6, 15)),
    ("report", '"visit", "D4"', date(2026, 6, 15)),
    ("enforce", '"visit", "D4"', date(2025, 12, 31)),
]
"""performer, discharged_by, as_of"""


def laid_out(performer: str, codes: str, since: date, until: date, as_of: date) -> Plan:
    policy = rules(performer, codes)
    laid = plan(policy, VISIT, working_days(policy), since, until, as_of)
    assert laid is not None
    return laid


def test_where_everybody_stands(population: Ledger) -> None:
    for performer, codes, as_of in CASES:
        for ahead in (0, 80):
            until = as_of + timedelta(days=ahead)
            _same_standings(population, performer, codes, as_of, until)


def _same_standings(
    population: Ledger, performer: str, codes: str, as_of: date, until: date
) -> None:
    laid = laid_out(performer, codes, COUNT_FROM, until, as_of)
    with population.reading() as connection:
        groups = standings(connection, laid, until, Narrow())
        bulk = {row[ID]: found for found, rows in groups for row in rows}
        single: dict[int, Standing] = {}
        for customer_id in range(1, CUSTOMERS + 1):
            facts = facts_of(connection, customer_id, laid.ask)
            in_scope = any(span.since <= as_of < span.until for span in facts.spans)
            found = standing(facts, laid.parts, as_of, until) if in_scope else None
            if found is not None:
                single[customer_id] = found
    assert _told(bulk) == _told(single)
    assert len({found.status for found in bulk.values()}) > 1  # the case says something


def _told(found: dict[int, Standing]) -> dict[int, tuple[object, ...]]:
    return {
        i: (s.status, s.obligation.part.label, s.obligation.tier, s.overdue_since, s.missed)
        for i, s in found.items()
    }


def test_everything_owed_in_a_time(population: Ledger) -> None:
    for performer, codes, as_of in CASES:
        _same_obligations(population, performer, codes, as_of)


def _same_obligations(population: Ledger, performer: str, codes: str, as_of: date) -> None:
    since = max(COUNT_FROM, as_of - timedelta(days=400))
    laid = laid_out(performer, codes, since, as_of, as_of)
    with population.reading() as connection:
        bulk = {
            owing.customer_id: list(owing.obligations)
            for owing in owed_in(connection, laid, Narrow())
        }
        single: dict[int, list[Obligation]] = {}
        for customer_id in range(1, CUSTOMERS + 1):
            facts = facts_of(connection, customer_id, laid.ask)
            owed = list(obligations(facts, laid.parts, as_of))
            if owed:
                single[customer_id] = owed
    assert bulk == single
    flat = [o for owed in bulk.values() for o in owed]
    assert {(o.met, o.below_grade) for o in flat} >= {(True, False), (False, False)}
    assert any(o.below_grade for o in flat)


def test_the_manager_of_any_day(population: Ledger) -> None:
    as_of = date(2026, 6, 15)
    laid = laid_out("report", '"visit"', date(2025, 7, 1), as_of, as_of)
    held = table("customer_manager")
    with population.reading() as connection:
        spans = connection.execute(sa.select(held)).all()
        for owing in owed_in(connection, laid, Narrow()):
            for obligation in owing.obligations:
                day = min(obligation.part.last, as_of)
                there = [
                    s.manager_id
                    for s in spans
                    if s.customer_id == owing.customer_id
                    and s.valid_from <= day.isoformat() < s.valid_to
                ]
                assert owing.manager_on(day) == (there[0] if there else None)


@pytest.mark.parametrize(
    "names",
    [
        {"office": "示例一所"},
        {"line": "东线"},
        {"office": "示例二所", "line": "东线"},
        {"manager": "经理chief"},
        {"office": "示例一所", "manager": "经理chief"},
    ],
)
def test_narrowing_leaves_what_is_about_others_out(
    population: Ledger, names: dict[str, str]
) -> None:
    as_of = date(2026, 6, 15)
    laid = laid_out("report", '"visit"', COUNT_FROM, as_of, as_of)
    office, line, manager, customer = (
        table(n) for n in ("office", "line", "customer_manager", "customer")
    )
    with population.reading() as connection:
        everybody = standings(connection, laid, as_of, Narrow())
        narrow = narrowed(connection, **names)
        some = standings(connection, laid, as_of, narrow)
        wanted = set(connection.scalars(narrow.customers(as_of)))
        expected = set()
        for row in connection.execute(sa.select(customer)).mappings():
            held = connection.scalar(
                sa.select(table("manager").c.name)
                .join(manager, manager.c.manager_id == table("manager").c.id)
                .where(
                    manager.c.customer_id == row["id"],
                    manager.c.valid_from <= as_of.isoformat(),
                    manager.c.valid_to > as_of.isoformat(),
                )
            )
            is_ = {
                "office": connection.scalar(
                    sa.select(office.c.name).where(office.c.id == row["office_id"])
                ),
                "line": connection.scalar(
                    sa.select(line.c.name).where(line.c.id == row["line_id"])
                ),
                "manager": held,
            }
            if all(is_[kind] == name for kind, name in names.items()):
                expected.add(row["id"])
    assert wanted == expected
    told = {row[ID]: s for s, rows in everybody for row in rows if row[ID] in expected}
    assert told == {row[ID]: s for s, rows in some for row in rows}
    assert told


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ({"office": "示例三所"}, "是不是：示例二所、示例一所"),
        ({"line": "南线"}, "是不是：西线、东线"),
        ({"manager": "经理chef"}, "是不是：经理chief、经理general、经理senior、经理None"),
    ],
)
def test_an_unknown_name_names_those_near(
    population: Ledger, names: dict[str, str], hint: str
) -> None:
    with population.reading() as connection, pytest.raises(NotFound) as refused:
        narrowed(connection, **names)
    assert refused.value.exit_code == 18
    assert set((refused.value.hint or "").removeprefix("是不是：").split("、")) == set(
        hint.removeprefix("是不是：").split("、")
    )
