"""The commands about managers on the command line: words, JSON, exit codes, within 80 columns."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.ledger.staff_office import Office

from cmledger.cli.app import run
from cmledger.ledger.store import Ledger
from cmledger.policy.load import profile_text
from cmledger.records.caller import Caller
from cmledger.records.text import width

DAY = "2026-11-22"


@pytest.fixture
def place(ledger: Ledger, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where to work: an office with three managers, its policy beside the ledger."""
    monkeypatch.setenv("COLUMNS", "80")
    Path(ledger.location).with_name("policy.toml").write_text(profile_text("three-fixed"), "utf-8")
    office = Office(ledger, caller)
    office.manager("示例甲", "chief", lines="一线、二线", capacity=1)
    office.manager("示例乙", "general", lines="一线，没有的线", level="first")
    office.manager("示例丙", "general", lines="二线")
    office.grid("新华社区", "community")
    office.customer("名字很长的一家示例制造有限公司", "diamond")
    office.customer("二", "diamond", "示例乙")
    office.customer("三", "normal", "示例丙")
    office.customer("四", "normal", line="二线")
    return ["--ledger", ledger.location, "--as-of", DAY]


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    assert run([*words, "--json"]) == code
    shown = capsys.readouterr()
    return json.loads(shown.out if code == 0 else shown.err)


def test_a_name_that_two_have_is_asked_about(
    place: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("G1", "G2"):
        new = ("供电所=示例供电所", "姓名=王示例", f"工号={number}", "级别=普通")
        told(capsys, "add", "managers", *new, *place)
    for words in (
        ("handover", "示例乙", "王示例"),
        ("set-manager", "0000000001", "王示例", "--reason", "示例"),
        ("edit", "managers", "王示例", "级别=高级"),
    ):
        asked = told(capsys, *words, "-n", *place, code=16)
        assert "王示例#G1" in asked["message"] + asked["hint"], words
        assert "--manager" not in asked["hint"]
        meant = [word.replace("王示例", "王示例#G1") for word in words]
        told(capsys, *meant, "-n", *place)
    assert told(capsys, "due-visits", "--manager", "王示例#G1", *place)["due"] == []


def test_assigning_as_json(place: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    tried = told(capsys, "assign-managers", "-n", *place)
    assert (tried["operation"], tried["dry_run"]) == (None, True)
    done = told(capsys, "assign-managers", *place)
    assert done["schema"] == "cmledger.assign-managers/1"
    assert done["counts"] == {"kept": 0, "assigned": 2, "moved": 1, "unserved": 1}
    assert [(m["account_no"][-1], m["from"], m["to"]) for m in done["moves"]] == [
        ("1", None, "示例甲"),
        ("3", "示例丙", "示例乙"),
        ("4", None, "示例丙"),
    ]
    assert [(u["account_no"][-1], u["because"]["code"]) for u in done["unserved"]] == [
        ("2", "full")
    ]
    assert [f["code"] for f in done["findings"]] == ["territory-unknown"]
    assert {k: tried[k] for k in ("counts", "moves", "unserved")} == {
        k: done[k] for k in ("counts", "moves", "unserved")
    }
    assert told(capsys, "assign-managers", *place)["operation"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("assign-managers",),
        ("set-manager", "0000000003", "示例甲", "--reason", "客户要求"),
        ("handover", "示例丙", "示例甲", "--until", "2026-12-05"),
        ("coverage",),
        ("coverage", "--by", "grid"),
        ("manager-check",),
    ],
)
def test_text_fits_the_screen(
    place: list[str], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run([*words, *place]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    tables = [line for line in lines if "  " in line]
    assert max(map(width, tables), default=0) <= 80
    assert run([*words, *place, "-q"]) == 0
    assert capsys.readouterr().out == ""


def test_books(place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xlsx"
    assert run(["assign-managers", *place, "--excel", str(path)]) == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["调整", "安排不了的", "要注意的"]
    assert [row[0] for row in book["调整"].iter_rows(min_row=3, values_only=True)] == [
        "0000000001", "0000000003", "0000000004",
    ]  # fmt: skip
    assert run(["manager-check", *place, "--excel", str(path)]) == 0
    assert openpyxl.load_workbook(path).sheetnames == ["任职条件核对"]
    capsys.readouterr()


def test_the_due_list_of_any_day_names_the_right_manager(
    place: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told(
        capsys,
        "handover",
        "示例丙",
        "示例甲",
        "--on",
        "2026-12-01",
        "--until",
        "2026-12-05",
        *place,
    )
    where = place[:2]
    for day, manager in (
        ("2026-11-30", "示例丙"),
        ("2026-12-01", "示例甲"),
        ("2026-12-06", "示例丙"),
    ):
        due = told(capsys, "due-visits", *where, "--as-of", day)["due"]
        assert {d["manager"] for d in due if d["account_no"] == "0000000003"} == {manager}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set-manager", "0000000003", "示例甲"), 2),
        (("set-manager", "0000000003"), 2),
        (("set-manager", "0000000003", "示例甲", "--lift"), 2),
        (("set-manager", "0000000003", "--lift"), 2),
        (("set-manager", "0000000009", "示例甲", "--reason", "x"), 18),
        (("set-manager", "0000000003", "无此人", "--reason", "x"), 18),
        (("set-manager", "0000000003", "示例甲", "--reason", "x", "--until", "2026-01-01"), 2),
        (("handover", "示例丙", "无此人"), 18),
        (("handover", "示例丙", "示例丙"), 2),
        (("coverage", "--office", "无此所"), 18),
        (("assign-managers", "--line", "无此线"), 18),
        (("manager-check", "--office", "无此所"), 18),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(
    place: list[str], capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    problem = told(capsys, *words, *place, code=code)
    assert problem["message"].endswith("。")
