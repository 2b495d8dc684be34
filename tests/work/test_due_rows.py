"""The rows of a due list: in order whatever is looked at first, and told as JSON as each row tells itself."""

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cmledger.records.due import DueRow
from cmledger.records.due_rows import (
    WHOSE,
    Alike,
    DueRows,
    Group,
    Maker,
    People,
    Raw,
    Whose,
    json_texts,
)
from cmledger.records.obligations import Obligation, Part, Standing, Status

DAY = date(2026, 11, 22)
words = st.text(max_size=4) | st.sampled_from(('"', "\\", "%s{}", "甲\n\x00"))
details = st.tuples(
    st.integers(0, 3), st.integers(0, 2), words, words, words, words, st.none() | words
)
"""Place, then 户号, name, office, line, manager and its grade of somebody."""


def standing(number: int) -> Standing:
    label = str(number)
    part = Part("visit", label, "month", 1, DAY, DAY, DAY, DAY, DAY, DAY, "month", "{a}%s")
    return Standing(Status.DUE, Obligation(part, "gold", 1, met=False, below_grade=False))


def maker(one: Standing, facts: Raw) -> Maker:
    part = one.obligation.part

    def make(who: Raw) -> DueRow:
        _, _, account, name, office, line, grade = who
        return DueRow(
            account, name or None, "address", None, None, office, line or None, "gold", facts[0], line, grade,
            bool(grade), None, part.service, part.per, 1, part.label, DAY, DAY, DAY, facts[1], None, one.status,
            None, len(facts[0]), "form", "customer", part.occasion, DAY, None,
        )  # fmt: skip

    def whose(who: Raw) -> Whose:
        told = make(who).to_json()
        return tuple(told[key] for key in WHOSE)

    return Maker(make, whose)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[list[tuple[Standing, Raw, Raw]]], DueRows]:
    """The rows as they should come, section by section, and the list made of them."""
    people = People()
    everybody = draw(st.lists(details, min_size=1, max_size=6))
    for who in everybody:
        people.add(who, 2)
    plain, sections = [], []
    for number in range(draw(st.integers(0, 3))):
        groups: list[Group] = []
        rows = []
        for position in range(draw(st.integers(1, 3))):
            facts = (f"tier{position}", draw(st.none() | st.just(DAY)))
            one = standing(10 * number + position)
            alike = Alike(people, facts)
            alike.numbers.extend(draw(st.sets(st.integers(0, len(everybody) - 1))))
            assert list(alike) == [everybody[n] + facts for n in alike.numbers]
            groups.append((one, alike))
            rows += [(n, one, facts) for n in alike.numbers]
        rows.sort(key=lambda row: (everybody[row[0]][0], everybody[row[0]][1:3], row[0]))
        plain.append([(one, facts, everybody[n]) for n, one, facts in rows])
        sections.append(groups)
    return plain, DueRows(sections, people, lambda who: who[0], lambda who: who[1:3], maker)


@given(lists(), st.data())
def test_rows_in_order_however_they_are_looked_at(
    found: tuple[list[list[tuple[Standing, Raw, Raw]]], DueRows], data: st.DataObject
) -> None:
    plain, rows = found
    expected = [maker(one, facts).row(who) for section in plain for one, facts, who in section]
    assert len(rows) == len(expected)
    if expected:
        index = data.draw(st.integers(-len(expected), len(expected) - 1))
        assert rows[index] == expected[index]
        assert rows[index:] == expected[index:]
    assert list(rows) == expected
    assert rows[: len(expected) + 1 : 2] == expected[::2]


@given(lists())
def test_rows_told_as_json(found: tuple[Any, DueRows]) -> None:
    rows = found[1]
    expected = [json.dumps(row.to_json(), ensure_ascii=False) for row in rows]
    assert list(json_texts(rows)) == expected == list(json_texts(list(rows)))
