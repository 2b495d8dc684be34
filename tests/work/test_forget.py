"""forget: whoever reads the ledger's bytes afterwards finds nothing of the person, and everything else still holds."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import assert_sound

from cmledger.cli.app import run
from cmledger.ledger.store import create_ledger
from cmledger.records.caller import Caller

SECRETS = (
    "周密示例", "13812345678", "示例路八十八号", "3303700000001", "3700000001", "5200000001", "88776655443322", "孙示例联",
    "13987654321", "想换一只大表", "态度有意见", "老宅门牌自有列", "邻里担保过的", "备注里的私事",
)  # fmt: skip
DAY = ["--as-of", "2026-11-22"]


@pytest.fixture(autouse=True)
def in_an_office(tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    create_ledger("cmledger.db", caller)


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--json"]) == code, capsys.readouterr()
    shown = capsys.readouterr()
    return json.loads(shown.out or shown.err)


def book(name: str, rows: list[list[object]]) -> str:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(name)
    return name


def a_life(capsys: pytest.CaptureFixture[str]) -> None:
    """A customer with everything a ledger may know of one, changed, undone and exported; and a neighbour."""
    heads = [
        "户号",
        "户名",
        "用电地址",
        "联系电话",
        "原户号",
        "电能表编号",
        "客户经理",
        "备注",
        "自家情况",
        "2025年用电量",
    ]
    hers = ["3303700000001", "周密示例", "示例路八十八号", "13812345678", "5200000001", "88776655443322", "李示例",
            "备注里的私事", "老宅门牌自有列", 12000]  # fmt: skip
    other = [
        "3303700000002",
        "邻居示例",
        "示例路九十号",
        "13800000002",
        None,
        None,
        "李示例",
        None,
        None,
        3000,
    ]
    odd = [
        "3303700000003",
        "第三示例",
        "示例路",
        "13800000003",
        None,
        None,
        "李示例",
        None,
        None,
        3000,
    ]
    assert run(["import-excel", book("客户.xlsx", [heads, hers, other, odd]), "-q", *DAY]) == 0
    assert run(
        [
            "import-excel",
            book("又.xlsx", [heads[:2], ["3303700000001", "周密示例 "], ["9", "x"]]),
            "-q",
        ]
    ) in (0, 3)
    told(capsys, "edit", "customers", "3700000001", "用电地址=新示例路一号", *DAY)
    told(capsys, "add", "contacts", "户号=3700000001", "联系人=孙示例联", "电话=13987654321", *DAY)
    told(capsys, "add", "contacts", "户号=3700000002", "联系人=吴示例", "电话=13900000009", *DAY)
    told(capsys, "add", "visits", "户号=3700000001", "走访日期=2026-11-10", "走访内容=想换一只大表", "满意度=满意",
         "客户意见=态度有意见", *DAY)  # fmt: skip
    told(capsys, "edit", "contacts", "3700000001/孙示例联", "备注=邻里担保过的", *DAY)


def bytes_of_the_ledger() -> bytes:
    return b"".join(path.read_bytes() for path in Path().glob("cmledger.db*"))


def assert_gone() -> None:
    data = bytes_of_the_ledger()
    assert [word for word in SECRETS if word.encode() in data] == []


def test_nothing_of_the_person_is_left_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    a_life(capsys)
    assert run(["export-excel", "--excel", "全部.xlsx", "-q", *DAY]) == 0
    assert run(["backup", "-q"]) == 0
    data = bytes_of_the_ledger()
    assert [word for word in SECRETS if word.encode() not in data] == []
    report = told(capsys, "forget", "3303700000001", "--yes", *DAY)
    assert (report["schema"], report["wiped"]) == ("cmledger.forget/1", True)
    assert_gone()
    (copy,) = report["copies"]
    assert copy.endswith(".db")
    assert {Path(path).name for path in report["files"]} >= {"客户.xlsx", "全部.xlsx"}
    data = bytes_of_the_ledger()
    assert all(word.encode() in data for word in ("邻居示例", "13800000002", "吴示例"))
    assert_sound("cmledger.db")


def test_counts_stay_and_name_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    a_life(capsys)
    report = told(capsys, "forget", "3700000001", "--yes", *DAY)
    rows = told(capsys, "list", "customers", *DAY)["rows"]
    assert len(rows) == 3
    (hers,) = [row for row in rows if row["account_no"] == report["left"][0]]
    assert (hers["name"], hers["contact_phone"], hers["remark"]) == (None, None, None)
    assert (hers["status"], hers["closed_on"], hers["manager"]) == (
        "closed",
        "2026-11-22",
        "李示例",
    )
    assert sum(row["kwh"] for row in told(capsys, "list", "consumption")["rows"]) == 18000
    (visit,) = told(capsys, "list", "visits")["rows"]
    assert (visit["visited_on"], visit["satisfaction"], visit["content"]) == (
        "2026-11-10",
        "satisfied",
        None,
    )
    assert [row["name"] for row in told(capsys, "list", "contacts")["rows"]] == ["吴示例"]
    assert told(capsys, "history", "3700000001", code=18)["code"] == "not-found"


def test_it_is_logged_and_cannot_be_undone(capsys: pytest.CaptureFixture[str]) -> None:
    a_life(capsys)
    number = told(capsys, "forget", "3700000001", "--yes", *DAY)["operation"]
    entries = told(capsys, "log")["entries"]
    assert [e["command"] for e in entries if e["command"] == "forget"] == ["forget", "forget"]
    for words in (["undo"], ["undo", str(number)]):
        problem = told(capsys, *words, code=2)
        assert str(number) in problem["message"]
    assert run(["log"]) == 0


def test_what_came_before_is_undone_around_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Undoing each earlier operation, to the first: the person's rows are kept as forgotten; nothing comes back."""
    a_life(capsys)
    forgot = told(capsys, "forget", "3700000001", "--yes", *DAY)["operation"]
    reasons = set()
    for number in range(forgot - 1, 0, -1):
        for row in told(capsys, "undo", str(number))["rows"]:
            if row["kept_by"] == forgot:
                reasons.add((row["table"], row["reason"]))
        assert_gone()
        assert_sound("cmledger.db")
    assert reasons >= {("customer", "forgotten"), ("visit", "forgotten")}
    (left,) = told(capsys, "list", "customers")["rows"]
    assert (left["name"], left["status"]) == (None, "closed")
    for number in range(1, forgot):
        told(capsys, "redo", str(number))
        assert_gone()
        assert_sound("cmledger.db")
    assert len(told(capsys, "list", "customers")["rows"]) == 3
    assert [row["name"] for row in told(capsys, "list", "contacts")["rows"]] == ["吴示例"]


def test_an_undone_import_is_forgotten_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The customer is no longer there; the journal would bring it back."""
    a_life(capsys)
    for number in range(7, 0, -1):
        run(["undo", str(number), "-q"])
    capsys.readouterr()
    assert told(capsys, "list", "customers")["rows"] == []
    told(capsys, "forget", "3700000001", "--yes", *DAY)
    assert_gone()
    assert_sound("cmledger.db")
    for number in range(1, 8):
        run(["redo", str(number), "-q"])
    capsys.readouterr()
    assert_gone()
    assert_sound("cmledger.db")
    assert len(told(capsys, "list", "customers")["rows"]) == 3


def test_an_older_export_brings_nothing_back(capsys: pytest.CaptureFixture[str]) -> None:
    a_life(capsys)
    assert run(["export-excel", "--excel", "旧.xlsx", "-q", *DAY]) == 0
    told(capsys, "forget", "3700000001", "--yes", *DAY)
    report = told(capsys, "import-excel", "旧.xlsx", *DAY, code=3)
    codes = [f["code"] for s in report["files"][0]["sheets"] for f in s["findings"]]
    assert "forgotten-record" in codes
    (visit,) = told(capsys, "list", "visits")["rows"]
    assert visit["content"] is None
    rows = told(capsys, "list", "customers")["rows"]
    assert sorted(row["name"] or "" for row in rows) == ["", "第三示例", "邻居示例"]


def test_it_asks_for_a_word_and_can_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    a_life(capsys)
    before = told(capsys, "list", "customers")["rows"]
    assert "--yes" in told(capsys, "forget", "3700000001", *DAY, code=2)["hint"]
    report = told(capsys, "forget", "3700000001", "-n", *DAY)
    assert (report["operation"], report["dry_run"]) == (None, True)
    assert report["removed"]["contact"] == 1
    assert told(capsys, "list", "customers")["rows"] == before
    assert told(capsys, "forget", "3799999999", "--yes", code=18)["code"] == "not-found"
    assert told(capsys, "forget", code=2)["code"] == "usage"
    assert told(capsys, "forget", "--wipe")["wiped"] is True


def test_the_screen_says_what_is_left_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    a_life(capsys)
    assert run(["backup", "-q"]) == 0
    capsys.readouterr()
    assert run(["forget", "3700000001", "--yes", *DAY]) == 0
    shown = capsys.readouterr().out
    assert "backups" in shown
    assert "客户.xlsx" in shown
    assert "周密示例" not in shown


def test_a_file_that_others_hold_is_wiped_later(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_life(capsys)
    monkeypatch.setenv("CMLEDGER_BUSY_SECONDS", "0.1")
    with closing(sqlite3.connect("cmledger.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM customer").fetchone() == (3,)
        assert told(capsys, "forget", "3700000001", "--yes", *DAY)["wiped"] is False
    assert told(capsys, "forget", "--wipe")["wiped"] is True
    assert_gone()


def test_merged_records_are_one_person(capsys: pytest.CaptureFixture[str]) -> None:
    """Of two 户号 of one person the one that stays is named; both go."""
    a_life(capsys)
    told(capsys, "add", "customers", "户号=3700000009", "户名=周密示例", *DAY)
    told(
        capsys, "add", "duplicates", "甲户号=3700000001", "乙户号=3700000009", "处理=并入甲户", *DAY
    )
    problem = told(capsys, "forget", "3700000009", "--yes", *DAY, code=2)
    assert "3303700000001" in problem["message"]
    assert len(told(capsys, "forget", "3700000001", "--yes", *DAY)["left"]) == 2
    assert_gone()
    assert_sound("cmledger.db")


def test_a_tier_set_by_hand_stays_without_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "-q", "--ledger", "other.db", *DAY]) == 0  # its policy serves here too
    a_life(capsys)
    told(capsys, "set-tier", "3700000001", "金牌", "--reason", "邻里担保过的", *DAY)
    told(
        capsys,
        "record-visit",
        "3700000001",
        "--date",
        "2026-11-21",
        "--content",
        "想换一只大表",
        *DAY,
    )
    told(capsys, "close", "customers", "3700000001", "--reason", "备注里的私事", *DAY)
    told(capsys, "forget", "3700000001", "--yes", *DAY)
    assert_gone()
    assert_sound("cmledger.db")
    assert run(["assign-tiers", "-q", *DAY]) == 0
    assert run(["due-visits", "-q", *DAY]) == 0
    assert run(["log"]) == 0
    assert run(["list", "customers", *DAY]) == 0


def test_no_reason_is_left_of_what_was_closed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "-q", "--ledger", "other.db", *DAY]) == 0
    a_life(capsys)
    of_hers = "户号=3700000001"
    told(capsys, "add", "plans", of_hers, "服务项目=走访", "周期=每月2次", *DAY)
    told(capsys, "close", "plans", "3700000001/走访", "--reason", "备注里的私事", *DAY)
    told(capsys, "add", "dates", of_hers, "事由=生日", "月日=05-06", *DAY)
    told(capsys, "close", "dates", "3700000001/生日", "--reason", "老伴走", *DAY)
    told(capsys, "add", "plans", "户号=3700000002", "服务项目=走访", "周期=每月2次", *DAY)
    told(capsys, "close", "plans", "3700000002/走访", "--reason", "邻居不要", *DAY)
    told(capsys, "forget", "3700000001", "--yes", *DAY)
    assert_gone()
    data = bytes_of_the_ledger()
    assert "老伴走".encode() not in data
    assert "邻居不要".encode() in data
