"""A small office whose KPIs were worked out by hand; the figures stand in the tests that read them.

Counting began on 2026-07-01. Visits owed under three-fixed: gold and diamond monthly, normal quarterly.

             tier      manager                 line  channel         visits
3700000001   gold      甲                      一线  wechat          07-10, 09-12, 10-31 (a Saturday)
3700000002   gold      甲, 乙 from 10-15       一线  cash            08-05
3700000003   normal    乙                      二线  alipay          08-20
3700000004   normal    nobody                  none  not known       none
3700000005   diamond   乙                      二线  online-sgcc     10-08
3700000006   none      甲                      一线  wechat          none
3700000007   gold      甲                      一线  cash            07-01; closed on 2026-09-10

Of their own they have B4: 1 quarterly from 10-01, 2 not at all, 3 monthly.
"""

from typing import Any

from tests.conftest import caller_on

from cmledger.ledger.journal import Operation
from cmledger.ledger.store import Ledger, create_ledger, open_ledger
from cmledger.ledger.tables import FOREVER

OFFICE = "示例供电所"


def make_office(location: str) -> Ledger:
    """Write it into a new ledger."""
    create_ledger(location, caller_on("2026-07-01"))
    ledger = open_ledger(location)
    with ledger.operation(caller_on("2026-11-22"), "test", {}) as op:
        _fill(op)
    return ledger


def _fill(op: Operation) -> None:
    (office,) = op.insert("office", ("name",), [(OFFICE,)])
    one, two = op.insert("line", ("office_id", "name"), [(office, "一线"), (office, "二线")])
    (grid,) = op.insert("grid", ("office_id", "name"), [(office, "示例社区")])
    jia, yi = op.insert(
        "manager", ("office_id", "person_key", "name", "grade"),
        [(office, "示例甲", "示例甲", "senior"), (office, "示例乙", "示例乙", "chief")],
    )  # fmt: skip
    rows = [
        ("3700000001", one, grid, "wechat", None),
        ("3700000002", one, None, "cash", None),
        ("3700000003", two, None, "alipay", None),
        ("3700000004", None, None, None, None),
        ("3700000005", two, grid, "online-sgcc", None),
        ("3700000006", one, None, "wechat", None),
        ("3700000007", one, None, "cash", "2026-09-10"),
    ]
    a1, a2, a3, a4, a5, a6, a7 = op.insert(
        "customer",
        ("account_key", "account_no", "name", "office_id", "line_id", "grid_id", "payment_channel", "closed_on",
         "opened_on"),
        [(no, no, f"示例客户{no[-1]}", office, line, g, channel, closed, "2015-01-01")
         for no, line, g, channel, closed in rows],
    )  # fmt: skip
    op.replace_spans(
        "customer_manager",
        {
            **{a: [_span(manager_id=jia)] for a in (a1, a6, a7)},
            a2: [_span(to="2026-10-15", manager_id=jia), _span("2026-10-15", manager_id=yi)],
            **{a: [_span(manager_id=yi)] for a in (a3, a5)},
        },
    )
    own = {"valid_to": FOREVER, "service": "B4"}
    op.replace_spans(
        "customer_plan",
        {
            a1: [{**own, "valid_from": "2026-10-01", "cycle": "quarter"}],
            a2: [{**own, "valid_from": "2026-01-01", "cycle": "none"}],
            a3: [{**own, "valid_from": "2026-01-01", "cycle": "month"}],
        },
    )
    op.replace_spans(
        "customer_tier",
        {
            **{a: [_tier("gold")] for a in (a1, a2)},
            **{a: [_tier("normal")] for a in (a3, a4)},
            a5: [_tier("diamond")],
            a7: [_tier("gold", to="2026-09-10")],
        },
    )
    visits = [
        (a1, "2026-07-10", jia),
        (a1, "2026-09-12", jia),
        (a1, "2026-10-31", jia),
        (a2, "2026-08-05", jia),
        (a3, "2026-08-20", yi),
        (a5, "2026-10-08", yi),
        (a7, "2026-07-01", jia),
    ]
    op.insert(
        "visit",
        ("customer_id", "visited_on", "manager_key", "sequence", "manager_id"),
        [(customer, day, manager, 1, manager) for customer, day, manager in visits],
    )


def _span(since: str = "2015-01-01", to: str = FOREVER, **values: Any) -> dict[str, Any]:
    return {"valid_from": since, "valid_to": to, **values}


def _tier(tier: str, to: str = FOREVER) -> dict[str, Any]:
    return _span(to=to, tier=tier, rule="sales-rank", reasons="[]")
