"""Tiers over a ledger: ranks, first spans, changes, tiers by hand; SQL and a plain telling agree."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmledger.errors import NeedsDecision
from cmledger.ledger.store import Ledger
from cmledger.ledger.tables import FOREVER, table
from cmledger.ledger.tier_facts import Round, decide_all, decided, drop_scratch, place_of
from cmledger.ledger.tier_spans import override_span, timeline
from cmledger.policy.load import parse_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.caller import Caller
from cmledger.rules.tiers import TierRules
from cmledger.work.assign_tiers import TierReport, assign_tiers, tier_round
from cmledger.work.set_tier import set_tier
from cmledger.work.why import why

THREE_FIXED = profile_text("three-fixed")


def policy(text: str = THREE_FIXED) -> Policy:
    return parse_policy(text, "policy.toml")


class Office:
    """A ledger filled by hand: customers by a short word, the year's energy in kWh."""

    def __init__(self, ledger: Ledger, caller: Caller) -> None:
        self.ledger, self.caller = ledger, caller
        self.ids: dict[str, int] = {}
        with ledger.operation(caller, "test", {}) as op:
            self.offices = list(op.insert("office", ("name",), [("示例甲所",), ("示例乙所",)]))

    def customer(self, word: str, office: int = 0, **facts: Any) -> int:
        facts = {"customer_class": "high-voltage", "opened_on": "2015-01-01", **facts}
        number = f"{len(self.ids) + 1:010d}"
        name = facts.pop("name", f"示例{word}")
        row = (number, number, self.offices[office], name, *facts.values())
        with self.ledger.operation(self.caller, "test", {}) as op:
            (self.ids[word],) = op.insert(
                "customer", ("account_key", "account_no", "office_id", "name", *facts), [row]
            )
        return self.ids[word]

    def energy(self, word: str, *kwh: float, year: int = 2025, month: int | None = None) -> None:
        """One figure: of the year (or of `month`); several: of January on."""
        months = [month or 0] if len(kwh) == 1 else range(1, len(kwh) + 1)
        rows = [(self.ids[word], year, m, int(k * 1000)) for m, k in zip(months, kwh, strict=True)]
        with self.ledger.operation(self.caller, "test", {}) as op:
            op.insert("consumption", ("customer_id", "year", "month", "kwh"), rows)

    def change(self, word: str, **values: Any) -> None:
        with self.ledger.operation(self.caller, "test", {}) as op:
            op.update(
                "customer",
                tuple(values),
                [self.ids[word]],
                [tuple(values.values())],
                [dict.fromkeys(values)],
            )

    def assign(
        self, day: str = "2026-11-22", rules: Policy | None = None, **options: Any
    ) -> TierReport:
        caller = Caller("tester", self.caller.now, date.fromisoformat(day))
        return assign_tiers(self.ledger, rules or policy(), caller, **options)

    def spans(self, word: str) -> list[tuple[str, str, str, str]]:
        held = table("customer_tier")
        query = (
            sa.select(held.c.valid_from, held.c.valid_to, held.c.tier, held.c.rule)
            .where(held.c.customer_id == self.ids[word])
            .order_by(held.c.valid_from)
        )
        with self.ledger.reading() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def ranks(self) -> dict[str, tuple[Any, ...]]:
        """word -> (kWh, basis, rank) as the latest tier was taken from."""
        held = table("customer_tier")
        words = {v: k for k, v in self.ids.items()}
        with self.ledger.reading() as connection:
            rows = connection.execute(
                sa.select(held.c.customer_id, held.c.kwh, held.c.kwh_basis, held.c.kwh_rank)
            )
            return {
                words[i]: (None if kwh is None else kwh / 1000, basis, rank)
                for i, kwh, basis, rank in rows
            }


@pytest.fixture
def office(ledger: Ledger, caller: Caller) -> Office:
    return Office(ledger, caller)


# --- energy and rank -------------------------------------------------------------------------------


def test_the_year_is_its_annual_row_else_twelve_months_else_what_there_is(office: Office) -> None:
    for word in ("annual", "months", "partial", "none", "zero", "cleared", "lastyear"):
        office.customer(word)
    office.energy("annual", 5000)
    office.energy("annual", *range(100, 112))
    office.energy("months", *[100] * 12)
    office.energy("partial", 300, 400)
    office.energy("zero", 0)
    office.energy("lastyear", 9999, year=2024)
    with office.ledger.operation(office.caller, "test", {}) as op:
        op.insert(
            "consumption", ("customer_id", "year", "month"), [(office.ids["cleared"], 2025, 0)]
        )
    office.energy("cleared", 50, month=7)
    report = office.assign()
    assert office.ranks() == {
        "annual": (5000, "annual", 1),
        "months": (1200, "months", 2),
        "partial": (700, "partial", 3),
        "cleared": (50, "partial", 4),
        "none": (None, None, None),
        "zero": (0, "annual", None),
        "lastyear": (None, None, None),
    }
    assert (report.no_kwh, report.partial, report.year) == (2, 2, 2025)
    assert office.spans("zero")[0][2:] == ("normal", "others")


def test_ranks_are_per_office_among_those_in_scope_with_all_ties_in(office: Office) -> None:
    for n in range(12):
        office.customer(f"a{n}")
        office.energy(f"a{n}", 1000 - 10 * min(n, 9))  # a9, a10, a11 tie for the tenth place
    office.customer("elsewhere", office=1)
    office.energy("elsewhere", 1)
    office.customer("resident", customer_class="resident")
    office.energy("resident", 10**6)
    office.customer("closed", status="closed", closed_on="2026-11-22")
    office.energy("closed", 10**6)
    office.assign()
    tiers = {word: [s[2] for s in office.spans(word)] for word in office.ids}
    assert all(tiers[f"a{n}"] == ["diamond"] for n in range(12))
    assert [office.ranks()[f"a{n}"][2] for n in (0, 8, 9, 10, 11)] == [1, 9, 10, 10, 10]
    assert tiers["elsewhere"] == ["diamond"]
    assert tiers["resident"] == tiers["closed"] == []


def test_settings_of_the_ranking(office: Office) -> None:
    text = THREE_FIXED.replace("sales_rank_top = 10", "sales_rank_top = 2")
    for word, name, kwh in (
        ("x1", "示例连锁", 60),
        ("x2", "示例连锁", 50),
        ("y", "示例乙", 100),
        ("z", "示例丙", 100),
    ):
        office.customer(word, name=name)
        office.energy(word, kwh)
    office.customer("big", customer_class="resident")
    office.energy("big", 500)
    office.customer("part")
    office.energy("part", 40, 45)

    def top(*changes: tuple[str, str]) -> set[str]:
        changed = text
        for was, now in changes:
            assert was in changed
            changed = changed.replace(was, now)
        numbers = {f"{i:010d}": word for word, i in zip(office.ids, range(1, 99), strict=False)}
        moves = office.assign(rules=policy(changed), dry_run=True).moves
        return {numbers[m.account_no] for m in moves if m.after == "diamond"}

    together = ('same_name = "apart"', 'same_name = "together"')
    assert top() == {"y", "z"}
    assert top(('ties = "all-in"', 'ties = "all-out"')) == {"y", "z"}
    assert top(('among = "in-scope"', 'among = "all"')) == {"y", "z"}  # big takes the first place
    assert top(together) == {"x1", "x2", "y", "z"}  # 110, 100, 100
    assert top(together, ('ties = "all-in"', 'ties = "all-out"')) == {"x1", "x2"}
    only_one = ("sales_rank_top = 2", "sales_rank_top = 1")
    assert top(only_one, ('ties = "all-in"', 'ties = "all-out"')) == set()
    assert top(only_one, ('among = "in-scope"', 'among = "all"')) == set()
    assert top(("sales_rank_top = 2", "sales_rank_top = 3")) == {"y", "z", "part"}
    left_out = ('partial_year = "rank"', 'partial_year = "leave-out"')
    assert top(("sales_rank_top = 2", "sales_rank_top = 3"), left_out) == {"y", "z", "x1"}


# --- spans -----------------------------------------------------------------------------------------


def test_first_spans_begin_at_the_opening_else_where_counting_begins_never_later_than_the_day(
    office: Office,
) -> None:
    office.customer("old", opened_on="2015-03-02")
    office.customer("unknown", opened_on=None)
    office.customer("coming", opened_on="2027-01-01")
    office.assign("2026-11-22")
    begins = {word: office.spans(word)[0][0] for word in office.ids}
    assert begins == {"old": "2015-03-02", "unknown": "2026-11-01", "coming": "2026-11-22"}


def test_the_same_facts_again_write_nothing(office: Office) -> None:
    office.customer("a", pv=1)
    office.customer("b")
    first = office.assign()
    again = office.assign()
    later = office.assign("2026-12-24")
    assert (first.operation is not None, again.operation, later.operation) == (True, None, None)
    assert again.counts == {"diamond": 0, "gold": 1, "normal": 1, "out_of_scope": 0}
    assert (again.moved, again.same_tier, again.moves) == (0, 0, ())


def test_a_span_is_written_only_where_tier_or_rule_changes(office: Office) -> None:
    office.customer("a")
    office.customer("b", pv=1, supply="dual-circuit")
    office.assign("2026-01-05")
    office.energy("a", 10)
    office.change("b", supply=None)
    report = office.assign("2026-02-05")
    assert (report.moved, report.same_tier) == (1, 1)
    assert [(m.before, m.after, m.energy.rank) for m in report.moves] == [("normal", "diamond", 1)]
    assert office.spans("a") == [
        ("2015-01-01", "2026-02-05", "normal", "others"),
        ("2026-02-05", FOREVER, "diamond", "sales-rank"),
    ]
    assert office.spans("b") == [
        ("2015-01-01", "2026-02-05", "gold", "dual-circuit"),
        ("2026-02-05", FOREVER, "gold", "pv"),
    ]
    office.change("a", name="示例改名")
    assert office.assign("2026-03-05").operation is None


def test_a_change_on_the_same_day_replaces_the_span(office: Office) -> None:
    office.customer("a")
    office.assign("2026-01-05")
    office.change("a", pv=1)
    office.assign("2026-02-05")
    office.change("a", social_impact=1)
    office.assign("2026-02-05")
    assert office.spans("a") == [
        ("2015-01-01", "2026-02-05", "normal", "others"),
        ("2026-02-05", FOREVER, "diamond", "social-impact"),
    ]
    office.change("a", social_impact=0, pv=0)
    office.assign("2026-02-05")
    assert office.spans("a") == [("2015-01-01", FOREVER, "normal", "others")]


def test_leaving_the_scope_ends_the_span_and_coming_back_begins_a_new_one(office: Office) -> None:
    office.customer("a")
    office.customer("b", customer_class="resident", pv=1)
    office.assign("2026-01-05")
    office.change("a", status="closed")
    office.change("b", pv=0)
    report = office.assign("2026-02-05")
    assert {(m.before, m.after, m.telling[0].rule) for m in report.moves} == {
        ("normal", None, "closed"),
        ("gold", None, "not-in-scope"),
    }
    assert report.counts == {"diamond": 0, "gold": 0, "normal": 0, "out_of_scope": 2}
    assert office.spans("a") == [("2015-01-01", "2026-02-05", "normal", "others")]
    assert office.assign("2026-02-06").operation is None
    office.change("b", pv=1)
    office.assign("2026-03-05")
    assert office.spans("b") == [
        ("2015-01-01", "2026-02-05", "gold", "pv"),
        ("2026-03-05", FOREVER, "gold", "pv"),
    ]


def test_a_dry_run_tells_the_same_and_writes_nothing(office: Office) -> None:
    for n in range(60):
        office.customer(f"c{n}", supply="dual-circuit" if n % 7 == 0 else None)
        office.energy(f"c{n}", n)
    dry = office.assign(dry_run=True)
    assert office.spans("c59") == []
    wet = office.assign()
    assert (dry.operation, dry.counts, dry.moves) == (None, wet.counts, wet.moves)
    assert [m.energy.rank for m in wet.moves[:10]] == list(range(1, 11))
    assert len(office.assign(dry_run=True, list_moves=5).moves) == 0
    office.change("c59", status="closed")
    told = office.assign("2026-12-01", dry_run=True, list_moves=5)
    assert (told.moved, [m.before for m in told.moves]) == (3, ["gold", "normal", "diamond"])


def test_undo_takes_a_round_back(office: Office) -> None:
    from cmledger.work.undo import undo

    office.customer("a")
    office.assign("2026-01-05")
    office.change("a", pv=1)
    report = office.assign("2026-02-05")
    undo(office.ledger.location, report.operation, office.caller)
    assert office.spans("a") == [("2015-01-01", FOREVER, "normal", "others")]
    assert office.assign("2026-01-20").moved == 1  # the undone round no longer bars the way


# --- ranks by SQL, for one customer, and plainly ---------------------------------------------------


def plain_ranks(kwh: Sequence[int], names: Sequence[int], ties: str, same: str) -> list[int | None]:
    totals: dict[Any, int] = {}
    keys = [names[n] if same == "together" else ("account", n) for n in range(len(kwh))]
    for key, sold in zip(keys, kwh, strict=True):
        if sold > 0:
            totals[key] = totals.get(key, 0) + sold
    found: list[int | None] = []
    for key, sold in zip(keys, kwh, strict=True):
        if sold <= 0:
            found.append(None)
            continue
        others = [total for other, total in totals.items() if other != key]
        mine = totals[key]
        found.append(1 + sum(o > mine or (ties == "all-out" and o == mine) for o in others))
    return found


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sold=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=9),
    ties=st.sampled_from(["all-in", "all-out"]),
    same=st.sampled_from(["apart", "together"]),
)
def test_ranks_agree_in_bulk_for_one_customer_and_plainly(
    ledger: Ledger, caller: Caller, sold: list[tuple[int, int]], ties: str, same: str
) -> None:
    text = THREE_FIXED.replace('ties = "all-in"', f'ties = "{ties}"')
    text = text.replace('same_name = "apart"', f'same_name = "{same}"')
    edition = policy(text).editions[0]
    this: Round = tier_round(edition, ledger, caller)
    tops = TierRules(edition).tops
    with ledger.operation(caller, "test", {}, dry_run=True) as op:
        (office_id,) = op.insert("office", ("name",), [("示例所",)])
        columns = ("account_key", "account_no", "office_id", "name", "customer_class")
        ids = op.insert(
            "customer",
            columns,
            [
                (f"{n:010d}", f"{n:010d}", office_id, f"示例{name}", "high-voltage")
                for n, (_, name) in enumerate(sold)
            ],
        )
        op.insert(
            "consumption",
            ("customer_id", "year", "month", "kwh"),
            [(i, 2025, 0, kwh) for i, (kwh, _) in zip(ids, sold, strict=True)],
        )
        decide_all(op.connection, this)
        rows = op.connection.execute(sa.select(decided.c.kwh_rank).order_by(decided.c.id))
        in_bulk = [rank for (rank,) in rows]
        places = [place_of(op.connection, this, tops, i) for i in ids]
        drop_scratch(op.connection)
    expected = plain_ranks([k for k, _ in sold], [n for _, n in sold], ties, same)
    assert in_bulk == expected
    assert [place.energy.rank for place in places] == expected
    for place in places:  # the line is what brings the rank, and no less
        for top, line in place.cutoffs.items():
            assert place.total is None or (place.energy.rank <= top) == (place.total >= line)


# --- tiers by hand lie over the rule's -------------------------------------------------------------

DAYS = [f"2026-01-{n:02d}" for n in range(1, 10)]
RULE = {"tier": "gold", "rule": "pv", "reasons": "[]"}


@given(
    today=st.sampled_from(DAYS),
    old=st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True).map(sorted),
    hands=st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from([*DAYS, FOREVER])), max_size=3),
    in_scope=st.booleans(),
)
def test_a_timeline_is_history_then_rule_with_hands_over_it(
    today: str, old: list[str], hands: list[tuple[str, str]], in_scope: bool
) -> None:
    ends = [*old[1:], FOREVER]
    before = [
        {"valid_from": a, "valid_to": b, "tier": f"t{n}", "rule": "r", "reasons": "[]"}
        for n, (a, b) in enumerate(zip(old, ends, strict=True))
    ]
    over = [
        override_span("diamond", f"理由{n}", a, b)
        for n, (a, b) in enumerate(hands)
        if a < b and b > today
    ]
    after = timeline(before, today, RULE if in_scope else None, over)
    pairs = list(pairwise(after))
    assert all(a["valid_from"] < a["valid_to"] <= b["valid_from"] for a, b in pairs)
    for day in DAYS:
        now = next((s for s in after if s["valid_from"] <= day < s["valid_to"]), None)
        if day < today:
            was = next((s for s in before if s["valid_from"] <= day < s["valid_to"]), None)
            assert (now and now["tier"]) == (was and was["tier"])
        else:
            hand = [h for h in over if h["valid_from"] <= day < h["valid_to"]]
            expected = hand[-1]["reasons"] if hand else "[]" if in_scope else None
            assert (now and now["reasons"]) == expected
    assert timeline(after, today, RULE if in_scope else None, over) == after


def test_a_customer_left_out_before_begins_the_day_it_comes_into_scope(office: Office) -> None:
    office.customer("a", customer_class="resident")
    office.customer("b")
    office.assign("2026-09-10")
    office.change("a", pv=1)
    office.assign("2026-11-22")
    assert office.spans("a") == [("2026-11-22", FOREVER, "gold", "pv")]
    assert office.spans("b")[0][0] == "2015-01-01"


def test_in_january_nobody_loses_a_rank_for_want_of_last_years_energy(office: Office) -> None:
    office.customer("a")
    office.energy("a", 5000)
    office.assign("2026-11-22")
    with pytest.raises(NeedsDecision) as refused:
        office.assign("2027-01-02")
    assert "--without-energy" in (refused.value.hint or "")
    assert office.assign("2027-01-02", dry_run=True).moved == 1
    office.energy("a", 4000, year=2026)
    assert office.assign("2027-01-03").moved == 0
    assert office.spans("a")[-1][2] == "diamond"


# --- hysteresis ------------------------------------------------------------------------------------


def buffered(demote: float = 0.5, promote: float = 0.0) -> Policy:
    text = THREE_FIXED.replace("sales_rank_top = 10", "sales_rank_top = 2")
    return policy(f"{text}\n[hysteresis]\ndemote = {demote}\npromote = {promote}\n")


def test_a_tier_held_the_day_before_is_kept_within_the_buffer_and_no_longer(office: Office) -> None:
    for number, word in enumerate("abcd"):
        office.customer(word)
        office.energy(word, 900 - number, year=2024)
    office.assign("2025-02-01", buffered())
    assert [office.spans(w)[-1][2] for w in "abcd"] == ["diamond", "diamond", "gold", "gold"]
    for word, kwh in zip("dcba", (900, 800, 700, 600), strict=True):
        office.energy(word, kwh)
    report = office.assign("2026-02-01", buffered())  # ranks: d c b a; b, third, is within 2 × 1.5
    assert {m.account_no[-1]: (m.before, m.after) for m in report.moves} == {
        "4": ("gold", "diamond"),
        "3": ("gold", "diamond"),
        "1": ("diamond", "gold"),
    }
    assert office.spans("b") == [("2015-01-01", FOREVER, "diamond", "sales-rank")]
    # a second round of the day, and one the day after, find the same
    for day in ("2026-02-01", "2026-02-02"):
        again = office.assign(day, buffered())
        assert (again.operation, again.moved) == (None, 0)


def test_who_is_to_rise_must_pass_the_tightened_threshold(office: Office) -> None:
    for number, word in enumerate("abc"):
        office.customer(word)
        office.energy(word, 900 - number, year=2024)
    office.assign("2025-02-01", buffered(0, 0.5))
    for word, kwh in zip("cab", (900, 800, 700), strict=True):
        office.energy(word, kwh)
    office.change("c", opened_on="2015-01-01")
    report = office.assign(
        "2026-02-01", buffered(0, 0.5)
    )  # only the first of two places is for who rises
    assert {m.account_no[-1]: m.after for m in report.moves} == {"3": "diamond", "2": "gold"}
    office.change("b", social_impact=1)
    office.assign("2026-02-02", buffered(0, 0.5))  # words have no middle
    assert office.spans("b")[-1][2:] == ("diamond", "social-impact")


def test_a_tier_by_hand_gives_no_claim_to_be_kept(office: Office) -> None:
    for number, word in enumerate("abc"):
        office.customer(word)
        office.energy(word, 900 - number)
    caller = Caller("tester", office.caller.now, date(2026, 2, 1))
    set_tier(
        office.ledger,
        buffered(),
        caller,
        "0000000003",
        "diamond",
        reason="示例",
        until=date(2026, 2, 2),
    )
    office.assign("2026-02-02", buffered())
    office.assign("2026-02-03", buffered())
    assert office.spans("c")[-1][2:] == ("gold", "sales-rank")


def test_why_tells_that_the_buffer_held_the_tier(office: Office) -> None:
    for number, word in enumerate("abc"):
        office.customer(word)
        office.energy(word, 900 - number, year=2024)
    office.assign("2025-02-01", buffered())
    for word, kwh in zip("cab", (900, 800, 700), strict=True):
        office.energy(word, kwh)
    office.assign("2026-02-01", buffered())
    caller = Caller("tester", office.caller.now, date(2026, 2, 2))
    told = why(office.ledger, buffered(), caller, "0000000002")
    assert (told.tier, told.expected) == ("diamond", "diamond")
    (held_back,) = told.held_back
    assert (held_back.hysteresis, held_back.compared[0].value, held_back.compared[0].threshold) == (
        "kept",
        3,
        3,
    )
    (first, *_) = told.to_json()["rules_say"]["reasons"]
    assert first["hysteresis"] == "kept"
    assert "仍留原等级" in first["text"]
    assert "held" not in {source.fact for source in told.sources}
