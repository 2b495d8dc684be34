"""add, edit and close as the user types them; what they do is what a row of a sheet would."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import assert_sound

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.records.caller import Caller

DAY = ["--as-of", "2026-11-22"]


@pytest.fixture(autouse=True)
def in_an_office(tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    create_ledger("cmledger.db", caller)


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    """The JSON of a command that ends with `code`."""
    capsys.readouterr()
    assert run([*words, *DAY, "--json"]) == code
    shown = capsys.readouterr()
    return json.loads(shown.out or shown.err)


def changed(report: Any) -> dict[str, tuple[Any, Any]]:
    return {c["field"]: (c["before"], c["after"]) for c in report["changes"]}


def records(capsys: pytest.CaptureFixture[str], kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = told(capsys, "list", kind)["rows"]
    return rows


def a_customer(capsys: pytest.CaptureFixture[str], *words: str, number: str = "3700000001") -> Any:
    return told(capsys, "add", "customers", f"户号={number}", "户名=张示例", *words)


def test_a_customer_is_added_as_a_row_would_be(capsys: pytest.CaptureFixture[str]) -> None:
    """Office, line and manager nobody knew are created and said; words and units are those of the sheets."""
    report = a_customer(
        capsys, "线路=示例一线", "客户经理=李示例", "合同容量=2×315", "电压=10千伏", "光伏=√"
    )
    assert (report["schema"], report["operation"], report["rejected"]) == (
        "cmledger.add/1",
        1,
        False,
    )
    assert report["created"] == {"office": ["本所"], "line": ["示例一线"]}
    assert "manager-created" in [f["code"] for f in report["findings"]]
    assert changed(report)["contract_capacity_kva"] == (None, 630)
    (row,) = records(capsys, "customers")
    assert (row["voltage"], row["pv"], row["manager"]) == ("10kV", True, "李示例")
    assert_sound("cmledger.db")


def test_an_edit_changes_what_it_names_and_can_be_undone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_customer(capsys, "备注=要紧", "联系电话=13800000000")
    report = told(capsys, "edit", "customers", "3303700000001", "备注=清空", "户名=张示例")
    assert (report["schema"], report["operation"]) == ("cmledger.edit/1", 2)
    assert changed(report) == {"remark": ("要紧", None)}
    again = told(capsys, "edit", "customers", "3700000001", "备注=清空")
    assert (again["operation"], again["changes"]) == (None, [])
    assert told_undo(capsys, 2)["counts"]["reversed"] == 1
    (row,) = records(capsys, "customers")
    assert (row["remark"], row["contact_phone"]) == ("要紧", "13800000000")
    assert_sound("cmledger.db")


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    a_customer(capsys)
    report = told(capsys, "edit", "customers", "3700000001", "户名=李示例", "-n")
    assert (report["dry_run"], report["operation"]) == (True, None)
    assert changed(report) == {"name": ("张示例", "李示例")}
    report = told(capsys, "add", "grids", "网格名称=示例村", "-n")
    assert (report["operation"], changed(report)["grid_kind"]) == (None, (None, "village"))
    assert [row["name"] for row in records(capsys, "customers")] == ["张示例"]
    assert records(capsys, "grids") == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "customers", "户号=3700000001", "户名=别人"], 2, "cmledger edit customers 3700000001"),
        (["add", "customers", "户名=别人"], 2, "户号"),
        (["add", "customers", "户号=370000001"], 2, "户号"),
        (["add", "customers", "户号=3700000002", "电压=99"], 2, "10kV"),
        (["add", "customers", "户号=3700000002", "立户日期=2027-01-01"], 2, "2027-01-01"),
        (["add", "customers", "户号=3700000002", "爱好=钓鱼"], 2, "contact_phone"),
        (["add", "customers"], 2, "字段=值"),
        (["add", "customers", "3700000002"], 2, "字段=值"),
        (["add", "contacts", "户号=3700000009", "联系人=赵示例"], 18, "3700000009"),
        (["edit", "customers", "3799999999", "户名=某"], 18, "3799999999"),
        (["edit", "customers", "3700000001", "户名="], 2, "清空"),
        (["edit", "customers", "3700000001", "户号=清空"], 2, "户号"),
        (["edit", "customers", "3700000001", "户名=某", "name=某"], 2, "户名"),
        (["edit", "customers", "3700000001", "tier=金牌"], 2, "set-tier"),
        (["edit", "managers", "李示列", "电话=13800000000"], 18, "李示例"),
        (["edit", "nobody", "x", "a=b"], 2, "customers"),
        (["edit", "visits", "v77", "走访内容=看"], 18, "v77"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    a_customer(capsys, "客户经理=李示例")
    problem = told(capsys, *words, code=code)
    assert said in problem["message"] + (problem["hint"] or "")
    assert [e["operation"] for e in told_log(capsys)] == [1]


def told_log(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["log", "--json"]) == 0
    entries: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["entries"]
    return entries


def test_a_row_the_rules_refuse_is_refused_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Another prefix before the same ten digits: exit 3, the sentence of the import, nothing written."""
    a_customer(capsys, number="3303700000001")
    report = told(capsys, "add", "customers", "户号=4403700000001", "户名=某", code=3)
    assert (report["rejected"], report["operation"]) == (True, None)
    assert [f["code"] for f in report["findings"]] == ["two-prefixes"]


def test_every_kind_can_be_added_and_edited(capsys: pytest.CaptureFixture[str]) -> None:
    a_customer(capsys)
    steps = [
        (["add", "managers", "姓名=王示例", "级别=高级"], {}),
        (["edit", "managers", "王示例", "姓名=王五示"], {"name": ("王示例", "王五示")}),
        (["add", "lines", "线路名称=示例一线"], {}),
        (["edit", "lines", "示例一线", "变电站=示例站"], {"substation": (None, "示例站")}),
        (["add", "transformer-areas", "台区名称=示例台区", "所属线路=示例一线"], {}),
        (["edit", "transformer-areas", "示例台区", "容量=200"], {"capacity_kva": (None, 200)}),
        (["add", "grids", "网格名称=示例社区"], {}),
        (["edit", "grids", "示例社区", "网格经理=王五示"], {"manager": (None, "王五示")}),
        (["add", "liaisons", "联络员=钱示例", "网格/社区/村=示例社区"], {}),
        (["edit", "liaisons", "示例社区/钱示例", "电话=13900000000"], {"phone": (None, "13900000000")}),
        (["add", "contacts", "户号=3700000001", "联系人=赵示例"], {}),
        (["edit", "contacts", "3700000001/赵示例", "联系人=赵六示"], {"name": ("赵示例", "赵六示")}),
        (["add", "consumption", "户号=3700000001", "年月=202510", "电量=1.2万kWh"], {}),
        (["edit", "consumption", "3700000001/2025-10", "电量=13000"], {"kwh": (12000, 13000)}),
        (["add", "visits", "户号=3700000001", "走访日期=2026-11-20", "走访内容=看表"], {}),
        (["edit", "visits", "v1", "走访日期=2026-11-19"], {"visited_on": ("2026-11-20", "2026-11-19")}),
        (["edit", "visits", "3700000001/2026-11-19", "满意度=满意"], {"satisfaction": (None, "satisfied")}),
    ]  # fmt: skip
    for words, expected in steps:
        report = told(capsys, *words)
        assert report["operation"], words
        if expected:
            assert changed(report) == expected, words
    assert_sound("cmledger.db")
    last = len(steps) + 1
    for number in range(last, 0, -1):
        assert told_undo(capsys, number)["counts"]["kept"] == 0, number
    for kind in ("customers", "managers", "grids", "visits", "consumption", "contacts"):
        assert records(capsys, kind) == []
    assert_sound("cmledger.db")


def told_undo(capsys: pytest.CaptureFixture[str], number: int) -> Any:
    capsys.readouterr()
    assert run(["undo", str(number), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_of_several_offices_the_record_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    for office in ("甲示例供电所", "乙示例供电所"):
        told(capsys, "add", "managers", "姓名=王示例", f"供电所={office}")
    problem = told(capsys, "add", "grids", "网格名称=示例社区", code=16)
    assert "office=" in problem["hint"]
    problem = told(capsys, "edit", "managers", "王示例", "级别=高级", code=16)
    assert "乙示例供电所/王示例" in problem["message"]
    report = told(capsys, "edit", "managers", "乙示例供电所/王示例", "级别=高级")
    assert changed(report) == {"grade": (None, "senior")}
    grades = {row["office"]: row["grade"] for row in records(capsys, "managers")}
    assert grades == {"甲示例供电所": None, "乙示例供电所": "senior"}


def test_an_export_from_before_an_edit_is_held_against_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_customer(capsys)
    assert run(["list", "customers", "--excel", "名单.xlsx", "-q", *DAY]) == 0
    told(capsys, "edit", "customers", "3700000001", "户名=李示例")
    assert told(capsys, "import-excel", "名单.xlsx")["totals"]["unchanged"] == 1
    book = openpyxl.load_workbook("名单.xlsx")
    sheet = book.active
    assert sheet is not None
    sheet["C2"] = "王示例"
    book.save("名单.xlsx")
    report = told(capsys, "import-excel", "名单.xlsx", code=3)
    codes = [f["code"] for s in report["files"][0]["sheets"] for f in s["findings"]]
    assert "row-changed-meanwhile" in codes


def test_the_screen_masks_telephones_and_names_the_way_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    capsys.readouterr()
    words = ["add", "customers", "户号=3700000001", "户名=张示例", "联系电话=13812345678"]
    assert run([*words, *DAY]) == 0
    shown = capsys.readouterr().out
    assert "138****5678" in shown
    assert "13812345678" not in shown
    assert "cmledger undo 1" in shown


def test_a_customer_is_closed_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    a_customer(capsys, "备注=要紧")
    report = told(
        capsys, "close", "customers", "3700000001", "--reason", "搬迁", "--on", "2026-11-20"
    )
    assert (report["schema"], report["operation"]) == ("cmledger.close/1", 2)
    assert changed(report) == {
        "status": (None, "closed"),
        "closed_on": (None, "2026-11-20"),
        "remark": ("要紧", "要紧；2026-11-20 销户：搬迁"),
    }
    problem = told(capsys, "close", "customers", "3700000001", "--reason", "又", code=2)
    assert "2026-11-20" in problem["message"]
    (entry,) = [e for e in told_log(capsys) if e["command"] == "close"]
    assert entry["arguments"]["reason"] == "搬迁"
    told_undo(capsys, 2)
    assert records(capsys, "customers")[0]["status"] is None
    assert_sound("cmledger.db")


def test_a_manager_is_closed_only_with_nothing_left(capsys: pytest.CaptureFixture[str]) -> None:
    a_customer(capsys, "客户经理=李示例")
    told(capsys, "add", "grids", "网格名称=示例社区", "网格经理=李示例")
    problem = told(capsys, "close", "managers", "李示例", "--reason", "调离", code=2)
    assert "1 个客户（3700000001）" in problem["message"]
    assert "1 个网格（示例社区）" in problem["message"]
    told(capsys, "edit", "grids", "示例社区", "网格经理=清空")
    told(capsys, "edit", "customers", "3700000001", "客户经理=清空")
    report = told(capsys, "close", "managers", "李示例", "--reason", "调离")
    assert changed(report) == {
        "left_on": (None, "2026-11-22"),
        "remark": (None, "2026-11-22 离岗：调离"),
    }


def test_customers_whose_day_of_closing_is_past_hold_no_manager_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    a_customer(capsys, "客户经理=李示例", "销户日期=2026-11-01")
    told(capsys, "close", "managers", "李示例", "--reason", "调离")


@pytest.mark.parametrize(
    "words",
    [["grids", "示例社区", "--reason", "撤并"], ["customers", "3700000001"], ["customers", "3700000001", "--reason", " "],
     ["customers", "3700000001", "--reason", "早", "--on", "2026-12-01"]],
)  # fmt: skip
def test_what_cannot_be_closed_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    a_customer(capsys)
    told(capsys, "add", "grids", "网格名称=示例社区")
    assert told(capsys, "close", *words, code=2)["hint"]
