"""Random offices in a ledger: a second run changes nothing, undo restores, nobody gets too much or too low unsaid."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import assert_sound, caller_on
from tests.ledger.staff_office import POLICY, Office

from cmledger.ledger.store import create_ledger

DAY = "2026-11-22"
NAMES = "甲乙丙丁"

_person = st.fixed_dictionaries(
    {
        "grade": st.sampled_from(["chief", "senior", "general", None]),
        "capacity": st.none() | st.integers(0, 4),
        "lines": st.sampled_from([None, "一线", "二线", "一线、二线", "一线，别的线"]),
        "left_on": st.sampled_from([None, None, None, "2026-06-01", "2026-12-31"]),
    }
)
_customer = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(["diamond", "gold", "normal", None]),
        "line": st.sampled_from(["一线", "二线", None]),
        "manager": st.none() | st.integers(0, 3),
        "grid": st.booleans(),
    }
)
_step = st.tuples(
    st.sampled_from(["set", "hand", "leave", "change"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(["2026-11-22", "2026-11-25"]),
)


@given(
    st.lists(_person, min_size=1, max_size=4),
    st.lists(_customer, max_size=8),
    st.none() | st.integers(0, 3),
    st.lists(_step, max_size=3),
    st.booleans(),
)
@settings(max_examples=15, deadline=None)
def test_random_offices(
    people: list[dict[str, Any]],
    customers: list[dict[str, Any]],
    grid_manager: int | None,
    steps: list[Any],
    everybody: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = create_ledger(str(Path(folder) / "a.db"), caller_on("2026-11-01"))
        office = Office(ledger, caller_on(DAY))
        names = NAMES[: len(people)]
        for name, facts in zip(names, people, strict=True):
            office.manager(name, **facts)

        def who(number: int | None) -> str | None:
            return None if number is None else names[number % len(names)]

        grid = office.grid("示例社区", "community", who(grid_manager))
        for number, one in enumerate(customers):
            place = {"grid_id": grid} if one["grid"] else {}
            office.customer(str(number), one["tier"], who(one["manager"]), one["line"], **place)
        _go(office, steps, names)
        before = {word: office.spans(word) for word in office.customers}
        first = office.assign("2026-11-26", out_of_scope=everybody)
        after = {word: office.spans(word) for word in office.customers}
        again = office.assign("2026-11-26", out_of_scope=everybody)
        assert again.operation is None
        assert again.counts["assigned"] == again.counts["moved"] == 0
        assert again.counts["unserved"] == first.counts["unserved"]
        assert {word: office.spans(word) for word in office.customers} == after
        _lawful(office, people, names, customers, first)
        assert_sound(ledger.location)
        if first.operation is not None:
            office.undo(first.operation)
        assert {word: office.spans(word) for word in office.customers} == before
        assert_sound(ledger.location)


def _go(office: Office, steps: list[Any], names: str) -> None:
    for what, a, b, day in steps:
        giver, taker = names[a % len(names)], names[b % len(names)]
        there = office.people and giver != taker
        try:
            if what == "set" and office.customers:
                word = list(office.customers)[a % len(office.customers)]
                office.set(word, taker, day, until="2026-12-05" if a % 2 else None)
            elif what == "hand" and there:
                office.hand(giver, taker, day)
            elif what == "leave" and there:
                office.hand(giver, taker, day, until="2026-12-05")
            elif what == "change":
                office.change(giver, lines="二线")
        except Exception as problem:
            if type(problem).__name__ != "UsageProblem":
                raise


def _lawful(
    office: Office,
    people: list[dict[str, Any]],
    names: str,
    customers: list[dict[str, Any]],
    report: Any,
) -> None:
    """Whoever was given a manager got one that is there and serves; who has too many is told."""
    edition = POLICY.editions[0]
    grades = dict(zip(names, (p["grade"] for p in people), strict=True))
    left = dict(zip(names, (p["left_on"] for p in people), strict=True))
    for move in report.moves:
        assert left[move.after] is None or left[move.after] > "2026-11-26"
        if move.tier is not None:
            assert edition.meets(grades[move.after], edition.serving_grade(move.tier))
    said = {(f.finding.code, f.manager) for f in report.findings}
    lent = {
        word
        for word in office.customers
        for a, b, _, basis in office.spans(word)
        if basis == "handover" and b and a <= "2026-11-26" < b
    }
    has: Counter[str] = Counter(
        m for word, m in office.now("2026-11-26").items() if m and word not in lent
    )
    for name, facts in zip(names, people, strict=True):
        if facts["capacity"] is not None and has[name] > facts["capacity"]:
            assert ("manager-over-capacity", name) in said
