"""record-service and record-duty: what they write, what they clear, what they refuse, and their undoing."""

from pathlib import Path
from typing import Any

import pytest
from tests.work.test_records_of_services import Office

from cmledger.cli.app import run

AT = ("--as-of", "2026-11-22")


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    made = Office(tmp_path, capsys)
    made("add", "grids", "网格名称=新华社区", "供电所=示例供电所")
    return made


def given(report: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(report[name] for name in names)


def test_a_service_done_by_hand(office: Office) -> None:
    words = ("record-service", "3700000001", "--service", "G7", "--date", "2026-11-20")
    code, report = office(*words, "--manager", "示例甲", "--method", "微信")
    assert code == 0
    assert given(report, "schema", "outcome", "account_no", "service", "done_on", "manager") == (
        "cmledger.record-service/1", "new", "3700000001", "G7", "2026-11-20", "示例甲",
    )  # fmt: skip
    assert office(*words)[1]["outcome"] == "unchanged"
    assert office(*words, "--content", "送花")[1]["outcome"] == "changed"
    (row,) = office.rows("services")
    assert given(row, "service", "method", "content") == ("G7", "wechat", "送花")
    assert office.rows("visits") == []
    assert office("undo")[0] == 0
    assert office("undo")[0] == 0
    assert office.rows("services") == []
    assert office("check")[0] == 0


def test_it_clears_what_is_due(office: Office) -> None:
    office("set-tier", "3700000001", "diamond", "--reason", "示例")
    office("add", "events", "户号=3700000001", "事件=报停", "日期=2026-11-22")
    words = ("record-service", "3700000001", "--service", "B5", "--manager", "示例甲")
    code, report = office(*words, "-n")
    assert (code, report["operation"], report["dry_run"]) == (0, None, True)
    code, report = office(*words)
    assert [c["service"] for c in report["cleared"]] == ["B5"]
    assert [c["period"] for c in report["cleared"]] == ["2026-11-22@suspension"]


def test_what_is_done_too_late_is_made_good(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office("set-tier", "3700000001", "diamond", "--reason", "示例")
    office("add", "events", "户号=3700000001", "事件=报停", "日期=2026-11-22")
    words = ["record-service", "3700000001", "--service", "B5", "-n", "--as-of", "2026-12-10"]
    _, report = office(*words)
    assert given(report["cleared"][0], "service", "late") == ("B5", True)
    assert run([*words, "--ledger", str(office.folder / "cmledger.db")]) == 0
    told = capsys.readouterr().out
    assert "（2026-11-22 报停）：已补做，但过了期限" in told
    assert "没有因此完成" not in told


def test_what_was_to_be_done_once_and_was_late_is_told_so(office: Office) -> None:
    office("set-tier", "3700000001", "diamond", "--reason", "示例")
    late = ("--as-of", "2027-03-01")
    office("record-service", "3700000001", "--service", "B9", "--date", "2027-02-28", *late)
    _, told = office("why", "3700000001", "--service", "B9", *late)
    (item,) = told["due"]
    assert (item["because"], item["status"]) == ("done-late", None)
    assert "过期后补做了" in item["text"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("3700000001", "--service", "visit"), 2),
        (("3700000001", "--service", "M1"), 2),
        (("3700000001", "--service", "没有这项"), 2),
        (("3700000001", "--service", "G7", "--date", "2026-11-30"), 2),
        (("3700000009", "--service", "G7"), 18),
        (("3700000001", "--service", "G7", "--manager", "没有"), 18),
    ],
)
def test_what_is_no_service(office: Office, words: tuple[str, ...], code: int) -> None:
    assert office("record-service", *words)[0] == code
    assert office.rows("services") == []


def test_a_duty_done_by_hand(office: Office) -> None:
    words = ("record-duty", "--service", "M1", "--manager", "示例甲", "--date", "2026-11-20")
    code, report = office(*words, "--attendees", "5")
    assert code == 0
    assert given(report, "schema", "outcome", "service", "grid", "office", "manager") == (
        "cmledger.record-duty/1", "new", "M1", None, "示例供电所", "示例甲",
    )  # fmt: skip
    assert [c["service"] for c in report["cleared"]] == ["M1"]
    assert office(*words)[1]["outcome"] == "unchanged"
    code, report = office(*words, "--grid", "新华社区", "--materials", "100", "--answered", "3")
    assert (code, report["outcome"]) == (0, "new")
    assert [given(r, "manager", "grid", "materials", "answered", "attendees") for r in office.rows("duties")] == [
        ("示例甲", None, None, None, 5),
        ("示例甲", "新华社区", 100, 3, None),
    ]  # fmt: skip
    assert office("undo")[0] == 0
    assert len(office.rows("duties")) == 1
    assert office("check")[0] == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--service", "M1"), 2),
        (("--service", "G7", "--manager", "示例甲"), 2),
        (("--service", "没有", "--manager", "示例甲"), 2),
        (("--service", "M1", "--manager", "没有"), 18),
        (("--service", "M1", "--manager", "示例甲", "--grid", "没有"), 18),
        (("--service", "M1", "--manager", "示例甲", "--date", "2026-11-30"), 2),
        (("--service", "M1", "--manager", "示例甲", "--materials", "-1"), 2),
    ],
)
def test_what_is_no_duty(office: Office, words: tuple[str, ...], code: int) -> None:
    assert office("record-duty", *words)[0] == code
    assert office.rows("duties") == []


def test_a_visit_leaves_matters(office: Office) -> None:
    words = ("record-visit", "3700000001", "--date", "2026-11-20", "--manager", "示例甲")
    told = ("--matter", "隐患：漏油", "--matter", "想增容", "--follow-up", "2026-12-01")
    code, report = office(*words, *told)
    assert code == 0
    assert report["matters"] == [
        {"kind": "hazard", "content": "漏油", "due_by": "2026-12-01"},
        {"kind": "follow-up", "content": "想增容", "due_by": "2026-12-01"},
    ]
    assert office(*words, *told)[1]["outcome"] == "unchanged"
    assert [given(r, "matter_kind", "content", "opened_on", "manager") for r in office.rows("matters")] == [
        ("hazard", "漏油", "2026-11-20", "示例甲"),
        ("follow-up", "想增容", "2026-11-20", "示例甲"),
    ]  # fmt: skip
    assert office(*words, "--follow-up", "2026-12-01")[0] == 2
    assert office(*words, "--opinion", "电压低", "--follow-up", "2026-10-01")[0] == 2
    code, report = office(*words, "--opinion", "电压低", "--follow-up", "2026-12-02")
    assert report["matters"][0]["content"] == "电压低"
    assert office("undo")[0] == 0
    assert office("undo")[0] == 0
    assert office.rows("matters") == []
    assert office("check")[0] == 0


def test_a_manager_who_left_owes_his_items_only_until_then(office: Office) -> None:
    code, _ = office("add", "managers", "供电所=示例供电所", "姓名=示例离", "离岗日期=2026-12-10")
    assert code == 0

    def owed(day: str) -> list[tuple[str, str]]:
        asked = ("due-services", "--services", "M1", "--manager", "示例离", "--as-of", day)
        return [(row["period"], row["status"]) for row in office(*asked)[1]["due"]]

    assert owed("2026-12-09") == [("2026-12", "overdue")]
    assert owed("2026-12-10") == []
    assert owed("2027-03-01") == []
