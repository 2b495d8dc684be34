"""plan(dry) = plan(real), and what is announced comes true: random small offices, random files."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from tests.work.consequence_world import (
    CONSUMPTION,
    CUSTOMERS,
    DAY,
    MANAGERS,
    OFFICE,
    VISITS,
    World,
    account,
)

from cmledger.errors import NeedsDecision, UsageProblem

NEXT_YEAR = "2027-01-05"
"""Nothing is known of 2026's energy then: assign-tiers refuses."""

numbers = st.integers(1, 7)
accounts = st.one_of(
    numbers.map(account),
    numbers.map(lambda n: "370" + account(n)),
    st.sampled_from(["3.7E+12", "", "370000000"]),
)
names = st.sampled_from([None, "示例甲", "示例乙", "示例丙", "清空"])
kwh = st.sampled_from([None, 0, 500, 1000, 1000, 2500, 9000, "清空", "abc"])
customers = st.tuples(
    accounts,
    st.sampled_from([None, "示例客户", "示例工厂"]),
    st.just(OFFICE),
    st.sampled_from([None, "示例一线", "示例二线", "清空"]),
    names,
    st.sampled_from([None, None, "正常用电", "暂停", "已销户"]),
    st.sampled_from([None, "10kV", "10kV", "220V"]),
    st.sampled_from([None, "是", "否"]),
    st.sampled_from([None, "13800000001", "123"]),
    kwh,
)
consumption = st.tuples(accounts, st.just(2025), st.sampled_from([None, 1, 2]), kwh)
visits = st.tuples(
    accounts,
    st.sampled_from(["2026-09-12", "2026-10-30", "2026-11-03", "2026-11-20", None, "2027-02-30"]),
    names,
    st.sampled_from([None, "示例内容", "另一内容"]),
    st.just(None),
)
managers = st.tuples(
    st.sampled_from(["示例甲", "示例乙"]), st.just(OFFICE), st.sampled_from(["首席", "普通"]), st.just("13800000002"),
)  # fmt: skip
KINDS = {
    "客户台账": (CUSTOMERS, customers),
    "售电量": (CONSUMPTION, consumption),
    "走访记录": (VISITS, visits),
    "客户经理台账": (MANAGERS, managers),
}
files = st.sampled_from(sorted(KINDS)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(KINDS[name][1], min_size=1, max_size=7))
)
office = st.lists(
    customers.map(lambda row: row), min_size=3, max_size=7, unique_by=lambda row: row[0]
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    counted = count()
    home = tmp_path_factory.mktemp("worlds")
    return (home / str(number) for number in counted)


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    before=office,
    assigned=st.booleans(),
    between=st.none() | files,
    given_now=st.lists(files, min_size=1, max_size=3),
    complete=st.booleans(),
    day=st.sampled_from([DAY, DAY, DAY, NEXT_YEAR]),
)
def test_what_is_announced_is_what_happens(
    folders: Iterator[Path],
    before: list[Any],
    assigned: bool,
    between: Any,
    given_now: list[Any],
    complete: bool,
    day: str,
) -> None:
    world = World(next(folders))
    world.take(world.file(CUSTOMERS, before, "客户台账"), day="2026-11-09")
    if assigned:
        world.assign("2026-11-10")
    if between is not None:
        world.take(world.file(KINDS[between[0]][0], between[1], between[0]), day="2026-11-12")
    paths = [world.file(KINDS[name][0], rows, name) for name, rows in given_now]
    complete = complete and any(name == "客户台账" for name, _ in given_now)
    was, past = world.dump(), world.copy(world.folder / "past")

    try:
        dry = world.take(*paths, dry_run=True, complete=complete, day=day).to_json()
    except NeedsDecision:
        reject()  # too little in a file to know it by
    assert world.dump() == was, "a dry run leaves nothing behind"
    real = world.take(*paths, complete=complete, day=day).to_json()
    apart = {"operation", "dry_run"}
    assert {k: v for k, v in dry.items() if k not in apart} == {
        k: v for k, v in real.items() if k not in apart
    }
    told = real["consequences"]
    if not assigned or not past.any_tier():
        assert not told["tier_moves"]
        assert not told["visits_due_change"]
        return
    only_visits = {name for name, _ in given_now} <= {"走访记录", "客户经理台账"}
    pending, done = ({}, {}) if only_visits else (_moves(past, day), _moves(world, day))
    assert {(m["account_no"][-10:], m["from"], m["to"]) for m in told["tier_moves"]} == {
        (key, *move)
        for key, move in done.items()
        if pending.get(key, (None, move))[1] != move[1] or key not in pending
    }
    _compare(told["visits_due_change"], past.dues(day), world.dues(day))


def _moves(world: World, day: str) -> dict[str, tuple[str | None, str | None]]:
    """The last ten digits of a 户号 -> from and to, of what assign-tiers moves when it is run."""
    try:
        moves = world.assign(day).moves
    except (UsageProblem, NeedsDecision):
        return {}
    return {move.account_no[-10:]: (move.before, move.after) for move in moves}


def _compare(told: list[Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    """The changes told are the differences of the two due lists."""
    expected = {
        key: (before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }
    assert {one["account_no"][-10:]: (one["before"], one["after"]) for one in told} == expected
