"""What a visitor is told beforehand: the last visit, the last opinions, what is open on that day."""

from datetime import date

from cmledger.ledger.store import Ledger
from cmledger.ledger.visit_forms import known_of, planned_days
from cmledger.records.caller import Caller
from cmledger.records.visit_forms import OpenMatter

TODAY = date(2026, 11, 22)


def test_the_last_visit_and_the_last_three_opinions_are_told(
    ledger: Ledger, caller: Caller
) -> None:
    with ledger.operation(caller, "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        first, other = op.insert(
            "customer",
            ("account_key", "account_no", "office_id", "voltage"),
            [(f"370000000{n}", f"0003700000{n:03d}"[:3] + f"370000000{n}", home, "10kV") for n in (1, 2)],
        )  # fmt: skip
        op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "opinion"),
            [(first, f"2026-0{month}-01", 0, 1, f"意见{month}" if month < 7 else None)
             for month in range(1, 9)] + [(first, "2026-12-01", 0, 1, "以后的")],
        )  # fmt: skip
        op.insert(
            "matter",
            ("customer_id", "matter_kind", "opened_on", "sequence", "due_by", "closed_on"),
            [(first, "hazard", "2026-01-01", 1, None, None),
             (first, "hazard", "2026-01-02", 1, "2026-12-01", None),
             (first, "hazard", "2026-01-03", 1, None, "2026-11-22"),
             (first, "hazard", "2026-01-04", 1, "2026-12-02", "2026-11-23"),
             (first, "hazard", "2026-11-23", 1, None, None)],
        )  # fmt: skip
        op.insert(
            "planned_visit",
            ("customer_id", "service", "period", "month", "planned_on", "fixed"),
            [(first, "visit", "2026-11", "2026-11", "2026-11-25", 0),
             (other, "visit", "2026-11", "2026-11", None, 0)],
        )  # fmt: skip
    with ledger.reading() as connection:
        known = known_of(connection, ["3700000001", "3700000002"], TODAY)
        planned = planned_days(connection, ["3700000001", "3700000002"])
    told = known["3700000001"]
    assert [(v.day.month, v.opinion) for v in told.visits] == [
        (8, None), (6, "意见6"), (5, "意见5"), (4, "意见4")
    ]  # fmt: skip
    assert told.matters == (
        OpenMatter("hazard", date(2026, 1, 2), None, date(2026, 12, 1)),
        OpenMatter("hazard", date(2026, 1, 4), None, date(2026, 12, 2)),
        OpenMatter("hazard", date(2026, 1, 1), None, None),
    )
    assert told.facts["voltage"] == "10kV"
    assert known["3700000002"].visits == ()
    assert planned == {("3700000001", "visit", "2026-11"): date(2026, 11, 25)}
