"""Manager rows meet the ledger: one person on several rows, and rows that write nothing."""

from typing import Any

import sqlalchemy as sa
from tests.ledger.test_intake_customers import take

from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import table
from cmledger.records.caller import Caller
from cmledger.records.intake import CLEAR


def row(name: str, no: Any = None, phone: Any = None, office: str = "示例供电所") -> dict[str, Any]:
    return {
        "manager.name": name,
        "manager.employee_no": no,
        "manager.phone": phone,
        "manager.office": office,
    }


def managers(ledger: Ledger) -> list[tuple[Any, ...]]:
    t = table("manager")
    with ledger.reading() as connection:
        query = sa.select(t.c.person_key, t.c.employee_no, t.c.phone).order_by(t.c.id)
        return [tuple(found) for found in connection.execute(query)]


def test_rows_of_one_person_are_taken_together(ledger: Ledger, caller: Caller) -> None:
    rows = [row("示例甲", phone="13800000001"), row("示例甲", "1"), row("示例甲", "1")]
    outcomes, _, _ = take(ledger, caller, rows, kind="managers")
    assert outcomes == [["new", "new", "unchanged"]]
    assert managers(ledger) == [("示例甲", "1", "13800000001")]


def test_a_cleared_number_is_no_other_person(ledger: Ledger, caller: Caller) -> None:
    take(ledger, caller, [row("示例甲", "1")], kind="managers")
    outcomes, _, _ = take(ledger, caller, [row("示例甲", CLEAR)], kind="managers")
    assert outcomes == [["changed"]]
    assert managers(ledger) == [("示例甲", None, None)]
    outcomes, codes, _ = take(
        ledger, caller, [row("示例甲", "2"), row("示例甲", CLEAR)], kind="managers"
    )
    assert outcomes == [["rejected", "rejected"]]
    assert codes == [["conflicting-rows", "conflicting-rows"]]


def test_rejected_rows_create_no_office(ledger: Ledger, caller: Caller) -> None:
    rows = [row("示例甲", phone=p, office="另一供电所") for p in ("13800000001", "13800000002")]
    outcomes, _, operation = take(ledger, caller, rows, kind="managers")
    assert outcomes == [["rejected", "rejected"]]
    with ledger.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(table("office"))) == 0
    assert operation is None
