"""Items that only a customer's own plan calls for, and those owed on festivals whose days nobody has said."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import caller_on

from cmledger.cli.app import run
from cmledger.ledger.store import open_ledger
from cmledger.ledger.tables import FOREVER

DAY = "2026-11-23"
Shown = pytest.CaptureFixture[str]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two customers; X1 falls due for nobody by the rules, X2 before festivals."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["init", "-q", "--as-of", "2026-10-01"]) == 0
    policy = Path("policy.toml")
    policy.write_text(
        policy.read_text("utf-8")
        + '\n[service.X1]\nname = "特别巡视"\ntiers = ["normal"]\ncycle = "on-request"\n'
        'discharged_by = ["X1", "visit"]\n'
        '[service.X2]\nname = "节前走访"\ntiers = ["normal"]\n'
        'cycle = { dates = ["spring-festival", "labour-day"], lead_days = 7 }\n',
        encoding="utf-8",
    )
    Path("c.csv").write_text(
        "户号,户名,供电所,电压等级,立户日期,客户经理\n"
        "3700000001,示例一厂,示例所,10kV,2015-03-01,示例甲\n"
        "3700000002,示例二厂,示例所,10kV,2015-03-01,示例甲\n",
        encoding="utf-8",
    )
    assert run(["import-excel", "c.csv", "-q", "--as-of", DAY]) == 0
    assert run(["assign-tiers", "-q", "--without-energy", "--as-of", DAY]) == 0
    return tmp_path


def told(capsys: Shown, *words: str, as_of: str = DAY) -> Any:
    return json.loads(said(capsys, *words, "--json", as_of=as_of))


def said(capsys: Shown, *words: str, as_of: str = DAY) -> str:
    capsys.readouterr()
    assert run([*words, "--as-of", as_of]) == 0
    return capsys.readouterr().out


# --- what only a plan calls for ------------------------------------------------------------------------


@pytest.fixture
def planned(office: Path, capsys: Shown) -> None:
    """The first customer has X1 every month."""
    plan = ["add", "plans", "户号=3700000001", "服务项目=X1", "周期=每月一次", "自=2026-11-01"]
    assert run([*plan, "-q", "--as-of", DAY]) == 0


@pytest.mark.usefixtures("planned")
def test_it_is_planned(capsys: Shown) -> None:
    month = ("plan-visits", "--month", "2026-12", "-n")
    visits = told(capsys, *month)["visits"]
    items = {v["account_no"]: {i["service"] for i in v["items"]} for v in visits}
    assert "X1" in items["3700000001"]
    assert "X1" not in items.get("3700000002", ())
    alone = told(capsys, *month, "--services", "特别巡视")
    assert {i["service"] for v in alone["visits"] for i in v["items"]} == {"X1"}


@pytest.mark.usefixtures("planned")
def test_a_visit_that_counts_for_it_tells_so(capsys: Shown) -> None:
    report = told(capsys, "record-visit", "3700000001", "--date", "2026-11-20")
    assert {one["service"] for one in report["cleared"]} == {"visit", "X1"}
    other = told(capsys, "record-visit", "3700000002", "--date", "2026-11-20")
    assert {one["service"] for one in other["cleared"]} == {"visit"}


@pytest.mark.usefixtures("office")
def test_without_a_plan_it_is_no_item_to_plan() -> None:
    words = ["plan-visits", "--month", "2026-12", "-n", "--services", "X1", "--as-of", DAY]
    assert run(words) == 2


# --- festivals ------------------------------------------------------------------------------------------

UNSAID = [{"year": 2027, "festival": "spring-festival"}]
ASKED = (
    ("due-services", "--services", "X2", "--until", "2027-02-28"),
    ("plan-visits", "--month", "2027-01", "-n"),
)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("words", ASKED)
def test_a_festival_of_an_unpublished_year_is_said(words: tuple[str, ...], capsys: Shown) -> None:
    assert told(capsys, *words)["unknown_festivals"] == UNSAID
    assert "2027 年的春节是哪天还不知道" in said(capsys, *words)
    assert "calendar-2027.toml" in said(capsys, *words)
    Path("calendar-2027.toml").write_text("[festivals]\nspring-festival = 2027-02-06\n", "utf-8")
    assert told(capsys, *words)["unknown_festivals"] == []
    assert "是哪天还不知道" not in said(capsys, *words)


@pytest.mark.usefixtures("office")
def test_written_down_it_falls_due(capsys: Shown) -> None:
    Path("calendar-2027.toml").write_text("[festivals]\nspring-festival = 2027-02-06\n", "utf-8")
    report = told(capsys, *ASKED[0])
    (first, _) = report["due"]
    assert (first["status"], first["first"], first["last"], first["due_by"]) == (
        "upcoming", "2027-01-30", "2027-02-07", "2027-02-05",  # a Saturday: to the end of the days off
    )  # fmt: skip
    assert report["assumed_years"] == [2027]  # no days off were written down


@pytest.mark.usefixtures("office")
def test_what_is_far_off_or_no_festival_is_not_said(capsys: Shown) -> None:
    assert told(capsys, "due-services", "--services", "X2")["unknown_festivals"] == []
    late = ("--until", "2027-02-28")
    assert told(capsys, "due-services", "--services", "visit", *late)["unknown_festivals"] == []


@pytest.mark.usefixtures("office")
def test_why_says_it_of_the_next_one(capsys: Shown) -> None:
    why = ("why", "3700000001", "--service", "X2")
    (item,) = told(capsys, *why)["due"]
    assert item["unknown_festivals"] == UNSAID
    assert "2027 年春节是哪天还不知道" in said(capsys, *why)
    (before,) = told(capsys, *why, as_of="2026-10-05")["due"]
    assert before["unknown_festivals"] == UNSAID  # this year's is over


@pytest.mark.usefixtures("office")
def test_a_plan_of_a_customer_may_be_all_that_waits(capsys: Shown) -> None:
    span = {"service": "X1", "valid_from": "2026-11-01", "valid_to": FOREVER}
    with open_ledger("cmledger.db").operation(caller_on(DAY), "test", {}) as op:
        op.replace_spans("customer_plan", {1: [{**span, "cycle": "dates-mid-autumn;lead=3"}]})
    report = told(capsys, "due-services", "--services", "X1", "--until", "2027-10-01")
    assert report["unknown_festivals"] == [{"year": 2027, "festival": "mid-autumn"}]
