"""Who is given to whom: examples, and laws over random offices."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmledger.policy.load import parse_policy, profile_text
from cmledger.policy.schema import Edition
from cmledger.records.assignment import (
    UNSERVED,
    Assigned,
    Cause,
    Claim,
    Code,
    Held,
    NamedPlace,
    Person,
    Share,
    Terms,
    Territory,
)
from cmledger.rules.assignment import Assigner, _Round, grade_asked, serves
from cmledger.rules.territory import territory

EDITION = parse_policy(profile_text("three-fixed"), "policy.toml").editions[0]
TIERS = ("diamond", "gold", "normal", None)


def with_rules(**rules: Any) -> Edition:
    return EDITION.model_copy(update={"assignment": EDITION.assignment.model_copy(update=rules)})


def person(
    i: int, grade: str | None = "general", capacity: int | None = None, *, left: bool = False
) -> Person:
    return Person(i, 1, f"示例{i}", grade, capacity, left)


def terms(
    tier: str | None = "normal", manager: int | None = None, held: Held | None = None, **where: Any
) -> Terms:
    usual: dict[str, Any] = {"line": 1, "transformer_area": None, "grid": None, **where}
    wanted = usual.pop("wanted", tier is not None)
    home = usual.pop("home", None)
    return Terms(
        1, usual["line"], usual["transformer_area"], usual["grid"], tier, usual.pop("rule", None),
        manager, held, home, wanted,
    )  # fmt: skip


def covers(**kinds: Mapping[int, Sequence[int]]) -> Territory:
    return Territory({k: {i: frozenset(m) for i, m in of.items()} for k, of in kinds.items()})


def run(
    people: Sequence[Person],
    where: Territory,
    customers: Mapping[Terms, Sequence[int]],
    edition: Edition = EDITION,
) -> Assigned:
    return Assigner(edition, {p.id: p for p in people}, where).assign(customers)


def told(done: Assigned) -> list[tuple[int, int | None, str, str | None]]:
    return [
        (
            s.stop - s.start,
            s.manager,
            s.because.code.value,
            s.because.cause and s.because.cause.value,
        )
        for s in done.shares
    ]


# --- examples ----------------------------------------------------------------------------------------


def test_the_most_specific_territory_goes_first() -> None:
    people = [person(1), person(2), person(3)]
    where = covers(line={1: [1]}, grid={1: [2]}, transformer_area={1: [3]})
    everywhere = terms(grid=1, transformer_area=1)
    assert told(run(people, where, {everywhere: [0]})) == [(1, 3, "only-one", "none-yet")]
    lines_first = with_rules(territory=("line", "grid", "transformer_area"))
    assert told(run(people, where, {everywhere: [0]}, lines_first))[0][1] == 1


def test_a_territory_without_the_grade_is_passed_over() -> None:
    people = [person(1, "chief"), person(2)]
    where = covers(line={1: [1]}, grid={1: [2]})
    done = run(people, where, {terms("diamond", grid=1): [0], terms("normal", grid=1): [1]})
    assert told(done) == [(1, 1, "only-one", "none-yet"), (1, 2, "only-one", "none-yet")]


def test_the_grade_asked_for_goes_before_a_higher_one() -> None:
    people = [person(1, "chief"), person(2, capacity=2)]
    where = covers(line={1: [1, 2]})
    assert told(run(people, where, {terms(): [0, 1, 2]})) == [
        (2, 2, "fewest-customers", "none-yet"),
        (1, 1, "fewest-customers", "none-yet"),
    ]
    exact = run(people, where, {terms(): [0, 1, 2]}, with_rules(grade="exact"))
    assert told(exact) == [(2, 2, "only-one", "none-yet"), (1, None, "full", "none-yet")]


def test_never_given_to_a_lower_grade() -> None:
    done = run([person(1)], covers(line={1: [1]}), {terms("diamond"): [0], terms("gold", 1): [1]})
    assert told(done) == [(1, None, "no-grade", "none-yet"), (1, None, "no-grade", "below-grade")]


def test_the_present_manager_is_kept_where_nothing_speaks_against_it() -> None:
    people = [person(1), person(2), person(3, left=True)]
    where = covers(line={1: [1, 2], 2: [2]})
    done = run(
        people,
        where,
        {
            terms(manager=1): [0, 1, 2],  # one of two
            terms(manager=1, line=2): [3],  # another's line
            terms(manager=1, line=9): [4],  # nobody's line
            terms(manager=3): [5],  # has left
            terms(manager=1, line=2, held=Held.HANDED): [6],  # handed over for good
            terms(manager=2, line=None): [7],
        },
    )
    assert sorted(told(done), key=str) == [
        (1, 1, "handed-over", None),
        (1, 1, "uncontested", None),
        (1, 2, "fewest-customers", "manager-left"),
        (1, 2, "only-one", "other-territory"),
        (1, 2, "uncontested", None),
        (3, 1, "kept", None),
    ]


def test_over_capacity_the_higher_tier_keeps_its_place_then_the_lower_number() -> None:
    people = [person(1, "chief", 3), person(2, "general")]
    where = covers(line={1: [1, 2]})
    done = run(
        people,
        where,
        {
            terms("normal", 1): [0, 3, 5],
            terms("normal", 1, grid=7): [1, 4],
            terms("gold", 1): [6],
        },
    )
    by_terms = {(s.terms.tier, s.terms.grid, s.start): (s.stop, s.manager) for s in done.shares}
    assert by_terms == {
        ("gold", None, 0): (1, 1),
        ("normal", None, 0): (1, 1),
        ("normal", 7, 0): (1, 1),
        ("normal", None, 1): (3, 2),
        ("normal", 7, 1): (2, 2),
    }


def test_set_by_hand_stands_and_is_told() -> None:
    people = [person(1, "general", 1), person(2, "chief"), person(3, "chief", left=True)]
    where = covers(line={1: [2]})
    customers = {
        terms("diamond", 1, Held.FIXED): [0, 1],
        terms("gold", 3, Held.FIXED): [2],
        terms("normal", 1): [3],
    }
    done = run(people, where, customers)
    assert [(t.code, t.manager, t.customers, t.tier) for t in done.troubles] == [
        ("by-hand-below-grade", 1, 2, "diamond"),
        ("by-hand-left", 3, 1, None),
        ("manager-over-capacity", 1, 2, None),
    ]
    assert (1, 2, "only-one", "other-territory") in told(done)


def test_who_stands_in_is_not_filled_up_and_the_absent_one_keeps_the_place() -> None:
    people = [person(1, capacity=2), person(2, capacity=1)]
    where = covers(line={1: [1], 2: [2]})
    customers = {
        terms(manager=2, held=Held.LENT, home=1): [0, 1],
        terms(line=1): [2],
        terms(line=2): [3],
    }
    assert told(run(people, where, customers)) == [
        (2, 2, "lent", None),
        (1, None, "full", "none-yet"),
        (1, 2, "only-one", "none-yet"),
    ]


def test_customers_the_run_is_not_about_take_places_but_push_nobody_out() -> None:
    people = [person(1, capacity=2)]
    where = covers(line={1: [1]})
    customers = {terms(None, 1): [0, 1, 2], terms(manager=1): [3, 4, 5], terms(): [6]}
    done = run(people, where, customers)
    assert told(done) == [
        (2, 1, "kept", None),
        (1, None, "full", "over-capacity"),
        (1, None, "full", "none-yet"),
    ]
    assert [(t.code, t.customers, t.capacity) for t in done.troubles] == [
        ("manager-over-capacity", 6, 2)
    ]
    only = run(people, where, customers, with_rules(counted="in-scope"))
    assert [(t.customers, t.capacity) for t in only.troubles] == [(3, 2)]


def test_a_rule_with_its_own_grade_is_served_by_that() -> None:
    text = profile_text("three-fixed").replace(
        '{ rule = "pv", pv = true },', '{ rule = "pv", pv = true, grade = "general" },'
    )
    edition = parse_policy(text, "policy.toml").editions[0]
    where = covers(line={1: [1]})
    customers = {terms("gold", rule="pv"): [0], terms("gold", rule="sales-rank"): [1]}
    assert [m for _, m, _, _ in told(run([person(1)], where, customers, edition))] == [1, None]


# --- territories ---------------------------------------------------------------------------------------


def test_all_lines_of_the_office_are_every_one_of_them() -> None:
    places = [
        NamedPlace("line", 1, 1, "一线", None, None),
        NamedPlace("line", 2, 1, "二线", None, None),
        NamedPlace("line", 3, 2, "别所线", None, None),
        NamedPlace("transformer_area", 7, 1, "一号台区", None, None),
    ]
    claims = [
        Claim(8, 1, "lines", "全部线路"),
        Claim(6, 1, "areas", "全部"),
        Claim(5, 1, "grids", "所有 线路、没有的村"),
    ]
    found = territory(claims, places)
    assert found.covers == {
        "line": {1: {8, 5}, 2: {8, 5}},
        "transformer_area": {7: {6}},
        "grid": {},
    }
    assert [(u.manager, u.name) for u in found.unknown] == [(5, "没有的村")]


@pytest.mark.parametrize(
    ("field", "text", "covered"),
    [
        ("lines", "各线路", {"line": [1, 2]}),
        ("lines", "本所所有的线路", {"line": [1, 2]}),
        ("lines", "本所", {"line": [1, 2]}),
        ("lines", "全部台区", {"transformer_area": [7]}),
        ("areas", "所有台区", {"transformer_area": [7]}),
        ("grids", "全部", {"grid": [5, 6]}),
        ("grids", "全部社区", {"grid": [5]}),
        ("lines", "所有线路、全部村", {"line": [1, 2], "grid": [6]}),
        ("lines", "城南线", {"line": [1]}),
        ("lines", "10千伏城南线", {"line": [1]}),
        ("lines", "10KV 城北线", {"line": [2]}),
        ("lines", "35kV城南线", {}),
        ("lines", "各", {}),
        ("lines", "线路", {}),
    ],
)
def test_all_of_a_kind_and_lines_with_their_voltage_or_without(
    field: str, text: str, covered: dict[str, list[int]]
) -> None:
    places = [
        NamedPlace("line", 1, 1, "10kV城南线", None, None),
        NamedPlace("line", 2, 1, "城北线", None, None),
        NamedPlace("line", 3, 2, "别所线", None, None),
        NamedPlace("grid", 5, 1, "新华社区", None, None, "community"),
        NamedPlace("grid", 6, 1, "东村", None, None, "village"),
        NamedPlace("transformer_area", 7, 1, "一号台区", None, None),
    ]
    found = territory([Claim(8, 1, field, text)], places)
    assert {kind: sorted(of) for kind, of in found.covers.items() if of} == covered
    assert bool(found.unknown) == (not covered)


def test_of_two_lines_of_one_name_the_voltage_must_be_said() -> None:
    places = [
        NamedPlace("line", 1, 1, "10kV城南线", None, None),
        NamedPlace("line", 2, 1, "35kV城南线", None, None),
    ]
    claims = [Claim(8, 1, "lines", "城南线"), Claim(9, 1, "lines", "35千伏城南线")]
    found = territory(claims, places)
    assert found.covers["line"] == {2: {9}}
    assert [one.name for one in found.unknown] == ["城南线"]


def test_names_of_places_as_offices_write_them() -> None:
    places = [
        NamedPlace("line", 1, 1, "10kV示例一线", "XL01", None),
        NamedPlace("line", 2, 1, "示例二/三线", None, None),
        NamedPlace("grid", 5, 1, "新华社区", None, 9),
        NamedPlace("transformer_area", 7, 1, "示例二/三线", None, None),
        NamedPlace("line", 3, 2, "别所线", None, None),
    ]
    claims = [
        Claim(8, 1, "lines", "10KV 示例一线；新华社区，没有的线"),
        Claim(8, 1, "areas", "示例二/三线"),
        Claim(8, 1, "grids", "别所线"),
        Claim(6, 1, "lines", "示例二/三线、xl01"),
    ]
    found = territory(claims, places)
    assert found.covers == {
        "line": {1: {8, 6}},
        "transformer_area": {7: {8}},
        "grid": {5: {9, 8}},
    }
    assert [(u.manager, u.field, u.name) for u in found.unknown] == [
        (8, "lines", "没有的线"),
        (8, "grids", "别所线"),
        (6, "lines", "示例二"),
        (6, "lines", "三线"),
    ]


# --- spreading -----------------------------------------------------------------------------------------


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(0, 12), st.none() | st.integers(0, 20)), min_size=1, max_size=5),
)
def test_spreading_is_giving_one_by_one_to_who_has_fewest(
    number: int, managers: list[tuple[int, int | None]]
) -> None:
    people = {i: person(i, capacity=cap) for i, (_, cap) in enumerate(managers, 1)}
    round_ = _Round(people)
    for i, (had, _) in enumerate(managers, 1):
        round_.stand(terms(manager=i, held=Held.FIXED), had, True)
    load = {i: had for i, (had, _) in enumerate(managers, 1)}
    got: Counter[int] = Counter()
    for _ in range(number):
        free = [i for i, p in people.items() if p.capacity is None or load[i] < p.capacity]
        if not free:
            break
        who = min(free, key=lambda i: (load[i], people[i].name, i))
        load[who] += 1
        got[who] += 1
    assert dict(round_.spread(number, sorted(people), limited=True)) == dict(got)


# --- laws ----------------------------------------------------------------------------------------------

_GRADES = st.sampled_from(["chief", "senior", "general", None])
_SOME = st.none() | st.integers(1, 2)


@st.composite
def offices(draw: st.DrawFn) -> tuple[list[Person], Territory, dict[Terms, list[int]], Edition]:
    count = draw(st.integers(1, 5))
    people = [
        person(
            i,
            draw(_GRADES),
            draw(st.none() | st.integers(0, 6)),
            left=draw(st.sampled_from([False, False, False, True])),
        )
        for i in range(1, count + 1)
    ]
    who = st.lists(st.integers(1, count), max_size=3)
    where = covers(
        **{
            kind: {place: draw(who) for place in (1, 2)}
            for kind in ("line", "grid", "transformer_area")
        }
    )
    customers: dict[Terms, list[int]] = defaultdict(list)
    for place in range(draw(st.integers(0, 14))):
        held = draw(st.sampled_from([None, None, None, Held.FIXED, Held.LENT, Held.HANDED]))
        manager = (
            draw(st.none() | st.integers(1, count)) if held is None else draw(st.integers(1, count))
        )
        tier = draw(st.sampled_from(TIERS))
        customers[
            terms(
                tier,
                manager,
                held,
                line=draw(_SOME),
                grid=draw(_SOME),
                transformer_area=draw(_SOME),
                home=draw(st.none() | st.integers(1, count)) if held is Held.LENT else None,
                wanted=draw(st.booleans())
                if tier is None
                else draw(st.sampled_from([True, True, False])),
            )
        ].append(place)
    edition = with_rules(
        grade=draw(st.sampled_from(["at-least", "exact"])),
        counted=draw(st.sampled_from(["all", "in-scope"])),
    )
    return people, where, dict(customers), edition


def _given(customers: Mapping[Terms, Sequence[int]], shares: Sequence[Share]) -> dict[int, Share]:
    found: dict[int, Share] = {}
    for share in shares:
        for place in customers[share.terms][share.start : share.stop]:
            assert place not in found
            found[place] = share
    return found


@given(offices())
@settings(max_examples=400, deadline=None)
def test_nothing_breaks_grade_or_capacity_unsaid_and_nobody_is_dropped(
    office: tuple[list[Person], Territory, dict[Terms, list[int]], Edition],
) -> None:
    people, where, customers, edition = office
    known = {p.id: p for p in people}
    done = run(people, where, customers, edition)
    found = _given(customers, done.shares)
    asked_about = {place for t, places in customers.items() for place in places if t.wanted}
    assert set(found) == asked_about
    said = {(t.code, t.manager) for t in done.troubles}
    has: Counter[int] = Counter()
    for t, places in customers.items():
        for place in places:
            share = found.get(place)
            new = share is not None and share.moves
            who = share.manager if share is not None and new else t.manager
            counts = t.tier is not None or edition.assignment.counted == "all"
            home = t.home if t.held is Held.LENT else who
            if counts and home is not None:
                has[home] += 1
            if share is None or share.because.code in UNSERVED or share.manager is None:
                continue
            one = known[share.manager]
            grade_fits = serves(edition, one.grade, grade_asked(edition, t))
            if share.because.code in (Code.FIXED, Code.LENT):
                if one.left:
                    assert ("by-hand-left", one.id) in said
                elif not grade_fits:
                    assert ("by-hand-below-grade", one.id) in said
            else:
                assert grade_fits
                assert not one.left
    for manager, number in has.items():
        capacity = known[manager].capacity
        assert (capacity is not None and number > capacity) == (
            ("manager-over-capacity", manager) in said
        )
    given_to: Counter[int] = Counter(
        s.manager for s in found.values() if s.moves and s.manager is not None and s.terms.tier
    )
    for manager in given_to:  # nobody is filled up beyond its capacity
        capacity = known[manager].capacity
        assert (
            capacity is None
            or has[manager] <= capacity
            or any(t.manager == manager for t in customers)
        )


@given(offices())
@settings(max_examples=400, deadline=None)
def test_a_second_run_changes_nothing(
    office: tuple[list[Person], Territory, dict[Terms, list[int]], Edition],
) -> None:
    people, where, customers, edition = office
    first = run(people, where, customers, edition)
    found = _given(customers, first.shares)
    after: dict[Terms, list[int]] = defaultdict(list)
    for t, places in customers.items():
        for place in places:
            share = found.get(place)
            moved = share is not None and share.moves
            after[t._replace(manager=share.manager, held=None) if share and moved else t].append(
                place
            )
    again = run(people, where, {t: sorted(p) for t, p in after.items()}, edition)
    assert not [share for share in again.shares if share.moves]
    left = {p for p, s in found.items() if s.because.code in UNSERVED}
    assert {p for p, s in _given(after, again.shares).items() if s.because.code in UNSERVED} == left


@given(offices())
@settings(max_examples=400, deadline=None)
def test_whoever_may_keep_the_manager_keeps_it(
    office: tuple[list[Person], Territory, dict[Terms, list[int]], Edition],
) -> None:
    people, where, customers, edition = office
    done = run(people, where, customers, edition)
    height = {tier: n for n, tier in enumerate(TIERS)}
    kept: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, share in _given(customers, done.shares).items():
        if share.because.code in (Code.KEPT, Code.UNCONTESTED, Code.HANDED):
            assert share.manager is not None
            kept[share.manager].append((height[share.terms.tier], place))
    for place, share in _given(customers, done.shares).items():
        if share.because.cause is Cause.CROWDED:  # only those who come behind lost their place
            assert share.terms.manager is not None
            mine = (height[share.terms.tier], place)
            counted = [
                k
                for k in kept[share.terms.manager]
                if k[0] < 3 or edition.assignment.counted == "all"
            ]
            assert all(other < mine for other in counted)


def test_the_order_of_terms_does_not_matter() -> None:
    people = [person(1, capacity=2), person(2, capacity=2)]
    where = covers(line={1: [1, 2]})
    customers = {terms(grid=1): [1, 3], terms(): [0, 2], terms("normal", 1, grid=2): [4, 5, 6]}
    first = run(people, where, customers)
    turned = run(people, where, dict(reversed(list(customers.items()))))
    assert _given(customers, first.shares) == _given(customers, turned.shares)


@pytest.mark.parametrize("counted", ["all", "in-scope"])
def test_out_of_scope_is_served_by_anybody(counted: str) -> None:
    done = run(
        [person(1, "general", 0)],
        covers(line={1: [1]}),
        {terms(None, wanted=True): [0]},
        with_rules(counted=counted),
    )
    assert told(done)[0][1] == (None if counted == "all" else 1)
