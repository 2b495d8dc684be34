"""Who looks after whom, plans, services, matters, outages, the month's plan and forms, undone and redone in any order.

The steps are commands as they are typed; the model is the one of test_undo_to_the_end. At the end all is undone: nothing
is left. Forgetting a person cannot be undone: what holds then is that the ledger is sound.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import assert_sound
from tests.fuzz.oracle import call
from tests.work.test_undo_to_the_end import Desk, content

from cmledger.errors import LedgerError

OFFICE = "示例供电所"
FIRST = {
    "managers": "姓名,供电所,级别,负责线路\n"
    f"示例甲,{OFFICE},高级,示例一线\n示例乙,{OFFICE},普通,示例二线\n示例丙,{OFFICE},高级,\n",
    "customers": "户号,户名,供电所,线路,台区,网格,电压等级,客户经理,立户日期\n"
    f"3700000001,示例一厂,{OFFICE},示例一线,示例台区,示例社区,10kV,示例甲,2015-01-01\n"
    f"3700000002,示例二厂,{OFFICE},示例二线,,,10kV,示例乙,2015-01-01\n"
    f"3700000003,示例三厂,{OFFICE},示例一线,,,10kV,,2015-01-01\n",
}
TIERS = {"3700000001": "gold", "3700000002": "gold", "3700000003": "normal"}

account = st.sampled_from(tuple(TIERS))
manager = st.sampled_from(("示例甲", "示例乙", "示例丙"))
past = st.sampled_from(("2026-11-03", "2026-11-10", "2026-11-20"))
later = st.sampled_from(("2026-12-10", "2026-12-31", "2027-03-31"))
item = st.sampled_from(("B4", "B8", "D4", "G3"))


def cell(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *words, "清空"))


HEADS = {
    "customers": "户号,线路,客户经理",
    "managers": "姓名,供电所,负责线路,最多管户,离岗日期",
    "plans": "户号,服务项目,周期,自,至,备注",
    "dates": "户号,事由,月日",
    "events": "户号,事件,日期,备注",
    "matters": "户号,类别,日期,内容,期限,完成日期,责任人",
    "visits": "户号,走访日期,客户经理,服务项目,走访内容",
    "services": "户号,服务项目,日期,服务人,内容",
    "duties": "项目,日期,客户经理,网格/社区,发放资料",
    "arrears-contacts": "户号,催费日期,客户经理,催费结果",
    "outages": "停电线路,停电台区,停电类型,停电开始时间,停电终止时间,停电编号,取消日期",
    "outage-notices": "停电号,户号,通知类别,通知时间,通知结果,通知人",
    "duplicates": "甲户号,乙户号,处理",
}
ROWS: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
    "customers": st.tuples(account, cell("示例一线", "示例二线"), cell("示例甲", "示例丙")),
    "managers": st.tuples(manager, st.just(OFFICE), cell("示例一线", "示例二线"), cell("1", "9"), cell("2026-11-01", "2027-01-01")),
    "plans": st.tuples(account, item, cell("每月", "每季", "每年", "不做"), cell("2026-11-01", "2027-01-01"), cell("2026-12-31"), cell("示例")),
    "dates": st.tuples(account, cell("生日", "厂庆日"), cell("5月6日", "12月10日")),
    "events": st.tuples(account, cell("报停", "减容"), past, cell("示例")),
    "matters": st.tuples(account, cell("隐患", "诉求"), past, cell("示例内容", "另一内容"), cell("2026-12-31"), cell("2026-11-10", "2026-11-20"), cell("示例甲", "示例乙")),
    "visits": st.tuples(account, past, cell("示例甲", "示例乙"), cell("B4", "G3"), cell("示例内容")),
    "services": st.tuples(account, item, past, cell("示例甲", "示例乙"), cell("示例内容")),
    "duties": st.tuples(st.sampled_from(("M1", "M3", "M4")), past, cell("示例甲"), cell("示例社区", "新社区"), cell("5", "7")),
    "arrears-contacts": st.tuples(account, past, cell("示例甲", "示例乙"), cell("示例结果", "另一结果")),
    "outages": st.tuples(cell("示例一线"), cell("示例台区"), cell("计划停电", "故障停电"), st.sampled_from(("2026-12-10 08:00", "2026-12-11 08:00")), cell("2026-12-11 12:00"), st.sampled_from(("T1", "T2")), cell("2026-11-20")),
    "outage-notices": st.tuples(st.sampled_from(("T1", "T2")), account, cell("通知", "协商"), st.sampled_from(("2026-11-20 09:00", "2026-11-21 09:00")), cell("同意", "未联系上"), cell("示例甲")),
    "duplicates": st.tuples(account, account, cell("并入甲户", "并入乙户", "不是重复")),
}  # fmt: skip
imports = st.sampled_from(sorted(ROWS)).flatmap(
    lambda kind: st.tuples(
        st.just("sheet"), st.just(kind), st.lists(ROWS[kind], min_size=1, max_size=3)
    )
)


def typed(*words: str | st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = [word if isinstance(word, st.SearchStrategy) else st.just(word) for word in words]
    return st.tuples(st.just("typed"), st.tuples(*parts))


def options(*pairs: tuple[str, st.SearchStrategy[str]]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of these options, each with a value."""
    return st.tuples(
        *(
            st.one_of(st.just(()), value.map(lambda v, name=name: (name, v)))
            for name, value in pairs
        )
    ).map(lambda found: tuple(word for pair in found for word in pair))


commands = st.one_of(
    typed("assign-managers", st.sampled_from(((), ("--all",)))),
    typed("set-manager", account, manager, "--reason", "示例", options(("--until", later))),
    typed("set-manager", account, "--lift"),
    typed("handover", manager, manager, "--reason", "请假", options(("--until", later), ("--on", st.sampled_from(("2026-12-01", "2026-12-20"))))),
    typed("handover", manager, manager, "--territory"),
    typed("plan-visits", "--month", st.sampled_from(("2026-12", "2027-01")), st.sampled_from(((), ("--afresh",), ("--services", "visit"), ("--manager", "示例甲")))),
    typed("record-service", account, "--service", item, "--date", past, options(("--manager", manager))),
    typed("record-duty", "--service", "M1", "--manager", manager, "--date", past),
    typed("record-duty", "--service", "M4", "--grid", "示例社区", "--date", past, "--materials", "3"),
    typed("record-visit", account, "--date", past, options(("--manager", manager), ("--services", item), ("--matter", st.sampled_from(("隐患：示例内容", "诉求：示例"))), ("--follow-up", later))),
    typed("record-notice", st.sampled_from(("T1", "T2")), account, "--at", "2026-11-21 10:00", st.sampled_from(((), ("--agreement", "--outcome", "同意")))),
    typed("set-tier", account, st.sampled_from(("gold", "normal", "diamond")), "--reason", "示例"),
    typed("close", "managers", manager, "--reason", "调岗"),
    typed("close", "customers", account, "--reason", "销户"),
    typed("close", "outages", st.sampled_from(("T1", "T2")), "--reason", "改期"),
    typed("close", "dates", account.map(lambda a: f"{a}/生日"), "--reason", "示例"),
    typed("close", "plans", st.tuples(account, item).map("/".join), "--reason", "示例"),
    typed("close", "matters", st.sampled_from(("m1", "m2", "m3")), "--reason", "已办"),
)  # fmt: skip
books = st.one_of(
    st.tuples(st.just("forms"), past, st.integers(0, 3)),
    st.tuples(st.just("month"), st.sampled_from(("2026-12-15", "2026-12-24")), st.integers(0, 3)),
    st.tuples(st.just("plan-book"), account, st.sampled_from(("每月", "每年"))),
)
flips = st.tuples(st.sampled_from(("undo", "redo")), st.integers(0, 30))
steps = st.lists(st.one_of(imports, commands, commands, books, flips, flips), min_size=3, max_size=14)  # fmt: skip


class ServedDesk(Desk):
    """The desk of an office at work, and its commands."""

    def __init__(self, location: str, folder: Path) -> None:
        super().__init__(location, folder)
        self.day = dt.date(2026, 11, 1)
        self.made = 0
        self.refused = 0
        for kind, text in FIRST.items():
            self.do(("text", kind, text))
        for number, tier in TIERS.items():
            self.do(("typed", ("set-tier", number, tier, "--reason", "示例")))
        self.day = dt.date(2026, 11, 20)

    def change(self, step: Any) -> int | None:
        what, *told = step
        if what == "typed":
            words = [w for word in told[0] for w in (word if isinstance(word, tuple) else (word,))]
            return self.call(*words)
        if what == "sheet":
            kind, rows = told
            return self.take(kind, "\n".join([HEADS[kind], *(",".join(row) for row in rows)]))
        if what == "text":
            return self.take(*told)
        self.made += 1
        folder = self.folder / f"{what}{self.made}"
        folder.mkdir()
        if what == "forms":
            return self.forms(folder, *told)
        if what == "month":
            self.call("plan-visits", "--month", "2026-12", "-n", "--excel", str(folder / "a.xlsx"))
            return self.edited(folder / "a.xlsx", "计划日期", *told)
        self.call("plan", told[0], "--excel", str(folder / "a.xlsx"))
        return self.edited(folder / "a.xlsx", "周期", told[1], 0)

    def call(self, *words: str) -> int | None:
        """Carry out a command; the operation's number."""
        at = ["--ledger", self.ledger.location, "--as-of", self.day.isoformat(), "--json"]
        if words[0] != "close":
            at += ["--policy", str(self.policy_file)]
        done = call(*words, *at)
        assert done.code in (0, 2, 3, 15, 16, 18), (words, done.err)
        if done.code not in (0, 3):
            self.refused += 1
            raise LedgerError(done.err)
        number: int | None = done.told.get("operation")
        return number

    def take(self, kind: str, text: str) -> int | None:
        path = self.folder / f"{kind}.csv"
        path.write_text(text + "\n", encoding="utf-8")
        return self.call("import-excel", str(path), "--kind", kind, "--office", OFFICE, "--again")

    def forms(self, folder: Path, day: str, which: int) -> int | None:
        """Hand forms out, fill in the day of one, take it back."""
        self.call("visit-forms", "--month", "2026-12", "--folder", str(folder))
        files = sorted(folder.glob("*.xlsx"))
        if not files:
            return None
        book = openpyxl.load_workbook(files[which % len(files)])
        pages = book.worksheets[1:]
        if pages:
            page = pages[which % len(pages)]
            for (label,) in page.iter_rows(max_col=1):
                if label.value == "走访日期":
                    page.cell(label.row, 2).value = dt.date.fromisoformat(day)
        book.save(folder / "filled.xlsx")
        return self.call("import-excel", str(folder / "filled.xlsx"), "--office", OFFICE)

    def edited(self, path: Path, header: str, value: str, which: int) -> int | None:
        """Change a cell under a header of a workbook, and take it in."""
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for one in row:
                    if one.value == header and sheet.max_row > one.row:
                        at = one.row + 1 + which % (sheet.max_row - one.row)
                        if sheet.cell(at, 1).value is not None:
                            sheet.cell(at, one.column).value = value
        book.save(path)
        return self.call("import-excel", str(path), "--office", OFFICE)

    def end(self) -> None:
        """All undone, nothing is left."""
        for number in sorted(self.model.live):
            if self.model.live[number]:
                self.flip(
                    "undo", sorted(self.model.writes.keys() | self.flipped.keys()).index(number)
                )
        assert_sound(self.ledger.location)
        assert content(self.ledger) == {}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_any_order_of_serving(tmp_path_factory: Any, steps: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("end")
    desk = ServedDesk(str(folder / "cmledger.db"), folder)
    for step in steps:
        desk.do(step)
    desk.end()


@pytest.mark.postgresql
@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_any_order_of_serving_on_postgresql(
    tmp_path_factory: Any, new_database: Callable[[], str], steps: list[Any]
) -> None:
    desk = ServedDesk(new_database(), tmp_path_factory.mktemp("end"))
    for step in steps:
        desk.do(step)
    desk.end()


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps, forgotten=account, more=st.lists(flips, max_size=6))
def test_what_is_left_of_the_forgotten_is_sound(
    tmp_path_factory: Any, steps: list[Any], forgotten: str, more: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("end")
    desk = ServedDesk(str(folder / "cmledger.db"), folder)
    for step in steps:
        desk.do(step)
    at = ("--ledger", desk.ledger.location)
    done = call("forget", forgotten, "--yes", *at)
    assert done.code in (0, 2, 18), done.err
    assert_sound(desk.ledger.location)
    for command, which in more:
        number = str(1 + which % max(desk.model.writes))
        done = call(command, number, *at)
        assert done.code in (0, 2, 18), done.err
        assert_sound(desk.ledger.location)
