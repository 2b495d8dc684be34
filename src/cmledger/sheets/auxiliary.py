"""Rows between header and data that are neither: numbering, units, types, codes, instructions, references."""

import re

from cmledger.sheets.lexicon import (
    AUXILIARY_STARTS,
    FIRST_OF_SERIES,
    LISTED_SENTENCE,
    SAYS_OF_SHEET,
    TYPE_WORDS,
    bare,
    unit_named,
)
from cmledger.sheets.shape import View, title_likeness

_SERIES = 3
_COUNT = re.compile("[0-9]{1,5}")
"""The number of a column: no sheet has more than 16,384."""


def is_unit_row(view: View, r: int, paths: dict[int, tuple[str, ...]]) -> bool:
    """Whether every text of a row is the name of a unit, under a title: kVA, 万千瓦时."""
    columns = view.filled(r)
    return bool(columns) and all(
        c in paths and unit_named(view.text[r][c].strip("()[]")) for c in columns
    )


def is_auxiliary(view: View, r: int, paths: dict[int, tuple[str, ...]]) -> bool:
    """Whether row r stands between header and data without being data."""
    columns = view.filled(r)
    texts = [view.text[r][c] for c in columns]
    return (
        _is_numbering(texts)
        or (len(texts) > 1 and all(bare(text) in TYPE_WORDS for text in texts))
        or _is_instruction(view, r, texts)
        or _is_code_row(view, r, texts)
        or _repeats_titles(view, r, paths)
    )


def may_be_groups(view: View, r: int) -> bool:
    """Whether several texts of a row above a header look like titles and say nothing of the sheet or of how to fill in."""
    texts = [view.text[r][c] for c in view.filled(r) if not view.is_number(r, c)]
    if 2 * sum(text.startswith(AUXILIARY_STARTS) for text in texts) >= len(texts):
        return False
    titles = [
        text for text in texts if title_likeness(text) >= 0.7 and not SAYS_OF_SHEET.fullmatch(text)
    ]
    return len(titles) > 1


def _is_numbering(texts: list[str]) -> bool:
    """1 2 3 … across the columns, perhaps after A B."""
    counts = [text for text in texts if _COUNT.fullmatch(text)]
    others = [text for text in texts if not _COUNT.fullmatch(text)]
    numbers = list(map(int, counts))
    return (
        len(numbers) >= _SERIES
        and set(others) <= FIRST_OF_SERIES
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and numbers[0] <= _SERIES
    )


def _is_instruction(view: View, r: int, texts: list[str]) -> bool:
    """Words that tell how to fill in: at the left, in half of the cells, or as numbered sentences unlike the next row."""
    starts = [text.startswith(AUXILIARY_STARTS) for text in texts]
    if len(texts) > 1 and (starts[0] or (sum(starts) > 1 and 2 * sum(starts) >= len(texts))):
        return True
    listed = sum(LISTED_SENTENCE.match(text) is not None for text in texts)
    if r + 1 >= view.height or listed < _SERIES or 4 * listed < len(texts):
        return False
    after = [view.text[r + 1][c] for c in view.filled(r + 1)]
    return 2 * sum(LISTED_SENTENCE.match(text) is not None for text in after) < listed


def _is_code_row(view: View, r: int, texts: list[str]) -> bool:
    """Names of fields in Latin letters, over rows that hold something else."""
    if len(texts) < _SERIES or r + 1 >= view.height:
        return False
    after = [view.text[r + 1][c] for c in view.filled(r + 1)]
    names, names_after = sum(map(_is_name, texts)), sum(map(_is_name, after))
    return names >= 0.9 * len(texts) and 2 * names_after < len(after)


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace("_", "").isalpha()


def _repeats_titles(view: View, r: int, paths: dict[int, tuple[str, ...]]) -> bool:
    columns = view.filled(r)
    same = sum(paths.get(c, ("",))[-1] == view.text[r][c] for c in columns)
    return same > 1 and same >= 0.8 * len(columns)
