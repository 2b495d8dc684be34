"""Recording a visit by hand: what it writes, what it clears, what it refuses."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import caller_on

from cmledger.errors import LedgerError
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.due import Wanted
from cmledger.records.intake import Outcome
from cmledger.records.visit import VisitReport, VisitTold
from cmledger.work.due_visits import due_visits
from cmledger.work.record_visit import record_visit
from cmledger.work.undo import undo

TODAY = caller_on("2026-11-22")


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(profile_text("three-fixed"), encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def office(location: str) -> Ledger:
    """One gold customer, counted since 2026-10-01; two managers of one name and one of another office."""
    ledger = create_ledger(location, caller_on("2026-10-05"))
    with ledger.operation(TODAY, "test", {}) as op:
        home, other = op.insert("office", ("name",), [("示例一所",), ("示例二所",)])
        op.insert(
            "manager",
            ("office_id", "person_key", "name", "employee_no", "grade"),
            [
                (home, "示例甲", "示例甲", None, "senior"),
                (home, "示例乙#1", "示例乙", "1", "general"),
                (home, "示例乙#2", "示例乙", "2", "senior"),
                (other, "示例丙", "示例丙", None, "general"),
            ],
        )
        (customer,) = op.insert(
            "customer",
            ("account_key", "account_no", "name", "office_id", "opened_on"),
            [("3700000001", "3703700000001", "示例户", home, "2015-01-01")],
        )
        span = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        tier = {**span, "tier": "gold", "rule": "rest", "reasons": "[]"}
        op.replace_spans("customer_tier", {customer: [tier]})
    return ledger


def record(
    ledger: Ledger, policy: Policy, day: str = "2026-11-20", *, dry_run: bool = False, **told: Any
) -> VisitReport:
    visit = VisitTold(told.pop("account_no", "3700000001"), date.fromisoformat(day), **told)
    return record_visit(ledger, policy, TODAY, visit, dry_run=dry_run)


def visits(ledger: Ledger) -> list[tuple[Any, ...]]:
    visit, done = table("visit"), table("service_done")
    query = (
        sa.select(
            visit.c.visited_on,
            visit.c.manager_key,
            visit.c.sequence,
            visit.c.content,
            done.c.service,
        )
        .outerjoin(done, done.c.visit_id == visit.c.id)
        .order_by(visit.c.id, done.c.id)
    )
    with ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def cleared(report: VisitReport) -> list[str]:
    return [f"{o.part.service} {o.part.label}" for o in report.came_to.cleared]


def test_a_visit_is_one_operation_that_clears_what_it_meets(office: Ledger, policy: Policy) -> None:
    report = record(
        office, policy, manager="示例甲", method="上门", content="看了配电室", satisfaction="满意",
        opinion="无功补偿", services=("用电检查及安全服务", "D4"),
    )  # fmt: skip
    assert (report.operation, report.outcome, report.manager) == (2, Outcome.NEW, "示例甲")
    assert report.account_no == "3703700000001"  # the full number, given the short one
    assert cleared(report) == ["visit 2026-11", "B4 2026"]  # D4 is owed by diamonds only
    assert report.came_to.still == ()
    assert visits(office) == [
        ("2026-11-20", 1, 1, "看了配电室", "B4"),
        ("2026-11-20", 1, 1, "看了配电室", "D4"),
    ]
    visit = table("visit")
    with office.reading() as connection:
        row = connection.execute(sa.select(visit)).mappings().one()
    assert (row["method"], row["satisfaction"], row["opinion"]) == (
        "on-site",
        "satisfied",
        "无功补偿",
    )
    assert due_visits(office, policy, TODAY, Wanted()).rows[:] == []


def test_the_day_of_the_visit_decides_not_the_day_of_recording(
    office: Ledger, policy: Policy
) -> None:
    report = record(office, policy, "2026-10-31")
    assert cleared(report) == ["visit 2026-10"]
    (still,) = report.came_to.still
    assert (still.obligation.part.label, still.status, still.missed) == ("2026-11", "due", 0)


def test_the_same_visit_twice_is_nothing_new(office: Ledger, policy: Policy) -> None:
    record(office, policy, manager="示例甲", content="看了配电室", services=("B4",))
    again = record(office, policy, manager="示例甲", content="看了配电室", services=("B4",))
    assert (again.operation, again.outcome, cleared(again)) == (None, Outcome.UNCHANGED, [])
    assert len(visits(office)) == 1


def test_what_was_blank_is_filled_in_and_a_blank_takes_nothing_away(
    office: Ledger, policy: Policy
) -> None:
    record(office, policy, manager="示例甲")
    filled = record(office, policy, manager="示例甲", content="看了配电室", services=("B4",))
    assert (filled.operation, filled.outcome) == (3, Outcome.CHANGED)
    assert cleared(filled) == ["B4 2026"]
    again = record(office, policy, manager="示例甲")
    assert again.outcome is Outcome.UNCHANGED
    assert visits(office) == [("2026-11-20", 1, 1, "看了配电室", "B4")]


def test_another_visit_of_the_day_gets_the_next_sequence(office: Ledger, policy: Policy) -> None:
    record(office, policy, manager="示例甲", content="上午")
    second = record(office, policy, manager="示例甲", content="下午")
    assert (second.outcome, cleared(second)) == (Outcome.NEW, [])
    record(office, policy, content="上午")  # by nobody named: yet another
    assert [v[:4] for v in visits(office)] == [
        ("2026-11-20", 1, 1, "上午"),
        ("2026-11-20", 1, 2, "下午"),
        ("2026-11-20", 0, 1, "上午"),
    ]


def test_undo_takes_it_all_back(office: Ledger, policy: Policy) -> None:
    before = due_visits(office, policy, TODAY, Wanted(services=("all",))).to_json()
    record(office, policy, services=("B4", "B8"))
    assert due_visits(office, policy, TODAY, Wanted(services=("all",))).to_json() != before
    undo(office.location, None, TODAY)
    assert visits(office) == []
    assert due_visits(office, policy, TODAY, Wanted(services=("all",))).to_json() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(office: Ledger, policy: Policy) -> None:
    tried = record(office, policy, manager="示例甲", dry_run=True)
    assert (tried.operation, tried.outcome, cleared(tried)) == (
        None,
        Outcome.NEW,
        ["visit 2026-11"],
    )
    assert visits(office) == []
    done = record(office, policy, manager="示例甲")
    assert done.to_json() == {**tried.to_json(), "operation": 2, "dry_run": False}


def test_a_grade_too_low_is_flagged_or_does_not_count(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    low = record(office, policy, manager="示例乙#1", dry_run=True)
    assert [o.below_grade for o in low.came_to.cleared] == [True]
    path = tmp_path / "policy.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('performer = "report"', 'performer = "enforce"'),
        encoding="utf-8",
    )
    strict = load_policy(path)
    low = record(office, strict, manager="示例乙#1")
    assert (low.came_to.cleared, [o.part.label for o in low.came_to.not_counted]) == (
        (),
        ["2026-11"],
    )
    assert [s.obligation.part.label for s in low.came_to.still] == ["2026-11"]
    assert cleared(record(office, strict, manager="示例乙#2")) == ["visit 2026-11"]


def test_a_manager_of_another_office_may_have_gone(office: Ledger, policy: Policy) -> None:
    assert record(office, policy, manager="示例丙").manager == "示例丙"


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ({"day": "2026-11-23"}, 2, "晚于今天"),
        ({"account_no": "3700000009"}, 18, "3700000009"),
        ({"manager": "示例丁"}, 18, "示例丁"),
        ({"manager": "示例乙"}, 16, "示例乙#1、示例乙#2"),
        ({"services": ("X1",)}, 2, "X1"),
        ({"method": "飞"}, 2, "--method"),
        ({"satisfaction": "棒"}, 2, "--satisfaction"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_written(
    office: Ledger, policy: Policy, told: dict[str, Any], code: int, words: str
) -> None:
    with pytest.raises(LedgerError) as refused:
        record(office, policy, **told)
    assert refused.value.exit_code == code
    assert words in refused.value.message
    assert refused.value.hint
    assert visits(office) == []
    operation = table("operation")
    with office.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(operation)) == 1
