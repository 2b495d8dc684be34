"""Entries: one per row and operation, with before-values."""

import json

import sqlalchemy as sa

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller


def test_touches_within_one_operation_fold_into_its_first_entry(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例供电所",)])
    with ledger.operation(caller, "test", {}) as op:
        op.update("office", ("name",), [office], [("甲",)], [{"name": "示例供电所"}])
        op.update("office", ("name",), [office], [("乙",)], [{"name": "甲"}])
    assert op.number == 2
    entry = table("entry")
    with ledger.reading() as connection:
        rows = connection.execute(
            sa.select(entry.c.operation_id, entry.c.action, entry.c.before).order_by(
                entry.c.operation_id
            )
        ).all()
    assert [(o, a, json.loads(b) if b else None) for o, a, b in rows] == [
        (1, "insert", None),
        (2, "update", {"name": "示例供电所"}),
    ]


def test_a_dry_run_leaves_nothing(ledger: Ledger, caller: Caller) -> None:
    with ledger.operation(caller, "test", {}, dry_run=True) as op:
        op.insert("office", ("name",), [("示例供电所",)])
    assert op.number is None
    with ledger.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(table("office"))) == 0
        assert connection.scalar(sa.select(sa.func.count()).select_from(table("operation"))) == 0
