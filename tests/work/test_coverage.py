"""Who is not looked after, how communities are covered, how the work is spread; who lacks what for the level held."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.ledger.staff_office import BEGAN, POLICY, Office

from cmledger.ledger.store import Ledger
from cmledger.policy.load import parse_policy, profile_text
from cmledger.records.caller import Caller
from cmledger.work.coverage import coverage
from cmledger.work.manager_check import manager_check


@pytest.fixture
def office(ledger: Ledger, caller: Caller) -> Office:
    one = Office(ledger, caller)
    one.manager("甲", "chief", capacity=2)
    one.manager("乙", grids="城东社区、示例村")
    one.manager("丙", grids="城东社区")
    one.manager("丁", grids="城东社区")
    one.manager("走", left_on="2026-11-01", grids="城西社区")
    east = one.grid("城东社区", "community")
    west = one.grid("城西社区", "community")
    one.grid("示例村", "village")
    one.customer("一", "diamond", "甲", grid_id=east)
    one.customer("二", "gold", "乙", grid_id=east)
    one.customer("三", None, "甲", grid_id=west)
    one.customer("四", "normal", "甲")
    one.customer("五", "normal", "走")
    one.customer("六", "normal")
    one.customer("七", None)
    one.customer("关", "gold", "甲", status="closed", closed_on="2026-11-01")
    return one


def report(office: Office, by: str = "manager", excel: Path | None = None) -> dict[str, Any]:
    return coverage(office.ledger, POLICY, office.caller, by=by, excel=excel).to_json()


def test_customers_by_hand(office: Office) -> None:
    told = report(office)
    assert told["customers"] == {"all": 7, "in_scope": 5}
    assert told["without_manager"] == {"all": 2, "in_scope": 1}
    assert told["manager_left"] == {"all": 1, "in_scope": 1}
    assert (told["below_grade"], told["over_capacity"]) == (1, ["甲"])
    rows = {row["manager"]: row for row in told["rows"]}
    assert [rows[n]["customers"] for n in "甲乙丙丁走"] == [3, 1, 0, 0, 1]
    assert (rows["走"]["left"], rows["乙"]["below_grade"]) == (True, 1)
    assert told["spread"]["customers"] == {"min": 0, "median": 0.5, "max": 3, "ratio": None}


def test_dues_a_month_are_a_years_by_twelve(office: Office) -> None:
    from cmledger.rules.workload import yearly
    from cmledger.work.owed import working_days

    a_year = yearly(POLICY.editions[0], "visit", 2026, working_days(POLICY))
    rows = {row["manager"]: row["dues_a_month"] for row in report(office)["rows"]}
    expected = float(a_year["diamond"].dues + a_year["normal"].dues) / 12
    assert rows["甲"] == round(expected, 1) > 0


def test_communities_with_none_or_too_many(office: Office) -> None:
    told = report(office, "grid")
    assert told["grids"] == {"all": 3, "without_manager": 1, "too_many": 1}
    assert [(r["grid"], r["state"], r["managers"], r["serving"]) for r in told["rows"]] == [
        ("城西社区", "none", [], 1),
        ("城东社区", "many", ["丁", "丙", "乙"], 2),
        ("示例村", "ok", ["乙"], 0),
    ]


def test_an_office_nobody_knows_and_a_workbook(office: Office, tmp_path: Path) -> None:
    told = report(office, excel=tmp_path / "a.xlsx")
    assert told["schema"] == "cmledger.coverage/1"
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["概况", "均衡情况", "按客户经理", "按网格", "没有客户经理的客户"]
    left = [row[3:5] for row in book["没有客户经理的客户"].iter_rows(min_row=3, values_only=True)]
    assert len(left) == 3


# --- levels --------------------------------------------------------------------------------------------


def check(office: Office, text: str | None = None) -> dict[str, Any]:
    rules = POLICY if text is None else parse_policy(text, "policy.toml")
    told = manager_check(office.ledger, rules, office.caller).to_json()
    return {
        m["manager"]: (m["state"], {x["condition"]: x["text"] for x in m["lacking"]}, m["unknown"])
        for m in told["managers"]
    }


def test_who_lacks_what(ledger: Ledger, caller: Caller) -> None:
    office = Office(ledger, caller)
    whole = {"power_since": "2025-11-22", "bad_record": 0, "healthy": 1}
    office.manager("齐", level="first", education="college", **whole)
    office.manager(
        "欠",
        level="senior",
        education="secondary",
        power_since="2025-11-23",
        bad_record=1,
        healthy=0,
    )
    office.manager("空", level="trainee")
    office.manager("怪", level="second", education="函授", **whole)
    office.manager("无")
    office.manager("走", level="first", left_on=BEGAN)
    assert check(office) == {
        "齐": ("met", {}, []),
        "欠": (
            "lacking",
            {
                "education": "学历高中（中专），要求大专及以上",
                "power_years": "电力工作 0 年，要求满 1 年",
                "bad_record": "有不良记录",
                "healthy": "身体状况不合要求",
            },
            [],
        ),
        "空": ("unknown", {}, ["education", "power_years", "bad_record", "healthy"]),
        "怪": ("lacking", {"education": "学历“函授”看不出是否够大专"}, []),
        "无": ("no-level", {}, []),
    }


def test_training_within_months(ledger: Ledger, caller: Caller) -> None:
    office = Office(ledger, caller)
    for name in ("够", "旧", "没学时", "没培训"):
        office.manager(name, level="first")
    rows = [("够", "2026-03-01", 8000), ("够", "2025-11-23", 16000), ("旧", "2025-11-22", 24000),
            ("旧", "2026-11-22", 8000), ("没学时", "2026-03-01", None)]  # fmt: skip
    with ledger.operation(caller, "test", {}) as op:
        op.insert(
            "training",
            ("manager_id", "trained_on", "topic", "hours"),
            [(office.people[who], day, "业扩流程", hours) for who, day, hours in rows],
        )
    base = profile_text("three-fixed").split("[manager_level.senior]")[0]
    found = check(
        office, base + "[manager_level.first]\ntraining_hours = 24\ntraining_months = 12\n"
    )
    assert found == {
        "够": ("met", {}, []),
        "旧": ("lacking", {"training": "培训 8 学时，要求 24 学时（近 12 个月）"}, []),
        "没学时": ("unknown", {}, ["training"]),
        "没培训": ("unknown", {}, ["training"]),
    }
