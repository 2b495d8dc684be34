"""Due lists out of a real ledger against the slow model: whatever the history, the day asked about, and the days between."""

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import caller_on
from tests.rules.engine_worlds import KINDS, Case, Rules, a_day_asked, customers, offices, text

from cmledger.ledger.narrow import Narrow
from cmledger.ledger.obligations import VISIT
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.policy.load import load_policy
from cmledger.policy.schema import Policy
from cmledger.records.due import Wanted
from cmledger.work.due_visits import due_list
from cmledger.work.owed import owed_in, plan, working_days

DAY = timedelta(days=1)
CUSTOMERS = 8
GRADES = ("general", "senior", "chief")
"""By level."""


def span(since: date, until: date) -> dict[str, object]:
    return {"valid_from": since.isoformat(), "valid_to": min(until.isoformat(), FOREVER)}


def write(ledger: Ledger, cases: list[Case]) -> None:
    """The customers and all that happened to them, as the ledger keeps it."""
    # entered last of all: what counts is the day that an outage is told to have been known
    with ledger.operation(caller_on("2099-12-31"), "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例所",)])
        lines = op.insert(
            "line", ("office_id", "name"), [(office, f"{n}线") for n in range(len(cases))]
        )
        managers = op.insert(
            "manager",
            ("office_id", "person_key", "name", "grade"),
            [(office, grade, grade, grade) for grade in GRADES],
        )
        columns = (
            "account_key", "account_no", "office_id", "line_id", "status", "opened_on", "closed_on", "importance",
            "inspection_months",
        )  # fmt: skip
        rows = [
            (
                account(n), account(n), office, line, "closed" if case.world.closed else None,
                iso(case.world.opened), iso(case.world.closed), case.importance, case.months,
            )
            for n, (case, line) in enumerate(zip(cases, lines, strict=True))
        ]  # fmt: skip
        ids = op.insert("customer", columns, rows)
        tiers = {
            i: [
                {**span(since, until), "tier": tier, "rule": "rest", "reasons": "[]"}
                for since, until, tier in case.world.tiers
            ]
            for i, case in zip(ids, cases, strict=True)
        }
        op.replace_spans("customer_tier", tiers)
        plans = {
            i: [
                {**span(since, until), "service": "visit", "cycle": text(how)}
                for since, until, how in case.world.plan
            ]
            for i, case in zip(ids, cases, strict=True)
        }
        op.replace_spans("customer_plan", plans)
        number = itertools.count(1)
        op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id"),
            [
                (i, day.isoformat(), managers[level], next(number), managers[level])
                for i, case in zip(ids, cases, strict=True)
                for day, level in case.world.deeds
            ],
        )
        op.insert(
            "customer_date",
            ("customer_id", "occasion", "day"),
            [(i, *one) for i, case in zip(ids, cases, strict=True) for one in case.personal],
        )
        happened = [
            (i, line, one)
            for i, line, case in zip(ids, lines, cases, strict=True)
            for one in case.world.events
        ]
        op.insert(
            "customer_event",
            ("customer_id", "event", "happened_on"),
            [(i, e.kind, e.day.isoformat()) for i, _, e in happened if e.kind == "suspension"],
        )
        op.insert(
            "matter",
            ("customer_id", "matter_kind", "opened_on", "sequence"),
            [(i, e.kind, e.day.isoformat(), 1) for i, _, e in happened if e.kind == "complaint"],
        )
        outages = [
            (office, f"{e.deadline + DAY}T{next(number) % 24:02}:00", line, 0, line, "planned", e.day.isoformat())
            for _, line, e in happened
            if e.deadline is not None
        ]  # fmt: skip
        op.insert(
            "outage",
            ("office_id", "begins_at", "line_key", "area_key", "line_id", "outage_kind", "known_on"),
            outages,
        )  # fmt: skip


def account(number: int) -> str:
    return f"{3700000001 + number}"


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@contextmanager
def office(rules: Rules, cases: list[Case]) -> Iterator[tuple[Ledger, Policy]]:
    """A ledger with its policy and its calendar beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for year in rules.years.values():
            listed = {"holidays": year.holidays, "workdays": year.workdays}
            Path(folder, f"calendar-{year.year}.toml").write_text(
                "".join(
                    f"{key} = [{', '.join(str(day) for day in sorted(days))}]\n"
                    for key, days in listed.items()
                ),
                encoding="utf-8",
            )
        path = Path(folder, "policy.toml")
        path.write_text(rules.text, encoding="utf-8")
        ledger = create_ledger(
            str(Path(folder, "cmledger.db")), caller_on(rules.count_from.isoformat())
        )
        write(ledger, cases)
        yield ledger, load_policy(path)


Told = dict[str, tuple[str, date, date | None, int]]


def listed(ledger: Ledger, policy: Policy, today: date, until: date) -> Told:
    wanted = Wanted(services=("all",), until=until if until > today else None)
    report = due_list(ledger, policy, caller_on(today.isoformat()), wanted)
    found: Told = {}
    for row in report.rows:
        assert row.account_no not in found, "one row per customer and item"
        told = (row.status.value, row.due_by, row.overdue_since, row.missed)
        found[str(row.account_no)] = told
    return found


Debts = dict[str, list[tuple[date, date, date, bool]]]


def reported(ledger: Ledger, policy: Policy, first: date, today: date) -> Debts:
    """What a report from a day on counts, by customer: first, last, closes, met."""
    days = working_days(policy)
    laid = plan(policy, VISIT, days, ledger.count_from, today, today, reported_from=first)
    if laid is None:
        return {}
    with ledger.reading() as snapshot:
        numbers = dict(map(tuple, snapshot.execute(sa.text("SELECT id, account_no FROM customer"))))
        return {
            numbers[owing.customer_id]: begun
            for owing in owed_in(snapshot, laid, Narrow())
            if (
                begun := sorted(
                    (o.part.first, o.part.last, o.part.closes, o.met)
                    for o in owing.obligations
                    if o.part.first <= today
                )
            )
        }


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
@given(st.data(), st.sampled_from([*KINDS, "mixed"]))
def test_the_due_list_is_the_model_s_on_any_day_in_any_order(
    data: st.DataObject, kind: str
) -> None:
    rules = data.draw(offices(kind))
    cases = [data.draw(customers(rules)) for _ in range(CUSTOMERS)]
    days = sorted(data.draw(st.lists(a_day_asked, min_size=2, max_size=4)))
    days = [max(day, rules.count_from) for day in days]
    ahead = DAY * data.draw(st.integers(0, 100))
    expected: dict[date, Told] = defaultdict(dict)
    for n, case in enumerate(cases):
        for today in days:
            told = case.lived(today).stands(today, today + ahead)
            # who has no tier today is not listed, though one to come be known (0028)
            in_scope = any(since <= today < until for since, until, _ in case.world.tiers)
            if told is not None and in_scope:
                expected[today][account(n)] = told
    first = max(rules.count_from, data.draw(a_day_asked).replace(day=1))
    counted: dict[date, Debts] = defaultdict(dict)
    for n, case in enumerate(cases):
        for today in days:
            debts = [debt for debt in case.lived(today).told(today) if debt[2] >= first]
            if debts:
                counted[today][account(n)] = debts
    with office(rules, cases) as (ledger, policy):
        for today in (*reversed(days), *days):  # back in time, then forward, each day twice
            assert listed(ledger, policy, today, today + ahead) == expected[today], today
            if first <= today:
                assert reported(ledger, policy, first, today) == counted[today], (first, today)
