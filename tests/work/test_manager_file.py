"""The manager file and the trainings: two columns headed alike, in, listed, out again, edited, undone."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.work.test_more_kinds import Sheet, book, rows, totals

from cmledger.cli.app import run
from cmledger.errors import NeedsDecision
from cmledger.ledger.store import Ledger
from cmledger.records.caller import Caller
from cmledger.work.export_excel import export_excel
from cmledger.work.import_excel import import_excel

MANAGERS: Sheet = [
    ("姓名", "供电所", "客户经理类别", "聘任等级", "联系电话", "负责线路", "负责台区", "负责社区", "管户上限", "学历",
     "参加电力工作时间", "有无不良记录", "身体状况", "离岗日期"),
    ("示例甲", "示例供电所", "首席", "高级", "13800000001", "示例一线、示例二线", "示例1号台区", "新华社区", "120户", "大学本科",
     "2010年7月1日", "无", "良好", None),
    ("示例乙", "示例供电所", "普通", "见习", None, None, None, None, None, "函授", None, "有", "不健康", "2026-12-31"),
]  # fmt: skip
TRAININGS: Sheet = [
    ("示例供电所客户经理培训记录",),
    ("序号", "姓名", "供电所", "培训日期", "培训内容", "学时", "考核结果", "讲师"),
    (1, "示例甲", "示例供电所", "2026-05-06", "业扩流程", "8学时", "合格", "示例师"),
    (2, "示例乙", "示例供电所", "2026-05-06", "业扩流程", 8, "合格", "示例师"),
    (3, "示例甲", "示例供电所", "2026-09-01", "安全规程", 4.5, None, None),
    (4, "示例癸", "示例供电所", "2026-09-01", "安全规程", 4.5, None, None),
]


def taken(ledger: Ledger, caller: Caller, path: Path, **sheets: Sheet) -> Any:
    return import_excel(ledger.location, [book(path, **sheets)], caller)


def test_all_of_a_manager_is_kept_and_comes_back(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    assert totals(taken(ledger, caller, tmp_path / "a.xlsx", 经理=MANAGERS)) == {
        "read": 2,
        "new": 2,
    }
    one, other = rows(ledger.location, "managers", caller)
    faces = (
        "grade",
        "level",
        "lines",
        "areas",
        "grids",
        "capacity",
        "education",
        "power_since",
        "bad_record",
        "healthy",
    )
    assert [one[f] for f in faces] == [
        "chief", "senior", "示例一线、示例二线", "示例1号台区", "新华社区", 120, "bachelor", "2010-07-01", False, True,
    ]  # fmt: skip
    assert (other["level"], other["education"], other["bad_record"], other["healthy"], other["left_on"]) == (
        "trainee", "函授", True, False, "2026-12-31",
    )  # fmt: skip
    out = tmp_path / "out.xlsx"
    export_excel(ledger.location, out, caller, kinds=["managers"])
    back = import_excel(ledger.location, [out], caller)
    assert totals(back) == {"read": 2, "unchanged": 2}


@pytest.mark.parametrize(
    ("head", "words", "field", "stored"),
    [
        ("级别", ("高级", "普通"), "grade", ["senior", "general"]),
        ("级别", ("高级", "一级"), "level", ["senior", "first"]),
        ("级别", ("二级", "见习"), "level", ["second", "trainee"]),
        ("级别", ("高级", "高级"), "grade", ["senior", "senior"]),
        ("聘任等级", ("高级", "高级"), "level", ["senior", "senior"]),
    ],
)
def test_the_words_tell_which_of_the_two_a_column_is(
    ledger: Ledger, caller: Caller, tmp_path: Path, head: str, words: Any, field: str, stored: Any
) -> None:
    sheet: Sheet = [
        ("姓名", "工号", "供电所", head, "负责线路"),
        *((f"示例{n}", f"00{n}", "示例供电所", word, "示例一线") for n, word in enumerate(words)),
    ]
    taken(ledger, caller, tmp_path / "a.xlsx", 客户经理=sheet)
    found = rows(ledger.location, "managers", caller)
    assert [m[field] for m in found] == stored
    assert [m["level" if field == "grade" else "grade"] for m in found] == [None, None]


def test_a_header_of_either_with_words_of_both_is_asked(
    ledger: Ledger, caller: Caller, tmp_path: Path
) -> None:
    sheet: Sheet = [
        ("姓名", "工号", "供电所", "客户经理等级", "负责线路"),
        ("示例甲", "001", "示例供电所", "高级", "示例一线"),
    ]
    with pytest.raises(NeedsDecision) as asked:
        taken(ledger, caller, tmp_path / "a.xlsx", 客户经理=sheet)
    assert "--map" in str(asked.value.hint)
    assert rows(ledger.location, "managers", caller) == []


def test_trainings_in_out_edited_and_undone(
    ledger: Ledger, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(ledger, caller, tmp_path / "m.xlsx", 经理=MANAGERS)
    report = taken(ledger, caller, tmp_path / "a.xlsx", 培训=TRAININGS)
    assert totals(report) == {"read": 4, "new": 3, "rejected": 1}
    sheet = report.to_json()["files"][0]["sheets"][0]
    assert (sheet["kind"], [f["code"] for f in sheet["findings"]]) == (
        "trainings",
        ["unknown-manager"],
    )
    found = rows(ledger.location, "trainings", caller)
    assert [
        (t["manager"], t["trained_on"], t["topic"], t["hours"], t["result"]) for t in found
    ] == [
        ("示例甲", "2026-05-06", "业扩流程", 8, "合格"),
        ("示例乙", "2026-05-06", "业扩流程", 8, "合格"),
        ("示例甲", "2026-09-01", "安全规程", 4.5, None),
    ]
    assert report.operation is not None
    out = tmp_path / "out.xlsx"
    export_excel(ledger.location, out, caller, kinds=["trainings"])
    assert totals(import_excel(ledger.location, [out], caller)) == {"read": 3, "unchanged": 3}
    edited = openpyxl.load_workbook(out)
    heads = [c.value for c in edited.worksheets[0][1]]
    edited.worksheets[0].cell(2, heads.index("培训日期") + 1).value = "2026-05-07"
    edited.worksheets[0].cell(3, heads.index("学时") + 1).value = 6
    edited.save(out)
    again = import_excel(ledger.location, [out], caller)
    assert totals(again) == {"read": 3, "changed": 2, "unchanged": 1}
    found = rows(ledger.location, "trainings", caller)
    assert sorted((t["trained_on"], t["hours"]) for t in found) == [
        ("2026-05-06", 6),
        ("2026-05-07", 8),
        ("2026-09-01", 4.5),
    ]
    place = ["--ledger", ledger.location, "--as-of", caller.day]
    assert run(["edit", "trainings", "示例甲/2026-09-01", "结果=合格", *place, "-q"]) == 0
    assert run(["show", "trainings", "示例甲/2026-09-01", *place]) == 0
    assert "安全规程" in capsys.readouterr().out
    words = [
        "姓名=示例乙",
        "供电所=示例供电所",
        "培训日期=2026-10-01",
        "培训内容=服务礼仪",
        "学时=2",
    ]
    assert run(["add", "trainings", *words, *place, "-q"]) == 0
    assert len(rows(ledger.location, "trainings", caller)) == 4
    for _ in range(4):
        assert run(["undo", "--ledger", ledger.location, "-q"]) == 0
    assert rows(ledger.location, "trainings", caller) == []
