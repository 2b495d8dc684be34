"""Every invariant of `check`: broken on purpose, it alone is named; sound ledgers pass without a word."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import assert_sound, caller_on

from cmledger.cli.app import run
from cmledger.ledger.store import open_ledger
from cmledger.ledger.tables import SCHEMA_VERSION
from cmledger.ledger.upgrade import upgrade
from cmledger.packaged import packaged
from cmledger.wording.checks import CHECKS
from cmledger.work.check import check

DAY = ("--as-of", "2026-11-22")
SHEETS = {
    "customers": "户号,户名,线路,客户经理,联系电话,2025年用电量（kWh）\n"
    "3700000001,示例一厂,示例一线,示例甲,13800000001,5000\n"
    "3700000002,示例二厂,示例一线,示例乙,13800000002,4000\n"
    "3.7E+12,示例三厂,示例一线,示例乙,13800000003,4000\n",
    "visits": "户号,走访日期,客户经理,走访内容,服务项目\n3700000001,2026-10-08,示例甲,示例内容,B4\n",
    "later": "户号,户名,客户经理\n3700000001,示例一厂改名,示例乙\n",
}
SERVED = {
    "visits": "户号,走访日期,客户经理,服务项目\n3700000002,2026-11-05,示例乙,B4\n",
    "duties": "日期,项目,客户经理,网格/社区\n2026-11-06,客户座谈会,示例甲,示例社区\n",
    "matters": "户号,类别,日期,内容,完成日期\n3700000001,隐患,2026-11-03,示例内容,2026-11-04\n",
    "plans": "户号,服务项目,周期,自\n3700000001,B4,每季,2026-11-01\n",
    "dates": "户号,事由,月日\n3700000001,厂庆日,5月6日\n",
    "outages": "停电线路,停电类型,停电开始时间,停电终止时间,停电编号\n"
    "示例一线,计划停电,2026-11-25 08:00,2026-11-25 12:00,T1\n",
    "outage-notices": "停电号,户号,通知类别,通知时间\nT1,3700000001,通知,2026-11-20 09:00\n",
}
"""Kinds of sheets of what is served and done, taken in after all else."""


@pytest.fixture(scope="session")
def sound_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two customers of two managers, a visit, tiers, a change of manager; one operation undone, one redone."""
    folder = tmp_path_factory.mktemp("sound")
    ledger = folder / "cmledger.db"
    at = ("--ledger", str(ledger), "-q")
    assert run(["init", *at, "--as-of", "2026-11-01"]) == 0
    for name, text in SHEETS.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        kind = "visits" if name == "visits" else "customers"
        words = ["import-excel", str(path), "--kind", kind, "--office", "示例供电所", *at, *DAY]
        assert run(words) == (3 if name == "customers" else 0)
    assert run(["assign-tiers", *at, *DAY]) == 0
    for words in (["undo", "3"], ["undo", "2"], ["redo", "2"]):
        assert run([*words, *at]) == 0
    for kind, text in SERVED.items():
        path = folder / f"served-{kind}.csv"
        path.write_text(text, encoding="utf-8")
        words = ["import-excel", str(path), "--kind", kind, "--office", "示例供电所", *at, *DAY]
        assert run(words) == 0, kind
    assert run(["set-manager", "3700000002", "示例甲", "--reason", "示例", *at, *DAY]) == 0
    assert run(["set-tier", "3700000001", "gold", "--reason", "示例", *at, *DAY]) == 0
    assert run(["plan-visits", "--month", "2026-12", *at, *DAY]) == 0
    assert_sound(str(ledger))
    return ledger


@pytest.fixture
def ledger(sound_ledger: Path, tmp_path: Path) -> Path:
    with closing(sqlite3.connect(sound_ledger)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copy(sound_ledger, tmp_path / "cmledger.db"))


def broken(ledger: Path) -> set[str]:
    return {one.code for one in check(str(ledger)).checks if one.count}


DAMAGE: list[tuple[str, str, set[str]]] = [
    ("schema-as-declared", "DROP INDEX customer_line", set()),
    ("schema-as-declared", "CREATE TRIGGER t AFTER INSERT ON visit BEGIN SELECT 1; END", set()),
    ("schema-as-declared", "CREATE TABLE other (a)", set()),
    ("schema-as-declared", "ALTER TABLE event DROP COLUMN detail", set()),
    ("references", "UPDATE customer SET line_id = 99 WHERE id = 1", set()),
    ("stored-values", "UPDATE visit SET visited_on = '2026-2-3'", {"column-kinds", "items-of-visits"}),
    ("stored-values", "UPDATE consumption SET month = 13 WHERE id = 1", {"column-kinds"}),
    ("stored-values", "UPDATE customer SET pv = 2 WHERE id = 1", {"column-kinds"}),
    ("stored-values", "UPDATE customer SET extras = '{' WHERE id = 1", set()),
    ("stored-values", "UPDATE customer SET remark = '' WHERE id = 1", {"column-kinds"}),
    ("stored-values", "UPDATE operation SET at = 'today' WHERE id = 1", set()),
    ("column-kinds", "UPDATE customer SET voltage = 'many' WHERE id = 1", set()),
    ("column-kinds", "UPDATE manager SET grade = 'best' WHERE id = 1", set()),
    ("column-kinds", "UPDATE visit SET visited_on = '2300-01-01'", {"items-of-visits"}),
    ("account-keys", "UPDATE customer SET account_key = '3700000009' WHERE id = 1", set()),
    ("visit-managers", "UPDATE visit SET manager_key = 0", set()),
    ("references", "UPDATE matter SET manager_id = 99", set()),
    ("references", "UPDATE duty_done SET grid_id = 99, grid_key = 99", set()),
    ("references", "UPDATE outage_notice SET outage_id = 99", set()),
    ("references", "UPDATE planned_visit SET manager_id = 99", set()),
    ("references", "INSERT INTO customer_plan VALUES (99, 'B4', '2026-01-01', '9999-12-31', 'month', NULL)", {"journal-rows"}),
    ("stored-values", "UPDATE matter SET due_by = '5 days'", {"column-kinds"}),
    ("stored-values", "UPDATE planned_visit SET fixed = 2", {"column-kinds"}),
    ("value-words", "UPDATE customer_manager SET basis = 'habit' WHERE basis IS NOT NULL", set()),
    ("value-words", "UPDATE outage SET outage_kind = 'dark'", {"column-kinds"}),
    ("value-words", "UPDATE outage SET begins_at = '2026-11-24 08:00'", {"column-kinds"}),
    ("value-words", "UPDATE outage SET ends_at = '2026-11-31T08:00'", {"column-kinds"}),
    ("value-words", "UPDATE outage_notice SET notice_kind = 'rumour'", {"column-kinds"}),
    ("value-words", "UPDATE outage_notice SET told_at = '2026-11-20T09:00:00'", {"column-kinds"}),
    ("value-words", "UPDATE customer_plan SET cycle = 'now and then'", {"column-kinds"}),
    ("value-words", "UPDATE customer_date SET day = '02-30'", {"column-kinds"}),
    ("value-words", "UPDATE planned_visit SET month = '2026-13'", {"plan-months"}),
    ("derived-keys", "UPDATE duty_done SET manager_key = 0", set()),
    ("derived-keys", "UPDATE duty_done SET grid_id = NULL", set()),
    ("derived-keys", "UPDATE outage SET line_key = 0", set()),
    ("derived-keys", "UPDATE outage SET area_key = 1", set()),
    ("days-in-order", "UPDATE matter SET closed_on = '2026-11-02'", set()),
    ("days-in-order", "UPDATE outage SET ends_at = begins_at", set()),
    ("plan-months", "UPDATE planned_visit SET month = '2026-11'", set()),
    ("items-of-visits", "UPDATE service_done SET done_on = '2026-11-06' WHERE done_on = '2026-11-05'", set()),
    ("items-of-visits", "UPDATE service_done SET customer_id = 1 WHERE done_on = '2026-11-05'", set()),
    ("spans-in-order", "UPDATE customer_plan SET valid_to = valid_from", set()),
    (
        "spans-do-not-overlap",
        "INSERT INTO customer_plan VALUES (1, 'B4', '2027-01-01', '9999-12-31', 'month', NULL)",
        set(),
    ),
    ("spans-in-order", "UPDATE customer_manager SET valid_to = valid_from WHERE customer_id = 2", set()),
    (
        "spans-do-not-overlap",
        "INSERT INTO customer_manager VALUES (2, '2030-01-01', '9999-12-31', 1, NULL, NULL)",
        set(),
    ),
    ("ids-never-reused", "UPDATE id_counter SET next_id = 2 WHERE name = 'customer'", set()),
    ("ids-never-reused", "DELETE FROM id_counter WHERE name = 'visit'", set()),
    ("journal-entries", "UPDATE entry SET before = '{}' WHERE action = 'insert' AND table_name = 'line'", set()),
    ("journal-entries", "UPDATE entry SET before = '{\"nose\":1}' WHERE operation_id = 3 AND table_name = 'customer'", {"journal-values"}),
    ("journal-entries", "UPDATE entry SET sheet_id = 2 WHERE operation_id = 1 AND table_name = 'line'", {"import-totals"}),
    ("journal-rows", "DELETE FROM consumption WHERE id = 1", set()),
    ("journal-rows", "INSERT INTO office (id, name) SELECT 5, '另一所'", {"ids-never-reused"}),
    (
        "journal-rows",
        "INSERT INTO customer_manager SELECT 2, '2000-01-01', '2000-02-01', 1, NULL, NULL"
        "; DELETE FROM entry WHERE table_name = 'customer_manager' AND row_id = 2",
        {"operation-counts"},
    ),
    ("journal-values", "UPDATE customer SET name = '示例别名' WHERE id = 1", set()),
    ("operations-live", "UPDATE operation SET live = 1 WHERE id = 3", {"journal-values"}),
    ("operations-live", "UPDATE operation SET target_id = NULL WHERE id = 6", {"journal-values"}),
    ("operation-counts", "UPDATE operation SET counts = '{}' WHERE id = 1", set()),
    ("import-totals", "UPDATE source_file SET report = replace(report, '\"new\":2', '\"new\":3')", set()),
    ("import-totals", "UPDATE source_sheet SET refused_rows = '[]' WHERE id = 1", set()),
    ("import-totals", "UPDATE source_sheet SET refused_rows = '[2]' WHERE id = 1", set()),
]  # fmt: skip


@pytest.mark.parametrize(("code", "damage", "also"), DAMAGE)
def test_a_broken_invariant_is_named(ledger: Path, code: str, damage: str, also: set[str]) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.executescript(damage)
        connection.commit()
    found = broken(ledger)
    assert code in found
    assert found <= {code} | also


def test_every_invariant_is_broken_once_above_or_below() -> None:
    assert {code for code, _, _ in DAMAGE} | {"file-integrity"} == set(CHECKS)


def test_a_damaged_page_is_found_and_nothing_else_asked(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        size, root = connection.execute(
            "SELECT page_size, rootpage FROM pragma_page_size, sqlite_master WHERE name = 'customer_line'"
        ).fetchone()
    with ledger.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    assert run(["check", "--ledger", str(ledger), "--json"]) == 12
    report = json.loads(capsys.readouterr().out)
    by_code = {one["code"]: one for one in report["checks"]}
    assert by_code["file-integrity"]["ok"] is False
    assert by_code["journal-rows"]["ok"] is None
    assert run(["check", "--ledger", str(ledger)]) == 12
    assert "文件完好（file-integrity）" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"no database at all" * 300])
def test_what_is_no_ledger_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "cmledger.db"
    path.write_bytes(content)
    assert run(["check", "--ledger", str(path)]) == 12
    said = capsys.readouterr()
    assert said.out == ""
    assert "cmledger.db" in said.err
    assert "Traceback" not in said.err


def test_an_empty_file_is_called_empty_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cmledger.db"
    path.touch()
    for command in (["check"], ["init"], ["log"], ["backup"]):
        assert run([*command, "--ledger", str(path)]) == 12, command
        assert "是空的" in capsys.readouterr().err
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:  # what a killed init leaves
        connection.execute("PRAGMA journal_mode = WAL")
    assert run(["init", "--ledger", str(path)]) == 12
    assert "是空的" in capsys.readouterr().err
    path.unlink()
    assert run(["init", "--ledger", str(path)]) == 0


def test_all_is_well_without_a_word(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = ledger.read_bytes()
    assert run(["check", "--ledger", str(ledger)]) == 0
    assert capsys.readouterr().out == ""
    assert run(["check", "--ledger", str(ledger), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "cmledger.check/1"
    assert [one["code"] for one in report["checks"]] == list(CHECKS)
    assert all(one["ok"] and one["count"] == 0 and not one["broken"] for one in report["checks"])
    assert ledger.read_bytes() == before


def test_the_rows_are_named_in_chinese_with_what_to_do(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("UPDATE customer SET voltage = 'many', contact_phone = 'x13800000009'")
        connection.commit()
    assert run(["check", "--ledger", str(ledger)]) == 12
    said = capsys.readouterr().out
    assert "字段值有效（column-kinds）：2 处" in said
    assert "客户 3700000001：voltage=many" in said
    assert "→" in said
    assert "13800000009" not in said
    assert run(["check", "--ledger", str(ledger), "-q"]) == 12
    assert capsys.readouterr().out == ""


def test_the_list_needs_no_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["check", "--list"]) == 0
    said = capsys.readouterr().out
    assert all(code in said for code in CHECKS)
    assert run(["check", "--list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["invariants"]) == len(CHECKS)


def test_the_sample_office_is_sound(tmp_path: Path) -> None:
    assert run(["demo", "--folder", str(tmp_path / "demo"), "-q"]) == 0
    assert_sound(str(tmp_path / "demo" / "cmledger.db"))


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_old_ledgers_are_sound_once_upgraded(version: int, tmp_path: Path) -> None:
    old = Path(__file__).parents[1] / "ledger" / "old" / f"ledger-v{version}.db"
    path = Path(shutil.copy(old, tmp_path / "cmledger.db"))
    assert run(["check", "--ledger", str(path), "-q"]) == 13
    upgrade(str(path), caller_on("2026-11-22"))
    assert_sound(str(path))


@pytest.mark.postgresql
def test_a_database_is_checked_too(
    tmp_path: Path, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = new_database()
    assert run(["init", "--ledger", url, "-q", *DAY]) == 0
    expected: dict[str, Any] = json.loads(
        (packaged("samples") / "office.expected.json").read_text(encoding="utf-8")
    )
    files = [str(packaged("samples") / name) for name in expected["import_order"]]
    Path("rejects").mkdir()
    where = ["--ledger", url, "--rejects", "rejects"]
    assert run(["import-excel", *files, *where, "-q", *DAY]) == 3
    assert run(["undo", "--ledger", url, "-q"]) == 0
    assert_sound(url)
    assert run(["redo", "--ledger", url, "-q"]) == 0
    assert_sound(url)
    with open_ledger(url).writing(caller_on("2026-11-22"), "test") as connection:
        connection.execute(sa.text("update customer set account_key = '1' where id = 1"))
    assert {one.code for one in check(url).checks if one.count} == {"account-keys"}
