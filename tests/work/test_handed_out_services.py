"""The due list of all items: what takes no visit and what managers owe themselves go out on sheets of their own and
come back as services and duties done."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.work.test_records_of_services import Office

CUSTOMERS = [
    ("户号", "户名", "供电所", "线路", "客户经理", "客户经理级别", "用户分类", "电压等级", "2025年用电量(kWh)"),
    ("3700000001", "示例一厂", "示例供电所", "示例一线", "示例甲", "首席", "高压", "10kV", 900_000),
    ("3700000002", "示例二厂", "示例供电所", "示例一线", "示例甲", "首席", "高压", "10kV", 800_000),
]  # fmt: skip


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    made = Office(tmp_path, capsys)
    made("import-excel", made.book("c", 客户台账=CUSTOMERS))
    made("assign-tiers")
    made("add", "events", "户号=3700000001", "事件=报停", "日期=2026-11-20")
    made("add", "events", "户号=3700000002", "事件=报停", "日期=2026-11-19")
    return made


def listed(office: Office, *words: str) -> dict[str, Any]:
    code, report = office("due-visits", "--services", "all", *words)
    assert code == 0
    return report


def heads(sheet: Any) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if "表单编号" in row:
            return number, {title: at for at, title in enumerate(row, 1) if title}
    raise AssertionError(sheet.title)


def fill_in(path: str, title: str, row: int, **cells: object) -> None:
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book if s.title.endswith(title))
    first, columns = heads(sheet)
    for head, value in cells.items():
        sheet.cell(first + row, columns[head]).value = value
    book.save(path)


def test_out_and_in_again(office: Office) -> None:
    path = str(office.folder / "due.xlsx")
    before = listed(office, "--excel", path)
    owed = {(d["account_no"], d["service"]) for d in before["due"]}
    assert {("3700000001", "B5"), (None, "M1"), ("3700000001", "visit")} <= owed
    titles = openpyxl.load_workbook(path).sheetnames
    assert [t for t in titles if t.startswith("示例甲")] == [
        "示例甲",
        "示例甲 服务记录",
        "示例甲 履职记录",
    ]
    code, report = office("import-excel", path)
    assert (code, report["operation"]) == (0, None), "nothing was filled in"
    assert set(report["totals"]) >= {"skipped"}
    fill_in(path, "服务记录", 1, 服务日期="2026-11-21", 服务内容="当面交给门卫")
    fill_in(path, "履职记录", 1, 履职日期="2026-11-21", 参加人数=6)
    code, report = office("import-excel", path)
    assert code == 0, report
    assert report["totals"]["new"] == 2
    after = {(d["name"], d["service"]) for d in listed(office)["due"]}
    assert {(d["name"], d["service"]) for d in before["due"]} - after == {
        ("示例一厂", "B9"),
        ("示例甲", "M1"),
    }
    fill_in(path, "服务记录", 1, 服务日期="2026-11-20")
    code, report = office("import-excel", path)
    assert (code, report["totals"]["changed"]) == (0, 1)
    assert [r["done_on"] for r in office.rows("services")] == ["2026-11-20"]
    assert office("undo")[0] == 0
    assert office("undo")[0] == 0
    assert {(d["account_no"], d["service"]) for d in listed(office)["due"]} == owed
    assert office("check")[0] == 0
