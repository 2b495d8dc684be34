"""Laws of the new kinds on random records, on both engines: an export changes nothing, an edit just itself, undo all."""

import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import assert_sound, caller_on
from tests.work.test_more_kinds import book, rows, totals

from cmledger.ledger.store import Ledger, create_ledger
from cmledger.records.caller import Caller
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel
from cmledger.work.undo import undo

CUSTOMERS = [("户号", "户名", "供电所", "客户经理")] + [
    (f"370000000{i}", f"示例{i}厂", "示例供电所", "示例甲") for i in range(1, 4)
]
accounts = st.sampled_from([row[0] for row in CUSTOMERS[1:]])
days = st.integers(1, 5).map(lambda day: f"2026-10-0{day}")
words = st.none() | st.sampled_from(["刀闸发热", "-无", "a、b", "接地 不良", "3.30E+1", "无人"])
names = st.none() | st.sampled_from(["示例甲", "示例乙"])
later = st.none() | st.sampled_from(["2026-11-01", "2026-11-15"])
SHEETS: dict[str, tuple[tuple[str, ...], st.SearchStrategy[Any]]] = {
    "services": (
        ("户号", "日期", "服务项目", "服务人", "方式", "内容"),
        st.tuples(accounts, days, st.sampled_from(["G7", "B6"]), names, st.sampled_from([None, "微信", "传真"]), words),
    ),
    "matters": (
        ("户号", "类别", "日期", "内容", "期限", "责任人", "完成日期", "结果"),
        st.tuples(accounts, st.sampled_from(["隐患", "投诉", "其他事"]), days, words.filter(bool), later, names, later, words),
    ),
    "events": (
        ("户号", "事件", "日期", "备注"),
        st.tuples(accounts, st.sampled_from(["报停", "减容", "搬迁"]), days, words),
    ),
    "arrears-contacts": (
        ("户号", "催费日期", "客户经理", "催费方式", "通过谁", "催费结果", "承诺缴费日期"),
        st.tuples(accounts, days, names, st.sampled_from([None, "电话", "上门"]), words, words, later),
    ),
}  # fmt: skip
FREE = {"services": "内容", "matters": "整改措施", "events": "备注", "arrears-contacts": "备注"}
"""A column of free text that tells no record from another."""
told = {
    kind: st.lists(row, max_size=5, unique_by=lambda r, n=2 if "arrears" in kind else 3: r[:n])
    for kind, (_, row) in SHEETS.items()
}
"""What is not told of a contact contradicts nothing: two of a day could be one."""


def content(ledger: Ledger, caller: Caller) -> dict[str, list[dict[str, Any]]]:
    return {kind: rows(ledger.location, kind, caller) for kind in SHEETS}


def hold(ledger: Ledger, caller: Caller, folder: Path, office: dict[str, list[Any]], seed: int) -> None:  # fmt: skip
    import_excel(ledger.location, [book(folder / "c.xlsx", 客户=CUSTOMERS)], caller)
    given_rows = {kind: some for kind, some in office.items() if some}
    if not given_rows:
        return
    for number, kind in enumerate(given_rows):
        path = book(folder / f"{number}.xlsx", a=[SHEETS[kind][0], *given_rows[kind]])
        first = import_excel(ledger.location, [path], caller, kind=kind)
        assert totals(first) == {"read": len(given_rows[kind]), "new": len(given_rows[kind])}
        again = import_excel(ledger.location, [path], caller, kind=kind, again=True)
        assert again.operation is None
    whole = content(ledger, caller)
    out = folder / "out.xlsx"
    export_excel(ledger.location, out, caller, kinds=list(given_rows))
    assert import_excel(ledger.location, [out], caller).operation is None
    kind = random.Random(seed).choice(sorted(given_rows))
    work = openpyxl.load_workbook(out)
    sheet = work.worksheets[list(given_rows).index(kind)]
    at = random.Random(seed).randint(2, len(given_rows[kind]) + 1)
    column = [c.value for c in sheet[1]].index(FREE[kind]) + 1
    sheet.cell(at, column).value = "改过的"
    work.save(out)
    edited = import_excel(ledger.location, [out], caller)
    assert totals(edited)["changed"] == 1
    assert sum(a != b for a, b in zip(content(ledger, caller)[kind], whole[kind], strict=True)) == 1
    undo(ledger.location, None, caller)
    assert content(ledger, caller) == whole
    for _ in given_rows:
        undo(ledger.location, None, caller)
    assert not any(content(ledger, caller).values())
    assert_sound(ledger.location)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(office=st.fixed_dictionaries(told), seed=st.integers(0, 9))
def test_laws(tmp_path_factory: pytest.TempPathFactory, office: Any, seed: int) -> None:  # fmt: skip
    folder, caller = tmp_path_factory.mktemp("laws"), caller_on("2026-11-22")
    hold(create_ledger(str(folder / "a.db"), caller), caller, folder, office, seed)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_on_both_engines(ledger: Ledger, caller: Caller, tmp_path: Path) -> None:
    office = {
        "services": [("3700000001", "2026-10-01", "G7", "示例甲", "微信", "祝福")],
        "matters": [
            ("3700000001", "隐患", "2026-10-01", "刀闸发热", "2026-11-01", "示例甲", None, None),
            ("3700000001", "隐患", "2026-10-01", "接地不良", None, None, "2026-11-01", "已改"),
        ],
        "events": [("3700000002", "报停", "2026-10-02", None)],
        "arrears-contacts": [("3700000002", "2026-10-02", None, "电话", None, "没人接", None)],
    }
    hold(ledger, caller, tmp_path, office, 1)
