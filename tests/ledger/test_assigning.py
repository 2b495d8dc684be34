"""Managers given, set by hand and handed over in a ledger: spans by dates, one operation, undone; both engines."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import assert_sound
from tests.ledger.staff_office import BEGAN, Office

from cmledger.errors import UsageProblem
from cmledger.ledger.intake.people import handed_over
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.policy.load import parse_policy, profile_text
from cmledger.records.caller import Caller

DAY = "2026-11-22"


@pytest.fixture
def office(ledger: Ledger, caller: Caller) -> Office:
    return Office(ledger, caller)


def test_spans_begin_on_the_day_with_the_reason_and_undo_restores(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.manager("乙", "senior", lines="二线、一线")
    office.customer("没有")
    office.customer("换人", manager="甲", line="二线")
    office.customer("不变", manager="甲")
    office.customer("金牌", "gold", manager="甲")
    office.customer("不分级", None)
    before = {word: office.spans(word) for word in office.customers}
    report = office.assign()
    assert dict(report.counts) == {"kept": 1, "assigned": 1, "moved": 2, "unserved": 0}
    assert office.spans("没有") == [(DAY, "", "甲", "territory")]
    assert office.spans("换人") == [(BEGAN, DAY, "甲", None), (DAY, "", "乙", "territory")]
    assert office.spans("不变") == before["不变"]
    assert office.spans("不分级") == []
    assert [m.to_json() for m in report.moves if m.tier == "gold"] == [
        {
            "account_no": "0000000004",
            "name": "示例金牌",
            "tier": "gold",
            "from": "甲",
            "to": "乙",
            "because": {
                "code": "only-one",
                "cause": "below-grade",
                "territory": {"kind": "line", "name": "一线"},
                "text": "原客户经理级别不够；负责线路一线",
            },
        }
    ]
    with office.ledger.reading() as connection:
        held = table("customer_manager")
        reasons = connection.scalars(
            sa.select(held.c.reason).where(held.c.basis == "territory").order_by(held.c.reason)
        )
        assert set(reasons) == {"负责线路一线", "负责线路二线", "负责线路一线的几位中户数最少"}
    again = office.assign("2026-11-23")
    assert again.operation is None
    assert_sound(office.ledger.location)
    office.undo(report.operation)
    assert {word: office.spans(word) for word in office.customers} == before
    assert_sound(office.ledger.location)


def test_a_dry_run_tells_the_same_and_writes_nothing(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.customer("没有")
    tried = office.assign(dry_run=True)
    assert (tried.operation, dict(tried.counts)["assigned"]) == (None, 1)
    assert office.now() == {"没有": None}
    told = office.assign()
    assert [m.to_json() for m in told.moves] == [m.to_json() for m in tried.moves]


def test_before_images_are_the_histories_as_they_were(office: Office) -> None:
    """Plain histories are entered by SQL, the others by Python: the journal must not tell the difference."""
    office.manager('甲"引号', left_on="2026-01-01")
    office.manager("乙", lines="一线")
    for word in ("一", "二", "三", "四"):
        office.customer(word, manager='甲"引号')
    office.set("二", "乙", day="2026-03-01", until="2026-03-31")  # a longer history
    office.set("三", "乙", until="2026-12-31")  # by hand: untouched
    with office.ledger.operation(office.caller, "test", {}) as op:
        span = {
            "valid_from": BEGAN, "valid_to": FOREVER, "manager_id": office.people['甲"引号'],
            "basis": "territory", "reason": '引号"和\\',
        }  # fmt: skip
        op.replace_spans("customer_manager", {office.customers["四"]: [span]})
    before = {word: office.spans(word) for word in office.customers}
    report = office.assign()
    assert dict(report.counts) == {"kept": 1, "assigned": 0, "moved": 3, "unserved": 0}
    entry = table("entry")
    with office.ledger.reading() as connection:
        images = {
            row_id: json.loads(image)["spans"]
            for row_id, image in connection.execute(
                sa.select(entry.c.row_id, entry.c.before).where(
                    entry.c.operation_id == report.operation
                )
            )
        }
    assert images[office.customers["一"]] == [
        {"valid_from": BEGAN, "valid_to": FOREVER, "manager_id": office.people['甲"引号'], "basis": None, "reason": None}
    ]  # fmt: skip
    assert images[office.customers["四"]][0]["reason"] == '引号"和\\'
    assert len(images[office.customers["二"]]) == 3
    office.undo(report.operation)
    assert {word: office.spans(word) for word in office.customers} == before


def test_a_run_twice_on_one_day_after_a_change_replaces_that_days_span(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.manager("乙")
    office.customer("户")
    office.assign()
    office.change("甲", lines="二线")
    office.change("乙", lines="一线")
    office.assign()
    assert office.spans("户") == [(DAY, "", "乙", "territory")]
    assert_sound(office.ledger.location)


def test_only_an_office_or_a_line_and_all(office: Office) -> None:
    office.manager("甲", lines="一线、二线")
    office.customer("一")
    office.customer("二", line="二线")
    office.customer("外", None)
    office.assign(line="二线", office="示例供电所")
    assert office.now() == {"一": None, "二": "甲", "外": None}
    office.assign(out_of_scope=True)
    assert set(office.now().values()) == {"甲"}


def test_who_cannot_be_served_stays_and_is_told(office: Office) -> None:
    office.manager("甲", lines="一线，没有的线", capacity=1)
    office.manager("走", left_on="2026-11-01")
    office.customer("满一", manager="甲")
    office.customer("满二", manager="甲")
    office.customer("钻石", "diamond")
    office.customer("无处", line=None)
    office.customer("离岗", manager="走", line="二线")
    report = office.assign()
    assert office.now() == {"满一": "甲", "满二": "甲", "钻石": None, "无处": None, "离岗": "走"}
    assert [(u.account_no[-1], u.why.because.code.value, u.before) for u in report.unserved] == [
        ("3", "no-grade", None),
        ("2", "full", "甲"),
        ("4", "no-place", None),
        ("5", "no-territory", "走"),
    ]
    assert [f.finding.code for f in report.findings] == [
        "manager-over-capacity",
        "territory-unknown",
    ]
    assert report.operation is None
    assert all("to" not in u for u in report.to_json()["unserved"])


def test_capacity_of_the_rules_where_none_is_written(office: Office) -> None:
    text = profile_text("three-fixed").replace(
        "# customers_per_manager = 200", "customers_per_manager = 1"
    )
    assert "\ncustomers_per_manager = 1" in text
    office.manager("甲", lines="一线")
    office.manager("乙", lines="一线", capacity=3)
    for word in "一二三四五":
        office.customer(word)
    report = office.assign(rules=parse_policy(text, "policy.toml"))
    assert sorted(str(m) for m in office.now().values()) == ["None", "乙", "乙", "乙", "甲"]
    assert dict(report.counts)["unserved"] == 1


# --- by hand -------------------------------------------------------------------------------------------


def test_set_by_hand_until_a_day_then_back(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.manager("乙", capacity=0)
    office.customer("户", "diamond", manager="甲")
    report = office.set("户", "乙", until="2026-12-10")
    assert [f.finding.code for f in report.findings] == [
        "by-hand-below-grade",
        "manager-over-capacity",
    ]
    assert office.spans("户") == [
        (BEGAN, DAY, "甲", None),
        (DAY, "2026-12-11", "乙", "fixed"),
        ("2026-12-11", "", "甲", None),
    ]
    assert dict(office.assign().counts)["kept"] == 1
    office.lift("户", "2026-11-30")
    assert office.spans("户") == [
        (BEGAN, DAY, "甲", None),
        (DAY, "2026-11-30", "乙", "fixed"),
        ("2026-11-30", "", "甲", None),
    ]
    office.undo()
    office.undo(report.operation)
    assert office.spans("户") == [(BEGAN, "", "甲", None)]


def test_lifting_what_was_for_good_leaves_the_manager_to_the_rules(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.manager("乙")
    office.customer("户")
    office.set("户", "乙")
    assert office.assign().operation is None
    office.lift("户", "2026-11-30")
    assert office.spans("户") == [
        (DAY, "2026-11-30", "乙", "fixed"),
        ("2026-11-30", "", "乙", None),
    ]
    with pytest.raises(UsageProblem):
        office.lift("户", "2026-11-30")
    office.assign("2026-12-01")
    assert office.now("2026-12-01") == {"户": "甲"}


def test_the_same_again_is_nothing_and_a_leaver_is_refused(office: Office) -> None:
    office.manager("甲")
    office.manager("走", left_on="2026-11-22")
    office.customer("户")
    assert office.set("户", "甲").changed
    again = office.set("户", "甲")
    assert (again.changed, again.operation) == (False, None)
    with pytest.raises(UsageProblem):
        office.set("户", "走")
    assert office.set("户", "走", day="2026-11-21").changed


# --- handing over --------------------------------------------------------------------------------------


def test_leave_is_for_a_time_and_what_others_have_meanwhile_stays(office: Office) -> None:
    for word, grade in (("甲", "chief"), ("乙", "general"), ("丙", "general")):
        office.manager(word, grade)
    office.customer("一", "diamond", manager="甲")
    office.customer("二", manager="甲")
    office.customer("三", manager="乙")
    office.set("二", "丙", until="2026-12-03")
    office.change("乙", capacity=1)
    report = office.hand("甲", "乙", on="2026-12-01", until="2026-12-10")
    assert office.spans("一") == [
        (BEGAN, "2026-12-01", "甲", None),
        ("2026-12-01", "2026-12-11", "乙", "handover"),
        ("2026-12-11", "", "甲", None),
    ]
    assert office.spans("二") == [
        (BEGAN, DAY, "甲", None),
        (DAY, "2026-12-04", "丙", "fixed"),
        ("2026-12-04", "2026-12-11", "乙", "handover"),
        ("2026-12-11", "", "甲", None),
    ]
    assert [f.finding.code for f in report.findings] == [
        "by-hand-below-grade",
        "manager-over-capacity",
    ]
    assert (report.customers, dict(report.tiers)) == (2, {"diamond": 1, "normal": 1})
    assert_sound(office.ledger.location)
    office.undo()
    assert office.spans("一") == [(BEGAN, "", "甲", None)]
    assert len(office.spans("二")) == 3


def test_while_somebody_stands_in_assigning_leaves_alone(office: Office) -> None:
    office.manager("甲", lines="一线", capacity=1)
    office.manager("乙", lines="二线", capacity=1)
    office.customer("一", manager="甲")
    office.customer("新一")
    office.customer("新二", line="二线")
    office.hand("甲", "乙", until="2026-12-10")
    report = office.assign("2026-11-25")
    assert office.now("2026-11-25") == {"一": "乙", "新一": None, "新二": "乙"}
    assert dict(report.counts) == {"kept": 1, "assigned": 1, "moved": 0, "unserved": 1}
    assert office.now("2026-12-11") == {"一": "甲", "新一": None, "新二": "乙"}


def test_for_good_with_the_territory(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.manager("乙", lines="二线")
    office.grid("示例社区", "community", "甲")
    office.customer("一", manager="甲")
    office.customer("定", manager="甲")
    office.set("定", "甲")
    report = office.hand("甲", "乙", with_territory=True)
    assert report.fixed == 1
    assert report.territory == ("负责线路 一线", "网格 示例社区")
    assert office.now() == {"一": "乙", "定": "乙"}
    with office.ledger.reading() as connection:
        manager = table("manager")
        rows = connection.execute(sa.select(manager.c.name, manager.c.lines))
        lines = {name: text for name, text in rows}  # noqa: C416 - rows are no pairs of plain types
    assert lines == {"甲": None, "乙": "二线、一线"}
    assert office.assign().operation is None
    office.undo(report.operation)
    assert office.now() == {"一": "甲", "定": "甲"}


def test_handed_over_for_good_is_not_taken_back_by_the_territory(office: Office) -> None:
    office.manager("甲", lines="一线")
    office.manager("乙")
    office.customer("一", manager="甲")
    office.hand("甲", "乙")
    assert office.assign().operation is None


@pytest.mark.parametrize(
    ("giver", "taker", "options"),
    [
        ("甲", "甲", {}),
        ("甲", "走", {}),
        ("甲", "乙", {"on": "2026-12-01", "until": "2026-11-30"}),
        ("甲", "乙", {"until": "2026-11-30", "with_territory": True}),
        ("甲", "乙", {"on": "2026-12-01", "with_territory": True}),
    ],
)
def test_what_cannot_be_handed_over(office: Office, giver: str, taker: str, options: Any) -> None:
    office.manager("甲")
    office.manager("乙")
    office.manager("走", left_on="2026-11-01")
    office.customer("一", manager="甲")
    with pytest.raises(UsageProblem):
        office.hand(giver, taker, **options)
    assert office.spans("一") == [(BEGAN, "", "甲", None)]


# --- what a sheet says while somebody stands in -----------------------------------------------------------


def spans(*told: tuple[str, str, int, str | None]) -> list[dict[str, Any]]:
    return [
        {"valid_from": a, "valid_to": b or FOREVER, "manager_id": m, "basis": basis, "reason": None}
        for a, b, m, basis in told
    ]


ON_LEAVE = spans((BEGAN, "2026-11-20", 1, None), ("2026-11-20", "2026-12-11", 2, "handover"), ("2026-12-11", "", 1, None))  # fmt: skip
WILL_LEAVE = spans((BEGAN, "2026-12-01", 1, None), ("2026-12-01", "2026-12-11", 2, "handover"), ("2026-12-11", "", 1, None))  # fmt: skip
CHANGES = spans((BEGAN, "2026-12-01", 1, None), ("2026-12-01", "", 2, None))


@pytest.mark.parametrize(
    ("known", "manager", "after"),
    [
        (ON_LEAVE, 1, ON_LEAVE),
        (ON_LEAVE, 2, ON_LEAVE),
        (ON_LEAVE, 3, spans((BEGAN, "2026-11-20", 1, None), ("2026-11-20", DAY, 2, "handover"), (DAY, "", 3, None))),
        (ON_LEAVE, None, spans((BEGAN, "2026-11-20", 1, None), ("2026-11-20", DAY, 2, "handover"))),
        (WILL_LEAVE, 1, WILL_LEAVE),
        (WILL_LEAVE, 3, spans((BEGAN, DAY, 1, None), (DAY, "", 3, None))),
        (CHANGES, 3, spans((BEGAN, DAY, 1, None), (DAY, "2026-12-01", 3, None), ("2026-12-01", "", 2, None))),
    ],
)  # fmt: skip
def test_a_sheet_naming_a_manager(known: Any, manager: int | None, after: Any) -> None:
    assert handed_over(known, DAY, manager) == after
