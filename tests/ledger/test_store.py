"""What the ledger says of its own troubles, and what it keeps to itself."""

import traceback

import pytest
import sqlalchemy as sa

from cmledger.ledger.store import Ledger
from cmledger.records.caller import Caller


def test_an_error_of_ours_does_not_quote_the_row(ledger: Ledger, caller: Caller) -> None:
    """PostgreSQL adds the key's values under DETAIL; the traceback ends up in a file."""
    rows = [("示例供电所",), ("示例供电所",)]
    with (
        pytest.raises(sa.exc.IntegrityError) as caught,
        ledger.operation(caller, "test", {}) as operation,
    ):
        operation.insert("office", ("name",), rows)
    told = "".join(traceback.format_exception(caught.value))
    assert "示例供电所" not in told
    assert "office" in told
