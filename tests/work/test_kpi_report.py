"""KPIs of an office small enough to be worked out by hand (kpi_office.py), and the rows behind them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import caller_on
from tests.work.kpi_office import OFFICE, make_office

from cmledger.errors import BadPolicy, NotFound, UsageProblem
from cmledger.ledger.store import Ledger
from cmledger.policy.load import PROFILES, load_policy, parse_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.due import Wanted
from cmledger.records.kpi import Kpi, KpiReport
from cmledger.records.kpi_words import By
from cmledger.records.obligations import Status
from cmledger.sheets.layouts.codes import PAYMENT_CHANNEL
from cmledger.work.due_visits import due_visits
from cmledger.work.kpi_report import Question, kpi_report
from cmledger.work.kpi_rows import kpi_rows

TODAY = caller_on("2026-11-22")
OCTOBER, NOVEMBER, Q3 = Question(month="2026-10"), Question(), Question(quarter="2026Q3")
BOTH_ENGINES = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)


@pytest.fixture
def ledger(location: str) -> Ledger:
    return make_office(location)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(profile_text("three-fixed"), encoding="utf-8")
    return load_policy(path)


@pytest.fixture
def report(ledger: Ledger, policy: Policy) -> Callable[..., KpiReport]:
    def make(question: Question, rules: Policy | None = None) -> KpiReport:
        return kpi_report(ledger, rules or policy, TODAY, question)

    return make


def _figures(report: KpiReport) -> dict[str, tuple[int, int]]:
    return {kpi.code: (kpi.numerator, kpi.denominator) for kpi in report.kpis}


def _by(kpi: Kpi | None) -> dict[str | None, tuple[int, int]]:
    assert kpi is not None
    return {group.key: (group.numerator, group.denominator) for group in kpi.by}


@BOTH_ENGINES
def test_a_month_that_has_ended(report: Callable[..., KpiReport]) -> None:
    october = report(OCTOBER)
    assert october.period.closed
    assert _figures(october) == {
        "customers_diamond": (1, 5),
        "customers_gold": (2, 5),
        "customers_normal": (2, 5),
        # 1 on Saturday the 31st, after due_by and in time; 5 on the 8th; 2 not at all
        "visit_completion": (2, 3),
        "visit_completion_diamond": (1, 1),
        "visit_completion_gold": (1, 2),
        "visit_completion_normal": (0, 0),  # their quarter had not ended
        "visit_progress": (0, 2),  # that quarter, of 3 and 4
        "visits_overdue": (2, 5),  # 2: October; 4: the third quarter
        "new_payment_adoption": (4, 5),  # 1, 3, 5 and 6 of all but 4, whose channel nobody knows
        "value_added_customised": (1, 3),  # 1; not 2, who goes without an item, nor 5
        "manager_coverage": (4, 5),
        "customers_without_manager": (1, 5),
        "customers_per_manager": (4, 2),
        "dues_per_manager": (4, 2),  # October of 1, 2 and 5, the quarter of 3
    }
    normal = october.kpi("visit_completion_normal")
    assert normal is not None
    assert (normal.value, normal.met) == (None, None)
    assert october.open_visits.to_json() == {"owed": 2, "met": 0}  # the quarter of 3 and 4
    payment = october.kpi("new_payment_adoption")
    assert payment is not None
    assert (payment.unknown, payment.target, payment.met) == (1, 1.0, False)
    assert [(t.tier, t.customers) for t in october.tiers] == [
        ("diamond", 1), ("gold", 2), ("normal", 2), (None, 1),
    ]  # fmt: skip


def test_a_visit_counts_for_the_manager_of_its_periods_last_day(
    report: Callable[..., KpiReport],
) -> None:
    october = report(OCTOBER)
    assert _by(october.kpi("visit_completion")) == {
        "示例甲": (1, 1),
        "示例乙": (1, 2),
        None: (0, 0),
    }
    assert _by(october.kpi("customers_per_manager")) == {
        "示例甲": (1, 1),
        "示例乙": (3, 1),
        None: (0, 0),
    }
    assert _by(october.kpi("visits_overdue")) == {"示例甲": (0, 1), "示例乙": (1, 3), None: (1, 1)}
    spread = october.kpis[-2].spread
    assert spread is not None
    assert spread.to_json() == {"min": 1, "median": 2, "max": 3}
    # in September customer 2 was still 甲's
    assert _by(report(Question(month="2026-09")).kpi("visit_completion_gold")) == {
        "示例甲": (1, 2),
        "示例乙": (0, 0),
        None: (0, 0),
    }


def test_a_month_under_way_counts_up_to_today(report: Callable[..., KpiReport]) -> None:
    november = report(NOVEMBER)
    assert (november.period.label, november.period.closed) == ("2026-11", False)
    figures = _figures(november)
    assert figures["visit_completion"] == (0, 0)
    assert figures["visits_overdue"] == (2, 5)
    assert november.open_visits.to_json() == {"owed": 5, "met": 0}
    assert november.to_json()["period"] == {
        "from": "2026-11-01",
        "to": "2026-11-30",
        "closed": False,
        "label": "2026-11",
        "counted_to": "2026-11-22",
    }


@BOTH_ENGINES
def test_a_quarter_holds_all_periods_that_ended_in_it(report: Callable[..., KpiReport]) -> None:
    figures = _figures(report(Q3))
    # gold: 1 met July and September, 2 August, 7 July; closed in September it owes nothing for that month
    assert figures["visit_completion_gold"] == (4, 8)
    assert figures["visit_completion_diamond"] == (0, 3)
    assert figures["visit_completion_normal"] == (1, 2)
    assert figures["visit_completion"] == (5, 13)
    # on 09-30, its last working day, the day was over: 2 and 5 missed September, 4 the quarter
    assert figures["visits_overdue"] == (3, 5)


@pytest.mark.parametrize(
    ("by", "completion"),
    [
        (By.OFFICE, {OFFICE: (2, 3)}),
        (By.LINE, {"一线": (1, 2), "二线": (1, 1), None: (0, 0)}),
        (By.GRID, {"示例社区": (2, 2), None: (0, 1)}),
    ],
)
def test_by_office_line_and_grid_it_is_the_customers_own(
    report: Callable[..., KpiReport], by: By, completion: dict[str | None, tuple[int, int]]
) -> None:
    found = report(replace(OCTOBER, by=by))
    assert _by(found.kpi("visit_completion")) == completion
    for kpi in found.kpis:
        assert sum(group.numerator for group in kpi.by) == kpi.numerator


def test_overdue_visits_are_those_of_the_due_list(
    ledger: Ledger, policy: Policy, report: Callable[..., KpiReport]
) -> None:
    due = due_visits(ledger, policy, TODAY, Wanted(services=("visit",)))
    overdue = report(NOVEMBER).kpi("visits_overdue")
    assert overdue is not None
    assert overdue.numerator == due.counts[Status.OVERDUE] == 2
    rows = kpi_rows(ledger, policy, TODAY, NOVEMBER, "visits_overdue").rows
    assert {row.account_no for row in rows if row.in_numerator} == {
        row.account_no for row in due.rows if row.status is Status.OVERDUE
    }


@pytest.mark.parametrize("question", [OCTOBER, NOVEMBER, Q3, Question(year="2026")])
def test_the_rows_behind_every_figure_add_up_to_it(
    ledger: Ledger, policy: Policy, report: Callable[..., KpiReport], question: Question
) -> None:
    for kpi in report(question).kpis:
        behind = kpi_rows(ledger, policy, TODAY, question, kpi.code)
        assert behind.kpi.to_json() == kpi.to_json()
        assert sum(row.in_numerator for row in behind.rows) == kpi.numerator, kpi.code
        assert sum(row.in_denominator for row in behind.rows) == kpi.denominator, kpi.code
        assert all(row.because for row in behind.rows)


def test_rows_say_who_when_and_why_those_to_look_at_first(ledger: Ledger, policy: Policy) -> None:
    rows = kpi_rows(ledger, policy, TODAY, OCTOBER, "走访完成率").rows
    assert [(row.account_no, row.manager, row.because) for row in rows] == [
        ("3700000002", "示例乙", "期内没有走访"),
        ("3700000001", "示例甲", "2026-10-31 已走访"),
        ("3700000005", "示例乙", "2026-10-08 已走访"),
    ]
    overdue = kpi_rows(ledger, policy, TODAY, OCTOBER, "visits_overdue").rows
    assert [(row.account_no, row.because) for row in overdue[:3]] == [
        ("3700000002", "自 2026-09-30 起逾期"),  # September was missed as well
        ("3700000004", "自 2026-09-30 起逾期"),
        ("3700000001", "没有逾期"),
    ]
    payment = kpi_rows(ledger, policy, TODAY, OCTOBER, "new_payment_adoption").rows
    assert payment[0].because == "现金，不属新型"
    load = kpi_rows(ledger, policy, TODAY, OCTOBER, "customers_per_manager").rows
    assert [(row.manager, row.because) for row in load if row.in_denominator] == [
        ("示例乙", "管 3 户"),
        ("示例甲", "管 1 户"),
    ]


def test_targets_and_payment_settings_are_the_policys(
    report: Callable[..., KpiReport], tmp_path: Path
) -> None:
    text = profile_text("three-fixed")
    for old, new in (
        ('unknown = "leave-out"', 'unknown = "not-new"'),
        ('customers = "all"', 'customers = "in-scope"'),
        ("# customers_per_manager = 200", "customers_per_manager = 2"),
    ):
        assert old in text
        text = text.replace(old, new)
    rules = parse_policy(text, str(tmp_path / "policy.toml"))
    found = report(OCTOBER, rules)
    assert _figures(found)["new_payment_adoption"] == (3, 5)  # without 6, who is in no tier
    load = found.kpi("customers_per_manager")
    assert load is not None
    assert (load.target, load.met) == (2, True)
    assert {missing.code for missing in found.not_available} == {
        "connection_restricted",
        "archive_accuracy",
        "connection_in_time",
    }


def test_customised_items_of_key_customers(
    ledger: Ledger, policy: Policy, report: Callable[..., KpiReport], tmp_path: Path
) -> None:
    assert _figures(report(OCTOBER))["value_added_customised"] == (1, 3)
    assert _figures(report(Q3))["value_added_customised"] == (0, 3)
    rows = kpi_rows(ledger, policy, TODAY, OCTOBER, "value_added_customised").rows
    assert [(row.account_no, row.in_numerator, row.because) for row in rows] == [
        ("3700000002", False, "没有本户的服务方案"),
        ("3700000005", False, "没有本户的服务方案"),
        ("3700000001", True, "有本户的服务方案"),
    ]
    text = profile_text("three-fixed")
    named = text.replace(
        "[kpi.value_added_customised]", '[kpi.value_added_customised]\ntiers = ["normal"]'
    )
    rules = parse_policy(named, str(tmp_path / "policy.toml"))
    assert _figures(report(OCTOBER, rules))["value_added_customised"] == (1, 2)
    with pytest.raises(BadPolicy, match="silver"):
        parse_policy(named.replace('["normal"]', '["silver"]'), "policy.toml")


def test_a_profile_without_key_customers_has_no_such_share(
    report: Callable[..., KpiReport], tmp_path: Path
) -> None:
    rules = parse_policy(profile_text("three-fixed"), str(tmp_path / "policy.toml"))
    edition = rules.editions[0]
    only = edition.model_copy(update={"tier": {"normal": edition.tier["normal"]}})
    found = report(OCTOBER, replace(rules, editions=(only,)))
    kpi = found.kpi("value_added_customised")
    assert kpi is not None
    assert (kpi.denominator, kpi.figure) == (0, None)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_new_channels_of_every_profile_are_codes_of_the_layout(profile: str) -> None:
    for edition in parse_policy(profile_text(profile), "policy.toml").editions:
        assert edition.payment.new_channels
        assert set(edition.payment.new_channels) <= set(PAYMENT_CHANNEL)


def test_an_office_is_found_by_name_or_refused(report: Callable[..., KpiReport]) -> None:
    assert _figures(report(replace(OCTOBER, office=OFFICE))) == _figures(report(OCTOBER))
    with pytest.raises(NotFound):
        report(replace(OCTOBER, office="没有的所"))


def test_an_unknown_kpi_is_refused_with_those_there_are(ledger: Ledger, policy: Policy) -> None:
    with pytest.raises(UsageProblem) as refused:
        kpi_rows(ledger, policy, TODAY, OCTOBER, "happiness")
    assert "visit_completion" in (refused.value.hint or "")
