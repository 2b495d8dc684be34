"""Every table that hangs on a customer: forget empties it, a merge moves it, undo brings it back, history tells it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import assert_sound

from cmledger.cli.app import run
from cmledger.ledger.intake.merge import merge
from cmledger.ledger.journal import Operation
from cmledger.ledger.store import create_ledger, open_ledger
from cmledger.ledger.tables import FOREVER, metadata, table
from cmledger.records.caller import Caller

SECRET = "只有本人知道的话"
DAY = ["--as-of", "2026-11-22"]
OUTSIDE = {"duplicate", "customer_tier", "consumption"}
"""Of the customer's tables those told elsewhere: test_forget, test_duplicates."""


@pytest.fixture(autouse=True)
def in_an_office(tmp_path: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CMLEDGER_LEDGER", raising=False)
    ledger = create_ledger("cmledger.db", caller)
    with ledger.operation(caller, "import-excel", {}) as op:
        op.insert("office", ("name",), [("示例供电所",)])
        op.insert("manager", ("office_id", "person_key", "name"), [(1, "示例甲", "示例甲")])
        op.insert(
            "outage",
            ("office_id", "begins_at", "line_key", "area_key"),
            [(1, "2026-12-05T08:00", 0, 0)],
        )
        op.insert(
            "customer", ("account_key", "account_no", "name", "office_id", "special_group"),
            [(no, no, f"示例{no[-1]}厂", 1, "elderly") for no in ("3700000001", "3700000002")],
        )  # fmt: skip
    with ledger.operation(caller, "import-excel", {}) as op:
        fill(op)


def fill(op: Operation) -> None:
    """A row in every table that hangs on customer 1, each text of it the secret."""
    for name, values in RECORDS.items():
        op.insert(name, list(values), [list(values.values())])
    for name, span in SPANS.items():
        op.replace_spans(name, {1: [{"valid_from": "2026-11-01", "valid_to": FOREVER, **span}]})


RECORDS: dict[str, dict[str, Any]] = {
    "contact": {"customer_id": 1, "name": SECRET},
    "tier_override": {
        "customer_id": 1, "tier": "gold", "reason": SECRET, "valid_from": "2026-11-01", "valid_to": FOREVER,
    },
    "visit": {"customer_id": 1, "visited_on": "2026-11-05", "manager_key": 0, "sequence": 1, "content": SECRET},
    "service_done": {"customer_id": 1, "service": "G7", "done_on": "2026-11-06", "content": SECRET},
    "customer_date": {"customer_id": 1, "occasion": "birthday", "day": "05-03", "remark": SECRET},
    "customer_event": {"customer_id": 1, "event": "suspension", "happened_on": "2026-11-07", "remark": SECRET},
    "matter": {
        "customer_id": 1, "matter_kind": "hazard", "opened_on": "2026-11-08", "sequence": 1, "content": SECRET,
        "measure": SECRET,
    },
    "arrears_contact": {"customer_id": 1, "contacted_on": "2026-11-09", "sequence": 1, "result": SECRET},
    "outage_notice": {
        "outage_id": 1, "customer_id": 1, "notice_kind": "notice", "told_at": "2026-11-20T09:00", "remark": SECRET,
    },
    "planned_visit": {
        "customer_id": 1, "service": "visit", "period": "2026-12", "month": "2026-12", "fixed": 0, "reason": SECRET,
    },
}  # fmt: skip
SPANS: dict[str, dict[str, Any]] = {
    "customer_manager": {"manager_id": 1, "basis": "fixed", "reason": SECRET},
    "customer_plan": {"service": "B4", "cycle": "month", "remark": SECRET},
}


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert run([*words, "--json"]) == 0, capsys.readouterr()
    return json.loads(capsys.readouterr().out)


def owners(name: str) -> list[int]:
    with closing(sqlite3.connect("cmledger.db")) as connection:
        return [i for (i,) in connection.execute(f"SELECT customer_id FROM {name}")]


def content() -> dict[str, list[Any]]:
    with open_ledger("cmledger.db").reading() as snapshot:
        return {
            name: [tuple(row) for row in snapshot.execute(table(name).select())]
            for name in (*RECORDS, *SPANS, "customer")
        }


def test_no_table_that_hangs_on_a_customer_is_left_out() -> None:
    of_customers = {t.name for t in metadata.sorted_tables if "customer_id" in t.c}
    assert of_customers - OUTSIDE == RECORDS.keys() | SPANS.keys()


def test_forget_empties_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "edit", "customers", "3700000001", "备注=另有一句", *DAY)
    report = told(capsys, "forget", "3700000001", "--yes", *DAY)
    data = b"".join(path.read_bytes() for path in Path().glob("cmledger.db*"))
    assert SECRET.encode() not in data
    assert report["wiped"]
    assert {name: len(owners(name)) for name in RECORDS} == {
        name: 0 if name in ("contact", "customer_date") else 1 for name in RECORDS
    }
    with closing(sqlite3.connect("cmledger.db")) as connection:
        groups = connection.execute("SELECT special_group FROM customer ORDER BY id").fetchall()
    assert groups == [(None,), ("elderly",)]
    assert_sound("cmledger.db")


def test_a_merge_moves_them_all_and_undo_brings_them_back(
    capsys: pytest.CaptureFixture[str], caller: Caller
) -> None:
    before = content()
    with open_ledger("cmledger.db").operation(caller, "import-excel", {}) as op:
        merge(op, 1, 2, None)
    hanging = [name for name in (*RECORDS, *SPANS) if name != "customer_manager"]
    assert {name: set(owners(name)) - {1} for name in hanging if name not in SPANS} == {
        name: {2} for name in hanging if name not in SPANS
    }
    assert 2 in owners("customer_plan")
    assert 2 in owners("customer_manager")
    told(capsys, "undo", str(op.number))
    assert content() == before
    assert_sound("cmledger.db")


def test_history_tells_of_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, "history", "3700000001")
    assert {change["table"] for change in report["changes"]} == {"customer", *RECORDS, *SPANS}
    assert run(["history", "3700000001"]) == 0


def test_history_tells_it_in_the_office_s_words(capsys: pytest.CaptureFixture[str]) -> None:
    of_hers = "户号=3700000001"
    for words in (
        ("edit", "customers", "3700000001", "特殊群体=独居老人"),
        ("add", "plans", of_hers, "服务项目=走访", "周期=每3个月", "自=2026-11-25"),
        ("add", "dates", of_hers, "事由=厂庆", "月日=05-06"),
    ):
        told(capsys, *words, *DAY)
    assert run(["history", "3700000001"]) == 0
    shown = capsys.readouterr().out
    for words in ("独居", "走访 每3个月", "纪念日 厂庆日"):
        assert words in shown, words
