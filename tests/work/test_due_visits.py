"""The due list of a day, end to end over a small office."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import caller_on

from cmledger.errors import BadPolicy, NotFound, UsageProblem
from cmledger.ledger.store import Ledger, create_ledger
from cmledger.ledger.tables import FOREVER
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.due import DueReport, Wanted
from cmledger.records.obligations import Status
from cmledger.work.due_visits import due_visits

CUSTOMERS = [
    # tier, tiered since, line, manager, visited
    ("gold", "2015-01-01", "东线", "示例甲", ["2026-09-12"]),
    ("gold", "2015-01-01", "西线", "示例乙", ["2026-11-03"]),
    ("normal", "2015-01-01", "东线", "示例乙", ["2026-08-20"]),
    ("diamond", "2015-01-01", "西线", None, ["2026-10-31"]),
    ("normal", "2015-01-01", None, "示例甲", []),
    (None, "2015-01-01", "东线", "示例甲", []),
]
"""370000000n, in this order; 示例甲 is senior, 示例乙 is general"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(profile_text("three-fixed"), encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def office(location: str) -> Ledger:
    """Counting began on 2026-09-01."""
    ledger = create_ledger(location, caller_on("2026-09-05"))
    with ledger.operation(caller_on("2026-11-22"), "test", {}) as op:
        (home,) = op.insert("office", ("name",), [("示例供电所",)])
        line = dict(
            zip(
                ["东线", "西线"],
                op.insert("line", ("office_id", "name"), [(home, "东线"), (home, "西线")]),
                strict=True,
            )
        )
        person = dict(
            zip(
                ["示例甲", "示例乙"],
                op.insert(
                    "manager",
                    ("office_id", "person_key", "name", "grade"),
                    [(home, "示例甲", "示例甲", "senior"), (home, "示例乙", "示例乙", "general")],
                ),
                strict=True,
            )
        )
        ids = op.insert(
            "customer",
            (
                "account_key",
                "account_no",
                "name",
                "office_id",
                "line_id",
                "opened_on",
                "contact_phone",
            ),
            [
                (
                    f"370000000{n}",
                    f"370000000{n}",
                    f"示例户{n}",
                    home,
                    line.get(on or ""),
                    "2015-01-01",
                    "13800000000",
                )
                for n, (_, _, on, _, _) in enumerate(CUSTOMERS, 1)
            ],
        )
        always = {"valid_from": "2015-01-01", "valid_to": FOREVER}
        tiers: dict[int, Any] = {}
        held: dict[int, Any] = {}
        visits = []
        for i, (tier, since, _, manager, days) in zip(ids, CUSTOMERS, strict=True):
            if tier:
                tiers[i] = [
                    {**always, "valid_from": since, "tier": tier, "rule": "rest", "reasons": "[]"}
                ]
            if manager:
                held[i] = [{**always, "manager_id": person[manager]}]
            visits += [(i, day, 0, 1) for day in days]
        op.replace_spans("customer_tier", tiers)
        op.replace_spans("customer_manager", held)
        op.insert("visit", ("customer_id", "visited_on", "manager_key", "sequence"), visits)
    return ledger


def listed(report: DueReport) -> list[str]:
    return [
        f"{row.account_no[-1]} {row.status} {row.due_by} since {row.overdue_since} missed {row.missed}"
        for row in report.rows
    ]


def ask(ledger: Ledger, policy: Policy, day: str = "2026-11-22", **wanted: Any) -> DueReport:
    return due_visits(ledger, policy, caller_on(day), Wanted(**wanted))


def test_overdue_first_then_by_due_day_manager_and_line(office: Ledger, policy: Policy) -> None:
    report = ask(office, policy)
    assert listed(report) == [
        "1 overdue 2026-11-30 since 2026-10-30 missed 1",
        "5 overdue 2026-12-31 since 2026-09-30 missed 1",
        "4 due 2026-11-30 since None missed 0",
        "3 due 2026-12-31 since None missed 0",
    ]
    assert report.counts == {Status.OVERDUE: 2, Status.DUE: 2}
    assert report.assumed_years == ()
    assert report.exit_code == 0


def test_the_json_is_the_contract(office: Ledger, policy: Policy) -> None:
    shown = ask(office, policy, manager="示例甲", line="东线").to_json()
    assert shown == {
        "schema": "cmledger.due-visits/1",
        "as_of": "2026-11-22",
        "counts": {"overdue": 1, "due": 0},
        "by_service": {"visit": {"overdue": 1, "due": 0}},
        "due": [
            {
                "account_no": "3700000001", "name": "示例户1", "tier": "gold", "manager": "示例甲",
                "service": "visit", "cycle": "month", "last_done": "2026-09-12", "due_by": "2026-11-30",
                "status": "overdue", "overdue_since": "2026-10-30", "missed": 1,
                "office": "示例供电所", "line": "东线", "tier_now": "gold", "times": 1, "period": "2026-11",
                "performer": "senior", "manager_grade": "senior", "manager_below": False, "not_counted": None,
                    "owner": "customer", "occasion": None, "first": "2026-11-01", "last": "2026-11-30",
                    "closes": "2026-11-30", "minutes": None,
            }
        ],
        "until": None,
        "assumed_years": [],
        "unknown_festivals": [],
        "excel": None,
        "logged": None,
    }  # fmt: skip


def test_any_past_day_gives_that_day_s_answer(office: Ledger, policy: Policy) -> None:
    assert listed(ask(office, policy, "2026-09-11")) == [
        "2 due 2026-09-30 since None missed 0",
        "1 due 2026-09-30 since None missed 0",
        "5 due 2026-09-30 since None missed 0",
        "4 due 2026-09-30 since None missed 0",
    ]
    assert "1 due" not in " ".join(listed(ask(office, policy, "2026-09-12")))


def test_nine_days_without_cron_change_nothing(office: Ledger, policy: Policy) -> None:
    daily = [ask(office, policy, f"2026-11-{day}") for day in range(22, 31)]
    again = ask(office, policy, "2026-11-30")
    assert listed(daily[-1]) == listed(again)
    assert daily[-1].to_json() == again.to_json()


@pytest.mark.parametrize(
    ("wanted", "accounts"),
    [
        ({"manager": "示例乙"}, "3"),
        ({"line": "西线"}, "4"),
        ({"tier": "gold"}, "1"),
        ({"tier": "普通"}, "53"),
        ({"office": "示例供电所"}, "1543"),
        ({"statuses": (Status.DUE,)}, "43"),
        ({"statuses": (Status.OVERDUE,), "tier": "normal"}, "5"),
    ],
)
def test_filters(office: Ledger, policy: Policy, wanted: dict[str, Any], accounts: str) -> None:
    assert "".join(row.account_no[-1] for row in ask(office, policy, **wanted).rows) == accounts


def test_until_adds_what_is_upcoming_and_says_which_years_are_assumed(
    office: Ledger, policy: Policy
) -> None:
    december = ask(office, policy, until=date(2026, 12, 15))
    assert december.counts == {Status.OVERDUE: 2, Status.DUE: 2, Status.UPCOMING: 1}
    assert listed(december)[-1] == "2 upcoming 2026-12-31 since None missed 0"
    assert december.assumed_years == ()
    after = ask(office, policy, "2027-01-04")
    assert after.assumed_years == (2027,)
    assert {row.due_by for row in after.rows} == {date(2027, 1, 29), date(2027, 3, 31)}


def test_a_year_written_down_beside_the_policy_is_not_assumed(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    (tmp_path / "calendar-2027.toml").write_text(
        "holidays = [2027-01-29]\nworkdays = [2027-01-30]\n", encoding="utf-8"
    )
    report = ask(office, policy, "2027-01-04")
    assert report.assumed_years == ()
    assert date(2027, 1, 30) in {row.due_by for row in report.rows}
    (tmp_path / "calendar-2027.toml").write_text("holidays = 5", encoding="utf-8")
    with pytest.raises(BadPolicy):
        ask(office, policy, "2027-01-04")


def test_the_manager_s_grade_is_held_against_the_one_asked(office: Ledger, policy: Policy) -> None:
    before = ask(office, policy, "2026-10-15")
    grades = {row.account_no[-1]: (row.performer, row.manager_below) for row in before.rows}
    assert grades["2"] == ("senior", True)
    assert grades["1"] == ("senior", False)
    assert grades["5"] == (None, False)


def test_all_items_and_one_that_something_else_discharges(office: Ledger, policy: Policy) -> None:
    everything = ask(office, policy, services=("all",))
    services = {row.service for row in everything.rows}
    assert {"visit", "B4", "B8", "D4", "D7"} <= services
    assert everything.service_names["B4"] == "用电检查及安全服务"
    visits = [row for row in everything.rows if row.service == "visit"]
    assert len(visits) == len(ask(office, policy).rows)
    halves = [row for row in everything.rows if row.service == "D7"]
    assert [(row.cycle, row.times, row.period) for row in halves] == [
        ("seasons-summer,winter", 1, "2026@winter")
    ]
    with office.operation(caller_on("2026-11-22"), "test", {}) as op:
        (visit,) = op.insert(
            "visit", ("customer_id", "visited_on", "manager_key", "sequence"), [(5, "2026-11-20", 0, 1)]
        )  # fmt: skip
        op.insert(
            "service_done", ("customer_id", "service", "done_on", "visit_id"), [(5, "B4", "2026-11-20", visit)]
        )  # fmt: skip
    left = ask(office, policy, services=("B4",))
    assert "5" not in {row.account_no[-1] for row in left.rows}
    assert len(left.rows) == 4
    assert {row.last_done for row in left.rows} == {None}  # a visit alone is no inspection


def test_where_grades_are_enforced_a_visit_that_does_not_count_is_told(
    office: Ledger, policy: Policy, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('performer = "report"', 'performer = "enforce"'),
        encoding="utf-8",
    )
    with office.operation(caller_on("2026-11-22"), "test", {}) as op:
        op.insert(
            "visit",
            ("customer_id", "visited_on", "manager_key", "sequence", "manager_id"),
            [(1, "2026-10-05", 1, 1, 1), (1, "2026-11-05", 2, 1, 2)],
        )
    (row,) = ask(office, load_policy(path), manager="示例甲", tier="gold").rows
    assert (row.last_done, row.not_counted) == (date(2026, 10, 5), date(2026, 11, 5))
    assert row.status is Status.DUE


def test_what_cannot_be_asked_is_refused(office: Ledger, policy: Policy) -> None:
    for wanted, problem, words in (
        ({"manager": "示例丙"}, NotFound, "示例丙"),
        ({"tier": "白金"}, UsageProblem, "白金"),
        ({"services": ("X1",)}, UsageProblem, "X1"),
        ({"services": ("B2",)}, UsageProblem, "没有周期"),
        ({"until": date(2026, 11, 21)}, UsageProblem, "早于今天"),
    ):
        with pytest.raises(problem, match=words):
            ask(office, policy, **wanted)


def test_a_policy_without_visits_owes_none(office: Ledger, policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("[service.visit]"), text.index("[service.B2]")
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    without = load_policy(path)
    with pytest.raises(UsageProblem, match="visit"):
        ask(office, without)
    assert {row.service for row in ask(office, without, services=("用电检查及安全服务",)).rows} == {
        "B4"
    }


def test_a_script_can_ask_to_hear_of_what_is_overdue(office: Ledger, policy: Policy) -> None:
    caller = caller_on("2026-11-22")
    found = due_visits(office, policy, caller, Wanted(), fail_on=[Status.OVERDUE])
    assert found.exit_code == 4
    none = due_visits(office, policy, caller, Wanted(manager="示例乙"), fail_on=[Status.OVERDUE])
    assert none.exit_code == 0


def test_a_form_keeps_its_number_and_rows_are_a_sequence(office: Ledger, policy: Policy) -> None:
    first, later = ask(office, policy), ask(office, policy, "2026-11-30")
    forms = {row.account_no: row.form_id for row in first.rows}
    assert forms["3700000001"] == "3700000001-visit-2026-11"
    assert forms["3700000005"] == "3700000005-visit-2026Q4"
    assert forms == {row.account_no: row.form_id for row in later.rows}
    assert list(first.rows) == [first.rows[i] for i in range(len(first.rows))]
    assert first.rows[-1] == list(first.rows)[-1]
    assert first.rows[1:3] == list(first.rows)[1:3]
    with pytest.raises(IndexError):
        first.rows[4]
    assert replace(first, excel="x").to_json()["excel"] == "x"
