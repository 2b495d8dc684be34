"""Undo and redo: examples of each rule, and random sequences against an obvious model."""

import json
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import assert_sound

from cmledger.ledger.flips import flip
from cmledger.ledger.journal import Operation
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER, ROW_TABLES, table
from cmledger.records.caller import Caller
from cmledger.records.flips import RowFate
from cmledger.work.undo import undo


def office(operation: Operation, name: str = "示例供电所") -> int:
    return operation.insert("office", ("name",), [(name,)])[0]


def customer(operation: Operation, office_id: int, key: str, **fields: Any) -> int:
    columns = ("account_key", "account_no", "office_id", *fields)
    return operation.insert("customer", columns, [(key, key, office_id, *fields.values())])[0]


def change(operation: Operation, row_id: int, **fields: Any) -> None:
    t = table("customer")
    columns = tuple(fields)
    row = operation.connection.execute(
        sa.select(*(t.c[c] for c in columns)).where(t.c.id == row_id)
    ).one()
    before = {c: v for c, v in zip(columns, row, strict=True) if v != fields[c]}
    if before:
        operation.update(
            "customer", tuple(before), [row_id], [[fields[c] for c in before]], [before]
        )


def flipped(
    ledger: Ledger, caller: Caller, target: int, *, live: bool
) -> list[tuple[str, str, int | None]]:
    command = "redo" if live else "undo"
    with ledger.operation(caller, command, {}) as operation:
        operation.aim(target, {})
        rows = flip(operation, target, live=live)
    return [(row.table, row.fate.value, row.kept_by) for row in rows]


def value(ledger: Ledger, row_id: int, field: str) -> Any:
    t = table("customer")
    with ledger.reading() as connection:
        return connection.scalar(sa.select(t.c[field]).where(t.c.id == row_id))


def content(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    with ledger.reading() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(t).order_by(t.c.id))]
            for name, t in ROW_TABLES.items()
        }


def test_undo_reverses_inserts_and_updates(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "import", {}) as op:
        row = customer(op, office(op), "3700000001", name="甲")
    before = content(ledger)
    with ledger.operation(caller, "import", {}) as op:
        change(op, row, name="乙", contact_phone="13800000001")
    assert flipped(ledger, caller, 2, live=False) == [("customer", "reversed", None)]
    assert content(ledger) == before
    assert flipped(ledger, caller, 2, live=True) == [("customer", "reversed", None)]
    assert value(ledger, row, "name") == "乙"
    assert sorted(flipped(ledger, caller, 1, live=False)) == [
        ("customer", "kept", 2),
        ("office", "kept", 2),
    ]


def test_a_later_edit_is_kept_and_named(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "import", {}) as op:
        row = customer(op, office(op), "3700000001", name="甲")
    with ledger.operation(caller, "import", {}) as op:
        change(op, row, name="乙", address="示例路 1 号")
    with ledger.operation(caller, "edit", {}) as op:
        change(op, row, name="丙")
    assert flipped(ledger, caller, 2, live=False) == [("customer", "kept", 3)]
    assert value(ledger, row, "name") == "丙"
    assert value(ledger, row, "address") is None
    flipped(ledger, caller, 3, live=False)
    assert value(ledger, row, "name") == "甲"


def test_what_a_live_row_refers_to_stays_until_nothing_does(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "import", {}) as op:
        place = office(op)
    with ledger.operation(caller, "import", {}) as op:
        customer(op, place, "3700000001")
    assert flipped(ledger, caller, 1, live=False) == [("office", "kept", 2)]
    flipped(ledger, caller, 2, live=False)
    assert content(ledger)["office"] == []
    flipped(ledger, caller, 2, live=True)
    assert len(content(ledger)["office"]) == 1, "a redone row brings back what it refers to"


def test_a_key_taken_meanwhile_keeps_with_its_reason(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "import", {}) as op:
        customer(op, office(op), "3700000001")
    flipped(ledger, caller, 1, live=False)
    with ledger.operation(caller, "import", {}) as op:
        customer(op, office(op, "另一所"), "3700000001")
    with ledger.operation(caller, "redo", {}) as op:
        op.aim(1, {})
        rows = flip(op, 1, live=True)
    assert {(r.table, r.fate, r.reason) for r in rows} == {
        ("office", RowFate.REVERSED, None),
        ("customer", RowFate.KEPT, "key-clash"),
    }
    assert [r.kept_by for r in rows if r.reason == "key-clash"] == [3]
    assert_sound(ledger.location)
    flipped(ledger, caller, 3, live=False)
    with ledger.reading() as connection:
        offices = connection.scalars(sa.select(table("office").c.name)).all()
    assert offices == ["示例供电所"], "with the key free again, what was redone is there"
    assert_sound(ledger.location)


def test_what_undo_undid_is_told_by_what_it_named(ledger: Ledger, caller: Caller) -> None:
    """Undoing the undo of an undo is an undo."""
    with ledger.operation(caller, "import", {}) as op:
        office(op)
    for number, there in ((1, False), (2, True), (3, False), (4, True), (3, False), (3, False)):
        report = undo(ledger.location, number, caller)
        assert report.target == 1
        assert bool(content(ledger)["office"]) == there, number
    assert report.operation is None, "operation 3 is undone already"


def test_a_row_that_only_a_reference_keeps_is_as_it_was_inserted(
    ledger: Ledger, caller: Caller
) -> None:
    for order in ((1, 2), (2, 1)):
        with ledger.operation(caller, "import", {}) as op:
            row = customer(op, office(op, f"示例{order}所"), f"370000000{order[0]}", name="甲")
            inserted = op.id
        with ledger.operation(caller, "import", {}) as op:
            change(op, row, name="乙")
        with ledger.operation(caller, "import", {}) as op:
            op.insert("consumption", ("customer_id", "year", "month", "kwh"), [(row, 2025, 0, 1)])
        for step in order:
            flipped(ledger, caller, inserted + step - 1, live=False)
        assert value(ledger, row, "name") == "甲", order
        flipped(ledger, caller, inserted, live=True)
        assert value(ledger, row, "name") == "甲", order
        assert_sound(ledger.location)


def test_customers_that_point_at_each_other_go_and_come_back_together(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "import", {}) as op:
        place = office(op)
        kept = customer(op, place, "3700000002")
        customer(op, place, "3700000001", merged_into_id=kept)
    before = content(ledger)
    flipped(ledger, caller, 1, live=False)
    assert content(ledger)["customer"] == []
    flipped(ledger, caller, 1, live=True)
    assert content(ledger) == before
    assert_sound(ledger.location)


def test_spans_flip_whole(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "import", {}) as op:
        place = office(op)
        row = customer(op, place, "3700000001")
        ids = op.insert(
            "manager",
            ("office_id", "person_key", "name"),
            [(place, "甲", "甲"), (place, "乙", "乙")],
        )
    first = [{"valid_from": "2026-01-01", "valid_to": FOREVER, "manager_id": ids[0]}]
    second = [
        {"valid_from": "2026-01-01", "valid_to": "2026-06-01", "manager_id": ids[0]},
        {"valid_from": "2026-06-01", "valid_to": FOREVER, "manager_id": ids[1]},
    ]
    with ledger.operation(caller, "import", {}) as op:
        op.replace_spans("customer_manager", {row: first})
    with ledger.operation(caller, "import", {}) as op:
        op.replace_spans("customer_manager", {row: second})

    def spans() -> list[tuple[str, str, int]]:
        t = table("customer_manager")
        with ledger.reading() as connection:
            return [
                (r.valid_from, r.valid_to, r.manager_id)
                for r in connection.execute(sa.select(t).order_by(t.c.valid_from))
            ]

    assert flipped(ledger, caller, 2, live=False) == [("customer_manager", "kept", 3)]
    assert len(spans()) == 2
    assert flipped(ledger, caller, 3, live=False) == [("customer_manager", "reversed", None)]
    assert spans() == []
    flipped(ledger, caller, 2, live=True)
    assert spans() == [("2026-01-01", FOREVER, ids[0])]


KEYS = ("3700000001", "3700000002")
FIELDS = ("name", "address")

write = st.tuples(
    st.just("write"),
    st.dictionaries(
        st.sampled_from(KEYS),
        st.dictionaries(st.sampled_from(FIELDS), st.sampled_from("甲乙丙"), max_size=2),
        min_size=1,
    ),
)
turn = st.tuples(st.sampled_from(["undo", "redo"]), st.integers(0, 7))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.one_of(write, turn), max_size=9))
def test_any_order_of_writes_undos_and_redos_is_as_the_live_writes_say(
    tmp_path_factory: Any, steps: list[Any]
) -> None:
    """Model: each field is what its latest live operation wrote; a row is there while one live operation wrote it."""
    from tests.conftest import caller_on

    caller = caller_on("2026-11-22")
    ledger = create_ledger(str(tmp_path_factory.mktemp("flips") / "l.db"), caller)
    with ledger.operation(caller, "import", {}) as op:
        place = office(op)
    writes: list[tuple[int, bool, dict[str, dict[str, Any]], set[str]]] = []
    rows: dict[str, int] = {}
    for step, what in steps:
        present = {key for key in rows if value(ledger, rows[key], "account_key")}
        if step == "write":
            done: dict[str, dict[str, Any]] = {}
            inserted: set[str] = set()
            with ledger.operation(caller, "import", {}) as op:
                number = op.id
                for key, fields in what.items():
                    if key in present:
                        known = {f: value(ledger, rows[key], f) for f in fields}
                        new = {f: v for f, v in fields.items() if known[f] != v}
                        if new:
                            change(op, rows[key], **new)
                            done[key] = new
                    elif key not in rows:
                        rows[key] = customer(op, place, key, **fields)
                        done[key] = {f: fields.get(f) for f in FIELDS}
                        inserted.add(key)
            if done:
                writes.append((number, True, done, inserted))
        elif writes:
            index = what % len(writes)
            number, live, done, inserted = writes[index]
            wanted = step == "redo"
            if live != wanted:
                flipped(ledger, caller, number, live=wanted)
                writes[index] = (number, wanted, done, inserted)
        for key, row_id in rows.items():
            live_writes = [w for w in writes if w[1] and key in w[2]]
            there = value(ledger, row_id, "account_key") is not None
            assert there == bool(live_writes), (key, steps)
            insert_live = any(w[1] and key in w[3] for w in writes)
            for field in FIELDS:
                wrote = [w[2][key][field] for w in live_writes if field in w[2][key]]
                if wrote:
                    assert value(ledger, row_id, field) == wrote[-1], (key, field, steps)
                elif there and insert_live:
                    assert value(ledger, row_id, field) is None
    assert_sound(ledger.location)


def test_an_undo_writes_its_own_before_values(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "import", {}) as op:
        row = customer(op, office(op), "3700000001", name="甲")
    with ledger.operation(caller, "import", {}) as op:
        change(op, row, name="乙")
    flipped(ledger, caller, 2, live=False)
    entry = table("entry")
    with ledger.reading() as connection:
        before = connection.scalar(
            sa.select(entry.c.before).where(
                entry.c.operation_id == 3, entry.c.table_name == "customer"
            )
        )
    assert json.loads(before) == {"name": "乙"}
