"""Outages from the office's sheet to the list of who is to be told, the notices recorded, and all of it undone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import assert_sound

from cmledger.cli.app import run

DAY = ("--as-of", "2026-11-23")
"""Beside the day of the call, so that the end of that day counts."""
LINE = "示例一线"

CUSTOMERS = [
    # 户号, line, area, importance, special group, own source, pv, tariff
    ("3700000001", LINE, None, "一级", None, None, None, "大工业用电"),
    ("3700000002", LINE, None, None, None, "是", None, "大工业用电"),
    ("3700000003", LINE, None, None, None, None, "是", "大工业用电"),
    ("3700000004", LINE, "示例1号台区", None, None, None, None, "居民生活用电"),
    ("3700000005", None, "示例1号台区", None, "独居", None, None, "居民生活用电"),
    ("3700000006", None, "示例1号台区", None, None, None, None, "居民生活用电"),
    ("3700000007", "示例二线", "示例2号台区", "二级", None, None, None, "大工业用电"),
]
OUTAGES = [
    ("示例供电所2026年12月停电计划",),
    ("序号", "停电编号", "线路名称", "台区名称", "停电时间", "停电类型", "停电原因", "停电户数"),
    (1, "TD01", "10kV示例一线", None, "12月5日8:00-17:00", "计划", "线路检修", 120),
    (2, "TD02", None, "示例1号台区", "2026.12.8 8:00-12:00", "计划检修", "换表", 20),
    (3, "TD03", "示例九线", None, "12月9日8:00-17:00", "计划", "检修", 20),
    (4, "TD04", "示例二线", None, "12月9日22:00-6:00", "临时", "消缺", 20),
    ("合计", None, None, None, None, None, None, 180),
]


class Office:
    """A ledger with customers and outages, driven as a user drives it."""

    def __init__(self, location: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.location, self.folder, self.capsys = location, folder, capsys
        self.said = ""

    def __call__(self, *words: str, code: int = 0) -> Any:
        """The JSON of a command that must end so."""
        policy = str(self.folder / "policy.toml")
        rules = ("--policy", policy) if words[0] in _RULED else ()
        got = run([*words, "--ledger", self.location, *rules, "--json"])
        out, self.said = self.capsys.readouterr()
        assert got == code, (words, out, self.said)
        return json.loads(out) if out.strip() else None

    def text(self, *words: str) -> str:
        """What a person sees."""
        assert (
            run([*words, "--ledger", self.location, "--policy", str(self.folder / "policy.toml")])
            == 0
        )
        return self.capsys.readouterr().out

    def book(self, name: str, rows: list[Any]) -> str:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(self.folder / name)
        return str(self.folder / name)

    def list(self, *words: str, code: int = 0) -> Any:
        return self("outages", *(words if "--as-of" in words else (*words, *DAY)), code=code)


_RULED = (
    "init",
    "due-visits",
    "import-excel",
    "assign-tiers",
    "outages",
    "record-notice",
    "add",
    "edit",
)


@pytest.fixture
def rules() -> Callable[[str], str]:
    """What the office made of the policy that `init` wrote."""
    return str


@pytest.fixture
def office(
    rules: Callable[[str], str],
    location: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    monkeypatch.setenv("COLUMNS", "80")
    one = Office(location, tmp_path, capsys)
    (tmp_path / "r").mkdir()
    one("init", "--as-of", "2026-11-01")
    policy = tmp_path / "policy.toml"
    policy.write_text(rules(policy.read_text("utf-8")), "utf-8")
    heads = (
        "户号",
        "户名",
        "供电所",
        "线路",
        "台区",
        "重要性等级",
        "特殊群体",
        "自备电源",
        "光伏",
        "用电类别",
        "客户经理",
        "联系人",
        "联系电话",
    )
    rows = [
        (no, f"示例{no[-1]}厂", "示例供电所", *facts, "示例甲", "示例丙", "13800000001")
        for no, *facts in CUSTOMERS
    ]
    one("import-excel", one.book("c.xlsx", [heads, *rows]), *DAY)
    one("edit", "transformer-areas", "示例1号台区", f"所属线路={LINE}", *DAY)
    one("assign-tiers", *DAY)
    one("import-excel", one.book("o.xlsx", OUTAGES), "--rejects", str(tmp_path / "r"), *DAY, code=3)
    return one


def rows_of(report: Any, *, outage: str = "o1") -> dict[str, Any]:
    return {row["account_no"]: row for row in report["rows"] if row["outage"] == outage}


def standings(report: Any, *, outage: str = "o1") -> dict[str, str]:
    return {no[-1]: row["status"] for no, row in rows_of(report, outage=outage).items()}


# --- the sheet ---------------------------------------------------------------------------------------


def test_the_sheet_is_taken_in_and_the_unknown_line_is_refused(office: Office) -> None:
    listed = office("list", "outages", *DAY)["rows"]
    assert [(r["outage"], r["line"], r["transformer_area"], r["begins_at"], r["ends_at"], r["outage_kind"]) for r in listed] == [
        ("o1", LINE, None, "2026-12-05T08:00", "2026-12-05T17:00", "planned"),
        ("o2", None, "示例1号台区", "2026-12-08T08:00", "2026-12-08T12:00", "planned"),
        ("o3", "示例二线", None, "2026-12-09T22:00", "2026-12-10T06:00", "temporary"),
    ]  # fmt: skip
    again = office("import-excel", str(office.folder / "o.xlsx"), "--again", *DAY, code=3)
    assert again["totals"] == {
        "read": 5,
        "new": 0,
        "changed": 0,
        "unchanged": 3,
        "rejected": 1,
        "skipped": 1,
    }
    codes = {f["code"] for f in again["files"][0]["sheets"][0]["findings"]}
    assert {
        "outage-of-unknown-place",
        "line-taken-for",
        "year-of-title",
        "outage-over-midnight",
    } <= codes
    assert_sound(office.location)


def test_an_export_comes_back_unchanged_and_an_edit_in_it_changes(office: Office) -> None:
    path = office.folder / "x.xlsx"
    office("export-excel", "outages", "--excel", str(path), *DAY)
    back = office("import-excel", str(path), *DAY)
    assert back["totals"]["unchanged"] == back["totals"]["read"] == 3
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("停电开始时间") + 1).value = "2026-12-05 9:30"
    sheet.cell(3, heads.index("取消日期") + 1).value = "2026-11-23"
    book.save(path)
    back = office("import-excel", str(path), *DAY)
    assert back["totals"]["changed"] == 2
    listed = office("list", "outages", *DAY)["rows"]
    assert [r["begins_at"] for r in listed][:2] == ["2026-12-05T09:30", "2026-12-08T08:00"]
    assert listed[1]["cancelled_on"] == "2026-11-23"
    office("undo")
    assert office("list", "outages", *DAY)["rows"][0]["begins_at"] == "2026-12-05T08:00"
    assert_sound(office.location)


def test_add_edit_close(office: Office) -> None:
    office(
        "add",
        "outages",
        "停电开始时间=2026-12-20 8:00",
        "停电台区=示例2号台区",
        "停电类型=故障",
        *DAY,
    )
    office("add", "outages", "停电开始时间=12月20日8:00", "停电台区=示例2号台区", *DAY, code=2)
    assert "没有写全" in office.said
    office("edit", "outages", "TD02", "停电原因=换表箱", *DAY)
    edited = office("edit", "outages", "o1", "停电开始时间=2026-12-06 8:00", *DAY, code=3)
    assert edited["findings"][0]["code"] == "outage-ends-before"
    office("close", "outages", "o2", "--reason", "改期", *DAY)
    shown = {r["outage"]: r for r in office("list", "outages", *DAY)["rows"]}
    assert shown["o2"]["reason"] == "换表箱"
    assert shown["o2"]["cancelled_on"] == "2026-11-23"
    assert shown["o4"]["outage_kind"] == "fault"
    office("close", "outages", "o2", "--reason", "改期", *DAY, code=2)


def test_outages_are_found_by_day_and_by_moment(office: Office) -> None:
    def found(*where: str) -> list[str]:
        words = [word for one in where for word in ("--where", one)]
        return [row["outage"] for row in office("list", "outages", *words, *DAY)["rows"]]

    assert found("begins_at>=2026-12-08") == ["o2", "o3"]
    assert found("begins_at<=2026-12-08") == ["o1", "o2"]
    assert found("begins_at>2026-12-08") == ["o3"]
    assert found("begins_at<2026-12-08 8:01", "begins_at>=2026-12-08") == ["o2"]
    assert found("begins_at=2026-12-08 8:00") == ["o2"]
    assert found("ends_at=") == []
    office("list", "outages", "--where", "begins_at=2026-12-08", *DAY, code=2)


# --- who is touched ----------------------------------------------------------------------------------


def test_whom_an_outage_touches_and_who_is_named(office: Office) -> None:
    report = office.list()
    seen = {one["outage"]: one for one in report["outages"]}
    assert {key: (one["customers"], one["named"]) for key, one in seen.items()} == {
        "o1": (6, 4), "o2": (3, 1), "o3": (1, 1),
    }  # fmt: skip
    assert seen["o1"]["rest"] == {
        "customers": 2,
        "residents": 2,
        "by": {
            "transformer_area": [{"key": "示例1号台区", "customers": 2}],
            "grid": [{"key": None, "customers": 2}],
            "manager": [{"key": "示例甲", "customers": 2}],
        },
    }
    marks = {no[-1]: (row["marks"], row["obliged"]) for no, row in rows_of(report).items()}
    assert marks == {
        "1": (["important"], ["important"]),
        "2": (["own-source"], ["own-source"]),
        "3": (["agreed", "pv"], ["agreed"]),
        "5": (["special-group"], ["special-group"]),
    }
    assert seen["o1"]["tell_by"] == "2026-11-28T23:59"
    assert seen["o3"]["tell_by"] == "2026-12-08T22:00"
    assert rows_of(report, outage="o3")["3700000007"]["obliged"] == ["important"]
    everyone = office.list("--all")
    assert len(rows_of(everyone)) == 6
    assert everyone["outages"][0]["rest"]["customers"] == 0


def test_closed_customers_are_not_touched(office: Office) -> None:
    office("close", "customers", "3700000002", "--reason", "搬迁", *DAY)
    report = office.list()
    assert report["outages"][0]["customers"] == 5
    assert "3700000002" not in rows_of(report)
    office("edit", "customers", "3700000003", "销户日期=2026-10-01", *DAY)  # its status is blank
    report = office.list()
    assert report["outages"][0]["customers"] == 4
    assert "3700000003" not in rows_of(report)


def test_narrowed_by_line_manager_office_and_days(office: Office) -> None:
    assert [o["outage"] for o in office.list("--line", LINE)["outages"]] == ["o1", "o2"]
    assert [o["outage"] for o in office.list("--until", "2026-12-05")["outages"]] == ["o1"]
    assert [o["outage"] for o in office.list("--from", "2026-12-09")["outages"]] == ["o3"]
    assert office.list("--manager", "示例甲")["outages"][0]["customers"] == 6
    office.list("--office", "没有的所", code=18)
    office.list("--until", "2026-11-01", code=2)


def test_lasting_ones_and_ones_not_published_yet(office: Office) -> None:
    during = office.list("--as-of", "2026-12-10")
    assert [o["outage"] for o in during["outages"]] == ["o3"]
    office("edit", "outages", "o1", "发布日期=2026-11-25", *DAY)
    assert office.list()["outages"][0]["public_notice"] == "to-come"
    text = office.text("outages", *DAY)
    assert "待发布" in text
    assert "11-25" in text
    due = office("due-visits", "--services", "G4", *DAY)["due"]
    assert [row["account_no"] for row in due] == ["3700000003"]
    later = office.list("--as-of", "2026-11-25")
    assert later["outages"][0]["public_notice"] == "done"


# --- notices -----------------------------------------------------------------------------------------


def test_notices_make_it_told_late_and_agreed(office: Office) -> None:
    assert set(standings(office.list()).values()) == {"due"}
    late = ("--as-of", "2026-11-29")
    assert set(standings(office.list(*late)).values()) == {"overdue"}
    assert office.list(*late, "--fail-on", "overdue", code=4)["counts"]["overdue"] == 4
    office(
        "record-notice", "o1", "3700000001", "--at", "2026-11-28 23:59", "--method", "书面", *late
    )
    told = office("record-notice", "TD01", "3700000002", "--at", "2026-11-29 00:00", *late)
    assert told["late"]
    office(
        "record-notice",
        "o1",
        "3700000005",
        "--at",
        "2026-11-29 00:00",
        "--outcome",
        "未联系上",
        *late,
    )
    assert standings(office.list(*late)) == {
        "1": "told",
        "2": "late",
        "3": "overdue",
        "5": "overdue",
    }
    agreed = office(
        "record-notice", "o1", "3700000003", "--agreement", "--outcome", "同意", "--at", "2026-11-24 10:00",
        "--manager", "示例甲", *late,
    )  # fmt: skip
    assert (agreed["discharged"], agreed["service"]) == (1, "协商停电")
    row = rows_of(office.list(*late))["3700000003"]
    assert (row["status"], row["agreement"], row["agree_by"]) == ("told", "agreed", "2026-12-04")
    office("undo")
    assert rows_of(office.list(*late))["3700000003"]["agreement"] == "open"
    assert office("list", "services", *late)["rows"] == []
    assert_sound(office.location)


def test_told_and_not_asked_is_to_do_until_the_day_before(office: Office) -> None:
    office("record-notice", "o1", "3700000003", "--at", "2026-11-23 08:00", *DAY)
    assert rows_of(office.list())["3700000003"]["status"] == "due"
    missed = office.list("--as-of", "2026-12-05", "--from", "2026-12-05")
    row = rows_of(missed)["3700000003"]
    assert (row["status"], row["agreement"]) == ("overdue", "missed")


def test_all_that_are_listed_at_once(office: Office) -> None:
    told = office("record-notice", "o1", "--all-listed", "--at", "2026-11-23 08:00", *DAY)
    assert sorted(no[-1] for no in told["recorded"]) == ["1", "2", "3", "5"]
    office("record-notice", "o1", "--all-listed", "--at", "2026-11-23 09:00", *DAY, code=2)
    asked = office(
        "record-notice",
        "o1",
        "--all-listed",
        "--agreement",
        "--outcome",
        "改期",
        "--at",
        "2026-11-23 09:00",
        *DAY,
    )
    assert asked["recorded"] == ["3700000003"]
    assert rows_of(office.list())["3700000003"]["agreement"] == "rescheduled"


def test_what_cannot_be_recorded(office: Office) -> None:
    office("record-notice", "o9", "3700000001", "--at", "2026-11-23 08:00", *DAY, code=18)
    office("record-notice", "o1", "3700000099", "--at", "2026-11-23 08:00", *DAY, code=18)
    office("record-notice", "o1", *DAY, code=2)
    office("record-notice", "o1", "3700000001", "--at", "2026-11-24 08:00", *DAY, code=2)
    office("record-notice", "o1", "3700000001", "--at", "11月23日", *DAY, code=2)
    office("record-notice", "o1", "3700000001", "--as-of", "2026-11-20", code=2)
    theirs = office("record-notice", "o1", "3700000007", "--at", "2026-11-23 08:00", *DAY, code=3)
    assert theirs["findings"][0]["code"] == "outage-not-theirs"
    office("close", "outages", "o1", "--reason", "取消", *DAY)
    office("record-notice", "o1", "3700000001", "--at", "2026-11-23 08:00", *DAY, code=2)
    assert office.list()["outages"][0]["cancelled"]
    assert rows_of(office.list()) == {}


def test_an_outage_moved_makes_notices_void_until_that_is_undone(office: Office) -> None:
    office(
        "record-notice", "o1", "3700000001", "--at", "2026-11-23 08:00", "--outcome", "知悉", *DAY
    )
    moved = office("edit", "outages", "o1", "停电开始时间=2026-12-05 9:00", *DAY)
    assert [f["code"] for f in moved["findings"]] == ["outage-moved"]
    assert standings(office.list())["1"] == "due"
    assert office("list", "outage-notices", *DAY)["rows"][0]["outcome"] == "outdated"
    office("undo")
    assert standings(office.list())["1"] == "told"
    assert office("list", "outage-notices", *DAY)["rows"][0]["outcome"] == "told"


def test_overlapping_outages_are_said_and_told_of_apart(office: Office) -> None:
    office(
        "add",
        "outages",
        "停电开始时间=2026-12-05 10:00",
        "停电终止时间=2026-12-05 11:00",
        "停电台区=示例1号台区",
        "停电类型=计划",
        *DAY,
    )
    seen = {one["outage"]: one["overlaps"] for one in office.list()["outages"]}
    assert seen == {"o1": ["o4"], "o2": [], "o3": [], "o4": ["o1"]}
    office("record-notice", "o1", "3700000005", "--at", "2026-11-23 08:00", *DAY)
    report = office.list()
    assert standings(report)["5"] == "told"
    assert standings(report, outage="o4")["5"] == "due"


# --- the list that is filled in ----------------------------------------------------------------------


def filled(path: Path, *cells: tuple[str, str, Any]) -> None:
    """Write into the sheets of a list: 户号, header, value; of the first row of that 户号."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        heads = [cell.value for cell in sheet[3]]
        for row in range(4, sheet.max_row + 1):
            for account, head, value in cells:
                first = sheet.cell(row, heads.index("停电号") + 1).value == "o1"
                if first and sheet.cell(row, heads.index("户号") + 1).value == account:
                    sheet.cell(row, heads.index(head) + 1).value = value
    book.save(path)


def test_the_list_comes_back_filled_in(office: Office) -> None:
    path = office.folder / "n.xlsx"
    office.list("--excel", str(path))
    back = office("import-excel", str(path), *DAY)
    assert back["operation"] is None
    assert back["totals"]["skipped"] == back["totals"]["read"] == 6
    filled(
        path,
        ("3700000001", "通知时间", "2026-11-22 9:00"),
        ("3700000001", "通知方式", "书面"),
        ("3700000003", "通知时间", "2026-11-22 15:00"),
        ("3700000003", "通知结果", "不同意"),
    )
    back = office("import-excel", str(path), *DAY)
    assert (back["totals"]["new"], back["totals"]["skipped"]) == (2, 4)
    rows = rows_of(office.list())
    assert (rows["3700000001"]["status"], rows["3700000001"]["method"]) == ("told", "written")
    assert rows["3700000003"]["agreement"] == "refused"
    assert [r["service"] for r in office("list", "services", *DAY)["rows"]] == ["G4"]
    again = office("import-excel", str(path), "--again", *DAY)
    assert again["totals"]["unchanged"] == 2
    filled(path, ("3700000001", "通知时间", "2026-11-22 10:00"))
    codes = [
        f["code"]
        for s in office("import-excel", str(path), *DAY)["files"][0]["sheets"]
        for f in s["findings"]
    ]
    assert "notice-again" in codes
    assert_sound(office.location)


def test_a_filled_in_row_without_time_is_refused(office: Office) -> None:
    path = office.folder / "n.xlsx"
    office.list("--excel", str(path))
    filled(path, ("3700000001", "通知结果", "同意"), ("3700000002", "通知时间", "2026-11-24 8:00"))
    back = office("import-excel", str(path), "--rejects", str(office.folder / "r"), *DAY, code=3)
    codes = {f["code"] for s in back["files"][0]["sheets"] for f in s["findings"]}
    assert {"missing-key", "future-date"} <= codes
    assert back["totals"]["new"] == 0


# --- privacy, settings, screen -----------------------------------------------------------------------


def test_of_a_special_group_no_more_is_told_than_that(office: Office) -> None:
    path = office.folder / "n.xlsx"
    told = office.text("outages", *DAY, "--excel", str(path))
    cells = [
        c
        for s in openpyxl.load_workbook(path)
        for row in s.iter_rows(values_only=True)
        for c in row
    ]
    shown = f"{told} {json.dumps(office.list(), ensure_ascii=False)} {cells}"
    assert "独居" not in shown
    assert "living-alone" not in shown
    assert "特殊" in told
    assert "13800000001" not in told


class TestOwnRules:
    """An office that set it otherwise."""

    @pytest.fixture
    def rules(self) -> Callable[[str], str]:
        days = "planned-outage-notice = { days = 7 }"
        own = '\n[outage]\nplanned = ["important"]\nlisted = ["special-group"]\n'
        return lambda text: text.replace(days, days.replace("days", "working_days")) + own

    def test_the_policy_says_who_is_named_and_the_limits(self, office: Office) -> None:
        report = office.list()
        assert report["outages"][0]["limit"] == {"working_days": 7}
        assert report["outages"][0]["tell_by"] == "2026-11-26T23:59"
        assert standings(report) == {"1": "due", "5": "none"}


def test_the_screen_fits_80_columns(office: Office) -> None:
    from cmledger.records.text import width

    office("record-notice", "o1", "3700000001", "--at", "2026-11-23 08:00", *DAY)
    told = office.text("outages", *DAY)
    tables = [line for line in told.splitlines() if line.startswith((" o", " ─", " 停"))]
    assert tables
    assert all(width(line) <= 80 for line in tables)
    assert "一级" in told
    for words in (("outages", *DAY, "--from", "2030-01-01"), ("outages", *DAY, "--status", "late")):
        assert office.text(*words)


def test_the_item_falls_due_before_the_outage_and_an_agreement_discharges_it(
    office: Office,
) -> None:
    office("edit", "outages", "o1", "发布日期=2026-11-20", *DAY)
    due = office("due-visits", "--services", "G4", *DAY)["due"]
    assert [(row["account_no"], row["due_by"]) for row in due] == [("3700000003", "2026-12-04")]
    told = ("record-notice", "o1", "3700000003", "--agreement", "--at", "2026-11-23 08:00", *DAY)
    office(*told)
    assert len(office("due-visits", "--services", "G4", *DAY)["due"]) == 1  # asked, no answer yet
    office(*told, "--outcome", "同意")
    assert office("due-visits", "--services", "G4", *DAY)["due"] == []


def test_a_thousand_customers_told_at_once(office: Office) -> None:
    heads = ("户号", "户名", "供电所", "线路", "重要性等级")
    rows = [(f"38{n:08d}", f"示例{n}户", "示例供电所", LINE, "二级") for n in range(1, 1001)]
    office("import-excel", office.book("m.xlsx", [heads, *rows]), *DAY)
    told = office("record-notice", "o1", "--all-listed", "--at", "2026-11-23 08:00", *DAY)
    assert len(told["recorded"]) == 1004
    assert office.list()["counts"]["told"] == 1003
    office("undo")
    assert office.list()["counts"]["told"] == 0
    assert_sound(office.location)


PLAIN: list[Callable[[Office], None]] = [
    test_the_sheet_is_taken_in_and_the_unknown_line_is_refused,
    test_whom_an_outage_touches_and_who_is_named,
    test_notices_make_it_told_late_and_agreed,
    test_the_list_comes_back_filled_in,
    test_the_item_falls_due_before_the_outage_and_an_agreement_discharges_it,
]


class TestOnPostgresql:
    """The same on the other engine."""

    @pytest.fixture
    def engine(self) -> str:
        return "postgresql"

    @pytest.mark.postgresql
    @pytest.mark.parametrize("plain", PLAIN, ids=lambda plain: plain.__name__)
    def test_alike(self, office: Office, plain: Callable[[Office], None]) -> None:
        plain(office)
