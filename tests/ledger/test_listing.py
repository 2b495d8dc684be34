"""Records as people know them, on both engines."""

import json

import pytest

from cmledger.ledger.listing import count_rows, extra_headers, listed_kinds, stream_rows
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER
from cmledger.records.caller import Caller
from cmledger.sheets.layouts import LAYOUTS

DAY = "2026-11-22"


@pytest.fixture
def filled(ledger: Ledger, caller: Caller) -> Ledger:
    """Two offices; a customer with everything, one with nothing, one of the other office."""
    with ledger.operation(caller, "test", {}) as op:
        here, there = op.insert("office", ("name",), [("示例供电所",), ("示例二所",)])
        (line,) = op.insert("line", ("office_id", "name"), [(here, "示例一线")])
        old, new = op.insert(
            "manager",
            ("office_id", "person_key", "name", "employee_no"),
            [(here, "示例甲", "示例甲", "01"), (here, "示例乙#02", "示例乙", "02")],
        )
        columns = ("account_key", "account_no", "name", "office_id", "line_id", "pv", "extras")
        full, bare, far = op.insert(
            "customer",
            columns,
            [
                ("3700000001", "3303700000001", "示例一", here, line, 1, json.dumps({"b": "x", "a": 1})),
                ("3700000002", "3700000002", None, here, None, None, None),
                ("3700000003", "3700000003", "示例三", there, None, 0, json.dumps({"c": "y"})),
            ],
        )  # fmt: skip
        span = {"tier": "gold", "rule": "sales-rank", "reasons": "[]", "valid_to": FOREVER}
        op.replace_spans("customer_tier", {full: [{"valid_from": "2026-01-01", **span}]})
        op.replace_spans(
            "customer_manager",
            {
                full: [
                    {"valid_from": "2026-01-01", "valid_to": "2026-06-01", "manager_id": old},
                    {"valid_from": "2026-06-01", "valid_to": FOREVER, "manager_id": new},
                ]
            },
        )
        op.insert(
            "consumption",
            ("customer_id", "year", "month", "kwh"),
            [(full, 2025, 2, 1500), (full, 2025, 0, 9000), (far, 2025, 1, None)],
        )
        first, _ = op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id"),
            [(full, "2026-10-02", new, 1, new), (bare, "2026-09-01", 0, 1, None)],
        )
        op.insert(
            "service_done",
            ("customer_id", "service", "done_on", "visit_id"),
            [
                (full, "safety-check", "2026-10-02", first),
                (full, "file-check", "2026-10-02", first),
            ],
        )
    return ledger


def rows(
    ledger: Ledger, kind: str, *faces: str, day: str = DAY, **options: object
) -> list[tuple[object, ...]]:
    with ledger.reading() as connection:
        return [tuple(r) for r in stream_rows(connection, kind, faces, day, **options)]  # type: ignore[arg-type]


def test_customers_have_names_and_the_manager_and_tier_of_the_day(filled: Ledger) -> None:
    faces = ("account_no", "office", "line", "manager", "tier")
    assert rows(filled, "customers", *faces) == [
        ("3303700000001", "示例供电所", "示例一线", "示例乙#02", "gold"),
        ("3700000002", "示例供电所", None, None, None),
        ("3700000003", "示例二所", None, None, None),
    ]
    assert rows(filled, "customers", "manager", "tier", day="2026-05-31")[0] == ("示例甲", "gold")
    assert rows(filled, "customers", "manager", "tier", day="2025-12-31")[0] == (None, None)


@pytest.mark.parametrize(
    ("kind", "conditions", "count"),
    [
        ("customers", [("account_no", "3700000001")], 1),
        ("customers", [("manager", "示例乙")], 1),
        ("customers", [("manager", "示例乙#02"), ("tier", "gold")], 1),
        ("customers", [("manager", "示例乙"), ("tier", "normal")], 0),
        ("customers", [("manager", None), ("office", "示例供电所")], 1),
        ("customers", [("pv", 0)], 1),
        ("managers", [("name", "示例甲")], 1),
        ("consumption", [("month", 0)], 1),
        ("consumption", [("office", "示例二所")], 1),
        ("consumption", [("kwh", None)], 1),
        ("visits", [("services", ("safety-check", "file-check"))], 1),
        ("visits", [("services", ("safety-check", "visit"))], 0),
        ("visits", [("account_no", "3700000001"), ("manager", "示例乙")], 1),
        ("visits", [("manager", None)], 1),
    ],
)
def test_conditions_and_their_count(
    filled: Ledger, kind: str, conditions: list[tuple[str, object]], count: int
) -> None:
    assert len(rows(filled, kind, "office", conditions=conditions)) == count
    with filled.reading() as connection:
        assert count_rows(connection, kind, DAY, conditions) == count  # type: ignore[arg-type]


def test_records_of_customers(filled: Ledger) -> None:
    assert rows(filled, "consumption", "account_no", "name", "year", "month", "kwh") == [
        ("3303700000001", "示例一", 2025, 0, 9000),
        ("3303700000001", "示例一", 2025, 2, 1500),
        ("3700000003", "示例三", 2025, 1, None),
    ]
    assert rows(filled, "visits", "account_no", "visited_on", "manager", "services") == [
        ("3700000002", "2026-09-01", None, None),
        ("3303700000001", "2026-10-02", "示例乙#02", ("file-check", "safety-check")),
    ]
    assert len(rows(filled, "visits", "account_no", limit=1)) == 1


def test_the_offices_own_columns_are_found_in_order(filled: Ledger) -> None:
    with filled.reading() as connection:
        assert extra_headers(connection, "customers", [], DAY) == ["b", "a", "c"]
        assert extra_headers(connection, "customers", [("office", "示例二所")], DAY) == ["c"]
        assert extra_headers(connection, "consumption", [], DAY) == []
    assert rows(filled, "customers", "extras")[0] == ({"b": "x", "a": 1},)


def test_every_column_of_every_layout_can_be_listed(filled: Ledger) -> None:
    assert {one.kind for one in LAYOUTS} == set(listed_kinds())
    for one in LAYOUTS:
        names = [column.name for column in one.columns]
        assert all(len(row) == len(names) for row in rows(filled, one.kind, *names))


def test_a_long_listing_is_read_in_batches(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
        numbers = [f"37{i:08d}" for i in range(5000)]
        op.insert(
            "customer",
            ("account_key", "account_no", "office_id"),
            [(n, n, office) for n in numbers],
        )
    assert [r[0] for r in rows(ledger, "customers", "account_no")] == numbers
