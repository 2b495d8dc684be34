"""The account of rows: whatever stands below a header, each non-empty row is data or left out, never both, never neither."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cmledger.sheets.grid import Grid
from cmledger.sheets.headings import Heading
from cmledger.sheets.kinds import AccountNo
from cmledger.sheets.rows import is_blank, sort_rows

TITLES = ["序号", "户号", "户名", "合同容量"]
CELLS = st.sampled_from(
    [None, "", " ", "\u3000", 1, 2, 315.0, "3700000011", 3700000012, "3.7E+09", "合计", "小计：", "共5户", "填表人：张三", "注：无",
     "户号", "户 号", "户名", "合同容量", "一、示例一线", "示例二线", "一、", "其他", "（1）", "栏次", "CONS_NO", "示例厂", 45000, True]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=12),
    merge=st.tuples(st.integers(1, 6), st.integers(0, 3), st.integers(0, 3)),
    by_key=st.booleans(),
    struck=st.frozensets(st.integers(1, 13)),
)
def test_every_row_is_accounted_for_once(
    rows: list[list[Any]], merge: tuple[int, int, int], by_key: bool, struck: frozenset[int]
) -> None:
    first, column, more = merge
    grid = Grid("表", [TITLES, *rows], [(first, column, first + more, column)], struck_rows=struck)
    headings = [Heading(c, title, [row[c] for row in rows]) for c, title in enumerate(TITLES)]
    keyed = [isinstance(v, str) for v in AccountNo().parse_column([row[1] for row in rows]).values]
    found = sort_rows(
        grid,
        (1,),
        2,
        headings,
        keyed,
        1,
        {1, 2},
        by_key=by_key,
        is_place=lambda text: text.endswith("线"),
    )
    filled = [r for r, row in enumerate(rows, start=1) if not all(is_blank(c) for c in row)]
    assert sorted([*found.data, *(row for row, _ in found.skipped)]) == filled
    assert {row for row, code in found.skipped if code == "struck-row"} == {
        r for r in filled if r + 1 in struck
    }
    if by_key:
        assert {r for r, ok in enumerate(keyed, start=1) if ok and r + 1 not in struck} <= set(
            found.data
        )
