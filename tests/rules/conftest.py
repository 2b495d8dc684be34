"""Small policies to lay obligations out with."""

from collections.abc import Callable

import pytest

from cmledger.policy.load import parse_policy
from cmledger.policy.schema import Policy

POLICY = """
profile = "three-fixed"
since = 2015-01-01
[scope]
any = [{{ rule = "everybody" }}]
[grade]
chief = "首席"
senior = "高级"
general = "普通"
[tier.diamond]
name = "钻石"
grade = "chief"
any = [{{ rule = "social", social_impact = true }}]
[tier.gold]
name = "金牌"
grade = "senior"
any = [{{ rule = "pv", pv = true, grade = "general" }}, {{ rule = "rank", sales_rank_top = 50 }}]
[tier.normal]
name = "普通"
grade = "general"
any = [{{ rule = "rest" }}]
[duty]
due_by = "{due_by}"
performer = "{performer}"
[service.visit]
name = "走访"
tiers = ["diamond", "gold", "normal"]
cycle = {{ per = "{normal[0]}", times = {normal[1]} }}
performer = "serving"
instead.gold.cycle = {{ per = "{gold[0]}", times = {gold[1]} }}
instead.diamond.cycle = {{ per = "{diamond[0]}", times = {diamond[1]} }}
[service.check]
name = "检查"
tiers = ["gold", "normal"]
cycle = {{ per = "year" }}
discharged_by = ["check", "patrol"]
[service.patrol]
name = "巡检"
tiers = ["diamond"]
cycle = "on-request"
"""


def _policy(
    *,
    normal: tuple[str, int] = ("quarter", 1),
    gold: tuple[str, int] = ("month", 1),
    diamond: tuple[str, int] = ("month", 1),
    performer: str = "report",
    due_by: str = "last-working-day",
    more: str = "",
) -> Policy:
    """Three tiers as in three-fixed unless told otherwise; `more`: [[edition]] blocks."""
    text = POLICY.format(
        normal=normal, gold=gold, diamond=diamond, performer=performer, due_by=due_by
    )
    return parse_policy(text + more, "policy.toml")


@pytest.fixture(scope="session")
def policy() -> Callable[..., Policy]:
    """Makes a policy; see `_policy`."""
    return _policy
