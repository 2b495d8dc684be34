"""find and show as the user types them."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.records.caller import Caller

DAY = ["--as-of", "2026-11-22"]


@pytest.fixture(autouse=True)
def in_an_office(
    tmp_path: Path,
    caller: Caller,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    create_ledger("cmledger.db", caller)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["户号", "户名", "用电地址", "联系人", "联系电话", "原户号", "客户经理", "自家情况", "2024年用电量", "2025年用电量"],
        ["3303700000001", "红星示例水泥厂", "示例镇东风路3号", "周密示", "13812345678", "5200007777", "李示例", "有围墙", 1, 2.5],
        ["3303700000002", "水泥", "示例镇西街", None, "0632-5551234", None, "李示例", None, None, None],
        ["3303700000003", "水泥制品店", "示例镇西街", None, None, None, "红星人", None, None, None],
        ["3303700000004", "100%_示例", "示例镇西街", None, None, None, None, None, None, None],
    ):  # fmt: skip
        sheet.append(row)
    workbook.save("客户.xlsx")
    assert run(["import-excel", "客户.xlsx", "-q", *DAY]) == 0
    words = ["户号=3303700000001", "联系人=孙示联", "电话=13987654321"]
    assert run(["add", "contacts", *words, "-q", *DAY]) == 0
    capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--json"]) == code
    shown = capsys.readouterr()
    return json.loads(shown.out or shown.err)


def keys(report: Any) -> list[str]:
    return [one["key"][-13:] for one in report["found"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("水泥", ["3303700000002", "3303700000003", "3303700000001"]),
        ("红星", ["3303700000001", "红星人"]),
        ("东风路", ["3303700000001"]),
        ("周密", ["3303700000001"]),
        ("00003", ["3303700000003"]),
        ("7777", ["3303700000001"]),
        ("138 1234", ["3303700000001"]),
        ("1234-5678", ["3303700000001"]),
        ("06325551234", ["3303700000002"]),
        ("0632-5551234", ["3303700000002"]),
        ("5551", ["3303700000002"]),
        ("孙示", ["3303700000001/孙示联"]),
        ("8765", ["3303700000001/孙示联"]),
        ("%_", ["3303700000004"]),
        ("没有的", []),
    ],
)  # fmt: skip
def test_a_part_is_enough(capsys: pytest.CaptureFixture[str], text: str, found: list[str]) -> None:
    report = told(capsys, "find", text)
    assert report["schema"] == "cmledger.find/1"
    got = [key.rpartition("本所/")[2] for key in keys(report)]
    assert got == [key[-13:] for key in found]
    assert report["matched"] == len(found)


def test_the_best_come_first_and_say_where(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "find", "水泥")["found"]
    assert [one["rank"] for one in found] == ["exact", "prefix", "contains"]
    assert {one["matched"] for one in found} == {"name"}
    report = told(capsys, "find", "西街", "--limit", "1")
    assert (report["matched"], len(report["found"])) == (3, 1)
    assert "138****5678" in json.dumps(told(capsys, "find", "12345678"))
    assert run(["find", "12345678"]) == 0
    shown = capsys.readouterr().out
    assert "138****5678" in shown
    assert "13812345678" not in shown


@pytest.mark.parametrize("text", ["红", "123", " ", "1-2-3"])
def test_too_little_is_refused(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert told(capsys, "find", text, code=2)["hint"]


def test_show_tells_all_of_a_customer(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["户号=3303700000001", "走访日期=2026-11-10", "客户经理=李示例", "走访内容=看表"]
    assert run(["add", "visits", *words, "-q", *DAY]) == 0
    report = told(capsys, "show", "3700000001", *DAY)
    assert (report["schema"], report["kind"], report["masked"]) == (
        "cmledger.show/1",
        "customers",
        True,
    )
    fields = report["fields"]
    assert (fields["name"], fields["contact_phone"]) == ("红星示例水泥厂", "138****5678")
    assert report["extras"] == {"自家情况": "有围墙"}
    assert report["managers"] == [{"from": "2026-11-01", "to": None, "manager": "李示例"}]
    assert [(one["year"], one["kwh"]) for one in report["energy"]] == [(2025, 2.5), (2024, 1)]
    assert (report["visits_count"], report["visits"][0]["key"]) == (1, "v1")
    assert report["contacts"] == [{"name": "孙示联", "phone": "139****4321"}]
    source = report["sources"]["name"]
    assert (Path(source["file"]).name, source["cell"]) == ("客户.xlsx", "B2")
    assert "address" in report["sources"]
    assert "remark" not in report["sources"]


def test_show_tells_what_is_open_done_agreed_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    whose = "户号=3700000001"
    for kind, *words in (
        ("matters", "类别=隐患", "日期=2026-11-01", "内容=刀闸发热"),
        ("matters", "类别=隐患", "日期=2026-10-01", "内容=已改好", "完成日期=2026-10-05"),
        ("services", "服务项目=G7", "日期=2026-05-03", "内容=送花"),
        ("services", "服务项目=G7", "日期=2025-05-03", "内容=去年"),
        ("plans", "服务项目=走访", "周期=每月2次", "自=2026-11-01"),
        ("plans", "服务项目=B4", "周期=每季", "自=2025-01-01", "至=2025-12-31"),
        ("dates", "事由=厂庆", "月日=05-03"),
    ):
        assert run(["add", kind, whose, *words, "-q", *DAY]) == 0
    report = told(capsys, "show", "3700000001", *DAY)
    assert [(one["key"], one["content"]) for one in report["matters"]] == [("m1", "刀闸发热")]
    assert [(one["service"], one["content"]) for one in report["services"]] == [("G7", "送花")]
    assert [(one["service"], one["cycle"]) for one in report["plans"]] == [("visit", "2/month")]
    assert [(one["occasion"], one["day"]) for one in report["dates"]] == [("founding", "05-03")]
    assert run(["show", "3700000001", *DAY]) == 0
    shown = capsys.readouterr().out
    for words in (
        "未办结的事项 1 件",
        "今年单独做的服务 1 次",
        "服务方案：",
        "纪念日：",
        "刀闸发热",
    ):
        assert words in shown
    assert "去年" not in shown


@pytest.mark.parametrize(
    ("kind", "words", "key", "said"),
    [
        ("plans", ("服务项目=走访", "周期=每月", "自=2026-11-01"), "走访", "结束"),
        ("dates", ("事由=厂庆", "月日=05-03"), "厂庆", "取消"),
        ("matters", ("类别=隐患", "日期=2026-11-01", "内容=刀闸发热"), "2026-11-01", "办结"),
    ],
)
def test_closing_is_called_what_it_is(
    capsys: pytest.CaptureFixture[str], kind: str, words: tuple[str, ...], key: str, said: str
) -> None:
    assert run(["add", kind, "户号=3700000001", *words, "-q", *DAY]) == 0
    capsys.readouterr()
    assert run(["close", kind, f"3700000001/{key}", "--reason", "示例", *DAY]) == 0
    shown = capsys.readouterr().out
    assert f" {said}，操作号" in shown
    assert "注销" not in shown


def test_show_in_full_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "customers", "3303700000001", *DAY]) == 0
    shown = capsys.readouterr().out
    assert "13812345678" not in shown
    assert "客户.xlsx B2" in shown
    assert told(capsys, "show", "3700000001", "--full")["fields"]["contact_phone"] == "13812345678"
    entries = told(capsys, "log")["entries"]
    assert [e["arguments"]["key"] for e in entries if e["command"] == "export"] == ["3303700000001"]


def test_show_knows_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, "show", "managers", "李示例", *DAY)
    assert (report["key"], report["holdings"]) == ("本所/李示例", {"customer": 2})
    assert told(capsys, "show", "售电量", "3700000001/2025")["fields"]["kwh"] == 2.5
    report = told(capsys, "show", "contacts", "3700000001/孙示联")
    assert report["fields"]["phone"] == "139****4321"
    assert told(capsys, "show", "managers", "李示", code=18)["hint"]
    assert told(capsys, "show", "managers", code=2)["hint"]
    assert told(capsys, "show", "3799999999", code=18)["code"] == "not-found"
