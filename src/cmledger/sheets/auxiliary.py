"""Rows between header and data that are neither: numbering, units, types, codes, instructions, references."""

from cmledger.sheets.lexicon import AUXILIARY_STARTS, TYPE_WORDS, bare, unit_named
from cmledger.sheets.shape import View, title_likeness


def is_unit_row(view: View, r: int) -> bool:
    """Whether every text of a row is the name of a unit: kVA, 万千瓦时."""
    texts = [view.text[r][c] for c in view.filled(r)]
    return bool(texts) and all(unit_named(text.strip("()[]")) for text in texts)


def is_auxiliary(view: View, r: int, paths: dict[int, tuple[str, ...]]) -> bool:
    """Whether row r stands between header and data without being data."""
    columns = view.filled(r)
    texts = [view.text[r][c] for c in columns]
    return (
        _is_numbering(texts)
        or all(bare(text) in TYPE_WORDS for text in texts)
        or _is_instruction(view, r, texts)
        or _is_code_row(view, r, texts)
        or _repeats(view, r, paths)
    )


def _is_numbering(texts: list[str]) -> bool:
    """1 2 3 … across the columns, perhaps after 甲 乙."""
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit()]
    return (
        len(numbers) >= 3
        and len(texts) - len(numbers) <= 2
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and numbers[0] in (1, 2, 3)
    )


def _is_instruction(view: View, r: int, texts: list[str]) -> bool:
    if texts[0].startswith(AUXILIARY_STARTS) and len(texts) > 1:
        return True
    starts = sum(text.startswith(AUXILIARY_STARTS) for text in texts)
    return starts >= 2 and 2 * starts >= len(texts)


def _is_code_row(view: View, r: int, texts: list[str]) -> bool:
    """Names of fields in Latin letters, over rows that hold something else."""
    if len(texts) < 3 or r + 1 >= view.height:
        return False
    names = sum(_is_name(text) for text in texts)
    after = [view.text[r + 1][c] for c in view.filled(r + 1)]
    return names >= 0.9 * len(texts) and sum(map(_is_name, after)) < 0.5 * len(after)


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace("_", "").isalpha()


def _repeats(view: View, r: int, paths: dict[int, tuple[str, ...]]) -> bool:
    same = sum(paths.get(c, ("",))[-1] == view.text[r][c] for c in view.filled(r))
    return same >= 0.8 * len(view.filled(r)) and same > 1
