"""Which visit a row tells of: whatever a file says, saying it again changes nothing."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from cmledger.ledger.intake.common import Batch, Place
from cmledger.ledger.intake.tellings import Key, Row, key_of, tellings
from cmledger.ledger.visits import same_visit
from cmledger.records.forms import due_form, joined, service_of, split, visit_of
from cmledger.records.intake import CLEAR, SheetRows

FIELDS = ("method", "content", "opinion", "satisfaction", "remark")


def visit(**told: str) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS), **told}


def test_contents_that_agree_are_the_same_visit() -> None:
    assert same_visit([visit(content="上午")], {"content": "下午"}) is None
    assert same_visit([visit(content="上午")], {"content": "上午", "method": "phone"}) == 0
    assert same_visit([visit(content="上午")], {}) == 0
    assert same_visit([visit()], {"content": "上午"}) == 0
    assert same_visit([], {"content": "上午"}) is None


def test_of_several_it_is_the_one_that_more_is_true_of() -> None:
    assert same_visit([visit(), visit(content="上午")], {"content": "上午"}) == 1
    two = [visit(method="on-site"), visit(method="phone")]
    assert same_visit(two, {"method": "phone"}) == 1
    assert same_visit(two, {}) == 0


def test_numbers_of_the_due_list_name_their_item() -> None:
    periods = ("2026-11", "2026Q4", "2026H2", "2026", "2026-11#2")
    for service in ("visit", "B4", "safety-check"):
        for period in periods:
            assert service_of(due_form("3700000001", service, period)) == service
    assert (service_of("v12"), service_of("F001"), visit_of("F001")) == (None, None, None)
    assert visit_of("v12") == 12
    assert split(joined(("a", "b"))) == ("a", "b")
    assert split(joined(())) == ()


BATCH = Batch.of(SheetRows("visits", [], {}), 1, "示例供电所")
FORMS = [(), *((due_form("3700000001", s, "2026-11"),) for s in ("visit", "B4", "B8"))]
Told = tuple[Key, dict[str, Any], tuple[str, ...]]
TOLD = st.lists(
    st.tuples(
        st.tuples(st.just(1), st.sampled_from(["2026-11-19", "2026-11-20"]), st.just(5)),
        st.dictionaries(
            st.sampled_from(["method", "content", "opinion"]), st.sampled_from(["a", "b", CLEAR])
        ),
        st.sampled_from(FORMS),
    ),
    max_size=7,
)


def unique(told: list[Told]) -> list[Told]:
    """A form number stands on one row only."""
    seen: set[tuple[str, ...]] = set()
    return [t for t in told if not t[2] or not (t[2] in seen or seen.add(t[2]))]  # type: ignore[func-returns-value]


def taken_in(told: list[Told], held: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    """The visits after these rows, as the ledger would hold them; whether anything changed."""
    rows = [Row(Place(BATCH, i), key, said, forms) for i, (key, said, forms) in enumerate(told)]
    found = tellings(rows, held)
    assert sorted(id(r) for t in found for r in t.rows) == sorted(map(id, rows))
    gone: dict[int, set[str]] = {}
    for row in rows:
        if row.left is not None:
            gone.setdefault(row.left["id"], set()).update(row.forms)
    after = {v["id"]: dict(v) for v in held}
    changed = bool(gone)
    for visit_id, forms in gone.items():
        kept = tuple(f for f in split(after[visit_id]["form_id"]) if f not in forms)
        after[visit_id]["form_id"] = joined(kept)
    for telling in (t for t in found if t.rows):
        number = telling.visit["id"] if telling.visit else len(after) + 1
        if telling.visit is None:
            told_now = {f: v for f, v in telling.told.items() if v is not CLEAR}
            after[number] = {**visit(), **told_now, "form_id": joined(telling.row_forms)}
            changed = True
        else:
            changes = telling.changes(gone.get(number, ()))
            changed = changed or bool(changes) or key_of(telling.visit) != telling.key
            after[number].update({f: new for f, (_, new) in changes.items()})
        customer, day, manager = telling.key
        after[number].update(id=number, customer_id=customer, visited_on=day, manager_key=manager)
    return list(after.values()), changed


_KEY = (1, "2026-11-20", 5)


@example(
    [(_KEY, {"opinion": "a"}, ("3700000001-B4-2026-11",))],
    [
        (_KEY, {"opinion": "b"}, ()),
        (_KEY, {"method": "a"}, ()),
        (_KEY, {"method": "b"}, ("3700000001-visit-2026-11",)),
    ],
)
@given(TOLD, TOLD)
def test_the_same_rows_again_change_nothing(first: list[Told], second: list[Told]) -> None:
    held, _ = taken_in(unique(first), [])
    held, _ = taken_in(unique(second), held)
    assert taken_in(unique(second), held) == (held, False)


@given(TOLD)
def test_every_word_told_stands_on_a_visit_of_its_day(told: list[Told]) -> None:
    plain = [t for t in told if not t[2]]
    held, _ = taken_in(plain, [])
    for key, said, _ in plain:
        words = {f: v for f, v in said.items() if v is not CLEAR}
        assert any(
            key_of(v) == key and all(v[f] == word for f, word in words.items()) for v in held
        )
