"""The line of every setting, however the file is laid out."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.policy.load import PROFILES, profile_text
from cmledger.policy.places import Path, key_lines

TEXT = """\
# 说明 [not.a.table]
top = 1
[a]  # 说明
b = "# not a comment ] }"
"c d".e = 'x'
list = [
  1,  # one
  { f = 2, g = [3, "}"] },

  4,
]
[[many]]
n = 1
[many.inside]
deep = true
[[many]]
text = \"\"\"
n = 5 "" still text
\"\"\"
after = 2026-01-01
"""


def paths(value: Any, at: Path = ()) -> set[Path]:
    """Every table, key and element of a parsed document."""
    found = {at} if at else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths(inner, (*at, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            found |= paths(inner, (*at, position))
    return found


def test_each_setting_is_found_on_its_line() -> None:
    lines = key_lines(TEXT)
    expected = {
        ("top",): 2, ("a",): 3, ("a", "b"): 4, ("a", "c d", "e"): 5, ("a", "list"): 6,
        ("a", "list", 0): 7, ("a", "list", 1, "f"): 8, ("a", "list", 1, "g", 1): 8,
        ("a", "list", 2): 10, ("many", 0): 12, ("many", 0, "n"): 13, ("many", 0, "inside", "deep"): 15,
        ("many", 1): 16, ("many", 1, "text"): 17, ("many", 1, "after"): 20,
    }  # fmt: skip
    assert {path: lines[path] for path in expected} == expected


@pytest.mark.parametrize("profile", PROFILES)
def test_every_setting_of_a_profile_has_a_line(profile: str) -> None:
    text = profile_text(profile)
    assert paths(tomllib.loads(text)) <= set(key_lines(text))


words = st.text("ab_-", min_size=1, max_size=3)
scalars = st.one_of(st.integers(-9, 9).map(str), st.sampled_from(['"x"', "'#'", "true", "1.5"]))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: "[\n" + ",  # c\n".join(v) + "\n]"),
        st.dictionaries(words, inner, max_size=3).map(
            lambda d: "{ " + ", ".join(f"{k} = {v}" for k, v in d.items()) + " }"
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(words, st.dictionaries(words, values, max_size=3), max_size=3))
def test_any_layout_is_walked_to_its_end(tables: dict[str, dict[str, str]]) -> None:
    lines = []
    for name, table in tables.items():
        lines.append(f"\n[{name}]")
        lines += [f"{key} = {value}" for key, value in table.items()]
    text = "\n".join(lines)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # an inline table over several lines: not TOML
    assert paths(parsed) == set(key_lines(text))
