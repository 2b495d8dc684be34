"""Services and duties done, matters, events, contacts about arrears: from messy sheets in, listed, out, again, undone."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.work.test_more_kinds import Sheet, book

from cmledger.cli.app import run

AT = ("--as-of", "2026-11-22")
CUSTOMERS: Sheet = [
    ("户号", "户名", "线路", "供电所", "客户经理"),
    ("3700000001", "示例一厂", "示例一线", "示例供电所", "示例甲"),
    ("3700000002", "示例二厂", "示例一线", "示例供电所", "示例乙"),
]
SERVICES: Sheet = [
    ("2026年11月服务登记表",),
    ("序号", "户号", "户名", "服务日期", "服务项目", "服务人员", "服务方式", "服务内容", "天气"),
    (1, "3700000001", "示例一厂", "2026.11.3", "G7", "示例甲", "微信", "厂庆祝福", "晴"),
    (2, 3700000002, "示例二厂", "11月上旬", "G7", "示例甲", "短信", "祝福", None),
    (3, "3700000002", "示例二厂", "2026-11-05", "祝福", "示例丙", "短信", "祝福", None),
    (4, "3700000001", "示例一厂", "2026-11-06", "送温暖", "示例甲", "上门", None, None),
    (5, "3700000009", "示例九厂", "2026-11-06", "G7", None, None, None, None),
    (6, "3700000001", "示例一厂", "2026-11-07", "走访", "示例甲", None, "看看", None),
    (7, "3700000001", "示例一厂", "2026-11-07", "与镇政府沟通联系", None, None, "说说", None),
    (8, "3700000001", "示例一厂", None, "G7", None, None, "祝福", None),
    ("合计", None, None, None, "7次", None, None, None, None),
]  # fmt: skip
HAZARDS: Sheet = [
    ("示例供电所客户安全隐患台账",),
    ("序号", "检查日期", "户名", "户号", "隐患内容", "隐患级别", "整改措施", "责任人", "整改期限", "整改完成日期", "整改情况"),
    (1, "2026.10.8", "示例一厂", "3700000001", "刀闸发热", "一般", "更换", "示例甲", "2026-11-08", None, None),
    (2, "2026.10.8", "示例一厂", "3700000001", "无应急预案", "重大隐患", "编制", "王厂长", "2026-12-31", None, "已整改"),
    (3, "2026-10-09", "示例二厂", "3700000002", "绝缘老化", "较大", None, "示例乙", None, "2026-10-30", "已更换"),
    (4, "2026-10-09", "示例二厂", "3700000002", "接地不良", "较大", None, "示例乙", None, "2026-10-01", "已改"),
    (5, "2026-10-09", "示例二厂", "3700000002", None, None, None, None, None, None, None),
]  # fmt: skip
MATTERS: Sheet = [
    ("户号", "户名", "类别", "日期", "内容", "期限", "责任人", "完成日期", "结果"),
    (
        "3700000001",
        "示例一厂",
        "投诉",
        "2026-11-02",
        "停电没有通知",
        "2026-11-07",
        "示例甲",
        None,
        None,
    ),
    ("3700000001", "示例一厂", "意见建议", "2026-11-02", "多发短信", None, None, None, None),
    ("3700000002", "示例二厂", "诉求", "2026-11-03", "想增容", None, None, "2026-11-10", "已办"),
]
EVENTS: Sheet = [
    ("报停减容登记表",),
    ("户号", "户名", "变更业务", "申请日期", "原因"),
    ("3700000001", "示例一厂", "报停", "2026-11-01", "淡季"),
    ("3700000002", "示例二厂", "暂停用电", "2026.11.2", None),
    ("3700000002", "示例二厂", "搬迁", "2026.11.2", None),
]
CONTACTS: Sheet = [
    ("11月催费联系记录",),
    ("户号", "户名", "欠费金额(元)", "应收电费", "催费日期", "催费人", "方式", "通过谁", "结果", "承诺缴费日期", "挂牌日期"),
    ("3700000001", "示例一厂", 320.5, 320.5, "2026-11-03", "示例甲", "电话", None, "没人接", None, None),
    ("3700000001", "示例一厂", 320.5, 320.5, "2026-11-03", "示例甲", "电话", "示例子", "答应缴费", "2026-11-10", None),
    ("3700000002", "示例二厂", 99, 99, "2026-11-04", "外聘催费员", "上门", None, "已缴", None, "2026-11-04"),
]  # fmt: skip
DUTIES: Sheet = [
    ("日期", "项目", "客户经理", "网格/社区", "内容", "发放资料", "解答问题", "参加人数"),
    ("2026-11-03", "与镇政府沟通联系", "示例甲", None, "园区规划", None, None, 5),
    ("2026-11-04", "镇政府", "示例乙", None, "园区规划", "120份", "3个", "25人"),
    ("2026-11-05", "座谈会（没有的）", "示例乙", None, None, None, None, None),
    ("2026-11-06", "G7", "示例乙", None, None, None, None, None),
    ("2026-11-07", "与镇政府沟通联系", None, None, "没写谁", None, None, None),
]  # fmt: skip
KINDS = ("services", "matters", "events", "arrears-contacts", "duties")


class Office:
    """An office on the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        assert self("init", "--profile", "three-fixed", *AT)[0] == 0
        assert self("import-excel", self.book("customers", 客户台账=CUSTOMERS))[0] == 0

    def __call__(self, *words: str) -> tuple[int, Any]:
        """Exit code and JSON of a command."""
        where = ("--ledger", str(self.folder / "cmledger.db"))
        as_of = () if "--as-of" in words or words[0] in ("undo", "redo", "check") else AT
        self._capsys.readouterr()
        code = run([*words, *where, *as_of, "--json"])
        shown = self._capsys.readouterr()
        return code, json.loads(shown.out or shown.err)

    def book(self, name: str, **sheets: Sheet) -> str:
        return str(book(self.folder / f"{name}.xlsx", **sheets))

    def rows(self, kind: str, *where: str) -> list[dict[str, Any]]:
        conditions = [word for one in where for word in ("--where", one)]
        found: list[dict[str, Any]] = self("list", kind, "--limit", "0", *conditions)[1]["rows"]
        return found


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path, capsys)


def totals(report: dict[str, Any]) -> dict[str, int]:
    return {k: n for k, n in report["totals"].items() if n}


def codes(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["code"], f["cell"]) for s in report["files"][0]["sheets"] for f in s["findings"]]


def test_services_done_without_a_visit(office: Office) -> None:
    code, report = office("import-excel", office.book("a", 服务登记=SERVICES))
    assert code == 3
    sheet = report["files"][0]["sheets"][0]
    assert sheet["kind"] == "services"
    assert totals(report) == {"read": 9, "new": 2, "rejected": 6, "skipped": 1}
    assert [(r["account_no"], r["done_on"], r["service"], r["manager"], r["method"]) for r in office.rows("services")] == [
        ("3700000001", "2026-11-03", "G7", "示例甲", "wechat"),
        ("3700000002", "2026-11-05", "G7", "示例丙", "sms"),
    ]  # fmt: skip
    said = codes(report)
    for code, cell in (
        ("not-a-date", "D4"), ("item-by-part", "E5"), ("manager-created", "F5"), ("unknown-item", "E6"),
        ("unknown-account", "B7"), ("visit-among-items", "E8"), ("item-not-of-customers", "E9"), ("missing-key", "D10"),
    ):  # fmt: skip
        assert (code, cell) in said
    unknown = next(f for f in sheet["findings"] if f["code"] == "unknown-item")
    assert "G7（" in unknown["message"]
    assert office.rows("visits") == []


def test_unknown_items_are_asked_about_and_the_list_is_told_once(office: Office) -> None:
    rows: Sheet = [
        ("户号", "户名", "服务日期", "服务项目", "服务人员"),
        ("3700000001", "示例一厂", "2026-11-03", "发放联系卡", "示例甲"),
        ("3700000002", "示例二厂", "2026-11-03", "发放联系卡", "示例甲"),
        ("3700000001", "示例一厂", "2026-11-04", "电子账单", "示例甲"),
        ("3700000002", "示例二厂", "2026-11-04", "扫雪", "示例甲"),
    ]
    _, report = office("import-excel", office.book("a", 服务登记=rows))
    found = report["files"][0]["sheets"][0]["findings"]
    said = [f["message"] for f in found if f["code"] == "unknown-item"]
    assert "（是不是“发放电力服务联系卡”？）；可用的：" in said[0]
    assert said[1] == said[0]
    assert (
        said[2]
        == "没有叫“电子账单”的服务项目（是不是“电子账单与电费分析、无功指导”或“电子账单及用电详单”？）"
    )
    assert said[3] == "没有叫“扫雪”的服务项目"


def test_hazards_by_the_headers_of_a_hazard_sheet(office: Office) -> None:
    code, report = office("import-excel", office.book("a", 隐患=HAZARDS))
    assert code == 3
    assert report["files"][0]["sheets"][0]["kind"] == "matters"
    assert totals(report) == {"read": 5, "new": 3, "rejected": 2}
    found = office.rows("matters")
    assert [(r["account_no"][-1], r["matter_kind"], r["content"], r["level"], r["manager"], r["due_by"], r["closed_on"]) for r in found] == [
        ("1", "hazard", "刀闸发热", "general", "示例甲", "2026-11-08", None),
        ("1", "hazard", "无应急预案", "major", None, "2026-12-31", None),
        ("2", "hazard", "绝缘老化", "serious", "示例乙", None, "2026-10-30"),
    ]  # fmt: skip
    said = {code for code, _ in codes(report)}
    assert {
        "person-not-a-manager",
        "closed-without-day",
        "closed-before-opened",
        "another-that-day",
    } <= said
    assert [r["number"] for r in office.rows("matters", "closed_on=", "due_by<2026-11-22")] == [
        "m1"
    ]
    assert [r["number"] for r in office.rows("matters", "closed_on=")] == ["m1", "m2"]
    assert len(office.rows("managers")) == 2, "a factory's own man is no manager of ours"


def test_a_matter_is_closed_with_its_result_and_opened_again(office: Office) -> None:
    office("import-excel", office.book("a", 事项=MATTERS))
    assert [(r["number"], r["matter_kind"]) for r in office.rows("matters", "closed_on=")] == [
        ("m1", "complaint"),
        ("m2", "意见建议"),
    ]
    assert office("close", "matters", "m9", "--reason", "x")[0] == 18
    code, report = office("close", "matters", "m1", "--reason", "已道歉", "--on", "2026-11-06")
    assert code == 0
    assert {c["field"]: c["after"] for c in report["changes"]} == {
        "closed_on": "2026-11-06",
        "result": "已道歉",
    }
    assert office("close", "matters", "m1", "--reason", "再来")[0] == 2
    assert office("close", "matters", "m2", "--reason", "x", "--on", "2026-11-01")[0] == 2
    assert office("undo", str(report["operation"]))[0] == 0
    assert len(office.rows("matters", "closed_on=")) == 2


def test_the_same_ledger_brought_up_to_date_closes_its_hazard(office: Office) -> None:
    office("import-excel", office.book("a", 隐患=HAZARDS))
    later = [list(row) for row in HAZARDS]
    later[2][9:11] = ["2026-11-20", "已更换"]
    _, report = office("import-excel", office.book("b", 隐患=[tuple(row) for row in later]))
    assert totals(report) == {"read": 5, "changed": 1, "unchanged": 2, "rejected": 2}
    assert [r["number"] for r in office.rows("matters", "closed_on=")] == ["m2"]


def test_events(office: Office) -> None:
    code, report = office("import-excel", office.book("a", Sheet1=EVENTS))
    assert code == 0
    assert report["files"][0]["sheets"][0]["kind"] == "events"
    assert [(r["account_no"][-1], r["event"], r["happened_on"], r["remark"]) for r in office.rows("events")] == [
        ("1", "suspension", "2026-11-01", "淡季"),
        ("2", "suspension", "2026-11-02", None),
        ("2", "搬迁", "2026-11-02", None),
    ]  # fmt: skip


def test_contacts_about_arrears_without_amounts(office: Office) -> None:
    code, report = office("import-excel", office.book("a", 催费=CONTACTS))
    assert code == 0
    sheet = report["files"][0]["sheets"][0]
    assert sheet["kind"] == "arrears-contacts"
    assert [c["header"] for c in sheet["columns"] if c.get("use") == "ignored"] == [
        "户名",
        "欠费金额(元)",
        "应收电费",
    ]
    assert sum(f["code"] == "amounts-left-out" for f in sheet["findings"]) == 2
    assert [(r["account_no"][-1], r["manager"], r["method"], r["via"], r["result"], r["promised_on"], r["card_hung_on"]) for r in office.rows("arrears-contacts")] == [
        ("1", "示例甲", "phone", None, "没人接", None, None),
        ("1", "示例甲", "phone", "示例子", "答应缴费", "2026-11-10", None),
        ("2", None, "on-site", None, "已缴", None, "2026-11-04"),
    ]  # fmt: skip
    held = (office.folder / "cmledger.db").read_bytes()
    assert b"320.5" not in held, "no amount is stored anywhere"


def test_duties_of_managers(office: Office) -> None:
    code, report = office("import-excel", office.book("a", 履职记录=DUTIES))
    assert code == 3
    assert report["files"][0]["sheets"][0]["kind"] == "duties"
    assert totals(report) == {"read": 5, "new": 2, "rejected": 3}
    assert [(r["done_on"], r["service"], r["manager"], r["materials"], r["answered"], r["attendees"]) for r in office.rows("duties")] == [
        ("2026-11-03", "M1", "示例甲", None, None, 5),
        ("2026-11-04", "M1", "示例乙", 120, 3, 25),
    ]  # fmt: skip
    assert {
        ("item-by-part", "B3"),
        ("unknown-item", "B4"),
        ("item-of-customers", "B5"),
        ("missing-key", "C6"),
    } <= set(codes(report))


@pytest.fixture
def full(office: Office) -> Office:
    """An office with records of every kind."""
    office(
        "import-excel",
        office.book(
            "a",
            服务登记=SERVICES,
            隐患=HAZARDS,
            事项=MATTERS,
            报停=EVENTS,
            催费=CONTACTS,
            履职记录=DUTIES,
        ),
    )
    assert [len(office.rows(kind)) for kind in KINDS] == [2, 6, 3, 3, 2]
    return office


def test_the_same_file_and_an_export_change_nothing(full: Office) -> None:
    code, again = full("import-excel", str(full.folder / "a.xlsx"), "--again")
    assert again["operation"] is None
    assert set(totals(again)) == {"read", "unchanged", "rejected", "skipped"}
    out = str(full.folder / "out.xlsx")
    assert full("export-excel", "--excel", out)[0] == 0
    code, back = full("import-excel", out)
    assert (code, back["operation"]) == (0, None)
    assert set(totals(back)) == {"read", "unchanged"}


def edit(path: str, sheet: str, row: int, **cells: object) -> None:
    work = openpyxl.load_workbook(path)
    heads = [c.value for c in work[sheet][1]]
    for title, value in cells.items():
        work[sheet].cell(row, heads.index(title) + 1).value = value
    work.save(path)


def test_an_edited_export_changes_just_that(full: Office) -> None:
    out = str(full.folder / "out.xlsx")
    full("export-excel", "--excel", out)
    edit(out, "服务记录", 2, 日期="2026-11-04", 内容="送花")
    edit(out, "事项台账", 2, 日期="2026-10-07", 结果="在办")
    edit(out, "客户事件", 2, 事件="减容")
    edit(out, "催费联系记录", 2, 催费结果="关机")
    edit(out, "履职记录", 3, 发放资料=130, 客户经理="示例甲")
    code, report = full("import-excel", out)
    assert code == 0
    assert totals(report)["changed"] == 5
    assert full.rows("services")[0]["done_on"] == "2026-11-04"
    assert [r["opened_on"] for r in full.rows("matters", "content=刀闸发热")] == ["2026-10-07"]
    assert full.rows("events", "event=减容")[0]["account_no"] == "3700000001"
    assert full.rows("arrears-contacts")[0]["result"] == "关机"
    assert [(r["manager"], r["materials"]) for r in full.rows("duties")][1] == ("示例甲", 130)
    assert [len(full.rows(kind)) for kind in KINDS] == [2, 6, 3, 3, 2]
    assert full("undo")[0] == 0
    assert full.rows("services")[0]["done_on"] == "2026-11-03"
    assert full("check")[0] == 0


def test_an_edit_onto_another_record_is_refused(full: Office) -> None:
    out = str(full.folder / "out.xlsx")
    full("add", "events", "户号=3700000001", "事件=报停", "日期=2026-11-09")
    full("export-excel", "--excel", out)
    edit(out, "客户事件", 2, 日期="2026-11-09")
    code, report = full("import-excel", out)
    assert code == 3
    assert totals(report)["rejected"] == 1
    edit(out, "客户事件", 2, 日期="2026-11-10")
    edit(out, "客户事件", 5, 日期="2026-11-10")
    code, report = full("import-excel", out)
    assert code == 3
    assert totals(report)["rejected"] == 2


def test_undo_takes_all_of_it_back(full: Office) -> None:
    assert full("undo")[0] == 0
    assert [len(full.rows(kind)) for kind in KINDS] == [0, 0, 0, 0, 0]
    assert full("redo")[0] == 0
    assert [len(full.rows(kind)) for kind in KINDS] == [2, 6, 3, 3, 2]
    assert full("check")[0] == 0


def test_items_of_visits_and_without_come_back_together(full: Office) -> None:
    """Some rows of service_done have a visit and some have none: each knows its own key."""
    visits: Sheet = [
        ("走访日期", "户号", "户名", "走访人", "服务项目"),
        ("2026-11-03", "3700000001", "示例一厂", "示例甲", "走访、用电检查"),
    ]
    assert full("undo")[0] == 0
    path = full.book("both", 走访记录=visits, 服务记录=SERVICES)
    number = str(full("import-excel", path)[1]["operation"])
    assert full("undo", number)[0] == 0
    assert full("redo", number)[0] == 0
    assert len(full.rows("services")) == 2
    assert full("check")[0] == 0


def test_redo_leaves_out_an_item_that_was_recorded_again(full: Office) -> None:
    what = ("record-service", "3700000001", "--service", "G7", "--date", "2026-11-10")
    number = str(full(*what)[1]["operation"])
    assert full("undo", number)[0] == 0
    assert full(*what)[0] == 0
    code, report = full("redo", number)
    assert code == 0
    assert report["counts"]["kept"] == 1
    assert full("check")[0] == 0


def test_by_hand(full: Office) -> None:
    code, added = full(
        "add",
        "matters",
        "户号=3700000001",
        "类别=隐患",
        "日期=2026-11-20",
        "内容=漏油",
        "期限=2026-11-30",
    )
    assert (code, added["key"]) == (0, "m7")
    code, edited = full("edit", "matters", "m7", "级别=重大")
    assert edited["changes"][0]["after"] == "major"
    assert full("show", "matters", "m7")[0] == 0
    code, _ = full("add", "matters", "户号=3700000001", "类别=隐患", "日期=2026-11-20")
    assert code in (2, 3)
    assert (
        full("add", "events", "户号=3700000001", "事件=减容", "日期=2026-11-20")[1]["key"]
        == "3700000001/reduction/2026-11-20"
    )
    assert full("edit", "events", "3700000001/减容/2026-11-20", "备注=永久")[0] == 0
    assert full("add", "services", "户号=3700000001", "服务项目=G7", "日期=2026-11-20")[0] == 0
    assert full("edit", "services", "3700000001/G7/2026-11-20", "内容=送花")[0] == 0
    assert full("add", "services", "户号=3700000001", "服务项目=送温暖", "日期=2026-11-20")[0] == 3
    assert (
        full("add", "duties", "日期=2026-11-20", "项目=M1", "客户经理=示例甲", "发放资料=10")[1][
            "key"
        ]
        == "d3"
    )
    assert full("edit", "duties", "d3", "发放资料=12")[0] == 0
    assert (
        full("add", "arrears-contacts", "户号=3700000001", "催费日期=2026-11-20", "结果=已缴")[1][
            "key"
        ]
        == "c4"
    )
    assert full("edit", "arrears-contacts", "c4", "结果=已缴清")[0] == 0
    assert full("check")[0] == 0
    assert full("list", "matters", "--where", "manager=示例甲")[0] == 0


# --- what visits leave to do -------------------------------------------------------------------------

VISITS: Sheet = [
    ("走访记录",),
    ("户号", "户名", "走访日期", "走访人", "走访内容", "客户意见", "需跟进事项", "跟进期限"),
    ("3700000001", "示例一厂", "2026-11-03", "示例甲", "讲解政策", "电压低", "是", "2026-11-30"),
    ("3700000002", "示例二厂", "2026-11-04", "示例乙", "讲解政策", None, "隐患：刀闸发热", None),
    ("3700000002", "示例二厂", "2026-11-05", "示例乙", "送表", None, "否", None),
    ("3700000001", "示例一厂", "2026-11-06", "示例甲", "送表", None, "盯着换表", None),
]


def test_what_visits_leave_to_do_opens_matters_once(office: Office) -> None:
    code, report = office("import-excel", office.book("a", 走访=VISITS))
    assert (code, totals(report)) == (0, {"read": 4, "new": 4})
    assert [(r["account_no"][-1], r["matter_kind"], r["opened_on"], r["content"], r["due_by"], r["manager"]) for r in office.rows("matters")] == [
        ("1", "follow-up", "2026-11-03", "电压低", "2026-11-30", "示例甲"),
        ("2", "hazard", "2026-11-04", "刀闸发热", None, "示例乙"),
        ("1", "follow-up", "2026-11-06", "盯着换表", None, "示例甲"),
    ]  # fmt: skip
    again = office("import-excel", str(office.folder / "a.xlsx"), "--again")[1]
    assert again["operation"] is None
    later = [list(row) for row in VISITS]
    later[5][6], later[2][7] = "盯着换表和表箱", "2026-12-15"
    report = office("import-excel", office.book("b", 走访=[tuple(row) for row in later]))[1]
    assert totals(report) == {"read": 4, "changed": 2, "unchanged": 2}
    assert [(r["content"], r["due_by"]) for r in office.rows("matters", "matter_kind=follow-up")] == [
        ("电压低", "2026-12-15"),
        ("盯着换表和表箱", None),
    ]  # fmt: skip
    assert office("undo", str(report["operation"]))[0] == 0
    assert office("undo")[0] == 0
    assert office.rows("matters") == []
    assert office("check")[0] == 0


def test_a_matter_already_in_the_hazard_ledger_is_not_opened_twice(office: Office) -> None:
    office("import-excel", office.book("a", 隐患=HAZARDS))
    visits = [
        VISITS[1],
        ("3700000001", "示例一厂", "2026-10-08", "示例甲", "检查", None, "隐患:刀闸发热", None),
    ]
    report = office("import-excel", office.book("b", 走访=visits))[1]
    assert totals(report) == {"read": 1, "new": 1}
    assert len(office.rows("matters")) == 3


def test_following_up_by_hand(office: Office) -> None:
    office(
        "add",
        "visits",
        "户号=3700000001",
        "走访日期=2026-11-03",
        "需跟进事项=换表",
        "跟进期限=2026-12-01",
    )
    assert [(r["content"], r["due_by"]) for r in office.rows("matters")] == [("换表", "2026-12-01")]
