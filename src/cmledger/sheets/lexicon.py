"""The Chinese words of office sheets: what stands around the data, units, marks, and the shape of dates in words.

Field names are not here: they are the titles and aliases of `layouts`.
"""

import re
import unicodedata
from typing import Final

# --- tidying text --------------------------------------------------------------------------------

_UNUSUAL = re.compile(r"[^一-鿿0-9A-Za-z#*+./%_:-]")
"""A text without any of these needs no tidying."""
_INVISIBLE = re.compile(
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e"
    "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\x00-\\x08\\x0e-\\x1b\\x7f]"
)
_SPACES = re.compile(r"\s+")
_CJK = "一-鿿㐀-䶿"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}·]) (?=[{_CJK}·])")


def tidy(text: str) -> str:
    """NFKC, without zero-width and control characters, runs of space as one, no padding."""
    if not _UNUSUAL.search(text):
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def squeezed(text: str) -> str:
    """Tidied, and without the spaces that pad Chinese names: 张　三 -> 张三, but Wang Wu stays."""
    if not _UNUSUAL.search(text):
        return text
    return _CJK_GAP.sub("", tidy(text))


def bare(text: str) -> str:
    """Tidied, without any space, in lower case: for comparing words."""
    return tidy(text).replace(" ", "").casefold()


# --- blanks, marks -------------------------------------------------------------------------------

CLEAR_WORD: Final = "清空"
BLANKS: Final = frozenset(
    ("", "/", "\\", "-", "--", "---", "—", "——", "―", "~", "*", "无", "空", "未知", "不详", "暂无", "n/a", "N/A", "null", "NULL", "None", "(空)", "(空白)")
)  # fmt: skip
"""What people write where there is nothing to say. Kinds for which 无 is an answer look it up first."""

YES: Final = frozenset(
    ("√", "✓", "✔", "☑", "○", "〇", "●", "◯", "是", "有", "1", "y", "yes", "true", "t", "对")
)
NO: Final = frozenset(
    ("否", "无", "0", "n", "no", "false", "f", "×", "✗", "✘", "x", "没有", "不是")
)
YES_SHOWN: Final = "是"
NO_SHOWN: Final = "否"

LIST_MARKS: Final = re.compile(r"[、,;/|，；\n]+")
"""What stands between the items of a list in one cell."""

# --- units ---------------------------------------------------------------------------------------

ENERGY_UNITS: Final = {
    "kWh": 1, "千瓦时": 1, "度": 1, "kW·h": 1, "kW.h": 1, "千瓦·时": 1, "千瓦小时": 1,
    "万kWh": 10_000, "万千瓦时": 10_000, "万度": 10_000, "万kW·h": 10_000, "万kW.h": 10_000, "万千瓦·时": 10_000,
    "MWh": 1_000, "兆瓦时": 1_000, "GWh": 1_000_000, "吉瓦时": 1_000_000,
    "亿kWh": 100_000_000, "亿千瓦时": 100_000_000, "亿度": 100_000_000,
}  # fmt: skip
"""Spelling -> how many kWh; the stored unit first."""

CAPACITY_UNITS: Final = {"kVA": 1, "千伏安": 1, "KVA": 1, "MVA": 1_000, "兆伏安": 1_000, "万kVA": 10_000, "万千伏安": 10_000, "kW": 1, "千瓦": 1}  # fmt: skip
"""Spelling -> how many kVA; the stored unit first."""
NOT_QUITE_CAPACITY: Final = frozenset(("kw", "千瓦"))
"""Taken as kVA, but said so."""
OTHER_UNITS: Final = (
    "万元",
    "元",
    "kV",
    "千伏",
    "V",
    "伏",
    "台",
    "户",
    "个",
    "%",
    "天",
    "条",
    "公里",
    "km",
    "米",
)

_ALL_UNITS = {u.casefold(): u for u in (*ENERGY_UNITS, *CAPACITY_UNITS, *OTHER_UNITS) if u != "KVA"}
_SUFFIX_UNITS = sorted(
    (u for u in _ALL_UNITS if len(u) >= 3 or u in ("kw", "kv", "万度", "万元")),
    key=len,
    reverse=True,
)
_BRACKETED = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_UNIT_WORD = re.compile(r"(?:计量)?单位[:\s]*([^\s()]+(?:\s*[,、/;]\s*[^\s()]+)*)")
_AFTER_COMMA = re.compile(r"^(.+?)[,:](.+)$")


def unit_named(text: str) -> str | None:
    """The unit that `text` is the name of, as we write it: 万千瓦时 -> 万千瓦时, KVA -> kVA."""
    return _ALL_UNITS.get(bare(text).removeprefix("单位:").removeprefix("单位"))


def normalised(text: str) -> tuple[str, str | None]:
    """A header as a bare word and its unit: '容量\\n(kVA)' -> ('容量', 'kVA').

    Full-width forms, spaces, line breaks, required-marks and a trailing colon go; brackets that hold no unit stay.
    """
    word = (
        tidy(text)
        .replace(" ", "")
        .strip("*:·.。、")
        .removesuffix("【必填】")
        .removesuffix("(必填)")
    )
    unit = None
    for inside in _BRACKETED.finditer(word):
        unit = unit_named(inside[1])
        if unit:
            return (word[: inside.start()] + word[inside.end() :]).strip("*:"), unit
    tail = _AFTER_COMMA.match(word)
    if tail and unit_named(tail[2]):
        return tail[1], unit_named(tail[2])
    low = word.casefold()
    for ending in _SUFFIX_UNITS:
        if low.endswith(ending) and len(low) > len(ending) + 1:
            return word[: -len(ending)].rstrip("-_/"), _ALL_UNITS[ending]
    return word, None


def without_brackets(word: str) -> str:
    """A header word without its bracketed remarks: 户号(13位) -> 户号."""
    return _BRACKETED.sub("", word).strip("*:")


def units_in_title(text: str) -> list[str]:
    """The units a title row names: 单位：万千瓦时、kVA -> [万千瓦时, kVA]."""
    found: list[str] = []
    for match in _UNIT_WORD.finditer(tidy(text)):
        for word in LIST_MARKS.split(match[1]):
            unit = unit_named(word)
            if unit:
                found.append(unit)
    return found


# --- dates in words ------------------------------------------------------------------------------

_CLOCK = r"(?:[ T]*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2})?(?:\.\d+)?秒?分?)?"
DATE: Final = re.compile(
    rf"(\d{{4}})\s*[-./年]\s*(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})\s*[日号]?{_CLOCK}(?:[ (]*(?:星期|周).\)?)?"
)
SHORT_YEAR_DATE: Final = re.compile(r"(\d{2})\s*[./年]\s*(\d{1,2})\s*[./月]\s*(\d{1,2})\s*[日号]?")
COMPACT_DATE: Final = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
YEAR_MONTH: Final = re.compile(r"(\d{4})\s*(?:[-./年]\s*)?(\d{1,2})\s*月?份?")
DATE_WITHOUT_YEAR: Final = re.compile(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
DATE_RANGE: Final = re.compile(r".*\d.*(?:至|到|-|~|—|、|,|;|和|/ ).*\d.*")
YEAR: Final = re.compile(r"(\d{4})\s*年?度?")
MONTH: Final = re.compile(r"(\d{1,2})\s*月?份?")
MONTH_WORDS: Final = {
    f"{word}月": n
    for n, word in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"), 1)
}  # fmt: skip
WHOLE_YEAR: Final = "全年"
WHOLE_YEAR_WORDS: Final = frozenset((WHOLE_YEAR, "年", "年度", "全年合计", "合计", "年合计", "0"))

# --- persons, phones -----------------------------------------------------------------------------

PERSON_REMARK: Final = re.compile(r"[(\[].*?[)\]]")
"""张三(所长): the remark."""
EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?|#)\s*(\d{1,6})$", re.IGNORECASE)
PHONE_CHATTER: Final = re.compile(r"\(?微信同号\)?|\(?同微信\)?|(?:手机|电话|座机|办|宅|固话)[:]")
EXTENSION_SHOWN: Final = "转"

# --- quantities ----------------------------------------------------------------------------------

QUANTITY_REMARK: Final = re.compile(r"[^()]*[(\[].*[)\]]")
"""200(暂停): a number with a remark."""
SETS: Final = frozenset(("台", "组", "路"))
"""What is counted in 2台×315."""

# --- names ---------------------------------------------------------------------------------------

SEVERAL_PERSONS: Final = re.compile(r"[、,;/|]|(?<=[一-鿿])(?:和|及)(?=[一-鿿])")
OFFICE_ENDINGS: Final = (
    "供电所",
    "供电公司",
    "供电中心",
    "供电服务站",
    "供电分公司",
    "供电局",
    "营业所",
    "供电站",
)
LIST_JOINT: Final = "、"
