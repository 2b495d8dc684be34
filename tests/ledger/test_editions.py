"""Editions used: kept with their text, not to be edited while an operation lives by them."""

import dataclasses
from datetime import date

import pytest
import sqlalchemy as sa

from cmledger.errors import BadPolicy
from cmledger.ledger.editions import check_edition
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.policy.load import parse_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.work.assign_tiers import assign_tiers
from cmledger.work.undo import undo

THREE_FIXED = profile_text("three-fixed")
EDITED = THREE_FIXED.replace("sales_rank_top = 10", "sales_rank_top = 5")
ADDED = f"{THREE_FIXED}\n[[edition]]\nsince = 2026-12-01\n[edition.duty]\nperformer = 'enforce'\n"


def policy(text: str) -> Policy:
    return parse_policy(text, "policy.toml")


@pytest.fixture
def used(ledger: Ledger, caller: Caller) -> Ledger:
    """A ledger with one tiered customer: operation 2 lives by the edition."""
    with ledger.operation(caller, "test", {}) as op:
        (office,) = op.insert("office", ("name",), [("示例所",)])
        columns = ("account_key", "account_no", "office_id", "customer_class")
        op.insert("customer", columns, [("0000000001", "0000000001", office, "high-voltage")])
    assign_tiers(ledger, policy(THREE_FIXED), caller)
    return ledger


def kept(ledger: Ledger) -> list[tuple[str, str]]:
    edition = table("policy_edition")
    with ledger.reading() as connection:
        query = sa.select(edition.c.since, edition.c.text).order_by(edition.c.id)
        return [tuple(row) for row in connection.execute(query)]


def test_an_edition_used_is_kept_with_its_text_and_stamps_operation_and_spans(used: Ledger) -> None:
    assert kept(used) == [("2000-01-01", THREE_FIXED)]
    operation, held = table("operation"), table("customer_tier")
    with used.reading() as connection:
        stamped = connection.execute(sa.select(operation.c.edition_id).order_by(operation.c.id))
        assert [number for (number,) in stamped] == [None, 1]
        assert connection.scalar(sa.select(held.c.edition_id)) == 1


def test_an_edited_edition_is_refused_and_nothing_written(used: Ledger, caller: Caller) -> None:
    with pytest.raises(BadPolicy, match="已经用过") as caught:
        assign_tiers(used, policy(EDITED), caller)
    assert caught.value.exit_code == 14
    assert caught.value.where == "policy.toml:13"
    assert "[[edition]]" in (caught.value.hint or "")
    with used.reading() as connection, pytest.raises(BadPolicy):
        check_edition(connection, policy(EDITED).editions[0])
    assert kept(used) == [("2000-01-01", THREE_FIXED)]


def test_comments_may_be_edited_and_editions_added(used: Ledger, caller: Caller) -> None:
    assert assign_tiers(used, policy("# 说明\n" + THREE_FIXED), caller).operation is None
    later = dataclasses.replace(caller, as_of=date(2026, 12, 2))
    assign_tiers(used, policy(ADDED), later)
    with used.reading() as connection:
        check_edition(connection, policy(ADDED).editions[1])


def test_after_undo_an_edition_may_be_edited(used: Ledger, caller: Caller) -> None:
    undo(used.location, 2, caller)
    assert assign_tiers(used, policy(EDITED), caller).operation is not None
    assert len(kept(used)) == 2
    with pytest.raises(BadPolicy):  # and now the first reading is the edited one
        assign_tiers(used, policy(THREE_FIXED), caller)
