"""Every kind of cycle, customers' own terms and owners' items: in bulk as one at a time, on both engines."""

import random
from datetime import date, timedelta

import pytest
from tests.ledger.test_obligations import CUSTOMERS, ID, population

from cmledger.ledger.duties import facts_of_owner
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.obligations import VISIT, Snapshot, facts_of
from cmledger.ledger.store import Ledger
from cmledger.policy.load import parse_policy
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.records.obligations import Facts, Happened, Standing
from cmledger.rules.obligations import obligations, standing
from cmledger.work.owed import Plan, owed_in, plan, standings, working_days

__all__ = ["population"]

COUNT_FROM = date(2025, 3, 1)
AS_OF = date(2026, 6, 15)

KINDS = {
    "quota": '{ per = "month", times = 2, spacing_days = 5, grace_days = 4 }',
    "plain": '{ per = "quarter" }',
    "interval": "{ every_months = 3, grace_days = 10 }",
    "seasons": '{ seasons = ["summer"], grace_days = 3 }',
    "dates": '{ dates = ["birthday", "labour-day"], lead_days = 10 }',
    "events": '{ events = ["suspension", "complaint", "planned-outage"], within_days = 20 }',
    "once": "{ once_within_days = 60 }",
    "word": '"standing"',
    "inspection": "{ every_months = 6, grace_days = 2 }\ninspection = true",
    "importance": '{ per = "year" }\nby_importance.first = { every_months = 1 }',
}


def rules(cycle: str, more: str = "", performer: str = "report") -> Policy:
    return parse_policy(
        f'extend = "three-fixed@1"\n[duty]\nperformer = "{performer}"\n[season.summer]\nname = "夏"\n'
        f'from = "05-01"\nuntil = "06-30"\n[service.X]\nname = "试"\n'
        f'tiers = ["diamond", "gold", "normal"]\nperformer = "serving"\ncycle = {cycle}\n'
        f'discharged_by = ["visit"]\ninstead.gold.cycle = {{ per = "half-year" }}\n{more}',
        "policy.toml",
    )


@pytest.fixture
def enriched(population: Ledger, caller: Caller) -> Ledger:
    """The same customers with plans, days, events, matters, outages, months between inspections, importance."""
    r = random.Random(28)
    start = date(2025, 1, 1)

    def day() -> str:
        return (start + timedelta(days=r.randrange(700))).isoformat()

    with population.operation(caller, "test", {}) as op:
        who = range(1, CUSTOMERS + 1)
        op.replace_spans(
            "customer_plan",
            {
                c: [
                    {"service": "X", "valid_from": since, "valid_to": until, "cycle": r.choice(
                        ["none", "month", "2/quarter;grace=3", "every-2-months", "as-listed",
                         "events-complaint;within=9", "dates-founding;lead=5", "once-within-20-days"]
                    )}
                    for since, until in [sorted((day(), day()))]
                    if since < until
                ]
                for c in who if r.random() < 0.2
            },
        )  # fmt: skip
        days = [
            (c, occasion, f"{r.randrange(1, 13):02}-{r.randrange(1, 29):02}")
            for c in who
            for occasion in ("birthday", "founding")
            if r.random() < 0.4
        ]
        op.insert("customer_date", ("customer_id", "occasion", "day"), days)
        events = {(c, r.choice(["suspension", "reduction"]), day()) for c in who for _ in range(2)}
        op.insert("customer_event", ("customer_id", "event", "happened_on"), sorted(events))
        op.insert(
            "matter",
            ("customer_id", "matter_kind", "opened_on", "sequence"),
            [(c, r.choice(["complaint", "hazard"]), day(), n) for c in who for n in (1, 2)],
        )
        outages = []
        for n in range(30):
            begins, known = day(), r.choice([None, day()])
            kind, cancelled = (
                r.choice(["planned", "planned", "fault"]),
                r.choice([None, None, day()]),
            )
            line = r.choice([1, 2])
            outages.append((1, f"{begins}T08:{n:02}", line, 0, line, kind, known, cancelled))
        op.insert(
            "outage",
            ("office_id", "begins_at", "line_key", "area_key", "line_id", "outage_kind",
             "known_on", "cancelled_on"),
            outages,
        )  # fmt: skip
        few = [c for c in who if r.random() < 0.3]
        op.update(
            "customer",
            ("inspection_months", "importance"),
            few,
            [(r.choice([None, 2, 12]), r.choice(["first", "none"])) for _ in few],
            [{"inspection_months": None, "importance": None} for _ in few],
        )
    return population


def laid_out(policy: Policy, until: date, as_of: date = AS_OF, code: str = "X") -> Plan:
    laid = plan(policy, code, working_days(policy), COUNT_FROM, until, as_of)
    assert laid is not None
    return laid


def told(found: dict[int, Standing]) -> dict[int, tuple[object, ...]]:
    return {
        i: (s.status, s.obligation.part.label, s.obligation.tier, s.overdue_since, s.missed)
        for i, s in found.items()
    }


def one_by_one(connection: Snapshot, laid: Plan) -> dict[int, Facts]:
    return {c: facts_of(connection, c, laid.ask) for c in range(1, CUSTOMERS + 1)}


@pytest.mark.parametrize("kind", KINDS)
def test_in_bulk_as_one_at_a_time(enriched: Ledger, kind: str) -> None:
    for performer, days in (("report", (100,)), ("enforce", (0,))):
        policy = rules(KINDS[kind], performer=performer)
        for until in (AS_OF + timedelta(days=ahead) for ahead in days):
            laid = laid_out(policy, until)
            with enriched.reading() as connection:
                groups = standings(connection, laid, until, Narrow())
                bulk = {row[ID]: found for found, rows in groups for row in rows}
                single = {}
                for c, facts in one_by_one(connection, laid).items():
                    in_scope = any(s.since <= AS_OF < s.until for s in facts.spans)
                    found = standing(facts, laid.parts, AS_OF, until) if in_scope else None
                    if found is not None:
                        single[c] = found
            assert told(bulk) == told(single)
            assert bulk


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_was_owed(enriched: Ledger, kind: str) -> None:
    """What a report on the last months says is what the whole history says of them."""
    policy, first = rules(KINDS[kind]), date(2026, 4, 1)
    laid = plan(
        policy, "X", working_days(policy), COUNT_FROM, AS_OF, AS_OF, reported_from=first
    )  # fmt: skip
    whole = laid_out(policy, AS_OF)
    assert laid is not None
    with enriched.reading() as connection:
        bulk = {o.customer_id: list(o.obligations) for o in owed_in(connection, laid, Narrow())}
        single = {}
        for c, facts in one_by_one(connection, whole).items():
            owed = [
                o for o in obligations(facts, whole.parts, AS_OF) if o.part.closes >= first
            ]  # fmt: skip
            if owed:
                single[c] = owed
    assert bulk == single


def test_a_plan_makes_due_what_no_rule_does(enriched: Ledger) -> None:
    laid = laid_out(rules('"standing"\ninstead.normal.cycle = "once"'), AS_OF)
    with enriched.reading() as connection:
        facts = one_by_one(connection, laid)
        groups = standings(connection, laid, AS_OF, Narrow())
    planned = {c for c, f in facts.items() if f.own}
    golden = {row[ID] for s, rows in groups if s.obligation.part.per == "half-year" for row in rows}
    rest = {row[ID] for _, rows in groups for row in rows} - golden
    assert rest
    assert rest <= planned


def test_the_office_knows_of_an_outage_before_it_is_published(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "test", {}) as op:
        op.insert("office", ("name",), [("示例所",)])
        (line,) = op.insert("line", ("office_id", "name"), [(1, "东线")])
        op.insert(
            "customer",
            ("account_key", "account_no", "office_id", "line_id"),
            [("3700000001", "3700000001", 1, line)],
        )
        op.insert(
            "outage",
            ("office_id", "begins_at", "line_key", "area_key", "line_id", "outage_kind", "known_on"),
            [(1, "2027-01-05T08:00", line, 0, line, "planned", "2026-12-28")],
        )  # fmt: skip
    rule = rules(KINDS["events"])
    known = (Happened("planned-outage", caller.as_of, date(2027, 1, 4)),)
    with ledger.reading() as connection:
        for as_of, told in (
            (caller.as_of - timedelta(days=1), ()),
            (caller.as_of, known),
            (date(2026, 12, 29), known),  # its day does not move once it is published
        ):
            laid = laid_out(rule, as_of, as_of)
            assert facts_of(connection, 1, laid.ask).events == told


def test_an_outage_is_an_event_of_its_line_until_it_is_called_off(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "test", {}) as op:
        op.insert("office", ("name",), [("示例所",)])
        lines = op.insert("line", ("office_id", "name"), [(1, "东线"), (1, "西线")])
        (area,) = op.insert(
            "transformer_area", ("office_id", "name", "line_id"), [(1, "一台区", lines[0])]
        )
        op.insert(
            "customer",
            ("account_key", "account_no", "office_id", "line_id", "transformer_area_id"),
            [("3700000001",) * 2 + (1, lines[0], area), ("3700000002",) * 2 + (1, lines[1], None),
             ("3700000003",) * 2 + (1, lines[0], None)],
        )  # fmt: skip
        op.insert(
            "outage",
            ("office_id", "begins_at", "line_key", "area_key", "line_id", "transformer_area_id",
             "outage_kind", "known_on", "cancelled_on"),
            [(1, "2026-07-01T08:00", 1, 0, lines[0], None, "planned", "2026-06-10", None),
             (1, "2026-07-05T08:00", 1, 1, lines[0], area, "planned", "2026-06-11", "2026-06-20"),
             (1, "2026-07-09T08:00", 1, 0, lines[0], None, "fault", "2026-06-11", None)],
        )  # fmt: skip
    laid = laid_out(rules(KINDS["events"]), AS_OF)
    first = Happened("planned-outage", date(2026, 6, 10), date(2026, 6, 30))
    second = Happened("planned-outage", date(2026, 6, 11), date(2026, 7, 4))
    with ledger.reading() as connection:
        assert facts_of(connection, 1, laid.ask).events == (first, second)
        assert facts_of(connection, 2, laid.ask).events == ()
        assert facts_of(connection, 3, laid.ask).events == (first,)
        later = laid_out(rules(KINDS["events"]), AS_OF, date(2026, 6, 20))
        assert facts_of(connection, 1, later.ask).events == (first,)


def test_managers_and_grids_owe_their_own(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "test", {}) as op:
        op.insert("office", ("name",), [("示例所",)])
        op.insert(
            "manager",
            ("office_id", "person_key", "name", "left_on"),
            [(1, "甲", "甲", None), (1, "乙", "乙", None), (1, "丙", "丙", "2026-06-01")],
        )
        op.insert("grid", ("office_id", "name", "manager_id"), [(1, "一社区", 1)])
        op.insert(
            "duty_done",
            ("office_id", "service", "done_on", "manager_key", "grid_key", "manager_id", "grid_id"),
            [(1, "M", "2026-06-03", 1, 0, 1, None), (1, "M", "2026-05-03", 2, 0, 2, None),
             (1, "G", "2026-04-03", 0, 1, None, 1)],
        )  # fmt: skip
    policy = rules(
        '"standing"',
        '[service.M]\nname = "座谈"\nowner = "manager"\ncycle = { per = "month" }\n'
        '[service.G]\nname = "宣传"\nowner = "grid"\ncycle = { every_months = 1 }\n',
    )
    with ledger.reading() as connection:
        for code, owner, expected in (
            ("M", "manager", {2: ("due", "2026-06-30")}),
            ("G", "grid", {1: ("overdue", "2026-07-03")}),
        ):
            laid = laid_out(policy, AS_OF, code=code)
            groups = standings(connection, laid, AS_OF, Narrow())
            bulk = {row[ID]: found for found, rows in groups for row in rows}
            assert {
                i: (s.status.value, s.obligation.part.last.isoformat()) for i, s in bulk.items()
            } == expected
            for owner_id, found in bulk.items():
                facts = facts_of_owner(connection, owner_id, laid.ask, owner)
                alone = standing(facts, laid.parts, AS_OF, AS_OF)
                assert alone is not None
                assert told({1: alone}) == told({1: found})


def test_the_visit_is_no_other_item(enriched: Ledger) -> None:
    """Items that only a visit discharges share its days; the plan of one item is not another's."""
    laid = laid_out(rules(KINDS["plain"]), AS_OF, code=VISIT)
    with enriched.reading() as connection:
        assert not any(f.own for f in one_by_one(connection, laid).values())
