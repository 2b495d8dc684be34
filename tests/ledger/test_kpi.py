"""Customers as a KPI report counts them: on a day, by what they have in common."""

from datetime import date

import sqlalchemy as sa

from cmledger.ledger.journal import Operation
from cmledger.ledger.kpi import customer_counts, customer_facts, group_keys
from cmledger.ledger.narrow import Narrow
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.records.caller import Caller
from cmledger.records.kpi_facts import Fact, Of
from cmledger.records.kpi_words import By

DAY = date(2026, 10, 31)


def _customers(op: Operation, *rows: tuple[object, ...]) -> range:
    """account_no, office, line, status, payment_channel, opened_on, closed_on"""
    columns = (
        "account_key", "account_no", "office_id", "line_id",
        "status", "payment_channel", "opened_on", "closed_on",
    )  # fmt: skip
    return op.insert("customer", columns, [(row[0], *row) for row in rows])


def _span(first: str, to: str, **values: object) -> dict[str, object]:
    return {"valid_from": first, "valid_to": to, **values}


def _tier(first: str, to: str, tier: str) -> dict[str, object]:
    return _span(first, to, tier=tier, rule="sales-rank", reasons="[]")


def test_tier_and_manager_are_those_of_the_day_and_equal_facts_are_counted_together(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
        (line,) = op.insert("line", ("office_id", "name"), [(office, "示例一线")])
        one, two = op.insert(
            "manager", ("office_id", "person_key", "name"), [(office, n, n) for n in "甲乙"]
        )
        a, b, c, d = _customers(
            op,
            ("3700000001", office, line, None, "app", None, None),
            ("3700000002", office, line, "active", "app", "2026-10-31", None),
            ("3700000003", office, line, None, None, None, None),
            ("3700000004", office, None, None, "cash", None, None),
        )
        op.replace_spans(
            "customer_manager",
            {
                a: [_span("2025-01-01", FOREVER, manager_id=one)],
                b: [
                    _span("2025-01-01", "2026-10-31", manager_id=two),  # until the 30th
                    _span("2026-10-31", FOREVER, manager_id=one),
                ],
                c: [_span("2026-11-01", FOREVER, manager_id=one)],  # not yet
            },
        )
        op.replace_spans(
            "customer_tier",
            {
                a: [_tier("2025-01-01", FOREVER, "gold")],
                b: [_tier("2025-01-01", "2026-11-01", "gold")],
                c: [
                    _tier("2025-01-01", "2026-10-31", "diamond"),
                    _tier("2026-10-31", FOREVER, "normal"),
                ],
            },
        )
    with ledger.reading() as connection:
        assert customer_counts(connection, By.LINE, DAY, Narrow()) == {
            Fact(Of.CUSTOMER, line, one, "gold", "app"): 2,
            Fact(Of.CUSTOMER, line, None, "normal", None): 1,
            Fact(Of.CUSTOMER, None, None, None, "cash"): 1,
        }
        by_manager = list(customer_facts(connection, By.MANAGER, DAY, Narrow(offices=(office,))))
    assert [(i, fact.key, fact.tier) for i, fact in by_manager] == [
        (a, one, "gold"),
        (b, one, "gold"),
        (c, None, "normal"),
        (d, None, None),
    ]


def test_closed_and_not_yet_opened_customers_are_none(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "test", {}) as op:
        here, there = op.insert("office", ("name",), [("甲所",), ("乙所",)])
        _customers(
            op,
            ("3700000001", here, None, None, "closed since", None, "2026-10-31"),
            ("3700000002", here, None, "closed", "closed, unknown since", None, None),
            ("3700000003", here, None, "closed", "closed later", None, "2026-11-01"),
            ("3700000004", here, None, None, "opened later", "2026-11-01", None),
            ("3700000005", there, None, None, "elsewhere", None, None),
        )
    with ledger.reading() as connection:
        everywhere = customer_counts(connection, By.OFFICE, DAY, Narrow())
        at_one = customer_counts(connection, By.OFFICE, DAY, Narrow(offices=(here,)))
    assert {(fact.key, fact.channel) for fact in everywhere} == {
        (here, "closed later"),
        (there, "elsewhere"),
    }
    assert {fact.channel for fact in at_one} == {"closed later"}


def test_groups_are_named_in_order_with_the_office_where_a_name_is_shared(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "test", {}) as op:
        a, b = op.insert("office", ("name",), [("A所",), ("B所",)])
        one, two, three = op.insert(
            "line", ("office_id", "name"), [(b, "L2"), (a, "L2"), (a, "L1")]
        )
    with ledger.reading() as connection:
        assert list(group_keys(connection, By.LINE, Narrow(), {None}).items()) == [
            (three, "L1"),
            (two, "L2（A所）"),
            (one, "L2（B所）"),
            (None, None),
        ]
        assert group_keys(connection, By.LINE, Narrow(offices=(b,)), set()) == {one: "L2"}
        assert group_keys(connection, By.LINE, Narrow(offices=(b,)), {three}) == {
            three: "L1",
            one: "L2",
        }
        assert group_keys(connection, By.OFFICE, Narrow(), set()) == {a: "A所", b: "B所"}


def test_counts_agree_with_the_customers_one_by_one(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
        _customers(
            op,
            *(
                (f"37{i:08}", office, None, None, ("app", "cash", None)[i % 3], None, None)
                for i in range(50)
            ),
        )
    with ledger.reading() as connection:
        counts = customer_counts(connection, By.OFFICE, DAY, Narrow())
        facts = [fact for _, fact in customer_facts(connection, By.OFFICE, DAY, Narrow())]
        total = connection.scalar(sa.select(sa.func.count()).select_from(table("customer")))
    assert counts.total() == total == len(facts)
    assert {fact: facts.count(fact) for fact in counts} == dict(counts)
