"""检查周期, 服务渠道, 客户代表, 特殊群体, 自备电源 of customers: read as offices write them, listed, out and in again."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.work.test_more_kinds import book, rows, totals

from cmledger.cli.app import run
from cmledger.ledger.store import Ledger
from cmledger.records.caller import Caller
from cmledger.sheets.kinds import Months, SeveralOf
from cmledger.sheets.layout import Problem
from cmledger.sheets.layouts import codes
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel

SHEET = [
    ("示例供电所客户台账",),
    ("户号", "户名", "用电检查周期", "通知方式", "是否客户代表", "特殊人群", "自备电源容量(kW)"),
    ("3700000001", "示例一厂", "半年", "微信", "否", None, "200"),
    ("3700000002", "示例户二", "每季度一次", "短信", "是", "独居老人", "无"),
    ("3700000003", "示例户三", "长期", "广播", "√", "低保户、残疾", "柴油发电机"),
    ("3700000004", "示例户四", None, None, None, "五保户", "待查"),
]  # fmt: skip
FIELDS = ("inspection_months", "channel", "representative", "special_group", "own_source")


@pytest.fixture
def taken(ledger: Ledger, caller: Caller, tmp_path: Path) -> Any:
    return import_excel(ledger.location, [book(tmp_path / "a.xlsx", 客户=SHEET)], caller)


def listed(ledger: Ledger, caller: Caller, *where: str) -> list[str]:
    from cmledger.work.list_records import listed

    with listed(ledger.location, "customers", caller, where=where) as found:
        return [row["account_no"][-1] for row in found.json_rows()]


def test_words_of_offices(ledger: Ledger, caller: Caller, taken: Any) -> None:
    found = [tuple(r[f] for f in FIELDS) for r in rows(ledger.location, "customers", caller)]
    assert found == [
        (6, "wechat", False, None, True),
        (3, "sms", True, ["elderly", "living-alone"], False),
        (None, "广播", True, ["disabled", "low-income"], True),
        (None, None, None, ["五保户"], None),
    ]
    said = [(f["cell"], f["code"]) for f in taken.to_json()["files"][0]["sheets"][0]["findings"]]
    assert ("C5", "not-months") in said
    assert ("G3", "yes-and-more") in said
    assert ("G6", "not-yes-or-no") in said
    assert totals(taken)["new"] == 4


def test_conditions(ledger: Ledger, caller: Caller, taken: Any) -> None:
    assert listed(ledger, caller, "special_group=老人") == ["2"]
    assert listed(ledger, caller, "special_group=残疾、低保") == ["3"]
    assert listed(ledger, caller, "special_group!=") == ["2", "3", "4"]
    assert listed(ledger, caller, "special_group!=老人") == ["1", "3", "4"]
    assert listed(ledger, caller, "representative=是") == ["2", "3"]
    assert listed(ledger, caller, "inspection_months<=3") == ["2"]
    assert listed(ledger, caller, "own_source=是", "channel=微信") == ["1"]


def test_special_groups_with_their_last_visit(
    ledger: Ledger, taken: Any, tmp_path: Path, caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--ledger", ledger.location, "--as-of", "2026-11-22")
    visits = [("户号", "走访日期"), ("3700000002", "2026-10-08"), ("3700000002", "2026-09-08")]
    import_excel(ledger.location, [book(tmp_path / "v.xlsx", 走访=visits)], caller)
    asked = ("--where", "special_group!=", "--columns", "account_no,special_group,last_visit")
    assert run(["list", "customers", *asked, *at]) == 0
    shown = capsys.readouterr().out
    assert "2026-10-08" in shown
    assert "老人、独居" in shown
    assert run(["list", "customers", "--where", "last_visit<2026-10-09", *at, "--json"]) == 0
    assert '"3700000002"' in capsys.readouterr().out


def test_out_and_in_again_changes_nothing(
    ledger: Ledger, caller: Caller, taken: Any, tmp_path: Path
) -> None:
    path = tmp_path / "b.xlsx"
    export_excel(ledger.location, path, caller, kinds=["customers"])
    again = import_excel(ledger.location, [path], caller)
    assert again.operation is None
    assert totals(again) == {"read": 4, "unchanged": 4}


@given(st.integers(1, 240))
def test_months_both_ways(months: int) -> None:
    assert Months().parse(Months().show(months)) == months


@given(st.lists(st.sampled_from([*codes.SPECIAL_GROUP, "五保户", "军属"]), min_size=1))
def test_groups_both_ways(words: list[str]) -> None:
    kind = SeveralOf(codes.SPECIAL_GROUP, codes.SPECIAL_TOGETHER)
    stored = kind.parse("、".join(words))
    assert not isinstance(stored, Problem)
    assert kind.parse(kind.show(stored)) == stored
