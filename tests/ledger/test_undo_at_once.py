"""Two undos at the same moment: the second decides by what the first has left."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from cmledger.errors import NotFound
from cmledger.ledger.flips import flip
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.records.flips import FlipReport
from cmledger.work.undo import redo, undo


def two_operations(ledger: Ledger, caller: Caller) -> None:
    for name in ("示例一所", "示例二所"):
        with ledger.operation(caller, "test", {}) as operation:
            operation.insert("office", ("name",), [(name,)])


def while_another_undoes_the_second(
    ledger: Ledger, caller: Caller, number: int | None
) -> FlipReport:
    """What an undo reports that began before, and got its turn after, another one of operation 2."""
    began = threading.Event()

    def mine() -> FlipReport:
        began.set()
        return undo(ledger.location, number, caller)

    with ThreadPoolExecutor(1) as pool:
        with ledger.operation(caller, "undo", {}) as operation:
            operation.aim(2, {"operation": 2})
            waiting = pool.submit(mine)
            began.wait()
            time.sleep(0.5)  # it has opened the ledger, and waits
            flip(operation, 2, live=False)
        return waiting.result()


def test_what_is_undone_already_is_not_undone_again(ledger: Ledger, caller: Caller) -> None:
    two_operations(ledger, caller)
    report = while_another_undoes_the_second(ledger, caller, 2)
    assert (report.operation, report.rows) == (None, ())
    operation = table("operation")
    with ledger.reading() as connection:
        assert connection.scalars(sa.select(operation.c.id).order_by(operation.c.id)).all() == [1, 2, 3]  # fmt: skip
        assert connection.scalars(sa.select(table("office").c.name)).all() == ["示例一所"]


def test_the_newest_is_the_newest_that_is_left(ledger: Ledger, caller: Caller) -> None:
    two_operations(ledger, caller)
    report = while_another_undoes_the_second(ledger, caller, None)
    assert (report.target, report.operation) == (1, 4)
    with ledger.reading() as connection:
        assert connection.scalars(sa.select(table("office").c.name)).all() == []


def test_an_undo_is_recorded_with_what_it_was_about(ledger: Ledger, caller: Caller) -> None:
    two_operations(ledger, caller)
    assert undo(ledger.location, None, caller).target == 2
    assert undo(ledger.location, 3, caller).target == 2  # the undo undone
    operation = table("operation")
    query = sa.select(operation.c.target_id, operation.c.arguments).where(operation.c.id > 2)
    with ledger.reading() as connection:
        rows = [tuple(row) for row in connection.execute(query.order_by(operation.c.id))]
    assert rows == [(2, '{"operation":2}'), (2, '{"operation":3}')]


@pytest.mark.parametrize("number", [3, 99])
def test_an_undo_is_never_about_itself(number: int, ledger: Ledger, caller: Caller) -> None:
    """3 is the number it is about to be given."""
    two_operations(ledger, caller)
    with pytest.raises(NotFound, match=str(number)):
        undo(ledger.location, number, caller)
    with pytest.raises(NotFound):
        redo(ledger.location, None, caller)
    assert undo(ledger.location, None, caller, dry_run=True).operation is None
    assert undo(ledger.location, 2, caller).operation == 3
