"""Numbers in Chinese words, as far as office sheets write them so: 十, 三十五, 一百一十, 二二〇."""

from cmledger.sheets.lexicon import CHINESE_DIGITS, CHINESE_NUMBER, CHINESE_SCALES


def in_figures(text: str) -> str:
    """A text with its Chinese numbers in figures: 三十五kv -> 35kv."""
    return CHINESE_NUMBER.sub(lambda found: str(_value(found[0])), text)


def _value(word: str) -> int:
    if not any(c in CHINESE_SCALES for c in word):
        return int("".join(str(CHINESE_DIGITS[c]) for c in word))
    total, digit = 0, None
    for c in word:
        if c in CHINESE_SCALES:
            total += (1 if digit is None else digit) * CHINESE_SCALES[c]
            digit = None
        else:
            digit = CHINESE_DIGITS[c]
    return total + (digit or 0)
